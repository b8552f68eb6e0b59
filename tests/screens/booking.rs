//! The booking ticket in every state, with the outcome words that follow it.

use dealdesk::{
    desk::{BookingState, Command, Input, Setup},
    domain::{Answer, Ask, ErrorKind, Limits, QuoteRef},
};

use super::{
    harness::{Seat, look},
    world::{error, seat, setup, usd},
};

fn checking(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.keys("3 B");
    seat
}

fn key() -> QuoteRef {
    QuoteRef::new("northlight", "qt-1")
}

fn armed(size: (u16, u16)) -> Seat {
    let mut seat = checking(size);
    seat.same(&key());
    seat.screen();
    seat.wait(400);
    seat
}

fn sent(size: (u16, u16)) -> Seat {
    let mut seat = armed(size);
    seat.typed("25.22").keys("enter").stored();
    seat
}

fn answered(size: (u16, u16), result: Result<Answer, dealdesk::domain::SellerError>) -> Seat {
    let mut seat = sent(size);
    seat.wait(1_200);
    seat.answer_where(|_, ask| ask.commits(), result);
    seat
}

/// A quote small enough for `y`.
fn easy(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    let mut quote = seat.quote("northlight", "qt-1", "25.22", 10);
    quote.terms.impressions = Some(20_000);
    seat.quoted_as(quote);
    seat.arms(&key());
    seat
}

/// A quote without impressions.
fn without_impressions(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    let mut quote = seat.quote("northlight", "qt-1", "20.22", 10);
    quote.terms.impressions = None;
    quote.deal_type = dealdesk::domain::DealType::Auction;
    quote.terms.guaranteed = false;
    seat.quoted_as(quote);
    seat.keys("3 B");
    seat
}

#[test]
fn one_key_empties_what_was_typed_wrongly() {
    let mut seat = armed((120, 36));
    seat.typed("222").keys("ctrl-u").typed("25.22").keys("enter");
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
    let mut seat = armed((120, 36));
    seat.keys("esc 3 N e").typed("222").keys("ctrl-u").typed("20").keys("enter");
    assert!(seat.shows("draft 20.00"), "{}", seat.screen());
}

#[test]
fn every_state_of_the_ticket_has_its_own_look() {
    look("book_checking", checking);
    look("book_armed", |size| {
        let mut seat = armed(size);
        seat.typed("25.2");
        seat
    });
    look("book_mistyped", |size| {
        let mut seat = armed(size);
        seat.typed("25.32").keys("enter");
        seat
    });
    look("book_easy", easy);
    look("book_blocked_by_limit", |size| {
        let mut seat = seat(size);
        seat.quoted("northlight", "qt-1", "28.80", 10);
        seat.keys("3 B");
        seat.same(&key());
        seat
    });
    look("book_changed", |size| {
        let mut seat = checking(size);
        let mut quote = seat.known(&key());
        quote.pricing.final_cpm = Some(usd("25.60"));
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        seat
    });
    look("book_storing", |size| {
        let mut seat = armed(size);
        seat.typed("25.22").keys("enter");
        seat
    });
    look("book_sent", |size| {
        let mut seat = sent(size);
        seat.wait(3_400);
        seat
    });
    look("book_done", |size| {
        let mut seat = sent(size);
        let deal = seat.deal("NL-26-00417", &key());
        seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
        seat
    });
    look("book_disputed", |size| {
        let mut seat = sent(size);
        let mut deal = seat.deal("NL-26-00417", &key());
        deal.pricing.final_cpm = Some(usd("27.36"));
        deal.terms.impressions = Some(450_000);
        seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
        seat
    });
    look("book_unknown", |size| {
        let late = error(ErrorKind::Timeout, 0, "timeout", "no answer in 30 s");
        let mut seat = answered(size, Err(late));
        seat.wait(1_500);
        let down = error(ErrorKind::Unavailable, 503, "", "Service Unavailable");
        seat.answer_where(|_, ask| ask.name() == "get quote", Err(down));
        seat.wait(1_000);
        seat
    });
    look("book_refused", |size| {
        answered(size, Err(error(ErrorKind::Refused, 403, "forbidden", "this key may not book")))
    });
    look("book_expired", |size| {
        answered(size, Err(error(ErrorKind::Refused, 410, "quote_expired", "Quote has expired")))
    });
    look("book_not_sent", |size| {
        answered(size, Err(error(ErrorKind::Unreachable, 0, "connect_error", "connection refused")))
    });
    look("book_spend", without_impressions);
}

#[test]
fn a_blocked_ticket_takes_no_answer() {
    let mut seat = Seat::with(Setup { limits: Limits::default(), ..setup() }, (120, 36));
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.arms(&key()).typed("25.22").keys("y");
    assert!(seat.shows("unset means zero"), "{}", seat.screen());
    assert_eq!(seat.commits(), 0);
}

