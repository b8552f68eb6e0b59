//! What an amount of one currency is worth in another, by the rates that a person set: the one
//! conversion, for limits, offers, rankings and what others ask.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Cost, Cpm, Currency};

/// The rates that are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// The currency that the rates are in.
    pub own: Currency,
    /// What one unit of another currency is worth in it.
    pub rates: BTreeMap<Currency, Decimal>,
}

impl Default for Rates {
    fn default() -> Self {
        Self { own: Currency::USD, rates: BTreeMap::new() }
    }
}

impl Rates {
    /// What one unit of a currency is worth; `None` where no rate is set.
    pub fn of(&self, currency: Currency) -> Option<Decimal> {
        if currency == self.own {
            return Some(Decimal::ONE);
        }
        self.rates.get(&currency).copied().filter(|rate| *rate > Decimal::ZERO)
    }

    /// What an amount of one currency is worth in another; `None` where a rate is missing or the amount
    /// is beyond what a decimal holds.
    pub fn worth(&self, amount: Decimal, from: Currency, to: Currency) -> Option<Decimal> {
        if from == to {
            return Some(amount);
        }
        amount.checked_mul(self.of(from)?)?.checked_div(self.of(to)?)
    }

    /// What a price is worth in another currency.
    pub fn cpm(&self, cpm: Cpm, to: Currency) -> Option<Cpm> {
        Some(Cpm::new(self.worth(cpm.amount(), cpm.currency(), to)?, to))
    }

    /// What a cost is worth in another currency.
    pub fn cost(&self, cost: Cost, to: Currency) -> Option<Cost> {
        Some(Cost::new(self.worth(cost.amount(), cost.currency(), to)?, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_without_a_rate_is_worth_nothing_that_is_known() {
        let [eur, gbp, jpy] = ["EUR", "GBP", "JPY"].map(|code| code.parse::<Currency>().unwrap());
        let rate = |text: &str| text.parse::<Decimal>().unwrap();
        let rates = Rates {
            own: Currency::USD,
            rates: [(eur, rate("1.08")), (gbp, rate("1.35"))].into_iter().collect(),
        };
        let worth = |amount: &str, from, to| rates.worth(rate(amount), from, to);
        assert_eq!(worth("17", eur, Currency::USD), Some(rate("18.36")));
        assert_eq!(worth("10.80", Currency::USD, eur), Some(rate("10")));
        assert_eq!(worth("8", gbp, eur), Some(rate("10")));
        assert_eq!(worth("17", jpy, jpy), Some(rate("17")));
        assert_eq!(worth("17", jpy, Currency::USD), None);
        assert_eq!(worth("17", Currency::USD, jpy), None);
        let most = Cost::new(Decimal::MAX, eur);
        assert_eq!(rates.cost(most, Currency::USD), None);
        let zero = Rates { own: Currency::USD, rates: [(eur, Decimal::ZERO)].into() };
        assert_eq!(zero.of(eur), None, "a rate of zero is none");
    }
}
