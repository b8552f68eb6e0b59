//! Sending a booking without a known outcome once more: with the same key and the same body, stored before
//! it leaves. A quote that can still be booked proves nothing while the first request may be at work, so
//! the desk does it by itself only where the seller cannot book twice, and else a person decides, told
//! what may come of it (safety.md 4.5, decisions.md 12).

use jiff::{SignedDuration, Timestamp};

use super::{Change, Passing, checks::limit_checks, halt, person, refuse, say, settle};
use crate::{
    desk::{
        command::Stored,
        controls::AGAIN,
        fact::{Actor, Fact},
        record::{BookingRecord, BookingState},
        schedule::Due,
        state::{InFlight, Mode, Purpose, State},
    },
    domain::{Answer, Ask, Quote, QuoteRef, Refusal, SellerError, SellerName, Skew, TicketId},
};

/// A quote must be seen available twice at least this far apart; further where the seller is slow.
const APART: SignedDuration = SignedDuration::from_secs(5);

/// How often the desk sends a booking at most by itself.
const ATTEMPTS: u32 = 2;

/// Sellers remember a key for 24 h; after this long a repeat could be a second booking (safety.md S18).
const KEY_GOOD_FOR: SignedDuration = SignedDuration::from_hours(23);

/// How long a seller may be at work on a booking after it said that it gave up on it, at the least. Twice as
/// long as we wait for an answer where nothing else is configured.
const AT_WORK: SignedDuration = SignedDuration::from_mins(1);

/// Why the desk does not send a booking a second time by itself.
enum Not {
    /// It may, later; looked at again after this long.
    Yet(SignedDuration),
    /// A person decides.
    Ever,
}

/// A lost booking's quote can still be booked, seen after the booking was sent: what follows from that.
pub(super) fn still_available(
    state: &State,
    index: usize,
    booking: &BookingRecord,
    quote: &Quote,
    now: Timestamp,
) -> Vec<Change> {
    let usual = settle::after(booking.evidence.len());
    match by_itself(state, booking, quote, now) {
        Ok(()) => {}
        Err(Not::Yet(wait)) => return again(index, now, wait),
        Err(Not::Ever) => return again(index, now, usual),
    }
    // Looked at again, should the second attempt not come to be stored.
    let mut changes = again(index, now, usual);
    let key = &booking.intent.quote;
    match state.sellers.get(&key.seller).and_then(|seller| seller.keys_shown) {
        Some(true) => {
            let says = format!("{} was not booked: sent once more, same key", key.quote_id);
            changes.push(store(state, booking, Actor::Desk));
            changes.push(say(false, says));
        }
        None => changes.extend(show_keys(state, booking)),
        Some(false) => {}
    }
    changes
}

/// Whether the desk may send it a second time by itself, as far as this seller's keys hold.
fn by_itself(
    state: &State,
    booking: &BookingRecord,
    quote: &Quote,
    now: Timestamp,
) -> Result<(), Not> {
    if !is_ever(state, booking) || may_leave(state, booking, quote, now).is_err() {
        return Err(Not::Ever);
    }
    let longest = longest_answer(state, &booking.intent.quote.seller).max(AT_WORK);
    let waited = now.duration_since(state.waited_since(booking.sent_at.unwrap_or(booking.at)));
    if waited < longest {
        return Err(Not::Yet(longest.saturating_sub(waited).max(APART)));
    }
    let since = state.waited_since(booking.sent_at.unwrap_or(booking.at));
    let seen = booking.evidence.iter().rev().take_while(|seen| seen.still_available);
    let mut seen = seen.filter(|seen| seen.at >= since);
    if !seen.any(|seen| now.duration_since(seen.at) >= APART) {
        return Err(Not::Yet(APART));
    }
    Ok(())
}

