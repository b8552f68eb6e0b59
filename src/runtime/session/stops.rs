//! The marks that a halt leaves beside the store: heeded before anything is sent, left with every halt of
//! this desk, and taken away once it is in the store that a person let it go on.

use jiff::{SignedDuration, Timestamp};

use super::Session;
use crate::{
    desk::{Entry, Fact, Input, State, Stop},
    domain::SellerName,
    store::{HaltMark, Location, StoreError},
};

/// How long whoever left a mark has to write the halt into the store. Then the host does it.
const KEEP_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// What this desk knows of the marks.
#[derive(Debug, Default)]
pub(super) struct Marking {
    mark: Option<HaltMark>,
    /// Marks that go once it is in the store that they do.
    lifts: Vec<(Option<SellerName>, Stop)>,
    /// Since when something is marked that the store does not have, while we are the host.
    unkept_since: Option<Timestamp>,
}

impl Marking {
    /// From here on there is a store.
    pub(super) fn begin(&mut self, location: &Location) -> Result<(), StoreError> {
        self.mark = Some(HaltMark::of(location)?);
        Ok(())
    }

    /// Marks what was halted, and notes what goes on.
    pub(super) fn mark(&mut self, entries: &[Entry], state: &State) {
        let Some(mark) = &self.mark else { return };
        for Entry { at, actor, fact, .. } in entries {
            // One that trips by itself is for the store alone: a lock of a moment is no reason to stop
            // every desk until a person comes.
            if let Fact::Halted { seller, why, tripped: false } = fact {
                let (by, why) = (actor.clone(), why.clone());
                let stop = Stop { at: *at, by, why, tripped: false };
                if let Err(error) = mark.leave(seller.as_ref(), &stop, false) {
                    // The halt itself is in the store, or that is told.
                    tracing::warn!(%error, "the halt is not marked beside the store");
                }
            }
            if let Fact::Resumed { seller } = fact
                && let Some(stop) = state.heeded.marks().of(seller.as_ref())
            {
                self.lifts.push((seller.clone(), stop.clone()));
            }
        }
    }

    /// When a mark that the store does not have is to be written into it.
    pub(super) fn keep_at(&self) -> Option<Timestamp> {
        self.unkept_since.and_then(|since| since.checked_add(KEEP_AFTER).ok())
    }
}

impl Session {
    /// Takes in what is marked beside the store.
    pub(super) fn heed_marks(&mut self) {
        if let Some(stops) = self.stops.mark.as_mut().and_then(HaltMark::news) {
            self.step(Input::Marked(stops));
        }
        let state = self.desk.state();
        let waits = state.heeded.unkept().next().is_some()
            && state.setup.is_host
            && self.writer.trouble().is_none();
        let now = self.clock.now();
        self.stops.unkept_since = waits.then(|| self.stops.unkept_since.unwrap_or(now));
        if self.stops.keep_at().is_some_and(|at| at <= now) {
            self.step(Input::KeepMarks);
        }
    }

    /// Everything folded is written: what goes on is no longer marked.
    pub(super) fn lift_marks(&mut self) {
        if self.writer.trouble().is_some() || !self.writer.is_idle() {
            return;
        }
        let Some(mark) = &self.stops.mark else { return };
        for (seller, stop) in std::mem::take(&mut self.stops.lifts) {
            if let Err(error) = mark.lift(seller.as_ref(), &stop) {
                self.desk.say(true, format!("still halted: {error}"), self.clock.now());
            }
        }
        self.heed_marks();
    }
}
