//! The packages of every seller as rows of one grid: made again only when the desk, the filter or the
//! order changed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::facets::Facets;
use crate::{
    desk::{SellerState, State},
    domain::{Package, PackageId, SellerName, kit::device_name},
    tui::parts::{
        filter::{Fields, Filter},
        money::{self, WITHHELD},
    },
};

/// One package of one seller; the number tells packages with one id apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) seller: SellerName,
    pub(crate) package: PackageId,
    pub(crate) nth: usize,
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) key: Key,
    /// Position among the seller's packages.
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) formats: String,
    pub(super) devices: String,
    pub(super) price: String,
    /// Whether the price is only a range in words.
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
            key: Key { seller: seller.info.name.clone(), package: package.package_id.clone(), nth },
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
}

impl Fields for Row {
    fn text(&self) -> String {
        format!(
            "{} {} {} {} {} {} {} {}",
            self.name,
            self.key.seller,
            self.key.package,
            self.formats,
            self.devices,
            self.price,
            self.geo,
            self.cat
        )
    }

    fn field(&self, name: &str) -> Option<String> {
        Some(match name {
            "package" | "name" => self.name.clone(),
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

/// Every package, before any filter: how many, and which rows pass.
pub(super) fn all(
    state: &State,
    facets: &Facets,
    filter: &Filter,
    sort: usize,
) -> (Vec<Row>, usize) {
    let mut rows = Vec::new();
    let mut whole = 0;
    for (name, seller) in &state.sellers {
        let mut seen: BTreeMap<&PackageId, usize> = BTreeMap::new();
        for (place, package) in seller.packages.iter().flatten().enumerate() {
            let nth = seen.entry(&package.package_id).or_default();
            let row = Row::new(seller, package, place, *nth);
            *nth += 1;
            whole += 1;
            if facets.pass(name, package) && filter.matches(&row) {
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
