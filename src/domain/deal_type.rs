//! The kinds of deals: what is fixed, what is guaranteed, and the words that sellers use for them.

use serde::{Deserialize, Serialize};
use strum::Display;

/// The kind of deal a quote is for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    strum::IntoStaticStr,
)]
pub enum DealType {
    /// Programmatic guaranteed: fixed price, guaranteed volume.
    #[serde(rename = "PG")]
    #[strum(serialize = "PG")]
    Guaranteed,
    /// Preferred deal: fixed price, first look, nothing guaranteed.
    #[serde(rename = "PD")]
    #[strum(serialize = "PD")]
    Preferred,
    /// Private auction: the price is a floor, several buyers bid.
    #[serde(rename = "PA")]
    #[strum(serialize = "PA")]
    Auction,
    /// A curator's selection over several sellers: the price is a floor. The desk reads it, and asks for none.
    #[serde(rename = "CUR")]
    #[strum(serialize = "CUR")]
    Curated,
}

impl DealType {
    /// What is asked for where nobody says otherwise: it binds nobody to deliver, or to take.
    pub const USUAL: Self = Self::Preferred;

    /// Every kind that can be asked for.
    pub const ALL: [Self; 3] = [Self::Guaranteed, Self::Preferred, Self::Auction];

    /// Reads the four spellings that sellers use (wire/iab.md section 8, no. 10). `None` for a word
    /// that is none of these.
    pub fn parse(word: &str) -> Option<Self> {
        let word: String =
            word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        match word.as_str() {
            "pg" | "programmaticguaranteed" | "guaranteed" => Some(Self::Guaranteed),
            "pd" | "preferreddeal" | "preferred" => Some(Self::Preferred),
            "pa" | "pmp" | "privateauction" | "auction" => Some(Self::Auction),
            "cur" | "curated" | "curateddeal" => Some(Self::Curated),
            _ => None,
        }
    }

    /// Its letters, as they are shown everywhere.
    pub fn letters(self) -> &'static str {
        self.into()
    }

    /// Whether the impressions are guaranteed.
    pub fn is_guaranteed(self) -> bool {
        self == Self::Guaranteed
    }

    /// Whether the price is a floor above which others bid, so that more may be paid.
    pub fn is_floor(self) -> bool {
        matches!(self, Self::Auction | Self::Curated)
    }

    /// In words, for a ticket.
    pub fn words(self) -> &'static str {
        match self {
            Self::Guaranteed => "programmatic guaranteed, fixed price",
            Self::Preferred => "preferred deal, fixed price, not guaranteed",
            Self::Auction => "private auction, the price is a floor",
            Self::Curated => "curated deal, the price is a floor",
        }
    }
}
