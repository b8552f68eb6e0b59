//! When a question is asked again, and how long to wait before (safety.md 4.5; the guide's retries).

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use crate::domain::SellerError;

/// The first wait; each next one is twice as long, plus up to as much again by chance.
const FIRST: Duration = Duration::from_millis(250);

/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(8);

/// The longest `Retry-After` that is waited out. A longer one ends the question, and says so.
pub const RETRY_AFTER_CAP: Duration = Duration::from_secs(20);

/// The repeats of one question.
#[derive(Debug)]
pub(super) struct Repeats {
    waits: ExponentialBackoff,
    left: u32,
}

impl Repeats {
    /// At most `attempts` in all (0 counts as 1); one where the question is not repeatable. The
    /// same `seed` waits the same.
    pub(super) fn new(attempts: u32, repeatable: bool, seed: u64) -> Self {
        let waits = ExponentialBuilder::new()
            .with_min_delay(FIRST)
            .with_max_delay(LONGEST)
            .with_jitter()
            .with_jitter_seed(seed)
            .without_max_times()
            .build();
        Self { waits, left: if repeatable { attempts.saturating_sub(1) } else { 0 } }
    }

    /// How long to wait before asking again after `error`; `None` if it is not asked again.
    pub(super) fn wait_after(&mut self, error: &SellerError) -> Option<Duration> {
        if self.left == 0 || !error.is_passing() {
            return None;
        }
        self.left -= 1;
        let asked = Duration::from_secs(u64::from(error.retry_after_s.unwrap_or(0)));
        (asked <= RETRY_AFTER_CAP).then(|| self.waits.next().unwrap_or(LONGEST).max(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ErrorKind;

    fn error(status: u16, retry_after_s: Option<u32>) -> SellerError {
        let kind = if status == 0 { ErrorKind::Timeout } else { ErrorKind::Unavailable };
        SellerError {
            http_status: status,
            retry_after_s,
            ..SellerError::transport(kind, "", "", "")
        }
    }

    #[test]
    fn waits_grow_and_end_and_honour_the_seller() {
        let mut repeats = Repeats::new(4, true, 7);
        let waits: Vec<_> =
            std::iter::from_fn(|| repeats.wait_after(&error(503, None))).take(9).collect();
        assert_eq!(waits.len(), 3);
        for (wait, base) in waits.iter().zip([250, 500, 1_000]) {
            let base = Duration::from_millis(base);
            assert!(*wait >= base && *wait <= base * 2, "{wait:?} of {base:?}");
        }
        let mut repeats = Repeats::new(3, true, 7);
        assert_eq!(repeats.wait_after(&error(503, Some(5))), Some(Duration::from_secs(5)));
        assert_eq!(repeats.wait_after(&error(503, Some(3_600))), None, "longer than the cap");
        for (attempts, repeatable, status) in
            [(0, true, 503), (1, true, 503), (9, false, 503), (9, true, 500), (9, true, 404)]
        {
            let mut repeats = Repeats::new(attempts, repeatable, 7);
            assert_eq!(repeats.wait_after(&error(status, None)), None, "{attempts} {status}");
        }
        assert!(Repeats::new(2, true, 7).wait_after(&error(0, None)).is_some());
    }
}
