//! Limits that are raised: until a person says why, the stricter of the old and the new hold
//! (safety.md S10).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Limits;
use crate::domain::money::grouped;

/// A limit that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// As the configuration names it, without its table: `deal`, `cpm.ctv`.
    pub name: String,
    /// What it was; empty where it was not set.
    pub from: String,
    /// What it is; empty where it is not set.
    pub to: String,
}

impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown =
            |value: &str| if value.is_empty() { "not set".to_owned() } else { value.to_owned() };
        write!(f, "{} {} → {}", self.name, shown(&self.from), shown(&self.to))
    }
}

impl Limits {
    /// Whether everything is set that a booking needs.
    pub fn is_complete(&self) -> bool {
        let amounts = [self.exposure, self.day, self.deal];
        amounts.iter().all(Option::is_some) && !self.cpm.is_empty()
    }

    /// What lets nothing through that either of the two stops. Where CPM limits of sellers and product
    /// types were raised, one of a seller may be stricter than both: it cannot say for which type.
    #[must_use]
    pub fn strictest(&self, other: &Self) -> Self {
        if self.currency != other.currency {
            // Amounts of two currencies cannot be compared: what was accepted holds.
            return other.clone();
        }
        let least = |a: Option<Decimal>, b: Option<Decimal>| Some(a?.min(b?));
        let rates = self.rates.iter().filter_map(|(currency, rate)| {
            Some((*currency, *rate.max(other.rates.get(currency)?)))
        });
        // Unset means zero.
        let prices = self
            .prices
            .iter()
            .filter_map(|(unit, most)| Some((*unit, *most.min(other.prices.get(unit)?))));
        Self {
            currency: self.currency,
            exposure: least(self.exposure, other.exposure),
            day: least(self.day, other.day),
            deal: least(self.deal, other.deal),
            easy: self.easy.min(other.easy),
            cpm: self.strictest_cpm(other),
            prices: prices.collect(),
            sellers: self.sellers.union(&other.sellers).cloned().collect(),
            band: self.band.min(other.band),
            qty_jump: self.qty_jump.min(other.qty_jump),
            auction_factor: self.auction_factor.max(other.auction_factor),
            rates: rates.collect(),
        }
    }

    fn strictest_cpm(&self, other: &Self) -> BTreeMap<String, Decimal> {
        let keys: BTreeSet<&str> =
            self.cpm.keys().chain(other.cpm.keys()).map(String::as_str).collect();
        // What holds for a seller and a type; a name that is in neither stands for all the others.
        let of = |limits: &Self, seller: &str, kind: &str| {
            let found = [seller, kind, "default"].into_iter().find_map(|key| limits.cpm.get(key));
            found.copied().unwrap_or_default()
        };
        let names = || keys.iter().copied().filter(|key| *key != "default").chain([""]);
        let all = || names().flat_map(|seller| names().map(move |kind| (seller, kind)));
        if all().all(|(seller, kind)| of(self, seller, kind) <= of(other, seller, kind)) {
            return self.cpm.clone();
        }
        let both = |seller: &str, kind: &str| of(self, seller, kind).min(of(other, seller, kind));
        let strictest = |key: &str| {
            let as_seller = names().map(|kind| both(key, kind));
            as_seller.chain([both("", key)]).min().unwrap_or_default()
        };
        let named = names().filter(|key| !key.is_empty());
        let mut cpm: BTreeMap<_, _> = named.map(|key| (key.to_owned(), strictest(key))).collect();
        if keys.contains("default") {
            cpm.insert("default".to_owned(), both("", ""));
        }
        cpm
    }

    /// Where `other` is not the same, limit by limit.
    pub fn changed(&self, other: &Self) -> Vec<Changed> {
        let (before, after) = (self.lines(), other.lines());
        let names: BTreeSet<_> = before.keys().chain(after.keys()).cloned().collect();
        let changed = names.into_iter().map(|name| {
            let value =
                |lines: &BTreeMap<String, String>| lines.get(&name).cloned().unwrap_or_default();
            Changed { from: value(&before), to: value(&after), name }
        });
        changed.filter(|changed| changed.from != changed.to).collect()
    }

