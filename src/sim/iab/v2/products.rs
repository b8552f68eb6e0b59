//! Products in pages, their prices as money or on request.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::money::Money;
use crate::{
    domain::DealType,
    sim::iab::{
        exchange::Request,
        market::Market,
        price::double,
        spec::Product,
        wire::{Answer, catalogued, errors::Failure, json},
    },
};

#[derive(Serialize)]
struct Page<'a> {
    products: Vec<View<'a>>,
    total_count: usize,
    limit: usize,
    offset: usize,
}

type Targeting<'a> = Option<&'a BTreeMap<String, Vec<String>>>;

#[derive(Serialize)]
struct View<'a> {
    product_id: &'a str,
    seller_organization_id: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    base_price: Option<Money>,
    pricing_type: &'static str,
    pricing_model: &'static str,
    delivery_type: &'static str,
    domain: Option<&'a str>,
    ad_formats: [&'a str; 1],
    audience_targeting: Targeting<'a>,
    ad_product_targeting: Targeting<'a>,
    content_targeting: Targeting<'a>,
    available_impressions: Option<i64>,
    commercial_terms: Option<&'a str>,
    ext: Extension<'a>,
}

#[derive(Serialize)]
struct Extension<'a> {
    inventory_type: &'a str,
    /// Dollars, not money, at the real seller too.
    floor_cpm: Option<f64>,
    minimum_impressions: i64,
    deal_types: &'a [DealType],
    audience_capabilities: [&'static str; 0],
}

fn view<'a>(market: &'a Market, product: &'a Product) -> View<'a> {
    let priced = !product.on_request;
    View {
        product_id: &product.product_id,
        seller_organization_id: &market.spec.seller_id,
        name: &product.name,
        description: product.description.as_deref(),
        base_price: priced.then(|| Money::dollars(market.list(product))),
        // Constants at the real seller, whatever the product is.
        pricing_type: "fixed",
        pricing_model: "cpm",
        delivery_type: "Guaranteed",
        domain: None,
        ad_formats: [&product.inventory_type],
        audience_targeting: product.audience.as_ref(),
        ad_product_targeting: None,
        content_targeting: product.content.as_ref(),
        available_impressions: product.available,
        commercial_terms: None,
        ext: Extension {
            inventory_type: &product.inventory_type,
            floor_cpm: priced.then(|| double(product.floor)),
            minimum_impressions: product.minimum_impressions,
            deal_types: &product.deal_types,
            audience_capabilities: [],
        },
    }
}

/// One number of the query, within its bounds.
fn bounded(
    request: &Request,
    name: &str,
    (least, most, default): (usize, usize, usize),
) -> Result<usize, Failure> {
    let Some(text) = request.parameter(name) else { return Ok(default) };
    let refused = |kind: &str, says: String, rule: serde_json::Value| {
        let mut problem = json!({"type": kind, "loc": ["query", name], "msg": says, "input": text});
        if !rule.is_null() {
            problem["ctx"] = rule;
        }
        Err(Failure::Invalid(vec![problem]))
    };
    let Ok(number) = text.parse::<i64>() else {
        let says = "Input should be a valid integer, unable to parse string as an integer";
        return refused("int_parsing", says.to_owned(), serde_json::Value::Null);
    };
    match usize::try_from(number) {
        Ok(number) if number > most => {
            let says = format!("Input should be less than or equal to {most}");
            refused("less_than_equal", says, json!({"le": most}))
        }
        Ok(number) if number >= least => Ok(number),
        Ok(_) | Err(_) => {
            let says = format!("Input should be greater than or equal to {least}");
            refused("greater_than_equal", says, json!({"ge": least}))
        }
    }
}

pub(in crate::sim) fn products(market: &Market, request: &Request) -> Answer {
    let limit = bounded(request, "limit", (1, 500, 50))?;
    let offset = bounded(request, "offset", (0, usize::MAX, 0))?;
    let all = &market.spec.products;
    let page = all.iter().skip(offset).take(limit);
    json(&Page {
        products: page.map(|product| view(market, product)).collect(),
        total_count: all.len(),
        limit,
        offset,
    })
}

pub(in crate::sim) fn product(market: &Market, product_id: &str) -> Answer {
    json(&view(market, catalogued(market, product_id)?))
}
