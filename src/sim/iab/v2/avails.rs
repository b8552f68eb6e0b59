//! Avails, in both forms that v2 takes: the older one about one product, and OpenDirect's about many.
//!
//! Other bookings are never looked at, and only list prices are told, as at the real seller.

use serde::Serialize;
use serde_json::{Value, json};

use crate::sim::iab::{
    exchange::Request,
    market::Market,
    spec::Product,
    wire::{
        Answer,
        body::{Body, parse},
        catalogued,
        errors::Failure,
        json,
    },
};

/// What the framework calls the two forms where it tells what is missing.
const FORMS: [(&str, &[&str]); 2] = [
    (
        "function-after[_end_after_start(), ProductAvailsSearch]",
        &["productids", "accountid", "advertiserbrandid", "startdate", "enddate"],
    ),
    ("function-after[_end_after_start(), AvailsRequest]", &["productid", "startdate", "enddate"]),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One<'a> {
    productid: &'a str,
    available_impressions: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    guaranteed_impressions: Option<i64>,
    estimated_cpm: f64,
    total_cost: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    available_targeting: Vec<&'a str>,
}

/// How many impressions there are for an ask.
fn there(product: &Product, asked: i64) -> i64 {
    product.available.map_or(asked, |most| asked.min(most))
}

pub(in crate::sim) fn avails(market: &Market, request: &Request) -> Answer {
    let whole = parse(request)?;
    let has = |name: &str| whole.get(name).is_some();
    if has("productids") {
        return many(market, &whole);
    }
    if has("productid") || has("product_id") {
        return one(market, whole);
    }
    let mut problems = Vec::new();
    for (form, fields) in FORMS {
        for field in fields.iter().filter(|field| !has(field)) {
            problems.push(json!({
                "type": "missing",
                "loc": ["body", form, field],
                "msg": "Field required",
                "input": whole,
            }));
        }
    }
    Err(Failure::Invalid(problems))
}

fn one(market: &Market, whole: Value) -> Answer {
    let mut body = Body::open(whole)?;
    let mut either = |old: &str, new: &str| {
        let name = if body.has(old) { old } else { new };
        body.text(name)
    };
    let product_id = either("product_id", "productid");
    let (start, end) = (either("start_date", "startdate"), either("end_date", "enddate"));
    let asked = body.optional_count_from("requestedImpressions", 0);
    if end < start {
        body.contradicts("enddate must not be before startdate");
    }
    body.done()?;
    let product = catalogued(market, &product_id)?;
    let list = market.priced(product)?;
    let available = there(product, asked.unwrap_or(product.minimum_impressions));
    let targeting = [&product.audience, &product.content].into_iter().flatten();
    let mut names: Vec<&str> =
        targeting.flat_map(|dimensions| dimensions.keys()).map(String::as_str).collect();
    names.sort_unstable();
    json(&One {
        productid: &product.product_id,
        available_impressions: available,
        guaranteed_impressions: product.available.map(|_| available),
        estimated_cpm: list,
        total_cost: list * whole_number(available) / 1000.0,
        available_targeting: names,
    })
}

fn many(market: &Market, whole: &Value) -> Answer {
    let mut body = Body::open(whole.clone())?;
    let account = body.text("accountid");
    body.text("advertiserbrandid");
    let (start, end) = (body.text("startdate"), body.text("enddate"));
    if end < start {
        body.contradicts("enddate must not be before startdate");
    }
    body.done()?;
    let ids = whole.get("productids").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut rows = Vec::new();
    for id in ids.iter().filter_map(Value::as_str) {
        let product = catalogued(market, id)?;
        let list = market.priced(product)?;
        let least = product.minimum_impressions;
        let available = there(product, least);
        let status = match available {
            0 => json!({"status": "Unavailable", "reason": "Booked", "producttargeting": []}),
            some => {
                let word = if some < least { "Partially Available" } else { "Available" };
                json!({"status": word, "producttargeting": [{
                    "name": "Inventory",
                    "type": "Audience",
                    "datasource": "iab-agentic-primitives",
                    "target": "impressions",
                    "targetvalues": [some.to_string()],
                    "selectable": false,
                    "count": whole_number(some),
                }]})
            }
        };
        rows.push(json!({
            "productid": id,
            "accountid": account,
            "availability": available,
            "availsstatus": status,
            "currency": "USD",
            "price": list,
            "startdate": start,
            "enddate": end,
        }));
    }
    json(&json!({"avails": rows}))
}

/// A count as the double that the real seller computes with.
fn whole_number(count: i64) -> f64 {
    count.to_string().parse().unwrap_or_default()
}
