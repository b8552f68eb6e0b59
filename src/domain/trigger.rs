//! An armed trigger: what a person wants booked as soon as it can be had for a price, how long that holds,
//! and the most it may cost. It books once, or not at all.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cost, Cpm, QuoteRef, TriggerId};

/// Of whom it books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Of the seller of the quote it was armed on.
    #[default]
    This,
    /// Of whoever competes with that quote, the cheapest first.
    Any,
}

/// What a person arms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Of whom.
    pub scope: Scope,
    /// The most to pay per thousand: at this price it still books.
    pub at_most: Cpm,
    /// Until when, UTC, on the desk's clock: at this moment it books no more.
    pub until: Timestamp,
    /// The most that the whole deal may cost.
    pub spend: Cost,
}

/// A trigger that is armed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub id: TriggerId,
    /// The quote it was armed on.
    pub quote: QuoteRef,
    /// What for.
    pub terms: Terms,
    /// The process that watches it; it holds a lock while it is alive.
    pub owner: String,
    /// When it was armed.
    pub at: Timestamp,
    /// The quote that it has chosen and the price it takes it at: from then on no other.
    pub takes: Option<(QuoteRef, Cpm)>,
}

/// Which trigger decided a booking, and until when that holds: the send gate asks once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Which.
    pub id: TriggerId,
    /// Until when, UTC, on the desk's clock: at this moment nothing leaves any more.
    pub until: Timestamp,
}

impl Terms {
    /// Whether a price, and what the whole deal costs at it, is within what was armed. What is not
    /// known, or in another currency, is not.
    pub fn allow(&self, price: Cpm, cost: Option<Cost>) -> bool {
        let within = cost.is_some_and(|cost| cost <= self.spend);
        price <= self.at_most && within
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, at_most, until, spend } = self;
        let whom = match scope {
            Scope::This => "this seller",
            Scope::Any => "whoever is first",
        };
        let until = until.to_zoned(jiff::tz::TimeZone::UTC).strftime("%H:%M:%SZ");
        let spend = spend.in_full();
        write!(f, "at most {at_most} CPM and {spend} in all, until {until}, of {whom}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_allows_what_was_armed_to_the_cent_and_nothing_unknown() {
        let terms = Terms {
            scope: Scope::This,
            at_most: "24.00".parse().unwrap(),
            until: Timestamp::UNIX_EPOCH,
            spend: "12000.00".parse().unwrap(),
        };
        for (price, cost, allowed) in [
            ("24.00", Some("12000.00"), true),
            ("23.99", Some("11995.00"), true),
            ("24.01", Some("12000.00"), false),
            ("24.00", Some("12000.01"), false),
            ("24.00", None, false),
            ("23.00 EUR", Some("11500.00"), false),
            ("23.00", Some("11500.00 EUR"), false),
        ] {
            let cost: Option<Cost> = cost.map(|cost| cost.parse().unwrap());
            assert_eq!(terms.allow(price.parse().unwrap(), cost), allowed, "{price} {cost:?}");
        }
    }
}
