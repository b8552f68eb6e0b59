//! A clock whose pace can be changed: stopped, stepped, slowed and hurried. One drives a demo or a replay,
//! or is driven itself by whoever lets time pass only when nothing more can happen.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::future::{BoxFuture, FutureExt as _};
use jiff::{SignedDuration, Timestamp};

use super::SystemClock;
use crate::{clock::Clock, present::Control};

/// The slowest and the fastest that [`PacedClock::obey`] leads to, in hundredths of the wall's speed.
pub const PACES: (u32, u32) = (25, 800);

/// A clock whose pace can be changed: one for the whole demo, so that the desk, its sellers, their
/// `Date` headers and the time-outs agree. Changing the pace never makes it jump; standing still it
/// moves only by steps, to what waits next.
#[derive(Debug, Clone)]
pub struct PacedClock(Arc<Paced>);

#[derive(Debug)]
struct Paced {
    pace: Mutex<Pace>,
    changed: tokio::sync::Notify,
}

#[derive(Debug)]
struct Pace {
    /// The time at which the pace was changed last, and the machine's then.
    then: Timestamp,
    then_at: Instant,
    /// Hundredths of the wall's speed.
    speed: u32,
    plays: bool,
    /// Whether it moves only when it is told to, whatever the wall says.
    driven: bool,
    /// Until when somebody waits, each with a number of its own.
    waits: BTreeSet<(Timestamp, u64)>,
    numbered: u64,
}

/// What is left until a time.
enum Left {
    Nothing,
    Real(Duration),
    /// As long as the clock stands still.
    Ever,
}

impl Pace {
    fn now(&self) -> Timestamp {
        if !self.plays || self.driven {
            return self.then;
        }
        let passed =
            SystemClock::instant().duration_since(self.then_at).saturating_mul(self.speed) / 100;
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        self.then.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn rebase(&mut self) {
        (self.then, self.then_at) = (self.now(), SystemClock::instant());
    }

    fn left(&self, until: Timestamp) -> Left {
        match Duration::try_from(until.duration_since(self.now())) {
            Ok(left) if !left.is_zero() && self.plays && !self.driven => {
                Left::Real(left.saturating_mul(100) / self.speed)
            }
            Ok(left) if !left.is_zero() => Left::Ever,
            Ok(_) | Err(_) => Left::Nothing,
        }
    }

    fn next(&self) -> Option<Timestamp> {
        let now = self.now();
        self.waits.iter().map(|(at, _)| *at).find(|at| *at > now)
    }
}

/// Somebody who waits; forgotten when it is dropped.
struct Waits(PacedClock, (Timestamp, u64));

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.pace().waits.remove(&self.1);
    }
}

impl PacedClock {
    /// A clock that begins at `began` and runs at `speed` hundredths of the wall's (5 to 10,000).
    pub fn new(began: Timestamp, speed: u32) -> Self {
        let (then, then_at, speed) = (began, SystemClock::instant(), speed.clamp(5, 10_000));
        let waits = BTreeSet::new();
        let (plays, driven, numbered) = (true, false, 0);
        let pace = Mutex::new(Pace { then, then_at, speed, plays, driven, waits, numbered });
        Self(Arc::new(Paced { pace, changed: tokio::sync::Notify::new() }))
    }

