//! A desk while its store is read: what it held is not known before all of it is taken in, and is put in
//! order by another desk on another thread, so that this one hears keys and halts meanwhile.

use std::collections::BTreeSet;

use super::{
    controls::Controls,
    evolve::Desk,
    exposure::Exposure,
    record::{BookingRecord, DealRecord, QuoteRecord},
    schedule::Due,
    seller::SellerState,
    state::{Purpose, State},
    update::What,
};
use crate::domain::{Check, DealId, DealRef, QuoteRef, SellerName};

/// What of a store was not read, where not all of it was. It is there all the same: no new record is called
/// so, nothing is done with it, and who is told that it changed decides nothing about money any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// What the quotes are called.
    pub quotes: BTreeSet<QuoteRef>,
    /// What the deals are called.
    pub deals: BTreeSet<DealRef>,
    /// Whether some of it has changed since, by what another process wrote.
    pub(super) changed: bool,
}

/// What a desk makes of what an outcome calls for: a quote at a price that was agreed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum FollowUps {
    /// It asks the seller.
    #[default]
    Asked,
    /// It only takes in what others left, and nobody waits for an answer.
    LeftToAPerson,
}

impl LeftOut {
    /// These are there, and were not read.
    pub fn of(
        quotes: impl IntoIterator<Item = QuoteRef>,
        deals: impl IntoIterator<Item = DealRef>,
    ) -> Self {
        let (quotes, deals) = (quotes.into_iter().collect(), deals.into_iter().collect());
        Self { quotes, deals, changed: false }
    }

    /// Whether all of the store was read.
    pub fn is_empty(&self) -> bool {
        self.quotes.is_empty() && self.deals.is_empty()
    }

    /// The sums of money rest on it as it was when it was summed up.
    pub(super) fn check(&self) -> Option<Check> {
        let says =
            "another desk wrote about a deal that was not read here: what is out is not known";
        self.changed.then(|| Check::fail("read", says, "run the command again"))
    }
}

impl Desk {
    /// From here on until all is taken in, nobody knows what there is: no figure is shown as if it were all,
    /// and nothing but a halt is done.
    pub fn reading(&mut self) {
        if !self.state().is_reading {
            self.take_all([What::Reading(true)]);
        }
    }

    /// A desk that takes in a store's records elsewhere, for this one to have with [`Self::take_over`].
    #[must_use]
    pub fn beside(&self) -> Self {
        let state = State {
            setup: self.state().setup.clone(),
            configured: self.state().configured.clone(),
            sellers: self.state().sellers.clone(),
            folded_at: self.state().folded_at,
            ..State::default()
        };
        let mut desk = Self::knowing(state);
        if self.is_recorded() {
            desk.record();
        }
        desk.reading();
        desk
    }

    /// All records of a store are taken in by the desk beside this one. What was stopped meanwhile and what
    /// sellers said is this one's own.
    pub fn take_over(&mut self, beside: Self) {
        let (state, updates) = beside.apart();
        self.tell(updates);
        self.state_mut().take_over(state);
    }

    /// Takes records from a snapshot.
    pub fn restore(
        &mut self,
        quotes: Vec<QuoteRecord>,
        bookings: Vec<BookingRecord>,
        deals: Vec<DealRecord>,
        controls: Controls,
    ) {
        self.restoring(quotes, bookings, deals);
        self.restored();
        self.stopped(controls);
    }

    /// Takes in some of the records of a store; they are put at their places by [`Self::restored`].
    pub fn restoring(
        &mut self,
        quotes: Vec<QuoteRecord>,
        bookings: Vec<BookingRecord>,
        deals: Vec<DealRecord>,
    ) {
        let quotes = quotes.into_iter().map(|record| What::Quote(record.into()));
        let bookings = bookings.into_iter().map(|record| What::Booking(record.into()));
        let deals = deals.into_iter().map(|record| What::Deal(record.into()));
        self.reading();
        self.take_all(quotes.chain(bookings).chain(deals));
    }

    /// Takes in what is stopped, and which limits hold.
    pub fn stopped(&mut self, controls: Controls) {
        self.take_all([What::Controls(controls.into())]);
    }

    /// All records of a store are taken in.
    pub fn restored(&mut self) {
        self.take_all([What::Reading(false)]);
    }

    /// There are others, which were not read: no new one may be called so.
    pub fn knows(&mut self, left_out: LeftOut) {
        self.state_mut().left_out = left_out;
    }

    /// The records that were taken in are not all: this is left out, and so much money is out, what is left
    /// out with it.
    pub fn knows_all_money(&mut self, left_out: LeftOut, exposure: Exposure) {
        let state = self.state_mut();
        (state.left_out, state.exposure) = (left_out, exposure);
    }

    /// From here on it sends no seller anything by itself: what an outcome calls for is left to a person.
    pub fn asks_nobody(&mut self) {
        self.state_mut().follow_ups = FollowUps::LeftToAPerson;
    }

    /// The records that were taken in do not count.
    pub fn forget(&mut self) {
        self.state_mut().forget();
    }
}

impl State {
    /// What all deals with a seller are called, those too that are in the store alone.
    pub fn deals_with(&self, seller: &SellerName) -> BTreeSet<DealId> {
        let all = self.deals.keys().chain(&self.left_out.deals);
        all.filter(|key| key.seller == *seller).map(|key| key.deal_id.clone()).collect()
    }

    /// Whether the records are taken in one after the other now, or all of them are.
    pub(super) fn set_reading(&mut self, is_reading: bool) {
        (self.is_reading, self.is_bulk) = (is_reading, is_reading);
        if !is_reading {
            self.index_many();
        }
    }

    /// Takes over the records of a state that was put in order elsewhere.
    fn take_over(&mut self, read: Self) {
        (self.quotes, self.bookings, self.deals) = (read.quotes, read.bookings, read.deals);
        (self.places, self.polls, self.polling) = (read.places, read.polls, read.polling);
        (self.board, self.exposure, self.schedule) = (read.board, read.exposure, read.schedule);
        for (name, seller) in read.sellers {
            if let Some(known) = self.sellers.get_mut(&name) {
                known.take_over_talks(seller);
            }
        }
        // What is asked meanwhile counts for the pace of polls.
        let asked =
            self.in_flight.values().filter(|flight| !matches!(flight.purpose, Purpose::Poll(_)));
        for seller in asked.map(|flight| flight.seller.clone()).collect::<Vec<_>>() {
            let lane = self.polls.lane(&seller);
            self.polls.others(lane, true);
            self.wake_lane(lane);
        }
        self.schedule.set(Due::Trigger, self.next_trigger_end(None));
        (self.is_reading, self.is_bulk) = (false, false);
        self.version += 1;
    }
}

impl SellerState {
    /// Takes over what another one learnt of its talks.
    fn take_over_talks(&mut self, learnt: Self) {
        self.talks = learnt.talks;
    }
}
