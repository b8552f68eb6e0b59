//! What can be wrong with a store, in words for the person whose file it is: what, where, what to do.

use std::path::Path;

use rusqlite::ErrorCode;

/// The kinds of trouble. Code decides by these; people read [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Trouble {
    /// A database, but not one of ours.
    Foreign,
    /// Written by a newer dealdesk.
    Newer,
    /// Not brought up to date yet; only a reader says so.
    Outdated,
    /// Nothing is there; only a reader says so.
    Missing,
    /// Not a database, a folder, or not permitted.
    Unreadable,
    /// It can be read but not written.
    ReadOnly,
    /// No space is left.
    Full,
    /// Another process holds it for too long.
    Locked,
    /// One file by several names: each would have a log and locks of its own.
    ManyNames,
    /// Another file stands at its place since it was opened, or none.
    Moved,
    /// Its facts are of a desk that works in another mode: live, on paper, the demo.
    OtherMode,
    /// Its contents make no sense.
    Corrupt,
    /// The disk or the system failed.
    Io,
    /// The store's thread has ended.
    Closed,
}

impl Trouble {
    /// What is wrong.
    fn says(self) -> &'static str {
        match self {
            Self::Foreign => "this is not a dealdesk store",
            Self::Newer => "this store was written by a newer dealdesk",
            Self::Outdated => "this store is not up to date",
            Self::Missing => "there is no store",
            Self::Unreadable => "this store cannot be read",
            Self::ReadOnly => "this store cannot be written",
            Self::Full => "no space is left for the store",
            Self::Locked => "another program keeps this store locked",
            Self::ManyNames => "this store has several names",
            Self::Moved => "this store was moved or replaced while it was open",
            Self::OtherMode => "this store belongs to another mode",
            Self::Corrupt => "this store is damaged",
            Self::Io => "the disk failed under this store",
            Self::Closed => "the store is closed",
        }
    }

    /// Whether a store looks like this while another process makes it.
    pub fn may_be_a_beginning(self) -> bool {
        match self {
            Self::Foreign
            | Self::Outdated
            | Self::Missing
            | Self::Unreadable
            | Self::Locked
            | Self::Corrupt => true,
            Self::Newer
            | Self::ReadOnly
            | Self::Full
            | Self::ManyNames
            | Self::Moved
            | Self::OtherMode
            | Self::Io
            | Self::Closed => false,
        }
    }

    /// What to do about it.
    pub fn cure(self) -> &'static str {
        match self {
            Self::Foreign => "nothing was changed; name another file with --store",
            Self::Newer => "nothing was changed; start the newer dealdesk, or name another file",
            Self::Outdated => "start dealdesk once with it, then read again",
            Self::Missing => "start dealdesk, or name the right file with --store",
            Self::Unreadable => "nothing was changed; look at the path and its permissions",
            Self::ReadOnly => {
                "make the file and its folder writable; nothing is sent until then, and --read-only reads it \
                 as it is"
            }
            Self::Full => "free some space; nothing is sent until then",
            Self::Locked => "close the other program, or wait for it",
            Self::ManyNames => {
                "nothing was changed; keep one name and remove the others: two desks that open it by \
                 two names would not see each other"
            }
            Self::Moved => "put it back, or start dealdesk again; nothing is sent until then",
            Self::OtherMode => {
                "nothing was changed; name another file with --store: what is only tried and what is \
                 bought are never kept in one"
            }
            Self::Corrupt => "keep a copy; `dealdesk doctor` names the first damaged row",
            Self::Io => "look at the disk; nothing is sent until then",
            Self::Closed => "start dealdesk again",
        }
    }
}

/// Something is wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {path}{}; {}", .kind.says(), bracketed(.detail), .kind.cure())]
pub struct StoreError {
    /// What kind of trouble.
    pub kind: Trouble,
    /// The store's file, or `(in memory)`.
    pub path: String,
    /// More, where there is more: what SQLite says, which row. May be empty.
    pub detail: String,
}

fn bracketed(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(" ({detail})") }
}

impl StoreError {
    /// Trouble of a kind, somewhere ([`Self::at`] says where).
    pub(super) fn new(kind: Trouble, detail: impl Into<String>) -> Self {
        Self { kind, path: String::new(), detail: detail.into() }
    }

    /// The store's thread is gone.
    pub fn closed() -> Self {
        Self::new(Trouble::Closed, "")
    }

    /// The same, at a path, unless it already names one.
    #[must_use]
    pub(super) fn at(mut self, path: &Path) -> Self {
        if self.path.is_empty() {
            self.path = path.display().to_string();
        }
        self
    }

    /// A failure of the file system.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is the disk's own trouble")]
    pub(super) fn io(error: &std::io::Error, path: &Path) -> Self {
        use std::io::ErrorKind as Kind;
        let kind = match error.kind() {
            Kind::PermissionDenied | Kind::NotADirectory | Kind::IsADirectory => {
                Trouble::Unreadable
            }
            Kind::ReadOnlyFilesystem => Trouble::ReadOnly,
            Kind::StorageFull | Kind::QuotaExceeded => Trouble::Full,
            Kind::NotFound => Trouble::Missing,
            _ => Trouble::Io,
        };
        Self::new(kind, error.to_string()).at(path)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let detail = error.to_string();
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly) => Trouble::ReadOnly,
            Some(ErrorCode::DiskFull) => Trouble::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Locked,
            Some(ErrorCode::NotADatabase | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Trouble::Unreadable
            }
            // None: what a row holds could not be read.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::ConstraintViolation) | None => {
                Trouble::Corrupt
            }
            Some(_) => Trouble::Io,
        };
        Self::new(kind, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn every_trouble_says_what_where_and_what_to_do() {
        for kind in Trouble::iter() {
            let text = StoreError::new(kind, "row 7").at(Path::new("/tmp/desk.db")).to_string();
            assert!(text.contains("/tmp/desk.db (row 7); "), "{text}");
            // Who can only read it is told how.
            assert_eq!(text.contains("--read-only"), kind == Trouble::ReadOnly, "{text}");
        }
        let text = StoreError::new(Trouble::Full, "").at(Path::new("desk.db")).to_string();
        assert_eq!(
            text,
            "no space is left for the store: desk.db; free some space; nothing is sent until then"
        );
    }
}
