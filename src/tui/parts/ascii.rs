//! What stands for what where only ASCII can be shown. No two marks look alike, and `?` says that something
//! is not known, and nothing else. Where there is room beside a sign, two of ASCII stand for it.

use ratatui::buffer::Buffer;

use crate::domain::letters::folded;

/// Marks: each says something by itself.
const MARKS: &[(&str, &str)] = &[
    ("○", "o"),
    ("◎", "@"),
    ("▸", "}"),
    ("▶", "{"),
    ("●", "U"),
    ("◉", "&"),
    ("◔", ":"),
    ("◐", "("),
    ("✓", "Y"),
    ("✗", "X"),
    ("⊘", "W"),
    ("—", "-"),
    ("–", "C"),
    ("▣", "M"),
    ("□", "["),
    ("★", "F"),
    ("≠", "D"),
    ("▤", "H"),
    ("⇄", "R"),
    ("‖", "P"),
    ("▲", "A"),
    ("▼", "V"),
];

/// Signs within words and numbers, and what frames, bars and charts are drawn with.
const SIGNS: &[(&str, &str)] = &[
    ("×", "x"),
    ("÷", "/"),
    ("−─━┄┈", "-"),
    ("═", "="),
    ("│║▌", "|"),
    ("┌┐└┘├┤┬┴┼╔╗╚╝", "+"),
    ("█▉▊▋", "#"),
    ("▒", "%"),
    ("▁▂▃", "_"),
    ("▄▅▆▇", "="),
    ("▀", "\""),
    ("▍▎▏", "-"),
    ("░·…▪", "."),
    ("•", "*"),
    ("→", ">"),
    ("‹←", "<"),
    ("›", ">"),
    ("↑", "^"),
    ("↓", "v"),
    ("⏎", "\\"),
    ("≤", "<"),
    ("≥", ">"),
    ("“”", "\""),
    ("’‘", "'"),
    ("±", "+"),
];

/// Signs for which two stand where a blank is before them.
const AFTER_A_BLANK: &[(&str, [&str; 2])] = &[("→", ["-", ">"]), ("⏎", ["^", "M"])];

/// Signs for which two stand where a blank is behind them.
const BEFORE_A_BLANK: &[(&str, [&str; 2])] = &[("≤", ["<", "="]), ("≥", [">", "="])];

/// What stands for a letter that ASCII has nothing like.
const NO_LETTER: &str = "_";

