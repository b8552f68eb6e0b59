//! Where a replay goes and stops: what of a recording is worth a look when a person steps through it, and
//! which screen shows what happened.

use super::line::{Line, What};
use crate::{
    desk::Fact,
    domain::{QuoteRef, Stage},
    present::Audience,
};

/// The lines that a person steps through: facts and keys, or rounds and purchases alone.
pub(super) fn stops(lines: &[Line], rounds: bool) -> impl Iterator<Item = &Line> {
    let mut before = None;
    lines.iter().filter(move |line| {
        if let What::Audience(seen) = &line.is
            && rounds
        {
            let now = moves(seen);
            return before.replace(now.clone()) != Some(now);
        }
        is_stop(&line.is, rounds)
    })
}

/// How many moves each negotiation has, and how it stands: what a round or a purchase changes.
fn moves(seen: &Audience) -> Vec<(usize, Stage)> {
    seen.talks.iter().map(|talk| (talk.moves.len(), talk.stage)).collect()
}

/// Where the view goes when a fact is played.
pub(super) enum Goes {
    Ladder(QuoteRef),
    Board,
    /// It is where this is seen.
    Nowhere,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most facts show where the view is already")]
pub(super) fn followed(fact: &Fact) -> Goes {
    match fact {
        Fact::NegotiationOpened { quote, .. }
        | Fact::AutoArmed { quote, .. }
        | Fact::MoveStored { quote, .. }
        | Fact::MoveAnswered { quote, .. }
        | Fact::MoveUnknown { quote, .. }
        | Fact::MoveLookedUp { quote, .. } => Goes::Ladder(quote.clone()),
        Fact::IntentStored { .. }
        | Fact::BookingEnded { .. }
        | Fact::BookingUnknown { .. }
        | Fact::BookingWaiting { .. }
        | Fact::DealGone { .. } => Goes::Board,
        _ => Goes::Nowhere,
    }
}

/// Whether a person who steps stops at a line.
fn is_stop(what: &What, rounds: bool) -> bool {
    match what {
        What::News(news) => news.entry().is_some_and(|entry| !rounds || is_round(&entry.fact)),
        What::Key(_) | What::Paste(_) => !rounds,
        What::Start(_)
        | What::Size(..)
        | What::Focus
        | What::Told(_)
        | What::Show(_)
        | What::Said(_)
        | What::Drawn => false,
        What::Audience(_) => true,
    }
}

/// Whether a fact is a round of a negotiation, or how something was bought.
fn is_round(fact: &Fact) -> bool {
    let kind = fact.kind();
    ["negotiation.", "move.", "booking."].iter().any(|begins| kind.starts_with(begins))
}
