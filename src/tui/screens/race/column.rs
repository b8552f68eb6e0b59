//! One seller's column of a race: their offers at its left, ours at its right, limit and target across,
//! and the draft before it is sent.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{Scale, target};
use crate::{
    desk::{self, QuoteRecord, rivals},
    domain::{By, Cpm, Stage, text},
    tui::{
        parts::{context::Dx, countdown, stage, theme::Meaning},
        screens::{
            ladder::axis::{Axis, Place},
            quotes::clock::Clock,
        },
    },
};

/// A seller in the race.
#[derive(Debug, Clone)]
pub(super) struct Column<'a> {
    pub(super) record: &'a QuoteRecord,
    pub(super) draft: Option<Cpm>,
    /// `BEST`, `2ND` or nothing.
    pub(super) word: &'a str,
    pub(super) is_here: bool,
    /// What the axis is in.
    pub(super) scale: &'a Scale,
}

/// What stands in one row of it.
#[derive(Debug, Clone, Default)]
struct Row {
    theirs: Vec<String>,
    ours: Vec<String>,
    is_strong: bool,
    is_limit: bool,
    line: String,
    is_gap: bool,
}

/// Where a price lies, and the mark of a price that is off the axis.
fn place(axis: Axis, price: Cpm, rows: usize, scale: &Scale) -> Option<(usize, &'static str)> {
    Some(match axis.place(scale.worth(price)?.amount(), rows) {
        Place::Row(row) => (row, ""),
        Place::Above => (0, "▲ "),
        Place::Below => (rows.saturating_sub(1), "▼ "),
    })
}

impl Column<'_> {
    /// Who it is, whose turn, which round and the clock, in `wide` cells.
    pub(super) fn head(&self, dx: &Dx<'_>, wide: usize) -> Line<'static> {
        let record = self.record;
        let at = record.stage();
        let game = record.negotiation.as_ref();
        let runs = record.is_open() || record.is_negotiating();
        let clock = runs.then(|| Clock::of(dx.state, record, dx.now));
        let clock_words = clock.map_or_else(String::new, |clock| {
            format!("{}{}", clock.mark, countdown::left(clock.left))
        });
        let played = game.map(|game| (game.played(), game.pending.is_some()));
        let round = match played {
            None => "not begun".to_owned(),
            Some((0, false)) => at.words().to_owned(),
            Some((played, pending)) => {
                format!("{} R{}", at.words(), played + u32::from(pending))
            }
        };
        // A strategy that plays is told first: it moves without a key.
        let armed = game.filter(|game| game.auto.is_some());
        let auto = |played: u32| format!("▶AUTO R{played}");
        let round = armed.map_or(round, |game| auto(game.played()));
        let mark = if self.is_here { "▸" } else { " " };
        let room = wide.saturating_sub(text::width(&clock_words) + text::width(&round) + 6);
        let name = text::fit(&record.quote.seller.to_string(), room.clamp(4, 14));
        let style = dx.style(if self.is_here { Meaning::Selected } else { Meaning::Plain });
        let shown = if game.is_none() { Stage::Quoted } else { at };
        let before = text::width(&name) + text::width(&round) + 3;
        let gap = wide.saturating_sub(before + text::width(&clock_words)).max(1);
        let clock_style = clock.map_or_else(Style::new, |clock| dx.style(clock.meaning));
        Line::from(vec![
            Span::styled(format!("{mark}{name} "), style),
            Span::styled(round, dx.style(stage::meaning(shown))),
            Span::raw(" ".repeat(gap)),
            Span::styled(clock_words, clock_style),
        ])
    }

    /// Its rows on the axis, each `wide` cells.
    pub(super) fn rows(
        &self,
        axis: Axis,
        (rows, wide): (usize, usize),
        dx: &Dx<'_>,
    ) -> Vec<Vec<Span<'static>>> {
        self.filled(axis, rows, dx).into_iter().map(|row| spans(row, wide, dx)).collect()
    }

    fn filled(&self, axis: Axis, rows: usize, dx: &Dx<'_>) -> Vec<Row> {
        let mut out = vec![Row::default(); rows];
        let (record, scale) = (self.record, self.scale);
        let place = |price| place(axis, price, rows, scale);
        if let Some(price) = rivals::asks(record).filter(|price| scale.worth(*price).is_none()) {
            // Without a rate there is no place for it: it is told above.
            let words = format!("{price}: no rate to {}, not on the axis", scale.of);
            if let Some(first) = out.first_mut() {
                first.theirs.push(words);
            }
            return out;
        }
        if let Some((row, off)) = target(record).and_then(place) {
            out[row].line = format!("{off}· target ");
        }
        let limit = desk::limit_for(dx.state, record);
        if let Some((limit, (row, off))) = limit.and_then(|limit| Some((limit, place(limit)?))) {
            out[row].is_limit = off.is_empty();
            out[row].line = if off.is_empty() {
                " LIMIT".to_owned()
            } else {
                format!("{off}LIMIT {} ", scale.told(limit))
            };
        }
        let Some(game) = record.negotiation.as_ref() else {
            let price = rivals::asks(record);
            if let Some((price, (row, off))) = price.and_then(|price| Some((price, place(price)?)))
            {
                let word = self.word;
                out[row].theirs.push(format!("{off}{} ◉ quote  {word}", scale.told(price)));
            }
            return out;
        };
        let theirs = game.their_last();
        let mut ours = game.our_last();
        for round in &game.rounds {
            let offers = round.action.is_offer() || round.by == By::Us;
            let Some(cpm) = round.cpm.filter(|_| offers) else { continue };
            let Some((row, off)) = place(cpm) else { continue };
            let name =
                if round.round == 0 { "open".to_owned() } else { format!("R{}", round.round) };
            if round.by == By::Us {
                let mark = if Some(cpm) == ours { "◎" } else { "○" };
                out[row].ours.insert(0, format!("{off}{} {mark} {name}", scale.told(cpm)));
            } else {
                let newest = Some(cpm) == theirs;
                let mark = if newest { "◉" } else { "●" };
                let word = if newest && !self.word.is_empty() {
                    format!("  {}", self.word)
                } else {
                    String::new()
                };
                out[row].theirs.insert(0, format!("{off}{} {mark} {name}{word}", scale.told(cpm)));
            }
        }
        let next = match (game.priced_move(), self.draft) {
            (Some(pending), _) if pending.in_doubt => Some((pending.cpm, "?! lost?", false)),
            (Some(pending), _) => Some((pending.cpm, "◔ sent", false)),
            (None, Some(draft)) => Some((draft, "▸ draft", true)),
            (None, None) => None,
        };
        if let Some((cpm, words, is_draft)) = next
            && let Some((row, off)) = place(cpm)
        {
            out[row].ours.insert(0, format!("{off}{} {words}", scale.told(cpm)));
            out[row].is_strong = is_draft;
            ours = Some(cpm);
        }
        let worth = |price: Option<Cpm>| price.and_then(|price| scale.worth(price));
        let gap = worth(theirs).zip(worth(ours));
        if let Some((theirs, ours)) = gap.filter(|_| !game.is_over()) {
            for (nth, row) in out.iter_mut().enumerate() {
                let label = axis.label(nth, rows);
                row.is_gap = ours.amount() < label && label < theirs.amount();
            }
        }
        out
    }
}

