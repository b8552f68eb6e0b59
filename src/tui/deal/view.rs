//! Draws one deal: three panes side by side, or as tabs where the terminal is narrow.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{DealDetail, Pane, panes};
use crate::{
    desk::{DealRecord, RowRef},
    domain::text,
    tui::{
        context::Dx,
        describe,
        parts::{
            clock, facts,
            pane::{self, Content},
        },
        theme::Meaning,
    },
};

/// Where the panes are; where the terminal is narrow only one is seen.
#[derive(Debug, Clone, Copy)]
struct Parts {
    terms: Rect,
    activation: Rect,
    audit: Rect,
}

fn wide(body: Rect) -> Parts {
    let half = body.width.div_ceil(2);
    let top = (body.height * 6 / 10).max(14).min(body.height.saturating_sub(5));
    let terms = Rect { width: half, height: top, ..body };
    Parts {
        terms,
        audit: Rect { y: terms.bottom(), height: body.height - top, width: half, ..body },
        activation: Rect { x: terms.right(), width: body.width - half, ..body },
    }
}

fn is_tabbed(body: Rect, dx: &Dx<'_>) -> bool {
    dx.is_narrow() || body.height < 24
}

/// How many lines of the audit trail are seen.
pub(super) fn audit_height(body: Rect, dx: &Dx<'_>) -> u16 {
    let area =
        if is_tabbed(body, dx) { body.height.saturating_sub(1) } else { wide(body).audit.height };
    area.saturating_sub(2)
}

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>, screen: &DealDetail) {
    let Some(record) = screen.record(dx.state) else {
        let board = dx.key("board");
        let words =
            format!("No deal is chosen. {board} goes to the board, Enter opens a deal there.");
        pane::state(frame, body, dx, &Content::Empty(words));
        return;
    };
    if is_tabbed(body, dx) {
        let tabs = Rect { height: 1.min(body.height), ..body };
        let mut spans = vec![Span::raw(" ")];
        for pane in Pane::ALL {
            let on = pane == screen.pane;
            let (open, close) = if on { ("[", "]") } else { (" ", " ") };
            let style = dx.style(if on { Meaning::Selected } else { Meaning::Plain });
            spans.push(Span::styled(format!("{open}{}{close} ", pane.name()), style));
        }
        spans.push(Span::styled(format!("{} next", dx.key("pane")), dx.style(Meaning::Dim)));
        frame.render_widget(Line::from(spans), tabs);
        let area = Rect { y: tabs.bottom(), height: body.height - tabs.height, ..body };
        return one(frame, area, dx, screen, record, screen.pane);
    }
    let parts = wide(body);
    one(frame, parts.terms, dx, screen, record, Pane::Terms);
    one(frame, parts.activation, dx, screen, record, Pane::Activation);
    one(frame, parts.audit, dx, screen, record, Pane::Audit);
}

fn one(
    frame: &mut Frame<'_>,
    area: Rect,
    dx: &Dx<'_>,
    screen: &DealDetail,
    record: &DealRecord,
    pane: Pane,
) {
    let focused = screen.pane == pane;
    let title = match pane {
        Pane::Terms => facts::title(RowRef::Deal(record)),
        Pane::Activation => "ACTIVATION  OpenRTB deal block".to_owned(),
        Pane::Audit => format!("AUDIT TRAIL  {} lines", screen.trail.len()),
    };
    let hint = match pane {
        Pane::Terms => format!("{} asks again", dx.key("ask again")),
        Pane::Activation => format!("{} copies", dx.key("copy")),
        Pane::Audit => format!("{} filters", dx.key("filter")),
    };
    let inside = pane::boxed(frame, area, dx, &title, &hint, focused);
    let cells = usize::from(inside.width);
    let lines = match pane {
        Pane::Terms => panes::terms(dx, record, cells),
        Pane::Activation => panes::activation(dx, record, cells),
        Pane::Audit => audit(dx, screen, focused, cells),
    };
    let scroll = if pane == Pane::Audit { 0 } else { screen.scroll[pane as usize] };
    let scroll = scroll.min(lines.len().saturating_sub(usize::from(inside.height)));
    pane::lines(frame, inside, dx, &lines[scroll..]);
}

fn audit(dx: &Dx<'_>, screen: &DealDetail, focused: bool, cells: usize) -> Vec<Line<'static>> {
    if screen.trail.is_empty() {
        return vec![Line::from(" nothing in memory; `dealdesk log` reads the whole journal")];
    }
    let from = screen.audit.offset();
    let to = screen.trail.len().min(from + screen.audit.height());
    let (mut lines, mut about) = (Vec::new(), String::new());
    for place in from..to {
        let Some(line) = crate::tui::log::at(dx.state, screen.trail[place]) else { continue };
        let described = describe::line(line);
        let chosen = focused && place == screen.audit.place();
        let mark = if chosen { "▌" } else { " " };
        let words = format!(
            "{mark}{} {} {} {}",
            clock::time(line.at),
            text::fit(&described.who, 8),
            text::fit(&described.kind, 15),
            text::cut(&described.words, cells.saturating_sub(35)),
        );
        let style = if chosen { Meaning::Selected } else { Meaning::Plain };
        lines.push(Line::from(words).style(dx.style(style)));
        if chosen {
            about = described.words;
        }
    }
    // Below the lines, where there is room: the one under the cursor in full.
    if !about.is_empty() {
        lines.push(Line::from(""));
        let words = pane::wrap(&about, cells.saturating_sub(2), 0).into_iter();
        lines.extend(
            words.map(|words| Line::from(format!(" {words}")).style(dx.style(Meaning::Us))),
        );
        lines.truncate(screen.audit.height());
    }
    lines
}
