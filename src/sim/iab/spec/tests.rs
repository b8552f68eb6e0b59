//! The sellers that come with the desk: every file is read and keeps what it promises.

use std::collections::BTreeSet;

use super::*;

fn all() -> Vec<Spec> {
    catalog::FILES.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn every_file_is_read() {
    let specs = all();
    assert_eq!(catalog(), specs);
    let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let demo = ["northlight", "harbor", "meridian", "bayline", "pinewave"];
    assert_eq!(names[..5], demo);
    assert_eq!(names[5..], ["reference", "reference-v2"]);
    for spec in &specs {
        assert_eq!(by_name(&spec.name).as_ref(), Some(spec));
        let plain = |letter: char| letter.is_ascii_lowercase() || "-2".contains(letter);
        assert!(spec.name.chars().all(plain));
    }
    assert_eq!(by_name("nobody"), None);
}

#[test]
fn the_demo_sells_a_full_market() {
    let demo = demo();
    assert_eq!(demo.len(), 5);
    let packages: Vec<&Package> = demo.iter().flat_map(|spec| &spec.packages).collect();
    assert!(packages.len() >= 40, "{}", packages.len());
    assert!(packages.iter().filter(|package| package.featured).count() >= 5);
    let sold: BTreeSet<&str> = demo
        .iter()
        .flat_map(|spec| &spec.products)
        .map(|product| product.inventory_type.as_str())
        .collect();
    for kind in ["ctv", "video", "display", "audio", "native", "mobile_app"] {
        assert!(sold.contains(kind), "nobody sells {kind}");
    }
    let ids: BTreeSet<&String> = demo
        .iter()
        .flat_map(|spec| spec.products.iter().map(|product| &product.product_id))
        .collect();
    let count: usize = demo.iter().map(|spec| spec.products.len()).sum();
    assert_eq!(ids.len(), count, "two sellers share a product id");
    for spec in &demo {
        assert!(!matches!(spec.negotiation.moves, Moves::Reference {}), "{}", spec.name);
        let open = spec.products.iter().filter(|product| product.negotiable);
        for product in open {
            assert!(product.lowest() > product.floor, "{} has no reserve", product.product_id);
        }
        let shares = [
            spec.behaviour.unavailable,
            spec.behaviour.lost_reply,
            spec.behaviour.wrong_tier,
            spec.behaviour.declines,
        ];
        assert!(shares.iter().all(|share| (0.0..1.0).contains(share)), "{}", spec.name);
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    let [good, ..] = catalog::FILES;
    for (from, to, says) in [
        ("quote_s = 600", "quote_s = 600\nquotes = 1", "unknown field"),
        ("kind = \"gives\"", "kind = \"gives\"\nmood = 1", "unknown field"),
        ("list = \"32.00\"", "list = \"18.00\"", "the floor is not within"),
        ("reserve = \"23.40\"", "reserve = \"99\"", "the reserve is above list"),
        (
            "placements = [{ product_id = \"prod-nl-app-banner\" }]",
            "placements = [{ product_id = \"x\" }]",
            "x is offered but is no product",
        ),
        (
            "product_id = \"prod-nl-pause\"\nname",
            "product_id = \"prod-nl-kids\"\nname",
            "is there twice",
        ),
        ("list = \"32.00\"", "list = 32.00", "invalid type"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from} is not in the file");
        let error = text.parse::<Spec>().unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
    }
}
