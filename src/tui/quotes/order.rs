//! The quotes in their order, kept up as they change: of a hundred thousand only those that changed are
//! put anew, and only those that are seen are looked at.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    group::{self, Group},
    line::{Asked, Line, Maker, Own, Section, Sections, Wish, newest},
    rows::{Key, Row},
};
use crate::{
    desk::{Sorted, State, rivals},
    domain::RfqId,
    tui::parts::filter::Filter,
};

/// What the rows were made for: the list's version, and what an auction is assumed to clear at.
type Basis = (u64, Decimal);

/// Every row, and what they were asked for in.
#[derive(Debug, Default)]
pub(super) struct Shown {
    lines: Sorted<Line>,
    /// By a quote's position: its own rows.
    of: Vec<Own>,
    /// What is asked for and what did not come, and the rows of these.
    asked: Vec<Asked>,
    others: Vec<Line>,
    sections: Sections,
    /// How many rows stand in a section; none where all is one list.
    many: BTreeMap<Arc<Section>, usize>,
    is_one_list: bool,
    /// RFQs of which something is expected.
    groups: BTreeMap<RfqId, Group>,
    /// RFQs that are seen, of which nothing is expected.
    seen: BTreeMap<RfqId, Group>,
    /// Second choices that are gone too soon.
    pub(super) gaps: rivals::Gaps,
    basis: Option<Basis>,
    /// How they were wanted.
    wanted: (Filter, usize),
    changes: u64,
    /// How many rows were ever put at their place.
    put: u64,
}

impl Shown {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many rows were ever put at their place.
    #[cfg(test)]
    pub(super) fn put(&self) -> u64 {
        self.put
    }

    /// Brings the rows in line with the desk; `version` is the list's.
    pub(super) fn refresh(&mut self, wish: Wish<'_>, version: u64, now: Timestamp) {
        let state = wish.state;
        let basis = Some((version, state.setup.limits.auction_factor));
        let changed = state.places.changed_since(self.changes);
        let changed: Option<BTreeSet<usize>> =
            changed.filter(|_| self.basis == basis).map(Iterator::collect);
        let is_known = self.basis.is_some_and(|(_, factor)| Some(factor) == basis.map(|new| new.1));
        let is_same = is_known && self.changes == state.places.changes();
        let is_done = changed.is_some_and(|changed| self.follow(&changed, wish, now));
        if !is_done {
            self.make(wish, is_same, now);
        }
        if !is_same || self.changes != state.places.changes() {
            self.gaps = rivals::gaps(state, now).0;
        }
        (self.basis, self.changes) = (basis, state.places.changes());
        self.seen.clear();
    }

    /// An RFQ that is under way or seen.
    pub(super) fn group(&self, rfq: &RfqId) -> Option<&Group> {
        self.groups.get(rfq).or_else(|| self.seen.get(rfq))
    }

    /// So many rows from a place on, as they are drawn.
    pub(super) fn window(
        &mut self,
        state: &State,
        (from, many): (usize, usize),
        now: Timestamp,
    ) -> Vec<Row> {
        let (mut rows, seen) = (Vec::with_capacity(many), &mut self.seen);
        for line in self.lines.from(from).take(many) {
            let Some(key) = line.key(state) else { continue };
            let brief = state.quotes.brief(line.shows());
            let section = line.section.as_ref().and_then(|section| section.rfq.as_deref());
            let rfq = section.or(brief.and_then(|brief| brief.rfq.as_deref())).map(RfqId::from);
            let group = rfq.map(|rfq| match self.groups.get(&rfq) {
                Some(group) => group,
                None => seen.entry(rfq).or_insert_with_key(|rfq| group::of(state, rfq, now)),
            });
            let ranked = match &key {
                Key::Quote(key) if line.depth == 0 => group.and_then(|group| group.ranked(key)),
                Key::Quote(_) | Key::Group(_) | Key::Asking(_) | Key::Failed(_) => None,
            };
            rows.push(Row { key, depth: line.depth.into(), ranked });
        }
        rows
    }

