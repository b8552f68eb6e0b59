//! Failures on demand: each is done once, and the seller acted or did not as it says.

use std::time::Duration;

use dealdesk::{
    domain::Tier,
    sim::{Cut, Fault, InjectedFault, Request, Requests, iab::requests},
};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Buyer, number, text};

const PRODUCT: &str = "prod-nl-drama";

#[test]
fn a_lost_booking_was_made() {
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    let (quote_id, _) = buyer.quote(PRODUCT, "PG");
    buyer.engine.arm(InjectedFault::next(Fault::Drop, requests::BOOKINGS), buyer.now);
    assert_eq!(buyer.engine.armed(), ["drops the reply to the next booking"]);
    assert_eq!(buyer.send(Request::get("/health")).cut, None, "only a booking is meant");
    let reply = buyer.send(Request::post("/api/v1/deals", &json!({"quote_id": quote_id})));
    assert_eq!(reply.cut, Some(Cut::Drop));
    let (_, quote) = buyer.get(&format!("/api/v1/quotes/{quote_id}"));
    assert_eq!(quote["status"], "booked");
    assert_eq!(buyer.deal_status(&text(&quote["deal_id"])), "proposed");
    assert!(buyer.engine.armed().is_empty());
}

#[test]
fn being_away_and_being_offline_act_on_nothing() {
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    let (quote_id, _) = buyer.quote(PRODUCT, "PG");
    let order = json!({"quote_id": quote_id});
    buyer.engine.arm(
        InjectedFault::Fail { fault: Fault::Unavailable, requests: Requests::All, times: 2 },
        buyer.now,
    );
    assert_eq!(buyer.post("/api/v1/deals", &order).0, 503);
    assert_eq!(buyer.post("/api/v1/deals", &order).0, 503);
    buyer.engine.arm(InjectedFault::Offline(true), buyer.now);
    for _ in 0..3 {
        let reply = buyer.send(Request::post("/api/v1/deals", &order));
        assert_eq!(reply.cut, Some(Cut::Refused));
    }
    buyer.engine.arm(InjectedFault::Offline(false), buyer.now);
    assert_eq!(buyer.get(&format!("/api/v1/quotes/{quote_id}")).1["status"], "available");
    assert_eq!(buyer.post("/api/v1/deals", &order).0, 200);
}

#[test]
fn replies_are_spoiled_once() {
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    buyer.engine.arm(InjectedFault::next(Fault::HalfBody, Requests::All), buyer.now);
    assert_eq!(buyer.send(Request::get("/media-kit")).cut, Some(Cut::HalfBody));
    buyer.engine.arm(InjectedFault::next(Fault::Html, Requests::All), buyer.now);
    let page = buyer.send(Request::get("/media-kit"));
    assert_eq!((page.status, page.headers["content-type"].as_str()), (502, "text/html"));
    buyer.engine.arm(InjectedFault::next(Fault::Huge(3_000_000), Requests::All), buyer.now);
    assert_eq!(buyer.send(Request::get("/media-kit")).body.len(), 3_000_000);
    buyer
        .engine
        .arm(InjectedFault::next(Fault::Slow(Duration::from_secs(10)), Requests::All), buyer.now);
    assert!(buyer.send(Request::get("/media-kit")).delay >= Duration::from_secs(10));
    buyer.engine.arm(InjectedFault::next(Fault::Drop, Requests::All), buyer.now);
    assert_eq!(buyer.send(Request::get("/media-kit")).cut, Some(Cut::Drop));
    let whole = buyer.send(Request::get("/media-kit"));
    assert_eq!((whole.status, whole.cut), (200, None));
    assert!(whole.delay < Duration::from_secs(1));
}

#[test]
fn a_quote_can_be_let_expire_and_prices_moved() {
    let mut buyer = Buyer::at("northlight", Tier::Public);
    let (quote_id, _) = buyer.quote(PRODUCT, "PG");
    buyer.engine.arm(InjectedFault::Expire(quote_id.clone()), buyer.now);
    assert_eq!(buyer.get(&format!("/api/v1/quotes/{quote_id}")).0, 410);
    buyer.engine.arm(InjectedFault::Reprice(3.0), buyer.now);
    let (_, dearer) = buyer.quote(PRODUCT, "PG");
    assert_eq!(number(&dearer["pricing"]["base_cpm"]), "39.14");
    let (_, product) = buyer.get(&format!("/products/{PRODUCT}"));
    assert_eq!(number(&product["base_cpm"]), "39.14");
}

#[test]
fn a_clock_that_is_ahead_shows_in_the_date_and_in_every_time() {
    let mut buyer = Buyer::at("meridian", Tier::Agency);
    let reply = buyer.send(Request::get("/health"));
    assert_eq!(reply.headers["date"], "Mon, 01 Jun 2026 12:00:01 GMT");
    let (_, quote) = buyer.quote("prod-mer-ros", "PD");
    assert_eq!(quote["created_at"], "2026-06-01T12:00:01.800000Z");
    assert_eq!(quote["expires_at"], "2026-06-01T12:05:01.800000Z");
    buyer.engine.arm(InjectedFault::Skew(SignedDuration::from_secs(30)), buyer.now);
    let reply = buyer.send(Request::get("/health"));
    assert_eq!(reply.headers["date"], "Mon, 01 Jun 2026 12:00:31 GMT");
    let (_, quote) = buyer.quote("prod-mer-life", "PD");
    assert_eq!(quote["created_at"], "2026-06-01T12:00:31.800000Z");
}
