//! A price that fits any quote: so much CPM, or a share of what is quoted.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::money;

/// A price that is given as CPM or as a share of the quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Amount {
    /// CPM, in the quote's currency.
    Cpm(Decimal),
    /// Percent of the quoted price (80 is eighty percent).
    Percent(Decimal),
}

impl Amount {
    /// What it comes to for a quote, CPM, to the cent.
    pub fn of(&self, quoted: Decimal) -> Decimal {
        match self {
            Self::Cpm(cpm) => *cpm,
            Self::Percent(percent) => {
                let scaled = quoted.checked_mul(*percent).unwrap_or(quoted);
                (scaled / Decimal::ONE_HUNDRED).round_dp(2)
            }
        }
    }

    /// The number alone: CPM or percent.
    pub fn number(self) -> Decimal {
        match self {
            Self::Cpm(number) | Self::Percent(number) => number,
        }
    }

    /// Another number of the same kind.
    #[must_use]
    pub fn with(self, number: Decimal) -> Self {
        match self {
            Self::Cpm(_) => Self::Cpm(number),
            Self::Percent(_) => Self::Percent(number),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpm(cpm) => f.pad(&money::plain(*cpm)),
            Self::Percent(percent) => f.pad(&format!("{}%", percent.normalize())),
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no amount: write 22.50, or 80% of the quote");
        let (number, is_percent) =
            text.strip_suffix('%').map_or((text, false), |number| (number, true));
        let number =
            money::typed(number).filter(|n| *n <= Decimal::from(10_000)).ok_or_else(wrong)?;
        Ok(if is_percent { Self::Percent(number) } else { Self::Cpm(number) })
    }
}
