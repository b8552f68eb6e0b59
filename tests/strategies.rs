//! Strategies: properties that hold for every one of them, and the seed's against the reference's
//! vectors. Where a vector documents a defect of the reference, ours does the right thing instead.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use dealdesk::domain::{
    Action, By, Cpm, Identity, Negotiation, QuoteRef, Round,
    strategy::{ALL, Exchange, Options, Plan, Seen, SimpleThreshold, Step, Word, by_name, next},
};
use jiff::Timestamp;
use proptest::prelude::*;
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

fn cpm(value: &Value) -> Option<Cpm> {
    value.as_number().map(|number| Cpm::usd(number.to_string().parse().unwrap()))
}

fn plan(value: &Value) -> Plan {
    let rounds = u32::try_from(value["max_rounds"].as_u64().unwrap()).unwrap();
    Plan {
        strategy: "simple-threshold".into(),
        target: cpm(&value["target_cpm"]).unwrap(),
        max: cpm(&value["max_cpm"]).unwrap(),
        step: cpm(&value["concession_step"]).unwrap().amount(),
        rounds,
        options: Options::default(),
    }
}

fn open() -> Negotiation {
    // Above any price of the vectors, so that the first move is an offer.
    Negotiation::open(QuoteRef::new("s", "q"), Cpm::usd(9_999.into()), "", Timestamp::UNIX_EPOCH)
}

fn played(game: &mut Negotiation, by: By, action: Action, cpm: Option<Cpm>) {
    let round = if by == By::Us { game.played() + 1 } else { game.played() };
    let (rationale, at, raw) = (String::new(), Timestamp::UNIX_EPOCH, None);
    game.rounds.push(Round { round, by, action, cpm, rationale, at, raw });
}

#[test]
fn the_seeds_rules_one_by_one() {
    let Some(cases) = vectors("negotiation_strategy_unit") else { return };
    let mut run = 0;
    for case in cases.iter().filter(|case| case["input"]["strategy"].is_object()) {
        let (input, expected) = (&case["input"], &case["expected"]);
        let plan = plan(&input["strategy"]);
        let price = cpm(&input["seller_price"]).unwrap();
        let accepts = SimpleThreshold::accepts(price, &plan);
        assert_eq!(Some(accepts), expected["should_accept"].as_bool(), "{}", case["id"]);
        let offer = SimpleThreshold::offer(cpm(&input["our_last_offer"]), &plan);
        let capped = cpm(&expected["next_offer"]).map(|offer| {
            // The reference opens at the target even above its own maximum; ours is capped.
            if offer > plan.max { plan.max } else { offer }
        });
        assert_eq!(Some(offer), capped, "{}", case["id"]);
        let done = u32::try_from(input["rounds_completed"].as_u64().unwrap()).unwrap();
        let previous = cpm(&input["seller_previous_price"]);
        let leaves = SimpleThreshold::leaves(price, previous, done, &plan);
        assert_eq!(Some(leaves), expected["should_walk_away"].as_bool(), "{}", case["id"]);
        run += 1;
    }
    println!("{run} cases");
    assert!(run >= 180, "only {run} cases");
}

/// Plays a scripted seller: the outcome, the price, and our rounds.
fn play(plan: &Plan, script: &[Value]) -> (&'static str, Option<Cpm>, u32) {
    let mut game = open();
    let mut replies = script.iter();
    loop {
        let strategy = by_name(&plan.strategy).unwrap();
        match next(strategy, &Seen::of(&game), plan) {
            Step::Offer(offer, _) => {
                played(&mut game, By::Us, Action::Counter, Some(offer));
                let Some(reply) = replies.next() else {
                    return ("unanswered", None, game.played());
                };
                let action = Action::parse(reply["action"].as_str().unwrap_or("?"));
                let price = cpm(&reply["seller_price"]);
                if action == Action::Accept {
                    return ("accepted", price, game.played());
                }
                played(&mut game, By::Them, action, price);
            }
            Step::Accept(price, _) => return ("accepted", Some(price), game.played()),
            Step::Walk(_) => return ("walked_away", None, game.played()),
        }
    }
}

#[test]
fn the_seeds_negotiations_from_end_to_end() {
    let Some(cases) = vectors("negotiation_auto") else { return };
    let mut run = 0;
    for case in &cases {
        let (input, expected) = (&case["input"], &case["expected"]);
        let id = case["id"].as_str().unwrap();
        let script = input["seller_script"].as_array().unwrap();
        // A disabled negotiation and an HTTP error never reach a strategy.
        if input["negotiation_enabled"] == false || script.iter().any(Value::is_array) {
            continue;
        }
        let found = play(&plan(&input["strategy"]), script);
        let reference = (
            expected["outcome"].as_str().unwrap_or("?"),
            cpm(&expected["final_price"]),
            expected["rounds_count"].as_u64().map_or(0, |count| u32::try_from(count).unwrap()),
        );
        match id {
            // Defects of the reference: a refusal ignored, a final offer countered, no price read
            // as zero. Ours leaves.
            "reject-on-open" | "missing-price" | "null-price" => {
                assert_eq!(found, ("walked_away", None, 1), "{id}");
            }
            "final-offer-above-max" => assert_eq!(found, ("walked_away", None, 2), "{id}"),
            _ => assert_eq!(found, reference, "{id}"),
        }
        run += 1;
    }
    println!("{run} cases");
    assert!(run >= 15, "only {run} cases");
}

