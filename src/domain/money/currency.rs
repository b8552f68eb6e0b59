//! Currencies: ISO 4217 codes, and how many decimals an amount in each has.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::NotMoney;

/// An ISO 4217 code: three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Currencies whose smallest amount is not a hundredth, with their decimals (ISO 4217, minor units).
const DECIMALS: [(&[u8; 3], u32); 26] = [
    (b"BHD", 3),
    (b"BIF", 0),
    (b"CLF", 4),
    (b"CLP", 0),
    (b"DJF", 0),
    (b"GNF", 0),
    (b"IQD", 3),
    (b"ISK", 0),
    (b"JOD", 3),
    (b"JPY", 0),
    (b"KMF", 0),
    (b"KRW", 0),
    (b"KWD", 3),
    (b"LYD", 3),
    (b"OMR", 3),
    (b"PYG", 0),
    (b"RWF", 0),
    (b"TND", 3),
    (b"UGX", 0),
    (b"UYI", 0),
    (b"UYW", 4),
    (b"VND", 0),
    (b"VUV", 0),
    (b"XAF", 0),
    (b"XOF", 0),
    (b"XPF", 0),
];

impl Currency {
    /// US dollars: what a v1 seller means where it names no currency.
    pub const USD: Self = Self(*b"USD");

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimals an amount in it has: two of a dollar, none of a yen, three of a dinar.
    pub fn decimals(self) -> u32 {
        let own = DECIMALS.iter().find(|(code, _)| **code == self.0);
        own.map_or(2, |(_, decimals)| *decimals)
    }

    /// The smallest amount of it: a cent, a yen.
    pub fn tick(self) -> Decimal {
        Decimal::new(1, self.decimals())
    }

    /// An amount in whole ticks.
    pub fn rounded(self, amount: Decimal, strategy: RoundingStrategy) -> Decimal {
        amount.round_dp_with_strategy(self.decimals(), strategy)
    }

    /// An amount in the nearest whole tick, half to even.
    pub fn nearest(self, amount: Decimal) -> Decimal {
        self.rounded(amount, RoundingStrategy::MidpointNearestEven)
    }

    /// Its ticks in words: `cents`, `JPY`, `steps of 0.001 KWD`.
    pub fn ticks(self) -> String {
        match self.decimals() {
            2 if self == Self::USD => self.parts().to_owned(),
            0 => self.to_string(),
            _ => format!("steps of {} {self}", self.tick()),
        }
    }

    /// What a hundredth, a thousandth of it is called in words.
    pub fn parts(self) -> &'static str {
        match self.decimals() {
            2 if self == Self::USD => "cents",
            2 => "hundredths",
            3 => "thousandths",
            _ => "ten-thousandths",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(NotMoney(text.to_owned(), "a currency (three capital letters, like USD)")),
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_has_the_decimals_of_iso_4217() {
        for (code, decimals, tick) in [
            ("USD", 2, "0.01"),
            ("EUR", 2, "0.01"),
            ("JPY", 0, "1"),
            ("KRW", 0, "1"),
            ("VND", 0, "1"),
            ("CLP", 0, "1"),
            ("ISK", 0, "1"),
            ("XPF", 0, "1"),
            ("KWD", 3, "0.001"),
            ("BHD", 3, "0.001"),
            ("JOD", 3, "0.001"),
            ("OMR", 3, "0.001"),
            ("CLF", 4, "0.0001"),
        ] {
            let currency: Currency = code.parse().unwrap();
            assert_eq!(currency.decimals(), decimals, "{code}");
            assert_eq!(currency.tick().to_string(), tick, "{code}");
        }
        assert!("usd".parse::<Currency>().is_err());
    }

    #[test]
    fn the_smallest_amounts_have_names_that_people_know() {
        for (code, ticks, parts) in [
            ("USD", "cents", "cents"),
            ("EUR", "steps of 0.01 EUR", "hundredths"),
            ("JPY", "JPY", "ten-thousandths"),
            ("KWD", "steps of 0.001 KWD", "thousandths"),
            ("CLF", "steps of 0.0001 CLF", "ten-thousandths"),
        ] {
            let currency: Currency = code.parse().unwrap();
            assert_eq!((currency.ticks().as_str(), currency.parts()), (ticks, parts), "{code}");
        }
    }
}
