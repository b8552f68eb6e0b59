//! Where things are, kept up as records change, so that nothing goes through all of them to find the few
//! that something is expected of, that were asked for together, or that were talked about.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use indexmap::IndexMap;
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    brief::{BookingBrief, DealBrief, QuoteBrief},
    record::BookingState,
};
use crate::{
    domain::{Group, QuoteRef, RfqId, SellerName},
    pack::Quick,
};

/// How many changes of quotes are remembered for who follows them.
const CHANGES: usize = 4_096;

/// What we have with a seller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dealings {
    /// Deals.
    pub deals: usize,
    /// Deals that are live.
    pub live: usize,
    /// Bookings of unknown outcome.
    pub unknown: usize,
    /// What its bookings hold, in the limits' currency.
    pub held: Decimal,
}

/// Positions of records, by what is asked of them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Quotes that something is expected of.
    quotes: BTreeSet<usize>,
    by_seller: BTreeMap<SellerName, BTreeSet<usize>>,
    /// Quotes that were talked about, by seller.
    talks: BTreeMap<SellerName, BTreeSet<usize>>,
    /// The same, by when they last changed.
    talked: BTreeSet<(Timestamp, usize)>,
    /// Quotes that were asked for together, in the order they came.
    together: IndexMap<Arc<str>, Vec<usize>, Quick>,
    /// Bookings that await an outcome.
    bookings: BTreeSet<usize>,
    /// Deals that something is expected of.
    deals: BTreeSet<usize>,
    disputed: BTreeSet<usize>,
    /// Bookings by the kind of inventory of their quotes, and by what that was before.
    usual: BTreeMap<Arc<str>, Vec<usize>>,
    dealings: BTreeMap<SellerName, Dealings>,
    /// Quotes that changed lately, oldest first, and how many ever did.
    changed: VecDeque<usize>,
    changes: u64,
    deal_changes: u64,
}

fn put(set: &mut BTreeSet<usize>, index: usize, is_in: bool) {
    if is_in {
        set.insert(index);
    } else {
        set.remove(&index);
    }
}

impl Places {
    /// A quote is now this, and was that.
    pub(super) fn quote(
        &mut self,
        (index, key): (usize, &QuoteRef),
        now: &QuoteBrief,
        was: Option<&QuoteBrief>,
    ) {
        put(&mut self.quotes, index, !now.rests);
        if !self.by_seller.contains_key(&key.seller) {
            self.by_seller.insert(key.seller.clone(), BTreeSet::new());
            self.talks.insert(key.seller.clone(), BTreeSet::new());
        }
        if let Some(of) = self.by_seller.get_mut(&key.seller) {
            put(of, index, !now.rests);
        }
        if let Some(of) = self.talks.get_mut(&key.seller) {
            put(of, index, now.talks);
        }
        if let Some(was) = was {
            self.talked.remove(&(was.changed_at, index));
        }
        if now.talks {
            self.talked.insert((now.changed_at, index));
        }
        self.asked_in(index, now.rfq.as_ref(), was.and_then(|was| was.rfq.as_ref()));
        self.changed(index);
    }

    /// A quote was asked for in this RFQ, and was known to be of that.
    fn asked_in(&mut self, index: usize, now: Option<&Arc<str>>, was: Option<&Arc<str>>) {
        if now == was {
            return;
        }
        let place = |of: &[usize]| of.binary_search(&index);
        if let Some(of) = was.and_then(|rfq| self.together.get_mut(rfq))
            && let Ok(place) = place(of)
        {
            of.remove(place);
        }
        if let Some(rfq) = now {
            let of = self.together.entry(Arc::clone(rfq)).or_default();
            if let Err(place) = place(of) {
                of.insert(place, index);
            }
        }
    }

    /// Something that a quote is ordered by changed: its seller's clock, or itself.
    pub(super) fn changed(&mut self, index: usize) {
        if self.changed.len() == CHANGES {
            self.changed.pop_front();
        }
        self.changed.push_back(index);
        self.changes += 1;
    }

    /// A booking is now this, and was that; its quote is of this kind of inventory.
    pub(super) fn booking(
        &mut self,
        (index, seller): (usize, &SellerName),
        kind: Option<&Arc<str>>,
        now: &BookingBrief,
        was: Option<&BookingBrief>,
    ) {
        put(&mut self.bookings, index, now.state.is_awaited());
        let of = self.dealings.entry(seller.clone()).or_default();
        let held = |brief: &BookingBrief| brief.held.map_or(Decimal::ZERO, |held| held.amount());
        let unknown = |brief: &BookingBrief| usize::from(brief.state == BookingState::Unknown);
        if let Some(was) = was {
            of.held = of.held.saturating_sub(held(was));
            of.unknown = of.unknown.saturating_sub(unknown(was));
        }
        of.held = of.held.saturating_add(held(now));
        of.unknown += unknown(now);
        if let (None, Some(kind)) = (was, kind) {
            self.of_kind(index, kind);
        }
    }

