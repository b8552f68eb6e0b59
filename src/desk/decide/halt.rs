//! Stopping: by a person with one key and no question, or by the desk itself when something is badly
//! wrong. Clocks, polling and looking go on; nothing automatic leaves (safety.md 4.7).

use jiff::{SignedDuration, Timestamp};

use super::{Change, Passing, no_seller, person, refuse, say};
use crate::{
    desk::{
        controls::{RESUME, Stop, Stops},
        fact::{Actor, BookingOutcome, Entry, Fact},
        record::BookingState,
        state::State,
    },
    domain::{Check, Question, Refusal, SellerName},
};

/// So many bookings without a known outcome, within this time, stop the desk.
const UNKNOWNS: (usize, SignedDuration) = (2, SignedDuration::from_mins(10));

/// So many bookings that were not what was agreed, within this time, stop the desk.
const DISPUTES: (usize, SignedDuration) = (3, SignedDuration::from_hours(24));

/// A clock that jumps further than this makes every countdown doubtful, in seconds.
const CLOCK_JUMP: i64 = 5;

pub(super) fn halt(state: &State, seller: Option<SellerName>, why: String) -> Vec<Change> {
    if let Some(seller) = seller.as_ref().filter(|name| !state.sellers.contains_key(*name)) {
        return no_seller(seller);
    }
    let stopped = match &seller {
        None => state.controls.halt.is_some(),
        Some(seller) => state.controls.sellers.contains_key(seller),
    };
    let whom = words(seller.as_ref());
    let says = format!("HALT {whom}: nothing automatic is sent. Resume it by typing {RESUME:?}");
    let said = say(true, says);
    if stopped {
        return vec![said];
    }
    vec![Change::Keep(person(state), Fact::Halted { seller, why, tripped: false }), said]
}

pub(super) fn resume(state: &State, seller: Option<SellerName>, typed: &str) -> Vec<Change> {
    let stopped = match &seller {
        None => state.controls.halt.is_some(),
        Some(seller) => state.controls.sellers.contains_key(seller),
    };
    let whom = words(seller.as_ref());
    if !stopped {
        return refuse("halt", format!("{whom} is not halted"), "nothing is to be resumed");
    }
    if typed.trim() != RESUME {
        let says = format!("you typed {:?}", crate::domain::text::clean(typed, 40));
        return refuse("halt", says, format!("type {RESUME} to let {whom} go on"));
    }
    let said = say(false, format!("{whom} goes on"));
    vec![Change::Keep(person(state), Fact::Resumed { seller }), said]
}

/// What stands beside the store holds from now on, and what no longer stands there does not.
pub(in crate::desk) fn marked(state: &State, stops: Stops) -> Vec<Change> {
    let known = &state.controls;
    let is_new = |seller: Option<&SellerName>| match seller {
        None => known.halt.is_none(),
        Some(seller) => !known.sellers.contains_key(seller),
    };
    let said: Vec<_> = stops
        .each()
        .filter(|(seller, _)| is_new(*seller))
        .map(|(seller, stop)| {
            let (whom, by, why) = (words(seller), &stop.by, &stop.why);
            say(true, format!("HALT {whom}, by {by}: {why}. Resume it by typing {RESUME:?}"))
        })
        .collect();
    std::iter::once(Passing::Marked(stops).into()).chain(said).collect()
}

/// Stops that somebody marked and could not write into the record.
pub(in crate::desk) fn keep_marks(state: &State) -> Vec<Change> {
    let kept = state.heeded.unkept().map(|(seller, stop)| {
        let Stop { by, why, tripped, .. } = stop.clone();
        Change::Keep(by, Fact::Halted { seller: seller.cloned(), why, tripped })
    });
    kept.collect()
}

fn words(seller: Option<&SellerName>) -> String {
    seller.map_or_else(|| "the desk".to_owned(), ToString::to_string)
}

/// What a halt means for a booking by hand: a halted seller gets none; while the desk is halted a
/// person may go on by typing so (decisions 21).
pub(super) fn check(state: &State, seller: &SellerName) -> Option<Check> {
    if let Some(stop) = state.controls.sellers.get(seller) {
        let says = format!("{seller} is halted: {}", stop.why);
        return Some(Check::fail("halt", says, "look into it, then resume the seller"));
    }
    let stop = state.controls.halt.as_ref()?;
    let says = format!("the desk is halted: {}", stop.why);
    let word = crate::desk::controls::HALTED;
    let cure = format!("type {word} to book by hand all the same, or resume the desk first");
    Some(Check::ask("halt", says, cure, Question::Word(word.to_owned())))
}

