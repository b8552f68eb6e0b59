//! Draws the quotes: the table, and below it the one under the cursor.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{
    Quotes, cells, detail, proof,
    rows::{Key, Row},
};
use crate::{
    domain::{RfqId, text},
    tui::parts::{
        context::Dx,
        pane::{self, Content},
        table::{self, Column},
        theme::Meaning,
        widths::{self, Wants},
    },
};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Mark,
    Quote,
    Seller,
    Product,
    Type,
    Imps,
    Base,
    Tier,
    Volume,
    Final,
    Effective,
    AboveBest,
    Cost,
    Checks,
    Expires,
}

const WIDE: &[Column] = &[
    Column::left("", 5, 0),
    Column::id("QUOTE", 10, 6),
    Column::left("SELLER", 10, 0),
    Column::grow("PRODUCT", 12, 1),
    Column::left("TYP", 3, 2),
    Column::right("IMPS", 9, 7),
    Column::right("BASE", 6, 8),
    Column::right("TIER", 4, 9),
    Column::right("VOL", 4, 10),
    Column::right("FINAL", 7, 0),
    Column::right("EFF*", 7, 4),
    Column::right("vs BEST", 7, 0),
    Column::right("COST", 11, 0),
    Column::left("CHECKS", 11, 3),
    Column::left("EXPIRES", 21, 0),
];

const WIDE_HOLDS: &[What] = &[
    What::Mark,
    What::Quote,
    What::Seller,
    What::Product,
    What::Type,
    What::Imps,
    What::Base,
    What::Tier,
    What::Volume,
    What::Final,
    What::Effective,
    What::AboveBest,
    What::Cost,
    What::Checks,
    What::Expires,
];

/// Where the terminal is narrow: what is left when columns have gone in their order.
const NARROW: &[Column] = &[
    Column::left("", 5, 0),
    Column::id("QUOTE", 9, 5),
    Column::left("SELLER", 8, 0),
    Column::grow("PRODUCT", 10, 1),
    Column::left("TYP", 3, 3),
    Column::right("FINAL", 6, 0),
    Column::right("vsBEST", 6, 4),
    Column::right("COST", 10, 0),
    Column::left("CHECKS", 8, 2),
    Column::left("EXPIRES", 14, 0),
];

const NARROW_HOLDS: &[What] = &[
    What::Mark,
    What::Quote,
    What::Seller,
    What::Product,
    What::Type,
    What::Final,
    What::AboveBest,
    What::Cost,
    What::Checks,
    What::Expires,
];

/// The columns of this terminal, what each holds, and how wide each is.
pub(super) struct Columns {
    pub(super) all: &'static [Column],
    pub(super) holds: &'static [What],
    pub(super) widths: Vec<Option<u16>>,
}

/// The columns of this terminal, and what each holds.
fn columns(dx: &Dx<'_>) -> (&'static [Column], &'static [What]) {
    if dx.is_narrow() { (NARROW, NARROW_HOLDS) } else { (WIDE, WIDE_HOLDS) }
}

/// How wide the texts of the rows that are seen are.
pub(super) fn wants(quotes: &Quotes, dx: &Dx<'_>) -> Wants {
    let (columns, holds) = columns(dx);
    let mut wants = Wants::none(columns);
    for row in &quotes.rows {
        match &row.key {
            Key::Quote(key) => {
                let Some(record) = dx.state.quote(key) else { continue };
                for (column, what) in holds.iter().enumerate() {
                    let text = cells::cell(quotes, row, record, *what, Style::new(), dx).text;
                    let is_whole = *what == What::Checks
                        || (*what == What::Expires && cells::is_counted(record));
                    if is_whole {
                        wants.sees_whole(column, &text);
                    } else {
                        wants.sees(column, &text);
                    }
                }
            }
            Key::Asking(id) => {
                for (column, what) in holds.iter().enumerate() {
                    let cell = cells::asking_cell(*id, *what, false, Style::new(), dx);
                    wants.sees(column, &cell.unwrap_or_default().text);
                }
            }
            Key::Group(_) | Key::Failed(_) => {}
        }
    }
    wants
}

impl Columns {
    /// For the rows that are seen.
    fn of(quotes: &Quotes, dx: &Dx<'_>, wide: u16) -> Self {
        let (all, holds) = columns(dx);
        Self { all, holds, widths: widths::fitted(all, quotes.widths.wants(), wide) }
    }

    pub(super) fn shows(&self, what: What) -> bool {
        let place = self.holds.iter().position(|holds| *holds == what);
        place.and_then(|place| self.widths.get(place)).is_some_and(Option::is_some)
    }
}

