//! Every strategy at the desk: armed, taken over and halted between any two rounds, within its spend and
//! its time, and shown what other sellers ask.

use dealdesk::{
    desk::{Command, would_do},
    domain::{
        Answer, Ask, Cost, Outcome,
        strategy::{ALL, Options, Plan, Step},
    },
};

use super::harness::{Table, key, moved, seller, setup, usd};

fn plan(strategy: &str, options: Options) -> Plan {
    let (target, max) = (usd("20.00"), usd("26.00"));
    Plan { strategy: strategy.to_owned(), target, max, step: 1.into(), rounds: 6, options }
}

/// A table where a strategy has played so many rounds.
fn after(rounds: u32, plan: &Plan) -> Table {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan.clone() });
    for round in 1..=rounds {
        table.pass(0);
        table.stored();
        // Never within the maximum: it plays all its rounds.
        let theirs = format!("28.{}", 80 - 10 * round);
        let ask = table.answer(Ok(moved(round, "counter", "20.00", &theirs)));
        let within = matches!(&ask, Ask::Counter { cpm, .. } if *cpm <= plan.max);
        assert!(within, "{} asks {ask:?}", plan.strategy);
    }
    table
}

#[test]
fn every_strategy_is_taken_over_and_halted_between_any_two_rounds() {
    for strategy in ALL {
        let plan = plan(strategy.name(), Options::default());
        // The seller takes four rounds.
        for rounds in 0..4 {
            let mut table = after(rounds, &plan);
            table.storing.clear();
            table.command(Command::StopAuto { quote: key("q1"), why: "mine".into() });
            let game = table.record("q1").negotiation.clone().unwrap();
            assert_eq!((game.auto, game.outcome), (None, Outcome::Halted), "{}", plan.strategy);

            let mut table = after(rounds, &plan);
            let played = table.facts("move.answered").len();
            table.command(Command::Halt { seller: Some(seller()), why: "stop".into() });
            while !table.storing.is_empty() {
                table.stored();
            }
            table.pass(60);
            assert!(table.asked.is_empty(), "{} plays on after {rounds}", plan.strategy);
            assert_eq!(table.facts("move.answered").len(), played);
        }
    }
}

#[test]
fn what_may_be_spent_holds_for_offers_and_for_what_is_taken() {
    // 500,000 impressions at 20.00 cost 10,000.00.
    for (spend, sends) in [("10000.00", 1), ("9999.99", 0)] {
        for strategy in ALL {
            let spend = Some(Cost::usd(spend.parse().unwrap()));
            let plan = plan(strategy.name(), Options { spend, ..Options::default() });
            let mut table = Table::new();
            table.quoted("q1", "28.80");
            table.command(Command::ArmAuto { quote: key("q1"), plan });
            table.pass(0);
            assert_eq!(table.storing.len(), sends, "{} at {spend:?}", strategy.name());
            let plays = table.record("q1").negotiation.as_ref().unwrap().auto.is_some();
            assert_eq!(plays, sends == 1);
        }
    }
}

#[test]
fn a_plans_time_ends_it() {
    let plan = plan("adaptive", Options { seconds: Some(30), ..Options::default() });
    let table = after(1, &plan);
    let told = |later: i64| {
        let now = table.now + jiff::SignedDuration::from_secs(later);
        would_do(table.desk.state(), table.record("q1"), &plan, now).unwrap()
    };
    assert!(matches!(told(10), Step::Offer(..)));
    assert_eq!(told(30).why().to_string(), "the time is up, and 28.70 is over the maximum");
}

#[test]
fn competitive_is_shown_the_best_of_the_others_and_stays_under_it() {
    let mut setup = setup();
    let mut other = setup.sellers.first().unwrap().clone();
    other.name = "harbor".into();
    setup.sellers.push(other);
    let mut table = Table::with(setup);
    table.quoted("q1", "28.80");
    let first = |table: &Table| {
        let plan = plan("competitive", Options::default());
        would_do(table.desk.state(), table.record("q1"), &plan, table.now).unwrap()
    };
    let offered = |step: Step| match step {
        Step::Offer(cpm, _) => cpm,
        Step::Accept(..) | Step::Walk(_) => panic!("{}", step.why()),
    };
    assert_eq!(offered(first(&table)), usd("20.00"), "nothing else is asked for");
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: "harbor".into(), ask, rfq: None });
    let mut quote = table.quote("q2", "20.50");
    quote.seller = "harbor".into();
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    let step = first(&table);
    // A tenth under 20.50.
    assert_eq!(offered(step), usd("18.45"));
    let why = step.why().to_string();
    assert!(!why.contains("harbor") && !why.contains("20.5"), "{why}");
}
