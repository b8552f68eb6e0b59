//! Records of one kind while a transaction lasts: each is read once, and written once at its end.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{
    digest::{Digest, Marks, seal},
    error::{StoreError, Trouble},
    rows::{self, Found, Tabled},
};

/// Records of one kind while a transaction lasts.
#[derive(Debug)]
pub(super) struct Shelf<R: Tabled> {
    held: BTreeMap<R::Key, Option<Held<R>>>,
}

/// A record that was looked at.
#[derive(Debug)]
pub(super) struct Held<R> {
    pub(super) record: R,
    ord: u64,
    pub(super) changed: bool,
    /// What the digest has of it; nothing while it is new.
    before: Digest,
}

impl<R: Tabled> Shelf<R> {
    pub(super) fn new() -> Self {
        Self { held: BTreeMap::new() }
    }

    /// The record called so.
    pub(super) fn get(
        &mut self,
        conn: &Connection,
        key: &R::Key,
    ) -> Result<Option<&mut Held<R>>, StoreError> {
        if !self.held.contains_key(key) {
            let found = match R::find(conn, key)? {
                Some(Found { ord, json, marks }) => {
                    let mut before = Digest::default();
                    // By what it holds, whatever its seal says: what somebody edited stays noticed.
                    let marks = Marks { seal: seal(&json), ..marks };
                    before.toggle(R::TABLE, ord, &marks);
                    Some(Held { record: rows::parse(&json)?, ord, changed: false, before })
                }
                None => None,
            };
            self.held.insert(key.clone(), found);
        }
        Ok(self.held.get_mut(key).and_then(Option::as_mut))
    }

    /// Adds a record, or replaces one in its place.
    pub(super) fn put(
        &mut self,
        conn: &Connection,
        key: R::Key,
        record: R,
        seq: u64,
    ) -> Result<(), StoreError> {
        let held = self.get(conn, &key)?.map(|held| (held.ord, held.before));
        let (ord, before) = held.unwrap_or((seq, Digest::default()));
        self.held.insert(key, Some(Held { record, ord, changed: true, before }));
        Ok(())
    }

    /// Writes what changed; `picked` says what else each is picked by.
    pub(super) fn save(
        &mut self,
        conn: &Connection,
        digest: &mut Digest,
        mut picked: impl FnMut(&R) -> Result<Option<String>, StoreError>,
    ) -> Result<(), StoreError> {
        for held in std::mem::take(&mut self.held).into_values().flatten() {
            if held.changed {
                let json = serde_json::to_string(&held.record)
                    .map_err(|error| StoreError::new(Trouble::Corrupt, error.to_string()))?;
                let (living, picked) = (!held.record.rests(), picked(&held.record)?);
                let name = held.record.name();
                let marks = Marks { living, picked, name, seal: seal(&json) };
                held.record.save(conn, held.ord, &json, &marks)?;
                digest.combine(&held.before);
                digest.toggle(R::TABLE, held.ord, &marks);
            }
        }
        Ok(())
    }
}
