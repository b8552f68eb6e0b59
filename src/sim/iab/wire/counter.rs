//! A counter-offer on the wire, as a route of its own. Dialect v2 still serves it, on quote ids too.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    errors::Failure,
    holder, json,
};
use crate::sim::iab::{exchange::Request, market::Market, spec::Dialect};

#[derive(Serialize)]
struct Countered<'a> {
    negotiation_id: &'a str,
    round_number: u32,
    action: &'static str,
    buyer_price: f64,
    seller_price: f64,
    concession_pct: f64,
    cumulative_concession_pct: f64,
    rationale: &'a str,
    status: &'static str,
    rounds_remaining: i64,
}

pub(super) fn offer(
    market: &mut Market,
    subject: &str,
    request: &Request,
    now: Timestamp,
) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let is_v1 = market.spec.dialect == Dialect::V1;
    // The guide's client sends `price`; where both are missing, `buyer_price` is asked for.
    let by_guide = is_v1 && body.has("price") && !body.has("buyer_price");
    let offer = body.number(if by_guide { "price" } else { "buyer_price" });
    // Who says without a key that it is somebody is believed by v1 alone.
    let claimed = body.claim().filter(|_| is_v1);
    body.done()?;
    let who = held.or(claimed).unwrap_or_default();
    let negotiation = market.counter(subject, offer, &who, now)?;
    let Some(round) = negotiation.rounds.last() else { return Err(Failure::Broken) };
    json(&Countered {
        negotiation_id: &negotiation.id,
        round_number: round.number,
        action: round.action.word(),
        buyer_price: round.buyer_price,
        seller_price: round.seller_price,
        concession_pct: round.concession,
        cumulative_concession_pct: round.cumulative,
        rationale: &round.rationale,
        status: negotiation.status.word(),
        rounds_remaining: if is_v1 {
            negotiation.remaining()
        } else {
            negotiation.remaining().max(0)
        },
    })
}
