//! A booking that nobody knows the outcome of, on the board: its lane, its evidence, and the ways in
//! which a person settles it; a booking that is not as agreed, and the notes for both.

use dealdesk::{
    desk::BookingState,
    domain::{Answer, Ask, ErrorKind, QuoteRef, ask::Waiting},
};

use super::{
    harness::{Seat, look},
    world::{error, seat, usd},
};

fn key() -> QuoteRef {
    QuoteRef::new("northlight", "qt-1")
}

fn sent(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("harbor", "qt-h", "25.22", 40);
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.keys("1 / q t - 1 enter B");
    seat.same(&key());
    seat.screen();
    seat.wait(400).typed("25.22").keys("enter").stored();
    seat
}

/// Lost, looked up once, and seen on the board.
fn lost(size: (u16, u16)) -> Seat {
    let mut seat = sent(size);
    let late = error(ErrorKind::Timeout, 0, "timeout", "no answer in 30 s");
    seat.answer_where(|_, ask| ask.commits(), Err(late));
    seat.wait(1_100);
    let down = error(ErrorKind::Unavailable, 503, "", "Service Unavailable");
    seat.answer_where(|_, ask| ask.name() == "get quote", Err(down));
    seat.wait(400).keys("esc esc");
    seat.screen();
    seat
}

fn disputed(size: (u16, u16)) -> Seat {
    let mut seat = sent(size);
    let mut deal = seat.deal("NL-26-00417", &key());
    deal.pricing.final_cpm = Some(usd("27.36"));
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
    seat.keys("esc esc");
    seat.screen();
    seat
}

fn booking(seat: &Seat) -> BookingState {
    seat.desk.state().bookings[0].state
}

#[test]
fn what_is_unknown_or_disputed_has_a_lane_of_its_own() {
    look("settle_unknown", lost);
    look("settle_disputed", disputed);
    look("settle_enter_deal", |size| {
        let mut seat = lost(size);
        seat.keys("M").typed("NL-26-004");
        seat
    });
    look("settle_end", |size| {
        let mut seat = lost(size);
        seat.keys("E").typed("Maria at Northlight says no such deal");
        seat
    });
    let mut large = lost((200, 60));
    assert!(large.shows("?! UNKNOWN 1 · $12.6k counts as spent"), "{}", large.screen());
    let mut wide = lost((120, 36));
    assert!(wide.shows("(? $12.6k)"), "{}", wide.screen());
}

#[test]
fn a_deal_id_that_the_seller_confirms_settles_it() {
    let mut seat = lost((120, 36));
    seat.keys("M").typed("NL-7").keys("enter");
    assert!(seat.shows("asking the seller"), "{}", seat.screen());
    let gone = error(ErrorKind::Refused, 404, "not_found", "no such deal");
    let asked = seat.answer_where(|_, ask| ask.name() == "get deal", Err(gone));
    assert_eq!(asked, Ask::GetDeal("NL-7".into()));
    assert!(seat.shows("does not confirm that deal"), "{}", seat.screen());
    assert_eq!(booking(&seat), BookingState::Unknown);
    seat.wait(400).keys("backspace").typed("9");
    seat.keys("enter");
    let deal = seat.deal("NL-9", &key());
    let asked =
        seat.answer_where(|_, ask| ask.name() == "get deal", Ok(Answer::Deal(Box::new(deal))));
    assert_eq!((asked, booking(&seat)), (Ask::GetDeal("NL-9".into()), BookingState::Done));
    seat.screen();
    assert!(!seat.app.has_ticket());
    assert_eq!(seat.commits(), 0);
}

#[test]
fn a_booking_is_ended_only_by_a_reason_in_words() {
    let mut seat = lost((120, 36));
    seat.keys("E enter");
    assert!(seat.shows("nothing was typed"), "{}", seat.screen());
    seat.typed("no").keys("enter");
    assert!(seat.shows("needs a reason in words"), "{}", seat.screen());
    seat.paste("a pasted reason that is long enough");
    seat.keys("enter");
    assert_eq!(booking(&seat), BookingState::Unknown);
    seat.typed("Maria at Northlight says there is none").keys("enter");
    assert_eq!(booking(&seat), BookingState::Closed);
    assert_eq!(seat.desk.state().exposure.total(), 0.into());
    seat.screen();
    assert!(!seat.app.has_ticket());
}

#[test]
fn the_note_says_what_the_seller_needs_and_nothing_else() {
    let mut seat = lost((120, 36));
    seat.keys("C");
    let note = seat.copied.pop().unwrap();
    let intent = seat.desk.state().bookings[0].intent.clone();
    for words in [
        "Quote ID: qt-1",
        &format!("Idempotency key: {}", intent.idempotency_key),
        &format!("Our ticket: {}", intent.ticket),
        "Sent: 2026-06-18 14:01:",
        "Looked up: 2026-06-18 14:01:",
        "Service Unavailable",
        "Agreed: 25.22 USD CPM",
    ] {
        assert!(note.contains(words), "{words:?} in {note}");
    }
    for secret in ["harbor", "qt-h", "30", "26.00", "100,000", "••••"] {
        assert!(
            !note.replace("no answer in 30 s", "").replace("2026-09-30", "").contains(secret),
            "{secret:?} in {note}"
        );
    }
    let mut seat = disputed((120, 36));
    seat.keys("C");
    let note = seat.copied.pop().unwrap();
    for words in ["Deal ID: NL-26-00417", "agreed 25.22", "booked 27.36"] {
        assert!(note.contains(words), "{words:?} in {note}");
    }
}

#[test]
fn where_nothing_is_unknown_the_keys_say_so() {
    let mut seat = seat((120, 36));
    for key in ["M", "E", "C"] {
        seat.keys(key);
        assert!(seat.shows("✗"), "{key} on an empty board: {}", seat.screen());
    }
    seat.quoted("northlight", "qt-1", "25.22", 10);
    for key in ["M", "E", "C"] {
        seat.keys("esc");
        seat.keys(key);
        assert!(seat.shows("UNKNOWN") && !seat.app.has_ticket(), "{key}: {}", seat.screen());
    }
}

#[test]
fn a_look_by_hand_books_nothing() {
    let mut seat = lost((120, 36));
    while !seat.asked.is_empty() {
        let down = error(ErrorKind::Unavailable, 503, "", "Service Unavailable");
        seat.answer(Err(down));
    }
    seat.keys("r");
    assert!(matches!(seat.asked.as_slice(), [(_, _, Ask::GetQuote(_))]), "{:?}", seat.asked);
    assert_eq!(seat.commits(), 0);
}

#[test]
fn a_booking_that_the_seller_has_is_waited_for_and_not_called_unknown() {
    let mut seat = seat((120, 36));
    let quote = seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.arms(&quote);
    seat.typed("25.22").keys("enter").stored();
    let says = Waiting { status: "pending_approval".into(), says: "A person reviews it".into() };
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Waiting(says)));
    seat.keys("esc 1");
    let screen = seat.screen();
    assert!(screen.contains("WAITING  it left us"), "{screen}");
    assert!(screen.contains("not again: the seller has it"), "{screen}");
    assert!(!screen.contains("UNKNOWN"), "{screen}");
}
