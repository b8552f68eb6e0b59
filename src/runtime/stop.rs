//! Stops the desks of a store at once. Nothing is read but what is stopped already, so that it takes no
//! longer where the book is large: first the mark beside the store, which every desk obeys, then the record.

use jiff::Timestamp;

use super::{config::Config, jobs, open};
use crate::{
    desk::{Command, Controls, Desk, Entry, Fact, Input, Stop},
    domain::{Refusal, SellerName},
    store::{HaltMark, Location, Store, StoreError, Tuning},
};

/// What came of it.
#[derive(Debug)]
pub struct Stopped {
    /// What is stopped now.
    pub controls: Controls,
    /// Whether it is marked beside the store, on the disk.
    pub marked: Result<(), StoreError>,
    /// Whether it is in the store, on the disk.
    pub stored: Result<(), StoreError>,
}

/// Stops a seller, or everything.
///
/// # Errors
/// Where the desk refuses: it knows no such seller. Then nothing is stopped.
pub async fn stop(
    config: &Config,
    seller: Option<SellerName>,
    why: String,
    now: Timestamp,
) -> Result<Stopped, Refusal> {
    let location = open::location(config);
    let mut desk = Desk::new(config.setup_without_keys("cli"));
    let mut mark = HaltMark::of(&location);
    if let Ok(Some(stops)) = mark.as_mut().map(HaltMark::news) {
        drop(desk.step(Input::Marked(stops), now));
    }
    let mut decided = desk.step(Input::Command(Command::Halt { seller: seller.clone(), why }), now);
    if let Some(refusal) = decided.refusals.pop() {
        return Err(refusal);
    }
    let marked = mark.and_then(|mark| {
        decided
            .entries
            .iter()
            .filter_map(halted)
            .try_for_each(|stop| mark.leave(seller.as_ref(), &stop, true))
    });
    let stored = store(location, &mut desk, decided.entries, now).await;
    Ok(Stopped { controls: desk.state().controls.clone(), marked, stored })
}

fn halted(entry: &Entry) -> Option<Stop> {
    let Fact::Halted { why, tripped, .. } = &entry.fact else { return None };
    let (by, why) = (entry.actor.clone(), why.clone());
    Some(Stop { at: entry.at, by, why, tripped: *tripped })
}

/// Writes what was decided, and what others only marked, unless the store has it.
async fn store(
    location: Location,
    desk: &mut Desk,
    decided: Vec<Entry>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tuning = Tuning { mode: desk.state().setup.mode, ..Tuning::default() };
    let opened = jobs::blocking(move || Store::open_with(&location, &tuning)).await;
    let store = opened.ok_or_else(StoreError::closed)??;
    let known = store.controls().await?;
    let is_news = |entry: &Entry| {
        let Fact::Halted { seller, .. } = &entry.fact else { return true };
        match seller {
            None => known.halt.is_none(),
            Some(seller) => !known.sellers.contains_key(seller),
        }
    };
    let mut entries: Vec<_> = decided.into_iter().filter(is_news).collect();
    desk.restore(Vec::new(), Vec::new(), Vec::new(), known.clone());
    desk.replay(entries.iter().cloned());
    entries.extend(desk.step(Input::KeepMarks, now).entries);
    store.append(entries).await.map(|_| ())
}
