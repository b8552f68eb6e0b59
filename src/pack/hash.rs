//! The hash by which words and records are found: quick, since every text of every record goes through it,
//! and begun at random, so that no seller can choose texts that are all found at one place.

use std::hash::{BuildHasher, Hasher, RandomState};

/// An odd number without a pattern (the golden ratio).
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Makes hashers that begin alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(RandomState::new().hash_one(MIX))
    }
}

impl BuildHasher for Quick {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer(self.0)
    }
}

/// A hash in the making.
#[derive(Debug)]
pub(crate) struct Mixer(u64);

impl Mixer {
    /// Both halves of a product: every bit of either number has its part in every bit of it.
    fn mix(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number).wrapping_mul(u128::from(MIX));
        let [mut low, mut high] = [[0; 8]; 2];
        let bytes = product.to_le_bytes();
        low.copy_from_slice(&bytes[..8]);
        high.copy_from_slice(&bytes[8..]);
        self.0 = u64::from_le_bytes(low) ^ u64::from_le_bytes(high).rotate_left(32);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..piece.len()].copy_from_slice(piece);
            self.mix(u64::from_le_bytes(eight));
        }
        self.mix(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(byte.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn texts_that_differ_little_are_found_at_different_places() {
        let quick = Quick::default();
        let texts =
            (0..20_000).flat_map(|n| [format!("qt-{n}"), format!("{n}"), "\0".repeat(n % 40)]);
        let texts: HashSet<String> = texts.collect();
        let hashes: HashSet<u64> = texts.iter().map(|text| quick.hash_one(text.as_str())).collect();
        assert_eq!(hashes.len(), texts.len());
        let places: HashSet<u64> = hashes.iter().map(|hash| hash & 0xff).collect();
        assert_eq!(places.len(), 256, "also where few bits count");
        assert_ne!(
            quick.hash_one("a"),
            Quick(quick.0 ^ 1).hash_one("a"),
            "where it begins matters"
        );
    }
}
