//! Exact numbers in a seller's file are texts: a TOML number would have been a binary double first.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error};

pub(super) fn decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

pub(super) fn option<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    decimal(from).map(Some)
}
