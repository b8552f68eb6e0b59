//! Chance that depends on nothing but its key: (seed, seller, subject, round).
//!
//! There is no stream to draw from, so the order in which a seller is asked changes no answer.

use sha2::{Digest, Sha256};

use crate::domain::text;

/// The chance of one seller in one run.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    seed: u64,
    seller: String,
}

impl Chance {
    pub(crate) fn new(seed: u64, seller: &str) -> Self {
        Self { seed, seller: seller.to_owned() }
    }

    fn digest(&self, subject: &str, round: u64) -> [u8; 32] {
        // A zero byte ends each text: two keys that differ can not run into the same bytes.
        Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(self.seller.as_bytes())
            .chain_update([0])
            .chain_update(subject.as_bytes())
            .chain_update([0])
            .chain_update(round.to_be_bytes())
            .finalize()
            .into()
    }

    /// 64 bits.
    pub(crate) fn bits(&self, subject: &str, round: u64) -> u64 {
        let digest = self.digest(subject, round);
        digest.iter().take(8).fold(0, |bits, &byte| (bits << 8) | u64::from(byte))
    }

    /// A share of one: 0 up to, never reaching, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    pub(crate) fn share(&self, subject: &str, round: u64) -> f64 {
        (self.bits(subject, round) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&self, probability: f64, subject: &str, round: u64) -> bool {
        self.share(subject, round) < probability
    }

    /// A whole number from `range`, both ends included. The lower end if the range is empty.
    pub(crate) fn within(&self, range: [u64; 2], subject: &str, round: u64) -> u64 {
        let [low, high] = range;
        let span = high.saturating_sub(low).saturating_add(1);
        low + self.bits(subject, round) % span
    }

    /// `digits` lower-case hexadecimal digits, up to 64: an id.
    pub(crate) fn hex(&self, subject: &str, round: u64, digits: usize) -> String {
        let mut found = text::hex(&self.digest(subject, round));
        found.truncate(digits);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_decides_and_nothing_else() {
        let chance = Chance::new(7, "northlight");
        assert_eq!(chance.bits("quote", 1), Chance::new(7, "northlight").bits("quote", 1));
        for other in [
            chance.bits("quote", 2),
            chance.bits("deal", 1),
            Chance::new(8, "northlight").bits("quote", 1),
            Chance::new(7, "harbor").bits("quote", 1),
        ] {
            assert_ne!(chance.bits("quote", 1), other);
        }
    }

    #[test]
    fn shares_ranges_and_ids_keep_their_bounds() {
        let chance = Chance::new(1, "x");
        let mut seen = [false; 3];
        for round in 0..200 {
            let share = chance.share("s", round);
            assert!((0.0..1.0).contains(&share));
            let number = chance.within([4, 6], "n", round);
            seen[usize::try_from(number - 4).unwrap()] = true;
            assert_eq!(chance.hex("id", round, 12).len(), 12);
        }
        assert_eq!(seen, [true; 3]);
        assert_eq!(chance.within([5, 5], "n", 0), 5);
        let often = (0..1000).filter(|&round| chance.happens(0.25, "p", round)).count();
        assert!((200..300).contains(&often), "{often}");
    }
}
