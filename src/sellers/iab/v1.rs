//! What dialect v1 is sent (wire/iab.md sections 4 and 5.2). Strict: prices are bare numbers, and
//! there is no place for an idempotency key.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{QUOTES, agent_of, json, told_of, unsupported};
use crate::{
    domain::{Action, Cpm, Currency, Identity, QuoteAsk, QuoteId, SellerError, Tier},
    sellers::http::{Call, segment},
};

/// `POST /api/v1/quotes`.
#[derive(Debug, Serialize)]
struct QuoteRequest<'a> {
    product_id: &'a str,
    deal_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    impressions: Option<u64>,
    flight_start: String,
    flight_end: String,
    #[serde(
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    target_cpm: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_identity: Option<Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_url: Option<String>,
}

/// `POST /api/v1/deals`.
#[derive(Debug, Serialize)]
struct BookRequest<'a> {
    quote_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_identity: Option<Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a str>,
}

/// `POST /proposals/{id}/counter`. Sellers of the guide's days read `price`, later ones
/// `buyer_price`.
#[derive(Debug, Serialize)]
struct CounterRequest<'a> {
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    buyer_price: Decimal,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    price: Decimal,
    buyer_tier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advertiser_id: Option<&'a str>,
}

pub(super) fn quote(asked: &QuoteAsk) -> Result<Call, SellerError> {
    let reads = asked.currency.unwrap_or(Currency::USD);
    if asked.target_cpm.is_some_and(|cpm| cpm.currency() != reads) {
        return Err(unsupported(
            "currency",
            &format!("this seller takes a target as a bare number and reads it as {reads}"),
            &format!("give the target in {reads}, or none"),
        ));
    }
    let body = json(&QuoteRequest {
        product_id: asked.product_id.as_str(),
        deal_type: asked.deal_type.to_string(),
        impressions: asked.impressions,
        flight_start: asked.flight_start.to_string(),
        flight_end: asked.flight_end.to_string(),
        target_cpm: asked.target_cpm.map(|cpm| cpm.amount()),
        buyer_identity: told_of(&asked.identity),
        agent_url: agent_of(&asked.identity),
    })?;
    Ok(Call::post(QUOTES, body, true))
}

pub(super) fn book(
    quote_id: &QuoteId,
    identity: &Identity,
    notes: Option<&str>,
) -> Result<String, SellerError> {
    let buyer_identity = told_of(identity);
    json(&BookRequest { quote_id: quote_id.as_str(), buyer_identity, notes })
}

/// There is no verb to accept: whoever offers the seller's price has accepted it.
pub(super) fn counter(
    quote_id: &QuoteId,
    cpm: Cpm,
    (action, note): (&Action, Option<&str>),
    identity: &Identity,
) -> Result<Call, SellerError> {
    if note.is_some() {
        let says = "this seller has no place for words with a move";
        return Err(unsupported("no_words", says, "send it without the note"));
    }
    match action {
        Action::Counter | Action::FinalOffer | Action::Accept => {}
        Action::Open | Action::Reject | Action::Walk | Action::Other(_) => {
            return Err(unsupported(
                "no_such_move",
                &format!("this seller cannot be told: {action}"),
                "walk away by not answering",
            ));
        }
    }
    let identity = identity.revealed(Tier::Advertiser);
    let body = json(&CounterRequest {
        buyer_price: cpm.amount(),
        price: cpm.amount(),
        buyer_tier: identity.tier().to_string(),
        agency_id: identity.agency_id.as_deref(),
        advertiser_id: identity.advertiser_id.as_deref(),
    })?;
    Ok(Call::post(format!("/proposals/{}/counter", segment(quote_id.as_str())?), body, false))
}
