//! How far a seller's clock is from ours, learnt from its `Date` headers.
//!
//! A `Date` header has whole seconds, is often written a second early and kept, and travels, so one exchange
//! gives an interval, not a number, and several are joined. Countdowns show its middle; whatever guards
//! money uses the end that is worse for us.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How much older than the reply its `Date` may be besides the fraction of a second that is cut off:
/// servers write it once a second and send it again until then (uvicorn does).
const KEPT_MS: i64 = 1_000;

/// Their clock minus ours lies within `low..=high` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skew {
    /// The least it can be, in milliseconds.
    pub low_ms: i64,
    /// The most it can be, in milliseconds.
    pub high_ms: i64,
}

impl Skew {
    /// What one exchange tells: `date` was read off their clock between `sent` and `received` of
    /// ours or up to a second before, with the fraction of its second cut off.
    pub fn observed(date: Timestamp, sent: Timestamp, received: Timestamp) -> Self {
        let low = date.as_millisecond() - received.as_millisecond();
        let high = date.as_millisecond() + 999 + KEPT_MS - sent.as_millisecond();
        Self { low_ms: low.min(high), high_ms: high.max(low) }
    }

    /// Both observations together; `None` where they contradict each other.
    fn joined(self, other: Self) -> Option<Self> {
        let low_ms = self.low_ms.max(other.low_ms);
        let high_ms = self.high_ms.min(other.high_ms);
        (low_ms <= high_ms).then_some(Self { low_ms, high_ms })
    }

    /// Whether the two clocks cannot be as close as `within_ms`.
    pub fn is_off_by(self, within_ms: i64) -> bool {
        self.low_ms > within_ms || self.high_ms < -within_ms
    }

    /// Whether it can be this many milliseconds, give or take `slack_ms`.
    pub fn admits(self, milliseconds: i64, slack_ms: i64) -> bool {
        (self.low_ms - slack_ms..=self.high_ms + slack_ms).contains(&milliseconds)
    }

    /// The middle, in milliseconds: what countdowns are drawn with.
    pub fn middle_ms(self) -> i64 {
        i64::midpoint(self.low_ms, self.high_ms)
    }

    /// Time left until `deadline` of theirs at `now` of ours, drawn with the middle of the interval.
    pub fn left(skew: Option<Self>, deadline: Timestamp, now: Timestamp) -> SignedDuration {
        let shift = SignedDuration::from_millis(skew.map_or(0, Self::middle_ms));
        deadline.duration_since(now) - shift
    }

    /// The least time that may be left until `deadline` of theirs: for guards.
    pub fn least_left(skew: Option<Self>, deadline: Timestamp, now: Timestamp) -> SignedDuration {
        let shift = SignedDuration::from_millis(skew.map_or(0, |skew| skew.high_ms));
        deadline.duration_since(now) - shift
    }

    /// `deadline` of theirs on our clock (by the middle of the interval).
    pub fn ours(skew: Option<Self>, deadline: Timestamp) -> Timestamp {
        let shift = SignedDuration::from_millis(skew.map_or(0, Self::middle_ms));
        deadline.checked_sub(shift).unwrap_or(deadline)
    }
}

/// A seller's clock as all its answers together tell it.
///
/// A `Date` can only be too old: of a server that was busy, or out of a cache that says no `Age`. So an answer
/// that puts their clock ahead of what is known counts at once. One that puts it behind counts when
/// others have said the same for a while: until then their quotes end no later than was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TheirClock {
    known: Option<Skew>,
    behind: Option<Behind>,
}

/// Answers that put their clock behind what is known, and agree with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Behind {
    skew: Skew,
    since: Timestamp,
    answers: u32,
}

/// How many answers must put a clock behind what is known before it is believed,
const BEHIND_ANSWERS: u32 = 3;

/// and for how long: the same old `Date` again and again drifts away from itself meanwhile.
const BEHIND_FOR: SignedDuration = SignedDuration::from_secs(5);

impl TheirClock {
    /// A clock that is known to be this far from ours.
    pub fn known(skew: Skew) -> Self {
        Self { known: Some(skew), behind: None }
    }

    /// How far it is from ours; `None` until an answer told.
    pub fn skew(self) -> Option<Skew> {
        self.known
    }

    /// Takes in what an answer tells that came at `now`.
    pub fn hears(&mut self, newer: Skew, now: Timestamp) {
        let Some(known) = self.known else {
            self.known = Some(newer);
            return;
        };
        if let Some(joined) = known.joined(newer) {
            *self = Self::known(joined);
        } else if newer.low_ms > known.high_ms {
            *self = Self::known(newer);
        } else {
            let again = self.behind.and_then(|behind| {
                let skew = behind.skew.joined(newer)?;
                Some(Behind { skew, answers: behind.answers + 1, ..behind })
            });
            let behind = again.unwrap_or(Behind { skew: newer, since: now, answers: 1 });
            let long = now.duration_since(behind.since) >= BEHIND_FOR;
            *self = if long && behind.answers >= BEHIND_ANSWERS {
                Self::known(behind.skew)
            } else {
                Self { behind: Some(behind), ..*self }
            };
        }
    }
}

/// When a reply was made, as its headers tell. A cache on the way hands out what was made earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Made {
    /// `Date`: when the seller made it, on its clock, in whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// `Age`: how long a cache has had it, in seconds. One that cannot be read is the longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_s: Option<u32>,
}

impl Made {
    /// Whether it comes from the seller itself, so that its `Date` tells of the seller's clock now.
    pub fn is_first_hand(self) -> bool {
        self.age_s.unwrap_or(0) == 0
    }

