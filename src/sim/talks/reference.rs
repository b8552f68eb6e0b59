//! The negotiation engine of the IAB seller agent (wire/iab.md 5.1).
//!
//! Nobody is refused. A final offer is repeated until the rounds are over; an offer under the floor
//! ends the talks in v1 and is answered with the floor in v2; a rejection tells the opening price
//! again, which is not an offer.

use super::{Action, Move, Talk};
use crate::{
    domain::Tier,
    sim::{price::cents, spec::Dialect},
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

pub(super) fn answer(talk: &Talk, offer: f64) -> Move {
    let rules = strategy(talk.tier);
    let (base, floor, last) = (talk.base, talk.floor, talk.last());
    let round = talk.next_round();
    let given = talk.cumulative();
    let met = || {
        let says = "Buyer price meets or exceeds seller target. Deal accepted.";
        Move::accept(offer, says.to_owned())
    };
    if offer >= base || offer >= last {
        return met();
    }
    let is_v2 = talk.dialect == Dialect::V2;
    if is_v2 && offer <= 0.0 {
        let says = format!("Buyer price ${offer:.2} is not a valid offer. Cannot negotiate.");
        return Move::reject(base, says);
    }
    if !is_v2 && offer < floor {
        let says = format!("Buyer price ${offer:.2} is below floor ${floor:.2}. Cannot negotiate.");
        return Move::reject(base, says);
    }
    let max = rules.max_rounds;
    if round > max {
        let says =
            format!("Maximum {max} rounds reached. Negotiation concluded without agreement.");
        return Move::reject(base, says);
    }
    if offer < floor {
        return at_the_floor(offer, floor, round, max);
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
            return met();
        }
        let price = cents(last_price);
        let most = rules.total * 100.0;
        return Move {
            action: Action::FinalOffer,
            price,
            measured: Some(last_price),
            rationale: format!(
                "Final offer at ${price:.2} CPM. This represents our maximum concession of \
                 {most:.0}%."
            ),
        };
    }
    Move {
        action: Action::Counter,
        price: counter,
        measured: Some(counter),
        rationale: format!(
            "Counter at ${counter:.2} CPM ({} strategy, round {round}/{max}).",
            rules.name
        ),
    }
}

/// What v2 answers to an offer under its floor: the floor, past every other rule.
fn at_the_floor(offer: f64, floor: f64, round: u32, max: u32) -> Move {
    let (action, rationale) = if round == max {
        let says = format!("Final offer at our floor price ${floor:.2} CPM. We cannot go lower.");
        (Action::FinalOffer, says)
    } else {
        let says = format!(
            "Buyer offer ${offer:.2} is below our floor. Countering at the floor price ${floor:.2} \
             CPM \u{2014} the minimum viable price for this inventory (round {round}/{max})."
        );
        (Action::Counter, says)
    };
    Move { action, price: floor, measured: Some(floor), rationale }
}
