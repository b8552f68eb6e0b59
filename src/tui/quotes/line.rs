//! One row of the quotes, as it is ordered: by what it was asked for with, by what it waits for, by the
//! column that was chosen. Made of what is known in brief; no quote is looked at for it.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    group,
    rows::{Brief, Key, Words, is_running},
};
use crate::{
    desk::{QuoteBrief, RequestId, State},
    domain::{QuoteRef, RfqId, SellerName, Skew},
    tui::parts::filter::{Filter, Sieve},
};

/// How many quotes that were replaced stand under the newest at most. A seller that reuses ids makes no
/// endless chain.
const OLDER: usize = 20;

/// What stands together under a line of its own: what is under way first, newest first; then what was
/// asked for alone; then what is over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Section {
    pub(super) order: u8,
    pub(super) since: Reverse<Option<Timestamp>>,
    pub(super) rfq: Option<Arc<str>>,
}

impl Section {
    /// What was asked for alone.
    pub(super) fn alone() -> Self {
        Self { order: 1, since: Reverse(None), rfq: None }
    }
}

/// Where a row goes: asking, open, over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Band {
    Asking,
    Open,
    Over,
}

/// By what it is sorted within its band.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Nothing,
    /// Unpriced ones last.
    Price(bool, Option<Decimal>),
    Cost(Reverse<Option<Decimal>>),
    Seller(Arc<str>),
    Newest(Reverse<Timestamp>),
}

/// What stands in a row. What came first goes first, where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// The line above a section.
    Head,
    Asking(RequestId),
    Quote(u32),
    Failed(usize),
}

/// A row, ordered as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) section: Option<Arc<Section>>,
    is_row: bool,
    /// Its place among those asked for with it; those without one last.
    place: u32,
    band: Band,
    by: By,
    time: i64,
    of: Of,
    /// How many newer ones stand above it.
    pub(super) depth: u8,
    /// The quote that is shown: its own, or one that it replaced.
    shows: u32,
}

impl Line {
    /// The line above a section.
    pub(super) fn head(section: Arc<Section>) -> Self {
        Self {
            section: Some(section),
            is_row: false,
            place: 0,
            band: Band::Asking,
            by: By::Nothing,
            time: 0,
            of: Of::Head,
            depth: 0,
            shows: u32::MAX,
        }
    }

    /// The position of the quote that is shown.
    pub(super) fn shows(&self) -> usize {
        usize::try_from(self.shows).unwrap_or(usize::MAX)
    }

    /// What it is called.
    pub(super) fn key(&self, state: &State) -> Option<Key> {
        Some(match self.of {
            Of::Head => {
                let rfq = self.section.as_ref().and_then(|section| section.rfq.as_deref());
                Key::Group(rfq.map(RfqId::from))
            }
            Of::Asking(id) => Key::Asking(id),
            Of::Failed(place) => Key::Failed(place),
            Of::Quote(_) => Key::Quote(state.quotes.key(self.shows())?.clone()),
        })
    }
}

/// The sections, by RFQ.
pub(super) type Sections = BTreeMap<Option<Arc<str>>, Arc<Section>>;

/// Something that is asked for, or that did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    of: Of,
    pub(super) rfq: Option<Arc<str>>,
    seller: SellerName,
    at: Timestamp,
    passes: bool,
}

impl Asked {
    /// Whether it is the same, whether or not it is wanted.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        *self == Self { passes: self.passes, ..other.clone() }
    }
}

/// The rows of one quote: hardly ever more than one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Own {
    #[default]
    None,
    One(Line),
    Many(Box<[Line]>),
}

impl Own {
    /// The rows.
    pub(super) fn lines(&self) -> &[Line] {
        match self {
            Self::None => &[],
            Self::One(line) => std::slice::from_ref(line),
            Self::Many(lines) => lines,
        }
    }

    /// The rows, to be changed.
    pub(super) fn lines_mut(&mut self) -> &mut [Line] {
        match self {
            Self::None => &mut [],
            Self::One(line) => std::slice::from_mut(line),
            Self::Many(lines) => lines,
        }
    }
}

/// A position in little room: no desk has as many quotes as it holds.
fn small(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// How the rows are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) state: &'a State,
    pub(super) filter: &'a Filter,
    pub(super) sort: usize,
}

