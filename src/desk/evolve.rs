//! What was decided becomes updates, which are folded ([`super::update`]), entries for the journal and
//! effects for the runtime.

use jiff::Timestamp;

use super::{
    command::{Decision, Effect, Input, RequestId, Stored},
    decide::{self, Change},
    fact::{Actor, Entry},
    state::{InFlight, Purpose, SellerState, Setup, State},
    update::{self, Update, What},
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
    /// The updates since they were last taken, while the desk is recorded.
    updates: Option<Vec<(Timestamp, Update)>>,
}

impl Desk {
    /// A desk that knows nothing yet.
    pub fn new(setup: Setup) -> Self {
        let sellers = setup.sellers.iter().cloned();
        let sellers = sellers.map(|info| (info.name.clone(), SellerState::new(info))).collect();
        let configured = setup.limits.clone();
        Self::knowing(State { setup, configured, sellers, ..State::default() })
    }

    /// A desk that knows this.
    pub(super) fn knowing(state: State) -> Self {
        Self { state, requests: 0, updates: None }
    }

    /// What it knows, and its updates since they were last taken.
    pub(super) fn apart(self) -> (State, Vec<Update>) {
        let updates = self.updates.into_iter().flatten().map(|(_, update)| update).collect();
        (self.state, updates)
    }

    /// Keeps updates that another desk made for this one, as if they were its own.
    pub(super) fn tell(&mut self, updates: Vec<Update>) {
        if let Some(kept) = &mut self.updates {
            let now = self.state.folded_at;
            kept.extend(updates.into_iter().map(|update| (now, update)));
        }
    }

    /// Whether its updates are kept.
    pub(super) fn is_recorded(&self) -> bool {
        self.updates.is_some()
    }

    pub(super) fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// A desk that is shown what happened to another one.
    pub fn replayed(setup: Setup) -> Self {
        let mut desk = Self::new(setup);
        desk.state.is_replay = true;
        desk
    }

    /// Keeps all updates from now on, until somebody takes them.
    pub fn record(&mut self) {
        self.updates.get_or_insert_default();
    }

