//! The timeline: every open quote and hold on one axis of time, the next to run out first. A second
//! choice that is gone before its negotiation can settle is marked.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    desk::{BoardRow, OnBoard, QuoteRecord, Row, RowClock, State, rivals},
    domain::{QuoteRef, fallback::Settling, ids, text},
    tui::{
        parts::{
            clock,
            context::{Cx, Dx, Wake},
            countdown, facts,
            keys::{Chord, Key, KeyKind},
            modal::{Flow, Modal},
            money, pane, popup, stage,
            table::{self, Cell, Column},
            theme::Meaning,
            widths::{self, Wants},
        },
        screens::board,
    },
};

/// The marks of the axis: each lies as far from the next, so that minutes and days are both seen.
const MARKS: &[(i64, &str)] = &[
    (0, "now"),
    (60, "1m"),
    (300, "5m"),
    (900, "15m"),
    (3_600, "1h"),
    (14_400, "4h"),
    (86_400, "24h"),
    (604_800, "7d"),
    (2_592_000, "30d"),
];

/// The overlay.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// What runs out, and when on our clock, the next first.
    rows: Vec<(Timestamp, Row)>,
    gaps: rivals::Gaps,
    /// How long each negotiation that runs can take.
    settling: BTreeMap<QuoteRef, Settling>,
    /// How many marks the axis has: fixed when it is opened.
    marks: usize,
    at: usize,
    from: usize,
    /// How often quotes and deals had changed when the rows were made.
    made: Option<(u64, u64)>,
}

impl Timeline {
    pub(crate) fn new(state: &State, now: Timestamp) -> Self {
        let rows = state.ending();
        let longest = rows.last().map_or(0, |(end, _)| end.duration_since(now).as_secs());
        let beyond = MARKS.iter().position(|(seconds, _)| *seconds >= longest);
        let marks = beyond.map_or(MARKS.len(), |place| place + 1).max(4);
        let mut made = Self {
            rows,
            gaps: BTreeMap::new(),
            settling: BTreeMap::new(),
            marks,
            at: 0,
            from: 0,
            made: None,
        };
        made.update(state, now);
        made
    }

    fn update(&mut self, state: &State, now: Timestamp) {
        let made = (state.places.changes(), state.places.deal_changes());
        if self.made == Some(made) {
            return;
        }
        let here = self.rows.get(self.at).map(|(_, row)| *row);
        self.rows = state.ending();
        (self.gaps, self.settling) = rivals::gaps(state, now);
        let found = here.and_then(|here| self.rows.iter().position(|(_, row)| *row == here));
        self.at = found.unwrap_or(self.at).min(self.rows.len().saturating_sub(1));
        self.made = Some(made);
    }

