//! Records by what they are called, in the order they came. What nothing more is expected of is kept
//! packed; whoever looks at it has it whole.

use std::{
    collections::VecDeque,
    fmt,
    hash::Hash,
    ops::Index,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use indexmap::{IndexMap, IndexSet};
use serde::{Serialize, de::DeserializeOwned};

use crate::pack::{Quick, Words, pack, unpack};

/// So many records that rest are still kept whole: what ended lately is looked at most.
const WHOLE: usize = 500;

/// So many packed records may have been looked at before they are closed again.
const LOOKED_AT: usize = 500;

/// So many names are known at once. Where most are of one record alone, knowing all of them would cost more
/// than keeping some twice.
const NAMES: usize = 10_000;

/// A kind of record that is kept.
pub trait Record: Clone + PartialEq + Serialize + DeserializeOwned {
    /// What it is called.
    type Key: Clone + Eq + Hash + fmt::Debug;

    /// What lists know of it without looking at all of it.
    type Brief: Clone + fmt::Debug;

    /// Its own name.
    fn key(&self) -> Self::Key;

    /// The same in brief.
    fn brief(&self, names: &mut Names) -> Self::Brief;

    /// Whether nothing more is expected of it.
    fn rests(&self) -> bool;
}

/// Names that many records share, each kept once while it comes again and again.
#[derive(Debug, Clone, Default)]
pub struct Names(IndexSet<Arc<str>>);

impl Names {
    /// The one copy of a name.
    pub fn one(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        if self.0.len() >= NAMES {
            self.0.clear();
        }
        let new: Arc<str> = name.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// A record in one of its two forms.
#[derive(Debug)]
enum Body<R> {
    Whole(Box<R>),
    Packed { bytes: Box<[u8]>, seen: OnceLock<Box<R>> },
}

#[derive(Debug)]
struct Slot<R: Record> {
    brief: R::Brief,
    body: Body<R>,
    /// How often it was put or changed.
    version: u32,
}

impl<R: Record> Clone for Slot<R> {
    fn clone(&self) -> Self {
        let body = match &self.body {
            Body::Whole(record) => Body::Whole(record.clone()),
            Body::Packed { bytes, .. } => {
                Body::Packed { bytes: bytes.clone(), seen: OnceLock::new() }
            }
        };
        Self { brief: self.brief.clone(), body, version: self.version }
    }
}

/// Records of one kind.
pub struct Kept<R: Record> {
    slots: IndexMap<R::Key, Slot<R>, Quick>,
    words: Words,
    names: Names,
    /// Records that may be packed, those that rest longest first.
    resting: VecDeque<usize>,
    /// Packed records that somebody looked at.
    looked_at: Mutex<Vec<usize>>,
}

impl<R: Record> Kept<R> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether one is called so.
    pub fn contains_key(&self, key: &R::Key) -> bool {
        self.slots.contains_key(key)
    }

    /// At which position one is.
    pub fn get_index_of(&self, key: &R::Key) -> Option<usize> {
        self.slots.get_index_of(key)
    }

    /// The record called so.
    pub fn get(&self, key: &R::Key) -> Option<&R> {
        self.get_full(key).map(|(_, _, record)| record)
    }

    /// The same with its position and its name.
    pub fn get_full(&self, key: &R::Key) -> Option<(usize, &R::Key, &R)> {
        let (index, key, slot) = self.slots.get_full(key)?;
        Some((index, key, self.open(index, slot)?))
    }

    /// The record at a position.
    pub fn get_index(&self, index: usize) -> Option<(&R::Key, &R)> {
        let (key, slot) = self.slots.get_index(index)?;
        Some((key, self.open(index, slot)?))
    }

    /// What the record at a position is called.
    pub fn key(&self, index: usize) -> Option<&R::Key> {
        self.slots.get_index(index).map(|(key, _)| key)
    }

    /// The record at a position in brief.
    pub fn brief(&self, index: usize) -> Option<&R::Brief> {
        self.slots.get_index(index).map(|(_, slot)| &slot.brief)
    }

    /// The record called so in brief.
    pub fn brief_of(&self, key: &R::Key) -> Option<&R::Brief> {
        self.slots.get(key).map(|slot| &slot.brief)
    }

    /// How often the record called so was put or changed: whether it is still what it was.
    pub fn version(&self, key: &R::Key) -> Option<u32> {
        self.slots.get(key).map(|slot| slot.version)
    }

    /// All of them in brief. For what needs all of them: no record is looked at for it.
    pub fn briefs(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&R::Key, &R::Brief)> + ExactSizeIterator {
        self.slots.iter().map(|(key, slot)| (key, &slot.brief))
    }

    /// What they are called.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &R::Key> + ExactSizeIterator {
        self.slots.keys()
    }

    /// All of them. Each is looked at: not for what is done often.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&R::Key, &R)> {
        let all = self.slots.iter().enumerate();
        all.filter_map(|(index, (key, slot))| Some((key, self.open(index, slot)?)))
    }

    /// All of them without their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &R> {
        self.iter().map(|(_, record)| record)
    }

    /// The newest.
    pub fn last(&self) -> Option<(&R::Key, &R)> {
        self.get_index(self.len().checked_sub(1)?)
    }

    fn open<'s>(&'s self, index: usize, slot: &'s Slot<R>) -> Option<&'s R> {
        let (bytes, seen) = match &slot.body {
            Body::Whole(record) => return Some(record),
            Body::Packed { bytes, seen } => (bytes, seen),
        };
        if let Some(record) = seen.get() {
            return Some(record);
        }
        // It was packed here, and came out as it went in.
        let record = unpack(bytes, &self.words).ok()?;
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner).push(index);
        Some(seen.get_or_init(|| Box::new(record)))
    }

    /// Adds a record, or puts it in the place of the one that is called the same. Returns its position
    /// and the one before.
    pub fn put(&mut self, key: R::Key, record: R) -> (usize, Option<R>) {
        let brief = record.brief(&mut self.names);
        let rests = record.rests();
        let before = self.get(&key).cloned();
        let version = self.version(&key).unwrap_or(0).wrapping_add(1);
        let slot = Slot { brief, body: Body::Whole(Box::new(record)), version };
        let (index, _) = self.slots.insert_full(key, slot);
        self.settle(index, rests);
        (index, before)
    }

    /// Changes a record, if it is there. Returns its position.
    pub fn edit(&mut self, key: &R::Key, edit: impl FnOnce(&mut R)) -> Option<usize> {
        let index = self.slots.get_index_of(key)?;
        let (_, slot) = self.slots.get_index_mut(index)?;
        if let Body::Packed { bytes, seen } = &mut slot.body {
            let record = match seen.take() {
                Some(record) => record,
                None => Box::new(unpack(bytes, &self.words).ok()?),
            };
            slot.body = Body::Whole(record);
        }
        let Body::Whole(record) = &mut slot.body else { return None };
        edit(record);
        slot.brief = record.brief(&mut self.names);
        slot.version = slot.version.wrapping_add(1);
        let rests = record.rests();
        self.settle(index, rests);
        Some(index)
    }

    /// Packs what has rested longest, and closes what was looked at.
    fn settle(&mut self, index: usize, rests: bool) {
        if rests {
            self.resting.push_back(index);
        }
        while self.resting.len() > WHOLE
            && let Some(oldest) = self.resting.pop_front()
        {
            self.pack(oldest);
        }
        self.close();
    }

    fn pack(&mut self, index: usize) {
        let Some((_, slot)) = self.slots.get_index_mut(index) else { return };
        let Body::Whole(record) = &slot.body else { return };
        // It may have come to life again meanwhile.
        let bytes = record.rests().then(|| pack(record, &mut self.words).ok()).flatten();
        // What does not come out as it went in stays whole: no record is lost for some bytes.
        let is_same =
            |bytes: &[u8]| unpack(bytes, &self.words).is_ok_and(|again: R| again == **record);
        if let Some(bytes) = bytes.filter(|bytes| is_same(bytes)) {
            slot.body = Body::Packed { bytes, seen: OnceLock::new() };
        }
    }

    /// Closes the packed records that were looked at, once these are many.
    pub(super) fn close(&mut self) {
        let looked_at = self.looked_at.get_mut().unwrap_or_else(PoisonError::into_inner);
        if looked_at.len() <= LOOKED_AT {
            return;
        }
        for index in std::mem::take(looked_at) {
            if let Some((_, Slot { body: Body::Packed { seen, .. }, .. })) =
                self.slots.get_index_mut(index)
            {
                seen.take();
            }
        }
    }

    /// How many packed records were looked at and are not closed yet. For tests of what looks at all.
    pub fn looked_at(&self) -> usize {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// How many are packed, and in how many bytes.
    pub fn packed(&self) -> (usize, usize) {
        let packed = self.slots.values().filter_map(|slot| match &slot.body {
            Body::Packed { bytes, .. } => Some(bytes.len()),
            Body::Whole(_) => None,
        });
        packed.fold((0, 0), |(many, all), bytes| (many + 1, all + bytes))
    }
}

