//! Booking: the ticket, the send gate, and every way a booking can end.

use dealdesk::{
    desk::{
        BookingOutcome, BookingState, Command, Confirmation, Fact, Input, Mode, Setup, TicketState,
    },
    domain::{Answer, Ask, Cost, DealType, ErrorKind, Limits, QuoteAsk, QuoteStatus, Stage},
};

use super::harness::{Table, error, key, setup, usd};

fn confirm(table: &mut Table, price: &str) {
    table.command(Command::Confirm(Confirmation::Price(price.parse().unwrap())));
}

fn state(table: &Table) -> TicketState {
    table.desk.state().ticket.as_ref().unwrap().state
}

fn blocked_by(table: &Table) -> String {
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    ticket.blocked_by().map_or_else(String::new, |check| check.name.clone())
}

#[test]
fn a_booked_quote_takes_the_sellers_word_for_its_own_booking_and_no_other() {
    let mut table = Table::sent();
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    for (status, deal, taken) in [
        (QuoteStatus::Available, None, false),
        (QuoteStatus::Expired, Some("D-1"), false),
        (QuoteStatus::Booked, Some("D-2"), false),
        (QuoteStatus::Booked, Some("D-1"), true),
    ] {
        let mut now = table.known("q1");
        (now.status, now.deal_id) = (status, deal.map(Into::into));
        "as they say".clone_into(&mut now.raw_status);
        table.command(Command::Reread(key("q1")));
        table.answer(Ok(Answer::Quote(Box::new(now))));
        let record = table.record("q1");
        assert_eq!(record.quote.raw_status == "as they say", taken, "{status:?} {deal:?}");
        assert_eq!((record.quote.status, record.holds_money()), (QuoteStatus::Booked, true));
    }
    assert_eq!(table.desk.state().exposure.committed, 12_000.into());
}

#[test]
fn from_quote_to_deal() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.open_ticket("q1");
    assert_eq!(state(&table), TicketState::Checking);
    confirm(&mut table, "24.00");
    assert_eq!(table.rule(), "ticket", "nothing can be typed while it is being checked");
    let same = table.known("q1");
    assert_eq!(table.answer(Ok(Answer::Quote(Box::new(same)))), Ask::GetQuote("q1".into()));
    assert_eq!(state(&table), TicketState::Armed);
    confirm(&mut table, "24.01");
    assert_eq!((table.rule(), table.storing.len()), ("typed price", 0));
    confirm(&mut table, "24");
    assert_eq!((state(&table), table.bookings_asked()), (TicketState::Storing, 0));
    confirm(&mut table, "24");
    assert_eq!(table.storing.len(), 1, "once");
    table.stored();
    assert_eq!((state(&table), table.bookings_asked()), (TicketState::Sent, 1));
    assert_eq!(table.desk.state().exposure.in_flight, 12_000.into());
    assert_eq!(table.record("q1").stage(), Stage::Booking);
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    let known = table.desk.state();
    assert_eq!(known.deals.len(), 1);
    assert_eq!(known.deals[0].stage(), Stage::Proposed);
    assert_eq!((known.exposure.committed, known.exposure.in_flight), (12_000.into(), 0.into()));
    assert_eq!(state(&table), TicketState::Ended);
    table.open_ticket("q1");
    assert_eq!(table.rule(), "booked");
}

#[test]
fn the_outcome_table() {
    use BookingState::{Expired, NotSent, Refused, Unknown};
    for (kind, status, code, expect) in [
        (ErrorKind::Refused, 422, "validation_failed", Refused),
        (ErrorKind::Refused, 401, "", Refused),
        (ErrorKind::Refused, 410, "quote_expired", Expired),
        (ErrorKind::Refused, 409, "quote_already_booked", Unknown),
        (ErrorKind::Refused, 429, "", Unknown),
        (ErrorKind::Unreachable, 0, "connect_error", NotSent),
        (ErrorKind::Timeout, 0, "timeout", Unknown),
        (ErrorKind::Broken, 0, "reset", Unknown),
        (ErrorKind::Unavailable, 503, "", Unknown),
        (ErrorKind::Nonsense, 200, "", Unknown),
    ] {
        let mut table = Table::sent();
        table.answer(Err(error(kind, status, code)));
        assert_eq!(table.record("q1").booking, Some(expect), "{kind:?} {status} {code}");
        let held = table.desk.state().exposure.unknown == 12_000.into();
        assert_eq!(held, expect == Unknown, "{kind:?} {status}: money is held while unknown");
        assert_eq!(table.bookings_asked(), 0, "never repeated");
        table.open_ticket("q1");
        assert_eq!(table.rule() == "booking", expect == Unknown, "{kind:?} {status}");
    }
}

