//! A price with what it buys, and what a quantity costs at it, exactly.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::Display;

use super::{Cost, Cpm, Currency};

/// What a price buys. Source: the rate types of OpenDirect 2.1, and the words of sellers for them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Display, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RateType {
    /// A thousand impressions.
    #[strum(serialize = "CPM")]
    Cpm,
    /// A thousand impressions that were seen, which sellers call vCPM as well. How many will be seen,
    /// nobody knows before.
    #[strum(serialize = "vCPM")]
    Cpmv,
    /// A click.
    #[strum(serialize = "CPC")]
    Cpc,
    /// A day.
    #[strum(serialize = "CPD")]
    Cpd,
    /// All of it.
    #[strum(serialize = "flat rate")]
    FlatRate,
}

impl RateType {
    /// Reads a seller's word for its pricing model. Nothing said is a CPM; `None` is a word for
    /// something else (a completed view, a point), or one that cannot be read.
    pub fn parse(word: &str) -> Option<Self> {
        let said = word.trim();
        let word: String = said.chars().filter(|c| c.is_alphanumeric()).collect();
        Some(match word.to_lowercase().as_str() {
            "" if said.is_empty() => Self::Cpm,
            "cpm" | "costpermille" | "costperthousand" => Self::Cpm,
            "cpmv" | "vcpm" | "viewablecpm" => Self::Cpmv,
            "cpc" | "costperclick" => Self::Cpc,
            "cpd" | "costperday" => Self::Cpd,
            "flatrate" | "flat" => Self::FlatRate,
            _ => return None,
        })
    }

    /// What its limit is called in the configuration, under `limits`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cpm | Self::Cpmv => "cpm",
            Self::Cpc => "cpc",
            Self::Cpd => "cpd",
            Self::FlatRate => "flat_rate",
        }
    }

    /// Whether it is a price for a thousand impressions.
    pub fn is_per_thousand(self) -> bool {
        matches!(self, Self::Cpm | Self::Cpmv)
    }
}

/// How much is bought, as far as it is known. Nothing of something is as good as not known: it is
/// not for free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quantity {
    /// Impressions.
    pub impressions: Option<u64>,
    /// Clicks.
    pub clicks: Option<u64>,
    /// Days of the flight.
    pub days: Option<u64>,
}

impl Quantity {
    /// So many impressions, and nothing else that is known.
    pub fn of_impressions(impressions: Option<u64>) -> Self {
        Self { impressions, ..Self::default() }
    }
}

/// A price for one of what its rate type names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Price {
    /// How much of the currency.
    pub amount: Decimal,
    /// The currency of the amount.
    pub currency: Currency,
    /// What it buys.
    pub unit: RateType,
}

impl From<Cpm> for Price {
    fn from(cpm: Cpm) -> Self {
        Self { amount: cpm.amount(), currency: cpm.currency(), unit: RateType::Cpm }
    }
}

impl Price {
    /// The price per thousand impressions; `None` where it is for something else.
    pub fn cpm(&self) -> Option<Cpm> {
        self.unit.is_per_thousand().then(|| Cpm::new(self.amount, self.currency))
    }

