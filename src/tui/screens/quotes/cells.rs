//! What stands in the columns of one row of the quotes.

use ratatui::{style::Style, text::Span};

use super::{
    Quotes,
    clock::Clock,
    rows::{self, Row},
    view::{Columns, What},
};
use crate::{
    desk::{self, BookingState, QuoteRecord, RequestId, State, judge},
    domain::{
        Cpm, DealType, Proof, QuoteId, QuoteRef, SellerName, Stage, Verdict,
        proof::Weight,
        ranking::{Move, Ranked},
        text,
    },
    tui::parts::{
        context::Dx,
        facts, money, stage,
        table::{self, Cell},
        theme::Meaning,
        waits::{Usual, seconds},
    },
};

/// A seller that has not answered yet: for how long, and how long it usually takes.
pub(super) fn asking(
    id: RequestId,
    plain: Style,
    columns: &Columns,
    dx: &Dx<'_>,
) -> Vec<Span<'static>> {
    let has_id = columns.shows(What::Quote);
    let cell = |what: &What| asking_cell(id, *what, has_id, plain, dx);
    table::row(columns.all, &columns.widths, |index| {
        columns.holds.get(index).and_then(cell).unwrap_or_default()
    })
}

/// What stands in a column of a seller that has not answered yet; the word for it stands with the wait
/// where there is no column of ids.
pub(super) fn asking_cell(
    id: RequestId,
    what: What,
    has_id: bool,
    plain: Style,
    dx: &Dx<'_>,
) -> Option<Cell<'static>> {
    let flight = dx.state.in_flight.get(&id)?;
    let (ask, _) = flight.priced()?;
    let waiting = dx.style(Meaning::Waiting);
    Some(match what {
        What::Mark => Cell::new(" ◔", waiting),
        What::Quote => Cell::new("asking", waiting),
        What::Seller => Cell::new(flight.seller.to_string(), plain),
        What::Product => Cell::new(ask.product_name.clone().unwrap_or_default(), plain),
        What::Type => Cell::new(ask.deal_type.to_string(), plain),
        What::Imps => Cell::new(money::impressions(ask.impressions), plain),
        What::Expires => {
            let waits = dx.now.duration_since(flight.since);
            let (usual, meaning) = usually(dx, &flight.seller, waits);
            let waits = seconds(waits);
            let words = match (has_id, dx.is_narrow()) {
                (true, false) => format!("{waits} {usual}"),
                (true, true) if meaning == Meaning::NeedsMe => format!("{waits} slow"),
                (true, true) => waits,
                (false, false) => format!("asking {waits} {usual}"),
                (false, true) => format!("asking {waits}"),
            };
            Cell::new(words, dx.style(meaning))
        }
        What::Base
        | What::Tier
        | What::Volume
        | What::Final
        | What::Effective
        | What::AboveBest
        | What::Cost
        | What::Checks => return None,
    })
}

/// How long this seller's answers usually take, so that waiting can be judged.
fn usually(dx: &Dx<'_>, seller: &SellerName, waits: jiff::SignedDuration) -> (String, Meaning) {
    let Some(usual) = Usual::of(dx.state, seller) else { return (String::new(), Meaning::Waiting) };
    if usual.is_slow(waits) {
        (format!("slow {}", usual.brief()), Meaning::NeedsMe)
    } else {
        (usual.brief(), Meaning::Waiting)
    }
}

