//! Boxes with a title, and what they say when there is nothing, not yet anything, or no longer
//! anything to show.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, BorderType, Borders},
};

use crate::{
    domain::text,
    tui::parts::{context::Dx, theme::Meaning},
};

/// How much there is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing, and why; with the key that fills it.
    Empty(String),
    /// Nothing yet: who is asked, how many have answered.
    Loading(String),
    /// Some of it: who is missing, and why.
    Partial(String),
    /// All of it, but old.
    Stale(String),
    /// Nothing came: what was tried, what the seller said, the next key.
    Failed(String),
    /// All of it.
    Whole,
}

impl Content {
    /// There is nobody to ask yet.
    pub(crate) fn no_sellers() -> Self {
        Self::Empty(
            "No sellers yet. `dealdesk sellers add URL` adds one; `dealdesk demo` brings its own."
                .to_owned(),
        )
    }

    /// The store is still being read: what there is is not known yet.
    pub(crate) fn reading() -> Self {
        let says = "The store is being read. What is in it is shown once all of it is.";
        Self::Loading(says.to_owned())
    }

    /// Its mark, its word and its words, in lines of `wide` cells; none where it is whole.
    fn lines(&self, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
        let (word, meaning, says) = match self {
            Self::Empty(says) => ("", Meaning::Plain, says),
            Self::Loading(says) => ("◔ loading  ", Meaning::Waiting, says),
            Self::Partial(says) => ("◐ partial  ", Meaning::Waiting, says),
            Self::Stale(says) => ("◔ stale  ", Meaning::Dim, says),
            Self::Failed(says) => ("✗ failed  ", Meaning::Bad, says),
            Self::Whole => return Vec::new(),
        };
        let indent = text::width(word) + 1;
        let rows = wrap(says, usize::from(wide).saturating_sub(indent), 0).into_iter().enumerate();
        let line = |(nth, words): (usize, String)| {
            let before = if nth == 0 { word } else { "" };
            let before = format!(" {}", text::fit(before, indent - 1));
            Line::from(vec![Span::styled(before, dx.style(meaning)), Span::raw(words)])
        };
        rows.map(line).collect()
    }
}

/// The most rows that what is said of the content takes.
const STATE_ROWS: u16 = 3;

/// How many rows of `area` [`state`] takes: a list below it has so many less.
pub(crate) fn state_rows(area: Rect, dx: &Dx<'_>, content: &Content) -> u16 {
    let rows = content.lines(dx, area.width).len();
    u16::try_from(rows).unwrap_or(STATE_ROWS).min(area.height).min(STATE_ROWS)
}

