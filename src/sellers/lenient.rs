//! Fields as sellers really write them: null, absent, numbers as texts, texts as numbers.
//!
//! Reading one never fails by itself. What is about money keeps the difference between "not told"
//! and "unreadable" ([`Told`]), because the first is an answer and the second is not.

use std::marker::PhantomData;

use jiff::{Timestamp, civil, tz::TimeZone};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::domain::text;

/// No amount, count or number of micros that a seller means is more than this: 10¹⁸. What claims to be
/// cannot be read.
const MOST: Decimal = Decimal::from_parts(2_808_348_672, 232_830_643, 0, false, 0);

/// No percent or share is more than this, either way.
const MOST_SHARE: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// The longest name or status that is kept, in terminal cells.
const LABEL: usize = 200;

/// A field that was told, not told, or told in a way that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told<T> {
    /// Absent or null.
    No,
    /// As written.
    Unreadable(String),
    /// Read.
    Yes(T),
}

impl<T> Told<T> {
    /// What was told; `None` where nothing was, or nothing readable.
    pub(crate) fn ok(self) -> Option<T> {
        match self {
            Self::Yes(value) => Some(value),
            Self::No | Self::Unreadable(_) => None,
        }
    }

    fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>, written: &str) -> Told<U> {
        match self {
            Self::No => Told::No,
            Self::Unreadable(text) => Told::Unreadable(text),
            Self::Yes(value) => {
                read(value).map_or_else(|| Told::Unreadable(written.to_owned()), Told::Yes)
            }
        }
    }
}

/// Any JSON value, kept until somebody asks for it as something.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field(Value);

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

impl Field {
    /// Whether it is absent or null.
    pub(crate) fn is_absent(&self) -> bool {
        self.0.is_null()
    }

    /// Whether it is absent, null or an empty text.
    pub(crate) fn is_blank(&self) -> bool {
        self.is_absent() || self.0.as_str().is_some_and(|text| text.trim().is_empty())
    }

    /// Whether it is a number, and not one in a text.
    pub(crate) fn is_number(&self) -> bool {
        self.0.is_number()
    }

    /// This, or `other` where this is absent or null.
    pub(crate) fn or<'a>(&'a self, other: &'a Self) -> &'a Self {
        if self.is_absent() { other } else { self }
    }

    /// A text or number, verbatim: for ids.
    pub(crate) fn verbatim(&self) -> Option<String> {
        match &self.0 {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.as_str().to_owned()),
            Value::String(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        }
    }

    /// Prose, cleaned; empty where there is none.
    pub(crate) fn prose(&self) -> String {
        self.verbatim().map_or_else(String::new, |text| text::prose(&text))
    }

    /// A name, status or other short text, cleaned; empty where there is none.
    pub(crate) fn label(&self) -> String {
        let clean = |text: String| text::clean(&text, LABEL).trim().to_owned();
        self.verbatim().map_or_else(String::new, clean)
    }

    /// A short text, cleaned; `None` where there is none.
    pub(crate) fn words(&self) -> Option<String> {
        Some(self.label()).filter(|words| !words.is_empty())
    }

    /// What is written, whatever shape it has, cleaned; `None` where nothing is.
    pub(crate) fn written(&self) -> Option<String> {
        if self.is_blank() {
            return None;
        }
        Some(self.words().unwrap_or_else(|| text::clean(&self.json(), LABEL)))
    }

    /// An exact amount. More digits than a decimal holds are unreadable, not rounded; so is what is
    /// too large to be meant.
    pub(crate) fn amount(&self) -> Told<Decimal> {
        let written = match &self.0 {
            Value::Null => return Told::No,
            Value::Number(number) => number.as_str().to_owned(),
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => self.0.to_string(),
        };
        let amount = exact(&written).filter(|amount| amount.abs() <= MOST);
        amount.map_or_else(|| Told::Unreadable(written), Told::Yes)
    }

    /// A percent or fraction, rounded where it has more digits than a decimal holds; `None` for one that
    /// is too large to be meant.
    pub(crate) fn share(&self) -> Option<Decimal> {
        let written = self.verbatim()?;
        let share = exact(&written).or_else(|| written.parse().ok());
        share.filter(|share| share.abs() <= MOST_SHARE)
    }

