//! The price, the currency and the volume of a quote, a deal or a move, wherever a seller writes them: on
//! top, inside, or beside the envelope. Where two places say different things there is none of it.

use std::fmt::Display;

use super::{
    amounts,
    map::{Read, garbled, told},
    reply::{opened, part},
    wire,
};
use crate::{
    domain::{Cpm, Currency, Pricing, SellerError, money::RateType},
    sellers::{http::Reply, lenient::Field},
};

/// What is told of a price in the object of a reply and beside its envelope named `key`; the object first.
pub(super) fn places(reply: &Reply, key: &str) -> Result<Vec<wire::Flat>, SellerError> {
    let (inside, enveloped) = opened(reply, key)?;
    let beside = if enveloped { Some(part(reply)?) } else { None };
    Ok([inside].into_iter().chain(beside).collect())
}

/// The one thing that all of `told` say; `None` where nothing is told.
pub(super) fn one<T: Display>(
    field: &str,
    told: impl IntoIterator<Item = T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Read<Option<T>> {
    let mut told = told.into_iter();
    let Some(first) = told.next() else { return Ok(None) };
    match told.find(|other| !is_same(&first, other)) {
        Some(other) => garbled(field, &format!("{first} and {other}")),
        None => Ok(Some(first)),
    }
}

/// The pricing types of what costs its CPM (wire/iab.md 2).
const PRICED_BY_CPM: [&str; 2] = ["fixed", "floor"];

/// What has to be paid, and how it came about.
pub(super) fn read(places: &[wire::Flat]) -> Read<Pricing> {
    let all = |pick: fn(&wire::Flat) -> Vec<&Field>| places.iter().flat_map(pick);
    let told = |field: &&Field| !field.is_blank();
    let currencies = all(|it| vec![&it.pricing.0.currency, &it.currency]).filter(told);
    let currencies = currencies.map(|written| amounts::currency("currency", written));
    let named = one("currency", currencies.collect::<Read<Vec<_>>>()?, PartialEq::eq)?;
    let bare = named.map_or_else(|| beside(all(finals).chain(all(bases))), Ok)?;
    let prices = |field, written: Vec<&Field>| {
        let prices = written.into_iter().map(|written| amounts::price(field, written, bare));
        let prices = prices.filter_map(Read::transpose).collect::<Read<Vec<_>>>()?;
        one(field, prices, Cpm::is_same)
    };
    let final_cpm = prices("final_cpm", all(finals).collect())?;
    if let (Some(named), Some(price)) = (named, &final_cpm) {
        one("currency", [named, price.currency()], PartialEq::eq)?;
    }
    let models = all(|it| vec![&it.pricing.0.pricing_model, &it.pricing_model]);
    let models = models.filter_map(Field::written);
    // Of two words for something else the first is as good as the other: both are named, and blocked.
    let unit = |word: &String| RateType::parse(word).filter(|unit| unit.is_per_thousand());
    let is_same = |one: &String, other: &String| unit(one) == unit(other);
    let pricing_model = one("pricing_model", models, is_same)?;
    let types = all(|it| vec![&it.pricing.0.pricing_type, &it.pricing_type]);
    let mut odd = types.filter_map(Field::written).filter(|word| !is_by_cpm(word));
    // A price beside "on request" or "flat rate" is for nobody knows what.
    let pricing_model = odd.next().filter(|_| final_cpm.is_some()).or(pricing_model);
    let inside = places.first().map(|it| &it.pricing.0);
    Ok(Pricing {
        base_cpm: prices("base_cpm", all(bases).collect())?,
        tier_discount_pct: inside.and_then(|it| it.tier_discount_pct.share()),
        volume_discount_pct: inside.and_then(|it| it.volume_discount_pct.share()),
        final_cpm,
        pricing_model: pricing_model.unwrap_or_else(|| "cpm".to_owned()),
        rationale: inside.map(|it| it.rationale.prose()).unwrap_or_default(),
    })
}

/// Whether a `pricing_type` leaves the price a CPM, in whatever letters.
fn is_by_cpm(word: &str) -> bool {
    PRICED_BY_CPM.iter().any(|known| known.eq_ignore_ascii_case(word.trim()))
}

fn finals(it: &wire::Flat) -> Vec<&Field> {
    let inside = &it.pricing.0;
    vec![&inside.final_cpm, &inside.actual_price_cpm, &it.final_cpm, &it.actual_price_cpm]
}

fn bases(it: &wire::Flat) -> Vec<&Field> {
    vec![&it.pricing.0.base_cpm, &it.base_cpm]
}

/// The currency of a bare number where none is named: that of the Money beside it.
fn beside<'a>(written: impl Iterator<Item = &'a Field>) -> Read<Currency> {
    let money = written.filter(|written| written.object().is_some());
    let mut money = money.map(|written| amounts::money("final_cpm", written, Currency::USD));
    let first = money.next().transpose()?.flatten();
    Ok(first.map_or(Currency::USD, |cpm| cpm.currency()))
}

/// How many impressions.
pub(super) fn impressions(places: &[wire::Flat]) -> Read<Option<u64>> {
    let counts = places.iter().flat_map(|it| [&it.terms.0.impressions, &it.impressions]);
    let counts = counts.map(|written| told("impressions", written.count()));
    let counts = counts.filter_map(Read::transpose).collect::<Read<Vec<_>>>()?;
    one("impressions", counts, PartialEq::eq)
}

/// A seller's answer to a move, of what is told on top and of the round inside. How it stands and how many
/// rounds are left is told of the whole.
pub(super) fn round(flat: wire::Round, inside: wire::Round, ours: Currency) -> Read<wire::Round> {
    let actions = [&inside.action, &flat.action].into_iter().filter_map(Field::verbatim);
    one("action", actions, |one, other| one.eq_ignore_ascii_case(other))?;
    let numbers = [&inside.round_number, &flat.round_number].into_iter().filter_map(Field::small);
    one("round_number", numbers, PartialEq::eq)?;
    let currencies =
        [&inside.currency, &flat.currency].into_iter().filter(|field| !field.is_blank());
    let currencies = currencies.map(|written| amounts::currency("currency", written));
    let named = one("currency", currencies.collect::<Read<Vec<_>>>()?, PartialEq::eq)?;
    let written = [&inside.seller_price, &flat.seller_price];
    let bare = named.unwrap_or(beside(written.into_iter()).map_or(ours, |told| {
        if written.iter().any(|it| it.object().is_some()) { told } else { ours }
    }));
    let prices = written.map(|written| amounts::money("seller_price", written, bare));
    let prices = prices.into_iter().filter_map(Read::transpose).collect::<Read<Vec<_>>>()?;
    let price = one("seller_price", prices, Cpm::is_same)?;
    if let (Some(named), Some(price)) = (named, price) {
        one("currency", [named, price.currency()], PartialEq::eq)?;
    }
    let first = |inside: Field, flat: Field| if inside.is_absent() { flat } else { inside };
    Ok(wire::Round {
        negotiation_id: flat.negotiation_id,
        round_number: first(inside.round_number, flat.round_number),
        action: first(inside.action, flat.action),
        buyer_price: first(inside.buyer_price, flat.buyer_price),
        seller_price: first(inside.seller_price, flat.seller_price),
        currency: first(inside.currency, flat.currency),
        rationale: first(inside.rationale, flat.rationale),
        status: flat.status,
        rounds_remaining: flat.rounds_remaining,
        quote_id: flat.quote_id,
        proposal_id: flat.proposal_id,
    })
}
