//! Every fault, in both dialects: what the buyer sees, and what the seller really did.

use std::time::Duration;

use dealdesk::{
    domain::Tier,
    sim::{Cut, Fault, InjectedFault, Request, Requests, TermChange, iab::requests},
};
use serde_json::json;

use crate::support::{Buyer, number, text};

/// Each dialect's reference seller, and a product of it.
const SELLERS: [(&str, &str); 2] =
    [("reference", "prod-c919ef73"), ("reference-v2", "prod-91ddc363")];

fn booking(quote_id: &str) -> Request {
    let body = json!({"quote_id": quote_id, "idempotency_key": "key-of-the-booking"});
    Request::post("/api/v1/deals", &body)
}

#[test]
fn a_fault_acts_or_does_not_as_it_says() {
    let broken = |status, acts| Fault::Broken { status, acts };
    let refuses = |status, code| Fault::Refuses { status, code };
    let throttled = |says| Fault::Throttled { says, retry_after_s: Some(7) };
    let mut rows = vec![
        (Fault::CutAtHead, 0, 503, Some(Cut::Drop)),
        (Fault::CutBeforeActing, 0, 503, Some(Cut::Drop)),
        (Fault::Drop, 1, 200, Some(Cut::Drop)),
        (Fault::HalfHead, 1, 200, Some(Cut::HalfHead)),
        (Fault::HalfBody, 1, 200, Some(Cut::HalfBody)),
        (Fault::Twice, 1, 200, Some(Cut::Twice)),
        (Fault::Slow(Duration::from_mins(1)), 1, 200, None),
        (Fault::ActsLate(Duration::from_secs(9)), 0, 503, Some(Cut::Drop)),
        (Fault::Unavailable, 0, 503, None),
        (broken(500, false), 0, 500, Some(Cut::After)),
        (broken(500, true), 1, 500, Some(Cut::After)),
        (Fault::Garbled, 1, 200, None),
        (Fault::Html, 1, 502, None),
        (Fault::Huge(2_000_000), 1, 200, None),
        (throttled(true), 0, 429, None),
        (throttled(false), 0, 429, None),
        (Fault::SoldToOther, 1, 409, None),
        (Fault::KeyConflict, 0, 409, None),
    ];
    for status in [502, 503, 504] {
        rows.push((broken(status, true), 1, status, None));
        rows.push((broken(status, false), 0, status, None));
    }
    for (status, code) in [
        (400, "validation"),
        (401, ""),
        (403, ""),
        (404, "quote_not_found"),
        (409, "quote_expired"),
        (410, "quote_expired"),
        (422, "validation_failed"),
    ] {
        rows.push((refuses(status, code), 0, status, None));
    }
    for (name, product) in SELLERS {
        for (fault, booked, status, cut) in &rows {
            let mut buyer = Buyer::at(name, Tier::Agency);
            let (quote_id, _) = buyer.quote(product, "PG");
            buyer.engine.arm(InjectedFault::next(fault.clone(), requests::BOOKINGS), buyer.now);
            assert_eq!(buyer.send(Request::get("/health")).cut, None, "only a booking is meant");
            let reply = buyer.send(booking(&quote_id));
            let seen = (buyer.engine.bookings().len(), reply.status, reply.cut);
            assert_eq!(seen, (*booked, *status, *cut), "{name} {fault:?}");
            assert!(buyer.engine.armed().is_empty(), "{name} {fault:?}");
            // Whatever happened, a second try never makes a second deal.
            buyer.wait(10);
            buyer.send(booking(&quote_id));
            let made = buyer.engine.bookings();
            assert_eq!(made.len(), 1, "{name} {fault:?}");
            let buyer =
                if *fault == Fault::SoldToOther { "another buyer" } else { "agency:omnicom-456" };
            assert_eq!((&made[0].quote_id, made[0].buyer.as_str()), (&quote_id, buyer));
        }
    }
}

#[test]
fn a_booking_is_counted_with_its_key_where_there_is_one() {
    for ((name, product), key) in SELLERS.into_iter().zip([None, Some("key-of-the-booking")]) {
        let mut buyer = Buyer::at(name, Tier::Agency);
        let (quote_id, _) = buyer.quote(product, "PG");
        let (status, first) = crate::support::answer(&buyer.send(booking(&quote_id)));
        assert_eq!(status, 200, "{first}");
        let (again, second) = crate::support::answer(&buyer.send(booking(&quote_id)));
        // v2 knows the key again and tells the same deal; v1 knows none.
        assert_eq!(again, if key.is_some() { 200 } else { 409 });
        assert!(key.is_none() || first == second);
        let made = buyer.engine.bookings();
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].idempotency_key.as_deref(), key);
        assert_eq!(buyer.engine.received(requests::BOOKINGS), 2);
        assert_eq!(buyer.engine.received(requests::QUOTES), 1);
    }
}

