//! Which sellers and formats the grid is narrowed to: one key each, going round.

use std::collections::BTreeSet;

use super::rows;
use crate::{
    desk::{SellerState, State},
    domain::SellerName,
};

/// What the grid is narrowed to; `None` is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facets {
    pub(super) seller: Option<SellerName>,
    pub(super) format: Option<String>,
}

impl Facets {
    /// Whether what a seller has in these formats is shown.
    pub(super) fn pass(&self, seller: &SellerName, formats: &[String]) -> bool {
        self.seller.as_ref().is_none_or(|only| only == seller)
            && self.format.as_ref().is_none_or(|only| formats.contains(only))
    }

    /// The next seller, or all of them after the last.
    pub(super) fn next_seller(&mut self, state: &State) {
        let names: Vec<_> = state.sellers.keys().collect();
        self.seller = next(&names, self.seller.as_ref()).cloned();
    }

    /// The next format that any package or product has, or all of them after the last.
    pub(super) fn next_format(&mut self, state: &State) {
        let of_seller = |seller: &'_ SellerState| {
            let packages = seller.packages.iter().flatten();
            let products = rows::unpacked(seller).map(|(_, product)| &product.inventory_type);
            let formats = packages.flat_map(|package| &package.ad_formats).chain(products);
            formats.cloned().collect::<Vec<_>>()
        };
        let formats: BTreeSet<_> = state.sellers.values().flat_map(of_seller).collect();
        let formats: Vec<_> = formats.iter().collect();
        self.format = next(&formats, self.format.as_ref()).cloned();
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What it says in the row of tabs.
    pub(super) fn words(&self) -> String {
        let seller =
            self.seller.as_ref().map_or_else(|| "all sellers".to_owned(), ToString::to_string);
        match &self.format {
            Some(format) => format!("{seller} · {}", crate::domain::text::cut(format, 16)),
            None => seller,
        }
    }
}

fn next<'a, T: PartialEq>(all: &[&'a T], now: Option<&T>) -> Option<&'a T> {
    match now {
        None => all.first().copied(),
        Some(now) => {
            let place = all.iter().position(|other| *other == now)?;
            all.get(place + 1).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_round_and_through_everything() {
        let all = ["a", "b"];
        let all: Vec<_> = all.iter().collect();
        assert_eq!(next(&all, None), Some(&"a"));
        assert_eq!(next(&all, Some(&"a")), Some(&"b"));
        assert_eq!(next(&all, Some(&"b")), None);
        assert_eq!(next(&all, Some(&"gone")), None);
    }
}
