//! Draws what is known of the row under the cursor: of a quote its clock, what its price comes to, our
//! limits, and what each key would do and why not.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Quotes, asked, cells, clock::Clock, proof, rows::Key};
use crate::{
    desk::{self, QuoteRecord, judge},
    domain::{Check, Cost, QuoteStatus, made::made, ranking::Ranked, text},
    tui::parts::{
        context::Dx,
        facts::{self, plain as fact, wrapped},
        money, pane,
        sheet::look,
        stage,
        theme::Meaning,
    },
};

const LABEL: usize = 8;

pub(super) fn draw(quotes: &Quotes, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let Some(key) = quotes.key().filter(|_| area.height > 2) else { return };
    let inner = area.width.saturating_sub(2);
    let (title, lines) = match key {
        Key::Quote(key) => match dx.state.quote(key) {
            Some(record) => (title(record), lines(quotes, record, dx, inner)),
            None => return,
        },
        Key::Group(rfq) => match rfq.as_ref().and_then(|rfq| quotes.shown.group(rfq)) {
            Some(group) => (format!("RFQ {}", group.id), asked::together(group, dx, inner)),
            None => ("asked for alone".to_owned(), asked::alone(dx)),
        },
        Key::Asking(id) => ("asking".to_owned(), asked::asking(*id, dx)),
        Key::Failed(place) => asked::failed(*place, dx, inner),
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

/// Most important first: what it costs, whether that is allowed, how long it holds, what to press.
fn lines(quotes: &Quotes, record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let proved = quotes.proof(&record.reference());
    let mut lines = vec![price(record, dx)];
    if let Some(proved) = proved.filter(|_| dx.is_narrow() && !quotes.opened) {
        lines.extend(proof_in_short(record, proved, dx, wide));
    }
    lines.extend(limits(record, dx, wide));
    lines.push(clock(record, dx));
    if let Some(gap) = facts::gap(&quotes.shown.gaps, &record.reference()) {
        lines.extend(wrapped(dx, "gap", &gap, wide));
    }
    lines.extend(facts::doubts(dx, record, usize::from(wide)));
    lines.extend(armed(record, dx, wide));
    lines.extend(news(record, dx, wide));
    lines.extend(keys(record, dx, wide));
    lines.extend(status(record, dx, wide));
    lines.extend(effective(record, quotes.row().and_then(|row| row.ranked.as_ref()), dx, wide));
    lines.extend(said(record, dx, wide));
    lines.extend(terms(record, dx, wide));
    if let Some(proved) = proved.filter(|_| dx.is_narrow() && quotes.opened) {
        lines.extend(proof::lines(record, proved, dx, wide));
    }
    let quote = &record.quote;
    let said = (quote.created_at, quote.calls_itself.as_deref());
    let made = made(said, dx.state.skew(&quote.seller), dx.now);
    lines.extend(made.map_or_else(Vec::new, |made| wrapped(dx, "made", &made, wide)));
    lines
}

fn status(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let quote = &record.quote;
    let tier = quote.buyer_tier.map_or_else(|| "tier ?".to_owned(), |tier| format!("tier {tier}"));
    let raw = text::cut(&quote.raw_status, 20);
    let told = look::told(&record.ask.identity);
    wrapped(dx, "status", &format!("the seller says “{raw}” · {tier} · told {told}"), wide)
}

fn clock(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let quote = &record.quote;
    let theirs =
        quote.expires_at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let skew = match dx.state.skew(&quote.seller) {
        Some(skew) if facts::clock_shows(skew) => {
            format!(" (their clock is {})", facts::clock_off(skew))
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

/// The trigger that is armed here.
fn armed(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let words = facts::trigger(dx, &record.reference());
    words.map_or_else(Vec::new, |words| wrapped(dx, "trigger", &words, wide))
}

/// What became of it, and where it stands in a chain of quotes.
fn news(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(before) = record.price_before {
        let old = record.requote_of.as_ref().map_or_else(String::new, ToString::to_string);
        let words = cells::move_words(Some(before), record.quote.pricing.cpm());
        lines.push(fact(dx, "before", format!("{words}   replaces {old}")));
    }
    if let Some(newer) = &record.replaced_by {
        lines.push(fact(
            dx,
            "newer",
            format!("replaced by {newer}: {}", cells::moved(record, newer, dx.state)),
        ));
    }
    if let Some(agreed) = record.agreed {
        let quoted = money::cpm(record.quote.pricing.cpm(), Some(record.quote.deal_type));
        lines.push(fact(dx, "agreed", format!("{agreed} CPM, where {quoted} was quoted")));
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

/// The price by now, and what it makes.
fn price(record: &QuoteRecord, dx: &Dx<'_>) -> Line<'static> {
    let quote = &record.quote;
    let at = record.stage();
    let (stage, meaning) = match &record.deal {
        Some(deal) => {
            let (mark, word, meaning) = cells::booked(record);
            (format!("{mark} {word} {deal}"), meaning)
        }
        None => (format!("{} {}", stage::mark(at).trim_start(), at.words()), stage::meaning(at)),
    };
    let price = format!(
        "{} {}",
        money::cpm(record.price(), Some(quote.deal_type)),
        quote.pricing.pricing_model
    );
    let cost = money::cost(record.cost(), quote.terms.guaranteed);
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

/// `32.00 −10% tier −5% volume = 27.36 USD ✓`, and what it is worth where it does not hold.
fn proof_in_short(
    record: &QuoteRecord,
    proved: &crate::domain::Proof,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let (mark, meaning) = cells::weight(proved);
    let mut verdict = format!("{mark} {}", proved.verdict);
    if let Some(worth) = proved.worth.filter(|worth| !worth.amount().is_zero()) {
        let side = if worth.amount().is_sign_negative() { "less" } else { "more" };
        let amount = Cost::new(worth.amount().abs(), worth.currency());
        let _ = write!(verdict, ", {} {side}", money::cost(Some(amount), true));
    }
    let sum = judge::price_in_words(record);
    let room = usize::from(wide).saturating_sub(LABEL + 3);
    let looks = dx.style(meaning);
    if text::width(&sum) + text::width(&verdict) < room {
        let spans = vec![Span::raw(format!("{sum} ")), Span::styled(verdict, looks)];
        return vec![pane::fact(dx, "proof", LABEL, spans)];
    }
    let mut lines = wrapped(dx, "proof", &sum, wide);
    lines.push(pane::fact(dx, "", LABEL, vec![Span::styled(verdict, looks)]));
    lines
}

/// What it comes to in effect, where it ranks, and the reference's score for what it is.
fn effective(
    record: &QuoteRecord,
    ranked: Option<&Ranked>,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let (quote, assume) = (&record.quote, judge::assumptions(dx.state));
    let Some(price) = record.price() else { return Vec::new() };
    let effective = assume.effective(&quote.seller, Some(quote.deal_type), price);
    let mut words = if effective.is_assumed() {
        let uplift = effective.uplift.normalize();
        format!(
            "{} × {uplift} + fees {} = {} (assumed)",
            price.plain(),
            effective.fee.normalize(),
            effective.cpm
        )
    } else {
        format!("{}, nothing assumed", effective.cpm)
    };
    if let Some(ranked) = ranked {
        match (ranked.place, ranked.is_best, ranked.is_cover) {
            (Ok(_), true, _) => words.push_str(" · best"),
            (Ok(place), _, is_cover) => {
                let currency = dx.state.setup.limits.currency;
                let above = ranked.above_best;
                let above = above.map_or_else(String::new, |by| money::signed(by, currency));
                let cover = if is_cover { ", the runner-up" } else { "" };
                let _ = write!(words, " · no. {place}{cover}, {above} over best");
            }
            (Err(out), _, _) => {
                let _ = write!(words, " · not ranked: {}", out.words());
            }
        }
        if let Some(score) = ranked.score {
            let _ = write!(words, " · score {score} of 100: price, kind of deal, fill");
        }
    }
    wrapped(dx, "effect", &words, wide)
}

/// The seller's own words for its price.
fn said(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let rationale = &record.quote.pricing.rationale;
    if rationale.is_empty() {
        return Vec::new();
    }
    wrapped(dx, "words", &format!("“{rationale}”"), wide)
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
    if record.price().is_none() {
        return vec![fact(dx, "limits", "no price, so nothing to check".to_owned())];
    }
    if record.holds_money() {
        return vec![fact(dx, "limits", "it counts against them already".to_owned())];
    }
    let checks = facts::checks(dx, record);
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
        let cells = text::width(&words) + 2;
        if used > 0 && used + 3 + cells > room {
            lines.push(Vec::new());
            used = 0;
        }
        let gap = if used > 0 { "   " } else { "" };
        used += gap.len() + cells;
        if let Some(line) = lines.last_mut() {
            line.push(Span::raw(gap));
            line.push(Span::styled(mark, dx.style(meaning)));
            line.push(Span::raw(words));
        }
    }
    let label = |nth: usize| if nth == 0 { "limits" } else { "" };
    lines
        .into_iter()
        .enumerate()
        .map(|(nth, line)| pane::fact(dx, label(nth), LABEL, line))
        .collect()
}

/// What the keys would do here, or why they would not: the desk is asked, so that no key is offered that it
/// refuses.
fn keys(record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut may = Vec::new();
    if let Some(deal) = &record.deal {
        may.push(format!("{} opens the deal {deal}", dx.key("open")));
    }
    let negotiate = match &record.negotiation {
        Some(game) if !game.is_over() => Ok("to its ladder".to_owned()),
        Some(game) => Ok(format!("to its ladder: {}", game.outcome.to_string().replace('_', " "))),
        None => desk::can_negotiate(dx.state, record).map(|()| "negotiates".to_owned()),
    };
    if let Some(doubt) = desk::talks_doubt(dx.state, record).filter(|_| negotiate.is_ok()) {
        lines.extend(wrapped(dx, "but", &format!("! {doubt}"), wide));
    }
    let book = desk::can_book(dx.state, record).map(|()| "books".to_owned());
    let mut refused: Vec<(String, String)> = Vec::new();
    let asked = [("book", dx.key("book"), book), ("negotiate", dx.key("counter"), negotiate)];
    for (verb, key, result) in asked {
        match result {
            Ok(words) => may.push(format!("{key} {words}")),
            // What is booked has its own line above.
            Err(_) if record.deal.is_some() => {}
            Err(refusal) => {
                let says = refusal.to_string();
                match refused.iter_mut().find(|(_, other)| *other == says) {
                    Some((what, _)) => what.extend([" or ", verb, " (", &key, ")"]),
                    None => refused.push((format!("{verb} ({key})"), says)),
                }
            }
        }
    }
    for (what, says) in refused {
        lines.extend(wrapped(dx, "cannot", &format!("✗ {what}: {says}"), wide));
    }
    if desk::can_ask_again(dx.state, record, dx.now).is_ok() {
        may.push(format!("{} asks again", dx.key("ask again")));
    }
    if record.is_open() {
        may.push(format!("{} lets it go", dx.key("let go")));
    }
    if !may.is_empty() {
        lines.insert(0, fact(dx, "keys", may.join("   ")));
    }
    lines
}
