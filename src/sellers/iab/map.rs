//! From what a seller wrote, in either dialect, to what the desk means.
//!
//! Text is cleaned here, once; ids stay verbatim. What is about money must be readable: a quote
//! without an id or an end, a deal without an id, a price that is no number fail with the name of
//! the field. Everything else may be missing.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{amounts, pricing, wire};
use crate::{
    domain::{
        self, Action, Availability, Currency, Deal, DealId, DealStatus, DealType, OpenRtb,
        PackageId, ProductId, ProductRef, Quote, QuoteAsk, QuoteId, QuoteStatus, SellerName, Terms,
        Tier,
        ask::{Card, History, Moved},
        text, twice,
    },
    sellers::{
        http::EXCHANGE_CELLS,
        lenient::{Field, Told},
    },
};

/// Why a reply cannot be used, naming the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

pub(super) type Read<T> = Result<T, Unreadable>;

pub(super) fn missing<T>(what: &str, field: &str) -> Read<T> {
    Err(Unreadable(format!("the seller's {what} has no {field}")))
}

pub(super) fn garbled<T>(field: &str, written: &str) -> Read<T> {
    let written = text::clean(written, 60);
    Err(Unreadable(format!("the seller's {field} cannot be read: {written:?}")))
}

/// What was told, or `None`; unreadable fails.
pub(super) fn told<T>(field: &str, told: Told<T>) -> Read<Option<T>> {
    match told {
        Told::No => Ok(None),
        Told::Yes(value) => Ok(Some(value)),
        Told::Unreadable(written) => garbled(field, &written),
    }
}

fn tier(written: &Field) -> Option<Tier> {
    written.verbatim()?.trim().parse().ok()
}

pub(super) fn card(wire: &wire::Card) -> Card {
    Card {
        name: wire.name.label(),
        version: wire.version.label(),
        provider: wire.provider.0.name.label(),
    }
}

pub(super) fn package(wire: &wire::Package) -> domain::Package {
    let currency = amounts::beside(&wire.currency, &[&wire.exact_price, &wire.floor_price]);
    let placements = wire.placements.0.iter().flatten();
    domain::Package {
        package_id: PackageId(wire.package_id.verbatim().unwrap_or_default()),
        name: wire.name.label(),
        description: wire.description.prose(),
        ad_formats: wire.ad_formats.texts(),
        device_types: wire.device_types.smalls(),
        cat: wire.cat.texts(),
        geo_targets: wire.geo_targets.texts(),
        tags: wire.tags.texts(),
        featured: wire.is_featured.flag().unwrap_or(false),
        price_range: wire.price_range.words(),
        exact_price: amounts::shown(&wire.exact_price, &currency, &wire.pricing_model),
        floor_price: amounts::shown(&wire.floor_price, &currency, &wire.pricing_model),
        negotiation_enabled: wire.negotiation_enabled.flag(),
        volume_discounts_available: wire.volume_discounts_available.flag(),
        placements: placements.filter_map(placement).collect(),
        tells_placements: wire.placements.0.is_some(),
    }
}

fn placement(wire: &wire::Placement) -> Option<domain::Placement> {
    Some(domain::Placement {
        product_id: ProductId(wire.product_id.verbatim()?),
        product_name: wire.product_name.label(),
        ad_formats: wire.ad_formats.texts(),
        device_types: wire.device_types.smalls(),
        weight: wire.weight.share().map(|weight| weight.to_string()),
    })
}

pub(super) fn packages(wire: wire::PackageList) -> Read<Vec<domain::Package>> {
    match wire.packages.0.or(wire.results.0) {
        Some(packages) => Ok(packages.iter().map(package).collect()),
        None => missing("kit", "packages"),
    }
}

pub(super) fn products(wire: &wire::ProductList) -> Read<Vec<domain::Product>> {
    let Some(products) = &wire.products.0 else { return missing("catalogue", "products") };
    Ok(products.iter().filter_map(product).collect())
}

fn product(wire: &wire::Product) -> Option<domain::Product> {
    let (ext, model) = (&wire.ext.0, &wire.pricing_model);
    let (base, floor) = (wire.base_price.or(&wire.base_cpm), wire.floor_cpm.or(&ext.floor_cpm));
    // The floor is a bare number even where the price is Money.
    let currency = amounts::beside(&wire.currency, &[base, floor]);
    let kind = wire.inventory_type.or(&ext.inventory_type).words();
    Some(domain::Product {
        product_id: ProductId(wire.product_id.verbatim()?),
        name: wire.name.label(),
        description: wire.description.prose(),
        inventory_type: kind.unwrap_or_else(|| wire.ad_formats.texts().join(", ")),
        base_cpm: amounts::shown(base, &currency, model),
        floor_cpm: amounts::shown(floor, &currency, model),
        deal_types: wire.deal_types.or(&ext.deal_types).texts(),
        available_impressions: wire.available_impressions.count().ok(),
    })
}

