//! What the lab found out: means with their 95 % confidence intervals, one row for each strategy,
//! seller and terms.

use super::{Tally, Terms, tally::Sum};

/// A mean and half of its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Half the width of the interval: the mean lies within `mean ± half` with 95 %.
    pub half: f64,
}

/// Standard deviations that 95 % lie within, for as many runs as a lab plays.
const NORMAL_95: f64 = 1.959_964;

impl Mean {
    /// The mean of whole units, `unit` of which make one. `None` where nothing was counted.
    pub(crate) fn of(sum: &Sum, unit: f64) -> Option<Self> {
        if sum.count == 0 {
            return None;
        }
        let count = float(i128::from(sum.count));
        let mean = float(sum.total) / count;
        let spread = sum.squares * i128::from(sum.count) - sum.total * sum.total;
        let variance = float(spread) / count / (count - 1.0).max(1.0);
        let half = NORMAL_95 * (variance.max(0.0) / count).sqrt();
        Some(Self { mean: mean / unit, half: half / unit })
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums for statistics; sixteen digits are plenty")]
fn float(number: i128) -> f64 {
    number as f64
}

/// How one strategy did against one seller.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The seller.
    pub seller: String,
    /// One word for its behaviour.
    pub behaviour: String,
    /// The strategy.
    pub strategy: &'static str,
    /// How it played.
    pub terms: Terms,
    /// Negotiations that were played.
    pub runs: u64,
    /// Those that ended with a price.
    pub deals: u64,
    /// Settle price, dollars CPM; `None` without a deal.
    pub settle: Option<Mean>,
    /// Settle price, percent of the quote.
    pub of_quote: Option<Mean>,
    /// Rounds.
    pub rounds: Option<Mean>,
    /// Share of what could be gained against the seller's true floor, percent; a walk gains nothing.
    pub gain: Option<Mean>,
}

impl Row {
    pub(crate) fn new(
        (seller, behaviour): (&str, &str),
        strategy: &'static str,
        terms: Terms,
        tally: &Tally,
    ) -> Self {
        Self {
            seller: seller.to_owned(),
            behaviour: behaviour.to_owned(),
            strategy,
            terms,
            runs: tally.rounds.count,
            deals: tally.price.count,
            settle: Mean::of(&tally.price, 100.0),
            of_quote: Mean::of(&tally.share, 10_000.0),
            rounds: Mean::of(&tally.rounds, 1.0),
            gain: Mean::of(&tally.gain, 10_000.0),
        }
    }

    /// Negotiations without a price, percent of all.
    pub fn walk_rate(&self) -> f64 {
        let (runs, deals) = (float(i128::from(self.runs)), float(i128::from(self.deals)));
        if self.runs == 0 { 0.0 } else { (runs - deals) / runs * 100.0 }
    }
}

/// Everything that was found out.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The seed it can be repeated with.
    pub seed: u64,
    /// Negotiations for each row.
    pub runs: u64,
    /// Sellers in the order asked for, then terms, then strategies.
    pub rows: Vec<Row>,
}
