//! Insertion orders and requests to change them. Nothing about an order is checked: what a deal or a
//! quote is called in it need not exist, as at the real seller (wire/iab.md 6).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Market, Refusal};

/// Every state of an order, and where it leads.
const STATES: [(&str, &[&str]); 12] = [
    ("draft", &["submitted", "cancelled"]),
    ("submitted", &["pending_approval", "approved", "cancelled", "failed"]),
    ("pending_approval", &["approved", "rejected", "cancelled", "failed"]),
    ("approved", &["in_progress", "cancelled", "failed"]),
    ("rejected", &["draft", "cancelled"]),
    ("in_progress", &["syncing", "failed", "cancelled"]),
    ("syncing", &["booked", "failed"]),
    ("completed", &[]),
    ("failed", &["draft", "cancelled"]),
    ("cancelled", &[]),
    ("booked", &["completed", "unbooked"]),
    ("unbooked", &["draft", "cancelled"]),
];

/// Where an order goes from here.
pub(crate) fn next_states(status: &str) -> &'static [&'static str] {
    STATES.iter().find(|(state, _)| *state == status).map_or(&[], |(_, next)| next)
}

/// An order that moved on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Transition {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    pub(crate) reason: String,
    pub(crate) metadata: Value,
}

/// An insertion order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) transitions: Vec<Transition>,
    pub(crate) deal_id: Option<String>,
    pub(crate) quote_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) metadata: Map<String, Value>,
}

/// What a buyer wants to be different.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChangeAsk {
    pub(crate) order_id: String,
    pub(crate) kind: String,
    /// Each with `field`, `old_value` and `new_value`.
    pub(crate) diffs: Vec<Value>,
    pub(crate) proposed: Map<String, Value>,
    pub(crate) reason: String,
    pub(crate) requested_by: String,
}

/// A request to change an order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) id: String,
    pub(crate) ask: ChangeAsk,
    pub(crate) status: &'static str,
    pub(crate) severity: &'static str,
    /// Why it cannot be done at all; it is kept nevertheless.
    pub(crate) errors: &'static [&'static str],
    pub(crate) requested_at: Timestamp,
    pub(crate) approved_by: &'static str,
    pub(crate) approved_at: Option<Timestamp>,
    pub(crate) rejection_reason: String,
    pub(crate) applied_at: Option<Timestamp>,
    /// The order as it was.
    pub(crate) before: Order,
}

/// The kinds of change that are known; makegoods are none of them.
const KINDS: [&str; 7] =
    ["flight_dates", "impressions", "pricing", "creative", "targeting", "cancellation", "other"];

/// How many days a flight may move without anybody's approval.
const MINOR_DAYS: i32 = 3;

impl Market {
    /// Every order, of every buyer, oldest first.
    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// One order.
    pub(crate) fn order(&self, order_id: &str) -> Result<&Order, Refusal> {
        self.orders.iter().find(|order| order.id == order_id).ok_or_else(|| {
            Refusal::coded(404, "order_not_found", format!("Order '{order_id}' not found."))
        })
    }

    /// Makes an order.
    pub(crate) fn make_order(
        &mut self,
        (deal_id, quote_id): (Option<String>, Option<String>),
        metadata: Map<String, Value>,
        now: Timestamp,
    ) -> Order {
        let nth = self.nth("order");
        let order = Order {
            id: format!("ORD-{}", self.chance.hex("order", nth, 12).to_uppercase()),
            status: "draft".to_owned(),
            transitions: Vec::new(),
            deal_id,
            quote_id,
            created_at: now,
            metadata,
        };
        self.orders.push(order.clone());
        order
    }

    /// Moves an order on, if it may go there.
    pub(crate) fn transition(
        &mut self,
        order_id: &str,
        to: &str,
        (actor, reason, metadata): (String, String, Value),
        now: Timestamp,
    ) -> Result<&Order, Refusal> {
        let from = self.order(order_id)?.status.clone();
        if !STATES.iter().any(|(state, _)| *state == to) {
            let states: Vec<&str> = STATES.iter().map(|(state, _)| *state).collect();
            let detail = json!({
                "error": "invalid_status",
                "message": format!("'{to}' is not a valid order status."),
                "valid_statuses": states,
            });
            return Err(Refusal::Told { status: 400, detail });
        }
        let allowed = next_states(&from);
        if !allowed.contains(&to) {
            let message = format!(
                "Cannot transition order {order_id} from {from} to {to}: no matching transition rule"
            );
            let detail = json!({
                "error": "invalid_transition",
                "message": message,
                "current_status": from,
                "allowed_transitions": allowed,
            });
            return Err(Refusal::Told { status: 409, detail });
        }
        let nth = self.nth("transition");
        let digits = self.chance.hex("transition", nth, 32);
        let id: Vec<&str> = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
            .into_iter()
            .filter_map(|(start, end)| digits.get(start..end))
            .collect();
        let transition = Transition {
            id: id.join("-"),
            from,
            to: to.to_owned(),
            at: now,
            actor,
            reason,
            metadata,
        };
        for order in self.orders.iter_mut().filter(|order| order.id == order_id) {
            to.clone_into(&mut order.status);
            order.transitions.push(transition.clone());
        }
        self.order(order_id)
    }

