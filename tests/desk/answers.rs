//! What is about another quote or deal is no answer; what was asked is asked once; what did not come is
//! remembered until the seller tells.

use dealdesk::{
    desk::{Command, Setup, can_ask_again, can_book, state::Subject},
    domain::{Answer, Ask, DealRef, DealStatus, ErrorKind, KeyCheck, SellerName},
};

use super::harness::{Table, error, key, seller, setup, usd};

fn deal_key() -> DealRef {
    DealRef { seller: seller(), deal_id: "D-1".into() }
}

fn unread(table: &Table, of: &Subject) -> Option<String> {
    table.desk.state().unread.get(of).map(|error| error.code.clone())
}

#[test]
fn why_a_quote_was_not_read_again_stands_until_the_seller_tells() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    let mut reread = |answer| {
        table.command(Command::Reread(key("q1")));
        table.answer(answer);
        (unread(&table, &Subject::Quote(key("q1"))), table.known("q1").pricing.final_cpm)
    };
    let failure = |kind, status, code| Err(error(kind, status, code));
    let same = || {
        let table = &mut Table::new();
        table.quoted("q1", "24.00");
        table.known("q1")
    };
    let other = dealdesk::domain::Quote { quote_id: "q2".into(), ..same() };
    let known = Some(usd("24.00"));
    assert_eq!(reread(failure(ErrorKind::Unavailable, 503, "busy")), (Some("busy".into()), known));
    let wrong = reread(Ok(Answer::Quote(Box::new(other)))).0;
    assert!(wrong.is_some_and(|code| code != "busy"), "an answer about another quote is none");
    assert_eq!(reread(Ok(Answer::Quote(Box::new(same())))).0, None);
    assert!(reread(Ok(Answer::Products(vec![]))).0.is_some());
    // That it is over is what the seller says of it now.
    assert_eq!(reread(failure(ErrorKind::Refused, 410, "quote_expired")).0, None);
}

#[test]
fn why_a_deal_was_not_read_again_stands_until_the_seller_tells() {
    let mut table = Table::with_a_deal("D-1");
    let deal = |id: &str, status: DealStatus| {
        let table = Table::with_a_deal("D-1");
        let deal = table.desk.state().deals[0].deal.clone();
        dealdesk::domain::Deal { deal_id: id.into(), status, ..deal }
    };
    let mut polled = |answer| {
        table.pass(60);
        table.answer(answer);
        let state = table.desk.state();
        let error = state.polling[&0].error.is_some();
        (unread(&table, &Subject::Deal(deal_key())).is_some(), error, state.deals[0].deal.status)
    };
    let proposed = DealStatus::Proposed;
    let other = deal("D-2", DealStatus::Active);
    assert_eq!(polled(Ok(Answer::Deal(Box::new(other)))), (true, true, proposed), "another deal");
    let same = deal("D-1", proposed);
    assert_eq!(polled(Ok(Answer::Deal(Box::new(same)))), (false, false, proposed));
    let busy = error(ErrorKind::Unavailable, 503, "");
    assert_eq!(polled(Err(busy)), (true, true, proposed));
    // What is said of quotes ends no deal.
    let expired = error(ErrorKind::Refused, 410, "quote_expired");
    assert!(polled(Err(expired)).0);
}

#[test]
fn only_the_host_goes_on_looking_at_a_deal_and_nobody_at_one_that_is_over() {
    for (is_host, status, goes_on) in [
        (true, DealStatus::Active, true),
        (true, DealStatus::Completed, false),
        (false, DealStatus::Active, false),
        (false, DealStatus::Completed, false),
    ] {
        let mut table = Table::with_a_deal("D-1");
        let facts = table.journal.clone();
        let mut other = Table::with(Setup { is_host, ..setup() });
        other.desk.replay(facts);
        other.now = table.now;
        other.command(Command::PollDeal(deal_key()));
        let deal = dealdesk::domain::Deal { status, ..table.desk.state().deals[0].deal.clone() };
        table.asked.clear();
        other.answer(Ok(Answer::Deal(Box::new(deal))));
        other.pass(3_600);
        assert_eq!(!other.asked.is_empty(), goes_on, "{is_host} {status:?}");
    }
}

