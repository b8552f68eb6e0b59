//! Price proof: one table of prices with the verdict, the difference and its worth in money.

use strum::IntoEnumIterator as _;

use super::*;

fn cpm(text: &str) -> Option<Cpm> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn pricing(base: &str, tier: &str, volume: &str, charged: &str, words: &str) -> Pricing {
    let percent = |text: &str| (!text.is_empty()).then(|| d(text));
    Pricing {
        base_cpm: cpm(base),
        tier_discount_pct: percent(tier),
        volume_discount_pct: percent(volume),
        final_cpm: cpm(charged),
        pricing_model: "cpm".into(),
        rationale: words.into(),
    }
}

struct Case {
    name: &'static str,
    /// Base, tier percent, volume percent, final.
    numbers: [&'static str; 4],
    words: &'static str,
    told: Option<Tier>,
    given: Option<Tier>,
    target: &'static str,
    agreed: &'static str,
    list: &'static str,
    verdict: Verdict,
    difference: &'static str,
}

const PLAIN: Case = Case {
    name: "match",
    numbers: ["15", "10.0", "5.0", "12.82"],
    words: "",
    told: Some(Tier::Agency),
    given: Some(Tier::Agency),
    target: "",
    agreed: "",
    list: "",
    verdict: Verdict::Match,
    difference: "0",
};

const AGENCY: &str =
    "Base price: $15.00 CPM | Agency tier: -10% | Volume discount: -5.0% | Final price: $12.82 CPM";

#[expect(clippy::too_many_lines, reason = "one table")]
fn cases() -> Vec<Case> {
    let target = Case { target: "11", verdict: Verdict::Target, ..PLAIN };
    vec![
        PLAIN,
        Case { name: "words agree", words: AGENCY, ..PLAIN },
        Case { name: "other words", words: "Best we can see right now.", ..PLAIN },
        Case {
            name: "half up",
            numbers: ["15", "10", "5", "12.83"],
            verdict: Verdict::Rounding,
            difference: "0.01",
            ..PLAIN
        },
        Case {
            name: "not rounded at all",
            numbers: ["15", "10", "5", "12.825"],
            verdict: Verdict::Rounding,
            difference: "0.005",
            ..PLAIN
        },
        Case {
            name: "rounded at every step",
            numbers: ["10.04", "15", "5", "8.10"],
            told: None,
            given: Some(Tier::Advertiser),
            verdict: Verdict::Rounding,
            difference: "-0.01",
            ..PLAIN
        },
        Case {
            name: "sum",
            numbers: ["15", "10", "5", "13.50"],
            verdict: Verdict::Sum,
            difference: "0.68",
            ..PLAIN
        },
        Case {
            name: "sum in our favour",
            numbers: ["15", "10", "5", "12.00"],
            verdict: Verdict::Sum,
            difference: "-0.82",
            ..PLAIN
        },
        Case {
            name: "words give another volume discount",
            words: "Agency tier discount (10%) + volume discount (10%) applied",
            verdict: Verdict::Words,
            ..PLAIN
        },
        Case {
            name: "words give another price",
            words: "Base price: $15.00 CPM | Agency tier: -10% | Volume discount: -5.0% | \
                    Final price: $12.00 CPM",
            verdict: Verdict::Words,
            difference: "0.82",
            ..PLAIN
        },
        Case {
            name: "words deny a discount",
            words: "Base price: $15.00 CPM | Agency tier: -10% | Final price: $12.82 CPM",
            verdict: Verdict::Words,
            ..PLAIN
        },
        Case {
            name: "the guide's own example",
            numbers: ["12.0", "10.0", "5.0", "10.26"],
            words: "Agency tier discount (10%) + volume discount (5%) applied",
            given: Some(Tier::Advertiser),
            verdict: Verdict::Tier,
            difference: "0.57",
            ..PLAIN
        },
        Case {
            name: "told more than was believed",
            numbers: ["15", "0", "0", "15"],
            given: Some(Tier::Public),
            verdict: Verdict::Tier,
            difference: "1.50",
            ..PLAIN
        },
        Case { name: "a key says more than we told", told: Some(Tier::Public), ..PLAIN },
        Case {
            name: "target",
            numbers: ["15", "10", "5", "11"],
            words: AGENCY,
            difference: "-1.82",
            ..target
        },
        Case {
            name: "target above the list",
            numbers: ["15", "10", "5", "20"],
            target: "20",
            difference: "7.18",
            verdict: Verdict::Target,
            ..PLAIN
        },
        Case {
            name: "target to the micro",
            numbers: ["15", "10", "5", "12.345679"],
            target: "12.3456789",
            difference: "-0.474321",
            verdict: Verdict::Target,
            ..PLAIN
        },
        Case {
            name: "agreed, and the words say so",
            numbers: ["15", "10", "0", "11.47"],
            words: "Base price: $15.00 CPM | Agency tier: -10% | Final price: $13.50 CPM | \
                    Negotiated to $11.47 CPM (neg-84508332)",
            agreed: "11.47",
            difference: "-2.03",
            verdict: Verdict::Target,
            ..PLAIN
        },
        Case {
            name: "a target that was not taken is no excuse",
            numbers: ["15", "10", "5", "13.50"],
            target: "11",
            verdict: Verdict::Sum,
            difference: "0.68",
            ..PLAIN
        },
        Case {
            name: "on request",
            numbers: ["", "", "", ""],
            verdict: Verdict::Missing,
            difference: "",
            ..PLAIN
        },
        Case {
            name: "no list price",
            numbers: ["", "10", "5", "12.82"],
            verdict: Verdict::Missing,
            difference: "",
            ..PLAIN
        },
        Case {
            name: "two currencies",
            numbers: ["15 EUR", "10", "5", "12.82"],
            verdict: Verdict::Sum,
            difference: "",
            ..PLAIN
        },
        Case { name: "the least that is charged", numbers: ["0.50", "10", "5", "1.00"], ..PLAIN },
        Case { name: "kit agrees", list: "15.00", ..PLAIN },
        Case {
            name: "kit lists less",
            list: "12.00",
            verdict: Verdict::Kit,
            difference: "2.56",
            ..PLAIN
        },
        Case { name: "kit lists more", list: "18.00", ..PLAIN },
    ]
}

#[test]
fn verdict_difference_and_worth() {
    for case in cases() {
        let [base, tier, volume, charged] = case.numbers;
        let pricing = pricing(base, tier, volume, charged, case.words);
        let priced = Priced { pricing: &pricing, given: case.given, impressions: Some(2_000_000) };
        let kit = KitPrice { list: cpm(case.list), ..KitPrice::default() };
        let (told, target, agreed) = (case.told, cpm(case.target), cpm(case.agreed));
        let proof = prove(priced, &Known { told, target, agreed, kit });
        assert_eq!(proof.verdict, case.verdict, "{}: {:?}", case.name, proof.findings);
        let difference = (!case.difference.is_empty()).then(|| d(case.difference));
        assert_eq!(proof.difference, difference, "{}: {:?}", case.name, proof.findings);
        let worth = difference.map(|by| Cpm::usd(by).cost(2_000_000));
        assert_eq!(proof.worth, worth, "{}", case.name);
        assert!(proof.words().all(|words| !words.is_empty()), "{}", case.name);
    }
}

#[test]
fn the_guides_example_is_worth_1140_dollars() {
    let pricing = pricing("12", "10", "5", "10.26", "");
    let given = Some(Tier::Advertiser);
    let priced = Priced { pricing: &pricing, given, impressions: Some(2_000_000) };
    let proof = prove(priced, &Known::default());
    assert_eq!((proof.verdict, proof.worth), (Verdict::Tier, Some("1140.00".parse().unwrap())));
    let unknown = prove(Priced { impressions: None, ..priced }, &Known::default());
    assert_eq!((unknown.difference, unknown.worth), (Some(d("0.57")), None));
}

#[test]
fn the_lines_of_the_sum_add_up() {
    let pricing = pricing("29.50", "10", "5", "25.22", "");
    let given = Some(Tier::Agency);
    let proof = prove(Priced { pricing: &pricing, given, impressions: None }, &Known::default());
    let lines: Vec<_> = proof
        .steps
        .iter()
        .map(|step| {
            let number = |amount: Option<Decimal>| amount.map_or("?".into(), |a| a.to_string());
            let price = step.price.map_or("?".into(), |price| price.plain());
            format!("{} {} {price}", step.label, number(step.change))
        })
        .collect();
    assert_eq!(
        lines,
        ["base ? 29.50", "tier agency -2.95 26.55", "volume -1.33 25.22", "theirs 0.00 25.22"]
    );
    assert_eq!(proof.steps.last().unwrap().verdict, Some(Verdict::Match));
}

#[test]
fn a_target_taken_above_the_price_is_a_loss() {
    let pricing = pricing("15", "10", "0", "20", "");
    let priced = Priced { pricing: &pricing, given: Some(Tier::Agency), impressions: None };
    let known = Known { target: cpm("20"), ..Known::default() };
    let proof = prove(priced, &known);
    assert_eq!((proof.verdict, proof.weight()), (Verdict::Target, Weight::Disagrees));
    assert_eq!(highest_target("15".parse().unwrap(), d("10"), d("0")), cpm("13.50"));
}

#[test]
fn a_package_of_several_products_says_nothing_of_one() {
    let package = |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| (*id, None)).collect();
        let price_range = Some("$10-$20 CPM".into());
        Package { price_range, exact_price: cpm("13.50"), ..Package::of(&ids) }
    };
    let product =
        ProductRef { product_id: "a".into(), name: "A".into(), inventory_type: String::new() };
    let alone = KitPrice::of(&product, &[], &[package(&["a", "b"]), package(&["a"])]);
    assert_eq!(alone.exact, cpm("13.50"));
    assert_eq!(KitPrice::of(&product, &[], &[package(&["a", "b"])]), KitPrice::default());
    for (kit, base, verdict) in [
        (alone.clone(), "15", Verdict::Match),
        (alone.clone(), "16", Verdict::Kit),
        (KitPrice { exact: None, ..alone.clone() }, "20.40", Verdict::Match),
        (KitPrice { exact: None, ..alone }, "25", Verdict::Kit),
    ] {
        let charged = price_of(base.parse().unwrap(), d("10"), d("0")).unwrap().plain();
        let pricing = pricing(base, "10", "0", &charged, "");
        let given = Some(Tier::Agency);
        let proof = prove(
            Priced { pricing: &pricing, given, impressions: None },
            &Known { kit, ..Known::default() },
        );
        assert_eq!(proof.verdict, verdict, "{base}: {:?}", proof.findings);
    }
}

#[test]
fn every_verdict_has_a_weight_and_severity_follows_it() {
    let weights: Vec<_> = Verdict::iter().map(Verdict::weight).collect();
    assert!(weights.is_sorted(), "{weights:?}");
}

#[test]
fn absurd_numbers_are_judged_and_never_overflow() {
    let most = Decimal::MAX.to_string();
    let least = Decimal::MIN.to_string();
    for base in ["", "0", "-5", most.as_str(), least.as_str()] {
        for percent in ["", "-10", "0", "100", "101", most.as_str()] {
            for charged in ["0", most.as_str(), least.as_str()] {
                let words = format!("Base price: ${most} CPM | Final price: ${most} CPM");
                let pricing = pricing(base, percent, percent, charged, &words);
                let given = Some(Tier::Seat);
                let priced = Priced { pricing: &pricing, given, impressions: Some(u64::MAX) };
                let kit = KitPrice {
                    list: cpm(&least),
                    range: Some(format!("${most}-$1 CPM")),
                    exact: None,
                };
                let target = cpm(&least);
                let known = Known { told: Some(Tier::Agency), target, agreed: None, kit };
                assert_ne!(prove(priced, &known).verdict, Verdict::Match, "{base} {percent}");
            }
        }
    }
}
