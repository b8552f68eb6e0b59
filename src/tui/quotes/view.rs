//! Draws the quotes: the table, and below it the one under the cursor.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{
    Quotes,
    clock::Clock,
    detail,
    rows::{self, Key, Row},
};
use crate::{
    desk::{BookingState, QuoteRecord, State},
    domain::{Ask, Cpm, DealType, QuoteRef, QuoteStatus, Stage, text},
    tui::{
        context::Dx,
        parts::{
            money, pane,
            pane::Content,
            stage,
            table::{self, Cell, Column},
        },
        theme::Meaning,
    },
};

const COLUMNS: &[Column] = &[
    Column::left("", 2, 0),
    Column::left("QUOTE", 11, 0),
    Column::left("SELLER", 10, 0),
    Column::grow("PRODUCT", 12, 5),
    Column::left("TYP", 3, 4),
    Column::right("IMPS", 9, 6),
    Column::right("BASE", 6, 7),
    Column::right("TIER", 4, 8),
    Column::right("VOL", 4, 9),
    Column::right("FINAL", 7, 0),
    Column::right("COST", 11, 0),
    Column::left("LIMIT", 5, 3),
    Column::left("EXPIRES", 22, 0),
];

fn detail_height(body: Rect, opened: bool) -> u16 {
    if opened { body.height } else { (body.height / 2).min(13) }
}

/// How many quotes are seen at once.
pub(super) fn table_height(body: Rect, opened: bool) -> usize {
    usize::from(body.height.saturating_sub(detail_height(body, opened) + 1)).max(1)
}

pub(super) fn draw(quotes: &Quotes, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
    let content = content(quotes, dx);
    let area = pane::state(frame, body, dx, &content);
    if quotes.rows.is_empty() || area.height < 2 {
        return;
    }
    let high = detail_height(body, quotes.opened).min(area.height);
    let table = Rect { height: area.height - high, ..area };
    if table.height > 1 {
        draw_table(quotes, frame, table, dx);
    }
    let below = Rect { y: area.y + table.height, height: high, ..area };
    detail::draw(quotes, frame, below, dx);
}

fn content(quotes: &Quotes, dx: &Dx<'_>) -> Content {
    if !quotes.rows.is_empty() {
        return Content::Whole;
    }
    let filter = crate::tui::parts::list::Listed::filter_text(&quotes.list);
    if filter.is_empty() {
        return Content::Empty(format!(
            "No quotes yet. {} opens the kit; {} there asks for a price.",
            dx.key("kit"),
            dx.key("quote")
        ));
    }
    Content::Empty(format!("No quote matches {:?}. Esc shows all.", text::cut(filter, 40)))
}

fn draw_table(quotes: &Quotes, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let widths = table::widths(COLUMNS, area.width.saturating_sub(2));
    let head = Rect { x: area.x + 1, width: area.width - 1, height: 1, ..area };
    frame.render_widget(table::head(COLUMNS, &widths, dx.style(Meaning::Dim)), head);
    let height = usize::from(area.height - 1);
    let visible = quotes.rows.iter().enumerate().skip(quotes.list.offset()).take(height);
    for (nth, (place, row)) in visible.enumerate() {
        let y = area.y + 1 + u16::try_from(nth).unwrap_or(0);
        let here = place == quotes.list.place();
        let mut spans = vec![Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key))];
        spans.extend(cells(row, here, &widths, dx));
        frame.render_widget(Line::from(spans), Rect { y, height: 1, ..area });
    }
}

