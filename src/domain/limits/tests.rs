//! At or under passes, in whatever currency and whatever the seller calls it.

use super::*;
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
        cpm: cpm.parse().unwrap(),
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

proptest! {
    #[test]
    fn no_purchase_that_passes_is_over_any_limit(cents in 1i64..10_000, thousands in 1u64..5_000) {
        let (limits, seller) = (limits(), SellerName::from("x"));
        let cpm = Cpm::usd(Decimal::new(cents, 2));
        let cost = cpm.cost(thousands * 1_000);
        let purchase = Purchase {
            seller: &seller, kinds: &["video"], deal_type: DealType::Preferred, cpm,
            cost: Some(cost), exposure: 100_000.into(), today: 0.into(),
        };
        let passes = limits.check(&purchase).iter().all(|check| check.ok);
        let fits = cpm.amount() <= 30.into() && cost.amount() <= 25_000.into();
        prop_assert_eq!(passes, fits);
    }
}
