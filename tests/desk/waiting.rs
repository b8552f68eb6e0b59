//! What a seller answers to a booking is what it says: it has it and decides later, it says no, it made a
//! deal that is none, or it answers about another quote.

use dealdesk::{
    desk::{BookingState, Command, MatchStatus},
    domain::{Answer, Ask, ErrorKind, QuoteStatus, SellerError, Stage, ask::Waiting},
};

use super::harness::{Table, error, key, usd};

fn waiting() -> Table {
    let mut table = Table::sent();
    let says = Waiting { status: "pending_approval".into(), says: "A person reviews it".into() };
    table.answer(Ok(Answer::Waiting(says)));
    table
}

fn state(table: &Table) -> BookingState {
    table.desk.state().bookings[0].state
}

#[test]
fn a_booking_that_the_sellers_people_decide_on_waits_with_its_money_held() {
    let mut table = waiting();
    let record = table.record("q1");
    assert_eq!((record.stage(), state(&table)), (Stage::Waiting, BookingState::Waiting));
    let booking = &table.desk.state().bookings[0];
    assert_eq!(booking.says.as_deref(), Some("pending_approval: A person reviews it"));
    assert!(booking.arrived());
    // For a week the quote is still available: it is looked at, and never sent again.
    let mut looks = 0;
    for _ in 0..(7 * 24 * 60) {
        table.pass(60);
        assert!(table.storing.is_empty() && table.bookings_asked() == 0);
        if let Some((_, Ask::GetQuote(_))) = table.asked.first() {
            looks += 1;
            let same = table.known("q1");
            table.answer(Ok(Answer::Quote(Box::new(same))));
        }
        assert_eq!(state(&table), BookingState::Waiting);
        assert_eq!(table.desk.state().exposure.total(), 12_000.into());
    }
    assert!((160..200).contains(&looks), "{looks} looks in a week");
    table.open_ticket("q1");
    assert_eq!(table.rule(), "booking");
    let ticket = table.desk.state().bookings[0].intent.ticket.clone();
    table.command(Command::SendAgain { ticket, typed: "again".into() });
    assert_eq!((table.rule(), table.storing.len()), ("again", 0));
}

#[test]
fn a_deal_a_refusal_or_a_person_ends_the_waiting() {
    // The quote names its deal.
    let mut table = waiting();
    table.pass(1);
    super::settling::is_booked(&mut table);
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(state(&table), BookingState::Done);
    // The quote says no, in any of the seller's words.
    for word in ["declined", "REJECTED", "cancelled"] {
        let mut table = waiting();
        table.pass(1);
        let mut told = table.known("q1");
        (told.status, told.raw_status) = (QuoteStatus::parse(word), word.into());
        table.answer(Ok(Answer::Quote(Box::new(told))));
        assert_eq!(state(&table), BookingState::Refused, "{word}");
        assert_eq!(table.desk.state().exposure.total(), 0.into(), "{word}");
    }
    // What says neither ends nothing: its quote ran out, it is gone, the seller is silent.
    let mut table = waiting();
    for told in [
        Err(error(ErrorKind::Refused, 404, "quote_not_found")),
        Err(error(ErrorKind::Refused, 410, "quote_expired")),
        Err(error(ErrorKind::Timeout, 0, "timeout")),
        Ok(QuoteStatus::Expired),
        Ok(QuoteStatus::Other),
    ] {
        table.pass(3_600);
        let result = told.map(|status| {
            let mut quote = table.known("q1");
            (quote.status, quote.raw_status) = (status, status.to_string());
            Answer::Quote(Box::new(quote))
        });
        table.answer(result);
        assert_eq!(state(&table), BookingState::Waiting);
    }
    // A person ends it, in writing.
    let ticket = table.desk.state().bookings[0].intent.ticket.clone();
    let why = "Their desk turned it down on the phone at 14:20".to_owned();
    table.command(Command::CloseUnknown { ticket, why });
    assert_eq!(state(&table), BookingState::Closed);
    assert_eq!(table.desk.state().exposure.total(), 0.into());
}

#[test]
fn a_2xx_that_cannot_be_read_proves_that_it_arrived() {
    let nonsense = |status| error(ErrorKind::Nonsense, status, "bad_json");
    for failure in [
        nonsense(200),
        nonsense(201),
        error(ErrorKind::TooLarge, 200, "too_large"),
        error(ErrorKind::Broken, 200, "reset"),
        error(ErrorKind::Refused, 200, "not_successful"),
    ] {
        let mut table = Table::sent();
        table.answer(Err(failure.clone()));
        assert_eq!(table.record("q1").stage(), Stage::Unknown, "{failure}");
        assert!(table.desk.state().bookings[0].arrived(), "{failure}");
    }
    // Neither does an answer of another kind.
    let mut table = Table::sent();
    let quote = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    assert!(table.desk.state().bookings[0].arrived());
}

