//! Two to four quotes side by side, one line a field; a cell that is not like the first one is marked.

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::clock::Clock;
use crate::{
    desk::{QuoteRecord, State, judge},
    domain::{QuoteRef, ranking::CompareRow, text},
    tui::parts::{
        context::{Cx, Dx, Wake},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        pane, popup,
        theme::Meaning,
    },
};

/// The most that fit beside each other.
pub(super) const MOST: usize = 4;

/// How wide the names of the fields are.
const LABEL: usize = 15;

/// The comparison.
#[derive(Debug)]
pub(super) struct Compare {
    quotes: Vec<QuoteRef>,
    scroll: usize,
}

impl Compare {
    pub(super) fn new(quotes: Vec<QuoteRef>) -> Self {
        Self { quotes, scroll: 0 }
    }

    fn records<'a>(&self, state: &'a State) -> Vec<&'a QuoteRecord> {
        self.quotes.iter().filter_map(|key| state.quote(key)).collect()
    }

    fn rows(&self, state: &State, now: Timestamp) -> Vec<CompareRow> {
        let records = self.records(state);
        let ranking = judge::rank(state, &records, now);
        judge::compare(state, &records, &ranking, now)
    }
}

impl Modal for Compare {
    fn key(&mut self, chord: Chord, _kind: KeyKind, _cx: &mut Cx<'_>) -> Flow {
        if matches!(chord.key, Key::Esc | Key::Enter | Key::Char('=')) {
            return Flow::Close;
        }
        if matches!(chord.key, Key::Down | Key::Char('j')) {
            self.scroll = self.scroll.saturating_add(1);
        } else if matches!(chord.key, Key::Up | Key::Char('k')) {
            self.scroll = self.scroll.saturating_sub(1);
        } else {
            return Flow::Ignored;
        }
        Flow::Stay
    }

    fn prepare(&mut self, dx: &Dx<'_>, screen: Rect) -> bool {
        let rows = self.rows(dx.state, dx.now).len();
        self.scroll = self.scroll.min(rows.saturating_sub(usize::from(screen.height) / 2));
        self.records(dx.state).len() > 1
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let rows = self.rows(dx.state, dx.now);
        let mixed = rows.iter().filter(|row| row.is_mixed()).count();
        let many = self.quotes.len();
        let title = format!("COMPARE {many} quotes · {mixed} fields differ, marked ≠");
        let high = u16::try_from(rows.len() + 3).unwrap_or(u16::MAX);
        let hint = "effective CPM holds assumptions · Esc closes";
        let inside = popup::place(frame, screen, dx, &title, hint, (150, high));
        let room = usize::from(inside.width).saturating_sub(LABEL + 2);
        let cell = (room / many.max(1)).max(6);
        let line = |row: &CompareRow| {
            let label =
                Span::styled(format!(" {}", text::fit(row.field, LABEL)), dx.style(Meaning::Dim));
            let mut spans = vec![label];
            for (value, differs) in row.values.iter().zip(&row.differs) {
                let mark = if *differs { "≠" } else { " " };
                let look = if *differs { Meaning::NeedsMe } else { Meaning::Plain };
                let words = text::fit(value, cell.saturating_sub(2));
                spans.push(Span::styled(format!("{mark}{words} "), dx.style(look)));
            }
            Line::from(spans)
        };
        let lines: Vec<_> = rows.iter().skip(self.scroll).map(line).collect();
        pane::lines(frame, inside, dx, &lines);
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        for record in self.records(dx.state) {
            Clock::of(dx.state, record, dx.now).wakes(wake, dx.now);
        }
    }
}
