//! What dialect v2 is sent (wire/iab.md sections 4 and 5.3). Strict: Money in whole micros, and an
//! idempotency key with whatever changes something.

use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use super::{MESSAGES, QUOTES, agent_of, amounts::MICROS, json, talk::Said, told_of, unsupported};
use crate::{
    domain::{Action, Cpm, Currency, Identity, QuoteAsk, QuoteId, SellerError},
    sellers::http::Call,
};

/// An amount: micros are millionths of the currency's unit.
#[derive(Debug, Serialize)]
struct Money {
    amount_micros: u64,
    currency: String,
}

/// `POST /api/v1/quotes`.
#[derive(Debug, Serialize)]
struct QuoteRequest<'a> {
    idempotency_key: &'a str,
    product_id: &'a str,
    deal_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    impressions: Option<u64>,
    flight_start: String,
    flight_end: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_cpm: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_identity: Option<Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_url: Option<String>,
}

/// `POST /api/v1/deals`.
#[derive(Debug, Serialize)]
struct BookRequest<'a> {
    idempotency_key: &'a str,
    quote_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_identity: Option<Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a str>,
}

/// `POST /api/v1/negotiations/messages`. The seller files a negotiation under its quote: the id that
/// it mints for the negotiation finds nothing, and hides the quote's where both are sent.
#[derive(Debug, Serialize)]
struct Message<'a> {
    idempotency_key: &'a str,
    action: &'a str,
    quote_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_price: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_identity: Option<Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rationale: Option<&'a str>,
}

fn money(cpm: Cpm) -> Result<Money, SellerError> {
    let micros = cpm.amount().checked_mul(MICROS.into()).filter(rust_decimal::Decimal::is_integer);
    let Some(amount_micros) = micros.and_then(|micros| micros.to_u64()) else {
        return Err(unsupported(
            "no_micros",
            &format!("this seller takes prices in whole millionths, which {cpm} is not"),
            "give a price with at most six decimals",
        ));
    };
    Ok(Money { amount_micros, currency: cpm.currency().to_string() })
}

pub(super) fn quote(asked: &QuoteAsk, idempotency_key: &str) -> Result<Call, SellerError> {
    let reads = asked.currency.unwrap_or(Currency::USD);
    if asked.target_cpm.is_some_and(|cpm| cpm.currency() != reads) {
        return Err(unsupported(
            "currency",
            &format!("this seller takes a target in any currency and reads it as {reads}"),
            &format!("give the target in {reads}, or none"),
        ));
    }
    let body = json(&QuoteRequest {
        idempotency_key,
        product_id: asked.product_id.as_str(),
        deal_type: asked.deal_type.to_string(),
        impressions: asked.impressions,
        flight_start: asked.flight_start.to_string(),
        flight_end: asked.flight_end.to_string(),
        target_cpm: asked.target_cpm.map(money).transpose()?,
        buyer_identity: told_of(&asked.identity),
        agent_url: agent_of(&asked.identity),
    })?;
    Ok(Call::post(QUOTES, body, true))
}

pub(super) fn book(
    quote_id: &QuoteId,
    identity: &Identity,
    notes: Option<&str>,
    idempotency_key: &str,
) -> Result<String, SellerError> {
    let buyer_identity = told_of(identity);
    json(&BookRequest { idempotency_key, quote_id: quote_id.as_str(), buyer_identity, notes })
}

/// The price that goes with an accept changes nothing, but the seller's record repeats it, so that a
/// lost move is found there. A reject must not carry one.
pub(super) fn counter(said: &Said<'_>) -> Result<Call, SellerError> {
    let &Said { quote_id, cpm, action, identity, idempotency_key, note } = said;
    let (word, price) = match action {
        Action::Counter => ("counter", Some(cpm)),
        Action::FinalOffer => ("final_offer", Some(cpm)),
        Action::Accept => ("accept", Some(cpm)),
        Action::Reject => ("reject", None),
        Action::Open | Action::Walk | Action::Other(_) => {
            return Err(unsupported(
                "no_such_move",
                &format!("this seller cannot be told: {action}"),
                "offer, accept or reject",
            ));
        }
    };
    let body = json(&Message {
        idempotency_key,
        action: word,
        quote_id: quote_id.as_str(),
        buyer_price: price.map(money).transpose()?,
        buyer_identity: told_of(identity),
        rationale: note,
    })?;
    Ok(Call::post(MESSAGES, body, false))
}
