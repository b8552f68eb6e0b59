//! Booking, from the send gate on: one send, the outcome table, the reply compared with what was
//! agreed and typed (safety.md 4.5 and 4.6).

use jiff::Timestamp;

use super::{
    Change, Passing,
    commit::{self, Heeds, Leaving},
    halt, say, seller_actor,
};
use crate::{
    desk::{
        evolve::wrong_answer,
        fact::{Actor, Ending, Fact, Intent},
        fold::STATUS,
        record::{BookingRecord, QuoteRecord},
        state::{Purpose, State},
        ticket::TicketState,
    },
    domain::{Answer, Ask, Deal, Fate, QuoteRef, SellerError, TicketId, ask::Waiting},
};

/// Part of the send gate: a durable booking leaves, once.
pub(super) fn send(state: &State, intent: Intent, now: Timestamp) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == intent.ticket) {
        ticket.advance(TicketState::Sent, now);
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
    }
    let (ticket, quote) = (intent.ticket.clone(), intent.quote.clone());
    let over = intent.trigger.as_ref().filter(|trigger| trigger.until <= now);
    let over =
        over.map(|_| commit::held("trigger_over", super::book::TOO_LATE, "book it by hand (B)"));
    let heeds = if intent.despite_halt { Heeds::OfItsSeller } else { Heeds::Every };
    match commit::release(state, Leaving { heeds, over, ..leaving(intent) }) {
        Ok(leaves) => changes.push(leaves),
        Err(error) => {
            let ending = Ending::NotSent { error };
            changes.extend(end(state, &ticket, &quote, (Actor::Desk, ending), now));
        }
    }
    changes
}

/// The question that spends money: the same key and the same body, however often it is sent.
pub(super) fn leaving(intent: Intent) -> Leaving {
    let ask = Ask::Book {
        quote_id: intent.quote.quote_id.clone(),
        identity: intent.identity,
        notes: intent.notes,
        idempotency_key: intent.idempotency_key,
    };
    let purpose = Purpose::Booking(intent.ticket, intent.quote.clone());
    let (seller, heeds, verb) = (intent.quote.seller, Heeds::Every, "book");
    Leaving { seller, ask, purpose, heeds, verb, over: None }
}

/// The reply to a booking, or the lack of one.
pub(super) fn answered(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let error = match result {
        Ok(Answer::Deal(deal)) if deal.quote_id.as_ref().is_none_or(|id| *id == key.quote_id) => {
            return booked(state, ticket, key, deal, now);
        }
        Ok(Answer::Waiting(waiting)) => return waits(state, ticket, key, waiting, now),
        // It has the booking, and answers something else.
        Ok(_) => SellerError { http_status: 200, ..wrong_answer() },
        Err(error) => error,
    };
    if error.is_conflict() {
        // Our request changed under its key: our own fault, and nothing more goes to this seller.
        let why = format!("it says that our booking changed under its key: {error}");
        let mut changes = unknown(state, (ticket, key), (&why, Some(error)), now);
        changes.extend(halt::trip_seller(state, &key.seller, &why));
        return changes;
    }
    if state.bookings.get(ticket).is_some_and(|booking| booking.attempts > 1) {
        // Whatever became of this attempt, an earlier one may be booked yet (decisions.md 12).
        let why = format!("this attempt did not book it, an earlier one may have: {error}");
        return unknown(state, (ticket, key), (&why, Some(error)), now);
    }
    let ending = match error.fate() {
        Fate::Refused => Ending::Refused { error },
        Fate::Expired => Ending::Expired { error },
        Fate::NotSent => Ending::NotSent { error },
        Fate::Unknown => {
            let why = format!("the booking left, and its outcome is not known: {error}");
            return unknown(state, (ticket, key), (&why, Some(error)), now);
        }
    };
    end(state, ticket, key, (seller_actor(&key.seller), ending), now)
}

/// The seller says that it booked: compared with what was agreed and typed.
pub(super) fn booked(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    deal: Box<Deal>,
    now: Timestamp,
) -> Vec<Change> {
    let (Some(record), Some(booking)) = (state.quote(key), state.bookings.get(ticket)) else {
        return Vec::new();
    };
    let of = deal.reference();
    let other = match state.deals.get(&of) {
        Some(known) => (known.ticket != *ticket).then(|| format!("of ticket {}", known.ticket)),
        // The deal of this ticket would have been read with it.
        None => state.left_out.deals.contains(&of).then(|| "of another ticket".to_owned()),
    };
    if let Some(other) = other {
        let why = format!("the seller answered with {}, which is the deal {other}", deal.deal_id);
        let error = SellerError { http_status: 200, ..wrong_answer() };
        return unknown(state, (ticket, key), (&why, Some(error)), now);
    }
    let mut differences = differs(record, booking, &deal);
    differences.extend(lifeless(&deal));
    let ending = if differences.is_empty() {
        Ending::Done { deal }
    } else {
        Ending::Disputed { deal, differences }
    };
    end(state, ticket, key, (seller_actor(&key.seller), ending), now)
}

