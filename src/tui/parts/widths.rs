//! How wide the columns of a table are: what its rows hold decides, in a stated order of what gives way.
//!
//! Numbers are whole, always. Where there is no room for all, columns go in their order; ids are shortened
//! first, and no id stands where the words that a person knows the row by would be cut for it.

use crate::{domain::text, tui::parts::table::Column};

/// So much of an id tells it from others.
const ID: u16 = 8;

/// So much of an id is there before anything that is said beside the row.
const WHOLE_ID: u16 = 24;

/// So much of a name is there before any id is. One that is longer is cut, and takes nothing from figures
/// and words that a usual name leaves room for.
const NAME: u16 = 32;

/// What nothing else goes for: a hostile name does not push everything out.
const WIDEST: u16 = 40;

/// What no column of words is narrower than.
const LEAST: u16 = 3;

/// How wide what stands in a column is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Want {
    /// Its widest text.
    text: u16,
    /// The widest of those that are no longer than a name.
    name: u16,
    /// The widest of those that are never cut.
    whole: u16,
}

impl Want {
    fn sees(&mut self, cells: u16) {
        self.text = self.text.max(cells);
        if cells <= NAME {
            self.name = self.name.max(cells);
        }
    }
}

/// How wide what stands in each column is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wants(Vec<Want>);

impl Wants {
    /// Of nothing yet.
    pub(crate) fn none(columns: &[Column]) -> Self {
        Self(vec![Want::default(); columns.len()])
    }

    /// A text stands in a column.
    pub(crate) fn sees(&mut self, column: usize, told: &str) {
        if let Some(want) = self.0.get_mut(column) {
            want.sees(cells(told));
        }
    }

    /// A text that is never cut stands in a column: a clock, a price among words.
    pub(crate) fn sees_whole(&mut self, column: usize, told: &str) {
        self.sees(column, told);
        if let Some(want) = self.0.get_mut(column) {
            want.whole = want.whole.max(cells(told));
        }
    }

    /// As wide as these and those.
    fn join(&mut self, other: &Self) {
        self.0.resize(other.0.len(), Want::default());
        for (one, other) in self.0.iter_mut().zip(&other.0) {
            one.text = one.text.max(other.text);
            one.name = one.name.max(other.name);
            one.whole = one.whole.max(other.whole);
        }
    }

    fn of(&self, column: usize) -> Want {
        self.0.get(column).copied().unwrap_or_default()
    }
}

fn cells(told: &str) -> u16 {
    u16::try_from(text::width(told)).unwrap_or(u16::MAX)
}

/// The widths of a list that is scrolled: they stay while one moves through it, and are found anew where
/// the terminal, the order or the number of rows is another.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    of: (u16, u64, usize),
    wants: Wants,
}

impl Kept {
    /// The rows that are seen want this; `of` is the terminal's width, the list's version and how many rows
    /// there are.
    pub(crate) fn sees(&mut self, of: (u16, u64, usize), wants: Wants) {
        if self.of == of {
            self.wants.join(&wants);
        } else {
            (self.of, self.wants) = (of, wants);
        }
    }

    /// What was wanted since.
    pub(crate) fn wants(&self) -> &Wants {
        &self.wants
    }
}

/// The width of each column in `total` cells for what they hold; `None` where there is no room for it. What
/// is left over stands behind the last column.
pub(crate) fn fitted(columns: &[Column], wants: &Wants, total: u16) -> Vec<Option<u16>> {
    let mut shown = vec![true; columns.len()];
    let least = |shown: &[bool]| -> Vec<u16> {
        let beside = Beside::of(columns, shown);
        let each = |index: usize| least(&columns[index], wants.of(index), beside);
        (0..columns.len()).map(each).collect()
    };
    let fits = |shown: &[bool]| used(&least(shown), shown) <= total;
    let mut gone = Vec::new();
    while !fits(&shown) {
        let may_go = (0..columns.len()).filter(|&index| shown[index] && columns[index].goes > 0);
        let Some(next) = may_go.max_by_key(|&index| columns[index].goes) else { break };
        shown[next] = false;
        gone.push(next);
    }
    // What went first may have been narrower than what went for it last.
    for index in gone.into_iter().rev() {
        shown[index] = true;
        let is_named = (0..columns.len()).all(|index| !columns[index].grows || shown[index]);
        shown[index] = fits(&shown) && (is_named || !columns[index].is_id);
    }
    let mut widths = least(&shown);
    shorten(columns, wants, &mut widths, &shown, total);
    let mut spare = total.saturating_sub(used(&widths, &shown));
    let mut give = |index: usize, up_to: u16| {
        let more = up_to.saturating_sub(widths[index]).min(spare);
        (widths[index], spare) = (widths[index] + more, spare - more);
    };
    let mut order: Vec<_> = (0..columns.len()).filter(|&index| shown[index]).collect();
    order.sort_by_key(|&index| (!columns[index].grows, columns[index].is_id));
    for &index in &order {
        give(index, wants.of(index).text);
    }
    for &index in &order {
        give(index, columns[index].width);
    }
    widths.into_iter().zip(shown).map(|(width, shown)| shown.then_some(width)).collect()
}

