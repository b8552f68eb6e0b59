//! What the tests of the sellers share: a clock, a wire that replies by script, and the recordings.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use dealdesk::{
    clock::Clock,
    desk::Released,
    domain::{Ask, Cpm, DealType, Heard, Identity, QuoteAsk},
    sellers::{Endpoint, Seller, Transport, TransportError, WireReply, WireRequest, connect},
};
use futures::future::{BoxFuture, FutureExt as _};
use jiff::{Timestamp, civil::date};
use rust_decimal::Decimal;
use serde_json::Value;

/// The runtime's clock on a fixed date. Under `start_paused` it moves by itself, in no time.
#[derive(Debug)]
pub(crate) struct TestClock(tokio::time::Instant);

impl TestClock {
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self(tokio::time::Instant::now()))
    }

    pub(crate) fn passed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        at("2026-11-21T21:00:00Z").checked_add(self.passed()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}

/// One thing that a scripted wire does.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Reply(WireReply),
    Fail(TransportError),
    Silence,
}

/// A wire that does the next step of its script for each request, and the last one ever after.
#[derive(Debug, Default)]
pub(crate) struct Script {
    steps: Mutex<VecDeque<Step>>,
    seen: Mutex<Vec<WireRequest>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        Arc::new(Self { steps: Mutex::new(steps.into_iter().collect()), ..Self::default() })
    }

    pub(crate) fn seen(&self) -> Vec<WireRequest> {
        self.seen.lock().unwrap().clone()
    }
}

impl Transport for Script {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>> {
        self.seen.lock().unwrap().push(request);
        let mut steps = self.steps.lock().unwrap();
        let step = if steps.len() > 1 { steps.pop_front() } else { steps.front().cloned() };
        drop(steps);
        async move {
            match step.expect("a step") {
                Step::Reply(reply) => Ok(reply),
                Step::Fail(error) => Err(error),
                Step::Silence => futures::future::pending().await,
            }
        }
        .boxed()
    }
}

/// Asks what may be asked again, and sends what is sent once.
pub(crate) trait Put {
    fn put(&self, ask: Ask) -> BoxFuture<'_, Heard>;
}

impl Put for dyn Seller {
    fn put(&self, ask: Ask) -> BoxFuture<'_, Heard> {
        if ask.is_repeatable() { self.ask(ask) } else { self.send(Released::for_a_test(ask)) }
    }
}

/// A reply of `status` with `body`: JSON, or the text itself if it is one.
pub(crate) fn reply(status: u16, body: &Value) -> WireReply {
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    WireReply { status, body: body.into_bytes(), ..WireReply::default() }
}

pub(crate) fn replies(status: u16, body: &Value) -> Step {
    Step::Reply(reply(status, body))
}

/// An endpoint on this machine, with a key.
pub(crate) fn endpoint(url: &str) -> Endpoint {
    let mut endpoint = Endpoint::new("northlight", url.parse().unwrap());
    endpoint.auth.api_key = Some("test-key-02".into());
    "v1".clone_into(&mut endpoint.dialect);
    endpoint
}

/// The same in a dialect: `v1`, `v2`, `auto`.
pub(crate) fn speaking(dialect: &str) -> Endpoint {
    let mut endpoint = endpoint("http://127.0.0.1:8101");
    dialect.clone_into(&mut endpoint.dialect);
    endpoint
}

/// A seller behind a scripted wire.
pub(crate) fn scripted(script: &Arc<Script>) -> Box<dyn Seller> {
    seller(endpoint("http://127.0.0.1:8101"), script, &TestClock::start())
}

pub(crate) fn seller(
    endpoint: Endpoint,
    script: &Arc<Script>,
    clock: &Arc<TestClock>,
) -> Box<dyn Seller> {
    connect(endpoint, script.clone(), clock.clone()).unwrap()
}

/// The idempotency key of every question here.
pub(crate) const IDEMPOTENCY_KEY: &str = "5f0c2f6e-7c1b-4a57-9f2b-8f3f2f1f0a01";

/// The question for a quote.
pub(crate) fn asks_quote(ask: QuoteAsk) -> dealdesk::domain::Ask {
    dealdesk::domain::Ask::Quote { ask, idempotency_key: IDEMPOTENCY_KEY.to_owned() }
}

pub(crate) fn quote_ask() -> QuoteAsk {
    QuoteAsk {
        product_id: "prod-1".into(),
        product_name: None,
        deal_type: DealType::Preferred,
        impressions: Some(500_000),
        flight_start: date(2026, 12, 1),
        flight_end: date(2026, 12, 31),
        target_cpm: None,
        identity: Identity::default(),
        currency: None,
    }
}

/// A question that commits.
pub(crate) fn book() -> dealdesk::domain::Ask {
    dealdesk::domain::Ask::Book {
        quote_id: "qt-1".into(),
        identity: Identity::default(),
        notes: None,
        idempotency_key: "key-of-the-ticket".into(),
    }
}

/// A move.
pub(crate) fn counter() -> dealdesk::domain::Ask {
    dealdesk::domain::Ask::Counter {
        quote_id: "qt-1".into(),
        cpm: usd("11.00"),
        action: dealdesk::domain::Action::Counter,
        identity: Identity::default(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        note: None,
    }
}

/// The error of what was heard.
pub(crate) fn failed(heard: Heard) -> dealdesk::domain::SellerError {
    heard.result.expect_err("a failure")
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn usd(text: &str) -> Cpm {
    Cpm::usd(text.parse().unwrap())
}

/// A JSON number, or a number in a text, by its digits.
pub(crate) fn number(value: &Value) -> Option<Decimal> {
    value.as_number().map(serde_json::Number::as_str).or(value.as_str())?.parse().ok()
}

/// The folder of the shared material, if there is one here (decisions 26).
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DEALDESK_SHARED");
    if root.is_none() {
        eprintln!("skipped: DEALDESK_SHARED is not set");
    }
    Some(PathBuf::from(root?).join(what))
}

pub(crate) fn read_json(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
