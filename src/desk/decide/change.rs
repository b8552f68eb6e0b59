//! What a decision changes: facts to keep, questions to sellers, and what is known until the desk closes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Released;
use crate::{
    desk::{
        command::Stored,
        controls::Stops,
        fact::{Actor, Fact},
        schedule::Due,
        state::{Purpose, Subject},
        ticket::Ticket,
    },
    domain::{
        Answer, Ask, Avails, AvailsAsk, Exchange, KeyCheck, OrderAnswer, OrderAsk, Package,
        QuoteRef, Refusal, SellerError, SellerName, Spoke, TicketId,
    },
};

/// One decided change.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::desk) enum Change {
    /// A fact to keep.
    Keep(Actor, Fact),
    /// A question to a seller that may be asked again.
    Ask(SellerName, Ask, Purpose),
    /// A question to a seller that is sent once.
    Send(SellerName, Released, Purpose),
    /// The one place that a store has for an armed ticket is to be taken.
    Arm(TicketId),
    /// An intent to make durable before it is sent.
    Store(Stored, Actor, Fact),
    /// A refusal to show.
    Refuse(Refusal),
    /// A change that is not kept.
    Pass(Box<Passing>),
}

/// What changes without being kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::desk) enum Passing {
    /// The open ticket is now this.
    Ticket(Option<Box<Ticket>>),
    /// An exchange took place.
    Heard(SellerName, Box<Exchange>, Option<SellerError>),
    /// A person tries to negotiate this quote, whatever is said of its seller.
    Tries(QuoteRef),
    /// A strategy that is being armed here is not to play, or that is done with.
    Disarmed(QuoteRef, bool),
    /// A seller turned out to speak this.
    Spoke(SellerName, Spoke),
    /// Whether a seller answered the same to the same request with the same key.
    KeysShown(SellerName, bool),
    /// A question never left.
    Unsent(SellerName, SellerError),
    /// A seller published something.
    Published(SellerName, Box<Answer>),
    /// A kit did not come.
    KitFailed(SellerName, SellerError),
    /// A catalogue did not come.
    ProductsFailed(SellerName, SellerError),
    /// What a search found.
    Found(SellerName, String, Result<Vec<Package>, SellerError>),
    /// What became of our key.
    KeyChecked(SellerName, Result<KeyCheck, SellerError>),
    /// What a seller says could be had.
    AvailsCame(SellerName, AvailsAsk, Result<Vec<Avails>, SellerError>),
    /// What a seller says of orders.
    OrdersCame(SellerName, OrderAsk, Result<OrderAnswer, SellerError>),
    /// A deal was polled.
    Polled {
        /// Its position.
        index: usize,
        /// Why it failed.
        error: Option<String>,
        /// Unchanged answers and failures in a row.
        quiet: u32,
        /// When again.
        next: Option<Timestamp>,
    },
    /// Something was read again, or why it could not be.
    Unread(Subject, Option<SellerError>),
    /// These stops are marked beside the store.
    Marked(Stops),
    /// Something is due at another time.
    Again(Due, Option<Timestamp>),
    /// Somebody who listens should hear it.
    Ring,
    /// A word for the person.
    Say {
        /// Whether something is wrong.
        bad: bool,
        /// The word.
        says: String,
    },
}

impl From<Passing> for Change {
    fn from(passing: Passing) -> Self {
        Self::Pass(Box::new(passing))
    }
}
