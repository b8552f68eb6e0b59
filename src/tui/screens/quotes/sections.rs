//! The sections of the quotes: what was asked for together stands together, with its ranking while
//! something is expected of it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    group::{self, Group},
    line::{Asked, small, wide},
};
use crate::{desk::State, domain::RfqId};

/// What stands together under a line of its own: what is under way first, newest first; then what was
/// asked for alone; then what is over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Section {
    pub(super) order: u8,
    pub(super) since: Reverse<Option<Timestamp>>,
    pub(super) rfq: Option<Arc<str>>,
}

impl Section {
    /// What was asked for alone.
    fn alone() -> Self {
        Self { order: 1, since: Reverse(None), rfq: None }
    }

    fn of(rfq: Arc<str>, group: Option<&Group>, since: Option<Timestamp>) -> Self {
        let order = if group.is_some_and(Group::is_under_way) { 0 } else { 2 };
        let since = Reverse(group.map(|group| group.since).or(since));
        Self { order, since, rfq: Some(rfq) }
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Sections {
    alone: Arc<Section>,
    /// By the place of an RFQ among those of which there is a quote.
    of: Vec<Option<Arc<Section>>>,
    /// RFQs of which there is none yet.
    asked: BTreeMap<Arc<str>, Arc<Section>>,
    /// RFQs of which something is expected.
    groups: BTreeMap<RfqId, Group>,
}

impl Default for Sections {
    fn default() -> Self {
        let (of, asked, groups) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { alone: Arc::new(Section::alone()), of, asked, groups }
    }
}

impl Sections {
    /// Those of all RFQs, and of what is asked for.
    pub(super) fn of(state: &State, asked: &[Asked], now: Timestamp) -> Self {
        let mut sections = Self::default();
        // Of most nothing is expected: they are not looked through for it one by one.
        let of = |index| state.quotes.brief(index)?.rfq.as_deref();
        let asked = asked.iter().filter_map(|asked| asked.rfq.as_deref());
        let failed = state.failed_asks.iter().filter_map(|failed| failed.rfq.as_ref());
        let expected = state.places.quotes().filter_map(of).chain(asked);
        let expected: BTreeSet<&str> = expected.chain(failed.map(RfqId::as_str)).collect();
        sections.of.resize(state.places.rfqs().len(), None);
        for rfq in expected {
            sections.again(state, rfq, now);
        }
        for ((rfq, members), section) in state.places.rfqs().zip(&mut sections.of) {
            section.get_or_insert_with(|| {
                let since = group::first(state, members);
                Arc::new(Section::of(Arc::clone(rfq), None, since))
            });
        }
        sections
    }

    /// Where stands what was asked for together, or alone.
    pub(super) fn get(&self, state: &State, rfq: Option<&str>) -> Option<&Arc<Section>> {
        let Some(rfq) = rfq else { return Some(&self.alone) };
        match state.places.rfq(rfq) {
            Some((place, _)) => self.of.get(place)?.as_ref(),
            None => self.asked.get(rfq),
        }
    }

    /// The number of the section of each quote, by its position: no quote has to find its own.
    pub(super) fn of_quotes(&self, state: &State) -> Vec<u32> {
        let mut numbers = vec![small(self.of.len()); state.quotes.len()];
        for (number, (_, members)) in (0..).zip(state.places.rfqs()) {
            for index in members {
                if let Some(of) = numbers.get_mut(index) {
                    *of = number;
                }
            }
        }
        numbers
    }

    /// The section of a number.
    pub(super) fn numbered(&self, number: u32) -> Option<&Arc<Section>> {
        self.of.get(wide(number)).map_or(Some(&self.alone), Option::as_ref)
    }

    /// All of them in order.
    pub(super) fn in_order(&self) -> InOrder<'_> {
        let all = self.of.iter().map(Option::as_ref).chain([Some(&self.alone)]);
        let all = all.chain(self.asked.values().map(Some));
        let mut all: Vec<(Option<&Arc<Section>>, u32)> = all.zip(0..).collect();
        // Stable: those of the past came in order but for their direction, and it sees that.
        all.sort();
        let mut places = vec![0; all.len()];
        for (place, (_, number)) in (0..).zip(&all) {
            places[wide(*number)] = place;
        }
        InOrder { all, places }
    }

    /// What was asked for alone.
    pub(super) fn alone(&self) -> &Arc<Section> {
        &self.alone
    }

    /// An RFQ of which something is expected.
    pub(super) fn group(&self, rfq: &RfqId) -> Option<&Group> {
        self.groups.get(rfq)
    }

    /// The places of the quotes that are ranked, by their position.
    pub(super) fn ranked(&self, state: &State) -> BTreeMap<usize, usize> {
        self.groups.values().flat_map(|group| group.places(state)).collect()
    }

    /// The same of these RFQs.
    pub(super) fn ranked_of(
        &self,
        state: &State,
        rfqs: &BTreeSet<Arc<str>>,
    ) -> BTreeMap<usize, usize> {
        let groups = rfqs.iter().filter_map(|rfq| self.groups.get(&RfqId::from(&**rfq)));
        groups.flat_map(|group| group.places(state)).collect()
    }

    /// Finds out anew what an RFQ is. Returns whether it is something else than before.
    pub(super) fn again(&mut self, state: &State, rfq: &str, now: Timestamp) -> bool {
        let id = RfqId::from(rfq);
        let before = self.groups.remove(&id);
        if group::is_expected(state, &id) {
            self.groups.insert(id.clone(), group::of(state, &id, now));
        }
        let group = self.groups.get(&id);
        let places = |group: Option<&Group>| group.map(|group| group.places(state).collect());
        let is_ranked_so: bool =
            places(before.as_ref()).unwrap_or_else(Vec::new) == places(group).unwrap_or_default();
        let known = state.places.rfq(rfq);
        let name = known.map_or_else(|| Arc::from(rfq), |(_, name)| Arc::clone(name));
        let section = Section::of(name, group, group::since(state, &id));
        let is_same = self.get(state, Some(rfq)).is_some_and(|known| **known == section);
        // One that is the same stays where it is: rows of one section are told by that.
        if !is_same {
            self.put(known.map(|(place, _)| place), rfq, Arc::new(section));
        }
        !is_ranked_so || !is_same
    }

    fn put(&mut self, place: Option<usize>, rfq: &str, section: Arc<Section>) {
        let Some(place) = place else {
            self.asked.insert(Arc::from(rfq), section);
            return;
        };
        self.asked.remove(rfq);
        if self.of.len() <= place {
            self.of.resize(place + 1, None);
        }
        self.of[place] = Some(section);
    }
}

/// Sections in their order.
#[derive(Debug)]
pub(super) struct InOrder<'s> {
    all: Vec<(Option<&'s Arc<Section>>, u32)>,
    /// By number.
    places: Vec<u32>,
}

impl InOrder<'_> {
    /// At which place the section of a number stands.
    pub(super) fn numbered(&self, number: u32) -> u32 {
        self.places.get(wide(number)).copied().unwrap_or(u32::MAX)
    }

    /// At which place a section stands.
    pub(super) fn place(&self, section: Option<&Arc<Section>>) -> u32 {
        small(self.all.partition_point(|(other, _)| *other < section))
    }
}
