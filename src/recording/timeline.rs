//! Recorded time and played time: where nothing happened for long, the wait is cut short. Played time
//! is what a player counts, at whatever speed.

use jiff::{SignedDuration, Timestamp};

/// The longest wait that is played, unless another one is asked for.
pub const IDLE: SignedDuration = SignedDuration::from_secs(5);

/// Where each moment of a recording stands in played time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The moments at which something happened, with their played time, both growing.
    points: Vec<(Timestamp, SignedDuration)>,
    idle: SignedDuration,
}

impl Timeline {
    /// The timeline of what happened at `moments`, in order. No wait is longer than `idle`.
    pub fn new(moments: impl IntoIterator<Item = Timestamp>, idle: SignedDuration) -> Self {
        let mut points: Vec<(Timestamp, SignedDuration)> = Vec::new();
        for at in moments {
            let played = match points.last() {
                None => SignedDuration::ZERO,
                Some((before, _)) if at <= *before => continue,
                Some((before, played)) => {
                    played.saturating_add(at.duration_since(*before).min(idle))
                }
            };
            points.push((at, played));
        }
        Self { points, idle }
    }

    /// Played time of a moment. All of a wait that is cut short stands where the wait ends.
    pub fn played(&self, at: Timestamp) -> SignedDuration {
        let next = self.points.partition_point(|(point, _)| *point <= at);
        let Some((before, played)) = next.checked_sub(1).and_then(|place| self.points.get(place))
        else {
            return SignedDuration::ZERO;
        };
        played.saturating_add(at.duration_since(*before).min(self.idle))
    }

    /// The moment that stands at a played time. Where a wait was cut, it is the end of the wait.
    pub fn moment(&self, played: SignedDuration) -> Option<Timestamp> {
        let next = self.points.partition_point(|(_, point)| *point <= played);
        let (before, began) = self.points.get(next.checked_sub(1)?)?;
        before.checked_add(played.saturating_sub(*began)).ok()
    }

    /// How much of the wait before a moment was cut.
    pub fn cut_before(&self, at: Timestamp) -> SignedDuration {
        let next = self.points.partition_point(|(point, _)| *point < at);
        let before = next.checked_sub(1).and_then(|place| self.points.get(place));
        match (before, self.points.get(next)) {
            (Some((before, _)), Some((point, _))) if *point == at => {
                at.duration_since(*before).saturating_sub(self.idle).max(SignedDuration::ZERO)
            }
            _ => SignedDuration::ZERO,
        }
    }

    /// The first moment.
    pub fn start(&self) -> Option<Timestamp> {
        self.points.first().map(|(at, _)| *at)
    }

    /// The last moment.
    pub fn end(&self) -> Option<Timestamp> {
        self.points.last().map(|(at, _)| *at)
    }

    /// How long all of it plays.
    pub fn length(&self) -> SignedDuration {
        self.points.last().map_or(SignedDuration::ZERO, |(_, played)| *played)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn s(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_long_wait_is_cut_and_time_goes_on_behind_it() {
        let timeline = Timeline::new([0, 2, 2, 100, 101].map(at), s(5));
        assert_eq!(timeline.length(), s(8));
        assert_eq!((timeline.played(at(1)), timeline.played(at(2))), (s(1), s(2)));
        assert_eq!((timeline.played(at(50)), timeline.played(at(100))), (s(7), s(7)));
        assert_eq!((timeline.moment(s(6)), timeline.moment(s(7))), (Some(at(6)), Some(at(100))));
        assert_eq!(timeline.cut_before(at(100)), s(93));
        assert_eq!((timeline.cut_before(at(2)), timeline.cut_before(at(101))), (s(0), s(0)));
        assert_eq!((timeline.start(), timeline.end()), (Some(at(0)), Some(at(101))));
    }

    #[test]
    fn nothing_recorded_is_nothing_played() {
        let timeline = Timeline::new([], IDLE);
        assert_eq!((timeline.length(), timeline.moment(s(0))), (s(0), None));
        assert_eq!(timeline.played(at(9)), s(0));
    }

    proptest::proptest! {
        #[test]
        fn played_time_never_runs_backwards_and_every_moment_is_found_again(
            mut moments in proptest::collection::vec(0i64..10_000, 1..40),
            idle in 1i64..60,
        ) {
            moments.sort_unstable();
            let timeline = Timeline::new(moments.iter().copied().map(at), s(idle));
            let mut before = s(0);
            for moment in moments {
                let played = timeline.played(at(moment));
                proptest::prop_assert!(played >= before && played <= timeline.length());
                proptest::prop_assert_eq!(timeline.moment(played), Some(at(moment)));
                before = played;
            }
        }
    }
}
