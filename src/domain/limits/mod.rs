//! The buyer's own limits, all checked here and all before anything is sent.
//!
//! An unset limit is zero: nothing can be booked live until a person has set it (safety.md 4.3).
//! At or under passes. Amounts are in `currency`; another currency is refused.

mod raised;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

pub use self::raised::Changed;
use super::{
    Check, Cost, Cpm, Currency, DealType, Refusal, SellerName,
    money::{Price, RateType, Rates, grouped_in},
};

/// What is expected to be paid is rounded up to the cent: never in favour of a limit.
const ROUND_UP: RoundingStrategy = RoundingStrategy::AwayFromZero;

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
    /// The most to pay for one of what another rate type buys: a click, a day, all of it. One that is
    /// not here is zero. A price per thousand seen impressions (CPMV) is held against [`Self::cpm`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<RateType, Decimal>,
    /// Names under [`Self::cpm`] that are sellers': no word of a product type reaches them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sellers: BTreeSet<String>,
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
            prices: BTreeMap::new(),
            sellers: BTreeSet::new(),
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
    /// What it is called (`ctv`, `video`, …), by the quote and by the seller's catalogue.
    pub kinds: &'a [&'a str],
    /// Kind of deal.
    pub deal_type: DealType,
    /// At which price.
    pub price: Price,
    /// For how much; `None` where that is not known: impressions are absent and no planned spend was given.
    pub cost: Option<Cost>,
    /// What is committed, in flight or unknown already.
    pub exposure: Decimal,
    /// What was booked today (UTC) already.
    pub today: Decimal,
}

impl Limits {
    /// The CPM limit for a seller and what its inventory is called: the seller's own, else the strictest
    /// of those for the words, else the default. A word for which there is none has the default.
    pub fn cpm_limit(&self, seller: &SellerName, kinds: &[&str]) -> Option<(&str, Cpm)> {
        let named = |key: &str| {
            let (name, amount) = self.cpm.get_key_value(key)?;
            Some((name.as_str(), Cpm::new(*amount, self.currency)))
        };
        let of_kind = |kind: &str| {
            let kind = kind.to_lowercase();
            named(&kind).filter(|_| !self.sellers.contains(&kind)).or_else(|| named("default"))
        };
        if let Some(own) = named(seller.as_str()) {
            return Some(own);
        }
        let told: Vec<&str> = kinds.iter().copied().filter(|kind| !kind.is_empty()).collect();
        if told.is_empty() {
            return named("default");
        }
        // Unset means zero, and that is the strictest.
        let limits: Option<Vec<_>> = told.into_iter().map(of_kind).collect();
        limits?.into_iter().min_by_key(|(_, cpm)| cpm.amount())
    }

    /// The most that may be offered or agreed to, in the currency that is asked for: what the CPM limit
    /// leaves of it, in whole ticks. `Ok(None)` where no limit is set.
    ///
    /// # Errors
    /// Without a rate for the currency: then nothing may be offered.
    pub fn most(
        &self,
        (seller, kinds): (&SellerName, &[&str]),
        deal_type: DealType,
        currency: Currency,
    ) -> Result<Option<Cpm>, Refusal> {
        let Some((_, limit)) = self.cpm_limit(seller, kinds) else { return Ok(None) };
        let fits = |cpm: &Cpm| {
            let expected = self.rates().cpm(self.expected(*cpm, deal_type), self.currency);
            expected.is_some_and(|expected| expected <= limit)
        };
        let Some(worth) = self.rates().cpm(limit, currency) else {
            let says = format!("the price is in {currency}, your limits are in {}", self.currency);
            return Err(Refusal::new("currency", says, self.cure_currency(currency)));
        };
        if currency == self.currency && fits(&worth) {
            return Ok(Some(worth));
        }
        let most = worth.amount().checked_div(self.factor(deal_type)).unwrap_or_default();
        let ticks = (0..3_i64).map(|ticks| {
            let less = currency.tick().saturating_mul(ticks.into());
            let most = currency.rounded(most, RoundingStrategy::ToZero).saturating_sub(less);
            Cpm::new(most.max(Decimal::ZERO), currency)
        });
        Ok(ticks.into_iter().find(fits).or(Some(Cpm::new(Decimal::ZERO, currency))))
    }

    /// The rates that are set.
    pub fn rates(&self) -> Rates {
        Rates { own: self.currency, rates: self.rates.clone() }
    }

    /// An amount of the limits' currency as people read it beside a price of `other`; the currency is named
    /// where one of the two is not the dollar.
    pub fn shown(&self, amount: Decimal, other: Currency) -> String {
        let amount = grouped_in(amount, self.currency);
        let plain = self.currency == Currency::USD && other == Currency::USD;
        if plain { amount } else { format!("{amount} {}", self.currency) }
    }

