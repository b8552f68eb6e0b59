//! Keys that come at once: nobody types so fast, so it is a paste that the terminal does not mark, or
//! something else that types by itself. They are handed on together, for the face to know.

use std::time::Duration;

use super::{Happened, parser::Token};
use crate::tui::{Chord, Key, KeyKind};

/// Keys that are no further apart came at once. People need more than twice as long between two keys;
/// programs that type need less.
const APART: Duration = Duration::from_millis(15);

/// After so many they are handed on, however fast more come.
const MOST: usize = 1_024;

/// Keys that may be part of a burst.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    keys: Vec<(Chord, KeyKind)>,
}

impl Bursts {
    /// Takes in the next thing that was read.
    pub(super) fn take(&mut self, token: Token, out: &mut Vec<Happened>) {
        match token {
            // The key that stops the desk is one of these, and waits for nothing.
            Token::Key(chord, kind) if matches!(chord.key, Key::F(_)) => {
                self.quiet(out);
                out.push(Happened::Key(chord, kind));
            }
            Token::Key(chord, kind) => {
                self.keys.push((chord, kind));
                if self.keys.len() >= MOST {
                    self.quiet(out);
                }
            }
            Token::Paste(text) => {
                self.quiet(out);
                out.push(Happened::Paste(text));
            }
            Token::PasteEnds => {
                let keys = std::mem::take(&mut self.keys);
                let text: String =
                    keys.into_iter().filter_map(|(chord, _)| letter(chord)).collect();
                if !text.is_empty() {
                    out.push(Happened::Paste(text));
                }
            }
            Token::FocusGained => {
                self.quiet(out);
                out.push(Happened::FocusGained);
            }
            Token::Ground(ground) => out.push(Happened::Ground(ground)),
        }
    }

    /// How long to wait for more keys until [`Self::quiet`] is to be called.
    pub(super) fn patience(&self) -> Option<Duration> {
        (!self.keys.is_empty()).then_some(APART)
    }

    /// No more came: what is there goes on.
    pub(super) fn quiet(&mut self, out: &mut Vec<Happened>) {
        let keys = std::mem::take(&mut self.keys);
        let has_text = keys.iter().any(|(chord, _)| letter(*chord).is_some());
        if keys.len() > 1 && has_text {
            out.push(Happened::Burst(keys));
        } else {
            out.extend(keys.into_iter().map(|(chord, kind)| Happened::Key(chord, kind)));
        }
    }
}

/// The letter that a key of a paste stands for.
pub(in crate::runtime) fn letter(chord: Chord) -> Option<char> {
    if chord.key == Key::Enter || (chord.ctrl && chord.key == Key::Char('j')) {
        Some('\n')
    } else if chord.key == Key::Tab {
        Some('\t')
    } else {
        chord.letter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::Ground;

    fn keys(text: &str) -> Vec<Token> {
        text.chars().map(|c| Token::Key(Chord::char(c), KeyKind::Press)).collect()
    }

    fn named(name: &str) -> Token {
        Token::Key(name.parse().unwrap(), KeyKind::Press)
    }

    /// What tokens that come at once are handed on as, before it is quiet and then.
    fn told(tokens: Vec<Token>) -> (String, String) {
        let mut bursts = Bursts::default();
        let words = |out: &[Happened]| {
            let word = |happened: &Happened| match happened {
                Happened::Key(chord, _) => format!("{chord}"),
                Happened::Burst(keys) => {
                    let keys: Vec<_> = keys.iter().map(|(chord, _)| chord.to_string()).collect();
                    format!("[{}]", keys.join(""))
                }
                Happened::Paste(text) => format!("{text:?}"),
                other @ (Happened::FocusGained | Happened::Ground(_) | Happened::Lost) => {
                    format!("{other:?}")
                }
            };
            out.iter().map(word).collect::<Vec<_>>().join(" ")
        };
        let (mut now, mut then) = (Vec::new(), Vec::new());
        for token in tokens {
            bursts.take(token, &mut now);
        }
        assert_eq!(bursts.patience().is_some(), !bursts.keys.is_empty());
        bursts.quiet(&mut then);
        (words(&now), words(&then))
    }

    #[test]
    fn one_key_is_a_key_and_several_with_text_are_a_burst() {
        for (tokens, now, then) in [
            (keys("y"), "", "y"),
            (keys("yy"), "", "[yy]"),
            ([keys("17.00"), vec![named("enter")]].concat(), "", "[17.00enter]"),
            (vec![named("down"); 3], "", "down down down"),
            ([vec![named("down")], keys("y")].concat(), "", "[downy]"),
            ([keys("y"), vec![named("enter")]].concat(), "", "[yenter]"),
            (vec![named("esc")], "", "esc"),
            // A key that stops the desk is there at once, with what came before it.
            ([keys("jj"), vec![named("f12")]].concat(), "[jj] f12", ""),
            (vec![named("f12")], "f12", ""),
            ([vec![named("f9")], keys("x")].concat(), "f9", "x"),
            // Without its beginning, a paste is a paste all the same.
            ([keys("y"), vec![Token::PasteEnds]].concat(), "\"y\"", ""),
            (vec![Token::PasteEnds], "", ""),
            ([keys("a"), vec![Token::Paste("b".into())], keys("y")].concat(), "a \"b\"", "y"),
            (vec![Token::Ground(Ground::Light)], "Ground(Light)", ""),
            ([keys("a"), vec![Token::FocusGained]].concat(), "a FocusGained", ""),
        ] {
            assert_eq!(told(tokens.clone()), (now.to_owned(), then.to_owned()), "{tokens:?}");
        }
    }

    #[test]
    fn a_burst_without_end_is_handed_on_in_pieces() {
        let (now, then) = told(keys(&"j".repeat(MOST + 3)));
        assert_eq!((now.len(), then.len()), (MOST + 2, 5));
    }
}
