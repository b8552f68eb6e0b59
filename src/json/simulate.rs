//! Where a simulated seller listens.

use std::collections::BTreeMap;

use serde::Serialize;

/// The one line it prints when it listens.
#[derive(Debug, Serialize)]
pub(crate) struct ListeningDoc {
    pub(crate) url: String,
    pub(crate) seller: String,
    pub(crate) protocol: String,
    pub(crate) dialect: String,
    /// Keys that it takes, by the tier they open.
    pub(crate) keys: BTreeMap<String, String>,
}
