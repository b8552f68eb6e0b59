//! The moves of the sellers that are not the reference: patient, stubborn, eager, flaky, auctioneer.
//!
//! They share a frame: an offer at their next price or above is accepted as it is; no price is under
//! the private reserve or above the last one; the last round is a final offer; after it they leave.

use jiff::Timestamp;

use super::{Action, Move, Talk};
use crate::sim::{
    chance::Chance,
    price::{cents, double},
    spec::{Moves, Talks},
};

pub(super) fn answer(
    talk: &Talk,
    offer: f64,
    rules: &Talks,
    chance: &Chance,
    now: Timestamp,
) -> Move {
    let round = talk.next_round();
    let last = talk.last();
    let says = |price: f64| words(talk, rules, chance, round, price);
    if offer >= last {
        return Move::accept(offer, format!("Agreed at ${offer:.2} CPM."));
    }
    if round > talk.max_rounds {
        return Move::reject(talk.base, "We are too far apart. We end the talks here.".to_owned());
    }
    if offer <= 0.0 {
        return Move::reject(talk.base, "That is not an offer.".to_owned());
    }
    if offer >= talk.lowest && takes(talk, offer, &rules.moves, now) {
        return Move::accept(offer, format!("Good. Agreed at ${offer:.2} CPM."));
    }
    let price = cents(next_price(talk, offer, &rules.moves, chance).max(talk.lowest).min(last));
    if offer >= price {
        return Move::accept(offer, format!("We can do that. Agreed at ${offer:.2} CPM."));
    }
    let last_word = round == talk.max_rounds || is_last_word(&rules.moves);
    let (action, rationale) = if last_word {
        (Action::FinalOffer, format!("${price:.2} CPM is our final offer."))
    } else {
        (Action::Counter, says(price))
    };
    Move { action, price, measured: Some(price), rationale }
}

/// The price that the temper would tell now.
fn next_price(talk: &Talk, offer: f64, moves: &Moves, chance: &Chance) -> f64 {
    let last = talk.last();
    match moves {
        Moves::Reference {} => last,
        Moves::Gives { percents, .. } => {
            let percent = percents.get(talk.rounds.len()).copied().unwrap_or(0.0);
            last * (1.0 - percent / 100.0)
        }
        Moves::Steps { dollars, .. } => last - double(*dollars),
        Moves::Meets { share, .. } => last - (last - offer) * share,
        Moves::Wavers { percents: [low, high], .. } => {
            let subject = format!("waver {}", talk.subject);
            let mood = chance.share(&subject, u64::from(talk.next_round()));
            last * (1.0 - (low + (high - low) * mood) / 100.0)
        }
        Moves::Once { percent, .. } => talk.base * (1.0 - percent / 100.0),
    }
}

/// Whether an offer is taken although it is under the next price. It is at the reserve or above.
fn takes(talk: &Talk, offer: f64, moves: &Moves, now: Timestamp) -> bool {
    match moves {
        Moves::Meets { near, waits_s, .. } => {
            let last = talk.last();
            let waited = talk
                .rounds
                .last()
                .is_some_and(|round| now.duration_since(round.at).as_secs() >= i64::from(*waits_s));
            waited || (last - offer) / last <= *near
        }
        Moves::Reference {}
        | Moves::Gives { .. }
        | Moves::Steps { .. }
        | Moves::Wavers { .. }
        | Moves::Once { .. } => false,
    }
}

/// Whether the first answer is the last word.
fn is_last_word(moves: &Moves) -> bool {
    match moves {
        Moves::Once { .. } => true,
        Moves::Reference {}
        | Moves::Gives { .. }
        | Moves::Steps { .. }
        | Moves::Meets { .. }
        | Moves::Wavers { .. } => false,
    }
}

/// What it says with a counter: one of its moods, picked by the talks and the round.
fn words(talk: &Talk, rules: &Talks, chance: &Chance, round: u32, price: f64) -> String {
    let count = u64::try_from(rules.moods.len()).unwrap_or(0);
    if count == 0 {
        return format!("Counter at ${price:.2} CPM.");
    }
    let pick = chance.within([0, count - 1], &format!("mood {}", talk.subject), u64::from(round));
    let mood = usize::try_from(pick).ok().and_then(|pick| rules.moods.get(pick));
    mood.map_or_else(|| format!("Counter at ${price:.2} CPM."), Clone::clone)
}
