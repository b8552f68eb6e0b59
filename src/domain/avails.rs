//! Avails: how many impressions of a product a seller says it could still deliver over a flight.
//!
//! An answer binds nobody: sellers look at their capacity and the list price, not at what others have
//! booked (wire/iab.md 3.3).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Cost, Cpm, Identity, ProductId};

/// What is asked. One product is asked with the impressions wanted; several go as a search in the
/// name of an agency and its advertiser, in which the impressions have no place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailsAsk {
    /// The products, ids of the seller that is asked.
    pub product_ids: Vec<ProductId>,
    /// Impressions wanted, over the whole flight.
    pub impressions: Option<u64>,
    /// First day of the flight.
    pub flight_start: Date,
    /// Last day of the flight.
    pub flight_end: Date,
    /// What the seller is told of us.
    pub identity: Identity,
}

/// Whether a seller has what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
pub enum AvailsStatus {
    /// All of it.
    #[strum(serialize = "available")]
    Available,
    /// Some of it.
    #[strum(serialize = "partially available")]
    Partial,
    /// None of it.
    #[strum(serialize = "unavailable")]
    Unavailable,
    /// A word we do not know, or nothing to tell it by; the raw word is kept beside.
    #[strum(serialize = "?")]
    Other,
}

impl AvailsStatus {
    /// Reads the seller's word.
    pub fn parse(word: &str) -> Self {
        let word: String = word.chars().filter(char::is_ascii_alphabetic).collect();
        match word.to_ascii_lowercase().as_str() {
            "available" => Self::Available,
            "partiallyavailable" | "partial" => Self::Partial,
            "unavailable" => Self::Unavailable,
            _ => Self::Other,
        }
    }

    /// What the numbers say, where the seller gives no word: `available` of the `wanted`.
    pub fn of(available: Option<u64>, wanted: Option<u64>) -> Self {
        match (available, wanted) {
            (Some(0), _) => Self::Unavailable,
            (Some(available), Some(wanted)) if available < wanted => Self::Partial,
            (Some(_), _) => Self::Available,
            (None, _) => Self::Other,
        }
    }
}

/// What a seller says it could deliver of one product. Source: `POST /products/avails`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avails {
    /// The product.
    pub product_id: ProductId,
    /// Impressions that can be had.
    pub available: Option<u64>,
    /// Impressions that can be guaranteed; `None` where the seller has no cap, or does not tell.
    pub guaranteed: Option<u64>,
    /// What a thousand would cost, at list.
    pub estimated_cpm: Option<Cpm>,
    /// What those that can be had would cost, at list.
    pub total_cost: Option<Cost>,
    /// Whether it has what was asked for.
    pub status: AvailsStatus,
    /// The seller's own word for it; empty where it gives none.
    pub raw_status: String,
    /// Why not, in the seller's word (`Booked`).
    pub reason: Option<String>,
    /// First day that the seller speaks of, as it writes it.
    pub flight_start: Option<String>,
    /// Last day that the seller speaks of.
    pub flight_end: Option<String>,
    /// What the product can be targeted by, as the seller names it.
    pub targeting: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_the_sellers_word_or_what_its_numbers_say() {
        use AvailsStatus::{Available, Other, Partial, Unavailable};
        for (word, status) in [
            ("Available", Available),
            ("Partially Available", Partial),
            ("partially_available", Partial),
            ("Unavailable", Unavailable),
            ("On Hold", Other),
            ("", Other),
        ] {
            assert_eq!(AvailsStatus::parse(word), status, "{word}");
        }
        for (available, wanted, status) in [
            (Some(5), Some(5), Available),
            (Some(5), None, Available),
            (Some(4), Some(5), Partial),
            (Some(0), Some(5), Unavailable),
            (Some(0), None, Unavailable),
            (None, Some(5), Other),
        ] {
            assert_eq!(AvailsStatus::of(available, wanted), status, "{available:?} {wanted:?}");
        }
    }
}
