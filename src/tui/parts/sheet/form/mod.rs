//! The lines of a ticket that are filled in: choices, counts, days, prices. What cannot be part of an
//! answer cannot be typed into it. A line that was come to is replaced by the first letter that is typed,
//! and what it holds is checked while it is typed.

use jiff::civil::Date;
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    domain::{
        Currency, flight,
        money::{self, Mistyped, typed},
        text,
    },
    tui::parts::{
        context::Dx,
        field::Field,
        keys::{Chord, Key},
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
    /// `2026-07-01`, or `+30d`: so long after this day.
    Day(Date),
    /// An amount of this currency: `25.22` or `25,22`.
    Price(Currency),
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

    fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Choice(_))
    }

    fn takes(&self, letter: char) -> bool {
        match self.kind {
            Kind::Choice(_) => false,
            Kind::Count => {
                letter.is_ascii_digit()
                    || matches!(letter, 'k' | 'm' | 'K' | 'M' | '.' | '_' | ',' | '\'' | ' ')
            }
            Kind::Day(_) => {
                letter.is_ascii_digit() || matches!(letter, '-' | '+' | 'd' | 'w' | 'm')
            }
            Kind::Price(_) => typed::is_of_an_amount(letter),
            Kind::Words => !letter.is_control(),
        }
    }
}

