//! What is due when. The desk sleeps until the earliest of these; nothing ticks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that falls due by time. Numbers are positions in the state's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A quote runs out.
    Expire(usize),
    /// A quote comes near its end: a quarter of its time, a minute, nothing is left.
    Warn(usize),
    /// A strategy is to move.
    Auto(usize),
    /// A move without an answer is to be looked up.
    LookMove(usize),
    /// A booking without an answer is to be looked up.
    LookBooking(usize),
    /// A seller may be asked for the status of a deal: the number of its lane.
    Poll(usize),
    /// The armed ticket closes by itself.
    Ticket,
    /// A trigger's time is over.
    Trigger,
}

/// At most one time per thing.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    by_time: BTreeSet<(Timestamp, Due)>,
    by_due: BTreeMap<Due, Timestamp>,
}

impl Schedule {
    /// `due` falls due at `at`, or never.
    pub fn set(&mut self, due: Due, at: Option<Timestamp>) {
        let before = match at {
            Some(at) => self.by_due.insert(due, at),
            None => self.by_due.remove(&due),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, due));
        }
        if let Some(at) = at {
            self.by_time.insert((at, due));
        }
    }

    /// When `due` falls due.
    pub fn get(&self, due: Due) -> Option<Timestamp> {
        self.by_due.get(&due).copied()
    }

    /// The earliest time of all.
    pub fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// What is due at `now`, earliest first, at most `most` of it.
    pub fn due(&self, now: Timestamp, most: usize) -> Vec<Due> {
        self.by_time
            .iter()
            .take_while(|(at, _)| *at <= now)
            .take(most)
            .map(|(_, due)| *due)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn each_thing_is_due_once_and_the_earliest_first() {
        let mut schedule = Schedule::default();
        schedule.set(Due::Poll(1), Some(at(30)));
        schedule.set(Due::Expire(7), Some(at(10)));
        schedule.set(Due::Poll(1), Some(at(5)));
        assert_eq!(schedule.next(), Some(at(5)));
        assert_eq!(schedule.due(at(20), 9), [Due::Poll(1), Due::Expire(7)]);
        assert_eq!(schedule.due(at(20), 1), [Due::Poll(1)]);
        schedule.set(Due::Poll(1), None);
        assert_eq!((schedule.next(), schedule.get(Due::Poll(1))), (Some(at(10)), None));
    }
}
