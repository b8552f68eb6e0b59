//! Opening a store's file without harming what is not ours: a foreign database, a text file, a folder
//! or a newer store is refused before the first byte is written.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{
    Location,
    error::{StoreError, Trouble},
    journal, place,
    projections::Standing,
    schema,
};
use crate::{desk::Mode, private};

/// How long we wait for another process to finish its write.
const PATIENCE: Duration = Duration::from_secs(5);

/// The smallest file that can be a SQLite database, in bytes.
const SMALLEST: u64 = 512;

/// How often the first switch to the write-ahead log is tried again while others make it too.
const WAL_TRIES: u32 = 100;

/// How a store is opened. The default is right for everyone; tests of a full disk, a read-only file
/// and a locked store change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// How long to wait for another process to finish its write.
    pub patience: Duration,
    /// The most pages (of 4 KiB) the file may have, where it is limited.
    pub max_pages: Option<u32>,
    /// Open the file for reading only: every write fails as on a read-only disk.
    pub read_only: bool,
    /// Work on the thread of whoever asks, so that every answer is there at once: for a desk on a
    /// virtual clock, in which no thread may decide what comes first.
    pub on_the_askers_thread: bool,
    /// A file that is made anew whenever the disk has confirmed a write: what a power cut at any later
    /// moment is sure to leave. What is written without waiting for the disk is not in it.
    pub after_a_power_cut: Option<PathBuf>,
    /// How the desk works that opens it. A store that holds facts of another mode is refused.
    pub mode: Mode,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            patience: PATIENCE,
            max_pages: None,
            read_only: false,
            on_the_askers_thread: false,
            after_a_power_cut: None,
            mode: Mode::Live,
        }
    }
}

/// A connection that writes, to a store that is up to date, at its real place.
pub(super) fn writer(location: &Location, tuning: &Tuning) -> Result<Connection, StoreError> {
    let path = location.path();
    if tuning.read_only {
        return reader(path, tuning.patience);
    }
    let conn = match location {
        Location::Memory => Connection::open_in_memory().map_err(StoreError::from),
        Location::File(path) => {
            let is_new = recognise(path)?;
            open_file(path, is_new, tuning)
        }
    };
    conn.and_then(|conn| prepared(conn, tuning)).map_err(|error| error.at(path))
}

fn open_file(path: &Path, is_new: bool, tuning: &Tuning) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::folder(folder).map_err(|error| StoreError::io(&error, path))?;
    }
    if is_new {
        // The log beside it is given the same owner and mode.
        let made = private::file().create(true).truncate(false).write(true).open(path);
        made.map_err(|error| StoreError::io(&error, path))?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(tuning.patience)?;
    if conn.is_readonly("main")? {
        return Err(StoreError::new(Trouble::ReadOnly, ""));
    }
    if is_new {
        // Before the switch to the write-ahead log, so that it is in the file itself from the start
        // and the next one to look recognises it without the log.
        conn.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    }
    to_wal(&conn)?;
    Ok(conn)
}

fn prepared(mut conn: Connection, tuning: &Tuning) -> Result<Connection, StoreError> {
    conn.set_prepared_statement_cache_capacity(64);
    if conn.table_exists(None, "journal")? {
        journal::refuse_other_mode(&conn, tuning.mode)?;
    }
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "cache_size", -16_000)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    schema::bring_up_to_date(&mut conn)?;
    if let Some(pages) = tuning.max_pages {
        conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(conn)
}

/// A connection that only reads, from a store that is up to date, at its real place.
pub(super) fn reader(path: &Path, patience: Duration) -> Result<Connection, StoreError> {
    if recognise(path)? {
        return Err(StoreError::new(Trouble::Missing, "").at(path));
    }
    let opened = open_uri(path, "mode=ro").and_then(|conn| {
        conn.busy_timeout(patience)?;
        schema::version(&conn)?;
        Ok(conn)
    });
    let conn = match opened {
        // A folder we may not write to has no room for the log's index. Without a log there is
        // nothing in it to miss, and nobody but a writer could make one.
        Err(error)
            if matches!(error.kind, Trouble::Unreadable | Trouble::ReadOnly) && !has_log(path) =>
        {
            open_uri(path, "immutable=1")
        }
        opened => opened,
    };
    conn.and_then(|conn| {
        conn.set_prepared_statement_cache_capacity(64);
        schema::refuse_newer(&conn)?;
        schema::refuse_newer_rules(&conn)?;
        match schema::standing(&conn)? {
            // A journal whose end is cut off can be read, so that a check can tell.
            Standing::Current | Standing::Ahead => Ok(conn),
            Standing::Stale => Err(StoreError::new(Trouble::Outdated, "")),
        }
    })
    .map_err(|error| error.at(path))
}

fn has_log(path: &Path) -> bool {
    fs::metadata(place::with(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Looks at a file without locking, changing or creating anything. Whether there is no store yet.
fn recognise(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(StoreError::io(&error, path)),
        Ok(found) if found.is_dir() => {
            return Err(StoreError::new(Trouble::Unreadable, "it is a folder").at(path));
        }
        Ok(found) if found.len() == 0 => return Ok(true),
        Ok(found) if found.len() < SMALLEST => {
            return Err(StoreError::new(Trouble::Unreadable, "it is no database").at(path));
        }
        Ok(_) => {}
    }
    // Read through SQLite, never through a file of our own: closing that would drop the locks that
    // another connection of this process holds on it.
    let look = |how: &str| {
        let conn = open_uri(path, how)?;
        conn.busy_timeout(PATIENCE)?;
        let mark = conn.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0))?;
        if mark == schema::APPLICATION_ID {
            return schema::refuse_newer(&conn);
        }
        Err(StoreError::new(Trouble::Foreign, format!("a SQLite file with the mark {mark:#x}")))
    };
    let marked = match look("immutable=1") {
        // Without locks it may have been read while another process moved its log into the file: with
        // them, while there is a log; without one the other has done it by now.
        Err(error) if error.kind == Trouble::Corrupt && has_log(path) => look("mode=ro"),
        Err(error) if error.kind == Trouble::Corrupt => look("immutable=1"),
        marked => marked,
    };
    marked.map(|_version| false).map_err(|error| error.at(path))
}

fn open_uri(path: &Path, how: &str) -> Result<Connection, StoreError> {
    let mut uri = url::Url::from_file_path(path)
        .map_err(|()| StoreError::new(Trouble::Unreadable, "not a path").at(path))?;
    uri.set_query(Some(how));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(uri.as_str(), flags)?)
}

/// Switches to the write-ahead log. Two processes that make a store at once get in each other's way
/// here, and SQLite does not wait for this one by itself: so we wait for the other's write to end.
fn to_wal(conn: &Connection) -> Result<(), StoreError> {
    for _ in 0..WAL_TRIES {
        let mode: Result<String, _> =
            conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let detail = format!("no write-ahead log here, only {mode}");
                return Err(StoreError::new(Trouble::Io, detail));
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                conn.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::new(Trouble::Locked, "while it was being made"))
}
