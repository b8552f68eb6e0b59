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
    /// Whether it holds ids, which give way to words that a person reads.
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

    /// Ids of the seller's: they go before any word would be cut.
    pub(crate) const fn id(title: &'static str, width: u16, goes: u8) -> Self {
        Self { is_id: true, ..Self::left(title, width, goes) }
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

/// So much of a name is enough to tell what it is.
const READ: u16 = 16;

/// The width of each column in `total` cells for what they hold: `wants` is the widest text of each. Numbers
/// are never cut; what is left over goes to words that would be, and no id stands where one still is cut
/// to less than can be told apart.
pub(crate) fn fitted(columns: &[Column], wants: &[u16], total: u16) -> Vec<Option<u16>> {
    let want = |index: usize| wants.get(index).copied().unwrap_or(0);
    let mut sized: Vec<Column> = columns.to_vec();
    for (index, column) in sized.iter_mut().enumerate().filter(|(_, column)| column.right) {
        column.width = column.width.max(want(index));
    }
    let mut found = shared(&sized, want, total);
    let is_cut = |found: &[Option<u16>]| {
        let mut words = sized.iter().enumerate().filter(|(_, column)| column.grows);
        words.any(|(index, _)| found[index].is_none_or(|width| width < want(index).min(READ)))
    };
    let id = sized.iter().position(|column| column.is_id && column.goes > 0);
    if let Some(id) = id.filter(|id| found[*id].is_some() && is_cut(&found)) {
        let mut without = sized.clone();
        without.remove(id);
        let rest = |index: usize| want(if index < id { index } else { index + 1 });
        found = shared(&without, rest, total);
        found.insert(id, None);
    }
    found
}

/// As [`widths`], and what is left over goes first to what would be cut: words that grow, then ids, then the
/// others; and to those that grow in the end.
fn shared(columns: &[Column], want: impl Fn(usize) -> u16, total: u16) -> Vec<Option<u16>> {
    let fixed: Vec<_> = columns.iter().map(|column| Column { grows: false, ..*column }).collect();
    let mut found = widths(&fixed, total);
    let used = found.iter().flatten().map(|width| width + 1).sum::<u16>();
    let mut spare = (total + 1).saturating_sub(used);
    let first = |column: &Column| (!column.grows, !column.is_id);
    let mut order: Vec<_> = (0..columns.len()).collect();
    order.sort_by_key(|index| first(&columns[*index]));
    for index in order {
        if let Some(width) = found[index].as_mut() {
            let more = want(index).saturating_sub(*width).min(spare);
            (*width, spare) = (*width + more, spare - more);
        }
    }
    let growing = (0..columns.len()).find(|&index| columns[index].grows && found[index].is_some());
    if let Some(width) = growing.and_then(|index| found[index].as_mut()) {
        *width += spare;
    }
    found
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

    #[test]
    fn words_have_room_before_ids_and_numbers_are_never_cut() {
        let columns = [
            Column::left("STAGE", 8, 0),
            Column::id("DEAL", 10, 4),
            Column::grow("PRODUCT", 10, 2),
            Column::right("COST", 8, 0),
        ];
        let fit = |wants: &[u16], total| fitted(&columns, wants, total);
        // All fits: the id gets what it needs, the rest is the product's.
        assert_eq!(fit(&[7, 16, 12, 8], 60), [Some(8), Some(16), Some(25), Some(8)]);
        // The product is whole, and the id has what is left.
        assert_eq!(fit(&[7, 16, 12, 8], 43), [Some(8), Some(12), Some(12), Some(8)]);
        // The product would be cut beside an id: the id goes.
        assert_eq!(fit(&[7, 16, 24, 8], 43), [Some(8), None, Some(25), Some(8)]);
        // A price that is longer than usual takes what it needs.
        assert_eq!(fit(&[7, 16, 8, 14], 40), [Some(8), None, Some(16), Some(14)]);
    }
}
