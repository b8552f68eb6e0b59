//! Everything the desk knows: the records folded from facts, and beside them what sellers publish,
//! what is under way and what just happened. Only [`super::Desk`] changes it; faces read it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    board::Board,
    command::{Message, RequestId, Stored},
    controls::{Controls, Heeded},
    exposure::Exposure,
    fact::Entry,
    kept::Kept,
    log::{Log, What},
    places::Places,
    polls::{Pace, Polls},
    reading::{FollowUps, LeftOut},
    record::{BookingRecord, BookingState, DealRecord, QuoteRecord},
    schedule::Schedule,
    ticket::Ticket,
};
pub use super::{
    in_flight::{InFlight, Purpose, Subject},
    seller::{Health, SellerInfo, SellerState},
};
use crate::domain::{
    DealRef, Identity, Limits, QuoteAsk, QuoteRef, RfqId, SellerError, SellerName, Skew, TicketId,
    Trigger, limits::Changed, strategy::Presets,
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
    /// How often deals are read.
    pub polls: Pace,
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

/// How many of the newest quotes are gone through for one of the same terms.
pub const LATELY: u16 = 2_000;

/// The largest OpenRTB block that a line of the log keeps, in bytes. The deal has it in any case.
const LOGGED: usize = 64 * 1024;

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
    pub quotes: Kept<QuoteRecord>,
    /// Bookings, in the order they were stored.
    pub bookings: Kept<BookingRecord>,
    /// Deals, in the order they were booked.
    pub deals: Kept<DealRecord>,
    /// What of the store was not read, where not all of it was.
    pub left_out: LeftOut,
    /// Which of them are where.
    pub places: Places,
    /// How the polling of each deal goes, by position in `deals`.
    pub polling: BTreeMap<usize, Polling>,
    /// Which deal is read next.
    pub polls: Polls,
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
    /// Where a strategy is being armed that was stopped before it was.
    pub(super) disarmed: BTreeSet<QuoteRef>,
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
    /// What is made of what an outcome calls for.
    pub(super) follow_ups: FollowUps,
    /// Whether the store is still being read: what is known so far is not all.
    pub is_reading: bool,
    /// While a whole journal is folded: the board and the schedule are made at its end.
    pub(super) is_bulk: bool,
    /// Entries folded so far.
    pub folded: u64,
    /// Grows whenever something that is drawn changes.
    pub version: u64,
    /// Grows with what changes and need not be seen at once: that a deal was read and is as it was.
    pub quiet: u64,
}

impl State {
    /// A quote by reference.
    pub fn quote(&self, key: &QuoteRef) -> Option<&QuoteRecord> {
        self.quotes.get(key)
    }

    /// Whether there is a quote of this name, here or in the store alone.
    pub fn has_quote(&self, key: &QuoteRef) -> bool {
        self.quotes.contains_key(key) || self.left_out.quotes.contains(key)
    }

    /// Whether there is a deal of this name, here or in the store alone.
    pub fn has_deal(&self, key: &DealRef) -> bool {
        self.deals.contains_key(key) || self.left_out.deals.contains(key)
    }

    /// Since when waiting for what left at `sent` has taught anything.
    pub fn waited_since(&self, sent: Timestamp) -> Timestamp {
        self.steady_since.map_or(sent, |steady| steady.max(sent))
    }

    /// The clock of a seller.
    pub fn skew(&self, seller: &SellerName) -> Option<Skew> {
        self.sellers.get(seller).and_then(super::seller::SellerState::skew)
    }

    /// Time left of a quote on its seller's clock.
    pub fn left(&self, record: &QuoteRecord, now: Timestamp) -> SignedDuration {
        Skew::left(self.skew(&record.quote.seller), record.quote.expires_at, now)
    }

    /// Whether a quote is over by our clock, and nobody knows by its seller's: that was never heard.
    pub fn is_over_by_ours_alone(&self, record: &QuoteRecord, now: Timestamp) -> bool {
        self.skew(&record.quote.seller).is_none() && record.quote.expires_at <= now
    }

    /// When a quote is called expired, on our clock. While its seller's clock was not heard ours proves
    /// nothing: a quote that is over by ours alone is left open for an hour longer.
    pub fn is_over_at(&self, record: &QuoteRecord) -> Timestamp {
        const UNHEARD: SignedDuration = SignedDuration::from_hours(1);
        let skew = self.skew(&record.quote.seller);
        let end = Skew::ours(skew, record.quote.expires_at);
        let more = if skew.is_some() { SignedDuration::ZERO } else { UNHEARD };
        end.checked_add(more).unwrap_or(end)
    }

