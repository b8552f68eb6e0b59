//! What follows from a record that changed: its row on the board, what is due of it and when, where it
//! is found. Nothing here goes through all records but what is done once, at a start.

use jiff::{SignedDuration, Timestamp};

use super::{
    board::{Board, Key},
    brief::{BookingBrief, DealBrief, QuoteBrief},
    controls::Controls,
    exposure::Exposure,
    fold::{Records, RecordsOf},
    kept::{Kept, Record},
    polls::Class,
    reading::LeftOut,
    record::{BookingRecord, BookingState, DealRecord, QuoteRecord},
    row::Row,
    schedule::Due,
    state::State,
};
use crate::domain::{
    Cost, DealRef, Group, QuoteRef, QuoteStatus, SellerName, Skew, Stage, TicketId,
};

impl State {
    /// Puts what something is expected of at its place again: after this process became the host.
    pub fn index_all(&mut self) {
        let quotes: Vec<_> = self.places.quotes().collect();
        for index in quotes {
            self.index_quote(index);
        }
        let deals: Vec<_> = self.places.deals().collect();
        for index in deals {
            self.index_deal(index);
        }
        let bookings: Vec<_> = self.places.bookings().collect();
        for index in bookings {
            self.index_booking(index);
        }
    }

    /// The same for the quotes of a seller whose clock turned out to be elsewhere.
    pub(super) fn index_clock(&mut self, seller: &SellerName) {
        let quotes: Vec<_> = self.places.quotes_of(seller).collect();
        for index in quotes {
            self.places.changed(index);
            self.index_quote(index);
        }
    }

    /// Puts everything at its place, after many records came at once.
    pub(super) fn index_many(&mut self) {
        let quotes = self.quotes.briefs().enumerate();
        let quotes = quotes.map(|(index, (_, brief))| (Row::quote(index), quote_key(index, brief)));
        let deals = self.deals.briefs().enumerate();
        let deals =
            deals.map(|(index, (_, brief))| (Row::deal(index), Some(deal_key(index, brief))));
        self.board = Board::of(quotes.chain(deals));
        self.index_all();
    }

    pub(super) fn index_quote(&mut self, index: usize) {
        if self.is_bulk {
            return;
        }
        let Some(brief) = self.quotes.brief(index) else { return };
        self.board.set(Row::quote(index), quote_key(index, brief));
        if brief.rests {
            for due in [Due::Expire, Due::Warn, Due::Auto, Due::LookMove] {
                self.schedule.set(due(index), None);
            }
            return;
        }
        let Some((_, record)) = self.quotes.get_index(index) else { return };
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
        let expires = expires.filter(|_| self.setup.is_host).map(|_| self.is_over_at(record));
        self.schedule.set(Due::Expire(index), expires);
        self.schedule.set(Due::Warn(index), warns);
        self.schedule.set(Due::Auto(index), auto);
        if look.is_none() || self.schedule.get(Due::LookMove(index)).is_none() {
            self.schedule.set(Due::LookMove(index), look);
        }
    }

    fn index_deal(&mut self, index: usize) {
        if self.is_bulk {
            return;
        }
        let Some((key, brief)) = self.deals.key(index).zip(self.deals.brief(index)) else { return };
        self.board.set(Row::deal(index), Some(deal_key(index, brief)));
        let over = brief.is_over || !self.setup.is_host;
        let class = class(brief.stage);
        let first = brief.changed_at.checked_add(SignedDuration::from_secs(5)).ok();
        let lane = self.polls.lane(&key.seller);
        if over {
            self.polls.set(index, lane, class, None);
        } else if !self.polls.is_under_way(index) {
            let known = self.polls.at(index);
            self.polls.set(index, lane, class, known.or(first));
        }
        self.wake_lane(lane);
    }

    /// A lane of polls is woken when it may ask next.
    pub(super) fn wake_lane(&mut self, lane: usize) {
        self.schedule.set(Due::Poll(lane), self.polls.wakes(lane, self.setup.polls));
    }

    fn index_booking(&mut self, index: usize) {
        if self.is_bulk {
            return;
        }
        let Some((_, record)) = self.bookings.get_index(index) else { return };
        let unknown = record.state.is_looked_at() && self.is_mine(&record.intent.owner);
        let known = self.schedule.get(Due::LookBooking(index)).is_some();
        if !unknown {
            self.schedule.set(Due::LookBooking(index), None);
        } else if !known {
            let first = record.at.checked_add(SignedDuration::from_secs(1)).ok();
            self.schedule.set(Due::LookBooking(index), first);
        }
    }

    fn quote_changed(&mut self, index: usize, was: Option<&QuoteBrief>) {
        if let Some((key, brief)) = self.quotes.key(index).zip(self.quotes.brief(index)) {
            self.places.quote((index, key), brief, was);
            if was.is_some_and(|was| was.kind != brief.kind) {
                self.booked_kind(index);
            }
            self.learn_of_talks(index);
        }
        self.index_quote(index);
    }

    /// A quote's seller calls its inventory something else than before: so is what was booked of it.
    fn booked_kind(&mut self, index: usize) {
        let Some((_, record)) = self.quotes.get_index(index) else { return };
        let booking = record.ticket.as_ref().and_then(|ticket| self.bookings.get_index_of(ticket));
        if let Some(booking) = booking {
            self.places.of_kind(booking, &record.quote.product.inventory_type);
        }
    }

    /// What a quote's negotiation taught about its seller, if there was any.
    fn learn_of_talks(&mut self, index: usize) {
        if let Some((key, record)) = self.quotes.get_index(index)
            && let Some(seller) = self.sellers.get_mut(&key.seller)
        {
            seller.learn_of_talks(record);
        }
    }

