//! What an answer, or the lack of one, tells beside what was asked: of the seller, and whether what was to be
//! read again was. What is known stays, and why nothing newer came stands beside it until the seller tells.

use super::{Change, Passing};
use crate::{
    desk::{
        evolve::wrong_answer,
        state::{Purpose, State, Subject},
    },
    domain::{Answer, Exchange, SellerError, SellerName, Spoke},
};

/// What an answer, or the lack of one, tells of the seller. It is folded before what the answer leads
/// to is decided: whether a seller honours an agreement may be learnt from the very answer that a
/// ticket waits for.
pub(in crate::desk) fn heard(
    state: &State,
    seller: &SellerName,
    exchange: Option<Exchange>,
    spoke: Option<Spoke>,
    error: Option<SellerError>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let known = state.sellers.get(seller).and_then(|seller| seller.spoke.as_ref());
    if let Some(spoke) = spoke.filter(|spoke| known != Some(spoke)) {
        changes.push(Passing::Spoke(seller.clone(), spoke).into());
    }
    match (exchange, &error) {
        (Some(exchange), _) => {
            changes.push(Passing::Heard(seller.clone(), Box::new(exchange), error).into());
        }
        (None, Some(error)) => changes.push(Passing::Unsent(seller.clone(), error.clone()).into()),
        (None, None) => {}
    }
    changes
}

/// What an answer says of whether its subject was heard. Nothing where nothing changes.
pub(super) fn again(
    state: &State,
    purpose: &Purpose,
    result: &Result<Answer, SellerError>,
) -> Vec<Change> {
    let Some(subject) = Subject::of(purpose) else { return Vec::new() };
    let why = match (&subject, result) {
        (Subject::Quote(key), Ok(Answer::Quote(quote))) if quote.reference() == *key => None,
        (Subject::Deal(key), Ok(Answer::Deal(deal))) if deal.reference() == *key => None,
        // That it is over is what the seller says of a quote now.
        (Subject::Quote(_), Err(error)) if error.says_expired() => None,
        (_, Ok(_)) => Some(wrong_answer()),
        (_, Err(error)) => Some(error.clone()),
    };
    if state.unread.get(&subject) == why.as_ref() {
        return Vec::new();
    }
    vec![Passing::Unread(subject, why).into()]
}
