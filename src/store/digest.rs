//! A digest of all records in the tables, changed with every record that a fold changes. Whoever edits,
//! adds or empties rows behind the desk's back changes the rows and not the digest: so a start, which
//! reads every record, finds out without folding the journal.

use sha2::{Digest as _, Sha256};

use super::error::{StoreError, Trouble};
use crate::domain::text;

/// The digest of a set of records: their hashes, combined so that order does not matter and each can be
/// taken out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// Puts a record in, or takes it out again: `json` of the record at `ord` of `table`.
    pub(super) fn toggle(&mut self, table: &str, ord: u64, json: &str) {
        let mut hasher = Sha256::new();
        hasher.update(table);
        hasher.update(ord.to_be_bytes());
        hasher.update(json);
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
        digest.toggle("deals", 1, "{}");
        let one = digest;
        assert_ne!(one, Digest::default());
        digest.toggle("bookings", 1, "{}");
        digest.toggle("deals", 2, "{}");
        assert_eq!(Digest::parse(&digest.hex()).unwrap(), digest);
        digest.toggle("bookings", 1, "{}");
        digest.toggle("deals", 2, "{}");
        assert_eq!(digest, one);
        for odd in ["0", "zz", &"g".repeat(64), &"é".repeat(32)] {
            assert!(Digest::parse(odd).is_err(), "{odd}");
        }
    }
}
