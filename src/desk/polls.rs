//! Which deal is read next. Sellers are asked one by one and not too often, however many deals are
//! live with them: so many a second and so many under way for each, none while something else is asked
//! of the same seller, and fewer where a seller does not answer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::SellerName;

/// How deals are read, for each seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// How many a second at most.
    pub a_second: u32,
    /// How many may be under way at once.
    pub at_once: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { a_second: 10, at_once: 4 }
    }
}

impl Pace {
    /// From one question to the next.
    fn gap(self) -> SignedDuration {
        SignedDuration::from_secs(1) / i32::try_from(self.a_second.max(1)).unwrap_or(i32::MAX)
    }
}

/// The longest pause between two questions to a seller that does not answer.
const MOST: SignedDuration = SignedDuration::from_secs(60);

/// Of so many questions one is about a deal that runs, also while others wait for their seller.
const FAIR: u32 = 4;

/// Whether a deal waits for its seller to activate it, or runs: who waits is read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It waits for its seller.
    Waits,
    /// It runs.
    Runs,
}

/// The deals of one seller.
#[derive(Debug, Clone)]
struct Lane {
    /// By class: when each is to be read, by its position.
    due: [BTreeSet<(Timestamp, usize)>; 2],
    under_way: BTreeSet<usize>,
    /// Other questions to this seller that are under way.
    busy: usize,
    /// Not before this.
    next_at: Timestamp,
    asked: u32,
}

impl Lane {
    fn first(&self, class: Class) -> Option<(Timestamp, usize)> {
        self.due[class as usize].first().copied()
    }

    fn wakes(&self, pace: Pace) -> Option<Timestamp> {
        if self.busy > 0 || self.under_way.len() >= pace.at_once.max(1) {
            return None;
        }
        let first = [Class::Waits, Class::Runs].into_iter().filter_map(|class| self.first(class));
        Some(first.map(|(at, _)| at).min()?.max(self.next_at))
    }

    fn next(&self, now: Timestamp) -> Option<usize> {
        let of = |class| self.first(class).filter(|(at, _)| *at <= now).map(|(_, index)| index);
        let fair = self.asked % FAIR == FAIR - 1;
        let order = if fair { [Class::Runs, Class::Waits] } else { [Class::Waits, Class::Runs] };
        order.into_iter().find_map(of)
    }
}

/// When a deal is to be read, and among whose.
#[derive(Debug, Clone, Copy)]
struct Place {
    lane: usize,
    class: Class,
    at: Option<Timestamp>,
}

/// All of them. A lane is called by its number, in the order in which sellers came.
#[derive(Debug, Clone, Default)]
pub struct Polls {
    lanes: Vec<Lane>,
    names: BTreeMap<SellerName, usize>,
    /// By a deal's position; none of those that are over when they are first heard of.
    places: BTreeMap<usize, Place>,
}

impl Polls {
    /// The lane of a seller.
    pub(super) fn lane(&mut self, seller: &SellerName) -> usize {
        if let Some(lane) = self.names.get(seller) {
            return *lane;
        }
        self.lanes.push(Lane {
            due: Default::default(),
            under_way: BTreeSet::new(),
            busy: 0,
            next_at: Timestamp::MIN,
            asked: 0,
        });
        let lane = self.lanes.len() - 1;
        self.names.insert(seller.clone(), lane);
        lane
    }

    /// When a deal is read next, if it is read at all and not being read.
    pub fn at(&self, index: usize) -> Option<Timestamp> {
        self.places.get(&index).and_then(|place| place.at)
    }

    /// Whether a deal is being read.
    pub fn is_under_way(&self, index: usize) -> bool {
        let place = self.places.get(&index);
        let lane = place.and_then(|place| self.lanes.get(place.lane));
        lane.is_some_and(|lane| lane.under_way.contains(&index))
    }

    /// How many are being read of a seller.
    pub fn under_way(&self, seller: &SellerName) -> usize {
        let lane = self.names.get(seller).and_then(|lane| self.lanes.get(*lane));
        lane.map_or(0, |lane| lane.under_way.len())
    }

    /// A deal of a lane is to be read at a time, or not at all.
    pub(super) fn set(&mut self, index: usize, lane: usize, class: Class, at: Option<Timestamp>) {
        if at.is_none() && !self.places.contains_key(&index) {
            return;
        }
        self.put(index, Place { lane, class, at });
    }

    fn put(&mut self, index: usize, place: Place) {
        let Place { lane, class, at } = place;
        let before = self.places.insert(index, place);
        if let Some(Place { lane, class, at: Some(at) }) = before {
            self.lanes[lane].due[class as usize].remove(&(at, index));
        }
        if let Some(at) = at {
            self.lanes[lane].due[class as usize].insert((at, index));
        }
    }

    /// A deal is being read.
    pub(super) fn asked(&mut self, index: usize, lane: usize, pace: Pace, now: Timestamp) {
        let class = self.places.get(&index).map_or(Class::Runs, |place| place.class);
        self.put(index, Place { lane, class, at: None });
        let lane = &mut self.lanes[lane];
        lane.under_way.insert(index);
        lane.asked = lane.asked.wrapping_add(1);
        lane.next_at = lane.next_at.max(now.saturating_add(pace.gap()).unwrap_or(now));
    }

