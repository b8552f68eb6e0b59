//! Whether the journal is as it was written.

use serde::Serialize;

/// What `audit verify` prints.
#[derive(Debug, Serialize)]
pub(crate) struct AuditDoc {
    pub(crate) store: String,
    pub(crate) verified: bool,
    pub(crate) rows: Option<u64>,
    /// The newest seal: note it down, and nothing before it can change unseen.
    pub(crate) head: Option<String>,
    /// The first line that is not as it was written.
    pub(crate) broken_at: Option<u64>,
    pub(crate) why: Option<String>,
}
