//! Which keys an action may be put on in `[keys]`: none that opens a ticket is pressed by chance or answers
//! one, and none that is heard before everything else is typed into lines.

use crate::tui::parts::{
    keymap::HALT,
    keys::{Chord, Key, NotAKey},
};

/// Why `[keys]` of the configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No action is called so.
    #[error("keys.{0}: there is no such action; `dealdesk keys` lists them")]
    NoSuchVerb(String),
    /// It is no key.
    #[error("keys.{0}: {1}")]
    NotAKey(String, NotAKey),
    /// Two actions on one key.
    #[error("keys.{verb}: `{key}` is taken by `{other}`")]
    Taken {
        /// The action that wants the key.
        verb: String,
        /// The key.
        key: String,
        /// The action that has it.
        other: String,
    },
    /// A ticket verb on a key too easily pressed.
    #[error(
        "keys.{0}: `{1}` cannot open a ticket; tickets open with one capital letter or a function key"
    )]
    TooEasy(String, String),
    /// A verb that works everywhere on a key that is also typed.
    #[error(
        "keys.{0}: `{1}` is also typed into lines; this works everywhere: use a function key or ctrl-…"
    )]
    Typed(String, String),
    /// A ticket verb on a key that answers its ticket.
    #[error("keys.{0}: `{1}` answers tickets, so it cannot open one")]
    Answers(String, String),
    /// A verb without which the desk could not be stopped or left, without a key.
    #[error("keys.{0}: it needs a key: without one the desk could not be stopped or left by hand")]
    Needed(String),
}

impl KeyError {
    /// The action of which it is said.
    pub fn verb(&self) -> &str {
        match self {
            Self::NoSuchVerb(verb)
            | Self::NotAKey(verb, _)
            | Self::Taken { verb, .. }
            | Self::TooEasy(verb, _)
            | Self::Typed(verb, _)
            | Self::Answers(verb, _)
            | Self::Needed(verb) => verb,
        }
    }
}

/// Keys that answer tickets: no verb that opens one may be bound to them.
const ANSWER_KEYS: &[char] =
    &['y', 'Y', '.', ',', '$', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// A ticket opens with one capital letter or a function key, and none that answers it.
pub(super) fn check_ticket_key(verb: &str, key: &str, chords: &[Chord]) -> Result<(), KeyError> {
    let answers = chords.iter().any(|chord| {
        chord.key == Key::Enter
            || chord.letter().is_some_and(|letter| ANSWER_KEYS.contains(&letter))
    });
    if answers {
        return Err(KeyError::Answers(verb.to_owned(), key.to_owned()));
    }
    let easy = match chords {
        [chord] => match chord.letter() {
            Some(letter) => !letter.is_uppercase(),
            None => !matches!(chord.key, Key::F(_)),
        },
        _ => true,
    };
    if easy { Err(KeyError::TooEasy(verb.to_owned(), key.to_owned())) } else { Ok(()) }
}

/// Keys that are heard before whatever is open must not be letters that are typed there.
pub(super) fn check_first_key(verb: &str, key: &str, chords: &[Chord]) -> Result<(), KeyError> {
    let is_typed = |chord: &Chord| !chord.ctrl && !chord.alt && !matches!(chord.key, Key::F(_));
    let alone = verb != HALT || chords.len() == 1;
    if alone && chords.first().is_some_and(|first| !is_typed(first)) {
        Ok(())
    } else {
        Err(KeyError::Typed(verb.to_owned(), key.to_owned()))
    }
}