#[test]
fn a_deal_that_is_not_what_was_agreed_is_disputed() {
    let mut table = Table::sent();
    let mut deal = table.deal("D-1", "q1", "proposed");
    deal.pricing.final_cpm = Some(usd("28.80"));
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    let record = &table.desk.state().deals[0];
    assert_eq!(record.stage(), Stage::Disputed);
    assert_eq!(record.differences[0].0, "final CPM");
}

#[test]
fn a_deal_id_that_is_another_deal_is_not_believed() {
    let mut table = Table::sent();
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    table.quoted("q2", "20.00");
    table.armed("q2");
    confirm(&mut table, "20.00");
    table.stored();
    let deal = table.deal("D-1", "q2", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.record("q2").booking, Some(BookingState::Unknown));
    assert_eq!(table.desk.state().deals[0].agreed, usd("24.00"), "the first deal is untouched");
}

#[test]
fn a_quote_that_changed_since_it_was_shown_blocks_the_ticket() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.open_ticket("q1");
    let mut changed = table.known("q1");
    changed.pricing.final_cpm = Some(usd("24.50"));
    table.answer(Ok(Answer::Quote(Box::new(changed))));
    assert_eq!((state(&table), blocked_by(&table).as_str()), (TicketState::Blocked, "re-read"));
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    assert_eq!(ticket.changed[0], ("final CPM".into(), "24.00 USD".into(), "24.50 USD".into()));
    confirm(&mut table, "24.00");
    confirm(&mut table, "24.50");
    assert_eq!((table.storing.len(), table.bookings_asked()), (0, 0));
}

#[test]
fn a_quote_that_cannot_be_read_again_blocks_the_ticket() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.open_ticket("q1");
    table.answer(Err(error(ErrorKind::Unavailable, 503, "")));
    assert_eq!(blocked_by(&table), "re-read");
}

#[test]
fn limits_block_before_anything_leaves() {
    let unset = Limits::default();
    let small = Limits { deal: Some(11_999.into()), ..setup().limits };
    let cheap = Limits { cpm: [("ctv".to_owned(), 23.into())].into(), ..setup().limits };
    for (limits, name) in [(unset, "cpm"), (small, "deal"), (cheap, "cpm")] {
        let mut table = Table::with(Setup { limits, ..setup() });
        table.quoted("q1", "24.00");
        table.armed("q1");
        assert_eq!(blocked_by(&table), name);
        confirm(&mut table, "24.00");
        assert!(table.storing.is_empty());
    }
}

#[test]
fn exposure_and_the_day_count_what_is_out() {
    let mut table = Table::new();
    for (quote, deal) in [("q1", "D-1"), ("q2", "D-2"), ("q3", "D-3"), ("q4", "D-4")] {
        table.quoted(quote, "24.00");
        table.armed(quote);
        confirm(&mut table, "24.00");
        table.stored();
        let deal = table.deal(deal, quote, "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
    }
    assert_eq!(table.desk.state().exposure.total(), 48_000.into());
    table.quoted("q5", "24.00");
    table.armed("q5");
    assert_eq!(blocked_by(&table), "day", "50,000 a day");
    table.pass(86_400);
    table.asked.clear();
    table.quoted("q6", "24.00");
    table.armed("q6");
    assert_eq!(blocked_by(&table), "", "another day");
}

#[test]
fn booking_closes_before_the_quote_does() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.pass(597);
    table.armed("q1");
    assert_eq!(blocked_by(&table), "clock");
}

#[test]
fn an_armed_ticket_is_checked_again_after_a_minute() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.pass(60);
    assert_eq!(state(&table), TicketState::Checking);
    confirm(&mut table, "24.00");
    assert!(table.storing.is_empty());
}

