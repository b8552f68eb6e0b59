//! Scripts of negotiations: offers in, moves out.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::sim::iab::{price::tier_share, spec::by_name};

fn start() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn negotiation(
    rules: &NegotiationRules,
    tier: Tier,
    base: f64,
    floor: f64,
    lowest: f64,
) -> Negotiation {
    let (strategy, max_rounds) = strategy(rules, "word", tier);
    Negotiation {
        id: "neg-1".into(),
        subject: "qt-1".into(),
        product_id: "prod-1".into(),
        buyer: "agency:a".into(),
        tier,
        strategy,
        base,
        floor,
        lowest,
        dialect: Dialect::V1,
        max_rounds,
        rounds: Vec::new(),
        status: Status::Active,
        started_at: start(),
        completed_at: None,
    }
}

/// Plays offers, a minute apart at most; gives the moves as `action price`.
fn play(
    negotiation: &mut Negotiation,
    rules: &NegotiationRules,
    offers: &[f64],
    apart_s: i64,
) -> Vec<String> {
    let chance = Chance::new(7, "seller");
    for (&offer, round) in offers.iter().zip(0..) {
        assert_eq!(negotiation.status, Status::Active, "an offer after the end: {offer}");
        let at = start() + SignedDuration::from_secs(apart_s * round);
        negotiation.offer(offer, rules, &chance, at);
    }
    negotiation
        .rounds
        .iter()
        .map(|round| format!("{} {:.2}", round.action.word(), round.seller_price))
        .collect()
}

fn rules(name: &str) -> NegotiationRules {
    by_name(name).unwrap().negotiation
}

#[test]
fn the_reference_keeps_its_traces() {
    let rules = rules("reference");
    for (tier, trace) in [
        (Tier::Public, "counter 14.55, counter 14.10, final_offer 13.80, reject 15.00"),
        (
            Tier::Seat,
            "counter 13.68, counter 13.11, final_offer 12.54, final_offer 12.54, reject 14.25",
        ),
        (
            Tier::Agency,
            "counter 12.82, counter 12.14, final_offer 11.47, final_offer 11.47, \
             final_offer 11.47, reject 13.50",
        ),
        (
            Tier::Advertiser,
            "counter 11.98, counter 11.21, counter 10.45, final_offer 10.20, final_offer 10.20, \
             final_offer 10.20, reject 12.75",
        ),
    ] {
        let base = opening(&rules, 15.0 * (1.0 - tier_share(tier)), Some(99.0));
        let mut negotiation = negotiation(&rules, tier, base, 10.0, 10.0);
        let rounds = trace.split(", ").count();
        let moves = play(&mut negotiation, &rules, &vec![10.0; rounds], 0);
        assert_eq!(moves.join(", "), trace, "{tier}");
        assert_eq!((negotiation.status, negotiation.remaining()), (Status::Rejected, -1));
    }
}

#[test]
fn the_reference_ends_at_its_price_and_under_its_floor() {
    let rules = rules("reference");
    for (offers, moves, status) in [
        (vec![13.5], "accept 13.50", Status::Accepted),
        (vec![50.0], "accept 50.00", Status::Accepted),
        (vec![11.0, 12.83], "counter 12.82, accept 12.83", Status::Accepted),
        (vec![9.99], "reject 13.50", Status::Rejected),
        (vec![0.0], "reject 13.50", Status::Rejected),
        (
            vec![10.0, 10.5, 11.0, 11.5],
            "counter 12.82, counter 12.14, final_offer 11.47, accept 11.50",
            Status::Accepted,
        ),
    ] {
        let mut negotiation = negotiation(&rules, Tier::Agency, 13.5, 10.0, 10.0);
        assert_eq!(play(&mut negotiation, &rules, &offers, 0).join(", "), moves);
        assert_eq!(negotiation.status, status);
    }
}

#[test]
fn concessions_are_the_noisy_doubles_of_the_recordings() {
    let rules = rules("reference");
    let mut negotiation = negotiation(&rules, Tier::Agency, 13.5, 10.0, 10.0);
    play(&mut negotiation, &rules, &[10.0; 6], 0);
    let shares: Vec<String> = negotiation
        .rounds
        .iter()
        .map(|round| format!("{} {}", round.concession, round.cumulative))
        .collect();
    assert_eq!(
        shares,
        [
            "0.05037037037037035 0.05037037037037035",
            "0.05037037037037035 0.1007407407407407",
            "0.04925925925925932 0.15000000000000002",
            "0 0.15000000000000002",
            "0 0.15000000000000002",
            "0 0.15000000000000002",
        ]
    );
}

#[test]
fn northlight_is_patient() {
    let rules = rules("northlight");
    let mut negotiation = negotiation(&rules, Tier::Agency, 27.36, 19.0, 23.40);
    let moves = play(&mut negotiation, &rules, &[20.0, 21.5, 22.75, 23.0, 23.1, 23.2], 0);
    assert_eq!(
        moves,
        [
            "counter 25.99",
            "counter 24.69",
            "counter 23.85",
            "counter 23.85",
            "final_offer 23.85",
            "reject 27.36"
        ]
    );
}

