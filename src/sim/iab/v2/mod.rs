//! Dialect v2 of the IAB seller agent: what it has of its own (wire/iab.md, recordings in wire/iab/v2).
//!
//! Money in micros on quotes, deals, negotiation messages and products; envelopes; pages; an
//! idempotency key on whatever makes something. All of it as recorded, its traps too.

mod avails;
mod deals;
mod messages;
mod money;
mod products;
mod proposals;
mod quotes;

pub(super) use avails::avails;
pub(super) use deals::{book, read as read_deal};
pub(super) use messages::message;
pub(super) use products::{product, products};
pub(super) use proposals::create as propose;
pub(super) use quotes::{create as quote, read as read_quote};
