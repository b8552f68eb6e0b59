//! The packages of every seller, and the products that are in none of them, as rows of one grid: made
//! again only when the desk, the filter or the order changed.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::facets::Facets;
use crate::{
    desk::{SellerState, State},
    domain::{Cpm, Package, PackageId, Product, ProductId, SellerName, kit::device_name},
    tui::parts::{
        filter::{Fields, Filter},
        money::{self, WITHHELD},
    },
};

/// One package or product of one seller; the number tells those with one id apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) seller: SellerName,
    pub(crate) kind: Kind,
    /// As the seller writes it.
    pub(crate) id: String,
    pub(crate) nth: usize,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Package,
    /// In none of the seller's packages.
    Product,
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) key: Key,
    /// Position among the seller's packages, or among its products.
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) formats: String,
    pub(super) devices: String,
    pub(super) price: String,
    /// Whether the price is not ours: a range in words, or a list price.
    pub(super) is_range: bool,
    pub(super) floor: String,
    pub(super) negotiable: &'static str,
    pub(super) volume: &'static str,
    amount: Option<Decimal>,
    floor_amount: Option<Decimal>,
    kit_at: Option<jiff::Timestamp>,
    geo: String,
    cat: String,
}

/// Ways to sort, as the title names them. The first is the sellers' own order.
pub(super) const SORTS: [&str; 5] = ["seller's order", "price ▲", "floor ▲", "name", "age"];

impl Row {
    fn new(seller: &SellerState, package: &Package, place: usize, nth: usize) -> Self {
        let yes = |value: Option<bool>| match value {
            Some(true) => "yes",
            Some(false) => "no",
            None => WITHHELD,
        };
        let (price, is_range) = match (&package.exact_price, &package.price_range) {
            (Some(price), _) => (money::cpm(Some(*price), None), false),
            (None, Some(range)) => (range.clone(), true),
            (None, None) => (WITHHELD.to_owned(), true),
        };
        let devices: Vec<_> =
            package.device_types.iter().map(|number| device_name(*number)).collect();
        Self {
            key: Key {
                seller: seller.info.name.clone(),
                kind: Kind::Package,
                id: package.package_id.0.clone(),
                nth,
            },
            place,
            name: format!("{}{}", package.name, if package.featured { " ★" } else { "" }),
            formats: package.ad_formats.join(" "),
            devices: devices.join(" "),
            price,
            is_range,
            floor: package
                .floor_price
                .map_or_else(|| WITHHELD.to_owned(), |floor| money::cpm(Some(floor), None)),
            negotiable: yes(package.negotiation_enabled),
            volume: yes(package.volume_discounts_available),
            amount: package.exact_price.map(|price| price.amount()),
            floor_amount: package.floor_price.map(|price| price.amount()),
            kit_at: seller.kit_at,
            geo: package.geo_targets.join(" "),
            cat: package.cat.join(" "),
        }
    }

    /// A product: what it is listed at, before any discount of ours.
    fn of_product(seller: &SellerState, product: &Product, place: usize, nth: usize) -> Self {
        let price = |price: Option<Cpm>| price.map(|price| money::cpm(Some(price), None));
        Self {
            key: Key {
                seller: seller.info.name.clone(),
                kind: Kind::Product,
                id: product.product_id.0.clone(),
                nth,
            },
            place,
            name: product.name.clone(),
            formats: product.inventory_type.clone(),
            devices: String::new(),
            price: price(product.base_cpm).map_or_else(|| "?".to_owned(), listed),
            is_range: true,
            floor: price(product.floor_cpm).unwrap_or_else(|| "?".to_owned()),
            negotiable: "?",
            volume: "?",
            amount: product.base_cpm.map(|price| price.amount()),
            floor_amount: product.floor_cpm.map(|price| price.amount()),
            kit_at: seller.kit_at,
            geo: String::new(),
            cat: String::new(),
        }
    }
}

