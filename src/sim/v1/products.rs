//! Products with their list prices, and a price without a quote.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    errors::Failure,
    holder, json,
};
use crate::{
    domain::DealType,
    sim::{
        exchange::Request,
        market::Market,
        price::{compute, double},
        spec::Product,
    },
};

#[derive(Serialize)]
struct Products<'a> {
    products: Vec<View<'a>>,
}

#[derive(Serialize)]
struct View<'a> {
    product_id: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    inventory_type: &'a str,
    base_cpm: f64,
    floor_cpm: f64,
    deal_types: Vec<&'static str>,
}

fn view<'a>(market: &Market, product: &'a Product) -> View<'a> {
    View {
        product_id: &product.product_id,
        name: &product.name,
        description: product.description.as_deref(),
        inventory_type: &product.inventory_type,
        base_cpm: market.list(product),
        floor_cpm: double(product.floor),
        deal_types: product.deal_types.iter().map(|&kind| long_name(kind)).collect(),
    }
}

fn long_name(kind: DealType) -> &'static str {
    match kind {
        DealType::Guaranteed => "programmaticguaranteed",
        DealType::Preferred => "preferreddeal",
        DealType::Auction => "privateauction",
    }
}

pub(super) fn products(market: &Market) -> Answer {
    let products = market.spec.products.iter().map(|product| view(market, product)).collect();
    json(&Products { products })
}

pub(super) fn product(market: &Market, product_id: &str) -> Answer {
    json(&view(market, find(market, product_id)?))
}

fn find<'a>(market: &'a Market, product_id: &str) -> Result<&'a Product, Failure> {
    market.product(product_id).ok_or_else(|| Failure::words(404, "Product not found"))
}

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

pub(super) fn pricing(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let product_id = body.text("product_id");
    let claimed = body.claim();
    let volume = body.optional_count("volume").unwrap_or(0);
    body.done()?;
    let tier = held.or(claimed).unwrap_or_default().tier();
    let product = find(market, &product_id)?;
    let priced = compute(market.list(product), tier, tier, volume, &market.spec.volume);
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
