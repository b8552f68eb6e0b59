//! Quotes expire and deals move on, seen only when somebody looks.

use std::collections::BTreeMap;

use dealdesk::{domain::Tier, sim::iab::by_name};
use serde_json::json;

use crate::support::{Buyer, spoken, text};

#[test]
fn a_quote_is_good_then_over_then_forgotten() {
    // Good for 300 s, a row for 900 s more.
    for (wait, status) in [(0, 200), (299, 200), (300, 410), (1199, 410), (1200, 404)] {
        let mut buyer = Buyer::at("meridian", Tier::Agency);
        let (quote_id, _) = buyer.quote("prod-mer-str-30", "PD");
        buyer.wait(wait);
        assert_eq!(buyer.get(&format!("/api/v1/quotes/{quote_id}")).0, status, "after {wait} s");
        let booked = buyer.post("/api/v1/deals", &json!({"quote_id": quote_id})).0;
        assert_eq!(booked, status, "booking after {wait} s");
    }
}

#[test]
fn a_booked_quote_leads_to_its_deal_for_good_but_not_at_the_reference() {
    for (name, product, status) in
        [("meridian", "prod-mer-str-30", 200), ("reference", "prod-c919ef73", 410)]
    {
        let mut buyer = Buyer::at(name, Tier::Agency);
        let (quote_id, _) = buyer.quote(product, "PD");
        let deal = buyer.done("/api/v1/deals", &json!({"quote_id": quote_id}));
        let (_, quote) = buyer.get(&format!("/api/v1/quotes/{quote_id}"));
        assert_eq!(quote["status"], "booked");
        assert_eq!(quote["deal_id"], deal["deal_id"]);
        buyer.wait(24 * 3600);
        assert_eq!(buyer.get(&format!("/api/v1/quotes/{quote_id}")).0, status, "{name}");
    }
}

#[test]
fn a_deal_goes_its_way_by_the_clock_alone() {
    let mut spec = spoken("northlight");
    let approval = spec.behaviour.approval.as_mut().unwrap();
    approval.after_s = [20, 20];
    approval.runs_s = [600, 600];
    for (rejects, forgets, ways) in [
        (
            0.0,
            0.0,
            [
                (0, "proposed"),
                (19, "proposed"),
                (20, "active"),
                (619, "active"),
                (620, "completed"),
            ],
        ),
        (
            1.0,
            0.0,
            [
                (0, "proposed"),
                (19, "proposed"),
                (20, "rejected"),
                (619, "rejected"),
                (9999, "rejected"),
            ],
        ),
        (
            0.0,
            1.0,
            [
                (0, "proposed"),
                (20, "proposed"),
                (1799, "proposed"),
                (1800, "expired"),
                (9999, "expired"),
            ],
        ),
    ] {
        let approval = spec.behaviour.approval.as_mut().unwrap();
        (approval.rejects, approval.forgets) = (rejects, forgets);
        let mut buyer = Buyer::of(spec.clone(), 1, Tier::Agency);
        let (deal_id, deal) = buyer.deal("prod-nl-drama", "PG");
        assert_eq!(deal["status"], "proposed");
        let made = buyer.now;
        for (after, status) in ways {
            buyer.now = made;
            buyer.wait(after);
            assert_eq!(buyer.deal_status(&deal_id), status, "after {after} s");
        }
    }
}

#[test]
fn the_demo_shows_movement_and_sometimes_a_no() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for name in ["northlight", "harbor", "meridian", "bayline", "pinewave"] {
        let product = by_name(name).unwrap().products[0].product_id.clone();
        let mut buyer = Buyer::at(name, Tier::Agency);
        let deals: Vec<String> = (0..30).map(|_| buyer.deal(&product, "PD").0).collect();
        buyer.wait(90);
        let active = deals.iter().filter(|id| buyer.deal_status(id) == "active").count();
        assert!(active >= 20, "{name}: {active} of 30 are active after 90 s");
        buyer.wait(100_000);
        for deal_id in &deals {
            *seen.entry(buyer.deal_status(deal_id)).or_default() += 1;
        }
    }
    for end in ["completed", "rejected", "expired"] {
        assert!(seen.contains_key(end), "no deal is ever {end}: {seen:?}");
    }
    assert!(seen["completed"] > 120, "{seen:?}");
}

#[test]
fn the_reference_never_activates_a_deal() {
    let mut buyer = Buyer::at("reference", Tier::Agency);
    let (deal_id, _) = buyer.deal("prod-c919ef73", "PD");
    for (wait, status) in [(3600, "proposed"), (29 * 24 * 3600, "proposed"), (24 * 3600, "expired")]
    {
        buyer.wait(wait);
        assert_eq!(buyer.deal_status(&deal_id), status);
    }
}

#[test]
fn a_deal_tells_a_dsp_what_it_needs() {
    for (name, kind, at, seat) in [
        ("harbor", "PD", 1, true),
        ("northlight", "PD", 3, true),
        ("northlight", "PA", 3, true),
        ("reference", "PG", 1, false),
        ("reference", "PA", 3, false),
    ] {
        let product = by_name(name).unwrap().products[0].product_id.clone();
        let mut buyer = Buyer::at(name, Tier::Agency);
        let (deal_id, deal) = buyer.deal(&product, kind);
        let rtb = &deal["openrtb_params"];
        assert_eq!(rtb["at"], at, "{name} {kind}");
        assert_eq!(text(&rtb["id"]), deal_id);
        assert_eq!(rtb["bidfloor"], deal["pricing"]["final_cpm"]);
        assert_eq!(!rtb["wseat"].as_array().unwrap().is_empty(), seat, "{name}");
        let steps = deal["activation_instructions"].as_object().unwrap();
        assert!(steps.values().all(|step| text(step).contains(&deal_id)), "{deal}");
    }
}
