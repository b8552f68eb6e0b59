//! What a person or the desk itself has stopped: everything automatic, or one seller. It survives a
//! restart and holds for every process on the store, until a person types that it goes on. Beside it
//! stand what was asked of sellers' orders and has no answer yet, the limits that hold, and the triggers
//! that are armed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    fact::{Actor, Entry, Fact},
    order::OrderIntent,
};
use crate::domain::{Limits, SellerName, Trigger, TriggerId};

/// The word that lets everything go on again (safety.md S24).
pub const RESUME: &str = "resume";

/// The word that lets a person book by hand while everything automatic stands still (decisions 21).
pub const HALTED: &str = "halted";

/// The word that sends a booking without a known outcome once more, although it may book twice.
pub const AGAIN: &str = "again";

/// A stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Since when.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Why, in words.
    pub why: String,
    /// Whether the desk stopped by itself (safety.md S25).
    pub tripped: bool,
}

/// What is stopped, what is asked of sellers' orders, and which limits hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Controls {
    /// Everything automatic.
    pub halt: Option<Stop>,
    /// One seller: its automation and its tickets, never the reading of its deals.
    pub sellers: BTreeMap<SellerName, Stop>,
    /// What was asked of sellers' orders and has no answer yet, by [`OrderIntent::id`]. One in doubt
    /// stays until a person asks for something of the same deal again.
    #[serde(default)]
    pub orders: BTreeMap<String, OrderIntent>,
    /// The limits that held last; `None` until some did. A configuration that raises them waits for a
    /// person's reason.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// Triggers that are armed. Only the process that a person armed one at acts for it.
    #[serde(default)]
    pub triggers: BTreeMap<TriggerId, Trigger>,
}

/// Everything that is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stops {
    /// Everything automatic.
    pub halt: Option<Stop>,
    /// One seller each.
    pub sellers: BTreeMap<SellerName, Stop>,
}

impl Stops {
    /// The stop of a seller; `None` is everything.
    pub fn of(&self, seller: Option<&SellerName>) -> Option<&Stop> {
        seller.map_or(self.halt.as_ref(), |seller| self.sellers.get(seller))
    }

    /// Sets or lifts the stop of a seller; `None` is everything.
    pub fn set(&mut self, seller: Option<&SellerName>, stop: Option<Stop>) {
        match (seller, stop) {
            (None, stop) => self.halt = stop,
            (Some(seller), Some(stop)) => drop(self.sellers.insert(seller.clone(), stop)),
            (Some(seller), None) => drop(self.sellers.remove(seller)),
        }
    }

    /// Whether nothing is stopped.
    pub fn is_empty(&self) -> bool {
        self.halt.is_none() && self.sellers.is_empty()
    }

    /// Each stop, with the seller; `None` is everything.
    pub fn each(&self) -> impl Iterator<Item = (Option<&SellerName>, &Stop)> {
        let halt = self.halt.iter().map(|stop| (None, stop));
        halt.chain(self.sellers.iter().map(|(seller, stop)| (Some(seller), stop)))
    }
}

/// What is stopped comes from two places: what was folded, and the marks that a halt leaves beside the
/// store, which hold also while the store cannot be written. Either stops.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heeded {
    kept: Stops,
    marks: Stops,
}

impl Heeded {
    /// What is marked beside the store.
    pub fn marks(&self) -> &Stops {
        &self.marks
    }

    /// What is marked beside the store and not in the record.
    pub fn unkept(&self) -> impl Iterator<Item = (Option<&SellerName>, &Stop)> {
        self.marks.each().filter(|(seller, _)| self.kept.of(*seller).is_none())
    }

    /// Changes what was folded; a mark is no part of that.
    pub(super) fn fold(&mut self, controls: &mut Controls, edit: impl FnOnce(&mut Controls)) {
        let kept = std::mem::take(&mut self.kept);
        (controls.halt, controls.sellers) = (kept.halt, kept.sellers);
        edit(controls);
        self.kept = Stops { halt: controls.halt.clone(), sellers: controls.sellers.clone() };
        for (seller, stop) in self.marks.each() {
            match seller {
                None => drop(controls.halt.get_or_insert_with(|| stop.clone())),
                Some(seller) => {
                    controls.sellers.entry(seller.clone()).or_insert_with(|| stop.clone());
                }
            }
        }
    }

    /// These are marked from now on.
    pub(super) fn mark(&mut self, controls: &mut Controls, marks: Stops) {
        self.marks = marks;
        self.fold(controls, |_| ());
    }
}

impl Controls {
    /// Takes in a halt; any other fact is none.
    pub(crate) fn halted(&mut self, entry: &Entry) {
        let Fact::Halted { seller, why, tripped } = &entry.fact else { return };
        let (at, by, why) = (entry.at, entry.actor.clone(), why.clone());
        let stop = Stop { at, by, why, tripped: *tripped };
        match seller {
            // The first reason stays: it is the one to look into.
            None => drop(self.halt.get_or_insert(stop)),
            Some(seller) => drop(self.sellers.entry(seller.clone()).or_insert(stop)),
        }
    }

    /// What stands in the way of sending something to `seller`, if anything does.
    pub fn stop(&self, seller: &SellerName) -> Option<&Stop> {
        self.halt.as_ref().or_else(|| self.sellers.get(seller))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(why: &str) -> Stop {
        Stop { at: Timestamp::UNIX_EPOCH, by: Actor::Desk, why: why.to_owned(), tripped: false }
    }

    fn why(stop: Option<&Stop>) -> Option<&str> {
        stop.map(|stop| stop.why.as_str())
    }

    #[test]
    fn everything_and_one_seller_are_stopped_and_let_go_apart() {
        let (sea, sky) = (SellerName::from("sea"), SellerName::from("sky"));
        let mut stops = Stops::default();
        assert!(stops.is_empty());
        stops.set(None, Some(stop("all")));
        assert!(!stops.is_empty());
        assert_eq!((why(stops.of(None)), why(stops.of(Some(&sea)))), (Some("all"), None));
        stops.set(Some(&sea), Some(stop("one")));
        stops.set(None, None);
        assert!(!stops.is_empty());
        assert_eq!((why(stops.of(None)), why(stops.of(Some(&sea)))), (None, Some("one")));
        assert_eq!(why(stops.of(Some(&sky))), None);
        stops.set(Some(&sea), None);
        assert!(stops.is_empty());
    }

    #[test]
    fn a_mark_stops_without_being_kept_and_is_lifted_without_a_trace() {
        let sea = SellerName::from("sea");
        let (mut heeded, mut controls) = (Heeded::default(), Controls::default());
        let mut marks = Stops::default();
        marks.set(None, Some(stop("marked")));
        heeded.mark(&mut controls, marks.clone());
        assert_eq!(heeded.marks(), &marks);
        assert_eq!(why(controls.stop(&sea)), Some("marked"));
        assert_eq!(heeded.unkept().count(), 1);
        // What is kept says why first, and stays when the mark goes.
        heeded.fold(&mut controls, |controls| {
            controls.sellers.insert(sea.clone(), stop("kept"));
        });
        marks.set(Some(&sea), Some(stop("marked too")));
        heeded.mark(&mut controls, marks);
        assert_eq!(why(controls.sellers.get(&sea)), Some("kept"));
        assert_eq!(heeded.unkept().map(|(seller, _)| seller).collect::<Vec<_>>(), [None]);
        heeded.mark(&mut controls, Stops::default());
        assert_eq!(why(controls.halt.as_ref()), None);
        assert_eq!(why(controls.stop(&sea)), Some("kept"));
    }
}