    /// What a quantity costs, to the smallest amount of the currency, half to even. `None` where the
    /// number of what the price buys is not known; it is never guessed. An amount beyond what a decimal
    /// holds is capped, so that it fails every limit.
    pub fn cost(&self, quantity: &Quantity) -> Option<Cost> {
        let count = match self.unit {
            RateType::Cpm | RateType::Cpmv => {
                let impressions = quantity.impressions.filter(|count| *count > 0)?;
                return Some(Cpm::new(self.amount, self.currency).cost(impressions));
            }
            RateType::Cpc => quantity.clicks,
            RateType::Cpd => quantity.days,
            RateType::FlatRate => Some(1),
        };
        let count = count.filter(|count| *count > 0)?;
        let cost = self.amount.checked_mul(Decimal::from(count)).unwrap_or(Decimal::MAX);
        Some(Cost::new(self.currency.nearest(cost), self.currency))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNITS: [RateType; 5] =
        [RateType::Cpm, RateType::Cpmv, RateType::Cpc, RateType::Cpd, RateType::FlatRate];

    fn price(text: &str, unit: RateType) -> Price {
        Price { unit, ..text.parse::<Cpm>().unwrap().into() }
    }

    #[test]
    fn each_rate_type_costs_its_amount_for_each_of_what_it_buys() {
        let all = Quantity { impressions: Some(500_000), clicks: Some(1_200), days: Some(30) };
        for (amount, unit, cost) in [
            ("25.22", RateType::Cpm, "12610.00"),
            ("25.22", RateType::Cpmv, "12610.00"),
            ("0.85", RateType::Cpc, "1020.00"),
            ("400", RateType::Cpd, "12000.00"),
            ("15000", RateType::FlatRate, "15000.00"),
            ("0.125", RateType::FlatRate, "0.12"),
            ("1700 JPY", RateType::Cpd, "51000 JPY"),
        ] {
            assert_eq!(price(amount, unit).cost(&all), cost.parse().ok(), "{amount} {unit}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_costed() {
        let (impressions, clicks, days) = (Some(1_000), Some(10), Some(3));
        let without_impressions = Quantity { impressions: None, clicks, days };
        let without_clicks = Quantity { impressions, clicks: None, days };
        let without_days = Quantity { impressions, clicks, days: None };
        let zeros = Quantity { impressions: Some(0), clicks: Some(0), days: Some(0) };
        let known =
            |quantity: &Quantity| UNITS.map(|unit| price("2", unit).cost(quantity).is_some());
        assert_eq!(known(&without_impressions), [false, false, true, true, true]);
        assert_eq!(known(&without_clicks), [true, true, false, true, true]);
        assert_eq!(known(&without_days), [true, true, true, false, true]);
        assert_eq!(known(&zeros), [false, false, false, false, true]);
    }

    #[test]
    fn only_a_price_per_thousand_is_a_cpm() {
        let cpms = UNITS.map(|unit| price("17", unit).cpm().is_some());
        assert_eq!(cpms, [true, true, false, false, false]);
    }

    #[test]
    fn the_words_of_sellers_for_a_rate_type() {
        for (unit, words) in [
            (Some(RateType::Cpm), &["cpm", "CPM", "", " ", "cost_per_mille"][..]),
            (Some(RateType::Cpmv), &["vcpm", "vCPM", "CPMV", "viewable CPM"]),
            (Some(RateType::Cpc), &["cpc", "CPC", "cost-per-click"]),
            (Some(RateType::Cpd), &["cpd", "CPD"]),
            (Some(RateType::FlatRate), &["flat_rate", "FlatRate", "flat rate", "flat"]),
            (None, &["CPCV", "cpp", "ＣＰＣ", "за клик", "%", "on request"]),
        ] {
            for word in words {
                assert_eq!(RateType::parse(word), unit, "{word}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_cost_in_whole_cents_is_the_sum_of_its_parts(
            cents in 0_i64..1_000_000_000, count in 1_u64..100_000, more in 1_u64..100_000,
        ) {
            let amount = Decimal::new(cents, 2);
            for unit in [RateType::Cpc, RateType::Cpd] {
                let price = Price { amount, currency: Currency::USD, unit };
                let cost = |count| {
                    let (clicks, days) = (Some(count), Some(count));
                    price.cost(&Quantity { impressions: None, clicks, days }).unwrap()
                };
                prop_assert_eq!(cost(1).amount(), amount);
                prop_assert_eq!(cost(count).plus(&cost(more)).unwrap(), cost(count + more));
                let in_cents = i128::from(cents) * i128::from(count);
                prop_assert_eq!(cost(count).amount(), Decimal::from_i128_with_scale(in_cents, 2));
            }
            let flat = Price { amount, currency: Currency::USD, unit: RateType::FlatRate };
            prop_assert_eq!(flat.cost(&Quantity::default()).unwrap().amount(), amount);
        }

        #[test]
        fn thousands_cost_the_cpm_for_each(cents in 0_i64..1_000_000_000, thousands in 1_u64..100_000) {
            let price = Price::from(Cpm::usd(Decimal::new(cents, 2)));
            let cost = price.cost(&Quantity::of_impressions(Some(thousands * 1_000))).unwrap();
            let in_cents = i128::from(cents) * i128::from(thousands);
            prop_assert_eq!(cost.amount(), Decimal::from_i128_with_scale(in_cents, 2));
        }

        #[test]
        fn no_amount_stops_it(units in any::<i64>(), scale in 0_u32..20, count in any::<u64>()) {
            let [impressions, clicks, days] = [Some(count); 3];
            let quantity = Quantity { impressions, clicks, days };
            for unit in UNITS {
                let price = Price { amount: Decimal::new(units, scale), currency: Currency::USD, unit };
                let cost = price.cost(&quantity);
                prop_assert_eq!(cost.is_some(), count > 0 || unit == RateType::FlatRate);
            }
        }
    }
}
