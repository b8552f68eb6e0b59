//! At or under passes, in whatever currency and whatever the seller calls it.

use super::*;
use crate::domain::money::Quantity;
use proptest::prelude::*;

fn limits() -> Limits {
    let cpm = [("default", 30), ("ctv", 26), ("harbor", 27)];
    Limits {
        exposure: Some(250_000.into()),
        day: Some(60_000.into()),
        deal: Some(25_000.into()),
        cpm: cpm.into_iter().map(|(key, amount)| (key.to_owned(), amount.into())).collect(),
        ..Limits::default()
    }
}

fn failing(limits: &Limits, seller: &str, kind: &str, cpm: &str, cost: &str) -> Vec<String> {
    let purchase = Purchase {
        seller: &seller.into(),
        kinds: &[kind],
        deal_type: DealType::Guaranteed,
        price: cpm.parse::<Cpm>().unwrap().into(),
        cost: (!cost.is_empty()).then(|| cost.parse().unwrap()),
        exposure: 200_000.into(),
        today: 40_000.into(),
    };
    limits.check(&purchase).into_iter().filter(|c| !c.ok).map(|c| c.name).collect()
}

#[test]
fn at_or_under_passes_and_the_most_specific_cpm_limit_holds() {
    let limits = limits();
    for (seller, kind, cpm, cost, fails) in [
        ("northlight", "CTV", "26.00", "12000.00", &[][..]),
        ("northlight", "ctv", "26.01", "12000.00", &["cpm"]),
        ("northlight", "display", "26.01", "12000.00", &[]),
        ("harbor", "ctv", "27.00", "12000.00", &[]),
        ("harbor", "ctv", "20.00", "20000.00", &[]),
        ("harbor", "ctv", "20.00", "20000.01", &["day"]),
        ("harbor", "ctv", "20.00", "25000.01", &["deal", "day"]),
        ("harbor", "ctv", "20.00", "50000.01", &["deal", "day", "exposure"]),
        ("harbor", "ctv", "20.00", "", &["cost"]),
        ("harbor", "ctv", "20.00 EUR", "100.00 EUR", &["currency", "currency"]),
    ] {
        assert_eq!(failing(&limits, seller, kind, cpm, cost), fails, "{seller} {cpm} {cost}");
    }
}

#[test]
fn unset_means_zero() {
    let fails = failing(&Limits::default(), "harbor", "ctv", "0.01", "0.01");
    assert_eq!(fails, ["cpm", "deal", "day", "exposure"]);
}

fn rated() -> Limits {
    let rates = [("EUR", "1.08"), ("JPY", "0.0064")];
    let rates = rates.map(|(code, rate)| (code.parse().unwrap(), rate.parse().unwrap()));
    Limits { rates: rates.into_iter().collect(), ..limits() }
}

#[test]
fn a_private_auction_is_held_against_what_it_is_expected_to_clear_at() {
    let limits = Limits { auction_factor: "1.25".parse().unwrap(), ..limits() };
    for (deal_type, cpm, expected) in [
        (DealType::Auction, "24.00", "30.00"),
        // Rounded against the buyer.
        (DealType::Auction, "24.01", "30.02"),
        (DealType::Preferred, "24.01", "24.01"),
        (DealType::Guaranteed, "24.01", "24.01"),
    ] {
        let cpm = cpm.parse().unwrap();
        assert_eq!(limits.expected(cpm, deal_type), expected.parse().unwrap(), "{deal_type} {cpm}");
    }
    let below_one = Limits { auction_factor: "0.5".parse().unwrap(), ..limits };
    let cpm = "24.00".parse().unwrap();
    assert_eq!(below_one.expected(cpm, DealType::Auction), cpm, "it never clears below its floor");
}

#[test]
fn the_most_that_may_be_offered_is_what_the_limit_leaves_in_whole_ticks() {
    let limits = rated();
    for (deal_type, currency, most) in [
        (DealType::Guaranteed, "USD", "30.00"),
        // 30 / 1.2
        (DealType::Auction, "USD", "25.00"),
        // 30 / 1.08 = 27.777…
        (DealType::Guaranteed, "EUR", "27.77"),
        (DealType::Auction, "EUR", "23.14"),
        // 30 / 0.0064 = 4687.5
        (DealType::Guaranteed, "JPY", "4687"),
    ] {
        let found = limits.most((&"x".into(), &["audio"]), deal_type, currency.parse().unwrap());
        let most: Cpm = format!("{most} {currency}").parse().unwrap();
        assert_eq!(found.unwrap(), Some(most), "{deal_type} {currency}");
    }
    let pound = "GBP".parse().unwrap();
    let refusal = limits.most((&"x".into(), &["audio"]), DealType::Guaranteed, pound).unwrap_err();
    assert_eq!(refusal.says, "the price is in GBP, your limits are in USD");
    assert_eq!(
        refusal.cure,
        "ask for a quote in USD, or set limits.rates.GBP in the configuration"
    );
}

