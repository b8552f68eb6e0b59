//! What a ticket does not listen to: keys held down, and any key in the moment after it appeared, its
//! line opened, the terminal was resized or got the focus back.

use jiff::{SignedDuration, Timestamp};

use crate::tui::keys::KeyKind;

/// How long a ticket is deaf.
pub(crate) const DEAF: SignedDuration = SignedDuration::from_millis(300);

/// Keeps a ticket deaf for a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    since: Timestamp,
}

impl Guard {
    /// A ticket that appears at `now`.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { since: now }
    }

    /// Something happened that a person has to see first.
    pub(crate) fn disturbed(&mut self, now: Timestamp) {
        self.since = self.since.max(now);
    }

    /// Whether a key is listened to. A clock that went back keeps it deaf.
    pub(crate) fn hears(&self, kind: KeyKind, now: Timestamp) -> bool {
        kind == KeyKind::Press && now.duration_since(self.since) >= DEAF
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_keys_and_the_first_moment_are_not_heard() {
        let start = Timestamp::UNIX_EPOCH;
        let after = |millis| start + SignedDuration::from_millis(millis);
        let mut guard = Guard::new(start);
        for (millis, kind, heard) in [
            (0, KeyKind::Press, false),
            (299, KeyKind::Press, false),
            (300, KeyKind::Press, true),
            (300, KeyKind::Repeat, false),
        ] {
            assert_eq!(guard.hears(kind, after(millis)), heard, "{millis} {kind:?}");
        }
        guard.disturbed(after(1_000));
        assert!(!guard.hears(KeyKind::Press, after(1_200)));
        assert!(guard.hears(KeyKind::Press, after(1_300)));
        guard.disturbed(after(500));
        assert!(guard.hears(KeyKind::Press, after(1_300)), "an older disturbance changes nothing");
    }
}
