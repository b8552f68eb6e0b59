//! AVAILS: what a seller says it could deliver of a product.

use jiff::civil::Date;
use serde::Serialize;

use super::{Missing, cost, cpm, told};
use crate::domain::{Avails, AvailsStatus, SellerName};

/// What could be had of each seller.
#[derive(Debug, Serialize)]
pub(crate) struct AvailsListDoc {
    /// First day that was asked for.
    pub(crate) flight_start: Date,
    /// Last day that was asked for.
    pub(crate) flight_end: Date,
    /// Impressions wanted.
    pub(crate) impressions: Option<u64>,
    pub(crate) items: Vec<AvailsDoc>,
    pub(crate) partial: Vec<Missing>,
}

/// AVAILS.
#[derive(Debug, Serialize)]
pub(crate) struct AvailsDoc {
    pub(crate) seller: String,
    pub(crate) product_id: String,
    pub(crate) product_name: Option<String>,
    /// Our word: `available`, `partial`, `unavailable`, `other`.
    pub(crate) status: AvailsStatus,
    /// The seller's own word.
    pub(crate) raw_status: Option<String>,
    pub(crate) available_impressions: Option<u64>,
    pub(crate) guaranteed_impressions: Option<u64>,
    /// At list.
    pub(crate) estimated_cpm: Option<String>,
    /// Of those that can be had, at list.
    pub(crate) total_cost: Option<String>,
    pub(crate) currency: Option<String>,
    /// Why not, in the seller's word.
    pub(crate) reason: Option<String>,
    /// The days that the seller speaks of, as it writes them.
    pub(crate) flight_start: Option<String>,
    pub(crate) flight_end: Option<String>,
    pub(crate) targeting: Vec<String>,
}

impl AvailsDoc {
    pub(crate) fn new(seller: &SellerName, name: Option<String>, avails: &Avails) -> Self {
        let priced = avails.estimated_cpm.map(|cpm| cpm.currency());
        let currency = priced.or(avails.total_cost.map(|cost| cost.currency()));
        Self {
            seller: seller.0.clone(),
            product_id: avails.product_id.0.clone(),
            product_name: name,
            status: avails.status,
            raw_status: told(&avails.raw_status),
            available_impressions: avails.available,
            guaranteed_impressions: avails.guaranteed,
            estimated_cpm: cpm(avails.estimated_cpm),
            total_cost: cost(avails.total_cost),
            currency: currency.map(|currency| currency.to_string()),
            reason: avails.reason.clone(),
            flight_start: avails.flight_start.clone(),
            flight_end: avails.flight_end.clone(),
            targeting: avails.targeting.clone(),
        }
    }
}
