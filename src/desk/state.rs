//! Everything the desk knows: the records folded from facts, and beside them what sellers publish,
//! what is under way and what just happened. Only [`super::Desk`] changes it; faces read it.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    board::{Board, Key, Row},
    command::{Message, RequestId, Stored},
    controls::{Controls, Heeded},
    exposure::Exposure,
    fact::Entry,
    fold::Book,
    log::{Log, What},
    record::{BookingRecord, BookingState, DealRecord, QuoteRecord},
    schedule::{Due, Schedule},
    ticket::Ticket,
};
pub use super::{
    in_flight::{InFlight, Purpose, Subject},
    seller::{Health, SellerInfo, SellerState},
};
use crate::domain::{
    Cost, DealRef, Identity, Limits, QuoteAsk, QuoteRef, QuoteStatus, RfqId, SellerError,
    SellerName, Skew, Stage, TicketId, Trigger, limits::Changed, strategy::Presets,
};

/// How the desk works: real money, paper, or its own sellers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub enum Mode {
    /// Real sellers, real money.
    #[default]
    Live,
    /// Tickets run to the end and send nothing.
    Paper,
    /// The desk's own simulated sellers.
    Demo,
}

/// What the desk was told when it started.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Setup {
    /// How it works.
    pub mode: Mode,
    /// No ticket opens.
    pub read_only: bool,
    /// Who we are.
    pub identity: Identity,
    /// What we may spend.
    pub limits: Limits,
    /// How strategies play where a plan says nothing else.
    pub presets: Presets,
    /// The sellers.
    pub sellers: Vec<SellerInfo>,
    /// Who sits at it: `ana@terminal`.
    pub person: String,
    /// This process, as the owner of what it sends.
    pub owner: String,
    /// Whether this process polls, expires and looks things up (the host lease).
    pub is_host: bool,
    /// How long a strategy waits before each of its moves, so that people can follow it.
    pub auto_pause: SignedDuration,
    /// Names that an audience must never see.
    pub private_clients: Vec<String>,
}

/// How the polling of one deal goes. A failed check never changes the deal.
#[derive(Debug, Clone, Default)]
pub struct Polling {
    /// When it was last answered.
    pub checked_at: Option<Timestamp>,
    /// Unchanged answers and failures in a row; spreads the next one.
    pub quiet: u32,
    /// Why the newest check failed.
    pub error: Option<String>,
}

/// A quote that was asked for and did not come.
#[derive(Debug, Clone)]
pub struct FailedAsk {
    /// When.
    pub at: Timestamp,
    /// Of whom.
    pub seller: SellerName,
    /// For which product, by name where it is known.
    pub product: String,
    /// Why not.
    pub error: SellerError,
    /// What was asked, to ask it again.
    pub ask: QuoteAsk,
    /// Together with which others.
    pub rfq: Option<RfqId>,
}

/// How many failed asks are remembered on screen.
pub const FAILED_ASKS: usize = 50;

/// Everything the desk knows.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What it was told when it started.
    pub setup: Setup,
    /// What the configuration allows. `setup.limits` is what holds: no more than that, and no more than
    /// was accepted.
    pub configured: Limits,
    /// Sellers, in the order of the configuration.
    pub sellers: IndexMap<SellerName, SellerState>,
    /// Quotes, in the order they came.
    pub quotes: IndexMap<QuoteRef, QuoteRecord>,
    /// Bookings, in the order they were stored.
    pub bookings: IndexMap<TicketId, BookingRecord>,
    /// Deals, in the order they were booked.
    pub deals: IndexMap<DealRef, DealRecord>,
    /// How the polling of each deal goes, by position in `deals`.
    pub polling: BTreeMap<usize, Polling>,
    /// The order of the board.
    pub board: Board,
    /// Money that is out.
    pub exposure: Exposure,
    /// What is stopped.
    pub controls: Controls,
    /// Where that comes from.
    pub heeded: Heeded,
    /// What is due when.
    pub schedule: Schedule,
    /// What sellers were asked to tell again and did not, and why. Told again, it is gone from here.
    pub unread: IndexMap<Subject, SellerError>,
    /// Questions under way.
    pub in_flight: BTreeMap<RequestId, InFlight>,
    /// The open ticket.
    pub ticket: Option<Ticket>,
    /// Intents that are being made durable, with the entries they become.
    pub storing: Vec<(Stored, Entry)>,
    /// Quotes that were asked for and did not come, newest last.
    pub failed_asks: Vec<FailedAsk>,
    /// Why the store cannot be written, while it cannot, and where what happened is kept instead.
    pub trouble: Option<String>,
    /// The newest word for the person.
    pub message: Option<Message>,
    /// Grows whenever somebody who listens should hear it: a quote near its end.
    pub bells: u64,
    /// What happened lately.
    pub log: Log,
    /// The time up to which everything is folded: the desk's newest `now`.
    pub folded_at: Timestamp,
    /// Since when the clock has run on steadily: this desk began, or somebody set the clock. What was
    /// learnt by waiting before that is worth nothing.
    pub steady_since: Option<Timestamp>,
    /// Whether all of it happened before and is only shown again.
    pub is_replay: bool,
    /// While a whole journal is folded: the board and the schedule are made at its end.
    pub(super) is_bulk: bool,
    /// Entries folded so far.
    pub folded: u64,
    /// Grows whenever something that is drawn changes.
    pub version: u64,
}

