//! The JSON that scripts rest on: one builder per thing, used by every subcommand.
//!
//! Money and percents are decimal strings, times RFC 3339 UTC, ids verbatim; what is absent is `null`,
//! never `0` or `""`. Fields are only ever added. `assets/schema/` describes all of it.

pub(crate) mod activation;
pub(crate) mod avails;
pub(crate) mod awaited;
pub(crate) mod book;
pub(crate) mod deal;
pub(crate) mod fact;
pub(crate) mod fork;
pub(crate) mod kit;
pub(crate) mod lab;
mod missing;
pub(crate) mod negotiation;
pub(crate) mod order;
pub(crate) mod quote;
pub(crate) mod readback;
#[cfg(test)]
pub(crate) mod schema;
pub(crate) mod seller;
pub(crate) mod story;
mod time;

pub(crate) use missing::{Missing, exit_of, words_of};
pub(crate) use time::At;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{exit::Exit, fail::Failure};
use crate::{
    desk::Mode,
    domain::{Cost, Cpm, Currency, json, money},
};

/// A whole document.
#[derive(Debug, Serialize)]
pub(crate) struct Document<T> {
    /// `live`, `paper` or `demo`.
    pub(crate) mode: String,
    /// When it was true.
    pub(crate) as_of: At,
    #[serde(flatten)]
    pub(crate) body: T,
}

impl<T: Serialize> Document<T> {
    pub(crate) fn new(mode: Mode, as_of: Timestamp, body: T) -> Self {
        Self { mode: mode.to_string(), as_of: as_of.into(), body }
    }
}

/// A list; sellers that gave nothing are named in `partial`.
#[derive(Debug, Serialize)]
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
    pub(crate) partial: Vec<Missing>,
}

/// A failure, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct FailureDoc {
    pub(crate) error: ErrorDoc,
    pub(crate) exit: u8,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ErrorDoc {
    /// The exit code's name.
    pub(crate) kind: String,
    pub(crate) says: String,
    pub(crate) seller: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) cure: Option<String>,
}

impl ErrorDoc {
    pub(crate) fn new(failure: &Failure) -> Self {
        Self {
            kind: failure.exit.to_string(),
            says: failure.says.clone(),
            seller: failure.seller.as_ref().map(|seller| seller.0.clone()),
            http_status: failure.http_status,
            code: failure.code.clone(),
            cure: told(&failure.cure),
        }
    }
}

impl FailureDoc {
    pub(crate) fn new(failure: &Failure) -> Self {
        Self { error: ErrorDoc::new(failure), exit: failure.exit.code() }
    }
}

/// The reply of a subcommand: JSON for a script, something to read for a person, an exit code.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) json: String,
    pub(crate) shown: super::out::Shown,
    /// Words for stderr, whatever the format.
    pub(crate) words: Vec<String>,
    pub(crate) exit: Exit,
    /// What is not so unless the store has it, in capitals; `None` where what is said happened elsewhere.
    pub(crate) unless_stored: Option<&'static str>,
}

impl Reply {
    pub(crate) fn new(
        document: &impl Serialize,
        shown: super::out::Shown,
    ) -> Result<Self, Failure> {
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

/// An amount: at least two decimals, exact.
pub(crate) fn amount(amount: Decimal) -> String {
    money::plain(amount)
}

/// A price.
pub(crate) fn cpm(cpm: Option<Cpm>) -> Option<String> {
    cpm.map(|cpm| cpm.plain())
}

/// A cost.
pub(crate) fn cost(cost: Option<Cost>) -> Option<String> {
    cost.map(|cost| cost.plain())
}

/// The currency of the first price that is known.
pub(crate) fn currency(prices: &[Option<Cpm>]) -> Option<String> {
    prices.iter().flatten().next().map(Cpm::currency).map(|c: Currency| c.to_string())
}

/// A percentage.
pub(crate) fn percent(percent: Option<Decimal>) -> Option<String> {
    percent.map(|percent| percent.normalize().to_string())
}

/// A text, unless it is empty.
pub(crate) fn told(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
