//! What changed in the desk's state, one piece at a time: folded here and nowhere else. A desk that is
//! recorded keeps every piece, and another one that is told them again knows the same at every moment,
//! without deciding or sending anything.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    command::{RequestId, Stored},
    controls::Controls,
    decide::Passing,
    fact::{Entry, Fact},
    fold::{Records as _, RecordsOf as _, fold},
    log::What as Line,
    record::{BookingRecord, DealRecord, QuoteRecord},
    schedule::Due,
    state::{FAILED_ASKS, FailedAsk, Health, InFlight, Purpose, State},
};
use crate::domain::{Ask, Exchange, Refusal, SellerError, SellerName, Spoke};

/// What stands in a recording instead of what was sent to a seller and what it replied.
const NOT_KEPT: &str = "(not in the recording)";

/// One piece of what changed. What it is made of never leaves `desk`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Update(What);

impl Update {
    pub(super) fn new(what: What) -> Self {
        Self(what)
    }

    /// A fact of the journal, as an update.
    pub fn of_journal(entry: Entry) -> Self {
        Self(What::Kept(Box::new(entry)))
    }

    /// The fact, if it is one.
    pub fn entry(&self) -> Option<&Entry> {
        if let What::Kept(entry) = &self.0 { Some(entry) } else { None }
    }

    /// The same without the bodies of requests and replies, which are nobody's business but the log's.
    #[must_use]
    pub fn without_bodies(mut self) -> Self {
        if let What::Passed(passing) = &mut self.0
            && let Passing::Heard(_, exchange, _) = &mut **passing
        {
            for body in [&mut exchange.request, &mut exchange.response] {
                if !body.is_empty() {
                    NOT_KEPT.clone_into(body);
                }
            }
        }
        self
    }

    pub(super) fn what(self) -> What {
        self.0
    }
}

/// What an update is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    /// A record that the desk started with.
    Quote(Box<QuoteRecord>),
    /// A record that the desk started with.
    Booking(Box<BookingRecord>),
    /// A record that the desk started with.
    Deal(Box<DealRecord>),
    /// The store is being read, or all of it is taken in.
    Reading(bool),
    /// What was stopped when the desk started.
    Controls(Box<Controls>),
    /// A line of the log that is in the records already.
    Recalled(Box<Entry>),
    /// What a seller spoke in an earlier run.
    Dialect(SellerName, Spoke),
    /// A fact.
    Kept(Box<Entry>),
    /// A question was put to a seller.
    Asked(RequestId, Box<InFlight>),
    /// A question is no longer under way.
    Answered(RequestId),
    /// An intent is being made durable, with the entry it becomes.
    Storing(Stored, Box<Entry>),
    /// An intent is durable, or will not be.
    NotStoring(Stored),
    /// A refusal of our own.
    Refused(Refusal),
    /// A word for the person.
    Said {
        /// Whether something is wrong.
        bad: bool,
        /// The word.
        says: String,
    },
    /// Something that is not kept.
    Passed(Box<Passing>),
    /// What was due is taken off the schedule.
    Taken(Due),
    /// This process now holds the host lease.
    Host,
    /// Somebody set this machine's clock.
    ClockMoved,
    /// Why the store cannot be written; `None` once it can.
    Trouble(Option<String>),
}

