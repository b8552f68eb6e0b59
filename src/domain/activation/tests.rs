//! Activation: one table of blocks with what the lint says, the exports, and the DSPs' steps.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use strum::IntoEnumIterator as _;

use super::{steps::Part, *};
use crate::domain::{DealStatus, OpenRtb, Pricing, ProductRef, Terms};

fn deal(kind: DealType, raw: &str) -> Deal {
    let json: serde_json::Value = serde_json::from_str(raw).unwrap_or_default();
    let small = |field: &str| json[field].as_u64().map(|n| u32::try_from(n).unwrap());
    let texts = |field: &str| {
        let items = json[field].as_array().into_iter().flatten();
        items.map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    let currency = json["bidfloorcur"].as_str().unwrap_or("USD").parse().unwrap();
    let sent = &json["bidfloor"];
    let plain = sent.as_number().map(|number| number.to_string().parse().unwrap());
    let money = sent["amount_micros"].as_i64().map(|micros| Decimal::new(micros, 6));
    let floor: Option<Decimal> = plain.or(money);
    Deal {
        deal_id: "DEMO-7F".into(),
        seller: "harbor".into(),
        quote_id: None,
        deal_type: Some(kind),
        raw_deal_type: kind.to_string(),
        status: DealStatus::Proposed,
        raw_status: "proposed".into(),
        product: ProductRef {
            product_id: "p".into(),
            name: "P".into(),
            inventory_type: "ctv".into(),
        },
        pricing: Pricing {
            base_cpm: None,
            tier_discount_pct: None,
            volume_discount_pct: None,
            final_cpm: Some("12.75".parse().unwrap()),
            pricing_model: "cpm".into(),
            rationale: String::new(),
        },
        terms: Terms {
            impressions: Some(500_000),
            flight_start: Some("2026-07-01".into()),
            flight_end: Some("2026-09-30T00:00:00Z".into()),
            guaranteed: kind.is_guaranteed(),
        },
        buyer_tier: None,
        expires_at: None,
        activation_instructions: BTreeMap::new(),
        openrtb: json["id"].as_str().map(|id| OpenRtb {
            id: id.into(),
            bidfloor: floor.map(|floor| Cpm::new(floor, currency)),
            at: small("at"),
            wseat: texts("wseat"),
            wadomain: texts("wadomain"),
            guar: small("guar"),
        }),
        openrtb_raw: (!raw.is_empty()).then(|| raw.to_owned()),
        created_at: None,
        calls_itself: None,
        replaced_by: None,
    }
}

fn bought(deal: &Deal) -> Bought {
    Bought {
        asked: Some(Asked {
            impressions: Some(500_000),
            start: "2026-07-01".parse().unwrap(),
            end: "2026-09-30".parse().unwrap(),
        }),
        seat: Some("ttd-1".into()),
        domains: vec!["brand.example".into()],
        ..Bought::of(deal, "12.75".parse().unwrap())
    }
}

/// What is not as it should be: field, severity, owner.
fn found(deal: &Deal, bought: &Bought) -> Vec<(&'static str, Severity, Owner)> {
    lint(deal, bought)
        .into_iter()
        .filter(|found| found.severity > Severity::Pass)
        .map(|found| (found.field, found.severity, found.owner))
        .collect()
}

#[test]
fn each_field_against_what_was_bought() {
    use DealType::{Auction, Guaranteed, Preferred};
    use Owner::{Dsp, Nobody, Seller, Us};
    use Severity::{Error, Info, Warn};
    let fine = r#"{"id":"DEMO-7F","bidfloor":12.75,"bidfloorcur":"USD","at":3,"wseat":["ttd-1"]"#;
    let with = |more: &str| format!("{fine}{more}}}");
    let replaced = |from: &str, to: &str| format!("{}}}", fine.replace(from, to));
    for (kind, raw, expected) in [
        (Preferred, with(""), vec![]),
        (Preferred, with(r#","wadomain":["Brand.Example"]"#), vec![]),
        (Guaranteed, with(r#","guar":1"#), vec![]),
        (Guaranteed, with(""), vec![("guar", Info, Seller)]),
        (Guaranteed, with(r#","guar":0"#), vec![("guar", Warn, Seller)]),
        (Preferred, with(r#","guar":1"#), vec![("guar", Warn, Seller)]),
        (Auction, with(""), vec![("at", Warn, Seller)]),
        (Auction, replaced("\"at\":3", "\"at\":1"), vec![]),
        (Auction, replaced("\"at\":3", "\"at\":2"), vec![]),
        (Preferred, replaced("\"at\":3", "\"at\":1"), vec![("at", Warn, Seller)]),
        (Preferred, replaced("\"at\":3,", ""), vec![("at", Info, Nobody)]),
        (Preferred, replaced("\"at\":3", "\"at\":501"), vec![("at", Info, Seller)]),
        (Preferred, replaced("12.75", "13.75"), vec![("bidfloor", Error, Seller)]),
        (Preferred, replaced("12.75", "11.75"), vec![("bidfloor", Warn, Seller)]),
        (Preferred, replaced("12.75", "12.750000000000002"), vec![]),
        (Preferred, with(r#","bidfloor":12.750"#), vec![("block", Error, Seller)]),
        (Preferred, with(r#","wseat":["ttd-1"]"#), vec![]),
        (Preferred, with(r#","wseat":["ttd-2","ttd-1"]"#), vec![("block", Error, Seller)]),
        (
            Preferred,
            replaced("USD", "EUR"),
            vec![("bidfloor", Error, Seller), ("bidfloorcur", Error, Seller)],
        ),
        (Preferred, replaced(r#""bidfloorcur":"USD","#, ""), vec![]),
        (
            Preferred,
            replaced(
                r#"12.75,"bidfloorcur":"USD""#,
                r#"{"amount_micros":12750000,"currency":"USD"}"#,
            ),
            vec![("bidfloorcur", Info, Dsp)],
        ),
        (Preferred, with(r#","mincpmpersec":0.4"#), vec![("bidfloor", Error, Seller)]),
        (
            Preferred,
            replaced(r#""bidfloor":12.75"#, r#""durfloors":[]"#),
            vec![("bidfloor", Warn, Seller)],
        ),
        (Preferred, replaced("DEMO-7F", "demo-7F"), vec![("id", Error, Seller)]),
        (Preferred, replaced("DEMO-7F", "OTHER-7F"), vec![("id", Error, Seller)]),
        (Preferred, replaced("DEMO-7F", "DEMO-7F "), vec![("id", Error, Seller)]),
        (Preferred, replaced("DEMO-7F", "DEMO-7F\u{200b}"), vec![("id", Error, Seller)]),
        (Preferred, replaced(r#"["ttd-1"]"#, "[]"), vec![("wseat", Warn, Seller)]),
        (Preferred, replaced("ttd-1", "ttd-2"), vec![("wseat", Error, Seller)]),
        (Preferred, with(r#","wadomain":["rival.example"]"#), vec![("wadomain", Error, Seller)]),
        (Preferred, with(r#","colour":"red","ext":{}"#), vec![("other", Info, Nobody)]),
        (Preferred, String::new(), vec![("block", Error, Seller)]),
    ] {
        let deal = deal(kind, &raw);
        assert_eq!(found(&deal, &bought(&deal)), expected, "{kind} {raw}");
    }
    let unknown = Bought { seat: None, domains: vec![], ..bought(&deal(Preferred, &with(""))) };
    let named = deal(Preferred, &with(r#","wadomain":["brand.example"]"#));
    assert_eq!(found(&named, &unknown), [("wseat", Info, Us), ("wadomain", Info, Us)]);
}

#[test]
fn the_flight_and_the_impressions_against_what_was_asked() {
    let raw = r#"{"id":"DEMO-7F","bidfloor":12.75,"at":3,"wseat":["ttd-1"],"guar":1}"#;
    let deal = deal(DealType::Guaranteed, raw);
    let says = |start: &str, end: &str, impressions| {
        let (start, end) = (start.parse().ok(), end.parse().ok());
        let bought = Bought { impressions, start, end, ..bought(&deal) };
        let found = lint(&deal, &bought);
        let bad = found.into_iter().filter(|found| found.severity > Severity::Pass);
        bad.map(|found| found.says).collect::<Vec<_>>().join(" / ")
    };
    let n = Some(500_000);
    for (start, end, impressions, expected) in [
        ("2026-07-01", "2026-09-30", n, ""),
        (
            "2026-07-01",
            "2026-09-29",
            n,
            "2026-07-01 to 2026-09-29, 91 days: 1 of the 92 days asked for are missing",
        ),
        (
            "2026-06-30",
            "2026-09-30",
            n,
            "2026-06-30 to 2026-09-30, 93 days: it runs outside the 2026-07-01 to 2026-09-30 asked for",
        ),
        ("2026-09-30", "2026-07-01", n, "2026-09-30 to 2026-07-01: it ends before it starts"),
        ("soon", "2026-09-30", n, "the seller's dates cannot be read: ask when the deal runs"),
        ("2026-07-01", "2026-09-30", None, "none are named, but the deal is guaranteed"),
        ("2026-07-01", "2026-09-30", Some(1), "1 were bought, 500,000 asked for"),
    ] {
        assert_eq!(says(start, end, impressions), expected);
    }
}

#[test]
fn ids_that_are_easily_mistyped_say_so() {
    for (id, alike) in [("DEMO-7F", false), ("NO-0417", true), ("abCd", false), ("aA7", true)] {
        let raw = format!(r#"{{"id":"{id}","bidfloor":12.75,"at":3,"wseat":["ttd-1"]}}"#);
        let deal = Deal { deal_id: id.into(), ..deal(DealType::Preferred, &raw) };
        let found = found(&deal, &bought(&deal));
        assert_eq!(found == [("id", Severity::Info, Owner::Us)], alike, "{id}: {found:?}");
    }
}

#[test]
fn an_export_is_as_it_came_or_says_what_was_changed() {
    let v1 = r#"{"id":"DEMO-7F",  "bidfloor":12.75,"bidfloorcur":"USD","at":1,"wseat":[], "x":1}"#;
    let v2 = r#"{"id":"DEMO-7F","bidfloor":{"amount_micros":12750000,"currency":"USD"},"at":3,"wseat":[],"wadomain":[]}"#;
    for (kind, raw, changed) in [
        (DealType::Guaranteed, v1, "at 1 → 3, guar – → 1"),
        (DealType::Preferred, v1, "at 1 → 3"),
        (DealType::Auction, v1, ""),
        (
            DealType::Auction,
            v2,
            r#"bidfloor {"amount_micros":12750000,"currency":"USD"} → 12.75, bidfloorcur – → "USD", at 3 → 1"#,
        ),
    ] {
        let deal = deal(kind, raw);
        assert_eq!(as_received(&deal), Some(raw));
        let normalised = normalised(&deal).unwrap();
        let words = normalised.changes.iter().map(|change| {
            let from = change.from.as_deref().unwrap_or("–");
            format!("{} {from} → {}", change.field, change.to)
        });
        assert_eq!(words.collect::<Vec<_>>().join(", "), changed);
        // What was normalised has nothing left to normalise, and the lint agrees with it.
        let again = self::deal(kind, &normalised.json);
        assert_eq!(super::normalised(&again).unwrap().changes, []);
        let doubts = found(&again, &bought(&again));
        assert!(doubts.iter().all(|(field, ..)| !matches!(*field, "at" | "guar" | "bidfloor")));
    }
    let deal = deal(DealType::Guaranteed, v1);
    assert_eq!(
        normalised(&deal).unwrap().json.split_whitespace().collect::<String>(),
        r#"{"id":"DEMO-7F","bidfloor":12.75,"bidfloorcur":"USD","at":3,"guar":1,"wseat":[],"x":1}"#
    );
    assert_eq!(normalised(&self::deal(DealType::Preferred, "")), None);
}

#[test]
fn every_dsp_has_steps_that_use_what_they_need() {
    let dsps: Vec<Dsp> = steps::FILES.iter().map(|text| toml::from_str(text).unwrap()).collect();
    assert_eq!(dsps, super::dsps());
    for dsp in &dsps {
        assert_eq!(by_name(&dsp.title).as_ref(), Some(dsp), "{}", dsp.name);
        for part in [Part::DealId, Part::Cpm, Part::Currency, Part::Start, Part::End] {
            assert!(dsp.steps.iter().any(|step| step.value == Some(part)), "{}", dsp.name);
        }
        for step in &dsp.steps {
            assert_eq!(step.field.is_some(), step.value.is_some(), "{}: {}", dsp.name, step.says);
        }
    }
    let used = |part| dsps.iter().flat_map(|dsp| &dsp.steps).any(|step| step.value == Some(part));
    assert!(Part::iter().all(used));
    assert_eq!(by_name("DV 360").unwrap().name, "dv360");
    assert_eq!(by_name("nobody"), None);
}

#[test]
fn steps_carry_the_deals_values() {
    let deal = deal(DealType::Preferred, r#"{"id":"DEMO-7F"}"#);
    let filled = by_name("ttd").unwrap().filled(&bought(&deal));
    let values: Vec<_> = filled.iter().filter_map(|step| step.value.as_deref()).collect();
    assert_eq!(
        values,
        [
            "DEMO-7F",
            "12.75",
            "USD",
            "preferred deal, fixed price, not guaranteed",
            "2026-07-01",
            "2026-09-30",
            "ttd-1",
            "12.75",
        ]
    );
    assert!(filled.iter().all(|step| !step.says.contains("auction")));
}
