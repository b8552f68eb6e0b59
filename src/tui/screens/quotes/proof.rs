//! Draws the price proof: how the price should come about, line by line, against what the seller
//! charges, says and publishes; the difference and what it is worth.

use std::fmt::Write as _;

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Quotes, cells, rows::Key};
use crate::{
    desk::{QuoteRecord, judge},
    domain::{
        Cost, Currency, Proof, Verdict,
        proof::{Known, Step},
        text,
    },
    tui::parts::{context::Dx, money, pane, theme::Meaning},
};

/// How wide the panel is beside the facts.
pub(super) const WIDE: u16 = 52;

const LABEL: usize = 8;

pub(super) fn draw(quotes: &Quotes, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let Some(Key::Quote(key)) = quotes.key().filter(|_| area.height > 2) else { return };
    let (Some(record), Some(proof)) = (dx.state.quote(key), quotes.proof(key)) else { return };
    let (mark, _) = cells::weight(proof);
    let title = format!("PRICE PROOF {mark} {}", proof.verdict);
    let inside = pane::boxed(frame, area, dx, &title, "", false);
    pane::lines(frame, inside, dx, &lines(record, proof, dx, inside.width));
}

/// The whole proof.
pub(super) fn lines(
    record: &QuoteRecord,
    proof: &Proof,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let mut lines: Vec<_> = proof.steps.iter().map(|step| sum(step, dx)).collect();
    lines.push(worth(record, proof, dx));
    for found in &proof.findings {
        let bad = !matches!(found.verdict, Verdict::Match | Verdict::Rounding | Verdict::Target);
        let unsure = found.verdict == Verdict::Missing;
        let (mark, meaning) = match (bad, unsure) {
            (_, true) => ("?", Meaning::Waiting),
            (true, false) => ("✗", Meaning::Bad),
            (false, false) => ("✓", Meaning::Good),
        };
        let label = found.verdict.to_string();
        lines.extend(marked(dx, &label, (mark, meaning), &found.says, wide));
    }
    lines.extend(others(record, proof, dx, wide));
    for note in &proof.notes {
        lines.extend(marked(dx, "note", ("·", Meaning::Dim), note, wide));
    }
    lines
}

/// `tier agency   −10%    −3.20  =  28.80`.
fn sum(step: &Step, dx: &Dx<'_>) -> Line<'static> {
    let percent = match step.percent {
        Some(percent) => format!("−{}%", percent.normalize()),
        None if step.label.starts_with("tier") || step.label == "volume" => "?".to_owned(),
        None => String::new(),
    };
    let is_last = step.verdict.is_some();
    let change = step.change.filter(|change| !(is_last && change.is_zero()));
    let of = step.price.map_or(Currency::USD, |price| price.currency());
    let change = change.map_or_else(String::new, |change| money::signed(change, of));
    let price = cells::bare(step.price);
    let mut spans = vec![
        Span::raw(format!(" {} ", text::fit(&step.label, 16))),
        Span::raw(text::fit_right(&percent, 6)),
        Span::raw(text::fit_right(&change, 9)),
        Span::raw(format!("  = {price:>8}")),
    ];
    if let Some(verdict) = step.verdict {
        let (mark, meaning) = match verdict {
            Verdict::Match | Verdict::Rounding | Verdict::Target => ("✓", Meaning::Good),
            Verdict::Missing => ("?", Meaning::Waiting),
            Verdict::Kit | Verdict::Words | Verdict::Tier | Verdict::Sum => ("✗", Meaning::Bad),
        };
        spans.push(Span::styled(format!(" {mark}"), dx.style(meaning)));
    }
    Line::from(spans)
}

/// The difference that the verdict is about, per thousand and over all impressions.
fn worth(record: &QuoteRecord, proof: &Proof, dx: &Dx<'_>) -> Line<'static> {
    let (mark, meaning) = cells::weight(proof);
    let mut words = format!("{mark} {}", proof.verdict);
    if let Some(difference) = proof.difference.filter(|difference| !difference.is_zero()) {
        let worth = proof.worth.map_or_else(
            || money::UNKNOWN.to_owned(),
            |worth| {
                let amount = Cost::new(worth.amount().abs(), worth.currency());
                money::cost(Some(amount), record.quote.terms.guaranteed)
            },
        );
        let side = if difference.is_sign_negative() { "less" } else { "more" };
        let of = record.quote.pricing.cpm().map_or(Currency::USD, |price| price.currency());
        let amount = crate::domain::money::grouped_in(difference.abs(), of);
        let _ = write!(words, ": {amount} CPM {side}, worth {worth}");
    }
    let looks = dx.style(meaning);
    pane::fact(dx, "verdict", LABEL, vec![Span::styled(words, looks)])
}

/// What was held against it and agrees, or could not be: a proof shows what it looked at.
fn others(record: &QuoteRecord, proof: &Proof, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let found = |verdict| proof.findings.iter().any(|found| found.verdict == verdict);
    let known = judge::known(dx.state, record);
    let mut lines = Vec::new();
    let pricing = &record.quote.pricing;
    if !found(Verdict::Words) {
        let read = crate::domain::proof::Words::read(&pricing.rationale).is_some();
        let (mark, words) = match (pricing.rationale.is_empty(), read) {
            (true, _) => (("?", Meaning::Dim), "the seller gave none"),
            (false, true) => (("✓", Meaning::Good), "the rationale agrees with the numbers"),
            (false, false) => (("?", Meaning::Dim), "they name no numbers to compare"),
        };
        lines.extend(marked(dx, "words", mark, words, wide));
    }
    if !found(Verdict::Tier) {
        let told = known.told.map_or_else(|| money::UNKNOWN.to_owned(), |tier| tier.to_string());
        let given = record.quote.buyer_tier;
        let mark = if given.is_some() { ("✓", Meaning::Good) } else { ("?", Meaning::Dim) };
        let given = given.map_or_else(|| money::UNKNOWN.to_owned(), |tier| tier.to_string());
        let words = format!("we told {told}, they gave {given}");
        lines.extend(marked(dx, "tier", mark, &words, wide));
    }
    if !found(Verdict::Kit) {
        let (mark, words) = kit(&known);
        lines.extend(marked(dx, "kit", mark, &words, wide));
    }
    if let Some(target) = known.target.filter(|_| !found(Verdict::Target)) {
        let met = pricing.cpm().is_some_and(|price| price <= target);
        let words =
            format!("{} was sent as a hint: {}", target, if met { "met" } else { "not met" });
        lines.extend(marked(dx, "target", ("·", Meaning::Dim), &words, wide));
    }
    lines
}

fn kit(known: &Known) -> ((&'static str, Meaning), String) {
    let kit = &known.kit;
    match (kit.list, kit.exact, &kit.range) {
        (Some(list), _, _) => (("✓", Meaning::Good), format!("the catalogue lists {list}")),
        (None, Some(exact), _) => (("✓", Meaning::Good), format!("the kit's price is {exact}")),
        (None, None, Some(range)) => (("✓", Meaning::Good), format!("the kit's range is {range}")),
        (None, None, None) => {
            (("?", Meaning::Dim), "nothing is published of this product".to_owned())
        }
    }
}

fn marked(
    dx: &Dx<'_>,
    label: &str,
    mark: (&str, Meaning),
    words: &str,
    wide: u16,
) -> Vec<Line<'static>> {
    pane::marked(dx, (label, LABEL), mark, words, usize::from(wide).saturating_sub(LABEL + 3))
}
