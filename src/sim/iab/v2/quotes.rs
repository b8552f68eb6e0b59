//! Quotes on the wire: in an envelope, money in micros, an idempotency key on each.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::money::Money;
use crate::{
    domain::{DealType, Tier},
    sim::iab::{
        exchange::Request,
        keys::Who,
        market::{Market, Quote, QuoteAsk, Refusal, Surface, WhatWasDone},
        price::percent,
        wire::{
            Answer,
            body::{Body, parse},
            errors::Failure,
            holder, json, stamp, trusted,
        },
    },
};

/// What every field that no seller fills holds.
type Nothing = Option<bool>;

#[derive(Serialize)]
struct Envelope<'a> {
    quote: View<'a>,
}

#[derive(Serialize)]
pub(super) struct ProductView<'a> {
    product_id: &'a str,
    name: &'a str,
    inventory_type: &'a str,
}

#[derive(Serialize)]
pub(super) struct PricingView<'a> {
    pricing_type: &'static str,
    base_cpm: Money,
    tier_discount_pct: f64,
    volume_discount_pct: f64,
    final_cpm: Money,
    pricing_model: &'static str,
    rationale: &'a str,
    base_cpp: Nothing,
    final_cpp: Nothing,
}

#[derive(Serialize)]
pub(super) struct Terms<'a> {
    impressions: Option<i64>,
    flight_start: &'a str,
    flight_end: &'a str,
    guaranteed: bool,
    grps: Nothing,
    guaranteed_grps: Nothing,
    target_demo: Nothing,
}

#[derive(Serialize)]
struct Availability {
    inventory_available: bool,
    estimated_fill_rate: Nothing,
    competing_demand: Nothing,
}

#[derive(Serialize)]
struct View<'a> {
    quote_id: &'a str,
    status: &'static str,
    deal_type: DealType,
    product: ProductView<'a>,
    pricing: PricingView<'a>,
    terms: Terms<'a>,
    availability: Availability,
    buyer_tier: Tier,
    rate_card_id: Nothing,
    expires_at: String,
    seller_id: &'a str,
    created_at: String,
    deal_id: Option<&'a str>,
    media_type: &'a str,
    linear_tv: Nothing,
    consent_context: Nothing,
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
        base_cpm: Money::new(quote.priced.base, quote.currency),
        tier_discount_pct: percent(quote.priced.tier_share),
        volume_discount_pct: percent(quote.priced.volume_share),
        final_cpm: Money::new(quote.final_cpm, quote.currency),
        pricing_model: "cpm",
        rationale: &quote.priced.rationale,
        base_cpp: None,
        final_cpp: None,
    };
    let terms = Terms {
        impressions: quote.impressions,
        flight_start: &quote.flight_start,
        flight_end: &quote.flight_end,
        guaranteed: quote.deal_type.is_guaranteed(),
        grps: None,
        guaranteed_grps: None,
        target_demo: None,
    };
    (product, pricing, terms)
}

fn view(market: &Market, quote: &Quote, media_type: &str) -> Answer {
    let (product, pricing, terms) = parts(market, quote);
    let capacity = market.product(&quote.product_id).and_then(|product| product.available);
    let asked = quote.impressions.unwrap_or(0);
    json(&Envelope {
        quote: View {
            quote_id: &quote.id,
            status: quote.status.word(),
            deal_type: quote.deal_type,
            product,
            pricing,
            terms,
            availability: Availability {
                inventory_available: capacity.is_none_or(|most| asked <= most),
                estimated_fill_rate: None,
                competing_demand: None,
            },
            buyer_tier: quote.tier,
            rate_card_id: None,
            expires_at: stamp(quote.expires_at),
            seller_id: &market.spec.seller_id,
            created_at: stamp(quote.created_at),
            deal_id: quote.deal_id.as_deref(),
            media_type,
            linear_tv: None,
            consent_context: None,
        },
    })
}

/// Whose keys these are: the holder's, or whoever the body names, who share one space if they are
/// nobody.
pub(super) fn scope(held: Option<&Who>, said: &Who) -> String {
    held.unwrap_or(said).name()
}

pub(in crate::sim) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let key = body.key("idempotency_key");
    let product_id = body.text("product_id");
    let deal_type = body.choice("deal_type", &["PG", "PD", "PA"]);
    let impressions = body.optional_count_from("impressions", 0);
    let flight_start = body.optional_day("flight_start");
    let flight_end = body.optional_day("flight_end");
    let target = body.optional_money("target_cpm");
    let said = body.who("buyer_identity");
    let agent = body.optional_text("agent_url");
    let media_type = body.choice_or_first("media_type", &["digital", "ctv", "linear_tv"]);
    if media_type == "linear_tv" && body.any("linear_tv").is_null() {
        body.contradicts("media_type 'linear_tv' requires linear_tv params");
    }
    body.done()?;
    let who = trusted(held.as_ref(), agent.as_deref());
    let buyer = scope(held.as_ref(), &said);
    let ask =
        QuoteAsk { product_id, deal_type, impressions, flight_start, flight_end, target, who };
    let asked = json!({
        "product_id": ask.product_id, "deal_type": ask.deal_type, "impressions": ask.impressions,
        "flight_start": ask.flight_start, "flight_end": ask.flight_end, "target_cpm": ask.target,
        "buyer_identity": said, "agent_url": agent, "media_type": media_type,
    });
    if let Some(WhatWasDone::Made(quote_id)) =
        market.recall(Surface::Quotes, (&buyer, &key), &asked, now)?
    {
        return read(market, &quote_id, now);
    }
    if media_type == "linear_tv" {
        return Err(no_linear_tv().into());
    }
    let quote = market.quote(ask, now)?.clone();
    let done = (asked, WhatWasDone::Made(quote.id.clone()));
    market.remember(Surface::Quotes, (&buyer, &key), done, now);
    view(market, &quote, &media_type)
}

fn no_linear_tv() -> Refusal {
    let detail: Value = json!({
        "error": "unsupported_capability",
        "message": "Seller does not support media_type 'linear_tv'.",
        "unsupported": [{"capability": "linear_tv", "path": "media_type", "reason": ""}],
    });
    Refusal::Told { status: 400, detail }
}

pub(in crate::sim) fn read(market: &Market, quote_id: &str, now: Timestamp) -> Answer {
    // What was said of the medium is not kept: every quote that is read is digital.
    view(market, market.read_quote(quote_id, now).map_err(Failure::from)?, "digital")
}
