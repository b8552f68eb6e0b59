//! Which keys an action may be put on in `[keys]`: none that opens a ticket is pressed by chance or answers
//! one, and none that is heard before everything else is typed into lines.

use super::{
    keymap::{HALT, KeyError},
    keys::{Chord, Key},
};

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
