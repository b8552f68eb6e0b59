//! Draws what is known of the quote under the cursor: its clock, its price line by line as the seller
//! sent it, our limits, and what each key would do and why not.

use jiff::tz::TimeZone;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};
use rust_decimal::Decimal;

use super::{Quotes, clock::Clock, rows::Key, view};
use crate::{
    desk::{self, QuoteRecord},
    domain::{Ask, Cpm, QuoteStatus, Refusal, Skew, limits::Purchase, text},
    tui::{
        context::Dx,
        parts::{money, pane, stage},
        theme::Meaning,
    },
};

const LABEL: usize = 8;

pub(super) fn draw(quotes: &Quotes, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let Some(key) = quotes.key().filter(|_| area.height > 2) else { return };
    let inner = area.width.saturating_sub(2);
    let (title, lines) = match key {
        Key::Quote(key) => match dx.state.quote(key) {
            Some(record) => (title(record), lines(record, dx, inner)),
            None => return,
        },
        Key::Asking(id) => ("asking".to_owned(), asking(*id, dx)),
        Key::Failed(place) => failed(*place, dx, inner),
    };
    let hint =
        if quotes.opened { "Esc closes".to_owned() } else { format!("{} opens", dx.key("open")) };
    let inside = pane::boxed(frame, area, dx, &title, &hint, quotes.opened);
    pane::lines(frame, inside, dx, &lines);
}

fn title(record: &QuoteRecord) -> String {
    let quote = &record.quote;
    format!("{}  {}  {}", quote.quote_id, quote.seller, quote.product.name)
}

