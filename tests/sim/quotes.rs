//! What a seller asks, of whom, and which targets it takes.

use dealdesk::domain::Tier;
use serde_json::json;

use crate::support::{Buyer, number, text};

const PRODUCT: &str = "prod-ctv-sports-001";

#[test]
fn a_price_hangs_on_tier_and_volume() {
    for (tier, impressions, price, tier_pct, volume_pct) in [
        (Tier::Public, 500_000, "32.0", "0.0", "0.0"),
        (Tier::Seat, 500_000, "30.4", "5.0", "0.0"),
        (Tier::Agency, 499_999, "28.8", "10.0", "0.0"),
        (Tier::Agency, 500_000, "27.36", "10.0", "5.0"),
        (Tier::Advertiser, 5_000_000, "25.16", "15.0", "7.5"),
    ] {
        let mut buyer = Buyer::at("northlight", tier);
        let body = json!({"product_id": PRODUCT, "deal_type": "PG", "impressions": impressions});
        let pricing = buyer.done("/api/v1/quotes", &body)["pricing"].clone();
        let got = ["final_cpm", "tier_discount_pct", "volume_discount_pct"]
            .map(|name| number(&pricing[name]));
        assert_eq!(got, [price, tier_pct, volume_pct], "{tier} {impressions}");
    }
}

#[test]
fn a_body_tells_who_asks_where_there_is_no_key() {
    let mut buyer = Buyer::at("northlight", Tier::Public);
    for (identity, tier) in [
        (json!({"seat_id": "s", "agency_id": "a", "advertiser_id": "v"}), "advertiser"),
        (json!({"seat_id": "s", "agency_id": "a"}), "agency"),
        (json!({"seat_id": "s"}), "seat"),
        (json!({"advertiser_id": "v"}), "public"),
        (json!(null), "public"),
    ] {
        let body = json!({"product_id": PRODUCT, "deal_type": "PD", "buyer_identity": identity});
        assert_eq!(text(&buyer.done("/api/v1/quotes", &body)["buyer_tier"]), tier, "{identity}");
    }
    buyer.key = buyer.engine.key(Tier::Seat);
    let body = json!({
        "product_id": PRODUCT, "deal_type": "PD",
        "buyer_identity": {"agency_id": "a", "advertiser_id": "v"},
    });
    let tier = text(&buyer.done("/api/v1/quotes", &body)["buyer_tier"]);
    assert_eq!(tier, "seat", "a key replaces the identity of the body");
}

#[test]
fn pinewave_looks_at_no_key_and_sells_by_floor() {
    let mut buyer = Buyer::at("pinewave", Tier::Advertiser);
    let (_, quote) = buyer.quote("prod-pin-drive", "PA");
    assert_eq!(text(&quote["buyer_tier"]), "public");
    assert_eq!(text(&quote["pricing"]["pricing_type"]), "floor");
    let (_, fixed) = buyer.quote("prod-pin-drive", "PD");
    assert_eq!(text(&fixed["pricing"]["pricing_type"]), "fixed");
    let body = json!({
        "product_id": "prod-pin-drive", "deal_type": "PA", "impressions": 800_000,
        "buyer_identity": {"agency_id": "a", "advertiser_id": "v"},
    });
    assert_eq!(text(&buyer.done("/api/v1/quotes", &body)["buyer_tier"]), "advertiser");
    buyer.key = Some("no key at all".to_owned());
    assert_eq!(buyer.quote("prod-pin-drive", "PA").1["status"], "available");
}

#[test]
fn a_target_is_taken_from_the_reserve_upwards() {
    // Floor 19.00, reserve 23.40, computed 28.80.
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    for (target, price) in [
        ("19.0", "28.8"),
        ("23.39", "28.8"),
        ("23.4", "23.4"),
        ("25.123456", "25.123456"),
        ("99.5", "99.5"),
    ] {
        let body = json!({"product_id": PRODUCT, "deal_type": "PD", "target_cpm": target});
        let quote = buyer.done("/api/v1/quotes", &body);
        assert_eq!(number(&quote["pricing"]["final_cpm"]), price, "{target}");
    }
}

#[test]
fn the_reference_takes_a_target_at_its_published_floor() {
    for (target, price) in
        [(9.99, "13.5"), (10.0, "10.0"), (0.0, "13.5"), (12.345_678_9, "12.3456789")]
    {
        let mut buyer = Buyer::at("reference", Tier::Agency);
        let body = json!({"product_id": "prod-c919ef73", "deal_type": "PD", "target_cpm": target});
        let quote = buyer.done("/api/v1/quotes", &body);
        assert_eq!(number(&quote["pricing"]["final_cpm"]), price, "{target}");
    }
}

#[test]
fn a_seller_can_give_the_wrong_discount_and_decline() {
    let mut spec = dealdesk::sim::iab::by_name("bayline").unwrap();
    spec.behaviour.unavailable = 0.0;
    spec.behaviour.wrong_tier = 1.0;
    spec.behaviour.declines = 0.0;
    let mut buyer = Buyer::of(spec.clone(), 1, Tier::Advertiser);
    let body = json!({
        "product_id": "prod-bay-display", "deal_type": "PG", "impressions": 2_000_000,
    });
    let quote = buyer.done("/api/v1/quotes", &body);
    assert_eq!(text(&quote["buyer_tier"]), "advertiser");
    assert_eq!(number(&quote["pricing"]["tier_discount_pct"]), "10.0");
    assert_eq!(number(&quote["pricing"]["final_cpm"]), "10.26");

    spec.behaviour.declines = 1.0;
    let mut buyer = Buyer::of(spec, 1, Tier::Advertiser);
    let (quote_id, quote) = buyer.quote("prod-bay-display", "PD");
    assert_eq!(quote["status"], "declined");
    let (status, error) = buyer.post("/api/v1/deals", &json!({"quote_id": quote_id}));
    assert_eq!(status, 409);
    assert_eq!(error["detail"]["message"], "Quote status is 'declined', expected 'available'.");
}

#[test]
fn the_first_and_last_day_of_a_flight_default() {
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    let (_, quote) = buyer.quote(PRODUCT, "PD");
    assert_eq!(quote["terms"]["flight_start"], "2026-06-01");
    assert_eq!(quote["terms"]["flight_end"], "2026-07-01");
}
