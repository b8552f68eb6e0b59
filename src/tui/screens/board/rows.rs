//! Which rows the board shows, in which order. While nothing is filtered or sorted it reads the desk's
//! own order and keeps nothing; else it finds the rows once per change.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    desk::{BriefRow, Row, State},
    domain::{Group, SellerName, Stage, ids},
    tui::parts::{
        filter::{Fields, Filter},
        list::List,
        money,
    },
};

/// The rows of the board.
#[derive(Debug, Default)]
pub(super) struct Rows {
    shows_done: bool,
    /// What was found, and for which state and filter; `None` for the desk's own order.
    found: Option<Found>,
}

#[derive(Debug)]
struct Found {
    state: u64,
    list: u64,
    rows: Vec<Row>,
    sort: usize,
    filter: Filter,
}

impl Rows {
    /// Finds the rows again if the state, the filter or the order has changed. Where a letter more was
    /// typed, only the rows that were found before are looked through.
    pub(super) fn refresh(&mut self, state: &State, list: &List<Row>, shows_done: bool) {
        self.shows_done = shows_done;
        let (filter, sort) = (list.filter(), list.sort());
        if filter.is_empty() && sort == 0 {
            self.found = None;
            return;
        }
        let known = self.found.take().filter(|found| found.state == state.version);
        if let Some(found) = known.as_ref()
            && found.list == list.version
        {
            self.found = known;
            return;
        }
        let passes = |row: &Row| state.brief_row(*row).is_some_and(|row| filter.matches(&row));
        let narrowed = known.filter(|found| found.sort == sort && filter.narrows(&found.filter));
        let rows = if let Some(mut found) = narrowed {
            found.rows.retain(|row| passes(row));
            found.rows
        } else {
            let all = state.board.rows().iter().map(crate::desk::board::Key::row);
            let mut rows: Vec<Row> = all.filter(passes).collect();
            by(&mut rows, state, sort);
            rows
        };
        let (filter, state) = (filter.clone(), state.version);
        self.found = Some(Found { state, list: list.version, rows, sort, filter });
    }

    /// How many rows there are to walk through.
    pub(super) fn len(&self, state: &State) -> usize {
        match &self.found {
            Some(found) => found.rows.len(),
            None => state.board.rows().len() - self.folded(state),
        }
    }

    /// How many rows are folded away.
    pub(super) fn folded(&self, state: &State) -> usize {
        if self.shows_done || self.found.is_some() { 0 } else { state.board.count(Group::Done) }
    }

    /// The row at a place.
    pub(super) fn at(&self, state: &State, place: usize) -> Option<Row> {
        match &self.found {
            Some(found) => found.rows.get(place).copied(),
            None => state.board.rows().get(place).map(crate::desk::board::Key::row),
        }
    }

    /// Where a row is.
    pub(super) fn place(&self, state: &State, row: Row) -> Option<usize> {
        match &self.found {
            Some(found) => found.rows.iter().position(|other| *other == row),
            None => state.board.place(row).filter(|place| *place < self.len(state)),
        }
    }

    /// Whether groups have headings: not where another column orders the rows.
    pub(super) fn is_grouped(&self) -> bool {
        self.found.as_ref().is_none_or(|found| found.sort == 0)
    }

    /// How many headings there can be at once.
    pub(super) fn headings_shown(&self, state: &State) -> usize {
        let some = Lane::ALL.into_iter().filter(|lane| lane.count(state) > 0).count();
        if self.is_grouped() { some } else { 0 }
    }

    /// The rows that are on screen, at most.
    pub(super) fn window(&self, state: &State, list: &List<Row>) -> impl Iterator<Item = Row> {
        let from = list.offset();
        let to = self.len(state).min(from + list.height());
        (from..to).filter_map(|place| self.at(state, place))
    }
}

/// What rows stand under: what nobody knows the outcome of and what is not as agreed have lanes of
/// their own, above the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Unknown,
    Disputed,
    Group(Group),
}

impl Lane {
    pub(super) const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Disputed,
        Self::Group(Group::NeedsMe),
        Self::Group(Group::Pipeline),
        Self::Group(Group::Live),
        Self::Group(Group::Done),
    ];

    /// The lane of a row at `stage`, in `group`.
    pub(super) fn of(stage: Stage, group: Group) -> Self {
        if stage == Stage::Unknown {
            Self::Unknown
        } else if stage == Stage::Disputed {
            Self::Disputed
        } else {
            Self::Group(group)
        }
    }

    /// How many rows it has. What is unknown or disputed stands first on the board, so that no more
    /// than that is looked at.
    pub(super) fn count(self, state: &State) -> usize {
        let alarms = || {
            let keys = state.board.rows().iter();
            let rows = keys.map_while(|key| Some((state.brief_row(key.row())?, key.group())));
            rows.map(|(row, group)| Self::of(row.stage, group))
                .take_while(|lane| !matches!(lane, Self::Group(_)))
        };
        match self {
            Self::Unknown | Self::Disputed => alarms().filter(|lane| *lane == self).count(),
            Self::Group(group) => {
                let above = if group == Group::NeedsMe { alarms().count() } else { 0 };
                state.board.count(group) - above
            }
        }
    }
}

