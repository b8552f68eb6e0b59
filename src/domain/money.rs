//! Exact money: prices per thousand impressions (CPM) and what they cost, each with its currency.
//!
//! Amounts are decimal (`rust_decimal`), never binary floating point. In our JSON both are strings
//! with their currency (`"13.50 USD"`). Amounts of different currencies do not compare.

use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An ISO 4217 code: three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollars: what a v1 seller means where it names no currency.
    pub const USD: Self = Self(*b"USD");

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that is no amount of money or no currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not {1}")]
pub struct NotMoney(String, &'static str);

impl FromStr for Currency {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(NotMoney(text.to_owned(), "a currency (three capital letters, like USD)")),
        }
    }
}

macro_rules! amounts {
    ($( $(#[$doc:meta])* $name:ident; )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name {
            amount: Decimal,
            currency: Currency,
        }

        impl $name {
            /// `amount` in `currency`.
            pub fn new(amount: Decimal, currency: Currency) -> Self {
                Self { amount, currency }
            }

            /// `amount` in US dollars.
            pub fn usd(amount: Decimal) -> Self {
                Self::new(amount, Currency::USD)
            }

            /// The bare amount.
            pub fn amount(&self) -> Decimal {
                self.amount
            }

            /// The currency of the amount.
            pub fn currency(&self) -> Currency {
                self.currency
            }

            /// `self - other`, if both are of one currency and the difference is one a decimal holds.
            pub fn minus(&self, other: &Self) -> Option<Decimal> {
                let amount = self.amount.checked_sub(other.amount);
                amount.filter(|_| self.currency == other.currency)
            }

            /// The amount as people read it: at least two decimals, exact (`13.50`, `12.3456`).
            pub fn plain(&self) -> String {
                plain(self.amount)
            }

            /// The amount with thousands separated (`12,610.00`).
            pub fn grouped(&self) -> String {
                grouped(self.amount)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                (self.currency == other.currency).then(|| self.amount.cmp(&other.amount))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!("{} {}", self.plain(), self.currency))
            }
        }

        impl FromStr for $name {
            type Err = NotMoney;

            fn from_str(text: &str) -> Result<Self, NotMoney> {
                let (amount, currency) = text.split_once(' ').unwrap_or((text, "USD"));
                let amount = Decimal::from_str_exact(amount)
                    .map_err(|_| NotMoney(text.to_owned(), "an amount"))?;
                Ok(Self::new(amount, currency.parse()?))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )+ };
}

amounts! {
    /// A price per thousand impressions.
    Cpm;
    /// An amount to pay.
    Cost;
}

impl Cpm {
    /// What `impressions` cost at this CPM: impressions ÷ 1000 × CPM, to the cent, half to even.
    /// An amount beyond what a decimal holds is capped, so that it fails every limit.
    pub fn cost(&self, impressions: u64) -> Cost {
        let cost = self
            .amount
            .checked_mul(Decimal::from(impressions))
            .map_or(Decimal::MAX, |thousandfold| thousandfold / Decimal::ONE_THOUSAND);
        Cost::new(
            cost.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven),
            self.currency,
        )
    }

    /// This CPM after a discount of `percent` (10 is ten percent), unrounded.
    #[must_use]
    pub fn less_percent(&self, percent: Decimal) -> Self {
        Self::new(self.amount * (Decimal::ONE - percent / Decimal::ONE_HUNDRED), self.currency)
    }

    /// Whether this CPM is a whole number of `tick`s.
    pub fn is_on_tick(&self, tick: Decimal) -> bool {
        tick.is_zero() || (self.amount % tick).is_zero()
    }
}

impl Cost {
    /// The sum, if both are of one currency.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| Self::new(self.amount.saturating_add(other.amount), self.currency))
    }

    /// What it becomes where `was` turned into `now`: for an amount in one currency that follows one
    /// in another. Nothing follows from a `was` of zero.
    #[must_use]
    pub fn scaled(&self, now: Decimal, was: Decimal) -> Self {
        let scaled = now.checked_div(was).and_then(|share| self.amount.checked_mul(share));
        Self::new(scaled.unwrap_or(self.amount), self.currency)
    }
}

/// At least two decimals, exact otherwise: `13.50`, `12.3456789`.
pub fn plain(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// Like [`plain`], with thousands separated by commas.
pub fn grouped(amount: Decimal) -> String {
    let text = plain(amount);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::with_capacity(text.len() + 4);
    out.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A whole number with thousands separated (`500,000`).
pub fn count(number: u64) -> String {
    let text = grouped(Decimal::from(number));
    text.split_once('.').map_or_else(|| text.clone(), |(whole, _)| whole.to_owned())
}

/// A price as a person types it: `25.22`, `25,22`, with or without a leading `$`.
pub fn typed(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_start_matches('$');
    let text = if text.contains('.') { text.to_owned() } else { text.replacen(',', ".", 1) };
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if text.is_empty() || !digits { None } else { Decimal::from_str_exact(&text).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn cost_is_impressions_over_a_thousand_times_cpm() {
        assert_eq!(Cpm::usd(d("25.22")).cost(500_000), Cost::usd(d("12610.00")));
        assert_eq!(Cpm::usd(d("12.345")).cost(1_000), Cost::usd(d("12.34")));
        assert_eq!(Cpm::usd(Decimal::MAX).cost(u64::MAX).amount(), Decimal::MAX);
    }

    #[test]
    fn people_read_at_least_two_decimals_and_thousands() {
        assert_eq!(plain(d("13.5")), "13.50");
        assert_eq!(plain(d("12.3456789000")), "12.3456789");
        assert_eq!(grouped(d("-1234567.5")), "-1,234,567.50");
        assert_eq!(grouped(d("999")), "999.00");
        assert_eq!(count(2_000_000), "2,000,000");
        assert_eq!(count(500), "500");
        assert_eq!(count(0), "0");
    }

    #[test]
    fn a_price_is_typed_with_point_or_comma() {
        assert_eq!(typed("25.22"), Some(d("25.22")));
        assert_eq!(typed(" $25,22 "), Some(d("25.22")));
        assert_eq!(typed("1,234.50"), None, "a grouped price is not a price: too easy to misread");
        assert_eq!(typed("-3"), None);
        assert_eq!(typed("1e3"), None);
        assert_eq!(typed(""), None);
    }

    #[test]
    fn currencies_do_not_mix() {
        let eur = Cpm::new(d("1"), "EUR".parse().unwrap());
        assert_eq!(eur.partial_cmp(&Cpm::usd(d("1"))), None);
        assert_eq!(eur.minus(&Cpm::usd(d("1"))), None);
        assert!("usd".parse::<Currency>().is_err());
    }

    proptest! {
        #[test]
        fn json_keeps_every_digit(units in any::<i64>(), scale in 0u32..9) {
            let cpm = Cpm::usd(Decimal::new(units, scale));
            let json = serde_json::to_string(&cpm).unwrap();
            prop_assert_eq!(serde_json::from_str::<Cpm>(&json).unwrap(), cpm);
        }
    }
}