    /// The record under the cursor.
    fn current<'a>(&self, state: &'a State) -> Option<&'a dyn OnBoard> {
        self.rows.get(self.at).and_then(|(_, row)| state.row(*row))
    }

    fn go(&self, cx: &mut Cx<'_>) {
        let noun = self.current(cx.state).and_then(board::noun_of);
        if let Some(noun) = noun {
            cx.go(noun.screen(), Some(noun.target()));
        }
    }

    /// How wide the texts of the rows that are seen are; the axis has what is left.
    fn wants(&self, seen: usize, dx: &Dx<'_>) -> Wants {
        let mut wants = Wants::none(COLUMNS);
        for (end, row) in self.rows.iter().skip(self.from).take(seen) {
            let Some(row) = dx.state.row(*row).map(|record| record.row(dx.state)) else { continue };
            let (seller, id, price) = told(&row);
            let left = format!("◔{}", countdown::left(end.duration_since(dx.now)));
            for (column, told) in [(1, &seller), (2, &id), (3, &price), (5, &left)] {
                wants.sees(column, told);
            }
            wants.sees(6, row.stage.words());
        }
        wants
    }

    fn line(&self, place: usize, widths: &[Option<u16>], dx: &Dx<'_>) -> Option<Line<'static>> {
        let (end, row) = self.rows.get(place)?;
        let here = place == self.at;
        let plain = dx.style(if here { Meaning::Selected } else { Meaning::Plain });
        let left = end.duration_since(dx.now);
        let record = dx.state.row(*row)?;
        let row = record.row(dx.state);
        let stage_of = row.stage;
        let (seller, id, price) = told(&row);
        let since = match row.clock {
            RowClock::Left { since, .. } => since,
            RowClock::Since(_) | RowClock::Flight(_) | RowClock::Changed => Some(row.came_at),
        };
        let (mark, meaning) = clock::urgency(left, since.map(|from| end.duration_since(from)));
        let quote = record.quote().map(QuoteRecord::reference);
        let gap = quote.is_some_and(|key| self.gaps.contains_key(&key));
        let axis = widths.get(4).copied().flatten().unwrap_or(0);
        let bar = self.bar(left, self.settles(dx, record), usize::from(axis));
        let mut spans = vec![Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key))];
        spans.extend(table::row(COLUMNS, widths, |index| match index {
            0 => Cell::new(if gap { "!" } else { "" }, dx.style(Meaning::Bad)),
            1 => Cell::new(seller.clone(), plain),
            2 => Cell::new(id.clone(), plain),
            3 => Cell::new(price.clone(), plain),
            4 => Cell::new(bar.clone(), dx.style(meaning)),
            5 => Cell::new(format!("{mark}{}", countdown::left(left)), dx.style(meaning)),
            _ => Cell::new(stage_of.words(), dx.style(stage::meaning(stage_of))),
        }));
        Some(Line::from(spans))
    }

    /// Where so much time lies on an axis of `cells`.
    fn cell(&self, left: SignedDuration, cells: usize) -> usize {
        let marks = &MARKS[..self.marks.min(MARKS.len())];
        let seconds = left.as_secs().max(0);
        let parts = marks.len().saturating_sub(1).max(1);
        for (nth, two) in marks.windows(2).enumerate() {
            let (from, to) = (two[0].0, two[1].0);
            if seconds <= to {
                let into = usize::try_from(seconds - from).unwrap_or(0);
                let whole = usize::try_from(to - from).unwrap_or(1).max(1);
                return (nth * whole + into) * cells / (parts * whole);
            }
        }
        cells
    }

    fn bar(&self, left: SignedDuration, settles: Option<SignedDuration>, cells: usize) -> String {
        let end = self.cell(left, cells).min(cells);
        let mut bar: Vec<&str> = vec!["━"; end];
        if left.is_positive() && bar.is_empty() {
            bar.push("▏");
        }
        bar.resize(cells, " ");
        let mark = settles.map(|settles| self.cell(settles, cells).min(cells.saturating_sub(1)));
        if let Some(cell) = mark.and_then(|mark| bar.get_mut(mark)) {
            *cell = "◎";
        }
        bar.concat()
    }

    fn axis(&self, cells: usize) -> String {
        let marks = &MARKS[..self.marks.min(MARKS.len())];
        let mut axis = String::new();
        for (seconds, name) in marks {
            let at = self.cell(SignedDuration::from_secs(*seconds), cells);
            let at = at.min(cells.saturating_sub(name.len()));
            if at >= axis.len() {
                axis.push_str(&" ".repeat(at - axis.len()));
                axis.push_str(name);
            }
        }
        axis
    }

    /// When a running negotiation is settled at the latest.
    fn settles(&self, dx: &Dx<'_>, record: &dyn OnBoard) -> Option<SignedDuration> {
        let quote = record.quote()?;
        let settling = self.settling.get(&quote.reference())?;
        Some(settling.takes(dx.state.left(quote, dx.now)))
    }

    fn words(&self, dx: &Dx<'_>, record: &dyn OnBoard) -> String {
        let Some(quote) = record.quote() else {
            let id = ids::shown(record.row(dx.state).id).into_owned();
            return format!("{id} is not active yet: it expires then");
        };
        let product = text::clean(&quote.quote.product.name, 60);
        let mut words = format!("{product} · {}", facts::terms(&quote.quote.terms));
        if let Some(gap) = facts::gap(&self.gaps, &quote.reference()) {
            let _ = write!(words, " · {gap}");
        }
        if let Some(settles) = self.settles(dx, record) {
            let _ = write!(words, " · ◎ settles within {}", countdown::span(settles));
        }
        words
    }

    /// All that is to be said of the row under the cursor.
    fn about(&self, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
        let words = if let Some(record) = self.current(dx.state) {
            self.words(dx, record)
        } else if self.rows.is_empty() {
            "Nothing runs out: no quote is open and nothing is held.".to_owned()
        } else {
            return Vec::new();
        };
        pane::wrap(&words, wide.saturating_sub(2), 0)
            .into_iter()
            .map(|line| Line::from(format!(" {line}")))
            .collect()
    }
}