fn two_sellers() -> Table {
    let mut setup = setup();
    let mut other = setup.sellers[0].clone();
    other.name = "harbor".into();
    setup.sellers.push(other);
    Table::with(setup)
}

#[test]
fn a_kit_is_asked_for_once_at_a_time_at_each_seller() {
    let mut table = two_sellers();
    let refresh = |table: &mut Table, seller: &str| {
        table.command(Command::RefreshKit(seller.into()));
        table.asked.iter().map(|(_, ask)| ask.clone()).collect::<Vec<_>>()
    };
    let kit = [Ask::Packages, Ask::Products];
    assert_eq!(refresh(&mut table, "northlight"), kit);
    assert_eq!(refresh(&mut table, "northlight"), kit, "it is under way");
    assert_eq!(refresh(&mut table, "harbor").len(), 4, "another seller's is not");
    table.asked.truncate(2);
    table.answer(Ok(Answer::Packages(vec![])));
    assert_eq!(refresh(&mut table, "northlight").len(), 3, "only the products are under way");
    table.command(Command::RefreshKit(SellerName::from("nobody")));
    assert_eq!(table.rule(), "seller");
}

#[test]
fn a_key_is_tested_once_at_a_time_at_each_seller() {
    let mut table = two_sellers();
    let check = |table: &mut Table, seller: &str| {
        table.command(Command::CheckKey(seller.into()));
        table.asked.len()
    };
    assert_eq!(check(&mut table, "northlight"), 1);
    assert_eq!(check(&mut table, "northlight"), 1, "it is under way");
    assert_eq!(check(&mut table, "harbor"), 2, "another seller's is not");
    table.asked.truncate(1);
    table.command(Command::RefreshKit(seller()));
    let says = KeyCheck { tier: None, says: "it is taken".into() };
    table.answer(Ok(Answer::Key(says)));
    assert_eq!(check(&mut table, "northlight"), 3, "a kit under way is no test");
    table.command(Command::Search(seller(), "sports".into()));
    assert_eq!(table.asked.last().unwrap().1, Ask::Search("sports".into()));
}

#[test]
fn the_same_terms_are_asked_for_again_while_nothing_is_booked_and_the_flight_can_run() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    let may = |table: &Table, now: &str| {
        let may = can_ask_again(table.desk.state(), table.record("q1"), now.parse().unwrap());
        may.err().map(|refusal| refusal.rule)
    };
    // The flight is from 2026-07-01 to 2026-09-30.
    assert_eq!(may(&table, "2026-06-18T14:00:00Z"), None);
    assert_eq!(may(&table, "2026-09-30T23:59:59Z"), None, "its last day");
    assert_eq!(may(&table, "2026-10-01T00:00:00Z").as_deref(), Some("flight"));
    let table = Table::with_a_deal("D-1");
    assert_eq!(may(&table, "2026-06-18T14:00:00Z").as_deref(), Some("booked"));
    let table = Table::sent();
    assert_eq!(may(&table, "2026-06-18T14:00:00Z").as_deref(), Some("booked"), "being booked");
    let mut table = Table::with_a_deal("D-1");
    table.pass(5);
    let deal = table.deal("D-1", "q1", "rejected");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(may(&table, "2026-06-18T14:00:00Z"), None, "it came to nothing");
}

#[test]
fn what_can_be_booked_is_what_a_ticket_could_end_in() {
    let may = |table: &Table| {
        let may = can_book(table.desk.state(), table.record("q1"));
        may.err().map(|refusal| refusal.rule)
    };
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    assert_eq!(may(&table), None);
    table.command(Command::LetGo(key("q1")));
    assert_eq!(may(&table).as_deref(), Some("let go"));
    assert_eq!(may(&Table::with_a_deal("D-1")).as_deref(), Some("booked"));
    assert_eq!(may(&Table::sent()).as_deref(), Some("booking"));
    let mut reader = Table::with(Setup { read_only: true, ..setup() });
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    reader.desk.replay(table.journal);
    assert_eq!(may(&reader).as_deref(), Some("read-only"));
}
