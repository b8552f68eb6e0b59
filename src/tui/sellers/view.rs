//! Draws the sellers, and what was said lately with the one under the cursor.

use jiff::SignedDuration;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::Sellers;
use crate::{
    desk::{Health, SellerState},
    domain::text,
    tui::{
        chrome,
        context::Dx,
        describe,
        parts::{
            clock, facts, money,
            pane::{self, Content},
            table::{self, Cell, Column},
        },
        theme::Meaning,
    },
};

const COLUMNS: &[Column] = &[
    Column::left("   SELLER", 14, 0),
    Column::grow("HOST", 18, 3),
    Column::left("AUTH", 13, 2),
    Column::left("TIER", 10, 0),
    Column::right("P50", 7, 0),
    Column::right("P95", 7, 0),
    Column::right("FAILS", 5, 0),
    Column::right("SKEW", 6, 0),
    Column::right("KIT", 4, 1),
    Column::right("LAST OK", 8, 0),
];

#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) list: Rect,
    facts: Rect,
    exchanges: Rect,
}

pub(super) fn layout(body: Rect, sellers: usize) -> Parts {
    let want = u16::try_from(sellers).unwrap_or(u16::MAX).saturating_add(5).max(6);
    let height = want.min(body.height * 6 / 10);
    let list = Rect { height, ..body };
    let below = Rect { y: list.bottom(), height: body.height - height, ..body };
    let half = if body.width < 100 { 0 } else { body.width / 2 };
    Parts {
        list,
        facts: Rect { width: half, ..below },
        exchanges: Rect { x: below.x + half, width: below.width - half, ..below },
    }
}

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>, screen: &Sellers) {
    let parts = layout(body, screen.shown.len());
    let (state, test) = (dx.state, dx.key("test"));
    let title = format!("SELLERS {}", state.sellers.len());
    let hint = format!("{test} tests one");
    let inside = pane::boxed(frame, parts.list, dx, &title, &hint, true);
    let inside = pane::state(frame, inside, dx, &content(dx, screen));
    rows(frame, inside, dx, screen);
    let Some(seller) = screen.current(state) else { return };
    if parts.facts.width > 0 && parts.facts.height > 2 {
        let title =
            format!("{}  {} {}", seller.info.name, seller.info.protocol, seller.info.dialect);
        let inside = pane::boxed(frame, parts.facts, dx, &title, "", false);
        pane::lines(frame, inside, dx, &about(dx, seller, usize::from(inside.width)));
    }
    if parts.facts.width == 0 && parts.exchanges.height > 2 {
        let title =
            format!("{}  {} {}", seller.info.name, seller.info.protocol, seller.info.dialect);
        let inside = pane::boxed(frame, parts.exchanges, dx, &title, "", false);
        let mut lines = about(dx, seller, usize::from(inside.width));
        lines.insert(1, facts::plain(dx, "auth", text::clean(&seller.info.auth, 40)));
        lines.extend(exchanges(dx, screen, seller, inside));
        pane::lines(frame, inside, dx, &lines);
    } else if parts.exchanges.height > 2 {
        let title = format!("{}  newest exchanges", seller.info.name);
        let hint = format!("{} the whole log", dx.key("log"));
        let inside = pane::boxed(frame, parts.exchanges, dx, &title, &hint, false);
        pane::lines(frame, inside, dx, &exchanges(dx, screen, seller, inside));
    }
}

pub(super) fn content(dx: &Dx<'_>, screen: &Sellers) -> Content {
    let sellers = &dx.state.sellers;
    let of = |health: Health| sellers.values().filter(|seller| seller.health == health).count();
    if sellers.is_empty() {
        return Content::Empty(
            "No sellers yet. Name one under [sellers] in the configuration, or start with --demo."
                .to_owned(),
        );
    }
    if screen.shown.is_empty() {
        return Content::Empty(format!("No seller has these words. {} shows all.", dx.key("back")));
    }
    let unknown = of(Health::Unknown);
    let asking = sellers.values().filter(|seller| seller.kit_asked.is_some()).count();
    if of(Health::Down) == sellers.len() {
        return Content::Failed(format!("no seller answers; {} tests one", dx.key("test")));
    }
    if asking > 0 {
        return Content::Loading(format!("asking {asking} of {} sellers", sellers.len()));
    }
    if of(Health::Down) + unknown > 0 {
        let words = format!("{} down, {unknown} not asked yet", of(Health::Down));
        return Content::Partial(words);
    }
    Content::Whole
}

fn rows(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, screen: &Sellers) {
    if screen.shown.is_empty() {
        return;
    }
    let widths = table::widths(COLUMNS, area.width.saturating_sub(1));
    let mut head = table::head(COLUMNS, &widths, dx.style(Meaning::Dim));
    head.spans.insert(0, Span::raw(" "));
    let mut lines = vec![head];
    let from = screen.list.offset();
    for (place, name) in screen.shown.iter().enumerate().skip(from).take(screen.list.height()) {
        let Some(seller) = dx.state.sellers.get(name) else { continue };
        let chosen = place == screen.list.place();
        let mut spans = row(dx, seller, &widths);
        spans.insert(0, Span::raw(if chosen { "▌" } else { " " }));
        let style = if chosen { Meaning::Selected } else { Meaning::Plain };
        lines.push(Line::from(spans).style(dx.style(style)));
    }
    let legend = if dx.is_narrow() {
        " ● answers  ◐ fails at times  ✗ down  ? not asked  skew: theirs minus ours"
    } else {
        " ● answers   ◐ fails at times   ✗ down   ? not asked   skew = their clock minus ours"
    };
    lines.push(Line::from(legend).style(dx.style(Meaning::Dim)));
    for (line, y) in lines.iter().zip(0..area.height) {
        frame.render_widget(line, Rect { y: area.y + y, height: 1, ..area });
    }
}

