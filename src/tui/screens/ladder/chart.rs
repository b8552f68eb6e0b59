//! Draws the axis: their offers left, ours right, the gap between them shaded, our limit and our
//! target as lines, and the draft before it is sent.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use rust_decimal::Decimal;

use super::axis::{Axis, Place};
use crate::{
    domain::{
        By, Cpm, Negotiation,
        money::{self, Rates},
        text,
    },
    tui::parts::{context::Dx, theme::Meaning},
};

/// What stands in one row of one side.
#[derive(Debug, Clone, Default)]
struct Side {
    words: Vec<String>,
    style: Style,
    is_line: bool,
}

/// How wide each part of a row is.
#[derive(Debug, Clone, Copy)]
struct Wide {
    theirs: usize,
    label: usize,
    ours: usize,
}

/// One row.
#[derive(Debug, Clone, Default)]
struct Row {
    theirs: Side,
    ours: Side,
    is_gap: bool,
}

/// What is drawn on the axis beside the rounds themselves.
#[derive(Debug, Clone)]
pub(super) struct Chart<'a> {
    pub(super) game: &'a Negotiation,
    pub(super) axis: Axis,
    pub(super) draft: Option<Cpm>,
    pub(super) limit: Option<Cpm>,
    /// What the runner-up asks, and who it is.
    pub(super) cover: Option<(Cpm, String)>,
    /// The lowest price it is forecast to settle at.
    pub(super) low: Option<Cpm>,
    /// What prices in other currencies are worth on it.
    pub(super) rates: Rates,
}

impl Chart<'_> {
    /// Prices that have no place on the axis, because no rate to its currency is set.
    pub(super) fn left_off(&self) -> Vec<String> {
        let of = self.game.currency();
        let target = self.game.target.map(|target| (target, "target".to_owned()));
        let cover = self.cover.as_ref().map(|(cpm, who)| (*cpm, format!("2nd {who}")));
        let all = [target, cover].into_iter().flatten();
        let off = all.filter(|(price, _)| self.rates.cpm(*price, of).is_none());
        off.map(|(price, word)| format!("{word} {price} (no rate to {of})")).collect()
    }

    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
        if area.height < 3 || area.width < 24 {
            return;
        }
        let rows = usize::from(area.height - 1);
        let of = self.game.currency();
        let labels: Vec<_> =
            (0..rows).map(|row| money::plain_in(self.axis.label(row, rows), of)).collect();
        let label = labels.iter().map(|label| text::width(label)).max().unwrap_or(7).max(7);
        // Our side has the words of the lines: it gets a little more.
        let sides = usize::from(area.width).saturating_sub(label + 4);
        let theirs = (sides * 45 / 100).max(12).min(sides);
        let wide = Wide { theirs, label, ours: sides - theirs };
        let head = format!(
            "{}  {}  OURS",
            text::fit_right("THEIRS", wide.theirs),
            text::fit_right(&format!("{of} CPM"), label)
        );
        frame.render_widget(
            Line::from(head).style(dx.style(Meaning::Dim)),
            Rect { height: 1, ..area },
        );
        for (nth, row) in self.rows(rows, wide, dx).into_iter().enumerate() {
            let y = area.y + 1 + u16::try_from(nth).unwrap_or(0);
            let line = line(&row, &labels[nth], wide, dx);
            frame.render_widget(line, Rect { y, height: 1, ..area });
        }
    }

    fn rows(&self, rows: usize, wide: Wide, dx: &Dx<'_>) -> Vec<Row> {
        let mut out = vec![Row::default(); rows];
        let limit = self.limit.map(|limit| (limit, "LIMIT", "", Meaning::Bad, '═'));
        let target = self.game.target.map(|target| (target, "target", "", Meaning::Dim, '·'));
        let cover = self.cover.as_ref();
        let cover = cover.map(|(cpm, who)| (*cpm, "2nd", who.as_str(), Meaning::Dim, '·'));
        let of = self.game.currency();
        for (told, word, who, meaning, fill) in [limit, target, cover].into_iter().flatten() {
            let Some(price) = self.rates.cpm(told, of).map(|price| price.nearest()) else {
                continue;
            };
            let (row, off) = match self.axis.place(price.amount(), rows) {
                Place::Row(row) => (row, ""),
                Place::Above => (0, "▲ "),
                Place::Below => (rows.saturating_sub(1), "▼ "),
            };
            let own = if told.currency() == of { String::new() } else { format!(" ({told})") };
            let who = if who.is_empty() { String::new() } else { format!(" {who}") };
            let plain = price.plain();
            // No price is cut: what has no room beside it goes.
            let words = [
                format!("{off}{fill}{fill} {word} {plain}{own}{who} "),
                format!("{off}{fill}{fill} {word} {plain}{own} "),
                format!("{off}{word} {plain}{own}"),
                format!("{off}{fill}{fill} {word} {plain} "),
            ];
            let fits = |words: &String| text::width(words) <= wide.ours;
            let least = || format!("{off}{word} {plain}");
            let words = words.into_iter().find(fits).unwrap_or_else(least);
            let more = wide.ours.saturating_sub(text::width(&words) + 1);
            let tail = if fill == '═' { "═".repeat(more) } else { String::new() };
            out[row].ours.words.push(format!("{words}{tail}"));
            out[row].ours.style = dx.style(meaning);
            out[row].ours.is_line = true;
        }
        let theirs = self.game.their_last();
        let mut ours = self.game.our_last();
        for round in &self.game.rounds {
            let Some(cpm) = round.cpm.filter(|_| round.action.is_offer() || round.by == By::Us)
            else {
                continue;
            };
            let is_theirs = round.by == By::Them;
            let newest = Some(cpm) == if is_theirs { theirs } else { ours };
            let name =
                if round.round == 0 { "open".to_owned() } else { format!("R{}", round.round) };
            let mark = match (is_theirs, newest) {
                (true, true) => "◉",
                (true, false) => "●",
                (false, true) => "◎",
                (false, false) => "○",
            };
            put(&mut out, self.axis, wide, Named { cpm, is_theirs, name: &name, mark }, dx);
        }
        if let Some(pending) = self.game.priced_move() {
            let (mark, name) = if pending.in_doubt { ("?!", "lost?") } else { ("◔", "sent") };
            let named = Named { cpm: pending.cpm, is_theirs: false, name, mark };
            put(&mut out, self.axis, wide, named, dx);
            ours = Some(pending.cpm);
        } else if let Some(draft) = self.draft {
            let named = Named { cpm: draft, is_theirs: false, name: "draft", mark: "▸" };
            put(&mut out, self.axis, wide, named, dx);
            ours = Some(draft);
        }
        if let Some((theirs, ours)) = theirs.zip(ours).filter(|_| !self.game.is_over()) {
            shade(&mut out, self.axis, ours.amount(), theirs.amount());
        }
        self.mark_low(&mut out, wide.theirs, dx);
        out
    }

    /// The forecast's low, in a row that has no offer of theirs and where it can be read.
    fn mark_low(&self, out: &mut [Row], wide: usize, dx: &Dx<'_>) {
        let Some(low) = self.low else { return };
        let words = format!("forecast low {} ┈", low.plain());
        let Place::Row(row) = self.axis.place(low.amount(), out.len()) else { return };
        let side = out.get_mut(row).map(|row| &mut row.theirs);
        if let Some(side) = side.filter(|side| side.words.is_empty() && text::width(&words) <= wide)
        {
            side.words.push(words);
            side.style = dx.style(Meaning::Dim);
        }
    }
}

