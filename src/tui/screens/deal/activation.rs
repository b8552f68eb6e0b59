//! The words of a deal's way into the DSP: the block as it came, what was found in it, the steps of one
//! DSP, and what of them is done.

use ratatui::text::{Line, Span};

use crate::{
    desk::{Command, DealRecord, judge},
    domain::{
        DealRef, DealStatus,
        activation::{self, Dsp, Item, Owner, Severity, Taken},
        text,
    },
    tui::parts::{
        clock,
        context::{Cx, Dx},
        json, pane,
        theme::Meaning,
    },
};

/// How wide the names of the checklist's items are.
const ITEM: usize = 19;

/// The words of a deal's block, made once for each change of the deal: a seller may send megabytes.
#[derive(Debug, Default)]
pub(super) struct Block {
    made: Option<(DealRef, Option<u32>, usize)>,
    head: Vec<Line<'static>>,
    /// The block as received, in lines, with where each ends.
    text: String,
    ends: Vec<usize>,
    /// How often it was made.
    #[cfg(test)]
    pub(super) times: usize,
}

impl Block {
    /// Makes it anew if the deal, or the width, is another.
    pub(super) fn update(&mut self, dx: &Dx<'_>, record: &DealRecord, wide: usize) {
        let key = record.reference();
        let version = dx.state.deals.version(&key);
        let made = Some((key, version, wide));
        if self.made == made {
            return;
        }
        self.made = made;
        #[cfg(test)]
        (self.times += 1);
        self.head = lint(dx, record, wide);
        self.head.push(Line::from(""));
        (self.text, self.ends) = (String::new(), Vec::new());
        let Some(raw) = activation::as_received(&record.deal) else {
            self.head.push(Line::from(" This seller sent no activation block; ask it for one."));
            return;
        };
        self.head.push(Line::from(" as received:").style(dx.style(Meaning::Dim)));
        let room = wide.saturating_sub(3).max(8);
        self.text.reserve(raw.len() + raw.len() / 8);
        for line in json::lines(raw) {
            // Long values go on in the next line: nothing of the block is hidden. Escaped, each letter
            // is a byte.
            let shown = json::escaped(&line);
            let mut from = 0;
            while from < shown.len() {
                let to = shown.len().min(from + room);
                self.text.push_str(&shown[from..to]);
                self.ends.push(self.text.len());
                from = to;
            }
        }
    }

    /// How many lines it has.
    pub(super) fn len(&self) -> usize {
        self.head.len() + self.ends.len()
    }

    /// So many lines from one on: what was found first, then the block as it came: what is wrong must
    /// not lie below a long block.
    pub(super) fn lines(&self, from: usize, many: usize) -> Vec<Line<'static>> {
        let below = (from + many).saturating_sub(self.head.len()).min(self.ends.len());
        let places = from.saturating_sub(self.head.len())..below;
        let shown = places.map(|place| {
            let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
            Line::from(format!("  {}", &self.text[start..self.ends[place]]))
        });
        self.head.iter().skip(from).take(many).cloned().chain(shown).collect()
    }
}

/// A line in pieces of `room` letters.
pub(super) fn pieces(line: &str, room: usize) -> impl Iterator<Item = String> {
    let letters: Vec<char> = line.chars().collect();
    let pieces: Vec<String> =
        letters.chunks(room).map(|piece| piece.iter().collect::<String>()).collect();
    pieces.into_iter()
}

/// The lint: gravest first, each with who can put it right.
fn lint(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    let mut found = activation::lint(&record.deal, &judge::bought(dx.state, record));
    found.sort_by_key(|found| std::cmp::Reverse(found.severity));
    let mut lines = Vec::new();
    for found in found {
        let (mark, meaning) = match found.severity {
            Severity::Pass => ("✓", Meaning::Good),
            Severity::Info => ("·", Meaning::Dim),
            Severity::Warn => ("!", Meaning::NeedsMe),
            Severity::Error => ("✗", Meaning::Bad),
        };
        let whose = match found.owner {
            Owner::Nobody => String::new(),
            Owner::Us => " (yours to fix)".to_owned(),
            Owner::Dsp => " (to fix in the DSP)".to_owned(),
            Owner::Seller => " (the seller's to fix)".to_owned(),
        };
        let words = format!("{}{whose}", text::clean(&found.says, 400));
        for (nth, words) in pane::wrap(&words, wide.saturating_sub(16), 0).into_iter().enumerate() {
            let (mark, field) = if nth == 0 { (mark, found.field) } else { (" ", "") };
            lines.push(Line::from(vec![
                Span::styled(format!(" {mark} "), dx.style(meaning)),
                Span::styled(text::fit(field, 11), dx.style(Meaning::Dim)),
                Span::raw(format!(" {words}")),
            ]));
        }
    }
    lines
}

