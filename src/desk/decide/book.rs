//! Booking: the one path to money. Re-read, check, typed price, stored intent, one send, compared
//! reply (safety.md 4.1 to 4.6).

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Passing,
    checks::{self, checks},
    minted, person, quote, refuse, say, seller_actor,
};
use crate::{
    desk::{
        command::{Answered, Stored},
        evolve::wrong_answer,
        fact::{Actor, Ending, Fact, Intent},
        schedule::Due,
        state::{Mode, Purpose, State},
        ticket::{ARMED_SECONDS, Ticket, TicketState},
    },
    domain::{
        Answer, Ask, Check, Cost, Cpm, Deal, ErrorKind, Fate, QuoteRef, SellerError, TicketId,
    },
};

/// What a ticket is opened with.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) max_cpm: Option<Cpm>,
    pub(super) planned_spend: Option<Cost>,
    pub(super) notes: Option<String>,
}

/// Opens a ticket: the quote is read again before anything can be typed.
pub(super) fn open(state: &State, key: QuoteRef, given: Given, now: Timestamp) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(&key) };
    if let Some(open) = &state.ticket
        && matches!(open.state, TicketState::Storing | TicketState::Sent)
    {
        return refuse(
            "ticket",
            format!("ticket {} is being sent", open.id),
            "wait for its outcome",
        );
    }
    if let Some(deal) = &record.deal {
        return refuse("booked", format!("it is booked: {deal}"), "open the deal (Enter)");
    }
    if record.holds_money() {
        return refuse(
            "booking",
            "a booking of this quote has no known outcome; booking it again is blocked",
            "wait for the evidence, or look again (r)",
        );
    }
    if let Some(newer) = &record.replaced_by {
        return refuse("replaced", format!("{newer} stands for it now"), "book that one");
    }
    let subject = format!("{}|{}", key.seller.as_str(), key.quote_id.as_str());
    let id = format!("tk-{}", &minted(state, "ticket", &subject, now)[..8]);
    let ticket = Ticket {
        id: TicketId(id),
        idempotency_key: minted(state, "key", &subject, now),
        state: TicketState::Checking,
        opened_at: now,
        since: now,
        price: record.price(),
        cost: given.planned_spend.or(record.cost()),
        max_cpm: given.max_cpm,
        planned_spend: given.planned_spend,
        identity: record.ask.identity.clone(),
        notes: given.notes,
        easy: false,
        checks: Vec::new(),
        changed: Vec::new(),
        complaint: None,
        quote: key.clone(),
    };
    let ask = Ask::GetQuote(key.quote_id.clone());
    let purpose = Purpose::TicketReread(ticket.id.clone(), key.clone());
    vec![Passing::Ticket(Some(Box::new(ticket))).into(), Change::Ask(key.seller, ask, purpose)]
}

/// The re-read quote came: everything is checked, and the ticket is armed or blocked.
pub(super) fn reread_answered(
    state: &State,
    id: &TicketId,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let mut changes = match &result {
        Ok(Answer::Quote(quote)) => quote::seen(state, key, quote),
        Err(error) if error.says_expired() => quote::over(state, key),
        Ok(_) | Err(_) => Vec::new(),
    };
    let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == *id) else {
        return changes;
    };
    let Some(record) = state.quote(key) else { return changes };
    let reread = match result {
        Ok(Answer::Quote(quote)) => {
            ticket.changed = record
                .quote
                .differences(&quote)
                .into_iter()
                .map(|(field, shown, now)| (field.to_owned(), shown, now))
                .collect();
            checks::reread(&ticket, &quote)
        }
        Ok(_) => checks::unread(&wrong_answer()),
        Err(error) => checks::unread(&error),
    };
    ticket.checks = vec![reread];
    ticket.checks.extend(checks(state, record, &ticket, now));
    ticket.easy = ticket.cost.is_some_and(|cost| cost.amount() <= state.setup.limits.easy);
    let armed = ticket.blocked_by().is_none();
    ticket.advance(if armed { TicketState::Armed } else { TicketState::Blocked }, now);
    let until = now.checked_add(SignedDuration::from_secs(ARMED_SECONDS)).ok();
    changes.push(Passing::Again(Due::Ticket, until.filter(|_| armed)).into());
    changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
    changes
}

