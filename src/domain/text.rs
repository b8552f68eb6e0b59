//! Words from outside, made safe to show: one cleaner for everything that sellers and files say.
//!
//! Control and escape codes, bidi overrides, joiners and invisible marks never reach the screen, the
//! log or the clipboard. Ids are not prose: they stay verbatim and are shown escaped (`ids::shown`).

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The longest prose that is kept of one field, in terminal cells.
pub const PROSE: usize = 2_000;

/// `text` without anything that could move, hide or reorder what a terminal shows, at most
/// `max_cells` wide. Line breaks and tabs become one space; other controls become `U+FFFD`;
/// invisible and bidi marks are dropped; at most two combining marks stay on a base.
/// Cleaning twice changes nothing.
pub fn clean(text: &str, max_cells: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max_cells.saturating_mul(4)));
    let mut cells = 0;
    for cluster in text.graphemes(true) {
        let mut marks = 0;
        for c in cluster.chars() {
            if is_break(c) {
                if !out.ends_with(' ') && !out.is_empty() {
                    if cells + 1 > max_cells {
                        return out;
                    }
                    out.push(' ');
                    cells += 1;
                }
                continue;
            }
            if is_unseen(c) {
                continue;
            }
            let (c, width) =
                if c.is_control() { ('\u{fffd}', 1) } else { (c, c.width().unwrap_or(0)) };
            if width == 0 {
                marks += 1;
                if marks > 2 || out.is_empty() || out.ends_with(' ') {
                    continue;
                }
            }
            if cells + width > max_cells {
                return out;
            }
            cells += width;
            out.push(c);
        }
    }
    out
}

/// Prose of a seller, cleaned and cut at [`PROSE`] cells.
pub fn prose(text: &str) -> String {
    clean(text, PROSE).trim().to_owned()
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\t' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Marks that terminals disagree about or that hide and reorder text: soft hyphen, joiners, bidi,
/// variation selectors, fillers, tags, keycaps, skin tones (Unicode `Default_Ignorable_Code_Point`
/// and what terminals were measured to draw at different widths).
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{20e3}'
        | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Whether a character leaves nothing of its own to see: a control, a break, a mark that [`clean`] drops, an
/// accent on another letter, or what stands for bytes that are no text.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_break(c) || is_unseen(c) || c == '\u{fffd}' || c.width() == Some(0)
}

/// How many terminal cells `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in exactly `cells` cells: cut with `…` if longer, padded with spaces on the right if not.
pub fn fit(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells);
    let used = out.width();
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// Like [`fit`], padded on the left: for numbers.
pub fn fit_right(text: &str, cells: usize) -> String {
    let text = cut(text, cells);
    let mut out = " ".repeat(cells.saturating_sub(text.width()));
    out.push_str(&text);
    out
}

/// `text` in at most `cells` cells, ending in `…` where something is missing.
pub fn cut(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let width = cluster.width();
        if used + width + 1 > cells {
            break;
        }
        used += width;
        out.push_str(cluster);
    }
    if cells > 0 {
        out.push('…');
    }
    out
}

/// Bytes as hexadecimal digits, two each.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_move_the_terminal_is_gone() {
        for (dirty, cleaned) in [
            ("A\x1b[2J\x1b]0;pwned\x07B", "A\u{fffd}[2J\u{fffd}]0;pwned\u{fffd}B"),
            ("A\x1b]52;c;cHduZWQ=\x07B", "A\u{fffd}]52;c;cHduZWQ=\u{fffd}B"),
            ("a\u{9b}31mb", "a\u{fffd}31mb"),
            ("safe\rEVIL", "safe EVIL"),
            ("two\r\n\tlines", "two lines"),
            ("pay \u{202e}001$ now", "pay 001$ now"),
            ("pay\u{200b}pal\u{ad}\u{feff}", "paypal"),
            ("a\u{e0041}b\u{3164}c", "abc"),
            ("Prime — :30 spot", "Prime — :30 spot"),
        ] {
            assert_eq!(clean(dirty, 200), cleaned);
        }
        let pile = format!("z{}", "\u{301}".repeat(100_000));
        assert_eq!(clean(&pile, 200), "z\u{301}\u{301}");
    }

    #[test]
    fn fitting_counts_cells_not_letters() {
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(fit_right("9.80", 6), "  9.80");
        assert_eq!(fit("日本語", 4), "日… ");
        assert_eq!(cut("abc", 0), "");
    }

    proptest! {
        #[test]
        fn clean_text_is_harmless_narrow_and_stays_clean(
            text in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{202a}-\u{202e}\u{2066}-\u{2069}\u{301}日]){0,60}",
            cells in 0usize..40,
        ) {
            let once = clean(&text, cells);
            prop_assert!(!once.chars().any(char::is_control));
            prop_assert!(!once.chars().any(is_unseen));
            prop_assert!(once.width() <= cells);
            prop_assert_eq!(clean(&once, cells), once.clone());
            prop_assert_eq!(fit(&once, cells).width(), cells);
        }
    }
}
