//! Stopping: by a person with one command, or by the desk itself; and what may still leave then.

use dealdesk::{
    desk::{BookingState, Command, Confirmation, Fact, Input, TicketState},
    domain::{Answer, Ask, ErrorKind, Question, Stage, strategy::Plan},
};

use super::harness::{Table, error, key, setup, usd};

fn halt(table: &mut Table) {
    table.command(Command::Halt { seller: None, why: "looks odd".into() });
}

fn resume(table: &mut Table, typed: &str) {
    table.command(Command::Resume { seller: None, typed: typed.into() });
}

fn halts(table: &Table) -> Vec<String> {
    let halts = table.journal.iter().filter_map(|entry| {
        if let Fact::Halted { why, .. } = &entry.fact { Some(why.clone()) } else { None }
    });
    halts.collect()
}

/// A quote of its own product, booked, with its answer lost.
fn lose(table: &mut Table, id: &str) {
    table.quoted(id, "20.00");
    table.armed(id);
    while let Some(Question::Cost(cost)) =
        table.desk.state().ticket.as_ref().unwrap().question().map(|(_, asked)| asked.clone())
    {
        table.command(Command::Confirm(Confirmation::Cost(cost)));
    }
    table.command(Command::Confirm(Confirmation::Price(20.into())));
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    assert_eq!(table.record(id).stage(), Stage::Unknown);
}

#[test]
fn a_halt_needs_no_answer_survives_in_the_journal_and_is_ended_by_a_typed_word() {
    let mut table = Table::new();
    halt(&mut table);
    assert!(table.desk.state().controls.halt.is_some());
    halt(&mut table);
    assert_eq!(halts(&table).len(), 1, "the first reason stays");
    let mut next = Table::new();
    next.desk.replay(table.journal.clone());
    assert_eq!(next.desk.state().controls, table.desk.state().controls);
    for wrong in ["", "yes", "RESUME"] {
        resume(&mut table, wrong);
        assert!(table.desk.state().controls.halt.is_some(), "{wrong:?}");
    }
    resume(&mut table, " resume ");
    assert!(table.desk.state().controls.halt.is_none());
}

#[test]
fn a_strategy_stops_at_the_gate_while_a_person_may_go_on() {
    let mut table = Table::new();
    table.quoted("q1", "28.00");
    let plan = Plan {
        strategy: "simple-threshold".into(),
        target: usd("20.00"),
        max: usd("26.00"),
        step: 1.into(),
        rounds: 5,
        options: dealdesk::domain::strategy::Options::default(),
    };
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan.clone() });
    table.pass(5);
    assert_eq!(table.storing.len(), 1, "its move is being stored");
    halt(&mut table);
    table.stored();
    assert!(!table.asked.iter().any(|(_, ask)| matches!(ask, Ask::Counter { .. })));
    let game = table.record("q1").negotiation.clone().unwrap();
    assert!(game.auto.is_none() && game.pending.is_none());
    table.command(Command::ArmAuto { quote: key("q1"), plan });
    assert_eq!(table.rule(), "halt");
    // By hand.
    table.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    table.stored();
    assert!(matches!(table.asked.last().unwrap().1, Ask::Counter { .. }));
}

#[test]
fn a_halted_desk_books_only_for_a_person_who_types_so() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    halt(&mut table);
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    assert_eq!(table.rule(), "halt");
    assert!(table.storing.is_empty());
    table.command(Command::Confirm(Confirmation::Word("halt".into())));
    assert_eq!(table.rule(), "halt");
    table.command(Command::Confirm(Confirmation::Word("halted".into())));
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    assert_eq!(table.bookings_asked(), 1);
}

#[test]
fn a_halt_between_the_answer_and_the_send_holds_the_booking_back() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    halt(&mut table);
    table.stored();
    assert_eq!(table.bookings_asked(), 0);
    let booking = &table.desk.state().bookings[0];
    assert_eq!((booking.state, booking.withheld), (BookingState::NotSent, true));
    assert_eq!(table.desk.state().exposure.total(), 0.into());
}

#[test]
fn a_halted_seller_gets_no_ticket_and_the_others_do() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    let seller = Some(super::harness::SELLER.into());
    table.command(Command::Halt { seller, why: "their prices jump".into() });
    table.open_ticket("q1");
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same))));
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    assert_eq!(
        (ticket.state, ticket.blocked_by().unwrap().name.as_str()),
        (TicketState::Blocked, "halt")
    );
    assert!(table.desk.state().controls.halt.is_none());
    table.command(Command::Halt { seller: Some("nobody".into()), why: "x".into() });
    assert_eq!(table.rule(), "seller");
}

#[test]
fn the_desk_stops_itself_at_two_lost_bookings_in_ten_minutes() {
    let mut table = Table::new();
    lose(&mut table, "q1");
    assert!(halts(&table).is_empty());
    table.pass(30);
    table.asked.clear();
    lose(&mut table, "q2");
    assert_eq!(halts(&table).len(), 1, "{:?}", halts(&table));
    let mut slow = Table::new();
    lose(&mut slow, "q1");
    slow.pass(601);
    slow.asked.clear();
    lose(&mut slow, "q2");
    assert!(halts(&slow).is_empty());
}

