//! What each dialect of the IAB seller agent serves, and what a person can do about its errors.
//!
//! Source: wire/iab.md, section 2: what is really served. A seller may serve less than its dialect.

use crate::sellers::abilities::{
    Ability, Dialect,
    Served::{No, Yes},
};

/// The dialects, the oldest first.
pub(super) const DIALECTS: &[Dialect] = &[V1, V2];

/// Bare objects, prices as numbers.
pub(super) const V1: Dialect = Dialect {
    name: "v1",
    abilities: &[
        (Ability::Quotes, Yes),
        (Ability::Negotiation, Yes),
        (Ability::AgreedPrice, No("dialect v1 books the price that was quoted")),
        (Ability::Words, No("dialect v1 has no place for words with a move")),
        (Ability::IdempotencyKeys, No("dialect v1 has no idempotency keys")),
        (Ability::Avails, No("this seller speaks dialect v1, which cannot be asked for avails")),
        (Ability::Orders, Yes),
    ],
    words: &[
        "quotes",
        "negotiation at /proposals/{id}/counter",
        "no idempotency keys",
        "no avails",
        "orders",
    ],
};

/// Envelopes, Money in micros.
pub(super) const V2: Dialect = Dialect {
    name: "v2",
    abilities: &[
        (Ability::Quotes, Yes),
        (Ability::Negotiation, Yes),
        (Ability::AgreedPrice, Yes),
        (Ability::Words, Yes),
        (Ability::IdempotencyKeys, Yes),
        (Ability::Avails, Yes),
        (Ability::Orders, Yes),
    ],
    words: &[
        "quotes",
        "negotiation at /api/v1/negotiations/messages",
        "idempotency keys",
        "avails",
        "orders",
    ],
};

/// What a person can do about an error of this code; `None` for a code that is not the protocol's.
pub(super) fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "product_not_found" => "its products have changed: refresh its kit and quote again",
        "quote_expired" | "quote_not_found" => "the quote is over: ask for a new one",
        "deal_not_found" => "check the Deal ID with the seller",
        "order_not_found" | "change_request_not_found" => "check the id with the seller",
        "quote_already_booked" => "it may have been us: look at the quote, it names its deal",
        "idempotency_conflict" => {
            "stop booking with this seller and report it: our request changed under its key"
        }
        "pg_requires_impressions" => "give the impressions: a guaranteed deal needs them",
        "below_minimum_impressions" => "ask for more impressions",
        "below_floor_price" => "offer more: the price is under the seller's floor",
        "invalid_deal_type" => "choose PG, PD or PA",
        _ => return None,
    })
}