#[test]
fn what_was_dropped_may_be_done_late() {
    for (name, product) in SELLERS {
        let mut buyer = Buyer::at(name, Tier::Agency);
        let (quote_id, _) = buyer.quote(product, "PD");
        buyer.engine.arm(
            InjectedFault::next(Fault::ActsLate(Duration::from_secs(5)), requests::BOOKINGS),
            buyer.now,
        );
        buyer.send(booking(&quote_id));
        let look = |buyer: &mut Buyer| {
            let (_, quote) = buyer.get(&format!("/api/v1/quotes/{quote_id}"));
            text(&quote.get("quote").unwrap_or(&quote)["status"])
        };
        assert_eq!(look(&mut buyer), "available", "{name}");
        buyer.wait(4);
        assert_eq!(look(&mut buyer), "available", "{name}");
        buyer.wait(1);
        assert_eq!(look(&mut buyer), "booked", "{name}");
    }
}

#[test]
fn terms_that_differ_are_in_the_deal_and_stay_there() {
    for (twist, place, v1, v2) in [
        (TermChange::Price(10.0), "/pricing/final_cpm", "14.85", "14850000"),
        (TermChange::Impressions(-20), "/terms/impressions", "80000", "80000"),
        (TermChange::Dates(3), "/terms/flight_end", "2026-07-04", "2026-07-04"),
        (TermChange::Type, "/deal_type", "PA", "PA"),
        (TermChange::Currency, "/currency", "EUR", "EUR"),
    ] {
        for ((name, product), wanted) in SELLERS.into_iter().zip([v1, v2]) {
            let mut buyer = Buyer::at(name, Tier::Agency);
            let (quote_id, _) = buyer.quote(product, "PG");
            buyer
                .engine
                .arm(InjectedFault::next(Fault::Differs(twist), requests::BOOKINGS), buyer.now);
            let deal = buyer.make("/api/v1/deals", json!({"quote_id": quote_id}));
            let place = match (place, name) {
                ("/currency", "reference") => "/pricing/currency",
                ("/currency", _) => "/pricing/final_cpm/currency",
                ("/pricing/final_cpm", "reference-v2") => "/pricing/final_cpm/amount_micros",
                (place, _) => place,
            };
            let told = deal.pointer(place).unwrap_or_else(|| panic!("{place} in {deal}"));
            let told = told.as_str().map_or_else(|| number(told), str::to_owned);
            assert_eq!(told, wanted, "{name} {twist:?}");
            let (_, read) = buyer.get(&format!("/api/v1/deals/{}", text(&deal["deal_id"])));
            assert_eq!(*read.get("deal").unwrap_or(&read), deal, "{name} {twist:?}");
        }
    }
}

#[test]
fn a_fault_is_met_as_often_as_it_is_armed_and_by_whom_it_means() {
    let (name, product) = SELLERS[1];
    let mut buyer = Buyer::at(name, Tier::Agency);
    let (quote_id, _) = buyer.quote(product, "PD");
    let fault = Fault::Broken { status: 504, acts: false };
    buyer
        .engine
        .arm(InjectedFault::Fail { fault, requests: requests::QUOTE_READS, times: 3 }, buyer.now);
    assert_eq!(buyer.engine.armed(), ["answers 504 to the next 3 times: look at a quote"]);
    let target = format!("/api/v1/quotes/{quote_id}");
    let seen: Vec<u16> = (0..5).map(|_| buyer.get(&target).0).collect();
    assert_eq!(seen, [504, 504, 504, 200, 200]);
    for (asks, method, target) in [
        (requests::BOOKINGS, "POST", "/api/v1/deals"),
        (requests::MOVES, "POST", "/api/v1/negotiations/messages"),
        (requests::MOVES, "POST", "/proposals/qt-1/counter"),
        (requests::QUOTES, "POST", "/api/v1/quotes"),
        (requests::QUOTE_READS, "GET", "/api/v1/quotes/qt-1"),
        (requests::DEAL_READS, "GET", "/api/v1/deals/DEMO-1"),
        (requests::NEGOTIATION_READS, "GET", "/proposals/qt-1/negotiation"),
        (Requests::Reads, "GET", "/packages"),
        (Requests::Reads, "POST", "/products/avails"),
    ] {
        let request = Request::new(method, target);
        let others = [requests::BOOKINGS, requests::MOVES, requests::QUOTES, Requests::Reads];
        let meant =
            others.into_iter().filter(|asks| asks.include(requests::class(&request))).count();
        assert!(
            asks.include(requests::class(&request))
                && Requests::All.include(requests::class(&request)),
            "{method} {target}"
        );
        assert_eq!(meant, 1, "{method} {target} is of one kind");
    }
}

#[test]
fn moves_are_counted_where_they_are_made() {
    let (name, product) = SELLERS[1];
    let mut buyer = Buyer::at(name, Tier::Agency);
    let (quote_id, _) = buyer.quote(product, "PD");
    let offer = json!({
        "action": "counter", "quote_id": quote_id, "idempotency_key": "move-1",
        "buyer_price": {"amount_micros": 11_000_000, "currency": "USD"},
    });
    let send =
        |buyer: &mut Buyer| buyer.send(Request::post("/api/v1/negotiations/messages", &offer));
    buyer.engine.arm(InjectedFault::next(Fault::Drop, requests::MOVES), buyer.now);
    assert_eq!(send(&mut buyer).cut, Some(Cut::Drop));
    assert_eq!(buyer.engine.rounds(&quote_id), 1);
    // The same key: the round is told again, and is not another one.
    assert_eq!(send(&mut buyer).status, 200);
    assert_eq!(buyer.engine.rounds(&quote_id), 1);
}
