//! The same seed decides the same, in whatever order a seller is asked.

use dealdesk::{
    domain::Tier,
    sim::{
        Engine, Reply, Request,
        iab::{Options, by_name, key_for},
    },
};
use serde_json::json;

use crate::support::{answer, start, text};

fn asks() -> Vec<Request> {
    let products = ["prod-bay-display", "prod-bay-sports", "prod-bay-finance", "prod-bay-native"];
    let mut asks: Vec<Request> = products
        .iter()
        .flat_map(|product| {
            ["PD", "PA"].map(|kind| {
                let body = json!({
                    "product_id": product, "deal_type": kind,
                    "buyer_identity": {"agency_id": "a", "advertiser_id": "v"},
                });
                Request::post("/api/v1/quotes", &body)
            })
        })
        .collect();
    asks.extend(["/media-kit", "/products", "/health"].map(Request::get));
    asks
}

fn run(seed: u64, asks: &[Request]) -> Vec<Reply> {
    let spec = by_name("bayline").unwrap();
    let mut engine = Engine::new(spec, Options { seed, quote_ttl: None }, start());
    asks.iter().map(|request| engine.handle(request, start())).collect()
}

#[test]
fn a_seed_decides_ids_prices_failures_and_delays() {
    let asks = asks();
    assert_eq!(run(3, &asks), run(3, &asks));
    assert_ne!(run(3, &asks), run(4, &asks));
}

#[test]
fn the_order_of_asking_changes_nothing() {
    let asks = asks();
    let straight = run(3, &asks);
    let backwards: Vec<Request> = asks.iter().rev().cloned().collect();
    let mut turned = run(3, &backwards);
    turned.reverse();
    assert_eq!(straight, turned);
}

#[test]
fn asking_the_same_again_is_another_quote() {
    let ask = asks().swap_remove(0);
    let replies = run(5, &[ask.clone(), ask.clone(), ask]);
    let ids: std::collections::BTreeSet<String> = replies
        .iter()
        .filter(|reply| reply.status == 200)
        .map(|reply| text(&answer(reply).1["quote_id"]))
        .collect();
    let done = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(done >= 2, "{replies:?}");
    assert_eq!(ids.len(), done);
}

#[test]
fn bayline_fails_as_often_as_its_temper_says() {
    let spec = by_name("bayline").unwrap();
    let mut away = 0_u32;
    let mut lost = 0_u32;
    let mut booked = 0_u32;
    let mut engine = Engine::new(spec, Options { seed: 1, quote_ttl: None }, start());
    for _ in 0..300 {
        let ask = json!({"product_id": "prod-bay-ros", "deal_type": "PD"});
        let (status, quote) =
            answer(&engine.handle(&Request::post("/api/v1/quotes", &ask), start()));
        if status == 503 {
            away += 1;
            continue;
        }
        let order = json!({"quote_id": quote["quote_id"]});
        let reply = engine.handle(&Request::post("/api/v1/deals", &order), start());
        if reply.status == 200 {
            booked += 1;
            lost += u32::from(reply.cut.is_some());
        }
    }
    assert!((15..=50).contains(&away), "{away} of 300 away, a tenth is meant");
    let share = f64::from(lost) / f64::from(booked);
    assert!((0.25..0.45).contains(&share), "{lost} of {booked} lost, 0.35 is meant");
}

#[test]
fn delays_stay_within_the_temper() {
    for name in ["northlight", "harbor", "meridian", "bayline", "pinewave", "reference"] {
        let spec = by_name(name).unwrap();
        let [least, most] = spec.behaviour.latency_ms;
        let mut engine = Engine::new(spec, Options { seed: 1, quote_ttl: None }, start());
        for _ in 0..50 {
            let wait = engine.handle(&Request::get("/media-kit"), start()).delay.as_millis();
            assert!((u128::from(least)..=u128::from(most)).contains(&wait), "{name}: {wait} ms");
        }
    }
}

#[test]
fn keys_hang_on_seed_seller_and_tier() {
    let engine =
        Engine::new(by_name("harbor").unwrap(), Options { seed: 9, quote_ttl: None }, start());
    let key = key_for(9, "harbor", Tier::Agency).unwrap();
    assert_eq!(engine.key(Tier::Agency).as_ref(), Some(&key));
    assert!(key.starts_with("ask_live_") && key.len() == 49, "{key}");
    for other in [
        key_for(8, "harbor", Tier::Agency),
        key_for(9, "bayline", Tier::Agency),
        key_for(9, "harbor", Tier::Seat),
    ] {
        assert_ne!(other.as_ref(), Some(&key));
    }
    assert_eq!(key_for(9, "harbor", Tier::Public), None);
}
