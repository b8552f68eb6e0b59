//! Which rows the board shows, in which order. While nothing is filtered or sorted it reads the desk's
//! own order and keeps nothing; else it finds the rows once per change.

use crate::{
    desk::{Row, RowRef, State},
    domain::{Group, Stage},
    tui::parts::{facts, filter::Fields, list::List, money},
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
    sorted: bool,
}

impl Rows {
    /// Finds the rows again if the state, the filter or the order has changed.
    pub(super) fn refresh(&mut self, state: &State, list: &List<Row>, shows_done: bool) {
        self.shows_done = shows_done;
        if list.filter().is_empty() && list.sort() == 0 {
            self.found = None;
            return;
        }
        let known = self
            .found
            .as_ref()
            .is_some_and(|found| found.state == state.version && found.list == list.version);
        if known {
            return;
        }
        let all = state.board.rows().iter().map(crate::desk::board::Key::row);
        let mut rows: Vec<Row> = all
            .filter(|row| {
                state.row(*row).is_some_and(|record| list.filter().matches(&Shown(record)))
            })
            .collect();
        sort(&mut rows, state, list.sort());
        let (state, sorted) = (state.version, list.sort() > 0);
        self.found = Some(Found { state, list: list.version, rows, sorted });
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
        self.found.as_ref().is_none_or(|found| !found.sorted)
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

    /// The lane of a row.
    pub(super) fn of(row: RowRef<'_>) -> Self {
        if row.stage() == Stage::Unknown {
            Self::Unknown
        } else if row.stage() == Stage::Disputed {
            Self::Disputed
        } else {
            Self::Group(row.group())
        }
    }

    /// How many rows it has. What is unknown or disputed stands first on the board, so that no more
    /// than that is looked at.
    pub(super) fn count(self, state: &State) -> usize {
        let alarms = || {
            let rows = state.board.rows().iter().map_while(|key| state.row(key.row()));
            rows.map(Self::of).take_while(|lane| !matches!(lane, Self::Group(_)))
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

/// What a row that is gone is called by now: the newer quote, or the deal it became.
pub(super) fn follow(state: &State, row: Row) -> Option<Row> {
    let Row::Quote(index) = row else { return None };
    let (key, record) = state.quotes.get_index(index)?;
    if let Some(deal) = &record.deal {
        let key = crate::domain::DealRef { seller: key.seller.clone(), deal_id: deal.clone() };
        return state.deals.get_index_of(&key).map(Row::Deal);
    }
    let mut key = key.clone();
    key.quote_id = record.replaced_by.clone()?;
    state.quotes.get_index_of(&key).map(Row::Quote)
}

fn sort(rows: &mut [Row], state: &State, by: usize) {
    let of = |row: &Row| state.row(*row);
    let cents = |row: &Row| {
        let cost = of(row).and_then(|record| match record {
            RowRef::Quote(record) => facts::standing_cost(record),
            RowRef::Deal(record) => record.deal.cost(),
        });
        cost.map(|cost| cost.amount())
    };
    match by {
        1 => rows.sort_by_cached_key(|row| of(row).map(|r| Shown(r).seller().to_lowercase())),
        2 => rows.sort_by_cached_key(|row| of(row).and_then(|r| Shown(r).cpm())),
        3 => rows.sort_by_cached_key(|row| std::cmp::Reverse(cents(row))),
        4 => rows.sort_by_cached_key(|row| match of(row) {
            Some(RowRef::Quote(record)) if record.is_open() => record.quote.expires_at,
            Some(RowRef::Quote(_) | RowRef::Deal(_)) | None => jiff::Timestamp::MAX,
        }),
        5 => rows.sort_by_cached_key(|row| {
            std::cmp::Reverse(of(row).map(|record| match record {
                RowRef::Quote(record) => record.changed_at,
                RowRef::Deal(record) => record.changed_at,
            }))
        }),
        _ => {}
    }
}

/// A row as the filter sees it.
#[derive(Debug)]
pub(super) struct Shown<'a>(pub(super) RowRef<'a>);

impl Shown<'_> {
    fn seller(&self) -> &str {
        match self.0 {
            RowRef::Quote(record) => record.quote.seller.as_str(),
            RowRef::Deal(record) => record.deal.seller.as_str(),
        }
    }

    fn cpm(&self) -> Option<rust_decimal::Decimal> {
        let cpm = match self.0 {
            RowRef::Quote(record) => facts::standing(record),
            RowRef::Deal(record) => record.deal.pricing.cpm(),
        };
        cpm.map(|cpm| cpm.amount())
    }
}

impl Fields for Shown<'_> {
    fn text(&self) -> String {
        let names = ["stage", "id", "seller", "product", "type"];
        names.into_iter().filter_map(|name| self.field(name)).collect::<Vec<_>>().join(" ")
    }

    fn field(&self, name: &str) -> Option<String> {
        let (product, terms) = match self.0 {
            RowRef::Quote(record) => (&record.quote.product, &record.quote.terms),
            RowRef::Deal(record) => (&record.deal.product, &record.deal.terms),
        };
        Some(match (name, self.0) {
            ("stage", _) => self.0.stage().words().to_owned(),
            ("id" | "quote" | "deal", RowRef::Quote(record)) => record.quote.quote_id.to_string(),
            ("id" | "deal", RowRef::Deal(record)) => record.deal.deal_id.to_string(),
            ("quote", RowRef::Deal(record)) => record.deal.quote_id.as_ref()?.to_string(),
            ("seller", _) => self.seller().to_owned(),
            ("product", _) => product.name.clone(),
            ("type" | "typ", RowRef::Quote(record)) => record.quote.deal_type.to_string(),
            ("type" | "typ", RowRef::Deal(record)) => record.deal.raw_deal_type.clone(),
            ("imps", _) => money::impressions(terms.impressions),
            ("cpm", _) => self.cpm()?.to_string(),
            ("cost", RowRef::Quote(record)) => facts::standing_cost(record)?.amount().to_string(),
            ("cost", RowRef::Deal(record)) => record.deal.cost()?.amount().to_string(),
            _ => return None,
        })
    }
}