/// A seller that did not quote, in its words.
pub(super) fn failed(
    place: usize,
    plain: Style,
    columns: &Columns,
    dx: &Dx<'_>,
) -> Vec<Span<'static>> {
    let Some(failed) = dx.state.failed_asks.get(place) else { return Vec::new() };
    let declined = failed.error.code == "declined";
    let word = if declined { "DECLINED" } else { "FAILED" };
    let error = &failed.error;
    let says = if declined { format!("“{}”", error.says) } else { error.told() };
    let bad = dx.style(Meaning::Bad);
    // The other columns have nothing to say here: their place is for the seller's words.
    let first = columns.holds.iter().position(|holds| *holds == What::Product);
    let first = first.map_or(3, |place| place + 1);
    let (few, widths) = (columns.all.iter().take(first), columns.widths.iter().take(first));
    let (few, widths): (Vec<_>, Vec<_>) = (few.copied().collect(), widths.copied().collect());
    let mut spans = table::row(&few, &widths, |index| match columns.holds.get(index) {
        Some(What::Mark) => Cell::new(" ✗", bad),
        Some(What::Quote) => Cell::new(word, bad),
        Some(What::Seller) => Cell::new(failed.seller.to_string(), plain),
        _ => Cell::new(failed.product.clone(), plain),
    });
    let used = spans.iter().map(Span::width).sum::<usize>();
    let room = usize::from(dx.size.0).saturating_sub(used + 4);
    let word = if columns.shows(What::Quote) { String::new() } else { format!("{word} ") };
    let words = text::cut(&format!("{word}{} · {says}", dx.key("ask again")), room);
    spans.push(Span::styled(format!(" {words}"), dx.style(Meaning::Dim)));
    spans
}

/// A quote.
pub(super) fn quote(
    quotes: &Quotes,
    row: &Row,
    record: &QuoteRecord,
    here: bool,
    columns: &Columns,
    dx: &Dx<'_>,
) -> Vec<Span<'static>> {
    let old = row.depth > 0 || (!rows::runs(record) && record.deal.is_none());
    let look = match (old, here) {
        (true, _) => Meaning::Dim,
        (false, true) => Meaning::Selected,
        (false, false) => Meaning::Plain,
    };
    let plain = dx.style(look);
    table::row(columns.all, &columns.widths, |index| match columns.holds.get(index) {
        Some(what) => cell(quotes, row, record, *what, plain, dx),
        None => Cell::default(),
    })
}

/// What stands in a column.
pub(super) fn cell(
    quotes: &Quotes,
    row: &Row,
    record: &QuoteRecord,
    what: What,
    plain: Style,
    dx: &Dx<'_>,
) -> Cell<'static> {
    let quote = &record.quote;
    let percent = |value: Option<rust_decimal::Decimal>| {
        value.map_or_else(|| money::UNKNOWN.to_owned(), |value| format!("{}%", value.normalize()))
    };
    let words = match what {
        What::Mark => return mark(quotes, row, record, dx),
        What::AboveBest => return above_best(row.ranked.as_ref(), plain, dx),
        What::Checks => {
            return checks(quotes.proof(&record.reference()), record, row.depth > 0, dx);
        }
        What::Expires => {
            let (words, meaning) = expires(record, dx);
            return Cell::new(words, dx.style(meaning));
        }
        What::Quote => quote.quote_id.to_string(),
        What::Seller => quote.seller.to_string(),
        What::Product => quote.product.name.clone(),
        What::Type => quote.deal_type.to_string(),
        What::Imps => money::impressions(quote.terms.impressions),
        What::Base => bare(quote.pricing.base_cpm),
        What::Tier => percent(quote.pricing.tier_discount_pct),
        What::Volume => percent(quote.pricing.volume_discount_pct),
        What::Final => money::cpm(record.price(), Some(quote.deal_type)),
        What::Effective => effective(record, dx),
        What::Cost => money::cost(record.cost(), quote.terms.guaranteed),
    };
    Cell::new(words, plain)
}

