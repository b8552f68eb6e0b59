//! The quotes in their order, kept up as they change: of a hundred thousand only those that changed are
//! put anew, and only those that are seen are looked at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    ahead::Made,
    group::{self, Group},
    line::{Asked, Line, Maker, Of, Own, Wish, newest, sellers, small},
    lines::{At, Lines, at_quote, is_same},
    rows::{Key, Row},
    sections::{Section, Sections},
};
use crate::{
    desk::{Sorted, State, rivals},
    domain::RfqId,
    tui::parts::filter::Filter,
};

/// What the rows were made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Basis {
    /// The list's version.
    version: u64,
    /// What an auction is assumed to clear at.
    factor: Decimal,
    /// How many sellers there were: rows may be ordered by their names.
    sellers: usize,
}

/// Every row, and what they were asked for in.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) lines: Lines,
    pub(super) rows: Sorted<At>,
    /// What is asked for and what did not come.
    pub(super) asked: Vec<Asked>,
    pub(super) sections: Sections,
    /// How many rows were asked for together with others: where there are none, all is one list.
    together: usize,
    /// RFQs that are seen, of which nothing is expected.
    seen: BTreeMap<RfqId, Group>,
    /// Second choices that are gone too soon.
    pub(super) gaps: rivals::Gaps,
    pub(super) basis: Option<Basis>,
    /// How they were wanted.
    pub(super) wanted: (Filter, usize),
    pub(super) changes: u64,
    /// Rows that are being made before anybody looks at them.
    pub(super) ahead: Option<Made>,
    /// How many rows were ever put at their place.
    put: u64,
}

/// What the rows are made for now.
pub(super) fn basis(state: &State, version: u64) -> Basis {
    let factor = state.setup.limits.auction_factor;
    Basis { version, factor, sellers: sellers(state).count() }
}

impl Shown {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many rows were ever put at their place.
    #[cfg(test)]
    pub(super) fn put(&self) -> u64 {
        self.put
    }

    /// Brings the rows in line with the desk; `version` is the list's.
    pub(super) fn refresh(&mut self, wish: Wish<'_>, version: u64, now: Timestamp) {
        let state = wish.state;
        if let Some(made) = self.ahead.take() {
            self.go_on(&made, wish, usize::MAX);
            self.finish(&made, wish, now);
        }
        let basis = Some(basis(state, version));
        let changed = state.places.changed_since(self.changes);
        let changed: Option<BTreeSet<usize>> =
            changed.filter(|_| self.basis == basis).map(Iterator::collect);
        let is_known =
            self.basis.is_some_and(|known| known.factor == state.setup.limits.auction_factor);
        let is_same = is_known && self.changes == state.places.changes();
        match changed {
            Some(changed) => self.follow(&changed, wish, now),
            None => self.make(wish, is_same, now),
        }
        if !is_same {
            self.gaps = rivals::gaps(state, now).0;
        }
        (self.basis, self.changes) = (basis, state.places.changes());
        self.seen.clear();
    }

    /// An RFQ that is under way or seen.
    pub(super) fn group(&self, rfq: &RfqId) -> Option<&Group> {
        self.sections.group(rfq).or_else(|| self.seen.get(rfq))
    }

    /// So many rows from a place on, as they are drawn.
    pub(super) fn window(
        &mut self,
        state: &State,
        (from, many): (usize, usize),
        now: Timestamp,
    ) -> Vec<Row> {
        let mut rows = Vec::with_capacity(many);
        for at in self.rows.from(from).take(many) {
            let Some(key) = self.named(state, at) else { continue };
            let brief = self.lines.of(at).and_then(|line| state.quotes.brief(line.shows()));
            let section = self.lines.section(at).and_then(|section| section.rfq.as_deref());
            let rfq = section.or(brief.and_then(|brief| brief.rfq.as_deref())).map(RfqId::from);
            let group = rfq.map(|rfq| match self.sections.group(&rfq) {
                Some(group) => group,
                None => self.seen.entry(rfq).or_insert_with_key(|rfq| group::of(state, rfq, now)),
            });
            let depth = if let At::Quote(_, depth) = at { usize::from(*depth) } else { 0 };
            let ranked = match &key {
                Key::Quote(key) if depth == 0 => group.and_then(|group| group.ranked(key)),
                Key::Quote(_) | Key::Group(_) | Key::Asking(_) | Key::Failed(_) => None,
            };
            rows.push(Row { key, depth, ranked });
        }
        rows
    }

