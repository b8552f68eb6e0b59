//! Amounts and numbers of impressions as people write them: the one reader for the command line, tickets,
//! forms, drafts, triggers, the configuration and exported files.
//!
//! Thousands and decimals may be written in either style. What has two readings is refused and both are
//! named, since the wrong one is a thousand times off: `25,000` would be 25 dollars to one reader and
//! twenty-five thousand to another.

use std::fmt;

use rust_decimal::Decimal;

use super::{Cost, Cpm, Currency, MOST_COST, plain_in};

/// An amount that was typed, with the currency that stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed {
    /// How much.
    pub amount: Decimal,
    /// Of which currency; `None` where none was named.
    pub currency: Option<Currency>,
    /// A sign that several currencies are written with.
    sign: Option<char>,
}

/// Why what was typed is no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistyped {
    /// In words: `it is no amount`.
    Not(String),
    /// It has two readings, as they are written without doubt.
    Two(String, String),
    /// It names another currency than the one that is asked for, by its code or its sign.
    Currency(String, Currency),
}

impl fmt::Display for Mistyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Not(says) => f.write_str(says),
            Self::Two(one, other) => {
                write!(f, "it can be {one} or {other}: write it like one of these")
            }
            Self::Currency(named, wanted) => write!(f, "it is in {named}, this is in {wanted}"),
        }
    }
}

impl std::error::Error for Mistyped {}

/// How a text writes decimals, as far as its own form tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// A point before the decimals, as programs write them.
    Point,
    /// Point or comma, as people write them.
    Either,
}

fn no<T>(says: &str) -> Result<T, Mistyped> {
    Err(Mistyped::Not(says.to_owned()))
}

/// What keeps thousands apart wherever it stands: a space, an underscore, an apostrophe.
fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '_' | '\'' | '’')
}

/// An amount: `12.50`, `12,50`, `$1,234.56`, `1.234,56 €`, `USD 12.50`, `12_500`.
///
/// # Errors
/// Where it is none, or has two readings.
pub fn read(text: &str, numbers: Numbers) -> Result<Typed, Mistyped> {
    let (digits, currency, sign) = bare(text)?;
    let amount = number(&digits, numbers)?;
    if amount > MOST_COST {
        return no("no amount is that large");
    }
    Ok(Typed { amount, currency, sign })
}

/// An amount of `currency`, as a person types it.
///
/// # Errors
/// Where it is none, has two readings, or names another currency.
pub fn amount(text: &str, currency: Currency) -> Result<Decimal, Mistyped> {
    read(text, Numbers::Either)?.of(currency)
}

/// Whether it is `meant`, read as the desk writes: commas between thousands, a point before decimals.
fn is_shown(text: &str, meant: Decimal, currency: Currency) -> bool {
    bare(text).is_ok_and(|(digits, named, sign)| {
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
        let whole = ungrouped(whole, |c| c == ',');
        let read = whole.and_then(|whole| number(&format!("{whole}.{fraction}"), Numbers::Point));
        let is_whole = fraction.bytes().all(|b| b.is_ascii_digit());
        is_whole && read == Ok(meant) && other_currency(named, sign, currency).is_none()
    })
}

/// What was named beside an amount, where it is not `wanted`.
fn other_currency(
    named: Option<Currency>,
    sign: Option<char>,
    wanted: Currency,
) -> Option<Mistyped> {
    let fits = match (named, sign) {
        (Some(named), _) => named == wanted,
        (None, Some('$')) => wanted == Currency::USD,
        (None, Some(_)) => matches!(wanted.as_str(), "JPY" | "CNY"),
        (None, None) => true,
    };
    let named = named.map(|named| named.to_string()).or(sign.map(String::from));
    (!fits).then(|| Mistyped::Currency(named.unwrap_or_default(), wanted))
}