    /// What stands at a place.
    pub(super) fn key(&self, state: &State, place: usize) -> Option<Key> {
        self.lines.get(place)?.key(state)
    }

    /// Where something stands.
    pub(super) fn place(&self, state: &State, wanted: &Key) -> Option<usize> {
        match wanted {
            Key::Group(rfq) => {
                let rfq = rfq.as_ref().map(|rfq| Arc::from(rfq.as_str()));
                let section = self.sections.get(&rfq)?;
                self.lines.place(&Line::head(Arc::clone(section)))
            }
            Key::Asking(_) | Key::Failed(_) => {
                let line = self.others.iter().find(|line| line.key(state).as_ref() == Some(wanted));
                self.lines.place(line?)
            }
            Key::Quote(quote) => {
                let index = state.quotes.get_index_of(quote)?;
                let shown =
                    |own: &Own| own.lines().iter().find(|line| line.shows() == index).cloned();
                let line = self.of.get(newest(state, index)).and_then(shown);
                // One that was asked for again more than once stands under each that replaced it.
                let is_old = state.quotes.brief(index)?.replaced_by.is_some();
                let line = line.or_else(|| self.of.iter().filter(|_| is_old).find_map(shown));
                self.lines.place(&line?)
            }
        }
    }

    /// Makes all rows anew. Where the desk is the same what was asked for together is known; where a letter
    /// more was typed, no row comes that was not there.
    fn make(&mut self, wish: Wish<'_>, is_same: bool, now: Timestamp) {
        let state = wish.state;
        let mut maker = Maker::new(wish);
        let asked = maker.asked();
        let is_asked_same = asked.len() == self.asked.len()
            && asked.iter().zip(&self.asked).all(|(is, was)| is.is_same(was));
        let is_same = is_same && is_asked_same;
        let narrows = is_same
            && wish.sort == self.wanted.1
            && wish.filter.narrows(&self.wanted.0)
            && self.of.len() == state.quotes.len();
        // What was there goes first: a big list is never held twice.
        let of = std::mem::take(&mut self.of);
        let Self { put, sections, groups, gaps, .. } = std::mem::take(self);
        *self = Self { asked, gaps, put, ..Self::default() };
        self.wanted = (wish.filter.clone(), wish.sort);
        if is_same {
            (self.sections, self.groups) = (sections, groups);
        } else {
            self.sections.insert(None, Arc::new(Section::alone()));
            let asked = self.asked.iter().filter_map(|asked| asked.rfq.as_ref());
            let rfqs: BTreeSet<Arc<str>> = state.places.rfqs().chain(asked).cloned().collect();
            for rfq in rfqs {
                self.regroup(state, rfq, now);
            }
        }
        self.of = of;
        if narrows {
            for (own, (key, brief)) in self.of.iter_mut().zip(state.quotes.briefs()) {
                if !own.lines().is_empty() && !maker.passes(key, brief) {
                    *own = Own::None;
                }
            }
        } else {
            self.of.clear();
            self.of.reserve_exact(state.quotes.len());
            let places = self.groups.values().flat_map(|group| group.places(state));
            let places: BTreeMap<usize, usize> = places.collect();
            let sections = &self.sections;
            self.of.extend(state.quotes.briefs().enumerate().map(|(index, (key, brief))| {
                maker.quote((index, key), brief, (sections, places.get(&index).copied()))
            }));
        }
        self.others = maker.others(&self.asked, &self.sections);
        let all = || self.of.iter().flat_map(Own::lines).chain(&self.others);
        self.is_one_list = !all().any(is_together);
        if self.is_one_list {
            let own = self.of.iter_mut().flat_map(Own::lines_mut);
            own.chain(&mut self.others).for_each(|line| line.section = None);
        }
        let all = || self.of.iter().flat_map(Own::lines).chain(&self.others);
        for section in all().filter_map(|line| line.section.as_ref()) {
            *self.many.entry(Arc::clone(section)).or_default() += 1;
        }
        let mut lines = Vec::with_capacity(all().count() + self.many.len());
        lines.extend(all().cloned());
        lines.extend(self.many.keys().cloned().map(Line::head));
        self.put += u64::try_from(lines.len()).unwrap_or(0);
        self.lines = Sorted::of(lines);
    }