/// A price with its name and its mark, on the side of who named it.
#[derive(Debug, Clone, Copy)]
struct Named<'a> {
    cpm: Cpm,
    is_theirs: bool,
    name: &'a str,
    mark: &'a str,
}

impl Named<'_> {
    /// How it is written in `wide` cells, `off` where it is above or below the axis. No price is cut: what
    /// has no room beside it goes.
    fn words(&self, off: &str, wide: usize) -> String {
        let (name, mark, price) = (self.name, self.mark, self.cpm.plain());
        let all = if self.is_theirs {
            [format!("{off} {name} {price} {mark}"), format!("{off} {price} {mark}")]
        } else {
            [format!("{mark} {name} {price} {off}"), format!("{mark} {price} {off}")]
        };
        let fits = |words: &String| text::width(words.trim()) <= wide;
        let found = all.into_iter().find(fits);
        found.map_or(price, |words| words.trim().to_owned())
    }
}

/// Puts a price into its row, or at the end where it is off the axis.
fn put(out: &mut [Row], axis: Axis, wide: Wide, named: Named<'_>, dx: &Dx<'_>) {
    let Named { cpm, is_theirs, name, .. } = named;
    let last = out.len().saturating_sub(1);
    let (row, off) = match axis.place(cpm.amount(), out.len()) {
        Place::Row(row) => (row, ""),
        Place::Above => (0, "▲"),
        Place::Below => (last, "▼"),
    };
    let words = named.words(off, if is_theirs { wide.theirs } else { wide.ours });
    let Some(row) = out.get_mut(row) else { return };
    let side = if is_theirs { &mut row.theirs } else { &mut row.ours };
    // The newest price of a row first: it is the one that counts.
    side.words.insert(0, words);
    let strong = if name == "draft" { Meaning::Selected } else { Meaning::Plain };
    let colour = dx.style(if is_theirs { Meaning::Them } else { Meaning::Us });
    side.style = dx.style(strong).patch(colour);
    side.is_line = false;
}

fn shade(out: &mut [Row], axis: Axis, low: Decimal, high: Decimal) {
    let rows = out.len();
    for (nth, row) in out.iter_mut().enumerate() {
        let label = axis.label(nth, rows);
        row.is_gap = low < label && label < high;
    }
}

/// As many of these words as have room whole, the first in any case.
fn whole(words: &[String], wide: usize) -> String {
    let mut line = words.first().cloned().unwrap_or_default();
    for more in words.iter().skip(1) {
        if text::width(&line) + 2 + text::width(more.trim_end_matches(['═', ' '])) > wide {
            break;
        }
        line = format!("{line}  {more}");
    }
    line
}

fn line(row: &Row, label: &str, wide: Wide, dx: &Dx<'_>) -> Line<'static> {
    let shade = Span::styled(if row.is_gap { "▒" } else { " " }, dx.style(Meaning::Waiting));
    let first = row.theirs.words.first().map_or("", String::as_str);
    let more = row.theirs.words.len().saturating_sub(1);
    let also = format!("{first}, {more} more");
    let theirs =
        if more > 0 && text::width(&also) <= wide.theirs { also } else { first.to_owned() };
    let ours = whole(&row.ours.words, wide.ours);
    let dim = dx.style(Meaning::Dim);
    Line::from(vec![
        Span::styled(text::fit_right(&theirs, wide.theirs), row.theirs.style),
        shade.clone(),
        Span::styled("│", dim),
        Span::raw(text::fit_right(label, wide.label)),
        Span::styled("│", dim),
        shade,
        Span::styled(text::fit(&ours, wide.ours), row.ours.style),
    ])
}
