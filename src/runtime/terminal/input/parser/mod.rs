//! Bytes of the terminal to what they say. Only keys are keys: the terminal's answers to questions (of
//! this program or of one before it), mouse reports and whatever else it tells are taken in whole and
//! dropped, however they come: early, late, in pieces, or broken off.
//!
//! The parser knows no time. It says how long it wants to wait for more ([`Parser::patience`]) and is
//! told when nothing came ([`Parser::quiet`]). Nothing that is not finished makes the keyboard deaf for
//! longer than that, and the keys that stop the desk are heard even within a paste.

use std::time::Duration;

use super::{
    ground,
    keys::{self, Says},
    paste::{Paste, Pasted},
};
use crate::tui::{Chord, Ground, Key, KeyKind};

/// What bytes said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Key(Chord, KeyKind),
    /// A whole paste, verbatim.
    Paste(String),
    /// The end of a paste of which the beginning is not known: what came just before was in it.
    PasteEnds,
    FocusGained,
    /// What the terminal's ground looks like.
    Ground(Ground),
}

/// How long Esc may be the beginning of more. Longer than a key takes over a slow line, shorter than a
/// person notices.
const ESCAPE: Duration = Duration::from_millis(50);

/// How long the rest of a letter may take.
const LETTER: Duration = Duration::from_millis(100);

/// How long the rest of a sequence may take.
const SEQUENCE: Duration = Duration::from_secs(1);

/// How long nothing comes before that is a pause in a paste.
const PAUSE: Duration = Duration::from_millis(250);

/// The longest sequence that is read; a longer one says nothing that is known here.
pub(super) const LONGEST: usize = 64;

/// In what the next byte stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Plain,
    /// In a letter of several bytes, of which so many are missing.
    Letter(Vec<u8>, usize, bool),
    /// Behind ESC.
    Escape,
    /// Behind `ESC O`.
    Single,
    /// In `ESC [ …`.
    Sequence(Vec<u8>),
    /// Behind `ESC [ [`.
    Console,
    /// In an old mouse report, of which so many bytes are missing.
    Mouse(u8),
    /// In a text that the terminal sends (`ESC ]`, `P`, `X`, `^`, `_` …) and perhaps behind its last ESC.
    Text {
        begins: u8,
        text: Vec<u8>,
        is_ending: bool,
    },
    Paste(Paste),
}

/// What may come yet of something that was given up, in the next bytes that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// ESC was taken for the key: the rest of a sequence.
    Escape,
    /// The end of a text.
    Text,
    /// The end of a sequence.
    Sequence,
}

/// Reads what the terminal sends.
#[derive(Debug)]
pub(super) struct Parser {
    state: State,
    rest: Option<Rest>,
    /// The keys that are heard even within a paste.
    urgent: Vec<Chord>,
}

impl Parser {
    pub(super) fn new(urgent: Vec<Chord>) -> Self {
        Self { state: State::Plain, rest: None, urgent }
    }

    /// Takes in what was read at once.
    pub(super) fn feed(&mut self, read: &[u8], out: &mut Vec<Token>) {
        let read = self.without_rest(read);
        for &byte in read {
            self.take(byte, out);
        }
    }

    /// How long to wait for more until [`Self::quiet`] is to be called; `None` is for ever.
    pub(super) fn patience(&self) -> Option<Duration> {
        match &self.state {
            State::Plain => None,
            State::Letter(..) => Some(LETTER),
            State::Escape => Some(ESCAPE),
            State::Text { text, .. } if text.is_empty() => Some(PAUSE),
            State::Sequence(body) if body.is_empty() => Some(PAUSE),
            State::Single | State::Paste(_) => Some(PAUSE),
            State::Sequence(_) | State::Console | State::Mouse(_) | State::Text { .. } => {
                Some(SEQUENCE)
            }
        }
    }

