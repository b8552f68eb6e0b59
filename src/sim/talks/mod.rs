//! Haggling: one negotiation as the seller keeps it, and the rule that answers an offer.
//!
//! The seller answers every offer at once and never moves by itself. Accepting its price means
//! offering it (wire/iab.md 5.1, 5.2).

mod reference;
mod tempers;

use jiff::Timestamp;

use super::{
    chance::Chance,
    market::Word,
    price::cents,
    spec::{Dialect, Moves, Talks},
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

/// Where the talks are. A final offer leaves them active.
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
pub(crate) struct Talk {
    pub(crate) negotiation_id: String,
    /// The quote or proposal it is about.
    pub(crate) subject: String,
    pub(crate) product_id: String,
    /// Whose talks these are.
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

/// What a rule decides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Move {
    pub(crate) action: Action,
    /// The price that is told.
    pub(crate) price: f64,
    /// The price that the concession is measured by; the same but for the reference's final offer,
    /// which is measured before it is rounded. `None` where nothing is conceded.
    pub(crate) measured: Option<f64>,
    pub(crate) rationale: String,
}

impl Move {
    fn accept(offer: f64, rationale: String) -> Self {
        Self { action: Action::Accept, price: offer, measured: None, rationale }
    }

    fn reject(base: f64, rationale: String) -> Self {
        Self { action: Action::Reject, price: base, measured: None, rationale }
    }
}

impl Talk {
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

    /// Answers an offer and keeps the round. Only while the talks are active.
    pub(crate) fn offer(&mut self, offer: f64, rules: &Talks, chance: &Chance, now: Timestamp) {
        let answer = match &rules.moves {
            Moves::Reference {} => reference::answer(self, offer),
            Moves::Gives { .. }
            | Moves::Steps { .. }
            | Moves::Meets { .. }
            | Moves::Wavers { .. }
            | Moves::Once { .. } => tempers::answer(self, offer, rules, chance, now),
        };
        let before = self.cumulative();
        let cumulative = answer.measured.map_or(before, |price| (self.base - price) / self.base);
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
            rationale: answer.rationale,
            at: now,
        });
    }
}

impl Talk {
    /// Ends the talks with the buyer's word on the last price. Only while they are active.
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
pub(crate) fn strategy(rules: &Talks, word: &str, tier: Tier) -> (String, u32) {
    match &rules.moves {
        Moves::Reference {} => {
            let strategy = reference::strategy(tier);
            (strategy.name.to_owned(), strategy.max_rounds)
        }
        Moves::Gives { rounds, .. }
        | Moves::Steps { rounds, .. }
        | Moves::Meets { rounds, .. }
        | Moves::Wavers { rounds, .. }
        | Moves::Once { rounds, .. } => (word.to_owned(), *rounds),
    }
}

/// The opening price: the reference always starts from its tier price, whatever was quoted; the
/// others start from what they quoted.
pub(crate) fn opening(rules: &Talks, tier_price: f64, quoted: Option<f64>) -> f64 {
    match &rules.moves {
        Moves::Reference {} => cents(tier_price),
        Moves::Gives { .. }
        | Moves::Steps { .. }
        | Moves::Meets { .. }
        | Moves::Wavers { .. }
        | Moves::Once { .. } => cents(quoted.unwrap_or(tier_price)),
    }
}

#[cfg(test)]
mod tests;
