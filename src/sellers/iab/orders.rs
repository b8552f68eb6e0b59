//! Insertion orders and change requests, as far as a buyer's key may: list, make, read, history
//! (wire/iab.md section 6). The bodies are the same in both dialects.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Iab, about, heard, json, map, named, part, sound, wire};
use crate::{
    domain::{
        Answer, ChangeAsk, ChangeId, ChangeRequest, DealId, Heard, Order, OrderAnswer, OrderAsk,
        OrderId, QuoteId, SellerError,
        order::{Diff, Given, OrderStatus, OrderStep},
        text,
    },
    sellers::{
        http::{Call, Reply, segment},
        lenient::{Field, Parts, Told},
    },
};

const ORDERS: &str = "/api/v1/orders";
const CHANGES: &str = "/api/v1/change-requests";

/// A value: a number as a number.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Number(#[serde(with = "rust_decimal::serde::arbitrary_precision")] Decimal),
    Text(&'a str),
}

impl<'a> From<&'a Given> for Value<'a> {
    fn from(given: &'a Given) -> Self {
        match given {
            Given::Number(number) => Self::Number(*number),
            Given::Text(text) => Self::Text(text),
        }
    }
}

/// `POST /api/v1/orders`.
#[derive(Debug, Serialize)]
struct CreateRequest<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    deal_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_id: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<&'a str, Value<'a>>,
}

/// `POST /api/v1/change-requests`. The order is required. Sellers up to 2.4.2 look at no key, their next
/// release takes none without.
#[derive(Debug, Serialize)]
struct ChangeBody<'a> {
    idempotency_key: &'a str,
    order_id: &'a str,
    change_type: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diffs: Vec<DiffBody<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    proposed_values: BTreeMap<&'a str, Value<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    requested_by: &'a str,
}

/// One field that changes.
#[derive(Debug, Serialize)]
struct DiffBody<'a> {
    field: &'a str,
    old_value: Option<Value<'a>>,
    new_value: Option<Value<'a>>,
}

impl<'a> From<&'a Diff> for DiffBody<'a> {
    fn from(diff: &'a Diff) -> Self {
        let value = |given: &'a Option<Given>| given.as_ref().map(Value::from);
        Self { field: &diff.field, old_value: value(&diff.old), new_value: value(&diff.new) }
    }
}

impl Iab {
    /// What became of an order, or of a wish to change one.
    pub(super) async fn orders(&self, asked: &OrderAsk) -> Result<Heard, SellerError> {
        let call = call(asked)?;
        let told = self.http.call(call).await;
        let is_change = matches!(asked, OrderAsk::Change(_));
        let thing = if is_change { "change_request" } else { "order" };
        let answer = |reply: &Reply| {
            let answer = match asked {
                OrderAsk::List(filter) => {
                    let orders = sound(reply, orders(&part(reply)?))?.into_iter();
                    let admitted = orders.filter(|order| {
                        filter.admits(&order.order_id, order.deal_id.as_ref(), &order.raw_status)
                    });
                    OrderAnswer::Orders(admitted.collect())
                }
                OrderAsk::Get(_) | OrderAsk::Create { .. } => {
                    let order = sound(reply, order(&part(reply)?))?;
                    same_order(reply, asked, &order)?;
                    OrderAnswer::Order(Box::new(order))
                }
                OrderAsk::History(id) => {
                    let audit: wire::Audit = part(reply)?;
                    about(reply, "order", id.as_str(), audit.order_id.verbatim().as_deref())?;
                    let steps = sound(reply, history(&audit))?;
                    OrderAnswer::History { status: audit.current_status.label(), steps }
                }
                OrderAsk::Changes(filter) => {
                    let changes = sound(reply, changes(&part(reply)?))?.into_iter();
                    let admitted = changes.filter(|change| {
                        filter.admits(&change.order_id, change.deal_id.as_ref(), &change.status)
                    });
                    OrderAnswer::Changes(admitted.collect())
                }
                OrderAsk::Change(_) | OrderAsk::RequestChange(_) => {
                    let change = sound(reply, change(&part(reply)?))?;
                    same_change(reply, asked, &change)?;
                    OrderAnswer::Change(Box::new(change))
                }
            };
            Ok(Answer::Orders(answer))
        };
        Ok(named(heard(told, answer), thing))
    }
}

/// Whether an order is the one that was asked for, or is of what it was made for.
fn same_order(reply: &Reply, asked: &OrderAsk, order: &Order) -> Result<(), SellerError> {
    match asked {
        OrderAsk::Get(id) => about(reply, "order", id.as_str(), Some(order.order_id.as_str())),
        OrderAsk::Create { deal_id, quote_id, .. } => {
            if let Some(id) = deal_id {
                let told = order.deal_id.as_ref().map(DealId::as_str);
                about(reply, "deal", id.as_str(), told)?;
            }
            let Some(id) = quote_id else { return Ok(()) };
            about(reply, "quote", id.as_str(), order.quote_id.as_ref().map(QuoteId::as_str))
        }
        OrderAsk::List(_)
        | OrderAsk::History(_)
        | OrderAsk::Changes(_)
        | OrderAsk::Change(_)
        | OrderAsk::RequestChange(_) => Ok(()),
    }
}

/// Whether a change request is the one that was asked for, or is of the order that it was made for.
fn same_change(reply: &Reply, asked: &OrderAsk, change: &ChangeRequest) -> Result<(), SellerError> {
    match asked {
        OrderAsk::Change(id) => {
            about(reply, "change request", id.as_str(), Some(change.change_id.as_str()))
        }
        OrderAsk::RequestChange(asked) => {
            let told = Some(change.order_id.as_str()).filter(|id| !id.is_empty());
            about(reply, "order", asked.order_id.as_str(), told)
        }
        OrderAsk::List(_)
        | OrderAsk::Get(_)
        | OrderAsk::History(_)
        | OrderAsk::Changes(_)
        | OrderAsk::Create { .. } => Ok(()),
    }
}