    /// The updates since they were last taken, with the desk's time of each, oldest first.
    pub fn recorded(&mut self) -> Vec<(Timestamp, Update)> {
        self.updates.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Folds an update that a desk recorded at `at`. Nothing is decided and nothing sent.
    pub fn apply_update(&mut self, update: Update, at: Timestamp) {
        self.state.folded_at = at;
        update::take(&mut self.state, update.what(), at);
    }

    fn take(&mut self, what: What, now: Timestamp) {
        if let Some(updates) = &mut self.updates {
            updates.push((now, Update::new(what.clone())));
        }
        update::take(&mut self.state, what, now);
    }

    /// What it knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What happened at no time of its own.
    pub(super) fn take_all(&mut self, all: impl IntoIterator<Item = What>) {
        let now = self.state.folded_at;
        all.into_iter().for_each(|what| self.take(what, now));
    }

    /// Takes in what a seller spoke in an earlier run.
    pub fn recall_dialect(&mut self, seller: &SellerName, spoke: Spoke) {
        self.take_all([What::Dialect(seller.clone(), spoke)]);
    }

    /// Shows entries in the log that are in the records already.
    pub fn recall(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.take_all(entries.into_iter().map(|entry| What::Recalled(entry.into())));
    }

    /// Folds entries that are in the journal already.
    pub fn replay(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let entries: Vec<Entry> = entries.into_iter().collect();
        // A whole journal is put in order once, at its end, and only its newest lines are shown.
        self.state.is_bulk = self.state.is_reading || entries.len() >= BULK;
        let silent = entries.len().saturating_sub(super::log::LINES);
        for (place, entry) in entries.into_iter().enumerate() {
            if let Some(updates) = &mut self.updates {
                updates.push((self.state.folded_at, Update::of_journal(entry.clone())));
            }
            update::kept(&mut self.state, &entry);
            if place < silent {
                self.state.folded += 1;
            } else {
                self.state.note(entry);
            }
        }
        if !self.state.is_reading && std::mem::take(&mut self.state.is_bulk) {
            self.state.index_many();
        }
        self.state.version += 1;
    }

    /// Says something to the person that no seller and no rule said: how the store does.
    pub fn say(&mut self, bad: bool, says: impl Into<String>, now: Timestamp) {
        self.take(What::Said { bad, says: says.into() }, now);
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
        self.state.steady_since.get_or_insert(now);
        // A clock that was set makes nothing due before it is known that it was.
        if let Input::ClockMoved(_) = input {
            self.take(What::ClockMoved, now);
        }
        // What is marked as stopped stops what is due, too.
        if !matches!(input, Input::Marked(_)) {
            self.take_due(now, &mut out);
        }
        match input {
            Input::Wake => {}
            Input::Followed(entries) => {
                let told = decide::may_trip(&entries);
                self.replay(entries);
                let changes = decide::followed(&self.state, &told);
                self.apply(changes, now, &mut out);
            }
            Input::LeaseAcquired => self.take(What::Host, now),
            Input::Answered(id, heard) => {
                // An answer to a question that is no longer held is dropped.
                if let Some(flight) = self.state.in_flight.get(&id).cloned() {
                    self.take(What::Answered(id), now);
                    let Heard { result, exchange, spoke } = *heard;
                    let error = result.as_ref().err().cloned();
                    let behind = exchange.clone();
                    let changes =
                        decide::heard(&self.state, &flight.seller, exchange, spoke, error);
                    self.apply(changes, now, &mut out);
                    let came = decide::Came { result, exchange: behind };
                    let changes = decide::answered(&self.state, &flight, came, now);
                    self.apply(changes, now, &mut out);
                }
            }
            Input::Command(command) => {
                let changes = decide::command(&self.state, command, now);
                self.apply(changes, now, &mut out);
            }
            Input::Stored(stored) => self.stored(&stored, now, &mut out),
            Input::NotStored(stored, why) => {
                self.take(What::NotStoring(stored.clone()), now);
                let changes = decide::not_stored(&self.state, &stored, &why);
                self.apply(changes, now, &mut out);
            }
            Input::Conflict(stored) => {
                self.take(What::NotStoring(stored.clone()), now);
                let changes = decide::conflict(&self.state, stored, now);
                self.apply(changes, now, &mut out);
            }
            Input::Armed(ticket, taken) => {
                let changes = decide::armed(&self.state, &ticket, taken, now);
                self.apply(changes, now, &mut out);
            }
            Input::StoreFailed(why) => {
                let changes = decide::store_failed(&self.state, &why);
                self.take(What::Trouble(Some(why)), now);
                self.apply(changes, now, &mut out);
            }
            Input::StoreWorks => {
                self.take(What::Trouble(None), now);
                self.say(false, "the store is written again; nothing was lost", now);
            }
            Input::Opened(left) => {
                for entry in left {
                    let changes = decide::recovered(&self.state, entry);
                    self.apply(changes, now, &mut out);
                }
                let changes = decide::opened(&self.state);
                self.apply(changes, now, &mut out);
            }
            Input::Marked(stops) => {
                let changes = decide::marked(&self.state, stops);
                self.apply(changes, now, &mut out);
            }
            Input::KeepMarks => {
                let changes = decide::keep_marks(&self.state);
                self.apply(changes, now, &mut out);
            }
            Input::ClockMoved(seconds) => {
                let changes = decide::clock_moved(&self.state, seconds);
                self.apply(changes, now, &mut out);
            }
            Input::OwnerLost(owner) => {
                let changes = decide::owner_lost(&self.state, &owner, now);
                self.apply(changes, now, &mut out);
            }
        }
        self.take_due(now, &mut out);
        let changes = decide::disturbed(&self.state, now);
        self.apply(changes, now, &mut out);
        // A trigger that ends makes place for the next one.
        for _ in 0..=self.state.controls.triggers.len() {
            let changes = decide::triggers(&self.state, now);
            if changes.is_empty() {
                break;
            }
            self.apply(changes, now, &mut out);
        }
        out
    }

    fn take_due(&mut self, now: Timestamp, out: &mut Decision) {
        for due in self.state.schedule.due(now, DUE_AT_ONCE) {
            // Taken off first: whatever handles it sets the next time.
            self.take(What::Taken(due), now);
            let changes = decide::due(&self.state, due, now);
            self.apply(changes, now, out);
        }
    }

    /// An intent is durable: it is folded now, and its send is released.
    fn stored(&mut self, stored: &Stored, now: Timestamp, out: &mut Decision) {
        let held = self.state.storing.iter().find(|(other, _)| other == stored).cloned();
        let Some((stored, entry)) = held else { return };
        self.take(What::NotStoring(stored.clone()), now);
        self.replay([entry.clone()]);
        let follow = decide::follow_up(&self.state, &entry);
        self.apply(follow, now, out);
        let changes = decide::send(&self.state, stored, now);
        self.apply(changes, now, out);
    }

    fn apply(&mut self, changes: Vec<Change>, now: Timestamp, out: &mut Decision) {
        for change in changes {
            match change {
                Change::Keep(actor, fact) => {
                    let entry = Entry { at: now, actor, mode: self.state.setup.mode, fact };
                    self.take(What::Kept(entry.clone().into()), now);
                    let follow = decide::follow_up(&self.state, &entry);
                    out.entries.push(entry);
                    self.apply(follow, now, out);
                }
                Change::Ask(seller, ask, purpose) => {
                    let id = self.asked(&seller, &ask, purpose, now);
                    out.effects.push(Effect::Ask(id, seller, ask));
                }
                Change::Send(seller, released, purpose) => {
                    let id = self.asked(&seller, released.ask(), purpose, now);
                    out.effects.push(Effect::Send(id, seller, released));
                }
                Change::Store(stored, actor, fact) => {
                    let entry = Entry { at: now, actor, mode: self.state.setup.mode, fact };
                    self.take(What::Storing(stored.clone(), entry.clone().into()), now);
                    out.effects.push(Effect::Store(stored, Box::new(entry)));
                }
                Change::Arm(ticket) => out.effects.push(Effect::Arm(ticket)),
                Change::Refuse(refusal) => {
                    self.take(What::Refused(refusal.clone()), now);
                    out.refusals.push(refusal);
                }
                Change::Pass(passing) => self.take(What::Passed(passing), now),
            }
        }
    }

    /// A question is under way.
    fn asked(
        &mut self,
        seller: &crate::domain::SellerName,
        ask: &Ask,
        purpose: Purpose,
        now: Timestamp,
    ) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        let flight = InFlight { seller: seller.clone(), ask: ask.clone(), purpose, since: now };
        self.take(What::Asked(id, flight.into()), now);
        id
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