/// Whether it is marked, its stage, and its place.
fn mark(quotes: &Quotes, row: &Row, record: &QuoteRecord, dx: &Dx<'_>) -> Cell<'static> {
    if row.depth > 0 {
        return Cell::new(" └", dx.style(Meaning::Dim));
    }
    let key = record.reference();
    let is_armed = desk::trigger_over(dx.state, &key).is_some();
    let marked = match (quotes.marked.contains(&key), is_armed) {
        (true, _) => "▣",
        (false, true) => "▶",
        (false, false) => " ",
    };
    let at = record.stage();
    let (sign, meaning) = match &record.deal {
        Some(_) => {
            let (sign, _, meaning) = booked(record);
            (sign.to_owned(), meaning)
        }
        None => (stage::mark(at).trim_start().to_owned(), stage::meaning(at)),
    };
    let place = row.ranked.as_ref().and_then(|ranked| ranked.place.ok());
    let place = place.map_or_else(String::new, |place| place.to_string());
    Cell::new(format!("{marked}{sign}{place}"), dx.style(meaning))
}

/// What its price comes to in effect, whether it is ranked or not.
fn effective(record: &QuoteRecord, dx: &Dx<'_>) -> String {
    let (quote, assume) = (&record.quote, judge::assumptions(dx.state));
    let effective =
        record.price().map(|cpm| assume.effective(&quote.seller, Some(quote.deal_type), cpm));
    money::cpm(effective.map(|effective| effective.cpm), None)
}

fn above_best(ranked: Option<&Ranked>, plain: Style, dx: &Dx<'_>) -> Cell<'static> {
    let currency = dx.state.setup.limits.currency;
    let over = |ranked: &Ranked| {
        ranked.above_best.map_or_else(String::new, |by| money::signed(by, currency))
    };
    match ranked {
        Some(ranked) if ranked.is_best => Cell::new("best", dx.style(Meaning::Good)),
        Some(ranked) if ranked.is_cover => {
            let above = over(ranked);
            Cell::new(if dx.is_narrow() { above } else { format!("2nd {above}") }, plain)
        }
        Some(ranked) => Cell::new(over(ranked), plain),
        None => Cell::default(),
    }
}

/// The price proof's verdict in short, whether a limit is broken, and what of its terms a ticket would stop
/// at (`✗`) or ask about (`!`): `✓`, `✗ tier`, `✓ >LIM`, `! asked`.
fn checks(proof: Option<&Proof>, record: &QuoteRecord, old: bool, dx: &Dx<'_>) -> Cell<'static> {
    let Some(proof) = proof else { return Cell::default() };
    let (mark, weight) = weight(proof);
    let matches = proof.verdict == Verdict::Match;
    let verdict = if matches { String::new() } else { format!(" {}", proof.verdict) };
    let counts = rows::runs(record) && record.deal.is_none();
    let (limit, limit_meaning) = if counts { limit_word(record, dx) } else { ("", Meaning::Dim) };
    if let Some(gravest) = counts.then(|| facts::gravest_doubt(dx, record)).flatten() {
        let (mark, meaning) = facts::doubt(&gravest);
        let meaning = if old { Meaning::Dim } else { meaning };
        // What is in the way stands before why the price is odd: there is little room.
        return Cell::new(format!("{mark}{limit} {}{verdict}", gravest.name), dx.style(meaning));
    }
    let meaning = match (old, limit_meaning) {
        (true, _) => Meaning::Dim,
        (false, Meaning::Bad) => Meaning::Bad,
        (false, _) => weight,
    };
    Cell::new(format!("{mark}{verdict}{limit}"), dx.style(meaning))
}

/// The mark and the look of a proof.
pub(super) fn weight(proof: &Proof) -> (&'static str, Meaning) {
    match proof.weight() {
        Weight::Agrees => ("✓", Meaning::Good),
        Weight::Unsure => ("?", Meaning::Waiting),
        Weight::Disagrees => ("✗", Meaning::Bad),
    }
}

pub(super) fn bare(price: Option<Cpm>) -> String {
    money::cpm(price, Some(DealType::Preferred))
}

/// Mark, word and look of a quote that became a deal.
pub(super) fn booked(record: &QuoteRecord) -> (&'static str, &'static str, Meaning) {
    if let Some(status) = record.deal_status.filter(|_| record.is_released()) {
        // The row follows its deal.
        let word = Stage::of_deal(status, false).words();
        ("✗", word, Meaning::Bad)
    } else if record.deal_gone {
        ("✗", "GONE", Meaning::Bad)
    } else if record.booking == Some(BookingState::Disputed) {
        ("✗", "DISPUTED", Meaning::Bad)
    } else {
        ("✓", "BOOKED", Meaning::Good)
    }
}

/// Whether its price is within the limit that holds for it.
fn limit_word(record: &QuoteRecord, dx: &Dx<'_>) -> (&'static str, Meaning) {
    let (Some(price), Some(limit)) = (record.price(), crate::desk::limit_for(dx.state, record))
    else {
        return (" lim?", Meaning::Dim);
    };
    match price.partial_cmp(&limit) {
        Some(std::cmp::Ordering::Greater) => (" >LIM", Meaning::Bad),
        Some(_) => ("", Meaning::Good),
        None => (" ✗cur", Meaning::Bad),
    }
}

/// Whether the last column holds a clock or prices, which are never cut: no id of a deal.
pub(super) fn is_counted(record: &QuoteRecord) -> bool {
    let is_over = record.stage() == Stage::Expired;
    record.replaced_by.is_some() || (record.deal.is_none() && (record.is_open() || is_over))
}

/// The last column: its clock while it runs, else what became of it.
fn expires(record: &QuoteRecord, dx: &Dx<'_>) -> (String, Meaning) {
    if let Some(newer) = &record.replaced_by {
        return (moved(record, newer, dx.state), Meaning::Dim);
    }
    if let Some(deal) = &record.deal {
        let (_, word, meaning) = booked(record);
        return (format!("{word} {deal}"), meaning);
    }
    let clock = || {
        let clock = Clock::of(dx.state, record, dx.now);
        (if dx.is_narrow() { clock.short() } else { clock.words() }, clock.meaning)
    };
    let at = record.stage();
    let ago = minutes_ago(dx.now.duration_since(record.changed_at));
    match at {
        Stage::Unknown | Stage::Waiting if dx.is_narrow() => {
            (at.words().to_owned(), stage::meaning(at))
        }
        Stage::Unknown => ("UNKNOWN outcome".to_owned(), Meaning::Unknown),
        Stage::Booking => ("BOOKING, sent".to_owned(), Meaning::Waiting),
        Stage::Waiting => ("WAITING, they decide".to_owned(), Meaning::Waiting),
        Stage::Expired
            if dx.is_narrow() || desk::can_ask_again(dx.state, record, dx.now).is_err() =>
        {
            (format!("EXPIRED {ago}"), Meaning::Dim)
        }
        Stage::Expired => (format!("EXPIRED {ago} · {} again", dx.key("ask again")), Meaning::Dim),
        Stage::Declined if record.let_go => (format!("LET GO {ago}"), Meaning::Dim),
        Stage::Declined | Stage::Rejected
            if record.quote.status == crate::domain::QuoteStatus::Available =>
        {
            clock()
        }
        Stage::Booked => ("BOOKED, they say".to_owned(), Meaning::Waiting),
        Stage::Other => (format!("“{}”", text::cut(&record.quote.raw_status, 16)), Meaning::Dim),
        Stage::Declined | Stage::Rejected | Stage::Canceled | Stage::NotSent => {
            (at.words().to_owned(), Meaning::Dim)
        }
        Stage::Quoted
        | Stage::MyTurn
        | Stage::TheirTurn
        | Stage::Agreed
        | Stage::Disputed
        | Stage::Proposed
        | Stage::Held
        | Stage::Active
        | Stage::Paused
        | Stage::Renegotiating
        | Stage::Completed => clock(),
    }
}

/// `12m ago`: what is over changes nothing each second.
fn minutes_ago(span: jiff::SignedDuration) -> String {
    let minutes = span.as_secs().max(0) / 60;
    match minutes {
        0 => "now".to_owned(),
        1..=59 => format!("{minutes}m ago"),
        60..=1_439 => format!("{}h{:02}m ago", minutes / 60, minutes % 60),
        _ => format!("{}d ago", minutes / 1_440),
    }
}

/// From the old price to the newer quote's: `25.22 → 25.60 ▲`.
pub(super) fn moved(record: &QuoteRecord, newer: &QuoteId, state: &State) -> String {
    let key = QuoteRef { seller: record.quote.seller.clone(), quote_id: newer.clone() };
    let after = state.quote(&key).and_then(|newer| newer.quote.pricing.cpm());
    move_words(record.quote.pricing.cpm(), after)
}

/// `25.22 → 25.60 ▲`; without a mark where the two do not compare.
pub(super) fn move_words(before: Option<Cpm>, after: Option<Cpm>) -> String {
    let moved = before.zip(after).and_then(|(before, after)| Move::of(before, after));
    moved.map_or_else(|| format!("{} → {}", bare(before), bare(after)), |moved| moved.to_string())
}
