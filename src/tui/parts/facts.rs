//! What is known of a quote, a booking or a deal, in labelled lines; every number as it was sent.

use ratatui::text::{Line, Span};

use super::{clock, countdown, money, pane};
use crate::{
    desk::{
        self, BoardRow, BookingRecord, BookingState, Due, InFlight, QuoteRecord, judge, rivals,
        state::Purpose,
    },
    domain::{QuoteRef, Skew, Terms, ids, text},
    tui::parts::{context::Dx, theme::Meaning},
};

/// How wide labels are.
pub(crate) const LABEL: usize = 8;

/// A labelled line of plain words.
pub(crate) fn plain(dx: &Dx<'_>, label: &str, words: impl Into<String>) -> Line<'static> {
    pane::fact(dx, label, LABEL, vec![Span::raw(words.into())])
}

/// A labelled line in one colour.
pub(crate) fn coloured(
    dx: &Dx<'_>,
    label: &str,
    words: impl Into<String>,
    meaning: Meaning,
) -> Line<'static> {
    pane::fact(dx, label, LABEL, vec![Span::styled(words.into(), dx.style(meaning))])
}

/// Words of any length under one label, wrapped to `wide` cells.
pub(crate) fn wrapped(
    dx: &Dx<'_>,
    label: &str,
    words: &str,
    wide: impl Into<usize>,
) -> Vec<Line<'static>> {
    pane::facts(dx, (label, LABEL), words, wide.into().saturating_sub(LABEL + 3))
}

/// `guaranteed`, or not.
pub(crate) fn guaranteed(terms: &Terms) -> &'static str {
    if terms.guaranteed { "guaranteed" } else { "not guaranteed" }
}

/// That a quote is a second choice which is gone too soon: `! the second choice of …`.
pub(crate) fn gap(gaps: &rivals::Gaps, key: &QuoteRef) -> Option<String> {
    let (first, short) = gaps.get(key)?;
    Some(format!(
        "! the second choice of {} ({}), gone {} before that can settle",
        first.seller,
        first.quote_id,
        super::countdown::span(*short)
    ))
}

/// The trigger that is armed on a quote or on what competes with it, with the time it has left.
pub(crate) fn trigger(dx: &Dx<'_>, key: &QuoteRef) -> Option<String> {
    let armed = desk::trigger_over(dx.state, key)?;
    let left = countdown::left(armed.terms.until.duration_since(dx.now));
    let of =
        if armed.quote == *key { String::new() } else { format!(" on {}", armed.quote.quote_id) };
    let lets_go = dx.key("trigger");
    Some(format!("▶ {left}, {lets_go} lets it go: {}{of}, {}", armed.id, armed.terms))
}

/// `500,000 imps 2026-07-01 → 2026-09-30`.
pub(crate) fn terms(terms: &Terms) -> String {
    let day = |day: &Option<String>| {
        day.as_deref().map_or_else(|| money::UNKNOWN.to_owned(), |day| text::clean(day, 12))
    };
    format!(
        "{} imps {} → {}",
        money::impressions(terms.impressions),
        day(&terms.flight_start),
        day(&terms.flight_end),
    )
}