#[test]
fn below_the_easy_limit_a_yes_is_enough() {
    for (easy, expect) in [(12_000, 1), (11_999, 0)] {
        let limits = Limits { easy: easy.into(), ..setup().limits };
        let mut table = Table::with(Setup { limits, ..setup() });
        table.quoted("q1", "24.00");
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Yes));
        assert_eq!(table.storing.len(), expect, "{easy}");
    }
}

#[test]
fn an_intent_that_cannot_be_stored_sends_nothing() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    confirm(&mut table, "24.00");
    let (stored, _) = table.storing.remove(0);
    table.input(Input::NotStored(stored.clone(), "the disk is full".into()));
    assert_eq!((state(&table), table.bookings_asked()), (TicketState::Blocked, 0));
    table.input(Input::Stored(stored));
    assert_eq!(table.bookings_asked(), 0, "a late word of the store releases nothing");
}

#[test]
fn another_process_that_booked_first_stops_the_booking() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    confirm(&mut table, "24.00");
    let (stored, mut entry) = table.storing.remove(0);
    if let Fact::IntentStored { intent } = &mut entry.fact {
        intent.ticket = "tk-other".into();
        intent.owner = "another".into();
    }
    table.input(Input::Followed(vec![entry]));
    table.input(Input::Conflict(stored));
    assert_eq!((table.rule(), table.storing.len()), ("overtaken", 0));
    assert_eq!(table.bookings_asked(), 0);
}

#[test]
fn another_process_that_wrote_something_else_does_not() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    confirm(&mut table, "24.00");
    let (stored, _) = table.storing.remove(0);
    table.input(Input::Followed(vec![]));
    table.input(Input::Conflict(stored));
    assert_eq!(table.storing.len(), 1, "checked again, and stored again");
    table.stored();
    assert_eq!(table.bookings_asked(), 1);
}

#[test]
fn paper_runs_to_the_end_and_sends_nothing() {
    let mut table = Table::with(Setup { mode: Mode::Paper, ..setup() });
    table.quoted("q1", "24.00");
    table.armed("q1");
    confirm(&mut table, "24.00");
    table.stored();
    assert_eq!(table.bookings_asked(), 0);
    let ended = table.facts("booking.not_sent");
    assert!(matches!(ended[0], Fact::BookingEnded { ending: BookingOutcome::NotSent { .. }, .. }));
}

#[test]
fn without_impressions_a_planned_spend_is_asked_for() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    let mut quote = table.known("q1");
    quote.terms.impressions = None;
    quote.quote_id = "q2".into();
    (quote.deal_type, quote.terms.guaranteed) = (DealType::Preferred, false);
    let ask = QuoteAsk { impressions: None, deal_type: DealType::Preferred, ..table.ask() };
    table.command(Command::RequestQuote { seller: super::harness::seller(), ask, rfq: None });
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q2");
    assert_eq!(blocked_by(&table), "cost");
    table.command(Command::OpenTicket {
        quote: key("q2"),
        max_cpm: Some(usd("23.00")),
        planned_spend: Some(Cost::usd(5_000.into())),
        notes: None,
    });
    let same = table.known("q2");
    table.answer(Ok(Answer::Quote(Box::new(same))));
    assert_eq!(blocked_by(&table), "max-cpm");
}

#[test]
fn a_price_that_another_process_saw_change_is_not_booked_at_the_old_one() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    let mut changed = table.known("q1");
    changed.pricing.final_cpm = Some(usd("24.50"));
    let entry = dealdesk::desk::Entry {
        at: table.now,
        actor: dealdesk::desk::Actor::Desk,
        mode: dealdesk::desk::Mode::Live,
        fact: Fact::QuoteSeen { quote: changed },
    };
    table.input(Input::Followed(vec![entry]));
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    assert_eq!(ticket.blocked_by().unwrap().name, "changed", "it stops by itself");
    confirm(&mut table, "24.00");
    assert_eq!((table.rule(), table.storing.len()), ("ticket", 0));
    confirm(&mut table, "24.50");
    assert_eq!((table.storing.len(), table.bookings_asked()), (0, 0));
}