    /// The earliest moment of our clock at which it can have been made: asked for at `asked`, by a
    /// seller whose clock is `skew` from ours. `None` where nothing tells.
    pub fn earliest(self, asked: Timestamp, skew: Option<Skew>) -> Option<Timestamp> {
        let date = self.date?.checked_sub(SignedDuration::from_millis(skew?.high_ms)).ok()?;
        let Some(age) = self.age_s else { return Some(date) };
        // An age is cut to whole seconds.
        let age = SignedDuration::from_secs(i64::from(age).saturating_add(1));
        Some(date.min(asked.checked_sub(age).unwrap_or(Timestamp::MIN)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_header_is_an_interval_and_more_of_them_narrow_it() {
        let first = Skew::observed(
            at("2026-01-01T00:00:10Z"),
            at("2026-01-01T00:00:08.400Z"),
            at("2026-01-01T00:00:08.500Z"),
        );
        assert_eq!(first, Skew { low_ms: 1_500, high_ms: 3_599 });
        let second = Skew::observed(
            at("2026-01-01T00:00:11Z"),
            at("2026-01-01T00:00:09.100Z"),
            at("2026-01-01T00:00:09.150Z"),
        );
        let mut clock = TheirClock::known(first);
        clock.hears(second, at("2026-01-01T00:00:09Z"));
        assert_eq!(clock.skew(), Some(Skew { low_ms: 1_850, high_ms: 3_599 }));
    }

    /// A server whose clock is `off_ms` from ours, asked at `ms` past a second, with a `Date` that is as
    /// old as it may be or as new.
    fn heard(off_ms: i64, ms: i64, took_ms: i64, kept_ms: i64) -> Skew {
        let sent = Timestamp::from_millisecond(1_767_225_600_000 + ms).unwrap();
        let received = Timestamp::from_millisecond(sent.as_millisecond() + took_ms).unwrap();
        let theirs = sent.as_millisecond() + took_ms / 2 + off_ms - kept_ms;
        let date = Timestamp::from_millisecond(theirs.div_euclid(1_000) * 1_000).unwrap();
        Skew::observed(date, sent, received)
    }

    proptest::proptest! {
        #[test]
        fn what_a_server_with_a_kept_date_tells_is_never_untrue(
            off_ms in -90_000_i64..90_000,
            heards in proptest::collection::vec((0_i64..60_000, 0_i64..3_000, 0_i64..1_000), 1..30),
        ) {
            let mut clock = TheirClock::default();
            for (ms, took_ms, kept_ms) in heards {
                let skew = heard(off_ms, ms, took_ms, kept_ms);
                proptest::prop_assert!(skew.admits(off_ms, 0), "{:?} {}", skew, off_ms);
                clock.hears(skew, at("2026-01-01T00:00:09Z"));
                let joined = clock.skew().unwrap();
                proptest::prop_assert!(joined.admits(off_ms, 0), "{:?} {}", joined, off_ms);
            }
        }
    }

    #[test]
    fn a_clock_ahead_counts_at_once_and_one_behind_when_it_stays() {
        let (now, ahead, behind) = (
            Skew { low_ms: -500, high_ms: 500 },
            Skew { low_ms: 29_000, high_ms: 31_000 },
            Skew { low_ms: -7_242, high_ms: -5_230 },
        );
        let second = |s: i64| Timestamp::from_second(1_767_225_600 + s).unwrap();
        let mut clock = TheirClock::known(now);
        clock.hears(ahead, second(0));
        assert_eq!(clock.skew(), Some(ahead), "their clock is ahead: quotes end sooner");
        // One answer of a busy server, or a cache that is as old as it was before.
        let mut clock = TheirClock::known(now);
        clock.hears(behind, second(0));
        assert_eq!(clock.skew(), Some(now));
        clock.hears(now, second(1));
        assert_eq!(clock, TheirClock::known(now), "it was a stray one");
        // The same old Date again and again: each puts the clock further behind.
        for s in 0..40 {
            let low_ms = -90_000 - s * 3_000;
            clock.hears(Skew { low_ms, high_ms: low_ms + 2_000 }, second(3 * s));
            assert_eq!(clock.skew(), Some(now), "{s}");
        }
        // A clock that was set back goes on with what it says.
        let told = [0, 3, 6].map(|s| {
            clock.hears(behind, second(200 + s));
            clock.skew() == Some(behind)
        });
        assert_eq!(told, [false, false, true]);
        // The first that was heard was stale.
        let mut clock = TheirClock::default();
        clock.hears(behind, second(0));
        clock.hears(now, second(1));
        assert_eq!(clock.skew(), Some(now));
    }

    #[test]
    fn a_clock_is_off_only_where_it_cannot_be_right() {
        for (low_ms, high_ms, is_off) in [
            (-1_777, 222, false),
            (-784, 1_215, false),
            (900, 2_900, false),
            (1_100, 3_000, true),
            (-9_000, -1_100, true),
        ] {
            assert_eq!(Skew { low_ms, high_ms }.is_off_by(1_000), is_off, "{low_ms}");
        }
    }

    #[test]
    fn guards_use_the_end_that_is_worse_for_us() {
        let skew = Some(Skew { low_ms: 1_000, high_ms: 3_000 });
        let (deadline, now) = (at("2026-01-01T00:01:00Z"), at("2026-01-01T00:00:50Z"));
        assert_eq!(Skew::left(skew, deadline, now), SignedDuration::from_secs(8));
        assert_eq!(Skew::least_left(skew, deadline, now), SignedDuration::from_secs(7));
        assert_eq!(Skew::ours(skew, deadline), at("2026-01-01T00:00:58Z"));
        assert_eq!(Skew::left(None, deadline, now), SignedDuration::from_secs(10));
    }
}