    /// A whole number that is not negative; `20000.0` and `"20000"` are whole.
    pub(crate) fn count(&self) -> Told<u64> {
        let whole = |amount: Decimal| {
            amount.is_integer().then(|| u64::try_from(amount.normalize()).ok()).flatten()
        };
        self.amount().and_then(whole, &self.0.to_string())
    }

    /// A small whole number, negative ones too.
    pub(crate) fn integer(&self) -> Option<i64> {
        let amount = self.amount().ok()?;
        amount.is_integer().then(|| i64::try_from(amount.normalize()).ok()).flatten()
    }

    /// A small whole number that is not negative.
    pub(crate) fn small(&self) -> Option<u32> {
        u32::try_from(self.integer()?).ok()
    }

    /// A yes or no.
    pub(crate) fn flag(&self) -> Option<bool> {
        match &self.0 {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.to_ascii_lowercase().parse().ok(),
            Value::Number(number) => match number.as_str() {
                "0" => Some(false),
                "1" => Some(true),
                _ => None,
            },
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A point in time; one without a zone is UTC (wire/iab.md section 8, no. 6).
    pub(crate) fn time(&self) -> Told<Timestamp> {
        let Some(written) = self.verbatim() else {
            return if self.is_absent() { Told::No } else { Told::Unreadable(self.0.to_string()) };
        };
        let naive = |text: &str| {
            // jiff would drop a zone's name, and with it the meaning.
            let time: civil::DateTime = (!text.contains('[')).then(|| text.parse().ok())??;
            Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
        };
        let time = written.parse().ok().or_else(|| naive(&written)).or_else(|| never(&written));
        time.map_or_else(|| Told::Unreadable(written), Told::Yes)
    }

    /// A list of short texts, cleaned; what is no text is left out. One text is a list of one.
    pub(crate) fn texts(&self) -> Vec<String> {
        match self.words() {
            Some(one) => vec![one],
            None => self.items().filter_map(|item| Self(item.clone()).words()).collect(),
        }
    }

    /// A list of small numbers; what is none is left out.
    pub(crate) fn smalls(&self) -> Vec<u32> {
        self.items().filter_map(|item| Self(item.clone()).small()).collect()
    }

    /// What it holds as an object; `None` for anything else.
    pub(crate) fn object(&self) -> Option<&Map<String, Value>> {
        self.0.as_object()
    }

    /// What it is, as JSON text.
    pub(crate) fn json(&self) -> String {
        self.0.to_string()
    }

    fn items(&self) -> impl Iterator<Item = &Value> {
        self.0.as_array().into_iter().flatten()
    }
}

/// An object with fields of its own; anything else reads as an empty one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part<T>(pub(crate) T);

impl<'de, T: DeserializeOwned + Default> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let object = if value.is_object() { value } else { Value::Object(Map::new()) };
        Ok(Self(T::deserialize(object).unwrap_or_default()))
    }
}

/// A list of objects; items that are none are left out. `None` where there is no list.
#[derive(Debug, Clone)]
pub(crate) struct Parts<T>(pub(crate) Option<Vec<T>>);

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Parts<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let _: PhantomData<T> = PhantomData;
        let Value::Array(items) = Value::deserialize(deserializer)? else { return Ok(Self(None)) };
        let objects = items.into_iter().filter(Value::is_object);
        Ok(Self(Some(objects.filter_map(|item| T::deserialize(item).ok()).collect())))
    }
}

/// The last days of the calendar, which sellers write for "never": beyond what a clock can reach in every
/// zone, so the last time that it can.
fn never(written: &str) -> Option<Timestamp> {
    let (day, rest) = written.trim().split_at_checked(10)?;
    let is_time = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    let is_zoned = !rest.contains('[') && rest.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    let known = matches!(day, "9999-12-30" | "9999-12-31") && is_time && is_zoned;
    let clock = rest.get(1..9).is_none_or(|clock| clock.parse::<civil::Time>().is_ok());
    (known && clock)
        .then(|| civil::date(9999, 12, 30).to_zoned(TimeZone::UTC).ok())?
        .map(|last| last.timestamp())
}

