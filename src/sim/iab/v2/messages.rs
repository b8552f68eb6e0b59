//! Negotiation messages: an offer, or the buyer's last word (wire/iab.md 5.3).
//!
//! Negotiations are kept by the id of what they are about. The id that the seller mints for them opens
//! nothing, not even beside a quote's; and a last word on a negotiation that is over is answered as if it
//! had counted, while what is kept stays as it was.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::money::Money;
use crate::sim::iab::{
    exchange::Request,
    keys::Who,
    market::{Market, Surface, WhatWasDone, Word},
    negotiation::Negotiation,
    wire::{
        Answer,
        body::{Body, parse},
        errors::Failure,
        holder, json, stamp,
    },
};

#[derive(Serialize)]
struct View<'a> {
    negotiation_id: &'a str,
    status: &'static str,
    round: RoundView<'a>,
    rounds_remaining: Option<i64>,
}

#[derive(Serialize)]
struct RoundView<'a> {
    round_number: u32,
    buyer_price: Money,
    seller_price: Money,
    action: &'static str,
    concession_pct: f64,
    cumulative_concession_pct: f64,
    rationale: &'a str,
    timestamp: String,
}

/// What the seller says of the last round; of the buyer's own word where there is one.
fn view(negotiation: &Negotiation, word: Option<Word>, now: Timestamp) -> Answer {
    let Some(round) = negotiation.rounds.last() else { return Err(Failure::Broken) };
    let (status, action) = match word {
        None => (negotiation.status.word(), round.action.word()),
        Some(Word::Accept) => ("accepted", "accept"),
        Some(Word::Reject) => ("rejected", "reject"),
    };
    let told = |share: f64| if word.is_none() { share } else { 0.0 };
    json(&View {
        negotiation_id: &negotiation.id,
        status,
        round: RoundView {
            round_number: round.number,
            buyer_price: Money::dollars(round.buyer_price),
            seller_price: Money::dollars(round.seller_price),
            action,
            concession_pct: told(round.concession),
            cumulative_concession_pct: told(round.cumulative),
            rationale: &round.rationale,
            timestamp: stamp(now),
        },
        rounds_remaining: Some(if word.is_none() { negotiation.remaining().max(0) } else { 0 }),
    })
}

pub(in crate::sim) fn message(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let key = body.key("idempotency_key");
    let action = body.choice("action", &["accept", "counter", "reject", "final_offer"]);
    let negotiation = body.optional_text("negotiation_id");
    let proposal = body.optional_text("proposal_id");
    let quote = body.optional_text("quote_id");
    let number = body.optional_count_from("round_number", 1);
    let price = body.optional_money("buyer_price");
    let said = body.who("buyer_identity");
    let rationale = body.optional_text("rationale").unwrap_or_default();
    if matches!(action.as_str(), "counter" | "final_offer") && price.is_none() {
        body.contradicts(&format!("action '{action}' requires buyer_price"));
    }
    if action == "reject" && price.is_some() {
        body.contradicts("action 'reject' must not carry buyer_price");
    }
    body.done()?;
    // An offer of no known buyer shares its keys with every other.
    let buyer = held.as_ref().map_or_else(|| Who::default().name(), Who::name);
    let asked = json!({
        "action": action, "negotiation_id": negotiation, "proposal_id": proposal,
        "quote_id": quote, "round_number": number, "buyer_price": price, "buyer_identity": said,
        "rationale": rationale,
    });
    if let Some(WhatWasDone::Said(answer)) =
        market.recall(Surface::Negotiations, (&buyer, &key), &asked, now)?
    {
        return Ok(answer);
    }
    let subject = proposal.or(negotiation).or(quote).unwrap_or_default();
    let answer = match (action.as_str(), price) {
        ("accept", told) => ended(market, &subject, Word::Accept, told, now),
        ("reject", told) => ended(market, &subject, Word::Reject, told, now),
        (_, offer) => {
            let who = held.unwrap_or_default();
            view(market.counter(&subject, offer.unwrap_or_default(), &who, now)?, None, now)
        }
    }?;
    let done = (asked, WhatWasDone::Said(answer.clone()));
    market.remember(Surface::Negotiations, (&buyer, &key), done, now);
    Ok(answer)
}

fn ended(
    market: &mut Market,
    subject: &str,
    word: Word,
    told: Option<f64>,
    now: Timestamp,
) -> Answer {
    if !market.is_known(subject) {
        return Err(Failure::words(404, "Proposal not found"));
    }
    view(market.end(subject, word, told, now)?, Some(word), now)
}