    /// Every request for a change, of every buyer, oldest first.
    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// One request for a change.
    pub(crate) fn change(&self, id: &str) -> Result<&Change, Refusal> {
        self.changes.iter().find(|change| change.id == id).ok_or_else(|| {
            let message = format!("Change request '{id}' not found.");
            Refusal::coded(404, "change_request_not_found", message)
        })
    }

    /// Takes a request for a change: what is small is approved at once, the rest waits.
    pub(crate) fn ask_change(&mut self, ask: ChangeAsk, now: Timestamp) -> Result<Change, Refusal> {
        if !KINDS.contains(&ask.kind.as_str()) {
            let detail = json!({
                "error": "invalid_change_type",
                "message": format!("'{}' is not a valid change type.", ask.kind),
                "valid_types": KINDS,
            });
            return Err(Refusal::Told { status: 400, detail });
        }
        let before = self.order(&ask.order_id)?.clone();
        let nth = self.nth("change");
        let id = format!("CR-{}", self.chance.hex("change", nth, 12).to_uppercase());
        let asked = new_value(&ask, "impressions").and_then(Value::as_i64);
        let errors: &'static [&'static str] = match asked {
            Some(..=0) => &["Impressions must be positive."],
            Some(_) | None => &[],
        };
        let severity = severity(&ask);
        let (status, approved_by) = match (errors, severity) {
            ([], "minor") => ("approved", "system:auto-approve"),
            ([], _) => ("pending_approval", ""),
            _ => ("failed", ""),
        };
        let change = Change {
            id,
            ask,
            status,
            severity,
            errors,
            requested_at: now,
            approved_by,
            approved_at: (status == "approved").then_some(now),
            rejection_reason: String::new(),
            applied_at: None,
            before,
        };
        self.changes.push(change.clone());
        if change.status == "failed" {
            let detail = json!({
                "error": "validation_failed",
                "change_request_id": change.id,
                "validation_errors": errors,
            });
            return Err(Refusal::Told { status: 422, detail });
        }
        Ok(change)
    }

    /// Approves or rejects what waits.
    pub(crate) fn review(
        &mut self,
        id: &str,
        (decision, reason): (&str, String),
        now: Timestamp,
    ) -> Result<&Change, Refusal> {
        let status = self.change(id)?.status;
        let decided = match decision {
            "approve" => "approved",
            "reject" => "rejected",
            _ => {
                let message = "Decision must be 'approve' or 'reject'.";
                return Err(Refusal::coded(400, "invalid_decision", message));
            }
        };
        if status != "pending_approval" {
            let message =
                format!("Change request is in '{status}' status, not 'pending_approval'.");
            return Err(Refusal::coded(409, "not_pending_approval", message));
        }
        for change in self.changes.iter_mut().filter(|change| change.id == id) {
            change.status = decided;
            change.approved_by = "system";
            change.approved_at = Some(now);
            if decided == "rejected" {
                change.rejection_reason.clone_from(&reason);
            }
        }
        self.change(id)
    }

    /// Writes what was approved into its order.
    pub(crate) fn apply(&mut self, id: &str, now: Timestamp) -> Result<&Change, Refusal> {
        let change = self.change(id)?.clone();
        if change.status != "approved" {
            let message =
                format!("Change request is in '{}' status, not 'approved'.", change.status);
            return Err(Refusal::coded(409, "not_approved", message));
        }
        let order_id = &change.ask.order_id;
        for order in self.orders.iter_mut().filter(|order| order.id == *order_id) {
            order.metadata.extend(change.ask.proposed.clone());
            for diff in &change.ask.diffs {
                if let Some(field) = diff["field"].as_str() {
                    order.metadata.insert(format!("_changed_{field}"), diff["new_value"].clone());
                }
            }
        }
        for change in self.changes.iter_mut().filter(|change| change.id == id) {
            change.status = "applied";
            change.applied_at = Some(now);
        }
        self.change(id)
    }
}

fn new_value<'a>(ask: &'a ChangeAsk, field: &str) -> Option<&'a Value> {
    ask.diffs.iter().find(|diff| diff["field"] == field).map(|diff| &diff["new_value"])
}

fn severity(ask: &ChangeAsk) -> &'static str {
    match ask.kind.as_str() {
        "pricing" | "cancellation" => "critical",
        "creative" => "minor",
        "flight_dates" if ask.diffs.iter().all(is_a_small_shift) => "minor",
        _ => "material",
    }
}

fn is_a_small_shift(diff: &Value) -> bool {
    let day = |name: &str| diff[name].as_str()?.parse::<jiff::civil::Date>().ok();
    match (day("old_value"), day("new_value")) {
        (Some(old), Some(new)) => (new - old).get_days().abs() <= MINOR_DAYS,
        _ => false,
    }
}
