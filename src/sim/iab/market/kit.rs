//! The media kit: what a package costs, and which packages a search finds.

use super::Market;
use crate::sim::iab::{
    price::{cents, double},
    spec::Package,
};

/// What a package costs before any discount, dollars CPM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PackagePrice {
    pub(crate) list: f64,
    pub(crate) floor: f64,
}

impl Market {
    /// The price of a package: its own, or the weighted price of what is in it.
    pub(crate) fn package_price(&self, package: &Package) -> PackagePrice {
        let weights: f64 = package.placements.iter().map(|placement| placement.weight).sum();
        let weighted = |price: &dyn Fn(&str) -> f64| {
            let sum: f64 = package
                .placements
                .iter()
                .map(|placement| placement.weight * price(&placement.product_id))
                .sum();
            if weights > 0.0 { cents(sum / weights) } else { 0.0 }
        };
        let list = package.list.map_or_else(
            || weighted(&|id| self.product(id).map_or(0.0, |product| self.list(product))),
            |list| self.today(double(list)),
        );
        let floor = package.floor.map_or_else(
            || weighted(&|id| self.product(id).map_or(0.0, |product| double(product.floor))),
            double,
        );
        PackagePrice { list, floor }
    }

    /// The packages in which a word of `query` occurs, best first: one point a word and place, half
    /// as much again for a featured package; ties stay in the order of the kit.
    pub(crate) fn search(&self, query: &str) -> Vec<&Package> {
        let query = query.to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut found: Vec<(u32, &Package)> = self
            .spec
            .packages
            .iter()
            .filter_map(|package| {
                let places = places(package);
                let hits = words
                    .iter()
                    .map(|word| places.iter().filter(|place| place.contains(word)).count())
                    .sum::<usize>();
                let hits = u32::try_from(hits).unwrap_or(u32::MAX);
                let score = hits.saturating_mul(if package.featured { 3 } else { 2 });
                (score > 0).then_some((score, package))
            })
            .collect();
        found.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
        found.into_iter().map(|(_, package)| package).collect()
    }
}

fn places(package: &Package) -> Vec<String> {
    [&package.tags, &package.cat, &package.ad_formats, &package.segments]
        .into_iter()
        .flatten()
        .chain([&package.name])
        .chain(&package.description)
        .map(|text| text.to_lowercase())
        .collect()
}
