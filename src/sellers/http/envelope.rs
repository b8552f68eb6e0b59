//! One reader for the six ways in which sellers word an error (wire/iab.md section 1; decisions 14).
//!
//! A `detail` object, a `detail` text, a `detail` list (422), plain text (500), JSON-RPC, and the
//! flat `{"error","detail"}` of the guide. Anything else: the start of the text.

use serde_json::{Map, Value};

use crate::domain::text;

/// The longest words that are kept of an error, in terminal cells.
const SAYS: usize = 600;

/// The longest code that is kept.
const CODE: usize = 80;

/// A failure in the seller's words; both cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Envelope {
    /// The seller's code (`quote_expired`); empty where it gives none.
    pub(super) code: String,
    /// The seller's words; empty where it gives none.
    pub(super) says: String,
    /// Whether the body is a web page.
    pub(super) is_html: bool,
    /// Whether it was in none of these envelopes: what is told is the start of the text.
    pub(super) bare: bool,
    /// Names of the fields that the seller missed in our request (422).
    pub(super) missing: Vec<String>,
}

/// Reads the body of a reply that is no success.
pub(super) fn read(body: &str) -> Envelope {
    let Ok(value) = serde_json::from_str::<Value>(body) else {
        return Envelope { is_html: is_html(body), ..bare(body) };
    };
    let Value::Object(object) = &value else { return bare(&plain(&value)) };
    match (object.get("detail"), object.get("error")) {
        (Some(Value::Object(detail)), _) => nested(detail),
        (Some(Value::Array(items)), None) => invalid(items),
        (Some(detail), Some(Value::String(code))) => worded(code, &plain(detail)),
        (None, Some(Value::Object(error))) => rpc(error),
        (None, Some(Value::String(code))) => {
            worded(code, &object.get("message").map_or_else(String::new, plain))
        }
        (Some(Value::Null), _) => bare("null"),
        (Some(detail), _) => worded("", &plain(detail)),
        (None, _) => bare(object.get("message").and_then(Value::as_str).unwrap_or(body)),
    }
}

fn bare(says: &str) -> Envelope {
    Envelope { bare: true, ..worded("", says) }
}

/// Whether a text is a web page rather than data.
pub(super) fn is_html(body: &str) -> bool {
    body.trim_start().starts_with('<')
}

fn worded(code: &str, says: &str) -> Envelope {
    Envelope {
        code: text::clean(code, CODE).trim().to_owned(),
        says: text::clean(says, SAYS).trim().to_owned(),
        ..Envelope::default()
    }
}

/// `{"error","message", …}` and what services add: `unsupported`, `validation_errors`.
fn nested(detail: &Map<String, Value>) -> Envelope {
    let code = detail.get("error").map_or_else(String::new, plain);
    let mut says = detail.get("message").map_or_else(String::new, plain);
    for extra in ["unsupported", "validation_errors"] {
        let Some(Value::Array(items)) = detail.get(extra) else { continue };
        for item in items {
            let reason = item.get("reason").and_then(Value::as_str);
            let path = item.get("path").or_else(|| item.get("capability")).and_then(Value::as_str);
            let item = match (path, reason) {
                (Some(path), Some(reason)) => format!("{path}: {reason}"),
                (None, _) | (_, None) => plain(item),
            };
            says.push_str(if says.is_empty() { "" } else { "; " });
            says.push_str(&item);
        }
    }
    if says.is_empty() && code.is_empty() {
        says = plain(&Value::Object(detail.clone()));
    }
    worded(&code, &says)
}

/// `[{"type","loc":[…],"msg"}]`, made `body.product_id: Field required; …`.
fn invalid(items: &[Value]) -> Envelope {
    let mut missing = vec![];
    let says: Vec<String> = items
        .iter()
        .map(|item| {
            let place = match item.get("loc") {
                Some(Value::Array(steps)) => steps.iter().map(plain).collect::<Vec<_>>().join("."),
                Some(other) => plain(other),
                None => String::new(),
            };
            if item.get("type").and_then(Value::as_str) == Some("missing") {
                missing.push(place.clone());
            }
            match item.get("msg").and_then(Value::as_str) {
                Some(message) if place.is_empty() => message.to_owned(),
                Some(message) => format!("{place}: {message}"),
                None => plain(item),
            }
        })
        .collect();
    Envelope { missing, ..worded("", &says.join("; ")) }
}

