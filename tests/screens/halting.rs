//! What stands above everything: a halted desk, a store that is not written; and the tickets that let
//! a halted desk or seller go on.

use dealdesk::{
    desk::{Command, Input},
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::{Seat, look},
    world::seat,
};

/// A desk with quotes that a person has stopped.
fn halted(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.keys("f12");
    seat
}

fn is_halted(seat: &Seat) -> bool {
    seat.desk.state().controls.halt.is_some()
}

#[test]
fn a_halted_desk_says_so_before_anything_else() {
    look("halted_board", halted);
    look("halted_resume", |size| {
        let mut seat = halted(size);
        seat.keys("U").typed("resum");
        seat
    });
    look("halted_by_itself", |size| {
        let mut seat = seat(size);
        seat.quoted("northlight", "qt-1", "25.22", 10);
        let why = "no space left on device; what happened is kept in /var/lib/dealdesk/spill.jsonl";
        seat.input(Input::StoreFailed(why.into()));
        seat
    });
    for screen in ["1", "2", "3", "4", "8", "9"] {
        let mut seat = halted((80, 24));
        seat.keys(screen);
        let drawn = seat.screen();
        assert!(drawn.lines().nth(1).unwrap().starts_with(" HALT since "), "{screen}: {drawn}");
        assert!(drawn.lines().next().unwrap().contains("HALT LIVE"), "{drawn}");
    }
    let mut small = halted((59, 15));
    assert!(small.shows("HALT"), "{}", small.screen());
}

/// A place to be in, and how to get there.
type Before = (&'static str, fn(&mut Seat));

#[test]
fn one_key_stops_everything_whatever_is_open() {
    let armed = |seat: &mut Seat| {
        let key = seat.quoted("northlight", "qt-1", "25.22", 10);
        seat.keys("3 B");
        seat.same(&key);
        seat.screen();
    };
    let places: [Before; 6] = [
        ("a screen", |_| {}),
        ("help", |seat| _ = seat.keys("?")),
        ("a filter that is typed", |seat| _ = seat.keys("/").typed("north")),
        ("half a sequence", |seat| _ = seat.keys("g")),
        ("the question before it quits", |seat| _ = seat.keys("3 B q")),
        ("a terminal that is too small", |seat| {
            seat.size = (50, 12);
            seat.app.resized(50, 12, seat.now);
        }),
    ];
    for (place, before) in places {
        let mut seat = seat((120, 36));
        seat.quoted("northlight", "qt-1", "25.22", 10);
        before(&mut seat);
        seat.chord(Chord::key(Key::F(12)), KeyKind::Press);
        assert!(is_halted(&seat), "{place}");
    }
    // Under an armed ticket, and in its first moment.
    let mut seat = seat((120, 36));
    armed(&mut seat);
    seat.chord(Chord::key(Key::F(12)), KeyKind::Press);
    assert!(is_halted(&seat) && seat.app.has_ticket());
    seat.wait(400).typed("25.22").keys("enter");
    assert_eq!(seat.commits(), 0, "it was armed before the halt: {}", seat.screen());
}

#[test]
fn only_the_typed_word_lets_the_desk_go_on() {
    for wrong in ["y", "resum", "RESUME", "yes please"] {
        let mut seat = halted((120, 36));
        seat.keys("U").typed(wrong).keys("enter");
        assert!(is_halted(&seat) && seat.app.has_ticket(), "{wrong}");
        assert!(seat.shows("type resume"), "{}", seat.screen());
    }
    let mut seat = halted((120, 36));
    seat.keys("U");
    seat.paste("resume");
    seat.keys("enter");
    assert!(is_halted(&seat), "a paste is no answer");
    seat.typed("resume");
    for _ in 0..9 {
        seat.chord(Chord::key(Key::Enter), KeyKind::Repeat);
    }
    assert!(is_halted(&seat), "a held key is no answer");
    seat.keys("enter");
    assert!(!is_halted(&seat));
    seat.screen();
    assert!(!seat.app.has_ticket());
    seat.keys("U");
    assert!(seat.shows("the desk is not halted"), "{}", seat.screen());
}

#[test]
fn a_store_that_is_not_written_is_seen_on_every_screen_until_it_is() {
    let mut seat = seat((120, 36));
    seat.quoted("northlight", "qt-1", "25.22", 10);
    seat.input(Input::StoreFailed("disk full; kept in /spill".into()));
    for screen in ["1", "2", "3", "4", "8", "9"] {
        seat.keys(screen);
        assert!(seat.shows("STORE cannot be written: disk full; kept in /spill"));
    }
    seat.input(Input::StoreWorks);
    assert!(!seat.shows("STORE cannot"), "{}", seat.screen());
    assert!(is_halted(&seat), "a person lets it go on");
}

#[test]
fn a_halted_seller_is_marked_and_resumed_by_the_word() {
    let stopped = |seat: &Seat| seat.desk.state().controls.sellers.len();
    let mut seat = seat((120, 36));
    seat.keys("8 H");
    assert_eq!((stopped(&seat), is_halted(&seat)), (1, false));
    assert!(seat.shows("1‖"), "{}", seat.screen());
    seat.keys("H");
    assert!(seat.shows("it is halted already"), "{}", seat.screen());
    seat.keys("U").typed("resume").keys("enter");
    assert_eq!(stopped(&seat), 0);
    seat.keys("U");
    assert!(seat.shows("not halted"), "{}", seat.screen());
    let seller = Some("northlight".into());
    seat.input(Input::Command(Command::Halt { seller, why: "x".into() }));
    seat.keys("f12 U").typed("resume").keys("enter");
    assert_eq!((stopped(&seat), is_halted(&seat)), (0, true), "the seller under the cursor first");
}
