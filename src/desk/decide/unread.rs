//! What a seller did not tell when it was asked again: what is known of it stays, and why nothing newer
//! came stands beside it until the seller tells.

use super::{Change, Passing};
use crate::{
    desk::{
        evolve::wrong_answer,
        state::{Purpose, State, Subject},
    },
    domain::{Answer, SellerError},
};

/// What an answer says of whether its subject was heard. Nothing where nothing changes.
pub(super) fn came(
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
