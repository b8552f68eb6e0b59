//! Every key on every screen and under every overlay, in any order: what moves money or a talk leaves
//! only by what was typed into a ticket; pastes and held keys answer none.

use dealdesk::{
    desk::Stored,
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::{Seat, keys},
    places::{PLACES, Words, full, go, reread},
};

/// Numbers that look thrown, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for place in (1..all.len()).rev() {
            all.swap(place, self.below(place + 1));
        }
    }
}

/// The full desk in plain words.
fn world() -> Seat {
    full((120, 36), &Words::plain())
}

/// Whether something leaves: an intent to be stored, a strategy that is to play, a trigger that is armed.
fn leaves(seat: &Seat) -> bool {
    let plays = seat.desk.state().quotes.values().any(|record| record.auto_owner.is_some());
    plays || seat.commits() > 0 || !seat.desk.state().controls.triggers.is_empty()
}

/// Whether what leaves was answered in a ticket that stood there before the key: with `y` or Enter,
/// and a booking of more than a little with its price in full.
fn is_answered(seat: &Seat, had_ticket: bool, key: Chord, typed: &str) -> bool {
    let is_price = typed.ends_with("25.22") && key.key == Key::Enter;
    let is_yes = key.letter() == Some('y');
    let arms = !seat.desk.state().controls.triggers.is_empty();
    had_ticket
        && (!arms || (typed.ends_with("10000") && key.key == Key::Enter))
        && seat.storing.iter().all(|(stored, _)| match stored {
            Stored::Booking(intent) if intent.quote.quote_id.as_str() == "qt-easy" => is_yes,
            Stored::Booking(_) | Stored::Repeat(_) => is_price,
            Stored::Move(..) => is_yes || key.key == Key::Enter,
            // Nothing on a screen makes or changes an order.
            Stored::Order(_) => false,
            Stored::Auto(..) => is_yes,
        })
}

/// Every key at every place three times, in an order that `seed` throws. Returns how many there were.
fn sweep(seed: u64, kind: KeyKind) -> usize {
    let mut dice = Dice(seed);
    let (mut pressed, mut armed, mut answers) = (0, 0, 0);
    for place in PLACES {
        let mut all: Vec<_> = keys().into_iter().cycle().take(3 * keys().len()).collect();
        dice.shuffle(&mut all);
        let mut seat = world();
        let mut typed = String::new();
        for (nth, key) in all.into_iter().enumerate() {
            // Now and then back to the place, since keys lead away from it, and the desk afresh, since
            // they let quotes go and stop sellers.
            if nth % 64 == 63 {
                seat = world();
            }
            if nth % 6 == 0 || nth % 64 == 63 {
                go(&mut seat, place);
                typed.clear();
            }
            let had_ticket = seat.app.has_ticket();
            armed += usize::from(had_ticket);
            seat.chord(key, kind);
            pressed += 1;
            assert!(seat.asked.iter().all(|(_, _, ask)| !ask.commits()));
            if leaves(&seat) {
                let answered =
                    kind == KeyKind::Press && is_answered(&seat, had_ticket, key, &typed);
                assert!(answered, "{key} at {place} after {typed:?}: {}", seat.screen());
                answers += 1;
                seat = world();
                go(&mut seat, place);
                typed.clear();
            }
            typed.extend(key.letter());
            reread(&mut seat);
            seat.wait(i64::try_from(dice.below(600)).unwrap());
            // Drawing is slow here, and draws only what was settled before each key.
            if nth % 32 == 0 {
                seat.screen();
            }
        }
    }
    assert!(armed > 2_000, "tickets were open under only {armed} keys");
    // The sweep sees what leaves: `y` was pressed in tickets that take it.
    assert_eq!(answers > 0, kind == KeyKind::Press, "{answers}");
    pressed
}

#[test]
fn every_place_is_where_its_keys_lead() {
    let mut seen = std::collections::BTreeSet::new();
    for place in PLACES {
        let mut seat = world();
        go(&mut seat, place);
        assert!(seen.insert(seat.screen()), "{place} looks like another place: {}", seat.screen());
        assert!(!leaves(&seat), "{place}");
    }
}

#[test]
fn no_key_anywhere_commits_without_a_typed_answer() {
    assert!(sweep(0x5eed, KeyKind::Press) >= 10_000);
}

#[test]
fn no_held_key_commits_anything() {
    assert!(sweep(0xdea1, KeyKind::Repeat) >= 10_000);
}

#[test]
fn no_paste_commits_anything() {
    let pastes = ["y", "25.22", "25.22\n", "halted\n", "y\r\n", "\u{1b}[200~25.22\r", "resume\n"];
    for place in PLACES {
        let mut seat = world();
        for paste in pastes {
            go(&mut seat, place);
            seat.paste(paste);
            assert!(!leaves(&seat), "{paste:?} at {place}: {}", seat.screen());
            // What was pasted may stand in a line; Enter must not make an answer of it.
            if place.ends_with('B') {
                seat.chord(Chord::key(Key::Enter), KeyKind::Press);
                assert!(!leaves(&seat), "{paste:?}, Enter at {place}: {}", seat.screen());
            }
            reread(&mut seat);
        }
    }
}
