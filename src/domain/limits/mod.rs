//! The buyer's own limits, all checked here and all before anything is sent.
//!
//! An unset limit is zero: nothing can be booked live until a person has set it (safety.md 4.3).
//! At or under passes. Amounts are in `currency`; another currency is refused.

mod raised;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::raised::Changed;
use super::{Check, Cost, Cpm, Currency, DealType, SellerName};

/// What is expected to be paid is rounded up to the cent: never in favour of a limit.
const ROUND_UP: rust_decimal::RoundingStrategy = rust_decimal::RoundingStrategy::AwayFromZero;

/// The limits of one desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The currency of every amount here.
    pub currency: Currency,
    /// Committed, in flight and unknown together.
    pub exposure: Option<Decimal>,
    /// Booked within one UTC day.
    pub day: Option<Decimal>,
    /// One deal.
    pub deal: Option<Decimal>,
    /// Up to this cost, `y` answers a ticket; above it the price is typed.
    pub easy: Decimal,
    /// CPM: `default`, a product type, or a seller's name. The most specific one holds.
    pub cpm: BTreeMap<String, Decimal>,
    /// Sanity band: how far, as a fraction, a price may be from our median of the last 20 of its class
    /// before the desk asks again.
    pub band: Decimal,
    /// How many times our median quantity may be bought before the desk asks again.
    pub qty_jump: Decimal,
    /// The expected clearing price of a private auction, over its floor: what its CPM limit is held against.
    pub auction_factor: Decimal,
    /// What one unit of another currency is worth in `currency`. A currency that is not here is refused.
    pub rates: BTreeMap<Currency, Decimal>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            currency: Currency::USD,
            exposure: None,
            day: None,
            deal: None,
            easy: Decimal::ONE_THOUSAND,
            cpm: BTreeMap::new(),
            band: Decimal::new(35, 2),
            qty_jump: Decimal::TEN,
            auction_factor: Decimal::new(120, 2),
            rates: BTreeMap::new(),
        }
    }
}

/// What is to be bought, as far as limits care.
#[derive(Debug, Clone)]
pub struct Purchase<'a> {
    /// From whom.
    pub seller: &'a SellerName,
    /// `ctv`, `video`, …
    pub inventory_type: &'a str,
    /// Kind of deal.
    pub deal_type: DealType,
    /// At which price.
    pub cpm: Cpm,
    /// For how much; `None` where impressions are absent and no planned spend was given.
    pub cost: Option<Cost>,
    /// What is committed, in flight or unknown already.
    pub exposure: Decimal,
    /// What was booked today (UTC) already.
    pub today: Decimal,
}

impl Limits {
    /// The CPM limit for a seller and a product type: the seller's, else the type's, else the default.
    pub fn cpm_limit(&self, seller: &SellerName, inventory_type: &str) -> Option<(&str, Cpm)> {
        let inventory_type = inventory_type.to_lowercase();
        [seller.as_str(), inventory_type.as_str(), "default"].into_iter().find_map(|key| {
            self.cpm
                .get_key_value(key)
                .map(|(name, amount)| (name.as_str(), Cpm::new(*amount, self.currency)))
        })
    }

    /// Every limit against one purchase, in the order a ticket shows them.
    pub fn check(&self, purchase: &Purchase<'_>) -> Vec<Check> {
        let mut checks = vec![self.check_cpm(purchase)];
        let Some(cost) = purchase.cost else {
            checks.push(Check::fail(
                "cost",
                "the quote has no impressions, so its cost is not known",
                "give a planned spend (--planned-spend), or ask for a quote with impressions",
            ));
            return checks;
        };
        let Some(held) = self.held(cost) else {
            checks.push(Check::fail(
                "currency",
                format!(
                    "the quote is in {}, your limits are in {}",
                    cost.currency(),
                    self.currency
                ),
                self.cure_currency(cost.currency()),
            ));
            return checks;
        };
        let amount = held.amount();
        let rows = [
            ("deal", "this deal", amount, self.deal),
            ("day", "booked today", purchase.today.saturating_add(amount), self.day),
            (
                "exposure",
                "exposure after booking",
                purchase.exposure.saturating_add(amount),
                self.exposure,
            ),
        ];
        for (name, words, amount, limit) in rows {
            checks.push(at_or_under(name, words, amount, limit));
        }
        checks
    }

    /// What an amount holds against the limits: in their currency, by the rate that is set; `None`
    /// where none is (safety.md S8).
    pub fn held(&self, cost: Cost) -> Option<Cost> {
        let amount = self.converted(cost.amount(), cost.currency())?;
        Some(Cost::new(amount, self.currency))
    }

    fn converted(&self, amount: Decimal, from: Currency) -> Option<Decimal> {
        if from == self.currency {
            return Some(amount);
        }
        amount.checked_mul(*self.rates.get(&from)?)
    }

    /// What a CPM is likely to be paid as: a private auction clears above its floor, by an assumption
    /// that can be set.
    pub fn expected(&self, cpm: Cpm, deal_type: DealType) -> Cpm {
        if deal_type != DealType::Auction {
            return cpm;
        }
        let amount = cpm.amount().saturating_mul(self.auction_factor.max(Decimal::ONE));
        Cpm::new(amount.round_dp_with_strategy(2, ROUND_UP), cpm.currency())
    }