/// JSON-RPC: `{"code":-32600,"message":"…"}`.
fn rpc(error: &Map<String, Value>) -> Envelope {
    let part = |name: &str| error.get(name).map_or_else(String::new, plain);
    worded(&part("code"), &part("message"))
}

/// A text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_envelopes_and_whatever_else_comes() {
        for (body, code, says) in [
            (
                r#"{"detail":{"error":"quote_expired","message":"Quote has expired."}}"#,
                "quote_expired",
                "Quote has expired.",
            ),
            (
                r#"{"detail":{"error":"audience_plan_unsupported","unsupported":[{"path":"extensions[0]","reason":"no"},"junk"]}}"#,
                "audience_plan_unsupported",
                "extensions[0]: no; junk",
            ),
            (r#"{"detail":{"error":"sold_out"}}"#, "sold_out", ""),
            (r#"{"detail":{"message":"Sold out."}}"#, "", "Sold out."),
            (r#"{"detail":{"why":"no"}}"#, "", r#"{"why":"no"}"#),
            (r#"{"detail":"Invalid API key"}"#, "", "Invalid API key"),
            (
                r#"{"detail":[{"type":"missing","loc":["body","product_id"],"msg":"Field required"},{"loc":["body",15],"msg":"x"}]}"#,
                "",
                "body.product_id: Field required; body.15: x",
            ),
            ("Internal Server Error", "", "Internal Server Error"),
            (
                r#"{"jsonrpc":"2.0","id":"e","error":{"code":-32600,"message":"Not Acceptable"}}"#,
                "-32600",
                "Not Acceptable",
            ),
            (r#"{"error":"quote_expired","detail":"too late"}"#, "quote_expired", "too late"),
            (r#"{"error":"rate_limited"}"#, "rate_limited", ""),
            (r#"{"message":"hm"}"#, "", "hm"),
            (r#"{"x":1}"#, "", r#"{"x":1}"#),
            (r#"{"detail":[{"msg":"no such day"}]}"#, "", "no such day"),
            (r#"{"detail":null}"#, "", "null"),
            ("[1,2]", "", "[1,2]"),
            ("", "", ""),
            ("bad \u{1b}[2Jwords\r\n", "", "bad \u{fffd}[2Jwords"),
        ] {
            let envelope = read(body);
            assert_eq!((envelope.code.as_str(), envelope.says.as_str()), (code, says), "{body}");
        }
        assert!(read("<!doctype html><h1>no</h1>").is_html);
        for (body, bare) in [
            (r#"{"detail":{"error":"quote_expired"}}"#, false),
            (r#"{"detail":"Invalid API key"}"#, false),
            (r#"{"detail":[{"loc":["body"],"msg":"x"}]}"#, false),
            (r#"{"error":"not_found","detail":"no"}"#, false),
            (r#"{"error":"sold_out"}"#, false),
            (r#"{"error":{"code":-32600,"message":"no"}}"#, false),
            ("<html><h1>403 Forbidden</h1></html>", true),
            ("404 page not found", true),
            ("Internal Server Error", true),
            (r#"{"message":"Forbidden"}"#, true),
            (r#"{"detail":null}"#, true),
            (r#"{"x":1}"#, true),
            (r#""no""#, true),
            ("[1,2]", true),
            ("", true),
        ] {
            assert_eq!(read(body).bare, bare, "{body}");
        }
        assert_eq!(
            read(r#"{"detail":[{"type":"missing","loc":["body","idempotency_key"],"msg":"x"}]}"#)
                .missing,
            ["body.idempotency_key"]
        );
    }
}
