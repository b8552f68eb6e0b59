//! Read-back: what a DSP has of a deal, read from its export or from a bid request, against what was
//! bought, with the money at stake.
//!
//! Reading is strict about money and days: what can be read in two ways is named, never guessed.
//! Sizes are capped; deal ids stay verbatim, all else is cleaned.

mod compare;
mod json;
mod read;
mod spreadsheet;
mod table;

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use strum::Display;

pub use compare::{Outcome, ReadBack, Row, read_back};

use super::{Currency, DealType, text};

/// The largest export that is read, in bytes.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The most deals that are read of one export.
pub const MOST_DEALS: usize = 10_000;

/// The longest text that is shown of one cell, in terminal cells.
const SHOWN: usize = 60;

/// Where something stands in what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a table or a text: both from 1. The column counts cells in a table, characters otherwise.
    At {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// In JSON: `imp[0].pmp.deals[1].bidfloor`.
    Path(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { line, column } => write!(f, "line {line}, column {column}"),
            Self::Path(path) => f.write_str(path),
        }
    }
}

/// Why an export cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{says}", place.as_ref().map_or_else(String::new, |place| format!("{place}: ")))]
pub struct Trouble {
    /// Where.
    pub place: Option<Place>,
    /// What is wrong, in words.
    pub says: String,
}

impl Trouble {
    fn new(says: impl Into<String>) -> Self {
        Self { place: None, says: says.into() }
    }

    fn at(line: usize, column: usize, says: impl Into<String>) -> Self {
        Self { place: Some(Place::At { line, column }), says: says.into() }
    }
}

/// One field of a deal as the DSP has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<T> {
    /// It is not there.
    Absent,
    /// As read.
    Read(T),
    /// It is there, and cannot be read in one way only.
    Unreadable {
        /// What stands there, cleaned.
        raw: String,
        /// Why it is not read.
        why: String,
        /// Where it stands.
        place: Place,
    },
}

impl<T> Cell<T> {
    /// What was read.
    pub fn ok(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Absent | Self::Unreadable { .. } => None,
        }
    }

    fn of(raw: &str, place: Place, read: impl FnOnce(&str) -> Result<T, String>) -> Self {
        let trimmed = spreadsheet::unmarked(raw).trim();
        if read::is_nothing(trimmed) {
            return Self::Absent;
        }
        match read(trimmed) {
            Ok(value) => Self::Read(value),
            Err(why) => Self::Unreadable { raw: text::clean(trimmed, SHOWN), why, place },
        }
    }
}

/// A deal as the DSP has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it stands.
    pub place: Place,
    /// Its id, verbatim.
    pub deal_id: String,
    /// The floor or price, CPM.
    pub floor: Cell<Decimal>,
    /// The currency of the floor.
    pub currency: Cell<Currency>,
    /// Kind of deal.
    pub deal_type: Cell<DealType>,
    /// The auction type, as OpenRTB numbers it.
    pub at: Cell<u32>,
    /// Whether it is guaranteed.
    pub guaranteed: Cell<bool>,
    /// Seats that may buy.
    pub seats: Cell<Vec<String>>,
    /// Advertiser domains that may buy.
    pub domains: Cell<Vec<String>>,
    /// First day.
    pub start: Cell<Date>,
    /// Last day.
    pub end: Cell<Date>,
    /// Impressions.
    pub impressions: Cell<u64>,
}

impl Listed {
    fn new(place: Place, deal_id: String) -> Self {
        Self {
            place,
            deal_id,
            floor: Cell::Absent,
            currency: Cell::Absent,
            deal_type: Cell::Absent,
            at: Cell::Absent,
            guaranteed: Cell::Absent,
            seats: Cell::Absent,
            domains: Cell::Absent,
            start: Cell::Absent,
            end: Cell::Absent,
            impressions: Cell::Absent,
        }
    }
}

/// What an export turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display)]
pub enum Shape {
    /// A table with a header: CSV, semicolons or tabs.
    #[strum(serialize = "table")]
    Table,
    /// A list of deals in JSON.
    #[strum(serialize = "json")]
    Json,
    /// An OpenRTB bid request, `imp[].pmp.deals[]`.
    #[strum(serialize = "bid request")]
    BidRequest,
}

/// The deals of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// What it turned out to be.
    pub shape: Shape,
    /// Its deals, in its order.
    pub deals: Vec<Listed>,
    /// Names of columns or fields that were not used, cleaned.
    pub unused: Vec<String>,
}

impl Export {
    /// Why none of its ids may be ours although the deals are: ids that a spreadsheet made numbers of, and
    /// what to do about it. `None` where there are none.
    pub fn harm(&self) -> Option<String> {
        let is_harmed = |deal: &&Listed| spreadsheet::is_number_with_exponent(&deal.deal_id);
        let first = self.deals.iter().find(is_harmed)?;
        let many = self.deals.iter().filter(is_harmed).count();
        let (id, place, cure) =
            (text::clean(&first.deal_id, SHOWN), &first.place, spreadsheet::CURE);
        let more = if many > 1 { format!(" and {} more", many - 1) } else { String::new() };
        Some(format!("{id} ({place}){more}: a number that a spreadsheet shortened; {cure}"))
    }
}

/// Reads an export or a bid request.
pub fn parse(given: &str) -> Result<Export, Trouble> {
    if given.len() > MOST_BYTES {
        let says = format!("{} bytes are more than the {MOST_BYTES} that are read", given.len());
        return Err(Trouble::new(says));
    }
    let given = given.strip_prefix('\u{feff}').unwrap_or(given);
    let export = match given.trim_start().chars().next() {
        None => Err(Trouble::new("there is nothing in it")),
        Some('{' | '[') => json::parse(given),
        Some(_) => table::parse(given),
    }?;
    if export.deals.len() > MOST_DEALS {
        let says = format!("more than {MOST_DEALS} deals: export fewer");
        return Err(Trouble::new(says));
    }
    if export.deals.is_empty() {
        return Err(Trouble::new(format!("this {} lists no deals", export.shape)));
    }
    Ok(export)
}

#[cfg(test)]
mod tests;
