//! What a desk that is gone learnt and could not store, as it lies beside the store: what is still news is
//! kept. What is about something that is not known here is left for a desk that knows it.

use jiff::Timestamp;

use super::{Change, say};
use crate::{
    desk::{
        fact::{BookingOutcome, Entry, Fact},
        order::OrderOutcome,
        record::{BookingRecord, BookingState},
        state::State,
    },
    domain::{Negotiation, QuoteRef, TicketId, negotiation::Pending},
};

/// What a line from beside the store is to this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// It tells something that the records do not say yet.
    News,
    /// The records say it already, or something newer.
    Known,
    /// What it is about is not among the records here.
    NotMine,
}

impl Line {
    fn news(is_news: bool) -> Self {
        if is_news { Self::News } else { Self::Known }
    }
}

/// An outcome that a desk learnt, could not store, and took to its end in a file beside the store.
pub(in crate::desk) fn recovered(state: &State, entry: Entry) -> Vec<Change> {
    if line(state, &entry) != Line::News {
        return Vec::new();
    }
    let says = format!("taken in from a desk that could not store it: {}", entry.fact.kind());
    // What it leads to is the newer word.
    vec![say(false, says), Change::Keep(entry.actor, entry.fact)]
}

/// Whether what an entry from beside the store is about is among the records: only then can it be known
/// that it is no news any more, and need not lie there.
pub fn can_judge(state: &State, entry: &Entry) -> bool {
    line(state, entry) != Line::NotMine
}

fn line(state: &State, entry: &Entry) -> Line {
    let at = entry.at;
    match &entry.fact {
        Fact::BookingEnded { ticket, ending, .. } => of_booking(state, ticket, |booking| {
            let names_a_deal = match ending {
                BookingOutcome::Done { .. } | BookingOutcome::Disputed { .. } => true,
                BookingOutcome::Refused { .. }
                | BookingOutcome::Expired { .. }
                | BookingOutcome::NotSent { .. }
                | BookingOutcome::Closed { .. } => false,
            };
            // A deal is one, whatever was thought of its booking meanwhile.
            booking.deal.is_none()
                && (names_a_deal || booking.state.is_awaited() && !is_overtaken(booking, at))
        }),
        Fact::BookingUnknown { ticket, why, error, .. } => {
            of_booking(state, ticket, |booking| match booking.state {
                BookingState::Sent => !is_overtaken(booking, at),
                BookingState::Unknown => {
                    let is_said = booking.says.as_ref() == Some(why) && booking.error == *error;
                    !is_said && !is_overtaken(booking, at)
                }
                // What was over and was found to be booked all the same.
                BookingState::Refused
                | BookingState::Expired
                | BookingState::NotSent
                | BookingState::Closed => booking.ended_at.is_some_and(|ended| ended < at),
                BookingState::Waiting | BookingState::Done | BookingState::Disputed => false,
            })
        }
        // That the seller has it holds, whichever attempt brought it there.
        Fact::BookingWaiting { ticket, .. } => of_booking(state, ticket, |booking| {
            matches!(booking.state, BookingState::Sent | BookingState::Unknown)
        }),
        Fact::MoveAnswered { quote, moved, .. } => {
            of_move(state, quote, |pending| pending.round == moved.round)
        }
        Fact::MoveFailed { quote, .. } => of_move(state, quote, |pending| pending.at <= at),
        Fact::MoveUnknown { quote, error, .. } => of_move(state, quote, |pending| {
            let says = error.to_string();
            pending.at <= at && pending.seen.iter().all(|seen| seen.says != says)
        }),
        Fact::NegotiationEnded { quote, .. } => of_talks(state, quote, |game| !game.is_over()),
        // Once it is answered it is no longer among them.
        Fact::OrderAnswered { id, ending, .. } => {
            let is_unknown = matches!(ending, OrderOutcome::Unknown { .. });
            let intent = state.controls.orders.get(id);
            Line::news(intent.is_some_and(|intent| !(is_unknown && intent.in_doubt)))
        }
        // No outcome: this desk puts none of them there.
        Fact::QuoteRequested { .. }
        | Fact::QuoteReceived { .. }
        | Fact::QuoteFailed { .. }
        | Fact::QuoteSeen { .. }
        | Fact::QuoteExpired { .. }
        | Fact::QuoteLetGo { .. }
        | Fact::NegotiationOpened { .. }
        | Fact::AutoArmed { .. }
        | Fact::AutoStopped { .. }
        | Fact::TriggerArmed { .. }
        | Fact::TriggerTook { .. }
        | Fact::TriggerEnded { .. }
        | Fact::MoveStored { .. }
        | Fact::MoveLookedUp { .. }
        | Fact::IntentStored { .. }
        | Fact::BookingRepeated { .. }
        | Fact::EvidenceSeen { .. }
        | Fact::DealSeen { .. }
        | Fact::DealGone { .. }
        | Fact::DealAcknowledged { .. }
        | Fact::ActivationDone { .. }
        | Fact::OrderSent { .. }
        | Fact::LimitsSet { .. }
        | Fact::Halted { .. }
        | Fact::Resumed { .. } => Line::NotMine,
    }
}

fn of_booking(
    state: &State,
    ticket: &TicketId,
    is_news: impl FnOnce(&BookingRecord) -> bool,
) -> Line {
    state.bookings.get(ticket).map_or(Line::NotMine, |booking| Line::news(is_news(booking)))
}

fn of_talks(state: &State, quote: &QuoteRef, is_news: impl FnOnce(&Negotiation) -> bool) -> Line {
    let Some(record) = state.quote(quote) else { return Line::NotMine };
    Line::news(record.negotiation.as_ref().is_some_and(is_news))
}

fn of_move(state: &State, quote: &QuoteRef, is_news: impl FnOnce(&Pending) -> bool) -> Line {
    of_talks(state, quote, |game| game.pending.as_ref().is_some_and(is_news))
}

/// Whether the booking was sent once more after that: what became of an earlier attempt does not end it.
fn is_overtaken(booking: &BookingRecord, at: Timestamp) -> bool {
    booking.attempts > 1 && booking.sent_at.is_some_and(|sent| at < sent)
}
