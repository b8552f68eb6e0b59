//! What a person gives an automatic player: how it plays, and where it must stop.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::{Cost, Cpm};

/// How it plays and where it must stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Name of the strategy.
    pub strategy: String,
    /// Our opening offer.
    pub target: Cpm,
    /// What it never offers or accepts more than.
    pub max: Cpm,
    /// How much it gives per round; for strategies that give a fixed step.
    pub step: Decimal,
    /// How many rounds it plays at most.
    pub rounds: u32,
    /// What may be said beyond that.
    #[serde(default, skip_serializing_if = "Options::is_plain")]
    pub options: Options,
}

/// What may be said beyond target, maximum, step and rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// How many rounds it plays before it takes the first price within the maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<u32>,
    /// How steep a time-dependent tactic is, 2 to 10: see the tactic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<u32>,
    /// The most that the whole quote may cost at the price it agrees to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<Cost>,
    /// Seconds it plays at most, from its first offer on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

impl Options {
    /// Whether nothing beyond was said.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// A number that a plan takes, by the name it has in the configuration and on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does, with its unit.
    pub doc: &'static str,
}

/// What every strategy takes.
pub const COMMON: &[Parameter] = &[
    Parameter { name: "target", doc: "the opening offer, CPM" },
    Parameter { name: "max", doc: "never offered or accepted more, CPM" },
    Parameter { name: "rounds", doc: "rounds it plays at most" },
    Parameter { name: "spend", doc: "the most the whole quote may cost" },
    Parameter { name: "seconds", doc: "seconds it plays at most, from its first offer on" },
];

/// What it gives a round.
pub(super) const STEP: Parameter = Parameter { name: "step", doc: "what it gives a round, CPM" };

/// How long it waits with its yes.
pub(super) const PATIENCE: Parameter = Parameter {
    name: "patience",
    doc: "rounds it plays before it takes the first price within the maximum",
};

/// How steep it is.
pub(super) const SHAPE: Parameter =
    Parameter { name: "shape", doc: "how steep it is, 2 to 10; 3 if nothing is said" };
