//! What got no answer: looked up until evidence settles it.

use dealdesk::{
    desk::{Answered, BookingState, Command, Desk, Input, Stored},
    domain::{Answer, Ask, ErrorKind, QuoteStatus, Stage},
};

use super::harness::{Table, error, key, setup};

/// A booking whose answer was lost.
pub(crate) fn lost() -> Table {
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
    is_booked(&mut table);
    let deal = table.deal("D-7", "q1", "proposed");
    assert_eq!(table.answer(Ok(Answer::Deal(Box::new(deal)))), Ask::GetDeal("D-7".into()));
    let state = table.desk.state();
    assert_eq!(state.deals[0].reference().deal_id.as_str(), "D-7");
    assert_eq!((state.exposure.unknown, state.exposure.committed), (0.into(), 12_000.into()));
    assert_eq!(state.bookings[0].evidence.len(), 2);
}

/// The quote is looked at, and says that it became the deal `D-7`.
pub(crate) fn is_booked(table: &mut Table) {
    let mut booked = table.known("q1");
    (booked.status, booked.raw_status) = (QuoteStatus::Booked, "booked".into());
    booked.deal_id = Some("D-7".into());
    assert_eq!(table.answer(Ok(Answer::Quote(Box::new(booked)))), Ask::GetQuote("q1".into()));
}

/// The quote is looked at and still available.
fn available(table: &mut Table) {
    let same = table.known("q1");
    assert_eq!(table.answer(Ok(Answer::Quote(Box::new(same)))), Ask::GetQuote("q1".into()));
}

/// Seen available twice, far enough apart: the second attempt is being stored.
fn seen_twice() -> Table {
    let mut table = lost();
    table.pass(1);
    available(&mut table);
    assert!(table.storing.is_empty(), "once is not enough");
    table.pass(4);
    assert!(table.asked.is_empty(), "the looks are apart");
    table.pass(1);
    available(&mut table);
    table
}

#[test]
fn a_booking_that_never_arrived_is_sent_once_more_with_the_same_key_and_body() {
    let mut table = seen_twice();
    assert_eq!(
        table.storing[0].0,
        Stored::Repeat(table.desk.state().bookings[0].intent.ticket.clone())
    );
    assert_eq!(table.bookings_asked(), 0, "not before it is durable");
    let first = table.desk.state().bookings[0].intent.clone();
    table.stored();
    let booking = &table.desk.state().bookings[0];
    assert_eq!((booking.state, booking.attempts), (BookingState::Sent, 2));
    let Ask::Book { idempotency_key, quote_id, identity, notes } = table.asked[0].1.clone() else {
        panic!("{:?}", table.asked)
    };
    assert_eq!(idempotency_key, first.idempotency_key);
    assert_eq!((quote_id.as_str(), identity, notes), ("q1", first.identity, first.notes));
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
    assert_eq!(table.desk.state().exposure.committed, 12_000.into());
}