    /// Every limit against one purchase, in the order a ticket shows them.
    pub fn check(&self, purchase: &Purchase<'_>) -> Vec<Check> {
        let mut checks = vec![match purchase.price.cpm() {
            Some(cpm) => self.check_cpm(purchase, cpm),
            None => self.check_price(purchase.price),
        }];
        let Some(cost) = purchase.cost else {
            checks.push(cost_not_known(purchase.price.unit));
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
            checks.push(self.at_or_under((name, words), (amount, cost.currency()), limit));
        }
        checks
    }

    /// What an amount holds against the limits: in their currency, by the rate that is set; `None`
    /// where none is (safety.md S8).
    pub fn held(&self, cost: Cost) -> Option<Cost> {
        self.rates().cost(cost, self.currency)
    }

    /// What a CPM is likely to be paid as: a private auction clears above its floor, by an assumption
    /// that can be set.
    pub fn expected(&self, cpm: Cpm, deal_type: DealType) -> Cpm {
        if !deal_type.is_floor() {
            return cpm;
        }
        let amount = cpm.amount().saturating_mul(self.factor(deal_type));
        Cpm::new(cpm.currency().rounded(amount, ROUND_UP), cpm.currency())
    }

    fn factor(&self, deal_type: DealType) -> Decimal {
        let is_auction = deal_type == DealType::Auction;
        if is_auction { self.auction_factor.max(Decimal::ONE) } else { Decimal::ONE }
    }

    fn cure_currency(&self, currency: Currency) -> String {
        format!(
            "ask for a quote in {}, or set limits.rates.{currency} in the configuration",
            self.currency
        )
    }

    fn at_or_under(
        &self,
        (name, words): (&str, &str),
        (amount, bought_in): (Decimal, Currency),
        limit: Option<Decimal>,
    ) -> Check {
        let shown = |amount| self.shown(amount, bought_in);
        match limit {
            Some(limit) if amount <= limit => {
                let (amount, limit) = (shown(amount), shown(limit));
                Check::pass(name, format!("{words} {amount} ≤ {limit}"))
            }
            Some(limit) => Check::fail(
                name,
                format!("{words} {} is over your limit {}", shown(amount), shown(limit)),
                format!("buy less, or raise limits.{name} in the configuration and say why"),
            ),
            None => Check::fail(
                name,
                format!("limits.{name} is not set, and unset means zero"),
                format!("set limits.{name} in the configuration"),
            ),
        }
    }

    /// A price for something else than a thousand impressions against the limit of its rate type.
    fn check_price(&self, price: Price) -> Check {
        let worth = self.rates().worth(price.amount, price.currency, self.currency);
        let Some(worth) = worth else { return self.no_rate(price.currency) };
        let (words, limit) = (price.unit.to_string(), self.prices.get(&price.unit).copied());
        self.at_or_under((price.unit.key(), &words), (worth, price.currency), limit)
    }

    fn no_rate(&self, currency: Currency) -> Check {
        let says = format!("the price is in {currency}, your limits are in {}", self.currency);
        Check::fail("currency", says, self.cure_currency(currency))
    }

    fn check_cpm(&self, purchase: &Purchase<'_>, quoted: Cpm) -> Check {
        let Some((key, limit)) = self.cpm_limit(purchase.seller, purchase.kinds) else {
            return Check::fail(
                "cpm",
                "no CPM limit is set, and unset means zero",
                "set limits.cpm.default in the configuration",
            );
        };
        let cpm = self.expected(quoted, purchase.deal_type);
        let Some(worth) = self.rates().cpm(cpm, self.currency) else {
            return self.no_rate(cpm.currency());
        };
        let mut words = format!("CPM {}", cpm.plain());
        if cpm != quoted {
            words = format!("floor {}, expected to clear at {}", quoted.plain(), cpm.plain());
        }
        let limit_words = self.shown(limit.amount(), cpm.currency());
        if cpm.currency() != self.currency {
            let worth = self.shown(worth.amount(), cpm.currency());
            words = format!("{words} {} = {worth}", cpm.currency());
        } else if cpm.currency() != Currency::USD {
            words = format!("{words} {}", cpm.currency());
        }
        if worth <= limit {
            return Check::pass("cpm", format!("{words} ≤ {limit_words} ({key})"));
        }
        Check::fail(
            "cpm",
            format!("{words} is over your limit {limit_words} ({key})"),
            "negotiate it down (N), or raise the limit in the configuration and say why",
        )
    }
}

fn cost_not_known(unit: RateType) -> Check {
    if unit.is_per_thousand() {
        let cure = "give a planned spend (--planned-spend), or ask for a quote with impressions";
        return Check::fail("cost", "the quote has no impressions, so its cost is not known", cure);
    }
    let says = format!("it is priced by {unit}, and for how many is not known: nor is its cost");
    Check::fail("cost", says, "ask the seller for a price per thousand impressions (CPM)")
}

#[cfg(test)]
mod tests;