fn exact(written: &str) -> Option<Decimal> {
    if let Some((digits, exponent)) = written.split_once(['e', 'E']) {
        let digits = Decimal::from_str_exact(digits).ok()?;
        let exponent: i32 = exponent.parse().ok()?;
        let scale = i32::try_from(digits.scale()).ok()?.checked_sub(exponent)?;
        return if scale >= 0 {
            Decimal::try_from_i128_with_scale(digits.mantissa(), u32::try_from(scale).ok()?).ok()
        } else {
            let power = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
            Decimal::try_from_i128_with_scale(digits.mantissa().checked_mul(power)?, 0).ok()
        };
    }
    Decimal::from_str_exact(written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(json: &str) -> Field {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (json, amount) in [
            ("13.5", "13.5"),
            ("12.3456789", "12.3456789"),
            ("10", "10"),
            ("\" 11.50 \"", "11.50"),
            ("1e2", "100"),
            ("1.5e-3", "0.0015"),
            ("-3", "-3"),
        ] {
            assert_eq!(field(json).amount(), Told::Yes(amount.parse().unwrap()), "{json}");
        }
        for json in [
            "\"abc\"",
            "\"\"",
            "1e400",
            "79228162514264337593543950335",
            "-7e28",
            "1e19",
            "0.1234567890123456789012345678901",
            "[]",
            "true",
        ] {
            assert!(matches!(field(json).amount(), Told::Unreadable(_)), "{json}");
        }
        assert_eq!(field("null").amount(), Told::No);
        assert_eq!(field("1E400").share(), None);
        assert_eq!(field("-7e28").share(), None);
        assert!(field("0.15000000000000002").share().is_some());
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        for (json, count) in [
            ("20000", Told::Yes(20_000)),
            ("\"20000\"", Told::Yes(20_000)),
            ("20000.0", Told::Yes(20_000)),
            ("1000000000000000000", Told::Yes(1_000_000_000_000_000_000)),
            ("null", Told::No),
            ("20000.5", Told::Unreadable("20000.5".into())),
            ("-5", Told::Unreadable("-5".into())),
        ] {
            assert_eq!(field(json).count(), count, "{json}");
        }
        assert_eq!(field("-1").integer(), Some(-1));
    }

    #[test]
    fn never_is_the_last_day_of_the_clock() {
        let last: Timestamp = "9999-12-30T00:00:00Z".parse().unwrap();
        for json in [
            "\"9999-12-31T23:59:59Z\"",
            "\"9999-12-31T23:59:59.999999Z\"",
            "\"9999-12-31T23:59:59+00:00\"",
            "\"9999-12-31T23:59:59\"",
            "\"9999-12-31\"",
            "\"9999-12-31T00:00:00-08:00\"",
        ] {
            assert_eq!(field(json).time(), Told::Yes(last), "{json}");
        }
        for json in ["\"9999-12-31T99:00:00Z\"", "\"9999-12-32T00:00:00Z\"", "\"9999-12-31soon\""] {
            assert!(matches!(field(json).time(), Told::Unreadable(_)), "{json}");
        }
    }

    #[test]
    fn one_text_is_a_list_of_one() {
        assert_eq!(field("\"x9\"").texts(), ["x9"]);
        assert_eq!(field("[\"x9\", 7, null, {}]").texts(), ["x9", "7"]);
        assert_eq!(field("\"\"").texts(), Vec::<String>::new());
        assert_eq!(field("null").texts(), Vec::<String>::new());
    }

    #[test]
    fn a_time_without_a_zone_is_utc_and_an_offset_is_kept() {
        let at: Timestamp = "2026-11-21T21:15:45.191860Z".parse().unwrap();
        for json in [
            "\"2026-11-21T21:15:45.191860Z\"",
            "\"2026-11-21T21:15:45.191860\"",
            "\"2026-11-21 21:15:45.191860\"",
            "\"2026-11-21T22:15:45.191860+01:00\"",
        ] {
            assert_eq!(field(json).time(), Told::Yes(at), "{json}");
        }
        for json in [
            "\"soon\"",
            "{}",
            "\"2026-11-21T22:15:45[Europe/Paris]\"",
            "\"2026-11-21T22:15:45.19+99:99\"",
        ] {
            assert!(matches!(field(json).time(), Told::Unreadable(_)), "{json}");
        }
    }
}
