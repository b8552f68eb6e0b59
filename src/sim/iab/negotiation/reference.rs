//! The negotiation engine of the IAB seller agent (wire/iab.md 5.1).
//!
//! Nobody is refused. A final offer is repeated until the rounds are over; an offer under the floor
//! ends the negotiation in v1 and is answered with the floor in v2; a rejection tells the opening price
//! again, which is not an offer.

use super::{
    Action,
    rule::{NegotiationState, Said, SellerAnswer},
};
use crate::{
    domain::Tier,
    sim::iab::{price::cents, spec::Dialect},
};

/// The rules of a tier. Shares are of the opening price, apart from `share`.
#[derive(Debug)]
pub(super) struct Strategy {
    pub(super) name: &'static str,
    pub(super) max_rounds: u32,
    per_round: f64,
    total: f64,
    /// Share of the gap to the offer that is given.
    share: f64,
}

pub(super) fn strategy(tier: Tier) -> Strategy {
    let (name, max_rounds, per_round, total, share) = match tier {
        Tier::Public => ("aggressive", 3, 0.03, 0.08, 0.30),
        Tier::Seat => ("standard", 4, 0.04, 0.12, 0.40),
        Tier::Agency => ("collaborative", 5, 0.05, 0.15, 0.50),
        Tier::Advertiser => ("premium", 6, 0.06, 0.20, 0.65),
    };
    Strategy { name, max_rounds, per_round, total, share }
}

pub(super) fn answer(state: &NegotiationState, offer: f64) -> SellerAnswer {
    let rules = strategy(state.tier);
    let NegotiationState { base, floor, last, round, cumulative: given, .. } = *state;
    if offer >= base || offer >= last {
        return SellerAnswer::accept(offer, Said::Met);
    }
    let is_v2 = state.dialect == Dialect::V2;
    if is_v2 && offer <= 0.0 {
        return SellerAnswer::reject(base, Said::NotValid);
    }
    if !is_v2 && offer < floor {
        return SellerAnswer::reject(base, Said::BelowFloor);
    }
    let max = rules.max_rounds;
    if round > max {
        return SellerAnswer::reject(base, Said::RoundsOver);
    }
    if offer < floor {
        return at_the_floor(floor, round, max);
    }
    let bottom = base * (1.0 - rules.total);
    let counter = (last - (last - offer) * rules.share)
        .max(last - base * rules.per_round)
        .max(bottom)
        .max(floor);
    let counter = cents(counter);
    let step = ((base - counter) / base - given).max(0.0);
    if step >= 0.8 * (rules.total - given) || round == max {
        let last_price = floor.max(bottom);
        if offer >= last_price {
            return SellerAnswer::accept(offer, Said::Met);
        }
        return SellerAnswer {
            action: Action::FinalOffer,
            price: cents(last_price),
            measured: Some(last_price),
            said: Said::AllGiven(rules.total),
        };
    }
    SellerAnswer {
        action: Action::Counter,
        price: counter,
        measured: Some(counter),
        said: Said::Countered(rules.name),
    }
}

/// What v2 answers to an offer under its floor: the floor, past every other rule.
fn at_the_floor(floor: f64, round: u32, max: u32) -> SellerAnswer {
    let (action, said) = if round == max {
        (Action::FinalOffer, Said::FloorIsFinal)
    } else {
        (Action::Counter, Said::FloorIsOffered)
    };
    SellerAnswer { action, price: floor, measured: Some(floor), said }
}
