//! The words of a deal's panes.

use jiff::Timestamp;
use ratatui::text::{Line, Span};
use rust_decimal::Decimal;

use crate::{
    desk::{DealRecord, MatchStatus, judge},
    domain::{Cost, Cpm, DealStatus, text},
    tui::parts::{clock, context::Dx, countdown, facts, money, theme::Meaning},
};

/// When the deal's status is read next, if this process reads it.
pub(super) fn next_poll(dx: &Dx<'_>, record: &DealRecord) -> Option<Timestamp> {
    let index = dx.state.deals.get_index_of(&record.reference())?;
    dx.state.polls.at(index).filter(|_| dx.state.setup.is_host)
}

/// How the reading of a deal's status goes: a failed check never changes the status.
pub(crate) fn polls(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    let index = dx.state.deals.get_index_of(&record.reference());
    let polling = index.and_then(|index| dx.state.polling.get(&index));
    let checked = polling.and_then(|polling| polling.checked_at);
    let last = checked
        .map_or_else(|| "not checked yet".to_owned(), |at| format!("checked {}", clock::time(at)));
    let next = match next_poll(dx, record) {
        Some(at) if at > dx.now => {
            format!(" · next {}", countdown::left(at.duration_since(dx.now)))
        }
        Some(_) => " · next now".to_owned(),
        None if record.deal.status.is_over() => " · over, no longer checked".to_owned(),
        None => String::new(),
    };
    let mut lines = vec![facts::plain(dx, "poll", format!("{last}{next}"))];
    if let Some(error) = polling.and_then(|polling| polling.error.as_deref()) {
        let words = format!("the newest check failed: {error}; the status is the last one known");
        lines.extend(facts::wrapped(dx, "", &words, wide));
    }
    lines
}

/// Both statuses, what was bought, what it costs, what was saved.
pub(super) fn terms(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    let deal = &record.deal;
    let raw = text::clean(&deal.raw_status, 30);
    let good = record.differences.is_empty();
    let (mark, meaning) = if good { ("✓", Meaning::Good) } else { ("✗", Meaning::Bad) };
    let theirs = crate::tui::parts::stage::meaning(record.stage());
    let mut lines = vec![Line::from(vec![
        Span::styled(" ours   ", dx.style(Meaning::Dim)),
        Span::styled(
            format!("{} {mark}", record.ours.to_string().to_uppercase()),
            dx.style(meaning),
        ),
        Span::styled("   theirs ", dx.style(Meaning::Dim)),
        Span::styled(raw.to_uppercase(), dx.style(theirs)),
        Span::raw(record.last_change().map_or_else(String::new, |change| {
            format!(" (was {} {})", text::clean(&change.from, 20), clock::time(change.at))
        })),
    ])];
    lines.push(rail(dx, deal.status));
    lines.extend(facts::differences(dx, &record.differences));
    if record.ours == MatchStatus::Booked && record.came_to_nothing() {
        let words = format!("! we hold it booked, {} says {raw}", deal.seller);
        lines.push(facts::coloured(dx, "differs", words, Meaning::Bad));
    }
    let kind = deal.deal_type.map_or_else(
        || format!("{} (not a kind we know)", text::clean(&deal.raw_deal_type, 20)),
        |kind| format!("{kind}, {}", kind.words()),
    );
    let tier = deal.buyer_tier.map_or_else(|| money::UNKNOWN.to_owned(), |tier| tier.to_string());
    let quote =
        deal.quote_id.as_ref().map_or_else(|| money::UNKNOWN.to_owned(), ToString::to_string);
    lines.push(facts::plain(dx, "type", kind));
    lines.push(facts::plain(dx, "tier", format!("{tier}   quote {quote}")));
    lines.extend(facts::wrapped(dx, "price", &judge::deal_price_in_words(record), wide));
    lines.push(facts::plain(dx, "agreed", record.agreed.to_string()));
    lines.push(facts::plain(dx, "terms", facts::terms(&deal.terms)));
    let guaranteed = deal.terms.guaranteed;
    let all = if guaranteed { "" } else { " if all is delivered," };
    let cost = money::cost(deal.cost(), guaranteed);
    let words = format!("{cost}{all} {}", facts::guaranteed(&deal.terms));
    lines.push(facts::plain(dx, "cost", words));
    lines.extend(saved(dx, record, wide));
    lines.extend(facts::wrapped(dx, "runner-up", &covered(record), wide));
    lines.extend(polls(dx, record, wide));
    lines.push(facts::plain(
        dx,
        "booked",
        format!("{} with ticket {}", moment(record.booked_at), record.ticket),
    ));
    if let Some(at) = deal.expires_at {
        lines.push(facts::plain(
            dx,
            "expires",
            format!("{} on their clock, if it is never activated", moment(at)),
        ));
    }
    for change in &record.transitions {
        let from = if change.from.is_empty() { "—" } else { &change.from };
        let words = format!(
            "{} {from} → {} by {} {}",
            moment(change.at),
            change.to,
            change.by,
            change.notes
        );
        lines.push(facts::plain(dx, "status", text::clean(&words, 200)));
    }
    lines
}