    /// Finds out anew what an RFQ is. Returns whether it is something else than before.
    fn regroup(&mut self, state: &State, rfq: Arc<str>, now: Timestamp) -> bool {
        let id = RfqId::from(&*rfq);
        let before = self.groups.remove(&id);
        if group::is_expected(state, &id) {
            self.groups.insert(id.clone(), group::of(state, &id, now));
        }
        let group = self.groups.get(&id);
        let (order, since) = match group {
            Some(group) => (if group.is_under_way() { 0 } else { 2 }, Some(group.since)),
            None => (2, group::since(state, &id)),
        };
        let since = Reverse(since);
        let section = Arc::new(Section { order, since, rfq: Some(Arc::clone(&rfq)) });
        let places = |group: Option<&Group>| group.map(|group| group.places(state).collect());
        let is_ranked_so: bool =
            places(before.as_ref()).unwrap_or_else(Vec::new) == places(group).unwrap_or_default();
        let known = self.sections.insert(Some(rfq), Arc::clone(&section));
        !is_ranked_so || known != Some(section)
    }

    /// Puts anew what changed. Returns whether that is all that is to be done.
    fn follow(&mut self, changed: &BTreeSet<usize>, wish: Wish<'_>, now: Timestamp) -> bool {
        let state = wish.state;
        self.of.resize_with(state.quotes.len(), Own::default);
        let mut maker = Maker::new(wish);
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
            if self.regroup(state, Arc::clone(rfq), now) {
                moved.extend(state.places.together(&RfqId::from(&**rfq)));
            }
        }
        let ranked = rfqs.iter().filter_map(|rfq| self.groups.get(&RfqId::from(&**rfq)));
        let ranked: BTreeMap<usize, usize> = ranked.flat_map(|group| group.places(state)).collect();
        for index in moved {
            let Some((key, brief)) = state.quotes.key(index).zip(state.quotes.brief(index)) else {
                continue;
            };
            let place = ranked.get(&index).copied();
            let mut new = maker.quote((index, key), brief, (&self.sections, place));
            if !self.fits(new.lines_mut()) {
                return false;
            }
            let old = std::mem::take(&mut self.of[index]);
            self.replace(old.lines(), new.lines());
            self.of[index] = new;
        }
        let mut new = maker.others(&asked, &self.sections);
        if !self.fits(&mut new) {
            return false;
        }
        let old = std::mem::take(&mut self.others);
        self.replace(&old, &new);
        (self.asked, self.others) = (asked, new);
        self.is_one_list || self.many.keys().any(|section| section.rfq.is_some())
    }

    /// Makes rows as they stand in the list as it is; whether they do: not where it is one list and they
    /// were asked for together.
    fn fits(&self, lines: &mut [Line]) -> bool {
        if !self.is_one_list {
            return true;
        }
        let is_one = !lines.iter().any(is_together);
        lines.iter_mut().filter(|_| is_one).for_each(|line| line.section = None);
        is_one
    }

    fn replace(&mut self, old: &[Line], new: &[Line]) {
        if old == new {
            return;
        }
        for line in old {
            self.lines.remove(line);
            let Some(section) = &line.section else { continue };
            if let Some(many) = self.many.get_mut(section) {
                *many -= 1;
                if *many == 0 {
                    self.many.remove(section);
                    self.lines.remove(&Line::head(Arc::clone(section)));
                }
            }
        }
        for line in new {
            self.put += 1;
            self.lines.insert(line.clone());
            let Some(section) = &line.section else { continue };
            let many = self.many.entry(Arc::clone(section)).or_default();
            *many += 1;
            if *many == 1 {
                self.lines.insert(Line::head(Arc::clone(section)));
            }
        }
    }
}

/// Whether a row was asked for together with others.
fn is_together(line: &Line) -> bool {
    line.section.as_ref().is_some_and(|section| section.rfq.is_some())
}
