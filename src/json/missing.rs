//! What a document is without: sellers that gave nothing, and outcomes that are not in the store.

use serde::Serialize;

use super::{At, Exit};

/// A seller that gave nothing, and why.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Missing {
    pub(crate) seller: String,
    /// The code: `timeout`, `connect_error`, the seller's own.
    pub(crate) error: String,
    pub(crate) detail: String,
    /// What to do now.
    pub(crate) cure: Option<String>,
    /// What it comes to where this seller is the only one.
    #[serde(skip)]
    pub(crate) exit: Exit,
}

/// An outcome that may not be in the store.
#[derive(Debug, Serialize)]
pub(crate) struct UnstoredDoc {
    pub(crate) at: At,
    /// Its kind, as `watch` names it: `booking.done`, `move.answered`, ….
    pub(crate) kind: String,
    pub(crate) seller: String,
    pub(crate) quote_id: Option<String>,
    pub(crate) deal_id: Option<String>,
    /// The file it is in.
    pub(crate) file: String,
}
