//! The booking ticket: re-read, check, type the price, and only then an intent.
//!
//! One is open at a time. Nothing here sends; a confirmed ticket becomes an intent that is stored
//! first (safety.md 4.1). Its states: Checking → Armed | Blocked → Storing → Sent → Ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Check, Cost, Cpm, Identity, Question, Quote, QuoteRef, TicketId, trigger::Decided,
};

/// How long an armed ticket waits for its answer.
pub const ARMED_SECONDS: i64 = 60;

/// Where the open ticket stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum TicketState {
    /// The quote is being re-read (or asked again at the agreed price).
    Checking,
    /// Every check passed: the price can be typed.
    Armed,
    /// A check failed: nothing can be typed. A new ticket may be opened.
    Blocked,
    /// The intent is being made durable.
    Storing,
    /// Sent; the answer is awaited. Closing the ticket does not stop it.
    Sent,
    /// The booking has an outcome, or is unknown: the record tells.
    Ended,
}

impl TicketState {
    /// The whole table of a ticket's life.
    pub fn may_become(self, next: Self) -> bool {
        use TicketState::{Armed, Blocked, Checking, Ended, Sent, Storing};
        matches!(
            (self, next),
            (Checking, Armed | Blocked)
                | (Armed, Storing | Blocked | Checking)
                | (Storing, Sent | Blocked)
                | (Sent, Ended)
        )
    }
}

/// The open ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What it books; changes to the new quote where one is asked at the agreed price.
    pub quote: QuoteRef,
    /// Where it stands.
    pub state: TicketState,
    /// Minted with the ticket; the same for every repeat.
    pub idempotency_key: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its state last changed.
    pub since: Timestamp,
    /// The price to type.
    pub price: Option<Cpm>,
    /// What it will cost.
    pub cost: Option<Cost>,
    /// The most to pay per thousand, if a script said so.
    pub max_cpm: Option<Cpm>,
    /// What is planned to be spent, where the quote has no impressions.
    pub planned_spend: Option<Cost>,
    /// What the seller will be told of us.
    pub identity: Identity,
    /// Words for the seller.
    pub notes: Option<String>,
    /// Whether `y` is answer enough.
    pub easy: bool,
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// What changed since it was shown: `(field, shown, now)`.
    pub changed: Vec<(String, String, String)>,
    /// The newest complaint about what was typed.
    pub complaint: Option<String>,
    /// The quote as the screen showed it when the ticket was opened: what is re-read is compared with
    /// this.
    pub shown: Box<Quote>,
    /// What was typed so far beside the price.
    pub answered: Vec<Question>,
    /// The trigger that opened it and answers it; a person cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Decided>,
}

impl Ticket {
    /// The first check that stops it whatever is typed, if any.
    pub fn blocked_by(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.stops())
    }

    /// The next question that is to be answered before the price is typed.
    pub fn question(&self) -> Option<(&Check, &Question)> {
        let asks = |check: &'_ Check| check.asks.is_some() && !check.ok;
        let check = self.checks.iter().find(|check| asks(check))?;
        Some((check, check.asks.as_ref()?))
    }

    /// Passes the checks whose questions were answered.
    pub fn mark_answered(&mut self) {
        for check in &mut self.checks {
            let answered = check.asks.as_ref().is_some_and(|asked| self.answered.contains(asked));
            check.ok |= answered;
        }
    }

    /// Moves to `next` if the table allows it.
    pub fn advance(&mut self, next: TicketState, now: Timestamp) -> bool {
        let allowed = self.state.may_become(next);
        if allowed {
            (self.state, self.since) = (next, now);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn nothing_is_sent_that_was_not_armed_and_stored() {
        for from in TicketState::iter() {
            if from.may_become(TicketState::Sent) {
                assert_eq!(from, TicketState::Storing);
            }
            if from.may_become(TicketState::Storing) {
                assert_eq!(from, TicketState::Armed);
            }
        }
    }

    #[test]
    fn every_state_is_reached_from_checking() {
        let mut reached = vec![TicketState::Checking];
        let mut next = 0;
        while let Some(&from) = reached.get(next) {
            next += 1;
            for to in TicketState::iter() {
                if from.may_become(to) && !reached.contains(&to) {
                    reached.push(to);
                }
            }
        }
        assert_eq!(reached.len(), TicketState::iter().count());
    }
}
