//! Dialect v1 of the IAB seller agent: what it has of its own (wire/iab.md, recordings in wire/iab/v1).
//!
//! Served as recorded, apart from what the desk's guide promises and the stock seller lacks: quotes
//! can be negotiated by their id, and `price` is read where `buyer_price` is missing.

mod deals;
mod products;
mod proposals;
mod quotes;

pub(super) use deals::{book, read as read_deal};
pub(super) use products::{product, products};
pub(super) use proposals::create as propose;
pub(super) use quotes::{create as quote, read as read_quote};
