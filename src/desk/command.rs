//! What a person, a script or a strategy asks for, what the world answers, and what must be done
//! outside. All of it is plain data.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    controls::Stops,
    decide::Released,
    fact::{Entry, Intent},
    order::OrderIntent,
};
use crate::domain::{
    Ask, AvailsAsk, Cost, Cpm, DealId, DealRef, Heard, OrderAsk, QuoteAsk, QuoteRef, Refusal,
    RfqId, SellerName, TicketId, TriggerId, negotiation::Pending, strategy::Plan, trigger,
};

/// Names one outstanding question. Handed out by the desk; an answer to a question it no longer
/// holds is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u64);

/// What is asked of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Read a seller's packages and products again.
    RefreshKit(SellerName),
    /// Ask a seller for packages that match words.
    Search(SellerName, String),
    /// A harmless read that shows whether a seller is there.
    Probe(SellerName),
    /// Harmless reads that show whether our key opens a seller's door, and how far.
    CheckKey(SellerName),
    /// Ask how many impressions could be had. The seller is told no more of us than it may be.
    AskAvails(SellerName, AvailsAsk),
    /// Read insertion orders or change requests.
    AskOrders(SellerName, OrderAsk),
    /// Have an order made for a deal of ours, or changed; the order was read before. It commits nothing.
    SendOrder {
        /// At which seller.
        seller: SellerName,
        /// What: [`OrderAsk::Create`] or [`OrderAsk::RequestChange`].
        ask: OrderAsk,
        /// The word a person typed: [`super::order::CREATE`] or [`super::order::CHANGE`].
        typed: String,
    },
    /// Ask for a quote.
    RequestQuote {
        /// Of whom.
        seller: SellerName,
        /// For what.
        ask: QuoteAsk,
        /// Together with which others.
        rfq: Option<RfqId>,
    },
    /// Ask for the same terms again; the old row stays.
    Requote(QuoteRef),
    /// Read a quote again.
    Reread(QuoteRef),
    /// Let a quote go. Tells the seller nothing.
    LetGo(QuoteRef),
    /// Try to negotiate a quote although its seller is said not to. Sends nothing.
    TryTalks(QuoteRef),
    /// Begin to negotiate.
    OpenNegotiation {
        /// Over which quote.
        quote: QuoteRef,
        /// What we would like to pay.
        target: Option<Cpm>,
        /// What we will never pay more than; the configured limit holds beside it.
        limit: Option<Cpm>,
    },
    /// Offer a price.
    Offer {
        /// In which negotiation.
        quote: QuoteRef,
        /// Our price.
        cpm: Cpm,
        /// Words for the seller.
        note: Option<Note>,
    },
    /// Take their price; `typed` must be it.
    Accept {
        /// In which negotiation.
        quote: QuoteRef,
        /// The price a person typed.
        typed: Decimal,
    },
    /// Leave. A seller whose dialect has no word for that is told nothing.
    Walk {
        /// Which negotiation.
        quote: QuoteRef,
        /// Words for the seller.
        note: Option<Note>,
    },
    /// Let a strategy play from here.
    ArmAuto {
        /// In which negotiation.
        quote: QuoteRef,
        /// How, and where it stops.
        plan: Plan,
    },
    /// Take over from the strategy; the negotiation stays open.
    StopAuto {
        /// In which negotiation.
        quote: QuoteRef,
        /// Why.
        why: String,
    },
    /// Book a quote, or whoever competes with it, as soon as it can be had for a price.
    ArmTrigger {
        /// Which quote.
        quote: QuoteRef,
        /// For how much, until when, of whom.
        terms: trigger::Terms,
        /// The most that the deal may cost, as a person typed it once more.
        typed: Decimal,
    },
    /// A trigger books nothing any more.
    Disarm(TriggerId),
    /// Open a booking ticket: re-reads the quote and runs every check.
    OpenTicket {
        /// Of which quote.
        quote: QuoteRef,
        /// The most to pay per thousand, if a script said so.
        max_cpm: Option<Cpm>,
        /// What is planned to be spent, where the quote has no impressions.
        planned_spend: Option<Cost>,
        /// Words for the seller.
        notes: Option<String>,
    },
    /// Answer the open ticket.
    Confirm(Confirmation),
    /// Close the open ticket. What was sent goes on.
    CloseTicket,
    /// Look again at a booking whose outcome is not known.
    Look(TicketId),
    /// A person knows the Deal ID of a booking whose outcome is not known; the seller is asked.
    EnterDeal {
        /// Of which booking.
        ticket: TicketId,
        /// The Deal ID, as the seller told it.
        deal_id: DealId,
    },
    /// A person closes a booking whose outcome is not known: its money no longer counts.
    CloseUnknown {
        /// Which booking.
        ticket: TicketId,
        /// Why, in writing.
        why: String,
    },
    /// A person has a booking without a known outcome sent once more, and was told what may come of it.
    SendAgain {
        /// Which booking.
        ticket: TicketId,
        /// The word a person typed: [`super::controls::AGAIN`].
        typed: String,
    },
    /// A person knows what became of a deal that was rejected, lapsed or is gone.
    Acknowledge(DealRef),
    /// A person says that a step of a deal's activation is done.
    Activate {
        /// Of which deal.
        deal: DealRef,
        /// The step.
        step: String,
        /// What came of it.
        says: String,
    },
    /// Stop everything automatic, or one seller, now. Nothing is asked.
    Halt {
        /// The seller; `None` is everything.
        seller: Option<SellerName>,
        /// Why.
        why: String,
    },
    /// Let what was stopped go on.
    Resume {
        /// The seller; `None` is everything.
        seller: Option<SellerName>,
        /// What was typed: [`super::controls::RESUME`].
        typed: String,
    },
    /// Let limits that were raised in the configuration hold from here on.
    AcceptLimits {
        /// Why, in writing.
        why: String,
    },
    /// Read a deal again.
    PollDeal(DealRef),
}

