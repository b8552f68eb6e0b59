//! A booking that was decided, and how it ended.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Cost, Cover, Cpm, Deal, Identity, Quote, QuoteRef, SellerError, TicketId, trigger,
};

/// A booking that was decided and stored before its first byte was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The ticket it came from.
    pub ticket: TicketId,
    /// The process that sends it; it holds a lock while it is alive.
    pub owner: String,
    /// Minted with the ticket, the same for every repeat.
    pub idempotency_key: String,
    /// What is booked.
    pub quote: QuoteRef,
    /// The price a person typed, which is the price that was agreed.
    pub confirmed: Cpm,
    /// What it costs if all of it is delivered, or the planned spend.
    pub cost: Cost,
    /// What the seller is told of us.
    pub identity: Identity,
    /// Words for the seller.
    pub notes: Option<String>,
    /// What it holds against the limits, in their currency; `None` is `cost`.
    #[serde(default)]
    pub held: Option<Cost>,
    /// Whether a person typed that it goes out although the desk is halted.
    #[serde(default)]
    pub despite_halt: bool,
    /// What the runner-up asked when it was decided; `None` where nobody else was in it.
    #[serde(default)]
    pub cover: Option<Cover>,
    /// The offer that was confirmed, as the ticket showed it. Whatever the seller says of its quote later,
    /// a second attempt and the deal are compared with this. `None` only where an older desk decided.
    #[serde(default)]
    pub offer: Option<Box<Quote>>,
    /// The trigger that decided it, as a person had armed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<trigger::Decided>,
}

impl Intent {
    /// The offer that was confirmed; `known` is what the desk knows of the quote by now.
    pub fn offer<'q>(&'q self, known: &'q Quote) -> &'q Quote {
        self.offer.as_deref().unwrap_or(known)
    }
}

/// How a booking ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingOutcome {
    /// Booked as agreed.
    Done {
        /// The deal.
        deal: Box<Deal>,
    },
    /// Booked, but not as agreed: `(field, agreed, booked)`.
    Disputed {
        /// The deal as the seller has it.
        deal: Box<Deal>,
        /// Where it differs.
        differences: Vec<(String, String, String)>,
    },
    /// The seller said no.
    Refused {
        /// In its words.
        error: SellerError,
    },
    /// The quote was over.
    Expired {
        /// In the seller's words.
        error: SellerError,
    },
    /// Nothing left this machine.
    NotSent {
        /// Why.
        error: SellerError,
    },
    /// Its outcome was never known; a person closed it.
    Closed {
        /// Why, in that person's words.
        why: String,
    },
}
