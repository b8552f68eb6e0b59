//! What got no answer: looked up until evidence settles it. A quote's own status and its deal settle
//! a booking; the seller's history settles a move. 404 and 410 settle neither (decisions.md 12).

use jiff::{SignedDuration, Timestamp};

use super::{
    Change, Passing,
    booked::{self, Booking, is_of},
    commit, person, refuse, repeat, say, seller_actor,
};
use crate::{
    desk::{
        evolve::wrong_answer,
        fact::{Actor, BookingOutcome, Fact},
        record::{BookingRecord, BookingState, QuoteRecord},
        schedule::Due,
        state::{Mode, Purpose, State},
    },
    domain::{
        Answer, Ask, DealId, ErrorKind, Exchange, Quote, QuoteRef, QuoteStatus, SellerError,
        SellerName, TicketId, deal::says_no,
    },
};

/// Seconds between looks: quickly at first, then at 1, 5, 15 and 60 minutes (safety.md S21).
pub(super) const LOOKS: [i64; 8] = [1, 2, 4, 6, 60, 300, 900, 3_600];

/// How long to wait after so many looks.
pub(super) fn after(looks: usize) -> SignedDuration {
    SignedDuration::from_secs(LOOKS[looks.min(LOOKS.len() - 1)])
}

/// Looks at a booking whose outcome is not known.
pub(super) fn look(state: &State, ticket: &TicketId) -> Vec<Change> {
    let Some(booking) = Booking::of(state, ticket) else {
        return refuse(
            "ticket",
            format!("no booking has ticket {ticket}"),
            "`deals list` names them",
        );
    };
    commit::look(state, &booking)
}

/// What a look at a lost booking found, or at one that waits for the seller.
pub(super) fn booking_looked_up(
    state: &State,
    (ticket, key): (&TicketId, &QuoteRef),
    asked: &Ask,
    (result, exchange): (Result<Answer, SellerError>, Option<&Exchange>),
    now: Timestamp,
) -> Vec<Change> {
    let Some((index, _, booking)) = state.bookings.get_full(ticket) else { return Vec::new() };
    if !booking.state.is_looked_at() {
        return Vec::new();
    }
    let looked_at = if matches!(asked, Ask::GetDeal(_)) { "GET deal" } else { "GET quote" };
    let again = || -> Change {
        let at = now.checked_add(after(booking.evidence.len())).ok();
        Passing::Again(Due::LookBooking(index), at).into()
    };
    let result = match result {
        // What is told of another quote or deal is no evidence about this one.
        Ok(Answer::Quote(quote)) if quote.reference() != *key => Err(wrong_answer()),
        Ok(Answer::Deal(deal)) if !matches!(asked, Ask::GetDeal(id) if *id == deal.deal_id) => {
            Err(wrong_answer())
        }
        result => result,
    };
    let waits = booking.state == BookingState::Waiting;
    let evidence = |says: String, still_available: bool| {
        let (ticket, quote) = (ticket.clone(), key.clone());
        let looked_at = looked_at.to_owned();
        let fact = Fact::EvidenceSeen { ticket, quote, looked_at, says, still_available };
        Change::Keep(seller_actor(&key.seller), fact)
    };
    match result {
        Ok(Answer::Deal(deal)) if is_of(&deal, key) => {
            let mut changes =
                vec![evidence(format!("{} {}", deal.deal_id, deal.raw_status), false)];
            changes.extend(booked::booked(state, ticket, key, deal, now));
            changes
        }
        Ok(Answer::Quote(quote)) => match (&quote.deal_id, quote.status) {
            (Some(deal), _) => {
                let purpose = Purpose::LookBooking(ticket.clone(), key.clone());
                let ask = Ask::GetDeal(deal.clone());
                let says = format!("booked as {deal}");
                vec![evidence(says, false), Change::Ask(key.seller.clone(), ask, purpose)]
            }
            (None, QuoteStatus::Available) if waits => {
                vec![evidence(format!("{}, not decided yet", quote.raw_status), false), again()]
            }
            (None, QuoteStatus::Available) => {
                let sent_at = booking.sent_at.unwrap_or(booking.at);
                if !is_later(state, &key.seller, exchange, sent_at) {
                    let says = "available, in a reply that may be older than the booking";
                    return vec![evidence(says.to_owned(), false), again()];
                }
                let mut changes = vec![evidence("available".to_owned(), true)];
                changes.extend(repeat::still_available(state, index, booking, &quote, now));
                changes
            }
            (None, _) if waits && says_no(&quote.raw_status) => {
                let error = SellerError {
                    http_status: 200,
                    ..SellerError::transport(
                        ErrorKind::Refused,
                        "declined",
                        format!("the seller says {}", quote.raw_status),
                        "read its words; nothing was booked",
                    )
                };
                let by = (seller_actor(&key.seller), BookingOutcome::Refused { error });
                let mut changes = vec![evidence(quote.raw_status.clone(), false)];
                changes.extend(booked::end(state, ticket, key, by, now));
                changes
            }
            (None, QuoteStatus::Booked) => {
                let says = "booked, but the Deal ID is not told".to_owned();
                vec![evidence(says, false), again()]
            }
            (None, QuoteStatus::Expired | QuoteStatus::Declined | QuoteStatus::Other) => {
                vec![evidence(quote.raw_status.clone(), false), again()]
            }
        },
        Ok(_) => vec![evidence("an answer to something else".to_owned(), false), again()],
        Err(error) => vec![evidence(error.to_string(), false), again()],
    }
}