#[test]
fn who_we_are_earns_the_references_tier() {
    let Some(cases) = vectors("identity_tier") else { return };
    for case in &cases {
        let text = |field: &str| case["input"][field].as_str().map(str::to_owned);
        let identity = Identity {
            seat_id: text("seat_id"),
            agency_id: text("agency_id"),
            advertiser_id: text("advertiser_id"),
            dsp_platform: None,
            agent_url: None,
        };
        let (tier, expected) = (identity.tier(), &case["expected"]);
        assert_eq!(Some(tier.to_string().as_str()), expected["tier"].as_str(), "{}", case["id"]);
        let percent = cpm(&expected["discount_pct"]).map(|percent| percent.amount());
        assert_eq!(Some(tier.discount_pct()), percent, "{}", case["id"]);
        assert_eq!(Some(tier.may_negotiate()), expected["can_negotiate"].as_bool());
    }
    println!("{} cases", cases.len());
    assert!(cases.len() >= 8);
}

proptest! {
    #[test]
    fn every_strategy_ends_and_never_passes_its_maximum(
        target in 1i64..5_000, more in 0i64..5_000, step in 0i64..900, rounds in 0u32..12,
        replies in prop::collection::vec((0u8..5, prop::option::of(1i64..20_000)), 0..40),
    ) {
        for strategy in ALL {
            let plan = Plan {
                strategy: strategy.name().to_owned(),
                target: Cpm::usd(Decimal::new(target, 2)),
                max: Cpm::usd(Decimal::new(target + more, 2)),
                step: Decimal::new(step, 2),
                rounds, options: Options::default() };
            let mut game = open();
            let mut ended = false;
            let calm = std::iter::repeat((0, Some(20_000)));
            for (action, price) in replies.iter().copied().chain(calm).take(60) {
                let last = game.rounds.last().cloned().unwrap();
                match next(*strategy, &Seen::of(&game), &plan) {
                    Step::Offer(offer, _) => {
                        prop_assert!(offer <= plan.max && offer.amount() > Decimal::ZERO);
                        prop_assert!(last.action != Action::FinalOffer, "a final offer is not countered");
                        played(&mut game, By::Us, Action::Counter, Some(offer));
                    }
                    Step::Accept(price, _) => {
                        prop_assert!(price <= plan.max);
                        prop_assert!(last.action.is_offer() && last.cpm == Some(price));
                        ended = true;
                    }
                    Step::Walk(_) => ended = true,
                }
                if ended {
                    break;
                }
                let words = ["counter", "final_offer", "reject", "counter", "sleeping"];
                let price = price.map(|cents| Cpm::usd(Decimal::new(cents, 2)));
                played(&mut game, By::Them, Action::parse(words[usize::from(action)]), price);
            }
            prop_assert!(ended, "{} never ends", strategy.name());
        }
    }
}

/// What a strategy does with everything it can be shown: `(ours, theirs)` a round, all counters.
fn step(name: &str, rounds: &[(&str, &str)], left: Option<i64>, others: [Option<&str>; 2]) -> Step {
    let amount = |text: &str| -> Decimal { text.parse().unwrap() };
    let mut seen = Seen::open(dealdesk::domain::Currency::USD, Some(amount("30.00")));
    for (ours, theirs) in rounds {
        let (ours, theirs) = (Some(amount(ours)), Some(amount(theirs)));
        seen.rounds.push(Exchange { ours, theirs, word: Word::Counter });
        seen.played += 1;
    }
    seen.rounds_left = left;
    [seen.best_other, seen.cover] = others.map(|other| other.map(amount));
    let usd = |text: &str| Cpm::usd(amount(text));
    let (target, max) = (usd("20.00"), usd("28.00"));
    let (strategy, step) = (name.to_owned(), Decimal::TWO);
    let plan = Plan { strategy, target, max, step, rounds: 5, options: Options::default() };
    next(by_name(name).unwrap(), &seen, &plan)
}

