//! Draws the race: the axis and a column for each seller, the standings, and what the chosen seller's
//! draft and a walk would do.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Race, column::Column, standings, target};
use crate::{
    desk::{QuoteRecord, SellerState, limit_for},
    domain::{Cpm, QuoteRef, money, text},
    tui::parts::{context::Dx, money as amounts, note, pane, theme::Meaning},
};

/// How wide the prices of the axis are, with the line behind them.
const LABEL: u16 = 8;

/// How wide a column is at least.
const COLUMN: u16 = 35;

/// What is drawn beside the race itself.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) race: &'a Race,
    pub(crate) at: &'a QuoteRef,
    /// The draft of each member.
    pub(crate) drafts: Vec<Option<Cpm>>,
    /// Whether forecasts may be shown.
    pub(crate) forecasts: bool,
    /// What can be said of the chosen seller.
    pub(crate) words: Vec<Line<'static>>,
}

/// Where everything goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    head: Rect,
    axis: Rect,
    standings: Rect,
    words: Rect,
    /// How many columns there are room for.
    pub(super) columns: usize,
}

impl Parts {
    /// How many rows the axis has.
    pub(super) fn rows(self) -> usize {
        usize::from(self.axis.height.saturating_sub(1))
    }
}

/// A function of the size and of how many run, so that the axis stands still.
pub(super) fn parts(body: Rect, members: usize, dx: &Dx<'_>) -> Parts {
    let head = Rect { height: 1.min(body.height), ..body };
    let rest = body.height - head.height;
    let words = if dx.is_narrow() { 3 } else { 5 }.min(rest / 3);
    let rows = u16::try_from(members).unwrap_or(u16::MAX).min((rest / 4).max(2));
    // A line between and the heading go with the rows.
    let standings = (rows + 2).min(rest.saturating_sub(words) / 2);
    let axis = Rect { y: head.bottom(), height: rest - words - standings, ..body };
    let fit = usize::from(body.width.saturating_sub(LABEL) / (COLUMN + 1));
    Parts {
        head,
        axis,
        standings: Rect { y: axis.bottom(), height: standings, ..body },
        words: Rect { y: axis.bottom() + standings, height: words, ..body },
        columns: fit.clamp(1, members.max(1)),
    }
}

/// Draws it.
pub(crate) fn draw(scene: &Scene<'_>, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
    let race = scene.race;
    let parts = parts(body, race.members.len(), dx);
    pane::draw_cut(frame, parts.head, &head(scene, parts.columns, parts.head.width, dx));
    columns(scene, frame, parts, dx);
    let rule = Rect { height: 1.min(parts.standings.height), ..parts.standings };
    let axis = race.axis.map_or_else(String::new, |axis| {
        let step = money::plain_in(axis.step(), race.scale(dx.state).of);
        format!(" {step} a row, {} zooms ", dx.key("zoom"))
    });
    let words = format!("┄┄{axis}{}", "┄".repeat(usize::from(rule.width)));
    frame.render_widget(Line::from(words).style(dx.style(Meaning::Dim)), rule);
    let table =
        Rect { y: rule.bottom(), height: parts.standings.height - rule.height, ..parts.standings };
    if table.height > 0 {
        let widths = standings::widths(race, scene.forecasts, table.width, dx);
        pane::draw_cut(frame, Rect { height: 1, ..table }, &standings::head(dx, &widths));
        let rows = standings::rows(race, scene.at, dx, &widths);
        let seen = usize::from(table.height - 1);
        let here = race.standings.rows.iter().position(|row| row.quote == *scene.at).unwrap_or(0);
        let from = (here + 1).saturating_sub(seen);
        for (nth, row) in rows.iter().skip(from).take(seen).enumerate() {
            let y = table.y + 1 + u16::try_from(nth).unwrap_or(0);
            pane::draw_cut(frame, Rect { y, height: 1, ..table }, row);
        }
    }
    let mut lines = scene.words.clone();
    lines.extend(walks(race, dx, parts.words.width));
    pane::lines(frame, parts.words, dx, &lines);
}

