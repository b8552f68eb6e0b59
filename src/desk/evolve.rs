//! The only place where the desk's state changes: what was decided is folded here, and turned into
//! entries for the journal and effects for the runtime.

use jiff::Timestamp;

use super::{
    command::{Decision, Effect, Input, RequestId, Stored},
    controls::Controls,
    decide::{self, Change, Passing},
    fact::{Actor, Entry, Fact},
    fold::fold,
    log::What,
    record::{BookingRecord, DealRecord, QuoteRecord},
    schedule::Due,
    state::{InFlight, Purpose, SellerState, Setup, State},
};
use crate::domain::{Ask, Heard, SellerError, SellerName, Spoke};

/// How many things that are due are taken at once; the rest is due at once again.
const DUE_AT_ONCE: usize = 64;

/// From how many entries on a replay keeps the board and the schedule for its end.
const BULK: usize = 1_000;

/// The desk.
#[derive(Debug, Default)]
pub struct Desk {
    state: State,
    requests: u64,
}

impl Desk {
    /// A desk that knows nothing yet.
    pub fn new(setup: Setup) -> Self {
        let sellers = setup.sellers.iter().cloned();
        let sellers = sellers.map(|info| (info.name.clone(), SellerState::new(info))).collect();
        let configured = setup.limits.clone();
        Self { state: State { setup, configured, sellers, ..State::default() }, requests: 0 }
    }

    /// What it knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes records from a snapshot.
    pub fn restore(
        &mut self,
        quotes: Vec<QuoteRecord>,
        bookings: Vec<BookingRecord>,
        deals: Vec<DealRecord>,
        controls: Controls,
    ) {
        use super::fold::Book as _;
        for record in quotes {
            self.state.put_quote(record);
        }
        for record in bookings {
            self.state.put_booking(record);
        }
        for record in deals {
            self.state.put_deal(record);
        }
        self.state.edit_controls(|known| *known = controls);
        self.state.version += 1;
    }

    /// Takes in what a seller spoke in an earlier run.
    pub fn recall_dialect(&mut self, seller: &SellerName, spoke: Spoke) {
        if let Some(state) = self.state.sellers.get_mut(seller) {
            state.spoke = Some(spoke);
            self.state.version += 1;
        }
    }

    /// Shows entries in the log that are in the records already.
    pub fn recall(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries {
            self.remember(&entry);
            self.state.note(entry);
        }
    }

    /// Folds entries that are in the journal already.
    pub fn replay(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let entries: Vec<Entry> = entries.into_iter().collect();
        // A whole journal is put in order once, at its end, and only its newest lines are shown.
        self.state.is_bulk = entries.len() >= BULK;
        let silent = entries.len().saturating_sub(super::log::LINES);
        for (place, entry) in entries.into_iter().enumerate() {
            fold(&entry, &mut self.state);
            self.remember(&entry);
            if place < silent {
                self.state.folded += 1;
            } else {
                self.state.note(entry);
            }
        }
        if std::mem::take(&mut self.state.is_bulk) {
            self.state.index_all();
        }
        self.state.version += 1;
    }

    /// Says something to the person that no seller and no rule said: how the store does.
    pub fn say(&mut self, bad: bool, says: impl Into<String>, now: Timestamp) {
        self.state.say(now, bad, says);
    }

