//! The moves of the sellers that are not the reference: patient, stubborn, eager, flaky, auctioneer.
//!
//! They share a frame: an offer at their next price or above is accepted as it is; no price is under
//! the private reserve or above the last one; the last round is a final offer; after it they leave.

use super::{
    Action,
    rule::{NegotiationState, Said, SellerAnswer},
};
use crate::sim::iab::{
    price::{cents, double},
    spec::Moves,
};

pub(super) fn answer(
    state: &NegotiationState,
    offer: f64,
    moves: &Moves,
    mood: impl Fn() -> f64,
) -> SellerAnswer {
    let NegotiationState { last, round, .. } = *state;
    if offer >= last {
        return SellerAnswer::accept(offer, Said::Agreed);
    }
    if round > state.max_rounds {
        return SellerAnswer::reject(state.base, Said::TooFar);
    }
    if offer <= 0.0 {
        return SellerAnswer::reject(state.base, Said::NoOffer);
    }
    if offer >= state.lowest && takes(state, offer, moves) {
        return SellerAnswer::accept(offer, Said::Good);
    }
    let price = cents(next_price(state, offer, moves, mood).max(state.lowest).min(last));
    if offer >= price {
        return SellerAnswer::accept(offer, Said::CanDo);
    }
    let last_word = round == state.max_rounds || is_last_word(moves);
    let (action, said) = if last_word {
        (Action::FinalOffer, Said::LastWord)
    } else {
        (Action::Counter, Said::Mood)
    };
    SellerAnswer { action, price, measured: Some(price), said }
}

/// The price that the behaviour would tell now.
fn next_price(state: &NegotiationState, offer: f64, moves: &Moves, mood: impl Fn() -> f64) -> f64 {
    let last = state.last;
    match moves {
        Moves::Reference {} => last,
        Moves::Gives { percents, .. } => {
            let before = usize::try_from(state.round.saturating_sub(1)).unwrap_or(usize::MAX);
            let percent = percents.get(before).copied().unwrap_or(0.0);
            last * (1.0 - percent / 100.0)
        }
        Moves::Steps { dollars, .. } => last - double(*dollars),
        Moves::Meets { share, .. } => last - (last - offer) * share,
        Moves::Wavers { percents: [low, high], .. } => {
            last * (1.0 - (low + (high - low) * mood()) / 100.0)
        }
        Moves::Once { percent, .. } => state.base * (1.0 - percent / 100.0),
    }
}

/// Whether an offer is taken although it is under the next price. It is at the reserve or above.
fn takes(state: &NegotiationState, offer: f64, moves: &Moves) -> bool {
    match moves {
        Moves::Meets { near, waits_s, .. } => {
            let waited = state.waited_s.is_some_and(|waited| waited >= i64::from(*waits_s));
            waited || (state.last - offer) / state.last <= *near
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
