//! What is usual: of which kind of inventory a booking says what this desk pays for it. Typed prices and
//! quantities are held against the newest of the same kind.

use std::fmt;

use super::record::{BookingRecord, BookingState, QuoteRecord};
use crate::domain::Currency;

/// How many of our newest deals of the same class make the usual.
pub const NEWEST: usize = 20;

/// A kind of inventory, in small letters, bought in a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usual {
    currency: Currency,
    kind: String,
}

impl Usual {
    /// What is bought with a quote in a currency.
    pub fn of(record: &QuoteRecord, currency: Currency) -> Self {
        Self { currency, kind: record.quote.product.inventory_type.to_lowercase() }
    }

    /// The kind, in small letters.
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl fmt::Display for Usual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.kind)
    }
}

impl BookingRecord {
    /// For what it says what is usual; nothing unless it was booked as agreed, and stands. `quote` is the
    /// one that it booked.
    pub fn usual(&self, quote: &QuoteRecord) -> Option<Usual> {
        let stands = self.state == BookingState::Done && !self.released;
        stands.then(|| Usual::of(quote, self.intent.confirmed.currency()))
    }
}