/// The answer was typed: checked once more, then stored. Only the stored intent is sent.
pub(super) fn confirm(state: &State, answer: &Answered, now: Timestamp) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone() else {
        return refuse("ticket", "no ticket is open", "open one (B)");
    };
    let Some(record) = state.quote(&ticket.quote) else { return Vec::new() };
    if ticket.state != TicketState::Armed {
        let cure = ticket.blocked_by().map_or("wait for its checks", |check| check.cure.as_str());
        return refuse("ticket", format!("the ticket is {}", ticket.state), cure);
    }
    let (Some(price), Some(cost)) = (ticket.price, ticket.cost) else {
        return refuse("price", "the ticket has no price", "open it again (B)");
    };
    let complaint = match answer {
        Answered::Price(typed) if *typed == price.amount() => None,
        Answered::Price(typed) => {
            let typed = crate::domain::money::plain(*typed);
            Some(format!("you typed {typed}, the price is {}", price.plain()))
        }
        Answered::Yes if ticket.easy => None,
        Answered::Yes => Some("above the easy limit the price must be typed".to_owned()),
    };
    if let Some(complaint) = complaint {
        ticket.complaint = Some(complaint.clone());
        let mut changes = refuse("typed price", complaint, "type the price as shown");
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
        return changes;
    }
    let mut again = checks(state, record, &ticket, now);
    if record.price() != ticket.price || !record.is_open() {
        // Another process may have seen it change since this ticket read it.
        let says = "the quote is no longer what this ticket shows";
        again.insert(0, Check::fail("changed", says, "open a new ticket (B)"));
    }
    if let Some(failed) = again.iter().find(|check| !check.ok) {
        let mut changes = vec![Change::Refuse(failed.refusal())];
        ticket.checks.truncate(1);
        ticket.checks.extend(again.clone());
        ticket.advance(TicketState::Blocked, now);
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
        return changes;
    }
    let intent = Intent {
        ticket: ticket.id.clone(),
        owner: state.setup.owner.clone(),
        idempotency_key: ticket.idempotency_key.clone(),
        quote: ticket.quote.clone(),
        confirmed: price,
        cost,
        identity: ticket.identity.clone(),
        notes: ticket.notes.clone(),
    };
    ticket.advance(TicketState::Storing, now);
    let fact = Fact::IntentStored { intent: intent.clone() };
    vec![
        Passing::Again(Due::Ticket, None).into(),
        Passing::Ticket(Some(Box::new(ticket))).into(),
        Change::Store(Stored::Booking(Box::new(intent)), person(state), fact),
    ]
}

/// Another process wrote first: everything is checked again against what it wrote.
pub(super) fn store_again(state: &State, intent: Intent, now: Timestamp) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == intent.ticket) else {
        return Vec::new();
    };
    let Some(record) = state.quote(&intent.quote) else { return Vec::new() };
    let mut failed = checks(state, record, &ticket, now).into_iter().find(|check| !check.ok);
    if !record.is_open() || record.price() != Some(intent.confirmed) {
        let says = "another process changed or booked this quote; nothing was sent";
        failed = Some(Check::fail("overtaken", says, "look at the board (1)"));
    }
    if let Some(failed) = failed {
        ticket.advance(TicketState::Blocked, now);
        let refusal = Change::Refuse(failed.refusal());
        ticket.checks.push(failed);
        return vec![refusal, Passing::Ticket(Some(Box::new(ticket))).into()];
    }
    let fact = Fact::IntentStored { intent: intent.clone() };
    vec![Change::Store(Stored::Booking(Box::new(intent)), person(state), fact)]
}

/// The intent could not be stored: the ticket is blocked, nothing was sent.
pub(super) fn not_stored(state: &State, why: &str) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone() else { return Vec::new() };
    let since = ticket.since;
    ticket.advance(TicketState::Blocked, since);
    ticket.checks.push(Check::fail("stored", why, "make the store writable, then try again"));
    vec![Passing::Ticket(Some(Box::new(ticket))).into()]
}