impl State {
    /// A quote by reference.
    pub fn quote(&self, key: &QuoteRef) -> Option<&QuoteRecord> {
        self.quotes.get(key)
    }

    /// Since when waiting for what left at `sent` has taught anything.
    pub fn waited_since(&self, sent: Timestamp) -> Timestamp {
        self.steady_since.map_or(sent, |steady| steady.max(sent))
    }

    /// The clock of a seller.
    pub fn skew(&self, seller: &SellerName) -> Option<Skew> {
        self.sellers.get(seller).and_then(|seller| seller.skew())
    }

    /// Time left of a quote on its seller's clock.
    pub fn left(&self, record: &QuoteRecord, now: Timestamp) -> SignedDuration {
        Skew::left(self.skew(&record.quote.seller), record.quote.expires_at, now)
    }

    /// The board's row behind a key.
    pub fn row(&self, row: Row) -> Option<RowRef<'_>> {
        match row {
            Row::Quote(index) => self.quotes.get_index(index).map(|(_, r)| RowRef::Quote(r)),
            Row::Deal(index) => self.deals.get_index(index).map(|(_, r)| RowRef::Deal(r)),
        }
    }

    /// The processes whose answers are awaited: owners of bookings, moves and orders under way and of
    /// strategies that play, and of triggers that are armed.
    pub fn waiting_owners(&self) -> std::collections::BTreeSet<String> {
        let bookings = self.bookings.values().filter(|booking| booking.state == BookingState::Sent);
        let games = self.quotes.values().filter_map(|r| r.negotiation.as_ref().map(|g| (r, g)));
        let owners = games.flat_map(|(record, game)| {
            let pending = game.pending.as_ref().filter(|pending| !pending.in_doubt);
            let auto = record.auto_owner.clone().filter(|_| game.auto.is_some());
            pending.map(|pending| pending.owner.clone()).into_iter().chain(auto)
        });
        let orders = self.controls.orders.values().filter(|intent| !intent.in_doubt);
        let orders = orders.map(|intent| intent.owner.clone());
        let triggers = self.controls.triggers.values().map(|trigger| trigger.owner.clone());
        let bookings = bookings.map(|booking| booking.intent.owner.clone());
        bookings.chain(owners).chain(orders).chain(triggers).collect()
    }

    /// The triggers that this process watches: no other ever acts for them.
    pub fn own_triggers(&self) -> impl Iterator<Item = &Trigger> {
        let owner = &self.setup.owner;
        self.controls.triggers.values().filter(move |trigger| trigger.owner == *owner)
    }

    /// When the next of them ends, of those that end after a moment.
    pub(super) fn next_trigger_end(&self, after: Option<Timestamp>) -> Option<Timestamp> {
        let ends = self.own_triggers().map(|trigger| trigger.terms.until);
        ends.filter(|until| after.is_none_or(|after| *until > after)).min()
    }

    /// The limits that the configuration raises and that do not hold yet.
    pub fn raised_limits(&self) -> Vec<Changed> {
        // Asked for with every frame: words are made only where there is something to say. Where
        // nothing was accepted yet, the configuration holds as it is.
        let waits = self.controls.limits.is_some() && self.setup.limits != self.configured;
        if waits { self.setup.limits.changed(&self.configured) } else { Vec::new() }
    }

    /// Whether a move, a booking or an order of this quote is being stored or under way. Until that is
    /// over, nothing else is due for it, whoever asks: a strategy, a trigger, a person.
    pub fn is_committing(&self, key: &QuoteRef) -> bool {
        self.is_storing(key)
            || self.quote(key).is_some_and(|record| {
                let moving = record.negotiation.as_ref().is_some_and(|game| game.pending.is_some());
                moving || record.booking.is_some_and(BookingState::is_awaited)
            })
    }

    /// Whether something of this quote is being made durable.
    fn is_storing(&self, key: &QuoteRef) -> bool {
        self.storing.iter().any(|(stored, _)| self.subject(stored).is_some_and(|of| of == *key))
    }

    /// The quote that something durable-to-be is about.
    fn subject(&self, stored: &Stored) -> Option<QuoteRef> {
        let of_ticket = |ticket: &TicketId| {
            self.bookings.get(ticket).map(|booking| booking.intent.quote.clone())
        };
        match stored {
            Stored::Booking(intent) => Some(intent.quote.clone()),
            Stored::Move(quote, _) => Some(quote.clone()),
            Stored::Repeat(ticket) => of_ticket(ticket),
            Stored::Order(intent) => {
                self.deals.get(&intent.deal).and_then(|deal| of_ticket(&deal.ticket))
            }
        }
    }

    /// What was being stored is no longer: what is due for its quote is found out again.
    pub(super) fn not_storing(&mut self, stored: &Stored) {
        self.storing.retain(|(other, _)| other != stored);
        let quote = self.subject(stored).and_then(|key| self.quotes.get_index_of(&key));
        if let Some(index) = quote {
            self.index_quote(index);
        }
    }

    /// Whether this process looks after what `owner` sent: its own, and as host everybody's.
    pub fn is_mine(&self, owner: &str) -> bool {
        self.setup.is_host || owner == self.setup.owner
    }

    /// Puts everything at its place again: after this process became the host.
    pub fn index_all(&mut self) {
        (0..self.quotes.len()).for_each(|index| self.index_quote(index));
        (0..self.deals.len()).for_each(|index| self.index_deal(index));
        (0..self.bookings.len()).for_each(|index| self.index_booking(index));
    }

    pub(super) fn index_quote(&mut self, index: usize) {
        let Some((_, record)) = self.quotes.get_index(index).filter(|_| !self.is_bulk) else {
            return;
        };
        if let Some(seller) = self.sellers.get_mut(&record.quote.seller) {
            seller.learn_of_talks(record);
        }
        let row = Row::Quote(index);
        let stage = record.stage();
        let is_done = stage.group() == crate::domain::Group::Done;
        let when = if is_done { record.changed_at } else { record.quote.expires_at };
        let key = record.is_on_board().then(|| {
            let stage = (stage, stage.group());
            Key::new(stage, Some(when), cents(record.cost()), row)
        });
        let runs = record.quote.status == QuoteStatus::Available
            && record.deal.is_none()
            && !record.booking.is_some_and(BookingState::is_awaited);
        let expires =
            runs.then(|| Skew::ours(self.skew(&record.quote.seller), record.quote.expires_at));
        let game = record.negotiation.as_ref();
        let ours = record.auto_owner.as_deref() == Some(self.setup.owner.as_str());
        let auto = game
            .filter(|game| game.auto.is_some() && game.is_our_turn() && ours)
            .filter(|_| !self.is_committing(&record.reference()));
        let auto = auto.and_then(|_| record.changed_at.checked_add(self.setup.auto_pause).ok());
        let doubt = game.and_then(|game| game.pending.as_ref()).filter(|pending| pending.in_doubt);
        let look = doubt.filter(|pending| self.is_mine(&pending.owner)).map(|_| record.changed_at);
        let warns = expires.and_then(|end| next_warning(record, end, self.folded_at));
        let expires = expires.filter(|_| self.setup.is_host);
        self.board.set(row, key);
        self.schedule.set(Due::Expire(index), expires);
        self.schedule.set(Due::Warn(index), warns);
        self.schedule.set(Due::Auto(index), auto);
        if look.is_none() || self.schedule.get(Due::LookMove(index)).is_none() {
            self.schedule.set(Due::LookMove(index), look);
        }
    }

    fn index_deal(&mut self, index: usize) {
        let Some((_, record)) = self.deals.get_index(index).filter(|_| !self.is_bulk) else {
            return;
        };
        let row = Row::Deal(index);
        let stage = record.stage();
        let group = record.group();
        let waits = matches!(stage, Stage::Proposed | Stage::Disputed);
        let is_done = group == crate::domain::Group::Done;
        let when = if is_done {
            Some(record.changed_at)
        } else {
            record.deal.expires_at.filter(|_| waits)
        };
        let over = record.deal.status.is_over() || !self.setup.is_host;
        let known = self.schedule.get(Due::Poll(index)).is_some();
        let first = record.changed_at.checked_add(SignedDuration::from_secs(5)).ok();
        self.board.set(row, Some(Key::new((stage, group), when, cents(record.deal.cost()), row)));
        if over {
            self.schedule.set(Due::Poll(index), None);
        } else if !known {
            self.schedule.set(Due::Poll(index), first);
        }
    }

    fn index_booking(&mut self, index: usize) {
        let Some((_, record)) = self.bookings.get_index(index).filter(|_| !self.is_bulk) else {
            return;
        };
        let unknown = record.state.is_looked_at() && self.is_mine(&record.intent.owner);
        let known = self.schedule.get(Due::LookBooking(index)).is_some();
        if !unknown {
            self.schedule.set(Due::LookBooking(index), None);
        } else if !known {
            let first = record.at.checked_add(SignedDuration::from_secs(1)).ok();
            self.schedule.set(Due::LookBooking(index), first);
        }
    }

    /// Takes an entry into the log.
    pub fn note(&mut self, entry: Entry) {
        let at = entry.at;
        self.folded += 1;
        self.log.push(at, What::Fact(Arc::new(entry)));
    }

    /// Says something to the person.
    pub fn say(&mut self, at: Timestamp, bad: bool, says: impl Into<String>) {
        self.message = Some(Message { at, bad, says: says.into() });
        self.version += 1;
    }
}

