//! A deal as the seller keeps it. What becomes of it is settled when it is made; the time alone
//! decides how much of that can be seen.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{chance::Chance, market::Quote, spec::Behaviour};

/// Where a deal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DealStatus {
    Proposed,
    Active,
    Rejected,
    Expired,
    Completed,
}

impl DealStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Active => "active",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Completed => "completed",
        }
    }
}

/// What will become of a deal, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody decides; it expires.
    Forgotten,
    /// It is rejected then.
    Rejected(Timestamp),
    /// It is active from the first moment to the second.
    Runs(Timestamp, Timestamp),
}

/// A deal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deal {
    pub(crate) id: String,
    pub(crate) quote: Quote,
    /// The seat that the deal is for, where the seller names it.
    pub(crate) seat: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) fate: Fate,
}

impl Deal {
    /// Where it is at `now`.
    pub(crate) fn status(&self, now: Timestamp) -> DealStatus {
        match self.fate {
            Fate::Rejected(at) if now >= at => DealStatus::Rejected,
            Fate::Runs(_, until) if now >= until => DealStatus::Completed,
            Fate::Runs(from, _) if now >= from => DealStatus::Active,
            Fate::Forgotten | Fate::Rejected(_) | Fate::Runs(..) => {
                if now >= self.expires_at {
                    DealStatus::Expired
                } else {
                    DealStatus::Proposed
                }
            }
        }
    }
}

impl Deal {
    /// What to do with it, by DSP.
    pub(crate) fn activation(&self) -> BTreeMap<&'static str, String> {
        let id = &self.id;
        BTreeMap::from([
            ("ttd", format!("In The Trade Desk, create a new PMP deal with Deal ID: {id}")),
            ("dv360", format!("In DV360, add deal {id} under Inventory > My Inventory > Deals")),
            ("xandr", format!("In Xandr, navigate to Deals and enter Deal ID: {id}")),
        ])
    }
}

/// Settles what becomes of the deal `deal_id` that is made `now`.
pub(crate) fn fate(deal_id: &str, behaviour: &Behaviour, chance: &Chance, now: Timestamp) -> Fate {
    let Some(approval) = &behaviour.approval else { return Fate::Forgotten };
    let later = |from: Timestamp, seconds: u64| {
        from.saturating_add(seconds_of(seconds)).unwrap_or(Timestamp::MAX)
    };
    let decided = later(now, chance.within(approval.after_s, &format!("decides {deal_id}"), 0));
    let fortune = chance.share(&format!("fate {deal_id}"), 0);
    if fortune < approval.rejects {
        Fate::Rejected(decided)
    } else if fortune < approval.rejects + approval.forgets {
        Fate::Forgotten
    } else {
        let runs = chance.within(approval.runs_s, &format!("runs {deal_id}"), 0);
        Fate::Runs(decided, later(decided, runs))
    }
}

fn seconds_of(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}
