//! The seller's card, and its greeting at `/`.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Answer, json};
use crate::sim::iab::{exchange::Request, market::Market, spec::Dialect};

/// The release of the v2 seller agent that is simulated.
const VERSION: &str = "2.4.2";

pub(super) fn root(market: &Market) -> Answer {
    match market.spec.dialect {
        Dialect::V1 => {
            json(&json!({"name": market.spec.title, "version": "0.1.0", "status": "running"}))
        }
        Dialect::V2 => {
            json(&json!({"name": "Ad Seller System API", "version": VERSION, "docs": "/docs"}))
        }
    }
}

pub(super) fn card(market: &Market, request: &Request) -> Answer {
    let spec = &market.spec;
    let url = format!("http://{}", request.header("host").unwrap_or("localhost"));
    let types: BTreeSet<&str> =
        spec.products.iter().map(|product| product.inventory_type.as_str()).collect();
    let skill = |id: &str, name: &str, description: &str, tags: &[&str]| json!({"id": id, "name": name, "description": description, "tags": tags});
    json(&json!({
        "name": spec.title,
        "description": spec.about,
        "url": url,
        "version": if spec.dialect == Dialect::V2 { VERSION } else { "0.1.0" },
        "provider": {"name": spec.title, "url": url, "description": null},
        "capabilities": {
            "protocols": ["opendirect21"],
            "streaming": false,
            "push_notifications": false,
        },
        "skills": [
            skill("discovery", "Inventory", "Search the media kit", &["inventory", "media-kit"]),
            skill("pricing", "Tiered pricing", "Prices by identity and volume", &["pricing", "cpm"]),
            skill("negotiation", "Negotiation", "Negotiation about a price", &["negotiation", "deals"]),
            skill("deals", "Deals", "Deal ids for activation in a DSP", &["deals", "openrtb"]),
        ],
        "authentication": {"schemes": ["api_key", "bearer"], "credentials_url": null},
        "inventory_types": types,
        "supported_deal_types": ["pg", "pmp", "preferred_deal", "private_auction"],
        "contact": null,
        "tos_url": null,
        "audience_capabilities": {
            "schema_version": "1",
            "standard_taxonomy_versions": ["1.1"],
            "contextual_taxonomy_versions": ["3.1"],
            "agentic": {"supported": false},
            "supports_constraints": true,
            "supports_extensions": false,
            "supports_exclusions": false,
            "max_refs_per_role": {"primary": 1, "constraints": 3, "extensions": 0, "exclusions": 0},
            "taxonomy_lock_hashes": {
                "audience": "sha256:0216547402f3dc028f5ec1bb78c648eed68a81ea3b3b94862e6f6caa9db3ad3b",
                "content": "sha256:7212cdc496ba347a03e703b1932bdcdd4fd29089b058f4edeb4d3da1f1222ea7",
            },
        },
    }))
}
