//! What a seller keeps: its quotes, deals, negotiations and keys, and the rules of its business.
//!
//! No dialect is known here. Times are the seller's own clock.

mod booking;
mod haggling;
mod kit;
mod orders;
mod quoting;
mod remembered;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub use booking::Booked;
pub(crate) use booking::Booking;
pub(crate) use haggling::Word;
pub(crate) use orders::{Change, ChangeAsk, Order, Transition, next_states};
pub(crate) use quoting::{Quote, QuoteAsk, QuoteStatus, Standing};
pub(crate) use remembered::{Remembered, Surface, WhatWasDone, conflict};

use super::{
    chance::Chance,
    deal::Deal,
    keys::Keys,
    negotiation::Negotiation,
    price::{cents, double},
    spec::{AuctionPrice, Product, Proposal, Spec},
};
use crate::{domain::DealType, sim::TermChange};

/// Why a seller does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// With a code.
    Coded { status: u16, code: &'static str, message: String },
    /// In words alone.
    Words { status: u16, says: String },
    /// With more than a code and a message: the whole of what is told.
    Told { status: u16, detail: Value },
}

impl Refusal {
    pub(crate) fn coded(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self::Coded { status, code, message: message.into() }
    }

    pub(crate) fn words(status: u16, says: impl Into<String>) -> Self {
        Self::Words { status, says: says.into() }
    }
}

/// One seller's business.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub(crate) spec: Spec,
    pub(crate) chance: Chance,
    pub(crate) keys: Keys,
    quote_ttl: SignedDuration,
    quotes: BTreeMap<String, Quote>,
    deals: BTreeMap<String, Deal>,
    /// Every deal that was made from a quote, in order.
    booked: Vec<Booked>,
    /// What the next booking does to its terms.
    term_change: Option<TermChange>,
    negotiations: BTreeMap<String, Negotiation>,
    /// Proposals that came through the API.
    filed: Vec<Proposal>,
    orders: Vec<Order>,
    changes: Vec<Change>,
    /// What was done under which idempotency key.
    remembered: BTreeMap<String, Remembered>,
    /// Prices that were agreed: (buyer, product, price as text).
    agreed: BTreeSet<(String, String, String)>,
    /// How often the same was asked.
    asked: BTreeMap<String, u64>,
    /// What every list price is multiplied by.
    repriced: f64,
}

impl Market {
    pub(crate) fn new(
        spec: Spec,
        chance: Chance,
        quote_ttl: SignedDuration,
        now: Timestamp,
    ) -> Self {
        let keys = Keys::new(&chance, now);
        Self {
            spec,
            chance,
            keys,
            quote_ttl,
            quotes: BTreeMap::new(),
            deals: BTreeMap::new(),
            booked: Vec::new(),
            term_change: None,
            filed: Vec::new(),
            orders: Vec::new(),
            changes: Vec::new(),
            remembered: BTreeMap::new(),
            negotiations: BTreeMap::new(),
            agreed: BTreeSet::new(),
            asked: BTreeMap::new(),
            repriced: 1.0,
        }
    }

    /// Counts an ask: 0 the first time, 1 the second.
    pub(crate) fn nth(&mut self, subject: &str) -> u64 {
        let count = self.asked.entry(subject.to_owned()).or_insert(0);
        *count += 1;
        *count - 1
    }

    /// Changes every list price by so many percent.
    pub(crate) fn reprice(&mut self, percent: f64) {
        self.repriced *= 1.0 + percent / 100.0;
    }

    /// The list price of a product today, dollars CPM.
    pub(crate) fn list(&self, product: &Product) -> f64 {
        self.today(double(product.list))
    }

    fn today(&self, list: f64) -> f64 {
        // The factor 1 must leave a price as it is written, even one that is finer than a cent.
        if (self.repriced - 1.0).abs() < f64::EPSILON { list } else { cents(list * self.repriced) }
    }

    /// The list price of a product, or why there is none.
    pub(crate) fn priced(&self, product: &Product) -> Result<f64, Refusal> {
        if product.on_request {
            let id = &product.product_id;
            let says =
                format!("Product '{id}' has no base_cpm or floor_cpm; avails cannot be priced.");
            return Err(Refusal::words(422, says));
        }
        Ok(self.list(product))
    }

    /// What the price of this kind of deal is called.
    pub(crate) fn pricing_type(&self, deal_type: DealType) -> &'static str {
        let is_floor = deal_type == DealType::Auction
            && self.spec.behaviour.auction_price == AuctionPrice::Floor;
        if is_floor { "floor" } else { "fixed" }
    }

    /// The auction type that goes on a deal of this kind.
    pub(crate) fn auction_type(&self, deal_type: DealType) -> u8 {
        match deal_type {
            DealType::Guaranteed | DealType::Preferred => self.spec.behaviour.fixed_price_at,
            DealType::Auction | DealType::Curated => 3,
        }
    }

    /// The product of this id.
    pub(crate) fn product(&self, product_id: &str) -> Option<&Product> {
        self.spec.product(product_id)
    }

    /// A deal, for anyone who knows its id.
    pub(crate) fn deal(&self, deal_id: &str) -> Result<&Deal, Refusal> {
        self.deals.get(deal_id).ok_or_else(|| {
            Refusal::coded(404, "deal_not_found", format!("Deal '{deal_id}' not found."))
        })
    }

    /// The talks about a quote or proposal.
    pub(crate) fn negotiation(&self, subject: &str) -> Result<&Negotiation, Refusal> {
        self.negotiations
            .get(subject)
            .ok_or_else(|| Refusal::words(404, "No negotiation found for this proposal"))
    }
}