/// Whether the desk may send it a second time by itself at all, whenever that is. What a trigger decided is
/// sent once: no person is there to see the second.
fn is_ever(state: &State, booking: &BookingRecord) -> bool {
    let seller = state.sellers.get(&booking.intent.quote.seller);
    seller.is_some_and(|seller| seller.takes_keys() && seller.keys_shown != Some(false))
        && booking.attempts < ATTEMPTS
        && booking.intent.trigger.is_none()
        && booking.gave_up()
        && !booking.arrived()
}

/// How long a seller may take to answer, as far as is known: its slowest answer, and what we waited for
/// one in vain.
pub(super) fn longest_answer(state: &State, seller: &SellerName) -> SignedDuration {
    let longest = state.sellers.get(seller).map_or(0, |seller| seller.longest_ms);
    SignedDuration::from_millis(i64::try_from(longest).unwrap_or(i64::MAX / 4)).max(APART)
}

/// Asks for the quote again with the key it was asked with: whether the seller answers the same.
fn show_keys(state: &State, booking: &BookingRecord) -> Option<Change> {
    let key = &booking.intent.quote;
    let asking = |flight: &InFlight| {
        matches!(flight.purpose, Purpose::ShowKeys(..)) && flight.seller == key.seller
    };
    if state.in_flight.values().any(asking) {
        return None;
    }
    let record = state.quote(key)?;
    let idempotency_key = record.idempotency_key.clone()?;
    let ask = Ask::Quote { ask: record.ask.clone(), idempotency_key };
    let purpose = Purpose::ShowKeys(booking.intent.ticket.clone(), key.clone());
    Some(Change::Ask(key.seller.clone(), ask, purpose))
}

/// The seller was asked twice for the same quote with the same key.
pub(super) fn keys_shown(
    state: &State,
    ticket: &TicketId,
    key: &QuoteRef,
    result: Result<Answer, SellerError>,
    now: Timestamp,
) -> Vec<Change> {
    let Ok(Answer::Quote(quote)) = result else { return Vec::new() };
    let honours = quote.reference() == *key;
    let mut changes = vec![Passing::KeysShown(key.seller.clone(), honours).into()];
    let booking = state.bookings.get_full(ticket).filter(|_| honours);
    if let Some((index, ..)) = booking {
        changes.extend(again(index, now, APART));
    }
    changes
}

/// Until when a booking may be sent once more with its key; `None` where only a person sends it again.
pub fn repeat_until(state: &State, booking: &BookingRecord) -> Option<Timestamp> {
    booking.at.checked_add(KEY_GOOD_FOR).ok().filter(|_| is_ever(state, booking))
}

fn again(index: usize, now: Timestamp, wait: SignedDuration) -> Vec<Change> {
    vec![Passing::Again(Due::LookBooking(index), now.checked_add(wait).ok()).into()]
}

/// Why a booking cannot be sent once more now, whoever asks for it.
fn may_leave(
    state: &State,
    booking: &BookingRecord,
    quote: &Quote,
    now: Timestamp,
) -> Result<(), Refusal> {
    let no = |says: &str, cure: &str| Err(Refusal::new("again", says, cure));
    let settles = "enter its Deal ID, or close it in writing";
    let intent = &booking.intent;
    let storing = |(stored, _): &(Stored, _)| *stored == Stored::Repeat(intent.ticket.clone());
    let known = state.quote(&intent.quote);
    let left = Skew::least_left(state.skew(&intent.quote.seller), quote.expires_at, now);
    let takes_keys =
        state.sellers.get(&intent.quote.seller).is_some_and(crate::desk::SellerState::takes_keys);
    let key_ends = booking.at.checked_add(KEY_GOOD_FOR).unwrap_or(Timestamp::MAX);
    if booking.arrived() {
        return no("the seller has it: a second one would be another booking", settles);
    }
    if booking.state != BookingState::Unknown {
        return no("its outcome is known, or its answer is awaited", "wait for its outcome");
    }
    if state.storing.iter().any(storing) {
        return no("it is being stored", "wait for it");
    }
    if takes_keys && now >= key_ends {
        return no("the seller may have forgotten its key", settles);
    }
    if state.setup.read_only || state.setup.mode == Mode::Paper {
        return no("this desk sends nothing", "start it without --read-only and --paper");
    }
    if let Some(refusal) = halt::obstacle(state, &intent.quote.seller) {
        return Err(refusal);
    }
    if left <= SignedDuration::from_secs(10) {
        return no("the quote is about to end", "ask for a new quote once this one is settled");
    }
    if known.is_none_or(|known| !intent.offer(&known.quote).differences(quote).is_empty()) {
        return no("the quote is not what was booked", settles);
    }
    if known.is_some_and(|known| over_a_limit(state, booking, &known.quote, now)) {
        return no("it is over a limit by now", "look at the limits");
    }
    Ok(())
}

