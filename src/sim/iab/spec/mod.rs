//! What a simulated seller is: its kit, its prices and its behaviour, read from a TOML file.
//!
//! A key that is not known here is an error, and so is a placement that cannot be quoted.

mod behaviour;
mod catalog;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use rust_decimal::Decimal;
use serde::Deserialize;

pub use behaviour::{
    Approval, AuctionPrice, Behaviour, Envelope, KeyUse, Moves, NegotiationRules, Prose,
};
pub use catalog::{by_name, catalog, crowd, demo};

use crate::domain::DealType;

/// One seller in full.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What it is called in commands and paths: lower case, no spaces.
    pub name: String,
    /// Its name in its media kit and on its card.
    pub title: String,
    /// What it says of itself.
    pub about: String,
    /// The `seller_id` of its quotes.
    pub seller_id: String,
    /// Which dialect of the IAB seller agent it speaks.
    #[serde(default)]
    pub dialect: Dialect,
    /// What its deal ids begin with.
    pub deal_prefix: String,
    /// How it behaves.
    #[serde(rename = "temper")]
    pub behaviour: Behaviour,
    /// How it haggles.
    #[serde(rename = "talks")]
    pub negotiation: NegotiationRules,
    /// From how many impressions it gives how much off. Only to agencies and advertisers.
    #[serde(default = "reference_volume")]
    pub volume: Vec<VolumeStep>,
    /// What it sells.
    pub products: Vec<Product>,
    /// How it bundles it.
    pub packages: Vec<Package>,
    /// Proposals that were filed with it by other means than its API; they can be negotiated.
    #[serde(default)]
    pub proposals: Vec<Proposal>,
}

/// What a seller speaks on the wire (wire/iab.md).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, strum::Display, strum::EnumString,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Dialect {
    /// Floats, bare objects, no idempotency.
    #[default]
    V1,
    /// Money in micros, envelopes, `idempotency_key`.
    V2,
}

/// A step of a volume discount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeStep {
    /// From so many impressions.
    pub from: i64,
    /// Percent off (`"5"` is five percent).
    #[serde(deserialize_with = "text::decimal")]
    pub percent: Decimal,
}

/// The volume steps of the IAB seller agent (wire/iab.md 4.3).
pub fn reference_volume() -> Vec<VolumeStep> {
    [(5_000_000, 5), (10_000_000, 10), (20_000_000, 15), (50_000_000, 20)]
        .into_iter()
        .map(|(from, percent)| VolumeStep { from, percent: Decimal::from(percent) })
        .collect()
}

/// Something that can be quoted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its id.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// A sentence about it.
    #[serde(default)]
    pub description: Option<String>,
    /// `ctv`, `video`, `display`, `audio`, `native`, `mobile_app`, `linear_tv`.
    pub inventory_type: String,
    /// List price, dollars CPM, as text.
    #[serde(deserialize_with = "text::decimal")]
    pub list: Decimal,
    /// Published floor, dollars CPM.
    #[serde(deserialize_with = "text::decimal")]
    pub floor: Decimal,
    /// What it really will not go under, dollars CPM; without it the published floor.
    #[serde(default, deserialize_with = "text::option")]
    pub reserve: Option<Decimal>,
    /// The kinds of deal it is offered as: `PG`, `PD`, `PA`. Told, not enforced.
    pub deal_types: Vec<DealType>,
    /// The least it quotes.
    #[serde(default = "minimum_impressions")]
    pub minimum_impressions: i64,
    /// Whether its price can be talked about.
    #[serde(default = "yes")]
    pub negotiable: bool,
    /// Whether its price is told on request only: it shows none and cannot be quoted (v2).
    #[serde(default)]
    pub on_request: bool,
    /// How many impressions it has; without it nobody counts them.
    #[serde(default)]
    pub available: Option<i64>,
    /// Whom it reaches, by dimension (`geo`, `demo`).
    #[serde(default)]
    pub audience: Option<BTreeMap<String, Vec<String>>>,
    /// What is around the ad, by dimension (`genre`, `section`).
    #[serde(default)]
    pub content: Option<BTreeMap<String, Vec<String>>>,
}

