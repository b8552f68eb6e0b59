//! What a media kit shows to whom.

use dealdesk::{
    domain::Tier,
    sim::{Request, iab::catalog},
};
use serde_json::Value;

use crate::support::{Buyer, answer, number, text};

fn names(packages: &Value) -> Vec<String> {
    packages.as_array().unwrap().iter().map(|package| text(&package["name"])).collect()
}

#[test]
fn the_public_sees_ranges_and_a_known_buyer_prices() {
    for (tier, range, exact, haggles, volume) in [
        (Tier::Public, "$24-$36 CPM", None, None, None),
        (Tier::Seat, "$28 CPM", Some("28.12"), Some(false), Some(false)),
        (Tier::Agency, "$27 CPM", Some("26.64"), Some(true), Some(true)),
        (Tier::Advertiser, "$25 CPM", Some("25.16"), Some(true), Some(true)),
    ] {
        let mut buyer = Buyer::at("northlight", tier);
        let (_, package) = buyer.get("/packages/pkg-ctv-live");
        assert_eq!(text(&package["price_range"]), range, "{tier}");
        assert_eq!(package.get("exact_price").map(number).as_deref(), exact, "{tier}");
        assert_eq!(package.get("negotiation_enabled").and_then(Value::as_bool), haggles, "{tier}");
        let discounts = package.get("volume_discounts_available").and_then(Value::as_bool);
        assert_eq!(discounts, volume, "{tier}");
        assert_eq!(package.get("placements").is_some(), tier > Tier::Public);
        let known = package["audience_capabilities"].get("standard_segment_ids").is_some();
        assert_eq!(known, tier > Tier::Public, "the audience part changes its shape");

        let (_, shown) = buyer.get("/media-kit/packages/pkg-ctv-live");
        assert!(shown.get("exact_price").is_none(), "the kit tells nobody a price");
    }
}

#[test]
fn the_kit_names_its_seller_and_counts() {
    for spec in catalog() {
        let mut buyer = Buyer::at(&spec.name, Tier::Public);
        let (_, kit) = buyer.get("/media-kit");
        assert_eq!(text(&kit["seller_name"]), spec.title);
        let (all, featured) = (names(&kit["all_packages"]), names(&kit["featured"]));
        assert_eq!(kit["total_packages"], all.len());
        assert_eq!(kit["featured_count"], featured.len());
        assert!(featured.iter().all(|name| all.contains(name)));
    }
}

#[test]
fn every_placement_can_be_quoted() {
    for spec in catalog() {
        let mut buyer = Buyer::at(&spec.name, Tier::Agency);
        let (_, kit) = buyer.get("/packages?buyer_tier=agency&agency_id=a");
        for package in kit["packages"].as_array().unwrap() {
            let placements = package["placements"].as_array().unwrap();
            assert!(!placements.is_empty(), "{package}");
            for placement in placements {
                let (_, quote) = buyer.quote(&text(&placement["product_id"]), "PD");
                assert_eq!(quote["product"]["name"], placement["product_name"]);
            }
        }
    }
}

#[test]
fn filters_leave_what_they_say() {
    let mut buyer = Buyer::at("northlight", Tier::Public);
    for (query, count) in [
        ("", 9),
        ("?layer=synced", 3),
        ("?layer=curated", 5),
        ("?layer=dynamic", 1),
        ("?featured_only=true", 2),
        ("?featured_only=true&layer=synced", 0),
        ("?audience_type=standard&audience_id=49", 3),
        ("?audience_type=contextual", 0),
    ] {
        let (status, found) = buyer.get(&format!("/media-kit/packages{query}"));
        assert_eq!((status, names(&found["packages"]).len()), (200, count), "{query}");
    }
    for query in ["?layer=gold", "?audience_type=x", "?audience_id=3"] {
        assert_eq!(buyer.get(&format!("/media-kit/packages{query}")).0, 400, "{query}");
    }
}

#[test]
fn a_search_finds_words_and_puts_featured_first() {
    let mut buyer = Buyer::at("northlight", Tier::Agency);
    let mut search = |query: &str| {
        let body = serde_json::json!({"query": query});
        names(&buyer.done("/media-kit/search", &body)["results"])
    };
    let sports = search("sports");
    assert_eq!(sports[0], "CTV Live Sports");
    assert_eq!(sports.len(), 5);
    assert_eq!(search("DRAMA"), ["Prestige Drama Premieres"]);
    assert_eq!(search("drama family").len(), 2, "any word will do");
    assert_eq!(search(""), Vec::<String>::new());
    assert_eq!(search("submarine"), Vec::<String>::new());
}

#[test]
fn a_query_can_claim_a_tier_and_a_bad_key_is_seen_where_keys_are_read() {
    let mut buyer = Buyer::at("northlight", Tier::Public);
    let claim = "/packages/pkg-nl-drama?buyer_tier=advertiser&agency_id=a&advertiser_id=b";
    assert_eq!(number(&buyer.get(claim).1["exact_price"]), "32.3");
    for (target, status) in [("/packages", 401), ("/media-kit", 200), ("/products", 200)] {
        let request = Request::get(target).with_key("ask_live_nonsense");
        assert_eq!(answer(&buyer.engine.handle(&request, buyer.now)).0, status, "{target}");
    }
}
