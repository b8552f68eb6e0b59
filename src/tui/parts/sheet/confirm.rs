//! How a ticket is confirmed: by a key, words, a price or a cost; which keys may be part of the answer, how
//! it is read, and the line on which it is given.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};
use rust_decimal::Decimal;

use super::{Answer, look};
use crate::{
    domain::{Cost, Cpm, money::Mistyped, text},
    tui::parts::{
        context::Dx,
        field::Field,
        keys::{Chord, Key},
        theme::Meaning,
    },
};

/// A key and what it does, as a ticket names them.
type KeyWords = (&'static str, &'static str);

/// How a ticket is confirmed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirm {
    /// Not yet: these keys lead on.
    NotYet(Vec<KeyWords>),
    /// By `y`, which does this; these keys do something else.
    Yes(String, Vec<KeyWords>),
    /// By words that are typed into so many cells: what asks for them, and what is said of the line.
    Words(String, &'static str, u16),
    /// By this price, typed as shown, and what asks for it.
    Price(String, Cpm),
    /// By this cost, typed as shown, and what asks for it.
    Cost(String, Cost),
}

/// What stands behind a line that commits.
pub(crate) const NO_PASTE: &str = "then ⏎ (no paste, no held keys)";

/// How many cells a price is typed into.
pub(crate) const A_PRICE: u16 = 14;

impl Confirm {
    /// Whether a key may be part of the answer that is typed, or changes what is typed of it.
    pub(super) fn takes(&self, chord: Chord) -> bool {
        match self {
            Self::NotYet(_) | Self::Yes(..) => false,
            Self::Words(..) => is_of_words(chord),
            Self::Price(..) | Self::Cost(..) => is_of_a_price(chord),
        }
    }

    /// What was typed as the answer, or why it is none, and what would be one.
    pub(super) fn read(&self, typed: &str) -> Result<Confirmed, (Mistyped, String)> {
        match self {
            Self::NotYet(_) | Self::Yes(..) => Ok(Confirmed::Yes),
            Self::Words(..) => Ok(Confirmed::Words(typed.to_owned())),
            Self::Price(_, price) => {
                price.typed(typed).map(Confirmed::Amount).map_err(|no| (no, price.plain()))
            }
            Self::Cost(_, cost) => {
                cost.typed(typed).map(Confirmed::Amount).map_err(|no| (no, cost.plain()))
            }
        }
    }
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirmed {
    /// `y`.
    Yes,
    /// Words, without blanks around them.
    Words(String),
    /// A price or a cost.
    Amount(Decimal),
}

/// The line that answers.
pub(crate) fn draw_confirm(
    confirm: &Confirm,
    answer: &Answer,
    frame: &mut Frame<'_>,
    row: Rect,
    dx: &Dx<'_>,
) {
    match confirm {
        Confirm::NotYet(keys) => frame.render_widget(look::answers(dx, keys), row),
        Confirm::Yes(does, others) => {
            let first = answer.asked.answer(("y", does));
            let keys: Vec<_> = std::iter::once(first).chain(others.iter().copied()).collect();
            frame.render_widget(look::answers(dx, &keys), row);
        }
        Confirm::Words(asks, hint, cells) => {
            typing_line(frame, row, dx, (asks, hint), &answer.field, *cells);
        }
        Confirm::Price(asks, _) | Confirm::Cost(asks, _) => {
            typing_line(frame, row, dx, (asks, NO_PASTE), &answer.field, A_PRICE);
        }
    }
}

/// Whether a key can be part of a price, or changes what is typed of one.
pub(crate) fn is_of_a_price(chord: Chord) -> bool {
    match chord.key {
        Key::Char('u') if chord.ctrl => !chord.alt,
        Key::Char(letter) => {
            !chord.ctrl
                && !chord.alt
                && (letter.is_ascii_digit() || matches!(letter, '.' | ',' | '$'))
        }
        Key::Backspace | Key::Delete | Key::Left | Key::Right | Key::Home | Key::End => true,
        Key::F(_)
        | Key::Enter
        | Key::Esc
        | Key::Tab
        | Key::BackTab
        | Key::Up
        | Key::Down
        | Key::PageUp
        | Key::PageDown => false,
    }
}

/// Whether a key can be part of words.
fn is_of_words(chord: Chord) -> bool {
    let letter = matches!(chord.key, Key::Char(letter) if !letter.is_control());
    is_of_a_price(chord) || (letter && !chord.ctrl && !chord.alt)
}

/// `Type the CPM: 25.2_   then ⏎`: what it asks, what it says of itself, and what was typed into how
/// many cells.
fn typing_line(
    frame: &mut Frame<'_>,
    row: Rect,
    dx: &Dx<'_>,
    (asks, hint): (&str, &str),
    field: &Field,
    cells: u16,
) {
    let asks = format!(" {asks}");
    let wide = u16::try_from(text::width(&asks)).unwrap_or(row.width).min(row.width);
    frame.render_widget(
        Line::from(Span::styled(asks, dx.style(Meaning::Selected))),
        Rect { width: wide, ..row },
    );
    let rest = row.width - wide;
    let typed = cells.min(rest);
    field.draw(frame, Rect { x: row.x + wide, width: typed, ..row });
    let area = Rect { x: row.x + wide + typed, width: rest - typed, ..row };
    frame.render_widget(Line::from(format!(" {hint}")).style(dx.style(Meaning::Dim)), area);
}
