//! What is known of the row under the cursor, the most important first.

use ratatui::text::Line;

use crate::{
    desk::{DealRecord, OnBoard as _, QuoteRecord, judge},
    domain::{made::made, text},
    tui::parts::{clock, context::Dx, facts, money, theme::Meaning},
};

/// The lines of a quote.
pub(super) fn quote(
    dx: &Dx<'_>,
    record: &QuoteRecord,
    wide: usize,
    brief: bool,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(booking) = facts::unknown_booking(dx, record) {
        lines.extend(facts::unknown(dx, booking, wide, brief));
        return lines;
    }
    if let Some(booking) = record.booking(dx.state) {
        lines.extend(facts::differences(dx, &booking.differences));
    }
    lines.extend(talks(dx, record));
    lines.extend(facts::quote(dx, record, wide, brief));
    lines
}

/// Where a negotiation stands, in one line.
fn talks(dx: &Dx<'_>, record: &QuoteRecord) -> Option<Line<'static>> {
    let game = record.negotiation.as_ref()?;
    let price = |cpm: Option<crate::domain::Cpm>| {
        cpm.map_or_else(|| money::NONE.to_owned(), |cpm| cpm.plain())
    };
    let gap = game.gap().map_or_else(|| money::NONE.to_owned(), |gap| gap.to_string());
    let left = game.rounds_left.map_or_else(String::new, |left| format!(" · {left} rounds left"));
    let words = format!(
        "round {} · theirs {} · ours {} · gap {gap}{left} · {}",
        game.played(),
        price(game.their_last()),
        price(game.our_last()),
        game.outcome,
    );
    Some(facts::coloured(dx, "talks", words, Meaning::Us))
}

/// The lines of a deal.
pub(super) fn deal(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    let deal = &record.deal;
    let mut lines = facts::differences(dx, &record.differences);
    if !lines.is_empty() {
        let note = dx.key("copy note");
        let words = format!(
            "{note} copies a note for the seller; it counts as spent, and nothing more is sent"
        );
        lines.push(facts::plain(dx, "now", words));
    }
    lines.push(facts::plain(
        dx,
        "status",
        format!("ours {} · theirs {}", record.ours, text::clean(&deal.raw_status, 30)),
    ));
    if let Some(change) = record.last_change() {
        let words = format!("{} {} → {}", clock::time(change.at), change.from, change.to);
        lines.push(facts::plain(dx, "change", text::clean(&words, 200)));
    }
    let price = format!("{} · agreed {}", judge::deal_price_in_words(record), record.agreed);
    lines.extend(facts::wrapped(dx, "price", &price, wide));
    lines.push(facts::plain(
        dx,
        "cost",
        format!(
            "{} {}  {}",
            money::cost(deal.cost(), deal.terms.guaranteed),
            facts::guaranteed(&deal.terms),
            facts::terms(&deal.terms)
        ),
    ));
    lines.extend(crate::tui::screens::deal::polls(dx, record, wide));
    lines.push(facts::plain(
        dx,
        "next",
        format!("{} opens activation, terms and the audit trail", dx.key("open")),
    ));
    let said = (deal.created_at, deal.calls_itself.as_deref());
    if let Some(made) = made(said, dx.state.skew(&deal.seller), dx.now) {
        lines.extend(facts::wrapped(dx, "made", &made, wide));
    }
    lines
}
