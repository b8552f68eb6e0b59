//! Insertion orders and change requests: the seller's papers beside our deals. Reading them changes
//! nothing, so it goes on while the desk is halted.

use super::{Change, Passing, no_seller, refuse};
use crate::{
    desk::{
        evolve::wrong_answer,
        state::{InFlight, Purpose, State},
    },
    domain::{Answer, Ask, OrderAsk, SellerError, SellerName},
};

/// Reads orders or change requests.
pub(super) fn ask(state: &State, seller: SellerName, ask: OrderAsk) -> Vec<Change> {
    if !state.sellers.contains_key(&seller) {
        return no_seller(&seller);
    }
    if !ask.is_read() {
        return refuse(
            "orders",
            "a question that changes something at the seller is no read",
            "report it: this is a fault of the desk",
        );
    }
    vec![Change::Ask(seller, Ask::Orders(ask), Purpose::Orders)]
}

pub(super) fn answered(flight: &InFlight, result: Result<Answer, SellerError>) -> Vec<Change> {
    let Ask::Orders(ask) = &flight.ask else { return Vec::new() };
    let result = match result {
        Ok(Answer::Orders(answer)) => Ok(answer),
        Ok(_) => Err(wrong_answer()),
        Err(error) => Err(error),
    };
    vec![Passing::OrdersCame(flight.seller.clone(), ask.clone(), result).into()]
}
