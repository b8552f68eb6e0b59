//! What dialect v2 has of its own, at the reference seller and at tempers of ours.

use dealdesk::{
    domain::Tier,
    sim::{
        Request,
        iab::{Dialect, by_name, requests},
    },
};
use serde_json::{Value, json};

use crate::support::{Buyer, answer, number, text};

const PRODUCT: &str = "prod-91ddc363";
const MESSAGES: &str = "/api/v1/negotiations/messages";

fn buyer(tier: Tier) -> Buyer {
    Buyer::at("reference-v2", tier)
}

fn usd(micros: i64) -> Value {
    json!({"amount_micros": micros, "currency": "USD"})
}

/// An offer, or a last word where there is no price.
fn say(buyer: &mut Buyer, quote_id: &str, action: &str, micros: Option<i64>) -> Value {
    let mut body = json!({"action": action, "quote_id": quote_id});
    if let Some(micros) = micros {
        body["buyer_price"] = usd(micros);
    }
    buyer.make(MESSAGES, body)
}

#[test]
fn the_dialects_are_told_apart_by_what_is_served() {
    for (name, is_v2) in [("reference", false), ("reference-v2", true)] {
        let mut buyer = Buyer::at(name, Tier::Public);
        let (_, products) = buyer.get("/products");
        assert_eq!(products["total_count"].is_number(), is_v2, "{name}");
        assert_eq!(products["products"][0]["base_price"].is_object(), is_v2, "{name}");
        assert_eq!(products["products"][0]["base_cpm"].is_number(), !is_v2, "{name}");
        let (_, document) = buyer.get("/openapi.json");
        assert_eq!(document["info"]["version"], "1.0.0", "the version says nothing");
        assert_eq!(document["paths"].get(MESSAGES).is_some(), is_v2, "{name}");
        assert_eq!(document["paths"].get("/products/avails").is_some(), is_v2, "{name}");
        assert!(document["paths"]["/api/v1/orders"]["post"].is_object(), "{name}");
        let ask = json!({"product_id": "x", "deal_type": "PD"});
        let (status, _) = buyer.post("/api/v1/quotes", &ask);
        assert_eq!(status, if is_v2 { 422 } else { 404 }, "a v1 body is no v2 body");
    }
    // The dialect is the file's, or whoever runs it says another.
    let mut spec = by_name("harbor").unwrap();
    spec.dialect = Dialect::V2;
    let mut buyer = Buyer::of(spec, 7, Tier::Agency);
    assert!(buyer.get("/products").1["total_count"].is_number());
}

#[test]
fn a_key_makes_one_thing_for_a_day() {
    let mut buyer = buyer(Tier::Agency);
    let ask = |impressions: u32| {
        json!({
            "product_id": PRODUCT, "deal_type": "PD", "impressions": impressions,
            "idempotency_key": "one",
        })
    };
    let first = buyer.done("/api/v1/quotes", &ask(100_000));
    assert_eq!(buyer.done("/api/v1/quotes", &ask(100_000)), first);
    let (status, conflict) = buyer.post("/api/v1/quotes", &ask(200_000));
    assert_eq!((status, &conflict["detail"]["error"]), (409, &json!("idempotency_conflict")));
    // A key counts where it was used, and for whoever used it.
    let booking = json!({"quote_id": first["quote"]["quote_id"], "idempotency_key": "one"});
    let deal = buyer.done("/api/v1/deals", &booking);
    assert_eq!(buyer.done("/api/v1/deals", &booking), deal);
    assert_eq!(buyer.done("/api/v1/quotes", &ask(100_000))["quote"]["status"], "booked");
    let key = buyer.engine.key(Tier::Advertiser);
    buyer.key = key;
    let other = buyer.done("/api/v1/quotes", &ask(100_000));
    assert_ne!(other["quote"]["quote_id"], first["quote"]["quote_id"]);
    // What failed is not remembered; what is a day old is forgotten.
    let wrong = json!({"quote_id": "qt-nope", "idempotency_key": "two"});
    assert_eq!(buyer.post("/api/v1/deals", &wrong).0, 404);
    let right = json!({"quote_id": other["quote"]["quote_id"], "idempotency_key": "two"});
    assert_eq!(buyer.post("/api/v1/deals", &right).0, 200);
    buyer.wait(24 * 3600);
    let late = buyer.done("/api/v1/quotes", &ask(300_000));
    assert_eq!(late["quote"]["status"], "available", "the key is free again");
    assert_eq!(buyer.engine.bookings().len(), 2);
}

