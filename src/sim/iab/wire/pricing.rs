//! A price without a quote: shares of one and floats in both dialects.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    catalogued, holder, json, trusted,
};
use crate::sim::iab::{exchange::Request, market::Market, price::compute, spec::Dialect};

#[derive(Serialize)]
struct Unquoted<'a> {
    product_id: &'a str,
    base_price: f64,
    final_price: f64,
    currency: &'static str,
    /// Shares of one here, percents in quotes.
    tier_discount: f64,
    volume_discount: f64,
    rationale: String,
}

pub(super) fn price(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let is_v1 = market.spec.dialect == Dialect::V1;
    let product_id = body.text("product_id");
    let claimed = body.claim();
    let volume = body.optional_count("volume").unwrap_or(0);
    let agent = body.optional_text("agent_url");
    body.done()?;
    let who = if is_v1 { held.or(claimed) } else { Some(trusted(held.as_ref(), agent.as_deref())) };
    let tier = who.unwrap_or_default().tier();
    let product = catalogued(market, &product_id)?;
    let list = market.priced(product)?;
    let priced = compute(list, tier, tier, volume, &market.spec.volume);
    json(&Unquoted {
        product_id: &product.product_id,
        base_price: priced.base,
        final_price: priced.price,
        currency: "USD",
        tier_discount: priced.tier_share,
        volume_discount: priced.volume_share,
        rationale: priced.rationale,
    })
}
