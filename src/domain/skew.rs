//! How far a seller's clock is from ours, learnt from its `Date` headers.
//!
//! A `Date` header has whole seconds and travels, so one exchange gives an interval, not a number.
//! Countdowns show its middle; whatever guards money uses the end that is worse for us.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

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
    /// ours, with the fraction of its second cut off.
    pub fn observed(date: Timestamp, sent: Timestamp, received: Timestamp) -> Self {
        let low = date.as_millisecond() - received.as_millisecond();
        let high = date.as_millisecond() + 999 - sent.as_millisecond();
        Self { low_ms: low.min(high), high_ms: high.max(low) }
    }

    /// Both observations together. Where they contradict each other a clock has moved, and the
    /// newer one counts.
    #[must_use]
    pub fn narrowed(self, newer: Self) -> Self {
        let low_ms = self.low_ms.max(newer.low_ms);
        let high_ms = self.high_ms.min(newer.high_ms);
        if low_ms <= high_ms { Self { low_ms, high_ms } } else { newer }
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
        assert_eq!(first, Skew { low_ms: 1_500, high_ms: 2_599 });
        let second = Skew::observed(
            at("2026-01-01T00:00:11Z"),
            at("2026-01-01T00:00:09.100Z"),
            at("2026-01-01T00:00:09.150Z"),
        );
        assert_eq!(first.narrowed(second), Skew { low_ms: 1_850, high_ms: 2_599 });
        let moved = Skew { low_ms: -40_000, high_ms: -39_000 };
        assert_eq!(first.narrowed(moved), moved, "their clock was set: the newer one counts");
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
