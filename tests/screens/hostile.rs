//! Whatever sellers write, in everything they write: on every screen and under everything that can lie
//! over it the frame stands where it stands with harmless words, no cell holds what moves, hides or
//! reorders, and neither the clipboard nor the title is theirs.

use std::collections::BTreeSet;

use dealdesk::domain::{ids, text};
use proptest::{prelude::*, test_runner::TestCaseError};
use ratatui::buffer::Buffer;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    harness::{SIZES, Seat},
    places::{PLACES, Words, full, go},
};

/// What a hostile seller writes with: escape codes that clear, colour, set the title and the clipboard,
/// open links and ask the terminal back, controls, bidi, joiners, marks, what is two cells wide, and
/// line breaks of all kinds.
const PIECES: [&str; 36] = [
    "\u{1b}[2J",
    "\u{1b}[1;1H",
    "\u{1b}[31m",
    "\u{1b}[?1049l",
    "\u{1b}[6n",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}]52;c;b3duZWQ=\u{7}",
    "\u{1b}]8;;https://owned.example\u{1b}\\",
    "\u{1b}P+q\u{1b}\\",
    "\u{9b}2J",
    "\u{9d}0;owned\u{9c}",
    "\u{7}",
    "\u{8}",
    "\u{0}",
    "\u{7f}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{200f}",
    "\u{200b}",
    "\u{200d}",
    "\u{fe0f}",
    "\u{feff}",
    "\u{e0041}",
    "\u{301}\u{301}\u{301}\u{301}",
    "e\u{301}\u{323}\u{303}",
    "👩\u{200d}🚀",
    "👍🏽",
    "🇺🇸",
    "日本語",
    "한글",
    "\n",
    "\r\n",
    "\t",
    " ",
    "Premium reach at 25.22",
];

fn written(most: usize) -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.as_slice()), 0..most);
    pieces.prop_map(|pieces| pieces.concat())
}

/// Words without any harm that take the same cells: `x` for what is one cell wide, `日` for two. What JSON
/// writes with two characters stays, or a document with them would be shorter.
fn harmless(shown: &str) -> String {
    let same = |cluster: &str| match text::width(cluster) {
        _ if matches!(cluster, " " | "\\" | "\"") => cluster.to_owned(),
        wide => ["日".repeat(wide / 2), "x".repeat(wide % 2)].concat(),
    };
    shown.graphemes(true).map(same).collect()
}

/// Whether a terminal would do anything with it but show it.
fn does_something(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Where lines and corners of boxes stand.
fn borders(buffer: &Buffer) -> BTreeSet<(u16, u16, String)> {
    let mut borders = BTreeSet::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if "│┌┐└┘║╔╗╚╝".contains(symbol) && !symbol.is_empty() {
                borders.insert((y, x, symbol.to_owned()));
            }
        }
    }
    borders
}

/// Every cell holds what can only be seen, and every row ends where the screen does.
fn is_whole(buffer: &Buffer) -> Result<(), String> {
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if symbol.chars().any(does_something) {
                return Err(format!("row {y}, column {x} holds {symbol:?}"));
            }
            // What is two cells wide hides the cell behind it.
            x += u16::try_from(text::width(symbol)).map_err(|_| "wide")?.max(1);
        }
        if x != buffer.area.width {
            return Err(format!("row {y} is {x} cells wide"));
        }
    }
    Ok(())
}

/// Goes to a place and looks.
fn seen(seat: &mut Seat, place: &str) -> Buffer {
    go(seat, place);
    seat.buffer()
}

/// The frame stands where it stands with harmless words, on every screen.
///
/// # Errors
/// Where it does not, with both screens.
fn moves_nothing(prose: &str, id: String, narrow: bool) -> Result<(), TestCaseError> {
    let size = SIZES[usize::from(!narrow)];
    let words = Words { prose: text::prose(prose), id };
    let same = Words {
        prose: harmless(&words.prose),
        id: harmless(&ids::shown(&words.id).replace('\\', "x")),
    };
    let (mut hostile, mut plain) = (full(size, &words), full(size, &same));
    for place in PLACES {
        let (theirs, ours) = (seen(&mut hostile, place), seen(&mut plain, place));
        let screen = || format!("{place} with {words:?}\n{}", super::harness::text(&theirs));
        let whole = is_whole(&theirs);
        prop_assert!(whole.is_ok(), "{whole:?}: {}", screen());
        let (theirs_at, ours_at) = (borders(&theirs), borders(&ours));
        let moved: Vec<_> = theirs_at.symmetric_difference(&ours_at).collect();
        prop_assert!(moved.is_empty(), "{moved:?}: {}\n{}", screen(), super::harness::text(&ours));
        prop_assert_eq!(
            hostile.app.title(hostile.desk.state()),
            plain.app.title(plain.desk.state())
        );
        prop_assert!(hostile.copied.is_empty(), "{place}: {:?}", hostile.copied);
    }
    // What a person pastes from elsewhere is as hostile.
    for place in PLACES {
        go(&mut hostile, place);
        hostile.paste(prose);
        let whole = is_whole(&hostile.buffer());
        prop_assert!(whole.is_ok(), "{whole:?}: {prose:?} pasted at {place}\n{}", hostile.screen());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_sellers_write_moves_the_screen(prose in written(14), id in written(5), narrow in any::<bool>()) {
        moves_nothing(&prose, id, narrow)?;
    }
}

#[test]
fn what_json_writes_with_two_characters_moves_nothing() {
    let link = "\u{1b}]8;;https://owned.example\u{1b}\\\u{7}";
    let id = "\u{301}\u{301}\u{301}\u{301}\u{200f} \u{1b}[2J".to_owned();
    let moved = moves_nothing(&["👍🏽\u{1b}[31m", link, link].concat(), id, true);
    assert!(moved.is_ok(), "{moved:?}");
}

#[test]
fn a_wide_letter_at_the_end_of_a_row_goes_to_the_next() {
    let words = Words { prose: "Premium reach at 25.22한글".to_owned(), id: String::new() };
    let mut seat = full((80, 24), &words);
    let buffer = seen(&mut seat, "1");
    assert_eq!(is_whole(&buffer), Ok(()), "{}", seat.screen());
}