/// Words for a seller that go with a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The words.
    pub words: String,
    /// Whether a person was told what of other sellers stands in them, and sends them all the same.
    pub answered: bool,
}

/// How a person answered a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// Typed the price.
    Price(Decimal),
    /// Said yes: enough below the `easy` limit.
    Yes,
    /// Typed a word that was asked for.
    Word(String),
    /// Typed what the whole deal costs.
    Cost(Decimal),
}

/// What comes to the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A person, a script or a strategy asks.
    Command(Command),
    /// A seller answered, or did not.
    Answered(RequestId, Box<Heard>),
    /// An intent is durable: its send is released.
    Stored(Stored),
    /// An intent could not be stored: nothing is sent.
    NotStored(Stored, String),
    /// An intent was not stored because another process wrote first. Its entries came as
    /// [`Input::Followed`]; everything is checked again.
    Conflict(Stored),
    /// This process now holds the host lease.
    LeaseAcquired,
    /// Another process wrote to the store; its entries, in order.
    Followed(Vec<Entry>),
    /// A process that owned intents is gone.
    OwnerLost(String),
    /// This process may arm the ticket, or another one has one armed: who.
    Armed(TicketId, Result<(), String>),
    /// The store failed to write what happened: why, and where it is kept instead.
    StoreFailed(String),
    /// The store is written again.
    StoreWorks,
    /// The store is open. With what desks that are gone could not store: what is still news is kept.
    Opened(Vec<Entry>),
    /// These stops are marked beside the store, and no others.
    Marked(Stops),
    /// Whoever marked what is stopped did not write it into the record: we do.
    KeepMarks,
    /// The machine's clock was moved by so many seconds.
    ClockMoved(i64),
    /// A deadline of [`super::Desk::next_deadline`] has come.
    Wake,
}

/// Something that must be durable before its first byte is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    /// A booking.
    Booking(Box<Intent>),
    /// A move in a negotiation.
    Move(QuoteRef, Box<Pending>),
    /// A booking without a known outcome, once more.
    Repeat(TicketId),
    /// A new order, or a change of one.
    Order(Box<OrderIntent>),
    /// A strategy that is to play a negotiation, which it opens where none is open.
    Auto(QuoteRef, Box<Plan>),
}

/// What must be done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Effect {
    /// Put a question to a seller that may be asked again.
    Ask(RequestId, SellerName, Ask),
    /// Send a seller what is sent once.
    Send(RequestId, SellerName, Released),
    /// Take the one place that a store has for an armed ticket.
    Arm(TicketId),
    /// Make an intent durable, unless the store has moved on behind us.
    Store(Stored, Box<Entry>),
}

/// What the desk decided.
#[derive(Debug, Default)]
#[must_use]
pub struct Decision {
    /// To be journaled, in order, behind.
    pub entries: Vec<Entry>,
    /// To be done.
    pub effects: Vec<Effect>,
    /// Local refusals, for the face that asked.
    pub refusals: Vec<Refusal>,
}

/// A line for the person at the desk: the newest one is shown, all are in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// Whether something is wrong.
    pub bad: bool,
    /// The words.
    pub says: String,
}
