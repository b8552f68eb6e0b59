//! Whether a store can be written, found out by doing: a file beside it is written, locked and removed, a table
//! is made in it and taken back. Also whom its file and folder are open to.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::{
    error::{StoreError, Trouble},
    place,
};
use crate::private;

/// As much as is written to see that there is room: a few facts.
static SAMPLE: [u8; 64 * 1024] = [0; 64 * 1024];

/// Tries to write what a booking would write, and leaves nothing of it. A store that is missing is tried
/// where its folder would be made.
///
/// # Errors
/// Where it cannot be written or locked, with the cause.
pub fn try_out(path: &Path, patience: Duration) -> Result<(), StoreError> {
    let real = place::real(path)?;
    let beside = |error: &io::Error| {
        let error = StoreError::io(error, path);
        let kind = if error.kind == Trouble::Unreadable { Trouble::ReadOnly } else { error.kind };
        StoreError { kind, ..error }
    };
    let folder = real.ancestors().skip(1).find(|folder| folder.is_dir());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    write_and_lock(folder).map_err(|error| beside(&error))?;
    if real.exists() {
        write_within(&real, patience).map_err(|error| error.at(path))
    } else {
        Ok(())
    }
}

fn write_and_lock(folder: &Path) -> io::Result<()> {
    let trial = folder.join(format!(".dealdesk-doctor-{}", std::process::id()));
    let tried =
        private::file().write(true).create_new(true).open(&trial).and_then(|mut file: File| {
            file.write_all(&SAMPLE)?;
            file.sync_all()?;
            file.try_lock()?;
            file.unlock()
        });
    let removed = fs::remove_file(&trial);
    tried.and(removed)
}

fn write_within(path: &Path, patience: Duration) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(patience)?;
    if conn.is_readonly("main")? {
        return Err(StoreError::new(Trouble::ReadOnly, ""));
    }
    let trial = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    trial.execute_batch(
        "CREATE TABLE doctor_trial (tried INTEGER); INSERT INTO doctor_trial VALUES (1)",
    )?;
    Ok(trial.rollback()?)
}

/// A file or folder of the store that is open to others than its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Which.
    pub path: PathBuf,
    /// To whom, and with what mode.
    pub says: String,
    /// Whether others may write, and not only read.
    pub can_write: bool,
    /// What `chmod` is given to close it.
    pub closes: &'static str,
}

/// What others than the owner may do with the store, what lies beside it, and its folder.
pub fn open_to_others(path: &Path) -> Vec<Open> {
    let Ok(real) = place::real(path) else { return Vec::new() };
    let mode = |path: &Path| fs::metadata(path).map(|found| found.permissions().mode() & 0o7777);
    let mut found = Vec::new();
    let logs = ["-wal", "-shm"].map(|end| place::with(&real, end));
    for file in [real.clone()].into_iter().chain(logs) {
        let Some(mode) = mode(&file).ok().filter(|mode| mode & 0o066 != 0) else { continue };
        let can_write = mode & 0o022 != 0;
        let may = if can_write { "write to" } else { "read" };
        let says = format!("others than you may {may} it (mode {mode:04o})");
        found.push(Open { path: file, says, can_write, closes: "600" });
    }
    if let Some(folder) = real.parent()
        && let Ok(mode) = mode(folder)
        // In a sticky folder nobody can exchange another's files.
        && mode & 0o022 != 0
        && mode & 0o1000 == 0
    {
        let says = format!("others than you may exchange the files in it (mode {mode:04o})");
        let open = Open { path: folder.to_owned(), says, can_write: true, closes: "go-w" };
        found.push(open);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Location, Store};

    #[test]
    fn nothing_of_a_trial_stays() {
        let folder = tempfile::tempdir().unwrap();
        let names = || {
            let names = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name());
            let mut names: Vec<_> = names.collect();
            names.sort();
            names
        };
        let path = folder.path().join("deep/desk.db");
        try_out(&path, Duration::ZERO).unwrap();
        assert!(names().is_empty(), "{:?}", names());
        let path = folder.path().join("desk.db");
        drop(Store::open(Location::File(path.clone())).unwrap());
        let (before, bytes) = (names(), fs::read(&path).unwrap());
        try_out(&path, Duration::ZERO).unwrap();
        assert_eq!((names(), fs::read(&path).unwrap()), (before, bytes));
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let locked = try_out(&path, Duration::ZERO).unwrap_err();
        assert_eq!(locked.kind, Trouble::Locked, "{locked}");
    }

    #[test]
    fn whoever_else_may_write_or_read_is_told_with_the_cure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        fs::write(&path, "").unwrap();
        let chmod = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let told = || {
            let open = open_to_others(&path).into_iter();
            open.map(|open| (open.path == path, open.can_write, open.closes)).collect::<Vec<_>>()
        };
        for (file, of_folder, is) in [
            (0o600, 0o700, vec![]),
            (0o600, 0o1777, vec![]),
            (0o600, 0o755, vec![]),
            (0o666, 0o700, vec![(true, true, "600")]),
            (0o620, 0o700, vec![(true, true, "600")]),
            (0o644, 0o777, vec![(true, false, "600"), (false, true, "go-w")]),
            (0o600, 0o770, vec![(false, true, "go-w")]),
        ] {
            chmod(&path, file);
            chmod(folder.path(), of_folder);
            assert_eq!(told(), is, "{file:o} in {of_folder:o}");
        }
        chmod(folder.path(), 0o700);
    }
}
