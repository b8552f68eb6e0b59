//! How many impressions a seller says could be had. It binds nobody and is not kept: the newest answer
//! stands beside the seller.

use super::{Change, Passing, no_seller, quote, refuse};
use crate::{
    desk::{
        evolve::wrong_answer,
        state::{InFlight, Purpose, State},
    },
    domain::{Answer, Ask, AvailsAsk, SellerError, SellerName},
};

/// Asks for avails. What the seller is told is cut to what it may be told.
pub(super) fn ask(state: &State, seller: SellerName, mut ask: AvailsAsk) -> Vec<Change> {
    let Some(known) = state.sellers.get(&seller) else { return no_seller(&seller) };
    if ask.product_ids.is_empty() {
        return refuse("product", "no product was named", "name a product of this seller");
    }
    if let Some(refused) = quote::wrong_flight(ask.flight_start, ask.flight_end) {
        return refused;
    }
    ask.identity = ask.identity.revealed(known.info.reveal);
    vec![Change::Ask(seller, Ask::Avails(ask), Purpose::Avails)]
}

pub(super) fn answered(flight: &InFlight, result: Result<Answer, SellerError>) -> Vec<Change> {
    let Ask::Avails(ask) = &flight.ask else { return Vec::new() };
    let result = match result {
        Ok(Answer::Avails(list)) => Ok(list),
        Ok(_) => Err(wrong_answer()),
        Err(error) => Err(error),
    };
    vec![Passing::AvailsCame(flight.seller.clone(), ask.clone(), result).into()]
}
