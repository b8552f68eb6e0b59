//! Draws one deal: three panes side by side, or as tabs where the terminal is narrow.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{DealDetail, Pane, activation, panes};
use crate::{
    desk::{DealRecord, OnBoard as _},
    domain::text,
    tui::{
        parts::{
            clock,
            context::Dx,
            facts,
            pane::{self, Content},
            theme::Meaning,
        },
        screens::describe,
    },
};

/// Where the panes are; where the terminal is narrow only one is seen.
#[derive(Debug, Clone, Copy)]
struct Parts {
    terms: Rect,
    activation: Rect,
    steps: Rect,
    audit: Rect,
}

fn wide(body: Rect) -> Parts {
    let half = body.width.div_ceil(2);
    let top = (body.height * 6 / 10).max(14).min(body.height.saturating_sub(5));
    let terms = Rect { width: half, height: top, ..body };
    let right = Rect { x: terms.right(), width: body.width - half, ..body };
    let upper = body.height.div_ceil(2);
    Parts {
        terms,
        audit: Rect { y: terms.bottom(), height: body.height - top, width: half, ..body },
        activation: Rect { height: upper, ..right },
        steps: Rect { y: right.y + upper, height: right.height - upper, ..right },
    }
}

fn is_tabbed(body: Rect, dx: &Dx<'_>) -> bool {
    dx.is_narrow() || body.height < 24
}

/// How far each pane can be scrolled.
pub(super) fn most(screen: &DealDetail, body: Rect, dx: &Dx<'_>) -> [usize; Pane::ALL.len()] {
    let Some(record) = screen.record(dx.state) else { return Default::default() };
    let tab = Rect { height: body.height.saturating_sub(1), ..body };
    let parts = wide(body);
    Pane::ALL.map(|pane| {
        let area = match pane {
            _ if is_tabbed(body, dx) => tab,
            Pane::Terms => parts.terms,
            Pane::Activation => parts.activation,
            Pane::Steps => parts.steps,
            Pane::Audit => return 0,
        };
        let cells = usize::from(area.width.saturating_sub(2));
        let high = usize::from(area.height.saturating_sub(2));
        let many = match pane {
            Pane::Activation => screen.block.len(),
            Pane::Terms | Pane::Steps | Pane::Audit => {
                lines(screen, record, pane, false, cells, dx).len()
            }
        };
        many.saturating_sub(high)
    })
}

fn lines(
    screen: &DealDetail,
    record: &DealRecord,
    pane: Pane,
    focused: bool,
    cells: usize,
    dx: &Dx<'_>,
) -> Vec<Line<'static>> {
    match pane {
        Pane::Terms => panes::terms(dx, record, cells),
        Pane::Activation => screen.block.lines(0, screen.block.len()),
        Pane::Steps => activation::steps(dx, record, screen.dsp(dx.state), cells),
        Pane::Audit => audit(dx, screen, focused, cells),
    }
}

/// How wide the block is drawn, where it is seen at all.
pub(super) fn block_width(body: Rect, dx: &Dx<'_>) -> Option<usize> {
    let area = if is_tabbed(body, dx) { body } else { wide(body).activation };
    (area.width > 2).then(|| usize::from(area.width - 2))
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
    one(frame, parts.steps, dx, screen, record, Pane::Steps);
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
        Pane::Terms => facts::title(&record.row(dx.state)),
        Pane::Activation => "ACTIVATION  OpenRTB deal block".to_owned(),
        Pane::Steps => {
            let late = activation::overdue(record);
            let late = if late > 0 { format!("! {late} open · ") } else { String::new() };
            let dsp = screen.dsp(dx.state).map_or("the DSP", |dsp| dsp.title.as_str());
            format!("{late}CHECKLIST, AND STEPS IN {dsp}")
        }
        Pane::Audit => format!("AUDIT TRAIL  {} lines", screen.trail.len()),
    };
    let hint = match pane {
        Pane::Terms => format!("{} asks again", dx.key("ask again")),
        Pane::Activation => format!("{} copies", dx.key("copy")),
        Pane::Steps => {
            let key = |verb: &str| dx.key(verb);
            let (dsp, back, mark) = (key("whose"), key("read back"), key("mark"));
            format!("{dsp} next DSP  {back} reads back  {mark} checks off")
        }
        Pane::Audit => format!("{} filters", dx.key("filter")),
    };
    let inside = pane::boxed(frame, area, dx, &title, &hint, focused);
    let cells = usize::from(inside.width);
    let high = usize::from(inside.height);
    let scroll = if pane == Pane::Audit { 0 } else { screen.scroll[pane as usize] };
    if pane == Pane::Activation {
        let many = screen.block.len();
        let scroll = scroll.min(many.saturating_sub(high));
        return pane::some(frame, inside, dx, &screen.block.lines(scroll, high), many - scroll);
    }
    let lines = lines(screen, record, pane, focused, cells, dx);
    let scroll = scroll.min(lines.len().saturating_sub(high));
    pane::lines(frame, inside, dx, lines.get(scroll..).unwrap_or_default());
}

fn audit(dx: &Dx<'_>, screen: &DealDetail, focused: bool, cells: usize) -> Vec<Line<'static>> {
    if screen.trail.is_empty() {
        return vec![Line::from(" nothing in memory; `dealdesk deals show` has all of it")];
    }
    let from = screen.audit.offset();
    let to = screen.trail.len().min(from + screen.audit.height());
    let (mut lines, mut about) = (Vec::new(), String::new());
    for place in from..to {
        let Some(line) = crate::tui::screens::log::at(dx.state, screen.trail[place]) else {
            continue;
        };
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