impl Entry {
    /// What is wrong with what it holds, as far as it can be seen without the other lines.
    fn fault(&self) -> Option<String> {
        let text = self.field.text().trim();
        let misread = |no: Mistyped| match no {
            Mistyped::Not(_) => "not an amount: 25.22".to_owned(),
            Mistyped::Two(..) | Mistyped::Currency(..) => no.to_string(),
        };
        match self.kind {
            Kind::Choice(_) | Kind::Words => None,
            _ if text.is_empty() => None,
            Kind::Count => typed::count(text).err().map(|no| no.to_string()),
            Kind::Price(currency) => typed::amount(text, currency).err().map(misread),
            Kind::Day(from) => {
                let none = || "no such day: 2026-07-01 or +30d".to_owned();
                flight::day(text, from).is_none().then(none)
            }
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
    /// Whether the line was just come to: the first letter replaces what it holds.
    is_fresh: bool,
}

impl Form {
    pub(crate) fn new(entries: Vec<Entry>, at: usize) -> Self {
        Self { at: at.min(entries.len()), entries, is_fresh: true }
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

    /// The line with this label is filled in next.
    pub(crate) fn go(&mut self, label: &str) {
        if let Some(place) = self.entries.iter().position(|entry| entry.label == label) {
            (self.at, self.is_fresh) = (place, true);
        }
    }

    /// So long after which day a line of days counts.
    pub(crate) fn count_from(&mut self, label: &str, day: Date) {
        for entry in self.entries.iter_mut().filter(|entry| entry.label == label) {
            entry.kind = Kind::Day(day);
        }
    }

    /// What is wrong with a line, as far as it can be seen by itself: its label and its fault.
    pub(crate) fn fault(&self) -> Option<(&'static str, String)> {
        self.entries.iter().find_map(|entry| Some((entry.label, entry.fault()?)))
    }

    pub(crate) fn key(&mut self, chord: Chord) -> Took {
        let lines = self.entries.len() + 1;
        match chord.key {
            Key::Tab => self.come_to((self.at + 1) % lines),
            Key::BackTab => self.come_to((self.at + lines - 1) % lines),
            Key::Down => self.come_to((self.at + 1).min(lines - 1)),
            Key::Up => self.come_to(self.at.saturating_sub(1)),
            Key::Enter if !self.is_at_send() => self.come_to(self.at + 1),
            Key::Left | Key::Right | Key::Char(' ') if self.turns() => {
                self.turn(chord.key == Key::Left);
            }
            Key::Char(letter) if !chord.ctrl && !chord.alt => {
                let Some(entry) = self.entries.get_mut(self.at) else { return Took::No };
                if !entry.takes(letter) {
                    return Took::No;
                }
                if std::mem::take(&mut self.is_fresh) && entry.kind != Kind::Words {
                    entry.field.clear();
                }
                entry.field.key(chord);
            }
            Key::Char('a' | 'e' | 'k' | 'u' | 'w')
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End => {
                let Some(entry) = self.entries.get_mut(self.at) else { return Took::No };
                let is_fresh = std::mem::take(&mut self.is_fresh);
                let goes = matches!(chord.key, Key::Backspace | Key::Delete);
                if is_fresh && goes && entry.kind != Kind::Words {
                    entry.field.clear();
                } else if !entry.is_choice() {
                    entry.field.key(chord);
                }
            }
            Key::Char(_) | Key::F(_) | Key::Enter | Key::Esc | Key::PageUp | Key::PageDown => {
                return Took::No;
            }
        }
        Took::Yes
    }

    fn come_to(&mut self, place: usize) {
        (self.at, self.is_fresh) = (place, true);
    }

    /// Pasted text goes where it fits; says whether it did. Of a figure nothing is left out, which would
    /// make another one of it: `25.2k` is not 25.2.
    pub(crate) fn paste(&mut self, pasted: &str) -> bool {
        let Some(entry) = self.entries.get_mut(self.at) else { return false };
        let is_words = entry.kind == Kind::Words;
        let pasted = if is_words { pasted } else { pasted.trim() };
        let fits: String = pasted.chars().filter(|letter| entry.takes(*letter)).collect();
        if fits.is_empty() || (!is_words && fits != pasted) {
            return false;
        }
        if std::mem::take(&mut self.is_fresh) && !is_words {
            entry.field.clear();
        }
        entry.field.paste(&fits);
        true
    }

    fn turns(&self) -> bool {
        self.entries.get(self.at).is_some_and(Entry::is_choice)
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
            let here = (place == self.at).then_some(self.is_fresh);
            draw(entry, here, frame, row, dx);
        }
    }
}

/// Where the answers begin.
const LABEL: u16 = 14;

/// `here` is whether its line is filled in, and whether the next letter replaces what it holds.
fn draw(entry: &Entry, here: Option<bool>, frame: &mut Frame<'_>, row: Rect, dx: &Dx<'_>) {
    let (here, is_fresh) = (here.is_some(), here == Some(true));
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
        Kind::Count | Kind::Day(_) | Kind::Price(_) => 14,
    };
    let wide = u16::try_from(wide).unwrap_or(rest.width).min(rest.width);
    if !matches!(entry.kind, Kind::Choice(_)) {
        let place = Rect { width: wide, ..rest };
        if here && is_fresh && entry.kind != Kind::Words && !entry.field.text().is_empty() {
            // All of it is chosen: it goes with the first letter.
            let text = Span::styled(entry.field.text().to_owned(), Style::new().reversed());
            frame.render_widget(Line::from(text), place);
        } else if here {
            entry.field.draw(frame, place);
        } else {
            frame.render_widget(Line::from(entry.field.text().to_owned()), place);
        }
    }
    let hint = Rect { x: rest.x + wide, width: rest.width - wide, ..rest };
    let (words, meaning) = match entry.fault() {
        Some(fault) => (format!("  ✗ {fault}"), Meaning::Bad),
        None => (format!("  {}", said_back(entry)), Meaning::Dim),
    };
    let words = text::cut(&words, usize::from(hint.width));
    frame.render_widget(Line::from(words).style(dx.style(meaning)), hint);
}

/// The hint of a line, behind what was understood where that is not what was typed.
fn said_back(entry: &Entry) -> String {
    let text = entry.field.text().trim();
    let read = match entry.kind {
        Kind::Count => typed::count(text).ok().map(money::count),
        Kind::Price(currency) => {
            let amount = typed::amount(text, currency).ok();
            amount.map(|amount| money::grouped_in(amount, currency))
        }
        Kind::Day(from) => flight::day(text, from).map(|day| day.to_string()),
        Kind::Choice(_) | Kind::Words => None,
    };
    let plain = |read: &String| read.replace(',', "") != text;
    match read.filter(plain) {
        Some(read) => format!("= {read}  {}", entry.hint).trim_end().to_owned(),
        None => entry.hint.clone(),
    }
}

#[cfg(test)]
mod tests;
