//! QUOTE: a seller's price for so many impressions, with what became of it.

use jiff::Timestamp;
use serde::Serialize;

use super::{Missing, cost, cpm, currency, negotiation::NegotiationDoc, percent, told};
use crate::{
    desk::QuoteRecord,
    domain::{Availability, Pricing, ProductRef, QuoteStatus, Skew, Terms},
};

/// QUOTE.
#[derive(Debug, Serialize)]
pub(crate) struct QuoteDoc {
    pub(crate) quote_id: String,
    pub(crate) seller: String,
    /// `available`, `booked`, `expired`, `declined`, `other`.
    pub(crate) status: String,
    /// The seller's own word.
    pub(crate) raw_status: Option<String>,
    /// Where it stands on the desk.
    pub(crate) stage: String,
    pub(crate) deal_type: String,
    pub(crate) product: ProductDoc,
    pub(crate) pricing: PricingDoc,
    pub(crate) terms: TermsDoc,
    pub(crate) availability: Option<AvailabilityDoc>,
    pub(crate) buyer_tier: Option<String>,
    pub(crate) expires_at: Timestamp,
    /// On the seller's clock; `null` once it cannot be booked.
    pub(crate) seconds_left: Option<i64>,
    pub(crate) cost: Option<String>,
    /// Whether the price follows from its parts; not computed yet.
    pub(crate) proof: Option<()>,
    pub(crate) negotiation: Option<NegotiationDoc>,
    pub(crate) rfq: Option<String>,
    /// The price agreed for it, here or in the quote it replaced.
    pub(crate) agreed_cpm: Option<String>,
    pub(crate) replaces: Option<String>,
    pub(crate) replaced_by: Option<String>,
    pub(crate) deal_id: Option<String>,
    pub(crate) received_at: Timestamp,
}

/// What is bought.
#[derive(Debug, Serialize)]
pub(crate) struct ProductDoc {
    pub(crate) product_id: String,
    pub(crate) name: Option<String>,
    pub(crate) inventory_type: Option<String>,
}

/// How the price came about.
#[derive(Debug, Serialize)]
pub(crate) struct PricingDoc {
    pub(crate) base_cpm: Option<String>,
    pub(crate) tier_discount_pct: Option<String>,
    pub(crate) volume_discount_pct: Option<String>,
    pub(crate) final_cpm: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) pricing_model: Option<String>,
    pub(crate) rationale: Option<String>,
}

/// How much and when.
#[derive(Debug, Serialize)]
pub(crate) struct TermsDoc {
    pub(crate) impressions: Option<u64>,
    pub(crate) flight_start: Option<String>,
    pub(crate) flight_end: Option<String>,
    pub(crate) guaranteed: bool,
}

/// Avails.
#[derive(Debug, Serialize)]
pub(crate) struct AvailabilityDoc {
    pub(crate) inventory_available: Option<bool>,
    pub(crate) estimated_fill_rate: Option<String>,
    pub(crate) competing_demand: Option<String>,
}

/// Quotes asked for together.
#[derive(Debug, Serialize)]
pub(crate) struct RfqDoc {
    pub(crate) rfq: String,
    pub(crate) items: Vec<QuoteDoc>,
    /// The cheapest quote that can be booked; not ranked yet.
    pub(crate) best: Option<String>,
    /// The runner-up; not ranked yet.
    pub(crate) cover: Option<String>,
    pub(crate) partial: Vec<Missing>,
}

/// QUOTE with where it was read.
#[derive(Debug, Serialize)]
pub(crate) struct Sourced<T> {
    #[serde(flatten)]
    pub(crate) body: T,
    /// `seller` or `store`.
    pub(crate) source: &'static str,
}

impl QuoteDoc {
    pub(crate) fn new(record: &QuoteRecord, skew: Option<Skew>, now: Timestamp) -> Self {
        let quote = &record.quote;
        let left = Skew::left(skew, quote.expires_at, now).as_secs();
        Self {
            quote_id: quote.quote_id.0.clone(),
            seller: quote.seller.0.clone(),
            status: quote.status.to_string(),
            raw_status: told(&quote.raw_status),
            stage: record.stage().to_string(),
            deal_type: quote.deal_type.to_string(),
            product: ProductDoc::new(&quote.product),
            pricing: PricingDoc::new(&quote.pricing),
            terms: TermsDoc::new(&quote.terms),
            availability: quote.availability.as_ref().map(AvailabilityDoc::new),
            buyer_tier: quote.buyer_tier.map(|tier| tier.to_string()),
            expires_at: quote.expires_at,
            seconds_left: (quote.status == QuoteStatus::Available && left > 0).then_some(left),
            cost: cost(quote.cost()),
            proof: None,
            negotiation: record.negotiation.as_ref().map(NegotiationDoc::new),
            rfq: record.rfq.as_ref().map(|rfq| rfq.0.clone()),
            agreed_cpm: cpm(record.agreed),
            replaces: record.requote_of.as_ref().map(|id| id.0.clone()),
            replaced_by: record.replaced_by.as_ref().map(|id| id.0.clone()),
            deal_id: record.deal.as_ref().or(quote.deal_id.as_ref()).map(|id| id.0.clone()),
            received_at: record.received_at,
        }
    }
}

impl ProductDoc {
    pub(crate) fn new(product: &ProductRef) -> Self {
        Self {
            product_id: product.product_id.0.clone(),
            name: told(&product.name),
            inventory_type: told(&product.inventory_type),
        }
    }
}

impl PricingDoc {
    pub(crate) fn new(pricing: &Pricing) -> Self {
        Self {
            base_cpm: cpm(pricing.base_cpm),
            tier_discount_pct: percent(pricing.tier_discount_pct),
            volume_discount_pct: percent(pricing.volume_discount_pct),
            final_cpm: cpm(pricing.final_cpm),
            currency: currency(&[pricing.final_cpm, pricing.base_cpm]),
            pricing_model: told(&pricing.pricing_model),
            rationale: told(&pricing.rationale),
        }
    }
}

impl TermsDoc {
    pub(crate) fn new(terms: &Terms) -> Self {
        Self {
            impressions: terms.impressions,
            flight_start: terms.flight_start.clone(),
            flight_end: terms.flight_end.clone(),
            guaranteed: terms.guaranteed,
        }
    }
}

impl AvailabilityDoc {
    fn new(availability: &Availability) -> Self {
        Self {
            inventory_available: availability.inventory_available,
            estimated_fill_rate: percent(availability.estimated_fill_rate),
            competing_demand: availability.competing_demand.clone(),
        }
    }
}
