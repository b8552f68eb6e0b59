//! The configuration: where it is, what it says, what it could say.

use serde::Serialize;

/// What `config path` prints.
#[derive(Debug, Serialize)]
pub(crate) struct PathDoc {
    pub(crate) path: String,
    pub(crate) from: String,
    pub(crate) exists: bool,
}

/// What `config check` prints.
#[derive(Debug, Serialize)]
pub(crate) struct CheckDoc {
    pub(crate) path: String,
    pub(crate) exists: bool,
    pub(crate) ok: bool,
    pub(crate) settings: Vec<SettingDoc>,
    pub(crate) notes: Vec<FaultDoc>,
    pub(crate) faults: Vec<FaultDoc>,
}

/// One value.
#[derive(Debug, Serialize)]
pub(crate) struct SettingDoc {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) from: String,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
pub(crate) struct FaultDoc {
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) says: String,
    pub(crate) cure: Option<String>,
}

/// What `config example` prints.
#[derive(Debug, Serialize)]
pub(crate) struct ExampleDoc {
    pub(crate) sections: Vec<SectionDoc>,
    /// The file, ready to be written.
    pub(crate) toml: String,
}

/// A table of the file; one that has no keys here has names that are free.
#[derive(Debug, Serialize)]
pub(crate) struct SectionDoc {
    pub(crate) name: &'static str,
    pub(crate) says: Option<String>,
    pub(crate) keys: Vec<KeyDoc>,
}

/// A key of the file.
#[derive(Debug, Serialize)]
pub(crate) struct KeyDoc {
    pub(crate) name: &'static str,
    /// What holds where it is absent; `null` is nothing.
    pub(crate) default: Option<&'static str>,
    /// A value as TOML writes it.
    pub(crate) example: Option<String>,
    pub(crate) says: Option<String>,
}
