//! Talks over the wire: who may, what is said, and what an agreement is worth.

use dealdesk::domain::Tier;
use serde_json::{Value, json};

use crate::support::{Buyer, number, text};

fn offer(buyer: &mut Buyer, subject: &str, price: f64) -> (u16, Value) {
    buyer.post(&format!("/proposals/{subject}/counter"), &json!({"buyer_price": price}))
}

#[test]
fn a_quote_is_talked_down_and_the_agreement_is_honoured_when_quoted_again() {
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    let product = "prod-ctv-sports-001";
    let body = json!({"product_id": product, "deal_type": "PG", "impressions": 500_000});
    let quote_id = text(&buyer.done("/api/v1/quotes", &body)["quote_id"]);
    let mut moves = Vec::new();
    for price in [20.0, 21.5, 22.75, 23.85] {
        let (_, round) = offer(&mut buyer, &quote_id, price);
        moves.push(format!("{} {}", text(&round["action"]), number(&round["seller_price"])));
    }
    assert_eq!(moves, ["counter 25.99", "counter 24.69", "counter 23.85", "accept 23.85"]);

    let (_, history) = buyer.get(&format!("/proposals/{quote_id}/negotiation"));
    assert_eq!(history["status"], "accepted");
    assert_eq!(number(&history["base_price"]), "27.36");
    assert_eq!(number(&history["floor_price"]), "19.0", "the published floor, not the reserve");
    assert_eq!(history["rounds"].as_array().unwrap().len(), 4);

    // Booking the first quote would cost its own price; quoting again at what was agreed does not.
    let mut again = body.clone();
    again["target_cpm"] = json!(23.85);
    let second = buyer.done("/api/v1/quotes", &again);
    assert_eq!(number(&second["pricing"]["final_cpm"]), "23.85");
    let deal = buyer.done("/api/v1/deals", &json!({"quote_id": quote_id}));
    assert_eq!(number(&deal["pricing"]["final_cpm"]), "27.36");
}

#[test]
fn an_agreed_price_under_the_reserve_is_for_that_buyer_and_product() {
    // An advertiser opens at 9.35, under Harbor's reserve of 9.60: what it is quoted can be agreed.
    let mut spec = dealdesk::sim::iab::by_name("harbor").unwrap();
    spec.behaviour.declines = 0.0;
    let radio = "prod-har-radio";
    for product in &mut spec.products {
        if product.product_id == radio {
            product.reserve = Some("9.60".parse().unwrap());
        }
    }
    let mut buyer = Buyer::of(spec, 7, Tier::Advertiser);
    let target =
        |product: &str| json!({"product_id": product, "deal_type": "PD", "target_cpm": 9.35});
    let priced = |buyer: &mut Buyer, product: &str| {
        number(&buyer.done("/api/v1/quotes", &target(product))["pricing"]["final_cpm"])
    };
    buyer.key = buyer.engine.key(Tier::Agency);
    assert_eq!(priced(&mut buyer, radio), "9.9", "under the reserve, nothing agreed");
    buyer.key = buyer.engine.key(Tier::Advertiser);
    let (quote_id, _) = buyer.quote(radio, "PD");
    assert_eq!(offer(&mut buyer, &quote_id, 9.35).1["action"], "accept");
    assert_eq!(priced(&mut buyer, radio), "9.35");
    buyer.key = buyer.engine.key(Tier::Agency);
    assert_eq!(priced(&mut buyer, radio), "9.9", "it was agreed with somebody else");
}

#[test]
fn who_may_not_negotiate_is_told_so() {
    for (name, product, kind, tier, status) in [
        ("northlight", "prod-nl-drama", "PG", Tier::Seat, 403),
        ("northlight", "prod-nl-drama", "PG", Tier::Agency, 200),
        ("northlight", "prod-nl-kids", "PA", Tier::Agency, 403),
        ("harbor", "prod-har-stadium", "PD", Tier::Advertiser, 403),
        ("meridian", "prod-mer-ros", "PD", Tier::Seat, 200),
        ("pinewave", "prod-pin-drive", "PD", Tier::Advertiser, 403),
        ("reference", "prod-c919ef73", "PA", Tier::Public, 200),
    ] {
        let mut buyer = Buyer::at(name, tier);
        let (quote_id, quote) = buyer.quote(product, kind);
        let price = quote["pricing"]["final_cpm"].as_f64().unwrap() * 0.9;
        let (got, body) = offer(&mut buyer, &quote_id, price);
        assert_eq!(got, status, "{name} {kind} {tier}: {body}");
    }
}

#[test]
fn pinewave_talks_with_an_advertiser_that_names_itself() {
    let mut buyer = Buyer::at("pinewave", Tier::Public);
    let body = json!({
        "product_id": "prod-pin-drive", "deal_type": "PD",
        "buyer_identity": {"agency_id": "a", "advertiser_id": "v"},
    });
    let quote_id = text(&buyer.done("/api/v1/quotes", &body)["quote_id"]);
    let (status, round) = offer(&mut buyer, &quote_id, 7.5);
    assert_eq!((status, &round["action"]), (200, &json!("final_offer")), "{round}");
}

#[test]
fn the_price_is_read_under_both_names() {
    let mut buyer = Buyer::at("harbor", Tier::Agency);
    let (quote_id, _) = buyer.quote("prod-har-prime", "PD");
    let target = format!("/proposals/{quote_id}/counter");
    let round = buyer.done(&target, &json!({"price": 22.0}));
    assert_eq!(number(&round["seller_price"]), "26.2");
    let round = buyer.done(&target, &json!({"price": 1.0, "buyer_price": "22.5"}));
    assert_eq!(number(&round["buyer_price"]), "22.5");
    let (status, body) = buyer.post(&target, &json!({}));
    assert_eq!(status, 422);
    assert_eq!(body["detail"][0]["loc"], json!(["body", "buyer_price"]));
}

#[test]
fn talks_that_ended_stay_ended() {
    let mut buyer = Buyer::at("reference", Tier::Agency);
    let (quote_id, _) = buyer.quote("prod-c919ef73", "PD");
    assert_eq!(offer(&mut buyer, &quote_id, 13.5).1["status"], "accepted");
    let (status, body) = offer(&mut buyer, &quote_id, 12.0);
    assert_eq!((status, &body["detail"]), (400, &json!("Negotiation is accepted, cannot counter")));
}

#[test]
fn nothing_known_is_nothing_to_talk_about() {
    let mut buyer = Buyer::at("reference", Tier::Agency);
    assert_eq!(offer(&mut buyer, "qt-nope", 12.0), (404, json!({"detail": "Proposal not found"})));
    let says = json!({"detail": "No negotiation found for this proposal"});
    assert_eq!(buyer.get("/proposals/qt-nope/negotiation"), (404, says));
}
