//! A price typed onto the ladder: seen on the axis while it is typed, sent by nothing here.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
};

use crate::{
    domain::{Cpm, Currency, QuoteRef, money, text},
    tui::parts::{
        context::{Cx, Dx},
        field::Field,
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        popup,
        theme::Meaning,
    },
};

/// The line on which a draft is typed.
#[derive(Debug)]
pub(super) struct Typing {
    key: QuoteRef,
    currency: Currency,
    before: Option<Cpm>,
    field: Field,
}

impl Typing {
    pub(super) fn new(key: QuoteRef, currency: Currency, before: Option<Cpm>) -> Self {
        Self { key, currency, before, field: Field::default() }
    }

    /// What the price is read as, where it is not typed as the desk writes it, or why it is none.
    fn understood(&self) -> (String, Meaning) {
        let typed = self.field.text();
        match money::typed::amount(typed, self.currency) {
            Ok(amount) => {
                let read = money::typed::understood(typed, amount, self.currency);
                (read.map_or_else(String::new, |read| format!("= {read}")), Meaning::Dim)
            }
            Err(_) if typed.is_empty() => (String::new(), Meaning::Dim),
            Err(no) => (no.to_string(), Meaning::Bad),
        }
    }

    fn show(&self, cx: &mut Cx<'_>) {
        let typed = money::typed::amount(self.field.text(), self.currency).ok();
        let typed = typed.map(|amount| Cpm::new(amount, self.currency));
        let draft = if self.field.text().is_empty() { self.before } else { typed };
        cx.draft(self.key.clone(), draft);
    }
}

impl Modal for Typing {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        let empties = chord == Chord::ctrl('u');
        match chord.key {
            Key::Char(_) if empties => {}
            Key::Esc => {
                cx.draft(self.key.clone(), self.before);
                return Flow::Close;
            }
            Key::Enter => {
                let typed = self.field.text();
                let is_price = money::typed::amount(typed, self.currency).is_ok();
                return if is_price || typed.is_empty() { Flow::Close } else { Flow::Stay };
            }
            Key::Char(letter) if money::typed::is_of_an_amount(letter) => {}
            Key::Backspace | Key::Delete | Key::Left | Key::Right | Key::Home | Key::End => {}
            Key::Char(_)
            | Key::F(_)
            | Key::Tab
            | Key::BackTab
            | Key::Up
            | Key::Down
            | Key::PageUp
            | Key::PageDown => return Flow::Ignored,
        }
        if (chord.ctrl && !empties) || chord.alt {
            return Flow::Ignored;
        }
        if self.field.key(chord) {
            self.show(cx);
        }
        Flow::Stay
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        // Of a figure nothing is left out, which would make another one of it.
        if text.trim().chars().all(money::typed::is_of_an_amount) {
            self.field.paste(text.trim());
        }
        self.show(cx);
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let high = 3.min(screen.height);
        let foot = Rect { y: screen.bottom() - high, height: high, ..screen };
        let hint = "⏎ keeps the draft · Esc as before · nothing is sent";
        let inside = popup::place(frame, foot, dx, "DRAFT", hint, (70, high));
        let asks = format!(" your CPM ({}): ", self.currency);
        let wide = u16::try_from(asks.len()).unwrap_or(0).min(inside.width);
        frame.render_widget(
            Line::from(Span::styled(asks, dx.style(Meaning::Selected))),
            Rect { height: 1.min(inside.height), width: wide, ..inside },
        );
        let rest = Rect {
            x: inside.x + wide,
            width: inside.width - wide,
            height: 1.min(inside.height),
            ..inside
        };
        let [field, beside] =
            Layout::horizontal([Constraint::Length(14), Constraint::Min(0)]).areas(rest);
        self.field.draw(frame, field);
        let (words, meaning) = self.understood();
        let words = text::cut(&words, usize::from(beside.width));
        frame.render_widget(Line::from(Span::styled(words, dx.style(meaning))), beside);
    }
}