#[test]
fn nobody_is_who_it_says_it_is_without_a_key() {
    let said = json!({"agency_id": "a", "advertiser_id": "v"});
    for (tier, agent, earned) in [
        (Tier::Public, None, "public"),
        (Tier::Seat, None, "seat"),
        (Tier::Advertiser, Some("http://agent.example"), "public"),
    ] {
        let mut buyer = buyer(tier);
        let body = json!({
            "product_id": PRODUCT, "deal_type": "PD", "buyer_identity": said, "agent_url": agent,
        });
        assert_eq!(buyer.make("/api/v1/quotes", body)["buyer_tier"], earned, "{agent:?}");
        let body = json!({
            "product_id": PRODUCT, "buyer_tier": "advertiser", "agency_id": "a",
            "advertiser_id": "v", "agent_url": agent,
        });
        let off = number(&buyer.done("/pricing", &body)["tier_discount"]);
        assert_eq!(off, if earned == "seat" { "0.05" } else { "0.0" }, "{agent:?}");
    }
}

#[test]
fn a_last_word_on_talks_that_are_over_changes_nothing() {
    let mut buyer = buyer(Tier::Agency);
    let (quote_id, _) = buyer.quote(PRODUCT, "PD");
    let word = json!({"action": "accept", "quote_id": quote_id, "idempotency_key": "w"});
    assert_eq!(buyer.post(MESSAGES, &word).0, 404, "there is nothing to accept yet");
    say(&mut buyer, &quote_id, "counter", Some(11_000_000));
    assert_eq!(say(&mut buyer, &quote_id, "reject", None)["status"], "rejected");
    assert_eq!(say(&mut buyer, &quote_id, "accept", None)["status"], "accepted", "a lie");
    let history = format!("/proposals/{quote_id}/negotiation");
    let (_, kept) = buyer.get(&history);
    assert_eq!((&kept["status"], &kept["total_rounds"]), (&json!("rejected"), &json!(2)));
    let offer = json!({
        "action": "counter", "quote_id": quote_id, "buyer_price": usd(12_000_000),
        "idempotency_key": "c",
    });
    assert_eq!(buyer.post(MESSAGES, &offer).0, 400);
    let deal = buyer.make("/api/v1/deals", json!({"quote_id": quote_id}));
    assert_eq!(deal["pricing"]["final_cpm"], usd(13_500_000), "nothing was agreed");
}

#[test]
fn talks_go_on_by_the_quote_alone() {
    let mut buyer = buyer(Tier::Agency);
    let (quote_id, _) = buyer.quote(PRODUCT, "PD");
    let opened = say(&mut buyer, &quote_id, "counter", Some(9_000_000));
    assert_eq!(opened["round"]["seller_price"], usd(10_000_000), "the floor, at once");
    assert_eq!(opened["status"], "active");
    for (ids, status) in [
        (json!({"negotiation_id": opened["negotiation_id"]}), 404),
        (json!({"negotiation_id": opened["negotiation_id"], "quote_id": quote_id}), 404),
        (json!({"negotiation_id": opened["negotiation_id"], "proposal_id": quote_id}), 200),
        (json!({"quote_id": quote_id}), 200),
    ] {
        let mut body = ids.clone();
        body["action"] = json!("counter");
        body["buyer_price"] = usd(9_500_000);
        body["idempotency_key"] = json!(ids.to_string());
        assert_eq!(buyer.post(MESSAGES, &body).0, status, "{ids}");
    }
}

#[test]
fn an_agreed_price_is_booked_where_the_seller_honours_it() {
    for (name, product, honours, price) in [
        ("reference-v2", PRODUCT, None, "agreed"),
        ("reference-v2", PRODUCT, Some(false), "quoted"),
        ("reference", "prod-c919ef73", None, "quoted"),
        ("reference", "prod-c919ef73", Some(true), "agreed"),
    ] {
        let mut spec = by_name(name).unwrap();
        spec.behaviour.honours_agreement = honours;
        let mut buyer = Buyer::of(spec, 7, Tier::Agency);
        let (quote_id, _) = buyer.quote(product, "PD");
        let target = format!("/proposals/{quote_id}/counter");
        buyer.done(&target, &json!({"buyer_price": 11.0}));
        let met = buyer.done(&target, &json!({"buyer_price": 12.82}));
        assert_eq!(met["status"], "accepted", "{met}");
        let deal = buyer.make("/api/v1/deals", json!({"quote_id": quote_id}));
        let said = text(&deal["pricing"]["rationale"]);
        assert_eq!(said.contains("Negotiated to $12.82"), price == "agreed", "{name} {honours:?}");
        let told = &deal["pricing"]["final_cpm"];
        let told = number(told.get("amount_micros").unwrap_or(told));
        let wanted = match (price, name) {
            ("agreed", "reference") => "12.82",
            ("agreed", _) => "12820000",
            (_, "reference") => "13.5",
            _ => "13500000",
        };
        assert_eq!(told, wanted, "{name} {honours:?}");
    }
}