    /// The quotes at these positions.
    pub fn quotes_at<I: DoubleEndedIterator<Item = usize>>(
        &self,
        places: I,
    ) -> impl DoubleEndedIterator<Item = &QuoteRecord> + use<'_, I> {
        places.filter_map(|index| self.quotes.get_index(index).map(|(_, record)| record))
    }

    /// Quotes that something is expected of, in the order they came.
    pub fn living_quotes(&self) -> impl DoubleEndedIterator<Item = &QuoteRecord> {
        self.quotes_at(self.places.quotes())
    }

    /// What a seller quoted lately, in the order it came: of the newest quotes of all sellers, its own.
    pub fn lately<'s>(
        &'s self,
        seller: &SellerName,
    ) -> impl DoubleEndedIterator<Item = &'s QuoteRecord> + use<'s> {
        let (all, seller) = (self.quotes.len(), seller.clone());
        let newest = all.saturating_sub(LATELY.into())..all;
        let own =
            move |index: &usize| self.quotes.key(*index).is_some_and(|key| key.seller == seller);
        self.quotes_at(newest.filter(own))
    }

    /// The quotes with this id, whoever's they are.
    pub fn quotes_called(&self, id: &str) -> impl Iterator<Item = &QuoteRecord> {
        let sellers = self.places.sellers();
        sellers.filter_map(move |seller| self.quotes.get(&QuoteRef::new(seller.clone(), id)))
    }

    /// The deals with this id, whoever's they are.
    pub fn deals_called(&self, id: &str) -> impl Iterator<Item = &DealRecord> {
        let sellers = self.places.partners();
        sellers.filter_map(move |seller| self.deals.get(&DealRef::new(seller.clone(), id)))
    }

    /// Bookings that await an outcome, in the order they were stored.
    pub fn open_bookings(&self) -> impl DoubleEndedIterator<Item = &BookingRecord> {
        let open = self.places.bookings();
        open.filter_map(|index| self.bookings.get_index(index).map(|(_, record)| record))
    }

    /// The processes whose answers are awaited: owners of bookings, moves and orders under way and of
    /// strategies that play, and of triggers that are armed.
    pub fn waiting_owners(&self) -> std::collections::BTreeSet<String> {
        let bookings = self.open_bookings().filter(|booking| booking.state == BookingState::Sent);
        let games =
            self.living_quotes().filter_map(|r| r.negotiation.as_ref().map(|game| (r, game)));
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
    pub fn is_storing(&self, key: &QuoteRef) -> bool {
        self.storing.iter().any(|(stored, _)| self.subject(stored).is_some_and(|of| of == *key))
    }

    /// The quote that something durable-to-be is about.
    fn subject(&self, stored: &Stored) -> Option<QuoteRef> {
        let of_ticket = |ticket: &TicketId| {
            self.bookings.get(ticket).map(|booking| booking.intent.quote.clone())
        };
        match stored {
            Stored::Booking(intent) => Some(intent.quote.clone()),
            Stored::Move(quote, _) | Stored::Auto(quote, _) => Some(quote.clone()),
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

    /// Forgets every record, as if none had been taken in.
    pub(super) fn forget(&mut self) {
        (self.quotes, self.bookings, self.deals) = Default::default();
        (self.places, self.polls) = Default::default();
        (self.board, self.exposure, self.schedule) = Default::default();
        self.polling.clear();
        self.sellers.values_mut().for_each(SellerState::forget_talks);
    }

    /// Takes an entry into the log.
    pub fn note(&mut self, mut entry: Entry) {
        let at = entry.at;
        self.folded += 1;
        if let Some(deal) = entry.fact.deal_mut()
            && deal.openrtb_raw.as_ref().is_some_and(|raw| raw.len() > LOGGED)
        {
            (deal.openrtb, deal.openrtb_raw) = (None, None);
        }
        self.log.push(at, What::Fact(Arc::new(entry)));
    }

    /// Says something to the person.
    pub fn say(&mut self, at: Timestamp, bad: bool, says: impl Into<String>) {
        self.message = Some(Message { at, bad, says: says.into() });
        self.version += 1;
    }
}
