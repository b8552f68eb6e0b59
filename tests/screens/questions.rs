//! What a booking ticket asks beside the price: a word while the desk is halted, the whole cost where
//! something is out of the usual; and who has another ticket armed.

use dealdesk::{
    desk::TicketState,
    domain::{Answer, Ask, QuoteRef},
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::{Seat, look},
    world::{seat, usd},
};

fn key() -> QuoteRef {
    QuoteRef::new("northlight", "qt-1")
}

/// A ticket for `price`, armed.
fn armed(mut seat: Seat, price: &str) -> Seat {
    seat.quoted("northlight", "qt-1", price, 10);
    seat.arms(&key());
    seat
}

/// A ticket on a desk that is halted.
fn on_a_halted_desk(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.keys("f12");
    armed(seat, "25.22")
}

/// A ticket for a price that is far over the seller's own list (32.00).
fn out_of_the_usual(size: (u16, u16)) -> Seat {
    let mut seat = seat(size).with_kits();
    let mut quote = seat.quote("northlight", "qt-1", "25.22", 10);
    quote.pricing.final_cpm = Some(usd("25.225"));
    seat.quoted_as(quote);
    seat.arms(&key());
    seat
}

#[test]
fn every_question_has_its_own_look() {
    look("question_word", |size| {
        let mut seat = on_a_halted_desk(size);
        seat.typed("hal");
        seat
    });
    look("question_answered", |size| {
        let mut seat = on_a_halted_desk(size);
        seat.typed("halted").keys("enter");
        seat.screen();
        seat
    });
    look("question_cost", out_of_the_usual);
    look("question_warning", |size| {
        let mut seat = seat(size);
        let first = seat.quoted("northlight", "qt-0", "25.22", 10);
        seat.arms(&first).typed("25.22").keys("enter").stored().keys("esc");
        seat.quoted("northlight", "qt-1", "25.22", 10);
        let lost =
            super::world::error(dealdesk::domain::ErrorKind::Timeout, 0, "timeout", "no answer");
        seat.answer_where(|_, ask| ask.commits(), Err(lost));
        seat.keys("1 / q t - 1 enter B");
        let quote = seat.known(&key());
        let of_it = |ask: &Ask| *ask == Ask::GetQuote("qt-1".into());
        seat.answer_where(|_, ask| of_it(ask), Ok(Answer::Quote(Box::new(quote))));
        seat.screen();
        seat.wait(400);
        seat
    });
    look("question_armed_elsewhere", |size| {
        let mut seat = seat(size);
        seat.armed_by = Some("ben@cli (ticket tk-0c1d)".into());
        armed(seat, "25.22")
    });
}

#[test]
fn the_word_comes_first_and_the_price_after_it() {
    let mut seat = on_a_halted_desk((120, 36));
    seat.typed("25.22").keys("enter");
    assert_eq!(seat.commits(), 0, "{}", seat.screen());
    assert!(seat.shows("type halted"), "{}", seat.screen());
    seat.typed("halted").keys("enter");
    assert_eq!(seat.commits(), 0);
    assert!(seat.shows("Type the CPM to book"), "{}", seat.screen());
    seat.wait(400).typed("25.22").keys("enter");
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
}

#[test]
fn the_cost_is_typed_in_full_before_the_price() {
    let mut seat = out_of_the_usual((120, 36));
    assert!(seat.shows("twelve thousand six hundred"), "{}", seat.screen());
    seat.typed("25.225").keys("enter");
    assert_eq!(seat.commits(), 0);
    seat.typed("12612.50").keys("enter");
    assert_eq!(seat.commits(), 0);
    seat.screen();
    seat.wait(400).typed("25.225").keys("enter");
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
}

#[test]
fn pastes_held_keys_and_the_first_moment_answer_no_question() {
    let mut seat = on_a_halted_desk((120, 36));
    seat.paste("halted");
    seat.keys("enter");
    assert!(!seat.shows("Type the CPM"), "a paste");
    for letter in "halted".chars() {
        seat.chord(Chord::char(letter), KeyKind::Repeat);
    }
    seat.chord(Chord::key(Key::Enter), KeyKind::Repeat);
    assert!(!seat.shows("Type the CPM"), "held keys");
    seat.app.focus_gained(seat.now);
    let quick = |seat: &mut Seat, text: &str| {
        for letter in text.chars() {
            seat.chord(Chord::char(letter), KeyKind::Press);
        }
        seat.chord(Chord::key(Key::Enter), KeyKind::Press);
    };
    quick(&mut seat, "halted");
    assert!(!seat.shows("Type the CPM"), "the first moment");
    seat.wait(300);
    quick(&mut seat, "halted");
    // The price is asked for now, and that is a line of its own: what comes in the same breath is lost.
    quick(&mut seat, "25.22");
    assert_eq!(seat.commits(), 0, "{}", seat.screen());
    assert!(seat.shows("Type the CPM to book:  "), "{}", seat.screen());
    seat.wait(299);
    quick(&mut seat, "25.22");
    assert_eq!(seat.commits(), 0);
    seat.wait(300);
    quick(&mut seat, "25.22");
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
}

#[test]
fn an_easy_ticket_asks_its_question_before_y() {
    let mut seat = seat((120, 36));
    seat.keys("f12");
    let mut quote = seat.quote("northlight", "qt-1", "25.22", 10);
    quote.terms.impressions = Some(20_000);
    seat.quoted_as(quote);
    seat.arms(&key()).keys("y");
    assert_eq!(seat.commits(), 0, "{}", seat.screen());
    seat.keys("backspace").typed("halted").keys("enter");
    seat.screen();
    seat.wait(400).keys("y");
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
}

#[test]
fn a_ticket_armed_elsewhere_blocks_and_says_whose_it_is() {
    let mut seat = seat((120, 36));
    seat.armed_by = Some("ben@cli".into());
    let mut seat = armed(seat, "25.22");
    assert_eq!(seat.desk.state().ticket.as_ref().unwrap().state, TicketState::Blocked);
    assert!(seat.shows("by ben@cli"), "{}", seat.screen());
    seat.typed("25.22").keys("y");
    assert_eq!(seat.commits(), 0);
    seat.armed_by = None;
    seat.keys("enter");
    let quote = seat.known(&key());
    seat.answer_where(|_, ask| ask.name() == "get quote", Ok(Answer::Quote(Box::new(quote))));
    seat.screen();
    seat.wait(400).typed("25.22").keys("enter");
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
}
