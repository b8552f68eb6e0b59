//! What runs out next on the board: open quotes by the time they have left.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    desk::QuoteRecord,
    domain::{Group, text},
    tui::parts::{clock, context::Dx, countdown, theme::Meaning},
};

/// What runs out next, whatever row it is on, at most `most` of it.
pub(crate) fn next_deadlines<'a>(
    dx: &Dx<'a>,
    most: usize,
) -> Vec<(jiff::SignedDuration, &'a QuoteRecord)> {
    let state = dx.state;
    let (rows, mine) = (state.board.rows(), state.board.count(Group::NeedsMe));
    // Both groups are in the order of their deadlines: the first of each are enough.
    let starts = [(0, mine), (mine, state.board.count(Group::Pipeline))];
    let mut next: Vec<_> = starts
        .into_iter()
        .flat_map(|(from, many)| rows.iter().skip(from).take(many.min(most * 2)))
        .filter_map(|key| state.row(key.row())?.quote().filter(|record| record.is_open()))
        .map(|record| (state.left(record, dx.now), record))
        .filter(|(left, _)| !left.is_negative())
        .collect();
    next.sort_by_key(|(left, _)| *left);
    next.truncate(most);
    next
}

/// What runs out next, a line each.
pub(super) fn deadlines(dx: &Dx<'_>, area: Rect) -> Vec<Line<'static>> {
    let line = |(left, record): &(jiff::SignedDuration, &QuoteRecord)| {
        let (_, scale) = countdown::scale(*left);
        let (_, meaning) = clock::urgency(*left, None);
        Line::from(vec![
            Span::styled(format!(" {} ", text::fit(&countdown::left(*left), 8)), dx.style(meaning)),
            Span::raw(text::fit(&record.quote.quote_id.to_string(), 12)),
            Span::raw(" "),
            Span::styled(countdown::left_bar(*left, 10), dx.style(meaning)),
            Span::styled(format!(" {scale}"), dx.style(Meaning::Dim)),
        ])
    };
    let next = next_deadlines(dx, usize::from(area.height));
    if next.is_empty() {
        return vec![Line::from(" nothing runs out").style(dx.style(Meaning::Dim))];
    }
    next.iter().map(line).collect()
}
