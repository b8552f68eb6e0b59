//! The limits in force, and what waits to be accepted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{limits::Changed, money::typed::Understood};

/// What `limits` prints.
#[derive(Debug, Serialize)]
pub(crate) struct LimitsDoc {
    /// Limit by limit, as the configuration names them.
    pub(crate) in_force: BTreeMap<String, String>,
    /// Raised in the configuration, and not in force until a person says why.
    pub(crate) waiting: Vec<Changed>,
    /// Amounts of the configuration that are no plain figures, with what they were read as.
    pub(crate) understood: Vec<Understood>,
}