/// The newest of several prices in a row, and how many more there are.
fn first_of(words: &[String]) -> String {
    let first = words.first().cloned().unwrap_or_default();
    let more = words.len().saturating_sub(1);
    if more > 0 { format!("{first}, {more} more") } else { first }
}

fn spans(row: Row, wide: usize, dx: &Dx<'_>) -> Vec<Span<'static>> {
    let fill = if row.is_limit { "═" } else { " " };
    let room = wide.saturating_sub(1);
    let theirs = first_of(&row.theirs);
    let mut ours = first_of(&row.ours);
    let mut line = row.line;
    // What both sides said goes before the names of lines.
    if text::width(&theirs) + text::width(&ours) + text::width(&line) + 2 > room {
        line = String::new();
    }
    if !ours.is_empty() && line.is_empty() {
        ours.push(' ');
    }
    let theirs = text::cut(&theirs, room);
    let ours = text::cut(&ours, room.saturating_sub(text::width(&theirs)));
    let used = text::width(&theirs) + text::width(&ours) + text::width(&line);
    let limit = dx.style(Meaning::Bad);
    let lead = match (row.is_gap, row.is_limit && theirs.is_empty()) {
        (true, _) => Span::styled("▒", dx.style(Meaning::Waiting)),
        (false, true) => Span::styled(fill, limit),
        (false, false) => Span::raw(" "),
    };
    let between = fill.repeat(room.saturating_sub(used));
    let strong = dx.style(if row.is_strong { Meaning::Selected } else { Meaning::Plain });
    let line_style = if row.is_limit { limit } else { dx.style(Meaning::Dim) };
    vec![
        lead,
        Span::styled(theirs, dx.style(Meaning::Them)),
        Span::styled(between, limit),
        Span::styled(ours, strong.patch(dx.style(Meaning::Us))),
        Span::styled(line, line_style),
    ]
}
