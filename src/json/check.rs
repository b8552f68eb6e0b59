//! Findings of `doctor` and of `sellers add` and `test`: what was looked at, how it is, how to mend it.

use serde::Serialize;

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) name: String,
    /// `ok`, `warn` or `fail`.
    pub(crate) status: &'static str,
    pub(crate) detail: String,
    /// What to do; `null` where nothing is to be done.
    pub(crate) fix: Option<String>,
}

/// What `doctor` prints.
#[derive(Debug, Serialize)]
pub(crate) struct DoctorDoc {
    pub(crate) checks: Vec<Finding>,
}