#[test]
fn there_is_no_third_attempt_and_only_long_silence_says_not_booked() {
    let mut table = seen_twice();
    table.stored();
    table.answer(Err(error(ErrorKind::Broken, 0, "reset")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    let mut waited = 0;
    while table.record("q1").booking == Some(BookingState::Unknown) && waited < 7_200 {
        table.pass(1);
        waited += 1;
        if !table.asked.is_empty() {
            available(&mut table);
        }
        assert!(table.storing.is_empty() && table.bookings_asked() == 0, "after {waited} s");
    }
    assert!(waited >= 900, "it took {waited} s");
    assert_eq!(table.record("q1").booking, Some(BookingState::Refused));
    assert_eq!(table.desk.state().exposure.total(), 0.into());
}

#[test]
fn booked_already_on_the_second_attempt_is_looked_up() {
    let mut table = seen_twice();
    table.stored();
    table.answer(Err(error(ErrorKind::Refused, 409, "quote_already_booked")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    table.pass(60);
    is_booked(&mut table);
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
}

#[test]
fn a_second_attempt_needs_a_desk_that_may_send_and_the_same_offer() {
    // Halted before the evidence is complete.
    let mut table = lost();
    table.command(Command::Halt { seller: None, why: "looks odd".into() });
    table.pass(1);
    available(&mut table);
    table.pass(5);
    available(&mut table);
    assert!(table.storing.is_empty());
    // Halted between the store and the send.
    let mut table = seen_twice();
    table.command(Command::Halt { seller: None, why: "looks odd".into() });
    table.stored();
    assert_eq!((table.bookings_asked(), table.record("q1").stage()), (0, Stage::Unknown));
    // The seller changed the price meanwhile.
    let mut table = lost();
    for wait in [1, 5] {
        table.pass(wait);
        let mut dearer = table.known("q1");
        dearer.pricing.final_cpm = Some("26.00".parse().unwrap());
        table.answer(Ok(Answer::Quote(Box::new(dearer))));
    }
    assert!(table.storing.is_empty());
    // The quote is about to end.
    let mut table = lost();
    for wait in [1, 5] {
        table.pass(wait);
        let mut ending = table.known("q1");
        ending.expires_at = table.now + jiff::SignedDuration::from_secs(5);
        table.answer(Ok(Answer::Quote(Box::new(ending))));
    }
    assert!(table.storing.is_empty());
}

#[test]
fn a_person_who_knows_the_deal_id_settles_it_if_the_seller_agrees() {
    let enter = |table: &mut Table, id: &str| {
        let ticket = table.desk.state().bookings[0].intent.ticket.clone();
        table.command(Command::EnterDeal { ticket, deal_id: id.into() });
    };
    let mut table = lost();
    enter(&mut table, "D-7");
    let mut other = table.deal("D-7", "q1", "proposed");
    other.quote_id = Some("q9".into());
    assert_eq!(table.answer(Ok(Answer::Deal(Box::new(other)))), Ask::GetDeal("D-7".into()));
    assert_eq!((table.rule(), table.record("q1").stage()), ("deal", Stage::Unknown));
    enter(&mut table, "D-8");
    table.answer(Err(error(ErrorKind::Refused, 404, "deal_not_found")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    enter(&mut table, "D-9");
    let ours = table.deal("D-9", "q1", "active");
    table.answer(Ok(Answer::Deal(Box::new(ours))));
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
    assert_eq!(table.desk.state().deals[0].reference().deal_id.as_str(), "D-9");
}

#[test]
fn a_person_closes_it_only_in_writing_and_its_money_no_longer_counts() {
    let close = |table: &mut Table, why: &str| {
        let ticket = table.desk.state().bookings[0].intent.ticket.clone();
        table.command(Command::CloseUnknown { ticket, why: why.into() });
    };
    let mut table = lost();
    close(&mut table, "  ok ");
    assert_eq!((table.rule(), table.record("q1").stage()), ("reason", Stage::Unknown));
    close(&mut table, "Their desk says that it never came in, by phone, 14:20");
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Closed);
    assert_eq!(table.desk.state().exposure.total(), 0.into());
    close(&mut table, "once more, for good measure");
    assert_eq!(table.rule(), "ticket");
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

#[test]
fn a_deal_that_is_known_stays_known_to_whoever_was_late() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Answered::Price(24.into())));
    table.stored();
    let before = table.journal.clone();
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.record("q1").booking, Some(BookingState::Done));
    // Another process has read no further than the intent when the first one dies.
    let mut late = Table::new();
    late.desk = Desk::new(dealdesk::desk::Setup { owner: "owner-2".into(), ..setup() });
    late.desk.replay(before.clone());
    late.input(Input::OwnerGone("owner-1".into()));
    assert_eq!(late.record("q1").booking, Some(BookingState::Unknown));
    let mut whole = table.journal.clone();
    whole.extend(late.journal);
    let mut next = Table::new();
    next.desk.replay(whole);
    assert_eq!(next.record("q1").booking, Some(BookingState::Done));
    let booking = &next.desk.state().bookings[0];
    assert_eq!((booking.state, booking.deal.is_some()), (BookingState::Done, true));
}