fn asking(id: crate::desk::RequestId, dx: &Dx<'_>) -> Vec<Line<'static>> {
    let Some(flight) = dx.state.in_flight.get(&id) else { return Vec::new() };
    let Ask::Quote(ask) = &flight.ask else { return Vec::new() };
    let target = ask.target_cpm.map_or_else(|| "none".to_owned(), |cpm| cpm.to_string());
    vec![
        fact(
            dx,
            "asks",
            format!(
                "{} for {} impressions, {}",
                flight.seller,
                money::impressions(ask.impressions),
                ask.deal_type.words()
            ),
        ),
        fact(dx, "flight", format!("{} → {}   target {target}", ask.flight_start, ask.flight_end)),
        fact(dx, "told", crate::tui::tickets::told(&ask.identity)),
    ]
}

fn failed(place: usize, dx: &Dx<'_>, wide: u16) -> (String, Vec<Line<'static>>) {
    let Some(failed) = dx.state.failed_asks.get(place) else { return Default::default() };
    let at = failed.at.to_zoned(TimeZone::UTC).strftime("%H:%M:%SZ").to_string();
    let mut lines = vec![fact(
        dx,
        "asked",
        format!("{} for {}, failed at {at}", failed.seller, failed.product),
    )];
    lines.extend(wrapped(dx, "says", &format!("“{}”", failed.error), wide));
    lines.extend(wrapped(dx, "now", &failed.error.cure, wide));
    ("no quote came".to_owned(), lines)
}

fn lines(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = vec![status(record, dx), clock(record, dx)];
    lines.extend(news(record, dx, wide));
    lines.extend(price(record, dx, wide));
    lines.push(terms(record, dx));
    lines.extend(limits(record, dx, wide));
    lines.extend(keys(record, dx, wide));
    lines
}

fn status(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let quote = &record.quote;
    let at = record.stage();
    let tier = quote.buyer_tier.map_or_else(|| "tier ?".to_owned(), |tier| format!("tier {tier}"));
    let raw = format!(
        "  the seller says “{}” · {tier} · told {}",
        text::cut(&quote.raw_status, 20),
        crate::tui::tickets::told(&record.ask.identity)
    );
    pane::fact(
        dx,
        "status",
        LABEL,
        vec![
            Span::styled(
                format!("{}{}", stage::mark(at).trim_start(), format_args!(" {}", at.words())),
                dx.style(stage::meaning(at)),
            ),
            Span::raw(raw),
        ],
    )
}

fn clock(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let quote = &record.quote;
    let theirs =
        quote.expires_at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let skew = match dx.state.skew(&quote.seller).map(Skew::middle_ms) {
        Some(ms) if ms.abs() >= 1_000 => {
            let sign = if ms < 0 { "−" } else { "+" };
            format!(" (their clock is {sign}{}.{}s)", ms.abs() / 1_000, ms.abs() % 1_000 / 100)
        }
        Some(_) => String::new(),
        None => " (their clock is not known yet)".to_owned(),
    };
    let clock = Clock::of(dx.state, record, dx.now);
    let open = quote.status == QuoteStatus::Available && record.deal.is_none();
    let left = if open { clock.words() } else { String::new() };
    pane::fact(
        dx,
        "expires",
        LABEL,
        vec![
            Span::styled(left, dx.style(clock.urgency.meaning())),
            Span::raw(format!(" {theirs} on their clock{skew}")),
        ],
    )
}

/// What became of it, and where it stands in a chain of quotes.
fn news(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(before) = record.price_before {
        let old = record.requote_of.as_ref().map_or_else(String::new, ToString::to_string);
        let words = view::move_words(Some(before), record.quote.pricing.final_cpm);
        lines.push(fact(dx, "before", format!("{words}   replaces {old}")));
    }
    if let Some(newer) = &record.replaced_by {
        lines.push(fact(
            dx,
            "newer",
            format!("{newer} stands for it now: {}", view::moved(record, newer, dx.state)),
        ));
    }
    if let Some(agreed) = record.agreed {
        lines.push(fact(dx, "agreed", format!("{agreed} CPM")));
    }
    if let Some(error) = &record.requote_error {
        lines.extend(wrapped(dx, "requote", &format!("at the agreed price failed: {error}"), wide));
    }
    if let Some(booking) = record.ticket.as_ref().and_then(|ticket| dx.state.bookings.get(ticket)) {
        let says = booking.says.as_ref().map_or_else(String::new, |says| format!(": {says}"));
        lines.extend(wrapped(
            dx,
            "booking",
            &format!("{} {}{says}", booking.intent.ticket, booking.state),
            wide,
        ));
    }
    lines
}

/// The price line by line, in the seller's numbers; nothing here is worked out by us but the cost.
fn price(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let pricing = &record.quote.pricing;
    let plain = |price: Option<Cpm>| price.map_or_else(|| "?".to_owned(), |price| price.plain());
    let percent = |label: &str, value: Option<Decimal>| {
        value.map_or_else(
            || format!("{label} ?"),
            |value| format!("{label} −{}%", value.normalize()),
        )
    };
    let cost = money::cost(record.quote.cost(), record.quote.terms.guaranteed);
    let chain = format!(
        "base {}   {}   {}   = ",
        plain(pricing.base_cpm),
        percent("tier", pricing.tier_discount_pct),
        percent("volume", pricing.volume_discount_pct)
    );
    let last = format!(
        "{} {}",
        money::cpm(pricing.final_cpm, Some(record.quote.deal_type)),
        pricing.pricing_model
    );
    let times =
        format!("   × {} ÷ 1000 = {cost}", money::impressions(record.quote.terms.impressions));
    let mut lines = vec![pane::fact(
        dx,
        "price",
        LABEL,
        vec![Span::raw(chain), Span::styled(last, dx.style(Meaning::Selected)), Span::raw(times)],
    )];
    if !pricing.rationale.is_empty() {
        lines.extend(wrapped(dx, "words", &format!("“{}”", pricing.rationale), wide));
    }
    if let Some(target) = record.ask.target_cpm {
        let met = pricing
            .final_cpm
            .and_then(|price| price.partial_cmp(&target))
            .is_some_and(std::cmp::Ordering::is_le);
        let met = if met { "met" } else { "not met" };
        lines.push(fact(dx, "target", format!("{} was sent as a hint: {met}", target.plain())));
    }
    lines
}

fn terms(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let terms = &record.quote.terms;
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "?".to_owned());
    let sure = if terms.guaranteed { "guaranteed" } else { "not guaranteed" };
    let mut words = format!(
        "{} → {} · {} {sure}",
        day(&terms.flight_start),
        day(&terms.flight_end),
        record.quote.deal_type
    );
    if let Some(avails) = &record.quote.availability {
        let yes = match avails.inventory_available {
            Some(true) => "avails yes",
            Some(false) => "avails NO",
            None => "avails ?",
        };
        words.push_str(&format!(" · {yes}"));
        if let Some(fill) = avails.estimated_fill_rate {
            words.push_str(&format!(" · fill {}", fill.normalize()));
        }
        if let Some(demand) = &avails.competing_demand {
            words.push_str(&format!(" · demand “{}”", text::clean(demand, 20)));
        }
    } else {
        words.push_str(" · avails not told");
    }
    fact(dx, "flight", words)
}