/// How many compete, for what, and at which prices: no price is cut, and what is raced for has what room is
/// left.
fn head(scene: &Scene<'_>, columns: usize, wide: u16, dx: &Dx<'_>) -> Line<'static> {
    let race = scene.race;
    let many = race.members.len();
    let running = if race.booked.is_some() { many } else { race.standings.competing() };
    let mut first = format!(" RACE of {running}");
    if columns < many {
        let last = (race.first + columns).min(many);
        first = format!("{first}, columns {} to {last} of {many}", race.first + 1);
    }
    let record = dx.state.quote(scene.at);
    let priced = |name: &str, row: Option<&crate::domain::ranking::Ranked>| {
        let row = row?;
        Some(format!(" · {name} {} {}", row.effective?.plain, row.quote.seller))
    };
    let told = |name: &str, price: Option<Cpm>| price.map(|price| format!(" · {name} {price}"));
    let (best, cover) = match &race.booked {
        Some((key, decided)) => (
            Some(format!(" · booked {} {}", decided.price, key.seller)),
            decided.cover.as_ref().map(|it| format!(" · runner-up {} {}", it.cpm, it.seller)),
        ),
        None => {
            (priced("best", race.standings.best()), priced("runner-up", race.standings.cover()))
        }
    };
    let prices = [
        best,
        cover,
        told("limit", record.and_then(|record| limit_for(dx.state, record))),
        told("target", record.and_then(target)),
    ];
    let mut room = usize::from(wide).saturating_sub(text::width(&first));
    let mut fit = Vec::new();
    for words in prices.into_iter().flatten() {
        if text::width(&words) <= room {
            room -= text::width(&words);
            fit.push(words);
        }
    }
    // The product of the seller that is chosen, and what was asked.
    let what = record.map_or_else(String::new, |record| {
        let product = text::cut(&record.quote.product.name, 24);
        format!(" · {product} · {}", asked(record))
    });
    let what = if room < 16 { String::new() } else { text::cut(&what, room) };
    let rest = std::iter::once(what).chain(fit).map(Span::raw);
    let first = Span::styled(first, dx.style(Meaning::Key));
    std::iter::once(first).chain(rest).collect()
}

/// `PG 500,000 imps, 07-01 to 09-30`.
fn asked(record: &QuoteRecord) -> String {
    let (ask, terms) = (&record.ask, &record.quote.terms);
    let day = |date: jiff::civil::Date| date.strftime("%m-%d").to_string();
    let (start, end) = (day(ask.flight_start), day(ask.flight_end));
    let imps = amounts::impressions(terms.impressions);
    format!("{} {imps} imps, {start} to {end}", record.quote.deal_type)
}

fn columns(scene: &Scene<'_>, frame: &mut Frame<'_>, parts: Parts, dx: &Dx<'_>) {
    let race = scene.race;
    let Some(axis) = race.axis.filter(|_| parts.axis.height > 1) else { return };
    let rows = parts.rows();
    let scale = race.scale(dx.state);
    let named = Line::from(text::fit_right(&scale.of.to_string(), usize::from(LABEL) - 1));
    let corner = Rect { height: 1, width: LABEL.min(parts.axis.width), ..parts.axis };
    frame.render_widget(named.style(dx.style(Meaning::Dim)), corner);
    let dim = dx.style(Meaning::Dim);
    let many = u16::try_from(parts.columns).unwrap_or(1);
    let wide = (parts.axis.width.saturating_sub(LABEL) / many).saturating_sub(1);
    for nth in 0..rows {
        let y = parts.axis.y + 1 + u16::try_from(nth).unwrap_or(0);
        let label = money::plain_in(axis.label(nth, rows), scale.of);
        let label = format!("{}│", text::fit_right(&label, usize::from(LABEL) - 1));
        let row = Rect { y, height: 1, width: LABEL.min(parts.axis.width), ..parts.axis };
        frame.render_widget(Line::from(Span::styled(label, dim)), row);
    }
    let shown = race.members.iter().zip(&scene.drafts).skip(race.first).take(parts.columns);
    for (place, (key, draft)) in shown.enumerate() {
        let Some(record) = dx.state.quote(key) else { continue };
        let word = race.standings.row(key).map_or("", |row| race.word(row));
        let column =
            Column { record, draft: *draft, word, is_here: key == scene.at, scale: &scale };
        let x = parts.axis.x + LABEL + u16::try_from(place).unwrap_or(0) * (wide + 1);
        let head = Rect { x, width: wide, height: 1, ..parts.axis };
        frame.render_widget(column.head(dx, usize::from(wide)), head);
        let lines = column.rows(axis, (rows, usize::from(wide)), dx);
        for (nth, mut spans) in lines.into_iter().enumerate() {
            let y = parts.axis.y + 1 + u16::try_from(nth).unwrap_or(0);
            spans.push(Span::styled("│", dim));
            frame.render_widget(Line::from(spans), Rect { x, y, width: wide + 1, height: 1 });
        }
    }
}

/// Once one is agreed: who is left to walk away from, with the words that are ready. None is sent here.
fn walks(race: &Race, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    if race.to_leave.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::from(vec![
        Span::styled(" LEAVE THE OTHERS ", dx.style(Meaning::NeedsMe)),
        Span::raw("one is agreed. Nothing is sent by itself:"),
    ])];
    let (walk, copy) = (dx.key("walk"), dx.key("copy"));
    for key in &race.to_leave {
        let Some(record) = dx.state.quote(key) else { continue };
        let note = note::of_walk(record);
        let seller = dx.state.sellers.get(&key.seller);
        let offered = record.negotiation.as_ref().is_some_and(|game| game.our_last().is_some());
        let is_told = offered && seller.is_some_and(SellerState::takes_words);
        let words = if is_told {
            format!("   {}: {walk} then y sends “{note}”", key.seller)
        } else {
            format!(
                "   {}: takes no words. {walk} closes it here, {copy} copies “{note}”",
                key.seller
            )
        };
        lines.push(Line::from(text::cut(&words, usize::from(wide))));
    }
    lines
}