impl Typed {
    /// The amount, in the currency that is asked for.
    ///
    /// # Errors
    /// Where it names another one.
    pub fn of(&self, currency: Currency) -> Result<Decimal, Mistyped> {
        other_currency(self.currency, self.sign, currency).map_or(Ok(self.amount), Err)
    }
}

impl Cpm {
    /// What was typed to confirm this price: as it is shown, or any amount of its currency.
    ///
    /// # Errors
    /// Where it is no amount, or has two readings and is not what is shown.
    pub fn typed(&self, text: &str) -> Result<Decimal, Mistyped> {
        confirmed(text, self.amount(), self.currency())
    }
}

impl Cost {
    /// What was typed to confirm this cost: as it is shown, or any amount of its currency.
    ///
    /// # Errors
    /// Where it is no amount, or has two readings and is not what is shown.
    pub fn typed(&self, text: &str) -> Result<Decimal, Mistyped> {
        confirmed(text, self.amount(), self.currency())
    }
}

fn confirmed(text: &str, meant: Decimal, currency: Currency) -> Result<Decimal, Mistyped> {
    if is_shown(text, meant, currency) { Ok(meant) } else { amount(text, currency) }
}

/// How an amount is written so that it is read again as what it is.
pub fn written(amount: Decimal, currency: Currency) -> String {
    let shown = plain_in(amount, currency);
    // Three decimals alone could be thousands.
    let decimals = shown.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals == 3 { format!("{shown}0") } else { shown }
}

/// What was understood, where it was not typed as the desk writes it: `12,000.00 USD`.
pub fn understood(text: &str, amount: Decimal, currency: Currency) -> Option<String> {
    let shown = Cost::new(amount, currency).grouped();
    (!is_shown(text, amount, currency)).then(|| format!("{shown} {currency}"))
}

/// The most impressions that anybody asks for at once; more is a slip of the finger.
pub const MOST_IMPRESSIONS: u64 = 100_000_000_000;

/// Impressions, above zero: `500000`, `500,000`, `500_000`, `500k`, `1.2m`.
///
/// # Errors
/// Where it is no whole number, or has two readings.
pub fn count(text: &str) -> Result<u64, Mistyped> {
    let wrong = || Mistyped::Not("it is no whole number above zero, like 500_000".to_owned());
    let text = text.trim();
    let (digits, times) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 1_000),
        Some((at, 'm' | 'M')) => (&text[..at], 1_000_000),
        Some(_) | None => (text, 1),
    };
    let groups = digits.split(',').map(str::len).collect::<Vec<_>>();
    // As the desk writes it: nobody writes decimals of impressions.
    let is_grouped = times == 1
        && matches!(groups.as_slice(), [1..=3, rest @ ..] if rest.iter().all(|len| *len == 3))
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b',');
    let number = if is_grouped {
        let digits = digits.replace(',', "");
        Decimal::from_str_exact(&digits).map_err(|_| wrong())?
    } else {
        match number(digits.trim(), Numbers::Either) {
            Err(Mistyped::Not(_)) => return Err(wrong()),
            Err(Mistyped::Two(one, other)) if times == 1 => {
                let one = one.split_once('.').map_or(one.clone(), |(whole, _)| whole.to_owned());
                return Err(Mistyped::Two(one, other));
            }
            Ok(number) if times == 1 && number.scale() > 0 => return Err(wrong()),
            read => read?,
        }
    };
    let whole = number.checked_mul(Decimal::from(times)).filter(Decimal::is_integer);
    let count = whole.and_then(|whole| u64::try_from(whole.normalize()).ok());
    count.filter(|count| (1..=MOST_IMPRESSIONS).contains(count)).ok_or_else(wrong)
}