/// Part of the send gate: a durable booking leaves, once.
pub(super) fn send(state: &State, intent: Intent, now: Timestamp) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == intent.ticket) {
        ticket.advance(TicketState::Sent, now);
        changes.push(Passing::Ticket(Some(Box::new(ticket))).into());
    }
    if state.setup.mode == Mode::Paper || state.setup.read_only {
        let error = SellerError::transport(
            ErrorKind::Configuration,
            "paper",
            "paper mode: nothing was sent",
            "start without --paper to book",
        );
        let ending = Ending::NotSent { error };
        changes.extend(end(state, &intent.ticket, &intent.quote, (Actor::Desk, ending), now));
        return changes;
    }
    let ask = Ask::Book {
        quote_id: intent.quote.quote_id.clone(),
        identity: intent.identity,
        notes: intent.notes,
        idempotency_key: intent.idempotency_key,
    };
    let purpose = Purpose::Booking(intent.ticket, intent.quote.clone());
    changes.push(Change::Ask(intent.quote.seller, ask, purpose));
    changes
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
        Ok(Answer::Deal(deal)) => return booked(state, ticket, key, deal, now),
        Ok(_) => wrong_answer(),
        Err(error) => error,
    };
    let ending = match error.fate() {
        Fate::Refused => Ending::Refused { error },
        Fate::Expired => Ending::Expired { error },
        Fate::NotSent => Ending::NotSent { error },
        Fate::Unknown => {
            let why = format!("the booking left, and its outcome is not known: {error}");
            return unknown(state, ticket, key, &why, now);
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
    let other = state.deals.get(&deal.reference()).filter(|known| known.ticket != *ticket);
    if let Some(other) = other {
        let why = format!(
            "the seller answered with {}, which is the deal of ticket {}",
            deal.deal_id, other.ticket
        );
        return unknown(state, ticket, key, &why, now);
    }
    let differences: Vec<_> = deal
        .disputes(&record.quote, booking.intent.confirmed)
        .into_iter()
        .map(|(field, agreed, booked)| (field.to_owned(), agreed, booked))
        .collect();
    let ending = if differences.is_empty() {
        Ending::Done { deal }
    } else {
        Ending::Disputed { deal, differences }
    };
    end(state, ticket, key, (seller_actor(&key.seller), ending), now)
}

fn unknown(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    why: &str,
    now: Timestamp,
) -> Vec<Change> {
    let (ticket, quote, why) = (ticket.clone(), key.clone(), why.to_owned());
    let mut changes = ticket_ended(state, &ticket, now);
    changes.push(say(true, format!("UNKNOWN {}: {why}", quote.quote_id)));
    changes.insert(0, Change::Keep(Actor::Desk, Fact::BookingUnknown { ticket, quote, why }));
    changes
}

fn end(
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
    };
    let fact = Fact::BookingEnded { ticket: ticket.clone(), quote: key.clone(), ending };
    let mut changes = vec![Change::Keep(actor, fact)];
    changes.extend(ticket_ended(state, ticket, now));
    changes.push(say(bad, says));
    changes
}

fn ticket_ended(state: &State, id: &TicketId, now: Timestamp) -> Vec<Change> {
    let Some(mut ticket) = state.ticket.clone().filter(|ticket| ticket.id == *id) else {
        return Vec::new();
    };
    if ticket.state == TicketState::Storing {
        ticket.advance(TicketState::Sent, now);
    }
    ticket.advance(TicketState::Ended, now);
    vec![Passing::Ticket(Some(Box::new(ticket))).into()]
}

/// Closes the ticket on screen. What was sent goes on.
pub(super) fn close(state: &State) -> Vec<Change> {
    if state.ticket.is_none() {
        return Vec::new();
    }
    vec![Passing::Again(Due::Ticket, None).into(), Passing::Ticket(None).into()]
}

/// An armed ticket that nobody answered is checked again before it can be.
pub(super) fn timed_out(state: &State, now: Timestamp) -> Vec<Change> {
    let Some(ticket) = state.ticket.clone().filter(|ticket| ticket.state == TicketState::Armed)
    else {
        return Vec::new();
    };
    let mut ticket = ticket;
    ticket.advance(TicketState::Checking, now);
    let key = ticket.quote.clone();
    let purpose = Purpose::TicketReread(ticket.id.clone(), key.clone());
    let ask = Ask::GetQuote(key.quote_id.clone());
    vec![Passing::Ticket(Some(Box::new(ticket))).into(), Change::Ask(key.seller, ask, purpose)]
}
