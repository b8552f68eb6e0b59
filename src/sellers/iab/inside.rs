//! What a success says inside: that it is none, or that something went wrong.

use serde_json::Value;

use crate::{
    domain::{
        DealStatus, ErrorKind, Fate, SellerError,
        ask::Waiting,
        deal::says_no,
        doubt::{self, NO_CODE},
        text,
    },
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
    // One that names a deal made one, whatever else it says.
    let made = places(&body).any(|place| is_there(place, "deal_id"));
    if made || (!failed && body.get("success") != Some(&Value::Bool(false))) {
        return None;
    }
    let cure = "change what the seller objects to and ask again";
    Some(error(&body, &errors(&body), (reply.status, cure)))
}

/// A success to a booking that names no deal by its `deal_id`: what the seller says of it. A word that says
/// no is a refusal in the seller's words, and so is the error that it has in it: `{"error":{"code":…}}`,
/// `{"errors":[…]}`, `{"detail":…}`. Both prove that the booking arrived.
pub(super) fn undecided(
    body: &Value,
    http_status: u16,
    cure: &str,
) -> Result<Waiting, SellerError> {
    let errors = errors(body);
    let status = stands(body);
    if errors.is_empty() && !is_over(&status) {
        return Ok(Waiting { status, says: words(body) });
    }
    Err(error(body, &errors, (http_status, cure)))
}

/// Where a success to a booking says what it says: in its deal, and beside it.
fn places(body: &Value) -> impl Iterator<Item = &Value> {
    body.get("deal").filter(|deal| deal.is_object()).into_iter().chain([body])
}

/// The first of these texts that says anything.
fn first(body: &Value, names: &[&str]) -> String {
    let mut found = places(body)
        .flat_map(|place| names.iter().filter_map(|name| place.get(name).and_then(Value::as_str)));
    found.find(|word| !word.trim().is_empty()).unwrap_or_default().to_owned()
}

/// The seller's word for how the booking stands.
fn stands(body: &Value) -> String {
    text::clean(first(body, &["status", "state"]).trim(), 80)
}

/// Whether the word for how a booking stands says that nothing comes of it.
fn is_over(word: &str) -> bool {
    says_no(word) || DealStatus::parse(word) == DealStatus::Expired
}

/// The seller's words about it.
fn words(body: &Value) -> String {
    let says = first(body, &["message", "detail", "reason", "rationale", "error"]);
    if doubt::is_no_error(&says) { String::new() } else { text::prose(&says) }
}

/// Whether anything is named that may be a deal, by whichever name.
fn names_something(body: &Value) -> bool {
    const IDS: &[&str] = &["id", "dealid", "bookingid", "orderid", "reservationid"];
    let is_an_id = |(name, value): (&String, &Value)| {
        let name = name.to_lowercase().replace(['_', '-'], "");
        IDS.contains(&name.as_str()) && is_something(value)
    };
    places(body).filter_map(Value::as_object).flatten().any(is_an_id)
}

/// What a success with these errors in it is. Its word for how it stands says no unless an error leaves
/// doubt. Nothing says no beside what says that it was booked: a word that it stands, a success, an id.
fn error(
    body: &Value,
    errors: &[(String, String)],
    (http_status, cure): (u16, &str),
) -> SellerError {
    let of = |code: &str, says: &str| SellerError {
        http_status,
        ..SellerError::transport(ErrorKind::Refused, code, says, cure)
    };
    let is_a_no = |code: &str| of(code, "").fate() != Fate::Unknown;
    let status = stands(body);
    let mut codes = errors.iter().map(|(code, _)| code);
    let doubtful = codes.clone().find(|code| doubt::leaves_doubt(code));
    let code = match doubtful {
        Some(code) => code,
        None if is_over(&status) => &status,
        None => codes.clone().find(|code| !is_a_no(code)).or(codes.next()).unwrap_or(&status),
    };
    let says: Vec<_> = errors.iter().map(|(_, says)| says.as_str()).collect();
    let says = text::clean(says.join("; ").trim(), SAYS);
    let says = if says.is_empty() { words(body) } else { says };
    let says =
        if status.is_empty() || *code == status { says } else { format!("{status}: {says}") };
    let is_told_done = body.get("success") == Some(&Value::Bool(true));
    let may_stand = names_something(body)
        || (!errors.is_empty() && is_told_done)
        || (!status.is_empty() && !is_over(&status));
    if code.is_empty() {
        return of(NO_CODE, &says);
    }
    if is_a_no(code) && (may_stand || doubtful.is_some()) {
        return of(NO_CODE, format!("{code}: {says}").trim_end_matches([':', ' ']));
    }
    of(code, &says)
}

/// The errors in a success and in its deal: code and words of each.
fn errors(body: &Value) -> Vec<(String, String)> {
    let inside = body.get("deal").filter(|deal| deal.is_object());
    let errors = [Some(body), inside].into_iter().flatten().flat_map(told);
    errors.filter(|(code, says)| !(doubt::is_no_error(code) && says.is_empty())).collect()
}

/// The errors in one object.
fn told(body: &Value) -> Vec<(String, String)> {
    let listed = body.get("errors").filter(|errors| is_an_error(errors));
    let listed = listed
        .into_iter()
        .flat_map(|all| all.as_array().map_or_else(|| std::slice::from_ref(all), Vec::as_slice));
    let mut errors: Vec<_> = listed.filter(|error| is_an_error(error)).map(one).collect();
    let says_how_it_stands = ["status", "state"].iter().any(|name| is_there(body, name));
    match body.get("error").filter(|error| is_an_error(error)) {
        Some(Value::String(error)) => {
            let beside = part(body, &["detail", "message"]).unwrap_or_default();
            let is_a_code = !error.trim().contains(char::is_whitespace);
            let (code, says) = if is_a_code {
                (error.as_str(), beside)
            } else {
                ("", format!("{error} {beside}"))
            };
            errors.push(cleaned(code, &says));
        }
        Some(error) => errors.push(one(error)),
        None if errors.is_empty() && is_there(body, "detail") && !says_how_it_stands => {
            errors.push(error_said(&body.to_string()).unwrap_or_else(|| one(body)));
        }
        None if errors.is_empty() && body.get("success") == Some(&Value::Bool(false)) => {
            errors.push(cleaned("", &part(body, &["message"]).unwrap_or_default()));
        }
        None => {}
    }
    errors
}

/// One error: its code, where it has one, and its words.
fn one(error: &Value) -> (String, String) {
    let code = part(error, &["code", "error", "type"]).unwrap_or_default();
    let whole = || {
        let says_nothing = doubt::is_no_error(&code);
        let written = || error.as_str().map_or_else(|| error.to_string(), str::to_owned);
        if says_nothing { String::new() } else { written() }
    };
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

fn is_there(of: &Value, name: &str) -> bool {
    of.get(name).is_some_and(is_something)
}

/// Whether what stands where an error would stand is one: `"error": "none"` and `"errors": 0` are not.
fn is_an_error(value: &Value) -> bool {
    let is_none = match value {
        Value::String(said) => doubt::is_no_error(said),
        Value::Number(number) => number.as_i64() == Some(0),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    is_something(value) && !is_none
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