fn row(dx: &Dx<'_>, seller: &SellerState, widths: &[Option<u16>]) -> Vec<Span<'static>> {
    let (mark, meaning) = chrome::health_mark(seller.health);
    let known = |value: Option<String>| value.unwrap_or_else(|| money::UNKNOWN.to_owned());
    table::row(COLUMNS, widths, |index| match index {
        0 => Cell::new(format!("{mark}  {}", seller.info.name), dx.style(meaning)),
        1 => host(&seller.info.url).into(),
        2 => text::clean(&seller.info.auth, 30).into(),
        3 => known(seller.tier.map(|tier| tier.to_string().to_uppercase())).into(),
        4 => known(seller.percentile(50).map(took)).into(),
        5 => known(seller.percentile(95).map(took)).into(),
        6 if seller.failures > 0 => Cell::new(seller.failures.to_string(), dx.style(Meaning::Bad)),
        6 => "0".into(),
        7 => known(seller.skew.map(|skew| facts::skew(skew.middle_ms()))).into(),
        8 => known(seller.kit_at.map(|at| age(dx.now.duration_since(at)))).into(),
        _ => known(seller.last_ok.map(|at| clock::moment(at, dx.now))).into(),
    })
}

/// The host of a URL.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    text::clean(rest.split('/').next().unwrap_or(rest), 60)
}

/// `140ms`, `1.2s`.
fn took(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds}ms"),
        _ => format!("{}.{}s", milliseconds / 1_000, milliseconds % 1_000 / 100),
    }
}

/// `3m`, `11h`, `2d`: only as fine as it needs to be.
fn age(span: SignedDuration) -> String {
    let minutes = span.as_mins();
    match minutes {
        ..1 => "<1m".to_owned(),
        1..60 => format!("{minutes}m"),
        60..1_440 => format!("{}h", minutes / 60),
        _ => format!("{}d", minutes / 1_440),
    }
}

/// What is known of a seller.
fn about(dx: &Dx<'_>, seller: &SellerState, wide: usize) -> Vec<Line<'static>> {
    let info = &seller.info;
    let mut lines = vec![
        facts::plain(dx, "address", text::clean(&info.url, 200)),
        facts::plain(
            dx,
            "told",
            format!("at most our {}; tier there: {}", info.reveal, tier(seller)),
        ),
    ];
    let card = seller.card.as_ref().map_or_else(
        || "it has not said who it is".to_owned(),
        |card| format!("{} {} {}", card.name, card.version, card.provider),
    );
    lines.push(facts::plain(dx, "says", card));
    let many =
        |count: Option<usize>| count.map_or_else(|| money::UNKNOWN.to_owned(), |n| n.to_string());
    lines.push(facts::plain(
        dx,
        "kit",
        format!(
            "packages {} · products {}",
            many(seller.packages.as_ref().map(Vec::len)),
            many(seller.products.as_ref().map(Vec::len)),
        ),
    ));
    if let Some(error) = &seller.kit_error {
        lines.extend(facts::wrapped(
            dx,
            "",
            &format!("the newest try failed: {error} · {}", error.cure),
            wide,
        ));
    }
    if let Some(skew) = seller.skew {
        let words = format!(
            "between {} and {}; guards use the worse end",
            facts::skew(skew.low_ms),
            facts::skew(skew.high_ms)
        );
        lines.push(facts::plain(dx, "clock", words));
    }
    let books = if info.honours_agreement {
        "books an agreed price as it is"
    } else {
        "an agreed price is re-quoted before it is booked"
    };
    lines.push(facts::plain(dx, "agreed", books));
    if let Some((at, error)) = &seller.last_error {
        lines.extend(facts::wrapped(
            dx,
            "failed",
            &format!("{} {error} · {}", clock::time(*at), error.cure),
            wide,
        ));
    }
    lines
}

fn tier(seller: &SellerState) -> String {
    seller.tier.map_or_else(|| money::UNKNOWN.to_owned(), |tier| tier.to_string())
}

fn exchanges(
    dx: &Dx<'_>,
    screen: &Sellers,
    seller: &SellerState,
    area: Rect,
) -> Vec<Line<'static>> {
    let mut lines: Vec<_> = screen
        .exchanges(dx.state)
        .take(usize::from(area.height))
        .map(|line| {
            let described = describe::line(line);
            let room = usize::from(area.width).saturating_sub(11);
            let bad = described.level > crate::desk::log::Level::Debug;
            let style = dx.style(if bad { Meaning::Bad } else { Meaning::Plain });
            Line::from(vec![
                Span::styled(format!(" {}  ", clock::time(line.at)), dx.style(Meaning::Dim)),
                Span::styled(text::cut(&described.words, room), style),
            ])
        })
        .collect();
    if lines.is_empty() {
        let words =
            format!(" nothing was said with {} yet; {} tests it", seller.info.name, dx.key("test"));
        lines.push(Line::from(words).style(dx.style(Meaning::Dim)));
    }
    lines
}
