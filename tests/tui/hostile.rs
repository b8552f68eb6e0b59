//! Whatever sellers send, whatever size the terminal has, whatever is pressed: the frame holds, and
//! nothing that commits leaves without a ticket.

use std::fmt::Write as _;

use dealdesk::{
    desk::Command,
    domain::{DealType, text},
    tui::{Act, Depth, Ground, Options},
};
use proptest::prelude::*;
use ratatui::buffer::Buffer;

use crate::{
    driver::{self, Driver},
    fixtures,
};

/// The keys that lead to each screen.
const SCREENS: [&str; 8] = ["1", "2", "3", "4", "8", "9", "1 G enter", "9 enter"];

/// Every key that is worth trying.
fn every_key() -> Vec<String> {
    let letters = (' '..='~').map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() });
    let named = [
        "enter",
        "esc",
        "tab",
        "backtab",
        "backspace",
        "delete",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "f1",
        "f5",
        "f9",
        "f12",
        "ctrl-d",
        "ctrl-u",
        "ctrl-l",
        "ctrl-z",
        "ctrl-c",
        "ctrl-m",
    ];
    letters.chain(named.map(str::to_owned)).collect()
}

/// Whether a command tells a seller something that binds. Opening a negotiation tells nobody anything.
fn binds(act: &Act) -> bool {
    let Act::Command(command) = act else { return false };
    matches!(
        command,
        Command::Confirm(_)
            | Command::Accept { .. }
            | Command::Offer { .. }
            | Command::Walk { .. }
            | Command::ArmAuto { .. }
    )
}

#[test]
fn no_single_key_on_any_screen_binds_or_panics() {
    for (name, state) in fixtures::all() {
        for screen in SCREENS {
            for key in every_key() {
                let mut driver = Driver::new(state.clone(), (80, 24));
                driver.keys(screen);
                let acts = driver.key(&key);
                assert!(!acts.iter().any(binds), "{name} {screen} {key}: {acts:?}");
                driver.buffer();
            }
        }
    }
}

