//! What got no answer: looked up until evidence settles it.

use dealdesk::{
    desk::{Answered, BookingState, Command, Desk, Input},
    domain::{Answer, Ask, ErrorKind, QuoteStatus, Stage},
};

use super::harness::{Table, error, key, setup};

/// A booking whose answer was lost.
fn lost() -> Table {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Answered::Price(24.into())));
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    table
}

#[test]
fn the_quotes_deal_id_settles_it() {
    let mut table = lost();
    table.pass(1);
    let mut booked = table.known("q1");
    booked.status = QuoteStatus::Booked;
    booked.raw_status = "booked".into();
    booked.deal_id = Some("D-7".into());
    assert_eq!(table.answer(Ok(Answer::Quote(Box::new(booked)))), Ask::GetQuote("q1".into()));
    let deal = table.deal("D-7", "q1", "proposed");
    assert_eq!(table.answer(Ok(Answer::Deal(Box::new(deal)))), Ask::GetDeal("D-7".into()));
    let state = table.desk.state();
    assert_eq!(state.deals[0].reference().deal_id.as_str(), "D-7");
    assert_eq!((state.exposure.unknown, state.exposure.committed), (0.into(), 12_000.into()));
    assert_eq!(state.bookings[0].evidence.len(), 2);
}

#[test]
fn a_quote_seen_available_twice_was_not_booked() {
    let mut table = lost();
    table.pass(1);
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same.clone()))));
    assert_eq!(table.record("q1").stage(), Stage::Unknown, "once is not enough");
    table.pass(4);
    assert!(table.asked.is_empty(), "the looks are apart");
    table.pass(1);
    table.answer(Ok(Answer::Quote(Box::new(same))));
    assert_eq!(table.record("q1").booking, Some(BookingState::Refused));
    assert_eq!(table.record("q1").stage(), Stage::Quoted, "it can be booked again");
    assert_eq!(table.desk.state().exposure.total(), 0.into());
}

#[test]
fn gone_or_expired_settles_nothing() {
    for failure in [
        error(ErrorKind::Refused, 410, "quote_expired"),
        error(ErrorKind::Refused, 404, "quote_not_found"),
        error(ErrorKind::Unavailable, 500, ""),
        error(ErrorKind::Timeout, 0, "timeout"),
    ] {
        let mut table = lost();
        for wait in [1, 2, 4, 6, 60, 300, 900] {
            table.pass(wait);
            assert_eq!(table.asked.len(), 1, "looked again after {wait} s");
            table.answer(Err(failure.clone()));
        }
        assert_eq!(table.record("q1").stage(), Stage::Unknown, "{failure}");
        assert_eq!(table.desk.state().exposure.unknown, 12_000.into());
        assert_eq!(table.desk.state().bookings[0].evidence.len(), 7);
    }
}

#[test]
fn an_unknown_booking_does_not_expire_with_its_quote() {
    let mut table = lost();
    table.pass(3_600);
    table.asked.clear();
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    table.open_ticket("q1");
    assert_eq!(table.rule(), "booking");
}

#[test]
fn what_a_dead_process_sent_is_unknown_at_the_next_start() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Answered::Price(24.into())));
    table.stored();
    let mut next = Table::new();
    next.desk = Desk::new(dealdesk::desk::Setup { owner: "owner-2".into(), ..setup() });
    next.desk.replay(table.journal.clone());
    assert_eq!(next.desk.state().waiting_owners().into_iter().collect::<Vec<_>>(), ["owner-1"]);
    next.input(Input::OwnerGone("owner-1".into()));
    assert_eq!(next.record("q1").stage(), Stage::Unknown);
    assert_eq!(next.bookings_asked(), 0, "nothing is sent again");
    next.pass(2);
    assert_eq!(next.asked[0].1, Ask::GetQuote("q1".into()));
    next.open_ticket("q1");
    assert_eq!((next.rule(), next.desk.state().exposure.unknown), ("booking", 12_000.into()));
    assert_eq!(next.record("q1").reference(), key("q1"));
}