    /// Nothing came for as long as it was ready to wait.
    pub(super) fn quiet(&mut self, out: &mut Vec<Token>) {
        let alt = |letter: u8| Chord { alt: true, ..Chord::char(char::from(letter)) };
        let press = |chord| Token::Key(chord, KeyKind::Press);
        match std::mem::replace(&mut self.state, State::Plain) {
            State::Plain | State::Letter(..) | State::Mouse(_) => {}
            State::Escape => {
                out.push(press(Chord::key(Key::Esc)));
                self.rest = Some(Rest::Escape);
            }
            State::Single => out.push(press(alt(b'O'))),
            State::Console => self.rest = Some(Rest::Sequence),
            State::Sequence(body) => {
                self.rest = Some(Rest::Sequence);
                if body.is_empty() {
                    out.push(press(alt(b'[')));
                }
            }
            State::Text { begins, text, .. } => {
                self.rest = Some(Rest::Text);
                if text.is_empty() {
                    out.push(press(alt(begins)));
                }
            }
            State::Paste(mut paste) => match paste.paused() {
                Some(text) => out.push(Token::Paste(text)),
                None => self.state = State::Paste(paste),
            },
        }
    }

    /// Without the late end of something that was given up for lost.
    fn without_rest<'r>(&mut self, read: &'r [u8]) -> &'r [u8] {
        // One byte is a key: a person presses one after the other.
        let Some(rest) = self.rest.take().filter(|_| read.len() > 1) else { return read };
        let end = match rest {
            Rest::Escape => {
                if begins(read[0]) {
                    self.state = State::Escape;
                }
                return read;
            }
            Rest::Text => text_end(read),
            Rest::Sequence => {
                let number = |byte: &u8| matches!(byte, 0x20..=0x3f);
                let last = read.iter().position(|byte| !number(byte));
                last.filter(|last| *last > 0 && (0x40..0x7f).contains(&read[*last]))
            }
        };
        end.map_or(read, |end| &read[end + 1..])
    }

    fn take(&mut self, byte: u8, out: &mut Vec<Token>) {
        match std::mem::replace(&mut self.state, State::Plain) {
            State::Plain => self.plain(byte, false, out),
            State::Letter(mut bytes, missing, alt) => {
                if byte & 0xc0 != 0x80 {
                    return self.plain(byte, false, out);
                }
                bytes.push(byte);
                if missing > 1 {
                    self.state = State::Letter(bytes, missing - 1, alt);
                } else if let Some(letter) = letter(&bytes) {
                    let chord = Chord { alt, ..Chord::char(letter) };
                    out.push(Token::Key(chord, KeyKind::Press));
                }
            }
            State::Escape => self.escape(byte, out),
            State::Single => match byte {
                // Old terminals put what is held down before the letter.
                b'0'..=b'9' => self.state = State::Single,
                byte => self.key_or_plain(keys::single_shift(byte), byte, out),
            },
            State::Console => self.key_or_plain(keys::console(byte), byte, out),
            State::Mouse(missing) => match byte {
                0x1b => self.state = State::Escape,
                _ if missing > 1 => self.state = State::Mouse(missing - 1),
                _ => {}
            },
            State::Sequence(body) => self.sequence(body, byte, out),
            State::Text { begins, text, is_ending } => {
                self.text((begins, text, is_ending), byte, out);
            }
            State::Paste(mut paste) => match paste.take(byte, &self.urgent) {
                Pasted::Ends(text) => out.push(Token::Paste(text)),
                Pasted::Goes(urgent) => {
                    out.extend(urgent.map(|chord| Token::Key(chord, KeyKind::Press)));
                    self.state = State::Paste(paste);
                }
            },
        }
    }

    /// A byte outside of everything.
    fn plain(&mut self, byte: u8, alt: bool, out: &mut Vec<Token>) {
        let chord = match byte {
            0x1b => {
                self.state = State::Escape;
                return;
            }
            0x20..=0x7e => Chord::char(char::from(byte)),
            0xc2..=0xdf => return self.state = State::Letter(vec![byte], 1, alt),
            0xe0..=0xef => return self.state = State::Letter(vec![byte], 2, alt),
            0xf0..=0xf4 => return self.state = State::Letter(vec![byte], 3, alt),
            byte => match keys::control(byte) {
                Some(chord) => chord,
                // No letter of any kind.
                None => return,
            },
        };
        out.push(Token::Key(Chord { alt, ..chord }, KeyKind::Press));
    }

    /// A key, or a byte that ends what it stands in without being a part of it.
    fn key_or_plain(&mut self, key: Option<Chord>, byte: u8, out: &mut Vec<Token>) {
        match key {
            Some(chord) => out.push(Token::Key(chord, KeyKind::Press)),
            None if byte < 0x20 => self.plain(byte, false, out),
            None => {}
        }
    }

    /// A byte behind ESC.
    fn escape(&mut self, byte: u8, out: &mut Vec<Token>) {
        match byte {
            0x1b => {
                out.push(Token::Key(Chord::key(Key::Esc), KeyKind::Press));
                self.state = State::Escape;
            }
            b'O' => self.state = State::Single,
            b'[' => self.state = State::Sequence(Vec::new()),
            b']' | b'P' | b'X' | b'^' | b'_' => {
                self.state = State::Text { begins: byte, text: Vec::new(), is_ending: false };
            }
            // The end of a text that is over.
            b'\\' => {}
            byte => self.plain(byte, true, out),
        }
    }

    fn sequence(&mut self, mut body: Vec<u8>, byte: u8, out: &mut Vec<Token>) {
        match byte {
            b'[' if body.is_empty() => self.state = State::Console,
            b'M' if body.is_empty() => self.state = State::Mouse(3),
            0x20..=0x3f => {
                // What is too long is read to its end and says nothing.
                if body.len() < LONGEST {
                    body.push(byte);
                }
                self.state = State::Sequence(body);
            }
            0x40..=0x7e if body.len() < LONGEST => match keys::sequence(&body, byte) {
                Says::Key(chord, kind) => out.push(Token::Key(chord, kind)),
                Says::PasteBegins => self.state = State::Paste(Paste::default()),
                Says::PasteEnds => out.push(Token::PasteEnds),
                Says::FocusGained => out.push(Token::FocusGained),
                Says::Nothing => {}
            },
            0x40..=0x7e => {}
            byte => self.plain(byte, false, out),
        }
    }

    fn text(
        &mut self,
        (begins, mut text, is_ending): (u8, Vec<u8>, bool),
        byte: u8,
        out: &mut Vec<Token>,
    ) {
        match byte {
            b'\\' if is_ending => out.extend(answer(begins, &text)),
            // It was broken off: this ESC begins something else.
            byte if is_ending => {
                self.state = State::Escape;
                self.take(byte, out);
            }
            0x07 => out.extend(answer(begins, &text)),
            0x1b => self.state = State::Text { begins, text, is_ending: true },
            // No answer has it: it is a key, and the text was broken off.
            0x00..=0x1f => self.plain(byte, false, out),
            byte => {
                if text.len() < LONGEST {
                    text.push(byte);
                }
                self.state = State::Text { begins, text, is_ending: false };
            }
        }
    }
}

/// Whether a byte behind ESC begins a sequence.
fn begins(byte: u8) -> bool {
    matches!(byte, b'[' | b'O' | b']' | b'P' | b'X' | b'^' | b'_')
}

/// Where a text ends, if its end is there: the place of its last byte.
fn text_end(read: &[u8]) -> Option<usize> {
    let bell = read.iter().position(|byte| *byte == 0x07);
    let string = read.windows(2).position(|two| two == b"\x1b\\").map(|place| place + 1);
    let end = bell.into_iter().chain(string).min()?;
    // What a person types has line ends and other keys before that.
    read[..end].iter().all(|byte| *byte >= 0x20 || *byte == 0x1b).then_some(end)
}

fn letter(bytes: &[u8]) -> Option<char> {
    std::str::from_utf8(bytes).ok()?.chars().next().filter(|letter| !letter.is_control())
}

/// What a text that the terminal sent tells, of what is wanted here.
fn answer(begins: u8, text: &[u8]) -> Option<Token> {
    let text = std::str::from_utf8(text).ok().filter(|_| begins == b']')?;
    ground::read(text).map(Token::Ground)
}

#[cfg(test)]
mod tests;