    /// A booking is one of this kind of inventory, whatever else it was of.
    pub(super) fn of_kind(&mut self, index: usize, kind: &str) {
        let of = self.usual.entry(kind.to_lowercase().into()).or_default();
        if let Err(place) = of.binary_search(&index) {
            of.insert(place, index);
        }
    }

    /// A deal is now this, and was that.
    pub(super) fn deal(
        &mut self,
        (index, seller): (usize, &SellerName),
        now: &DealBrief,
        was: Option<&DealBrief>,
    ) {
        self.deal_changes += 1;
        put(&mut self.deals, index, !now.rests);
        put(&mut self.disputed, index, now.is_disputed);
        let of = self.dealings.entry(seller.clone()).or_default();
        let live = |brief: &DealBrief| usize::from(brief.stage.group() == Group::Live);
        match was {
            Some(was) => of.live = of.live.saturating_sub(live(was)),
            None => of.deals += 1,
        }
        of.live += live(now);
    }

    /// Quotes that something is expected of, in the order they came.
    pub fn quotes(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.quotes.iter().copied()
    }

    /// The same of one seller.
    pub fn quotes_of(&self, seller: &SellerName) -> impl DoubleEndedIterator<Item = usize> {
        self.by_seller.get(seller).into_iter().flatten().copied()
    }

    /// Bookings that await an outcome, in the order they were stored.
    pub fn bookings(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.bookings.iter().copied()
    }

    /// Deals that something is expected of, in the order they were booked.
    pub fn deals(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.deals.iter().copied()
    }

    /// Deals that are not as agreed.
    pub fn disputed(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.disputed.iter().copied()
    }

    /// Quotes of a seller that were talked about, in the order they came.
    pub fn talks(&self, seller: &SellerName) -> impl DoubleEndedIterator<Item = usize> {
        self.talks.get(seller).into_iter().flatten().copied()
    }

    /// Quotes that were talked about and changed at a moment or later, those that changed last first.
    pub fn talked_since(&self, moment: Timestamp) -> impl Iterator<Item = usize> {
        self.talked.range((moment, 0)..).rev().map(|(_, index)| *index)
    }

    /// Quotes that were asked for together.
    pub fn together(&self, rfq: &RfqId) -> impl DoubleEndedIterator<Item = usize> {
        self.together.get(rfq.as_str()).into_iter().flatten().copied()
    }

    /// An RFQ by its name, and its place among those that [`Self::rfqs`] gives.
    pub fn rfq(&self, rfq: &str) -> Option<(usize, &Arc<str>)> {
        self.together.get_full(rfq).map(|(place, rfq, _)| (place, rfq))
    }

    /// Every RFQ with the quotes that were asked for in it, in the order they came.
    pub fn rfqs(
        &self,
    ) -> impl ExactSizeIterator<Item = (&Arc<str>, impl DoubleEndedIterator<Item = usize>)> {
        self.together.iter().map(|(rfq, members)| (rfq, members.iter().copied()))
    }

    /// Bookings of quotes that are or were of a kind of inventory (in small letters), in the order they were
    /// stored.
    pub fn usual(&self, kind: &str) -> impl DoubleEndedIterator<Item = usize> {
        self.usual.get(kind).into_iter().flatten().copied()
    }

    /// What we have with a seller.
    pub fn dealings(&self, seller: &SellerName) -> Dealings {
        self.dealings.get(seller).cloned().unwrap_or_default()
    }

    /// Sellers of whom there is a quote.
    pub fn sellers(&self) -> impl Iterator<Item = &SellerName> {
        self.by_seller.keys()
    }

    /// Sellers of whom there is a booking or a deal.
    pub fn partners(&self) -> impl Iterator<Item = &SellerName> {
        self.dealings.keys()
    }

    /// How often quotes changed.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// How often deals changed.
    pub fn deal_changes(&self) -> u64 {
        self.deal_changes
    }

    /// The quotes that changed since there were so many changes; `None` where that is too long ago.
    pub fn changed_since(&self, changes: u64) -> Option<impl Iterator<Item = usize>> {
        let new = usize::try_from(self.changes.checked_sub(changes)?).ok()?;
        let known = self.changed.len().checked_sub(new)?;
        Some(self.changed.iter().skip(known).copied())
    }
}
