//! Haggling: one negotiation as the seller keeps it, and the rule that answers an offer.
//!
//! The seller answers every offer at once and never moves by itself. Accepting its price means
//! offering it (wire/iab.md 5.1, 5.2).

mod behaviours;
mod reference;
mod rule;
mod words;

use jiff::Timestamp;

pub(crate) use rule::NegotiationState;

use super::{
    chance::Chance,
    market::Word,
    price::{cents, compute, double, tier_share},
    spec::{Dialect, Moves, NegotiationRules, Product, Spec},
};
use crate::domain::Tier;

/// What the seller does with an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Accept,
    Counter,
    FinalOffer,
    Reject,
}

impl Action {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Counter => "counter",
            Self::FinalOffer => "final_offer",
            Self::Reject => "reject",
        }
    }
}

/// Where the negotiation is. A final offer leaves them active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Accepted,
    Rejected,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

/// One round: an offer and its answer. Prices are dollars CPM.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Round {
    pub(crate) number: u32,
    pub(crate) buyer_price: f64,
    pub(crate) seller_price: f64,
    pub(crate) action: Action,
    /// Share of the opening price given in this round.
    pub(crate) concession: f64,
    /// Share of the opening price given so far.
    pub(crate) cumulative: f64,
    pub(crate) rationale: String,
    pub(crate) at: Timestamp,
}

/// A negotiation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Negotiation {
    pub(crate) id: String,
    /// The quote or proposal it is about.
    pub(crate) subject: String,
    pub(crate) product_id: String,
    /// Whose negotiation this is.
    pub(crate) buyer: String,
    /// The tier of whoever opened them; it sets the rules to the end.
    pub(crate) tier: Tier,
    pub(crate) strategy: String,
    /// The opening price.
    pub(crate) base: f64,
    /// The published floor.
    pub(crate) floor: f64,
    /// What it really will not go under.
    pub(crate) lowest: f64,
    pub(crate) max_rounds: u32,
    /// What an offer under the floor comes to depends on it.
    pub(crate) dialect: Dialect,
    pub(crate) rounds: Vec<Round>,
    pub(crate) status: Status,
    pub(crate) started_at: Timestamp,
    pub(crate) completed_at: Option<Timestamp>,
}

impl Negotiation {
    /// The price that stands: the last one told, or the opening.
    pub(crate) fn last(&self) -> f64 {
        self.rounds.last().map_or(self.base, |round| round.seller_price)
    }

    fn cumulative(&self) -> f64 {
        self.rounds.last().map_or(0.0, |round| round.cumulative)
    }

    /// The number that the next round has.
    pub(crate) fn next_round(&self) -> u32 {
        u32::try_from(self.rounds.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Rounds left, below zero after the last (as v1 tells it).
    pub(crate) fn remaining(&self) -> i64 {
        i64::from(self.max_rounds) - i64::try_from(self.rounds.len()).unwrap_or(i64::MAX)
    }

    fn state(&self, now: Timestamp) -> NegotiationState {
        let waited = |round: &Round| now.duration_since(round.at).as_secs();
        NegotiationState {
            tier: self.tier,
            dialect: self.dialect,
            base: self.base,
            floor: self.floor,
            lowest: self.lowest,
            last: self.last(),
            cumulative: self.cumulative(),
            round: self.next_round(),
            max_rounds: self.max_rounds,
            waited_s: self.rounds.last().map(waited),
        }
    }

    /// Answers an offer and keeps the round. Only while the negotiation is active.
    pub(crate) fn offer(
        &mut self,
        offer: f64,
        rules: &NegotiationRules,
        chance: &Chance,
        now: Timestamp,
    ) {
        let state = self.state(now);
        let mood =
            || chance.share(&format!("waver {}", self.subject), u64::from(self.next_round()));
        let answer = state.answer(&rules.moves, offer, mood);
        let rationale = words::says(self, offer, &answer, rules, chance);
        let (before, cumulative) = (state.cumulative, state.after(&answer).cumulative);
        self.status = match answer.action {
            Action::Accept => Status::Accepted,
            Action::Reject => Status::Rejected,
            Action::Counter | Action::FinalOffer => Status::Active,
        };
        self.completed_at = (self.status != Status::Active).then_some(now);
        self.rounds.push(Round {
            number: self.next_round(),
            buyer_price: offer,
            seller_price: answer.price,
            action: answer.action,
            concession: (cumulative - before).max(0.0),
            cumulative,
            rationale,
            at: now,
        });
    }
}

impl Negotiation {
    /// Ends the negotiation with the buyer's word on the last price. Only while it is active.
    pub(crate) fn end(&mut self, word: Word, told: Option<f64>, now: Timestamp) {
        let price = self.last();
        let (status, action, rationale) = match word {
            Word::Accept => {
                let says = format!("Buyer accepted at ${price:.2} CPM.");
                (Status::Accepted, Action::Accept, says)
            }
            Word::Reject => {
                (Status::Rejected, Action::Reject, "Buyer declined (walk-away).".to_owned())
            }
        };
        self.status = status;
        self.completed_at = Some(now);
        self.rounds.push(Round {
            number: self.next_round(),
            buyer_price: told.unwrap_or(price),
            seller_price: price,
            action,
            concession: 0.0,
            cumulative: 0.0,
            rationale,
            at: now,
        });
    }
}

/// The strategy's name and how many rounds it takes, for a tier.
pub(crate) fn strategy(rules: &NegotiationRules, word: &str, tier: Tier) -> (String, u32) {
    let name = match &rules.moves {
        Moves::Reference {} => reference::strategy(tier).name,
        Moves::Gives { .. }
        | Moves::Steps { .. }
        | Moves::Meets { .. }
        | Moves::Wavers { .. }
        | Moves::Once { .. } => word,
    };
    (name.to_owned(), max_rounds(&rules.moves, tier))
}

/// How many rounds a seller takes, for a tier.
pub(crate) fn max_rounds(moves: &Moves, tier: Tier) -> u32 {
    match moves {
        Moves::Reference {} => reference::strategy(tier).max_rounds,
        Moves::Gives { rounds, .. }
        | Moves::Steps { rounds, .. }
        | Moves::Meets { rounds, .. }
        | Moves::Wavers { rounds, .. }
        | Moves::Once { rounds, .. } => *rounds,
    }
}

/// The opening price: the reference always starts from its tier price, whatever was quoted; the
/// others start from what they quoted.
pub(crate) fn opening(rules: &NegotiationRules, tier_price: f64, quoted: Option<f64>) -> f64 {
    match &rules.moves {
        Moves::Reference {} => cents(tier_price),
        Moves::Gives { .. }
        | Moves::Steps { .. }
        | Moves::Meets { .. }
        | Moves::Wavers { .. }
        | Moves::Once { .. } => cents(quoted.unwrap_or(tier_price)),
    }
}

/// What a seller quotes for a product to a buyer of this tier, dollars CPM, before its chance.
pub(crate) fn priced(spec: &Spec, product: &Product, tier: Tier, impressions: i64) -> f64 {
    compute(double(product.list), tier, tier, impressions, &spec.volume).price
}

/// What the negotiation about such a quote start from.
pub(crate) fn base_price(spec: &Spec, product: &Product, tier: Tier, quoted: f64) -> f64 {
    let tier_price = double(product.list) * (1.0 - tier_share(tier));
    opening(&spec.negotiation, tier_price, Some(quoted))
}

#[cfg(test)]
mod tests;