/// Whether the vertical borders of a screen stand where its frame says.
fn borders_hold(buffer: &Buffer) -> bool {
    let area = buffer.area;
    let at = |x: u16, y: u16| buffer[(x, y)].symbol();
    for y in 0..area.height {
        for x in 0..area.width {
            if at(x, y) != "┌" {
                continue;
            }
            let Some(right) = (x + 1..area.width).find(|&x| at(x, y) == "┐") else {
                return false;
            };
            let Some(bottom) = (y + 1..area.height).find(|&y| at(x, y) == "└") else {
                return false;
            };
            let sides = (y + 1..bottom).all(|y| at(x, y) == "│" && at(right, y) == "│");
            if !sides || at(right, bottom) != "┘" {
                return false;
            }
        }
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn hostile_names_never_break_a_border(
        name in "(\\PC|[日本語한글\u{301}\u{200d}\u{202e}\u{fe0f}🧑🏽👩‍🚀]){0,60}",
        id in "[ -~]{1,60}|\\PC{1,20}",
    ) {
        let mut state = fixtures::busy();
        let numbers = "500000 29.50 25.22 14:33:48";
        let mut quote = fixtures::quote(&id, "Harbor", "", DealType::Guaranteed, numbers);
        quote.product.name = text::prose(&name);
        quote.pricing.rationale = text::prose(&name);
        let key = fixtures::receive(&mut state, "14:26:27", quote);
        fixtures::intend(&mut state, &key, "tk-x", "14:30:00");
        fixtures::book(&mut state, &key, &id, "14:30:10", &[]);
        for size in [(80, 24), (120, 36)] {
            for screen in ["1", "1 j j", "1 G enter", "8", "9"] {
                let mut driver = Driver::new(state.clone(), size);
                driver.keys(screen);
                let buffer = driver.buffer();
                prop_assert!(borders_hold(&buffer), "{screen}\n{}", driver::text(&buffer));
                for line in driver::text(&buffer).lines() {
                    prop_assert!(text::width(line) <= usize::from(size.0), "{line:?}");
                    prop_assert!(!line.chars().any(char::is_control), "{line:?}");
                }
            }
        }
    }

    #[test]
    fn a_storm_of_sizes_and_keys_never_panics(
        steps in prop::collection::vec((1u16..400, 1u16..120, 0usize..120, 0usize..8), 1..40),
    ) {
        let keys = every_key();
        let mut driver = Driver::new(fixtures::busy(), (80, 24));
        for (cols, rows, key, screen) in steps {
            driver.resize(cols, rows);
            driver.buffer();
            driver.keys(SCREENS[screen]);
            driver.key(&keys[key % keys.len()]);
            driver.buffer();
        }
    }
}

#[test]
fn every_size_down_to_one_cell_is_drawn() {
    let mut driver = Driver::new(fixtures::busy(), (80, 24));
    for screen in SCREENS {
        driver.resize(80, 24);
        driver.keys("esc esc esc");
        driver.keys(screen);
        for (cols, rows) in [(1, 1), (1, 120), (400, 1), (60, 16), (61, 17), (99, 20), (400, 120)] {
            driver.resize(cols, rows);
            driver.buffer();
        }
    }
}

#[test]
fn a_resize_loses_neither_the_row_nor_what_is_typed() {
    let mut driver = Driver::new(fixtures::busy(), (120, 36));
    driver.keys("j j /");
    driver.type_text("mer");
    for size in [(10, 3), (400, 120), (60, 16), (120, 36)] {
        driver.resize(size.0, size.1);
        driver.buffer();
    }
    let screen = driver.screen();
    assert!(screen.contains("/ mer"), "{screen}");
    assert!(screen.lines().any(|line| line.starts_with('▌') && line.contains("qt-19dd4a")));
}

#[test]
fn words_name_every_state_without_colour_and_without_unicode() {
    for depth in [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::None] {
        for ground in [Ground::Dark, Ground::Light] {
            let options = Options { depth, ground, ..Options::default() };
            let mut driver = Driver::with(fixtures::busy(), (120, 36), options);
            let coloured = driver.buffer();
            let plain = coloured.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset);
            assert_eq!(plain, depth == Depth::None, "{depth}");
            let screen = driver::text(&coloured);
            for word in
                ["UNKNOWN", "MY TURN", "QUOTED", "PROPOSED", "ACTIVE", "NEEDS ME", "over limit"]
            {
                assert!(screen.contains(word), "{depth} {word}");
            }
        }
    }
    let options = Options { ascii: true, depth: Depth::None, ..Options::default() };
    let mut driver = Driver::with(fixtures::busy(), (120, 36), options);
    let screen = driver.screen();
    assert!(screen.is_ascii(), "{screen}");
    insta::assert_snapshot!("board-ascii-120x36", screen);
}

/// The styles of a frame, one letter a cell, so that a picture shows them.
fn styles(buffer: &Buffer) -> String {
    let mut seen: Vec<(ratatui::style::Color, ratatui::style::Modifier)> = Vec::new();
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let letters = row.iter().map(|cell| {
            let style = (cell.fg, cell.modifier);
            let at = seen.iter().position(|other| *other == style).unwrap_or_else(|| {
                seen.push(style);
                seen.len() - 1
            });
            char::from(b'a' + u8::try_from(at.min(25)).unwrap())
        });
        let line: String = letters.collect();
        out.push_str(line.trim_end_matches('a'));
        out.push('\n');
    }
    for (at, style) in seen.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(at.min(25)).unwrap());
        writeln!(out, "{letter} {style:?}").unwrap();
    }
    out
}

#[test]
fn colours_at_every_depth() {
    for depth in [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::None] {
        let options = Options { depth, ..Options::default() };
        let mut driver = Driver::with(fixtures::busy(), (80, 24), options);
        insta::assert_snapshot!(format!("board-colours-{depth}"), styles(&driver.buffer()));
    }
}