fn moment(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%m-%d %H:%M:%S").to_string()
}

/// What the runner-up asked when it was decided, and what is saved against it.
fn covered(record: &DealRecord) -> String {
    let Some(cover) = &record.cover else {
        return "none: no other seller's offer stood beside it".to_owned();
    };
    let name = format!("{} {} ({})", cover.seller, cover.cpm, cover.quote_id);
    if record.came_to_nothing() {
        return name;
    }
    let assumed = if cover.effective == cover.cpm && Some(cover.ours) == record.deal.pricing.cpm() {
        String::new()
    } else {
        format!(", in effect {} against {}", cover.effective, cover.ours)
    };
    let Some(saves) = cover.saves() else { return format!("{name}{assumed}") };
    let side = if saves.is_sign_negative() { "over" } else { "under" };
    let per = Cpm::new(saves.abs(), cover.ours.currency());
    let all = record.deal.terms.impressions.map(|imps| per.cost(imps));
    let all = all.map_or_else(String::new, |all| format!(", {} in all", all.in_full()));
    format!("{per} {side} {name}{all}{assumed}")
}

/// What the price is under the list price and under the first quote, if it is another. A deal that came to
/// nothing saved nothing.
fn saved(dx: &Dx<'_>, record: &DealRecord, wide: usize) -> Vec<Line<'static>> {
    if record.came_to_nothing() {
        return Vec::new();
    }
    let (terms, price) = (&record.deal.terms, record.deal.pricing.cpm());
    let against = |name: &str, other: Option<Cpm>| {
        let (other, price) = (other?, price?);
        let per = other.minus(&price).filter(|per| !per.is_zero())?;
        let side = if per.is_sign_positive() { "under" } else { "over" };
        let all = terms.impressions.and_then(|imps| other.cost(imps).minus(&price.cost(imps)));
        let of = price.currency();
        let told = |amount: Decimal| Cost::new(amount.abs(), of).in_full();
        let all = all.map_or_else(String::new, |all| format!(", {} in all", told(all)));
        Some(format!("{} {side} {name}{all}", told(per)))
    };
    let parts = [
        against("the list price", record.deal.pricing.base_cpm),
        against("the first quote", record.first_quoted),
    ];
    let label = |nth| if nth == 0 { "saved" } else { "" };
    let words = parts.into_iter().flatten().enumerate();
    words.flat_map(|(nth, words)| facts::wrapped(dx, label(nth), &words, wide)).collect()
}

/// Where the deal is on its way.
fn rail(dx: &Dx<'_>, status: DealStatus) -> Line<'static> {
    let way = [DealStatus::Proposed, DealStatus::Active, DealStatus::Completed];
    let Some(here) = way.iter().position(|stop| *stop == status) else {
        return Line::from(format!(" proposed ━━━━━━ {status}")).style(dx.style(Meaning::Dim));
    };
    let mut spans = vec![Span::raw(" ")];
    for (nth, stop) in way.iter().enumerate() {
        let line = if nth <= here { "━━━━━━" } else { "┄┄┄┄┄┄" };
        if nth > 0 {
            spans.push(Span::styled(format!(" {line} "), dx.style(Meaning::Dim)));
        }
        let (mark, meaning) = match nth.cmp(&here) {
            std::cmp::Ordering::Less => ("✓", Meaning::Good),
            std::cmp::Ordering::Equal => ("●", Meaning::NeedsMe),
            std::cmp::Ordering::Greater => ("○", Meaning::Dim),
        };
        spans.push(Span::styled(format!("{mark} {stop}"), dx.style(meaning)));
    }
    Line::from(spans)
}