/// A number that is not below zero.
fn number(digits: &str, numbers: Numbers) -> Result<Decimal, Mistyped> {
    if digits.starts_with(['-', '(', '−']) {
        return no("an amount is not below zero");
    }
    let points = digits.matches('.').count();
    let commas = digits.matches(',').count();
    let has_gaps = digits.chars().any(is_gap);
    let plain = match (commas, points) {
        (0, 0) => ungrouped(digits, is_gap)?,
        // What keeps its thousands apart in another way has a mark for nothing but the decimals.
        (0, 1) | (1, 0) if has_gaps => {
            let (whole, fraction) = digits.rsplit_once(['.', ',']).unwrap_or((digits, ""));
            format!("{}.{fraction}", ungrouped(whole, is_gap)?)
        }
        (0, 1) => one_mark(digits, '.', numbers)?,
        (1, 0) => one_mark(digits, ',', Numbers::Either)?,
        (_, 0) => ungrouped(digits, |c| c == ',')?,
        (0, _) => ungrouped(digits, |c| c == '.')?,
        _ => {
            // The later mark is before the decimals, the other one groups.
            let (group, mark) =
                if digits.rfind(',') > digits.rfind('.') { ('.', ',') } else { (',', '.') };
            let (whole, fraction) = digits.rsplit_once(mark).unwrap_or((digits, ""));
            format!("{}.{fraction}", ungrouped(whole, |c| c == group)?)
        }
    };
    let plain = plain.trim_end_matches('.');
    let plain = if plain.starts_with('.') { format!("0{plain}") } else { plain.to_owned() };
    let is_number = plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let amount = Decimal::from_str_exact(&plain).ok().filter(|_| is_number);
    amount.map_or_else(|| no("it is no amount"), Ok)
}

/// One mark alone: before the decimals, unless it could as well group thousands.
fn one_mark(digits: &str, mark: char, numbers: Numbers) -> Result<String, Mistyped> {
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    let is_group = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    let could_group = is_group && digits.bytes().all(|b| b.is_ascii_digit() || b == mark as u8);
    if could_group && numbers == Numbers::Either {
        let kept = fraction.trim_end_matches('0');
        let decimals = if kept.len() == 3 { format!("{kept}0") } else { format!("{kept:0<2}") };
        return Err(Mistyped::Two(format!("{whole}.{decimals}"), format!("{whole}{fraction}")));
    }
    Ok(format!("{whole}.{fraction}"))
}

/// A whole number whose thousands are kept apart by one mark.
fn ungrouped(digits: &str, is_mark: impl Fn(char) -> bool) -> Result<String, Mistyped> {
    let mut marks = digits.chars().filter(|c| is_mark(*c));
    let Some(mark) = marks.next() else { return Ok(digits.to_owned()) };
    let mut groups = digits.split(mark);
    let first = groups.next().unwrap_or_default();
    let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if !is_grouped || marks.any(|other| other != mark) {
        return no(&format!("its {mark:?} stand where none keeps thousands apart"));
    }
    Ok(digits.chars().filter(|c| *c != mark).collect())
}

/// The digits and marks of an amount without its currency and unit, the currency, and a sign of several.
fn bare(text: &str) -> Result<(String, Option<Currency>, Option<char>), Mistyped> {
    let (mut currency, mut sign): (Option<Currency>, _) = (None, None);
    let (mut digits, mut word) = (String::new(), String::new());
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_uppercase());
            continue;
        }
        let named = std::mem::take(&mut word);
        let code = match (named.as_str(), c) {
            ("" | "CPM", '€') => "EUR",
            ("" | "CPM", '£') => "GBP",
            ("" | "CPM", _) => "",
            (named, _) => named,
        };
        if !code.is_empty() {
            let code = code.parse().map_err(|_| Mistyped::Not(format!("{code} is no currency")))?;
            if currency.is_some_and(|known| known != code) {
                return no("it names two currencies");
            }
            currency = Some(code);
        }
        match c {
            '$' | '¥' => sign = Some(c),
            '€' | '£' => {}
            c => digits.push(c),
        }
    }
    Ok((digits.trim_matches(is_gap).to_owned(), currency, sign))
}

#[cfg(test)]
mod tests;
