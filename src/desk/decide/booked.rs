//! A booking from the gate on: its question, and what becomes of it. A deal is compared with what was agreed
//! and typed (safety.md 4.5 and 4.6).

use jiff::Timestamp;

use super::{
    Came, Change, Passing,
    commit::{self, Commitment, Heeds, Leaving, Outcome},
    halt, say, seller_actor, settle,
};
use crate::{
    desk::{
        evolve::wrong_answer,
        fact::{Actor, BookingOutcome, Fact, Intent},
        fold::STATUS,
        record::{BookingRecord, BookingState, QuoteRecord},
        state::{Purpose, State},
        ticket::{Ticket, TicketState},
    },
    domain::{Answer, Ask, Deal, QuoteRef, SellerError, SellerName, TicketId, ask::Waiting},
};

/// A booking, by its ticket and its quote.
#[derive(Debug, Clone)]
pub(super) struct Booking {
    pub(super) ticket: TicketId,
    pub(super) quote: QuoteRef,
}

impl From<&Intent> for Booking {
    fn from(intent: &Intent) -> Self {
        Self { ticket: intent.ticket.clone(), quote: intent.quote.clone() }
    }
}

impl Booking {
    /// The booking of a ticket.
    pub(super) fn of(state: &State, ticket: &TicketId) -> Option<Self> {
        state.bookings.get(ticket).map(|booking| Self::from(&booking.intent))
    }

    /// Those that a process sent and has no answer of.
    pub(super) fn sent_by(state: &State, owner: &str) -> impl Iterator<Item = Self> {
        let sent = state.open_bookings().filter(move |booking| {
            booking.intent.owner == owner && booking.state == BookingState::Sent
        });
        sent.map(|booking| Self::from(&booking.intent))
    }

    fn record<'a>(&self, state: &'a State) -> Option<&'a BookingRecord> {
        state.bookings.get(&self.ticket)
    }
}

impl Commitment for Booking {
    fn seller(&self) -> &SellerName {
        &self.quote.seller
    }

    /// The question that spends money: the same key and the same body, however often it is sent.
    fn question(&self, state: &State, now: Timestamp) -> Option<Leaving> {
        let booking = self.record(state).filter(|booking| booking.state == BookingState::Sent)?;
        let intent = &booking.intent;
        let over = intent.trigger.as_ref().filter(|trigger| trigger.until <= now);
        let over = over
            .map(|_| commit::held("trigger_over", super::book::TOO_LATE, "book it by hand (B)"));
        // A second attempt heeds whatever stops this seller, a store that cannot be written too.
        let stopped = halt::obstacle(state, &self.quote.seller).filter(|_| booking.attempts > 1);
        let stopped = stopped.map(|no| commit::held(&no.rule, &no.says, &no.cure));
        let is_answered = intent.despite_halt && booking.attempts == 1;
        Some(Leaving {
            seller: self.quote.seller.clone(),
            ask: Ask::Book {
                quote_id: self.quote.quote_id.clone(),
                identity: intent.identity.clone(),
                notes: intent.notes.clone(),
                idempotency_key: intent.idempotency_key.clone(),
            },
            purpose: Purpose::Booking(self.ticket.clone(), self.quote.clone()),
            heeds: if is_answered { Heeds::OfItsSeller } else { Heeds::Every },
            verb: "book",
            over: over.or(stopped),
        })
    }

    fn left(&self, state: &State, now: Timestamp) -> Option<Change> {
        let is_it =
            |ticket: &Ticket| ticket.id == self.ticket && ticket.state == TicketState::Storing;
        let mut ticket = state.ticket.clone().filter(is_it)?;
        ticket.advance(TicketState::Sent, now);
        Some(Passing::Ticket(Some(Box::new(ticket))).into())
    }

    fn judge(&self, answer: Answer) -> Result<Answer, SellerError> {
        let is_deal = matches!(&answer, Answer::Deal(deal) if is_of(deal, &self.quote));
        if is_deal || matches!(answer, Answer::Waiting(_)) {
            return Ok(answer);
        }
        // It has the booking, and answers something else.
        Err(SellerError { http_status: 200, ..wrong_answer() })
    }

