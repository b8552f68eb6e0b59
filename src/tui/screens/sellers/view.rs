//! Draws the sellers, and what was said lately with the one under the cursor.

use jiff::SignedDuration;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Sellers, about};
use crate::{
    desk::{Health, SellerState},
    domain::{Tier, text},
    tui::{
        parts::{
            clock,
            context::Dx,
            facts, money,
            pane::{self, Content},
            table::{self, Cell, Column},
            theme::Meaning,
            widths::{self, Wants},
        },
        screens::describe,
    },
};

const COLUMNS: &[Column] = &[
    Column::left("   SELLER", 14, 0),
    Column::grow("HOST", 18, 3),
    Column::left("AUTH", 13, 2),
    Column::left("DIAL", 4, 0),
    Column::left("TIER", 10, 0),
    Column::right("P50", 6, 0),
    Column::right("P95", 6, 0),
    Column::right("FAIL", 4, 0),
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
        let title = format!("{}  {}", seller.info.name, seller.info.protocol);
        let inside = pane::boxed(frame, parts.facts, dx, &title, "", false);
        pane::lines(frame, inside, dx, &about::lines(dx, seller, usize::from(inside.width)));
    }
    if parts.facts.width == 0 && parts.exchanges.height > 2 {
        let title = format!("{}  {}", seller.info.name, seller.info.protocol);
        let inside = pane::boxed(frame, parts.exchanges, dx, &title, "", false);
        let mut lines = about::lines(dx, seller, usize::from(inside.width));
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
        return Content::no_sellers();
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
    let seen = || screen.shown.iter().skip(screen.list.offset()).take(screen.list.height());
    let mut wants = Wants::none(COLUMNS);
    for seller in seen().filter_map(|name| dx.state.sellers.get(name)) {
        (0..COLUMNS.len()).for_each(|column| wants.sees(column, &cell(dx, seller, column).text));
    }
    let widths = widths::fitted(COLUMNS, &wants, area.width.saturating_sub(1));
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
        " ● answers  ◐ fails at times  ✗ down  ? not asked  ‖ halted  < below its tier"
    } else {
        " ● answers  ◐ fails at times  ✗ down  ? not asked  ‖ halted  < below the tier we should have  skew = theirs minus ours"
    };
    lines.push(Line::from(legend).style(dx.style(Meaning::Dim)));
    for (line, y) in lines.iter().zip(0..area.height) {
        frame.render_widget(line, Rect { y: area.y + y, height: 1, ..area });
    }
}

fn row(dx: &Dx<'_>, seller: &SellerState, widths: &[Option<u16>]) -> Vec<Span<'static>> {
    table::row(COLUMNS, widths, |index| cell(dx, seller, index))
}

/// What stands in a column of a seller.
fn cell(dx: &Dx<'_>, seller: &SellerState, column: usize) -> Cell<'static> {
    let is_halted = dx.state.controls.sellers.contains_key(&seller.info.name);
    let (mark, meaning) =
        if is_halted { ("‖", Meaning::Bad) } else { health_mark(seller.health) };
    let known = |value: Option<String>| value.unwrap_or_else(|| money::UNKNOWN.to_owned());
    match column {
        0 => Cell::new(format!("{mark}  {}", seller.info.name), dx.style(meaning)),
        1 if about::is_plain(&seller.info.url) => {
            Cell::new(format!("! http {}", about::host(&seller.info.url)), dx.style(Meaning::Bad))
        }
        1 => about::host(&seller.info.url).into(),
        2 => text::clean(&seller.info.auth, 30).into(),
        3 => known(seller.spoke.as_ref().map(|spoke| text::clean(&spoke.dialect, 8))).into(),
        4 => match about::short_of(dx.state, seller) {
            Some(given) => Cell::new(format!("{}<", tier_word(given)), dx.style(Meaning::Bad)),
            None => known(seller.tier.map(tier_word)).into(),
        },
        5 => known(seller.percentile(50).map(took)).into(),
        6 => known(seller.percentile(95).map(took)).into(),
        7 if seller.failures > 0 => Cell::new(seller.failures.to_string(), dx.style(Meaning::Bad)),
        7 => "0".into(),
        8 => known(seller.skew().map(facts::clock_off)).into(),
        9 => known(seller.kit_at.map(|at| age(dx.now.duration_since(at)))).into(),
        _ => known(seller.last_ok.map(|at| clock::moment(at, dx.now))).into(),
    }
}

/// `ADVERTISER` does not fit beside its mark.
fn tier_word(tier: Tier) -> String {
    if tier == Tier::Advertiser { "ADVERT".to_owned() } else { tier.to_string().to_uppercase() }
}

/// `140ms`, `1.2s`.
pub(super) fn took(milliseconds: u64) -> String {
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

/// The mark of a seller's health.
pub(crate) fn health_mark(health: Health) -> (&'static str, Meaning) {
    match health {
        Health::Up => ("●", Meaning::Good),
        Health::Degraded => ("◐", Meaning::Waiting),
        Health::Down => ("✗", Meaning::Bad),
        Health::Unknown => ("?", Meaning::Dim),
    }
}
