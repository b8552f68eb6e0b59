//! The second attempt at a booking that never arrived: only on evidence, only once, with the same key
//! and the same body, and stored before it leaves (safety.md 4.5).

use jiff::{SignedDuration, Timestamp};

use super::{Change, Passing, booked, checks::limit_checks, halt, say, settle};
use crate::{
    desk::{
        command::Stored,
        fact::{Actor, Ending, Fact},
        record::{BookingRecord, BookingState},
        schedule::Due,
        state::{Mode, State},
    },
    domain::{ErrorKind, Quote, SellerError, Skew, TicketId},
};

/// A quote must be seen available twice at least this far apart, in milliseconds; further where the
/// seller is slow.
const APART_MS: i64 = 5_000;

/// How often a booking is sent at most.
const ATTEMPTS: u32 = 2;

/// Sellers remember a key for 24 h; after this long a repeat could be a second booking (safety.md S18).
const KEY_GOOD_FOR: SignedDuration = SignedDuration::from_hours(23);

/// Where no second attempt is possible, a quote that is still available this long after the booking
/// was sent, and was seen so this often, was not booked.
const QUIET: (SignedDuration, usize) = (SignedDuration::from_mins(15), 3);

/// A lost booking's quote can still be booked: what follows from that.
pub(super) fn still_available(
    state: &State,
    index: usize,
    booking: &BookingRecord,
    quote: &Quote,
    now: Timestamp,
) -> Vec<Change> {
    let sent_at = booking.sent_at.unwrap_or(booking.at);
    let since_sent = booking.evidence.iter().filter(|evidence| evidence.at >= sent_at);
    let seen: Vec<_> = since_sent.rev().take_while(|evidence| evidence.still_available).collect();
    let apart = SignedDuration::from_millis(apart(state, booking));
    let far_apart = seen.iter().any(|evidence| now.duration_since(evidence.at) >= apart);
    if !far_apart {
        return again(index, now, apart);
    }
    match obstacle(state, booking, quote, now) {
        None => {
            let (ticket, key) = (booking.intent.ticket.clone(), booking.intent.quote.clone());
            let fact = Fact::BookingRepeated {
                ticket: ticket.clone(),
                quote: key.clone(),
                attempt: booking.attempts + 1,
                owner: state.setup.owner.clone(),
            };
            let says = format!("{} was never booked: sent once more, same key", key.quote_id);
            // Looked at again, should the second attempt not come to be stored.
            let mut changes = again(index, now, settle::after(booking.evidence.len()));
            changes.push(Change::Store(Stored::Repeat(ticket), Actor::Desk, fact));
            changes.push(say(false, says));
            changes
        }
        Some(_) if now.duration_since(sent_at) >= QUIET.0 && seen.len() + 1 >= QUIET.1 => {
            vec![
                not_booked(booking),
                say(false, format!("{} was not booked after all", quote.quote_id)),
            ]
        }
        Some(_) => again(index, now, settle::after(booking.evidence.len())),
    }
}

/// Until when a booking that never arrived may be sent once more with its key; `None` where it was sent
/// as often as it may be. What a trigger decided is sent once: no person is there to see the second.
pub fn repeat_until(booking: &BookingRecord) -> Option<Timestamp> {
    let is_left = booking.attempts < ATTEMPTS && booking.intent.trigger.is_none();
    booking.at.checked_add(KEY_GOOD_FOR).ok().filter(|_| is_left)
}

fn again(index: usize, now: Timestamp, wait: SignedDuration) -> Vec<Change> {
    vec![Passing::Again(Due::LookBooking(index), now.checked_add(wait).ok()).into()]
}

fn apart(state: &State, booking: &BookingRecord) -> i64 {
    let seller = state.sellers.get(&booking.intent.quote.seller);
    let slow = seller.and_then(|seller| seller.percentile(95)).unwrap_or(0);
    i64::try_from(slow).unwrap_or(i64::MAX / 4).saturating_mul(2).max(APART_MS)
}

/// Why a booking is not sent a second time, if it is not.
fn obstacle(
    state: &State,
    booking: &BookingRecord,
    quote: &Quote,
    now: Timestamp,
) -> Option<&'static str> {
    let intent = &booking.intent;
    let storing = |(stored, _): &(Stored, _)| *stored == Stored::Repeat(intent.ticket.clone());
    let known = state.quote(&intent.quote);
    let left = Skew::least_left(state.skew(&intent.quote.seller), quote.expires_at, now);
    let until = repeat_until(booking);
    if until.is_none() {
        Some("it was sent as often as it may be")
    } else if state.storing.iter().any(storing) {
        Some("it is being stored")
    } else if until.is_some_and(|until| now >= until) {
        Some("the seller may have forgotten its key")
    } else if state.setup.read_only || state.setup.mode == Mode::Paper {
        Some("this desk sends nothing")
    } else if halt::obstacle(state, &intent.quote.seller).is_some() {
        Some("halted")
    } else if left <= SignedDuration::from_millis(2 * apart(state, booking)) {
        Some("the quote is about to end")
    } else if known.is_none_or(|known| !intent.offer(&known.quote).differences(quote).is_empty()) {
        Some("the quote is not what was booked")
    } else if known.is_some_and(|known| over_a_limit(state, booking, &known.quote, now)) {
        Some("it is over a limit by now")
    } else {
        None
    }
}

/// Whether a limit that holds by now forbids it.
fn over_a_limit(state: &State, booking: &BookingRecord, known: &Quote, now: Timestamp) -> bool {
    let intent = &booking.intent;
    let bought = (intent.confirmed, Some(intent.cost));
    let checks = limit_checks(state, intent.offer(known), bought, now, Some(booking));
    checks.iter().any(|check| !check.ok)
}

/// Part of the send gate: a durable second attempt leaves, unless something came in between.
pub(super) fn send(state: &State, ticket: &TicketId, now: Timestamp) -> Vec<Change> {
    let Some(booking) = state.bookings.get(ticket) else { return Vec::new() };
    if booking.state != BookingState::Sent {
        return Vec::new();
    }
    let intent = booking.intent.clone();
    if let Some(refusal) = halt::obstacle(state, &intent.quote.seller) {
        let why = format!("the second attempt was not sent: {}", refusal.says);
        return booked::unknown(state, ticket, &intent.quote, &why, now);
    }
    vec![booked::leave(intent)]
}

fn not_booked(booking: &BookingRecord) -> Change {
    let error = SellerError::transport(
        ErrorKind::Refused,
        "not_booked",
        "the seller still offers the quote, seen again and again: the booking never arrived",
        "book it again (B)",
    );
    let (ticket, quote) = (booking.intent.ticket.clone(), booking.intent.quote.clone());
    let ending = Ending::Refused { error };
    Change::Keep(Actor::Desk, Fact::BookingEnded { ticket, quote, ending })
}
