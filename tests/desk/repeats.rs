//! When the desk sends a booking a second time by itself, to the second, and when it never does.

use dealdesk::{
    desk::{BookingState, Command, Desk, Mode, Setup, may_send_again, repeat_until},
    domain::{Answer, Ask, ErrorKind},
};
use jiff::SignedDuration;

use super::{
    again::{answered_with, available, gave_up, looks_on, send_again, spoke},
    harness::{Table, error, seller, setup},
    triggers::{repriced, reread, waiting},
};

fn until(table: &Table) -> Option<SignedDuration> {
    let state = table.desk.state();
    let booking = &state.bookings[0];
    repeat_until(state, booking).map(|until| until.duration_since(booking.at))
}

#[test]
fn it_goes_again_a_minute_and_two_looks_after_the_seller_gave_up() {
    let mut table = gave_up();
    looks_on(&mut table, 59, "q1");
    assert!(table.storing.is_empty());
    // The minute is over; its keys are shown, and five seconds later it is seen once more.
    looks_on(&mut table, 7, "q1");
    assert_eq!(table.storing.len(), 1, "not later than that");
}

#[test]
fn a_seller_that_took_for_ever_is_waited_for_as_long() {
    let mut table = answered_with(true, error(ErrorKind::Unavailable, 503, ""));
    table.took_ms = u64::MAX;
    table.command(Command::Probe(seller()));
    table.answer(Ok(Answer::Products(vec![])));
    table.took_ms = 100;
    looks_on(&mut table, 4_000, "q1");
    assert!(table.storing.is_empty());
}

#[test]
fn what_gave_up_twice_is_not_sent_a_third_time() {
    let mut table = gave_up();
    looks_on(&mut table, 120, "q1");
    table.stored();
    table.answer(Err(error(ErrorKind::Unavailable, 503, "")));
    assert_eq!(table.desk.state().bookings[0].attempts, 2);
    looks_on(&mut table, 4_000, "q1");
    assert!(table.storing.is_empty());
    assert_eq!((table.desk.state().bookings[0].attempts, until(&table)), (2, None));
}

#[test]
fn what_a_trigger_decided_is_sent_once() {
    let (mut table, quote) = waiting(dealdesk::domain::trigger::Scope::This);
    table.spoke = Some(spoke(true));
    repriced(&mut table, &quote, "24.00");
    reread(&mut table, &quote);
    table.stored();
    table.answer(Err(error(ErrorKind::Unavailable, 503, "")));
    assert!(table.desk.state().bookings[0].intent.trigger.is_some());
    assert_eq!(until(&table), None);
    for _ in 0..4_000 {
        table.pass(1);
        available(&mut table, "q1");
        assert!(table.storing.is_empty() && table.bookings_asked() == 0);
    }
}

#[test]
fn how_long_it_may_still_go_again_is_told_where_it_may() {
    let day = SignedDuration::from_hours(23);
    let unavailable = || error(ErrorKind::Unavailable, 503, "");
    assert_eq!(until(&gave_up()), Some(day));
    assert_eq!(until(&answered_with(false, unavailable())), None, "it takes no keys");
    let timeout = error(ErrorKind::Timeout, 0, "timeout");
    assert_eq!(until(&answered_with(true, timeout)), None, "it never said that it gave up");
    let nonsense = error(ErrorKind::Nonsense, 200, "bad_json");
    assert_eq!(until(&answered_with(true, nonsense)), None, "it has it");
    let mut table = gave_up();
    looks_on(&mut table, 120, "q-other");
    assert_eq!(until(&table), None, "it does not honour its keys");
}

#[test]
fn its_keys_are_asked_for_once_at_a_time_whatever_else_is_asked_of_it() {
    let mut table = gave_up();
    // Something else is asked of the same seller, and never answered.
    table.command(Command::Probe(seller()));
    let probe = table.asked.remove(0);
    assert!(matches!(probe.1, Ask::Probe));
    let mut asked = 0;
    for _ in 0..200 {
        table.pass(1);
        let keys = |(_, ask): &(_, Ask)| matches!(ask, Ask::Quote { .. });
        asked = table.asked.iter().filter(|question| keys(question)).count();
        assert!(asked <= 1, "asked {asked} times");
        // Only the looks are answered.
        while let Some(place) = table.asked.iter().position(|question| !keys(question)) {
            let (id, _) = table.asked.remove(place);
            let known = table.known("q1");
            table.answer_to(id, Ok(Answer::Quote(Box::new(known))));
        }
    }
    assert_eq!(asked, 1);
}

#[test]
fn what_is_being_stored_is_not_stored_again_and_a_desk_that_sends_nothing_sends_nothing() {
    let mut table = gave_up();
    looks_on(&mut table, 120, "q1");
    assert_eq!(table.storing.len(), 1);
    send_again(&mut table, "again");
    let refusal = table.refused.last().unwrap();
    assert_eq!((refusal.says.as_str(), table.storing.len()), ("it is being stored", 1));
    // The same facts on a desk that may not send.
    let mut seen = gave_up();
    looks_on(&mut seen, 30, "q1");
    for (read_only, mode, may) in
        [(false, Mode::Live, true), (true, Mode::Live, false), (false, Mode::Paper, false)]
    {
        let mut desk = Desk::new(Setup { read_only, mode, ..setup() });
        desk.replay(seen.journal.clone());
        let state = desk.state();
        assert_eq!(state.bookings[0].state, BookingState::Unknown);
        let allowed = may_send_again(state, &state.bookings[0], seen.now);
        assert_eq!(allowed.is_ok(), may, "{read_only} {mode}: {allowed:?}");
    }
}
