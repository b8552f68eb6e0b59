//! What a seller has on offer: media kit packages and the products one can be quoted on.
//!
//! What a seller withholds at our tier is `None` here and shown as such, never as zero.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator as _;

use super::{
    Cpm, PackageId, ProductId, Tier,
    money::{exact, typed},
};

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

/// One product of a package whose price is a blend of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// Its own list price, where the seller tells it.
    pub list: Option<Cpm>,
    /// Its share of the package in percent, where the seller tells that of each.
    pub percent: Option<Decimal>,
}

impl Package {
    /// The products that its price is a blend of; empty where it is the price of one.
    pub fn blend(&self, products: &[Product]) -> Vec<Part> {
        let mut placements: Vec<&Placement> = Vec::new();
        for placement in &self.placements {
            if !placements.iter().any(|other| other.product_id == placement.product_id) {
                placements.push(placement);
            }
        }
        if placements.len() < 2 {
            return Vec::new();
        }
        let weight = |placement: &Placement| -> Option<Decimal> {
            let weight = typed::of_a_program(placement.weight.as_deref()?)?;
            (weight > Decimal::ZERO).then_some(weight)
        };
        // One that is in it twice has both shares.
        let share = |one: &Placement| -> Option<Decimal> {
            let same = |other: &&Placement| other.product_id == one.product_id;
            let own = sum(self.placements.iter().filter(same).map(weight))?;
            let all = sum(self.placements.iter().map(weight))?;
            Some(exact::as_percent(own.checked_div(all)?).round_dp(1).normalize())
        };
        let part = |placement: &Placement| {
            let known = products.iter().find(|known| known.product_id == placement.product_id);
            let named = Some(&placement.product_name).filter(|name| !name.is_empty());
            let name = named.or(known.map(|known| &known.name));
            Part {
                name: name.unwrap_or(&placement.product_id.0).clone(),
                list: known.and_then(|known| known.base_cpm),
                percent: share(placement),
            }
        };
        placements.into_iter().map(part).collect()
    }
}

/// The sum; `None` where one of them is not known, or it is more than a decimal holds.
fn sum(mut amounts: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    amounts.try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount?))
}

/// `blend of 2 products: 28.80 ×70 % + 21.60 ×30 %`, each at the price of `tier`; `None` where a price is
/// that of one product.
pub fn blend_in_words(parts: &[Part], tier: Tier) -> Option<String> {
    if parts.is_empty() {
        return None;
    }
    let many = parts.len();
    if parts.iter().all(|part| part.list.is_none()) {
        return Some(format!("blend of {many} products"));
    }
    let currencies: BTreeSet<_> =
        parts.iter().filter_map(|part| part.list).map(|list| list.currency()).collect();
    let price = |part: &Part| {
        let price = part.list.map(|list| at_tier(list, tier));
        price.map_or_else(
            || "?".to_owned(),
            |price| if currencies.len() > 1 { price.to_string() } else { price.plain() },
        )
    };
    let share = |part: &Part| part.percent.map_or_else(String::new, |share| format!(" ×{share} %"));
    let parts: Vec<_> =
        parts.iter().map(|part| format!("{}{}", price(part), share(part))).collect();
    Some(format!("blend of {many} products: {}", parts.join(" + ")))
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
    Tier::iter().map(|tier| (tier, at_tier(list, tier))).collect()
}

fn at_tier(list: Cpm, tier: Tier) -> Cpm {
    list.less_percent(tier.discount_pct()).nearest()
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

#[cfg(test)]
impl Package {
    /// One of these products, each with its weight, of which nothing else is told.
    pub(crate) fn of(placements: &[(&str, Option<&str>)]) -> Self {
        let placements = placements.iter().map(|(id, weight)| Placement {
            product_id: (*id).into(),
            product_name: String::new(),
            ad_formats: vec![],
            device_types: vec![],
            weight: weight.map(str::to_owned),
        });
        Self {
            package_id: "p".into(),
            name: "P".into(),
            description: String::new(),
            ad_formats: vec![],
            device_types: vec![],
            cat: vec![],
            geo_targets: vec![],
            tags: vec![],
            featured: false,
            price_range: None,
            exact_price: None,
            floor_price: None,
            negotiation_enabled: None,
            volume_discounts_available: None,
            placements: placements.collect(),
            tells_placements: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_of_several_products_says_what_it_blends() {
        let product = |id: &str, list: &str| Product {
            product_id: id.into(),
            name: format!("Product {id}"),
            description: String::new(),
            inventory_type: "ctv".into(),
            base_cpm: list.parse().ok(),
            floor_cpm: None,
            deal_types: vec![],
            available_impressions: None,
        };
        let products = [product("a", "32"), product("b", "24"), product("e", "24 EUR")];
        let blend = |placements: &[(&str, Option<&str>)]| {
            let package = Package::of(placements);
            blend_in_words(&package.blend(&products), Tier::Agency)
        };
        let says = |words: &str| Some(format!("blend of {words}"));
        assert_eq!(blend(&[("a", Some("1"))]), None);
        assert_eq!(blend(&[]), None);
        // The same product twice is one product.
        assert_eq!(blend(&[("a", Some("0.5")), ("a", Some("0.5"))]), None);
        let two = says("2 products: 28.80 ×70 % + 21.60 ×30 %");
        assert_eq!(blend(&[("a", Some("0.7")), ("b", Some("0.3"))]), two);
        assert_eq!(blend(&[("a", Some("7")), ("b", Some("3"))]), two);
        assert_eq!(blend(&[("a", Some("4")), ("b", Some("3")), ("a", Some("3"))]), two);
        let untold = says("2 products: 28.80 + 21.60");
        assert_eq!(blend(&[("a", None), ("b", Some("0.3"))]), untold);
        let unlisted = says("2 products: 28.80 ×50 % + ? ×50 %");
        assert_eq!(blend(&[("a", Some("1")), ("x", Some("1"))]), unlisted);
        assert_eq!(blend(&[("x", Some("1")), ("y", Some("1"))]), says("2 products"));
        let mixed = says("2 products: 28.80 USD ×50 % + 21.60 EUR ×50 %");
        assert_eq!(blend(&[("a", Some("1")), ("e", Some("1"))]), mixed);
    }

    #[test]
    fn a_price_by_tier_has_the_decimals_of_its_currency() {
        for (list, seat) in [("32", "30.40"), ("1701 JPY", "1616"), ("3.333 KWD", "3.166")] {
            let prices = by_tier(list.parse().unwrap());
            let at = prices.iter().find(|(tier, _)| *tier == Tier::Seat).unwrap().1;
            assert_eq!(at.plain(), seat, "{list}");
        }
    }
}
