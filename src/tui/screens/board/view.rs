//! Draws the board: the rows, what is known of one of them, and what runs out next.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Board, SORTS, deadlines::deadlines, nouns, rows::Lane, why};
use crate::{
    desk::{BoardRow, Health, OnBoard, Row},
    domain::{Ask, Group, Stage, ids, text},
    tui::{
        parts::{
            clock,
            context::Dx,
            facts, money,
            pane::{self, Content},
            stage,
            table::{self, Cell, Column},
            theme::Meaning,
            widths::{self, Wants},
        },
        screens::changes,
    },
};

const COLUMNS: &[Column] = &[
    Column::left("   STAGE", 13, 0),
    Column::id("DEAL / QUOTE", 15, 4),
    Column::left("SELLER", 10, 0),
    Column::grow("PRODUCT", 12, 1),
    Column::left("TYP", 3, 2),
    Column::right("IMPS", 10, 5),
    Column::right("CPM", 7, 0),
    Column::right("COST", 11, 0),
    Column::right("CLOCK", 8, 0),
    Column::left("WHY / NEXT", 19, 3),
    Column::left("FLIGHT", 13, 6),
    Column::right("QUOTED", 7, 7),
    Column::left("THEY SAY", 10, 8),
];

/// The same columns where there are 80: the words at the end are short.
const NARROW: &[Column] = &[
    Column::left("   STAGE", 13, 0),
    Column::id("DEAL / QUOTE", 13, 6),
    Column::left("SELLER", 8, 0),
    Column::grow("PRODUCT", 14, 1),
    Column::left("TYP", 3, 4),
    Column::right("IMPS", 9, 7),
    Column::right("CPM", 6, 0),
    Column::right("COST", 10, 0),
    Column::right("CLOCK", 8, 0),
    Column::left("NEXT", 8, 3),
    Column::left("FLIGHT", 14, 8),
    Column::right("QUOTED", 7, 9),
    Column::left("THEY SAY", 10, 10),
];

fn columns(dx: &Dx<'_>) -> &'static [Column] {
    if dx.is_narrow() { NARROW } else { COLUMNS }
}

/// The parts of the board.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) list: Rect,
    rule: Rect,
    detail: Rect,
}

/// Where everything goes.
pub(super) fn layout(body: Rect) -> Parts {
    let below = match body.height {
        0..12 => 0,
        12..26 => 5,
        26..38 => 12,
        _ => 15,
    };
    let rule = u16::from(below > 0 && below < 12);
    let list = Rect { height: body.height - below - rule, ..body };
    Parts {
        list,
        rule: Rect { y: list.bottom(), height: rule, ..body },
        detail: Rect { y: list.bottom() + rule, height: below, ..body },
    }
}

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>, board: &Board) {
    let parts = layout(body);
    let rest = pane::state(frame, parts.list, dx, &content(dx, board));
    if board.rows.len(dx.state) + board.rows.folded(dx.state) > 0 {
        rows(frame, rest, dx, board);
    }
    if parts.rule.height > 0 {
        rule(frame, parts.rule, dx, board);
    }
    let Some(row) = board.current(dx.state) else { return };
    if parts.detail.height < 12 {
        let wide = usize::from(parts.detail.width);
        let lines = nouns::detail(dx, row, wide, true);
        return pane::lines(frame, parts.detail, dx, &lines);
    }
    let aside = if parts.detail.width < 100 { 0 } else { 42 };
    let main = Rect { width: parts.detail.width - aside, ..parts.detail };
    let title = format!("SELECTED  {}", facts::title(&row.row(dx.state)));
    let hint = format!("{} opens", dx.key("open"));
    let inside = pane::boxed(frame, main, dx, &title, &hint, false);
    pane::lines(frame, inside, dx, &nouns::detail(dx, row, usize::from(inside.width), false));
    if aside > 0 {
        let area = Rect { x: main.right(), width: aside, ..parts.detail };
        let inside = pane::boxed(frame, area, dx, "NEXT DEADLINES", "", false);
        pane::lines(frame, inside, dx, &deadlines(dx, inside));
    }
}

