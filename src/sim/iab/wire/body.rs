//! Reads a request's body as the real seller's framework does: one entry for each field that is wrong, texts read as
//! numbers, unknown fields ignored.

use serde_json::{Map, Value, json};

use super::errors::Failure;
use crate::sim::iab::{exchange::Request, keys::Who};

/// The JSON of a body, before anything is looked up. `Null` where there is no body.
///
/// # Errors
/// What is no JSON at all fails here, ahead of a bad key.
pub(in crate::sim) fn parse(request: &Request) -> Result<Value, Failure> {
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
pub(in crate::sim) struct Body {
    whole: Value,
    fields: Map<String, Value>,
    problems: Vec<Value>,
}

impl Body {
    /// The object in `whole`.
    pub(in crate::sim) fn open(whole: Value) -> Result<Self, Failure> {
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

    /// The same with what the rule demands, which the framework tells beside its words.
    fn breaks(&mut self, kind: &str, place: &[&str], says: &str, input: &Value, rule: &Value) {
        let mut problem = problem(kind, place, says, input);
        if let Value::Object(fields) = &mut problem {
            fields.insert("ctx".to_owned(), rule.clone());
        }
        self.problems.push(problem);
    }

    /// Whether a field is there, whatever it holds.
    pub(in crate::sim) fn has(&self, name: &str) -> bool {
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
    pub(in crate::sim) fn text(&mut self, name: &str) -> String {
        let value = self.required(name);
        value.and_then(|value| self.read_text(name, &value)).unwrap_or_default()
    }

    /// A text that may be absent or null.
    pub(in crate::sim) fn optional_text(&mut self, name: &str) -> Option<String> {
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
    pub(in crate::sim) fn number(&mut self, name: &str) -> f64 {
        let value = self.required(name);
        value.and_then(|value| self.read_number(name, &value)).unwrap_or_default()
    }

    /// A number that may be absent or null.
    pub(in crate::sim) fn optional_number(&mut self, name: &str) -> Option<f64> {
        let value = self.optional(name)?;
        self.read_number(name, &value)
    }

    /// A whole number that may be absent or null.
    pub(in crate::sim) fn optional_count(&mut self, name: &str) -> Option<i64> {
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
    pub(in crate::sim) fn who(&mut self, name: &str) -> Who {
        let Some(value) = self.optional(name) else { return Who::default() };
        serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            let says = "Input should be a valid dictionary or object to extract fields from";
            self.wrong("model_attributes_type", name, says, &value);
            Who::default()
        })
    }

    /// Who the buyer claims to be at the top of a body: honoured where `buyer_tier` is more than
    /// public.
    pub(in crate::sim) fn claim(&mut self) -> Option<Who> {
        let tier = self.optional_text("buyer_tier").unwrap_or_default();
        let who = Who {
            agency_id: self.optional_text("agency_id"),
            advertiser_id: self.optional_text("advertiser_id"),
            ..Who::default()
        };
        (!tier.is_empty() && tier != "public").then_some(who)
    }

    /// A text that must be there and must not be empty.
    pub(in crate::sim) fn key(&mut self, name: &str) -> String {
        let there = self.has(name);
        let key = self.text(name);
        if there && key.is_empty() && self.fields.get(name).is_some_and(Value::is_string) {
            let says = "String should have at least 1 character";
            let rule = json!({"min_length": 1});
            self.breaks("string_too_short", &["body", name], says, &json!(""), &rule);
        }
        key
    }

    fn read_choice(&mut self, name: &str, value: &Value, words: &[&str]) -> String {
        if let Some(word) = value.as_str().filter(|word| words.contains(word)) {
            return word.to_owned();
        }
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let expected = match quoted.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            all => all.join(", "),
        };
        let says = format!("Input should be {expected}");
        self.breaks("enum", &["body", name], &says, value, &json!({"expected": expected}));
        String::new()
    }

    /// One of these words, as they are written; it must be there.
    pub(in crate::sim) fn choice(&mut self, name: &str, words: &[&str]) -> String {
        let value = self.required(name);
        value.map(|value| self.read_choice(name, &value, words)).unwrap_or_default()
    }

    /// One of these words; the first where the field is absent.
    pub(in crate::sim) fn choice_or_first(&mut self, name: &str, words: &[&str]) -> String {
        match self.fields.get(name).cloned() {
            Some(value) => self.read_choice(name, &value, words),
            None => words.first().copied().unwrap_or_default().to_owned(),
        }
    }

    /// A whole number from `least`, which may be absent or null.
    pub(in crate::sim) fn optional_count_from(&mut self, name: &str, least: i64) -> Option<i64> {
        let count = self.optional_count(name)?;
        if count < least {
            let says = format!("Input should be greater than or equal to {least}");
            let input = self.optional(name).unwrap_or_default();
            let rule = json!({"ge": least});
            self.breaks("greater_than_equal", &["body", name], &says, &input, &rule);
        }
        Some(count)
    }

    /// A day, as `YYYY-MM-DD` or as a time at midnight, which may be absent or null.
    pub(in crate::sim) fn optional_day(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name)?;
        let text = self.read_text(name, &value)?;
        let (day, time) = text.split_at_checked(10).unwrap_or((&text, ""));
        let midnight = time.is_empty() || time.trim_end_matches('Z').ends_with("00:00:00");
        if day.parse::<jiff::civil::Date>().is_ok() && midnight {
            return Some(day.to_owned());
        }
        let why = if text.len() < 10 { "input is too short" } else { "invalid character in year" };
        let says = format!("Input should be a valid date or datetime, {why}");
        let rule = json!({"error": why});
        self.breaks("date_from_datetime_parsing", &["body", name], &says, &value, &rule);
        None
    }

    /// An amount of money in micros, which may be absent or null. Its currency is checked and then
    /// not looked at, as at the real seller. Dollars.
    pub(in crate::sim) fn optional_money(&mut self, name: &str) -> Option<f64> {
        let value = self.optional(name)?;
        let Value::Object(money) = &value else {
            let says = "Input should be a valid dictionary or object to extract fields from";
            self.wrong("model_attributes_type", name, says, &value);
            return None;
        };
        let place = ["body", name, "amount_micros"];
        let micros = match money.get("amount_micros") {
            None => {
                self.problems.push(problem("missing", &place, "Field required", &value));
                None
            }
            // A whole number is one without a point: 11000000.0 is refused.
            Some(amount) => {
                let micros = amount.as_i64().filter(|_| amount.is_number());
                if micros.is_none() {
                    let says = "Input should be a valid integer";
                    self.problems.push(problem("int_type", &place, says, amount));
                }
                micros
            }
        };
        let place = ["body", name, "currency"];
        match money.get("currency") {
            None => {}
            Some(Value::String(code))
                if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()) => {}
            Some(code @ Value::String(_)) => {
                let says = "String should match pattern '^[A-Z]{3}$'";
                let rule = json!({"pattern": "^[A-Z]{3}$"});
                self.breaks("string_pattern_mismatch", &place, says, code, &rule);
            }
            Some(other) => {
                let says = "Input should be a valid string";
                self.problems.push(problem("string_type", &place, says, other));
            }
        }
        micros.and_then(|micros| micros.to_string().parse::<f64>().ok()).map(|micros| micros / 1e6)
    }

    /// A whole number that must be there.
    pub(in crate::sim) fn count(&mut self, name: &str) -> i64 {
        if self.required(name).is_none() {
            return 0;
        }
        self.optional_count(name).unwrap_or_default()
    }

    /// Whatever a field holds; `null` where it is absent.
    pub(in crate::sim) fn any(&self, name: &str) -> Value {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// The whole is wrong, although its fields are right. Told only where that is so.
    pub(in crate::sim) fn contradicts(&mut self, says: &str) {
        if self.problems.is_empty() {
            let (says, whole) = (format!("Value error, {says}"), self.whole.clone());
            self.breaks("value_error", &["body"], &says, &whole, &json!({"error": {}}));
        }
    }

    /// Fails if anything was wrong.
    pub(in crate::sim) fn done(self) -> Result<(), Failure> {
        if self.problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(self.problems)) }
    }
}

/// What a proposal asks for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sim) struct ProposalAsk {
    pub(in crate::sim) product_id: String,
    /// Dollars CPM.
    pub(in crate::sim) price: f64,
    pub(in crate::sim) impressions: i64,
    pub(in crate::sim) agent_url: Option<String>,
}

impl ProposalAsk {
    /// Reads one; the body is the same in both dialects.
    pub(in crate::sim) fn read(whole: Value) -> Result<Self, Failure> {
        let mut body = Body::open(whole)?;
        let product_id = body.text("product_id");
        body.text("deal_type");
        let price = body.number("price");
        let impressions = body.count("impressions");
        body.text("start_date");
        body.text("end_date");
        let agent_url = body.optional_text("agent_url");
        body.done()?;
        Ok(Self { product_id, price, impressions, agent_url })
    }
}

fn problem(kind: &str, place: &[&str], says: &str, input: &Value) -> Value {
    json!({"type": kind, "loc": place, "msg": says, "input": input})
}
