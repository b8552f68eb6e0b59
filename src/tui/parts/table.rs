//! Tables: columns, cells and rows. How wide the columns are is found in `widths`.

use std::borrow::Cow;

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::domain::text;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) title: &'static str,
    /// How wide it is in the usual case, in cells.
    pub(crate) width: u16,
    /// Whether it holds numbers.
    pub(crate) right: bool,
    /// When it goes: the highest first, 0 never.
    pub(crate) goes: u8,
    /// Whether it holds what a person knows the row by: the last to be cut, and the first to be whole.
    pub(crate) grows: bool,
    /// Whether it holds ids, which are the first to be shortened.
    pub(crate) is_id: bool,
}

impl Column {
    /// Words.
    pub(crate) const fn left(title: &'static str, width: u16, goes: u8) -> Self {
        Self { title, width, right: false, goes, grows: false, is_id: false }
    }

    /// Numbers.
    pub(crate) const fn right(title: &'static str, width: u16, goes: u8) -> Self {
        Self { right: true, ..Self::left(title, width, goes) }
    }

    /// Ids of the seller's: they are shortened before any word would be cut.
    pub(crate) const fn id(title: &'static str, width: u16, goes: u8) -> Self {
        Self { is_id: true, ..Self::left(title, width, goes) }
    }

    /// The words that a person knows the row by.
    pub(crate) const fn grow(title: &'static str, width: u16, goes: u8) -> Self {
        Self { grows: true, ..Self::left(title, width, goes) }
    }
}

/// What stands in one column of one row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell<'a> {
    /// Its text.
    pub(crate) text: Cow<'a, str>,
    /// How it looks.
    pub(crate) style: Style,
}

impl<'a> Cell<'a> {
    /// A text with a look of its own.
    pub(crate) fn new(text: impl Into<Cow<'a, str>>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Cell<'a> {
    fn from(text: T) -> Self {
        Self::new(text, Style::new())
    }
}

/// One row, exactly as wide as its columns.
pub(crate) fn row(
    columns: &[Column],
    widths: &[Option<u16>],
    mut cell: impl FnMut(usize) -> Cell<'static>,
) -> Vec<Span<'static>> {
    let mut spans = Vec::with_capacity(columns.len() * 2);
    for (index, (column, width)) in columns.iter().zip(widths).enumerate() {
        let Some(width) = width.map(usize::from) else { continue };
        if !spans.is_empty() {
            spans.push(Span::raw(" "));
        }
        let Cell { text, style } = cell(index);
        let text =
            if column.right { text::fit_right(&text, width) } else { text::fit(&text, width) };
        spans.push(Span::styled(text, style));
    }
    spans
}

/// The headings.
pub(crate) fn head(columns: &[Column], widths: &[Option<u16>], style: Style) -> Line<'static> {
    Line::from(row(columns, widths, |index| columns[index].title.into())).style(style)
}
