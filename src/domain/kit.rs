//! What a seller has on offer: media kit packages and the products one can be quoted on.
//!
//! What a seller withholds at our tier is `None` here and shown as such, never as zero.

use serde::{Deserialize, Serialize};

use super::{Cpm, PackageId, ProductId, Tier};

/// A package of a seller's media kit, as far as our tier may see it.
/// Texts are cleaned; ids are verbatim. Source: `GET /packages`, `GET /media-kit/packages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The seller's id.
    pub package_id: PackageId,
    /// Name, cleaned.
    pub name: String,
    /// Description, cleaned; may be empty.
    pub description: String,
    /// `video`, `banner`, `audio`, `native`, as the seller spells them.
    pub ad_formats: Vec<String>,
    /// AdCOM device type numbers (3 is CTV).
    pub device_types: Vec<u32>,
    /// Content categories.
    pub cat: Vec<String>,
    /// Countries and regions.
    pub geo_targets: Vec<String>,
    /// The seller's own tags.
    pub tags: Vec<String>,
    /// Whether the seller features it.
    pub featured: bool,
    /// The price as the seller words it (`"$28-$42 CPM"`).
    pub price_range: Option<String>,
    /// Our tier's price, if the seller tells it.
    pub exact_price: Option<Cpm>,
    /// The floor, if the seller tells it.
    pub floor_price: Option<Cpm>,
    /// Whether a quote on it may be negotiated at our tier; `None` where withheld.
    pub negotiation_enabled: Option<bool>,
    /// Whether volume lowers the price; `None` where withheld.
    pub volume_discounts_available: Option<bool>,
    /// The products inside; empty where withheld, or where there are none.
    pub placements: Vec<Placement>,
    /// Whether the seller tells the products inside, be they none.
    #[serde(default)]
    pub tells_placements: bool,
}

/// The fields a package may withhold, with the tier that opens them.
pub const WITHHOLDABLE: &[(&str, Tier)] = &[
    ("exact_price", Tier::Seat),
    ("floor_price", Tier::Seat),
    ("placements", Tier::Seat),
    ("negotiation_enabled", Tier::Seat),
    ("volume_discounts_available", Tier::Seat),
];

impl Package {
    /// Names of the fields that the seller withholds at our tier.
    pub fn withheld(&self) -> Vec<&'static str> {
        let absent = |field: &str| match field {
            "exact_price" => self.exact_price.is_none(),
            "floor_price" => self.floor_price.is_none(),
            "placements" => self.placements.is_empty() && !self.tells_placements,
            "negotiation_enabled" => self.negotiation_enabled.is_none(),
            _ => self.volume_discounts_available.is_none(),
        };
        WITHHOLDABLE.iter().map(|(field, _)| *field).filter(|field| absent(field)).collect()
    }
}

/// A product within a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// What to ask a quote for. Some sellers list products here that they do not quote.
    pub product_id: ProductId,
    /// Name, cleaned.
    pub product_name: String,
    /// Formats.
    pub ad_formats: Vec<String>,
    /// AdCOM device type numbers.
    pub device_types: Vec<u32>,
    /// Share of the package, a fraction as the seller writes it, in decimal text.
    pub weight: Option<String>,
}

/// A product one can be quoted on. Source: `GET /products`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The seller's id. A v1 seller mints new ones at every restart.
    pub product_id: ProductId,
    /// Name, cleaned.
    pub name: String,
    /// Description, cleaned.
    pub description: String,
    /// `video`, `display`, `ctv`, …
    pub inventory_type: String,
    /// List price before any discount; `None` is "on request".
    pub base_cpm: Option<Cpm>,
    /// The seller's floor.
    pub floor_cpm: Option<Cpm>,
    /// Deal types as the seller spells them.
    pub deal_types: Vec<String>,
    /// How many impressions can be had; `None` is not told.
    pub available_impressions: Option<u64>,
}

/// What a product would cost at each tier before any volume discount, worked out with the reference
/// seller's discounts (wire/iab.md 4.3); a seller of its own mind may price otherwise.
pub fn by_tier(list: Cpm) -> Vec<(Tier, Cpm)> {
    use strum::IntoEnumIterator as _;
    let price = |tier: Tier| {
        let price = list.less_percent(tier.discount_pct());
        Cpm::new(price.amount().round_dp(2), price.currency())
    };
    Tier::iter().map(|tier| (tier, price(tier))).collect()
}

/// The AdCOM 1.0 device type in words (list "Device Types"); unknown numbers stay numbers.
pub fn device_name(number: u32) -> String {
    match number {
        1 => "mobile".into(),
        2 => "PC".into(),
        3 => "CTV".into(),
        4 => "phone".into(),
        5 => "tablet".into(),
        6 => "connected".into(),
        7 => "set-top".into(),
        8 => "out of home".into(),
        other => other.to_string(),
    }
}