/// The same where the words that a person knows the row by take what is left over: a line of a log, an axis.
pub(crate) fn filled(columns: &[Column], wants: &Wants, total: u16) -> Vec<Option<u16>> {
    let mut found = fitted(columns, wants, total);
    let used = found.iter().flatten().fold(0_u16, |sum, width| sum.saturating_add(width + 1));
    let grows = columns.iter().position(|column| column.grows);
    if let Some(width) = grows.and_then(|index| found.get_mut(index)?.as_mut()) {
        *width += (total + 1).saturating_sub(used);
    }
    found
}

/// What stands beside a column.
#[derive(Debug, Clone, Copy)]
struct Beside {
    /// An id.
    an_id: bool,
    /// What goes long before an id does: beside it no id is shortened, and no words are cut.
    extras: bool,
}

impl Beside {
    fn of(columns: &[Column], shown: &[bool]) -> Self {
        let shown = || columns.iter().zip(shown).filter(|(_, shown)| **shown);
        let id = shown().find(|(column, _)| column.is_id).map(|(column, _)| column.goes);
        let extras = id.is_some_and(|id| shown().any(|(column, _)| column.goes > id + 1));
        Self { an_id: id.is_some(), extras }
    }
}

/// What a column takes before anything goes for it.
fn least(column: &Column, want: Want, beside: Beside) -> u16 {
    let title = cells(column.title);
    let words = if column.right {
        want.text.max(title)
    } else if column.is_id {
        want.text.max(title).min(if beside.extras { WHOLE_ID } else { ID })
    } else if column.grows {
        let usual = if beside.an_id { want.name.max(column.width) } else { column.width };
        want.text.min(usual).max(title.min(column.width))
    } else {
        let usual = if beside.extras { WIDEST } else { column.width };
        want.text.min(usual).max(title.min(column.width))
    };
    words.max(want.whole).min(WIDEST)
}

fn used(widths: &[u16], shown: &[bool]) -> u16 {
    let each = widths.iter().zip(shown).filter(|(_, shown)| **shown);
    each.fold(0_u16, |sum, (width, _)| sum.saturating_add(width.saturating_add(1)))
        .saturating_sub(1)
}

