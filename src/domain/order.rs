//! Insertion orders and requests to change them, as sellers keep them (wire/iab.md section 6).
//!
//! An order is the seller's paper beside a deal: booking a deal makes none, and a seller takes
//! whatever it is given. Its lists hold the orders of every buyer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ChangeId, DealId, OrderId, QuoteId};

/// What is asked about orders. The last two change something at the seller, which has no means to
/// tell a repeat from a second wish: they are sent once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderAsk {
    /// Orders that pass the filter.
    List(OrderFilter),
    /// One order.
    Get(OrderId),
    /// What became of an order, step by step.
    History(OrderId),
    /// Change requests that pass the filter.
    Changes(OrderFilter),
    /// One change request.
    Change(ChangeId),
    /// A new order.
    Create {
        /// The deal it is for.
        deal_id: Option<DealId>,
        /// The quote the deal came from.
        quote_id: Option<QuoteId>,
        /// Whatever the seller should keep with it (`name`, `budget`).
        metadata: BTreeMap<String, Given>,
    },
    /// A request to change an order.
    RequestChange(ChangeAsk),
}

impl OrderAsk {
    /// Whether it only reads.
    pub fn is_read(&self) -> bool {
        !matches!(self, Self::Create { .. } | Self::RequestChange(_))
    }

    /// Whether it is the same wish, whoever asks for it and under whichever key.
    pub fn wishes_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::RequestChange(one), Self::RequestChange(other)) => {
                let ChangeAsk { requested_by, idempotency_key, .. } = one.clone();
                *one == ChangeAsk { requested_by, idempotency_key, ..other.clone() }
            }
            (_, _) => self == other,
        }
    }
}

/// What is wanted of a list; empty is everything. It is held against what came, since a seller's
/// list is of all its buyers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderFilter {
    /// Of these deals; empty is any.
    pub deal_ids: BTreeSet<DealId>,
    /// Of these orders; empty is any.
    pub order_ids: Vec<OrderId>,
    /// In this status, in the seller's word.
    pub status: Option<String>,
}

impl OrderFilter {
    /// Whether it lets this through.
    pub fn admits(&self, order_id: &OrderId, deal_id: Option<&DealId>, status: &str) -> bool {
        let deal = self.deal_ids.is_empty()
            || deal_id.is_some_and(|deal_id| self.deal_ids.contains(deal_id));
        let order = self.order_ids.is_empty() || self.order_ids.contains(order_id);
        deal && order
            && self.status.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(status))
    }
}

/// A value as people give it: a number stays a number on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Given {
    /// A number, exact.
    Number(Decimal),
    /// Anything else; what a seller sent is cleaned, and JSON where it is no text.
    Text(String),
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderAnswer {
    /// To [`OrderAsk::List`].
    Orders(Vec<Order>),
    /// To [`OrderAsk::Get`] and [`OrderAsk::Create`].
    Order(Box<Order>),
    /// To [`OrderAsk::History`]: the seller's word for how it stands, and the steps there.
    History {
        /// In the seller's word.
        status: String,
        /// Oldest first, as the seller has them.
        steps: Vec<OrderStep>,
    },
    /// To [`OrderAsk::Changes`].
    Changes(Vec<ChangeRequest>),
    /// To [`OrderAsk::Change`] and [`OrderAsk::RequestChange`].
    Change(Box<ChangeRequest>),
}

/// What a seller says of an order.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OrderStatus {
    /// Made, not handed in.
    Draft,
    /// Handed in.
    Submitted,
    /// Waits for the seller's people.
    PendingApproval,
    /// They said yes.
    Approved,
    /// Being set up.
    InProgress,
    /// On its way to the ad server.
    Syncing,
    /// In the ad server.
    Booked,
    /// Delivered.
    Completed,
    /// Taken back.
    Cancelled,
    /// It went wrong at the seller.
    Failed,
    /// They said no.
    Rejected,
    /// Taken out of the ad server.
    Unbooked,
    /// A word we do not know; the raw word is kept beside.
    Other,
}