/// Draws what there is to say about the content on the first rows of `area`, and returns the rest.
pub(crate) fn state(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, content: &Content) -> Rect {
    let rows = state_rows(area, dx, content);
    lines(frame, Rect { height: rows, ..area }, dx, &content.lines(dx, area.width));
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// A box with a title above and a hint below; returns its inside.
pub(crate) fn boxed(
    frame: &mut Frame<'_>,
    area: Rect,
    dx: &Dx<'_>,
    title: &str,
    hint: &str,
    focused: bool,
) -> Rect {
    let style = if focused { dx.style(Meaning::Key) } else { Style::new() };
    let room = usize::from(area.width.saturating_sub(4));
    let mut block = Block::new().borders(Borders::ALL).border_type(BorderType::Plain);
    if !title.is_empty() {
        let title = format!(" {} ", text::cut(title, room.saturating_sub(2)));
        block = block.title_top(Line::from(Span::styled(title, style)).left_aligned());
    }
    if !hint.is_empty() {
        let hint = format!(" {} ", text::cut(hint, room.saturating_sub(2)));
        block = block.title_bottom(Line::from(hint).right_aligned());
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Lines from the top of `area`, each cut to its width; what does not fit is counted on the last row.
pub(crate) fn lines(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, lines: &[Line<'_>]) {
    some(frame, area, dx, lines, lines.len());
}

/// The same where these are the first of `many` lines.
pub(crate) fn some(
    frame: &mut Frame<'_>,
    area: Rect,
    dx: &Dx<'_>,
    lines: &[Line<'_>],
    many: usize,
) {
    let height = usize::from(area.height);
    let over = many.saturating_sub(height);
    for (index, line) in lines.iter().take(height).enumerate() {
        let row = Rect { y: area.y + u16::try_from(index).unwrap_or(0), height: 1, ..area };
        if over > 0 && index + 1 == height {
            let more = format!(" … {} more lines", over + 1);
            frame.render_widget(Line::from(more).style(dx.style(Meaning::Dim)), row);
        } else {
            draw_cut(frame, row, line);
        }
    }
}

/// A line on one row; where it does not fit it ends in `…`.
pub(crate) fn draw_cut(frame: &mut Frame<'_>, row: Rect, line: &Line<'_>) {
    frame.render_widget(line, row);
    if line.width() > usize::from(row.width) {
        let last = row.right().saturating_sub(1);
        free(frame, last, row.y);
        if let Some(last) = frame.buffer_mut().cell_mut((last, row.y)) {
            last.set_symbol("…");
        }
    }
}

/// Makes a cell fit to be drawn on: a letter two cells wide that begins before it would cover it.
pub(crate) fn free(frame: &mut Frame<'_>, x: u16, y: u16) {
    let before = x.checked_sub(1).and_then(|x| frame.buffer_mut().cell_mut((x, y)));
    if let Some(before) = before.filter(|cell| text::width(cell.symbol()) > 1) {
        before.set_symbol(" ");
    }
}

/// Short sentences on one row of `wide` cells, the first ones first: what has no room is left out whole.
pub(crate) fn note(parts: &[String], wide: u16) -> String {
    let mut note = String::new();
    for part in parts {
        let dot = if note.is_empty() { " " } else { " · " };
        if text::width(&note) + text::width(dot) + text::width(part) > usize::from(wide) {
            continue;
        }
        note.extend([dot, part]);
    }
    note
}

/// `label  words`, the label dim and `wide` cells.
pub(crate) fn fact(
    dx: &Dx<'_>,
    label: &str,
    wide: usize,
    words: impl Into<Vec<Span<'static>>>,
) -> Line<'static> {
    let mut spans =
        vec![Span::styled(format!(" {} ", text::fit(label, wide)), dx.style(Meaning::Dim))];
    spans.extend(words.into());
    Line::from(spans)
}

/// Words of any length under one label of so many cells, wrapped to `room` cells.
pub(crate) fn facts(
    dx: &Dx<'_>,
    label: (&str, usize),
    words: &str,
    room: usize,
) -> Vec<Line<'static>> {
    under(dx, label, None, (words, room))
}

/// As [`facts`], with a mark before the first line.
pub(crate) fn marked(
    dx: &Dx<'_>,
    label: (&str, usize),
    mark: (&str, Meaning),
    words: &str,
    room: usize,
) -> Vec<Line<'static>> {
    under(dx, label, Some(mark), (words, room.saturating_sub(2)))
}

fn under(
    dx: &Dx<'_>,
    (label, cells): (&str, usize),
    mark: Option<(&str, Meaning)>,
    (words, room): (&str, usize),
) -> Vec<Line<'static>> {
    let line = |(nth, words): (usize, String)| {
        let first = |words| if nth == 0 { words } else { "" };
        let mark = mark.map(|(mark, meaning)| {
            let mark = if nth == 0 { mark } else { " " };
            Span::styled(format!("{mark} "), dx.style(meaning))
        });
        let spans: Vec<_> = mark.into_iter().chain([Span::raw(words)]).collect();
        fact(dx, first(label), cells, spans)
    };
    wrap(words, room.max(10), 0).into_iter().enumerate().map(line).collect()
}

/// As [`wrap`], and nothing is cut: what has no room as one word goes on in the next line.
pub(crate) fn wrap_all(words: &str, cells: usize, indent: usize) -> Vec<String> {
    let room = cells.saturating_sub(indent + (words.len() - words.trim_start().len())).max(8);
    let mut split = String::with_capacity(words.len());
    for (nth, word) in words.split(' ').enumerate() {
        if nth > 0 {
            split.push(' ');
        }
        let mut wide = 0;
        for letter in word.chars() {
            let cells = text::width(letter.encode_utf8(&mut [0; 4]));
            if wide + cells > room {
                split.push(' ');
                wide = 0;
            }
            split.push(letter);
            wide += cells;
        }
    }
    wrap(&split, cells, indent)
}

/// Text wrapped by words into lines of at most `cells`; from the second on indented by `indent` more
/// than the first.
pub(crate) fn wrap(words: &str, cells: usize, indent: usize) -> Vec<String> {
    let first = (words.len() - words.trim_start_matches(' ').len()).min(cells / 2);
    let indent = (first + indent).min(cells / 2);
    let mut lines: Vec<String> = Vec::new();
    let mut line = " ".repeat(first);
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let room = cells.saturating_sub(text::width(&line));
        if !line.trim().is_empty() && text::width(word) + 1 > room {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(&text::cut(word, cells.saturating_sub(indent).max(1)));
    }
    lines.push(line);
    lines
}
