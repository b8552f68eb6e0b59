//! What a simulated seller's API is to the engine that carries it: it answers requests, and says of
//! each what kind it is, how it is delivered and how its own errors look.

use std::{fmt, time::Duration};

use jiff::Timestamp;

use super::exchange::{Reply, Request};

/// A simulated seller's API and business. Times are the seller's own clock.
pub trait Service: fmt::Debug + Send {
    /// What the seller is called in commands and paths; its chances depend on it.
    fn name(&self) -> &str;

    /// What kind of request this is, for faults and for how it is delivered.
    fn class(&self, request: &Request) -> Class;

    /// How the answers to this kind of request are delivered.
    fn delivery(&self, class: Class) -> Delivery;

    /// Does what is asked and answers it.
    fn handle(&mut self, request: &Request, now: Timestamp) -> Reply;

    /// What the seller says where it does not act, in its own shape.
    fn reply_unacted(&self, reason: Unacted, request: &Request) -> Reply;

    /// The reply in the prose that this seller writes. `subject` is the key of its chance.
    fn reword(&self, reply: Reply, _subject: &str) -> Reply {
        reply
    }

    /// Lets the next booking differ from what was quoted, or no longer. Nothing where nothing is
    /// quoted.
    fn tamper_terms(&mut self, _change: Option<TermChange>) {}

    /// Sells what this request is about to another buyer. Nothing where it can be sold twice.
    fn sell_to_other(&mut self, _request: &Request, _now: Timestamp) {}

    /// Lets an offer expire, by its id. Nothing where there is none.
    fn expire(&mut self, _id: &str, _now: Timestamp) {}

    /// Changes every price by so many percent (3.0 is three percent up).
    fn reprice(&mut self, _percent: f64) {}
}

/// The kind of a request: a service names its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// What it is called, in the words of a person.
    pub name: &'static str,
    /// Whether it changes nothing at the seller.
    pub reads: bool,
}

impl Class {
    /// A kind that changes nothing at the seller.
    pub const fn reads(name: &'static str) -> Self {
        Self { name, reads: true }
    }

    /// A kind that changes something at the seller.
    pub const fn sends(name: &'static str) -> Self {
        Self { name, reads: false }
    }
}

/// Which requests a fault is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requests {
    /// Every request.
    All,
    /// Whatever changes nothing at the seller.
    Reads,
    /// Whatever changes something at the seller.
    Sends,
    /// One kind alone.
    Of(Class),
}

impl Requests {
    /// Whether requests of this kind are meant.
    pub fn include(self, class: Class) -> bool {
        match self {
            Self::All => true,
            Self::Reads => class.reads,
            Self::Sends => !class.reads,
            Self::Of(one) => one == class,
        }
    }

    /// What they are called, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::All => "request",
            Self::Reads => "look",
            Self::Sends => "send",
            Self::Of(class) => class.name,
        }
    }
}

/// How answers are delivered. Shares are of one: 0.05 is one in twenty.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Delivery {
    /// Shortest and longest time to an answer, milliseconds.
    pub latency_ms: [u64; 2],
    /// Share of requests that the seller says it cannot answer for now.
    pub unavailable: f64,
    /// Share of successes whose reply is lost.
    pub lost_reply: f64,
}

/// Why a seller answers without acting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unacted {
    /// It cannot for now (503).
    Unavailable,
    /// There are too many requests (429).
    TooMany {
        /// Whether it says that nothing was done.
        says: bool,
    },
    /// The idempotency key belongs to another request.
    KeyConflict,
    /// It refuses with this status, and with a code where there is one.
    Refused {
        /// The status.
        status: u16,
        /// The code; empty where it tells none.
        code: &'static str,
    },
    /// Somebody there has yet to decide; the status is a success.
    Undecided {
        /// The status.
        status: u16,
    },
}

/// In what a deal differs from the quote that it was made from: a seller's mistake, or worse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TermChange {
    /// So many percent dearer (3.0) or cheaper (-3.0).
    Price(f64),
    /// So many percent more or fewer impressions.
    Impressions(i64),
    /// The flight ends so many days later.
    Dates(i32),
    /// Another kind of deal.
    Type,
    /// The same number in euros.
    Currency,
}

/// A delay that never ends where it cannot be counted.
pub(super) fn signed(by: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX)
}
