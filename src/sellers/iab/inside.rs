//! What a success says inside: that it is none, or that something went wrong.

use serde_json::Value;

use crate::{
    domain::{ErrorKind, SellerError, doubt::NO_CODE, text},
    sellers::http::{Reply, error_said},
};

/// The longest words that are kept of an error, in terminal cells.
const SAYS: usize = 300;

/// A success that says inside that it is none: `{"success":false,"error":…}`,
/// `{"status":"failed","errors":[…]}`.
pub(super) fn refused(reply: &Reply) -> Option<SellerError> {
    let body: Value = reply.json().ok()?;
    let status = body.get("status").and_then(Value::as_str).unwrap_or_default();
    let failed =
        status.eq_ignore_ascii_case("failed") && body.get("errors").is_some_and(Value::is_array);
    let deal = body.get("deal").unwrap_or(&body).get("deal_id");
    // One that names a deal made one, whatever else it says.
    let made = deal.is_some_and(|deal| !deal.is_null());
    if made || (!failed && body.get("success") != Some(&Value::Bool(false))) {
        return None;
    }
    let (code, says) = told(&body).unwrap_or_default();
    let code = if failed { "failed".to_owned() } else { code };
    Some(error(reply.status, code, says, "change what the seller objects to and ask again"))
}

/// The error that a success to a booking has in it, in place of a deal and of a word for how it stands:
/// `{"error":{"code":…}}`, `{"errors":[…]}`, `{"detail":…}`. It proves that the booking arrived, and is
/// no acceptance.
pub(super) fn instead_of_a_deal(body: &Value, http_status: u16, cure: &str) -> Option<SellerError> {
    let inside = body.get("deal").filter(|deal| deal.is_object());
    let (code, says) = [Some(body), inside].into_iter().flatten().find_map(told)?;
    Some(error(http_status, code, says, cure))
}

fn error(http_status: u16, code: String, says: String, cure: &str) -> SellerError {
    let code = if code.is_empty() { NO_CODE.to_owned() } else { code };
    SellerError { http_status, ..SellerError::transport(ErrorKind::Refused, &code, says, cure) }
}

/// The code and the words of an error document; `None` where it has none. A code that leaves doubt stands
/// for several.
fn told(body: &Value) -> Option<(String, String)> {
    let is_there = |name: &str| body.get(name).is_some_and(is_something);
    if is_there("errors") {
        let errors = body.get("errors").into_iter();
        let errors = errors.flat_map(|all| {
            all.as_array().map_or_else(|| std::slice::from_ref(all), Vec::as_slice)
        });
        let errors: Vec<_> = errors.map(one).collect();
        let says: Vec<_> = errors.iter().map(|(_, says)| says.as_str()).collect();
        let says = text::clean(&says.join("; "), SAYS);
        let is_a_no = |code: &str| {
            let told = error(200, code.to_owned(), String::new(), "");
            told.fate() != crate::domain::Fate::Unknown
        };
        let doubtful = errors.iter().find(|(code, _)| !is_a_no(code));
        return doubtful.or(errors.first()).map(|(code, _)| (code.clone(), says));
    }
    let says_how_it_stands = ["status", "state"].iter().any(|name| is_there(name));
    match body.get("error").filter(|error| is_something(error)) {
        Some(Value::String(error)) => {
            let beside = part(body, &["detail", "message"]).unwrap_or_default();
            let is_a_code = !error.trim().contains(char::is_whitespace);
            let (code, says) = if is_a_code {
                (error.as_str(), beside)
            } else {
                ("", format!("{error} {beside}"))
            };
            Some(cleaned(code, &says))
        }
        Some(error) => Some(one(error)),
        None if is_there("detail") && !says_how_it_stands => {
            Some(error_said(&body.to_string()).unwrap_or_else(|| one(body)))
        }
        None if body.get("success") == Some(&Value::Bool(false)) => {
            Some(cleaned("", &part(body, &["message"]).unwrap_or_default()))
        }
        None => None,
    }
}

/// One error: its code, where it has one, and its words.
fn one(error: &Value) -> (String, String) {
    let code = part(error, &["code", "error", "type"]).unwrap_or_default();
    let whole = || error.as_str().map_or_else(|| error.to_string(), str::to_owned);
    cleaned(&code, &part(error, &["detail", "message", "msg"]).unwrap_or_else(whole))
}

/// The first of these fields that holds anything, as text.
fn part(of: &Value, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| of.get(name).filter(|it| is_something(it)));
    found.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn cleaned(code: &str, says: &str) -> (String, String) {
    (text::clean(code.trim(), 80), text::clean(says.trim(), SAYS))
}

/// Whether a field holds anything: `"error": null`, `false` or `""` is no error.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}
