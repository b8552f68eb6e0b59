//! Requests to change an order, on the wire; the same in both dialects, but that v2 lets only the
//! seller's own people decide.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Answer,
    body::{Body, parse},
    holder, json, naive, operators_only, orders, stamp,
};
use crate::sim::iab::{
    exchange::Request,
    market::{Change, ChangeAsk, Market},
};

fn view(change: &Change) -> Value {
    let ask = &change.ask;
    // A person's decision has its zone, an automatic one has none: as recorded.
    let decided = if change.approved_by == "system" { stamp } else { naive };
    json!({
        "change_request_id": change.id,
        "order_id": ask.order_id,
        "deal_id": change.before.deal_id.as_deref().unwrap_or(""),
        "status": change.status,
        "change_type": ask.kind,
        "severity": change.severity,
        "requested_by": ask.requested_by,
        "requested_at": naive(change.requested_at),
        "reason": ask.reason,
        "diffs": ask.diffs,
        "proposed_values": ask.proposed,
        "validation_errors": change.errors,
        "pricing_impact": null,
        "availability_check": null,
        "approved_by": change.approved_by,
        "approved_at": change.approved_at.map(decided),
        "rejection_reason": change.rejection_reason,
        "applied_at": change.applied_at.map(stamp),
        "applied_by": if change.applied_at.is_some() { "system" } else { "" },
        "rollback_snapshot": orders::view(&change.before),
    })
}

pub(super) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let order_id = body.text("order_id");
    let kind = body.text("change_type");
    let diffs = body.any("diffs").as_array().cloned().unwrap_or_default();
    let proposed = orders::object(body.any("proposed_values"));
    let reason = body.optional_text("reason").unwrap_or_default();
    let requested_by = body.optional_text("requested_by").unwrap_or_else(|| "system".to_owned());
    body.done()?;
    let ask = ChangeAsk { order_id, kind, diffs, proposed, reason, requested_by };
    json(&view(&market.ask_change(ask, now)?))
}

pub(super) fn list(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    holder(market, request, now)?;
    let (order, status) = (request.parameter("order_id"), request.parameter("status"));
    let changes = market.changes().iter();
    let shown = changes
        .filter(|change| order.as_ref().is_none_or(|order| change.ask.order_id == *order))
        .filter(|change| status.as_ref().is_none_or(|status| change.status == status));
    let changes: Vec<Value> = shown.map(view).collect();
    json(&json!({"count": changes.len(), "change_requests": changes}))
}

pub(super) fn read(market: &Market, id: &str) -> Answer {
    json(&view(market.change(id)?))
}

pub(super) fn review(market: &mut Market, id: &str, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    operators_only(market, request, now)?;
    let mut body = Body::open(whole)?;
    let decision = body.text("decision");
    let reason = body.optional_text("reason").unwrap_or_default();
    body.done()?;
    json(&view(market.review(id, (&decision, reason), now)?))
}

pub(super) fn apply(market: &mut Market, id: &str, request: &Request, now: Timestamp) -> Answer {
    operators_only(market, request, now)?;
    let change = market.apply(id, now)?;
    json(&json!({
        "change_request_id": change.id,
        "status": change.status,
        "order_id": change.ask.order_id,
    }))
}
