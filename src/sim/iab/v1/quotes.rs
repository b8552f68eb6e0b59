//! Quotes on the wire.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    domain::{DealType, Tier},
    sim::iab::{
        exchange::Request,
        market::{Market, Quote, QuoteAsk},
        price::percent,
        wire::{
            Answer,
            body::{Body, parse},
            holder, json, stamp,
        },
    },
};

#[derive(Serialize)]
pub(super) struct ProductView<'a> {
    product_id: &'a str,
    name: &'a str,
    inventory_type: &'a str,
}

#[derive(Serialize)]
pub(super) struct PricingView<'a> {
    pricing_type: &'static str,
    base_cpm: f64,
    tier_discount_pct: f64,
    volume_discount_pct: f64,
    final_cpm: f64,
    currency: &'a str,
    pricing_model: &'static str,
    rationale: &'a str,
}

#[derive(Serialize)]
pub(super) struct Terms<'a> {
    impressions: Option<i64>,
    flight_start: &'a str,
    flight_end: &'a str,
    guaranteed: bool,
}

#[derive(Serialize)]
struct Availability {
    inventory_available: bool,
    estimated_fill_rate: f64,
    competing_demand: &'static str,
}

#[derive(Serialize)]
struct View<'a> {
    quote_id: &'a str,
    status: &'static str,
    product: ProductView<'a>,
    pricing: PricingView<'a>,
    terms: Terms<'a>,
    availability: Availability,
    deal_type: DealType,
    buyer_tier: Tier,
    expires_at: String,
    seller_id: &'a str,
    created_at: String,
    deal_id: Option<&'a str>,
}

/// The parts that a quote and its deal have in common.
pub(super) fn parts<'a>(
    market: &Market,
    quote: &'a Quote,
) -> (ProductView<'a>, PricingView<'a>, Terms<'a>) {
    let product = ProductView {
        product_id: &quote.product_id,
        name: &quote.product_name,
        inventory_type: &quote.inventory_type,
    };
    let pricing = PricingView {
        pricing_type: market.pricing_type(quote.deal_type),
        base_cpm: quote.priced.base,
        tier_discount_pct: percent(quote.priced.tier_share),
        volume_discount_pct: percent(quote.priced.volume_share),
        final_cpm: quote.final_cpm,
        currency: quote.currency,
        pricing_model: "cpm",
        rationale: &quote.priced.rationale,
    };
    let terms = Terms {
        impressions: quote.impressions,
        flight_start: &quote.flight_start,
        flight_end: &quote.flight_end,
        guaranteed: quote.deal_type.is_guaranteed(),
    };
    (product, pricing, terms)
}

fn view(market: &Market, quote: &Quote) -> Answer {
    let (product, pricing, terms) = parts(market, quote);
    json(&View {
        quote_id: &quote.id,
        status: quote.status.word(),
        product,
        pricing,
        terms,
        // Constants at the stock seller too: it never looks at other bookings.
        availability: Availability {
            inventory_available: true,
            estimated_fill_rate: 0.95,
            competing_demand: "moderate",
        },
        deal_type: quote.deal_type,
        buyer_tier: quote.tier,
        expires_at: stamp(quote.expires_at),
        seller_id: &market.spec.seller_id,
        created_at: stamp(quote.created_at),
        deal_id: quote.deal_id.as_deref(),
    })
}

pub(in crate::sim) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let mut ask = QuoteAsk {
        product_id: body.text("product_id"),
        deal_type: body.text("deal_type"),
        impressions: body.optional_count("impressions"),
        flight_start: body.optional_text("flight_start"),
        flight_end: body.optional_text("flight_end"),
        target: body.optional_number("target_cpm"),
        who: body.who("buyer_identity"),
    };
    body.done()?;
    if let Some(who) = held {
        ask.who = who;
    }
    let quote = market.quote(ask, now)?.clone();
    view(market, &quote)
}

pub(in crate::sim) fn read(market: &Market, quote_id: &str, now: Timestamp) -> Answer {
    view(market, market.read_quote(quote_id, now)?)
}