/// Where even what never goes has no room, words are cut, the widest first; no number is.
fn shorten(columns: &[Column], wants: &Wants, widths: &mut [u16], shown: &[bool], total: u16) {
    while used(widths, shown) > total {
        let may = |index: &usize| {
            let floor = wants.of(*index).whole.max(LEAST);
            shown[*index] && !columns[*index].right && widths[*index] > floor
        };
        let widest = (0..columns.len()).filter(may).max_by_key(|&index| widths[index]);
        let Some(widest) = widest else { return };
        widths[widest] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: &[Column] = &[
        Column::left("STAGE", 8, 0),
        Column::id("DEAL", 10, 4),
        Column::grow("PRODUCT", 10, 2),
        Column::right("COST", 8, 0),
    ];

    fn wants(cells: &[u16]) -> Wants {
        let mut wants = Wants::none(COLUMNS);
        for (column, cells) in cells.iter().enumerate() {
            wants.sees(column, &"x".repeat(usize::from(*cells)));
        }
        wants
    }

    fn fit(cells: &[u16], total: u16) -> Vec<Option<u16>> {
        fitted(COLUMNS, &wants(cells), total)
    }

    #[test]
    fn words_have_room_before_ids_and_numbers_are_never_cut() {
        // All fits, and what is left over is left at the end.
        assert_eq!(fit(&[7, 16, 12, 8], 60), [Some(8), Some(16), Some(12), Some(8)]);
        // The product is whole, and the id has what is left.
        assert_eq!(fit(&[7, 16, 12, 8], 39), [Some(7), Some(9), Some(12), Some(8)]);
        // The product would be cut beside an id: the id goes.
        assert_eq!(fit(&[7, 16, 24, 8], 43), [Some(8), None, Some(24), Some(8)]);
        // A price that is longer than usual takes what it needs.
        assert_eq!(fit(&[7, 16, 8, 14], 37), [Some(8), None, Some(10), Some(14)]);
        // There is no room for anything: what can be cut is.
        assert_eq!(fit(&[7, 16, 8, 14], 20), [Some(5), None, None, Some(14)]);
    }

    #[test]
    fn a_name_that_is_too_long_in_any_case_takes_nothing_from_others() {
        const COLUMNS: &[Column] = &[
            Column::id("QUOTE", 10, 4),
            Column::grow("PRODUCT", 12, 1),
            Column::left("TYP", 3, 2),
            Column::right("IMPS", 10, 5),
        ];
        let shown = |names: &[usize]| {
            let mut wants = Wants::none(COLUMNS);
            for name in names {
                for (column, cells) in [12, *name, 2, 9].into_iter().enumerate() {
                    wants.sees(column, &"x".repeat(cells));
                }
            }
            fitted(COLUMNS, &wants, 46)
        };
        assert_eq!(shown(&[20]), [Some(11), Some(20), Some(3), Some(9)]);
        // The name is cut, and every figure stands.
        assert_eq!(shown(&[90]), [Some(8), Some(23), Some(3), Some(9)]);
        // Beside it a usual name is whole.
        assert_eq!(shown(&[20, 90]), [Some(8), Some(23), Some(3), Some(9)]);
    }

    #[test]
    fn an_id_is_whole_before_anything_is_said_beside_the_row() {
        const COLUMNS: &[Column] = &[
            Column::id("DEAL", 15, 4),
            Column::grow("PRODUCT", 12, 1),
            Column::left("FLIGHT", 13, 6),
        ];
        let fit = |id: usize, total: u16| {
            let mut wants = Wants::none(COLUMNS);
            for (column, cells) in [id, 15, 13].into_iter().enumerate() {
                wants.sees(column, &"x".repeat(cells));
            }
            fitted(COLUMNS, &wants, total)
        };
        assert_eq!(fit(16, 46), [Some(16), Some(15), Some(13)]);
        assert_eq!(fit(16, 45), [Some(16), Some(15), None], "no letter of it is cut for that");
    }

    #[test]
    fn widths_stay_while_one_scrolls_and_are_found_anew_where_the_list_is_another() {
        let mut kept = Kept::default();
        kept.sees((80, 1, 9), wants(&[7, 16, 20, 8]));
        kept.sees((80, 1, 9), wants(&[5, 10, 8, 10]));
        assert_eq!(kept.wants(), &wants(&[7, 16, 20, 10]));
        kept.sees((80, 2, 9), wants(&[5, 10, 8, 10]));
        assert_eq!(kept.wants(), &wants(&[5, 10, 8, 10]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_number_is_cut_and_no_blank_is_left_beside_a_cut(
            cells in prop::collection::vec(0_u16..60, 4),
            whole in 0_u16..20,
            total in 50_u16..220,
        ) {
            let mut wants = wants(&cells);
            wants.sees_whole(0, &"x".repeat(usize::from(whole)));
            let widths = fitted(COLUMNS, &wants, total);
            let shown: Vec<_> = widths.iter().map(Option::is_some).collect();
            let is: Vec<_> = widths.iter().map(|width| width.unwrap_or(0)).collect();
            let used = used(&is, &shown);
            prop_assert!(used <= total.max(64));
            prop_assert!(is[3] >= cells[3].min(WIDEST), "{widths:?}");
            prop_assert!(is[0] >= whole, "{widths:?}");
            let cut = |index: usize| shown[index] && is[index] < cells[index];
            if (0..4).any(cut) {
                prop_assert!(used >= total, "{used} of {total}: {widths:?}");
            }
            if shown[1] {
                let least = if cells[2] > NAME { COLUMNS[2].width } else { cells[2] };
                prop_assert!(is[2] >= least, "{widths:?}");
            }
        }
    }
}