impl Product {
    /// The lowest price it is sold at, dollars CPM: the reserve, never under the published floor.
    pub fn lowest(&self) -> Decimal {
        self.reserve.unwrap_or(self.floor).max(self.floor)
    }
}

fn minimum_impressions() -> i64 {
    10_000
}

fn yes() -> bool {
    true
}

/// A bundle in the media kit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its id.
    pub package_id: String,
    /// Its name.
    pub name: String,
    /// A sentence about it.
    #[serde(default)]
    pub description: Option<String>,
    /// `video`, `banner`, `audio`, `native`.
    pub ad_formats: Vec<String>,
    /// AdCOM device types: 2 PC, 3 connected TV, 4 phone, 5 tablet, 6 connected device, 7 set-top box.
    pub device_types: Vec<u8>,
    /// IAB content categories (content taxonomy 2).
    pub cat: Vec<String>,
    /// ISO 3166 places.
    pub geo_targets: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Whether the kit shows it first.
    #[serde(default)]
    pub featured: bool,
    /// How it came into the kit; told to nobody, but a filter.
    #[serde(default)]
    pub layer: Layer,
    /// IAB audience segments.
    #[serde(default)]
    pub segments: Vec<String>,
    /// What is in it.
    pub placements: Vec<Placement>,
    /// Its list price, dollars CPM; without it the weighted price of its placements.
    #[serde(default, deserialize_with = "text::option")]
    pub list: Option<Decimal>,
    /// Its floor, dollars CPM; without it the weighted floor of its placements.
    #[serde(default, deserialize_with = "text::option")]
    pub floor: Option<Decimal>,
}

/// How a package came into the kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Taken over from the ad server.
    Synced,
    /// Put together by people.
    #[default]
    Curated,
    /// Put together for one request.
    Dynamic,
}

impl FromStr for Layer {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "synced" => Ok(Self::Synced),
            "curated" => Ok(Self::Curated),
            "dynamic" => Ok(Self::Dynamic),
            _ => Err(()),
        }
    }
}

/// A product in a package.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Which product.
    pub product_id: String,
    /// Its share of the package.
    #[serde(default = "whole")]
    pub weight: f64,
}

fn whole() -> f64 {
    1.0
}

/// A proposal on file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Its id.
    pub proposal_id: String,
    /// The product it is about.
    pub product_id: String,
}

/// A seller's file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// It is not the TOML we read.
    #[error("{0}")]
    Toml(String),
    /// It is read, but it contradicts itself.
    #[error("{seller}: {says}")]
    Wrong {
        /// Whose file it is.
        seller: String,
        /// What is wrong with it.
        says: String,
    },
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let spec: Self =
            toml::from_str(text).map_err(|error| SpecError::Toml(error.to_string()))?;
        spec.check()?;
        Ok(spec)
    }
}

impl Spec {
    /// The product of this id.
    pub fn product(&self, product_id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.product_id == product_id)
    }

    fn check(&self) -> Result<(), SpecError> {
        let wrong = |says: String| Err(SpecError::Wrong { seller: self.name.clone(), says });
        let mut ids = BTreeSet::new();
        for product in &self.products {
            if !ids.insert(&product.product_id) {
                return wrong(format!("product {} is there twice", product.product_id));
            }
            if product.floor <= Decimal::ZERO || product.floor > product.list {
                return wrong(format!(
                    "{}: the floor is not within 0 and list",
                    product.product_id
                ));
            }
            if product.lowest() > product.list {
                return wrong(format!("{}: the reserve is above list", product.product_id));
            }
        }
        for package in &self.packages {
            if !ids.insert(&package.package_id) {
                return wrong(format!("package {} is there twice", package.package_id));
            }
        }
        let quoted = self
            .packages
            .iter()
            .flat_map(|package| &package.placements)
            .map(|placement| &placement.product_id)
            .chain(self.proposals.iter().map(|proposal| &proposal.product_id));
        for product_id in quoted {
            if self.product(product_id).is_none() {
                return wrong(format!("{product_id} is offered but is no product"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
