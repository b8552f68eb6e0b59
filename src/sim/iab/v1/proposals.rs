//! Proposals, which no stock v1 seller can take: it breaks on every product that it knows
//! (wire/iab.md 5.2).

use serde_json::json;

use crate::sim::iab::{
    exchange::Request,
    market::Market,
    wire::{
        Answer,
        body::{ProposalAsk, parse},
        errors::Failure,
        json,
    },
};

pub(in crate::sim) fn create(market: &mut Market, request: &Request) -> Answer {
    let ask = ProposalAsk::read(parse(request)?)?;
    if market.product(&ask.product_id).is_some() {
        return Err(Failure::Broken);
    }
    let says = format!("Product not found: {}", ask.product_id);
    json(&json!({
        "proposal_id": market.proposal_id(&ask.product_id),
        "recommendation": "",
        "status": "failed",
        "counter_terms": null,
        "approval_id": null,
        "pricing_verified": false,
        "pricing_verification_reason": "No matching quote found for this buyer and product.",
        "errors": [says],
    }))
}
