//! A seller whose prose is hostile: all of it is, and nothing but prose is.

use dealdesk::{
    domain::Tier,
    sim::iab::{by_name, spec::Prose},
};
use serde_json::{Value, json};

use crate::support::{Buyer, text};

/// The same buyer at a seller that is plain and at one that is hostile.
fn both(name: &str) -> [Buyer; 2] {
    [Prose::Plain, Prose::Hostile].map(|prose| {
        let mut spec = by_name(name).unwrap();
        spec.behaviour.prose = prose;
        Buyer::of(spec, 7, Tier::Agency)
    })
}

const PROSE: [&str; 8] =
    ["name", "description", "rationale", "message", "detail", "msg", "price_range", "product_name"];

/// All prose in a body.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let text = value.as_str().filter(|_| PROSE.contains(&name.as_str()));
                match text {
                    Some(text) => found.push(text.to_owned()),
                    None => texts(value, found),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A body without its prose.
fn bare(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(bare).collect(),
        Value::Object(fields) => {
            let kept = |name: &str, value: &Value| {
                let is_prose =
                    PROSE.contains(&name) || ["seller_name", "competing_demand"].contains(&name);
                if is_prose && value.is_string() { Value::Null } else { bare(value) }
            };
            let fields = fields.iter().map(|(name, value)| (name.clone(), kept(name, value)));
            Value::Object(fields.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[test]
fn prose_is_hostile_and_business_is_the_same() {
    for (name, product) in [("reference", "prod-c919ef73"), ("reference-v2", "prod-91ddc363")] {
        let [mut plain, mut hostile] = both(name);
        let ask = json!({
            "product_id": product, "deal_type": "PG", "impressions": 100_000,
            "idempotency_key": "quote-1",
        });
        let mut seen = Vec::new();
        for (method, target, body) in [
            ("GET", "/media-kit", &Value::Null),
            ("GET", "/packages", &Value::Null),
            ("GET", "/products", &Value::Null),
            ("GET", "/.well-known/agent.json", &Value::Null),
            ("POST", "/api/v1/quotes", &ask),
            ("GET", "/api/v1/quotes/qt-nope", &Value::Null),
            ("POST", "/api/v1/deals", &json!({"quote_id": 1})),
        ] {
            let [one, other] = [&mut plain, &mut hostile].map(|buyer| {
                if method == "GET" { buyer.get(target) } else { buyer.post(target, body) }
            });
            assert_eq!(one.0, other.0, "{name} {target}");
            assert_eq!(bare(&one.1), bare(&other.1), "{name} {target}: nothing else is");
            let [mut ours, mut theirs] = [Vec::new(), Vec::new()];
            texts(&one.1, &mut ours);
            texts(&other.1, &mut theirs);
            assert!(!ours.is_empty() && ours.len() == theirs.len(), "{name} {target}");
            let touched = ours.iter().zip(&theirs).filter(|(one, other)| one != other).count();
            assert_eq!(touched, ours.len(), "{name} {target}: all prose is");
            seen.extend(theirs);
        }
        let seen = seen.concat();
        for mark in
            ['\u{1b}', '\u{9b}', '\u{202e}', '\u{200b}', '\u{310}', '\u{5e83}', '\u{1f469}', '\0']
        {
            assert!(seen.contains(mark), "{name}: no {mark:?}");
        }
        assert!(seen.contains("\u{1b}]52;c;"), "{name}: nothing writes to the clipboard");
        let (_, quote) = hostile.quote(product, "PD");
        assert!(text(&quote["quote_id"]).is_ascii());
    }
}
