//! What a person or the desk itself has stopped: everything automatic, or one seller. It survives a
//! restart and holds for every process on the store, until a person types that it goes on. Beside it
//! stand what was asked of sellers' orders and has no answer yet, the limits that hold, and the triggers
//! that are armed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{fact::Actor, order::OrderIntent};
use crate::domain::{Limits, SellerName, Trigger, TriggerId};

/// The word that lets everything go on again (safety.md S24).
pub const RESUME: &str = "resume";

/// The word that lets a person book by hand while everything automatic stands still (decisions 21).
pub const HALTED: &str = "halted";

/// The word that sends a booking without a known outcome once more, although it may book twice.
pub const AGAIN: &str = "again";

/// A stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Since when.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Why, in words.
    pub why: String,
    /// Whether the desk stopped by itself (safety.md S25).
    pub tripped: bool,
}

/// What is stopped, what is asked of sellers' orders, and which limits hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Controls {
    /// Everything automatic.
    pub halt: Option<Stop>,
    /// One seller: its automation and its tickets, never the reading of its deals.
    pub sellers: BTreeMap<SellerName, Stop>,
    /// What was asked of sellers' orders and has no answer yet, by [`OrderIntent::id`]. One in doubt
    /// stays until a person asks for something of the same deal again.
    #[serde(default)]
    pub orders: BTreeMap<String, OrderIntent>,
    /// The limits that held last; `None` until some did. A configuration that raises them waits for a
    /// person's reason.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// Triggers that are armed. Only the process that a person armed one at acts for it.
    #[serde(default)]
    pub triggers: BTreeMap<TriggerId, Trigger>,
}

impl Controls {
    /// What stands in the way of sending something to `seller`, if anything does.
    pub fn stop(&self, seller: &SellerName) -> Option<&Stop> {
        self.halt.as_ref().or_else(|| self.sellers.get(seller))
    }
}
