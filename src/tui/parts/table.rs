//! Tables whose columns go in a stated order when the terminal is narrow.

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
    /// How wide it is, in cells.
    pub(crate) width: u16,
    /// Whether it holds numbers.
    pub(crate) right: bool,
    /// When it goes: the highest first, 0 never.
    pub(crate) goes: u8,
    /// Whether it takes what is left over.
    pub(crate) grows: bool,
}

impl Column {
    /// Words.
    pub(crate) const fn left(title: &'static str, width: u16, goes: u8) -> Self {
        Self { title, width, right: false, goes, grows: false }
    }

    /// Numbers.
    pub(crate) const fn right(title: &'static str, width: u16, goes: u8) -> Self {
        Self { right: true, ..Self::left(title, width, goes) }
    }

    /// Words that take what is left over.
    pub(crate) const fn grow(title: &'static str, width: u16, goes: u8) -> Self {
        Self { grows: true, ..Self::left(title, width, goes) }
    }
}

/// The width of each column in `total` cells; `None` where there is no room for it.
pub(crate) fn widths(columns: &[Column], total: u16) -> Vec<Option<u16>> {
    let mut widths: Vec<_> = columns.iter().map(|column| Some(column.width)).collect();
    let used = |widths: &[Option<u16>]| -> u16 {
        widths.iter().flatten().map(|width| width + 1).sum::<u16>().saturating_sub(1)
    };
    while used(&widths) > total {
        let next = (0..columns.len())
            .filter(|&index| widths[index].is_some() && columns[index].goes > 0)
            .max_by_key(|&index| columns[index].goes);
        let Some(next) = next else { break };
        widths[next] = None;
    }
    let mut spare = total.saturating_sub(used(&widths));
    let growing: Vec<_> =
        (0..columns.len()).filter(|&i| columns[i].grows && widths[i].is_some()).collect();
    for (nth, &index) in growing.iter().enumerate() {
        let rest = u16::try_from(growing.len() - nth).unwrap_or(1);
        let more = spare / rest;
        spare -= more;
        widths[index] = widths[index].map(|width| width + more);
    }
    widths
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

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::left("STAGE", 8, 0),
        Column::grow("PRODUCT", 10, 2),
        Column::right("IMPS", 9, 3),
        Column::right("COST", 10, 0),
    ];

    #[test]
    fn columns_go_in_their_order_and_rows_are_exact() {
        assert_eq!(widths(COLUMNS, 40), [Some(8), Some(10), Some(9), Some(10)]);
        assert_eq!(widths(COLUMNS, 50), [Some(8), Some(20), Some(9), Some(10)]);
        assert_eq!(widths(COLUMNS, 32), [Some(8), Some(12), None, Some(10)]);
        assert_eq!(widths(COLUMNS, 20), [Some(8), None, None, Some(10)]);
        let widths = widths(COLUMNS, 40);
        let spans = row(COLUMNS, &widths, |_| "日本語日本語日本語".into());
        let total: usize = spans.iter().map(|span| text::width(&span.content)).sum();
        assert_eq!(total, 40);
    }
}
