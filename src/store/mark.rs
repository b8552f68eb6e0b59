//! The mark that a halt leaves beside the store. Every desk on the store obeys it, also while another
//! program keeps the store locked and the halt itself cannot be written there.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{Location, StoreError, place};
use crate::{
    desk::{Actor, Stop, Stops},
    domain::SellerName,
    private,
};

/// How often the turn to change a mark is asked for.
const TURNS: u32 = 10_000;

/// The mark beside one store.
#[derive(Debug, Clone)]
pub struct HaltMark {
    /// `None` for a store in memory, which no other process can halt.
    path: Option<PathBuf>,
    /// What was read last, so that it is taken in once.
    seen: Option<Vec<u8>>,
}

impl HaltMark {
    /// The mark of a store; nothing is read or written yet.
    ///
    /// # Errors
    /// Where it cannot be told which file the store is.
    pub fn of(store: &Location) -> Result<Self, StoreError> {
        Ok(Self { path: store.beside(".halt")?, seen: None })
    }

    /// What is marked, if that changed since it was last asked. Cheap. A mark that cannot be read or makes
    /// no sense stops everything: somebody left it to stop the desk.
    pub fn news(&mut self) -> Option<Stops> {
        let found = self.read();
        if self.seen == found {
            return None;
        }
        let stops = self.stops(found.as_deref());
        self.seen = found;
        Some(stops)
    }

    /// Marks a stop of a seller, or of everything. The first reason stays. It waits for the disk where it is
    /// to be marked `durably`.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub fn leave(
        &self,
        seller: Option<&SellerName>,
        stop: &Stop,
        durably: bool,
    ) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        self.change(durably, |stops| {
            if stops.of(seller).is_none() {
                stops.set(seller, Some(stop.clone()));
            }
        })
        .or_else(|error| {
            // No space for words, perhaps, but for a name: what is empty stops everything.
            let made = seller.is_none().then(|| private::append_own(path));
            made.map_or(Err(error), |made| made.map(drop))
        })
        .map_err(|error| StoreError::io(&error, path))
    }

    /// Takes a mark away again, if it still is what `known` says: a newer one stays.
    ///
    /// # Errors
    /// Where it cannot be changed.
    pub fn lift(&self, seller: Option<&SellerName>, known: &Stop) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        self.change(false, |stops| {
            if stops.of(seller) == Some(known) {
                stops.set(seller, None);
            }
        })
        .map_err(|error| StoreError::io(&error, path))
    }

    fn read(&self) -> Option<Vec<u8>> {
        match fs::read(self.path.as_ref()?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // What is there and cannot be read is there.
            read => Some(read.unwrap_or_default()),
        }
    }

    fn stops(&self, found: Option<&[u8]>) -> Stops {
        let Some(bytes) = found else { return Stops::default() };
        serde_json::from_slice(bytes).unwrap_or_else(|_| {
            let made = self.path.as_ref().and_then(|path| fs::metadata(path).ok());
            let made = made.and_then(|made| made.modified().ok());
            let at = made.and_then(|at| Timestamp::try_from(at).ok()).unwrap_or_default();
            let why = "a mark beside the store says so".to_owned();
            Stops {
                halt: Some(Stop { at, by: Actor::Desk, why, tripped: false }),
                ..Stops::default()
            }
        })
    }

    /// Reads, changes and replaces the file, one process after the other.
    fn change(&self, durably: bool, change: impl FnOnce(&mut Stops)) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let _turn = turn(&place::with(path, "-turn"));
        let before = self.stops(self.read().as_deref());
        let mut stops = before.clone();
        change(&mut stops);
        if stops.is_empty() {
            return match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        if stops == before {
            return Ok(());
        }
        let new = place::with(path, &format!("-{}", std::process::id()));
        let written = replace(&new, path, &stops, durably);
        if written.is_err() {
            drop(fs::remove_file(&new));
        }
        written
    }
}

/// The turn to change the mark, kept until it is dropped. Whoever has it has it for a moment; a stop is
/// worth more than a turn that does not come.
fn turn(path: &Path) -> io::Result<Option<File>> {
    let file = private::file().create(true).truncate(false).write(true).open(path)?;
    for _ in 0..TURNS {
        if file.try_lock().is_ok() {
            return Ok(Some(file));
        }
        std::thread::yield_now();
    }
    Ok(None)
}

/// Puts a whole file in its place.
fn replace(new: &Path, path: &Path, stops: &Stops, durably: bool) -> io::Result<()> {
    let mut file = private::file().create(true).truncate(true).write(true).open(new)?;
    file.write_all(&serde_json::to_vec(stops)?)?;
    if durably {
        file.sync_all()?;
    }
    fs::rename(new, path)?;
    match path.parent().filter(|_| durably) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