#[test]
fn the_desk_stops_itself_for_its_store_its_clock_and_its_exposure() {
    let mut table = Table::new();
    table.input(Input::StoreFailed("the disk is full".into()));
    assert!(halts(&table)[0].contains("disk is full"));
    assert!(table.desk.state().trouble.is_some());
    table.input(Input::StoreWorks);
    assert!(table.desk.state().trouble.is_none() && table.desk.state().controls.halt.is_some());
    let mut table = Table::new();
    for (seconds, stops) in [(5, false), (-5, false), (6, true)] {
        table.input(Input::ClockMoved(seconds));
        assert_eq!(!halts(&table).is_empty(), stops, "{seconds}");
    }
    // The seller booked dearer than was agreed, and beyond the limit.
    let mut setup = setup();
    setup.limits.exposure = Some(13_000.into());
    let mut table = Table::with(setup);
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    let mut dearer = table.deal("D-1", "q1", "proposed");
    dearer.pricing.final_cpm = Some(usd("28.00"));
    table.answer(Ok(Answer::Deal(Box::new(dearer))));
    assert_eq!(table.desk.state().exposure.total(), 14_000.into(), "what they booked counts");
    assert!(halts(&table)[0].contains("over your limit"));
}

#[test]
fn three_disputes_in_a_day_stop_the_desk() {
    let mut table = Table::new();
    for (n, stops) in [(1, false), (2, false), (3, true)] {
        let id = format!("q{n}");
        table.quoted(&id, "20.00");
        table.armed(&id);
        table.command(Command::Confirm(Confirmation::Price(20.into())));
        table.stored();
        let mut other = table.deal(&format!("D-{n}"), &id, "proposed");
        other.terms.flight_end = Some("2026-09-29".into());
        table.answer(Ok(Answer::Deal(Box::new(other))));
        assert_eq!(!halts(&table).is_empty(), stops, "{n}");
    }
}

/// A command that reads one deal knows of no other: whoever knows all counts what it wrote.
#[test]
fn disputes_that_others_wrote_down_stop_the_desk_once() {
    let mut all = Table::new();
    for n in 1..=3 {
        let id = format!("q{n}");
        all.quoted(&id, "20.00");
        all.armed(&id);
        all.command(Command::Confirm(Confirmation::Price(20.into())));
        all.stored();
        let mut other = all.deal(&format!("D-{n}"), &id, "proposed");
        other.terms.flight_end = Some("2026-09-29".into());
        all.answer(Ok(Answer::Deal(Box::new(other))));
    }
    let halted =
        all.journal.iter().position(|entry| matches!(entry.fact, Fact::Halted { .. })).unwrap();
    let third = all.journal[..halted].iter().rposition(|e| e.fact.kind() == "booking.disputed");
    let (before, disputed) = all.journal[..halted].split_at(third.unwrap());
    for is_host in [true, false] {
        let mut table = Table::with(dealdesk::desk::Setup { is_host, ..setup() });
        table.now = all.now;
        table.input(Input::Followed(before.to_vec()));
        assert!(halts(&table).is_empty());
        table.input(Input::Followed(disputed.to_vec()));
        assert_eq!(halts(&table).len(), usize::from(is_host));
        table.input(Input::Followed(disputed.to_vec()));
        assert_eq!(halts(&table).len(), usize::from(is_host));
    }
    // Who wrote it has stopped the desk itself.
    let mut table = Table::new();
    table.now = all.now;
    table.input(Input::Followed(all.journal.clone()));
    assert!(halts(&table).is_empty() && table.desk.state().controls.halt.is_some());
}

#[test]
fn a_conflict_under_our_key_is_our_fault_and_halts_the_seller() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    table.answer(Err(error(ErrorKind::Refused, 409, "idempotency_conflict")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    assert!(table.desk.state().controls.sellers.contains_key(&super::harness::SELLER.into()));
    table.pass(1);
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same.clone()))));
    table.pass(6);
    table.answer(Ok(Answer::Quote(Box::new(same))));
    assert!(table.storing.is_empty(), "nothing more is sent to it");
}

#[test]
fn while_a_booking_is_lost_no_strategy_plays_with_that_seller() {
    let mut table = Table::new();
    table.quoted("q9", "28.00");
    let (target, max) = (usd("20.00"), usd("26.00"));
    let strategy = "simple-threshold".to_owned();
    let plan = Plan {
        strategy,
        target,
        max,
        step: 1.into(),
        rounds: 5,
        options: dealdesk::domain::strategy::Options::default(),
    };
    table.command(Command::ArmAuto { quote: key("q9"), plan });
    // It waits for their answer while the other booking is lost.
    table.pass(5);
    table.stored();
    let waits = table.asked.remove(0);
    lose(&mut table, "q1");
    assert!(table.record("q9").negotiation.as_ref().unwrap().auto.is_none());
    assert!(matches!(waits.1, Ask::Counter { .. }));
}

#[test]
fn a_store_that_is_still_being_read_stands_in_the_way_of_everything_but_a_halt() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.desk.reading();
    for command in [
        Command::LetGo(key("q1")),
        Command::Reread(key("q1")),
        Command::Resume { seller: None, typed: "resume".into() },
        Command::RequestQuote { seller: super::harness::seller(), ask: table.ask(), rfq: None },
    ] {
        table.command(command);
        assert_eq!((table.rule(), table.asked.len()), ("store", 0));
    }
    let refused = table.refused.len();
    halt(&mut table);
    assert_eq!((table.refused.len(), halts(&table).len()), (refused, 1));
}
