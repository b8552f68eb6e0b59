//! What you may spend, as the configuration says it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::{
    document::{Document, shown},
    fault::nearest,
    keys::{self, Named, Number, PRODUCT_TYPES},
    seller::Seller,
};
use crate::domain::{Currency, Limits, money::RateType};

/// The limits of the file. What is absent is zero, or its usual value where it is no amount.
pub(super) fn read(
    document: &mut Document<'_>,
    written: keys::Limits,
    sellers: &[Seller],
) -> Limits {
    let mut limits = Limits::default();
    if let Some(currency) = written.currency {
        match currency.get_ref().parse::<Currency>() {
            Ok(currency) => limits.currency = currency,
            Err(error) => document.fault(&currency.span(), error.to_string(), ""),
        }
    }
    let currency = limits.currency;
    let mut amount = |name: &str, number: Option<Number>| {
        document.amount(&format!("limits.{name}"), &number?, currency)
    };
    limits.exposure = amount("exposure", written.exposure);
    limits.day = amount("day", written.day);
    limits.deal = amount("deal", written.deal);
    limits.easy = amount("easy", written.easy).unwrap_or(limits.easy);
    for (unit, most) in [
        (RateType::Cpc, written.cpc),
        (RateType::Cpd, written.cpd),
        (RateType::FlatRate, written.flat_rate),
    ] {
        limits.prices.extend(amount(unit.key(), most).map(|most| (unit, most)));
    }
    let mut factor = |name: &str, number: Option<Number>, least: Decimal, most: Decimal| {
        let must_be = format!("a number from {least} to {most}");
        let fits = |number: &Decimal| (least..=most).contains(number);
        document.factor(&format!("limits.{name}"), &number?, &must_be, fits)
    };
    let (zero, one, most) = (Decimal::ZERO, Decimal::ONE, Decimal::ONE_THOUSAND);
    limits.band = factor("band", written.band, zero, one).unwrap_or(limits.band);
    limits.qty_jump = factor("qty_jump", written.qty_jump, one, most).unwrap_or(limits.qty_jump);
    limits.auction_factor = factor("auction_factor", written.auction_factor, one, most)
        .unwrap_or(limits.auction_factor);
    let cpm_keys = written.cpm.map(Spanned::into_inner).unwrap_or_default();
    limits.cpm = cpm(document, cpm_keys, sellers, currency);
    let is_seller =
        |key: &&String| sellers.iter().any(|seller| seller.name.as_str() == key.as_str());
    let of_sellers = limits.cpm.keys().filter(is_seller).cloned();
    limits.sellers = of_sellers.filter(|key| !PRODUCT_TYPES.contains(&key.as_str())).collect();
    limits.rates =
        rates(document, written.rates.map(Spanned::into_inner).unwrap_or_default(), currency);
    limits
}

/// The most to pay per thousand, by seller, product type or `default`.
fn cpm(
    document: &mut Document<'_>,
    written: Named<IgnoredAny>,
    sellers: &[Seller],
    currency: Currency,
) -> BTreeMap<String, Decimal> {
    let mut found = BTreeMap::new();
    for (name, number) in written {
        let (span, name) = (name.span(), name.into_inner());
        let is_seller = sellers.iter().any(|seller| seller.name.as_str() == name);
        let key = if is_seller { name.clone() } else { name.to_lowercase() };
        let label = format!("limits.cpm.{}", shown(&name));
        let Some(most) = document.amount(&label, &number, currency) else { continue };
        if !is_seller && key != "default" && !PRODUCT_TYPES.contains(&key.as_str()) {
            let known = sellers.iter().map(|seller| seller.name.as_str());
            let known = known.chain(PRODUCT_TYPES.iter().copied()).chain(["default"]);
            let near = nearest(&name, known);
            let cure = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            let says = format!("`{}` is no seller here and no usual product type", shown(&name));
            document.note(&span, says, cure);
        }
        if found.insert(key, most).is_some() {
            let says = format!("`{}` is limited twice", shown(&name));
            document.fault(&span, says, "keep one of them");
        }
    }
    found
}

/// What other currencies are worth in the one of the limits.
fn rates(
    document: &mut Document<'_>,
    written: Named<IgnoredAny>,
    own: Currency,
) -> BTreeMap<Currency, Decimal> {
    let mut rates = BTreeMap::new();
    for (name, number) in written {
        let label = format!("limits.rates.{}", shown(name.get_ref()));
        let currency = match name.get_ref().parse::<Currency>() {
            Ok(currency) => currency,
            Err(error) => {
                document.fault(&name.span(), shown(&error.to_string()), "");
                continue;
            }
        };
        let must_be = "a rate like 1.08, above zero";
        let rate = document.factor(&label, &number, must_be, |rate| !rate.is_zero());
        let Some(rate) = rate else { continue };
        if currency == own && rate != Decimal::ONE {
            let says = format!("your limits are in {own}; one {own} is worth one {own}");
            document.fault(&name.span(), says, "leave this line out");
            continue;
        }
        rates.insert(currency, rate);
    }
    rates
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::runtime::config::{Config, Environment, Overrides};

    #[test]
    fn the_most_for_a_click_a_day_and_all_of_it_are_amounts() {
        let text = "[limits]\ncpc = 0.85\nflat_rate = \"15.000,00\"\n";
        let environment = Environment::new(&[], "/etc".into(), "/var".into());
        let parse = |text: &str| {
            Config::parse(text, Path::new("c.toml"), true, &Overrides::default(), &environment)
        };
        let config = parse(text).unwrap();
        let prices: Vec<_> =
            config.limits.prices.iter().map(|(unit, most)| (*unit, most.normalize())).collect();
        assert_eq!(
            prices,
            [(RateType::Cpc, Decimal::new(85, 2)), (RateType::FlatRate, 15_000.into())]
        );
        assert_eq!(config.understood[0].to_string().split(' ').next(), Some("limits.flat_rate"));
        let listed = config.settings.iter().filter(|it| it.key.starts_with("limits.c"));
        let listed: Vec<_> = listed.map(|it| format!("{} {}", it.key, it.value)).collect();
        assert_eq!(listed, ["limits.currency USD", "limits.cpc 0.85", "limits.cpd (not set)"]);
        let error = parse("[limits]\ncpd = -1").unwrap_err().to_string();
        assert!(error.starts_with("c.toml:2:7: `limits.cpd` must be an amount"), "{error}");
    }
}