    /// A deal was read, by a seller that failed so many times in a row.
    pub(super) fn answered(
        &mut self,
        (index, lane): (usize, usize),
        pace: Pace,
        failures: u32,
        now: Timestamp,
    ) {
        let lane = &mut self.lanes[lane];
        lane.under_way.remove(&index);
        if failures > 0 {
            let pause = pace.gap().saturating_mul(1 << failures.min(12)).min(MOST);
            lane.next_at = lane.next_at.max(now.saturating_add(pause).unwrap_or(now));
        }
    }

    /// Something else is asked of a seller, or is answered.
    pub(super) fn others(&mut self, lane: usize, begins: bool) {
        let busy = &mut self.lanes[lane].busy;
        *busy = if begins { busy.saturating_add(1) } else { busy.saturating_sub(1) };
    }

    /// When a lane may ask next; `None` while it may not, or has nothing to ask.
    pub(super) fn wakes(&self, lane: usize, pace: Pace) -> Option<Timestamp> {
        self.lanes.get(lane).and_then(|lane| lane.wakes(pace))
    }

    /// The deal that a lane reads now, if it may.
    pub(super) fn next(&self, lane: usize, pace: Pace, now: Timestamp) -> Option<usize> {
        let lane = self.lanes.get(lane)?;
        lane.wakes(pace).filter(|at| *at <= now)?;
        lane.next(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milli: i64) -> Timestamp {
        Timestamp::from_millisecond(milli).unwrap()
    }

    fn polls(many: usize, class: Class) -> (Polls, usize) {
        let mut polls = Polls::default();
        let lane = polls.lane(&"a".into());
        (0..many).for_each(|index| polls.set(index, lane, class, Some(at(0))));
        (polls, lane)
    }

    #[test]
    fn a_deal_that_is_over_takes_no_room_until_it_is_read() {
        let (mut polls, lane) = polls(0, Class::Runs);
        polls.set(7, lane, Class::Runs, None);
        assert!(polls.places.is_empty() && polls.at(7).is_none() && !polls.is_under_way(7));
        polls.asked(7, lane, Pace::default(), at(0));
        assert!(polls.is_under_way(7));
        polls.answered((7, lane), Pace::default(), 0, at(0));
        assert!(!polls.is_under_way(7));
    }

    #[test]
    fn they_are_read_at_a_pace_and_few_at_once() {
        let (mut polls, lane) = polls(1_000, Class::Runs);
        let pace = Pace { a_second: 10, at_once: 2 };
        let (mut now, mut asked) = (at(5_000), Vec::new());
        for index in [0, 1] {
            assert_eq!(polls.next(lane, pace, now), Some(index));
            polls.asked(index, lane, pace, now);
            assert_eq!(polls.next(lane, pace, now), None, "one at a time");
            now = at(now.as_millisecond() + 100);
            asked.push(index);
        }
        assert_eq!(polls.wakes(lane, pace), None, "two are under way");
        polls.answered((0, lane), pace, 0, now);
        assert_eq!(polls.next(lane, pace, now), Some(2));
        // What is late is no reason to hurry.
        let late = at(1_000_000);
        polls.asked(2, lane, pace, late);
        polls.answered((1, lane), pace, 0, late);
        assert_eq!(polls.wakes(lane, pace), Some(at(1_000_100)));
    }

    #[test]
    fn they_wait_while_something_else_is_asked_and_where_nobody_answers() {
        let (mut polls, lane) = polls(9, Class::Runs);
        let pace = Pace { a_second: 10, at_once: 4 };
        polls.others(lane, true);
        assert_eq!(polls.wakes(lane, pace), None);
        polls.others(lane, false);
        assert_eq!(polls.wakes(lane, pace), Some(at(0)));
        for (failures, wait) in [(1, 200), (3, 800), (7, 12_800), (12, 60_000), (9_999, 60_000)] {
            let mut polls = polls.clone();
            polls.asked(0, lane, pace, at(0));
            polls.answered((0, lane), pace, failures, at(0));
            assert_eq!(polls.wakes(lane, pace), Some(at(wait)), "{failures}");
        }
    }

    #[test]
    fn who_waits_for_a_seller_is_read_first_and_who_runs_is_not_forgotten() {
        let (mut polls, lane) = polls(20, Class::Waits);
        (20..40).for_each(|index| polls.set(index, lane, Class::Runs, Some(at(-1))));
        let pace = Pace { a_second: 1_000, at_once: 99 };
        let order: Vec<_> = (0..8)
            .map(|second| {
                let now = at(second * 1_000);
                let index = polls.next(lane, pace, now).unwrap();
                polls.asked(index, lane, pace, now);
                index
            })
            .collect();
        assert_eq!(order, [0, 1, 2, 20, 3, 4, 5, 21]);
    }
}
