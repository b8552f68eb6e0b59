//! Whoever sent something and is gone can no longer hear the answer: the host looks after it. First a
//! process is found to be gone, then what it wrote to the last is read, and only then is anything
//! decided: it may have stored the outcome and died of something else.

use std::mem;

use jiff::{SignedDuration, Timestamp};

use super::Session;
use crate::{desk::Input, store::owner_is_alive};

/// How often the host asks whether a process that awaits an answer is still there: one that is killed
/// tells nobody.
const RETRY: SignedDuration = SignedDuration::from_secs(5);

/// Processes that are gone and left something.
#[derive(Debug, Default)]
pub(super) struct Orphans {
    /// Found to be gone; what they wrote is not being read yet.
    found: Vec<String>,
    /// What they wrote is being read.
    reading: Vec<String>,
    pub(super) retry_at: Option<Timestamp>,
}

impl Orphans {
    fn knows(&self, owner: &String) -> bool {
        self.found.contains(owner) || self.reading.contains(owner)
    }
}

impl Session {
    /// Asks whether everybody who awaits an answer is still there.
    pub(super) fn look_for_orphans(&mut self) {
        let state = self.desk.state();
        if !state.setup.is_host {
            return;
        }
        let mut owners = state.waiting_owners();
        owners.retain(|owner| *owner != state.setup.owner);
        self.orphans.retry_at = self.after((!owners.is_empty()).then_some(RETRY));
        owners.retain(|owner| !self.orphans.knows(owner) && !self.is_alive(owner));
        self.orphans.found.extend(owners);
        self.read_what_they_wrote();
    }

    fn read_what_they_wrote(&mut self) {
        if !self.orphans.found.is_empty() && self.writer.follow(&mut self.jobs) {
            self.orphans.reading = mem::take(&mut self.orphans.found);
        }
    }

    /// All that others wrote is folded, or, not `whole`, could not be read: then they are found again.
    pub(super) fn orphans_read(&mut self, whole: bool) {
        let gone = mem::take(&mut self.orphans.reading);
        for owner in gone.into_iter().filter(|_| whole) {
            self.step(Input::OwnerLost(owner));
        }
        self.read_what_they_wrote();
    }

    fn is_alive(&self, owner: &str) -> bool {
        // Where it cannot be told, it may be alive: what it sent is left alone.
        self.location
            .as_ref()
            .is_some_and(|location| owner_is_alive(location, owner).unwrap_or(true))
    }
}
