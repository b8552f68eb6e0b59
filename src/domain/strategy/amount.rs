//! A price that fits any quote: so much CPM, or a share of what is quoted.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Cpm, Currency,
    money::{
        self, exact,
        typed::{self, Mistyped, Numbers},
    },
};

/// A price that is given as CPM or as a share of the quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Amount {
    /// CPM, in the quote's currency.
    Cpm(Decimal),
    /// Percent of the quoted price (80 is eighty percent).
    Percent(Decimal),
}

impl Amount {
    /// What it comes to for a quote, in whole ticks of its currency.
    pub fn of(&self, quoted: Cpm) -> Decimal {
        match self {
            Self::Cpm(cpm) => *cpm,
            Self::Percent(percent) => {
                quoted.currency().nearest(exact::percent_of(quoted.amount(), *percent))
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
        Self::read(text, None).map_err(|misread| match &misread {
            Mistyped::Not(_) => wrong(),
            Mistyped::Two(..) | Mistyped::Currency(..) => format!("{text:?}: {misread}"),
        })
    }
}

impl Amount {
    /// A price as CPM, in `currency` where one is named, or as a share of the quote.
    ///
    /// # Errors
    /// Where it is neither, or has two readings.
    pub fn read(text: &str, currency: Option<Currency>) -> Result<Self, Mistyped> {
        let text = text.trim();
        let Some(percent) = text.strip_suffix('%') else {
            return Ok(Self::Cpm(of(text, currency)?));
        };
        let percent = typed::factor(percent)?;
        if percent > Decimal::from(10_000) {
            return Err(Mistyped::Not("it is no share of a quote".to_owned()));
        }
        Ok(Self::Percent(percent))
    }
}

/// An amount of `currency`; where that is not known, none may be named.
pub(super) fn of(text: &str, currency: Option<Currency>) -> Result<Decimal, Mistyped> {
    let typed = typed::read_in(text, Numbers::Either, currency)?;
    match currency {
        Some(currency) => typed.of(currency),
        None if typed.is_bare() => Ok(typed.amount),
        None => Err(Mistyped::Not("it is in the currency of the quote, which is not named".into())),
    }
}
