//! PACKAGE and the products one can be quoted on, as far as our tier may see them.

use serde::Serialize;

use super::{cpm, currency, told};
use crate::{
    desk::SellerState,
    domain::{DealType, Package, Placement, Product, SellerName, Tier, kit},
};

/// PACKAGE.
#[derive(Debug, Serialize)]
pub(crate) struct PackageDoc {
    pub(crate) seller: String,
    pub(crate) package_id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) ad_formats: Vec<String>,
    pub(crate) device_types: Vec<u32>,
    pub(crate) cat: Vec<String>,
    pub(crate) geo_targets: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) featured: bool,
    pub(crate) price_range: Option<String>,
    pub(crate) exact_price: Option<String>,
    pub(crate) floor_price: Option<String>,
    pub(crate) currency: Option<String>,
    /// Of how many products the price is a blend; `null` where it is that of one.
    pub(crate) blend_of: Option<usize>,
    #[serde(skip)]
    pub(crate) blend: Option<String>,
    pub(crate) negotiation_enabled: Option<bool>,
    pub(crate) volume_discounts_available: Option<bool>,
    pub(crate) placements: Vec<PlacementDoc>,
    /// Fields the seller keeps back at our tier.
    pub(crate) withheld: Vec<&'static str>,
}

/// A product within a package.
#[derive(Debug, Serialize)]
pub(crate) struct PlacementDoc {
    pub(crate) product_id: String,
    pub(crate) product_name: Option<String>,
    pub(crate) ad_formats: Vec<String>,
    pub(crate) device_types: Vec<u32>,
    pub(crate) weight: Option<String>,
    /// Its own list price in the package's currency, where the seller's catalogue tells one.
    pub(crate) list_cpm: Option<String>,
}

/// A product one can be quoted on.
#[derive(Debug, Serialize)]
pub(crate) struct CatalogDoc {
    pub(crate) seller: String,
    pub(crate) product_id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) inventory_type: Option<String>,
    pub(crate) base_cpm: Option<String>,
    pub(crate) floor_cpm: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) deal_types: Vec<String>,
    pub(crate) available_impressions: Option<u64>,
}

/// `PG`, `PD`, `PA`, whatever the seller's spelling; a word that is none of them as it came.
fn deal_type(raw: &str) -> String {
    DealType::parse(raw).map_or_else(|| raw.to_owned(), |known| known.to_string())
}

impl PackageDoc {
    /// As a seller offers it to whom it takes us for.
    pub(crate) fn new(seller: &SellerState, package: &Package, tier: Tier) -> Self {
        let products = seller.products.as_deref().unwrap_or_default();
        let parts = package.blend(products);
        Self {
            seller: seller.info.name.0.clone(),
            package_id: package.package_id.0.clone(),
            name: package.name.clone(),
            description: told(&package.description),
            ad_formats: package.ad_formats.clone(),
            device_types: package.device_types.clone(),
            cat: package.cat.clone(),
            geo_targets: package.geo_targets.clone(),
            tags: package.tags.clone(),
            featured: package.featured,
            price_range: package.price_range.clone(),
            exact_price: cpm(package.exact_price),
            floor_price: cpm(package.floor_price),
            currency: currency(&[package.exact_price, package.floor_price]),
            blend_of: (!parts.is_empty()).then_some(parts.len()),
            blend: kit::blend_in_words(&parts, tier),
            negotiation_enabled: package.negotiation_enabled,
            volume_discounts_available: package.volume_discounts_available,
            placements: package
                .placements
                .iter()
                .map(|placement| PlacementDoc::new(placement, package, products))
                .collect(),
            withheld: package.withheld(),
        }
    }
}

impl PlacementDoc {
    fn new(placement: &Placement, package: &Package, products: &[Product]) -> Self {
        let known = products.iter().find(|known| known.product_id == placement.product_id);
        let of = package.exact_price.or(package.floor_price).map(|price| price.currency());
        let list = known.and_then(|known| known.base_cpm);
        Self {
            product_id: placement.product_id.0.clone(),
            product_name: told(&placement.product_name),
            ad_formats: placement.ad_formats.clone(),
            device_types: placement.device_types.clone(),
            weight: placement.weight.clone(),
            list_cpm: cpm(list.filter(|list| of.is_none_or(|of| of == list.currency()))),
        }
    }
}

impl CatalogDoc {
    pub(crate) fn new(seller: &SellerName, product: &Product) -> Self {
        Self {
            seller: seller.0.clone(),
            product_id: product.product_id.0.clone(),
            name: product.name.clone(),
            description: told(&product.description),
            inventory_type: told(&product.inventory_type),
            base_cpm: cpm(product.base_cpm),
            floor_cpm: cpm(product.floor_cpm),
            currency: currency(&[product.base_cpm, product.floor_cpm]),
            deal_types: product.deal_types.iter().map(|raw| deal_type(raw)).collect(),
            available_impressions: product.available_impressions,
        }
    }
}