/// The seller's words, then the checklist, then the steps of one DSP with the deal's own values.
pub(super) fn steps(
    dx: &Dx<'_>,
    record: &DealRecord,
    dsp: Option<&Dsp>,
    wide: usize,
) -> Vec<Line<'static>> {
    let room = wide.saturating_sub(5).max(10);
    if record.came_to_nothing() {
        return nothing_to_do(dx, record, wide);
    }
    let mut lines = instructions(dx, record, room);
    if !lines.is_empty() {
        lines.push(Line::from(""));
    }
    lines.extend(checklist(dx, record, wide));
    lines.push(Line::from(""));
    if let Some(dsp) = dsp {
        let filled = dsp.filled(&judge::bought(dx.state, record));
        for (nth, step) in filled.into_iter().enumerate() {
            let words = pane::wrap(&step.says, room, 0).into_iter().enumerate();
            lines.extend(words.map(|(line, words)| {
                let number = if line == 0 { format!("{:>2}", nth + 1) } else { "  ".to_owned() };
                Line::from(format!(" {number} {words}"))
            }));
            if let Some(field) = step.field {
                let value = step.value.map_or_else(
                    || "? (not known here)".to_owned(),
                    |value| crate::domain::ids::shown(&value).into_owned(),
                );
                let value =
                    if value.contains("\\u") { format!("{value} (escaped)") } else { value };
                lines.push(Line::from(vec![
                    Span::raw("    "),
                    Span::styled(format!("{field} "), dx.style(Meaning::Dim)),
                    Span::styled(value, dx.style(Meaning::Selected)),
                ]));
            }
        }
    }
    lines
}

/// A deal that came to nothing is not activated. What was done for it before is told: it may have to be
/// undone.
fn nothing_to_do(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    let done: Vec<_> = Item::all().filter(|item| taken(record, *item).is_some()).collect();
    let mut words = format!("nothing to activate: the deal is {}", record.deal.status);
    if !done.is_empty() {
        words.push_str("; what was done for it may have to be undone in the DSP:");
    }
    let words = pane::wrap(&words, wide.saturating_sub(2), 0).into_iter();
    let mut lines: Vec<_> = words.map(|words| Line::from(format!(" {words}"))).collect();
    for item in done {
        lines.extend(checked(dx, record, item, wide));
    }
    lines
}

/// What the seller says is to be done: it knows its own deal.
fn instructions(dx: &Dx<'_>, record: &DealRecord, room: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (name, words) in &record.deal.activation_instructions {
        let words = format!("{} says for {}: {words}", record.deal.seller, text::clean(name, 20));
        let words = pane::wrap(&text::clean(&words, 2_000), room, 0).into_iter();
        lines.extend(
            words.map(|words| Line::from(format!(" {words}")).style(dx.style(Meaning::Them))),
        );
    }
    lines
}

/// How an item of the checklist stands.
pub(super) fn taken(record: &DealRecord, item: Item) -> Option<Taken<'_>> {
    activation::taken(&record.activation, item)
}

/// Keeps that a step was taken, once: the same thing twice in a row is no news.
pub(super) fn note(deal: &DealRef, step: String, says: String, cx: &mut Cx<'_>) {
    let known = cx.state.deals.get(deal).is_some_and(|record| {
        let newest = record.activation.iter().rev().find(|(other, _, _)| *other == step);
        newest.is_some_and(|(_, before, _)| *before == says)
    });
    if !cx.state.setup.read_only && !known {
        cx.command(Command::Activate { deal: deal.clone(), step, says });
    }
}

/// Items that are not done although the deal delivers by now.
pub(super) fn overdue(record: &DealRecord) -> usize {
    if record.deal.status != DealStatus::Active {
        return 0;
    }
    Item::all().filter(|item| !taken(record, *item).is_some_and(|taken| taken.done)).count()
}

fn checklist(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let late = overdue(record);
    if late > 0 {
        let words = format!(" ! the deal is active and {late} of these are not done");
        lines.push(Line::from(words).style(dx.style(Meaning::NeedsMe)));
    }
    for item in Item::all() {
        lines.extend(checked(dx, record, item, wide));
    }
    lines
}

/// `[x] copied             14:27 as received`; `[✗]` where it was tried and is not as it should be.
pub(super) fn checked(
    dx: &Dx<'_>,
    record: &DealRecord,
    item: Item,
    wide: usize,
) -> Vec<Line<'static>> {
    let (mark, words, meaning) = match taken(record, item) {
        Some(Taken { done, says, at }) => {
            let (mark, look) = if done { ("[x]", Meaning::Good) } else { ("[✗]", Meaning::Bad) };
            (mark, format!("{} {}", clock::moment(at, dx.now), text::clean(says, 400)), look)
        }
        None => ("[ ]", String::new(), Meaning::Plain),
    };
    let words = pane::wrap(&words, wide.saturating_sub(ITEM + 6).max(10), 0);
    let line = |(nth, words): (usize, String)| {
        let (mark, name) = if nth == 0 { (mark, item.words()) } else { ("   ", "") };
        Line::from(vec![
            Span::styled(format!(" {mark} "), dx.style(meaning)),
            Span::raw(text::fit(name, ITEM)),
            Span::styled(words, dx.style(Meaning::Dim)),
        ])
    };
    words.into_iter().enumerate().map(line).collect()
}