#[test]
fn a_newer_seller_books_for_nobody_without_a_key() {
    for (name, product) in [("reference", "prod-c919ef73"), ("reference-v2", PRODUCT)] {
        let mut spec = by_name(name).unwrap();
        spec.behaviour.books_for_anyone = false;
        let mut buyer = Buyer::of(spec, 7, Tier::Agency);
        let (quote_id, _) = buyer.quote(product, "PD");
        let body = json!({"quote_id": quote_id, "idempotency_key": "b"});
        let reply = buyer.engine.handle(&Request::post("/api/v1/deals", &body), buyer.now);
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
        let refused = json!({"detail": "Authentication required"});
        assert_eq!(answer(&reply), (401, refused), "{name}");
        assert_eq!(buyer.post("/api/v1/deals", &body).0, 200, "{name}: with a key it does");
        assert_eq!(
            (buyer.engine.bookings().len(), buyer.engine.received(requests::BOOKINGS)),
            (1, 2)
        );
    }
}

#[test]
fn orders_are_moved_on_and_changed_by_the_sellers_people_alone() {
    let mut buyer = buyer(Tier::Agency);
    let order = buyer.done("/api/v1/orders", &json!({"deal_id": "D-1"}));
    let id = text(&order["order_id"]);
    let change = buyer.done(
        "/api/v1/change-requests",
        &json!({"order_id": id, "change_type": "cancellation", "reason": "budget"}),
    );
    assert_eq!(
        (&change["status"], &change["severity"]),
        (&json!("pending_approval"), &json!("critical"))
    );
    let cr = text(&change["change_request_id"]);
    let decisions = [
        (format!("/api/v1/orders/{id}/transition"), json!({"to_status": "submitted"})),
        (format!("/api/v1/change-requests/{cr}/review"), json!({"decision": "approve"})),
        (format!("/api/v1/change-requests/{cr}/apply"), json!({})),
    ];
    let keys = [None, buyer.engine.key(Tier::Agency), Some(buyer.engine.operator_key())];
    for (key, status) in keys.into_iter().zip([401, 403, 200]) {
        buyer.key = key;
        for (target, body) in &decisions {
            assert_eq!(buyer.post(target, body).0, status, "{target}");
        }
    }
    let (_, history) = buyer.get(&format!("/api/v1/orders/{id}/history"));
    assert_eq!(
        (&history["current_status"], &history["transition_count"]),
        (&json!("submitted"), &json!(1))
    );
    let (_, list) = buyer.get("/api/v1/change-requests?status=applied");
    assert_eq!(list["count"], 1);
    assert_eq!(buyer.get("/api/v1/orders?status=draft").1["count"], 0);
}

#[test]
fn avails_are_told_in_both_forms() {
    let mut buyer = buyer(Tier::Public);
    let flight = json!({"startdate": "2026-12-01T00:00:00Z", "enddate": "2026-12-31T00:00:00Z"});
    let mut one = flight.clone();
    one["productid"] = json!(PRODUCT);
    one["requestedImpressions"] = json!(9_000_000);
    let told = buyer.done("/products/avails", &one);
    assert_eq!(
        (&told["availableImpressions"], &told["guaranteedImpressions"]),
        (&json!(5_000_000), &json!(5_000_000))
    );
    let mut many = flight;
    many["productids"] = json!([PRODUCT, "prod-c642fc9b"]);
    many["accountid"] = json!("acc");
    many["advertiserbrandid"] = json!("brand");
    let told = buyer.done("/products/avails", &many);
    assert_eq!(told["avails"].as_array().unwrap().len(), 2);
    assert_eq!(told["avails"][1]["availsstatus"]["status"], "Available");
    one["enddate"] = json!("2026-11-01T00:00:00Z");
    assert_eq!(buyer.post("/products/avails", &one).0, 422);
}
