//! A buyer for scripts: it holds the virtual clock and asks a simulated seller.

use dealdesk::{
    domain::Tier,
    sim::{
        Engine, Reply, Request,
        iab::{Dialect, Iab, Options, Spec, by_name},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// When every script begins.
pub(crate) fn start() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// The seller of this name. Scripts are written for dialect v1, whatever the demo's seller speaks;
/// the reference sellers are named for what they speak.
pub(crate) fn spoken(name: &str) -> Spec {
    let mut spec = by_name(name).unwrap();
    if !name.starts_with("reference") {
        spec.dialect = Dialect::V1;
    }
    spec
}

/// A buyer at one seller.
pub(crate) struct Buyer {
    pub(crate) engine: Engine<Iab>,
    pub(crate) now: Timestamp,
    pub(crate) key: Option<String>,
    /// How many requests were sent that make something.
    pub(crate) made: u32,
}

impl Buyer {
    /// A buyer of `tier` at the seller of this name that never fails by chance.
    pub(crate) fn at(name: &str, tier: Tier) -> Self {
        let mut spec = spoken(name);
        let temper = &mut spec.behaviour;
        temper.unavailable = 0.0;
        temper.lost_reply = 0.0;
        temper.wrong_tier = 0.0;
        temper.declines = 0.0;
        Self::of(spec, 7, tier)
    }

    /// A buyer of `tier` at the seller of `spec`, in the run of `seed`.
    pub(crate) fn of(spec: Spec, seed: u64, tier: Tier) -> Self {
        let engine = Engine::new(spec, Options { seed, quote_ttl: None }, start());
        let key = engine.key(tier);
        Self { engine, now: start(), key, made: 0 }
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub(crate) fn send(&mut self, request: Request) -> Reply {
        let request = match &self.key {
            Some(key) => request.with_key(key),
            None => request,
        };
        self.engine.handle(&request, self.now)
    }

    /// Status and JSON of a `GET`.
    pub(crate) fn get(&mut self, target: &str) -> (u16, Value) {
        answer(&self.send(Request::get(target)))
    }

    /// Status and JSON of a `POST`.
    pub(crate) fn post(&mut self, target: &str, body: &Value) -> (u16, Value) {
        answer(&self.send(Request::post(target, body)))
    }

    /// The body of a `POST` that must be done.
    pub(crate) fn done(&mut self, target: &str, body: &Value) -> Value {
        let (status, json) = self.post(target, body);
        assert_eq!(status, 200, "{target} {body}: {json}");
        json
    }

    /// The body of a `POST` that makes something, under a new idempotency key, out of its envelope.
    pub(crate) fn make(&mut self, target: &str, mut body: Value) -> Value {
        self.made += 1;
        body["idempotency_key"] = json!(format!("key-{}", self.made));
        let made = self.done(target, &body);
        ["quote", "deal"].iter().find_map(|name| made.get(name)).unwrap_or(&made).clone()
    }

    /// A quote on a product: its id and the whole.
    pub(crate) fn quote(&mut self, product_id: &str, deal_type: &str) -> (String, Value) {
        let body = json!({
            "product_id": product_id, "deal_type": deal_type, "impressions": 100_000,
        });
        let quote = self.make("/api/v1/quotes", body);
        (text(&quote["quote_id"]), quote)
    }

    /// A deal from a new quote: its id and the whole.
    pub(crate) fn deal(&mut self, product_id: &str, deal_type: &str) -> (String, Value) {
        let (quote_id, _) = self.quote(product_id, deal_type);
        let deal = self.make("/api/v1/deals", json!({"quote_id": quote_id}));
        (text(&deal["deal_id"]), deal)
    }

    pub(crate) fn deal_status(&mut self, deal_id: &str) -> String {
        let (status, deal) = self.get(&format!("/api/v1/deals/{deal_id}"));
        assert_eq!(status, 200, "{deal}");
        text(&deal["status"])
    }
}

pub(crate) fn answer(reply: &Reply) -> (u16, Value) {
    (reply.status, reply.json().unwrap_or_default())
}

/// A text in JSON.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A number in JSON, as it is written.
pub(crate) fn number(value: &Value) -> String {
    value.as_number().unwrap_or_else(|| panic!("{value} is no number")).to_string()
}