    fn conclude(&self, state: &State, outcome: Outcome, now: Timestamp) -> Vec<Change> {
        use Outcome::{Answered, Expired, NotSent, Orphaned, Refused, Unknown, Withheld};
        let of @ (ticket, key) = (&self.ticket, &self.quote);
        let is_repeated = self.record(state).is_some_and(|booking| booking.attempts > 1);
        let by_seller = |ending| end(state, ticket, key, (seller_actor(&key.seller), ending), now);
        match outcome {
            Answered(Answer::Deal(deal)) => booked(state, ticket, key, deal, now),
            Answered(Answer::Waiting(waiting)) => waits(state, ticket, key, waiting, now),
            Answered(_) => Vec::new(),
            Withheld(error) if is_repeated => {
                let why = format!("it was not sent again: {}", error.says);
                unknown(state, of, (&why, None), now)
            }
            Withheld(error) => {
                end(state, ticket, key, (Actor::Desk, BookingOutcome::NotSent { error }), now)
            }
            Orphaned => {
                let why = "the desk that sent it is gone, and its answer with it".to_owned();
                let (ticket, quote) = (ticket.clone(), key.clone());
                let fact = Fact::BookingUnknown { ticket, quote, why, error: None };
                vec![Change::Keep(Actor::Desk, fact)]
            }
            Refused(error) | Expired(error) | NotSent(error) | Unknown(error)
                if error.is_conflict() =>
            {
                // Our request changed under its key: our own fault, and nothing more goes to this seller.
                let why = format!("it says that our booking changed under its key: {error}");
                let mut changes = unknown(state, of, (&why, Some(error)), now);
                changes.extend(halt::trip_seller(state, &key.seller, &why));
                changes
            }
            Refused(error) | Expired(error) | NotSent(error) | Unknown(error) if is_repeated => {
                // Whatever became of this attempt, an earlier one may be booked yet (decisions.md 12).
                let why = format!("this attempt did not book it, an earlier one may have: {error}");
                unknown(state, of, (&why, Some(error)), now)
            }
            Refused(error) => by_seller(BookingOutcome::Refused { error }),
            Expired(error) => by_seller(BookingOutcome::Expired { error }),
            NotSent(error) => by_seller(BookingOutcome::NotSent { error }),
            Unknown(error) => {
                let why = format!("the booking left, and its outcome is not known: {error}");
                unknown(state, of, (&why, Some(error)), now)
            }
        }
    }

    fn evidence(&self, state: &State) -> Option<(Ask, Purpose)> {
        self.record(state).filter(|booking| booking.state.is_looked_at())?;
        let purpose = Purpose::LookBooking(self.ticket.clone(), self.quote.clone());
        Some((Ask::GetQuote(self.quote.quote_id.clone()), purpose))
    }

    fn settle(&self, state: &State, asked: &Ask, came: Came, now: Timestamp) -> Vec<Change> {
        let came = (came.result, came.exchange.as_ref());
        settle::booking_looked_up(state, (&self.ticket, &self.quote), asked, came, now)
    }
}

/// Whether a deal may be of a quote: some sellers do not name the quote that it was booked from.
pub(super) fn is_of(deal: &Deal, quote: &QuoteRef) -> bool {
    deal.quote_id.as_ref().is_none_or(|id| *id == quote.quote_id)
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
        BookingOutcome::Done { deal }
    } else {
        BookingOutcome::Disputed { deal, differences }
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
    (actor, ending): (Actor, BookingOutcome),
    now: Timestamp,
) -> Vec<Change> {
    let (bad, says) = match &ending {
        BookingOutcome::Done { deal } => (false, format!("booked: Deal ID {}", deal.deal_id)),
        BookingOutcome::Disputed { deal, differences } => {
            let fields: Vec<_> = differences.iter().map(|(field, ..)| field.as_str()).collect();
            (true, format!("DISPUTED {}: {} differ", deal.deal_id, fields.join(", ")))
        }
        BookingOutcome::Refused { error } => {
            (true, format!("{} refused: {error}. {}", key.seller, error.cure))
        }
        BookingOutcome::Expired { error } => (true, format!("too late: {error}. Ask again (r)")),
        BookingOutcome::NotSent { error } => {
            (true, format!("nothing was sent: {error}. {}", error.cure))
        }
        BookingOutcome::Closed { .. } => {
            (false, format!("{} is closed with a reason", key.quote_id))
        }
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