#[test]
fn a_deal_that_is_over_is_no_booking() {
    for word in [
        "rejected",
        "expired",
        "cancelled",
        "completed",
        "declined",
        "failed",
        "error",
        "denied",
        "Refused",
        "withdrawn",
        "terminated",
        "revoked",
        "void",
        "deleted",
        "lapsed",
        "deprecated",
        "migrated",
    ] {
        let mut table = Table::sent();
        let deal = table.deal("D-7", "q1", word);
        table.answer(Ok(Answer::Deal(Box::new(deal))));
        assert_eq!(state(&table), BookingState::Disputed, "{word}");
        let record = &table.desk.state().deals[0];
        assert_eq!(record.stage(), Stage::Disputed, "{word}");
        assert!(record.attention.is_some(), "{word}");
        let over = ("status".into(), "booked".into(), word.into());
        assert!(record.differences.contains(&over));
        // Seen again, it is what it was, whatever else is news.
        for noise in ["one", "two"] {
            let mut again = table.desk.state().deals[0].deal.clone();
            again.activation_instructions.insert(noise.into(), "x".into());
            table.command(Command::PollDeal(again.reference()));
            table.answer(Ok(Answer::Deal(Box::new(again))));
            let record = &table.desk.state().deals[0];
            assert_eq!(
                (record.ours, record.stage()),
                (MatchStatus::Disputed, Stage::Disputed),
                "{word}"
            );
            assert!(record.differences.contains(&over), "{word}");
            assert_eq!(state(&table), BookingState::Disputed, "{word}");
        }
        let record = &table.desk.state().deals[0];
        // Its money is held until a person has seen it.
        assert_eq!(table.desk.state().exposure.total(), 12_000.into(), "{word}");
        let deal = record.reference();
        table.command(Command::Acknowledge(deal));
        // What was delivered is paid for, and what another deal stands for binds yet.
        let binds = ["completed", "deprecated", "migrated"].contains(&word);
        let held = if binds { 12_000 } else { 0 };
        assert_eq!(table.desk.state().exposure.total(), held.into(), "{word}");
    }
    // As agreed and alive, it is what was booked.
    let mut table = Table::sent();
    let canceled = table.deal("D-7", "q1", "canceled");
    table.answer(Ok(Answer::Deal(Box::new(canceled))));
    let alive = table.deal("D-7", "q1", "active");
    table.command(Command::PollDeal(alive.reference()));
    table.answer(Ok(Answer::Deal(Box::new(alive))));
    assert_eq!(table.desk.state().deals[0].ours, MatchStatus::Booked);
    assert_eq!(table.desk.state().exposure.total(), 12_000.into());
    // A dispute about a price is not settled by a deal that is taken back.
    let mut table = Table::sent();
    let mut dear = table.deal("D-7", "q1", "proposed");
    dear.pricing.final_cpm = Some(usd("25.00"));
    table.answer(Ok(Answer::Deal(Box::new(dear))));
    let gone = table.deal("D-7", "q1", "cancelled");
    table.command(Command::PollDeal(gone.reference()));
    table.answer(Ok(Answer::Deal(Box::new(gone))));
    assert_eq!(table.desk.state().deals[0].ours, MatchStatus::Disputed);
    // A word that says no, without a deal, is a refusal.
    let mut table = Table::sent();
    let no = SellerError { http_status: 200, ..error(ErrorKind::Refused, 200, "rejected") };
    table.answer(Err(no));
    assert_eq!(state(&table), BookingState::Refused);
}

#[test]
fn what_is_told_of_another_quote_or_deal_is_folded_into_nothing() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.quoted("q2", "20.00");
    // A re-read answered with another quote.
    table.command(Command::Reread(key("q1")));
    let mut other = table.known("q2");
    other.pricing.final_cpm = Some("1.00".parse().unwrap());
    let before = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(other.clone()))));
    assert_eq!(
        (table.known("q1"), table.known("q2").pricing),
        (before, table.quote("q2", "20.00").pricing)
    );
    // A ticket's re-read: nothing can be typed.
    table.open_ticket("q1");
    table.answer(Ok(Answer::Quote(Box::new(other))));
    let ticket = table.desk.state().ticket.clone().unwrap();
    assert_eq!(ticket.state, dealdesk::desk::TicketState::Blocked);
    assert_eq!(ticket.checks[0].name, "re-read");
    // A booking answered with the deal of another quote is not this one's.
    let mut table = Table::sent();
    let mut deal = table.deal("D-9", "q1", "proposed");
    deal.quote_id = Some("q2".into());
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    assert!(table.desk.state().deals.is_empty());
    // A look at one deal answered with another.
    table.pass(1);
    super::settling::is_booked(&mut table);
    let other = table.deal("D-8", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(other))));
    assert!(table.desk.state().deals.is_empty());
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
}

#[test]
fn a_quote_that_we_tried_to_book_and_that_reads_booked_is_looked_up() {
    for failure in [
        error(ErrorKind::Refused, 400, "bad"),
        error(ErrorKind::Refused, 410, "quote_expired"),
        error(ErrorKind::Refused, 429, "rate_limited"),
    ] {
        let mut table = Table::sent();
        table.answer(Err(failure.clone()));
        assert!(!state(&table).is_awaited(), "{failure}");
        assert_eq!(table.desk.state().exposure.total(), 0.into());
        table.command(Command::Reread(key("q1")));
        let mut booked = table.known("q1");
        (booked.status, booked.raw_status) = (QuoteStatus::Booked, "booked".into());
        booked.deal_id = Some("D-7".into());
        table.answer(Ok(Answer::Quote(Box::new(booked))));
        assert_eq!(state(&table), BookingState::Unknown, "{failure}");
        assert_eq!(table.desk.state().exposure.total(), 12_000.into(), "{failure}");
        table.pass(2);
        super::settling::is_booked(&mut table);
        let deal = table.deal("D-7", "q1", "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
        assert_eq!(state(&table), BookingState::Done, "{failure}");
    }
}
