//! ORDER and CHANGE: a seller's papers beside a deal, and the wishes to change them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{At, ErrorDoc, Missing, told};
use crate::domain::{
    ChangeRequest, Order, SellerName,
    order::{Diff, Given, OrderStatus, OrderStep},
};

/// A list of orders or change requests.
#[derive(Debug, Serialize)]
pub(crate) struct ScopedDoc<T> {
    /// `ours`: of our deals alone; `all`: of every buyer, as the seller lists them.
    pub(crate) scope: &'static str,
    pub(crate) items: Vec<T>,
    pub(crate) partial: Vec<Missing>,
}

/// ORDER.
#[derive(Debug, Serialize)]
pub(crate) struct OrderDoc {
    pub(crate) seller: String,
    pub(crate) order_id: String,
    /// Our word; `other` where the seller's is not known to us.
    pub(crate) status: OrderStatus,
    /// The seller's own word.
    pub(crate) raw_status: Option<String>,
    pub(crate) deal_id: Option<String>,
    /// Whether that deal is ours.
    pub(crate) ours: bool,
    pub(crate) quote_id: Option<String>,
    pub(crate) created_at: Option<At>,
    /// Numbers as exact texts.
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) steps: Vec<StepDoc>,
}

/// One step in the life of an order, in the seller's words.
#[derive(Debug, Serialize)]
pub(crate) struct StepDoc {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) at: Option<At>,
    pub(crate) actor: Option<String>,
    pub(crate) reason: Option<String>,
}

/// What became of an order.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryDoc {
    pub(crate) seller: String,
    pub(crate) order_id: String,
    pub(crate) status: OrderStatus,
    pub(crate) raw_status: Option<String>,
    pub(crate) steps: Vec<StepDoc>,
}

/// CHANGE; its words are the seller's own.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeDoc {
    pub(crate) seller: String,
    pub(crate) change_id: String,
    pub(crate) order_id: Option<String>,
    pub(crate) deal_id: Option<String>,
    pub(crate) ours: bool,
    pub(crate) raw_status: Option<String>,
    pub(crate) change_type: Option<String>,
    pub(crate) severity: Option<String>,
    pub(crate) requested_by: Option<String>,
    pub(crate) requested_at: Option<At>,
    pub(crate) reason: Option<String>,
    pub(crate) diffs: Vec<DiffDoc>,
    pub(crate) proposed: BTreeMap<String, String>,
    pub(crate) validation_errors: Vec<String>,
    pub(crate) approved_by: Option<String>,
    pub(crate) approved_at: Option<At>,
    pub(crate) rejection_reason: Option<String>,
    pub(crate) applied_at: Option<At>,
}

/// What became of a new order, or of a wish to change one.
#[derive(Debug, Serialize)]
pub(crate) struct AskedDoc {
    /// `done`, `refused`, `not_sent`, `unknown`.
    pub(crate) outcome: &'static str,
    pub(crate) seller: String,
    pub(crate) deal_id: String,
    pub(crate) order: Option<OrderDoc>,
    pub(crate) change: Option<ChangeDoc>,
    pub(crate) error: Option<ErrorDoc>,
    pub(crate) exit: u8,
}

/// One field that changes.
#[derive(Debug, Serialize)]
pub(crate) struct DiffDoc {
    pub(crate) field: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// A value: a number exact, without an exponent.
fn value(given: &Given) -> String {
    match given {
        Given::Number(number) => number.to_string(),
        Given::Text(text) => text.clone(),
    }
}

fn values(given: &BTreeMap<String, Given>) -> BTreeMap<String, String> {
    given.iter().map(|(name, given)| (name.clone(), value(given))).collect()
}

impl StepDoc {
    pub(crate) fn new(step: &OrderStep) -> Self {
        Self {
            from: told(&step.from),
            to: told(&step.to),
            at: step.at.map(At),
            actor: told(&step.actor),
            reason: told(&step.reason),
        }
    }
}

impl OrderDoc {
    pub(crate) fn new(seller: &SellerName, order: &Order, ours: bool) -> Self {
        Self {
            seller: seller.0.clone(),
            order_id: order.order_id.0.clone(),
            status: order.status,
            raw_status: told(&order.raw_status),
            deal_id: order.deal_id.as_ref().map(|id| id.0.clone()),
            ours,
            quote_id: order.quote_id.as_ref().map(|id| id.0.clone()),
            created_at: order.created_at.map(At),
            metadata: values(&order.metadata),
            steps: order.steps.iter().map(StepDoc::new).collect(),
        }
    }
}

impl DiffDoc {
    fn new(diff: &Diff) -> Self {
        Self {
            field: diff.field.clone(),
            old: diff.old.as_ref().map(value),
            new: diff.new.as_ref().map(value),
        }
    }
}

impl ChangeDoc {
    pub(crate) fn new(seller: &SellerName, change: &ChangeRequest, ours: bool) -> Self {
        Self {
            seller: seller.0.clone(),
            change_id: change.change_id.0.clone(),
            order_id: told(change.order_id.as_str()),
            deal_id: change.deal_id.as_ref().map(|id| id.0.clone()),
            ours,
            raw_status: told(&change.status),
            change_type: told(&change.change_type),
            severity: told(&change.severity),
            requested_by: told(&change.requested_by),
            requested_at: change.requested_at.map(At),
            reason: told(&change.reason),
            diffs: change.diffs.iter().map(DiffDoc::new).collect(),
            proposed: values(&change.proposed),
            validation_errors: change.validation_errors.clone(),
            approved_by: told(&change.approved_by),
            approved_at: change.approved_at.map(At),
            rejection_reason: told(&change.rejection_reason),
            applied_at: change.applied_at.map(At),
        }
    }
}
