//! The lines of a ticket that are filled in: choices, counts, days, prices. What cannot be part of an
//! answer cannot be typed into it.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::{
        money::{self, Mistyped, typed},
        text,
    },
    tui::{
        context::Dx,
        keys::{Chord, Key},
        parts::field::Field,
        theme::Meaning,
    },
};

/// What goes into a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of these.
    Choice(Vec<String>),
    /// `500000`, `500k`, `1.2m`.
    Count,
    /// `2026-07-01`.
    Day,
    /// `25.22` or `25,22`.
    Price,
    /// Any words.
    Words,
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    label: &'static str,
    kind: Kind,
    field: Field,
    chosen: usize,
    hint: String,
}

impl Entry {
    pub(crate) fn new(
        label: &'static str,
        kind: Kind,
        text: &str,
        hint: impl Into<String>,
    ) -> Self {
        Self { label, kind, field: Field::with(text), chosen: 0, hint: hint.into() }
    }

    pub(crate) fn choice(
        label: &'static str,
        of: Vec<String>,
        chosen: usize,
        hint: impl Into<String>,
    ) -> Self {
        let chosen = chosen.min(of.len().saturating_sub(1));
        Self { chosen, ..Self::new(label, Kind::Choice(of), "", hint) }
    }

    /// What a price or number is read as, where it is not typed as the desk writes it, or its two
    /// readings.
    fn understood(&self) -> Option<String> {
        let text = self.field.text().trim();
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let misread = |no: Mistyped| matches!(no, Mistyped::Two(..)).then(|| no.to_string());
        match self.kind {
            Kind::Price => match typed::read(text, typed::Numbers::Either) {
                Ok(_) if plain => None,
                Ok(typed) => Some(format!("= {}", money::grouped(typed.amount))),
                Err(no) => misread(no),
            },
            Kind::Count => match typed::count(text) {
                Ok(_) if plain => None,
                Ok(count) => Some(format!("= {}", money::count(count))),
                Err(no) => misread(no),
            },
            Kind::Choice(_) | Kind::Day | Kind::Words => None,
        }
    }

    fn takes(&self, letter: char) -> bool {
        match self.kind {
            Kind::Choice(_) => false,
            Kind::Count => letter.is_ascii_digit() || matches!(letter, 'k' | 'm' | '.' | '_' | ','),
            Kind::Day => letter.is_ascii_digit() || letter == '-',
            Kind::Price => letter.is_ascii_digit() || matches!(letter, '.' | ',' | '$'),
            Kind::Words => !letter.is_control(),
        }
    }
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Took {
    /// The line changed or another one is filled in.
    Yes,
    /// It is not for the form.
    No,
}

/// The lines, and which of them is filled in. Behind the last one lies the line that sends.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    entries: Vec<Entry>,
    at: usize,
}

impl Form {
    pub(crate) fn new(entries: Vec<Entry>, at: usize) -> Self {
        Self { at: at.min(entries.len()), entries }
    }

    /// Whether the line that sends is chosen.
    pub(crate) fn is_at_send(&self) -> bool {
        self.at >= self.entries.len()
    }

    /// How many rows it takes.
    pub(crate) fn height(&self) -> u16 {
        u16::try_from(self.entries.len()).unwrap_or(u16::MAX)
    }

    /// What was typed into a line.
    pub(crate) fn text(&self, label: &str) -> &str {
        self.entries.iter().find(|entry| entry.label == label).map_or("", |e| e.field.text().trim())
    }

    /// Whether there is such a line.
    pub(crate) fn has(&self, label: &str) -> bool {
        self.entries.iter().any(|entry| entry.label == label)
    }

    /// Which choice a line stands on.
    pub(crate) fn chosen(&self, label: &str) -> usize {
        self.entries.iter().find(|entry| entry.label == label).map_or(0, |entry| entry.chosen)
    }

    /// Which choice the line at `place` stands on.
    pub(crate) fn chosen_at(&self, place: usize) -> usize {
        self.entries.get(place).map_or(0, |entry| entry.chosen)
    }