#[test]
fn esc_leaves_everything_as_it_was_and_only_hides_what_was_sent() {
    let mut seat = armed((120, 36));
    seat.typed("25.22").keys("esc");
    assert!(seat.desk.state().ticket.is_none());
    assert_eq!(seat.commits(), 0);
    assert!(!seat.app.has_ticket());
    let mut seat = sent((120, 36));
    seat.keys("esc");
    assert!(!seat.app.has_ticket());
    assert!(seat.desk.state().ticket.is_some(), "what was sent goes on");
    seat.keys("B");
    assert!(seat.shows("SENT, THE ANSWER IS AWAITED"), "{}", seat.screen());
    assert_eq!(seat.commits(), 1, "shown again, sent once");
}

#[test]
fn a_wrong_price_sends_nothing_and_clears_the_line() {
    let mut seat = armed((120, 36));
    seat.typed("25.32").keys("enter");
    assert_eq!(seat.commits(), 0);
    assert!(seat.shows("you typed 25.32, the price is 25.22"), "{}", seat.screen());
    seat.typed("25,22").keys("enter");
    assert_eq!(seat.storing.len(), 1, "a comma is a decimal mark: {}", seat.screen());
}

#[test]
fn below_the_easy_limit_y_is_answer_enough() {
    let mut seat = easy((120, 36));
    seat.keys("enter");
    assert_eq!(seat.commits(), 0);
    seat.keys("y");
    assert_eq!(seat.storing.len(), 1);
}

#[test]
fn a_quote_without_impressions_asks_for_a_planned_spend_and_counts_it() {
    let mut seat = without_impressions((120, 36));
    assert!(seat.asked.is_empty(), "nothing is read before the spend is given");
    seat.typed("5000").keys("enter").typed("Q3 awareness").keys("enter enter");
    assert!(matches!(seat.asked[0].2, Ask::GetQuote(_)), "{}", seat.screen());
    seat.same(&key());
    let screen = seat.screen();
    assert!(screen.contains("5,000.00 USD") && screen.contains("“Q3 awareness”"), "{screen}");
    seat.wait(400).typed("20.22").keys("enter");
    seat.stored();
    assert_eq!(seat.desk.state().exposure.in_flight, 5_000.into());
}

#[test]
fn a_note_opens_the_ticket_anew_and_is_sent() {
    let mut seat = armed((120, 36));
    seat.keys("tab").typed("Q3 y").keys("enter enter");
    assert_eq!(seat.commits(), 0);
    seat.same(&key());
    seat.screen();
    seat.wait(400).typed("25.22").keys("enter").stored();
    let Some((_, _, Ask::Book { notes, .. })) = seat.asked.iter().find(|(_, _, ask)| ask.commits())
    else {
        panic!("{:?}", seat.asked)
    };
    assert_eq!(notes.as_deref(), Some("Q3 y"));
}

#[test]
fn an_unknown_booking_ends_by_evidence_and_blocks_the_quote_until_then() {
    let late = error(ErrorKind::Timeout, 0, "timeout", "no answer in 30 s");
    let mut seat = answered((120, 36), Err(late));
    assert!(seat.shows("UNKNOWN"), "{}", seat.screen());
    seat.keys("esc B");
    assert!(seat.shows("booking it again is blocked"), "{}", seat.screen());
    let booking = |seat: &Seat| seat.desk.state().bookings[0].state;
    assert_eq!(booking(&seat), BookingState::Unknown);
    seat.wait(2_000);
    let mut quote = seat.known(&key());
    quote.deal_id = Some("NL-9".into());
    seat.answer_where(|_, ask| ask.name() == "get quote", Ok(Answer::Quote(Box::new(quote))));
    let deal = seat.deal("NL-9", &key());
    seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(booking(&seat), BookingState::Done);
    assert!(seat.shows("BOOKED NL-9"), "{}", seat.screen());
}

#[test]
fn an_unanswered_ticket_is_checked_again_and_what_was_typed_is_gone() {
    let mut seat = armed((120, 36));
    seat.typed("25.2").wait(61_000);
    assert!(seat.shows("Nothing can be typed"), "{}", seat.screen());
    seat.same(&key());
    seat.screen();
    seat.wait(400).typed("2").keys("enter");
    assert_eq!(seat.commits(), 0, "25.2 and 2 do not add up to an answer");
}

#[test]
fn a_read_only_desk_opens_no_ticket() {
    let mut seat = Seat::with(Setup { read_only: true, ..setup() }, (120, 36)).with_kits();
    seat.keys("Q");
    assert!(!seat.app.has_ticket());
    assert!(seat.shows("read-only"), "{}", seat.screen());
    let mut seat = super::world::seat((120, 36));
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.input(Input::Command(Command::LetGo(key())));
    seat.keys("3 N");
    assert!(!seat.app.has_ticket());
}
