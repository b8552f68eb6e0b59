//! A list that is always in order, whatever comes and goes: what stands at a place, and at which place
//! something stands, is found without going through all of it.

use std::cmp::Ordering;

/// How many stand in a part at most; a fuller one becomes two.
const FULL: usize = 512;

/// Things in order, none twice.
#[derive(Debug, Clone)]
pub struct Sorted<T> {
    /// Parts in order, none of them empty.
    parts: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self { parts: Vec::new(), len: 0 }
    }
}

impl<T: PartialEq> PartialEq for Sorted<T> {
    fn eq(&self, other: &Self) -> bool {
        self.parts.iter().flatten().eq(other.parts.iter().flatten())
    }
}

impl<T> Sorted<T> {
    /// All of these, which are in order, none of them twice.
    pub fn in_order(all: Vec<T>) -> Self {
        let len = all.len();
        let mut parts = Vec::with_capacity(len.div_ceil(FULL / 2));
        let mut all = all.into_iter().peekable();
        while all.peek().is_some() {
            parts.push(all.by_ref().take(FULL / 2).collect());
        }
        Self { parts, len }
    }

    /// All of them, in order.
    pub fn into_all(self) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len);
        self.parts.into_iter().for_each(|part| all.extend(part));
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The part in which something stands or would stand.
    fn part(&self, order: &impl Fn(&T) -> Ordering) -> usize {
        let is_after = |part: &Vec<T>| part.first().is_some_and(|at| order(at).is_le());
        self.parts.partition_point(is_after).saturating_sub(1)
    }

    /// Puts something at its place; `order` says how others stand to it. Returns whether it is new.
    pub fn insert_by(&mut self, item: T, order: impl Fn(&T) -> Ordering) -> bool {
        let at = self.part(&order);
        let Some(part) = self.parts.get_mut(at) else {
            self.parts.push(vec![item]);
            self.len = 1;
            return true;
        };
        let Err(place) = part.binary_search_by(order) else { return false };
        part.insert(place, item);
        if part.len() > FULL {
            let rest = part.split_off(FULL / 2);
            self.parts.insert(at + 1, rest);
        }
        self.len += 1;
        true
    }

    /// Takes away that to which others stand as `order` says. Returns whether it was there.
    pub fn remove_by(&mut self, order: impl Fn(&T) -> Ordering) -> bool {
        let at = self.part(&order);
        let Some(part) = self.parts.get_mut(at) else { return false };
        let Ok(place) = part.binary_search_by(order) else { return false };
        part.remove(place);
        if part.is_empty() {
            self.parts.remove(at);
        }
        self.len -= 1;
        true
    }

    /// What stands at a place.
    pub fn get(&self, place: usize) -> Option<&T> {
        let mut left = place;
        for part in &self.parts {
            if let Some(item) = part.get(left) {
                return Some(item);
            }
            left -= part.len();
        }
        None
    }

    /// Where that stands to which others stand as `order` says.
    pub fn place_by(&self, order: impl Fn(&T) -> Ordering) -> Option<usize> {
        let at = self.part(&order);
        let place = self.parts.get(at)?.binary_search_by(order).ok()?;
        Some(self.parts.iter().take(at).map(Vec::len).sum::<usize>() + place)
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().flatten()
    }

    /// Everything from a place on.
    pub fn from(&self, place: usize) -> impl Iterator<Item = &T> {
        let (mut at, mut left) = (0, place);
        while let Some(part) = self.parts.get(at).filter(|part| part.len() <= left) {
            (at, left) = (at + 1, left - part.len());
        }
        self.parts.iter().skip(at).flatten().skip(left)
    }
}

impl<T: Ord> Sorted<T> {
    /// All of these.
    pub fn of(mut all: Vec<T>) -> Self {
        all.sort_unstable();
        all.dedup();
        Self::in_order(all)
    }

    /// Puts something at its place. Returns whether it is new.
    pub fn insert(&mut self, item: T) -> bool
    where
        T: Copy,
    {
        self.insert_by(item, |other| other.cmp(&item))
    }

    /// Takes something away. Returns whether it was there.
    pub fn remove(&mut self, item: &T) -> bool {
        self.remove_by(|other| other.cmp(item))
    }

    /// Where something stands.
    pub fn place(&self, item: &T) -> Option<usize> {
        self.place_by(|other| other.cmp(item))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_is_a_set_in_order(
            first in prop::collection::vec(0u16..3_000, 0..1_500),
            moves in prop::collection::vec((0u16..3_000, any::<bool>()), 0..2_000),
        ) {
            let mut model: BTreeSet<u16> = first.iter().copied().collect();
            let mut sorted = Sorted::of(first);
            for (item, comes) in moves {
                if comes {
                    prop_assert_eq!(sorted.insert(item), model.insert(item));
                } else {
                    prop_assert_eq!(sorted.remove(&item), model.remove(&item));
                }
            }
            prop_assert_eq!(sorted.len(), model.len());
            prop_assert!(sorted.iter().eq(model.iter()));
            for (place, item) in model.iter().enumerate() {
                prop_assert_eq!(sorted.get(place), Some(item));
                prop_assert_eq!(sorted.place(item), Some(place));
            }
            prop_assert_eq!(sorted.get(model.len()), None);
            prop_assert_eq!(sorted.place(&3_000), None);
            let middle = model.len() / 2;
            prop_assert!(sorted.from(middle).eq(model.iter().skip(middle)));
            prop_assert_eq!(sorted.from(model.len()).next(), None);
            prop_assert!(sorted.into_all().iter().eq(&model));
        }
    }
}
