//! Draws the read-back: what decides first, then the text as it was pasted.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{super::activation::pieces, ReadBackBox};
use crate::{
    domain::{
        ids::shown,
        money::count,
        readback::{Export, Outcome, Place, ReadBack, Row, Trouble},
        text,
    },
    tui::parts::{context::Dx, pane, popup, theme::Meaning},
};

/// How wide names of fields are.
const FIELD: usize = 12;

/// How many lines of what was pasted are shown.
const SHOWN: usize = 200;

/// How many ids of other deals are named.
const OTHERS: usize = 5;

fn size(screen: Rect) -> (u16, u16) {
    (screen.width.min(110), screen.height.min(34))
}

/// How far it can be scrolled.
pub(super) fn most(held: &ReadBackBox, screen: Rect, dx: &Dx<'_>) -> usize {
    let (wide, high) = size(screen);
    let lines = lines(held, dx, usize::from(wide.saturating_sub(2)));
    lines.len().saturating_sub(usize::from(high.saturating_sub(2)))
}

pub(super) fn draw(held: &ReadBackBox, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
    let title = format!("READ-BACK of {}", held.deal.deal_id);
    let hint = if held.found().is_empty() {
        "ctrl-u empties it · Esc closes"
    } else {
        "ctrl-u empties it · Esc closes and notes it in the checklist"
    };
    let inside = popup::place(frame, screen, dx, &title, hint, size(screen));
    let lines = lines(held, dx, usize::from(inside.width));
    pane::lines(frame, inside, dx, lines.get(held.scroll..).unwrap_or_default());
}

/// What was found, in a few words for the checklist.
pub(super) fn in_short(back: &ReadBack) -> String {
    if back.agrees() {
        return "as agreed".to_owned();
    }
    let bad = back.rows.iter().filter(|row| !row.is_fine());
    let words = bad.map(|row| format!("{} {} (agreed {})", row.field, row.theirs, row.agreed));
    let words: Vec<_> = words.collect();
    // The money first: the rest may be cut.
    format!("{}: {}", stake(back), words.join(", "))
}

/// `at stake 500.00 USD and 1 of 92 days`.
fn stake(back: &ReadBack) -> String {
    let money = back.at_stake.map_or_else(
        || "an amount that is not known".to_owned(),
        |cost| format!("{} {}", cost.grouped(), cost.currency()),
    );
    let days = back.days_lost.map_or_else(
        || "days that are not known".to_owned(),
        |(lost, of)| format!("{lost} of {of} days"),
    );
    format!("at stake {money} and {days}")
}

fn lines(held: &ReadBackBox, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let Some(export) = &held.export else { return invitation(dx, wide) };
    let mut lines = Vec::new();
    let mut at = None;
    match export {
        Err(trouble) => {
            lines.extend(wrong(trouble, dx, wide));
            if let Some(Place::At { line, .. }) = &trouble.place {
                at = Some(*line);
            }
        }
        Ok(export) if held.found().is_empty() => lines.extend(none(held, export, dx, wide)),
        Ok(export) => {
            for back in held.found() {
                lines.extend(compared(back, export, dx, wide));
            }
            if !export.unused.is_empty() {
                let words = format!(" not read: {}", export.unused.join(", "));
                lines.extend(dim(&words, dx, wide));
            }
        }
    }
    lines.push(Line::from(""));
    lines.extend(pasted(held, at, dx, wide));
    lines
}

fn invitation(dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let words = [
        " Paste what the DSP has of this deal: its export (CSV, tabs, semicolons or JSON, with a Deal ID \
         column), or an OpenRTB bid request.",
        " It is compared field by field with what was agreed. Nothing is sent to anyone.",
        " A file: dealdesk deals readback FILE",
    ];
    words.into_iter().flat_map(|words| dim(words, dx, wide)).collect()
}

fn wrong(trouble: &Trouble, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let words = format!(" ✗ {}", text::clean(&trouble.to_string(), 400));
    let mut lines = styled(&words, Meaning::Bad, dx, wide);
    lines.extend(dim(" Paste it again: that takes the place of what is here.", dx, wide));
    lines
}

/// The deal is not there.
fn none(held: &ReadBackBox, export: &Export, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let id = &held.deal.deal_id;
    let many = export.deals.len();
    let words = format!(" ✗ {many} in this {}, none of them like {id}", export.shape);
    let mut lines = styled(&words, Meaning::Bad, dx, wide);
    let others = export.deals.iter().take(OTHERS).map(|deal| shown(&deal.deal_id));
    let others = others.map(|id| text::cut(&id, 40)).collect::<Vec<_>>().join(", ");
    let more = if many > OTHERS { " …" } else { "" };
    lines.extend(dim(&format!(" it has {others}{more}"), dx, wide));
    if let Some(harm) = export.harm() {
        lines.extend(styled(&format!(" {harm}"), Meaning::Selected, dx, wide));
    }
    let cure = " Check that the deal was set up in the DSP, and under this Deal ID.";
    lines.extend(dim(cure, dx, wide));
    lines
}