fn cells(row: &Row, here: bool, widths: &[Option<u16>], dx: &Dx<'_>) -> Vec<Span<'static>> {
    let plain = dx.style(if here { Meaning::Selected } else { Meaning::Plain });
    match &row.key {
        Key::Quote(key) => match dx.state.quote(key) {
            Some(record) => quote_cells(record, row.depth, plain, widths, dx),
            None => Vec::new(),
        },
        Key::Asking(id) => {
            let Some(flight) = dx.state.in_flight.get(id) else { return Vec::new() };
            let Ask::Quote { ask, .. } = &flight.ask else { return Vec::new() };
            let waits = seconds(dx.now.duration_since(flight.since));
            let waiting = dx.style(Meaning::Waiting);
            table::row(COLUMNS, widths, |index| match index {
                0 => Cell::new(" ◔", waiting),
                1 => Cell::new(format!("asking {waits}"), waiting),
                2 => Cell::new(flight.seller.to_string(), plain),
                3 => Cell::new(ask.product_name.clone().unwrap_or_default(), plain),
                4 => Cell::new(ask.deal_type.to_string(), plain),
                5 => Cell::new(money::impressions(ask.impressions), plain),
                12 => Cell::new(usually(dx.state, &flight.seller), dx.style(Meaning::Dim)),
                _ => Cell::default(),
            })
        }
        Key::Failed(place) => {
            let Some(failed) = dx.state.failed_asks.get(*place) else { return Vec::new() };
            let declined = failed.error.code == "declined";
            let word = if declined { "DECLINED" } else { "FAILED" };
            let error = &failed.error;
            let says = if declined { error.says.clone() } else { error.to_string() };
            let bad = dx.style(Meaning::Bad);
            let mut spans = table::row(&COLUMNS[..4], &widths[..4], |index| match index {
                0 => Cell::new(" ✗", bad),
                1 => Cell::new(word, bad),
                2 => Cell::new(failed.seller.to_string(), plain),
                _ => Cell::new(failed.product.clone(), plain),
            });
            // The other columns have nothing to say here: their place is for the seller's words.
            let used: usize = spans.iter().map(Span::width).sum();
            let room = usize::from(dx.size.0).saturating_sub(used + 4);
            let words = text::cut(&format!("“{says}”"), room);
            spans.push(Span::styled(format!(" {words}"), dx.style(Meaning::Dim)));
            spans
        }
    }
}

/// `1.2s`, then `14s`.
pub(crate) fn seconds(span: jiff::SignedDuration) -> String {
    let millis = span.as_millis().max(0) + 50;
    if millis < 10_000 {
        format!("{}.{}s", millis / 1_000, millis % 1_000 / 100)
    } else {
        format!("{}s", millis / 1_000)
    }
}

/// How long this seller's newest answers took, so that waiting can be judged.
fn usually(state: &State, seller: &crate::domain::SellerName) -> String {
    let p90 = state.sellers.get(seller).and_then(|seller| seller.percentile(90));
    p90.map_or_else(String::new, |ms| {
        format!("p90 {}.{}s", (ms + 50) / 1_000, (ms + 50) % 1_000 / 100)
    })
}

fn quote_cells(
    record: &QuoteRecord,
    depth: usize,
    plain: Style,
    widths: &[Option<u16>],
    dx: &Dx<'_>,
) -> Vec<Span<'static>> {
    let quote = &record.quote;
    let stage = record.stage();
    let old = depth > 0 || (!rows::is_running(record) && record.deal.is_none());
    let plain = if old { dx.style(Meaning::Dim) } else { plain };
    let percent = |value: Option<rust_decimal::Decimal>| {
        value.map_or_else(|| money::UNKNOWN.to_owned(), |value| format!("{}%", value.normalize()))
    };
    let expires = expires(record, dx);
    let limit = limit_word(record, dx);
    table::row(COLUMNS, widths, |index| match index {
        0 if depth > 0 => Cell::new(" └", plain),
        0 if record.deal.is_some() => {
            let (mark, _, meaning) = booked(record);
            Cell::new(format!(" {mark}"), dx.style(meaning))
        }
        0 => Cell::new(stage::mark(stage), dx.style(stage::meaning(stage))),
        1 => Cell::new(quote.quote_id.to_string(), plain),
        2 => Cell::new(quote.seller.to_string(), plain),
        3 => Cell::new(quote.product.name.clone(), plain),
        4 => Cell::new(quote.deal_type.to_string(), plain),
        5 => Cell::new(money::impressions(quote.terms.impressions), plain),
        6 => Cell::new(bare(quote.pricing.base_cpm), plain),
        7 => Cell::new(percent(quote.pricing.tier_discount_pct), plain),
        8 => Cell::new(percent(quote.pricing.volume_discount_pct), plain),
        9 => Cell::new(money::cpm(record.price(), Some(quote.deal_type)), plain),
        10 => Cell::new(money::cost(record.cost(), quote.terms.guaranteed), plain),
        11 => Cell::new(limit.0, dx.style(limit.1)),
        _ => Cell::new(expires.0.clone(), dx.style(expires.1)),
    })
}