#[test]
fn what_each_strategy_does_in_one_turn() {
    let none = [None, None];
    for (name, rounds, left, others, expected) in [
        // It takes the first price under the limit, at once.
        ("simple-threshold", &[("20", "27")][..], None, none, "accept 27.00"),
        // They come down by themselves: it holds. They slow down: some. They stop: more.
        ("adaptive", &[("20", "28.5")], Some(4), none, "offer 20.00"),
        ("adaptive", &[("20", "28.5"), ("20", "28.3")], Some(3), none, "offer 20.80"),
        ("adaptive", &[("20", "28.5"), ("20", "28.5")], Some(3), none, "offer 22.66"),
        // The seller's last round is known, or nobody knows how long it talks on.
        ("adaptive", &[("20", "27")], Some(0), none, "accept 27.00"),
        ("adaptive", &[("20", "27"), ("20", "27"), ("21", "27")], None, none, "accept 27.00"),
        ("adaptive", &[("20", "29")], Some(0), none, "walk"),
        // The best other price is the ceiling, and the spread to the cover how far under it opens.
        ("competitive", &[], None, [Some("22"), Some("25")], "offer 19.00"),
        ("competitive", &[], None, [Some("26"), None], "offer 20.00"),
        ("competitive", &[("20", "27")], Some(0), [Some("26"), None], "walk"),
        ("competitive", &[("20", "25.5")], Some(0), [Some("26"), None], "accept 25.50"),
        ("competitive", &[("20", "29")], Some(4), [Some("25.01"), None], "offer 21.00"),
        // A quarter of the time: 20 + 8 · (¼)³, and 20 + 8 · ∛¼.
        ("boulware", &[("20", "29")], Some(4), none, "offer 20.12"),
        ("conceder", &[("20", "29")], Some(4), none, "offer 25.04"),
        ("conceder", &[("20", "25")], Some(4), none, "accept 25.00"),
    ] {
        let told = match step(name, rounds, left, others) {
            Step::Offer(cpm, _) => format!("offer {}", cpm.plain()),
            Step::Accept(cpm, _) => format!("accept {}", cpm.plain()),
            Step::Walk(_) => "walk".to_owned(),
        };
        assert_eq!(told, expected, "{name} {rounds:?} {left:?} {others:?}");
    }
}

#[test]
fn a_price_above_the_quote_is_left_with_both_numbers() {
    for strategy in ALL {
        let step = step(strategy.name(), &[("20", "30.50")], Some(3), [None, None]);
        assert_eq!(step.why().to_string(), "quoted 30.00, now 30.50", "{}", strategy.name());
        assert!(matches!(step, Step::Walk(_)));
    }
}

proptest! {
    #[test]
    fn no_strategy_goes_back_overpays_or_tells_what_others_ask(
        quoted in 100i64..5_000, target in 1i64..6_000, max in 1i64..6_000, best in 10i64..5_000,
        spread in 0i64..900, left in prop::option::of(-1i64..6), seconds in prop::option::of(0i64..60),
        patience in prop::option::of(0u32..6), falls in prop::collection::vec(0i64..400, 1..12),
    ) {
        let cents = |cents: i64| Decimal::new(cents, 2);
        // Four digits that nothing else has.
        let best = Decimal::new(best * 100 + 37, 4);
        let cover = best + cents(spread);
        for strategy in ALL {
            let plan = Plan {
                strategy: strategy.name().to_owned(),
                target: Cpm::usd(cents(target)),
                max: Cpm::usd(cents(max)),
                step: Decimal::ONE,
                rounds: 8,
                options: Options { patience, ..Options::default() },
            };
            let mut seen = Seen::open(dealdesk::domain::Currency::USD, Some(cents(quoted)));
            (seen.best_other, seen.cover) = (Some(best), Some(cover));
            let mut price = quoted;
            for (index, fall) in falls.iter().enumerate() {
                let step = next(*strategy, &seen, &plan);
                prop_assert_eq!(step, next(*strategy, &seen, &plan), "it is not pure");
                let why = step.why().to_string();
                for other in [best, cover] {
                    prop_assert!(!why.contains(&other.to_string()), "{} tells {why}", strategy.name());
                }
                let Step::Offer(offer, _) = step else {
                    if let Step::Accept(taken, _) = step {
                        prop_assert!(taken.amount() <= cents(max) && taken.amount() == cents(price));
                        let competes = strategy.name() == "competitive";
                        prop_assert!(!competes || taken.amount() < best);
                    }
                    break;
                };
                prop_assert!(offer.amount() <= cents(max) && offer.amount() < cents(price));
                prop_assert!(offer.is_on_tick());
                prop_assert!(seen.our_last().is_none_or(|last| last <= offer.amount()), "it goes back");
                price = (price - fall).max(1);
                let theirs = Some(cents(price));
                seen.rounds.push(Exchange { ours: Some(offer.amount()), theirs, word: Word::Counter });
                seen.played += 1;
                seen.rounds_left = left.map(|left| left - i64::try_from(index).unwrap());
                seen.seconds_left = seconds;
            }
            prop_assert!(seen.played <= 8, "{} plays on", strategy.name());
        }
    }
}
