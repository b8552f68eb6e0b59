//! What the strategy lab found out.

use serde::Serialize;

/// What `lab` prints. `mode` is `sim` and nothing else: no seller was asked.
#[derive(Debug, Serialize)]
pub(crate) struct LabDoc {
    pub(crate) mode: &'static str,
    pub(crate) seed: u64,
    /// Negotiations for each row.
    pub(crate) runs: u64,
    pub(crate) currency: &'static str,
    pub(crate) rows: Vec<LabRow>,
}

/// One strategy against one seller. Numbers are decimal strings.
#[derive(Debug, Serialize)]
pub(crate) struct LabRow {
    pub(crate) seller: String,
    pub(crate) temper: String,
    pub(crate) strategy: &'static str,
    /// As it was asked for: CPM, or a share of the quote (`80%`). So are `max` and `step`.
    pub(crate) target: String,
    pub(crate) max: String,
    pub(crate) step: String,
    pub(crate) rounds_at_most: u32,
    pub(crate) runs: u64,
    pub(crate) deals: u64,
    pub(crate) walk_pct: String,
    pub(crate) settle_cpm: Option<MeanDoc>,
    pub(crate) settle_pct_of_quote: Option<MeanDoc>,
    pub(crate) rounds: Option<MeanDoc>,
    pub(crate) gain_pct: Option<MeanDoc>,
}

/// A mean with its 95 % confidence interval.
#[derive(Debug, Serialize)]
pub(crate) struct MeanDoc {
    pub(crate) mean: String,
    pub(crate) low: String,
    pub(crate) high: String,
}