/// Folds one update into the state.
pub(super) fn take(state: &mut State, what: What, now: Timestamp) {
    if is_quiet(state, &what) {
        state.quiet += 1;
    } else {
        state.version += 1;
    }
    match what {
        What::Quote(record) => state.put(*record),
        What::Booking(record) => state.put(*record),
        What::Deal(record) => state.put(*record),
        What::Reading(is_reading) => state.set_reading(is_reading),
        What::Controls(controls) => state.edit_controls(|known| *known = *controls),
        What::Recalled(entry) => {
            remember(state, &entry);
            state.note(*entry);
        }
        What::Dialect(seller, spoke) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.spoke = Some(spoke);
            }
        }
        What::Kept(entry) => {
            kept(state, &entry);
            state.note(*entry);
        }
        What::Asked(id, flight) => {
            if flight.purpose == Purpose::Publish
                && matches!(flight.ask, Ask::Packages)
                && let Some(seller) = state.sellers.get_mut(&flight.seller)
            {
                seller.kit_asked = Some(now);
            }
            under_way(state, &flight, true, now);
            state.in_flight.insert(id, *flight);
        }
        What::Answered(id) => {
            if let Some(flight) = state.in_flight.remove(&id) {
                under_way(state, &flight, false, now);
            }
        }
        What::Storing(stored, entry) => state.storing.push((stored, *entry)),
        What::NotStoring(stored) => state.not_storing(&stored),
        What::Refused(refusal) => {
            state.say(now, true, format!("{}: {}", refusal.says, refusal.cure));
            state.log.push(now, Line::Refused(refusal.into()));
        }
        What::Said { bad, says } => state.say(now, bad, says),
        What::Passed(passing) => pass(state, *passing, now),
        What::Taken(due) => state.schedule.set(due, None),
        What::Host => {
            state.setup.is_host = true;
            state.index_all();
        }
        What::ClockMoved => state.steady_since = Some(now),
        What::Trouble(why) => state.trouble = why,
    }
}

/// Whether an update changes nothing but moments of last time: what is due is drawn only by what
/// comes of it, and that a deal was read once more and is as it was need not be seen at once.
fn is_quiet(state: &State, what: &What) -> bool {
    let polls = |flight: &InFlight| matches!(flight.purpose, Purpose::Poll(_));
    let is_well = |seller: &SellerName| {
        state.sellers.get(seller).is_some_and(|seller| seller.health == Health::Up)
    };
    if let What::Asked(_, flight) = what {
        return polls(flight);
    }
    if let What::Answered(id) = what {
        return state.in_flight.get(id).is_some_and(polls);
    }
    let What::Passed(passing) = what else { return matches!(what, What::Taken(_)) };
    if let Passing::Heard(seller, exchange, None) = &**passing {
        return exchange.method == "GET" && is_well(seller);
    }
    let Passing::Polled { index, error: None, .. } = &**passing else { return false };
    state.polling.get(index).is_some_and(|polling| polling.error.is_none())
}

/// A fact, without its line in the log.
pub(super) fn kept(state: &mut State, entry: &Entry) {
    fold(entry, state);
    remember(state, entry);
}

/// What is remembered of a fact beside the records.
fn remember(state: &mut State, entry: &Entry) {
    if let Fact::QuoteFailed { seller, ask, error, rfq, .. } = &entry.fact {
        let product = ask.product_name.clone().unwrap_or_else(|| ask.product_id.to_string());
        let failed = FailedAsk {
            at: entry.at,
            seller: seller.clone(),
            product,
            error: error.clone(),
            ask: ask.clone(),
            rfq: rfq.clone(),
        };
        state.failed_asks.push(failed);
        if state.failed_asks.len() > FAILED_ASKS {
            state.failed_asks.remove(0);
        }
    }
    if let Fact::QuoteReceived { quote, .. } | Fact::QuoteSeen { quote } = &entry.fact
        && let Some(seller) = state.sellers.get_mut(&quote.seller)
    {
        seller.tier = quote.buyer_tier.or(seller.tier);
    }
}

