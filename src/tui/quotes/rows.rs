//! The quotes as rows: what is asked for on top, then what can be booked by the time it has left, then
//! what is over, newest first. Under each new quote stands the one it replaced.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    desk::{QuoteRecord, RequestId, State, state::Purpose},
    domain::{Ask, Cpm, QuoteRef, QuoteStatus, Skew, Stage},
    tui::parts::{
        filter::{Fields, Filter},
        money,
    },
};

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// A quote that is asked for.
    Asking(RequestId),
    /// A quote.
    Quote(QuoteRef),
    /// A quote that did not come: its place among the failed ones, counted from the first ever.
    Failed(usize),
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) key: Key,
    /// How many newer ones stand above it.
    pub(super) depth: usize,
}

/// Ways to sort, as the title names them.
pub(super) const SORTS: [&str; 5] = ["expiry", "price ▲", "cost ▼", "seller", "newest"];

/// Where a row goes: asking, open, over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Band {
    Asking,
    Open,
    Over,
}

/// Something that is sorted.
struct Item {
    row: Row,
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

/// Every row that passes, in order.
pub(super) fn all(state: &State, filter: &Filter, sort: usize) -> Vec<Row> {
    let mut items = Vec::new();
    for (id, flight) in &state.in_flight {
        let (Purpose::Quote { .. }, Ask::Quote { ask, .. }) = (&flight.purpose, &flight.ask) else {
            continue;
        };
        let words = Words(format!(
            "{} {} asking",
            flight.seller,
            ask.product_name.as_deref().unwrap_or_default()
        ));
        if filter.matches(&words) {
            items.push(Item {
                row: Row { key: Key::Asking(*id), depth: 0 },
                band: Band::Asking,
                time: flight.since.as_millisecond(),
                price: None,
                cost: None,
                seller: flight.seller.as_str().to_owned(),
                at: flight.since,
            });
        }
    }
    items.extend(state.quotes.iter().filter_map(|(key, record)| quote(state, key, record, filter)));
    for (place, failed) in state.failed_asks.iter().enumerate() {
        let words = Words(format!("{} {} {} failed", failed.seller, failed.product, failed.error));
        if filter.matches(&words) {
            items.push(Item {
                row: Row { key: Key::Failed(place), depth: 0 },
                band: Band::Over,
                time: -failed.at.as_millisecond(),
                price: None,
                cost: None,
                seller: failed.seller.as_str().to_owned(),
                at: failed.at,
            });
        }
    }
    let last = |amount: Option<Decimal>| (amount.is_none(), amount);
    items.sort_by(|a, b| {
        let by = match sort {
            1 => last(a.price).cmp(&last(b.price)),
            2 => b.cost.cmp(&a.cost),
            3 => a.seller.cmp(&b.seller),
            4 => b.at.cmp(&a.at),
            _ => std::cmp::Ordering::Equal,
        };
        a.band.cmp(&b.band).then(by).then(a.time.cmp(&b.time))
    });
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let newest = item.row.key.clone();
        rows.push(item.row);
        if let Key::Quote(key) = newest {
            older(state, &key, &mut rows);
        }
    }
    rows
}

fn quote(state: &State, key: &QuoteRef, record: &QuoteRecord, filter: &Filter) -> Option<Item> {
    // A replaced quote stands under the one that replaced it.
    let newer = record.replaced_by.as_ref();
    let stands_below = newer.is_some_and(|newer| {
        let newer = QuoteRef { seller: key.seller.clone(), quote_id: newer.clone() };
        newer != *key && state.quotes.contains_key(&newer)
    });
    if stands_below || !filter.matches(record) {
        return None;
    }
    let running = is_running(record);
    let ends = Skew::ours(state.skew(&key.seller), record.quote.expires_at);
    Some(Item {
        row: Row { key: Key::Quote(key.clone()), depth: 0 },
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
        rows.push(Row { key: Key::Quote(below.clone()), depth });
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
        format!("{} {} {product} {kind} {stage} {status} {deal}", quote.quote_id, quote.seller)
    }

    fn field(&self, name: &str) -> Option<String> {
        let quote = &self.quote;
        let plain = |price: Option<Cpm>| price.map(|price| price.plain());
        Some(match name {
            "quote" | "id" => quote.quote_id.to_string(),
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
