//! What got no answer: looked up until evidence settles it.

use dealdesk::{
    desk::{BookingState, Command, Confirmation, Desk, Input},
    domain::{Answer, Ask, ErrorKind, QuoteStatus, Stage},
};

use super::harness::{Table, error, key, setup};

/// A booking whose answer was lost.
pub(crate) fn lost() -> Table {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
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

#[test]
fn the_deal_of_another_quote_settles_nothing() {
    let mut table = lost();
    table.pass(1);
    is_booked(&mut table);
    let mut other = table.deal("D-7", "q1", "proposed");
    other.quote_id = Some("q9".into());
    table.answer(Ok(Answer::Deal(Box::new(other))));
    let state = table.desk.state();
    assert_eq!((table.record("q1").stage(), state.deals.len()), (Stage::Unknown, 0));
    assert_eq!((state.exposure.unknown, state.exposure.committed), (12_000.into(), 0.into()));
    assert_eq!(state.bookings[0].evidence.last().unwrap().says, "an answer to something else");
}

/// The quote is looked at, and says that it became the deal `D-7`.
pub(crate) fn is_booked(table: &mut Table) {
    let mut booked = table.known("q1");
    (booked.status, booked.raw_status) = (QuoteStatus::Booked, "booked".into());
    booked.deal_id = Some("D-7".into());
    assert_eq!(table.answer(Ok(Answer::Quote(Box::new(booked)))), Ask::GetQuote("q1".into()));
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
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    let mut next = Table::new();
    next.desk = Desk::new(dealdesk::desk::Setup { owner: "owner-2".into(), ..setup() });
    next.desk.replay(table.journal.clone());
    assert_eq!(next.desk.state().waiting_owners().into_iter().collect::<Vec<_>>(), ["owner-1"]);
    next.input(Input::OwnerLost("owner-1".into()));
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
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    let before = table.journal.clone();
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.record("q1").booking, Some(BookingState::Done));
    // Another process has read no further than the intent when the first one dies.
    let mut late = Table::new();
    late.desk = Desk::new(dealdesk::desk::Setup { owner: "owner-2".into(), ..setup() });
    late.desk.replay(before.clone());
    late.input(Input::OwnerLost("owner-1".into()));
    assert_eq!(late.record("q1").booking, Some(BookingState::Unknown));
    let mut whole = table.journal.clone();
    whole.extend(late.journal);
    let mut next = Table::new();
    next.desk.replay(whole);
    assert_eq!(next.record("q1").booking, Some(BookingState::Done));
    let booking = &next.desk.state().bookings[0];
    assert_eq!((booking.state, booking.deal.is_some()), (BookingState::Done, true));
}