#[test]
fn harbor_gives_eighty_cents_and_never_passes_its_reserve() {
    let rules = rules("harbor");
    let mut negotiation = negotiation(&rules, Tier::Agency, 27.0, 22.0, 24.0);
    let moves = play(&mut negotiation, &rules, &[22.0; 7], 0);
    assert_eq!(
        moves,
        [
            "counter 26.20",
            "counter 25.40",
            "counter 24.60",
            "counter 24.00",
            "counter 24.00",
            "final_offer 24.00",
            "reject 27.00"
        ]
    );
}

#[test]
fn meridian_takes_what_is_near_and_more_if_it_waits() {
    let rules = rules("meridian");
    let near = |offers: &[f64], apart| {
        let mut negotiation = negotiation(&rules, Tier::Agency, 25.22, 19.0, 22.40);
        play(&mut negotiation, &rules, offers, apart).join(", ")
    };
    assert_eq!(near(&[24.75], 0), "accept 24.75");
    assert_eq!(near(&[22.5, 22.6], 5), "counter 24.00, counter 23.37");
    assert_eq!(near(&[22.5, 22.6], 60), "counter 24.00, accept 22.60");
    assert_eq!(near(&[20.0, 21.0], 60), "counter 22.87, counter 22.40", "under its reserve");
}

#[test]
fn pinewave_moves_once() {
    let rules = rules("pinewave");
    let mut negotiation = negotiation(&rules, Tier::Advertiser, 8.0, 5.8, 6.6);
    let moves = play(&mut negotiation, &rules, &[6.0, 7.0, 7.5], 0);
    assert_eq!(moves, ["final_offer 7.76", "final_offer 7.76", "reject 8.00"]);
}

#[test]
fn no_temper_passes_its_reserve_or_takes_a_price_back() {
    for name in ["northlight", "harbor", "meridian", "bayline", "pinewave"] {
        let rules = rules(name);
        for step in 0..40 {
            let mut negotiation = negotiation(&rules, Tier::Advertiser, 20.0, 12.0, 14.0);
            let chance = Chance::new(step, name);
            for round in 0..12 {
                if negotiation.status != Status::Active {
                    break;
                }
                let before = negotiation.last();
                let offer = 11.0 + f64::from(u32::try_from(step).unwrap()) * 0.1;
                negotiation.offer(
                    offer,
                    &rules,
                    &chance,
                    start() + SignedDuration::from_secs(round),
                );
                let last = negotiation.rounds.last().unwrap();
                if last.action != Action::Reject {
                    assert!(last.seller_price >= 14.0, "{name} {offer} {last:?}");
                    assert!(last.seller_price <= before, "{name} {offer} {last:?}");
                }
            }
            assert_ne!(negotiation.status, Status::Active, "{name} haggles for ever");
        }
    }
}

#[test]
fn a_mood_is_one_of_the_sellers_and_hangs_on_the_round_alone() {
    let rules = rules("bayline");
    let mut first = negotiation(&rules, Tier::Agency, 12.0, 7.5, 8.6);
    let mut second = first.clone();
    let moves = play(&mut first, &rules, &[8.0, 8.1], 0);
    assert_eq!(moves, play(&mut second, &rules, &[8.0, 8.1], 0));
    assert_eq!(first.rounds, second.rounds);
    assert!(rules.moods.contains(&first.rounds[0].rationale));
}

proptest! {
    /// The lab plays by the rule in numbers; the seller behind HTTP keeps negotiations. They say the same.
    #[test]
    fn the_rule_in_numbers_is_what_the_seller_says(
        cents in prop::collection::vec(1_u32..4_000, 1..9), base in 1_000_u32..4_000,
        floor in 500_u32..2_000, reserve in 0_u32..1_000, tier in 0_usize..4, which in 0_usize..7,
    ) {
        let spec = &crate::sim::iab::catalog()[which];
        let tier = [Tier::Public, Tier::Seat, Tier::Agency, Tier::Advertiser][tier];
        let price = |cents: u32| f64::from(cents) / 100.0;
        let lowest = price(floor + reserve);
        let mut negotiation = negotiation(&spec.negotiation, tier, price(base), price(floor), lowest);
        negotiation.dialect = spec.dialect;
        let chance = Chance::new(7, "seller");
        let mut state = negotiation.state(start());
        for offer in cents.into_iter().map(price) {
            let mood = || chance.share("waver qt-1", u64::from(state.round));
            let answer = state.answer(&spec.negotiation.moves, offer, mood);
            negotiation.offer(offer, &spec.negotiation, &chance, start());
            let said = negotiation.rounds.last().unwrap();
            let told = (said.action, said.seller_price.to_bits());
            prop_assert_eq!((answer.action, answer.price.to_bits()), told);
            state = state.after(&answer);
            prop_assert_eq!(state, negotiation.state(start()));
            if negotiation.status != Status::Active {
                break;
            }
        }
    }
}
