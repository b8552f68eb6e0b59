//! Exact money: prices, per thousand impressions (CPM) and for what else sellers price, and what they
//! cost, each with its currency.
//!
//! Amounts are decimal (`rust_decimal`), never binary floating point. In our JSON both are strings
//! with their currency (`"13.50 USD"`). Amounts of different currencies do not compare.

pub mod currency;
pub mod exact;
mod price;
pub mod rates;
pub mod typed;

use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use self::{
    currency::Currency,
    price::{Price, Quantity, RateType},
    rates::Rates,
    typed::{Mistyped, Typed},
};

/// No price per thousand of any currency is more than this; one that claims to be is not a price.
pub const MOST_CPM: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// No amount to pay, of any currency, is more than this: 10¹⁵.
pub const MOST_COST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// A text that is no amount of money or no currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not {1}")]
pub struct NotMoney(pub(super) String, pub(super) &'static str);

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

            /// The amount as people read it: with the decimals of its currency, exact (`13.50`,
            /// `12.3456`; yen without).
            pub fn plain(&self) -> String {
                plain_in(self.amount, self.currency)
            }

            /// The amount as it stands where `named` is named for it: with its own currency where that
            /// is another one.
            pub fn plain_beside(&self, named: Currency) -> String {
                if self.currency == named { self.plain() } else { self.to_string() }
            }

            /// The amount with thousands separated (`12,610.00`).
            pub fn grouped(&self) -> String {
                separated(&self.plain())
            }

            /// As [`Self::grouped`] with the currency (`12,610.00 USD`).
            pub fn in_full(&self) -> String {
                format!("{} {}", self.grouped(), self.currency)
            }

            /// Whether it is the same amount of the same currency, as programs that keep it in a
            /// binary double write it.
            pub fn is_same(&self, other: &Self) -> bool {
                self.currency == other.currency && exact::is_same(self.amount, other.amount)
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
    /// What `impressions` cost at this CPM: impressions ÷ 1000 × CPM, to the smallest amount of its
    /// currency, half to even. An amount beyond what a decimal holds is capped, so that it fails every
    /// limit.
    pub fn cost(&self, impressions: u64) -> Cost {
        let thousandfold = self.amount.checked_mul(Decimal::from(impressions));
        let cost = thousandfold.map_or(Decimal::MAX, |it| exact::part(it, 1_000));
        Cost::new(self.currency.nearest(cost), self.currency)
    }

    /// This CPM after a discount of `percent` (10 is ten percent), unrounded.
    #[must_use]
    pub fn less_percent(&self, percent: Decimal) -> Self {
        Self::new(exact::less_percent(self.amount, percent), self.currency)
    }

    /// This CPM in whole ticks of its currency, half to even.
    #[must_use]
    pub fn nearest(&self) -> Self {
        Self::new(self.currency.nearest(self.amount), self.currency)
    }

    /// Whether this CPM is a whole number of the smallest amount of its currency.
    pub fn is_on_tick(&self) -> bool {
        self.amount.normalize().scale() <= self.currency.decimals()
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

/// At least two decimals, exact otherwise: `13.50`, `12.3456789`. For amounts of a currency that is not
/// known here; [`plain_in`] has its decimals.
pub fn plain(amount: Decimal) -> String {
    with_decimals(amount, 2)
}

/// As many decimals as its currency has at least, exact otherwise: `13.50`, yen `1700`, dinar `1.235`.
pub fn plain_in(amount: Decimal, currency: Currency) -> String {
    with_decimals(amount, currency.decimals())
}

fn with_decimals(amount: Decimal, least: u32) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < least {
        amount.rescale(least);
    }
    amount.to_string()
}

/// Like [`plain`], with thousands separated by commas.
pub fn grouped(amount: Decimal) -> String {
    separated(&plain(amount))
}

/// Like [`plain_in`], with thousands separated by commas.
pub fn grouped_in(amount: Decimal, currency: Currency) -> String {
    separated(&plain_in(amount, currency))
}

fn separated(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
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
    separated(&number.to_string())
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
    fn costs_add_up_in_one_currency_alone() {
        let cost = |text: &str| text.parse::<Cost>().unwrap();
        assert_eq!(cost("1.50 EUR").plus(&cost("2.25 EUR")), Some(cost("3.75 EUR")));
        assert_eq!(cost("1.50 EUR").plus(&cost("2.25")), None);
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
    fn amounts_have_the_decimals_of_their_currency() {
        for (cpm, impressions, cost, shown) in [
            ("1599 JPY", 123_457, "197408 JPY", "197,408"),
            ("1700.85 JPY", 1_000, "1701 JPY", "1,701"),
            ("1.235 KWD", 10_001, "12.351 KWD", "12.351"),
            ("1.2 KWD", 1_000, "1.2 KWD", "1.200"),
            ("13.5 EUR", 1_000, "13.5 EUR", "13.50"),
        ] {
            let cpm: Cpm = cpm.parse().unwrap();
            assert_eq!(cpm.cost(impressions), cost.parse().unwrap(), "{cpm}");
            assert_eq!(cpm.cost(impressions).grouped(), shown, "{cpm}");
        }
        let shown = |text: &str| text.parse::<Cpm>().unwrap().to_string();
        assert_eq!(shown("1700.85 JPY"), "1700.85 JPY", "nothing that was told is left out");
        assert_eq!(shown("1599.00 JPY"), "1599 JPY");
        assert_eq!(MOST_COST.to_string(), "1000000000000000");
        assert!(!"1582.69 JPY".parse::<Cpm>().unwrap().is_on_tick());
        assert!("1.235 KWD".parse::<Cpm>().unwrap().is_on_tick());
        assert!(!"1.235".parse::<Cpm>().unwrap().is_on_tick());
        assert!("25.2200".parse::<Cpm>().unwrap().is_on_tick());
    }

    #[test]
    fn currencies_do_not_mix() {
        let eur = Cpm::new(d("1"), "EUR".parse().unwrap());
        assert_eq!(eur.partial_cmp(&Cpm::usd(d("1"))), None);
        assert_eq!(eur.minus(&Cpm::usd(d("1"))), None);
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