/// What there is to say where rows are missing.
pub(super) fn content(dx: &Dx<'_>, board: &Board) -> Content {
    let state = dx.state;
    if state.is_reading {
        return Content::reading();
    }
    let asks = || state.in_flight.values().filter(|asked| matches!(asked.ask, Ask::Quote { .. }));
    if let Some(since) = asks().map(|asked| asked.since).min() {
        let who: Vec<_> = asks().take(6).map(|asked| asked.seller.to_string()).collect();
        let more = if asks().count() > who.len() { " and more" } else { "" };
        let words =
            format!("{}{more}: asked for quotes since {}", who.join(", "), clock::time(since));
        return Content::Loading(words);
    }
    if board.rows.len(state) == 0 && !board.list.filter().is_empty() {
        return Content::Empty(format!("No row has these words. {} shows all.", dx.key("back")));
    }
    if let Some(failed) = state
        .failed_asks
        .last()
        .filter(|failed| dx.now.duration_since(failed.at) < jiff::SignedDuration::from_mins(10))
    {
        let words = format!(
            "{} did not quote {}: {} · {}",
            failed.seller,
            text::cut(&failed.product, 30),
            failed.error,
            failed.error.cure,
        );
        let none = state.board.rows().is_empty();
        return if none { Content::Failed(words) } else { Content::Partial(words) };
    }
    if state.board.rows().is_empty() {
        if state.sellers.is_empty() {
            return Content::no_sellers();
        }
        let kit = dx.key("kit");
        return Content::Empty(format!(
            "Nothing yet. {kit} shows what sellers offer; a quote from there is the first row."
        ));
    }
    let down: Vec<_> = state
        .sellers
        .values()
        .filter(|seller| seller.health == Health::Down)
        .map(|seller| {
            let heard = seller.last_ok.map_or_else(
                || "never heard".to_owned(),
                |at| format!("last heard {}", clock::time(at)),
            );
            format!("{} ({heard})", seller.info.name)
        })
        .take(3)
        .collect();
    if !down.is_empty() {
        let words = format!("{} does not answer; its rows are as last known", down.join(", "));
        return Content::Stale(words);
    }
    Content::Whole
}

/// Whether a row's seller does not answer: what is shown is the last that is known.
fn is_stale(dx: &Dx<'_>, row: &BoardRow<'_>) -> bool {
    dx.state.sellers.get(row.seller).is_some_and(|seller| seller.health == Health::Down)
}

/// The rows that are seen, under the headings of their groups.
fn rows(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, board: &Board) {
    let columns = columns(dx);
    let widths = widths::fitted(columns, board.widths.wants(), area.width.saturating_sub(1));
    let mut head = table::head(columns, &widths, dx.style(Meaning::Dim));
    head.spans.insert(0, Span::raw(" "));
    let mut lines = vec![head];
    let headings = board.rows.is_grouped() && area.height > 16;
    let mut lane = None;
    for (nth, row) in board.rows.window(dx.state, &board.list).enumerate() {
        let Some(record) = dx.state.row(row) else { continue };
        let shown = record.row(dx.state);
        let own = Lane::of(shown.stage, shown.group);
        if headings && lane != Some(own) {
            lines.push(heading(dx, own, area.width));
        }
        lane = Some(own);
        let chosen = board.list.offset() + nth == board.list.place();
        lines.push(line(dx, board, (row, record, &shown), &widths, chosen));
    }
    let folded = board.rows.folded(dx.state);
    if folded > 0 && headings && lines.len() < usize::from(area.height) {
        let words = format!("DONE {folded} (folded · {} opens)", dx.key("fold"));
        lines.push(rule_line(dx, &words, Meaning::Plain, area.width));
    }
    for (line, y) in lines.iter().zip(0..area.height) {
        frame.render_widget(line, Rect { y: area.y + y, height: 1, ..area });
    }
}

