//! What a strategy's plan rests on: that there is something to play, its time, what others ask, and whose it
//! is.

use dealdesk::{
    desk::{Command, Confirmation, Input, Setup, what_if, would_do},
    domain::{
        ErrorKind, Outcome, Stage,
        strategy::{Options, Plan, Step},
    },
};

use super::{
    harness::{Table, error, key, moved, setup, usd},
    moves::{offer, opened},
    rivals::{quoted, table},
};

fn plan(strategy: &str, seconds: Option<u32>) -> Plan {
    Plan {
        strategy: strategy.into(),
        target: usd("20.00"),
        max: usd("26.00"),
        step: 1.into(),
        rounds: 8,
        options: Options { seconds, ..Options::default() },
    }
}

fn arm(table: &mut Table, plan: Plan) {
    table.command(Command::ArmAuto { quote: key("q1"), plan });
}

#[test]
fn no_strategy_plays_what_is_over() {
    let mut table = opened();
    offer(&mut table, "24.00");
    table.stored();
    table.answer(Ok(moved(1, "reject", "24.00", "27.00")));
    assert_eq!(table.record("q1").negotiation.as_ref().unwrap().outcome, Outcome::Rejected);
    arm(&mut table, plan("simple-threshold", None));
    assert_eq!((table.rule(), table.facts("auto.armed").len()), ("negotiation over", 0));
}

#[test]
fn a_plans_time_runs_from_our_first_offer() {
    let mut table = opened();
    let plan = plan("boulware", Some(60));
    let offers = |table: &Table| {
        let step = would_do(table.desk.state(), table.record("q1"), &plan, table.now);
        matches!(step, Some(Step::Offer(..)))
    };
    // Whoever thinks for a minute before the first offer has lost nothing.
    table.pass(61);
    offer(&mut table, "20.00");
    table.stored();
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    assert!(offers(&table));
    table.pass(59);
    assert!(offers(&table));
    table.pass(2);
    assert!(!offers(&table), "its minute is over");
}

#[test]
fn what_others_ask_is_what_another_seller_asks_for_an_open_quote() {
    let best = |closes: bool| {
        let mut table = table();
        table.quoted("q1", "28.80");
        table.quoted("q2", "21.00");
        let harbor = quoted(&mut table, "harbor", "h1", "25.00", 10);
        if closes {
            table.command(Command::LetGo(harbor));
        }
        table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
        offer(&mut table, "20.00");
        table.stored();
        table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
        let question = what_if(table.desk.state(), table.record("q1"), 1).unwrap();
        question.best_other.map(|price| price.to_string())
    };
    assert_eq!(best(false).as_deref(), Some("25.00"), "not the 21.00 of the same seller");
    assert_eq!(best(true), None);
}

#[test]
fn a_strategy_of_a_process_that_is_gone_stops_and_no_other() {
    for (gone, stops) in [("owner-1", 1), ("owner-2", 0)] {
        let mut dead = opened();
        arm(&mut dead, plan("simple-threshold", None));
        let mut table = Table::with(Setup { owner: "owner-3".into(), ..setup() });
        table.input(Input::Followed(dead.journal.clone()));
        table.input(Input::OwnerLost(gone.into()));
        assert_eq!(table.facts("auto.stopped").len(), stops, "{gone}");
    }
}

#[test]
fn a_booking_in_doubt_stops_our_own_strategies_with_that_seller() {
    for (owner, stops) in [("owner-1", 1), ("owner-2", 0)] {
        let mut playing = Table::with(Setup { owner: owner.into(), ..setup() });
        playing.quoted("q1", "28.80");
        arm(&mut playing, plan("simple-threshold", None));
        // A host answers for everybody; another desk for itself.
        let mut table = Table::with(Setup { is_host: false, ..setup() });
        table.input(Input::Followed(playing.journal.clone()));
        table.quoted("q2", "24.00");
        table.armed("q2");
        table.storing.clear();
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        let is_booking =
            |stored: &dealdesk::desk::Stored| matches!(stored, dealdesk::desk::Stored::Booking(_));
        let at = table.storing.iter().position(|(stored, _)| is_booking(stored)).unwrap();
        let (stored, entry) = table.storing.remove(at);
        table.journal.push(entry);
        table.input(Input::Stored(stored));
        let (id, _) = table.asked.pop().unwrap();
        table.answer_to(id, Err(error(ErrorKind::Timeout, 0, "timeout")));
        assert_eq!(table.record("q2").stage(), Stage::Unknown);
        let stopped = table.facts("auto.stopped");
        let by_doubt =
            stopped.iter().filter(|fact| format!("{fact:?}").contains("no known outcome"));
        assert_eq!(by_doubt.count(), stops, "{owner}");
    }
}