/// An insertion order as the seller has it. Source: `/api/v1/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The seller's id.
    pub order_id: OrderId,
    /// What the seller says of it.
    pub status: OrderStatus,
    /// The seller's own word for the status.
    pub raw_status: String,
    /// The deal it is for; unchecked by the seller.
    pub deal_id: Option<DealId>,
    /// The quote the deal came from.
    pub quote_id: Option<QuoteId>,
    /// When it was made, on the seller's clock.
    pub created_at: Option<Timestamp>,
    /// What was kept with it, cleaned.
    pub metadata: BTreeMap<String, Given>,
    /// The steps so far, as the seller has them.
    pub steps: Vec<OrderStep>,
}

/// One step in the life of an order; words in the seller's own, cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStep {
    /// From which status.
    pub from: String,
    /// To which status.
    pub to: String,
    /// When, on the seller's clock.
    pub at: Option<Timestamp>,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// What a buyer may want changed. Sellers know no makegood here.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ChangeType {
    /// First or last day.
    FlightDates,
    /// Volume.
    Impressions,
    /// Price.
    Pricing,
    /// Creatives.
    Creative,
    /// Targeting.
    Targeting,
    /// To end it.
    Cancellation,
    /// Anything else.
    Other,
}

/// A request to change an order, as we send it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAsk {
    /// The order.
    pub order_id: OrderId,
    /// What kind of change.
    pub change_type: ChangeType,
    /// Field by field.
    pub diffs: Vec<Diff>,
    /// The values wanted, by field.
    pub proposed: BTreeMap<String, Given>,
    /// Why; may be empty.
    pub reason: String,
    /// Who asks for it, as the seller may know it. The desk fills it in.
    #[serde(default)]
    pub requested_by: String,
    /// The key under which the seller takes it once. The desk mints it with the intent.
    #[serde(default)]
    pub idempotency_key: String,
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Its name.
    pub field: String,
    /// What it was.
    pub old: Option<Given>,
    /// What it is to be.
    pub new: Option<Given>,
}

/// A request to change an order, as the seller has it. Source: `/api/v1/change-requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// The seller's id.
    pub change_id: ChangeId,
    /// The order.
    pub order_id: OrderId,
    /// The deal of the order.
    pub deal_id: Option<DealId>,
    /// `approved`, `pending_approval`, `applied`, …, in the seller's word.
    pub status: String,
    /// What kind of change, in the seller's word.
    pub change_type: String,
    /// `minor`, `material`, `critical`, in the seller's word.
    pub severity: String,
    /// Who asked for it.
    pub requested_by: String,
    /// When, on the seller's clock.
    pub requested_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Field by field.
    pub diffs: Vec<Diff>,
    /// The values wanted, by field.
    pub proposed: BTreeMap<String, Given>,
    /// What the seller found wrong with it.
    pub validation_errors: Vec<String>,
    /// Who said yes; empty while nobody did.
    pub approved_by: String,
    /// When they did, on the seller's clock.
    pub approved_at: Option<Timestamp>,
    /// Why they said no; empty where they did not.
    pub rejection_reason: String,
    /// When it was carried out, on the seller's clock.
    pub applied_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_lets_through_what_was_asked_for_alone() {
        let filter = |deals: &[&str], orders: &[&str], status: Option<&str>| OrderFilter {
            deal_ids: deals.iter().copied().map(DealId::from).collect(),
            order_ids: orders.iter().copied().map(OrderId::from).collect(),
            status: status.map(str::to_owned),
        };
        let deal = DealId::from("D-1");
        for (filter, deal_id, admits) in [
            (filter(&[], &[], None), None, true),
            (filter(&["D-1"], &[], None), Some(&deal), true),
            (filter(&["D-2"], &[], None), Some(&deal), false),
            (filter(&["D-1"], &[], None), None, false),
            (filter(&[], &["O-1"], Some("draft")), None, true),
            (filter(&[], &["O-2"], None), None, false),
            (filter(&[], &[], Some("booked")), None, false),
        ] {
            assert_eq!(filter.admits(&"O-1".into(), deal_id, "draft"), admits, "{filter:?}");
        }
    }
}
