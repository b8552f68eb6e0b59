//! Draws the log: its lines, and the exchange behind the one under the cursor.

use ratatui::{Frame, layout::Rect, text::Span};

use super::{LogScreen, at, raw};
use crate::{
    desk::log::Level,
    tui::{
        parts::{
            clock,
            context::Dx,
            pane::{self, Content},
            table::{self, Cell, Column},
            theme::Meaning,
            widths::{self, Wants},
        },
        screens::describe,
    },
};

const COLUMNS: &[Column] = &[
    Column::left("TIME", 12, 0),
    Column::left("LVL", 5, 0),
    Column::left("KIND", 18, 3),
    Column::left("SELLER", 10, 1),
    Column::id("REF", 14, 2),
    Column::grow("WHAT", 32, 0),
];

#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) list: Rect,
    below: Rect,
}

pub(super) fn layout(body: Rect) -> Parts {
    let below = match body.height {
        0..14 => 0,
        14..26 => 6,
        _ => body.height * 2 / 5,
    };
    let list = Rect { height: body.height - below, ..body };
    Parts { list, below: Rect { y: list.bottom(), height: below, ..body } }
}

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>, screen: &LogScreen) {
    let parts = layout(body);
    let content = content(dx, screen);
    let area = pane::state(frame, parts.list, dx, &content);
    if !screen.shown.is_empty() {
        rows(frame, area, dx, screen);
    }
    below(frame, parts.below, dx, screen);
}

/// What there is to say where lines are missing.
pub(super) fn content(dx: &Dx<'_>, screen: &LogScreen) -> Content {
    if dx.state.is_reading {
        Content::reading()
    } else if !screen.shown.is_empty() {
        Content::Whole
    } else if dx.state.log.lines().is_empty() {
        Content::Empty(
            "Nothing has happened yet. Every question, answer and booking is written here."
                .to_owned(),
        )
    } else {
        Content::Empty(format!(
            "No line fits. {} shows all, {} changes the level.",
            dx.key("back"),
            dx.key("view")
        ))
    }
}

/// The exchange behind the line under the cursor.
fn below(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, screen: &LogScreen) {
    let Some(line) = screen.current(dx.state) else { return };
    if area.height < 3 {
        return;
    }
    let described = describe::line(line);
    let title = format!("{} {}", clock::time(line.at), described.kind);
    let new = screen.new_lines(dx.state);
    let hint = if screen.follows {
        format!("following · {} whole", dx.key("open"))
    } else if new > 0 {
        format!("{new} new: {} goes there · {} whole", dx.key("bottom"), dx.key("open"))
    } else {
        format!("{} whole", dx.key("open"))
    };
    let inside = pane::boxed(frame, area, dx, &title, &hint, false);
    pane::lines(frame, inside, dx, &raw::lines(dx, line, usize::from(inside.width)));
}

/// How wide sellers and ids of the lines that are seen are. Words are told whole below: they have what is
/// left.
pub(super) fn wants(dx: &Dx<'_>, screen: &LogScreen) -> Wants {
    let mut wants = Wants::none(COLUMNS);
    let from = screen.list.offset();
    let to = screen.shown.len().min(from + screen.list.height());
    for place in from..to {
        let Some(line) = at(dx.state, screen.shown[place]) else { continue };
        let described = describe::line(line);
        // When it was and how much it matters is read at a glance: neither is cut.
        wants.sees_whole(0, "00:00:00.000");
        wants.sees_whole(1, &described.level.to_string());
        let words = [&described.kind, &described.seller, &described.subject];
        for (column, told) in (2..).zip(words) {
            wants.sees(column, told);
        }
    }
    wants
}

fn rows(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, screen: &LogScreen) {
    let widths = widths::filled(COLUMNS, screen.widths.wants(), area.width.saturating_sub(1));
    let mut head = table::head(COLUMNS, &widths, dx.style(Meaning::Dim));
    head.spans.insert(0, Span::raw(" "));
    let mut lines = vec![head];
    let from = screen.list.offset();
    let to = screen.shown.len().min(from + screen.list.height());
    for place in from..to {
        let Some(line) = at(dx.state, screen.shown[place]) else { continue };
        let described = describe::line(line);
        let time = line.at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%H:%M:%S%.3f").to_string();
        let meaning = match described.level {
            Level::Debug => Meaning::Dim,
            Level::Info => Meaning::Plain,
            Level::Warn => Meaning::Waiting,
            Level::Error => Meaning::Bad,
        };
        let mut spans = table::row(COLUMNS, &widths, |index| match index {
            0 => time.clone().into(),
            1 => Cell::new(described.level.to_string(), dx.style(meaning)),
            2 => described.kind.clone().into(),
            3 => described.seller.clone().into(),
            4 => described.subject.clone().into(),
            _ => described.words.clone().into(),
        });
        let chosen = place == screen.list.place();
        spans.insert(0, Span::raw(if chosen { "▌" } else { " " }));
        let line = ratatui::text::Line::from(spans);
        let style = if chosen { Meaning::Selected } else { Meaning::Plain };
        lines.push(line.style(dx.style(style)));
    }
    for (line, y) in lines.iter().zip(0..area.height) {
        frame.render_widget(line, Rect { y: area.y + y, height: 1, ..area });
    }
}