/// The limits against a quote at its price, each with its mark.
pub(crate) fn limits(dx: &Dx<'_>, record: &QuoteRecord) -> Vec<Line<'static>> {
    let checks = checks(dx, record);
    let label = |nth| if nth == 0 { "limits" } else { "" };
    checks
        .into_iter()
        .enumerate()
        .map(|(nth, check)| {
            let (mark, meaning) =
                if check.ok { ("✓", Meaning::Good) } else { ("✗", Meaning::Bad) };
            let words = format!(" {}", check.says);
            let spans = vec![Span::styled(mark, dx.style(meaning)), Span::raw(words)];
            pane::fact(dx, label(nth), LABEL, spans)
        })
        .collect()
}

/// The desk's limits against a quote at its price; none where it has no price.
pub(crate) fn checks(dx: &Dx<'_>, record: &QuoteRecord) -> Vec<crate::domain::Check> {
    let Some(cpm) = record.price() else { return Vec::new() };
    desk::limit_checks(dx.state, &record.quote, (cpm, record.cost()), dx.now, None)
}

/// How a check of a quote's terms looks that stops a ticket, or that it asks about or warns of.
pub(crate) fn doubt(check: &crate::domain::Check) -> (&'static str, Meaning) {
    if check.stops() { ("✗", Meaning::Bad) } else { ("!", Meaning::NeedsMe) }
}

/// The gravest of what a quote's ticket would stop at, ask about or warn of in its terms.
pub(crate) fn gravest_doubt(dx: &Dx<'_>, record: &QuoteRecord) -> Option<crate::domain::Check> {
    let mut doubts = desk::doubts_of(dx.state, record, dx.now);
    let gravest = doubts.iter().position(crate::domain::Check::stops).unwrap_or(0);
    (gravest < doubts.len()).then(|| doubts.swap_remove(gravest))
}

/// What of a quote's terms its ticket would stop at, ask about or warn of.
pub(crate) fn doubts(dx: &Dx<'_>, record: &QuoteRecord, wide: usize) -> Vec<Line<'static>> {
    let doubts = desk::doubts_of(dx.state, record, dx.now);
    let lines = doubts.iter().flat_map(|check| {
        let words = format!("{} {}", doubt(check).0, check.says);
        wrapped(dx, &check.name, &words, wide)
    });
    lines.collect()
}

/// `12,610.00 USD`.
pub(crate) fn amount(cost: crate::domain::Cost) -> String {
    cost.in_full()
}

/// The price as it stands: their newest offer while it is negotiated, else the agreed or quoted one.
pub(crate) fn standing(record: &QuoteRecord) -> Option<crate::domain::Cpm> {
    record.standing()
}

/// What a quote costs at the price as it stands.
pub(crate) fn standing_cost(record: &QuoteRecord) -> Option<crate::domain::Cost> {
    Some(standing(record)?.cost(record.quote.terms.impressions?))
}

/// Everything about a quote that can still become a deal, or no longer can. In little room (`brief`)
/// limits that hold share one line.
pub(crate) fn quote(
    dx: &Dx<'_>,
    record: &QuoteRecord,
    wide: usize,
    brief: bool,
) -> Vec<Line<'static>> {
    let quote = &record.quote;
    let tier = quote.buyer_tier.map_or_else(|| money::UNKNOWN.to_owned(), |tier| tier.to_string());
    let mut lines = vec![
        plain(
            dx,
            "status",
            format!(
                "{} · tier {tier} · {}",
                text::clean(&quote.raw_status, 20),
                quote.deal_type.words()
            ),
        ),
        plain(
            dx,
            "cost",
            format!(
                "{} {}  {}",
                money::cost(standing_cost(record), quote.terms.guaranteed),
                guaranteed(&quote.terms),
                terms(&quote.terms)
            ),
        ),
        expiry(dx, record),
    ];
    let price = wrapped(dx, "price", &judge::price_in_words(record), wide);
    lines.splice(1..1, price);
    if let Some(agreed) = record.agreed {
        lines.insert(1, coloured(dx, "agreed", agreed.to_string(), Meaning::Good));
    }
    if let Some(before) = record.price_before {
        let moved = record.price().and_then(|price| price.minus(&before));
        let moved = moved
            .map_or_else(String::new, |by| format!(" ({})", money::signed(by, before.currency())));
        let words = format!("{before}, in the quote it replaced{moved}");
        lines.push(plain(dx, "before", words));
    }
    if let Some(booking) = record.ticket.as_ref().and_then(|id| dx.state.bookings.get(id)) {
        lines.extend(outcome(dx, booking, wide));
    }
    if let Some(error) = &record.requote_error {
        lines.push(coloured(dx, "re-quote", text::clean(error, 200), Meaning::Bad));
    }
    if record.is_open() && brief {
        let checks = checks(dx, record);
        let failed = checks.iter().find(|check| !check.ok);
        let line = match failed {
            Some(failed) => coloured(dx, "limits", format!("✗ {}", failed.says), Meaning::Bad),
            None => coloured(dx, "limits", "✓ all of them hold", Meaning::Good),
        };
        lines.insert(2.min(lines.len()), line);
    } else if record.is_open() {
        lines.extend(limits(dx, record));
    }
    if !quote.pricing.rationale.is_empty() {
        lines.extend(wrapped(dx, "words", &format!("“{}”", quote.pricing.rationale), wide));
    }
    lines
}

fn expiry(dx: &Dx<'_>, record: &QuoteRecord) -> Line<'static> {
    let at = clock::time(record.quote.expires_at);
    let left = dx.state.left(record, dx.now);
    let skew = match dx.state.skew(&record.quote.seller) {
        Some(skew) if clock_shows(skew) => format!(" (skew {})", clock_off(skew)),
        Some(_) => String::new(),
        None => " (their clock is not known yet)".to_owned(),
    };
    let words = if left.is_negative() {
        format!("expired {} at {at}Z by their clock{skew}", countdown::ago(-left))
    } else {
        // The end of the time in which a booking would still arrive (safety.md S14).
        let guard = desk::booking_guard(dx.state, &record.quote.seller);
        let closes = match record.quote.expires_at.checked_sub(guard) {
            Ok(closes) if record.is_open() => format!(" · booking closes {}Z", clock::time(closes)),
            Ok(_) | Err(_) => String::new(),
        };
        format!("{at}Z by their clock{skew} · {}{closes}", countdown::left(left))
    };
    plain(dx, "expires", words)
}

/// Whether a clock is off by what matters beside a countdown: it cannot be right, and by a second or more.
pub(crate) fn clock_shows(skew: Skew) -> bool {
    skew.is_off_by(0) && skew.middle_ms().abs() >= 1_000
}

/// How far a clock is off, in the middle of what it can be; `~0s` where it may well be right.
pub(crate) fn clock_off(skew: Skew) -> String {
    if skew.is_off_by(0) { self::skew(skew.middle_ms()) } else { "~0s".to_owned() }
}

/// `+1.8s`.
pub(crate) fn skew(milliseconds: i64) -> String {
    let tenths = (milliseconds.abs() + 50) / 100;
    let sign = if milliseconds < 0 { "−" } else { "+" };
    format!("{sign}{}.{}s", tenths / 10, tenths % 10)
}

/// How a booking ended, where it did not become a deal.
fn outcome(dx: &Dx<'_>, booking: &BookingRecord, wide: usize) -> Vec<Line<'static>> {
    let says = booking.says.as_deref().unwrap_or("no words came");
    let cure = booking.cure.as_deref().filter(|cure| !cure.is_empty());
    let words = format!("{} {}: {says}", clock::time(booking.at), booking.state);
    let mut lines = wrapped(dx, "booking", &words, wide);
    lines.extend(cure.map(|cure| plain(dx, "next", cure.to_owned())));
    lines
}

/// Everything about a booking whose outcome nobody knows, or that the seller has not decided: what left,
/// what was learnt, what is safe. In little room (`brief`) each on one line.
pub(crate) fn unknown(
    dx: &Dx<'_>,
    booking: &BookingRecord,
    wide: usize,
    brief: bool,
) -> Vec<Line<'static>> {
    let put = |label: &str, words: &str| {
        if brief { vec![plain(dx, label, words)] } else { wrapped(dx, label, words, wide) }
    };
    let says = booking.says.as_deref().unwrap_or("no reply came");
    let left = format!("it left us {} (by {}); {says}", clock::time(booking.at), booking.by);
    let waits = booking.state == BookingState::Waiting;
    let (head, meaning) =
        if waits { ("WAITING", Meaning::Waiting) } else { ("UNKNOWN", Meaning::Unknown) };
    let mut lines = put(head, &left);
    if let Some(first) = lines.first_mut().and_then(|line| line.spans.first_mut()) {
        first.style = dx.style(meaning);
    }
    let from = booking.evidence.len().saturating_sub(if brief { 1 } else { 3 });
    for (nth, seen) in booking.evidence.iter().enumerate().skip(from) {
        let ago = countdown::ago(dx.now.duration_since(seen.at));
        let words = format!("{} ({ago}) {} → {}", clock::time(seen.at), seen.looked_at, seen.says);
        let label = if nth == from { "evidence" } else { "" };
        lines.push(plain(dx, label, text::clean(&words, 300)));
    }
    if booking.evidence.is_empty() {
        let none = if waits { "no word since" } else { "nothing proves what the seller did" };
        lines.push(plain(dx, "evidence", format!("none yet: {none}")));
    }
    let held = amount(booking.held());
    let held = if brief {
        format!("{held} held as spent · {}", sent(dx, booking, true))
    } else {
        let until = if waits { "the seller says no" } else { "proved otherwise" };
        format!("{held} stays in exposure until {until}")
    };
    lines.push(coloured(dx, "money", held, Meaning::NeedsMe));
    let key = dx.key("ask again");
    let again = next_look(dx, booking);
    lines.extend(put("safe", &format!("{key} looks again now, which books nothing; {again}")));
    let (deal, end, note) = (dx.key("enter deal"), dx.key("end in writing"), dx.key("copy note"));
    let keys = format!(
        "{deal} enter the Deal ID · {end} close it with a reason · {note} note for the seller"
    );
    lines.extend(put("now", &keys));
    if !brief {
        lines.extend(put("sent", &sent(dx, booking, false)));
        let until = if waits { "the seller has decided" } else { "it is known" };
        let words = format!("this quote cannot be booked again until {until}");
        lines.push(plain(dx, "blocked", words));
    }
    lines
}

/// When the desk looks again by itself.
fn next_look(dx: &Dx<'_>, booking: &BookingRecord) -> String {
    let ticket = &booking.intent.ticket;
    let looking = |flight: &InFlight| matches!(&flight.purpose, Purpose::LookBooking(other, _) if other == ticket);
    if dx.state.in_flight.values().any(looking) {
        return "the seller is being asked now".to_owned();
    }
    let index = dx.state.bookings.get_index_of(ticket);
    match index.and_then(|index| dx.state.schedule.get(Due::LookBooking(index))) {
        Some(at) if at > dx.now => format!("the next look by itself is at {}", clock::time(at)),
        Some(_) => "the next look by itself is due".to_owned(),
        None => "no look by itself is planned".to_owned(),
    }
}

/// How often it was sent, with which key, and how long the same key may be sent once more.
fn sent(dx: &Dx<'_>, booking: &BookingRecord, brief: bool) -> String {
    let times = match booking.attempts {
        0 | 1 => "once".to_owned(),
        many => format!("{many} times"),
    };
    let key = text::cut(&booking.intent.idempotency_key, if brief { 8 } else { 12 });
    let left = desk::repeat_until(dx.state, booking).map(|until| until.duration_since(dx.now));
    let again = match left {
        Some(left) if left.is_positive() => {
            let left = countdown::left(left);
            let left = left.trim_start_matches("T-");
            if brief {
                format!("repeat within {left}")
            } else {
                format!("once more within {left}, by itself, if it shows that it honours its key")
            }
        }
        Some(_) => "no repeat: the key is too old".to_owned(),
        None if booking.arrived() => "not again: the seller has it".to_owned(),
        None if desk::may_send_again(dx.state, booking, dx.now).is_err() => {
            "not again: no look found it still open".to_owned()
        }
        None if brief => format!("{} sends it again", dx.key("send again")),
        None => format!("once more only by a person ({})", dx.key("send again")),
    };
    if brief { format!("key {key}, {again}") } else { format!("{times}, key {key}; {again}") }
}

/// Where a deal is not what was agreed.
pub(crate) fn differences(
    dx: &Dx<'_>,
    differences: &[(String, String, String)],
) -> Vec<Line<'static>> {
    let line = |(field, agreed, booked): &(String, String, String)| {
        let words = format!("✗ {field}: agreed {agreed}, booked {booked}");
        coloured(dx, "differs", text::clean(&words, 200), Meaning::Bad)
    };
    differences.iter().map(line).collect()
}

/// The name of a row: id, seller, product.
pub(crate) fn title(row: &BoardRow<'_>) -> String {
    let (id, product) = (ids::shown(row.id), text::cut(row.product, 40));
    format!("{}  {}  {product}", text::cut(&id, 40), row.seller)
}

/// Whether nobody knows what became of a quote's booking.
pub(crate) fn unknown_booking<'a>(dx: &Dx<'a>, record: &QuoteRecord) -> Option<&'a BookingRecord> {
    let booking = dx.state.bookings.get(record.ticket.as_ref()?)?;
    booking.state.is_looked_at().then_some(booking)
}
