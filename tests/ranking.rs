//! Ranking and prices against the reference buyer's vectors: effective CPM, fees, scores, order.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeMap;

use dealdesk::domain::{
    Cpm, DealType, SellerName,
    proof::{highest_target, price_of},
    ranking::{Assumptions, PathFee, Scored, scores},
};
use rust_decimal::Decimal;
use serde_json::Value;

fn vectors(name: &str) -> Option<Vec<Value>> {
    let Ok(shared) = std::env::var("DEALDESK_SHARED") else {
        eprintln!("DEALDESK_SHARED is not set: {name} is skipped");
        return None;
    };
    let text = std::fs::read_to_string(format!("{shared}/vectors/{name}.json")).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    Some(vectors["cases"].as_array().unwrap().clone())
}

fn decimal(value: &Value) -> Option<Decimal> {
    value.as_number().map(|number| number.to_string().parse().unwrap())
}

/// The reference computes in doubles: a tail of theirs is no difference.
fn same(ours: Option<Decimal>, theirs: &Value) -> bool {
    match (ours, decimal(theirs)) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs() < Decimal::new(1, 9),
        (ours, theirs) => ours == theirs,
    }
}

fn assumptions(paths: &Value) -> Assumptions {
    let paths: BTreeMap<SellerName, PathFee> = paths
        .as_object()
        .into_iter()
        .flatten()
        .map(|(seller, path)| {
            let fee = PathFee {
                intermediary_pct: decimal(&path["intermediary_fee_pct"]).unwrap(),
                tech_cpm: decimal(&path["tech_fee_cpm"]).unwrap(),
            };
            (SellerName::from(seller.as_str()), fee)
        })
        .collect();
    Assumptions { paths, ..Assumptions::default() }
}

/// Effective CPM and fee of one quote of a vector, and what it is scored by.
fn normal(quote: &Value, assume: &Assumptions) -> (Option<Decimal>, Decimal, Scored) {
    let seller = SellerName::from(quote["seller_id"].as_str().unwrap_or("unknown"));
    let kind = DealType::parse(quote["deal_type"].as_str().unwrap());
    let effective =
        decimal(&quote["final_cpm"]).map(|cpm| assume.effective(&seller, kind, Cpm::usd(cpm)));
    let cpm = effective.map(|effective| effective.cpm.amount());
    let scored = Scored { effective: cpm, kind, fill: decimal(&quote["fill_rate"]) };
    (cpm, effective.map_or(Decimal::ZERO, |effective| effective.fee), scored)
}

#[test]
fn one_quote_is_normalised_as_the_reference_does() {
    let Some(cases) = vectors("quote_normalize_single") else { return };
    let mut ties = 0;
    for case in &cases {
        let (input, expected) = (&case["input"], &case["expected"]);
        let (cpm, fee, scored) = normal(input, &assumptions(&input["supply_paths"]));
        assert!(same(cpm, &expected["effective_cpm"]), "{}: {cpm:?}", case["id"]);
        assert!(same(Some(fee), &expected["fee_estimate"]), "{}: {fee}", case["id"]);
        // Half a hundredth falls as their double has it; ours is exact.
        let score = scores(&[scored])[0];
        let gap = (score - decimal(&expected["score"]).unwrap()).abs();
        assert!(gap <= Decimal::new(1, 2), "{}: {score}", case["id"]);
        ties += usize::from(!gap.is_zero());
    }
    println!("{} cases, {ties} ties", cases.len());
    assert!(ties <= 12, "{ties} scores are off by a hundredth");
    assert!(cases.len() >= 330, "only {} cases", cases.len());
}

#[test]
fn several_quotes_are_scored_and_ordered_as_the_reference_does() {
    let Some(cases) = vectors("quote_compare") else { return };
    for case in &cases {
        let assume = assumptions(&case["input"]["supply_paths"]);
        let quotes = case["input"]["quotes"].as_array().unwrap();
        let normals: Vec<_> = quotes.iter().map(|quote| normal(quote, &assume)).collect();
        let scored: Vec<_> = normals.iter().map(|(_, _, scored)| *scored).collect();
        let mut ours: Vec<_> = quotes.iter().zip(scores(&scored)).zip(&normals).collect();
        ours.sort_by_key(|((_, score), (cpm, _, _))| (cpm.is_none(), std::cmp::Reverse(*score)));
        let expected = case["expected"].as_array().unwrap();
        assert_eq!(ours.len(), expected.len(), "{}", case["id"]);
        for (((quote, score), (cpm, fee, _)), expected) in ours.into_iter().zip(expected) {
            assert_eq!(quote["quote_id"], expected["quote_id"], "{}", case["id"]);
            assert!(same(Some(score), &expected["score"]), "{}: {score}", case["id"]);
            assert!(same(*cpm, &expected["effective_cpm"]), "{}: {cpm:?}", case["id"]);
            assert!(same(Some(*fee), &expected["fee_estimate"]), "{}: {fee}", case["id"]);
        }
    }
    println!("{} cases", cases.len());
    assert!(cases.len() >= 15, "only {} cases", cases.len());
}

#[test]
fn a_price_is_what_the_reference_makes_of_it_and_no_higher_target_is_worth_sending() {
    let Some(cases) = vectors("pricing") else { return };
    let (mut priced, mut raised) = (0, 0);
    for case in &cases {
        let (input, expected) = (&case["input"], &case["expected"]);
        let Some(base) = decimal(&input["base_price"]).map(Cpm::usd) else { continue };
        let tier = decimal(&input["tier_discount"]).unwrap();
        let volume = decimal(&expected["volume_discount"]).unwrap();
        let ours = price_of(base, tier, volume).unwrap();
        let theirs = decimal(&expected["final_price"]).unwrap();
        if input["target_cpm"].is_null() {
            // The reference rounds later, to the cent.
            let gap = (ours.amount() - theirs).abs();
            assert!(gap <= Decimal::new(5, 3), "{}: {ours} and {theirs}", case["id"]);
            priced += 1;
        } else if theirs > ours.amount() {
            // The reference pays more for having named a price; the desk would not have sent it, or
            // its seller would have thrown the volume discount away.
            let target = decimal(&input["target_cpm"]).unwrap();
            let highest = highest_target(base, tier, volume).unwrap();
            assert!(target > highest.amount() || !volume.is_zero(), "{}", case["id"]);
            raised += 1;
        }
    }
    println!("{priced} prices, {raised} raised by their own target");
    assert!(priced >= 20 && raised >= 1, "only {priced} prices, {raised} raised");
}
