//! What a seller answers to everything, and the numbers that are put in place of its leaves.

use serde_json::{Value, json};

use crate::domain::Ask;

/// What a seller answers, with every leaf that the desk reads.
pub(super) fn sample(asked: &Ask) -> Value {
    let pricing = json!({"base_cpm": 24.0, "tier_discount_pct": 10, "volume_discount_pct": 5,
        "final_cpm": 20.52, "currency": "USD", "pricing_model": "cpm",
        "rationale": "Base price: $24.00 CPM | Agency tier: 10% off | Volume: 5% off"});
    let product = json!({"product_id": "p-1", "name": "CTV Sports", "inventory_type": "ctv"});
    let terms = json!({"impressions": 500_000, "flight_start": "2026-07-01",
        "flight_end": "2026-07-31", "guaranteed": false});
    let round = json!({"negotiation_id": "n", "round_number": 1, "action": "counter",
        "buyer_price": 15.0, "seller_price": 19.0, "currency": "USD", "status": "active",
        "rounds_remaining": 3, "rationale": "room is limited"});
    let order = json!({"order_id": "o", "status": "draft", "deal_id": "D-1", "created_at":
        "2026-06-01T00:00:00Z", "metadata": {"budget": 12.5}, "audit_log": {"current_status":
        "draft", "transitions": [{"to_status": "draft", "timestamp": "2026-06-01T00:00:00Z"}]}});
    match asked {
        Ask::Quote { .. } | Ask::GetQuote(_) => json!({"quote_id": "qt-1", "status": "available",
            "deal_type": "PD", "product": product, "pricing": pricing, "terms": terms,
            "availability": {"inventory_available": true, "estimated_fill_rate": 0.9},
            "buyer_tier": "agency", "expires_at": "2026-06-01T13:00:00Z",
            "created_at": "2026-06-01T12:00:00Z"}),
        Ask::Book { .. } | Ask::GetDeal(_) => json!({"deal_id": "D-1", "deal_type": "PD",
            "status": "active", "quote_id": "qt-1", "product": product, "pricing": pricing,
            "terms": terms, "expires_at": "2026-07-31T00:00:00Z",
            "activation_instructions": {"ttd": "add it"},
            "openrtb_params": {"id": "D-1", "bidfloor": 20.52, "bidfloorcur": "USD", "at": 3,
                "guar": 0, "wseat": ["seat-1"], "wadomain": ["a.example"]}}),
        Ask::Counter { .. } => round,
        Ask::History(..) => json!({"negotiation_id": "n", "status": "active", "max_rounds": 5,
            "rounds": [round]}),
        Ask::Products => json!({"products": [{"product_id": "p-1", "name": "CTV Sports",
            "inventory_type": "ctv", "base_cpm": 24.0, "floor_cpm": 16.0, "currency": "USD",
            "deal_types": ["PD"], "available_impressions": 9_000_000}], "total_count": 1}),
        Ask::Packages | Ask::Search(_) => {
            json!({"packages": [{"package_id": "k-1", "name": "Sports",
            "exact_price": 21.6, "floor_price": 16.0, "currency": "USD", "price_range": "$20-$28",
            "is_featured": true, "device_types": [3], "placements": [{"product_id": "p-1",
            "product_name": "CTV", "weight": 0.7}, {"product_id": "p-2", "weight": 0.3}]}]})
        }
        Ask::Avails(_) => json!({"productid": "p-1", "availableImpressions": 900_000,
            "guaranteedImpressions": 100, "estimatedCpm": 24.0, "totalCost": 12_000.0,
            "currency": "USD", "availsstatus": {"status": "Available"}}),
        Ask::Orders(_) => json!({"orders": [order], "order_id": "o", "status": "draft",
            "change_requests": [{"change_request_id": "c", "order_id": "o", "status": "pending",
                "diffs": [{"field": "impressions", "old_value": 1, "new_value": 2}]}]}),
        Ask::CheckKey => {
            json!({"packages": [], "products": [{"product_id": "p-1", "base_cpm": 24}],
            "tier_discount": 0.1})
        }
        Ask::Probe | Ask::Package(_) => json!({"package_id": "k-1", "name": "a"}),
    }
}

/// The most and the least that a number, an amount or a time can be, as JSON writes it.
pub(super) const EXTREMES: [&str; 26] = [
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "79228162514264337593543950.335",
    "-7e28",
    "1e28",
    "1e18",
    "-1e18",
    "1000000000",
    "999999999.9999999999999999",
    "0.0000000000000000000000000001",
    "1e-28",
    "100",
    "-10000",
    "10000",
    "0",
    "-0.0",
    "18446744073709551615",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967295",
    "\"9999-12-31T23:59:59Z\"",
    "\"-009999-01-02T01:59:59Z\"",
    "\"0001-01-01\"",
    "\"JPY\"",
    "\"KWD\"",
    "null",
];

/// A reply with extremes in place of some of its leaves.
pub(super) fn replaced(mut reply: Value, put: &[(usize, usize)]) -> Value {
    let mut paths = Vec::new();
    leaves(&reply, String::new(), &mut paths);
    for (leaf, extreme) in put {
        let path = &paths[leaf % paths.len()];
        // Without these nothing of it would be read.
        let is_needed = ["_id", "deal_type", "/action"].iter().any(|end| path.ends_with(end));
        if let (Some(value), false) = (reply.pointer_mut(path), is_needed) {
            *value = serde_json::from_str(EXTREMES[extreme % EXTREMES.len()]).unwrap();
        }
    }
    reply
}

fn leaves(value: &Value, path: String, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| leaves(value, format!("{path}/{name}"), into));
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(n, value)| leaves(value, format!("{path}/{n}"), into));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => into.push(path),
    }
}
