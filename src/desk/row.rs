//! A row of the board with what is behind it: a quote that is no deal yet, or a deal.

use super::record::{DealRecord, QuoteRecord};
use crate::domain::{Group, Stage};

/// A row of the board.
#[derive(Debug, Clone, Copy)]
pub enum RowRef<'a> {
    /// A quote that is no deal yet.
    Quote(&'a QuoteRecord),
    /// A deal.
    Deal(&'a DealRecord),
}

impl RowRef<'_> {
    /// Where it stands.
    pub fn stage(self) -> Stage {
        match self {
            Self::Quote(record) => record.stage(),
            Self::Deal(record) => record.stage(),
        }
    }

    /// The group of the board it belongs to.
    pub fn group(self) -> Group {
        match self {
            Self::Quote(record) => record.stage().group(),
            Self::Deal(record) => record.group(),
        }
    }
}
