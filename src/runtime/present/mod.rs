//! Showing a room what it may see on another terminal: the desk serves [`Audience`] values over a socket
//! of this machine, one a line, and a terminal that is attached to it draws them.
//!
//! Only this goes over it: a greeting, then what a room may see whenever something of it changed.
//! What who is attached might say is not looked at.

mod hear;
mod serve;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    present::Audience,
    store::{Location, StoreError},
};

pub use hear::{Heard, hear};
pub use serve::Presenting;

/// The version of what is sent. Another one is not drawn.
const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Greeting {
    dealdesk_audience: u32,
}

/// Any other line: what a room may see from a moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When it was so, on the desk's clock, from which the clocks on it go on.
    pub at: Timestamp,
    /// What a room may see.
    pub audience: Audience,
}

/// Where the desk of a store shows what a room may see: beside the store. `folder` is where a desk in
/// memory does.
///
/// # Errors
/// Where it cannot be told which file the store is.
pub fn place(store: &Location, folder: &Path) -> Result<PathBuf, StoreError> {
    Ok(store.beside(".audience")?.unwrap_or_else(|| folder.join("demo.audience")))
}
