//! The quotes as rows. In their natural order those that were asked for together stand together, under
//! a line of their own, ranked; the others by the time they have left. Under each new quote stands the
//! one it replaced.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::group::{self, Group};
use crate::{
    desk::{InFlight, QuoteRecord, RequestId, State, rivals, state::Purpose},
    domain::{Ask, Cpm, QuoteAsk, QuoteRef, QuoteStatus, RfqId, Skew, Stage, ranking::Ranked},
    tui::parts::{
        filter::{Fields, Filter},
        money,
    },
};

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// The line above quotes that were asked for together; `None` is above all the others.
    Group(Option<RfqId>),
    /// A quote that is asked for.
    Asking(RequestId),
    /// A quote.
    Quote(QuoteRef),
    /// A quote that did not come: its place among the failed ones.
    Failed(usize),
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) key: Key,
    /// How many newer ones stand above it.
    pub(super) depth: usize,
    /// How it ranks among those asked for with it.
    pub(super) ranked: Option<Ranked>,
}

impl Row {
    fn new(key: Key) -> Self {
        Self { key, depth: 0, ranked: None }
    }
}

/// Every row, and what they were asked for in.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) rows: Vec<Row>,
    pub(super) groups: BTreeMap<RfqId, Group>,
    /// Second choices that are gone too soon.
    pub(super) gaps: rivals::Gaps,
}

/// Ways to sort, as the title names them. The first keeps together what was asked for together.
pub(super) const SORTS: [&str; 6] = ["rfq", "expiry", "price ▲", "cost ▼", "seller", "newest"];

/// Where a row goes: ranked by place, asking, open, over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Band {
    Asking,
    Open,
    Over,
}

/// Something that is sorted.
struct Item {
    row: Row,
    rfq: Option<RfqId>,
    band: Band,
    time: i64,
    price: Option<Decimal>,
    cost: Option<Decimal>,
    seller: String,
    at: Timestamp,
}

/// Whether a quote still waits for something: to be booked, an answer, a person.
pub(super) fn is_running(record: &QuoteRecord) -> bool {
    let alarm = matches!(record.stage(), Stage::Unknown | Stage::Booking);
    alarm || record.is_open()
}

/// What a question under way asks a price for, and together with which others. Where a seller has
/// minted new product ids its catalogue is read first: it is still being asked.
pub(super) fn asked(flight: &InFlight) -> Option<(&QuoteAsk, Option<&RfqId>)> {
    let (ask, purpose) = match (&flight.purpose, &flight.ask) {
        (Purpose::Rematch { ask, purpose, .. }, _) => (&**ask, &**purpose),
        (purpose, Ask::Quote { ask, .. }) => (ask, purpose),
        _ => return None,
    };
    let Purpose::Quote { rfq, .. } = purpose else { return None };
    Some((ask, rfq.as_ref()))
}

/// Every row that passes, in order.
pub(super) fn all(state: &State, filter: &Filter, sort: usize, now: Timestamp) -> Shown {
    let groups = group::all(state, now);
    let mut items = asking(state, filter);
    for (key, record) in &state.quotes {
        let Some(mut item) = quote(state, key, record, filter) else { continue };
        let group = record.rfq.as_ref().and_then(|rfq| groups.get(rfq));
        item.row.ranked = group.and_then(|group| group.ranked(key));
        items.push(item);
    }
    items.extend(failed(state, filter));
    let last = |amount: Option<Decimal>| (amount.is_none(), amount);
    let place = |item: &Item| {
        let ranked = item.row.ranked.as_ref().filter(|_| sort == 0);
        let place = ranked.and_then(|ranked| ranked.place.ok());
        (place.is_none(), place)
    };
    items.sort_by(|a, b| {
        let by = match sort {
            2 => last(a.price).cmp(&last(b.price)),
            3 => b.cost.cmp(&a.cost),
            4 => a.seller.cmp(&b.seller),
            5 => b.at.cmp(&a.at),
            _ => std::cmp::Ordering::Equal,
        };
        place(a).cmp(&place(b)).then(a.band.cmp(&b.band)).then(by).then(a.time.cmp(&b.time))
    });
    let mut rows = Vec::with_capacity(items.len());
    if sort == 0 && items.iter().any(|item| item.rfq.is_some()) {
        together(state, &groups, items, &mut rows);
    } else {
        for item in items {
            put(state, item.row, &mut rows);
        }
    }
    Shown { rows, groups, gaps: rivals::gaps(state, now).0 }
}

/// What was asked for together under a line of its own: what is under way first, newest first; then
/// what was asked for alone; then what is over.
fn together(state: &State, groups: &BTreeMap<RfqId, Group>, items: Vec<Item>, rows: &mut Vec<Row>) {
    let mut of: BTreeMap<Option<RfqId>, Vec<Row>> = BTreeMap::new();
    for item in items {
        of.entry(item.rfq).or_default().push(item.row);
    }
    let mut sections: Vec<_> = of.into_iter().collect();
    sections.sort_by_key(|(rfq, _)| {
        let group = rfq.as_ref().and_then(|rfq| groups.get(rfq));
        let order = match group {
            Some(group) if group.is_under_way() => 0,
            None => 1,
            Some(_) => 2,
        };
        (order, std::cmp::Reverse(group.map(|group| group.since)))
    });
    for (rfq, members) in sections {
        rows.push(Row::new(Key::Group(rfq)));
        for row in members {
            put(state, row, rows);
        }
    }
}