fn call(asked: &OrderAsk) -> Result<Call, SellerError> {
    Ok(match asked {
        OrderAsk::List(_) => Call::get(ORDERS),
        OrderAsk::Get(id) => Call::get(format!("{ORDERS}/{}", segment(id.as_str())?)),
        OrderAsk::History(id) => Call::get(format!("{ORDERS}/{}/history", segment(id.as_str())?)),
        OrderAsk::Changes(_) => Call::get(CHANGES),
        OrderAsk::Change(id) => Call::get(format!("{CHANGES}/{}", segment(id.as_str())?)),
        OrderAsk::Create { deal_id, quote_id, metadata } => {
            let body = json(&CreateRequest {
                deal_id: deal_id.as_ref().map(DealId::as_str),
                quote_id: quote_id.as_ref().map(QuoteId::as_str),
                metadata: values(metadata),
            })?;
            Call::post(ORDERS, body, false)
        }
        OrderAsk::RequestChange(change) => {
            let ChangeAsk { order_id, diffs, reason, requested_by, idempotency_key, .. } = change;
            let body = json(&ChangeBody {
                idempotency_key,
                order_id: order_id.as_str(),
                change_type: change.change_type.to_string(),
                diffs: diffs.iter().map(DiffBody::from).collect(),
                proposed_values: values(&change.proposed),
                reason,
                requested_by,
            })?;
            Call::post(CHANGES, body, false)
        }
    })
}

fn values(given: &BTreeMap<String, Given>) -> BTreeMap<&str, Value<'_>> {
    given.iter().map(|(name, given)| (name.as_str(), Value::from(given))).collect()
}

fn orders(wire: &wire::OrderList) -> map::Read<Vec<Order>> {
    let Some(orders) = &wire.orders.0 else { return map::missing("list", "orders") };
    orders.iter().map(order).collect()
}

fn order(wire: &wire::Order) -> map::Read<Order> {
    let Some(order_id) = wire.order_id.verbatim() else { return map::missing("order", "order_id") };
    let raw_status = wire.status.label();
    Ok(Order {
        order_id: OrderId(order_id),
        status: raw_status.to_ascii_lowercase().parse().unwrap_or(OrderStatus::Other),
        raw_status,
        deal_id: wire.deal_id.verbatim().map(DealId),
        quote_id: wire.quote_id.verbatim().map(QuoteId),
        created_at: wire.created_at.time().ok(),
        metadata: told(&wire.metadata.0),
        steps: steps(&wire.audit_log.0.transitions),
    })
}

fn history(wire: &wire::Audit) -> map::Read<Vec<OrderStep>> {
    if wire.transitions.0.is_none() {
        return map::missing("history", "transitions");
    }
    Ok(steps(&wire.transitions))
}

fn steps(wire: &Parts<wire::Step>) -> Vec<OrderStep> {
    let step = |wire: &wire::Step| OrderStep {
        from: wire.from_status.label(),
        to: wire.to_status.label(),
        at: wire.timestamp.time().ok(),
        actor: wire.actor.label(),
        reason: wire.reason.prose(),
    };
    wire.0.iter().flatten().map(step).collect()
}

fn changes(wire: &wire::ChangeList) -> map::Read<Vec<ChangeRequest>> {
    let Some(changes) = &wire.change_requests.0 else {
        return map::missing("list", "change_requests");
    };
    changes.iter().map(change).collect()
}

fn change(wire: &wire::Change) -> map::Read<ChangeRequest> {
    let Some(change_id) = wire.change_request_id.verbatim() else {
        return map::missing("change request", "change_request_id");
    };
    let diff = |wire: &wire::Diff| Diff {
        field: wire.field.label(),
        old: given(&wire.old_value),
        new: given(&wire.new_value),
    };
    Ok(ChangeRequest {
        change_id: ChangeId(change_id),
        order_id: OrderId(wire.order_id.verbatim().unwrap_or_default()),
        deal_id: wire.deal_id.verbatim().map(DealId),
        status: wire.status.label(),
        change_type: wire.change_type.label(),
        severity: wire.severity.label(),
        requested_by: wire.requested_by.label(),
        requested_at: wire.requested_at.time().ok(),
        reason: wire.reason.prose(),
        diffs: wire.diffs.0.iter().flatten().map(diff).collect(),
        proposed: told(&wire.proposed_values.0),
        validation_errors: wire.validation_errors.texts(),
        approved_by: wire.approved_by.label(),
        approved_at: wire.approved_at.time().ok(),
        rejection_reason: wire.rejection_reason.prose(),
        applied_at: wire.applied_at.time().ok(),
    })
}

fn told(wire: &BTreeMap<String, Field>) -> BTreeMap<String, Given> {
    let one = |(name, value): (&String, &Field)| Some((text::clean(name, 80), given(value)?));
    wire.iter().filter_map(one).collect()
}

/// A number as a number; anything else in words.
fn given(value: &Field) -> Option<Given> {
    match value.amount() {
        Told::No => None,
        Told::Yes(number) if value.is_number() => Some(Given::Number(number)),
        Told::Yes(_) | Told::Unreadable(_) => {
            let prose = value.prose();
            let prose = if prose.is_empty() { text::prose(&value.json()) } else { prose };
            Some(Given::Text(prose))
        }
    }
}