    /// When it wants to be woken, at the latest.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.state.schedule.next()
    }

    /// Decides on one input at `now`, folds the decision, and says what is to be done outside.
    /// What is due by `now` comes first, so that nothing depends on a tick.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Decision {
        let mut out = Decision::default();
        self.state.folded_at = now;
        self.take_due(now, &mut out);
        match input {
            Input::Wake => {}
            Input::Followed(entries) => self.replay(entries),
            Input::BecameHost => {
                self.state.setup.is_host = true;
                self.state.index_all();
            }
            Input::Answered(id, heard) => {
                // An answer to a question that is no longer held is dropped.
                if let Some(flight) = self.state.in_flight.remove(&id) {
                    self.state.version += 1;
                    let Heard { result, exchange, spoke } = heard;
                    let error = result.as_ref().err().cloned();
                    let changes =
                        decide::heard(&self.state, &flight.seller, exchange, spoke, error);
                    self.apply(changes, now, &mut out);
                    let changes = decide::answered(&self.state, &flight, result, now);
                    self.apply(changes, now, &mut out);
                }
            }
            Input::Command(command) => {
                let changes = decide::command(&self.state, command, now);
                self.apply(changes, now, &mut out);
            }
            Input::Stored(stored) => self.stored(&stored, now, &mut out),
            Input::NotStored(stored, why) => {
                self.state.storing.retain(|(other, _)| *other != stored);
                let changes = decide::not_stored(&self.state, &stored, &why);
                self.apply(changes, now, &mut out);
            }
            Input::Behind(stored) => {
                self.state.storing.retain(|(other, _)| *other != stored);
                let changes = decide::behind(&self.state, stored, now);
                self.apply(changes, now, &mut out);
            }
            Input::Armed(ticket, taken) => {
                let changes = decide::armed(&self.state, &ticket, taken, now);
                self.apply(changes, now, &mut out);
            }
            Input::StoreFailed(why) => {
                let changes = decide::store_failed(&self.state, &why);
                self.state.trouble = Some(why);
                self.apply(changes, now, &mut out);
            }
            Input::StoreWorks => {
                self.state.trouble = None;
                self.state.say(now, false, "the store is written again; nothing was lost");
            }
            Input::Opened(left) => {
                for entry in left {
                    let changes = decide::recovered(&self.state, entry);
                    self.apply(changes, now, &mut out);
                }
                let changes = decide::opened(&self.state);
                self.apply(changes, now, &mut out);
            }
            Input::ClockMoved(seconds) => {
                let changes = decide::clock_moved(&self.state, seconds);
                self.apply(changes, now, &mut out);
            }
            Input::OwnerGone(owner) => {
                let changes = decide::owner_gone(&self.state, &owner);
                self.apply(changes, now, &mut out);
            }
        }
        self.take_due(now, &mut out);
        let changes = decide::disturbed(&self.state, now);
        self.apply(changes, now, &mut out);
        out
    }

    fn take_due(&mut self, now: Timestamp, out: &mut Decision) {
        for due in self.state.schedule.due(now, DUE_AT_ONCE) {
            // Taken off first: whatever handles it sets the next time.
            self.state.schedule.set(due, None);
            let changes = decide::due(&self.state, due, now);
            self.apply(changes, now, out);
        }
    }

    /// An intent is durable: it is folded now, and its send is released.
    fn stored(&mut self, stored: &Stored, now: Timestamp, out: &mut Decision) {
        let Some(place) = self.state.storing.iter().position(|(other, _)| other == stored) else {
            return;
        };
        let (stored, entry) = self.state.storing.remove(place);
        let follow = {
            self.replay([entry.clone()]);
            decide::follow_up(&self.state, &entry)
        };
        self.apply(follow, now, out);
        let changes = decide::send(&self.state, stored, now);
        self.apply(changes, now, out);
    }

    fn apply(&mut self, changes: Vec<Change>, now: Timestamp, out: &mut Decision) {
        for change in changes {
            match change {
                Change::Keep(actor, fact) => {
                    let entry = Entry { at: now, actor, fact };
                    fold(&entry, &mut self.state);
                    self.remember(&entry);
                    let follow = decide::follow_up(&self.state, &entry);
                    self.state.note(entry.clone());
                    self.state.version += 1;
                    out.entries.push(entry);
                    self.apply(follow, now, out);
                }
                Change::Ask(seller, ask, purpose) => {
                    out.effects.push(self.ask(seller, ask, purpose, now));
                }
                Change::Store(stored, actor, fact) => {
                    let entry = Entry { at: now, actor, fact };
                    self.state.storing.push((stored.clone(), entry.clone()));
                    self.state.version += 1;
                    out.effects.push(Effect::Store(stored, Box::new(entry)));
                }
                Change::Arm(ticket) => out.effects.push(Effect::Arm(ticket)),
                Change::Refuse(refusal) => {
                    let says = format!("{}: {}", refusal.says, refusal.cure);
                    self.state.say(now, true, says);
                    self.state.log.push(now, What::Refused(refusal.clone().into()));
                    out.refusals.push(refusal);
                }
                Change::Pass(passing) => self.pass(*passing, now),
            }
        }
    }

    fn ask(
        &mut self,
        seller: crate::domain::SellerName,
        ask: Ask,
        purpose: Purpose,
        now: Timestamp,
    ) -> Effect {
        self.requests += 1;
        let id = RequestId(self.requests);
        if purpose == Purpose::Publish
            && matches!(ask, Ask::Packages)
            && let Some(state) = self.state.sellers.get_mut(&seller)
        {
            state.kit_asked = Some(now);
        }
        let flight = InFlight { seller: seller.clone(), ask: ask.clone(), purpose, since: now };
        self.state.in_flight.insert(id, flight);
        self.state.version += 1;
        Effect::Ask(id, seller, ask)
    }

    /// What is remembered of a fact beside the records.
    fn remember(&mut self, entry: &Entry) {
        if let Fact::QuoteFailed { seller, ask, error, rfq, .. } = &entry.fact {
            let product = ask.product_name.clone().unwrap_or_else(|| ask.product_id.to_string());
            let failed = super::state::FailedAsk {
                at: entry.at,
                seller: seller.clone(),
                product,
                error: error.clone(),
                ask: ask.clone(),
                rfq: rfq.clone(),
            };
            self.state.failed_asks.push(failed);
            if self.state.failed_asks.len() > super::state::FAILED_ASKS {
                self.state.failed_asks.remove(0);
            }
        }
        if let Fact::QuoteReceived { quote, .. } | Fact::QuoteSeen { quote } = &entry.fact
            && let Some(seller) = self.state.sellers.get_mut(&quote.seller)
        {
            seller.tier = quote.buyer_tier.or(seller.tier);
        }
    }

    fn pass(&mut self, passing: Passing, now: Timestamp) {
        self.state.version += 1;
        match passing {
            Passing::Ticket(ticket) => self.state.ticket = ticket.map(|ticket| *ticket),
            Passing::Heard(seller, exchange, error) => {
                let Some(state) = self.state.sellers.get_mut(&seller) else { return };
                let moved = state.heard(&exchange, error.as_ref(), now);
                let words = error.map(|error| error.to_string());
                self.state.log.push(now, What::Exchange(exchange.into(), words));
                if moved {
                    self.state.index_all();
                }
            }
            Passing::Spoke(seller, spoke) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.spoke = Some(spoke);
                }
            }
            Passing::Unsent(seller, error) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.health = super::state::Health::Down;
                    state.failures = state.failures.saturating_add(1);
                    state.last_error = Some((now, error));
                }
            }
            Passing::Published(seller, answer) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.published(*answer, now);
                }
            }
            Passing::KitFailed(seller, error) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.kit_asked = None;
                    state.kit_error = Some(error);
                }
            }
            Passing::KeyChecked(seller, result) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.key_check = Some((now, result));
                }
            }
            Passing::Found(seller, words, result) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.found = Some((words, result));
                }
            }
            Passing::AvailsCame(seller, ask, result) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.avails = Some((ask, result));
                }
            }
            Passing::OrdersCame(seller, ask, result) => {
                if let Some(state) = self.state.sellers.get_mut(&seller) {
                    state.orders = Some((ask, result));
                }
            }
            Passing::Polled { index, error, quiet, next } => {
                let polling = self.state.polling.entry(index).or_default();
                if error.is_none() {
                    polling.checked_at = Some(now);
                }
                (polling.error, polling.quiet) = (error, quiet);
                self.state.schedule.set(Due::Poll(index), next);
            }
            Passing::Again(due, at) => self.state.schedule.set(due, at),
            Passing::Ring => self.state.bells += 1,
            Passing::Say { bad, says } => self.state.say(now, bad, says),
        }
    }
}

/// The seller as the author of a fact.
pub(super) fn by_seller(seller: &crate::domain::SellerName) -> Actor {
    Actor::Seller(seller.clone())
}

/// An answer of another kind than was asked for: an adapter's fault, told as such.
pub(super) fn wrong_answer() -> SellerError {
    SellerError::transport(
        crate::domain::ErrorKind::Nonsense,
        "wrong_answer",
        "the reply is not an answer to what was asked",
        "look at the exchange in the log (9)",
    )
}