fn pass(state: &mut State, passing: Passing, now: Timestamp) {
    match passing {
        Passing::Ticket(ticket) => state.ticket = ticket.map(|ticket| *ticket),
        Passing::Heard(seller, exchange, error) => heard(state, &seller, *exchange, error, now),
        Passing::Tries(key) => {
            if let Some(state) = state.sellers.get_mut(&key.seller) {
                state.tried.insert(key.quote_id);
            }
        }
        Passing::Disarmed(key, true) => drop(state.disarmed.insert(key)),
        Passing::Disarmed(key, false) => drop(state.disarmed.remove(&key)),
        Passing::Spoke(seller, spoke) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.spoke = Some(spoke);
            }
        }
        Passing::Unsent(seller, error) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.health = Health::Down;
                state.failures = state.failures.saturating_add(1);
                state.last_error = Some((now, error));
            }
        }
        Passing::KeysShown(seller, honours) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.keys_shown = Some(honours);
            }
        }
        Passing::Published(seller, answer) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.published(*answer, now);
            }
        }
        Passing::KitFailed(seller, error) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.kit_asked = None;
                state.kit_error = Some(error);
            }
        }
        Passing::ProductsFailed(seller, error) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.products_error = Some(error);
            }
        }
        Passing::KeyChecked(seller, result) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.key_check = Some((now, result));
            }
        }
        Passing::Found(seller, words, result) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.found = Some((words, result));
            }
        }
        Passing::AvailsCame(seller, ask, result) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.avails = Some((ask, result));
            }
        }
        Passing::OrdersCame(seller, ask, result) => {
            if let Some(state) = state.sellers.get_mut(&seller) {
                state.orders = Some((ask, result));
            }
        }
        Passing::Polled { index, error, quiet, next } => {
            let polling = state.polling.entry(index).or_default();
            if error.is_none() {
                polling.checked_at = Some(now);
            }
            (polling.error, polling.quiet) = (error, quiet);
            polled(state, index, next, now);
        }
        Passing::Unread(subject, Some(why)) => {
            state.unread.insert(subject, why);
        }
        Passing::Unread(subject, None) => {
            state.unread.swap_remove(&subject);
        }
        Passing::Marked(stops) => state.heeded.mark(&mut state.controls, stops),
        Passing::Again(due, at) => state.schedule.set(due, at),
        Passing::Ring => state.bells += 1,
        Passing::Say { bad, says } => state.say(now, bad, says),
    }
}

fn heard(
    state: &mut State,
    seller: &SellerName,
    exchange: Exchange,
    error: Option<SellerError>,
    now: Timestamp,
) {
    let Some(known) = state.sellers.get_mut(seller) else { return };
    let moved = known.heard(&exchange, error.as_ref(), now);
    let words = error.map(|error| error.to_string());
    state.log.push(now, Line::Exchange(exchange.into(), words));
    if moved {
        // Its clock turned out to be elsewhere, and so are the ends of its quotes.
        state.index_clock(seller);
    }
}

/// A question begins or is answered: how many are under way is what the pace of polls goes by.
fn under_way(state: &mut State, flight: &InFlight, begins: bool, now: Timestamp) {
    let lane = state.polls.lane(&flight.seller);
    match &flight.purpose {
        Purpose::Poll(deal) => {
            if let (true, Some(index)) = (begins, state.deals.get_index_of(deal)) {
                state.polls.asked(index, lane, state.setup.polls, now);
            }
        }
        Purpose::Publish
        | Purpose::Quote { .. }
        | Purpose::Reread(_)
        | Purpose::TicketCatalogue(..)
        | Purpose::TicketReread(..)
        | Purpose::Move(_)
        | Purpose::LookMove(_)
        | Purpose::LookStanding(_)
        | Purpose::Booking(..)
        | Purpose::LookBooking(..)
        | Purpose::ShowKeys(..)
        | Purpose::EnterDeal(..)
        | Purpose::Rematch { .. }
        | Purpose::Avails
        | Purpose::Orders
        | Purpose::SendOrder(..) => state.polls.others(lane, begins),
    }
    state.wake_lane(lane);
}

/// A deal was read, and is read again at `next`.
fn polled(state: &mut State, index: usize, next: Option<Timestamp>, now: Timestamp) {
    let Some((key, brief)) = state.deals.key(index).zip(state.deals.brief(index)) else { return };
    let (lane, class) = (state.polls.lane(&key.seller), super::indexed::class(brief.stage));
    let failures = state.sellers.get(&key.seller).map_or(0, |seller| seller.failures);
    state.polls.answered((index, lane), state.setup.polls, failures, now);
    state.polls.set(index, lane, class, next);
    state.wake_lane(lane);
}