/// Why nothing automatic may be sent to `seller` now, if anything stands in the way.
pub(super) fn obstacle(state: &State, seller: &SellerName) -> Option<Refusal> {
    let stop = state.controls.stop(seller)?;
    let cure = "resume it, then go on by hand or arm it again";
    Some(Refusal::new("halt", format!("halted: {}", stop.why), cure))
}

/// Stops the desk, unless it is stopped.
fn trip(state: &State, why: String) -> Vec<Change> {
    if state.controls.halt.is_some() {
        return Vec::new();
    }
    let says = format!("HALT: {why}. Nothing automatic is sent until you resume");
    let fact = Fact::Halted { seller: None, why, tripped: true };
    vec![Change::Keep(Actor::Desk, fact), say(true, says)]
}

/// Stops a seller, unless it is stopped.
pub(super) fn trip_seller(state: &State, seller: &SellerName, why: &str) -> Vec<Change> {
    if state.controls.sellers.contains_key(seller) {
        return Vec::new();
    }
    let says = format!("HALT {seller}: {why}");
    let (seller, why) = (Some(seller.clone()), why.to_owned());
    vec![Change::Keep(Actor::Desk, Fact::Halted { seller, why, tripped: true }), say(true, says)]
}

pub(super) fn store_failed(state: &State, why: &str) -> Vec<Change> {
    trip(state, format!("the store cannot be written: {why}"))
}

pub(super) fn clock_moved(state: &State, seconds: i64) -> Vec<Change> {
    if seconds.abs() <= CLOCK_JUMP {
        return Vec::new();
    }
    trip(state, format!("this machine's clock was moved by {seconds} s"))
}

/// Of what another process wrote, what may stop the desk: it may have read no more than one deal, and only
/// who knows all of them can count them. Nothing, where it says itself what is stopped.
pub(in crate::desk) fn may_trip(entries: &[Entry]) -> Vec<Entry> {
    let of_stops = |entry: &Entry| {
        matches!(entry.fact, Fact::Halted { seller: None, .. } | Fact::Resumed { seller: None })
    };
    if entries.iter().any(of_stops) {
        return Vec::new();
    }
    let of_deals =
        |entry: &&Entry| matches!(entry.fact, Fact::DealSeen { .. } | Fact::BookingEnded { .. });
    entries.iter().filter(of_deals).cloned().collect()
}

/// What [`may_trip`] found, held against all that the host knows.
pub(in crate::desk) fn followed(state: &State, entries: &[Entry]) -> Vec<Change> {
    // Every other desk would stop it once more.
    let entries = entries.iter().filter(|_| state.setup.is_host);
    entries.map(|entry| after(state, entry)).find(|trips| !trips.is_empty()).unwrap_or_default()
}

/// What a fact of a booking trips (safety.md S25).
#[expect(clippy::wildcard_enum_match_arm, reason = "the other facts are no disputes")]
pub(super) fn after(state: &State, entry: &Entry) -> Vec<Change> {
    let since = |span: SignedDuration| entry.at.checked_sub(span).unwrap_or(Timestamp::MIN);
    if let Fact::BookingUnknown { .. } = &entry.fact {
        let from = since(UNKNOWNS.1);
        let recent = state.open_bookings().filter(|booking| {
            booking.state == BookingState::Unknown && booking.sent_at.unwrap_or(booking.at) >= from
        });
        let count = recent.count();
        if count >= UNKNOWNS.0 {
            return trip(
                state,
                format!("{count} bookings within 10 minutes have no known outcome"),
            );
        }
    }
    let is_dispute = match &entry.fact {
        Fact::BookingEnded { ending: BookingOutcome::Disputed { .. }, .. } => true,
        Fact::DealSeen { differences, .. } => differences.as_ref().is_some_and(|d| !d.is_empty()),
        _ => false,
    };
    if is_dispute {
        let from = since(DISPUTES.1);
        let disputed = state.places.disputed().filter_map(|index| state.deals.get_index(index));
        let recent = disputed.filter(|(_, deal)| deal.booked_at >= from);
        let count = recent.count();
        if count >= DISPUTES.0 {
            return trip(state, format!("{count} bookings within a day were not as agreed"));
        }
    }
    let total = state.exposure.total();
    match state.setup.limits.exposure {
        Some(limit) if total > limit => {
            let limits = &state.setup.limits;
            let shown = |amount| limits.shown(amount, limits.currency);
            let (total, limit) = (shown(total), shown(limit));
            trip(state, format!("exposure {total} is over your limit {limit}"))
        }
        Some(_) | None => Vec::new(),
    }
}