fn compared(back: &ReadBack, export: &Export, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let (mark, meaning) =
        if back.agrees() { ("✓", Meaning::Good) } else { ("✗", Meaning::Bad) };
    let word = back.stands();
    let place = format!("  ({}, {})", export.shape, text::clean(&back.place.to_string(), 60));
    let mut lines = vec![Line::from(vec![
        Span::styled(format!(" {mark} {word}"), dx.style(meaning)),
        Span::styled(place, dx.style(Meaning::Dim)),
    ])];
    let room = wide.saturating_sub(FIELD + 5);
    // The notes have what the two columns leave.
    let column = (room / 3).clamp(8, 32);
    let head = format!(
        " {} {} {}",
        text::fit("field", FIELD),
        text::fit("agreed", column),
        text::fit("in the DSP", column)
    );
    lines.push(Line::from(head).style(dx.style(Meaning::Dim)));
    for row in &back.rows {
        lines.extend(field(row, column, dx, wide));
    }
    let worth = if back.agrees() { Meaning::Plain } else { Meaning::Selected };
    lines.extend(styled(&format!(" {}", stake(back)), worth, dx, wide));
    lines
}

/// `floor        25.65            26.65            ✗ 1.00 above the agreed price`.
fn field(row: &Row, column: usize, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let (mark, meaning) = match row.outcome {
        Outcome::Agrees => ("✓", Meaning::Good),
        Outcome::Absent if row.is_fine() => ("–", Meaning::Dim),
        Outcome::Absent | Outcome::Differs | Outcome::Unreadable => ("✗", Meaning::Bad),
    };
    let note = row.note.clone().unwrap_or_default();
    let room = wide.saturating_sub(FIELD + 2 * column + 6).max(8);
    let (agreed, theirs) = (whole(&row.agreed, column), whole(&row.theirs, column));
    let notes = pane::wrap(&note, room, 0);
    let high = agreed.len().max(theirs.len()).max(notes.len()).max(1);
    let at = |lines: &[String], nth: usize| lines.get(nth).cloned().unwrap_or_default();
    let line = |nth: usize| {
        let (name, mark) = if nth == 0 { (row.field, mark) } else { ("", " ") };
        Line::from(vec![
            Span::styled(format!(" {} ", text::fit(name, FIELD)), dx.style(Meaning::Dim)),
            Span::raw(format!("{} ", text::fit(&at(&agreed, nth), column))),
            Span::raw(format!("{} ", text::fit(&at(&theirs, nth), column))),
            Span::styled(format!("{mark} {}", at(&notes, nth)), dx.style(meaning)),
        ])
    };
    (0..high).map(line).collect()
}

/// Words in a column, all of them: a long id has no spaces to break at, and its end may be what differs.
fn whole(words: &str, column: usize) -> Vec<String> {
    if words.split(' ').all(|word| text::width(word) <= column) {
        return pane::wrap(words, column, 0);
    }
    let letters = if words.is_ascii() { column } else { column / 2 };
    pieces(words, letters.max(1)).collect()
}

/// What was pasted, cleaned and numbered; `at` is the line that something is wrong with.
fn pasted(held: &ReadBackBox, at: Option<usize>, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let many = held.text.lines().count();
    if many == 0 {
        return Vec::new();
    }
    let bytes = u64::try_from(held.text.len()).unwrap_or(u64::MAX);
    let words = format!(" as it is here: {many} lines, {} bytes", count(bytes));
    let mut lines = vec![Line::from(words).style(dx.style(Meaning::Dim))];
    let first = at.map_or(0, |line| line.saturating_sub(3));
    for (nth, line) in held.text.lines().enumerate().skip(first).take(SHOWN) {
        let is_at = at == Some(nth + 1);
        let mark = if is_at { "▸" } else { " " };
        let shown = text::clean(line, wide.saturating_sub(9));
        let look = if is_at { Meaning::Bad } else { Meaning::Dim };
        let words = format!(" {mark}{:>5} {shown}", nth + 1);
        lines.push(Line::from(words).style(dx.style(look)));
    }
    if many > first + SHOWN {
        lines.push(Line::from(format!("  … {} more lines", many - first - SHOWN)));
    }
    lines
}

fn dim(words: &str, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    styled(words, Meaning::Dim, dx, wide)
}

fn styled(words: &str, meaning: Meaning, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let lines = pane::wrap(words, wide.saturating_sub(1), 2).into_iter();
    lines.map(|words| Line::from(words).style(dx.style(meaning))).collect()
}
