//! What the strategy lab found out.

use serde::Serialize;

use crate::lab::{Mean, Report, Row};

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

impl LabDoc {
    pub(crate) fn new(report: &Report) -> Self {
        Self {
            mode: "sim",
            seed: report.seed,
            runs: report.runs,
            currency: "USD",
            rows: report.rows.iter().map(LabRow::new).collect(),
        }
    }
}

impl LabRow {
    fn new(row: &Row) -> Self {
        Self {
            seller: row.seller.clone(),
            temper: row.temper.clone(),
            strategy: row.strategy,
            target: row.terms.target.to_string(),
            max: row.terms.max.to_string(),
            step: row.terms.step.to_string(),
            rounds_at_most: row.terms.rounds,
            runs: row.runs,
            deals: row.deals,
            walk_pct: format!("{:.4}", row.walk_rate()),
            settle_cpm: row.settle.map(MeanDoc::new),
            settle_pct_of_quote: row.of_quote.map(MeanDoc::new),
            rounds: row.rounds.map(MeanDoc::new),
            gain_pct: row.gain.map(MeanDoc::new),
        }
    }
}

impl MeanDoc {
    fn new(mean: Mean) -> Self {
        let told = |number: f64| format!("{number:.4}");
        Self {
            mean: told(mean.mean),
            low: told(mean.mean - mean.half),
            high: told(mean.mean + mean.half),
        }
    }
}
