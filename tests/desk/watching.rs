//! Watching deals: polled with back-off, and a failed check changes nothing.

use dealdesk::{
    desk::{Command, Confirmation, Exposure},
    domain::{Answer, Ask, DealStatus, ErrorKind, Group, Stage},
};
use jiff::SignedDuration;

use super::harness::{Table, error};

fn booked() -> Table {
    Table::with_a_deal("D-1")
}

fn status(table: &mut Table, status: &str) {
    let deal = table.deal("D-1", "q1", status);
    table.answer(Ok(Answer::Deal(Box::new(deal))));
}

#[test]
fn a_pending_deal_is_asked_after_5_10_20_40_60_seconds() {
    let mut table = booked();
    for wait in [5, 10, 20, 40, 60, 60] {
        table.pass(wait - 1);
        assert!(table.asked.is_empty(), "not before {wait} s");
        table.pass(1);
        assert_eq!(table.asked[0].1, Ask::GetDeal("D-1".into()));
        let facts = table.journal.len();
        status(&mut table, "proposed");
        assert_eq!(table.journal.len(), facts, "an answer that changes nothing is no fact");
    }
}

#[test]
fn a_change_is_a_fact_with_who_and_when() {
    let mut table = booked();
    table.pass(5);
    status(&mut table, "active");
    let record = &table.desk.state().deals[0];
    assert_eq!(record.stage(), Stage::Active);
    let change = record.last_change().unwrap();
    assert_eq!((change.from.as_str(), change.to.as_str()), ("proposed", "active"));
    assert_eq!((change.by.as_str(), change.at), ("northlight", table.now));
    assert_eq!(table.desk.state().board.count(Group::Live), 1);
    table.pass(29);
    assert!(table.asked.is_empty());
    table.pass(1);
    assert_eq!(table.asked.len(), 1, "30 s once it is active");
}

#[test]
fn a_failed_check_never_changes_the_status() {
    let mut table = booked();
    table.pass(5);
    table.answer(Err(error(ErrorKind::Unavailable, 503, "")));
    let state = table.desk.state();
    assert_eq!(state.deals[0].deal.status, DealStatus::Proposed);
    assert!(state.polling[&0].error.is_some());
    table.pass(10);
    assert_eq!(table.asked.len(), 1, "and it is asked again");
}

#[test]
fn a_rejected_deal_gives_its_money_back_and_is_asked_no_more() {
    let mut table = booked();
    table.pass(5);
    status(&mut table, "rejected");
    assert_eq!(table.desk.state().exposure.total(), 0.into());
    assert_eq!(table.desk.next_deadline(), None);
}

#[test]
fn money_that_was_given_back_leaves_no_trace_and_money_of_another_day_is_another() {
    let mut table = booked();
    let out = table.desk.state().exposure.clone();
    assert_ne!(out, Exposure::default());
    table.pass(5);
    status(&mut table, "rejected");
    assert_eq!(table.desk.state().exposure, Exposure::default());
    // The same amount, booked a day later.
    let mut later = Table::new();
    later.now += SignedDuration::from_hours(24);
    later.quoted("q1", "24.00");
    later.armed("q1");
    later.command(Command::Confirm(Confirmation::Price(24.into())));
    later.stored();
    let deal = later.deal("D-1", "q1", "proposed");
    later.answer(Ok(Answer::Deal(Box::new(deal))));
    let another = later.desk.state().exposure.clone();
    assert_eq!((another.total(), another == out), (out.total(), false));
}

#[test]
fn an_unknown_word_is_shown_as_it_is_and_an_odd_change_is_noted() {
    let mut table = booked();
    table.pass(5);
    status(&mut table, "dormant");
    let record = &table.desk.state().deals[0];
    assert_eq!((record.stage(), record.deal.raw_status.as_str()), (Stage::Other, "dormant"));
    let mut table = booked();
    table.pass(5);
    status(&mut table, "completed");
    let change = table.desk.state().deals[0].last_change().unwrap().clone();
    assert!(change.notes.contains("out of order"), "{}", change.notes);
}
