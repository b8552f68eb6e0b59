//! Draws the kit: the grid, who is still missing, and what is known of the package under the cursor.

use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Kit, Row, SORTS, detail, rows::PRICE};
use crate::{
    desk::SellerState,
    domain::SellerError,
    tui::parts::{
        context::Dx,
        countdown,
        pane::{self, Content},
        table::{self, Cell, Column},
        theme::Meaning,
        widths::{self, Wants},
    },
};

/// Older than this, prices may have moved on: shown dim. A quote asks again anyway.
pub(super) const OLD: SignedDuration = SignedDuration::from_hours(1);

const COLUMNS: &[Column] = &columns("PACKAGE");
/// Where products stand among them.
const MIXED: &[Column] = &columns("PACKAGE OR PRODUCT");

const fn columns(first: &'static str) -> [Column; 10] {
    [
        Column::left("", 1, 0),
        Column::grow(first, 18, 0),
        Column::left("SELLER", 11, 0),
        Column::left("FMT", 7, 7),
        Column::left("DEVICE", 10, 9),
        Column::right("YOUR CPM", PRICE, 0),
        Column::right("FLOOR", 7, 0),
        Column::left("NEG", 3, 0),
        Column::left("VOL", 3, 8),
        Column::right("AGE", 4, 6),
    ]
}

/// How high the detail is.
fn detail_height(body: Rect, opened: bool) -> u16 {
    if opened { body.height } else { (body.height / 2).min(12) }
}

/// How many rows are seen at once: what is left beside the detail, the words about what is
/// missing, the headings and the totals.
pub(super) fn grid_height(kit: &Kit, body: Rect, dx: &Dx<'_>) -> usize {
    let grid = Rect { height: body.height - detail_height(body, kit.opened), ..body };
    let words = pane::state_rows(grid, dx, &content(kit, dx));
    usize::from(grid.height.saturating_sub(words + 2)).max(1)
}

pub(super) fn draw(kit: &Kit, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
    let high = detail_height(body, kit.opened);
    let grid = Rect { height: body.height - high, ..body };
    if grid.height > 0 {
        draw_grid(kit, frame, grid, dx);
    }
    let below = Rect { y: body.y + grid.height, height: high, ..body };
    detail::draw(kit, frame, below, dx);
}

fn draw_grid(kit: &Kit, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let area = pane::state(frame, area, dx, &content(kit, dx));
    if area.height < 2 || kit.whole.count() == 0 {
        return;
    }
    let height = usize::from(area.height - 2);
    let visible = || kit.rows.iter().enumerate().skip(kit.list.offset()).take(height);
    let widths = widths::fitted(COLUMNS, kit.widths.wants(), area.width.saturating_sub(2));
    let head = Rect { x: area.x + 1, width: area.width - 1, height: 1, ..area };
    let columns = if kit.whole.products == 0 { COLUMNS } else { MIXED };
    frame.render_widget(table::head(columns, &widths, dx.style(Meaning::Dim)), head);
    for (nth, (place, row)) in visible().enumerate() {
        let y = area.y + 1 + u16::try_from(nth).unwrap_or(0);
        let line = line(kit, row, place == kit.list.place(), &widths, dx);
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
    let foot = Rect { y: area.bottom() - 1, height: 1, ..area };
    frame.render_widget(totals(kit, area.width, dx), foot);
}

/// How wide the texts of the rows that are seen are.
pub(super) fn wants(kit: &Kit) -> Wants {
    let mut wants = Wants::none(COLUMNS);
    // What asking goes by stands in front of every row, however little room there is.
    wants.sees_whole(0, "□");
    for row in kit.rows.iter().skip(kit.list.offset()).take(kit.list.height()) {
        let seller = row.key.seller.to_string();
        let words = [&row.name, &seller, &row.formats, &row.devices, &row.price, &row.floor];
        for (column, told) in (1..).zip(words) {
            wants.sees(column, told);
        }
    }
    wants
}

fn line(kit: &Kit, row: &Row, here: bool, widths: &[Option<u16>], dx: &Dx<'_>) -> Line<'static> {
    let seller = dx.state.sellers.get(&row.key.seller);
    let is_old = seller.is_some_and(|seller| is_old(seller, dx.now));
    let plain = match (here, is_old) {
        (true, _) => dx.style(Meaning::Selected),
        (false, true) => dx.style(Meaning::Dim),
        (false, false) => dx.style(Meaning::Plain),
    };
    let withheld = |text: &str| {
        let is_withheld = text == crate::tui::parts::money::WITHHELD;
        if is_withheld { dx.style(Meaning::Withheld) } else { plain }
    };
    let spans = table::row(COLUMNS, widths, |index| match index {
        0 => if kit.marked.contains(&row.key) { "▣" } else { "□" }.into(),
        1 => Cell::new(row.name.clone(), plain),
        2 => Cell::new(row.key.seller.to_string(), plain),
        3 => Cell::new(row.formats.clone(), plain),
        4 => Cell::new(row.devices.clone(), plain),
        5 => {
            Cell::new(row.price.clone(), if row.is_range { dx.style(Meaning::Dim) } else { plain })
        }
        6 => Cell::new(row.floor.clone(), withheld(&row.floor)),
        7 => Cell::new(row.negotiable, withheld(row.negotiable)),
        8 => Cell::new(row.volume, withheld(row.volume)),
        _ => Cell::new(seller.map_or_else(String::new, |seller| age(seller, dx.now)), plain),
    });
    let mut all = vec![Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key))];
    all.extend(spans);
    Line::from(all)
}