/// Whether a reply was made after `sent`, by the seller's own clock: a cache's is not, and one without
/// a time may not be.
pub(super) fn is_later(
    state: &State,
    seller: &SellerName,
    exchange: Option<&Exchange>,
    sent: Timestamp,
) -> bool {
    exchange.is_some_and(|exchange| !exchange.may_be_older_than(sent, state.skew(seller)))
}

/// A quote that we tried to book, and that the seller says is booked: whatever was thought before, it may
/// be ours, and is looked up.
pub(super) fn booked_after_all(state: &State, record: &QuoteRecord, now: &Quote) -> Vec<Change> {
    let says_booked = now.status == QuoteStatus::Booked || now.deal_id.is_some();
    let ticket = record.ticket.as_ref().filter(|_| says_booked && record.deal.is_none());
    let Some(booking) = ticket.and_then(|ticket| state.bookings.get(ticket)) else {
        return Vec::new();
    };
    let left = match booking.state {
        BookingState::Refused | BookingState::Expired | BookingState::Closed => true,
        // What this desk held back never left it.
        BookingState::NotSent => !booking.withheld && state.setup.mode != Mode::Paper,
        BookingState::Sent
        | BookingState::Unknown
        | BookingState::Waiting
        | BookingState::Done
        | BookingState::Disputed => false,
    };
    if !left {
        return Vec::new();
    }
    let deal = now.deal_id.as_ref().map_or_else(String::new, |deal| format!(" as {deal}"));
    let why = format!("it was {}, but the seller says that it is booked{deal}", booking.state);
    let says = format!("UNKNOWN {}: {why}. It is looked up", record.quote.quote_id);
    let (ticket, quote) = (booking.intent.ticket.clone(), record.reference());
    let fact = Fact::BookingUnknown { ticket, quote, why, error: None };
    vec![Change::Keep(Actor::Desk, fact), say(true, says), Passing::Ring.into()]
}

/// A person says which deal a lost booking became: the seller is asked for it.
pub(super) fn enter_deal(state: &State, ticket: &TicketId, deal_id: DealId) -> Vec<Change> {
    let Some(booking) = unknown(state, ticket) else { return not_unknown(ticket) };
    let key = booking.intent.quote.clone();
    let purpose = Purpose::EnterDeal(ticket.clone(), key.clone());
    vec![Change::Ask(key.seller, Ask::GetDeal(deal_id), purpose)]
}

/// The deal that a person named, as the seller has it. It counts only if it is of this quote; where a
/// seller does not tell the quote, only if it is of this product, and no other booking's.
pub(super) fn entered(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let (Some(_), Some(record)) = (unknown(state, ticket), state.quote(key)) else {
        return Vec::new();
    };
    let deal = match result {
        Ok(Answer::Deal(deal)) => deal,
        Ok(_) => return vec![say(true, wrong_answer().to_string())],
        Err(error) => {
            let says = format!("{} does not confirm that deal: {error}", key.seller);
            return refuse("deal", says, "check the Deal ID with the seller");
        }
    };
    let ours = match &deal.quote_id {
        Some(quote) => *quote == key.quote_id,
        None => deal.product.product_id == record.quote.product.product_id,
    };
    if !ours || state.has_deal(&deal.reference()) {
        let says = format!("{} is not the deal of {}", deal.deal_id, key.quote_id);
        return refuse("deal", says, "check the Deal ID with the seller");
    }
    let evidence = Fact::EvidenceSeen {
        ticket: ticket.clone(),
        quote: key.clone(),
        looked_at: "GET deal".to_owned(),
        says: format!("{} {}, named by a person", deal.deal_id, deal.raw_status),
        still_available: false,
    };
    let mut changes = vec![Change::Keep(person(state), evidence)];
    changes.extend(booked::booked(state, ticket, key, deal, now));
    changes
}

/// A person closes what nobody knows the outcome of: in writing, and its money no longer counts.
pub(super) fn close(state: &State, ticket: &TicketId, why: &str) -> Vec<Change> {
    let Some(booking) = unknown(state, ticket) else { return not_unknown(ticket) };
    let why = crate::domain::text::prose(why);
    if !is_a_reason(&why) {
        return refuse(
            "reason",
            "closing a booking without a known outcome needs a reason in words",
            "say what the seller told you, and who",
        );
    }
    let quote = booking.intent.quote.clone();
    let says = format!("{} is closed with a reason: its money no longer counts", quote.quote_id);
    let (ticket, ending) = (ticket.clone(), BookingOutcome::Closed { why });
    let fact = Fact::BookingEnded { ticket, quote, ending };
    vec![Change::Keep(person(state), fact), say(false, says)]
}

/// A reason has at least so many letters and digits.
const SHORTEST_REASON: usize = 8;

/// Whether words say enough to be a reason.
pub(super) fn is_a_reason(why: &str) -> bool {
    why.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST_REASON
}

fn unknown<'a>(state: &'a State, ticket: &TicketId) -> Option<&'a BookingRecord> {
    state.bookings.get(ticket).filter(|booking| booking.state.is_looked_at())
}

fn not_unknown(ticket: &TicketId) -> Vec<Change> {
    refuse(
        "ticket",
        format!("no booking of ticket {ticket} waits for its outcome"),
        "`deals list` and the board name those that do",
    )
}
