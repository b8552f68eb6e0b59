//! The JSON that scripts rest on: one builder per thing, used by every subcommand.
//!
//! Money and percents are decimal strings, times RFC 3339 UTC, ids verbatim; what is absent is `null`,
//! never `0` or `""`. Fields are only ever added. `assets/schema/` describes all of it.

pub(crate) mod activation;
pub(crate) mod audit;
pub(crate) mod avails;
pub(crate) mod awaited;
pub(crate) mod book;
pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod deal;
mod exit;
pub(crate) mod fact;
pub(crate) mod fork;
pub(crate) mod halt;
pub(crate) mod kit;
pub(crate) mod lab;
pub(crate) mod limits;
mod missing;
pub(crate) mod negotiation;
pub(crate) mod order;
pub(crate) mod quote;
pub(crate) mod readback;
pub(crate) mod reconcile;
pub(crate) mod replay;
pub(crate) mod seller;
pub(crate) mod simulate;
pub(crate) mod story;
mod time;
mod words;

pub(crate) use exit::Exit;
pub(crate) use missing::{Missing, UnstoredDoc};
pub(crate) use time::At;
pub(crate) use words::without_keys;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    desk::Mode,
    domain::{Cost, Cpm, Currency, money},
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
