//! What a subcommand answers: a document, the same for a person, words and an exit code.

use serde::Serialize;

use super::{exit::Exit, fail::Failure, out::Shown};
use crate::domain::json;

/// The reply of a subcommand: JSON for a script, something to read for a person, an exit code.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) json: String,
    pub(crate) shown: Shown,
    /// Words for stderr, whatever the format.
    pub(crate) words: Vec<String>,
    pub(crate) exit: Exit,
    /// What is not so unless the store has it, in capitals; `None` where what is said happened elsewhere.
    pub(crate) unless_stored: Option<&'static str>,
}

impl Reply {
    pub(crate) fn new(document: &impl Serialize, shown: Shown) -> Result<Self, Failure> {
        Ok(Self {
            json: written(document)?,
            shown,
            words: Vec::new(),
            exit: Exit::Done,
            unless_stored: None,
        })
    }

    #[must_use]
    pub(crate) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// It happened nowhere but in the store: `words` say so where the store does not have it.
    #[must_use]
    pub(crate) fn unless_stored(mut self, words: &'static str) -> Self {
        self.unless_stored = Some(words);
        self
    }

    /// The store does not have what is said here.
    pub(crate) fn unwritten(mut self, why: &str) -> Result<Self, Failure> {
        if let Some(words) = self.unless_stored {
            let cure = "mend the store, then look whether it holds before you rest on it";
            return Err(Failure::new(Exit::Configuration, format!("{words}: {why}"), cure)
                .coded("not_stored"));
        }
        if let Some(open) = self.json.strip_suffix('}') {
            self.json = format!("{open},\"stored\":false}}");
        }
        self.exit = if self.exit == Exit::Done { Exit::Unwritten } else { self.exit };
        Ok(self.with_words([format!("NOT IN THE STORE: {why}")]))
    }

    #[must_use]
    pub(crate) fn with_words(mut self, words: impl IntoIterator<Item = String>) -> Self {
        self.words.extend(words);
        self
    }
}

/// JSON text, one document a line.
pub(crate) fn written(document: &impl Serialize) -> Result<String, Failure> {
    json::text(document)
        .map_err(|error| Failure::new(Exit::Bug, format!("JSON cannot be written: {error}"), ""))
}