const COLUMNS: &[Column] = &[
    Column::left("", 1, 0),
    Column::left("SELLER", 10, 0),
    Column::id("QUOTE", 11, 2),
    Column::right("ASKS", 7, 0),
    Column::grow("", 20, 0),
    Column::right("LEFT", 9, 0),
    Column::left("STAGE", 13, 1),
];

/// Seller, id and price.
fn told(row: &BoardRow<'_>) -> (String, String, String) {
    let price = money::cpm(row.asks, row.deal_type);
    (row.seller.to_string(), ids::shown(row.id).into_owned(), price)
}

impl Modal for Timeline {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        let last = self.rows.len().saturating_sub(1);
        match chord.key {
            Key::Esc | Key::Char('v' | 'q') => return Flow::Close,
            Key::Enter => {
                self.go(cx);
                return Flow::Close;
            }
            Key::Down | Key::Char('j') => self.at = (self.at + 1).min(last),
            Key::Up | Key::Char('k') => self.at = self.at.saturating_sub(1),
            Key::Home => self.at = 0,
            Key::End | Key::Char('G') => self.at = last,
            Key::PageDown => self.at = (self.at + 10).min(last),
            Key::PageUp => self.at = self.at.saturating_sub(10),
            Key::Char(_)
            | Key::F(_)
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right => return Flow::Ignored,
        }
        Flow::Stay
    }

    fn prepare(&mut self, dx: &Dx<'_>, screen: Rect) -> bool {
        self.update(dx.state, dx.now);
        let seen = usize::from(screen.height.saturating_sub(FRAME)).max(1);
        self.from = self.from.clamp((self.at + 1).saturating_sub(seen), self.at);
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let title = format!("TIMELINE of {} that run out", self.rows.len());
        let hint = "⏎ goes there · j k · ◎ a negotiation settles · Esc closes";
        let high = u16::try_from(self.rows.len()).unwrap_or(u16::MAX).saturating_add(FRAME);
        let inside = popup::place(frame, screen, dx, &title, hint, (160, high.min(screen.height)));
        let about = self.about(dx, usize::from(inside.width));
        let below = u16::try_from(about.len()).unwrap_or(1).clamp(1, 3).min(inside.height);
        let seen = usize::from(inside.height.saturating_sub(1 + below));
        let widths = widths::filled(COLUMNS, &self.wants(seen, dx), inside.width.saturating_sub(1));
        let cells = usize::from(widths.get(4).copied().flatten().unwrap_or(0));
        let axis = self.axis(cells);
        let mut head = vec![Span::raw(" ")];
        head.extend(table::row(COLUMNS, &widths, |index| match index {
            4 => Cell::new(axis.clone(), dx.style(Meaning::Dim)),
            _ => Cell::new(COLUMNS[index].title, dx.style(Meaning::Dim)),
        }));
        frame.render_widget(Line::from(head), Rect { height: 1.min(inside.height), ..inside });
        for nth in 0..seen {
            let Some(line) = self.line(self.from + nth, &widths, dx) else { break };
            let y = inside.y + 1 + u16::try_from(nth).unwrap_or(0);
            frame.render_widget(line, Rect { y, height: 1, ..inside });
        }
        let foot = Rect { y: inside.bottom() - below, height: below, ..inside };
        pane::lines(frame, foot, dx, &about);
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        let seen = self.rows.iter().skip(self.from).take(usize::from(dx.size.1));
        for (end, _) in seen {
            wake.clock(end.duration_since(dx.now), dx.now);
        }
    }
}

/// Rows that are not the list: the frame, the axis, and what is said of the row under the cursor.
const FRAME: u16 = 6;