    fn cure_currency(&self, currency: Currency) -> String {
        format!(
            "ask for a quote in {}, or set limits.rates.{currency} in the configuration",
            self.currency
        )
    }

    fn check_cpm(&self, purchase: &Purchase<'_>) -> Check {
        let Some((key, limit)) = self.cpm_limit(purchase.seller, purchase.inventory_type) else {
            return Check::fail(
                "cpm",
                "no CPM limit is set, and unset means zero",
                "set limits.cpm.default in the configuration",
            );
        };
        let cpm = self.expected(purchase.cpm, purchase.deal_type);
        let Some(amount) = self.converted(cpm.amount(), cpm.currency()) else {
            return Check::fail(
                "currency",
                format!("the price is in {}, your limits are in {}", cpm.currency(), self.currency),
                self.cure_currency(cpm.currency()),
            );
        };
        let mut words = format!("CPM {}", cpm.plain());
        if cpm != purchase.cpm {
            words = format!("floor {}, expected to clear at {}", purchase.cpm.plain(), cpm.plain());
        }
        if cpm.currency() != self.currency {
            let worth = super::money::plain(amount);
            words = format!("{words} {} = {worth}", cpm.currency());
        }
        if amount <= limit.amount() {
            return Check::pass("cpm", format!("{words} ≤ {} ({key})", limit.plain()));
        }
        Check::fail(
            "cpm",
            format!("{words} is over your limit {} ({key})", limit.plain()),
            "negotiate it down (N), or raise the limit in the configuration and say why",
        )
    }
}

fn at_or_under(name: &str, words: &str, amount: Decimal, limit: Option<Decimal>) -> Check {
    use super::money::grouped;
    match limit {
        Some(limit) if amount <= limit => {
            Check::pass(name, format!("{words} {} ≤ {}", grouped(amount), grouped(limit)))
        }
        Some(limit) => Check::fail(
            name,
            format!("{words} {} is over your limit {}", grouped(amount), grouped(limit)),
            format!("buy less, or raise limits.{name} in the configuration and say why"),
        ),
        None => Check::fail(
            name,
            format!("limits.{name} is not set, and unset means zero"),
            format!("set limits.{name} in the configuration"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits() -> Limits {
        let cpm = [("default", 30), ("ctv", 26), ("harbor", 27)];
        Limits {
            exposure: Some(250_000.into()),
            day: Some(60_000.into()),
            deal: Some(25_000.into()),
            cpm: cpm.into_iter().map(|(key, amount)| (key.to_owned(), amount.into())).collect(),
            ..Limits::default()
        }
    }

    fn failing(limits: &Limits, seller: &str, kind: &str, cpm: &str, cost: &str) -> Vec<String> {
        let purchase = Purchase {
            seller: &seller.into(),
            inventory_type: kind,
            deal_type: DealType::Guaranteed,
            cpm: cpm.parse().unwrap(),
            cost: (!cost.is_empty()).then(|| cost.parse().unwrap()),
            exposure: 200_000.into(),
            today: 40_000.into(),
        };
        limits.check(&purchase).into_iter().filter(|c| !c.ok).map(|c| c.name).collect()
    }

    #[test]
    fn at_or_under_passes_and_the_most_specific_cpm_limit_holds() {
        let limits = limits();
        for (seller, kind, cpm, cost, fails) in [
            ("northlight", "CTV", "26.00", "12000.00", &[][..]),
            ("northlight", "ctv", "26.01", "12000.00", &["cpm"]),
            ("northlight", "display", "26.01", "12000.00", &[]),
            ("harbor", "ctv", "27.00", "12000.00", &[]),
            ("harbor", "ctv", "20.00", "20000.00", &[]),
            ("harbor", "ctv", "20.00", "20000.01", &["day"]),
            ("harbor", "ctv", "20.00", "25000.01", &["deal", "day"]),
            ("harbor", "ctv", "20.00", "50000.01", &["deal", "day", "exposure"]),
            ("harbor", "ctv", "20.00", "", &["cost"]),
            ("harbor", "ctv", "20.00 EUR", "100.00 EUR", &["currency", "currency"]),
        ] {
            assert_eq!(failing(&limits, seller, kind, cpm, cost), fails, "{seller} {cpm} {cost}");
        }
    }

    #[test]
    fn unset_means_zero() {
        let fails = failing(&Limits::default(), "harbor", "ctv", "0.01", "0.01");
        assert_eq!(fails, ["cpm", "deal", "day", "exposure"]);
    }

    proptest! {
        #[test]
        fn no_purchase_that_passes_is_over_any_limit(cents in 1i64..10_000, thousands in 1u64..5_000) {
            let (limits, seller) = (limits(), SellerName::from("x"));
            let cpm = Cpm::usd(Decimal::new(cents, 2));
            let cost = cpm.cost(thousands * 1_000);
            let purchase = Purchase {
                seller: &seller, inventory_type: "video", deal_type: DealType::Preferred, cpm,
                cost: Some(cost), exposure: 100_000.into(), today: 0.into(),
            };
            let passes = limits.check(&purchase).iter().all(|check| check.ok);
            let fits = cpm.amount() <= 30.into() && cost.amount() <= 25_000.into();
            prop_assert_eq!(passes, fits);
        }
    }
}