/// A row, and under it the quotes that it replaced.
fn put(state: &State, row: Row, rows: &mut Vec<Row>) {
    let newest = row.key.clone();
    rows.push(row);
    if let Key::Quote(key) = newest {
        older(state, &key, rows);
    }
}

fn asking(state: &State, filter: &Filter) -> Vec<Item> {
    let mut items = Vec::new();
    for (id, flight) in &state.in_flight {
        let Some((ask, rfq)) = asked(flight) else { continue };
        let product = ask.product_name.as_deref().unwrap_or_default();
        if filter.matches(&Words(format!("{} {product} asking", flight.seller))) {
            items.push(Item {
                row: Row::new(Key::Asking(*id)),
                rfq: rfq.cloned(),
                band: Band::Asking,
                time: flight.since.as_millisecond(),
                price: None,
                cost: None,
                seller: flight.seller.as_str().to_owned(),
                at: flight.since,
            });
        }
    }
    items
}

fn failed(state: &State, filter: &Filter) -> Vec<Item> {
    let mut items = Vec::new();
    for (place, failed) in group::failures(state) {
        let words = Words(format!("{} {} {} failed", failed.seller, failed.product, failed.error));
        if filter.matches(&words) {
            items.push(Item {
                row: Row::new(Key::Failed(place)),
                rfq: failed.rfq.clone(),
                band: Band::Over,
                time: -failed.at.as_millisecond(),
                price: None,
                cost: None,
                seller: failed.seller.as_str().to_owned(),
                at: failed.at,
            });
        }
    }
    items
}

/// Whether a quote stands under the one that replaced it.
pub(super) fn stands_below(state: &State, key: &QuoteRef, record: &QuoteRecord) -> bool {
    record.replaced_by.as_ref().is_some_and(|newer| {
        let newer = QuoteRef { seller: key.seller.clone(), quote_id: newer.clone() };
        newer != *key && state.quotes.contains_key(&newer)
    })
}

fn quote(state: &State, key: &QuoteRef, record: &QuoteRecord, filter: &Filter) -> Option<Item> {
    if stands_below(state, key, record) || !filter.matches(record) {
        return None;
    }
    let running = is_running(record);
    let ends = Skew::ours(state.skew(&key.seller), record.quote.expires_at);
    Some(Item {
        row: Row::new(Key::Quote(key.clone())),
        rfq: record.rfq.clone(),
        band: if running { Band::Open } else { Band::Over },
        time: if running { ends.as_millisecond() } else { -record.changed_at.as_millisecond() },
        price: record.price().map(|price| price.amount()),
        cost: record.cost().map(|cost| cost.amount()),
        seller: key.seller.as_str().to_owned(),
        at: record.received_at,
    })
}

/// The quotes that a quote replaced, newest first. A seller that reuses ids makes no endless chain.
fn older(state: &State, key: &QuoteRef, rows: &mut Vec<Row>) {
    let mut above = key.clone();
    for depth in 1..=20 {
        let before = state.quote(&above).and_then(|record| record.requote_of.clone());
        let Some(quote_id) = before else { return };
        let below = QuoteRef { seller: key.seller.clone(), quote_id };
        if below == *key || !state.quotes.contains_key(&below) {
            return;
        }
        rows.push(Row { depth, ..Row::new(Key::Quote(below.clone())) });
        above = below;
    }
}

/// Plain words to filter by.
struct Words(String);

impl Fields for Words {
    fn text(&self) -> String {
        self.0.clone()
    }

    fn field(&self, _name: &str) -> Option<String> {
        None
    }
}

impl Fields for QuoteRecord {
    fn text(&self) -> String {
        let quote = &self.quote;
        let (product, kind, stage) = (&quote.product.name, quote.deal_type, self.stage().words());
        let status =
            if quote.status == QuoteStatus::Other { quote.raw_status.as_str() } else { "" };
        let deal = self.deal.as_ref().map_or_else(String::new, ToString::to_string);
        let rfq = self.rfq.as_ref().map_or_else(String::new, ToString::to_string);
        format!(
            "{} {} {product} {kind} {stage} {status} {deal} {rfq}",
            quote.quote_id, quote.seller
        )
    }

    fn field(&self, name: &str) -> Option<String> {
        let quote = &self.quote;
        let plain = |price: Option<Cpm>| price.map(|price| price.plain());
        Some(match name {
            "quote" | "id" => quote.quote_id.to_string(),
            "rfq" => self.rfq.as_ref()?.to_string(),
            "seller" => quote.seller.to_string(),
            "typ" | "type" => quote.deal_type.to_string(),
            "product" => quote.product.name.clone(),
            "imps" => quote.terms.impressions?.to_string(),
            "base" => plain(quote.pricing.base_cpm)?,
            "final" | "cpm" | "price" => plain(self.price())?,
            "cost" => money::cost(self.cost(), true),
            "stage" => self.stage().words().to_owned(),
            _ => return None,
        })
    }
}
