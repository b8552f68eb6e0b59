//! A move without an answer: looked up in the seller's history until that settles it, or a person does.

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Passing, commit,
    moves::Move,
    negotiate, repeat, say, seller_actor,
    settle::{LOOKS, is_later},
};
use crate::{
    desk::{fact::Fact, schedule::Due, state::State},
    domain::{
        Action, Answer, ErrorKind, Exchange, QuoteRef, SellerError,
        ask::{History, Moved},
        negotiation::Pending,
    },
};

/// Looks up a move without an answer.
pub(super) fn look_up_move(state: &State, index: usize) -> Vec<Change> {
    let key = state.quotes.get_index(index).map(|(key, _)| key.clone());
    key.map_or_else(Vec::new, |quote| commit::look(state, &Move { quote }))
}

/// What the seller's history says of a lost move. That it lacks the move says nothing while the move may
/// still be at work; after that the move did not count, and a person decides what is made of it. A move that
/// was answered arrived: a history without it is behind, and the doubt stays.
pub(super) fn move_looked_up(
    state: &State,
    key: &QuoteRef,
    (result, exchange): (Result<Answer, SellerError>, Option<&Exchange>),
    now: Timestamp,
) -> Vec<Change> {
    let Some((index, _, record)) = state.quotes.get_full(key) else { return Vec::new() };
    let Some(game) = record.negotiation.as_ref() else { return Vec::new() };
    let Some(pending) = game.pending.as_ref().filter(|pending| pending.in_doubt) else {
        return Vec::new();
    };
    let by = seller_actor(&key.seller);
    let says = seen_of(&result, pending);
    let lacks_it = match result {
        Ok(Answer::History(history)) => match found(&history, pending) {
            Some(moved) => {
                let quote = key.clone();
                return vec![Change::Keep(
                    by,
                    Fact::MoveAnswered { quote, moved, from_history: true },
                )];
            }
            None => true,
        },
        // A negotiation the seller knows nothing of did not begin with this move.
        Err(error) => error.http_status == 404 && pending.round == 1,
        Ok(_) => false,
    };
    let since = state.waited_since(pending.at);
    let waited = now.duration_since(since);
    let at_work = repeat::longest_answer(state, &key.seller).saturating_mul(2);
    // The record itself must be as late: a cache may hand out one that was made while it was at work.
    let is_late_enough = waited >= at_work
        && since
            .checked_add(at_work)
            .is_ok_and(|over| is_later(state, &key.seller, exchange, over));
    if lacks_it && is_late_enough && !pending.arrived {
        let mut changes = vec![Change::Keep(by, never_arrived(key))];
        changes.extend(negotiate::stop_auto(state, key, "its move did not arrive"));
        changes.push(say(true, format!("{}: your move did not arrive: make it again", key.seller)));
        return changes;
    }
    // Spread by how long it has been in doubt: of its looks only the newest are kept.
    let next = LOOKS.iter().copied().find(|wait| *wait > waited.as_secs() / 2).unwrap_or(3_600);
    let at = now.checked_add(SignedDuration::from_secs(next)).ok();
    let looked_up = Fact::MoveLookedUp { quote: key.clone(), says };
    vec![Change::Keep(by, looked_up), Passing::Again(Due::LookMove(index), at).into()]
}

/// What a look in the seller's history showed, in words, where it did not settle the move.
fn seen_of(result: &Result<Answer, SellerError>, pending: &Pending) -> String {
    let price = pending.cpm;
    match result {
        Ok(Answer::History(history)) => match history.rounds.last() {
            Some(last) => format!(
                "the seller's history ends with round {}, without our {price} in round {}",
                last.round, pending.round
            ),
            None => format!("the seller's history has no round, so without our {price}"),
        },
        Ok(_) => "the seller answered something else".to_owned(),
        Err(error) => format!("the seller's history could not be read: {error}"),
    }
}

/// Our move in the seller's record: the round after those we know, at our price.
fn found(history: &History, pending: &Pending) -> Option<Moved> {
    let moved = history.rounds.iter().find(|moved| moved.round == pending.round)?;
    if moved.buyer_cpm.is_some_and(|cpm| !cpm.is_same(&pending.cpm)) {
        return None;
    }
    let mut moved = moved.clone();
    moved.negotiation_id = moved.negotiation_id.or_else(|| history.negotiation_id.clone());
    if history.status == "accepted" && history.rounds.len() == pending.round as usize {
        moved.action = Action::Accept;
    }
    Some(moved)
}

fn never_arrived(key: &QuoteRef) -> Fact {
    let error = SellerError::transport(
        ErrorKind::Broken,
        "not_in_history",
        "the seller's history does not have this move: it never arrived",
        "make it again",
    );
    Fact::MoveFailed { quote: key.clone(), error }
}
