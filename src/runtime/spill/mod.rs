//! What a store cannot take is put beside it: how bookings and moves ended, with the raw reply, so
//! that nothing is lost if the store stays broken and the desk ends (safety.md S2).
//!
//! One file per process and place, one JSON object a line. A place that fails is followed by the next. A
//! file is gone once the store has what is in it; the next desk takes in what a dead one left, where nobody
//! but its own user can have put it there.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::unix::{ffi::OsStrExt as _, fs::MetadataExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    desk::Entry,
    domain::{Exchange, text},
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

/// The spill files of one process: one, unless a place failed after it had taken something.
#[derive(Debug, Default)]
pub(super) struct Spill {
    /// The newest last; that one is written to as long as it takes what it is given.
    open: Vec<(PathBuf, File)>,
    /// Those that failed: half a line may stand at their end.
    torn: BTreeSet<PathBuf>,
}

impl Spill {
    /// Puts down what the store could not take, durably, in the first place that takes it. Returns where.
    ///
    /// # Errors
    /// Where no place takes it: the last one's own.
    pub(super) fn put(
        &mut self,
        location: &Location,
        owner: &str,
        lines: &[Spilled],
    ) -> io::Result<&Path> {
        self.put_with(&places(location)?, owner, lines, |_, file, bytes| write(file, bytes))
    }

