//! Products with their list prices.

use serde::Serialize;

use crate::{
    domain::DealType,
    sim::iab::{
        market::Market,
        price::double,
        spec::Product,
        wire::{Answer, catalogued, json},
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
        DealType::Curated => "curateddeal",
    }
}

pub(in crate::sim) fn products(market: &Market) -> Answer {
    let products = market.spec.products.iter().map(|product| view(market, product)).collect();
    json(&Products { products })
}

pub(in crate::sim) fn product(market: &Market, product_id: &str) -> Answer {
    json(&view(market, catalogued(market, product_id)?))
}
