//! A paste that the terminal marks (bracketed paste), byte by byte: everything up to its end, verbatim.
//! One without an end is over after a second of pauses, and the keys that stop the desk are heard in it.

use super::{
    keys::{self, Says},
    parser::LONGEST,
};
use crate::tui::Chord;

/// After so many pauses a paste without an end is over: a second in all.
const PAUSES: u8 = 4;

/// The most that is kept, in bytes. The largest that anybody takes is the read-back's export.
const MOST: usize = 4 * 1024 * 1024;

/// How the terminal marks the end.
const END: &[u8] = b"\x1b[201~";

/// A paste under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// The newest bytes, while they may be its end or a key.
    held: Vec<u8>,
    pauses: u8,
}

/// What a byte led to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pasted {
    /// The paste is over, and this is all of it.
    Ends(String),
    /// It goes on. A key that stops the desk was pressed within it, if one was.
    Goes(Option<Chord>),
}

impl Paste {
    /// The next byte. `urgent` are the keys that stop the desk.
    pub(super) fn take(&mut self, byte: u8, urgent: &[Chord]) -> Pasted {
        if byte == 0x1b && !self.held.is_empty() {
            self.keep();
        }
        self.held.push(byte);
        if self.held == END {
            return Pasted::Ends(self.text());
        }
        if is_open(&self.held) {
            return Pasted::Goes(None);
        }
        let pressed = key(&self.held).filter(|chord| urgent.contains(chord));
        if pressed.is_some() {
            self.held.clear();
        } else {
            self.keep();
        }
        Pasted::Goes(pressed)
    }

    /// Nothing came for a while. Returns all of it, if it is over.
    pub(super) fn paused(&mut self) -> Option<String> {
        self.pauses += 1;
        (self.pauses >= PAUSES).then(|| self.text())
    }

    fn keep(&mut self) {
        let held = std::mem::take(&mut self.held);
        if self.text.len() + held.len() <= MOST {
            self.text.extend(held);
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

/// Whether these bytes may be the beginning of its end or of a key.
fn is_open(bytes: &[u8]) -> bool {
    match bytes {
        [0x1b] | [0x1b, b'O' | b'['] | [0x1b, b'[', b'['] => true,
        [0x1b, b'[', body @ ..] => {
            body.len() < LONGEST && body.iter().all(|byte| matches!(byte, 0x20..=0x3f))
        }
        _ => false,
    }
}

/// The key that these bytes would be outside of a paste. Line ends and tabs are text.
fn key(bytes: &[u8]) -> Option<Chord> {
    match bytes {
        [b'\r' | b'\n' | b'\t'] => None,
        [byte] => keys::control(*byte),
        [0x1b, b'O', letter] => keys::single_shift(*letter),
        [0x1b, b'[', b'[', letter] => keys::console(*letter),
        [0x1b, b'[', body @ .., last] => match keys::sequence(body, *last) {
            Says::Key(chord, _) => Some(chord),
            Says::PasteBegins | Says::PasteEnds | Says::FocusGained | Says::Nothing => None,
        },
        _ => None,
    }
}