/// Makes rows as they are wanted.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    state: &'a State,
    sort: usize,
    sieve: Sieve<'a>,
    /// The sellers' names, each kept once.
    names: BTreeMap<&'a SellerName, Arc<str>>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(Wish { state, filter, sort }: Wish<'a>) -> Self {
        let sellers = state.sellers.keys().chain(state.places.sellers());
        let names = sellers.map(|seller| (seller, Arc::from(seller.as_str()))).collect();
        Self { state, sort, sieve: filter.sieve(), names }
    }

    fn by(
        &self,
        (price, cost): (Option<Decimal>, Option<Decimal>),
        seller: &SellerName,
        at: Timestamp,
    ) -> By {
        match self.sort {
            2 => By::Price(price.is_none(), price),
            3 => By::Cost(Reverse(cost)),
            4 => By::Seller(
                self.names.get(seller).map_or_else(|| Arc::from(seller.as_str()), Arc::clone),
            ),
            5 => By::Newest(Reverse(at)),
            _ => By::Nothing,
        }
    }

    fn section(&self, rfq: Option<&Arc<str>>, sections: &Sections) -> Option<Arc<Section>> {
        sections.get(&rfq.cloned()).filter(|_| self.sort == 0).cloned()
    }

    /// Whether a quote passes the filter.
    pub(super) fn passes(&mut self, key: &QuoteRef, brief: &QuoteBrief) -> bool {
        self.sieve.passes(&Brief { key, brief })
    }

    /// The rows of a quote: itself, and under it those that it replaced, newest first. None where a
    /// newer one stands for it, or where it does not pass.
    pub(super) fn quote(
        &mut self,
        (index, key): (usize, &QuoteRef),
        brief: &QuoteBrief,
        (sections, place): (&Sections, Option<usize>),
    ) -> Own {
        let state = self.state;
        if is_below(state, key, brief) || !self.passes(key, brief) {
            return Own::None;
        }
        let running = is_running(brief.is_open, brief.stage);
        let ends = || Skew::ours(state.skew(&key.seller), brief.expires_at);
        let cost = brief.cost().filter(|_| self.sort == 3).map(|cost| cost.amount());
        let price = brief.price.map(|price| price.amount());
        let newest = Line {
            section: self.section(brief.rfq.as_ref(), sections),
            is_row: true,
            place: place.filter(|_| self.sort == 0).map_or(u32::MAX, small),
            band: if running { Band::Open } else { Band::Over },
            by: self.by((price, cost), &key.seller, brief.received_at),
            time: if running {
                ends().as_millisecond()
            } else {
                -brief.changed_at.as_millisecond()
            },
            of: Of::Quote(small(index)),
            depth: 0,
            shows: small(index),
        };
        if brief.requote_of.is_none() {
            return Own::One(newest);
        }
        let older = (1..).zip(older(state, index));
        let older: Vec<_> = older
            .map(|(depth, shows)| Line { depth, shows: small(shows), ..newest.clone() })
            .collect();
        Own::Many(std::iter::once(newest).chain(older).collect())
    }

    /// What is asked for, and what did not come.
    pub(super) fn asked(&mut self) -> Vec<Asked> {
        let state = self.state;
        let shared = |rfq: Option<&RfqId>| rfq.map(|rfq| Arc::from(rfq.as_str()));
        let sieve = &mut self.sieve;
        let mut all = Vec::new();
        for (id, flight) in &state.in_flight {
            let Some((ask, rfq)) = flight.priced() else { continue };
            let product = ask.product_name.as_deref().unwrap_or_default();
            let words = Words(format!("{} {product} asking", flight.seller));
            let (of, seller) = (Of::Asking(*id), flight.seller.clone());
            let passes = sieve.passes(&words);
            all.push(Asked { of, rfq: shared(rfq), seller, at: flight.since, passes });
        }
        for (place, failed) in group::failures(state) {
            let words = format!("{} {} {} failed", failed.seller, failed.product, failed.error);
            let (of, seller) = (Of::Failed(place), failed.seller.clone());
            let passes = sieve.passes(&Words(words));
            let rfq = shared(failed.rfq.as_ref());
            all.push(Asked { of, rfq, seller, at: failed.at, passes });
        }
        all
    }

    /// The rows of these.
    pub(super) fn others(&self, asked: &[Asked], sections: &Sections) -> Vec<Line> {
        let rows = asked.iter().filter(|asked| asked.passes).map(|asked| {
            let is_over = matches!(asked.of, Of::Failed(_));
            let time = asked.at.as_millisecond();
            Line {
                section: self.section(asked.rfq.as_ref(), sections),
                is_row: true,
                place: u32::MAX,
                band: if is_over { Band::Over } else { Band::Asking },
                by: self.by((None, None), &asked.seller, asked.at),
                time: if is_over { -time } else { time },
                of: asked.of,
                depth: 0,
                shows: u32::MAX,
            }
        });
        rows.collect()
    }
}

/// Whether a quote stands under the one that replaced it.
pub(super) fn is_below(state: &State, key: &QuoteRef, brief: &QuoteBrief) -> bool {
    brief.replaced_by.as_ref().is_some_and(|newer| {
        let newer = QuoteRef::new(key.seller.clone(), &**newer);
        newer != *key && state.quotes.contains_key(&newer)
    })
}

/// The quote that stands for one by now.
pub(super) fn newest(state: &State, index: usize) -> usize {
    let mut at = index;
    for _ in 0..OLDER {
        let Some((key, brief)) = state.quotes.key(at).zip(state.quotes.brief(at)) else { break };
        let newer = brief.replaced_by.as_ref();
        let newer = newer.map(|newer| QuoteRef::new(key.seller.clone(), &**newer));
        let Some(next) = newer.and_then(|newer| state.quotes.get_index_of(&newer)) else { break };
        if next == index {
            break;
        }
        at = next;
    }
    at
}

/// The quotes that a quote replaced, newest first.
fn older(state: &State, index: usize) -> Vec<usize> {
    let (mut found, mut at) = (Vec::new(), index);
    while found.len() < OLDER {
        let Some((key, brief)) = state.quotes.key(at).zip(state.quotes.brief(at)) else { break };
        let before = brief.requote_of.as_ref();
        let before = before.map(|before| QuoteRef::new(key.seller.clone(), &**before));
        let Some(next) = before.and_then(|before| state.quotes.get_index_of(&before)) else {
            break;
        };
        if next == index {
            break;
        }
        found.push(next);
        at = next;
    }
    found
}
