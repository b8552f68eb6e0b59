//! Proposals, judged by rule: the negotiation engine answers the price, the capacity the volume.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sim::iab::{
    exchange::Request,
    keys::Who,
    market::Market,
    negotiation::{Negotiation, Status},
    spec::Product,
    wire::{
        Answer,
        body::{ProposalAsk, parse},
        errors::Failure,
        holder, json, trusted,
    },
};

pub(in crate::sim) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let ask = ProposalAsk::read(whole)?;
    let who = trusted(held.as_ref(), ask.agent_url.as_deref());
    let Some(product) = market.product(&ask.product_id).cloned() else {
        return unknown(market, &ask.product_id);
    };
    let (is_verified, verified) = market.verify(&ask, &who, now);
    let proposal_id = market.file(&product.product_id);
    let negotiation = market.counter(&proposal_id, ask.price, &who, now)?;
    let (recommendation, status, terms) = judged(&ask, &product, negotiation)?;
    json(&json!({
        "proposal_id": proposal_id,
        "recommendation": recommendation,
        "status": status,
        "counter_terms": terms,
        "approval_id": null,
        "pricing_verified": is_verified,
        "pricing_verification_reason": verified,
        "errors": [],
    }))
}

fn judged(
    ask: &ProposalAsk,
    product: &Product,
    negotiation: &Negotiation,
) -> Result<(&'static str, &'static str, Value), Failure> {
    let Some(round) = negotiation.rounds.last() else { return Err(Failure::Broken) };
    let most = product.available.unwrap_or(ask.impressions).min(ask.impressions);
    let terms = |price: f64, reason: &str, action: &str| {
        json!({
            "proposed_price": price,
            "floor_price": negotiation.floor,
            "max_impressions": most,
            "reason": reason,
            "negotiation_id": negotiation.id,
            "round_number": round.number,
            "action": action,
        })
    };
    Ok(match negotiation.status {
        Status::Accepted if most < ask.impressions => {
            let reason = format!(
                "Price ${:.2} CPM is agreeable. Requested {} impressions exceeds the {} available; \
                 countering with the available volume.",
                ask.price,
                grouped(ask.impressions),
                grouped(most)
            );
            ("counter", "counter_pending", terms(ask.price, &reason, "counter"))
        }
        Status::Accepted => ("accept", "accepted", Value::Null),
        Status::Active => {
            let counter = terms(round.seller_price, &round.rationale, round.action.word());
            ("counter", "counter_pending", counter)
        }
        Status::Rejected => ("reject", "rejected", Value::Null),
    })
}

fn unknown(market: &mut Market, product_id: &str) -> Answer {
    json(&json!({
        "proposal_id": market.proposal_id(product_id),
        "recommendation": "reject",
        "status": "failed",
        "counter_terms": null,
        "approval_id": null,
        "pricing_verified": false,
        "pricing_verification_reason": "No matching quote found for this buyer and product.",
        "errors": [{
            "stage": "validate_product",
            "code": "product_not_found",
            "detail": format!("Product not found: {product_id}"),
        }],
    }))
}

/// A count with its thousands apart.
fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if count < 0 { format!("-{text}") } else { text }
}

impl Market {
    /// Whether a proposal's price is one that this buyer was quoted for the product.
    fn verify(&self, ask: &ProposalAsk, who: &Who, now: Timestamp) -> (bool, String) {
        let quotes = self.standing_quotes(&ask.product_id, &who.name(), now);
        if quotes.is_empty() {
            return (false, "No matching quote found for this buyer and product.".to_owned());
        }
        let price = ask.price;
        let near = quotes.iter().find(|(_, quoted)| (price - quoted).abs() / quoted <= TOLERANCE);
        if let Some((id, quoted)) = near {
            let off = (price - quoted).abs() / quoted * 100.0;
            let says = format!(
                "Proposed CPM ${price:.2} matches quote {id} (${quoted:.2}, {off:.1}% difference)."
            );
            return (true, says);
        }
        let says = format!(
            "Proposed CPM ${price:.2} is outside tolerance of all active quotes for this buyer and \
             product."
        );
        (false, says)
    }
}

/// How far a proposed price may be from a quoted one, as a share of it.
const TOLERANCE: f64 = 0.01;
