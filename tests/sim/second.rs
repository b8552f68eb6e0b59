//! A second service on the same engine: an ad server that books lines, with requests of its own. The
//! engine gives it the seller's delays, clock and failures, and so does HTTP.

use std::{sync::Arc, time::Duration};

use dealdesk::sim::{
    Class, Cut, Delivery, Engine, Fault, InjectedFault, Reply, Request, Requests, Service, Unacted,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    http::{Still, with_service},
    support::start,
};

const LINE_BOOKED: Class = Class::sends("line booked");
const LINES_READ: Class = Class::reads("look at the lines");

/// Counts the lines that were booked, and tells its own time.
#[derive(Debug, Clone, Default)]
struct Lines {
    booked: u32,
}

fn reply(status: u16, body: String) -> Reply {
    Reply::new(status, "text/plain", body.into_bytes())
}

impl Service for Lines {
    fn name(&self) -> &'static str {
        "ad-server"
    }

    fn class(&self, request: &Request) -> Class {
        if request.method == "POST" { LINE_BOOKED } else { LINES_READ }
    }

    fn delivery(&self, class: Class) -> Delivery {
        let latency_ms = if class == LINE_BOOKED { [400, 500] } else { [20, 30] };
        let lost_reply = if class == LINE_BOOKED { 0.25 } else { 0.0 };
        Delivery { latency_ms, unavailable: 0.0, lost_reply }
    }

    fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.booked += u32::from(request.method == "POST");
        reply(200, format!("{} lines at {now}", self.booked))
    }

    fn reply_unacted(&self, reason: Unacted, _: &Request) -> Reply {
        reply(503, format!("no line: {reason:?}"))
    }
}

fn ad_server() -> Engine<Lines> {
    Engine::carrying(Lines::default(), 7, SignedDuration::from_secs(3))
}

fn book(name: &str) -> Request {
    Request::new("POST", &format!("/lines/{name}"))
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.clone()).unwrap()
}

#[test]
fn another_service_has_the_delays_of_its_kinds_of_request_and_the_sellers_clock() {
    let mut engine = ad_server();
    for place in 0..20 {
        let booked = engine.handle(&book(&place.to_string()), start());
        assert!((400..=500).contains(&booked.delay.as_millis()), "{:?}", booked.delay);
        let read = engine.handle(&Request::get(&format!("/lines/{place}")), start());
        assert!((20..=30).contains(&read.delay.as_millis()), "{:?}", read.delay);
        assert_eq!(read.headers["date"], "Mon, 01 Jun 2026 12:00:03 GMT");
        assert_eq!(text(&read), format!("{} lines at 2026-06-01T12:00:03Z", place + 1));
    }
    engine.arm(InjectedFault::Skew(SignedDuration::from_secs(7)), start());
    let read = engine.handle(&Request::get("/"), start());
    assert_eq!(text(&read), "20 lines at 2026-06-01T12:00:10Z");
}

#[test]
fn chance_loses_replies_of_the_kind_that_the_service_says_and_the_same_ones_for_a_seed() {
    let lost = |engine: &mut Engine<Lines>| -> Vec<usize> {
        let books = (0..100).map(|place| engine.handle(&book(&place.to_string()), start()));
        let cut = books.enumerate().filter(|(_, reply)| reply.cut == Some(Cut::Drop));
        cut.map(|(place, _)| place).collect()
    };
    let mut engine = ad_server();
    let first = lost(&mut engine);
    assert!((10..40).contains(&first.len()), "{first:?}");
    assert_eq!(engine.booked, 100, "what is lost was booked");
    assert_eq!(first, lost(&mut ad_server()));
    let reads = (0..100).map(|_| engine.handle(&Request::get("/"), start()).cut);
    assert_eq!(reads.flatten().count(), 0);
}

#[test]
fn a_fault_meets_the_kind_of_request_it_is_armed_for_in_the_services_own_words() {
    let mut engine = ad_server();
    let one = Requests::Of(LINE_BOOKED);
    engine.arm(InjectedFault::next(Fault::Unavailable, one), start());
    assert_eq!(engine.armed(), ["answers 503 to the next line booked"]);
    assert_eq!(engine.handle(&Request::get("/"), start()).status, 200);
    let refused = engine.handle(&book("a"), start());
    assert_eq!((refused.status, text(&refused)), (503, "no line: Unavailable".to_owned()));
    assert_eq!((engine.booked, engine.received(one), engine.received(Requests::Reads)), (0, 1, 1));

    engine.arm(InjectedFault::next(Fault::ActsLate(Duration::from_mins(1)), one), start());
    assert_eq!(engine.handle(&book("b"), start()).cut, Some(Cut::Drop));
    assert_eq!(engine.booked, 0);
    engine.catch_up(start() + SignedDuration::from_secs(60));
    assert_eq!(engine.booked, 1);

    engine.arm(InjectedFault::Offline(true), start());
    assert_eq!(engine.handle(&book("c"), start()).cut, Some(Cut::Refused));
}

#[test]
fn another_service_is_served_over_http_and_loses_a_reply_there() {
    let engine = Engine::carrying(Lines::default(), 7, SignedDuration::ZERO);
    with_service(engine, String::new(), Arc::new(Still), |client, seller| async move {
        let read = client.get("/lines").await.unwrap();
        assert_eq!(read.text().await.unwrap(), "0 lines at 2026-06-01T12:00:00Z");
        seller.arm(InjectedFault::next(Fault::Drop, Requests::Of(LINE_BOOKED)), start());
        client.post("/lines/a", &json!({})).await.unwrap_err();
        assert_eq!(seller.engine().booked, 1);
    });
}