/// `asked` fills in what the guide's sellers leave out of a quote: the kind of deal and the product; `now`
/// the end of one that is declined and names none.
pub(super) fn quote(
    wire: &wire::Quote,
    places: &[wire::Flat],
    seller: &SellerName,
    (asked, now): (Option<&QuoteAsk>, Timestamp),
) -> Read<Quote> {
    let Some(quote_id) = wire.quote_id.verbatim() else { return missing("quote", "quote_id") };
    let status = QuoteStatus::parse(&wire.status.label());
    let expires_at = match told("expires_at", wire.expires_at.time())? {
        Some(at) => at,
        // Nothing can be done with it from the start.
        None if status == QuoteStatus::Declined => wire.created_at.time().ok().unwrap_or(now),
        None => return missing("quote", "expires_at"),
    };
    let terms = &wire.terms.0;
    let deal_type = match (wire.deal_type.verbatim(), asked) {
        (Some(word), _) => match DealType::parse(&word) {
            Some(deal_type) => deal_type,
            None => return garbled("deal_type", &word),
        },
        (None, Some(asked)) => asked.deal_type,
        (None, None) if terms.guaranteed.flag() == Some(true) => DealType::Guaranteed,
        // The guide's default.
        (None, None) => DealType::Preferred,
    };
    let mut product = product_ref(&wire.product.0, &wire.product_id);
    if let (true, Some(asked)) = (product.product_id.as_str().is_empty(), asked) {
        product.product_id = asked.product_id.clone();
    }
    Ok(Quote {
        quote_id: QuoteId(quote_id),
        seller: seller.clone(),
        status,
        raw_status: wire.status.label(),
        deal_type,
        product,
        pricing: pricing::read(places)?,
        terms: Terms {
            impressions: pricing::impressions(places)?,
            flight_start: terms.flight_start.words(),
            flight_end: terms.flight_end.words(),
            guaranteed: terms.guaranteed.flag().unwrap_or_else(|| deal_type.is_guaranteed()),
        },
        availability: availability(&wire.availability),
        buyer_tier: tier(&wire.buyer_tier),
        expires_at,
        created_at: wire.created_at.time().ok(),
        calls_itself: wire.seller_id.verbatim(),
        deal_id: wire.deal_id.verbatim().map(DealId),
    })
}

fn product_ref(wire: &wire::ProductRef, flat_id: &Field) -> ProductRef {
    let product_id = wire.product_id.verbatim().or_else(|| flat_id.verbatim());
    ProductRef {
        product_id: ProductId(product_id.unwrap_or_default()),
        name: wire.name.label(),
        inventory_type: wire.inventory_type.label(),
    }
}

fn availability(wire: &Field) -> Option<Availability> {
    wire.object()?;
    let wire: wire::Availability = serde_json::from_str(&wire.json()).ok()?;
    Some(Availability {
        inventory_available: wire.inventory_available.flag(),
        estimated_fill_rate: wire.estimated_fill_rate.share(),
        competing_demand: wire.competing_demand.words(),
    })
}

/// `verbatim` is the OpenRTB block as it was sent, `twice` the names that were told twice: what stands
/// under one of them is not known, and so not what was agreed.
pub(super) fn deal(
    wire: &wire::Deal,
    places: &[wire::Flat],
    seller: &SellerName,
    (verbatim, twice): (Option<String>, &[String]),
) -> Read<Deal> {
    let is_twice = |names: &[&str]| {
        let mut told = twice.iter().filter(|path| !path.contains("openrtb_params."));
        told.any(|path| names.contains(&twice::name(path)))
    };
    let Some(deal_id) = wire.deal_id.verbatim().filter(|_| !is_twice(&["deal_id"])) else {
        return missing("deal", "deal_id");
    };
    let raw_deal_type = wire.deal_type.label();
    let deal_type = DealType::parse(&raw_deal_type);
    let terms = &wire.terms.0;
    let impressions = pricing::impressions(places)?;
    let instructions = wire.activation_instructions.0.iter();
    let mut pricing = pricing::read(places)?;
    let about_price = ["final_cpm", "actual_price_cpm", "amount_micros", "currency", "pricing"];
    pricing.final_cpm = pricing.final_cpm.filter(|_| !is_twice(&about_price));
    Ok(Deal {
        deal_id: DealId(deal_id),
        seller: seller.clone(),
        quote_id: wire.quote_id.verbatim().map(QuoteId),
        deal_type,
        raw_deal_type,
        status: DealStatus::parse(&wire.status.label()),
        raw_status: wire.status.label(),
        product: product_ref(&wire.product.0, &wire.product_id),
        pricing,
        terms: Terms {
            impressions: impressions.filter(|_| !is_twice(&["impressions", "terms"])),
            flight_start: terms.flight_start.words().or_else(|| wire.flight_start.words()),
            flight_end: terms.flight_end.words().or_else(|| wire.flight_end.words()),
            guaranteed: terms
                .guaranteed
                .flag()
                .unwrap_or_else(|| deal_type.is_some_and(DealType::is_guaranteed)),
        },
        buyer_tier: tier(&wire.buyer_tier),
        expires_at: wire.expires_at.time().ok(),
        activation_instructions: instructions
            .filter(|(_, words)| !words.is_absent())
            .map(|(dsp, words)| (text::clean(dsp, 80), instruction(words)))
            .collect::<BTreeMap<_, _>>(),
        openrtb: openrtb(&wire.openrtb_params.0),
        openrtb_raw: verbatim,
        created_at: wire.created_at.time().ok(),
        calls_itself: wire.seller_id.verbatim(),
        replaced_by: wire.replacement_deal_id.verbatim().map(DealId),
    })
}

