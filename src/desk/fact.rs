//! Facts: what happened to the buyer's business, in the past tense. The journal is a list of these.
//!
//! Variants are only ever added. Each fact is complete in itself: folding the journal from its first
//! row gives everything the desk knows ([`super::fold()`]).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use super::intent::{BookingOutcome, Intent};
use super::order::{OrderIntent, OrderOutcome};
use super::state::Mode;
use crate::domain::{
    Cpm, Deal, DealRef, Limits, Outcome, Quote, QuoteAsk, QuoteId, QuoteRef, RfqId, SellerError,
    SellerName, TicketId, Trigger, TriggerId,
    ask::{Moved, Waiting},
    limits::Changed,
    negotiation::Pending,
    strategy::Plan,
};

/// Who made something happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person, by name and face: `ana@terminal`, `ana@cli`.
    Person(String),
    /// The desk by itself: its clock, its polls, its strategies.
    Desk,
    /// A seller's answer.
    Seller(SellerName),
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(name) => f.pad(name),
            Self::Desk => f.pad("desk"),
            Self::Seller(name) => name.fmt(f),
        }
    }
}

/// A fact with its time (UTC, the desk's clock) and its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: Actor,
    /// How the desk worked that noted it; one that does not say so is from before facts did, and live.
    #[serde(default)]
    pub mode: Mode,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A quote was asked for; what the seller was told of us is in `ask.identity`.
    QuoteRequested {
        /// Of whom.
        seller: SellerName,
        /// For what.
        ask: QuoteAsk,
        /// Together with which others.
        rfq: Option<RfqId>,
    },
    /// A seller quoted.
    QuoteReceived {
        /// The quote.
        quote: Quote,
        /// What was asked.
        ask: QuoteAsk,
        /// The quote it replaces.
        requote_of: Option<QuoteId>,
        /// The price agreed in a negotiation of the quote it replaces, to be booked with this one.
        agreed: Option<Cpm>,
        /// Together with which others.
        rfq: Option<RfqId>,
        /// The key it was asked with; sent where the dialect has a place for one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idempotency_key: Option<String>,
        /// What the seller's catalogue calls the inventory, where it is known: its quote may use another
        /// word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        listed_as: Option<String>,
    },
    /// A seller did not quote.
    QuoteFailed {
        /// Who.
        seller: SellerName,
        /// What was asked.
        ask: QuoteAsk,
        /// Why not.
        error: SellerError,
        /// The agreement it was to carry over, if it was a re-quote after one.
        after_agreement: Option<QuoteId>,
        /// Together with which others.
        rfq: Option<RfqId>,
    },
    /// A re-read quote is not what it was.
    QuoteSeen {
        /// As it is now.
        quote: Quote,
    },
    /// A quote's time is over, by the clock or by the seller's word.
    QuoteExpired {
        /// Which.
        quote: QuoteRef,
        /// By the seller's word (404, 410), not the clock.
        by_seller: bool,
    },
    /// A person let a quote go. Nothing was told to the seller.
    QuoteLetGo {
        /// Which.
        quote: QuoteRef,
    },
    /// A negotiation began.
    NegotiationOpened {
        /// Over which quote.
        quote: QuoteRef,
        /// What we would like to pay.
        target: Option<Cpm>,
        /// What we will never pay more than.
        limit: Option<Cpm>,
    },
    /// A strategy took over.
    AutoArmed {
        /// In which negotiation.
        quote: QuoteRef,
        /// How it plays and where it stops.
        plan: Plan,
        /// The process that runs it.
        owner: String,
    },
    /// A strategy was stopped; the negotiation stays open.
    AutoStopped {
        /// In which negotiation.
        quote: QuoteRef,
        /// Why.
        why: String,
    },
    /// A person armed a trigger.
    TriggerArmed {
        /// What it waits for, and who watches.
        trigger: Trigger,
    },
    /// A trigger chose what it books, or whose price it takes first.
    TriggerTook {
        /// Which.
        id: TriggerId,
        /// What.
        quote: QuoteRef,
        /// At which price.
        price: Cpm,
    },
    /// A trigger is over: it booked, or it does nothing any more.
    TriggerEnded {
        /// Which.
        id: TriggerId,
        /// The quote it was about.
        quote: QuoteRef,
        /// Why, in words.
        why: String,
    },
    /// A move was stored, to be sent.
    MoveStored {
        /// In which negotiation.
        quote: QuoteRef,
        /// The move.
        pending: Pending,
    },
    /// The seller answered a move.
    MoveAnswered {
        /// In which negotiation.
        quote: QuoteRef,
        /// With what.
        moved: Moved,
        /// Whether it was found in the seller's history rather than answered.
        from_history: bool,
    },
    /// A move did not arrive: refused, or never sent. It may be made again.
    MoveFailed {
        /// In which negotiation.
        quote: QuoteRef,
        /// Why.
        error: SellerError,
    },
    /// A move got no answer. Nobody knows whether it counts.
    MoveUnknown {
        /// In which negotiation.
        quote: QuoteRef,
        /// What went wrong.
        error: SellerError,
    },
    /// A move without an answer was looked up in the seller's history, which did not settle it.
    MoveLookedUp {
        /// In which negotiation.
        quote: QuoteRef,
        /// What the history said.
        says: String,
    },
    /// A negotiation ended on our side or by time.
    NegotiationEnded {
        /// Which.
        quote: QuoteRef,
        /// How.
        outcome: Outcome,
        /// Why, in words.
        why: String,
        /// The price that was agreed, where the seller's history told it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreed: Option<Cpm>,
    },
    /// A booking was decided. Durable before its first byte is sent.
    IntentStored {
        /// The booking.
        intent: Intent,
    },
    /// A booking's outcome is not known.
    BookingUnknown {
        /// Which ticket.
        ticket: TicketId,
        /// Of which quote.
        quote: QuoteRef,
        /// What went wrong.
        why: String,
        /// What came instead of an answer, where that is what went wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<SellerError>,
    },
    /// The seller has a booking, and has not decided on it yet.
    BookingWaiting {
        /// Which ticket.
        ticket: TicketId,
        /// Of which quote.
        quote: QuoteRef,
        /// How it stands, in the seller's words.
        waiting: Waiting,
    },
    /// A booking without a known outcome was stored to be sent once more, with the same key and the same
    /// body: by the desk, on evidence, or by a person who was told what may come of it.
    BookingRepeated {
        /// Which ticket.
        ticket: TicketId,
        /// Of which quote.
        quote: QuoteRef,
        /// Which attempt this is: 2 or more.
        attempt: u32,
        /// The process that sends it.
        owner: String,
    },
    /// Something was learnt about a booking whose outcome is not known.
    EvidenceSeen {
        /// Which ticket.
        ticket: TicketId,
        /// Of which quote.
        quote: QuoteRef,
        /// What was looked at: `GET quote`, `GET deal`.
        looked_at: String,
        /// What it said.
        says: String,
        /// Whether it says that the quote can still be booked.
        still_available: bool,
    },
    /// A booking ended.
    BookingEnded {
        /// Which ticket.
        ticket: TicketId,
        /// Of which quote.
        quote: QuoteRef,
        /// How.
        ending: BookingOutcome,
    },
    /// A deal is not what it was: its status, its terms or its OpenRTB block.
    DealSeen {
        /// As it is now.
        deal: Deal,
        /// Where it differs from what was agreed and typed: `(field, agreed, now)`. `None` only where an
        /// older desk looked, which did not compare.
        #[serde(default)]
        differences: Option<Vec<(String, String, String)>>,
    },
    /// The seller no longer has a deal of ours, or has another one in its place.
    DealGone {
        /// Which.
        deal: DealRef,
        /// In the seller's words.
        says: String,
    },
    /// A person knows that a deal was rejected, lapsed or is gone.
    DealAcknowledged {
        /// Which.
        deal: DealRef,
    },
    /// A deal's activation was taken a step further, by a person.
    ActivationDone {
        /// Which deal.
        deal: DealRef,
        /// Which step of the checklist.
        step: String,
        /// What came of it, in words.
        says: String,
    },
    /// A new order, or a change of one, was decided. Durable before its first byte is sent.
    OrderSent {
        /// What is asked for.
        intent: OrderIntent,
    },
    /// What became of it.
    OrderAnswered {
        /// Of which intent.
        id: String,
        /// The deal it is about.
        deal: DealRef,
        /// What became of it.
        ending: OrderOutcome,
    },
    /// Other limits hold than before: lowered in the configuration, or raised there and accepted.
    LimitsSet {
        /// Those that hold from here on.
        limits: Limits,
        /// What is not as it was; empty for the first.
        changed: Vec<Changed>,
        /// Why a person raised them; `None` where nothing was raised.
        why: Option<String>,
    },
    /// Everything automatic was stopped, or one seller.
    Halted {
        /// The seller; `None` is everything.
        seller: Option<SellerName>,
        /// Why.
        why: String,
        /// Whether the desk stopped by itself.
        tripped: bool,
    },
    /// What was stopped goes on: a person typed it.
    Resumed {
        /// The seller; `None` is everything.
        seller: Option<SellerName>,
    },
}
