//! Activation: whether what the seller sent can be bought on, and as what was agreed.
//!
//! The OpenRTB block and the terms are held against what was bought, field by field, each finding
//! with who can put it right. Beside it the block can be taken out as it came or normalised, with
//! the steps of each DSP. Source: OpenRTB 2.6 `imp.pmp.deals[]` (wire/openrtb-deals.md).

mod block;
mod checklist;
mod export;
mod lint;
mod steps;

use jiff::civil::Date;
use strum::{Display, EnumIter};

pub use checklist::{Item, Taken, taken};
pub use export::{Change, Normalised, as_received, normalised};
pub use lint::lint;
pub use steps::{Dsp, Filled, by_name, dsps};

use super::{Cpm, Deal, DealId, DealType, QuoteAsk, day};

/// What was bought, to hold a block, an export or a bid request against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// The seller's Deal ID.
    pub deal_id: DealId,
    /// The price that was agreed and typed.
    pub cpm: Cpm,
    /// Kind of deal; `None` for a word we do not know.
    pub deal_type: Option<DealType>,
    /// Impressions; `None` where none were agreed.
    pub impressions: Option<u64>,
    /// The auction type that the seller itself sends with it; `None` where it sends none.
    pub at: Option<u32>,
    /// First day of the flight; `None` where the seller's is no date.
    pub start: Option<Date>,
    /// Last day of the flight.
    pub end: Option<Date>,
    /// What the quote asked for: impressions, first and last day. `None` where that is not known.
    pub asked: Option<Asked>,
    /// Our DSP seat; `None` where none is configured.
    pub seat: Option<String>,
    /// Our advertiser domains; empty where none are known.
    pub domains: Vec<String>,
}

/// What a quote was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Impressions; `None` where none were asked for.
    pub impressions: Option<u64>,
    /// First day of the flight.
    pub start: Date,
    /// Last day of the flight.
    pub end: Date,
}

impl From<&QuoteAsk> for Asked {
    fn from(ask: &QuoteAsk) -> Self {
        let (start, end) = (ask.flight_start, ask.flight_end);
        Self { impressions: ask.impressions, start, end }
    }
}

impl Bought {
    /// What was bought with `deal` at the `agreed` price. What was asked for, our seat and our domains
    /// are for the caller to add.
    pub fn of(deal: &Deal, agreed: Cpm) -> Self {
        Self {
            deal_id: deal.deal_id.clone(),
            cpm: agreed,
            deal_type: deal.deal_type,
            impressions: deal.terms.impressions,
            at: deal.openrtb.as_ref().and_then(|block| block.at),
            start: deal.terms.flight_start.as_deref().and_then(day::read),
            end: deal.terms.flight_end.as_deref().and_then(day::last),
            asked: None,
            seat: None,
            domains: Vec::new(),
        }
    }

    /// How many days the flight has, both ends counted.
    pub fn days(&self) -> Option<i64> {
        days(self.start?, self.end?)
    }
}

/// Days from `start` to `end`, both counted; none where it ends before it starts.
pub(super) fn days(start: Date, end: Date) -> Option<i64> {
    let days = i64::from(start.until(end).ok()?.get_days());
    (days >= 0).then_some(days + 1)
}

/// How grave a finding is, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumIter)]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// As it should be.
    Pass,
    /// Worth knowing.
    Info,
    /// A person should look before activating.
    Warn,
    /// It will not deliver, or not as agreed.
    Error,
}

/// Who can put something right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Display)]
#[strum(serialize_all = "lowercase")]
pub enum Owner {
    /// Nobody has to.
    Nobody,
    /// We, at the desk.
    Us,
    /// Whoever sets the deal up in the DSP.
    Dsp,
    /// The seller.
    Seller,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The field of the block (`at`), or of the terms (`flight`).
    pub field: &'static str,
    /// How grave.
    pub severity: Severity,
    /// What it means, in words.
    pub says: String,
    /// Who can put it right.
    pub owner: Owner,
}

#[cfg(test)]
mod tests;
