//! What sellers publish: kits, products, searches. One seller failing never hides another.

use super::{Change, Passing, no_seller, say};
use crate::{
    desk::state::{InFlight, Purpose, State},
    domain::{Answer, Ask, SellerError, SellerName},
};

fn publish(state: &State, seller: &SellerName, asks: Vec<Ask>) -> Vec<Change> {
    if !state.sellers.contains_key(seller) {
        return no_seller(seller);
    }
    asks.into_iter().map(|ask| Change::Ask(seller.clone(), ask, Purpose::Publish)).collect()
}

/// Packages and products again, unless they are being asked for already.
pub(super) fn refresh(state: &State, seller: &SellerName) -> Vec<Change> {
    let asking = |flight: &InFlight| flight.seller == *seller && flight.ask == Ask::Packages;
    if state.in_flight.values().any(asking) {
        return Vec::new();
    }
    publish(state, seller, vec![Ask::Packages, Ask::Products])
}

pub(super) fn search(state: &State, seller: &SellerName, words: String) -> Vec<Change> {
    publish(state, seller, vec![Ask::Search(words)])
}

pub(super) fn probe(state: &State, seller: &SellerName) -> Vec<Change> {
    publish(state, seller, vec![Ask::Probe])
}

/// What becomes of our key, unless that is being found out already.
pub(super) fn check_key(state: &State, seller: &SellerName) -> Vec<Change> {
    let asking = |flight: &InFlight| flight.seller == *seller && flight.ask == Ask::CheckKey;
    if state.in_flight.values().any(asking) {
        return Vec::new();
    }
    publish(state, seller, vec![Ask::CheckKey])
}

pub(super) fn answered(flight: &InFlight, result: Result<Answer, SellerError>) -> Vec<Change> {
    let seller = flight.seller.clone();
    let passing = match (&flight.ask, result) {
        (Ask::Search(words), Ok(Answer::Packages(found))) => {
            Passing::Found(seller, words.clone(), Ok(found))
        }
        (Ask::Search(words), Err(error)) => Passing::Found(seller, words.clone(), Err(error)),
        (Ask::CheckKey, Ok(Answer::Key(check))) => {
            let said = say(false, format!("{seller} is tested; our key: {}", check.says));
            return vec![Passing::KeyChecked(seller, Ok(check)).into(), said];
        }
        (Ask::CheckKey, Err(error)) => {
            let said = say(true, format!("{seller} is tested; our key: {error}. {}", error.cure));
            return vec![Passing::KeyChecked(seller, Err(error)).into(), said];
        }
        (_, Ok(answer)) => Passing::Published(seller, Box::new(answer)),
        (Ask::Packages, Err(error)) => Passing::KitFailed(seller, error),
        (Ask::Products, Err(error)) => Passing::ProductsFailed(seller, error),
        (_, Err(_)) => return Vec::new(),
    };
    vec![passing.into()]
}
