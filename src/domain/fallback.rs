//! What is left if a negotiation fails: the best other offer, and whether it still stands by the time
//! one knows. A second choice that dies first is told while something can be done about it.

use jiff::SignedDuration;

/// Rounds that are expected where the seller does not say how many it still plays.
pub const ROUNDS: u32 = 3;

/// How long a round is taken to be with a seller that was never played, our thinking included.
pub const A_ROUND: SignedDuration = SignedDuration::from_secs(60);

/// How long it takes to know whether a negotiation comes to an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settling {
    /// Rounds that can still be played.
    pub rounds: u32,
    /// Whether the seller said so.
    pub is_told: bool,
    /// How long one is.
    pub a_round: SignedDuration,
    /// From how many rounds that was measured; 0 is [`A_ROUND`].
    pub measured: usize,
}

impl Settling {
    /// From what the seller says is left, and the rounds that were played with it.
    pub fn new(rounds_left: Option<i64>, mut measured: Vec<SignedDuration>) -> Self {
        let told = rounds_left.map(|left| u32::try_from(left).unwrap_or(0));
        measured.retain(SignedDuration::is_positive);
        measured.sort_unstable();
        let middle = measured.get(measured.len().saturating_sub(1) / 2).copied();
        Self {
            rounds: told.unwrap_or(ROUNDS),
            is_told: told.is_some(),
            a_round: middle.unwrap_or(A_ROUND),
            measured: measured.len(),
        }
    }

    /// When it is known at the latest: after the last round, or with the end of the quote itself, which
    /// has `left`.
    pub fn takes(&self, left: SignedDuration) -> SignedDuration {
        let seconds = self.a_round.as_secs().saturating_mul(i64::from(self.rounds));
        SignedDuration::from_secs(seconds).min(left).max(SignedDuration::ZERO)
    }
}

/// Another offer, and how long it can still be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Other<K> {
    /// Which.
    pub key: K,
    /// Until its booking closes.
    pub left: SignedDuration,
}

/// What is fallen back on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback<K> {
    /// The best that can be booked now.
    pub key: K,
    /// **The gap**: how long before it is known whether the first settles this one is gone. `None`
    /// where it outlasts that.
    pub gone_before: Option<SignedDuration>,
    /// Where it does not, the best that does.
    pub lasting: Option<K>,
}

/// What to fall back on, from the others, best first, if it takes so long to know about the first. What
/// cannot be booked any more is nothing to fall back on. Looks no further than it must.
pub fn fallback<K>(
    others: impl IntoIterator<Item = Other<K>>,
    takes: SignedDuration,
) -> Option<Fallback<K>> {
    let mut standing = others.into_iter().filter(|other| other.left.is_positive());
    let Other { key, left } = standing.next()?;
    // It must outlast the moment, not end with it.
    if left > takes {
        return Some(Fallback { key, gone_before: None, lasting: None });
    }
    let lasting = standing.find(|other| other.left > takes).map(|other| other.key);
    Some(Fallback { key, gone_before: Some(takes - left), lasting })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secs(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_round_is_the_middle_of_those_played_or_said_to_be_assumed() {
        let told = Settling::new(Some(4), vec![secs(90), secs(20), secs(30), secs(0)]);
        assert_eq!(
            (told.rounds, told.is_told, told.a_round, told.measured),
            (4, true, secs(30), 3)
        );
        assert_eq!(told.takes(secs(900)), secs(120));
        assert_eq!(told.takes(secs(50)), secs(50), "with the quote it is known anyway");
        assert_eq!(told.takes(secs(-5)), secs(0));
        let unknown = Settling::new(None, Vec::new());
        assert_eq!((unknown.rounds, unknown.is_told, unknown.measured), (ROUNDS, false, 0));
        assert_eq!(unknown.takes(secs(900)), secs(180));
        assert_eq!(Settling::new(Some(-1), Vec::new()).takes(secs(900)), secs(0));
    }

    #[test]
    fn a_second_choice_that_dies_first_is_told_and_one_that_lasts_is_named() {
        let others = [Other { key: "b", left: secs(30) }, Other { key: "c", left: secs(400) }];
        let found = fallback(others, secs(60)).unwrap();
        assert_eq!((found.key, found.gone_before), ("b", Some(secs(30))));
        assert_eq!(found.lasting, Some("c"));
        assert_eq!(fallback(others, secs(20)).unwrap().gone_before, None);
        assert_eq!(fallback([others[0]], secs(60)).unwrap().lasting, None);
        assert_eq!(fallback([Other { key: "b", left: secs(0) }], secs(60)), None);
    }

    proptest! {
        /// At whatever moment a person decides, the best alternative stands, and if it will be gone by
        /// the time that one knows, that was said, and by how much.
        #[test]
        fn no_second_choice_expires_silently(
            lefts in proptest::collection::vec(-60i64..600, 0..8),
            rounds in proptest::option::of(-1i64..6),
            played in proptest::collection::vec(0i64..120, 0..6),
            quote in 0i64..900,
        ) {
            let settling = Settling::new(rounds, played.into_iter().map(secs).collect());
            for now in 0..=quote {
                let others: Vec<_> = lefts.iter().enumerate()
                    .map(|(key, left)| Other { key, left: secs(left - now) }).collect();
                let takes = settling.takes(secs(quote - now));
                let found = fallback(others.clone(), takes);
                let best = others.iter().find(|other| other.left > secs(0));
                prop_assert_eq!(found.map(|found| found.key), best.map(|best| best.key));
                let (Some(found), Some(best)) = (found, best) else { continue };
                // What is left of each when it is known.
                let then = |key: usize| others[key].left - takes;
                match found.gone_before {
                    None => prop_assert!(then(best.key) > secs(0)),
                    Some(short) => {
                        prop_assert!(then(best.key) <= secs(0));
                        prop_assert_eq!(short, -then(best.key));
                        let lasts = others.iter().find(|other| then(other.key) > secs(0));
                        prop_assert_eq!(found.lasting, lasts.map(|other| other.key));
                    }
                }
            }
        }
    }
}