fn bare(price: Option<Cpm>) -> String {
    money::cpm(price, Some(DealType::Preferred))
}

/// Mark, word and look of a quote that became a deal.
pub(super) fn booked(record: &QuoteRecord) -> (&'static str, &'static str, Meaning) {
    if record.booking == Some(BookingState::Disputed) {
        ("✗", "DISPUTED", Meaning::Bad)
    } else {
        ("✓", "BOOKED", Meaning::Good)
    }
}

/// Whether its price is within the limit that holds for it.
fn limit_word(record: &QuoteRecord, dx: &Dx<'_>) -> (&'static str, Meaning) {
    let (Some(price), Some(limit)) = (record.price(), crate::desk::limit_for(dx.state, record))
    else {
        return ("?", Meaning::Dim);
    };
    match price.partial_cmp(&limit) {
        Some(std::cmp::Ordering::Greater) => (">LIM", Meaning::Bad),
        Some(_) => ("✓", Meaning::Good),
        None => ("✗cur", Meaning::Bad),
    }
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
    let stage = record.stage();
    let ago = minutes_ago(dx.now.duration_since(record.changed_at));
    match stage {
        Stage::Unknown => ("UNKNOWN outcome".to_owned(), Meaning::Unknown),
        Stage::Booking => ("BOOKING, sent".to_owned(), Meaning::Waiting),
        Stage::Expired => (format!("EXPIRED {ago} · {}", dx.key("ask again")), Meaning::Dim),
        Stage::Declined if record.let_go => (format!("LET GO {ago}"), Meaning::Dim),
        Stage::Declined | Stage::Rejected if record.quote.status == QuoteStatus::Available => {
            let clock = Clock::of(dx.state, record, dx.now);
            (clock.words(), clock.meaning)
        }
        Stage::Other => (format!("“{}”", text::cut(&record.quote.raw_status, 16)), Meaning::Dim),
        Stage::Declined | Stage::Rejected | Stage::Canceled | Stage::NotSent => {
            (stage.words().to_owned(), Meaning::Dim)
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
        | Stage::Completed => {
            let clock = Clock::of(dx.state, record, dx.now);
            (clock.words(), clock.meaning)
        }
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
pub(super) fn moved(record: &QuoteRecord, newer: &crate::domain::QuoteId, state: &State) -> String {
    let key = QuoteRef { seller: record.quote.seller.clone(), quote_id: newer.clone() };
    let after = state.quote(&key).and_then(|newer| newer.quote.pricing.final_cpm);
    move_words(record.quote.pricing.final_cpm, after)
}

/// `25.22 → 25.60 ▲`.
pub(super) fn move_words(before: Option<Cpm>, after: Option<Cpm>) -> String {
    let mark = match before.partial_cmp(&after) {
        Some(std::cmp::Ordering::Less) => "▲",
        Some(std::cmp::Ordering::Greater) => "▼",
        Some(std::cmp::Ordering::Equal) | None => "=",
    };
    format!("{} → {} {mark}", bare(before), bare(after))
}