impl<R: Record> Default for Kept<R> {
    fn default() -> Self {
        Self {
            slots: IndexMap::default(),
            words: Words::default(),
            names: Names::default(),
            resting: VecDeque::new(),
            looked_at: Mutex::default(),
        }
    }
}

impl<R: Record> Clone for Kept<R> {
    fn clone(&self) -> Self {
        Self {
            slots: self.slots.clone(),
            words: self.words.clone(),
            names: self.names.clone(),
            resting: self.resting.clone(),
            looked_at: Mutex::default(),
        }
    }
}

impl<R: Record + fmt::Debug> fmt::Debug for Kept<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<R: Record + PartialEq> PartialEq for Kept<R> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, R: Record> IntoIterator for &'a Kept<R> {
    type Item = (&'a R::Key, &'a R);
    type IntoIter = Box<dyn DoubleEndedIterator<Item = Self::Item> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl<R: Record> Index<usize> for Kept<R> {
    type Output = R;

    #[expect(clippy::expect_used, reason = "as for any list: whoever names a position knows it")]
    fn index(&self, index: usize) -> &R {
        self.get_index(index).map(|(_, record)| record).expect("a position in the list")
    }
}

impl<R: Record> Index<&R::Key> for Kept<R> {
    type Output = R;

    #[expect(
        clippy::expect_used,
        reason = "as for any map: whoever indexes knows that it is there"
    )]
    fn index(&self, key: &R::Key) -> &R {
        self.get(key).expect("a record that is there")
    }
}

#[cfg(test)]
mod tests;
