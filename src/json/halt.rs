//! What is stopped.

use serde::Serialize;

use super::At;

/// What is stopped now.
#[derive(Debug, Serialize)]
pub(crate) struct ControlsDoc {
    pub(crate) halted: bool,
    pub(crate) halt: Option<StopDoc>,
    pub(crate) sellers: Vec<StopDoc>,
}

/// A stop.
#[derive(Debug, Serialize)]
pub(crate) struct StopDoc {
    /// `null` is everything.
    pub(crate) seller: Option<String>,
    pub(crate) at: At,
    pub(crate) by: String,
    pub(crate) why: String,
    /// Whether the desk stopped by itself.
    pub(crate) tripped: bool,
}
