//! The order of the board: what needs a person first, then by deadline, then by money.
//!
//! Kept sorted as records change, so that a frame reads a piece of it and sorts nothing.

use std::cmp::Reverse;

use jiff::Timestamp;

use strum::EnumCount as _;

use super::{
    row::{Kind, Row},
    sorted::Sorted,
};
use crate::domain::{Group, Stage};

/// What a row is sorted by. There is one for every row, so it takes little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    group: Group,
    /// Within a group: what is unknown, then what is disputed, before what merely waits.
    urgency: u8,
    second: i64,
    cents: Reverse<i64>,
    kind: Kind,
    index: u32,
}

impl Key {
    /// The key of a row at `stage` in `group`, with its deadline and its cost in cents.
    pub fn new(
        (stage, group): (Stage, Group),
        deadline: Option<Timestamp>,
        cents: i64,
        row: Row,
    ) -> Self {
        // What ended although it was booked comes before what merely waits.
        let waits = u8::from(group == stage.group());
        let is_alarm = stage == Stage::Unknown || stage == Stage::Disputed;
        let urgency = if is_alarm { u8::from(stage == Stage::Disputed) } else { 2 + waits };
        // Rows without a deadline come after those with one; in DONE the newest come first.
        let second = deadline.map_or(i64::MAX, Timestamp::as_second);
        let second = if group == Group::Done { -second } else { second };
        // No desk has as many rows as this holds.
        let index = u32::try_from(row.index).unwrap_or(u32::MAX);
        Self { group, urgency, second, cents: Reverse(cents), kind: row.kind, index }
    }

    /// The group the row is in.
    pub fn group(&self) -> Group {
        self.group
    }

    /// The row.
    pub fn row(&self) -> Row {
        Row { kind: self.kind, index: usize::try_from(self.index).unwrap_or(usize::MAX) }
    }
}

/// All rows in order.
#[derive(Debug, Clone, Default)]
pub struct Board {
    keys: Sorted<Key>,
    /// The key of every row, by its kind and its position.
    slots: [Vec<Option<Key>>; Kind::COUNT],
    counts: [usize; 4],
}

impl Board {
    /// A board of all these rows.
    pub(super) fn of(rows: impl Iterator<Item = (Row, Option<Key>)>) -> Self {
        let (mut board, mut keys) = (Self::default(), Vec::new());
        for (row, key) in rows {
            *board.slot(row) = key;
            if let Some(key) = key {
                board.counts[key.group as usize] += 1;
                keys.push(key);
            }
        }
        board.keys = Sorted::of(keys);
        board
    }

    fn slot(&mut self, row: Row) -> &mut Option<Key> {
        let slots = &mut self.slots[row.kind as usize];
        if slots.len() <= row.index {
            slots.resize(row.index + 1, None);
        }
        &mut slots[row.index]
    }

    /// Puts a row at its place, or takes it off.
    pub fn set(&mut self, row: Row, key: Option<Key>) {
        let before = std::mem::replace(self.slot(row), key);
        if before == key {
            return;
        }
        if let Some(before) = before {
            self.counts[before.group as usize] -= 1;
            self.keys.remove(&before);
        }
        if let Some(key) = key {
            self.counts[key.group as usize] += 1;
            self.keys.insert(key);
        }
    }

    /// Every row, in order.
    pub fn rows(&self) -> &Sorted<Key> {
        &self.keys
    }

    /// How many rows a group has.
    pub fn count(&self, group: Group) -> usize {
        self.counts[group as usize]
    }

    /// Where a row stands.
    pub fn place(&self, row: Row) -> Option<usize> {
        self.keys.place(self.slots[row.kind as usize].get(row.index)?.as_ref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn a_key_is_small() {
        assert_eq!(size_of::<Option<Key>>(), 24);
    }

    #[test]
    fn what_needs_a_person_is_on_top_then_the_nearest_deadline_then_the_money() {
        let mut board = Board::default();
        for (index, (stage, deadline, cents)) in [
            (Stage::Quoted, at(50), 100),
            (Stage::Active, None, 900),
            (Stage::MyTurn, at(90), 100),
            (Stage::Quoted, at(20), 100),
            (Stage::Unknown, None, 100),
            (Stage::Quoted, at(20), 500),
        ]
        .into_iter()
        .enumerate()
        {
            let row = Row::quote(index);
            board.set(row, Some(Key::new((stage, stage.group()), deadline, cents, row)));
        }
        let order: Vec<_> = board.rows().iter().map(Key::row).collect();
        assert_eq!(order, [4, 2, 5, 3, 0, 1].map(Row::quote));
        assert_eq!(board.count(Group::Pipeline), 3);
        assert_eq!(board.place(Row::quote(0)), Some(4));
    }

    #[test]
    fn what_is_disputed_stands_together_above_what_came_to_nothing() {
        let mut board = Board::default();
        let rejected = (Stage::Rejected, Group::NeedsMe);
        let disputed = (Stage::Disputed, Group::NeedsMe);
        let rows = [(disputed, None), (rejected, at(5)), (disputed, at(9)), (rejected, None)];
        for (index, (stands, deadline)) in rows.into_iter().enumerate() {
            let row = Row::deal(index);
            board.set(row, Some(Key::new(stands, deadline, 1, row)));
        }
        let order: Vec<_> = board.rows().iter().map(Key::row).collect();
        assert_eq!(order, [2, 0, 1, 3].map(Row::deal));
    }

    proptest! {
        #[test]
        fn it_stays_sorted_and_complete(moves in prop::collection::vec((0usize..30, 0i64..40, 0i64..5), 0..200)) {
            let mut board = Board::default();
            let mut model = std::collections::BTreeMap::new();
            for (slot, second, cents) in moves {
                let row = Row::deal(slot);
                let key = (second > 0).then(|| {
                    let stage = (Stage::Proposed, Group::Pipeline);
                    Key::new(stage, at(second), cents, row)
                });
                board.set(row, key);
                model.insert(slot, key);
            }
            let mut expect: Vec<_> = model.into_values().flatten().collect();
            expect.sort_unstable();
            prop_assert!(board.rows().iter().eq(&expect));
            let whole = Board::of(board.slots[Kind::Deal as usize].iter().enumerate().map(|(n, key)| (Row::deal(n), *key)));
            prop_assert_eq!(whole.rows(), board.rows());
            prop_assert_eq!(whole.counts, board.counts);
            prop_assert_eq!(board.count(Group::Pipeline), expect.len());
            for (place, key) in expect.iter().enumerate() {
                prop_assert_eq!(board.place(key.row()), Some(place));
            }
        }
    }
}
