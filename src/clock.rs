//! The port through which everything that waits knows the time.
//!
//! `runtime/clock.rs` has the system's and the one that tests move by hand, `runtime/pace.rs` the one whose
//! pace can be changed. Nothing else reads the time.

use std::{fmt::Debug, time::Duration};

use futures::future::BoxFuture;
use jiff::Timestamp;

/// A source of time.
pub trait Clock: Debug + Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;

    /// Time since this machine started, its sleep included; `None` for a clock that is not the
    /// machine's. Unlike [`Self::now`] nobody can set it.
    fn since_boot(&self) -> Option<Duration> {
        None
    }

    /// What tells how long something takes, by two of these: the time since this machine started, where the
    /// clock knows it, so that nobody who sets the clock makes a wait longer or shorter.
    fn steady(&self) -> Duration {
        let now = || Duration::try_from(self.now().as_duration()).unwrap_or(Duration::ZERO);
        self.since_boot().unwrap_or_else(now)
    }

    /// Resolves once `duration` of this clock has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// As [`Self::sleep`], for what is only drawn anew then: whoever steps from one thing that happens
    /// to the next does not stop there.
    fn glance(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.sleep(duration)
    }
}
