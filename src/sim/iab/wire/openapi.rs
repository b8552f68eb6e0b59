//! The seller's own account of its routes: enough to tell the dialects apart by what is served.
//!
//! The version says 1.0.0 in both, as at the real sellers (wire/iab.md, dialect detection).

use serde_json::{Map, Value, json};

use super::{Answer, Route, json};
use crate::sim::iab::{market::Market, spec::Dialect};

/// Every path, with the names that the real document gives its parameters.
const PATHS: [&str; 33] = [
    "/",
    "/health",
    "/.well-known/agent.json",
    "/media-kit",
    "/media-kit/packages",
    "/media-kit/packages/{package_id}",
    "/media-kit/search",
    "/packages",
    "/packages/{package_id}",
    "/products",
    "/products/avails",
    "/products/{product_id}",
    "/pricing",
    "/proposals",
    "/proposals/{proposal_id}/counter",
    "/proposals/{proposal_id}/negotiation",
    "/api/v1/negotiations/messages",
    "/api/v1/quotes",
    "/api/v1/quotes/{quote_id}",
    "/api/v1/deals",
    "/api/v1/deals/{deal_id}",
    "/api/v1/orders",
    "/api/v1/orders/{order_id}",
    "/api/v1/orders/{order_id}/history",
    "/api/v1/orders/{order_id}/audit",
    "/api/v1/orders/{order_id}/transition",
    "/api/v1/change-requests",
    "/api/v1/change-requests/{cr_id}",
    "/api/v1/change-requests/{cr_id}/review",
    "/api/v1/change-requests/{cr_id}/apply",
    "/auth/api-keys",
    "/auth/api-keys/{key_id}",
    "/openapi.json",
];

/// A path that only looks like another one: in v1, `avails` is read as the id of a product.
fn is_its_own(path: &str, dialect: Dialect) -> bool {
    dialect == Dialect::V2 || path != "/products/avails"
}

pub(super) fn document(market: &Market) -> Answer {
    let dialect = market.spec.dialect;
    let mut paths = Map::new();
    for path in PATHS {
        let Some(route) = Route::of(path, dialect) else { continue };
        // The document does not list itself.
        if route == Route::OpenApi || !is_its_own(path, dialect) {
            continue;
        }
        let methods = route.methods().iter().map(|method| {
            let answers = json!({"200": {"description": "Successful Response"}});
            (method.to_lowercase(), json!({"responses": answers}))
        });
        paths.insert(path.to_owned(), Value::Object(methods.collect()));
    }
    json(&json!({
        "openapi": "3.1.0",
        "info": {"title": "Ad Seller System API", "version": "1.0.0"},
        "paths": paths,
    }))
}