fn is_old(seller: &SellerState, now: Timestamp) -> bool {
    seller.kit_at.is_some_and(|at| now.duration_since(at) >= OLD)
}

/// How old a kit is, in one unit: `3m`, `11h`, `2d`.
pub(super) fn age(seller: &SellerState, now: Timestamp) -> String {
    let Some(at) = seller.kit_at else { return "?".to_owned() };
    let seconds = now.duration_since(at).as_secs().max(0);
    match seconds {
        0..=59 => "now".to_owned(),
        60..=3_599 => format!("{}m", seconds / 60),
        3_600..=86_399 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Why a seller's packages did not come; where they did, why its products did not.
fn why_missing(seller: &SellerState) -> Option<&SellerError> {
    seller.kit_error.as_ref().or(seller.products_error.as_ref())
}

/// How much of the kits is here, and who is missing for what reason.
fn content(kit: &Kit, dx: &Dx<'_>) -> Content {
    let sellers = &dx.state.sellers;
    let retry = dx.key("ask again");
    if sellers.is_empty() {
        return Content::no_sellers();
    }
    let asked: Vec<_> = sellers.values().filter_map(|seller| seller.kit_asked).collect();
    let answered = sellers.len() - asked.len();
    let waits = asked.iter().min().map(|since| countdown::since(dx.now.duration_since(*since)));
    let failed: Vec<_> = sellers
        .values()
        .filter_map(|seller| Some((seller, why_missing(seller)?)))
        .map(|(seller, error)| {
            let code = if error.http_status > 0 {
                error.http_status.to_string()
            } else {
                error.code.clone()
            };
            format!("{} {code}", seller.info.name)
        })
        .collect();
    let old: Vec<_> = sellers.values().filter(|seller| is_old(seller, dx.now)).collect();
    let missing = if failed.is_empty() {
        String::new()
    } else {
        format!("{} failed: {}", failed.len(), failed.join(" · "))
    };
    if let Some(waits) = waits {
        let more = if missing.is_empty() { String::new() } else { format!(" · {missing}") };
        let words = format!("asking {} sellers, {answered} answered, {waits}{more}", sellers.len());
        return Content::Loading(words);
    }
    if failed.len() == sellers.len() && kit.whole.count() == 0 {
        let error = sellers.values().find_map(why_missing);
        let cure = error.map_or("", |error| error.cure.as_str());
        let says = error.map_or_else(String::new, SellerError::told);
        return Content::Failed(format!("{missing} ({says}): {cure}. {retry} asks again"));
    }
    if !failed.is_empty() {
        return Content::Partial(format!("{missing}. What came before stays; {retry} asks again"));
    }
    if sellers.values().all(|seller| seller.kit_at.is_none()) {
        return Content::Empty(format!(
            "No kit was asked for yet. {retry} asks {} sellers what they offer.",
            sellers.len()
        ));
    }
    if kit.whole.count() == 0 {
        return Content::Empty(format!(
            "No seller offers a package or a product at your tier. {retry} asks again."
        ));
    }
    if kit.rows.is_empty() {
        let (count, words) = (kit.whole.count(), kit.whole.words());
        return Content::Empty(format!("Nothing matches; {count} {words} hidden. Esc shows them."));
    }
    if let Some(oldest) = old.iter().min_by_key(|seller| seller.kit_at) {
        let since = age(oldest, dx.now);
        let which = match old.len() {
            1 => format!("{} kit is {since} old", oldest.info.name),
            many => format!("{many} kits are up to {since} old"),
        };
        return Content::Stale(format!("{which}; a quote asks for the price again"));
    }
    Content::Whole
}

/// Below the rows: how many of how many, the order, and what the marks stand for.
fn totals(kit: &Kit, wide: u16, dx: &Dx<'_>) -> Line<'static> {
    let sort = SORTS.get(kit.list.sort()).copied().unwrap_or_default();
    let (whole, what) = (kit.whole.count(), kit.whole.words());
    let mut parts = vec![format!("{} of {whole} {what}", kit.rows.len()), format!("by {sort}")];
    let marked = kit.rows.iter().filter(|row| kit.marked.contains(&row.key)).count();
    let hidden = kit.marked.len() - marked;
    if marked + hidden > 0 {
        parts.push(format!("{marked} marked, {} asks for them", dx.key("quote")));
        if hidden > 0 {
            parts.push(format!("{hidden} more are marked, not shown and not asked"));
        }
    } else {
        let marks = ["★ featured", "⊘ withheld at your tier"].map(str::to_owned);
        parts.extend(marks.into_iter().filter(|_| kit.whole.packages > 0));
        if kit.whole.products > 0 {
            parts.push("list: before your discount".to_owned());
        }
    }
    Line::from(pane::note(&parts, wide)).style(dx.style(Meaning::Dim))
}