/// Puts a sign of ASCII in the place of every other one.
pub(super) fn write(buffer: &mut Buffer) {
    let wide = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(wide) {
        for at in 0..row.len() {
            let symbol = row[at].symbol().to_owned();
            if symbol.is_ascii() {
                continue;
            }
            let is_blank = |place: usize| row.get(place).is_some_and(|cell| cell.symbol() == " ");
            let before = at.checked_sub(1).filter(|before| is_blank(*before));
            let behind = is_blank(at + 1);
            let two = |all: &[(&str, [&'static str; 2])]| {
                all.iter().find(|(from, _)| *from == symbol).map(|(_, to)| *to)
            };
            // What was cut has three dots where the next words leave room for two.
            let is_cut = symbol == "…" && behind && (at + 2 >= row.len() || is_blank(at + 2));
            if let (Some(before), Some([one, other])) = (before, two(AFTER_A_BLANK)) {
                row[before].set_symbol(one);
                row[at].set_symbol(other);
            } else if let (true, Some([one, other])) = (behind, two(BEFORE_A_BLANK)) {
                row[at].set_symbol(one);
                row[at + 1].set_symbol(other);
            } else if is_cut {
                row[at].set_symbol(".");
                row[at + 1].set_symbol(".");
            } else {
                row[at].set_symbol(&plain(&symbol));
            }
        }
    }
}

/// The one sign of ASCII for another one: for a letter what it is without its accents.
fn plain(symbol: &str) -> String {
    let signs = MARKS.iter().chain(SIGNS);
    if let Some((_, to)) = signs.into_iter().find(|(from, _)| from.contains(symbol)) {
        return (*to).to_owned();
    }
    let letter = symbol.chars().next();
    let base = letter.and_then(|letter| folded(letter).next()).filter(char::is_ascii);
    let is_large = letter.is_some_and(char::is_uppercase);
    base.map_or_else(
        || NO_LETTER.to_owned(),
        |base| if is_large { base.to_ascii_uppercase() } else { base }.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Style};
    use strum::IntoEnumIterator as _;

    use super::*;

    fn written(text: &str) -> String {
        let wide = u16::try_from(crate::domain::text::width(text)).unwrap();
        let mut buffer = Buffer::empty(Rect::new(0, 0, wide, 1));
        buffer.set_string(0, 0, text, Style::new());
        write(&mut buffer);
        buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn no_two_marks_look_alike_and_none_is_a_question() {
        // The marks that are ASCII already.
        let mut seen = std::collections::BTreeSet::from(["!", "?", "~", "+"]);
        for (mark, stands) in MARKS {
            assert!(stands.is_ascii() && seen.insert(stands), "{mark}: {stands}");
        }
        // Signs that stand by themselves, or between words, are told from every mark, too.
        let apart = SIGNS.iter().filter(|(from, _)| !from.chars().any(is_line_or_number));
        for (sign, stands) in apart {
            assert!(!seen.contains(stands), "{sign}: {stands}");
        }
        let others = SIGNS.iter().all(|(_, to)| to.len() == 1 && *to != "?");
        assert!(others && NO_LETTER != "?");
        let mut stages = std::collections::BTreeMap::new();
        for stage in crate::domain::Stage::iter().filter(|stage| stage.mark() != "?!") {
            let mark = stage.mark();
            let before = stages.insert(written(mark), mark);
            assert!(before.is_none_or(|before| before == mark), "{stage:?} {mark}");
        }
    }

    /// Whether a sign is of a line, a bar or a chart, or within a number or quoted words.
    fn is_line_or_number(sign: char) -> bool {
        matches!(
            sign,
            '\u{2500}'..='\u{2593}' | '×' | '÷' | '−' | '±' | '≤' | '≥' | '“' | '”' | '’' | '‘'
        )
    }

    #[test]
    fn two_signs_stand_where_there_is_room() {
        for (text, is) in [
            ("  ⏎ open", " ^M open"),
            ("(⏎ ends it)", "(\\ ends it)"),
            ("25.22 ≤ 26.00", "25.22 <=26.00"),
            ("≤26", "<26"),
            ("old → new", "old-> new"),
            ("Q quote…  N", "Q quote.. N"),
            ("price on requ…", "price on requ."),
            ("price on requ… x", "price on requ. x"),
            ("✓24.00 ✗ sum", "Y24.00 X sum"),
            ("Café Łódź Straße", "Cafe _odz Strase"),
            ("Premium 한글", "Premium _ _ "),
            ("a\u{fffd}b", "a_b"),
            ("what? is not known", "what? is not known"),
        ] {
            assert_eq!(written(text), is, "{text}");
        }
    }

    /// The signs in what stands between quotation marks in the code, but for letters.
    fn signs(folder: &std::path::Path, into: &mut std::collections::BTreeSet<char>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                signs(&path, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap();
                let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                into.extend(lines.flat_map(str::chars).filter(|c| !c.is_ascii()));
            }
        }
    }

    #[test]
    fn every_sign_that_is_drawn_has_its_own() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut seen = std::collections::BTreeSet::new();
        for folder in ["tui", "desk", "present", "recording", "domain/strategy", "domain/limits"] {
            signs(&source.join(folder), &mut seen);
        }
        assert!(seen.len() > 40, "{seen:?}");
        for sign in seen {
            let known = MARKS.iter().chain(SIGNS).any(|(from, _)| from.contains(sign));
            assert!(known, "{sign} {:x} has nothing that stands for it", u32::from(sign));
        }
    }
}
