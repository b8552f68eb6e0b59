//! What a negotiation from the command line comes to: its exit code, and what went wrong.

use crate::{
    cli::{exit::Exit, fail::Failure, port::Waited},
    desk::{self, QuoteRecord, State},
    domain::{Negotiation, Outcome, negotiation::Refused},
};

/// How it ended, and what that comes to. Where our newest move did not come about, that is why.
pub(super) fn exit_of(outcome: Outcome, waited: Waited, refused: Option<&Refused>) -> Exit {
    match (outcome, waited) {
        (Outcome::Unknown, _) => Exit::Unknown,
        (Outcome::Accepted | Outcome::WalkedAway | Outcome::TimedOut, _) => Exit::Done,
        (Outcome::Open | Outcome::Halted, Waited::Interrupted) => Exit::Interrupted,
        (Outcome::Open | Outcome::Halted | Outcome::Rejected, _) => match refused {
            Some(refused) if refused.error.code == desk::ON_PAPER => Exit::Paper,
            Some(refused) if desk::was_withheld(&refused.error) => Exit::Blocked,
            // The quote is known: what is not there is a seller that negotiates it.
            Some(refused) => match Exit::of_error(&refused.error) {
                Exit::NotFound => Exit::Refused,
                Exit::Expired if !refused.error.names_an_ended_quote() => Exit::Refused,
                exit @ (Exit::Done
                | Exit::Bug
                | Exit::Usage
                | Exit::Configuration
                | Exit::Refused
                | Exit::Expired
                | Exit::Blocked
                | Exit::NotSent
                | Exit::Unknown
                | Exit::Partly
                | Exit::Waiting
                | Exit::Disputed
                | Exit::Paper
                | Exit::Unwritten
                | Exit::HungUp
                | Exit::Interrupted
                | Exit::Quit
                | Exit::Terminated) => exit,
            },
            None if outcome == Outcome::Rejected => Exit::Done,
            // Stopped between two rounds, or before the first one, by a guard or the clock.
            None => Exit::Blocked,
        },
    }
}

/// Whether the seller has taken a move of ours, or may have: only then there is something that is open.
fn has_begun(game: &Negotiation) -> bool {
    game.was_answered() || game.negotiation_id.is_some() || game.pending.is_some()
}

/// What went wrong, if anything did.
pub(super) fn why(state: &State, record: &QuoteRecord, exit: Exit, lost: bool) -> Option<Failure> {
    if let Some(no) = record.no_talks.as_ref().filter(|_| exit == Exit::Refused) {
        let seller = &record.quote.seller;
        let cure = "book the quote as it is, or ask for a new one with --target-cpm";
        let failure = Failure::of_seller("it does not negotiate this quote", seller, &no.error);
        return Some(Failure { exit, cure: cure.to_owned(), ..failure });
    }
    if lost {
        let dearer = record.negotiation.as_ref().and_then(Negotiation::accepted_dearer);
        let dearer = dearer.map(|theirs| format!("the seller accepted at {theirs}, never offered"));
        let says =
            record.requote_error.clone().or(dearer).unwrap_or_else(|| {
                "the seller's new quote does not carry the agreed price".to_owned()
            });
        let says = format!("a price was agreed, but nothing books it: {says}");
        return Some(Failure::new(Exit::Refused, says, "ask for a new quote, or tell the seller"));
    }
    let game = record.negotiation.as_ref();
    let stands = if game.is_some_and(Negotiation::is_over) {
        "the seller says that the negotiation is over: ask for a new quote, or book this one as quoted"
    } else if game.is_some_and(has_begun) {
        "the negotiation is still open"
    } else {
        "no offer of yours counted: the quote is as it was"
    };
    let message = state.message.as_ref().filter(|message| message.bad);
    let says = message.map_or_else(String::new, |message| format!(": {}", message.says));
    match exit {
        Exit::Done => None,
        Exit::Unknown => {
            let is_lost = game.is_some_and(|game| game.pending.is_some());
            let tried = if is_lost { "a move got no answer" } else { "nobody knows how it stands" };
            Some(Failure::new(
                exit,
                format!("{tried}{says}"),
                "the desk looks it up in the seller's history; run `dealdesk quote show` later",
            ))
        }
        Exit::Interrupted => Some(Failure::new(exit, "interrupted", stands)),
        Exit::Bug
        | Exit::Usage
        | Exit::Configuration
        | Exit::NotFound
        | Exit::Refused
        | Exit::Expired
        | Exit::Blocked
        | Exit::NotSent
        | Exit::Partly
        | Exit::Waiting
        | Exit::Disputed
        | Exit::Paper
        | Exit::Unwritten
        | Exit::HungUp
        | Exit::Quit
        | Exit::Terminated => Some(match game.and_then(|game| game.refused.as_ref()) {
            Some(Refused { error, .. }) if !desk::was_withheld(error) => {
                let seller = &record.quote.seller;
                let failure = Failure::of_seller("the strategy stopped", seller, error);
                let cure = format!("{}; {stands}", failure.cure);
                Failure { exit, cure, ..failure }
            }
            Some(_) | None => Failure::new(exit, format!("the strategy stopped{says}"), stands),
        }),
    }
}
