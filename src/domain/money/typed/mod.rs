//! Amounts and numbers of impressions as people write them: the one reader for the command line, tickets,
//! forms, drafts, triggers, the configuration and exported files.
//!
//! Thousands and decimals may be written in either style. What has two readings is refused and both are
//! named, since the wrong one is a thousand times off: `25,000` would be 25 dollars to one reader and
//! twenty-five thousand to another. The currency decides where it can: `1.234` is a dinar and some, which
//! has three decimals, and `1,234` are so many yen, which have none.

mod marks;
#[cfg(test)]
mod tests;
mod whole;

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::marks::is_of_an_amount;
use self::marks::{Bare, bare, multiplied, number, ungrouped};
pub use self::whole::{MOST_IMPRESSIONS, count, whole};
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

/// An amount: `12.50`, `12,50`, `$1,234.56`, `1.234,56 €`, `USD 12.50`, `12_500`, `$25.2k`. Its currency
/// is known only where it is named.
///
/// # Errors
/// Where it is none, or has two readings.
pub fn read(text: &str, numbers: Numbers) -> Result<Typed, Mistyped> {
    read_in(text, numbers, None)
}

/// As [`read`], of the currency that is asked for where none is named.
///
/// # Errors
/// Where it is none, or has two readings. That it names another currency is told by [`Typed::of`].
pub fn read_in(text: &str, numbers: Numbers, asked: Option<Currency>) -> Result<Typed, Mistyped> {
    let Bare { digits, currency, sign, times } = bare(text)?;
    let decimals = currency.or(asked).map(Currency::decimals).filter(|_| times == 1);
    let amount = multiplied(number(&digits, numbers, decimals), times)?;
    if amount > MOST_COST {
        return no("no amount is that large");
    }
    Ok(Typed { amount, currency, sign })
}

/// A number as programs write it, not below zero: digits, a point before decimals, `_` between thousands,
/// `2.5e4`. `None` where it is none, or has more digits than are kept exactly.
pub fn of_a_program(text: &str) -> Option<Decimal> {
    let text: String = text.trim().chars().filter(|c| *c != '_').collect();
    let text = text.strip_prefix('+').unwrap_or(&text);
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // What a decimal cannot hold exactly is refused, not rounded.
    let amount = if digits {
        Decimal::from_str_exact(text).ok()
    } else {
        Decimal::from_scientific(text).ok().filter(|_| text.len() <= 28)
    };
    amount.filter(|amount| !amount.is_sign_negative() || amount.is_zero())
}

/// A plain number that is no amount: a rate, a factor, a speed. Decimals in either style.
///
/// # Errors
/// Where it is none, has two readings, or a currency stands beside it.
pub fn factor(text: &str) -> Result<Decimal, Mistyped> {
    let typed = read(text, Numbers::Either)?;
    if typed.is_bare() { Ok(typed.amount) } else { no("it is a plain number, of no currency") }
}

/// An amount of `currency`, as a person types it.
///
/// # Errors
/// Where it is none, has two readings, or names another currency.
pub fn amount(text: &str, currency: Currency) -> Result<Decimal, Mistyped> {
    read_in(text, Numbers::Either, Some(currency))?.of(currency)
}

/// An amount read as the desk writes it: commas between thousands, a point before decimals. `None` where
/// it is not written so.
pub fn as_shown(text: &str) -> Option<Typed> {
    let Bare { digits, currency, sign, times } = bare(text).ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
    let whole = ungrouped(whole, |c| c == ',').ok()?;
    let is_whole =
        fraction.bytes().all(|b| b.is_ascii_digit()) && digits.bytes().any(|b| b.is_ascii_digit());
    let read = number(&format!("{whole}.{fraction}"), Numbers::Point, None);
    let amount = multiplied(read, times).ok().filter(|_| is_whole)?;
    Some(Typed { amount, currency, sign })
}

/// Whether it is `meant`, read as the desk writes.
fn is_shown(text: &str, meant: Decimal, currency: Currency) -> bool {
    as_shown(text).is_some_and(|typed| typed.of(currency) == Ok(meant))
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

    /// Whether neither a currency nor its sign stands beside it.
    pub fn is_bare(&self) -> bool {
        self.currency.is_none() && self.sign.is_none()
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
    // Three decimals alone could be thousands, but of a currency that has three.
    let decimals = shown.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let is_own = currency.decimals() == 3;
    if decimals == 3 && !is_own { format!("{shown}0") } else { shown }
}

/// What was understood, where it was not typed as the desk writes it: `12,000.00 USD`.
pub fn understood(text: &str, amount: Decimal, currency: Currency) -> Option<String> {
    let shown = Cost::new(amount, currency).grouped();
    let is_rounded = bare(text).is_ok_and(|bare| bare.times > 1);
    (is_rounded || !is_shown(text, amount, currency)).then(|| format!("{shown} {currency}"))
}

/// What was typed otherwise than as a plain figure, with what it was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// The option, or the key of the configuration.
    pub option: String,
    /// As it was typed.
    pub typed: String,
    /// The plain figure, with its currency where it is an amount: `25000.00 USD`, `500000`.
    pub means: String,
}

impl Understood {
    /// What is said back of `typed`; `None` where that is a plain figure.
    pub fn new(option: &str, typed: &str, means: String) -> Option<Self> {
        let is_plain = typed.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let (option, typed) = (option.to_owned(), crate::domain::text::clean(typed, 80));
        (!is_plain).then_some(Self { option, typed, means })
    }

    /// What is said back of an amount.
    pub fn amount(option: &str, typed: &str, amount: Decimal, currency: Currency) -> Option<Self> {
        Self::new(option, typed, Cost::new(amount, currency).to_string())
    }
}

impl fmt::Display for Understood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} is read as {}", self.option, self.typed, self.means)
    }
}
