//! Negotiation strategies: each decides our next move from the rounds so far, and nothing else.
//!
//! To add one: one file here that implements [`Strategy`], and one line in [`ALL`]. The picker, the
//! configuration, the help and the property tests read that list.

mod simple_threshold;

use std::fmt::Debug;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use simple_threshold::SimpleThreshold;

use super::{Cpm, Negotiation};

/// Every strategy.
pub const ALL: &[&dyn Strategy] = &[&SimpleThreshold];

/// The strategy called `name`.
pub fn by_name(name: &str) -> Option<&'static dyn Strategy> {
    ALL.iter().copied().find(|strategy| strategy.name() == name)
}

/// What a person gave an automatic player: how it plays and where it must stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Name of the strategy.
    pub strategy: String,
    /// Our opening offer.
    pub target: Cpm,
    /// What it never offers or accepts more than.
    pub max: Cpm,
    /// How much it gives per round.
    pub step: Decimal,
    /// How many rounds it plays at most.
    pub rounds: u32,
}

/// What a strategy does next, and why, in words for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Offer this.
    Offer(Cpm, String),
    /// Take their price.
    Accept(Cpm, String),
    /// Leave.
    Walk(String),
}

impl Step {
    /// The reason.
    pub fn why(&self) -> &str {
        match self {
            Self::Offer(_, why) | Self::Accept(_, why) | Self::Walk(why) => why,
        }
    }
}

/// Decides our next move. Must be pure, must never pass the plan's `max`, must end.
pub trait Strategy: Debug + Sync {
    /// Its name in the configuration and on the command line.
    fn name(&self) -> &'static str;
    /// What it does, for help texts.
    fn doc(&self) -> &'static str;
    /// The next move in a negotiation where it is our turn.
    fn next(&self, game: &Negotiation, plan: &Plan) -> Step;
}
