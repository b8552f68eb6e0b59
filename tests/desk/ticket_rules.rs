//! The rules of a ticket, of a second attempt and of a strategy's plan, one at a time.

use dealdesk::{
    desk::{
        BookingState, Command, Confirmation, Fact, Input, LeftOut, Setup, TicketState,
        booking_guard, can_try, doubts_of, may_send_again,
    },
    domain::{Answer, Ask, DealType, ErrorKind, Limits, Quote, Stage},
};
use jiff::SignedDuration;

use super::{
    again::{answered_with, available, gave_up, looks_on, send_again, spoke},
    harness::{Table, error, key, moved, seller, setup, usd},
    listed::product,
    moves::{offer, opened},
    negotiating::unnegotiable,
    rivals::{quoted, table},
    settling::lost,
};

fn ticket_state(table: &Table) -> TicketState {
    table.desk.state().ticket.as_ref().unwrap().state
}

#[test]
fn a_word_that_is_asked_for_is_that_word_and_the_price_comes_after_it() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.command(Command::Halt { seller: None, why: "odd".into() });
    table.armed("q1");
    let is_asked = |table: &Table| table.desk.state().ticket.as_ref().unwrap().question().is_some();
    assert!(is_asked(&table));
    for wrong in ["halt", "", "24.00"] {
        table.command(Command::Confirm(Confirmation::Word(wrong.into())));
        assert!(is_asked(&table), "{wrong:?} answers it");
    }
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    assert!(is_asked(&table) && table.storing.is_empty(), "the price answers no question");
    table.command(Command::Confirm(Confirmation::Word(" halted ".into())));
    assert!(!is_asked(&table));
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    assert_eq!(table.storing.len(), 1);
}

#[test]
fn booking_closes_at_the_guard_itself() {
    for (spare, is_open) in [(0, false), (1, true)] {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        let guard = booking_guard(table.desk.state(), &seller());
        let ends = table.record("q1").quote.expires_at;
        table.now = ends - guard - SignedDuration::from_millis(spare);
        table.armed("q1");
        let ticket = table.desk.state().ticket.clone().unwrap();
        let clock = ticket.checks.iter().find(|check| check.name == "clock").unwrap();
        assert_eq!(clock.ok, is_open, "{spare} ms before the guard: {}", clock.says);
    }
}

#[test]
fn a_quote_that_was_asked_for_again_is_held_to_what_was_agreed_on_it() {
    let mut table = Table::new();
    table.spoke = Some(spoke(true));
    table.quoted("q0", "28.80");
    table.command(Command::Requote(key("q0")));
    let again = table.quote("q1", "28.80");
    table.answer(Ok(Answer::Quote(Box::new(again))));
    assert!(table.record("q1").requote_of.is_some());
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    offer(&mut table, "25.00");
    table.stored();
    table.answer(Ok(moved(1, "accept", "25.00", "25.00")));
    table.armed("q1");
    let ticket = table.desk.state().ticket.clone().unwrap();
    let agreed = ticket.checks.iter().find(|check| check.name == "agreed").unwrap();
    assert!(agreed.ok, "{}", agreed.says);
    assert_eq!(ticket.price, Some(usd("25.00")));
}

#[test]
fn an_acceptance_above_the_offer_is_said_as_such_where_the_seller_honours_agreements() {
    for (spoke, says) in [
        (Some(spoke(true)), "but the seller wrote 26.00 USD"),
        (None, "but this quote would book 28.80 USD"),
    ] {
        let mut table = opened();
        table.spoke = spoke;
        offer(&mut table, "25.00");
        table.stored();
        table.answer(Ok(moved(1, "accept", "25.00", "26.00")));
        table.asked.clear();
        table.armed("q1");
        let ticket = table.desk.state().ticket.clone().unwrap();
        let agreed = ticket.checks.iter().find(|check| check.name == "agreed").unwrap();
        assert!(!agreed.ok && agreed.says.contains(says), "{}", agreed.says);
    }
    // Once the quote itself carries what was agreed, it does not matter what was written.
    let mut table = opened();
    table.spoke = Some(spoke(true));
    offer(&mut table, "25.00");
    table.stored();
    table.answer(Ok(moved(1, "accept", "25.00", "26.00")));
    table.command(Command::Reread(key("q1")));
    let mut now = table.known("q1");
    now.pricing.final_cpm = Some(usd("25.00"));
    table.answer(Ok(Answer::Quote(Box::new(now))));
    table.armed("q1");
    let ticket = table.desk.state().ticket.clone().unwrap();
    let agreed = ticket.checks.iter().find(|check| check.name == "agreed").unwrap();
    assert!(agreed.ok, "{}", agreed.says);
}

