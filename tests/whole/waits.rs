//! A command waits as long as it says, also where somebody sets the machine's clock meanwhile.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use dealdesk::{
    clock::Clock,
    desk::{Desk, Setup},
    runtime::Session,
};
use futures::future::{BoxFuture, FutureExt as _};
use jiff::Timestamp;

/// A machine that sleeps no longer than it has to, and whose clock is set while it does.
#[derive(Debug, Default)]
struct Machine {
    /// Since it started, in milliseconds.
    up: Arc<AtomicU64>,
    /// By how much its clock was set, in seconds.
    set: AtomicI64,
}

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let up = i64::try_from(self.up.load(Ordering::SeqCst)).unwrap();
        let set = 1_000 * self.set.load(Ordering::SeqCst);
        Timestamp::from_millisecond(1_780_000_000_000 + up + set).unwrap()
    }

    fn since_boot(&self) -> Option<Duration> {
        Some(Duration::from_millis(self.up.load(Ordering::SeqCst)))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let up = Arc::clone(&self.up);
        // Half of it, as if something had woken the sleeper.
        let half = u64::try_from(duration.as_millis()).unwrap().div_ceil(2);
        async move {
            up.fetch_add(half, Ordering::SeqCst);
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_clock_that_is_set_makes_a_wait_neither_longer_nor_shorter() {
    for set in [-3_600, 3_600, 0] {
        let machine = Arc::new(Machine::default());
        let clock: Arc<dyn Clock> = Arc::<Machine>::clone(&machine);
        let workers = tokio::runtime::Handle::current();
        let mut desk =
            Session::new(Desk::new(Setup::default()), BTreeMap::default(), clock, workers);
        let mut asked = 0;
        let done = desk.until(Duration::from_secs(30), |_| {
            asked += 1;
            if asked == 2 {
                machine.set.store(set, Ordering::SeqCst);
            }
            assert!(asked < 10_000, "it waits on");
            false
        });
        assert!(!done.await);
        let waited = machine.up.load(Ordering::SeqCst);
        assert!((30_000..30_100).contains(&waited), "{set}: {waited} ms");
    }
}
