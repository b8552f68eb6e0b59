//! One row of the quotes, as it is ordered: by what it was asked for with, by what it waits for, by the
//! column that was chosen. Made of what is known in brief; no quote is looked at for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    by::By,
    group,
    rows::{Brief, Words, is_running},
    sections::{Section, Sections},
};
use crate::{
    desk::{QuoteBrief, RequestId, State},
    domain::{QuoteRef, RfqId, SellerName, Skew},
    tui::parts::filter::Filter,
};

/// How many quotes that were replaced stand under the newest at most. A seller that reuses ids makes no
/// endless chain.
const OLDER: usize = 20;

/// Where a row goes: asking, open, over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Band {
    Asking,
    Open,
    Over,
}

/// What stands in a row. What came first goes first, where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    Asking(RequestId),
    Quote(u32),
    Failed(usize),
}

/// A row, ordered as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// None where another column than the natural one orders the rows.
    pub(super) section: Option<Arc<Section>>,
    /// Its place among those asked for with it; those without one last.
    place: u32,
    band: Band,
    by: By,
    time: i64,
    pub(super) of: Of,
    /// How many newer ones stand above it.
    depth: u8,
    /// The quote that is shown: its own, or one that it replaced.
    shows: u32,
}

impl Line {
    /// The position of the quote that is shown.
    pub(super) fn shows(&self) -> usize {
        usize::try_from(self.shows).unwrap_or(usize::MAX)
    }

    /// What it is ordered by within its section.
    pub(super) fn within(&self) -> impl Ord + use<> {
        (self.place, self.band, self.by, self.time, self.of, self.depth)
    }
}

/// Something that is asked for, or that did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) of: Of,
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
}

/// A position in little room: no desk has as many quotes as it holds.
pub(super) fn small(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A position as lists count.
pub(super) fn wide(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
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
    filter: &'a Filter,
    /// The sellers in the order of their names, where that orders the rows.
    sellers: BTreeMap<&'a SellerName, u64>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(Wish { state, filter, sort }: Wish<'a>) -> Self {
        let sellers: BTreeSet<_> = sellers(state).filter(|_| sort == 4).collect();
        let sellers = sellers.into_iter().zip(0..).collect();
        Self { state, sort, filter, sellers }
    }

    fn by(
        &self,
        (price, cost): (Option<Decimal>, Option<Decimal>),
        seller: &SellerName,
        at: Timestamp,
    ) -> By {
        match self.sort {
            2 => By::smallest(price),
            3 => By::largest(cost),
            4 => By::place(self.sellers.get(seller).copied()),
            5 => By::newest(at),
            _ => By::default(),
        }
    }

    /// Whether rows stand in sections: not where another column than the natural one orders them.
    pub(super) fn has_sections(&self) -> bool {
        self.sort == 0
    }

    /// Whether a quote passes the filter.
    pub(super) fn passes(&self, key: &QuoteRef, brief: &QuoteBrief) -> bool {
        self.filter.matches(&Brief { key, brief })
    }

    /// The rows of a quote: itself, and under it those that it replaced, newest first. None where a
    /// newer one stands for it, or where it does not pass.
    pub(super) fn quote(
        &self,
        (index, key): (usize, &QuoteRef),
        brief: &QuoteBrief,
        (section, place): (Option<&Arc<Section>>, Option<usize>),
    ) -> Own {
        let state = self.state;
        if is_below(state, key, brief) || !self.passes(key, brief) {
            return Own::None;
        }
        let running = is_running(brief.is_open, brief.stage);
        let ends = || Skew::ours(state.skew(&key.seller), brief.expires_at);
        let cost = (self.sort == 3).then(|| brief.cost()).flatten().map(|cost| cost.amount());
        let price = brief.price.map(|price| price.amount());
        let newest = Line {
            section: section.filter(|_| self.has_sections()).cloned(),
            place: place.filter(|_| self.has_sections()).map_or(u32::MAX, small),
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

    fn section(&self, asked: &Asked, sections: &Sections) -> Option<Arc<Section>> {
        let section = || sections.get(self.state, asked.rfq.as_deref());
        self.has_sections().then(section).flatten().cloned()
    }

    /// What is asked for, and what did not come.
    pub(super) fn asked(&self) -> Vec<Asked> {
        let state = self.state;
        let shared = |rfq: Option<&RfqId>| rfq.map(|rfq| Arc::from(rfq.as_str()));
        let mut all = Vec::new();
        for (id, flight) in &state.in_flight {
            let Some((ask, rfq)) = flight.priced() else { continue };
            let product = ask.product_name.as_deref().unwrap_or_default();
            let words = Words(format!("{} {product} asking", flight.seller));
            let (of, seller) = (Of::Asking(*id), flight.seller.clone());
            let passes = self.filter.matches(&words);
            all.push(Asked { of, rfq: shared(rfq), seller, at: flight.since, passes });
        }
        for (place, failed) in group::failures(state) {
            let words = format!("{} {} {} failed", failed.seller, failed.product, failed.error);
            let (of, seller) = (Of::Failed(place), failed.seller.clone());
            let passes = self.filter.matches(&Words(words));
            let rfq = shared(failed.rfq.as_ref());
            all.push(Asked { of, rfq, seller, at: failed.at, passes });
        }
        all
    }

    /// The rows of these, each at its position; none where it does not pass.
    pub(super) fn others(&self, asked: &[Asked], sections: &Sections) -> Vec<Option<Line>> {
        let rows = asked.iter().map(|asked| {
            let is_over = matches!(asked.of, Of::Failed(_));
            let time = asked.at.as_millisecond();
            asked.passes.then(|| Line {
                section: self.section(asked, sections),
                place: u32::MAX,
                band: if is_over { Band::Over } else { Band::Asking },
                by: self.by((None, None), &asked.seller, asked.at),
                time: if is_over { -time } else { time },
                of: asked.of,
                depth: 0,
                shows: u32::MAX,
            })
        });
        rows.collect()
    }
}

/// Everybody whose quotes there are or may be.
pub(super) fn sellers(state: &State) -> impl Iterator<Item = &SellerName> {
    state.sellers.keys().chain(state.places.sellers())
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
