//! Leaving a negotiation, and the words that go to a seller with a move: never another seller's name,
//! price or round without a person having been asked.

use jiff::Timestamp;

use super::{Change, negotiate, person, quote, refuse, say};
use crate::{
    desk::{
        SellerState,
        command::{Note, Stored},
        fact::{Actor, Fact},
        rivals,
        state::State,
    },
    domain::{Action, Outcome, QuoteRef, Refusal, SellerError, text},
};

/// The longest note, in terminal cells.
const NOTE: usize = 400;

fn takes_words(state: &State, key: &QuoteRef) -> bool {
    state.sellers.get(&key.seller).is_some_and(SellerState::takes_words)
}

/// The words as they leave: cleaned, and asked about where they hold something of another seller.
pub(super) fn words(
    state: &State,
    key: &QuoteRef,
    note: Option<&Note>,
) -> Result<Option<String>, Refusal> {
    let Some(note) = note else { return Ok(None) };
    let words = text::clean(&note.words, NOTE).trim().to_owned();
    if words.is_empty() {
        return Ok(None);
    }
    if !takes_words(state, key) {
        let says = format!("{} has no place for words with a move", key.seller);
        return Err(Refusal::new("note", says, "send it without the note"));
    }
    let found = rivals::leaks(state, key, &words);
    if !found.is_empty() && !note.answered {
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        let says = format!("the note {}", found.join(", "));
        return Err(Refusal::new("note", says, "take that out, or say that it goes all the same"));
    }
    Ok(Some(words))
}

/// A person leaves. A seller that has a word for it is told, through the send gate like any move; what
/// comes of that changes nothing about having left.
pub(super) fn walk(
    state: &State,
    key: QuoteRef,
    note: Option<&Note>,
    now: Timestamp,
) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(state, &key) };
    let game = match record.negotiation.as_ref() {
        Some(game) if game.is_over() => {
            let says = format!("this negotiation is over: {}", game.outcome.words());
            return refuse("negotiation over", says, "look at another one (4)");
        }
        Some(game) if game.pending.is_some() => {
            return refuse(
                "move under way",
                "a move has no answer yet",
                "wait for it; walking now could leave an accepted price behind",
            );
        }
        Some(game) => game,
        None => return refuse("negotiation", "it is not being negotiated", "x lets the quote go"),
    };
    let words = match words(state, &key, note) {
        Ok(words) => words,
        Err(refusal) => return vec![Change::Refuse(refusal)],
    };
    let storing =
        |(stored, _): &(Stored, _)| matches!(stored, Stored::Move(other, _) if *other == key);
    if state.storing.iter().any(storing) {
        return refuse("move under way", "a move is under way", "wait for its answer");
    }
    // Who was offered nothing does not know that it is talked to.
    let told = game.our_last().filter(|_| takes_words(state, &key));
    let Some(ours) = told.filter(|_| negotiate::ready(state, &key).is_ok()) else {
        let why = "a person walked away".to_owned();
        let outcome = Outcome::WalkedAway;
        let fact = Fact::NegotiationEnded { quote: key, outcome, why, agreed: None };
        return vec![Change::Keep(person(state), fact)];
    };
    let theirs = game.their_last().unwrap_or(ours);
    negotiate::store(state, &key, game, (theirs, Action::Walk, words), (person(state), now))
}

/// Whether the move under way is that we leave.
pub(super) fn is_leaving(state: &State, key: &QuoteRef) -> bool {
    let game = state.quote(key).and_then(|record| record.negotiation.as_ref());
    let pending = game.and_then(|game| game.pending.as_ref());
    pending.is_some_and(|pending| pending.action == Action::Walk)
}

/// The seller may not have heard that we left. It is not told again: nothing depends on it.
pub(super) fn not_told(key: &QuoteRef, error: SellerError) -> Vec<Change> {
    let says = format!("you left {}; it may not have heard so: {error}", key.seller);
    let fact = Fact::MoveFailed { quote: key.clone(), error };
    vec![Change::Keep(Actor::Desk, fact), say(true, says)]
}
