//! What a seller's replies say otherwise on their way back: other terms than were asked for, its money in
//! another currency, the time of an old reply.

use std::collections::BTreeMap;

use dealdesk::sim::{Reply, Request, Requests, iab::requests};
use jiff::{SignedDuration, Timestamp, civil::Date, fmt::strtime};
use serde_json::{Value, json};

/// A term of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumIter)]
pub(crate) enum Term {
    /// A tenth more.
    Price,
    /// A fifth more.
    Impressions,
    /// Three days later.
    FirstDay,
    /// Three weeks later.
    LastDay,
    /// A preferred deal for a guaranteed one.
    Type,
    /// Nothing is guaranteed.
    Guarantee,
    /// Another product.
    Product,
    /// Pounds, the same number.
    Currency,
}

/// When a reply says that it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dated {
    /// So many seconds before it was.
    Behind(i64),
    /// When the newest so many seconds began: a server that writes its date only so often.
    Every(i64),
}

/// What is made of the replies.
#[derive(Debug, Default)]
pub(crate) struct Guise {
    /// The currency that its dollars are.
    pub(crate) currency: Option<&'static str>,
    /// A term that is another one in the replies to these.
    pub(crate) term: Option<(Term, &'static [Requests])>,
    /// When they say that they were made.
    pub(crate) dated: Option<Dated>,
    /// The replies of a cache to whatever reads a quote or a negotiation: as they were the first time.
    pub(crate) cache: Option<BTreeMap<String, Reply>>,
}

impl Guise {
    /// The reply as it arrives.
    pub(crate) fn on(&mut self, request: &Request, mut reply: Reply, now: Timestamp) -> Reply {
        if let Some(dated) = self.dated {
            let at = dated.of(now);
            let date = strtime::format("%a, %d %b %Y %H:%M:%S GMT", at).unwrap();
            reply.headers.insert("date".to_owned(), date);
        }
        if let Some(currency) = self.currency {
            change(&mut reply, &|name, value| swap(name, value, currency));
        }
        if let Some((term, _)) =
            self.term.filter(|(_, of)| of.iter().any(|one| one.include(requests::class(request))))
        {
            change(&mut reply, &|name, value| term.change(name, value));
        }
        let is_kept = requests::QUOTE_READS.include(requests::class(request))
            || requests::NEGOTIATION_READS.include(requests::class(request));
        if let Some(cache) = self.cache.as_mut().filter(|_| is_kept) {
            return cache.entry(request.path.clone()).or_insert(reply).clone();
        }
        reply
    }
}

impl Dated {
    fn of(self, now: Timestamp) -> Timestamp {
        let back = match self {
            Self::Behind(seconds) => seconds,
            Self::Every(seconds) => now.as_second() % seconds,
        };
        now - SignedDuration::from_secs(back)
    }
}

impl Term {
    /// Whether it makes another kind of purchase of a quote, which no answer makes right.
    pub(crate) fn is_another_kind(self) -> bool {
        match self {
            Self::Type | Self::Guarantee | Self::Product => true,
            Self::Price | Self::Impressions | Self::FirstDay | Self::LastDay | Self::Currency => {
                false
            }
        }
    }

    fn change(self, name: &str, value: &mut Value) {
        match (self, name) {
            (Self::Price, "final_cpm") => tenth_more(value),
            (Self::Impressions, "impressions") => {
                let count = value.as_u64().unwrap_or_default();
                *value = json!(count + count / 5);
            }
            (Self::FirstDay, "flight_start") => later(value, 3),
            (Self::LastDay, "flight_end") => later(value, 21),
            (Self::Type, "deal_type") if *value == "PG" => *value = json!("PD"),
            (Self::Guarantee, "guaranteed") => *value = json!(false),
            (Self::Product, "product_id") => *value = json!("prod-other"),
            (Self::Currency, "currency") => swap(name, value, "GBP"),
            _ => {}
        }
    }
}

/// A number, or micros and their currency.
fn tenth_more(value: &mut Value) {
    if let Some(micros) = value.get("amount_micros").and_then(Value::as_i64) {
        value["amount_micros"] = json!(micros + micros / 10);
    } else if let Some(price) = value.as_f64() {
        *value = json!((price * 110.0).round() / 100.0);
    }
}

fn later(value: &mut Value, days: i64) {
    let day: Date = value.as_str().unwrap().parse().unwrap();
    *value = json!(day.saturating_add(SignedDuration::from_hours(24 * days)).to_string());
}

/// Dollars are this currency, and this currency is dollars.
fn swap(name: &str, value: &mut Value, currency: &str) {
    if !["currency", "bidfloorcur"].contains(&name) {
        return;
    }
    if *value == "USD" {
        *value = json!(currency);
    } else if *value == currency {
        *value = json!("USD");
    }
}

/// Changes every field of a reply that is JSON.
fn change(reply: &mut Reply, change: &impl Fn(&str, &mut Value)) {
    let Some(mut whole) = reply.json() else { return };
    walk(&mut whole, change);
    reply.body = whole.to_string().into_bytes();
}

fn walk(value: &mut Value, change: &impl Fn(&str, &mut Value)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(field, change);
                change(name, field);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