/// A list price, named as such where that fits: the price itself is never cut.
fn listed(price: String) -> String {
    let named = format!("list {price}");
    if crate::domain::text::width(&named) > usize::from(PRICE) { price } else { named }
}

/// How wide prices are.
pub(super) const PRICE: u16 = 13;

/// The products of a seller that are in none of its packages, by id or by name, with their places.
pub(super) fn unpacked(seller: &SellerState) -> impl Iterator<Item = (usize, &Product)> {
    let packages = seller.packages.as_deref().unwrap_or_default();
    let held: BTreeSet<_> = packages
        .iter()
        .flat_map(|package| package.placements.iter().map(|placement| &placement.product_id))
        .collect();
    let names: BTreeSet<_> = packages.iter().map(|package| package.name.to_lowercase()).collect();
    let products = seller.products.iter().flatten().enumerate();
    products.filter(move |(_, product)| {
        !held.contains(&product.product_id) && !names.contains(&product.name.to_lowercase())
    })
}

/// What there is before any filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) packages: usize,
    pub(super) products: usize,
}

impl Whole {
    pub(super) fn count(self) -> usize {
        self.packages + self.products
    }

    /// `packages`, `products`, or both.
    pub(super) fn words(self) -> &'static str {
        match (self.packages, self.products) {
            (_, 0) => "packages",
            (0, _) => "products",
            (_, _) => "packages and products",
        }
    }
}

impl Fields for Row {
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        let seller = self.key.seller.to_string();
        let words = [
            &self.name,
            &seller,
            &self.key.id,
            &self.formats,
            &self.devices,
            &self.price,
            &self.geo,
            &self.cat,
        ];
        words.into_iter().any(|word| is(word))
    }

    fn field(&self, name: &str) -> Option<String> {
        Some(match name {
            "package" | "product" | "name" => self.name.clone(),
            "seller" => self.key.seller.to_string(),
            "fmt" | "format" => self.formats.clone(),
            "device" => self.devices.clone(),
            "cpm" | "price" => self.price.clone(),
            "floor" => self.floor.clone(),
            "neg" => self.negotiable.to_owned(),
            "vol" => self.volume.to_owned(),
            "geo" => self.geo.clone(),
            "cat" => self.cat.clone(),
            _ => return None,
        })
    }
}

/// Every package and product, before any filter: how many, and which rows pass.
pub(super) fn all(
    state: &State,
    facets: &Facets,
    filter: &Filter,
    sort: usize,
) -> (Vec<Row>, Whole) {
    let mut rows = Vec::new();
    let mut whole = Whole::default();
    for (name, seller) in &state.sellers {
        let mut seen: BTreeMap<&PackageId, usize> = BTreeMap::new();
        for (place, package) in seller.packages.iter().flatten().enumerate() {
            let nth = seen.entry(&package.package_id).or_default();
            let row = Row::new(seller, package, place, *nth);
            *nth += 1;
            whole.packages += 1;
            if facets.pass(name, &package.ad_formats) && filter.matches(&row) {
                rows.push(row);
            }
        }
        let mut seen: BTreeMap<&ProductId, usize> = BTreeMap::new();
        for (place, product) in unpacked(seller) {
            let nth = seen.entry(&product.product_id).or_default();
            let row = Row::of_product(seller, product, place, *nth);
            *nth += 1;
            whole.products += 1;
            let format = std::slice::from_ref(&product.inventory_type);
            if facets.pass(name, format) && filter.matches(&row) {
                rows.push(row);
            }
        }
    }
    let last = |amount: Option<Decimal>| (amount.is_none(), amount);
    match sort {
        1 => rows.sort_by_key(|row| last(row.amount)),
        2 => rows.sort_by_key(|row| last(row.floor_amount)),
        3 => rows.sort_by_cached_key(|row| row.name.to_lowercase()),
        4 => rows.sort_by_key(|row| row.kit_at),
        _ => {}
    }
    (rows, whole)
}
