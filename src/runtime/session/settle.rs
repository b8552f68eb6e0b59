//! A desk whose work is done by whoever drives it: everything that can come without time passing is
//! taken in before time passes, so that no thread decides what comes first.

use super::Session;

impl Session {
    /// Takes in everything that can come without time passing. Only for a desk whose work is done
    /// here ([`crate::runtime::Jobs::here`]).
    pub fn settle(&mut self) {
        loop {
            self.jobs.settle();
            let now = self.clock.now();
            let is_due = self.next_deadline().is_some_and(|at| at <= now);
            if self.inbox.is_empty() && !is_due {
                return;
            }
            self.pump();
        }
    }
}
