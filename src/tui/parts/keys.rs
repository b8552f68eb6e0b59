//! Keys as the desk knows them, free of any terminal library's types. The runtime converts.

use std::{fmt, str::FromStr};

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A letter, digit or sign, as typed: `Q` is not `q`.
    Char(char),
    /// A function key.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// A key with what is held down beside it. Shift is part of the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// Whether Ctrl is held.
    pub ctrl: bool,
    /// Whether Alt is held.
    pub alt: bool,
    /// The key.
    pub key: Key,
}

/// How a key came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// It went down.
    Press,
    /// It is held down. Tickets take no notice of it.
    Repeat,
}

/// Names of the keys that are no letters.
const NAMES: &[(Key, &str, &str)] = &[
    (Key::Enter, "enter", "⏎"),
    (Key::Esc, "esc", "Esc"),
    (Key::Tab, "tab", "tab"),
    (Key::BackTab, "backtab", "S-tab"),
    (Key::Backspace, "backspace", "bksp"),
    (Key::Delete, "delete", "del"),
    (Key::Up, "up", "↑"),
    (Key::Down, "down", "↓"),
    (Key::Left, "left", "←"),
    (Key::Right, "right", "→"),
    (Key::Home, "home", "Home"),
    (Key::End, "end", "End"),
    (Key::PageUp, "pageup", "PgUp"),
    (Key::PageDown, "pagedown", "PgDn"),
    (Key::Char(' '), "space", "space"),
];

impl Chord {
    /// A key by itself.
    pub fn key(key: Key) -> Self {
        Self { ctrl: false, alt: false, key }
    }

    /// A letter by itself.
    pub fn char(letter: char) -> Self {
        Self::key(Key::Char(letter))
    }

    /// A letter with Ctrl.
    pub fn ctrl(letter: char) -> Self {
        Self { ctrl: true, ..Self::char(letter) }
    }

    /// The letter, if it is one without Ctrl or Alt.
    pub fn letter(self) -> Option<char> {
        match self.key {
            Key::Char(letter) if !self.ctrl && !self.alt => Some(letter),
            Key::Char(_)
            | Key::F(_)
            | Key::Enter
            | Key::Esc
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Up
            | Key::Down
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown => None,
        }
    }

    /// As footers write it: `^d`, `⏎`, `q`.
    pub fn short(self) -> String {
        let alt = if self.alt { "M-" } else { "" };
        let ctrl = if self.ctrl { "^" } else { "" };
        let named = NAMES.iter().find(|(key, ..)| *key == self.key).map(|(_, _, short)| *short);
        match (named, self.key) {
            (None, Key::Char(letter)) => format!("{alt}{ctrl}{letter}"),
            (None, Key::F(number)) => format!("{alt}{ctrl}F{number}"),
            (named, _) => format!("{alt}{ctrl}{}", named.unwrap_or("?")),
        }
    }
}

impl fmt::Display for Chord {
    /// As the configuration writes it: `ctrl-d`, `enter`, `q`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alt = if self.alt { "alt-" } else { "" };
        let ctrl = if self.ctrl { "ctrl-" } else { "" };
        let named = NAMES.iter().find(|(key, ..)| *key == self.key).map(|(_, name, _)| *name);
        match (named, self.key) {
            (None, Key::Char(letter)) => write!(f, "{alt}{ctrl}{letter}"),
            (None, Key::F(number)) => write!(f, "{alt}{ctrl}f{number}"),
            (named, _) => write!(f, "{alt}{ctrl}{}", named.unwrap_or("?")),
        }
    }
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a key: write a letter, `ctrl-x`, `f12`, `enter`, `esc`, `tab`, `up`, `pagedown`"
)]
pub struct NotAKey(pub String);

impl FromStr for Chord {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (alt, rest) = text.strip_prefix("alt-").map_or((false, text), |rest| (true, rest));
        let (ctrl, rest) = rest.strip_prefix("ctrl-").map_or((false, rest), |rest| (true, rest));
        let named = NAMES.iter().find(|(_, name, _)| *name == rest).map(|(key, ..)| *key);
        let mut letters = rest.chars();
        let key = match (named, letters.next(), letters.next()) {
            (Some(key), ..) => key,
            (None, Some(letter), None) if !letter.is_control() => Key::Char(letter),
            (None, Some('f'), Some(_)) => match rest[1..].parse() {
                Ok(number @ 1..=24) => Key::F(number),
                Ok(_) | Err(_) => return Err(NotAKey(text.to_owned())),
            },
            _ => return Err(NotAKey(text.to_owned())),
        };
        Ok(Self { ctrl, alt, key })
    }
}

/// Keys pressed one after the other: `g b` is `g`, then `b`.
pub(crate) fn sequence(text: &str) -> Result<Vec<Chord>, NotAKey> {
    let keys: Vec<_> = text.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(NotAKey(text.to_owned())) } else { Ok(keys) }
}

/// A sequence as footers write it: `gb`, `F9 x d`.
pub(crate) fn short(keys: &[Chord]) -> String {
    let keys: Vec<_> = keys.iter().map(|chord| chord.short()).collect();
    keys.join(if keys.iter().all(|key| key.chars().count() == 1) { "" } else { " " })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_they_are_written() {
        for text in ["q", "Q", "ctrl-d", "alt-x", "f12", "enter", "pagedown", "space", "?", "!"] {
            assert_eq!(text.parse::<Chord>().unwrap().to_string(), text);
        }
        for wrong in ["", "qq", "f99", "ctrl-", "fx"] {
            assert!(wrong.parse::<Chord>().is_err(), "{wrong:?}");
        }
        assert_eq!(short(&sequence("g b").unwrap()), "gb");
        assert_eq!(short(&sequence("f9 x d").unwrap()), "F9 x d");
        assert_eq!(Chord::ctrl('d').short(), "^d");
    }
}
