//! `simulate`: a seller of our own on this machine, for trying things out and for tests.

use std::net::SocketAddr;

use crate::sim::iab::Dialect;

use super::{context::Context, fail::Failure, reply::Reply, seam};

/// `simulate`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: SocketAddr,
    /// Which seller
    #[arg(long, value_name = "NAME", default_value = "northlight")]
    pub(crate) seller: String,
    /// What it speaks
    #[arg(long, value_name = "PROTOCOL", default_value = "iab")]
    pub(crate) protocol: String,
    /// Which version of it: v1 or v2 [default: as the seller does]
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<Dialect>,
    /// Chance: the same seed gives the same prices
    #[arg(long, value_name = "N", default_value_t = 42)]
    pub(crate) seed: u64,
    /// How long its quotes hold [default: as the seller does]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) quote_ttl: Option<u32>,
    /// Put into its prose what a terminal would obey, to see that nothing does
    #[arg(long)]
    pub(crate) hostile: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    seam::simulate(args, context).await
}
