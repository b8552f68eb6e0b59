//! All rows of the quotes, made part by part: of a big book before anybody looks at them, while nothing else
//! is to be done.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    line::{Maker, Wish},
    order::{Shown, basis},
    sections::Sections,
};
use crate::desk::rivals;

/// How many rows are made at once before anybody looks at them. So many take a few milliseconds.
const AT_ONCE: usize = if cfg!(test) { 3 } else { 4_096 };

/// What all rows are made with: as it was when they were begun. What changed since is put anew afterwards.
#[derive(Debug)]
pub(super) struct Made {
    /// Where quotes stand among those asked for with them, by position.
    ranked: BTreeMap<usize, usize>,
    /// The number of the section of each quote, where there are any.
    numbers: Option<Vec<u32>>,
    /// How many quotes there were.
    many: usize,
}

impl Shown {
    /// Makes some of the rows before anybody looks at them: a key that comes meanwhile never waits for all of
    /// them. `version` is the list's, and `wish` is the same until all are made. Returns whether some are
    /// still to be made.
    pub(super) fn ahead(&mut self, wish: Wish<'_>, version: u64, now: Timestamp) -> bool {
        if wish.state.is_reading || wish.state.quotes.len() <= AT_ONCE {
            return false;
        }
        let Some(made) = self.ahead.take() else {
            if self.basis.is_none() {
                self.basis = Some(basis(wish.state, version));
                self.changes = wish.state.places.changes();
                self.asked = Maker::new(wish).asked();
                self.wanted = (wish.filter.clone(), wish.sort);
                self.ahead = Some(self.begin(wish, false, now));
            }
            return self.ahead.is_some();
        };
        self.go_on(&made, wish, AT_ONCE);
        if self.lines.of.len() < made.many {
            self.ahead = Some(made);
        } else {
            self.finish(&made, wish, now);
        }
        self.ahead.is_some()
    }

    pub(super) fn finish(&mut self, made: &Made, wish: Wish<'_>, now: Timestamp) {
        self.end(made);
        self.gaps = rivals::gaps(wish.state, now).0;
    }

    /// Begins to make all rows anew.
    pub(super) fn begin(&mut self, wish: Wish<'_>, is_same: bool, now: Timestamp) -> Made {
        // What was there goes first: a big list is never held twice.
        (self.rows, self.lines) = Default::default();
        let state = wish.state;
        if !is_same {
            self.sections = Sections::default();
            self.sections = Sections::of(state, &self.asked, now);
        }
        let maker = Maker::new(wish);
        // As it is now: an RFQ of which the first quote comes meanwhile has another place by then.
        self.lines.others = maker.others(&self.asked, &self.sections);
        self.lines.of.reserve_exact(state.quotes.len());
        let numbers = maker.has_sections().then(|| self.sections.of_quotes(state));
        Made { ranked: self.sections.ranked(state), numbers, many: state.quotes.len() }
    }

    /// Makes the rows of so many more quotes.
    pub(super) fn go_on(&mut self, made: &Made, wish: Wish<'_>, many: usize) {
        let (maker, sections) = (Maker::new(wish), &self.sections);
        let of = |index: usize| sections.numbered(*made.numbers.as_ref()?.get(index)?);
        let from = self.lines.of.len();
        let many = many.min(made.many.saturating_sub(from));
        let quotes = wish.state.quotes.briefs().enumerate().skip(from).take(many);
        self.lines.of.extend(quotes.map(|(index, (key, brief))| {
            maker.quote((index, key), brief, (of(index), made.ranked.get(&index).copied()))
        }));
    }

    /// Puts the rows in order that were made.
    pub(super) fn end(&mut self, made: &Made) {
        let rows = self.lines.in_order(&self.sections, made.numbers.as_deref());
        self.list(rows);
    }
}
