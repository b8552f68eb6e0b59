//! `demo`: the desk with sellers of its own, nothing to configure, no real money.

use std::path::PathBuf;

use rust_decimal::Decimal;

use crate::runtime::load::Load;

use super::{context::Context, fail::Failure, json::Reply, seam};

/// `demo`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Chance: the same seed tells the same story
    #[arg(long, default_value_t = 42, value_name = "N")]
    pub(crate) seed: u64,
    /// How fast its clock runs: 0.05 to 100 times as fast as the wall's
    #[arg(long, default_value = "1", value_parser = hundredths, value_name = "X")]
    pub(crate) speed: u32,
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
    seam::demo(args, context).await
}

/// A speed as it is typed (`0.5`), in hundredths.
fn hundredths(text: &str) -> Result<u32, String> {
    let speed: Decimal = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    let hundredths = (speed * Decimal::ONE_HUNDRED).round();
    let known = (Decimal::from(5)..=Decimal::from(10_000)).contains(&hundredths);
    u32::try_from(hundredths)
        .ok()
        .filter(|_| known)
        .ok_or_else(|| format!("{text} is out of range: give 0.05 to 100"))
}
