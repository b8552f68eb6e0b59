//! A recording or a journal that was played again.

use serde::Serialize;

use super::At;

/// What `replay --json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct ReplayDoc {
    /// `recording`, `journal`, or `room`: a redacted recording.
    pub(crate) source: &'static str,
    pub(crate) path: String,
    pub(crate) started: At,
    pub(crate) ended: At,
    /// How long it took, in seconds.
    pub(crate) lasted_s: i64,
    /// How long it plays, in seconds.
    pub(crate) plays_s: i64,
    pub(crate) facts: usize,
    pub(crate) keys: usize,
    pub(crate) frames: usize,
    /// Whether it breaks off in the middle of a line.
    pub(crate) breaks_off: bool,
    /// The asciicast that was written.
    pub(crate) cast: Option<String>,
    /// The redacted recording that was written.
    pub(crate) redacted: Option<String>,
}