fn detail_height(body: Rect, opened: bool) -> u16 {
    if opened { body.height } else { (body.height / 2).min(14) }
}

/// How many quotes are seen at once: what is left beside the detail, the headings and the note.
pub(super) fn table_height(body: Rect, opened: bool) -> usize {
    usize::from(body.height.saturating_sub(detail_height(body, opened) + 2)).max(1)
}

pub(super) fn draw(quotes: &Quotes, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
    let content = content(quotes, dx);
    let area = pane::state(frame, body, dx, &content);
    if dx.state.is_reading || quotes.rows.is_empty() || area.height < 2 {
        return;
    }
    let high = detail_height(body, quotes.opened).min(area.height);
    let table = Rect { height: area.height - high, ..area };
    if table.height > 1 {
        draw_table(quotes, frame, table, dx);
    }
    let below = Rect { y: area.y + table.height, height: high, ..area };
    let has_proof = matches!(quotes.key(), Some(Key::Quote(_)));
    if has_proof && !dx.is_narrow() {
        let left = Rect { width: below.width.saturating_sub(proof::WIDE), ..below };
        let right = Rect { x: left.right(), width: below.width - left.width, ..below };
        detail::draw(quotes, frame, left, dx);
        proof::draw(quotes, frame, right, dx);
    } else {
        detail::draw(quotes, frame, below, dx);
    }
}

fn content(quotes: &Quotes, dx: &Dx<'_>) -> Content {
    if dx.state.is_reading {
        return Content::reading();
    }
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
    let height = usize::from(area.height.saturating_sub(2)).max(1);
    let columns = Columns::of(quotes, dx, area.width.saturating_sub(2));
    let head = Rect { x: area.x + 1, width: area.width - 1, height: 1, ..area };
    let titles = table::head(columns.all, &columns.widths, dx.style(Meaning::Dim));
    frame.render_widget(titles, head);
    for (nth, row) in quotes.rows.iter().take(height).enumerate() {
        let y = area.y + 1 + u16::try_from(nth).unwrap_or(0);
        let here = quotes.list.offset() + nth == quotes.list.place();
        let mut spans = vec![Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key))];
        spans.extend(line(quotes, row, here, &columns, dx));
        pane::draw_cut(frame, Rect { y, height: 1, ..area }, &Line::from(spans));
    }
    if area.height > 2 {
        let foot = Rect { y: area.bottom() - 1, height: 1, ..area };
        let words = Line::from(note(columns.shows(What::Effective), dx));
        pane::draw_cut(frame, foot, &words.style(dx.style(Meaning::Dim)));
    }
}

/// What the marks and the assumed prices mean.
fn note(has_effective: bool, dx: &Dx<'_>) -> String {
    let uplift = dx.state.setup.limits.auction_factor.normalize();
    let label = if has_effective { "* EFF" } else { "vs BEST" };
    let what = if dx.is_narrow() { "a floor" } else { "a private auction at its floor" };
    let mut parts = vec![
        format!("{label} takes {what} (f) × {uplift}, before fees"),
        "~ not guaranteed".to_owned(),
    ];
    if !dx.is_narrow() {
        parts.push("2nd: runner-up".to_owned());
    }
    pane::note(&parts, dx.size.0)
}

fn line(
    quotes: &Quotes,
    row: &Row,
    here: bool,
    columns: &Columns,
    dx: &Dx<'_>,
) -> Vec<Span<'static>> {
    let plain = dx.style(if here { Meaning::Selected } else { Meaning::Plain });
    match &row.key {
        Key::Group(rfq) => vec![Span::styled(group(quotes, rfq.as_ref(), dx), plain)],
        Key::Quote(key) => match dx.state.quote(key) {
            Some(record) => cells::quote(quotes, row, record, here, columns, dx),
            None => Vec::new(),
        },
        Key::Asking(id) => cells::asking(*id, plain, columns, dx),
        Key::Failed(place) => cells::failed(*place, plain, columns, dx),
    }
}

/// The line above quotes that were asked for together.
fn group(quotes: &Quotes, rfq: Option<&RfqId>, dx: &Dx<'_>) -> String {
    let Some(rfq) = rfq else {
        return "── asked for alone, by the time they have left".to_owned();
    };
    let Some(group) = quotes.shown.group(rfq) else { return format!("── {rfq}") };
    // What decides comes first; its id is the first to have no room.
    let mut parts = vec![group.progress(), group.cover()];
    parts.extend(group.need().split(" · ").map(str::to_owned));
    parts.push(rfq.to_string());
    format!("──{}", pane::note(&parts, dx.size.0.saturating_sub(3)))
}
