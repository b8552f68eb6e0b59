//! What the rows of the quotes are ordered by. The order itself says only which row stands where: each is
//! kept once, however often the order changes.

use std::{cmp::Ordering, sync::Arc};

use super::{
    line::{Line, Own, wide},
    sections::{Section, Sections},
};

/// From so many rows on a section is a big one. Tests have few rows.
const MANY: usize = if cfg!(test) { 4 } else { 64 };

/// Which row stands at a place.
#[derive(Debug, Clone)]
pub(super) enum At {
    /// The line above a section.
    Head(Arc<Section>),
    /// Of the quote at this position, the row with so many newer ones above it.
    Quote(u32, u8),
    /// What is asked for or did not come, by its position.
    Other(u32),
}

/// What rows are ordered by, found by which row it is.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// By a quote's position: its own rows.
    pub(super) of: Vec<Own>,
    /// The rows of what is asked for and of what did not come.
    pub(super) others: Vec<Option<Line>>,
}

impl Lines {
    pub(super) fn of(&self, at: &At) -> Option<&Line> {
        match at {
            At::Head(_) => None,
            At::Quote(index, depth) => self.of.get(wide(*index))?.lines().get(usize::from(*depth)),
            At::Other(index) => self.others.get(wide(*index))?.as_ref(),
        }
    }

    pub(super) fn section<'s>(&'s self, at: &'s At) -> Option<&'s Arc<Section>> {
        match at {
            At::Head(section) => Some(section),
            At::Quote(..) | At::Other(_) => self.of(at)?.section.as_ref(),
        }
    }

    /// How one row stands to another.
    pub(super) fn order(&self, one: &At, other: &At) -> Ordering {
        let (above, section) = (self.section(one), self.section(other));
        if !is_same(above, section) {
            return above.cmp(&section);
        }
        match (self.of(one), self.of(other)) {
            (Some(one), Some(other)) => one.within().cmp(&other.within()),
            (one, other) => one.is_some().cmp(&other.is_some()),
        }
    }

    /// Whether a row was asked for together with others.
    pub(super) fn is_together(&self, at: &At) -> bool {
        self.section(at).is_some_and(|section| section.rfq.is_some())
    }

    /// Whether two rows stand in the same section.
    pub(super) fn is_beside(&self, one: &At, other: &At) -> bool {
        is_same(self.section(one), self.section(other))
    }

    /// All rows in their order. Sections are held against each other, and not every row of each; `of_quotes`
    /// has the number of the section of each quote, where there are any.
    pub(super) fn in_order(&self, sections: &Sections, of_quotes: Option<&[u32]>) -> Vec<At> {
        let mut rows: Vec<At> = self.all().collect();
        if let Some(of_quotes) = of_quotes {
            let places = sections.in_order();
            rows.sort_by_cached_key(|at| match at {
                At::Quote(index, _) => {
                    of_quotes.get(wide(*index)).map_or(u32::MAX, |number| places.numbered(*number))
                }
                At::Head(_) | At::Other(_) => places.place(self.section(at)),
            });
        }
        for rows in rows.chunk_by_mut(|one, other| self.is_beside(one, other)) {
            if rows.len() < MANY {
                rows.sort_unstable_by(|one, other| self.order(one, other));
            } else {
                // What many are ordered by is read once for each, and lies together.
                rows.sort_by_cached_key(|at| self.of(at).map(Line::within));
            }
        }
        rows
    }

    /// All rows, in no order.
    fn all(&self) -> impl Iterator<Item = At> {
        let quotes =
            (0..).zip(&self.of).flat_map(|(index, own)| at_quote(index, own.lines().len()));
        let others = (0..).zip(&self.others).filter(|(_, line)| line.is_some());
        quotes.chain(others.map(|(index, _)| At::Other(index)))
    }
}

/// The rows of a quote that has so many.
pub(super) fn at_quote(index: u32, many: usize) -> impl Iterator<Item = At> {
    (0..u8::MAX).take(many).map(move |depth| At::Quote(index, depth))
}

/// Whether it is the same section. Nearly always that is seen without looking into it.
pub(super) fn is_same(one: Option<&Arc<Section>>, other: Option<&Arc<Section>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
        (one, other) => one.is_none() && other.is_none(),
    }
}