    /// Every limit that is set, as the configuration names it.
    pub fn lines(&self) -> BTreeMap<String, String> {
        let amounts = [("exposure", self.exposure), ("day", self.day), ("deal", self.deal)];
        let amounts =
            amounts.into_iter().filter_map(|(name, amount)| Some((name, grouped(amount?))));
        let plain = |value: Decimal| value.normalize().to_string();
        let others = [
            ("currency", self.currency.to_string()),
            ("easy", grouped(self.easy)),
            ("band", plain(self.band)),
            ("qty_jump", plain(self.qty_jump)),
            ("auction_factor", plain(self.auction_factor)),
        ];
        let cpm = self.cpm.iter().map(|(key, most)| (format!("cpm.{key}"), grouped(*most)));
        let prices = self.prices.iter().map(|(unit, most)| (unit.key().to_owned(), grouped(*most)));
        let rates = self.rates.iter().map(|(key, rate)| (format!("rates.{key}"), plain(*rate)));
        let named = amounts.chain(others).map(|(name, value)| (name.to_owned(), value));
        named.chain(cpm).chain(prices).chain(rates).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::money::RateType;

    fn limits(deal: u32, cpm: &[(&str, u32)]) -> Limits {
        Limits {
            exposure: Some(100_000.into()),
            day: Some(50_000.into()),
            deal: Some(deal.into()),
            cpm: cpm.iter().map(|(key, most)| ((*key).to_owned(), (*most).into())).collect(),
            ..Limits::default()
        }
    }

    fn words(before: &Limits, after: &Limits) -> Vec<String> {
        before.changed(after).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn limits_are_complete_when_each_amount_and_a_cpm_is_set() {
        let whole = limits(25_000, &[("default", 30)]);
        assert!(whole.is_complete());
        for lacking in [
            Limits { exposure: None, ..whole.clone() },
            Limits { day: None, ..whole.clone() },
            Limits { deal: None, ..whole.clone() },
            limits(25_000, &[]),
        ] {
            assert!(!lacking.is_complete(), "{lacking:?}");
        }
    }

    #[test]
    fn what_is_lowered_holds_and_what_is_raised_waits() {
        let before = limits(25_000, &[("default", 30), ("ctv", 26)]);
        let after = limits(50_000, &[("default", 28), ("ctv", 26)]);
        let held = after.strictest(&before);
        assert_eq!(held, limits(25_000, &[("default", 28), ("ctv", 26)]));
        assert_eq!(words(&held, &after), ["deal 25,000.00 → 50,000.00"]);
        assert_eq!(after.strictest(&after), after);
        // A type's own limit that is taken away is one that is raised.
        let wider = limits(25_000, &[("default", 30)]);
        let held = wider.strictest(&before);
        assert_eq!(held.cpm, before.cpm);
        assert_eq!(words(&held, &wider), ["cpm.ctv 26.00 → not set"]);
        // So is one that was never set, and one in another currency.
        let unset = Limits { day: None, ..before.clone() };
        assert_eq!(words(&before.strictest(&unset), &before), ["day not set → 50,000.00"]);
        let euros = Limits { currency: "EUR".parse().unwrap(), ..before.clone() };
        assert_eq!(words(&euros.strictest(&before), &euros), ["currency USD → EUR"]);
    }

    #[test]
    fn a_limit_of_another_rate_type_that_is_set_or_raised_waits() {
        let with = |prices: &[(RateType, u32)]| Limits {
            prices: prices.iter().map(|(unit, most)| (*unit, (*most).into())).collect(),
            ..limits(25_000, &[("default", 30)])
        };
        let before = with(&[(RateType::Cpc, 2), (RateType::Cpd, 400)]);
        let after = with(&[(RateType::Cpc, 3), (RateType::Cpd, 300), (RateType::FlatRate, 9)]);
        let held = after.strictest(&before);
        assert_eq!(held, with(&[(RateType::Cpc, 2), (RateType::Cpd, 300)]));
        let waits = ["cpc 2.00 → 3.00", "flat_rate not set → 9.00"];
        assert_eq!(words(&held, &after), waits);
        let without = with(&[]);
        assert_eq!(without.strictest(&before), without, "one that is taken away is zero at once");
    }

    fn cpm() -> impl Strategy<Value = Vec<(&'static str, u32)>> {
        let keys =
            prop::sample::subsequence(vec!["default", "ctv", "video", "harbor", "acme"], 0..=5);
        (keys, prop::collection::vec(1_u32..6, 5))
            .prop_map(|(keys, most)| keys.into_iter().zip(most).collect())
    }

    proptest! {
        #[test]
        fn nothing_passes_that_either_stops(a in cpm(), b in cpm()) {
            let (a, b) = (limits(1, &a), limits(1, &b));
            let held = a.strictest(&b);
            for seller in ["harbor", "acme", "other"] {
                for kind in ["ctv", "video", "display"] {
                    let most = |limits: &Limits| {
                        let found = limits.cpm_limit(&seller.into(), &[kind]);
                        found.map_or(Decimal::ZERO, |(_, cpm)| cpm.amount())
                    };
                    prop_assert!(most(&held) <= most(&a).min(most(&b)), "{seller} {kind}: {held:?}");
                }
            }
            // Held once, it holds: nothing is lowered further by being asked again.
            prop_assert_eq!(a.strictest(&held).cpm, held.cpm.clone());
        }
    }
}
