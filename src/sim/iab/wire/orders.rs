//! Orders on the wire; the same in both dialects, but that v2 lets only the seller's own people move
//! one on.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Answer,
    body::{Body, parse},
    holder, json, naive, operators_only, stamp,
};
use crate::sim::iab::{
    exchange::Request,
    market::{Market, Order, Transition, next_states},
};

fn transition_view(transition: &Transition) -> Value {
    json!({
        "transition_id": transition.id,
        "from_status": transition.from,
        "to_status": transition.to,
        "timestamp": naive(transition.at),
        "actor": transition.actor,
        "reason": transition.reason,
        "metadata": transition.metadata,
    })
}

fn log(order: &Order) -> Vec<Value> {
    order.transitions.iter().map(transition_view).collect()
}

/// The whole of an order.
pub(super) fn view(order: &Order) -> Value {
    json!({
        "order_id": order.id,
        "status": order.status,
        "audit_log": {"order_id": order.id, "transitions": log(order)},
        "deal_id": order.deal_id,
        "quote_id": order.quote_id,
        "created_at": stamp(order.created_at),
        "metadata": order.metadata,
    })
}

/// The object in a field; empty where there is none.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

pub(super) fn create(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let ids = (body.optional_text("deal_id"), body.optional_text("quote_id"));
    let metadata = object(body.any("metadata"));
    body.done()?;
    json(&view(&market.make_order(ids, metadata, now)))
}

pub(super) fn list(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    holder(market, request, now)?;
    let status = request.parameter("status");
    let orders = market.orders().iter();
    let shown = orders.filter(|order| status.as_ref().is_none_or(|status| order.status == *status));
    let orders: Vec<Value> = shown.map(view).collect();
    json(&json!({"count": orders.len(), "orders": orders}))
}

pub(super) fn read(market: &Market, order_id: &str) -> Answer {
    json(&view(market.order(order_id)?))
}

pub(super) fn history(market: &Market, order_id: &str) -> Answer {
    let order = market.order(order_id)?;
    json(&json!({
        "order_id": order.id,
        "current_status": order.status,
        "transitions": log(order),
        "transition_count": order.transitions.len(),
    }))
}

pub(super) fn audit(market: &Market, order_id: &str) -> Answer {
    let order = market.order(order_id)?;
    // At the real seller too, no change request ever shows here.
    json(&json!({
        "order_id": order.id,
        "current_status": order.status,
        "created_at": stamp(order.created_at),
        "transitions": log(order),
        "transition_count": order.transitions.len(),
        "change_requests": [],
        "change_request_count": 0,
    }))
}

pub(super) fn transition(
    market: &mut Market,
    order_id: &str,
    request: &Request,
    now: Timestamp,
) -> Answer {
    let whole = parse(request)?;
    operators_only(market, request, now)?;
    let mut body = Body::open(whole)?;
    let to = body.text("to_status");
    let actor = body.optional_text("actor").unwrap_or_else(|| "system".to_owned());
    let submits = "Order submitted for review";
    let reason = body.optional_text("reason").filter(|reason| !reason.is_empty());
    let metadata = Value::Object(object(body.any("metadata")));
    body.done()?;
    let reason =
        reason.unwrap_or_else(|| (if to == "submitted" { submits } else { "" }).to_owned());
    let order = market.transition(order_id, &to, (actor, reason, metadata), now)?;
    json(&json!({
        "order_id": order.id,
        "status": order.status,
        "transition": order.transitions.last().map(transition_view),
        "allowed_next": next_states(&order.status),
    }))
}
