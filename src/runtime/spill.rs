//! What a store cannot take is put beside it: how bookings and moves ended, with the raw reply, so
//! that nothing is lost if the store stays broken and the desk ends (safety.md S2).
//!
//! One file per process, one JSON object a line, readable by its owner alone. It is gone once the
//! store has what is in it; the next desk takes in what a dead one left.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    desk::Entry,
    domain::Exchange,
    private,
    store::{Location, owner_is_alive},
};

/// A line of a spill file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spilled {
    /// What happened.
    pub entry: Entry,
    /// What the seller answered, with keys masked; `None` where nothing came.
    pub exchange: Option<Exchange>,
}

/// The spill file of one process.
#[derive(Debug, Default)]
pub(super) struct Spill {
    open: Option<(PathBuf, File)>,
}

impl Spill {
    /// Puts down what the store could not take, durably. Returns where.
    ///
    /// # Errors
    /// Where neither the store's folder nor the machine's temporary one takes it.
    pub(super) fn put(
        &mut self,
        location: &Location,
        owner: &str,
        lines: &[Spilled],
    ) -> io::Result<&Path> {
        let (path, mut file) = match self.open.take() {
            Some(open) => open,
            None => create(location, owner)?,
        };
        for line in lines {
            let mut json = serde_json::to_string(line)?;
            json.push('\n');
            file.write_all(json.as_bytes())?;
        }
        file.sync_all()?;
        Ok(self.open.insert((path, file)).0.as_path())
    }

    /// The store has everything: the file goes.
    pub(super) fn clear(&mut self) {
        if let Some((path, _)) = self.open.take() {
            // One that stays is recognised by the next desk as known.
            drop(fs::remove_file(path));
        }
    }
}

fn create(location: &Location, owner: &str) -> io::Result<(PathBuf, File)> {
    let mut failure = io::Error::other("a store in memory has no place beside it");
    for folder in folders(location) {
        let path = folder.join(format!("{owner}.jsonl"));
        let made = private::folder(&folder)
            .and_then(|()| private::file().create(true).append(true).open(&path));
        match made {
            Ok(file) => return Ok((path, file)),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Where spill files of a store may lie: beside it, else in the machine's temporary folder.
fn folders(location: &Location) -> Vec<PathBuf> {
    let Location::File(store) = location else { return Vec::new() };
    let mut beside = OsString::from(store);
    beside.push(".spill");
    let name = PathBuf::from(&beside);
    // The whole path, made one name: stores of one name in two folders must not mix.
    let flat: String = name.to_string_lossy().chars().map(plain).collect();
    vec![name, std::env::temp_dir().join(format!("dealdesk{flat}"))]
}

fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' }
}

/// What desks that are gone could not store, oldest file first, and the files it is in. A line that
/// cannot be read is left where it is.
pub(super) fn left_behind(location: &Location) -> (Vec<Spilled>, Vec<PathBuf>) {
    let (mut lines, mut files) = (Vec::new(), Vec::new());
    for folder in folders(location) {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let owner = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let is_ours = path.extension().is_some_and(|ending| ending == "jsonl");
            let Some(owner) = owner.filter(|_| is_ours) else { continue };
            if owner_is_alive(location, &owner).unwrap_or(true) {
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let read: Vec<_> = text.lines().map(serde_json::from_str::<Spilled>).collect();
            if read.iter().all(Result::is_ok) {
                files.push(path);
            }
            lines.extend(read.into_iter().flatten());
        }
    }
    (lines, files)
}

/// The store has what was in these files.
pub(super) fn taken_in(files: &[PathBuf]) {
    for file in files {
        drop(fs::remove_file(file));
    }
}
