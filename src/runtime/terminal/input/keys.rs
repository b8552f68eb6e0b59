//! What a terminal sends for a key: control bytes, and the sequences for keys that are no letters.

use std::str;

use crate::tui::{Chord, Key, KeyKind};

/// What a control sequence (`ESC [ …`) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Key(Chord, KeyKind),
    /// What follows was pasted.
    PasteBegins,
    /// What came before was pasted.
    PasteEnds,
    FocusGained,
    /// An answer of the terminal, the mouse, a key that means nothing here.
    Nothing,
}

const SHIFT: u32 = 1;
const ALT: u32 = 2;
const CTRL: u32 = 4;
/// Super, hyper and meta: such a key is the window manager's, and never the letter on it.
const OTHERS: u32 = 8 | 16 | 32;

/// The key of a byte below the blank, or of delete. `None` is no such byte.
pub(super) fn control(byte: u8) -> Option<Chord> {
    Some(match byte {
        b'\r' => Chord::key(Key::Enter),
        b'\t' => Chord::key(Key::Tab),
        0x7f => Chord::key(Key::Backspace),
        0 => Chord::ctrl(' '),
        0x01..=0x1a => Chord::ctrl(char::from(byte - 1 + b'a')),
        0x1c..=0x1f => Chord::ctrl(char::from(byte - 0x1c + b'4')),
        _ => return None,
    })
}

/// The key of `ESC O` and one letter: keys of the number pad, and of terminals in application mode.
pub(super) fn single_shift(letter: u8) -> Option<Chord> {
    let key = match letter {
        b'A' | b'a' => Key::Up,
        b'B' | b'b' => Key::Down,
        b'C' | b'c' => Key::Right,
        b'D' | b'd' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'P'..=b'S' => Key::F(letter - b'P' + 1),
        b'M' => Key::Enter,
        b'I' => Key::Tab,
        b'X' => Key::Char('='),
        b'j'..=b'o' => Key::Char(char::from(letter - b'j' + b'*')),
        b'p'..=b'y' => Key::Char(char::from(letter - b'p' + b'0')),
        _ => return None,
    };
    // Small letters of arrows are rxvt's for Ctrl.
    Some(Chord { ctrl: matches!(letter, b'a'..=b'd'), ..Chord::key(key) })
}

/// What `ESC [`, `body` and `last` say.
pub(super) fn sequence(body: &[u8], last: u8) -> Says {
    // What begins with `?`, `<`, `=` or `>`, or has a sign before its last letter, is an answer, the
    // mouse or a report.
    let Some(numbers) = str::from_utf8(body).ok().and_then(numbers) else { return Says::Nothing };
    let number = |nth: usize| numbers.get(nth).map(|parts| parts[0]);
    let first = number(0).unwrap_or(0);
    match (last, first) {
        (b'I', _) if body.is_empty() => Says::FocusGained,
        (b'~', 200) => Says::PasteBegins,
        (b'~', 201) => Says::PasteEnds,
        // What xterm sends for keys that have no sequence of their own.
        (b'~', 27) => {
            let code = number(2).and_then(char::from_u32);
            code.map_or(Says::Nothing, |code| held(letter(code), number(1), KeyKind::Press))
        }
        (b'~', code) => held(numbered(code), number(1), kind(numbers.get(1))),
        (b'Z', _) => Says::Key(Chord::key(Key::BackTab), KeyKind::Press),
        (b'u', code) => {
            let shifted = numbers.first().and_then(|parts| parts.get(1)).copied();
            let is_shifted = number(1).is_some_and(|held| held.saturating_sub(1) & SHIFT != 0);
            let code = shifted.filter(|code| is_shifted && *code != 0).unwrap_or(code);
            let key = number_pad(code).or_else(|| char::from_u32(code).and_then(letter));
            let key = key.map(|key| if is_shifted { capital(key) } else { key });
            held(key, number(1), kind(numbers.get(1)))
        }
        // `ESC [ 1 ; 5 A`. The same with R is where the cursor is.
        (b'A'..=b'D' | b'F' | b'H' | b'P' | b'Q' | b'S', 0 | 1) => {
            let key = single_shift(last).map(|chord| chord.key);
            held(key, number(1), kind(numbers.get(1)))
        }
        _ => Says::Nothing,
    }
}

/// The key of `ESC [ [` and a letter, as the Linux console sends the first five.
pub(super) fn console(letter: u8) -> Option<Chord> {
    matches!(letter, b'A'..=b'E').then(|| Chord::key(Key::F(letter - b'A' + 1)))
}

/// `1;5` and `97:65;2:1`, in parts. `None` where there is anything else.
fn numbers(body: &str) -> Option<Vec<Vec<u32>>> {
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse().ok() };
    let parts = |text: &str| text.split(':').map(number).collect::<Option<Vec<u32>>>();
    body.split(';').map(parts).collect()
}

/// What is behind the colon of what is held down: a press, a key held down, a key let go.
fn kind(parts: Option<&Vec<u32>>) -> Option<KeyKind> {
    match parts.and_then(|parts| parts.get(1)) {
        None | Some(0 | 1) => Some(KeyKind::Press),
        Some(2) => Some(KeyKind::Repeat),
        Some(_) => None,
    }
}

/// A key with what is held down beside it, of which the terminal says one more.
fn held(key: Option<Key>, with: Option<u32>, kind: impl Into<Option<KeyKind>>) -> Says {
    let with = with.unwrap_or(1).saturating_sub(1);
    let (Some(key), Some(kind)) = (key, kind.into()) else { return Says::Nothing };
    if with & OTHERS != 0 {
        return Says::Nothing;
    }
    let key = if key == Key::Tab && with & SHIFT != 0 { Key::BackTab } else { key };
    Says::Key(Chord { ctrl: with & CTRL != 0, alt: with & ALT != 0, key }, kind)
}

/// The key of `ESC [ number ~`.
fn numbered(code: u32) -> Option<Key> {
    Some(match code {
        1 | 7 => Key::Home,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        11..=15 => function(code - 10)?,
        17..=21 => function(code - 11)?,
        23..=26 => function(code - 12)?,
        28 | 29 => function(code - 13)?,
        31..=34 => function(code - 14)?,
        _ => return None,
    })
}

fn function(number: u32) -> Option<Key> {
    u8::try_from(number).ok().map(Key::F)
}

/// The key of a letter that the terminal tells by its number.
fn letter(code: char) -> Option<Key> {
    Some(match code {
        '\r' => Key::Enter,
        '\t' => Key::Tab,
        '\u{1b}' => Key::Esc,
        '\u{7f}' | '\u{8}' => Key::Backspace,
        // Keys without a letter are told as letters of nobody.
        '\u{e000}'..='\u{f8ff}' => return None,
        code if code.is_control() => return None,
        code => Key::Char(code),
    })
}

fn capital(key: Key) -> Key {
    if let Key::Char(letter) = key { Key::Char(letter.to_ascii_uppercase()) } else { key }
}

/// Digits and signs of the number pad, as terminals with the newer protocol tell them.
fn number_pad(code: u32) -> Option<Key> {
    let digit = |from: u32| char::from_digit(code - from, 10).map(Key::Char);
    match code {
        57_399..=57_408 => digit(57_399),
        57_409 => Some(Key::Char('.')),
        57_410 => Some(Key::Char('/')),
        57_411 => Some(Key::Char('*')),
        57_412 => Some(Key::Char('-')),
        57_413 => Some(Key::Char('+')),
        57_414 => Some(Key::Enter),
        57_415 => Some(Key::Char('=')),
        _ => None,
    }
}
