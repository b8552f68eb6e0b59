//! What an armed ticket does not listen to: pasted text, held keys, and keys in the moment after it
//! appeared, was resized or got the focus back.

use dealdesk::{
    domain::QuoteRef,
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::Seat,
    world::{moved, seat},
};

fn armed() -> Seat {
    let mut seat = seat((120, 36));
    let key = seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.keys("3 B");
    seat.same(&key);
    seat.screen();
    seat
}

/// A negotiation in which it is our turn.
fn negotiating() -> Seat {
    let mut seat = seat((120, 36));
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 N e").typed("20").keys("enter N y").stored();
    seat.answer(Ok(moved(1, "counter", "20.00", "25.99")));
    seat.keys("m");
    seat
}

fn quick(seat: &mut Seat, letters: &str) {
    for letter in letters.chars() {
        seat.chord(Chord::char(letter), KeyKind::Press);
    }
    seat.chord(Chord::key(Key::Enter), KeyKind::Press);
}

#[test]
fn a_pasted_price_is_not_typed() {
    let mut seat = armed();
    seat.wait(400);
    seat.paste("25.22");
    seat.paste("25.22\n");
    seat.keys("enter");
    assert_eq!(seat.commits(), 0, "{}", seat.screen());
    let mut seat = negotiating();
    seat.keys("A");
    seat.paste("25.99");
    seat.keys("enter");
    assert_eq!(seat.commits(), 0);
}

#[test]
fn held_keys_are_not_typed_and_do_not_send() {
    let mut seat = armed();
    seat.wait(400).typed("25.2");
    for _ in 0..20 {
        seat.chord(Chord::char('2'), KeyKind::Repeat);
    }
    for _ in 0..20 {
        seat.chord(Chord::key(Key::Enter), KeyKind::Repeat);
    }
    assert_eq!(seat.commits(), 0);
    assert!(seat.shows("Type the CPM to book: 25.2 "), "{}", seat.screen());
    let mut seat = negotiating();
    seat.keys("N");
    for _ in 0..20 {
        seat.chord(Chord::char('y'), KeyKind::Repeat);
    }
    assert_eq!(seat.commits(), 0);
}

#[test]
fn nothing_is_heard_in_the_first_moment_after_the_line_opens() {
    let mut seat = armed();
    quick(&mut seat, "25.22");
    assert_eq!(seat.commits(), 0);
    seat.wait(299);
    quick(&mut seat, "25.22");
    assert_eq!(seat.commits(), 0);
    seat.wait(1);
    quick(&mut seat, "25.22");
    assert_eq!(seat.storing.len(), 1);
}

#[test]
fn a_resize_or_the_focus_coming_back_makes_it_deaf_again() {
    for by_focus in [true, false] {
        let mut seat = armed();
        seat.wait(1_000);
        if by_focus {
            seat.app.focus_gained(seat.now);
        } else {
            seat.app.resized(110, 36, seat.now);
        }
        quick(&mut seat, "25.22");
        assert_eq!(seat.commits(), 0, "focus {by_focus}");
        seat.wait(300);
        quick(&mut seat, "25.22");
        assert_eq!(seat.storing.len(), 1, "focus {by_focus}");
    }
}

#[test]
fn the_opening_key_and_a_quick_yes_send_nothing() {
    for (key, answer) in [("N", 'y'), ("W", 'y'), ("a", 'y')] {
        let mut seat = negotiating();
        seat.chord(key.parse().unwrap(), KeyKind::Press);
        seat.chord(Chord::char(answer), KeyKind::Press);
        assert!(seat.app.has_ticket(), "{key}");
        assert_eq!(seat.commits(), 0, "{key}");
        let record = seat.desk.state().quote(&QuoteRef::new("northlight", "qt-1")).unwrap();
        let game = record.negotiation.as_ref().unwrap();
        assert!(!game.is_over() && game.auto.is_none(), "{key}");
    }
    let mut seat = super::world::seat((120, 36)).with_kits();
    seat.chord(Chord::char('Q'), KeyKind::Press);
    seat.chord(Chord::char('y'), KeyKind::Press);
    assert!(seat.asked.is_empty());
}

#[test]
fn below_the_least_size_no_ticket_is_answered() {
    let mut seat = armed();
    seat.wait(1_000);
    seat.size = (59, 15);
    seat.app.resized(59, 15, seat.now);
    seat.wait(1_000);
    quick(&mut seat, "25.22");
    assert_eq!(seat.commits(), 0);
}