    fn booking_changed(&mut self, index: usize, was: Option<&BookingBrief>) {
        let Some(brief) = self.bookings.brief(index) else { return };
        let Some((_, record)) = self.bookings.get_index(index) else { return };
        let quote = &record.intent.quote;
        let kind = self.quotes.brief_of(quote).map(|brief| &brief.kind);
        self.places.booking((index, &quote.seller), kind, brief, was);
        self.index_booking(index);
    }

    fn deal_changed(&mut self, index: usize, was: Option<&DealBrief>) {
        if let Some((key, brief)) = self.deals.key(index).zip(self.deals.brief(index)) {
            self.places.deal((index, &key.seller), brief, was);
        }
        self.index_deal(index);
    }
}

/// Who waits for a seller is read before who runs.
pub(super) fn class(stage: Stage) -> Class {
    if matches!(stage, Stage::Proposed | Stage::Disputed) { Class::Waits } else { Class::Runs }
}

fn quote_key(index: usize, brief: &QuoteBrief) -> Option<Key> {
    let is_done = brief.stage.group() == Group::Done;
    let when = if is_done { brief.changed_at } else { brief.expires_at };
    let (row, stage) = (Row::quote(index), (brief.stage, brief.stage.group()));
    brief.is_on_board().then(|| Key::new(stage, Some(when), cents(brief.cost()), row))
}

fn deal_key(index: usize, brief: &DealBrief) -> Key {
    let waits = matches!(brief.stage, Stage::Proposed | Stage::Disputed);
    let is_done = brief.group == Group::Done;
    let when = if is_done { Some(brief.changed_at) } else { brief.expires_at.filter(|_| waits) };
    Key::new((brief.stage, brief.group), when, cents(brief.cost()), Row::deal(index))
}

fn cents(cost: Option<Cost>) -> i64 {
    let cents = cost.map(|cost| cost.amount().saturating_mul(rust_decimal::Decimal::ONE_HUNDRED));
    cents.and_then(|cents| i64::try_from(cents.trunc()).ok()).unwrap_or(0)
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

/// How the state holds a kind of record, and what follows when one changes.
trait Held: Record {
    /// All of them.
    fn all(state: &mut State) -> &mut Kept<Self>;

    /// Whether one of this name stays in the store, unread.
    fn is_left_out(left_out: &LeftOut, key: &Self::Key) -> bool;

    /// Whether one that is not here may be there.
    fn may_be_left_out(left_out: &LeftOut, key: &Self::Key) -> bool {
        Self::is_left_out(left_out, key)
    }

    /// Counts the money that it holds in or out.
    fn count(&self, _exposure: &mut Exposure, _times: i8) {}

    /// One was put or changed; what it was before.
    fn changed(state: &mut State, index: usize, was: Option<&Self::Brief>);
}

impl Held for QuoteRecord {
    fn all(state: &mut State) -> &mut Kept<Self> {
        &mut state.quotes
    }

    fn is_left_out(left_out: &LeftOut, key: &QuoteRef) -> bool {
        left_out.quotes.contains(key)
    }

    fn changed(state: &mut State, index: usize, was: Option<&QuoteBrief>) {
        state.quote_changed(index, was);
    }
}

impl Held for BookingRecord {
    fn all(state: &mut State) -> &mut Kept<Self> {
        &mut state.bookings
    }

    fn is_left_out(_: &LeftOut, _: &TicketId) -> bool {
        false
    }

    /// What is left out is known by the names of quotes and deals alone.
    fn may_be_left_out(left_out: &LeftOut, _: &TicketId) -> bool {
        !left_out.is_empty()
    }

    fn count(&self, exposure: &mut Exposure, times: i8) {
        exposure.count(self, times);
    }

    fn changed(state: &mut State, index: usize, was: Option<&BookingBrief>) {
        state.booking_changed(index, was);
    }
}

impl Held for DealRecord {
    fn all(state: &mut State) -> &mut Kept<Self> {
        &mut state.deals
    }

    fn is_left_out(left_out: &LeftOut, key: &DealRef) -> bool {
        left_out.deals.contains(key)
    }

    fn changed(state: &mut State, index: usize, was: Option<&DealBrief>) {
        state.deal_changed(index, was);
    }
}

impl<R: Held> RecordsOf<R> for State {
    fn put(&mut self, record: R) {
        let key = record.key();
        self.left_out.changed |= R::is_left_out(&self.left_out, &key);
        record.count(&mut self.exposure, 1);
        let all = R::all(self);
        let was = all.brief_of(&key).cloned();
        let (index, before) = all.put(key, record);
        if let Some(before) = before {
            before.count(&mut self.exposure, -1);
        }
        R::changed(self, index, was.as_ref());
    }

    fn edit(&mut self, key: &R::Key, edit: impl FnOnce(&mut R)) {
        let mut exposure = std::mem::take(&mut self.exposure);
        let all = R::all(self);
        let was = all.brief_of(key).cloned();
        let index = all.edit(key, |record| {
            record.count(&mut exposure, -1);
            edit(record);
            record.count(&mut exposure, 1);
        });
        self.exposure = exposure;
        match index {
            Some(index) => R::changed(self, index, was.as_ref()),
            None => self.left_out.changed |= R::may_be_left_out(&self.left_out, key),
        }
    }
}

impl Records for State {
    fn edit_controls(&mut self, edit: impl FnOnce(&mut Controls)) {
        self.heeded.fold(&mut self.controls, edit);
        if let Some(accepted) = &self.controls.limits {
            self.setup.limits = self.configured.strictest(accepted);
        }
        self.schedule.set(Due::Trigger, self.next_trigger_end(None));
    }
}