/// Whether a limit that holds by now forbids it.
fn over_a_limit(state: &State, booking: &BookingRecord, known: &Quote, now: Timestamp) -> bool {
    let intent = &booking.intent;
    let bought = (intent.confirmed, Some(intent.cost));
    let checks = limit_checks(state, intent.offer(known), bought, now, Some(booking));
    checks.iter().any(|check| !check.ok)
}

/// Whether a person may send a booking without a known outcome once more, and if not, why: the newest
/// look must have found that the quote can still be booked.
pub fn may_send_again(
    state: &State,
    booking: &BookingRecord,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(record) = state.quote(&booking.intent.quote) else {
        return Err(Refusal::new("again", "its quote is not known", "close it in writing"));
    };
    may_leave(state, booking, &record.quote, now)?;
    if booking.evidence.last().is_some_and(|seen| seen.still_available) {
        return Ok(());
    }
    let says = "the newest look did not find that the quote can still be booked";
    Err(Refusal::new("again", says, "look again, then decide"))
}

/// What may come of sending a booking once more, in words for the person who decides it.
pub fn risk(state: &State, booking: &BookingRecord) -> String {
    let intent = &booking.intent;
    let seller = &intent.quote.seller;
    let known = state.sellers.get(seller);
    let keys = match known.map(|known| (known.takes_keys(), known.keys_shown)) {
        Some((true, Some(true))) => {
            "It honours idempotency keys for quotes, which makes that unlikely, not impossible."
        }
        Some((true, _)) => "It takes idempotency keys, and has not shown that it honours them.",
        Some((false, _)) | None => {
            "It takes no idempotency keys, so it cannot tell a repeat from a second booking."
        }
    };
    format!(
        "If the first request is still at work at {seller}, this books a second deal for {}, of which \
         this desk may never hear. {keys}",
        intent.cost
    )
}

/// A person has a booking sent once more.
pub(super) fn send_again(
    state: &State,
    ticket: &TicketId,
    typed: &str,
    now: Timestamp,
) -> Vec<Change> {
    let Some(booking) = state.bookings.get(ticket) else {
        let says = format!("no booking has ticket {ticket}");
        return refuse("ticket", says, "`deals list` names them");
    };
    if let Err(refusal) = may_send_again(state, booking, now) {
        return vec![Change::Refuse(refusal)];
    }
    if typed.trim() != AGAIN {
        let says = format!("you typed {:?}", crate::domain::text::clean(typed, 40));
        return refuse("typed word", says, format!("type {AGAIN} to send it once more"));
    }
    vec![store(state, booking, person(state))]
}

fn store(state: &State, booking: &BookingRecord, actor: Actor) -> Change {
    let (ticket, quote) = (booking.intent.ticket.clone(), booking.intent.quote.clone());
    let (attempt, owner) = (booking.attempts + 1, state.setup.owner.clone());
    let fact = Fact::BookingRepeated { ticket: ticket.clone(), quote, attempt, owner };
    Change::Store(Stored::Repeat(ticket), actor, fact)
}