    /// What a row is called.
    fn named(&self, state: &State, at: &At) -> Option<Key> {
        let line = match at {
            At::Head(section) => return Some(Key::Group(section.rfq.as_deref().map(RfqId::from))),
            At::Quote(..) | At::Other(_) => self.lines.of(at)?,
        };
        Some(match line.of {
            Of::Asking(id) => Key::Asking(id),
            Of::Failed(place) => Key::Failed(place),
            Of::Quote(_) => Key::Quote(state.quotes.key(line.shows())?.clone()),
        })
    }

    /// What stands at a place.
    pub(super) fn key(&self, state: &State, place: usize) -> Option<Key> {
        self.named(state, self.rows.get(place)?)
    }

    /// Where something stands.
    pub(super) fn place(&self, state: &State, wanted: &Key) -> Option<usize> {
        let at = match wanted {
            Key::Group(rfq) => {
                let rfq = rfq.as_ref().map(RfqId::as_str);
                At::Head(Arc::clone(self.sections.get(state, rfq)?))
            }
            Key::Asking(id) => self.other(Of::Asking(*id))?,
            Key::Failed(place) => self.other(Of::Failed(*place))?,
            Key::Quote(quote) => {
                let index = state.quotes.get_index_of(quote)?;
                let shown = |(newest, own): (usize, &Own)| {
                    let depth = own.lines().iter().position(|line| line.shows() == index)?;
                    Some(At::Quote(small(newest), u8::try_from(depth).ok()?))
                };
                let newest = newest(state, index);
                let at = self.lines.of.get(newest).and_then(|own| shown((newest, own)));
                // One that was asked for again more than once stands under each that replaced it.
                let is_old = state.quotes.brief(index)?.replaced_by.is_some();
                let all = || self.lines.of.iter().enumerate();
                at.or_else(|| all().filter(|_| is_old).find_map(shown))?
            }
        };
        self.rows.place_by(|other| self.lines.order(other, &at))
    }

    fn other(&self, of: Of) -> Option<At> {
        let index = self.asked.iter().position(|asked| asked.of == of)?;
        self.lines.others.get(index)?.as_ref().map(|_| At::Other(small(index)))
    }

    /// Makes all rows anew. Where the desk is the same what was asked for together is known; where a letter
    /// more was typed, no row comes that was not there, and those that stay keep their order.
    fn make(&mut self, wish: Wish<'_>, is_same: bool, now: Timestamp) {
        let state = wish.state;
        let maker = Maker::new(wish);
        let asked = maker.asked();
        let is_asked_same = asked.len() == self.asked.len()
            && asked.iter().zip(&self.asked).all(|(is, was)| is.is_same(was));
        let is_same = is_same && is_asked_same;
        let narrows = is_same
            && wish.sort == self.wanted.1
            && wish.filter.narrows(&self.wanted.0)
            && self.lines.of.len() == state.quotes.len();
        (self.asked, self.wanted) = (asked, (wish.filter.clone(), wish.sort));
        if narrows {
            for (own, (key, brief)) in self.lines.of.iter_mut().zip(state.quotes.briefs()) {
                if !own.lines().is_empty() && !maker.passes(key, brief) {
                    *own = Own::None;
                }
            }
            self.lines.others = maker.others(&self.asked, &self.sections);
            let mut rows = std::mem::take(&mut self.rows).into_all();
            rows.retain(|at| self.lines.of(at).is_some());
            self.list(rows);
        } else {
            let made = self.begin(wish, is_same, now);
            self.go_on(&made, wish, usize::MAX);
            self.end(&made);
        }
    }

    /// Lists rows that are in order, with the lines above their sections.
    pub(super) fn list(&mut self, mut rows: Vec<At>) {
        let lines = &self.lines;
        self.put += u64::try_from(rows.len()).unwrap_or(0);
        let sections = rows.chunk_by(|one, other| lines.is_beside(one, other));
        let together = sections.filter(|rows| rows.first().is_some_and(|at| lines.is_together(at)));
        let together = together.map(<[At]>::len);
        let (many, heads) = together.fold((0, 0), |(many, heads), rows| (many + rows, heads + 1));
        self.together = many;
        if self.together > 0 {
            let mut all = Vec::with_capacity(rows.len() + heads + 1);
            let mut last: Option<Arc<Section>> = None;
            for at in rows {
                let section = lines.section(&at);
                if !is_same(section, last.as_ref()) {
                    last = section.cloned();
                    all.extend(last.clone().map(At::Head));
                }
                all.push(at);
            }
            rows = all;
        }
        self.rows = Sorted::in_order(rows);
    }

