//! The one place that knows what time it is: the system's clock, and one that tests move by hand.
//! The one whose pace can be changed, for demo and replay, is in `pace.rs`.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::future::{BoxFuture, FutureExt as _};
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    /// Now, on a clock that nobody can set: only to measure how long something takes.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    pub(super) fn instant() -> Instant {
        Instant::now()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn since_boot(&self) -> Option<Duration> {
        #[cfg(target_os = "linux")]
        let clock = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let clock = rustix::time::ClockId::Monotonic;
        Duration::try_from(rustix::time::clock_gettime(clock)).ok()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}

/// A clock that moves when told to. Sleepers wake when it passes them.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<Mutex<Timestamp>>,
    moved: Arc<tokio::sync::Notify>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn new(now: Timestamp) -> Self {
        let moved = Arc::default();
        Self { now: Arc::new(Mutex::new(now)), moved }
    }

    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
        drop(now);
        self.moved.notify_waiters();
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let until = clock.now().checked_add(duration).unwrap_or(Timestamp::MAX);
        async move {
            loop {
                let moved = clock.moved.notified();
                if clock.now() >= until {
                    return;
                }
                moved.await;
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_wakes_sleepers_only_when_it_passes_them() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let mut sleeper = clock.sleep(Duration::from_secs(10));
        assert!(sleeper.as_mut().now_or_never().is_none());
        clock.advance(SignedDuration::from_secs(9));
        assert!(sleeper.as_mut().now_or_never().is_none());
        clock.advance(SignedDuration::from_secs(1));
        assert!(sleeper.as_mut().now_or_never().is_some());
    }
}
