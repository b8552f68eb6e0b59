//! What is said of what happens by itself, how long it is told, and what is asked before the desk is left.

use dealdesk::{
    domain::{Answer, Ask, KeyCheck, Tier},
    tui::Act,
};

use super::{
    harness::Seat,
    world::{moved, seat},
};

/// A negotiation that a strategy plays.
fn played(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 N e").typed("20").keys("enter N y").stored();
    seat.answer(Ok(moved(1, "counter", "20.00", "25.99")));
    seat.keys("a y");
    let state = seat.desk.state();
    let plays = state.quotes.values().any(|record| record.auto_owner.is_some());
    assert!(plays, "{}", seat.screen());
    seat
}

/// A quote with a trigger on it.
fn armed(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.keys("3 P").typed("24").keys("enter enter enter enter").typed("12000").keys("enter");
    assert_eq!(seat.desk.state().controls.triggers.len(), 1, "{}", seat.screen());
    seat
}

fn quits(seat: &mut Seat, key: &str) -> bool {
    let acts = seat.chord(key.parse().unwrap(), dealdesk::tui::KeyKind::Press);
    seat.wait(400);
    acts.contains(&Act::Quit)
}

#[test]
fn leaving_is_asked_while_something_plays_or_is_armed() {
    let mut plain = seat((120, 36));
    plain.quoted("northlight", "qt-1", "25.22", 10);
    assert!(quits(&mut plain, "q"), "nothing is under way");
    for key in ["q", "ctrl-c"] {
        let plays: fn((u16, u16)) -> Seat = played;
        for (seat, says) in [
            (plays, "AUTO plays on northlight qt-1. Quitting stops it"),
            (armed, "TRIGGER is armed: northlight tr-"),
        ] {
            let mut seat = seat((120, 36));
            assert!(!quits(&mut seat, key), "{key}");
            assert!(seat.shows(says), "{}", seat.screen());
            assert!(!quits(&mut seat, "n"));
            assert!(!seat.shows(says), "{}", seat.screen());
            assert!(!quits(&mut seat, key));
            assert!(!quits(&mut seat, key), "the same key is no answer");
            assert!(quits(&mut seat, "y"));
        }
    }
}

#[test]
fn it_is_asked_at_any_size_and_never_of_a_room() {
    let mut small = played((120, 36));
    small.size = (40, 8);
    small.app.resized(40, 8, small.now);
    assert!(!quits(&mut small, "q"));
    assert!(small.shows("QUIT?") && small.shows("y quits"), "{}", small.screen());
    assert!(quits(&mut small, "y"));
    let mut room = played((120, 36));
    room.keys("f5");
    assert!(!quits(&mut room, "q"));
    assert!(room.shows("something is under way on the desk"), "{}", room.screen());
    assert!(!room.shows("AUTO plays"));
}

#[test]
fn a_word_is_new_then_old_then_gone() {
    let mut seat = seat((120, 36));
    seat.quoted("northlight", "qt-1", "25.22", 60);
    seat.keys("3 s").wait(100);
    seat.keys("8 T");
    let says = "testing northlight";
    assert!(seat.shows(says), "{}", seat.screen());
    let until = |seat: &Seat| {
        let wake = seat.app.next_wake(seat.desk.state(), seat.now);
        wake.map(|wake| wake.duration_since(seat.now).as_millis())
    };
    let dim = |seat: &mut Seat| {
        let buffer = seat.buffer();
        let rows = buffer.area.height;
        let row = (0..rows).rev().find(|y| {
            (0..buffer.area.width)
                .map(|x| buffer[(x, *y)].symbol())
                .collect::<String>()
                .contains(says)
        });
        let cell = &buffer[(12, row.unwrap())];
        cell.modifier.contains(ratatui::style::Modifier::DIM)
    };
    assert!(!dim(&mut seat));
    // Said 400 ms ago: it wakes for its next age, also where nothing else moves.
    assert!(until(&seat).is_some_and(|wake| wake <= 14_600), "{:?}", until(&seat));
    seat.wait(15_000);
    assert!(dim(&mut seat), "{}", seat.screen());
    seat.wait(104_000);
    assert!(seat.shows(says));
    seat.wait(1_000);
    assert!(!seat.shows(says), "{}", seat.screen());
}

#[test]
fn what_happens_by_itself_has_words() {
    // A quote that runs out.
    let mut expires = seat((120, 36));
    expires.quoted("northlight", "qt-1", "25.22", 1);
    expires.wait(61_000);
    let says = "qt-1 of northlight expired: r asks again";
    assert!(expires.shows(says), "{}", expires.screen());
    // One that was let go is nobody's loss.
    let mut let_go = seat((120, 36));
    let_go.quoted("northlight", "qt-1", "25.22", 1);
    let_go.keys("3 x").wait(61_000);
    assert!(!let_go.shows(says), "{}", let_go.screen());
    // A test of a seller that ends.
    let mut tested = seat((120, 36));
    tested.keys("8 T");
    let check = KeyCheck { tier: Some(Tier::Agency), says: "GET /packages takes it".into() };
    let is_check = |_: &_, ask: &Ask| *ask == Ask::CheckKey;
    tested.answer_where(is_check, Ok(Answer::Key(check)));
    let says = "northlight is tested; our key: GET /packages takes it";
    assert!(tested.shows(says), "{}", tested.screen());
}
