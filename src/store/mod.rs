//! The desk's memory on disk: a journal of everything that happened, which can only grow, and tables
//! made from it that people can query with any SQLite tool.
//!
//! One SQLite file in WAL mode, shared by any number of processes. [`Store`] writes, on a thread of
//! its own, and never keeps a caller waiting; [`Reader`] reads, for commands that change nothing. The
//! tables are made by the desk's own fold ([`crate::desk::fold()`]) in the transaction that appends, so
//! they are never behind the journal, and what the desk starts from ([`Snapshot`]) is read from them.
//!
//! This layer decides nothing about the business, and nothing in it knows a terminal or a seller.

mod cache;
mod digest;
mod error;
mod handle;
mod journal;
mod lease;
mod living;
mod mark;
mod opening;
mod parts;
mod place;
mod projections;
mod reader;
mod rows;
mod schema;
mod shelf;
mod single;
mod snapshot;
mod trial;
mod verify;
mod watch;
mod worker;

use std::path::{Path, PathBuf};

pub use cache::Cached;
pub use error::{StoreError, Trouble};
pub use handle::{Appended, Intended, Reply, Store};
pub use journal::Recorded;
pub use lease::{ArmedTicket, HostLease, OwnerLock, owner_is_alive};
pub use living::Living;
pub use mark::HaltMark;
pub use opening::Tuning;
pub use parts::{Part, Parts};
pub use reader::{BookingFilter, DealFilter, QuoteFilter, Reader, Window};
pub use rows::Unread;
pub use snapshot::{Lately, Named, Snapshot};
pub use trial::{Open, open_to_others, try_out};
pub use verify::Chain;
pub use watch::StoreWatch;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In a file; made if it is missing, together with its folder.
    File(PathBuf),
    /// In memory: gone when it is closed, seen by no other process.
    Memory,
}

impl Location {
    /// The file, or a word for the place where there is none.
    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Memory => Path::new("(in memory)"),
        }
    }
}

/// A time as the tables hold it: UTC, milliseconds, always as long, so that it sorts as text.
fn stamp(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// A time read back.
fn time(text: &str) -> Result<jiff::Timestamp, StoreError> {
    text.parse().map_err(|error: jiff::Error| {
        StoreError::new(Trouble::Corrupt, format!("{text:?} is no time: {error}"))
    })
}

/// A count or row number as SQLite holds it.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A row number as we hold it.
fn number(integer: i64) -> u64 {
    u64::try_from(integer).unwrap_or(0)
}
