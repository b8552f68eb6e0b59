//! What you may spend, as the configuration says it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use toml::de::DeTable;

use super::{
    document::{Document, Part, shown},
    fault::nearest,
    keys::PRODUCT_TYPES,
    seller::Seller,
};
use crate::domain::{Currency, Limits};

/// The limits of the file. What is absent is zero, or its usual value where it is no amount.
pub(super) fn read<'t>(
    document: &mut Document<'t>,
    root: &'t DeTable<'t>,
    sellers: &[Seller],
) -> Limits {
    let part = document.part(root, "limits");
    let mut limits = Limits::default();
    let (zero, one, most) = (Decimal::ZERO, Decimal::ONE, Decimal::ONE_THOUSAND);
    if let Some(currency) = document.text(&part, "currency") {
        match currency.value.parse::<Currency>() {
            Ok(currency) => limits.currency = currency,
            Err(error) => document.fault(&currency.span, error.to_string(), ""),
        }
    }
    let currency = limits.currency;
    limits.exposure = document.amount(&part, "exposure", currency);
    limits.day = document.amount(&part, "day", currency);
    limits.deal = document.amount(&part, "deal", currency);
    limits.easy = document.amount(&part, "easy", currency).unwrap_or(limits.easy);
    limits.band = document.factor(&part, "band", (zero, one)).unwrap_or(limits.band);
    limits.qty_jump = document.factor(&part, "qty_jump", (one, most)).unwrap_or(limits.qty_jump);
    let factor = document.factor(&part, "auction_factor", (one, most));
    limits.auction_factor = factor.unwrap_or(limits.auction_factor);
    limits.cpm = cpm(document, &part, sellers, currency);
    let is_seller =
        |key: &&String| sellers.iter().any(|seller| seller.name.as_str() == key.as_str());
    let of_sellers = limits.cpm.keys().filter(is_seller).cloned();
    limits.sellers = of_sellers.filter(|key| !PRODUCT_TYPES.contains(&key.as_str())).collect();
    limits.rates = rates(document, &part, limits.currency);
    limits
}

/// The most to pay per thousand, by seller, product type or `default`.
fn cpm<'t>(
    document: &mut Document<'t>,
    part: &Part<'t>,
    sellers: &[Seller],
    currency: Currency,
) -> BTreeMap<String, Decimal> {
    let mut found = BTreeMap::new();
    let part = document.inner(part, "cpm", "limits.cpm");
    for (name, value) in part.free() {
        let is_seller = sellers.iter().any(|seller| seller.name.as_str() == name.value);
        let key = if is_seller { name.value.clone() } else { name.value.to_lowercase() };
        let label = format!("limits.cpm.{}", shown(&name.value));
        let Some(most) = document.amount_of(&label, value, currency) else { continue };
        if !is_seller && key != "default" && !PRODUCT_TYPES.contains(&key.as_str()) {
            let known = sellers.iter().map(|seller| seller.name.as_str());
            let known = known.chain(PRODUCT_TYPES.iter().copied()).chain(["default"]);
            let near = nearest(&name.value, known);
            let cure = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            let says =
                format!("`{}` is no seller here and no usual product type", shown(&name.value));
            document.note(&name.span, says, cure);
        }
        if found.insert(key, most.value).is_some() {
            let says = format!("`{}` is limited twice", shown(&name.value));
            document.fault(&name.span, says, "keep one of them");
        }
    }
    found
}

/// What other currencies are worth in the one of the limits.
fn rates<'t>(
    document: &mut Document<'t>,
    part: &Part<'t>,
    own: Currency,
) -> BTreeMap<Currency, Decimal> {
    let mut rates = BTreeMap::new();
    let part = document.inner(part, "rates", "limits.rates");
    for (name, value) in part.free() {
        let label = format!("limits.rates.{}", shown(&name.value));
        let currency = match name.value.parse::<Currency>() {
            Ok(currency) => currency,
            Err(error) => {
                document.fault(&name.span, shown(&error.to_string()), "");
                continue;
            }
        };
        let must_be = "a rate like 1.08, above zero";
        let rate = document.factor_of(&label, must_be, value, |rate| !rate.is_zero());
        let Some(rate) = rate else { continue };
        if currency == own && rate != Decimal::ONE {
            let says = format!("your limits are in {own}; one {own} is worth one {own}");
            document.fault(&name.span, says, "leave this line out");
            continue;
        }
        rates.insert(currency, rate);
    }
    rates
}
