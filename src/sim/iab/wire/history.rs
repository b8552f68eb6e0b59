//! The history of a negotiation on the wire: floats and naive times in both dialects, open to anyone.

use serde::Serialize;

use super::{Answer, json, naive};
use crate::{
    domain::Tier,
    sim::iab::{market::Market, negotiation::Round},
};

#[derive(Serialize)]
struct RoundView<'a> {
    round_number: u32,
    buyer_price: f64,
    seller_price: f64,
    action: &'static str,
    concession_pct: f64,
    cumulative_concession_pct: f64,
    rationale: &'a str,
    timestamp: String,
}

#[derive(Serialize)]
struct History<'a> {
    negotiation_id: &'a str,
    proposal_id: &'a str,
    product_id: &'a str,
    buyer_tier: Tier,
    strategy: &'a str,
    base_price: f64,
    floor_price: f64,
    status: &'static str,
    total_rounds: usize,
    max_rounds: u32,
    rounds: Vec<RoundView<'a>>,
    started_at: String,
    completed_at: Option<String>,
    package_id: Option<&'a str>,
}

pub(super) fn read(market: &Market, subject: &str) -> Answer {
    let negotiation = market.negotiation(subject)?;
    json(&History {
        negotiation_id: &negotiation.id,
        proposal_id: &negotiation.subject,
        product_id: &negotiation.product_id,
        buyer_tier: negotiation.tier,
        strategy: &negotiation.strategy,
        base_price: negotiation.base,
        floor_price: negotiation.floor,
        status: negotiation.status.word(),
        total_rounds: negotiation.rounds.len(),
        max_rounds: negotiation.max_rounds,
        rounds: negotiation.rounds.iter().map(round).collect(),
        started_at: naive(negotiation.started_at),
        completed_at: negotiation.completed_at.map(naive),
        package_id: None,
    })
}

fn round(round: &Round) -> RoundView<'_> {
    RoundView {
        round_number: round.number,
        buyer_price: round.buyer_price,
        seller_price: round.seller_price,
        action: round.action.word(),
        concession_pct: round.concession,
        cumulative_concession_pct: round.cumulative,
        rationale: &round.rationale,
        timestamp: naive(round.at),
    }
}