/// The deal that stands for another one, as the seller's record of its line tells.
pub(super) fn replacement(wire: &wire::Lineage) -> Option<DealId> {
    let last = wire.replacements.0.as_ref()?.last()?;
    last.deal_id.verbatim().map(DealId)
}

fn instruction(words: &Field) -> String {
    let prose = words.prose();
    if prose.is_empty() { text::prose(&words.json()) } else { prose }
}

/// `None` where there is no block, or one without an id.
fn openrtb(wire: &wire::OpenRtb) -> Option<OpenRtb> {
    let currency = amounts::currency("bidfloorcur", &wire.bidfloorcur);
    Some(OpenRtb {
        id: wire.id.verbatim()?,
        bidfloor: amounts::shown(&wire.bidfloor, &currency, &Field::default()),
        at: wire.at.small(),
        wseat: wire.wseat.texts(),
        wadomain: wire.wadomain.texts(),
        guar: wire.guar.small(),
    })
}

/// The seller's answer to a move whose price was in `ours`: flat, or (v2) with the round inside.
pub(super) fn answer(
    flat: wire::Round,
    message: wire::Message,
    ours: Currency,
    raw: &str,
) -> Read<Moved> {
    moved(&pricing::round(flat, message.round.0, ours)?, ours, raw)
}

/// A round whose price is in `ours` where it names no currency.
fn moved(wire: &wire::Round, ours: Currency, raw: &str) -> Read<Moved> {
    let Some(action) = wire.action.verbatim() else { return missing("answer", "action") };
    let action = Action::parse(&action);
    let currency = amounts::beside_or(&wire.currency, &[&wire.seller_price], ours)?;
    let seller_cpm = amounts::price("seller_price", &wire.seller_price, currency)?;
    if let (Some(price), false) = (seller_cpm, wire.currency.is_blank()) {
        pricing::one("currency", [currency, price.currency()], PartialEq::eq)?;
    }
    if action.is_offer() && seller_cpm.is_none() {
        return missing("offer", "seller_price");
    }
    // What it repeats of our price is a record, not an offer: it may be anything.
    let buyer_cpm = amounts::money("", &wire.buyer_price, currency).ok().flatten();
    Ok(Moved {
        negotiation_id: wire.negotiation_id.verbatim(),
        round: wire.round_number.small().unwrap_or(0),
        action,
        buyer_cpm,
        seller_cpm,
        rationale: wire.rationale.prose(),
        status: wire.status.label(),
        rounds_left: wire.rounds_remaining.integer(),
        raw: text::clean(raw, EXCHANGE_CELLS),
    })
}

/// The seller's record; its rounds carry no status of their own, the last one has the whole's. Prices
/// without a currency are in `ours`. `raws` are the rounds as they were sent.
pub(super) fn history(wire: &wire::History, ours: Currency, raws: &[String]) -> Read<History> {
    let Some(rounds) = &wire.rounds.0 else { return missing("history", "rounds") };
    let raw = |index: usize| raws.get(index).map_or("", String::as_str);
    let ours = amounts::currency_or("currency", &wire.currency, ours)?;
    let rounds = rounds.iter().enumerate();
    let mut rounds =
        rounds.map(|(index, round)| moved(round, ours, raw(index))).collect::<Read<Vec<_>>>()?;
    let status = wire.status.label();
    if let Some(last) = rounds.last_mut()
        && last.status.is_empty()
    {
        last.status.clone_from(&status);
    }
    Ok(History {
        negotiation_id: wire.negotiation_id.verbatim(),
        status,
        max_rounds: wire.max_rounds.small(),
        rounds,
    })
}