fn heading(dx: &Dx<'_>, lane: Lane, wide: u16) -> Line<'static> {
    let count = lane.count(dx.state);
    let (words, meaning) = match lane {
        Lane::Unknown => {
            let limits = &dx.state.setup.limits;
            let held = money::short(dx.state.exposure.unknown, limits.currency);
            let words = format!("?! UNKNOWN {count} · {held} counts as spent until it is known");
            (words, Meaning::Unknown)
        }
        Lane::Disputed => (format!("✗ DISPUTED {count} · booked, but not as agreed"), Meaning::Bad),
        Lane::Group(group) if group == Group::NeedsMe => {
            (format!("{group} {count}"), Meaning::NeedsMe)
        }
        Lane::Group(group) => (format!("{group} {count}"), Meaning::Plain),
    };
    rule_line(dx, &words, meaning, wide)
}

fn rule_line(dx: &Dx<'_>, words: &str, meaning: Meaning, wide: u16) -> Line<'static> {
    let rest = usize::from(wide).saturating_sub(text::width(words) + 2);
    Line::from(vec![
        Span::styled(format!(" {words} "), dx.style(meaning)),
        Span::styled("─".repeat(rest), dx.style(Meaning::Dim)),
    ])
}

/// Between rows and detail where there is no room for headings: how many of each, and the order.
fn rule(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, board: &Board) {
    let counts = [Group::NeedsMe, Group::Pipeline, Group::Live, Group::Done]
        .map(|group| format!("{group} {}", dx.state.board.count(group)))
        .join(" · ");
    let order = SORTS.get(board.list.sort()).unwrap_or(&"");
    let words = format!("{counts} ({} opens) ── by {order}", dx.key("fold"));
    let rest = usize::from(area.width).saturating_sub(text::width(&words) + 4);
    let line = format!("── {words} {}", "─".repeat(rest));
    frame.render_widget(Line::from(line).style(dx.style(Meaning::Dim)), area);
}

fn line(
    dx: &Dx<'_>,
    board: &Board,
    (row, record, shown): (Row, &dyn OnBoard, &BoardRow<'_>),
    widths: &[Option<u16>],
    chosen: bool,
) -> Line<'static> {
    let (why, why_means) = why::of_row(dx, record);
    let mut why = Some(why);
    let meaning = dx.style(stage::meaning(shown.stage));
    let clock = clock::of_row(dx.state, shown, dx.now);
    let mut spans = table::row(columns(dx), widths, |index| match index {
        STAGE => Cell::new(stage_words(shown), meaning),
        CPM if shown.is_on_request => Cell::new(money::WITHHELD, dx.style(Meaning::Withheld)),
        CLOCK => Cell::new(clock.text.clone(), dx.style(clock.meaning)),
        WHY => Cell::new(why.take().unwrap_or_default(), dx.style(why_means)),
        plain => told(shown, plain).into(),
    });
    let mark = if chosen { "▌" } else { board.seen.mark(row, shown, dx.now).unwrap_or(" ") };
    spans.insert(0, Span::raw(mark));
    let line = Line::from(spans);
    if chosen {
        line.style(dx.style(Meaning::Selected))
    } else if changes::is_fresh(shown, dx.now) {
        let style = dx.theme.flash(line.style);
        line.style(style)
    } else if shown.group == Group::Done || is_stale(dx, shown) {
        line.style(dx.style(Meaning::Dim))
    } else {
        line
    }
}

/// The columns with a look of their own.
const STAGE: usize = 0;
const CPM: usize = 6;
const CLOCK: usize = 8;
const WHY: usize = 9;

/// What stands in a column of a row, where it has no look of its own.
fn told(row: &BoardRow<'_>, column: usize) -> String {
    let unknown = || money::UNKNOWN.to_owned();
    let day = |day: &Option<String>| {
        let text = day.as_deref().map(|day| day.get(5..10).unwrap_or(day).to_owned());
        text.unwrap_or_else(unknown)
    };
    match column {
        1 => ids::shown(row.id).into_owned(),
        2 => row.seller.to_string(),
        3 => row.product.to_owned(),
        4 => row.deal_type.map_or_else(unknown, |kind| kind.to_string()),
        5 => money::impressions(row.terms.impressions),
        CPM => money::cpm(row.price, row.deal_type),
        7 => money::cost(row.cost, row.terms.guaranteed),
        10 => format!("{} → {}", day(&row.terms.flight_start), day(&row.terms.flight_end)),
        11 => money::cpm(row.first_quoted, None),
        12 => text::clean(row.raw_status, 20),
        _ => String::new(),
    }
}

/// How wide the texts of the rows that are seen are.
pub(super) fn wants(dx: &Dx<'_>, board: &Board) -> Wants {
    let mut wants = Wants::none(COLUMNS);
    for row in board.rows.window(dx.state, &board.list) {
        let Some(record) = dx.state.row(row) else { continue };
        let told_of = &record.row(dx.state);
        for column in 0..COLUMNS.len() {
            match column {
                STAGE => wants.sees(column, &stage_words(told_of)),
                CLOCK => wants.sees(column, &clock::of_row(dx.state, told_of, dx.now).text),
                WHY => wants.sees(column, &why::of_row(dx, record).0),
                column => wants.sees(column, &told(told_of, column)),
            }
        }
    }
    wants
}

/// `!▸ MY TURN R4`.
fn stage_words(row: &BoardRow<'_>) -> String {
    let round = row.round.map_or_else(String::new, |played| format!(" R{played}"));
    let words = if row.stage == Stage::TheirTurn { "THEIRS" } else { row.stage.words() };
    format!("{} {words}{round}", stage::mark(row.stage))
}
