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
    domain::{QuoteRef, RfqId, Skew},
    tui::parts::filter::Filter,
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
    Seller(String),
    Newest(Reverse<Timestamp>),
}

/// What stands in a row. What came first goes first, where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// The line above a section.
    Head,
    Asking(RequestId),
    Quote(usize),
    Failed(usize),
}

/// A row, ordered as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) section: Option<Arc<Section>>,
    is_row: bool,
    /// Its place among those asked for with it; those without one last.
    place: usize,
    band: Band,
    by: By,
    time: i64,
    of: Of,
    /// How many newer ones stand above it.
    pub(super) depth: usize,
    /// The quote that is shown: its own, or one that it replaced.
    pub(super) shows: usize,
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
            shows: usize::MAX,
        }
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
            Of::Quote(_) => Key::Quote(state.quotes.key(self.shows)?.clone()),
        })
    }

    /// The same in one list of all.
    pub(super) fn alone(mut self) -> Self {
        self.section = None;
        self
    }
}

/// The sections, by RFQ.
pub(super) type Sections = BTreeMap<Option<Arc<str>>, Arc<Section>>;

/// Something that is asked for, or that did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    of: Of,
    pub(super) rfq: Option<Arc<str>>,
    seller: String,
    at: Timestamp,
    passes: bool,
}

/// How the rows are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) state: &'a State,
    pub(super) filter: &'a Filter,
    pub(super) sort: usize,
}

impl Wish<'_> {
    fn by(&self, price: Option<Decimal>, cost: Option<Decimal>, seller: &str, at: Timestamp) -> By {
        match self.sort {
            2 => By::Price(price.is_none(), price),
            3 => By::Cost(Reverse(cost)),
            4 => By::Seller(seller.to_owned()),
            5 => By::Newest(Reverse(at)),
            _ => By::Nothing,
        }
    }

    fn section(&self, rfq: Option<&Arc<str>>, sections: &Sections) -> Option<Arc<Section>> {
        sections.get(&rfq.cloned()).filter(|_| self.sort == 0).cloned()
    }

    /// The rows of a quote: itself, and under it those that it replaced, newest first. None where a
    /// newer one stands for it, or where it does not pass.
    pub(super) fn quote(
        &self,
        (index, key): (usize, &QuoteRef),
        brief: &QuoteBrief,
        (sections, place): (&Sections, Option<usize>),
    ) -> Box<[Line]> {
        let state = self.state;
        if is_below(state, key, brief) || !self.filter.matches(&Brief { key, brief }) {
            return Box::default();
        }
        let running = is_running(brief.is_open, brief.stage);
        let ends = || Skew::ours(state.skew(&key.seller), brief.expires_at);
        let cost = brief.cost().filter(|_| self.sort == 3).map(|cost| cost.amount());
        let price = brief.price.map(|price| price.amount());
        let newest = Line {
            section: self.section(brief.rfq.as_ref(), sections),
            is_row: true,
            place: place.filter(|_| self.sort == 0).unwrap_or(usize::MAX),
            band: if running { Band::Open } else { Band::Over },
            by: self.by(price, cost, key.seller.as_str(), brief.received_at),
            time: if running {
                ends().as_millisecond()
            } else {
                -brief.changed_at.as_millisecond()
            },
            of: Of::Quote(index),
            depth: 0,
            shows: index,
        };
        if brief.requote_of.is_none() {
            return Box::new([newest]);
        }
        let older = older(state, index).into_iter().enumerate();
        let older: Vec<_> =
            older.map(|(nth, shows)| Line { depth: nth + 1, shows, ..newest.clone() }).collect();
        std::iter::once(newest).chain(older).collect()
    }

    /// What is asked for, and what did not come.
    pub(super) fn asked(&self) -> Vec<Asked> {
        let state = self.state;
        let shared = |rfq: Option<&RfqId>| rfq.map(|rfq| Arc::from(rfq.as_str()));
        let asking = state.in_flight.iter().filter_map(|(id, flight)| {
            let (ask, rfq) = flight.priced()?;
            let product = ask.product_name.as_deref().unwrap_or_default();
            let words = Words(format!("{} {product} asking", flight.seller));
            let (of, seller) = (Of::Asking(*id), flight.seller.as_str().to_owned());
            let passes = self.filter.matches(&words);
            Some(Asked { of, rfq: shared(rfq), seller, at: flight.since, passes })
        });
        let failed = group::failures(state).map(|(place, failed)| {
            let words = format!("{} {} {} failed", failed.seller, failed.product, failed.error);
            let (of, seller) = (Of::Failed(place), failed.seller.as_str().to_owned());
            let passes = self.filter.matches(&Words(words));
            Asked { of, rfq: shared(failed.rfq.as_ref()), seller, at: failed.at, passes }
        });
        asking.chain(failed).collect()
    }

    /// The rows of these.
    pub(super) fn others(&self, asked: &[Asked], sections: &Sections) -> Vec<Line> {
        let rows = asked.iter().filter(|asked| asked.passes).map(|asked| {
            let is_over = matches!(asked.of, Of::Failed(_));
            let time = asked.at.as_millisecond();
            Line {
                section: self.section(asked.rfq.as_ref(), sections),
                is_row: true,
                place: usize::MAX,
                band: if is_over { Band::Over } else { Band::Asking },
                by: self.by(None, None, &asked.seller, asked.at),
                time: if is_over { -time } else { time },
                of: asked.of,
                depth: 0,
                shows: usize::MAX,
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