/// Where a deal is not what was agreed and typed: `(field, agreed, told)`.
pub(super) fn differs(
    record: &QuoteRecord,
    booking: &BookingRecord,
    deal: &Deal,
) -> Vec<(String, String, String)> {
    let intent = &booking.intent;
    let found = deal.disputes(intent.offer(&record.quote), intent.confirmed);
    found.into_iter().map(|(field, agreed, told)| (field.to_owned(), agreed, told)).collect()
}

/// That a deal which was to be delivered is over, or that another stands for it, as a difference from what
/// was agreed.
pub(super) fn lifeless(deal: &Deal) -> Option<(String, String, String)> {
    let told = || (STATUS.to_owned(), "booked".to_owned(), deal.raw_status.clone());
    (deal.status.is_over() || deal.replaced()).then(told)
}

/// The seller has the booking, and has not decided on it.
fn waits(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    waiting: Waiting,
    now: Timestamp,
) -> Vec<Change> {
    let says = format!("{} has the booking and has not decided yet: {waiting}", key.seller);
    let (id, quote) = (ticket.clone(), key.clone());
    let fact = Fact::BookingWaiting { ticket: id, quote, waiting };
    let mut changes = vec![Change::Keep(seller_actor(&key.seller), fact)];
    changes.extend(ticket_ended(state, ticket, now));
    changes.push(say(true, says));
    changes
}

/// Nobody knows what became of it, and why; with what came instead of an outcome, if anything did.
pub(super) fn unknown(
    state: &State,
    (ticket, key): (&TicketId, &QuoteRef),
    (why, error): (&str, Option<SellerError>),
    now: Timestamp,
) -> Vec<Change> {
    let (ticket, quote, why) = (ticket.clone(), key.clone(), why.to_owned());
    let mut changes = ticket_ended(state, &ticket, now);
    changes.push(say(true, format!("UNKNOWN {}: {why}", quote.quote_id)));
    let fact = Fact::BookingUnknown { ticket, quote, why, error };
    changes.insert(0, Change::Keep(Actor::Desk, fact));
    changes
}

pub(super) fn end(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    (actor, ending): (Actor, Ending),
    now: Timestamp,
) -> Vec<Change> {
    let (bad, says) = match &ending {
        Ending::Done { deal } => (false, format!("booked: Deal ID {}", deal.deal_id)),
        Ending::Disputed { deal, differences } => {
            let fields: Vec<_> = differences.iter().map(|(field, ..)| field.as_str()).collect();
            (true, format!("DISPUTED {}: {} differ", deal.deal_id, fields.join(", ")))
        }
        Ending::Refused { error } => {
            (true, format!("{} refused: {error}. {}", key.seller, error.cure))
        }
        Ending::Expired { error } => (true, format!("too late: {error}. Ask again (r)")),
        Ending::NotSent { error } => (true, format!("nothing was sent: {error}. {}", error.cure)),
        Ending::Closed { .. } => (false, format!("{} is closed with a reason", key.quote_id)),
    };
    // Who did it is said, too: nobody typed anything.
    let trigger = state.bookings.get(ticket).and_then(|booking| booking.intent.trigger.as_ref());
    let says = match trigger {
        Some(trigger) => format!("trigger {}, {}: {says}", trigger.id, key.seller),
        None => says,
    };
    let fact = Fact::BookingEnded { ticket: ticket.clone(), quote: key.clone(), ending };
    let mut changes = vec![Change::Keep(actor, fact)];
    changes.extend(ticket_ended(state, ticket, now));
    changes.push(say(bad, says));
    changes
}

pub(super) fn ticket_ended(state: &State, id: &TicketId, now: Timestamp) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == *id) else {
        return Vec::new();
    };
    if ticket.state == TicketState::Storing {
        ticket.advance(TicketState::Sent, now);
    }
    ticket.advance(TicketState::Ended, now);
    vec![Passing::Ticket(Some(Box::new(ticket))).into()]
}
