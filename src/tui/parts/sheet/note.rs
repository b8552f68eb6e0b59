//! The words that go to a seller with a move: typed in the ticket, read over before they leave. A note
//! that names another seller, its price or a round with it is asked about.

use ratatui::text::Line;

use super::look;
use crate::{
    desk::{Note, State, rivals},
    domain::{QuoteRef, leak::Leak},
    tui::parts::{
        context::Dx,
        field::Field,
        keys::{Chord, Key},
    },
};

/// The line on which a note is written.
#[derive(Debug)]
pub(crate) struct NoteLine {
    key: QuoteRef,
    /// Whether the seller has a place for words.
    is_taken: bool,
    field: Field,
    is_written: bool,
    /// Whether what was found in it was answered.
    answered: bool,
    /// What of other sellers stands in it, and for which state of the desk and which words.
    found: Vec<Leak>,
    made: Option<(u64, String)>,
}

impl NoteLine {
    pub(crate) fn new(state: &State, key: &QuoteRef, words: &str) -> Self {
        let seller = state.sellers.get(&key.seller);
        let is_taken = seller.is_some_and(crate::desk::SellerState::takes_words);
        let field = Field::with(if is_taken { words } else { "" });
        let (key, found, made) = (key.clone(), Vec::new(), None);
        Self { key, is_taken, field, is_written: false, answered: false, found, made }
    }

    /// Looks through it again where it, or what is known, has changed.
    pub(crate) fn update(&mut self, state: &State) {
        let made = Some((state.version, self.field.text().to_owned()));
        if self.made != made {
            self.found = rivals::leaks(state, &self.key, self.field.text());
            self.made = made;
        }
    }

    /// A key for it; says whether it was one.
    pub(crate) fn key(&mut self, chord: Chord) -> bool {
        if !self.is_written {
            self.is_written = self.is_taken && chord.key == Key::Tab;
            return self.is_written;
        }
        if matches!(chord.key, Key::Esc | Key::Enter | Key::Tab) {
            self.is_written = false;
        } else if self.field.key(chord) {
            self.answered = false;
        }
        true
    }

    /// Pasted text; says whether it was for it.
    pub(crate) fn paste(&mut self, text: &str) -> bool {
        if self.is_written {
            self.field.paste(text);
            self.answered = false;
        }
        self.is_written
    }

    /// What it says that it should not: what to ask.
    pub(crate) fn asks(&mut self, state: &State) -> Option<String> {
        self.update(state);
        let found: Vec<_> = self.found.iter().map(ToString::to_string).collect();
        (!found.is_empty()).then(|| format!("the note {} (tab changes it)", found.join(", ")))
    }

    /// What it asks was answered: it is sent as it is.
    pub(crate) fn answered(&mut self) {
        self.answered = !self.found.is_empty();
    }

    /// The note as it goes to the desk.
    pub(crate) fn note(&self) -> Option<Note> {
        let words = self.field.text().trim();
        let note = || Note { words: words.to_owned(), answered: self.answered };
        (self.is_taken && !words.is_empty()).then(note)
    }

    /// How it looks.
    pub(crate) fn lines(&self, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
        if !self.is_taken {
            let words = "none: this seller's dialect has no place for words with a move";
            return vec![look::fact(dx, "note", words)];
        }
        let text = self.field.text();
        let words = match (self.is_written, text.is_empty()) {
            (true, _) => format!("{text}▏ (⏎ ends it)"),
            (false, true) => "none; tab writes one".to_owned(),
            (false, false) => format!("“{text}” (tab changes it)"),
        };
        let mut lines = look::facts(dx, "note", &words, wide);
        if !self.found.is_empty() {
            let found: Vec<_> = self.found.iter().map(ToString::to_string).collect();
            lines.extend(look::trouble(dx, &format!("the note {}", found.join(", ")), wide));
        }
        lines
    }
}
