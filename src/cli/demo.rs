//! `demo`: the desk with sellers of its own, nothing to configure, no real money.

use std::path::PathBuf;

use crate::runtime::load::Load;

use super::{context::Context, exit::Exit, fail::Failure, json::Reply, seam};

/// `demo`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Chance: the same seed tells the same story
    #[arg(long, default_value_t = 42, value_name = "N")]
    pub(crate) seed: u64,
    /// How fast its clock runs
    #[arg(long, default_value_t = 1.0, value_name = "X")]
    pub(crate) speed: f64,
    /// Load for measuring: rows=N,countdowns=N,rate=N
    #[arg(long, hide = true, value_name = "LOAD")]
    pub(crate) load: Option<Load>,
    /// Panic when this key is pressed, to see that the terminal survives it
    #[arg(long, hide = true, value_name = "KEY")]
    pub(crate) panic_on: Option<char>,
    /// Keep what happens in this store [default: in memory]. Given as `--store`.
    #[arg(skip)]
    pub(crate) store: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    if !args.speed.is_finite() || !(0.05..=100.0).contains(&args.speed) {
        let says = format!("--speed {} is out of range", args.speed);
        return Err(Failure::new(Exit::Usage, says, "give 0.05 to 100"));
    }
    seam::demo(args, context).await
}
