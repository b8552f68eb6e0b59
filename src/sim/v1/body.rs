//! Reads a request's body as the real seller's framework does: one entry for each field that is wrong, texts read as
//! numbers, unknown fields ignored.

use serde_json::{Map, Value, json};

use super::errors::Failure;
use crate::sim::{exchange::Request, keys::Who};

/// The JSON of a body, before anything is looked up. `Null` where there is no body.
///
/// # Errors
/// What is no JSON at all fails here, ahead of a bad key.
pub(super) fn parse(request: &Request) -> Result<Value, Failure> {
    if request.body.is_empty() {
        return Ok(Value::Null);
    }
    let kind = request.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json =
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    if !is_json {
        return Ok(Value::String(String::from_utf8_lossy(&request.body).into_owned()));
    }
    serde_json::from_slice(&request.body).map_err(|error| {
        Failure::Invalid(vec![json!({
            "type": "json_invalid",
            "loc": ["body", error.column()],
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": "Expecting value"},
        })])
    })
}

/// The fields of a body and what was wrong with them so far.
#[derive(Debug)]
pub(super) struct Body {
    whole: Value,
    fields: Map<String, Value>,
    problems: Vec<Value>,
}

impl Body {
    /// The object in `whole`.
    pub(super) fn open(whole: Value) -> Result<Self, Failure> {
        match &whole {
            Value::Object(fields) => {
                let fields = fields.clone();
                Ok(Self { whole, fields, problems: Vec::new() })
            }
            Value::Null => Err(Failure::Invalid(vec![problem(
                "missing",
                &["body"],
                "Field required",
                &Value::Null,
            )])),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Failure::Invalid(vec![problem(
                    "model_attributes_type",
                    &["body"],
                    "Input should be a valid dictionary or object to extract fields from",
                    &whole,
                )]))
            }
        }
    }

    fn wrong(&mut self, kind: &str, name: &str, says: &str, input: &Value) {
        self.problems.push(problem(kind, &["body", name], says, input));
    }

    /// Whether a field is there, whatever it holds.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    fn required(&mut self, name: &str) -> Option<Value> {
        let value = self.fields.get(name).cloned();
        if value.is_none() {
            let whole = self.whole.clone();
            self.wrong("missing", name, "Field required", &whole);
        }
        value
    }

    fn optional(&self, name: &str) -> Option<Value> {
        self.fields.get(name).filter(|value| !value.is_null()).cloned()
    }

    fn read_text(&mut self, name: &str, value: &Value) -> Option<String> {
        if let Value::String(text) = value {
            return Some(text.clone());
        }
        self.wrong("string_type", name, "Input should be a valid string", value);
        None
    }

    /// A text that must be there. Empty where it is not; then [`Body::done`] fails.
    pub(super) fn text(&mut self, name: &str) -> String {
        let value = self.required(name);
        value.and_then(|value| self.read_text(name, &value)).unwrap_or_default()
    }

    /// A text that may be absent or null.
    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name)?;
        self.read_text(name, &value)
    }

    fn read_number(&mut self, name: &str, value: &Value) -> Option<f64> {
        match value {
            Value::Number(number) => {
                let number = number.as_f64().filter(|number| number.is_finite());
                if number.is_none() {
                    self.wrong("finite_number", name, "Input should be a finite number", value);
                }
                return number;
            }
            Value::String(text) => {
                let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
                if number.is_none() {
                    let says = "Input should be a valid number, unable to parse string as a number";
                    self.wrong("float_parsing", name, says, value);
                }
                return number;
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
        self.wrong("float_type", name, "Input should be a valid number", value);
        None
    }

    /// A number that must be there.
    pub(super) fn number(&mut self, name: &str) -> f64 {
        let value = self.required(name);
        value.and_then(|value| self.read_number(name, &value)).unwrap_or_default()
    }

    /// A number that may be absent or null.
    pub(super) fn optional_number(&mut self, name: &str) -> Option<f64> {
        let value = self.optional(name)?;
        self.read_number(name, &value)
    }

    /// A whole number that may be absent or null.
    pub(super) fn optional_count(&mut self, name: &str) -> Option<i64> {
        let value = self.optional(name)?;
        let text = match &value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                self.wrong("int_type", name, "Input should be a valid integer", &value);
                return None;
            }
        };
        let whole = text.strip_suffix(".0").unwrap_or(&text);
        let count = whole.parse().ok();
        if count.is_none() {
            let (kind, says) = if value.is_number() {
                (
                    "int_from_float",
                    "Input should be a valid integer, got a number with a fractional part",
                )
            } else {
                (
                    "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer",
                )
            };
            self.wrong(kind, name, says, &value);
        }
        count
    }

    /// Who the buyer says it is in a field of its own; nobody where the field is absent.
    pub(super) fn who(&mut self, name: &str) -> Who {
        let Some(value) = self.optional(name) else { return Who::default() };
        serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            let says = "Input should be a valid dictionary or object to extract fields from";
            self.wrong("model_attributes_type", name, says, &value);
            Who::default()
        })
    }

    /// Who the buyer claims to be at the top of a body: honoured where `buyer_tier` is more than
    /// public.
    pub(super) fn claim(&mut self) -> Option<Who> {
        let tier = self.optional_text("buyer_tier").unwrap_or_default();
        let who = Who {
            agency_id: self.optional_text("agency_id"),
            advertiser_id: self.optional_text("advertiser_id"),
            ..Who::default()
        };
        (!tier.is_empty() && tier != "public").then_some(who)
    }

    /// Fails if anything was wrong.
    pub(super) fn done(self) -> Result<(), Failure> {
        if self.problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(self.problems)) }
    }
}

fn problem(kind: &str, place: &[&str], says: &str, input: &Value) -> Value {
    json!({"type": kind, "loc": place, "msg": says, "input": input})
}
