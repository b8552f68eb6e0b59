//! The ticket that arms a trigger: typed, never pasted or held; one key lets it go; and it is seen wherever
//! it is armed.

use dealdesk::{
    domain::{Answer, trigger::Scope},
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::{Seat, look},
    world::{moved, seat},
};

/// The ticket on a quote at 25.22, beside one of another seller.
fn ticket(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("harbor", "qt-h", "25.60", 10);
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.keys("3 / ctrl-u q t - 1 enter P");
    seat.typed("24");
    seat
}

/// Its lines are filled in: what it may spend is to be typed.
fn filled(size: (u16, u16)) -> Seat {
    let mut seat = ticket(size);
    seat.keys("enter enter enter enter");
    seat
}

fn armed(size: (u16, u16)) -> Seat {
    let mut seat = filled(size);
    seat.typed("12000").keys("enter");
    assert_eq!(triggers(&seat), 1, "{}", seat.screen());
    seat
}

fn triggers(seat: &Seat) -> usize {
    seat.desk.state().controls.triggers.len()
}

#[test]
fn screens() {
    look("trigger_ticket", ticket);
    look("trigger_typed", filled);
    look("trigger_armed", armed);
    look("trigger_ladder", |size| {
        let mut seat = armed(size);
        seat.keys("N e").typed("20").keys("enter N y").stored();
        seat.answer(Ok(moved(1, "counter", "20.00", "25.00")));
        seat
    });
}

#[test]
fn what_it_may_spend_is_typed_and_its_key_lets_it_go() {
    let mut seat = armed((120, 36));
    let trigger = seat.desk.state().controls.triggers.values().next().unwrap().clone();
    assert_eq!(
        (trigger.terms.scope, trigger.terms.spend.plain().as_str()),
        (Scope::This, "12000.00")
    );
    for screen in ["1", "2", "3", "4", "8", "9"] {
        seat.keys(screen);
        assert!(seat.shows("TRIGGER"), "{}", seat.screen());
    }
    seat.keys("3 P");
    assert_eq!(triggers(&seat), 0);
    assert!(!seat.shows("TRIGGER"), "{}", seat.screen());

    let mut seat = filled((120, 36));
    seat.typed("1200").keys("enter");
    assert_eq!(triggers(&seat), 0, "another amount arms nothing");
    let mut seat = ticket((120, 36));
    seat.keys("backspace backspace").typed("25.22").keys("enter enter enter enter");
    assert!(seat.shows("asks 25.22 USD already"), "{}", seat.screen());
}

#[test]
fn pasted_held_and_hasty_keys_arm_nothing() {
    let mut seat = filled((120, 36));
    seat.paste("12000");
    seat.paste("12000\n");
    seat.keys("enter");
    assert_eq!(triggers(&seat), 0);
    let mut seat = filled((120, 36));
    for letter in "12000".chars() {
        seat.chord(Chord::char(letter), KeyKind::Repeat);
    }
    seat.chord(Chord::key(Key::Enter), KeyKind::Repeat);
    assert_eq!(triggers(&seat), 0);
    seat.wait(400).typed("12000");
    for _ in 0..20 {
        seat.chord(Chord::key(Key::Enter), KeyKind::Repeat);
    }
    assert_eq!(triggers(&seat), 0);
    // All of it in the moment in which its line opens.
    let mut seat = ticket((120, 36));
    seat.keys("enter enter enter");
    seat.chord(Chord::key(Key::Enter), KeyKind::Press);
    for letter in "12000".chars() {
        seat.chord(Chord::char(letter), KeyKind::Press);
    }
    seat.chord(Chord::key(Key::Enter), KeyKind::Press);
    assert_eq!(triggers(&seat), 0);
}

#[test]
fn it_fires_by_itself_and_says_so() {
    let mut seat = armed((120, 36));
    let key = dealdesk::domain::QuoteRef::new("northlight", "qt-1");
    seat.input(dealdesk::desk::Input::Command(dealdesk::desk::Command::Reread(key.clone())));
    let mut cheaper = seat.known(&key);
    cheaper.pricing.final_cpm = Some("24.00".parse().unwrap());
    seat.answer(Ok(Answer::Quote(Box::new(cheaper))));
    seat.same(&key);
    assert_eq!((seat.storing.len(), triggers(&seat)), (1, 0), "{}", seat.screen());
    assert!(seat.shows("it books at 24.00 USD with ticket"), "{}", seat.screen());
}
