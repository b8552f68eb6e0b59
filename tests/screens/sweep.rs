//! Every key on every screen and under every overlay, in any order: what moves money or a talk leaves
//! only by what was typed into a ticket; pastes and held keys answer none.

use dealdesk::{
    desk::Stored,
    domain::{Answer, Ask, ErrorKind, QuoteRef},
    tui::{Chord, Key, KeyKind},
};

use super::{
    harness::{Seat, keys},
    world::{error, moved, seat},
};

/// The screens and what can lie over them, by the keys that lead there from the board.
const PLACES: [&str; 32] = [
    "1",
    "1 enter",
    "1 ?",
    "1 y",
    "1 /",
    "1 g",
    "1 M",
    "1 E",
    "1 / ctrl-u N L - 7 enter enter",
    "1 / ctrl-u N L - 7 enter enter enter",
    "1 / ctrl-u N L - 7 enter enter y",
    "2",
    "2 enter",
    "2 Q",
    "3",
    "3 / ctrl-u q t - h enter",
    "3 / ctrl-u q t - h enter B",
    "3 / ctrl-u q t - h enter B tab",
    "3 / ctrl-u q t - h enter B q",
    "3 / ctrl-u q t - e enter B",
    "4",
    "4 e",
    "4 enter",
    "4 + N",
    "4 A",
    "4 W",
    "4 a",
    "8",
    "8 H U",
    "f12 U",
    "9",
    "9 enter",
];

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

/// A desk with something on every screen: a booking that nobody knows the outcome of, a deal, quotes
/// that can be booked (one of them with `y` alone), and a talk in which it is our turn.
fn world() -> Seat {
    let mut seat = seat((120, 36)).with_kits();
    booked(&mut seat, "qt-lost");
    let late = error(ErrorKind::Timeout, 0, "timeout", "no answer in 30 s");
    seat.answer_where(|_, ask| ask.commits(), Err(late));
    seat.keys("esc esc");
    let key = booked(&mut seat, "qt-done");
    let deal = seat.deal("NL-7", &key);
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
    seat.keys("esc esc");
    seat.quoted("harbor", "qt-h", "25.22", 40);
    let mut easy = seat.quote("harbor", "qt-easy", "25.22", 40);
    easy.terms.impressions = Some(20_000);
    seat.quoted_as(easy);
    seat.quoted("northlight", "qt-1", "27.36", 40);
    seat.keys("3 / ctrl-u q t - 1 enter N e").typed("20").keys("enter N y").stored();
    let is_move = |ask: &Ask| matches!(ask, Ask::Counter { .. });
    seat.answer_where(|_, ask| is_move(ask), Ok(moved(1, "counter", "20.00", "25.99")));
    seat.keys("esc 3 / ctrl-u enter 1");
    assert_eq!(seat.commits(), 0, "{}", seat.screen());
    seat
}

/// A booking on its way to the seller.
fn booked(seat: &mut Seat, id: &str) -> QuoteRef {
    let key = seat.quoted("northlight", id, "25.22", 40);
    seat.keys("3 / ctrl-u");
    seat.typed(id).keys("enter B");
    reread(seat);
    seat.keys("down").typed("25.22").keys("enter");
    assert!(!seat.storing.is_empty(), "{}", seat.screen());
    seat.stored();
    key
}

/// Re-reads are answered, so that tickets arm; nothing else is. What the lost booking became stays
/// unknown, or else the desk would send it once more by itself.
fn reread(seat: &mut Seat) {
    let mut read = Vec::new();
    for (_, seller, ask) in &seat.asked {
        if let Ask::GetQuote(id) = ask {
            read.push(QuoteRef::new(seller.clone(), id.clone()));
        }
    }
    for key in read {
        let is = |ask: &Ask| *ask == Ask::GetQuote(key.quote_id.clone());
        let is_lost =
            seat.desk.state().bookings.values().any(|booking| booking.intent.quote == key);
        let answer = if is_lost {
            Err(error(ErrorKind::Unavailable, 503, "", "Service Unavailable"))
        } else {
            Ok(Answer::Quote(Box::new(seat.known(&key))))
        };
        seat.answer_where(|_, ask| is(ask), answer);
    }
}

/// Back to the bare screen, and from there to a place. What opened is seen before the next key.
fn go(seat: &mut Seat, place: &str) {
    for _ in 0..4 {
        seat.chord(Chord::key(Key::Esc), KeyKind::Press);
    }
    for key in place.split(' ') {
        seat.chord(key.parse().unwrap(), KeyKind::Press);
        reread(seat);
        seat.paste("");
        seat.wait(400);
    }
}

/// Whether something leaves: an intent to be stored, or a strategy that is to play.
fn leaves(seat: &Seat) -> bool {
    let plays = seat.desk.state().quotes.values().any(|record| record.auto_owner.is_some());
    plays || seat.commits() > 0
}

/// Whether what leaves was answered in a ticket that stood there before the key: with `y` or Enter,
/// and a booking of more than a little with its price in full.
fn is_answered(seat: &Seat, had_ticket: bool, key: Chord, typed: &str) -> bool {
    let is_price = typed.ends_with("25.22") && key.key == Key::Enter;
    let is_yes = key.letter() == Some('y');
    had_ticket
        && seat.storing.iter().all(|(stored, _)| match stored {
            Stored::Booking(intent) if intent.quote.quote_id.as_str() == "qt-easy" => is_yes,
            Stored::Booking(_) | Stored::Repeat(_) => is_price,
            Stored::Move(..) => is_yes || key.key == Key::Enter,
            // No key of the terminal asks for one.
            Stored::Order(_) => false,
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
