//! Compares an answer with a recorded one: the same keys and kinds everywhere, and the same values
//! where nothing is minted.

use serde_json::Value;

/// Minted by whoever answers, or by the time it answers at.
const MINTED: [&str; 23] = [
    "quote_id",
    "deal_id",
    "id",
    "negotiation_id",
    "proposal_id",
    "order_id",
    "change_request_id",
    "transition_id",
    "requested_at",
    "approved_at",
    "created_at",
    "expires_at",
    "timestamp",
    "started_at",
    "completed_at",
    "key_id",
    "api_key",
    "key_prefix_hint",
    "activation_instructions",
    // Recorded packages name products that can not be quoted; ours name their own.
    "placements",
    "ctx",
    "url",
    "ttd",
];

/// Null here and a value there: the contract says optional.
const OPTIONAL: [&str; 10] = [
    "deal_id",
    "completed_at",
    "expires_at",
    "last_used_at",
    "seat_id",
    "seat_name",
    "dsp_platform",
    "agency_id",
    "agency_name",
    "advertiser_id",
];

/// What the simulated sellers tell on top, so that the guide's own client works with them.
const EXTRA: [&str; 1] = ["seller_name"];

/// In what `got` differs from `recorded`; empty where it does not.
pub(crate) fn differences(recorded: &Value, got: &Value, values: bool) -> Vec<String> {
    let mut found = Vec::new();
    compare("", "", recorded, got, values, &mut found);
    found
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn compare(
    path: &str,
    name: &str,
    recorded: &Value,
    got: &Value,
    values: bool,
    found: &mut Vec<String>,
) {
    let values = values && !MINTED.contains(&name);
    match (recorded, got) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let path = format!("{path}.{key}");
                match new.get(key) {
                    Some(other) => compare(&path, key, value, other, values, found),
                    None => found.push(format!("{path} is missing")),
                }
            }
            for key in new.keys().filter(|key| !old.contains_key(*key)) {
                if !EXTRA.contains(&key.as_str()) {
                    found.push(format!("{path}.{key} is not in the recording"));
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if values => {
            if old.len() != new.len() {
                found.push(format!("{path}: {} in the recording, {} here", old.len(), new.len()));
            }
            for (place, (value, other)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{place}]"), name, value, other, values, found);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            if let Some(first) = old.first() {
                for (place, other) in new.iter().enumerate() {
                    compare(&format!("{path}[{place}]"), name, first, other, values, found);
                }
            }
        }
        (Value::Null, _) | (_, Value::Null) if OPTIONAL.contains(&name) => {}
        (old, new) if kind(old) != kind(new) => {
            found.push(format!("{path}: {} in the recording, {} here", kind(old), kind(new)));
        }
        // 13 and 13.0 are two kinds of number on the wire.
        (Value::Number(old), Value::Number(new)) if whole(old) != whole(new) => {
            found.push(format!("{path}: {old} in the recording, {new} here"));
        }
        (Value::String(old), Value::String(new)) if masked(old) == masked(new) => {}
        (old, new) if values && old != new => {
            found.push(format!("{path}: {old} in the recording, {new} here"));
        }
        _ => {}
    }
}

/// A text without the ids that are minted in the middle of it.
fn masked(text: &str) -> String {
    let words = text.split_inclusive([' ', ')', '(']).map(|word| {
        let new_id = ["neg-", "key-", "qt-"].iter().find(|mark| word.starts_with(*mark));
        new_id.map_or(word, |mark| *mark)
    });
    words.collect()
}

fn whole(number: &serde_json::Number) -> bool {
    !number.to_string().contains(['.', 'e'])
}

#[test]
fn a_difference_is_found() {
    let old = serde_json::json!({"a": 1.0, "b": [{"c": "x"}], "deal_id": null});
    for (new, count) in [
        (serde_json::json!({"a": 1.0, "b": [{"c": "x"}], "deal_id": "D", "seller_name": "S"}), 0),
        (serde_json::json!({"a": 2.0, "b": [{"c": "x"}], "deal_id": null}), 1),
        (serde_json::json!({"a": 1, "b": [{"c": "x"}], "deal_id": null}), 1),
        (serde_json::json!({"a": 1.0, "b": [{"c": null}], "deal_id": null}), 1),
        (serde_json::json!({"a": 1.0, "b": [{"c": "x", "d": 1}]}), 2),
        (serde_json::json!({"a": 1.0, "b": [], "deal_id": null}), 1),
    ] {
        assert_eq!(differences(&old, &new, true).len(), count, "{new}");
    }
    assert!(
        differences(&old, &serde_json::json!({"a": 9.5, "b": [], "deal_id": null}), false)
            .is_empty()
    );
}
