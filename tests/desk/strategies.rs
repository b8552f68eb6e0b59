//! Every strategy at the desk: armed, taken over and halted between any two rounds, within its spend and
//! its time, and shown what other sellers ask.

use dealdesk::{
    desk::{Command, plan_for, what_if, would_do},
    domain::{
        Answer, Ask, By, Cost, Outcome, QuoteAsk,
        strategy::{ALL, Amount, Options, Plan, Step, Value, by_name, parameters},
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

#[test]
fn a_plan_runs_from_what_we_hoped_for_to_what_we_may_pay_in_a_few_steps() {
    let simple = || by_name("simple-threshold").unwrap();
    let planned = |quoted: &str, limit: i64, target: Option<&str>, preset: Option<(&str, &str)>| {
        let mut setup = setup();
        setup.limits.cpm = [("default".to_owned(), limit.into())].into();
        if let Some((name, price)) = preset {
            let parameter = parameters(simple()).find(|known| known.name == name);
            let price = Value::Price(Amount::Cpm(price.parse().unwrap()));
            setup.presets.set("simple-threshold", *parameter.unwrap(), price);
        }
        let mut table = Table::with(setup);
        let ask = QuoteAsk { target_cpm: target.map(usd), ..table.ask() };
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        let quote = table.quote("q1", quoted);
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        let plan = plan_for(table.desk.state(), table.record("q1"), simple()).unwrap();
        assert_eq!((plan.rounds, plan.strategy.as_str()), (5, "simple-threshold"));
        [plan.target, plan.max].map(|cpm| cpm.plain()).join(" to ") + &format!(" by {}", plan.step)
    };
    // The most is what is quoted, or the limit where that is lower.
    assert_eq!(planned("20.00", 30, None, None), "18.00 to 20.00 by 0.50");
    assert_eq!(planned("20.00", 20, None, None), "18.00 to 20.00 by 0.50");
    assert_eq!(planned("24.00", 20, None, None), "18.00 to 20.00 by 0.50");
    // What was hoped for is the target, unless it is more than may be paid.
    assert_eq!(planned("20.00", 30, Some("16.00"), None), "16.00 to 20.00 by 1.00");
    assert_eq!(planned("20.00", 30, Some("20.00"), None), "20.00 to 20.00 by 0.05");
    assert_eq!(planned("20.00", 30, Some("21.00"), None), "18.00 to 20.00 by 0.50");
    // A step is never under five ticks.
    assert_eq!(planned("1.00", 30, None, None), "0.90 to 1.00 by 0.05");
    // What is configured holds over it, and the limit holds over that.
    assert_eq!(planned("20.00", 30, None, Some(("max", "19.00"))), "18.00 to 19.00 by 0.50");
    assert_eq!(planned("20.00", 30, None, Some(("max", "25.00"))), "18.00 to 25.00 by 0.50");
    assert_eq!(planned("20.00", 22, None, Some(("max", "25.00"))), "18.00 to 22.00 by 0.50");
    assert_eq!(planned("20.00", 22, None, Some(("max", "22.00"))), "18.00 to 22.00 by 0.50");
    assert_eq!(planned("20.00", 30, None, Some(("max", "17.00"))), "17.00 to 17.00 by 0.50");
}

#[test]
fn what_another_strategy_would_have_done_starts_from_the_rounds_before() {
    let plan = plan("simple-threshold", Options::default());
    let mut table = after(2, &plan);
    table.command(Command::StopAuto { quote: key("q1"), why: "mine".into() });
    let asked = |from: u32| what_if(table.desk.state(), table.record("q1"), from).unwrap();
    let game = table.record("q1").negotiation.clone().unwrap();
    for from in [1, 2, 3] {
        let question = asked(from);
        assert_eq!((question.from, &question.game), (from, &game));
        assert_eq!(question.plans.len(), ALL.len());
        // Each plans from our last offer before that round, or from what was hoped for.
        let mut ours = game.rounds.iter().filter(|round| round.by == By::Us);
        let before = ours.rfind(|round| round.round < from);
        let target = before.map_or(game.target, |round| round.cpm);
        for plan in &question.plans {
            assert_eq!(Some(plan.target), target, "{} from {from}", plan.strategy);
        }
    }
    // 32.00 less what our tier earns.
    let question = asked(1);
    assert_eq!(question.tier_price, Some("28.80".parse().unwrap()));
    let nothing = {
        let mut table = Table::new();
        table.quoted("q1", "28.80");
        what_if(table.desk.state(), table.record("q1"), 1)
    };
    assert!(nothing.is_none(), "nothing is negotiated");
}