/// When a quote that ends at `end` (on our clock) is next to be warned of: with a quarter of its time
/// left, a minute before its end, and at its end.
pub(super) fn next_warning(
    record: &QuoteRecord,
    end: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let life = end.duration_since(record.received_at);
    let quarter = end.checked_sub(life / 4).ok()?;
    let minute = end.checked_sub(SignedDuration::from_secs(60)).ok()?;
    [quarter, minute, end].into_iter().filter(|at| *at > now.max(record.received_at)).min()
}

/// A row of the board.
#[derive(Debug, Clone, Copy)]
pub enum RowRef<'a> {
    /// A quote that is no deal yet.
    Quote(&'a QuoteRecord),
    /// A deal.
    Deal(&'a DealRecord),
}

fn cents(cost: Option<Cost>) -> i64 {
    let cents = cost.map(|cost| cost.amount().saturating_mul(rust_decimal::Decimal::ONE_HUNDRED));
    cents.and_then(|cents| i64::try_from(cents.trunc()).ok()).unwrap_or(0)
}

impl Book for State {
    fn put_quote(&mut self, record: QuoteRecord) {
        let (index, _) = self.quotes.insert_full(record.reference(), record);
        self.index_quote(index);
    }

    fn edit_quote(&mut self, key: &QuoteRef, edit: impl FnOnce(&mut QuoteRecord)) {
        if let Some((index, _, record)) = self.quotes.get_full_mut(key) {
            edit(record);
            self.index_quote(index);
        }
    }

    fn put_booking(&mut self, record: BookingRecord) {
        self.exposure.count(&record, 1);
        let (index, before) = self.bookings.insert_full(record.intent.ticket.clone(), record);
        if let Some(before) = before {
            self.exposure.count(&before, -1);
        }
        self.index_booking(index);
    }

    fn edit_booking(&mut self, key: &TicketId, edit: impl FnOnce(&mut BookingRecord)) {
        if let Some((index, _, record)) = self.bookings.get_full_mut(key) {
            self.exposure.count(record, -1);
            edit(record);
            self.exposure.count(record, 1);
            self.index_booking(index);
        }
    }

    fn put_deal(&mut self, record: DealRecord) {
        let (index, _) = self.deals.insert_full(record.reference(), record);
        self.index_deal(index);
    }

    fn edit_deal(&mut self, key: &DealRef, edit: impl FnOnce(&mut DealRecord)) {
        if let Some((index, _, record)) = self.deals.get_full_mut(key) {
            edit(record);
            self.index_deal(index);
        }
    }

    fn edit_controls(&mut self, edit: impl FnOnce(&mut Controls)) {
        self.heeded.fold(&mut self.controls, edit);
        if let Some(accepted) = &self.controls.limits {
            self.setup.limits = self.configured.strictest(accepted);
        }
        self.schedule.set(Due::Trigger, self.next_trigger_end(None));
    }
}
