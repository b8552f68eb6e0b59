//! A time in a document: RFC 3339, UTC, always with milliseconds, so that it is as long as any other and sorts
//! as text.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// A time as every document and every line for a script has it: `2026-06-18T14:29:56.120Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At(pub(crate) Timestamp);

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl From<Timestamp> for At {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_as_long_as_any_other() {
        for (at, is) in [
            ("2026-11-28T17:56:49.568418207Z", "2026-11-28T17:56:49.568Z"),
            ("2026-11-28T17:56:49.999999999Z", "2026-11-28T17:56:49.999Z"),
            ("2026-11-28T17:56:49Z", "2026-11-28T17:56:49.000Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
        ] {
            assert_eq!(At(at.parse().unwrap()).to_string(), is);
        }
    }

    /// A time that a document writes in another way would have another length.
    #[test]
    fn every_document_writes_its_times_like_this() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/json");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        // This file names the type itself.
        files.retain(|file| !file.ends_with("time.rs"));
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let docs = text.split("Serialize)]").skip(1);
            let raw = docs
                .filter_map(|doc| doc.split("\n}\n").next())
                .find(|doc| doc.contains("Timestamp"));
            assert_eq!(raw, None, "{}", file.display());
        }
    }
}