#[test]
fn another_attempt_that_is_refused_leaves_the_first_in_doubt() {
    let mut table = gave_up();
    looks_on(&mut table, 120, "q1");
    table.stored();
    table.answer(Err(error(ErrorKind::Refused, 422, "below_floor_price")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    assert_eq!(table.desk.state().exposure.unknown, 12_000.into());
    // The first attempt itself, refused, is over.
    let mut first = Table::sent();
    first.answer(Err(error(ErrorKind::Refused, 422, "below_floor_price")));
    assert_eq!(first.desk.state().bookings[0].state, BookingState::Refused);
}

#[test]
fn a_deal_of_another_ticket_proves_that_the_booking_arrived() {
    let mut table = Table::with_a_deal("D-1");
    table.quoted("q2", "24.00");
    table.armed("q2");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    let mut same = table.deal("D-1", "q2", "proposed");
    same.quote_id = Some("q2".into());
    table.answer(Ok(Answer::Deal(Box::new(same))));
    let state = table.desk.state();
    let booking = state.bookings.values().last().unwrap();
    assert_eq!((booking.state, booking.arrived()), (BookingState::Unknown, true));
    assert!(may_send_again(state, booking, table.now).is_err());
}

#[test]
fn what_an_attempt_holds_today_is_not_counted_against_itself() {
    let limits = Limits { day: Some(12_000.into()), ..setup().limits };
    let mut first = Table::with(Setup { limits: limits.clone(), ..setup() });
    first.quoted("q1", "24.00");
    first.armed("q1");
    first.command(Command::Confirm(Confirmation::Price(24.into())));
    first.stored();
    first.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    first.pass(1);
    available(&mut first, "q1");
    send_again(&mut first, "again");
    assert_eq!(first.storing.len(), 1, "{:?}", first.refused);
}

#[test]
fn a_booking_in_doubt_of_the_same_product_is_named_at_the_next_ticket() {
    let warns = |id: &str, change: fn(&mut Quote)| {
        let mut table = lost();
        let mut quote = table.quote(id, "24.00");
        change(&mut quote);
        let mut ask = table.ask();
        ask.product_id = quote.product.product_id.clone();
        table.asked.clear();
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        table.asked.clear();
        table.armed(id);
        let ticket = table.desk.state().ticket.clone().unwrap();
        ticket.checks.iter().find(|check| check.name == "same").is_some_and(|check| check.warns)
    };
    assert!(warns("q2", |_| {}));
    assert!(!warns("q2", |quote| quote.product.product_id = "prod-9".into()));
    // Another seller's product may be called the same.
    let mut table = table();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    table.asked.clear();
    let other = quoted(&mut table, "harbor", "h1", "24.00", 10);
    let (max_cpm, planned_spend, notes) = (None, None, None);
    let open = Command::OpenTicket { quote: other.clone(), max_cpm, planned_spend, notes };
    table.command(open);
    while matches!(ticket_state(&table), TicketState::Checking) {
        let same = table.desk.state().quote(&other).unwrap().quote.clone();
        let answer = if matches!(table.asked[0].1, Ask::Products) {
            Answer::Products(Vec::new())
        } else {
            Answer::Quote(Box::new(same))
        };
        table.answer(Ok(answer));
    }
    let ticket = table.desk.state().ticket.clone().unwrap();
    let same = ticket.checks.iter().find(|check| check.name == "same").unwrap();
    assert!(same.ok && !same.warns, "{}", same.says);
}

#[test]
fn a_list_names_what_a_ticket_would_stop_at_while_the_quote_is_open() {
    let named = |change: fn(&mut Quote)| {
        let mut table = Table::new();
        let mut quote = table.quote("q1", "24.00");
        change(&mut quote);
        table.command(Command::RequestQuote { seller: seller(), ask: table.ask(), rfq: None });
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        let doubts = doubts_of(table.desk.state(), table.record("q1"), table.now);
        doubts.into_iter().map(|check| check.name).collect::<Vec<_>>()
    };
    assert!(named(|_| {}).is_empty());
    assert_eq!(named(|quote| quote.deal_type = DealType::Preferred), ["asked"]);
    assert_eq!(named(|quote| quote.terms.impressions = Some(1)), ["asked"]);
    assert_eq!(named(|quote| quote.pricing.pricing_model = "cpc".into()), ["unit"]);
    let over = |quote: &mut Quote| {
        quote.deal_type = DealType::Preferred;
        quote.status = dealdesk::domain::QuoteStatus::Expired;
    };
    assert!(named(over).is_empty());
}

#[test]
fn a_seller_can_be_tried_where_only_what_is_said_of_it_stands_in_the_way() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    assert!(!can_try(table.desk.state(), table.record("q1")), "nothing stands in the way");
    table.command(Command::RefreshKit(seller()));
    while let Some((id, ask)) = table.asked.pop() {
        let answer = if matches!(ask, Ask::Packages) {
            Answer::Packages(vec![unnegotiable()])
        } else {
            Answer::Products(Vec::new())
        };
        table.answer_to(id, Ok(answer));
    }
    assert!(can_try(table.desk.state(), table.record("q1")));
}

#[test]
fn what_the_catalogue_calls_a_product_is_kept_beside_its_quote() {
    for (kind, listed) in [("ctv", Some("ctv")), ("display", Some("display")), ("", None)] {
        let mut table = Table::new();
        table.command(Command::RefreshKit(seller()));
        while let Some((id, ask)) = table.asked.pop() {
            let answer = if matches!(ask, Ask::Products) {
                Answer::Products(vec![product(kind)])
            } else {
                Answer::Packages(Vec::new())
            };
            table.answer_to(id, Ok(answer));
        }
        table.quoted("q1", "24.00");
        let Fact::QuoteReceived { listed_as, .. } = table.facts("quote.received")[0] else {
            panic!()
        };
        assert_eq!(listed_as.as_deref(), listed, "{kind:?}");
    }
}

#[test]
fn what_was_left_in_the_store_is_named_and_nothing_is_done_with_it() {
    let mut table = Table::new();
    table.desk.knows(LeftOut::of([key("q7")], []));
    table.command(Command::Reread(key("q7")));
    let refusal = table.refused.last().unwrap();
    assert_eq!(refusal.says, "quote q7 is in the store and was not read for this command");
    assert!(table.asked.is_empty());
}

#[test]
fn whoever_raises_a_limit_is_told_which() {
    let table = answered_with(false, error(ErrorKind::Timeout, 0, "timeout"));
    let limits = Limits { deal: Some(30_000.into()), ..setup().limits };
    let first = Table::new();
    let mut kept = first.journal;
    kept.extend(table.journal);
    let held = Fact::LimitsSet { limits: setup().limits, changed: Vec::new(), why: None };
    kept.push(dealdesk::desk::Entry {
        at: table.now,
        actor: dealdesk::desk::Actor::Desk,
        mode: dealdesk::desk::Mode::Live,
        fact: held,
    });
    let mut next = Table::with(Setup { limits, ..setup() });
    next.desk.replay(kept);
    next.input(Input::Opened(Vec::new()));
    let said = |table: &Table| table.desk.state().message.clone().unwrap().says;
    assert!(said(&next).contains("deal 25,000.00 → 30,000.00"), "{}", said(&next));
    next.command(Command::AcceptLimits { why: "the client agreed in writing".into() });
    assert_eq!(said(&next), "raised: deal 25,000.00 → 30,000.00");
}
