//! A cursor over rows that follows the row, not its number, when the order changes.

use std::fmt::Debug;

use super::filter::Filter;
use crate::tui::parts::screen::Motion;

/// The list of a screen as the desk's own keys see it: movement, `/` and `s`.
pub(crate) trait Listed: Debug {
    /// Moves the cursor.
    fn moved(&mut self, motion: Motion);
    /// Narrows the rows; the cursor stays on its row where that is still shown.
    fn set_filter(&mut self, text: &str);
    /// What the rows are narrowed by.
    fn filter_text(&self) -> &str;
    /// Remembers where everything stands, before a filter is typed.
    fn remember(&mut self);
    /// Puts everything back to where it stood.
    fn restore(&mut self);
    /// Sorts by the next column.
    fn next_sort(&mut self);
    /// Whether there is another column to sort by.
    fn can_sort(&self) -> bool;
    /// `(row, of)`, counted from 1; row 0 where there is none.
    fn position(&self) -> (usize, usize);
}

/// Where a list stands: what [`Listed::restore`] goes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Memory<K> {
    cursor: Option<K>,
    place: usize,
    offset: usize,
    filter: String,
}

/// A list whose rows are known by `K`.
#[derive(Debug, Clone)]
pub(crate) struct List<K> {
    cursor: Option<K>,
    place: usize,
    offset: usize,
    len: usize,
    height: usize,
    moved: bool,
    filter: Filter,
    filter_text: String,
    memory: Option<Memory<K>>,
    sort: usize,
    sorts: usize,
    /// Grows with every change of filter or order: the rows must be found again.
    pub(crate) version: u64,
}

impl<K> Default for List<K> {
    fn default() -> Self {
        Self::new(1)
    }
}

impl<K> List<K> {
    /// A list with so many ways to sort; 0 is the natural one.
    pub(crate) fn new(sorts: usize) -> Self {
        Self {
            cursor: None,
            place: 0,
            offset: 0,
            len: 0,
            height: 1,
            moved: false,
            filter: Filter::default(),
            filter_text: String::new(),
            memory: None,
            sort: 0,
            sorts: sorts.max(1),
            version: 0,
        }
    }
}

impl<K: Clone + PartialEq + Debug> List<K> {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Brings cursor and scroll in line with `len` rows of which `height` are seen at once.
    /// `key_at` names the row at a place; `place_of` finds where a row is by now.
    pub(crate) fn settle(
        &mut self,
        len: usize,
        height: usize,
        key_at: impl Fn(usize) -> Option<K>,
        place_of: impl Fn(&K) -> Option<usize>,
    ) {
        (self.len, self.height) = (len, height.max(1));
        let known = self.cursor.as_ref().filter(|_| !self.moved).and_then(place_of);
        self.place = known.unwrap_or(self.place).min(len.saturating_sub(1));
        if known.is_none() {
            self.cursor = key_at(self.place);
        }
        self.moved = false;
        let most = len.saturating_sub(self.height);
        let least = (self.place + 1).saturating_sub(self.height);
        self.offset = self.offset.clamp(least, self.place.max(least)).min(most.max(least));
    }

    /// The row under the cursor.
    pub(crate) fn cursor(&self) -> Option<&K> {
        self.cursor.as_ref()
    }

    /// Where the cursor is.
    pub(crate) fn place(&self) -> usize {
        self.place
    }

    /// The first row that is seen.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The words it is narrowed by.
    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The way it is sorted: 0 is the natural one.
    pub(crate) fn sort(&self) -> usize {
        self.sort
    }

    /// How many rows are seen at once.
    pub(crate) fn height(&self) -> usize {
        self.height
    }

    /// Back to the natural order.
    pub(crate) fn natural_order(&mut self) {
        if self.sort != 0 {
            self.sort = 0;
            self.version += 1;
        }
    }

    /// Puts the cursor on a row.
    pub(crate) fn put(&mut self, key: K) {
        (self.cursor, self.moved) = (Some(key), false);
    }

    /// Puts the cursor on a place, whatever row is there.
    pub(crate) fn put_place(&mut self, place: usize) {
        (self.place, self.moved) = (place, true);
    }
}

impl<K: Clone + PartialEq + Debug> Listed for List<K> {
    fn moved(&mut self, motion: Motion) {
        let last = self.len.saturating_sub(1);
        let page = self.height.max(2) - 1;
        let place = match motion {
            Motion::Down => self.place.saturating_add(1),
            Motion::Up => self.place.saturating_sub(1),
            Motion::Top => 0,
            Motion::Bottom => last,
            Motion::PageDown => self.place.saturating_add(page),
            Motion::PageUp => self.place.saturating_sub(page),
            Motion::Left | Motion::Right | Motion::NextPane | Motion::PaneBefore => return,
        };
        self.put_place(place.min(last));
    }

    fn set_filter(&mut self, text: &str) {
        if self.filter_text != text {
            self.filter = Filter::parse(text);
            text.clone_into(&mut self.filter_text);
            self.version += 1;
        }
    }

    fn filter_text(&self) -> &str {
        &self.filter_text
    }

    fn remember(&mut self) {
        self.memory = Some(Memory {
            cursor: self.cursor.clone(),
            place: self.place,
            offset: self.offset,
            filter: self.filter_text.clone(),
        });
    }

    fn restore(&mut self) {
        let Some(memory) = self.memory.take() else { return };
        self.set_filter(&memory.filter);
        (self.cursor, self.place, self.offset) = (memory.cursor, memory.place, memory.offset);
        self.moved = false;
    }

    fn next_sort(&mut self) {
        self.sort = (self.sort + 1) % self.sorts;
        self.version += 1;
    }

    fn can_sort(&self) -> bool {
        self.sorts > 1
    }

    fn position(&self) -> (usize, usize) {
        (if self.len == 0 { 0 } else { self.place + 1 }, self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(list: &mut List<char>, rows: &str, height: usize) -> Option<char> {
        let rows: Vec<char> = rows.chars().collect();
        list.settle(
            rows.len(),
            height,
            |place| rows.get(place).copied(),
            |key| rows.iter().position(|row| row == key),
        );
        list.cursor().copied()
    }

    #[test]
    fn the_cursor_stays_on_its_row_when_the_order_changes() {
        let mut list = List::default();
        assert_eq!(settle(&mut list, "abcdef", 3), Some('a'));
        list.moved(Motion::Down);
        list.moved(Motion::Down);
        assert_eq!(settle(&mut list, "abcdef", 3), Some('c'));
        assert_eq!(settle(&mut list, "cfedba", 3), Some('c'));
        assert_eq!(list.position(), (1, 6));
        assert_eq!(settle(&mut list, "fedbac", 3), Some('c'));
        assert_eq!((list.place(), list.offset()), (5, 3));
        assert_eq!(settle(&mut list, "fedba", 3), Some('a'), "its row is gone: the place stays");
        assert_eq!(settle(&mut list, "", 3), None);
        assert_eq!(list.position(), (0, 0));
    }

    #[test]
    fn a_filter_that_is_given_up_leaves_everything_where_it_was() {
        let mut list = List::default();
        settle(&mut list, "abcdefghij", 3);
        list.moved(Motion::PageDown);
        list.moved(Motion::PageDown);
        settle(&mut list, "abcdefghij", 3);
        let before = (list.cursor().copied(), list.place(), list.offset());
        list.remember();
        list.set_filter("a");
        settle(&mut list, "a", 3);
        list.restore();
        settle(&mut list, "abcdefghij", 3);
        assert_eq!((list.cursor().copied(), list.place(), list.offset()), before);
        assert_eq!(list.filter_text(), "");
    }
}
