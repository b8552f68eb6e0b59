//! What a store cannot take is put beside it: how bookings and moves ended, with the raw reply, so
//! that nothing is lost if the store stays broken and the desk ends (safety.md S2).
//!
//! One file per process and place, one JSON object a line. A place that fails is followed by the next. A
//! file is gone once the store has what is in it; the next desk takes in what a dead one left, where nobody
//! but its own user can have put it there.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    os::unix::ffi::OsStrExt as _,
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

/// What desks that are gone could not store, oldest file first, and the files it is in. A line that
/// cannot be read is left where it is, and so is whatever somebody else may have put there.
pub(super) fn left_behind(location: &Location) -> (Vec<Spilled>, Vec<PathBuf>) {
    let places = places(location).unwrap_or_default();
    left_in(&places, |owner| owner_is_alive(location, owner).unwrap_or(true))
}

fn left_in(places: &[Place], is_alive: impl Fn(&str) -> bool) -> (Vec<Spilled>, Vec<PathBuf>) {
    let (mut lines, mut files) = (Vec::new(), Vec::new());
    let leave = |path: &Path, error: &io::Error| {
        tracing::warn!(path = %path.display(), %error, "not taken in: it may not be a desk of yours");
    };
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
        for path in paths {
            let owner = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let is_ours = path.extension().is_some_and(|ending| ending == "jsonl");
            let Some(owner) = owner.filter(|_| is_ours) else { continue };
            if is_alive(&owner) {
                continue;
            }
            let text = match private::read_own(&path) {
                Ok(text) => text,
                Err(error) => {
                    leave(&path, &error);
                    continue;
                }
            };
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
        remove(file);
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::{
        desk::{Actor, Fact, Mode},
        domain::QuoteRef,
    };

    fn line(n: usize) -> Spilled {
        let fact = Fact::QuoteLetGo { quote: QuoteRef::new("a", format!("qt-{n}")) };
        let at = jiff::Timestamp::UNIX_EPOCH;
        Spilled { entry: Entry { at, actor: Actor::Desk, mode: Mode::Live, fact }, exchange: None }
    }

    fn in_folder(folder: &Path) -> Vec<Place> {
        let own = folder.join("own");
        vec![
            Place { above: None, folder: folder.join("desk.db.spill") },
            Place { folder: own.join("1.spill"), above: Some(own) },
        ]
    }

    fn all_left(places: &[Place]) -> Vec<Spilled> {
        left_in(places, |_| false).0
    }

    /// A disk that is full for files there: it takes the first half of what is written.
    fn full(there: &Path) -> impl Fn(&Path, &mut File, &[u8]) -> io::Result<()> {
        let there = there.to_owned();
        move |path, file, bytes| {
            if path.starts_with(&there) {
                file.write_all(&bytes[..bytes.len() / 2])?;
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            write(file, bytes)
        }
    }

    #[test]
    fn a_place_that_fails_is_followed_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let places = in_folder(folder.path());
        let mut spill = Spill::default();
        let first = places[0].folder.clone();
        let at = spill.put_with(&places, "me", &[line(1)], full(&first)).unwrap().to_owned();
        assert!(at.starts_with(&places[1].folder), "{}", at.display());
        // It stays there, and when that one is full too the first may be well again.
        let at = spill.put_with(&places, "me", &[line(2)], full(&first)).unwrap().to_owned();
        assert!(at.starts_with(&places[1].folder));
        let second = places[1].folder.clone();
        let at = spill.put_with(&places, "me", &[line(3)], full(&second)).unwrap().to_owned();
        assert!(at.starts_with(&places[0].folder));
        let mut left = all_left(&places);
        left.sort_by_key(|line| line.entry.fact.subject());
        assert_eq!(left, [line(1), line(2), line(3)]);
        let both_full = full(folder.path());
        assert!(spill.put_with(&places, "me", &[line(4)], both_full).is_err());

        let (_, files) = left_in(&places, |_| false);
        spill.clear();
        assert!(files.iter().all(|file| !file.exists()));
        // Whoever is alive stores it himself.
        let _ =
            Spill::default().put_with(&places, "me", &[line(5)], |_, f, b| write(f, b)).unwrap();
        assert_eq!(left_in(&places, |owner| owner == "me").0, []);
    }

    #[test]
    fn a_disk_that_is_full_leaves_no_half_line() {
        // A file of the system that is always full.
        let Ok(mut file) = File::options().append(true).open("/dev/full") else { return };
        assert!(write(&mut file, b"a line").is_err());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let mut file = private::append_own(&path).unwrap();
        write(&mut file, b"one\n").unwrap();
        let mut read_only = File::open(&path).unwrap();
        assert!(write(&mut read_only, b"two\n").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one\n");
    }

    #[test]
    fn only_what_nobody_else_can_have_put_there_is_taken_in() {
        let mode = |path: &Path, mode: u32| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let folder = tempfile::tempdir().unwrap();
        let places = in_folder(folder.path());
        let mut spill = Spill::default();
        for place in &places {
            let only = std::slice::from_ref(place);
            let path = Spill::default()
                .put_with(only, "me", &[line(1)], |_, f, b| write(f, b))
                .unwrap()
                .to_owned();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(all_left(only), [line(1)]);
            for wide in [0o602, 0o620, 0o640, 0o604] {
                mode(&path, wide);
                assert_eq!(all_left(only), [], "a file of mode {wide:o}");
                assert!(spill.put_with(only, "me", &[line(2)], |_, f, b| write(f, b)).is_err());
            }
            mode(&path, 0o600);
            for open in [Some(place.folder.as_path()), place.above.as_deref()].into_iter().flatten()
            {
                for wide in [0o777, 0o770, 0o755, 0o1777] {
                    mode(open, wide);
                    assert_eq!(all_left(only), [], "a folder of mode {wide:o}");
                    assert!(spill.put_with(only, "x", &[line(2)], |_, f, b| write(f, b)).is_err());
                }
                mode(open, 0o700);
                // A link to a folder of ours, which somebody else may have made.
                let moved = open.with_extension("moved");
                fs::rename(open, &moved).unwrap();
                symlink(&moved, open).unwrap();
                assert_eq!(all_left(only), [], "a linked folder");
                assert!(spill.put_with(only, "x", &[line(2)], |_, f, b| write(f, b)).is_err());
                fs::remove_file(open).unwrap();
                fs::rename(&moved, open).unwrap();
            }
            assert_eq!(all_left(only), [line(1)]);

            let other = path.with_file_name("other.jsonl");
            symlink(&path, &other).unwrap();
            assert_eq!(all_left(only), [line(1)], "a link is not followed");
            fs::remove_file(&other).unwrap();
            fs::hard_link(&path, &other).unwrap();
            assert_eq!(all_left(only), [], "two names");
            fs::remove_file(&other).unwrap();
            // Only where the tests run as somebody who may give files away.
            let nobody = Some(65_534);
            if std::os::unix::fs::chown(&path, nobody, None).is_ok() {
                assert_eq!(all_left(only), [], "another user's file");
                std::os::unix::fs::chown(&path, Some(rustix::process::geteuid().as_raw()), None)
                    .unwrap();
                std::os::unix::fs::chown(&place.folder, nobody, None).unwrap();
                assert_eq!(all_left(only), [], "another user's folder");
            }
        }
    }
}