    /// A clock that stands at `began` until it is moved on: nothing of it depends on the wall. That it
    /// plays only says that whoever drives it may let time pass.
    pub fn driven(began: Timestamp) -> Self {
        let clock = Self::new(began, 100);
        clock.change(|pace| (pace.driven, pace.then) = (true, began));
        clock
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        // A pace is whole after every change.
        self.0.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Pace)) {
        let mut pace = self.pace();
        pace.rebase();
        change(&mut pace);
        drop(pace);
        self.0.changed.notify_waiters();
    }

    /// Its speed, in hundredths of the wall's.
    pub fn speed(&self) -> u32 {
        self.pace().speed
    }

    /// Runs at another speed (hundredths of the wall's, 5 to 10,000).
    pub fn set_speed(&self, speed: u32) {
        self.change(|pace| pace.speed = speed.clamp(5, 10_000));
    }

    /// Whether time passes.
    pub fn is_playing(&self) -> bool {
        self.pace().plays
    }

    /// Lets time pass, or stand still.
    pub fn play(&self, plays: bool) {
        self.change(|pace| pace.plays = plays);
    }

    /// When the next of those who wait is woken, later than now; `None` if nobody waits.
    pub fn next(&self) -> Option<Timestamp> {
        self.pace().next()
    }

    /// Goes on from `at`, unless that is past.
    pub fn move_to(&self, at: Timestamp) {
        self.change(|pace| pace.then = pace.then.max(at));
    }

    /// Stands still at the next thing that somebody waits for. Returns whether there was one.
    pub fn step(&self) -> bool {
        self.step_to(None)
    }

    /// The same, with something that is due then besides.
    pub fn step_to(&self, due: Option<Timestamp>) -> bool {
        let now = self.now();
        let due = due.filter(|at| *at > now);
        let Some(next) = [self.next(), due].into_iter().flatten().min() else { return false };
        self.change(|pace| {
            pace.plays = false;
            pace.then = pace.then.max(next);
        });
        true
    }

    /// Does what is asked about time; says whether it was about time.
    pub fn obey(&self, control: Control) -> bool {
        let speed = self.speed();
        match control {
            Control::Pause => self.play(!self.is_playing()),
            Control::Step => {
                self.step();
            }
            Control::Slower => self.set_speed((speed / 2).max(PACES.0.min(speed))),
            Control::Faster => {
                self.set_speed(speed.saturating_mul(2).min(PACES.1.max(speed)));
            }
            Control::NextScene | Control::Restart | Control::Fault(_) => return false,
        }
        true
    }

    fn until(&self, duration: Duration, is_event: bool) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let until = self.now().checked_add(duration).unwrap_or(Timestamp::MAX);
        let waits = is_event.then(|| {
            let mut pace = self.pace();
            pace.numbered += 1;
            let entry = (until, pace.numbered);
            pace.waits.insert(entry);
            Waits(self.clone(), entry)
        });
        async move {
            let _waits = waits;
            loop {
                let changed = clock.0.changed.notified();
                let left = clock.pace().left(until);
                match left {
                    Left::Nothing => return,
                    Left::Ever => changed.await,
                    Left::Real(left) => tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep(left) => {}
                    },
                }
            }
        }
        .boxed()
    }
}

impl Clock for PacedClock {
    fn now(&self) -> Timestamp {
        self.pace().now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.until(duration, true)
    }

    fn glance(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.until(duration, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn driven() -> PacedClock {
        PacedClock::driven(Timestamp::UNIX_EPOCH)
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_clock_that_stands_still_moves_by_steps_to_what_waits_next() {
        let clock = driven();
        assert!(!clock.step(), "nobody waits");
        let mut far = clock.sleep(Duration::from_secs(30));
        let mut near = clock.sleep(Duration::from_secs(2));
        let mut seen = clock.glance(Duration::from_secs(1));
        assert!(far.as_mut().now_or_never().is_none() && near.as_mut().now_or_never().is_none());
        assert!(clock.step());
        assert_eq!(clock.now(), second(2), "what is only drawn is no event");
        assert!(near.as_mut().now_or_never().is_some() && far.as_mut().now_or_never().is_none());
        assert!(seen.as_mut().now_or_never().is_some());
        drop(far);
        drop(near);
        assert_eq!(clock.next(), None, "who no longer waits is forgotten");
        clock.move_to(second(1));
        assert_eq!(clock.now(), second(2), "it never goes back");
    }

    #[test]
    fn changing_the_pace_never_makes_it_jump() {
        let clock = PacedClock::new(Timestamp::UNIX_EPOCH, 10_000);
        let mut before = clock.now();
        for control in [
            Control::Slower,
            Control::Faster,
            Control::Pause,
            Control::Slower,
            Control::Faster,
            Control::Pause,
            Control::Slower,
        ] {
            assert!(clock.obey(control));
            let now = clock.now();
            // A second of the wall is a hundred here; far less passed.
            let passed = now.duration_since(before);
            assert!(now >= before && passed < SignedDuration::from_secs(1_000), "{passed:?}");
            before = now;
        }
        clock.play(false);
        assert_eq!(clock.now(), clock.now());
    }

    #[test]
    fn the_pace_is_doubled_and_halved_within_its_bounds() {
        let clock = driven();
        let mut seen = Vec::new();
        for _ in 0..4 {
            clock.obey(Control::Faster);
            seen.push(clock.speed());
        }
        for _ in 0..6 {
            clock.obey(Control::Slower);
            seen.push(clock.speed());
        }
        assert_eq!(seen, [200, 400, 800, 800, 400, 200, 100, 50, 25, 25]);
        let fast = PacedClock::new(Timestamp::UNIX_EPOCH, 2_000);
        fast.obey(Control::Faster);
        assert_eq!(fast.speed(), 2_000, "a demo that was started faster stays so");
        assert!(!clock.obey(Control::NextScene));
    }

    #[tokio::test]
    async fn whoever_waits_when_the_pace_changes_waits_for_what_is_left_at_the_new_one() {
        let clock = PacedClock::new(Timestamp::UNIX_EPOCH, 5);
        let waits = clock.sleep(Duration::from_mins(10));
        let faster = async { clock.set_speed(10_000) };
        // At the old pace this would be over three hours, at the new one six seconds; moved on, none.
        let jump = async { clock.move_to(second(601)) };
        futures::join!(waits, async {
            faster.await;
            jump.await;
        });
        assert!(clock.now() >= second(600));
    }
}
