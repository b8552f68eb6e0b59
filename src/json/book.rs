//! What `book` prints, and a booking within a DEAL.

use serde::Serialize;

use super::{At, ErrorDoc, deal::DealDoc};
use crate::{
    desk::{BookingRecord, Evidence},
    domain::{
        Check, Question, Refusal,
        money::{self, typed::Understood},
    },
};

/// What `book` prints.
#[derive(Debug, Serialize)]
pub(crate) struct BookDoc {
    /// `done`, `refused`, `expired`, `blocked`, `not_sent`, `unknown`, `disputed`, `waiting`,
    /// `closed`.
    pub(crate) outcome: &'static str,
    pub(crate) seller: String,
    pub(crate) ticket: Option<TicketDoc>,
    pub(crate) deal: Option<DealDoc>,
    pub(crate) refusal: Option<RefusalDoc>,
    pub(crate) evidence: Vec<EvidenceDoc>,
    pub(crate) checks: Vec<CheckDoc>,
    pub(crate) cost: Option<String>,
    pub(crate) dry_run: bool,
    /// Options that are no plain figures, with what they were read as.
    pub(crate) understood: Vec<Understood>,
    pub(crate) error: Option<ErrorDoc>,
    pub(crate) exit: u8,
}

/// The ticket.
#[derive(Debug, Serialize)]
pub(crate) struct TicketDoc {
    pub(crate) id: String,
    pub(crate) idempotency_key: String,
    pub(crate) quote_id: String,
    /// The price that was confirmed; `null` if none was.
    pub(crate) confirmed_cpm: Option<String>,
}

/// Why not.
#[derive(Debug, Serialize)]
pub(crate) struct RefusalDoc {
    pub(crate) rule: String,
    pub(crate) says: String,
    pub(crate) cure: Option<String>,
}

/// One check of the ticket.
#[derive(Debug, Serialize)]
pub(crate) struct CheckDoc {
    pub(crate) name: String,
    pub(crate) ok: bool,
    /// Passes, and should be looked at.
    pub(crate) warns: bool,
    /// What is to be typed to pass it.
    pub(crate) asks: Option<String>,
    pub(crate) says: String,
    pub(crate) cure: Option<String>,
}

/// Something learnt about a booking whose outcome was not known.
#[derive(Debug, Serialize)]
pub(crate) struct EvidenceDoc {
    pub(crate) at: At,
    pub(crate) looked_at: String,
    pub(crate) says: String,
    pub(crate) still_available: bool,
}

/// Where a deal is not what was agreed.
#[derive(Debug, Serialize)]
pub(crate) struct DifferenceDoc {
    pub(crate) field: String,
    pub(crate) agreed: String,
    pub(crate) booked: String,
}

/// A booking within a DEAL.
#[derive(Debug, Serialize)]
pub(crate) struct BookingDoc {
    pub(crate) ticket: TicketDoc,
    /// `sent`, `done`, `disputed`, `refused`, `expired`, `not_sent`, `unknown`.
    pub(crate) state: String,
    pub(crate) by: String,
    pub(crate) at: At,
    pub(crate) ended_at: Option<At>,
    pub(crate) cost: String,
    pub(crate) says: Option<String>,
    pub(crate) cure: Option<String>,
    pub(crate) evidence: Vec<EvidenceDoc>,
}

impl RefusalDoc {
    pub(crate) fn new(refusal: &Refusal) -> Self {
        let Refusal { rule, says, cure } = refusal.clone();
        Self { rule, says, cure: super::told(&super::without_keys(&cure)) }
    }
}

impl CheckDoc {
    /// `✗ asked: …` where it stops a ticket, `! asked: …` where that asks or warns.
    pub(crate) fn line(&self) -> String {
        let stops = !self.ok && self.asks.is_none();
        format!("{} {}: {}", if stops { "✗" } else { "!" }, self.name, self.says)
    }

    pub(crate) fn new(check: &Check) -> Self {
        let Check { name, ok, says, cure, warns, asks } = check.clone();
        let asks = asks.map(|question| match question {
            Question::Word(word) => word,
            Question::Cost(cost) => money::plain(cost),
        });
        Self { name, ok, warns, asks, says, cure: super::told(&super::without_keys(&cure)) }
    }
}

impl EvidenceDoc {
    pub(crate) fn new(evidence: &Evidence) -> Self {
        let Evidence { at, looked_at, says, still_available } = evidence.clone();
        Self { at: at.into(), looked_at, says, still_available }
    }
}

impl DifferenceDoc {
    pub(crate) fn new((field, agreed, booked): &(String, String, String)) -> Self {
        Self { field: field.clone(), agreed: agreed.clone(), booked: booked.clone() }
    }
}

impl TicketDoc {
    pub(crate) fn of_booking(booking: &BookingRecord) -> Self {
        let intent = &booking.intent;
        Self {
            id: intent.ticket.0.clone(),
            idempotency_key: intent.idempotency_key.clone(),
            quote_id: intent.quote.quote_id.0.clone(),
            confirmed_cpm: Some(intent.confirmed.plain()),
        }
    }
}

impl BookingDoc {
    pub(crate) fn new(booking: &BookingRecord) -> Self {
        Self {
            ticket: TicketDoc::of_booking(booking),
            state: booking.state.to_string(),
            by: booking.by.to_string(),
            at: booking.at.into(),
            ended_at: booking.ended_at.map(At),
            cost: booking.intent.cost.plain(),
            says: booking.says.clone(),
            cure: booking.cure.clone(),
            evidence: booking.evidence.iter().map(EvidenceDoc::new).collect(),
        }
    }
}