    fn put_with(
        &mut self,
        places: &[Place],
        owner: &str,
        lines: &[Spilled],
        write: impl Fn(&Path, &mut File, &[u8]) -> io::Result<()>,
    ) -> io::Result<&Path> {
        let mut bytes = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
        }
        let mut failure = io::Error::other("a store in memory has no place beside it");
        let whole = |path: &Path, torn: &BTreeSet<PathBuf>| {
            let after_half_a_line = torn.contains(path).then_some(b'\n');
            after_half_a_line.into_iter().chain(bytes.iter().copied()).collect::<Vec<_>>()
        };
        if let Some((path, file)) = self.open.last_mut() {
            match write(path, file, &whole(path, &self.torn)) {
                Ok(()) => return self.newest(),
                Err(error) => {
                    self.torn.insert(path.clone());
                    failure = error;
                }
            }
        }
        let name = format!("{owner}.jsonl");
        for place in places {
            let path = place.folder.join(&name);
            if self.open.last().is_some_and(|(open, _)| *open == path) {
                continue;
            }
            let made = place.make().and_then(|()| private::append_own(&path));
            let written = made.and_then(|mut file| {
                let written = write(&path, &mut file, &whole(&path, &self.torn));
                if written.is_err() {
                    self.torn.insert(path.clone());
                }
                written.map(|()| file)
            });
            match written {
                Ok(file) => {
                    self.open.retain(|(open, _)| *open != path);
                    self.open.push((path, file));
                    return self.newest();
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn newest(&self) -> io::Result<&Path> {
        let newest = self.open.last().map(|(path, _)| path.as_path());
        newest.ok_or_else(|| io::Error::other("nothing is open"))
    }

    /// The store has everything: the files go.
    pub(super) fn clear(&mut self) {
        for (path, _) in self.open.drain(..) {
            remove(&path);
        }
    }
}

/// Writes all of it, on the disk, or leaves the file as it was: half a line would spoil the next.
fn write(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    let before = file.metadata()?.len();
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // What cannot be cut off is no whole line, and is not taken in.
        drop(file.set_len(before));
    }
    written
}

/// A folder in which spill files of a store may lie.
#[derive(Debug)]
struct Place {
    /// The folders above it that must be ours alone too: others may write where they lie.
    above: Option<PathBuf>,
    folder: PathBuf,
}

impl Place {
    fn make(&self) -> io::Result<()> {
        self.above.as_deref().map_or(Ok(()), private::make_own_folder)?;
        private::make_own_folder(&self.folder)
    }

    /// Whether what lies in it can be taken for what desks of ours left. `None` where there is nothing.
    fn is_ours(&self) -> Option<io::Result<()>> {
        let ours = self.above.as_deref().map_or(Ok(()), private::own_folder);
        match ours.and_then(|()| private::own_folder(&self.folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            ours => Some(ours),
        }
    }
}

/// Where spill files of a store may lie, the best first: beside it, else where this user's programs keep
/// what lasts as long as the session, else in the machine's temporary folder.
fn places(location: &Location) -> io::Result<Vec<Place>> {
    let real = location.real().map_err(io::Error::other)?;
    let Location::File(store) = &real else { return Ok(Vec::new()) };
    let beside = location.beside(".spill").map_err(io::Error::other)?;
    let beside = beside.map(|folder| Place { above: None, folder });
    // The whole path, made one short name: stores of one name in two folders must not mix.
    let digest = Sha256::digest(store.as_os_str().as_bytes());
    let short = text::hex(digest.get(..8).unwrap_or(&digest));
    let session = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let session = session.filter(|folder| folder.is_absolute());
    let user = rustix::process::geteuid().as_raw();
    let away = [
        session.map(|folder| folder.join("dealdesk")),
        Some(std::env::temp_dir().join(format!("dealdesk-{user}"))),
    ];
    let away = away.into_iter().flatten();
    let away = away
        .map(|above| Place { folder: above.join(format!("{short}.spill")), above: Some(above) });
    Ok(beside.into_iter().chain(away).collect())
}

/// A line of a spill file as it stands there, and what it says where it can be read.
type Line = (Vec<u8>, Option<Spilled>);

/// A spill file that is being taken in, by no other process meanwhile.
#[derive(Debug)]
pub(super) struct Taken {
    path: PathBuf,
    /// What of it is still to lie there.
    lines: Vec<Line>,
    /// Whether that is less than what lies there.
    is_shorter: bool,
    locked: File,
}

impl Taken {
    /// What could be read of it.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter_map(|(_, line)| line.as_ref()).map(|line| &line.entry)
    }

    /// The store has what `is_known` says, or will have it before [`taken_in`]: only the rest is to stay.
    pub(super) fn leave_out(&mut self, is_known: impl Fn(&Entry) -> bool) {
        let before = self.lines.len();
        self.lines.retain(|(_, line)| !line.as_ref().is_some_and(|line| is_known(&line.entry)));
        self.is_shorter |= self.lines.len() < before;
    }

    /// The rest in place of the file, whole: whoever looks finds the one or the other.
    fn rewrite(&self) -> io::Result<()> {
        let rest = self.path.with_extension("rest");
        let mut file = private::append_own(&rest)?;
        file.set_len(0)?;
        file.set_permissions(self.locked.metadata()?.permissions())?;
        for (line, _) in &self.lines {
            file.write_all(line)?;
            file.write_all(b"\n")?;
        }
        file.sync_all()?;
        fs::rename(&rest, &self.path)
    }
}

/// The files in which desks that are gone left what they could not store, oldest first. What somebody else
/// may have put there is left where it is.
pub(super) fn left_behind(location: &Location) -> Vec<Taken> {
    let places = places(location).unwrap_or_default();
    left_in(&places, |owner| owner_is_alive(location, owner).unwrap_or(true))
}

/// What lies beside a store and may not be in it, whoever put it there, each with its file: also what a desk
/// that is alive could not store yet.
pub(crate) fn beside(location: &Location) -> Vec<(PathBuf, Spilled)> {
    let files = files_in(&places(location).unwrap_or_default());
    let lines = files.into_iter().flat_map(|(path, _)| {
        let read = private::open_own_to_read(&path).and_then(|file| read_lines(&file));
        let read = read.map_err(|error| leave(&path, &error)).unwrap_or_default();
        let read = read.into_iter().filter_map(|(_, line)| line);
        read.map(move |line| (path.clone(), line)).collect::<Vec<_>>()
    });
    lines.collect()
}

fn left_in(places: &[Place], is_alive: impl Fn(&str) -> bool) -> Vec<Taken> {
    let mut files = Vec::new();
    for (path, owner) in files_in(places) {
        if is_alive(&owner) {
            continue;
        }
        let opened = private::open_own_to_read(&path).map_err(|error| leave(&path, &error));
        // Where another process takes it in, it is that one's. Read once it is ours: until then it may be
        // taken in, and gone.
        let Some(locked) = opened.ok().filter(|file| file.try_lock().is_ok()) else { continue };
        let is_there = locked.metadata().is_ok_and(|found| found.nlink() > 0);
        let read = read_lines(&locked).map_err(|error| leave(&path, &error)).ok();
        let Some(lines) = read.filter(|_| is_there) else { continue };
        files.push(Taken { path, lines, is_shorter: false, locked });
    }
    files
}

fn leave(path: &Path, error: &io::Error) {
    tracing::warn!(path = %path.display(), %error, "not taken in: it may not be a desk of yours");
}

/// The spill files that lie there, with their owners, in places where nobody else can have put one.
fn files_in(places: &[Place]) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for place in places {
        match place.is_ours() {
            None => continue,
            Some(Err(error)) => {
                leave(&place.folder, &error);
                continue;
            }
            Some(Ok(())) => {}
        }
        let Ok(entries) = fs::read_dir(&place.folder) else { continue };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        files.extend(paths.into_iter().filter_map(|path| {
            let is_ours = path.extension().is_some_and(|ending| ending == "jsonl");
            let owner = path.file_stem().filter(|_| is_ours)?.to_string_lossy().into_owned();
            Some((path, owner))
        }));
    }
    files
}

/// The lines of a spill file. One that was torn may end within a letter.
fn read_lines(mut file: &File) -> io::Result<Vec<Line>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    Ok(lines.map(|line| (line.to_vec(), serde_json::from_slice(line).ok())).collect())
}

/// The store has what was left out of these files: what is left of each stays, and nothing else.
pub(super) fn taken_in(files: Vec<Taken>) {
    for file in files {
        if file.lines.is_empty() {
            remove(&file.path);
        } else if file.is_shorter {
            // One that stays whole is recognised by the next desk as known.
            if let Err(error) = file.rewrite() {
                tracing::warn!(path = %file.path.display(), %error, "stays as it is");
            }
        }
    }
}

/// Removes a file, and its folder with the last one.
fn remove(file: &Path) {
    // One that stays is recognised by the next desk as known.
    drop(fs::remove_file(file));
    if let Some(folder) = file.parent() {
        drop(fs::remove_dir(folder));
    }
}