/// Our limits against it, as the ticket will check them.
fn limits(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let Some(price) = record.price() else {
        return vec![fact(dx, "limits", "no price, so nothing to check".to_owned())];
    };
    if record.holds_money() {
        return vec![fact(dx, "limits", "it counts against them already".to_owned())];
    }
    let today = dx.now.to_zoned(TimeZone::UTC).date();
    let checks = dx.state.setup.limits.check(&Purchase {
        seller: &record.quote.seller,
        inventory_type: &record.quote.product.inventory_type,
        deal_type: record.quote.deal_type,
        cpm: price,
        cost: record.cost(),
        exposure: dx.state.exposure.total(),
        today: dx.state.exposure.on(today),
    });
    let room = usize::from(wide).saturating_sub(LABEL + 3);
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for check in checks {
        let (mark, meaning) =
            if check.ok { ("✓ ", Meaning::Good) } else { ("✗ ", Meaning::Bad) };
        let cells = text::width(&check.says) + 5;
        if used > 0 && used + cells > room {
            lines.push(Vec::new());
            used = 0;
        }
        used += cells;
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(mark, dx.style(meaning)));
            line.push(Span::raw(format!("{}   ", check.says)));
        }
    }
    let label = |nth: usize| if nth == 0 { "limits" } else { "" };
    lines
        .into_iter()
        .enumerate()
        .map(|(nth, line)| pane::fact(dx, label(nth), LABEL, line))
        .collect()
}

/// What the keys would do here, or why they would not.
fn keys(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let again = dx.key("ask again");
    if let Some(deal) = &record.deal {
        lines.push(fact(dx, &dx.key("open"), format!("opens the deal {deal}")));
        return lines;
    }
    if record.quote.status == QuoteStatus::Expired {
        lines.push(fact(
            dx,
            &again,
            "asks for the same terms again; an expired quote cannot be booked".to_owned(),
        ));
        return lines;
    }
    let book = if record.holds_money() {
        "✗ a booking of it is under way or unknown: it is blocked until that is settled".to_owned()
    } else if record.replaced_by.is_some() {
        "✗ book the newer quote".to_owned()
    } else {
        "opens the ticket and reads this quote again first".to_owned()
    };
    lines.extend(wrapped(dx, &dx.key("book"), &book, wide));
    let negotiate = match &record.negotiation {
        Some(game) if !game.is_over() => "to its ladder".to_owned(),
        Some(game) => {
            format!("to its ladder; it ended: {}", game.outcome.to_string().replace('_', " "))
        }
        None => desk::can_negotiate(dx.state, record)
            .map_or_else(refused, |()| "negotiates; the first offer is yours".to_owned()),
    };
    lines.extend(wrapped(dx, &dx.key("negotiate"), &negotiate, wide));
    lines.push(fact(dx, &again, "asks for the same terms again; this row stays".to_owned()));
    lines
}

fn refused(refusal: Refusal) -> String {
    format!("✗ {} → {}", refusal.says, refusal.cure)
}

fn fact(dx: &Dx<'_>, label: &str, words: String) -> Line<'static> {
    pane::fact(dx, label, LABEL, vec![Span::raw(words)])
}

fn wrapped(dx: &Dx<'_>, label: &str, words: &str, wide: u16) -> Vec<Line<'static>> {
    let room = usize::from(wide).saturating_sub(LABEL + 3).max(10);
    pane::wrap(words, room, 0)
        .into_iter()
        .enumerate()
        .map(|(nth, words)| fact(dx, if nth == 0 { label } else { "" }, words))
        .collect()
}
