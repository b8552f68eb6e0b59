//! A digest of all records in the tables, changed with every record that a fold changes. Whoever edits,
//! adds or empties rows behind the desk's back changes the rows and not the digest: so a start finds out
//! without folding the journal. Whoever reads only some of the records holds the rows' seals against the
//! digest, and each record that it reads against its seal.

use sha2::{Digest as _, Sha256};

use super::error::{StoreError, Trouble};
use crate::domain::text;

/// The SHA-256 of a record as its row holds it.
pub(super) type Seal = [u8; 32];

/// The seal of a record.
pub(super) fn seal(json: &str) -> Seal {
    Sha256::digest(json).into()
}

/// What its row says of a record beside what it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    /// Whether something is expected of it.
    pub(super) living: bool,
    /// What else it is picked by.
    pub(super) picked: Option<String>,
    /// What it is found by.
    pub(super) name: String,
    pub(super) seal: Seal,
}

impl Marks {
    /// Of a record of which no row says anything else.
    pub(super) fn plain(json: &str) -> Self {
        Self { living: false, picked: None, name: String::new(), seal: seal(json) }
    }
}

/// The digest of a set of records: their hashes, combined so that order does not matter and each can be
/// taken out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// Puts a record in, or takes it out again: the one at `ord` of `table`, by its marks.
    pub(super) fn toggle(&mut self, table: &str, ord: u64, marks: &Marks) {
        let mut hasher = Sha256::new();
        hasher.update(table);
        hasher.update(ord.to_be_bytes());
        hasher.update([u8::from(marks.living), u8::from(marks.picked.is_some())]);
        hasher.update(marks.seal);
        hasher.update(marks.name.len().to_be_bytes());
        hasher.update(&marks.name);
        hasher.update(marks.picked.as_deref().unwrap_or_default());
        self.combine(&Self(hasher.finalize().into()));
    }

    /// Puts in what another digest holds, or takes it out.
    pub(super) fn combine(&mut self, other: &Self) {
        for (byte, other) in self.0.iter_mut().zip(other.0) {
            *byte ^= other;
        }
    }

    /// As `meta` holds it.
    pub(super) fn hex(&self) -> String {
        text::hex(&self.0)
    }

    /// Read back; empty where nothing is held.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let bad = || StoreError::new(Trouble::Corrupt, format!("{text:?} is no digest"));
        let mut digest = Self::default();
        if text.is_empty() {
            return Ok(digest);
        }
        let pairs = text.as_bytes().chunks_exact(2);
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        for (byte, pair) in digest.0.iter_mut().zip(pairs) {
            let pair = std::str::from_utf8(pair).map_err(|_| bad())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| bad())?;
        }
        Ok(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_can_be_taken_out_in_any_order() {
        let mut digest = Digest::default();
        let marks = Marks::plain("{}");
        digest.toggle("deals", 1, &marks);
        let one = digest;
        assert_ne!(one, Digest::default());
        digest.toggle("bookings", 1, &marks);
        digest.toggle("deals", 2, &marks);
        assert_eq!(Digest::parse(&digest.hex()).unwrap(), digest);
        digest.toggle("bookings", 1, &marks);
        digest.toggle("deals", 2, &marks);
        assert_eq!(digest, one);
        let others = [
            Marks { living: true, ..marks.clone() },
            Marks { picked: Some(String::new()), ..marks.clone() },
            Marks { name: "D-1".to_owned(), ..marks.clone() },
            Marks::plain("{} "),
        ];
        for other in others {
            let mut digest = Digest::default();
            digest.toggle("deals", 1, &other);
            assert_ne!(digest, one, "{other:?}");
        }
        for odd in ["0", "zz", &"g".repeat(64), &"é".repeat(32)] {
            assert!(Digest::parse(odd).is_err(), "{odd}");
        }
    }
}
