//! The rule that answers an offer, in numbers alone: where the negotiation stands goes in, a move comes out. The
//! seller behind HTTP and the strategy lab both play by it; only the former puts it into words.

use super::{Action, behaviours, reference};
use crate::{
    domain::Tier,
    sim::iab::spec::{Dialect, Moves},
};

/// Where the negotiation stands: all that the rule decides by. Prices are dollars CPM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NegotiationState {
    /// The tier of whoever opened them.
    pub(crate) tier: Tier,
    /// What an offer under the floor comes to depends on it.
    pub(crate) dialect: Dialect,
    /// The opening price.
    pub(crate) base: f64,
    /// The published floor.
    pub(crate) floor: f64,
    /// What it really will not go under.
    pub(crate) lowest: f64,
    /// The price that stands.
    pub(crate) last: f64,
    /// Share of the opening price given so far.
    pub(crate) cumulative: f64,
    /// The number of the round that is answered.
    pub(crate) round: u32,
    /// How many rounds it takes.
    pub(crate) max_rounds: u32,
    /// How long the buyer let it wait since the last round, seconds; `None` before the second.
    pub(crate) waited_s: Option<i64>,
}

/// What the rule decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SellerAnswer {
    pub(crate) action: Action,
    /// The price that is told.
    pub(crate) price: f64,
    /// The price that the concession is measured by; the same but for the reference's final offer,
    /// which is measured before it is rounded. `None` where nothing is conceded.
    pub(crate) measured: Option<f64>,
    pub(crate) said: Said,
}

/// What is said with a move, before it is words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Said {
    /// The reference: the offer meets its price.
    Met,
    /// The reference, v2: zero or less is offered.
    NotValid,
    /// The reference, v1: under the floor is offered.
    BelowFloor,
    /// The reference: its rounds are over.
    RoundsOver,
    /// The reference: at its floor, for the last time.
    FloorIsFinal,
    /// The reference: at its floor.
    FloorIsOffered,
    /// The reference: all it gives, a share of the opening price.
    AllGiven(f64),
    /// The reference: a counter, with its strategy's name.
    Countered(&'static str),
    /// The offer is its price or more.
    Agreed,
    /// The offer is near enough, or it waited long.
    Good,
    /// The offer is what it would have said next.
    CanDo,
    /// Its rounds are over.
    TooFar,
    /// Zero or less is offered.
    NoOffer,
    /// A final offer.
    LastWord,
    /// A counter, in one of its moods.
    Mood,
}

impl SellerAnswer {
    pub(super) fn accept(offer: f64, said: Said) -> Self {
        Self { action: Action::Accept, price: offer, measured: None, said }
    }

    pub(super) fn reject(base: f64, said: Said) -> Self {
        Self { action: Action::Reject, price: base, measured: None, said }
    }
}

impl NegotiationState {
    /// Answers an offer. `mood` is a share of one that is asked for only where the seller wavers.
    pub(crate) fn answer(&self, moves: &Moves, offer: f64, mood: impl Fn() -> f64) -> SellerAnswer {
        match moves {
            Moves::Reference {} => reference::answer(self, offer),
            Moves::Gives { .. }
            | Moves::Steps { .. }
            | Moves::Meets { .. }
            | Moves::Wavers { .. }
            | Moves::Once { .. } => behaviours::answer(self, offer, moves, mood),
        }
    }

    /// Where the negotiation stands after an answer.
    pub(crate) fn after(&self, answer: &SellerAnswer) -> Self {
        let cumulative =
            answer.measured.map_or(self.cumulative, |price| (self.base - price) / self.base);
        Self {
            last: answer.price,
            cumulative,
            round: self.round.saturating_add(1),
            waited_s: Some(0),
            ..*self
        }
    }
}
