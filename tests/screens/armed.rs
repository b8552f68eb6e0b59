//! What an armed ticket does not listen to: pasted text, held keys, and keys in the moment after it
//! appeared, was resized or got the focus back.

use dealdesk::{
    domain::{Answer, QuoteRef},
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
    assert!(seat.shows("not heard: let go of the keys for a moment"), "{}", seat.screen());
    // What was not heard begins the moment anew.
    seat.wait(299);
    quick(&mut seat, "25.22");
    assert_eq!(seat.commits(), 0);
    seat.wait(300);
    quick(&mut seat, "25.22");
    assert_eq!(seat.storing.len(), 1);
}

/// A quote that is booked with one key, the ticket open.
fn easy() -> Seat {
    let mut seat = seat((120, 36));
    let mut quote = seat.quote("northlight", "qt-1", "25.22", 10);
    quote.terms.impressions = Some(20_000);
    seat.quoted_as(quote);
    seat.keys("3");
    seat.chord(Chord::char('B'), KeyKind::Press);
    seat.same(&QuoteRef::new("northlight", "qt-1"));
    seat.screen();
    seat
}

/// A ticket that one key answers, just opened.
fn asks_for_a_key(key: char) -> Seat {
    match key {
        'B' => easy(),
        'Q' => {
            let mut seat = seat((120, 36)).with_kits();
            seat.chord(Chord::char('Q'), KeyKind::Press);
            seat
        }
        key => {
            let mut seat = negotiating();
            seat.chord(Chord::char(key), KeyKind::Press);
            seat
        }
    }
}

/// Whether anything was sent, armed or ended.
fn did_anything(seat: &Seat) -> bool {
    let of = |record: &dealdesk::desk::QuoteRecord| {
        let game = record.negotiation.as_ref();
        game.is_some_and(|game| game.is_over() || game.auto.is_some())
    };
    let asks = |ask: &dealdesk::domain::Ask| matches!(ask, dealdesk::domain::Ask::Quote { .. });
    seat.commits() > 0
        || seat.asked.iter().any(|(_, _, ask)| asks(ask))
        || seat.desk.state().quotes.values().any(of)
}

#[test]
fn a_key_that_is_held_down_from_the_opening_on_answers_no_ticket() {
    for ticket in ['B', 'N', 'W', 'a', 'Q'] {
        // As long as a person can set it until a key repeats, and how often it does.
        for (before, every) in [
            (250, 33),
            (400, 90),
            (500, 30),
            (660, 40),
            (1_000, 33),
            (250, 400),
            (500, 700),
            (1_000, 900),
        ] {
            for answer in [Chord::char('y'), Chord::key(Key::Enter)] {
                let mut seat = asks_for_a_key(ticket);
                seat.wait(100);
                // An armed ticket is checked again after a minute.
                for nth in 0..(50_000 / every).min(100) {
                    seat.chord(answer, KeyKind::Press);
                    seat.wait(if nth == 0 { before - 1 } else { every });
                    assert!(!did_anything(&seat), "{ticket} {before} {every}: {}", seat.screen());
                }
                assert!(seat.app.has_ticket(), "{ticket} {answer}");
                // Let go and pressed again, it is an answer.
                seat.wait(1_100).chord(Chord::char('y'), KeyKind::Press);
                assert!(did_anything(&seat), "{ticket} {answer}: {}", seat.screen());
            }
        }
    }
}

/// The first of a held key may come at once with the key that opened the ticket: it is held all the same.
#[test]
fn a_key_that_came_with_the_opening_one_and_is_held_answers_no_ticket() {
    for before in [350, 500, 660, 990] {
        let mut seat = asks_for_a_key('N');
        seat.paste("y");
        for nth in 0..60 {
            seat.wait(if nth == 0 { before } else { 33 });
            seat.chord(Chord::char('y'), KeyKind::Press);
            assert!(!did_anything(&seat), "{before} {nth}: {}", seat.screen());
        }
        seat.wait(1_100).chord(Chord::char('y'), KeyKind::Press);
        assert!(did_anything(&seat), "{before}: {}", seat.screen());
    }
}

#[test]
fn the_rest_of_a_held_answer_goes_nowhere() {
    let mut seat = easy();
    seat.wait(400).chord(Chord::char('y'), KeyKind::Press);
    assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
    seat.wait(500).chord(Chord::char('y'), KeyKind::Press);
    seat.stored();
    let held = |seat: &mut Seat| {
        for _ in 0..60 {
            seat.wait(33).chord(Chord::char('y'), KeyKind::Press);
        }
    };
    held(&mut seat);
    let deal = seat.deal("NL-1", &QuoteRef::new("northlight", "qt-1"));
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(deal.into())));
    held(&mut seat);
    assert!(seat.shows("BOOKED") && seat.copied.is_empty(), "{:?}", seat.copied);
    // A move: the ticket is gone, and the key means something else on the screen below.
    let mut seat = asks_for_a_key('N');
    seat.wait(400);
    held(&mut seat);
    assert_eq!(seat.commits(), 1);
    assert!(seat.copied.is_empty() && !seat.shows("COPY"), "{}", seat.screen());
}

#[test]
fn keys_that_come_at_once_are_a_paste_wherever_keys_answer() {
    let burst: Vec<Chord> = "yyyy".chars().map(Chord::char).collect();
    for ticket in ['B', 'N', 'W', 'A', 'a', 'Q', 'P'] {
        let mut seat = asks_for_a_key(ticket);
        seat.wait(1_000);
        assert!(seat.app.takes_as_paste(&burst), "{ticket}");
        seat.paste("yyyy\n");
        assert!(!did_anything(&seat), "{ticket}");
        assert!(seat.shows("a paste, or keys that come at once"), "{ticket}: {}", seat.screen());
    }
    // Elsewhere few keys are keys, and so are many of the same; other many are a paste that is told.
    let mut seat = seat((120, 36));
    assert!(!seat.app.takes_as_paste(&burst));
    assert!(!seat.app.takes_as_paste(&vec![Chord::char('j'); 3_000]));
    let text: Vec<Chord> = "11;rgb:1e1e/1e1e/1e1e".chars().map(Chord::char).collect();
    assert!(seat.app.takes_as_paste(&text));
    seat.paste("11;rgb:1e1e/1e1e/1e1e");
    assert!(seat.shows("what was pasted, or came at once, is no key"), "{}", seat.screen());
    seat.keys("?");
    assert!(!seat.app.takes_as_paste(&text), "a line of words takes them");
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
