//! Draws what is known of the quote under the cursor: its clock, its price line by line as the seller
//! sent it, our limits, and what each key would do and why not.

use std::fmt::Write as _;

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
    domain::{Ask, Check, Cpm, QuoteStatus, Skew, limits::Purchase, text},
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
    let Ask::Quote { ask, .. } = &flight.ask else { return Vec::new() };
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

/// Most important first: what it costs, whether that is allowed, how long it holds, what to press.
fn lines(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = vec![price(record, dx)];
    lines.extend(limits(record, dx, wide));
    lines.push(clock(record, dx));
    lines.extend(news(record, dx, wide));
    lines.extend(keys(record, dx, wide));
    lines.extend(status(record, dx, wide));
    lines.extend(proof(record, dx, wide));
    lines.extend(terms(record, dx, wide));
    lines
}

fn status(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let quote = &record.quote;
    let tier = quote.buyer_tier.map_or_else(|| "tier ?".to_owned(), |tier| format!("tier {tier}"));
    let raw = text::cut(&quote.raw_status, 20);
    let told = crate::tui::tickets::told(&record.ask.identity);
    wrapped(dx, "status", &format!("the seller says “{raw}” · {tier} · told {told}"), wide)
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
            Span::styled(left, dx.style(clock.meaning)),
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

/// The price, and what it makes.
fn price(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let quote = &record.quote;
    let at = record.stage();
    let (stage, meaning) = match &record.deal {
        Some(deal) => {
            let (mark, word, meaning) = view::booked(record);
            (format!("{mark} {word} {deal}"), meaning)
        }
        None => (format!("{} {}", stage::mark(at).trim_start(), at.words()), stage::meaning(at)),
    };
    let price = format!(
        "{} {}",
        money::cpm(quote.pricing.final_cpm, Some(quote.deal_type)),
        quote.pricing.pricing_model
    );
    let cost = money::cost(quote.cost(), quote.terms.guaranteed);
    let times = format!(" × {} ÷ 1000 = {cost}   ", money::impressions(quote.terms.impressions));
    pane::fact(
        dx,
        "price",
        LABEL,
        vec![
            Span::styled(price, dx.style(Meaning::Selected)),
            Span::raw(times),
            Span::styled(stage, dx.style(meaning)),
        ],
    )
}

/// How the price came about, in the seller's numbers and words; nothing here is worked out by us.
fn proof(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let pricing = &record.quote.pricing;
    let plain = |price: Option<Cpm>| price.map_or_else(|| "?".to_owned(), |price| price.plain());
    let percent = |label: &str, value: Option<Decimal>| match value {
        Some(value) => format!("{label} −{}%", value.normalize()),
        None => format!("{label} ?"),
    };
    let chain = format!(
        "base {}   {}   {}   = {}",
        plain(pricing.base_cpm),
        percent("tier", pricing.tier_discount_pct),
        percent("volume", pricing.volume_discount_pct),
        plain(pricing.final_cpm)
    );
    let mut lines = vec![fact(dx, "from", chain)];
    if !pricing.rationale.is_empty() {
        lines.extend(wrapped(dx, "words", &format!("“{}”", pricing.rationale), wide));
    }
    if let Some(target) = record.ask.target_cpm {
        let order = pricing.final_cpm.and_then(|price| price.partial_cmp(&target));
        let met = if order.is_some_and(std::cmp::Ordering::is_le) { "met" } else { "not met" };
        lines.push(fact(dx, "target", format!("{} was sent as a hint: {met}", target.plain())));
    }
    lines
}

fn terms(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let terms = &record.quote.terms;
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "?".to_owned());
    let sure = if terms.guaranteed { "guaranteed" } else { "not guaranteed" };
    let (start, end) = (day(&terms.flight_start), day(&terms.flight_end));
    let mut words = format!("{start} → {end} · {} {sure}", record.quote.deal_type);
    match &record.quote.availability {
        Some(avails) => {
            words.push_str(match avails.inventory_available {
                Some(true) => " · avails yes",
                Some(false) => " · avails NO",
                None => " · avails ?",
            });
            if let Some(fill) = avails.estimated_fill_rate {
                let _ = write!(words, " · fill {}", fill.normalize());
            }
            if let Some(demand) = &avails.competing_demand {
                let _ = write!(words, " · demand “{}”", text::clean(demand, 20));
            }
        }
        None => words.push_str(" · avails not told"),
    }
    wrapped(dx, "flight", &words, wide)
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
    // What fails is said in full; what passes gives way where there is little room.
    let says = |check: &Check| {
        let is_short = check.ok && dx.is_narrow() && check.name != "cpm";
        if is_short { check.name.clone() } else { check.says.clone() }
    };
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut used = 0;
    for check in checks {
        let (mark, meaning) =
            if check.ok { ("✓ ", Meaning::Good) } else { ("✗ ", Meaning::Bad) };
        let words = says(&check);
        let cells = text::width(&words) + 5;
        if used > 0 && used + cells > room {
            lines.push(Vec::new());
            used = 0;
        }
        used += cells;
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(mark, dx.style(meaning)));
            line.push(Span::raw(format!("{words}   ")));
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
    let again = dx.key("ask again");
    if let Some(deal) = &record.deal {
        return vec![fact(dx, &dx.key("open"), format!("opens the deal {deal}"))];
    }
    if record.quote.status == QuoteStatus::Expired {
        let words = "asks for the same terms again; an expired quote cannot be booked";
        return wrapped(dx, &again, words, wide);
    }
    let book = if record.holds_money() {
        Err("a booking of it is under way or unknown: blocked until that is settled".to_owned())
    } else if record.replaced_by.is_some() {
        Err("book the newer quote".to_owned())
    } else {
        Ok("books".to_owned())
    };
    let negotiate = match &record.negotiation {
        Some(game) if !game.is_over() => Ok("to its ladder".to_owned()),
        Some(game) => Ok(format!("to its ladder: {}", game.outcome.to_string().replace('_', " "))),
        None => desk::can_negotiate(dx.state, record)
            .map(|()| "negotiates".to_owned())
            .map_err(|refusal| format!("{} → {}", refusal.says, refusal.cure)),
    };
    let mut may = Vec::new();
    let mut lines = Vec::new();
    for (key, result) in [(dx.key("book"), book), (dx.key("counter"), negotiate)] {
        match result {
            Ok(words) => may.push(format!("{key} {words}")),
            Err(words) => {
                lines.extend(wrapped(dx, &format!("not {key}"), &format!("✗ {words}"), wide));
            }
        }
    }
    if !record.holds_money() {
        may.push(format!("{again} asks again"));
    }
    if record.is_open() {
        may.push(format!("{} lets it go", dx.key("let go")));
    }
    if !may.is_empty() {
        lines.insert(0, fact(dx, "keys", may.join("   ")));
    }
    lines
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