#[test]
fn a_check_says_both_figures_with_their_currencies() {
    let dollars = rated();
    let euros = Limits { currency: "EUR".parse().unwrap(), ..limits() };
    for (limits, deal_type, cpm, cost, [first, second]) in [
        (
            &dollars,
            DealType::Guaranteed,
            "25.00",
            "12500.00",
            ["CPM 25.00 ≤ 30.00 (default)", "this deal 12,500.00 ≤ 25,000.00"],
        ),
        (
            &dollars,
            DealType::Guaranteed,
            "25.00 EUR",
            "12500.00 EUR",
            [
                "CPM 25.00 EUR = 27.00 USD ≤ 30.00 USD (default)",
                "this deal 13,500.00 USD ≤ 25,000.00 USD",
            ],
        ),
        (
            &euros,
            DealType::Guaranteed,
            "31.00 EUR",
            "26000.00 EUR",
            [
                "CPM 31.00 EUR is over your limit 30.00 EUR (default)",
                "this deal 26,000.00 EUR is over your limit 25,000.00 EUR",
            ],
        ),
        (
            &dollars,
            DealType::Auction,
            "25.00",
            "15000.00",
            [
                "floor 25.00, expected to clear at 30.00 ≤ 30.00 (default)",
                "this deal 15,000.00 ≤ 25,000.00",
            ],
        ),
    ] {
        let purchase = Purchase {
            seller: &"x".into(),
            kinds: &["audio"],
            deal_type,
            price: cpm.parse::<Cpm>().unwrap().into(),
            cost: Some(cost.parse().unwrap()),
            exposure: 0.into(),
            today: 0.into(),
        };
        let says: Vec<_> =
            limits.check(&purchase).into_iter().map(|check| check.says).take(2).collect();
        assert_eq!(says, [first, second], "{cpm}");
    }
}

fn priced(text: &str, unit: RateType) -> Price {
    Price { unit, ..text.parse::<Cpm>().unwrap().into() }
}

#[test]
fn a_price_for_something_else_has_a_limit_of_its_own() {
    let most = [(RateType::Cpc, "0.85"), (RateType::Cpd, "400")];
    let prices = most.into_iter().map(|(unit, most)| (unit, most.parse().unwrap())).collect();
    let limits = Limits { prices, ..rated() };
    for (amount, unit, is_ok, says) in [
        ("0.85", RateType::Cpc, true, "CPC 0.85 ≤ 0.85"),
        ("0.86", RateType::Cpc, false, "CPC 0.86 is over your limit 0.85"),
        ("370 EUR", RateType::Cpd, true, "CPD 399.60 USD ≤ 400.00 USD"),
        ("371 EUR", RateType::Cpd, false, "CPD 400.68 USD is over your limit 400.00 USD"),
        ("1 GBP", RateType::Cpc, false, "the price is in GBP, your limits are in USD"),
        ("0.01", RateType::FlatRate, false, "limits.flat_rate is not set, and unset means zero"),
        ("26.00", RateType::Cpmv, true, "CPM 26.00 ≤ 26.00 (ctv)"),
        ("26.01", RateType::Cpmv, false, "CPM 26.01 is over your limit 26.00 (ctv)"),
    ] {
        let purchase = Purchase {
            seller: &"x".into(),
            kinds: &["ctv"],
            deal_type: DealType::Guaranteed,
            price: priced(amount, unit),
            cost: Some(Cost::usd(1.into())),
            exposure: 0.into(),
            today: 0.into(),
        };
        let checks = limits.check(&purchase);
        assert_eq!((checks[0].ok, checks[0].says.as_str()), (is_ok, says), "{amount} {unit}");
        assert!(checks[1..].iter().all(|check| check.ok), "{checks:?}");
    }
}

#[test]
fn what_is_priced_by_the_click_is_bought_only_if_its_clicks_and_its_limit_are_known() {
    let limited = Limits { prices: [(RateType::Cpc, Decimal::ONE)].into(), ..limits() };
    let of = |clicks| Quantity { impressions: Some(500_000), clicks, days: Some(30) };
    let price = priced("0.85", RateType::Cpc);
    for (limits, clicks, fails) in [
        (&limited, Some(1_200), &[][..]),
        (&limited, None, &["cost"]),
        (&limited, Some(0), &["cost"]),
        (&limited, Some(29_412), &["deal"]),
        (&limits(), Some(1_200), &["cpc"]),
        (&limits(), None, &["cpc", "cost"]),
    ] {
        let purchase = Purchase {
            seller: &"x".into(),
            kinds: &[],
            deal_type: DealType::Preferred,
            price,
            cost: price.cost(&of(clicks)),
            exposure: 0.into(),
            today: 0.into(),
        };
        let failed = limits.check(&purchase).into_iter().filter(|check| !check.ok);
        assert_eq!(failed.map(|check| check.name).collect::<Vec<_>>(), fails, "{clicks:?}");
    }
}

#[test]
fn limits_without_other_rate_types_are_written_as_before_there_were_any() {
    let limits = limits();
    let json = serde_json::to_string(&limits).unwrap();
    assert!(!json.contains("prices"), "{json}");
    assert_eq!(serde_json::from_str::<Limits>(&json).unwrap(), limits);
    let with = Limits { prices: [(RateType::FlatRate, 5.into())].into(), ..limits };
    let json = serde_json::to_string(&with).unwrap();
    assert!(json.contains(r#""prices":{"flat_rate":"5"}"#), "{json}");
    assert_eq!(serde_json::from_str::<Limits>(&json).unwrap(), with);
}

proptest! {
    #[test]
    fn no_purchase_that_passes_is_over_any_limit(cents in 1i64..10_000, thousands in 1u64..5_000) {
        let (limits, seller) = (limits(), SellerName::from("x"));
        let cpm = Cpm::usd(Decimal::new(cents, 2));
        let cost = cpm.cost(thousands * 1_000);
        let purchase = Purchase {
            seller: &seller, kinds: &["video"], deal_type: DealType::Preferred, price: cpm.into(),
            cost: Some(cost), exposure: 100_000.into(), today: 0.into(),
        };
        let passes = limits.check(&purchase).iter().all(|check| check.ok);
        let fits = cpm.amount() <= 30.into() && cost.amount() <= 25_000.into();
        prop_assert_eq!(passes, fits);
    }
}
