//! A key that can do nothing here says so: the rule that stands in its way, and what would change it.

use std::collections::BTreeMap;

use dealdesk::{
    desk::{Command, Input, Setup},
    tui::{Chord, KeyKind, keys_markdown},
};

use super::{
    harness::{Seat, keys},
    places::{Words, full},
    world::{seat, setup},
};

/// The keys of every screen by the screen's name, and those that hold everywhere: all but those that
/// move, which are as silent at an end as a cursor is.
fn bound() -> BTreeMap<String, Vec<Chord>> {
    let mut bound: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut screen = String::new();
    for line in keys_markdown().lines() {
        if let Some(title) = line.strip_prefix("### ") {
            title.clone_into(&mut screen);
        }
        let cells: Vec<_> = line.split(" | ").collect();
        let [written, _, kind] = cells[..] else { continue };
        if kind.starts_with("desk") && screen == "Everywhere" {
            continue;
        }
        let is =
            |key: &Chord| written.trim_start_matches("| ").split('`').any(|own| own == key.short());
        bound.entry(screen.clone()).or_default().extend(keys().into_iter().filter(is));
    }
    bound
}

/// The screens by name and key. A deal is behind the last row of a board that shows what is done.
const SCREENS: [(&str, &str); 7] = [
    ("Board", "1"),
    ("Kit", "2"),
    ("Quotes", "3"),
    ("Ladder", "4"),
    ("Sellers", "8"),
    ("Log", "9"),
    ("Deal detail", "1 / ctrl-u N L - 7 enter enter"),
];

/// A state of the desk, and how many of its rows are tried.
type World = (&'static str, fn() -> Seat, usize);

const WORLDS: [World; 6] = [
    ("nothing yet", || seat((120, 36)), 1),
    ("no seller", || Seat::with(Setup { sellers: vec![], ..setup() }, (120, 36)), 1),
    ("full", || full((120, 36), &Words::plain()), 4),
    ("read-only", || Seat::with(Setup { read_only: true, ..setup() }, (120, 36)), 1),
    ("on its way", waiting, 2),
    (
        "halted",
        || {
            let mut seat = full((120, 36), &Words::plain());
            seat.keys("f12");
            seat
        },
        1,
    ),
];

/// Everything is on its way: a quote that was asked for, a booking and a kit.
fn waiting() -> Seat {
    let mut seat = seat((120, 36)).with_kits();
    let key = seat.quoted("northlight", "qt-1", "25.22", 40);
    seat.arms(&key).typed("25.22").keys("enter").stored();
    let ask = seat.ask();
    seat.input(Input::Command(Command::RequestQuote { seller: "harbor".into(), ask, rfq: None }));
    seat.keys("esc 2 r 1");
    seat
}

/// Whether a key leaves everything as it was, and says nothing.
fn is_silent(seat: &mut Seat, key: Chord) -> bool {
    let before = seat.screen();
    seat.chord(key, KeyKind::Press).is_empty() && seat.screen() == before
}

#[test]
fn no_key_that_is_bound_is_silent() {
    let bound = bound();
    let mut silent = Vec::new();
    for (world, make, rows) in WORLDS {
        for (screen, place) in SCREENS {
            if screen == "Deal detail" && make().desk.state().deals.is_empty() {
                continue;
            }
            for row in 0..rows {
                for key in bound["Everywhere"].iter().chain(&bound[screen]) {
                    let mut seat = make();
                    seat.keys(place);
                    for _ in 0..row {
                        seat.keys("j");
                    }
                    // What goes from deal to deal moves, too.
                    let moves = screen == "Deal detail" && "[]".contains(&key.short());
                    if !moves && is_silent(&mut seat, *key) {
                        silent.push(format!("{key} on {screen}, row {row}, {world}"));
                    }
                }
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}