    /// Puts anew what changed.
    fn follow(&mut self, changed: &BTreeSet<usize>, wish: Wish<'_>, now: Timestamp) {
        let state = wish.state;
        self.lines.of.resize_with(state.quotes.len(), Own::default);
        let maker = Maker::new(wish);
        let newest = changed.iter().map(|index| newest(state, *index));
        let mut moved: BTreeSet<usize> = newest.chain(changed.iter().copied()).collect();
        let of = |index: &usize| state.quotes.brief(*index).and_then(|brief| brief.rfq.clone());
        let mut rfqs: BTreeSet<Arc<str>> = moved.iter().filter_map(of).collect();
        let asked = maker.asked();
        if asked != self.asked {
            let all = asked.iter().chain(&self.asked);
            rfqs.extend(all.filter_map(|asked| asked.rfq.clone()));
        }
        for rfq in &rfqs {
            if self.sections.again(state, rfq, now) {
                moved.extend(state.places.together(&RfqId::from(&**rfq)));
            }
        }
        let ranked = self.sections.ranked_of(state, &rfqs);
        for index in moved {
            let Some((key, brief)) = state.quotes.key(index).zip(state.quotes.brief(index)) else {
                continue;
            };
            let place = ranked.get(&index).copied();
            let section = self.sections.get(state, brief.rfq.as_deref());
            let new = maker.quote((index, key), brief, (section, place));
            let Some(old) = self.lines.of.get(index).filter(|old| **old != new) else { continue };
            at_quote(small(index), old.lines().len()).for_each(|at| self.remove(&at));
            let many = new.lines().len();
            self.lines.of[index] = new;
            at_quote(small(index), many).for_each(|at| self.insert(at));
        }
        let new = maker.others(&asked, &self.sections);
        self.asked = asked;
        if new != self.lines.others {
            let at = |lines: &[Option<Line>]| {
                let some = (0..).zip(lines).filter(|(_, line)| line.is_some());
                some.map(|(index, _)| At::Other(index)).collect::<Vec<_>>()
            };
            for at in at(&self.lines.others) {
                self.remove(&at);
            }
            self.lines.others = new;
            for at in at(&self.lines.others) {
                self.insert(at);
            }
        }
    }

    /// Takes a row away, and the line above its section with the last one of it.
    fn remove(&mut self, at: &At) {
        self.rows.remove_by(|other| self.lines.order(other, at));
        let Some(section) = self.lines.section(at).cloned() else { return };
        if section.rfq.is_some() {
            self.together -= 1;
        }
        self.head(section);
        if self.together == 0 {
            self.head(Arc::clone(self.sections.alone()));
        }
    }

    /// Puts a row at its place, and the line above its section with the first one of it.
    fn insert(&mut self, at: At) {
        let section = self.lines.section(&at).cloned();
        self.put += 1;
        self.insert_at(at);
        let Some(section) = section else { return };
        if section.rfq.is_some() {
            self.together += 1;
            if self.together == 1 {
                self.head(Arc::clone(self.sections.alone()));
            }
        }
        self.head(section);
    }

    /// Puts the line above a section there, or takes it away: it is there while the section has rows, and
    /// any rows at all were asked for together.
    fn head(&mut self, section: Arc<Section>) {
        let at = At::Head(section);
        self.insert_at(at.clone());
        let place = self.rows.place_by(|other| self.lines.order(other, &at));
        let below = place.and_then(|place| self.rows.get(place + 1));
        let has_rows = below.is_some_and(|below| self.lines.is_beside(below, &at));
        if self.together == 0 || !has_rows {
            self.rows.remove_by(|other| self.lines.order(other, &at));
        }
    }

    fn insert_at(&mut self, at: At) {
        let wanted = at.clone();
        self.rows.insert_by(at, |other| self.lines.order(other, &wanted));
    }
}