/// Orders rows by a column, by what is known of them in brief: no record is looked at for it.
fn by(rows: &mut [Row], state: &State, column: usize) {
    let of = |row: &Row| state.brief_row(*row);
    match column {
        1 => {
            let sellers = state.places.sellers().chain(state.places.partners());
            let names: BTreeMap<String, Vec<&SellerName>> =
                sellers.fold(BTreeMap::new(), |mut names, seller| {
                    names
                        .entry(seller.as_str().to_lowercase())
                        .or_insert_with(Vec::new)
                        .push(seller);
                    names
                });
            let places = names.values().enumerate();
            let places: BTreeMap<&SellerName, usize> = places
                .flat_map(|(place, names)| names.iter().map(move |name| (*name, place)))
                .collect();
            rows.sort_by_cached_key(|row| of(row).and_then(|row| places.get(row.seller).copied()));
        }
        2 => {
            rows.sort_by_cached_key(|row| {
                of(row).and_then(|row| row.price).map(|cpm| cpm.amount())
            });
        }
        3 => rows.sort_by_cached_key(|row| {
            Reverse(of(row).and_then(|row| row.cost()).map(|cost| cost.amount()))
        }),
        4 => rows.sort_by_cached_key(|row| {
            of(row).and_then(|row| row.ends).unwrap_or(jiff::Timestamp::MAX)
        }),
        5 => rows.sort_by_cached_key(|row| Reverse(of(row).map(|row| row.changed_at))),
        _ => {}
    }
}

impl Fields for BriefRow<'_> {
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        is(self.stage.words())
            || is(&ids::shown(self.id))
            || is(&ids::shown(self.seller.as_str()))
            || is(self.product)
            || is(self.deal_type)
    }

    fn field(&self, name: &str) -> Option<String> {
        Some(match name {
            "stage" => self.stage.words().to_owned(),
            "id" | "deal" => ids::shown(self.id).into_owned(),
            "quote" => ids::shown(self.quote?).into_owned(),
            "seller" => self.seller.to_string(),
            "product" => self.product.to_owned(),
            "type" | "typ" => self.deal_type.to_owned(),
            "imps" => money::impressions(self.impressions),
            "cpm" => self.price?.amount().to_string(),
            "cost" => self.cost()?.amount().to_string(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{desk::Desk, domain::DealType, runtime::load::Load, tui::parts::list::Listed as _};

    fn big() -> Desk {
        let now = jiff::Timestamp::from_second(1_790_000_000).unwrap();
        let load = Load { rows: 40, countdowns: 40, done: 1_200, quotes: 700, ..Load::default() };
        let mut desk = Desk::default();
        desk.replay(load.entries(now));
        desk
    }

    fn found(rows: &mut Rows, desk: &Desk, list: &List<Row>) -> Vec<Row> {
        let state = desk.state();
        rows.refresh(state, list, true);
        (0..rows.len(state)).filter_map(|place| rows.at(state, place)).collect()
    }

    #[test]
    fn nothing_is_looked_at_to_order_and_narrow_a_big_board() {
        let desk = big();
        let (mut rows, mut list) = (Rows::default(), List::new(6));
        for _ in 0..6 {
            for typed in ["", "l", "lo", "load ctv", "load", "cost>1", "quote:qt-past", "!load-1"] {
                list.set_filter(typed);
                let is = found(&mut rows, &desk, &list);
                let mut anew = Rows::default();
                assert_eq!(is, found(&mut anew, &desk, &list), "{typed:?} by {}", list.sort());
                assert!(is.len() > 10, "{typed:?}");
            }
            list.next_sort();
        }
        let state = desk.state();
        assert_eq!((state.quotes.looked_at(), state.deals.looked_at()), (0, 0));
    }

    #[test]
    fn what_is_known_in_brief_is_what_the_record_says() {
        let desk = big();
        let state = desk.state();
        for row in state.board.rows().iter().map(crate::desk::board::Key::row) {
            let known = state.brief_row(row).unwrap();
            let record = state.row(row).unwrap();
            let whole = record.row(state);
            let kind = record.deal().map(|record| record.deal.raw_deal_type.as_str());
            let kind = kind.or(whole.deal_type.map(DealType::letters)).unwrap();
            assert_eq!((known.seller, known.id), (whole.seller, whole.id));
            assert_eq!((known.stage, known.product), (whole.stage, whole.product));
            assert_eq!((known.deal_type, known.price), (kind, whole.price));
            assert_eq!((known.cost(), known.changed_at), (whole.cost, whole.changed_at));
        }
    }
}