    pub(crate) fn key(&mut self, chord: Chord) -> Took {
        let last = self.entries.len();
        match chord.key {
            Key::Tab | Key::Down => self.at = (self.at + 1).min(last),
            Key::BackTab | Key::Up => self.at = self.at.saturating_sub(1),
            Key::Enter if self.at < last => self.at += 1,
            Key::Left | Key::Right | Key::Char(' ') if self.turns() => {
                self.turn(chord.key == Key::Left);
            }
            Key::Char(letter) if !chord.ctrl && !chord.alt => {
                let Some(entry) = self.entries.get_mut(self.at) else { return Took::No };
                if !entry.takes(letter) {
                    return Took::No;
                }
                entry.field.key(chord);
            }
            Key::Backspace | Key::Delete | Key::Left | Key::Right | Key::Home | Key::End => {
                if let Some(entry) = self.entries.get_mut(self.at) {
                    entry.field.key(chord);
                }
            }
            Key::Char(_) | Key::F(_) | Key::Enter | Key::Esc | Key::PageUp | Key::PageDown => {
                return Took::No;
            }
        }
        Took::Yes
    }

    /// Pasted text goes where it fits.
    pub(crate) fn paste(&mut self, pasted: &str) {
        if let Some(entry) = self.entries.get_mut(self.at) {
            let fits: String = pasted.chars().filter(|letter| entry.takes(*letter)).collect();
            entry.field.paste(&fits);
        }
    }

    fn turns(&self) -> bool {
        self.entries.get(self.at).is_some_and(|entry| matches!(entry.kind, Kind::Choice(_)))
    }

    fn turn(&mut self, back: bool) {
        let Some(entry) = self.entries.get_mut(self.at) else { return };
        let Kind::Choice(of) = &entry.kind else { return };
        let many = of.len().max(1);
        entry.chosen = (entry.chosen + if back { many - 1 } else { 1 }) % many;
    }

    /// Draws a row per line from the top of `area`.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
        for (place, entry) in self.entries.iter().enumerate().take(usize::from(area.height)) {
            let row = Rect { y: area.y + u16::try_from(place).unwrap_or(0), height: 1, ..area };
            draw(entry, place == self.at, frame, row, dx);
        }
    }
}

/// Where the answers begin.
const LABEL: u16 = 14;

fn draw(entry: &Entry, here: bool, frame: &mut Frame<'_>, row: Rect, dx: &Dx<'_>) {
    let label = Line::from(vec![
        Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key)),
        Span::styled(text::fit(entry.label, usize::from(LABEL) - 1), dx.style(Meaning::Dim)),
    ]);
    frame.render_widget(label, Rect { width: LABEL.min(row.width), ..row });
    let rest =
        Rect { x: row.x + LABEL.min(row.width), width: row.width.saturating_sub(LABEL), ..row };
    let wide = match &entry.kind {
        Kind::Choice(of) => {
            let word = of.get(entry.chosen).map_or("?", String::as_str);
            let word = text::cut(word, usize::from(rest.width).saturating_sub(4));
            let shown = if of.len() > 1 { format!("‹ {word} ›") } else { word };
            let style = dx.style(if here { Meaning::Selected } else { Meaning::Plain });
            frame.render_widget(Line::from(Span::styled(shown.clone(), style)), rest);
            text::width(&shown)
        }
        Kind::Words => usize::from(rest.width),
        Kind::Count | Kind::Day | Kind::Price => 14,
    };
    let wide = u16::try_from(wide).unwrap_or(rest.width).min(rest.width);
    if !matches!(entry.kind, Kind::Choice(_)) {
        let place = Rect { width: wide, ..rest };
        if here {
            entry.field.draw(frame, place);
        } else {
            frame.render_widget(Line::from(entry.field.text().to_owned()), place);
        }
    }
    let hint = Rect { x: rest.x + wide, width: rest.width - wide, ..rest };
    let words = format!("  {}", entry.understood().as_ref().unwrap_or(&entry.hint));
    let words = text::cut(&words, usize::from(hint.width));
    frame.render_widget(Line::from(words).style(dx.style(Meaning::Dim)), hint);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_is_no_answer_is_left_to_the_ticket() {
        let price = Entry::new("price", Kind::Price, "", "");
        let kind = Entry::choice("type", vec!["PG".into(), "PD".into()], 0, "");
        let mut form = Form::new(vec![price, kind], 0);
        assert_eq!(form.key(Chord::char('2')), Took::Yes);
        assert_eq!(form.key(Chord::char('y')), Took::No);
        assert_eq!(form.text("price"), "2");
        form.paste("5,y\n5");
        assert_eq!(form.text("price"), "25,5");
        form.key(Chord::key(Key::Enter));
        form.key(Chord::key(Key::Left));
        assert_eq!(form.chosen("type"), 1);
        form.key(Chord::char(' '));
        assert_eq!(form.chosen("type"), 0);
        assert!(!form.is_at_send());
        form.key(Chord::key(Key::Tab));
        assert!(form.is_at_send());
        assert_eq!(form.key(Chord::key(Key::Enter)), Took::No);
    }
}
