//! Draws the ladder: whose negotiation it is and its clock above, axis and rounds side by side, and
//! below them what it amounts to.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Ladder, chart::Chart, rounds, words};
use crate::{
    desk::{QuoteRecord, can_negotiate, limit_for, trigger_over},
    domain::{Negotiation, text},
    tui::{
        parts::{
            context::Dx,
            countdown,
            pane::{self, Content},
            stage,
            theme::Meaning,
        },
        screens::quotes::clock::Clock,
    },
};

/// Where everything goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    head: Rect,
    axis: Rect,
    rounds: Rect,
    /// Below the rounds, where there is room.
    forecast: Rect,
    words: Rect,
}

/// How many rows stay for the rounds where a forecast stands below them.
pub(super) const LEAST_ROUNDS: u16 = 10;

impl Parts {
    pub(super) fn axis_rows(self) -> usize {
        usize::from(self.axis.height.saturating_sub(1))
    }

    pub(super) fn rounds_rows(self) -> usize {
        usize::from(self.rounds.height.saturating_sub(4)).max(1)
    }
}

/// A pure function of the size, so that the axis stands still: `forecast` says how many rows of the rounds
/// a forecast takes.
pub(super) fn parts(body: Rect, dx: &Dx<'_>, forecast: impl Fn(Rect) -> u16) -> Parts {
    let head = Rect { height: 1.min(body.height), ..body };
    let words = if dx.is_narrow() { 7 } else { 10 };
    let words = words.min(body.height.saturating_sub(head.height) / 2);
    let middle =
        Rect { y: body.y + head.height, height: body.height - head.height - words, ..body };
    let left = middle.width * 48 / 100;
    let right =
        Rect { x: middle.x + left + 1, width: middle.width.saturating_sub(left + 1), ..middle };
    let forecast = forecast(right).min(right.height);
    let rounds = Rect { height: right.height - forecast, ..right };
    Parts {
        head,
        axis: Rect { width: left, ..middle },
        rounds,
        forecast: Rect { y: rounds.bottom(), height: forecast, ..right },
        words: Rect { y: middle.y + middle.height, height: words, ..body },
    }
}

pub(super) fn draw(ladder: &Ladder, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
    let Some(record) = ladder.record(dx.state) else {
        let words = format!(
            "Nothing is being negotiated. {} shows the quotes; {} there negotiates one.",
            dx.key("quotes"),
            dx.key("counter")
        );
        pane::state(frame, body, dx, &Content::Empty(words));
        return;
    };
    let parts = parts(body, dx, |area| ladder.forecast_rows(area));
    frame.render_widget(head(record, dx), parts.head);
    let Some(game) = &record.negotiation else {
        return not_yet(
            record,
            frame,
            Rect { y: parts.axis.y, height: body.height.saturating_sub(1), ..body },
            dx,
        );
    };
    draw_game(ladder, record, game, frame, parts, dx);
}

fn draw_game(
    ladder: &Ladder,
    record: &QuoteRecord,
    game: &Negotiation,
    frame: &mut Frame<'_>,
    parts: Parts,
    dx: &Dx<'_>,
) {
    let play =
        ladder.at.as_ref().and_then(|key| ladder.plays.get(key)).copied().unwrap_or_default();
    let mut left_off = Vec::new();
    if let Some(axis) = play.axis {
        let limit = limit_for(dx.state, record);
        let cover = ladder.cover.as_ref();
        let cover = cover.map(|cover| (cover.cpm, text::cut(cover.seller.as_str(), 20)));
        let low = ladder.outlook.low().filter(|_| !ladder.hides_forecast);
        let rates = dx.state.setup.limits.rates();
        let chart = Chart { game, axis, draft: play.draft, limit, cover, low, rates };
        chart.draw(frame, parts.axis, dx);
        left_off = chart.left_off();
    }
    let moves = rounds::all(game, play.draft);
    let cursor = (ladder.rounds.place(), ladder.rounds.offset());
    rounds::draw(game, &moves, cursor, frame, parts.rounds, dx);
    ladder.outlook.draw(frame, parts.forecast, dx);
    if parts.words.height < 2 {
        return;
    }
    let rule = Rect { height: 1, ..parts.words };
    let axis = play.axis.map_or_else(String::new, |axis| {
        let step = crate::domain::money::plain_in(axis.step(), game.currency());
        format!(" {step} a row, {} zooms ", dx.key("zoom"))
    });
    let off = if left_off.is_empty() {
        String::new()
    } else {
        format!("┄ not on the axis: {} ", left_off.join(", "))
    };
    let words = format!("┄┄{axis}{off}{}", "┄".repeat(usize::from(rule.width)));
    frame.render_widget(Line::from(words).style(dx.style(Meaning::Dim)), rule);
    let below = Rect { y: rule.y + 1, height: parts.words.height - 1, ..parts.words };
    let lines = words::lines(ladder, record, game, dx, below.width);
    pane::lines(frame, below, dx, &lines);
}

/// The clock and whose turn it is before everything that may be long.
fn head(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let quote = &record.quote;
    let at = record.stage();
    let mut spans = vec![
        Span::styled(format!(" {} ", quote.seller), dx.style(Meaning::Key)),
        Span::styled(
            format!("{} {}", stage::mark(at).trim_start(), at.words()),
            dx.style(stage::meaning(at)),
        ),
    ];
    if words::is_armed(record) {
        spans.push(Span::styled(" · ▶ AUTO", dx.style(Meaning::Waiting)));
    }
    if let Some(armed) = trigger_over(dx.state, &record.reference()) {
        let price = armed.terms.at_most;
        let left = countdown::left(armed.terms.until.duration_since(dx.now));
        let words = format!(" · ▶ TRIGGER ≤ {price} {left}");
        spans.push(Span::styled(words, dx.style(Meaning::Mode)));
    }
    if record.is_open() || record.is_negotiating() {
        let clock = Clock::of(dx.state, record, dx.now);
        spans.push(Span::raw(" · quote "));
        spans.push(Span::styled(clock.words(), dx.style(clock.meaning)));
    }
    spans.push(Span::raw(format!(" · {} · {}", quote.product.name, quote.quote_id)));
    Line::from(spans)
}

/// A quote that is not negotiated: how to begin, or why it cannot be.
fn not_yet(record: &QuoteRecord, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let content = match can_negotiate(dx.state, record) {
        Ok(()) => Content::Empty(format!(
            "Not negotiated yet. {} opens it; the first offer is yours.",
            dx.key("counter")
        )),
        Err(refusal) => Content::Failed(refusal.to_string()),
    };
    pane::state(frame, area, dx, &content);
}
