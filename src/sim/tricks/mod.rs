//! Failures on demand: what a demo or a test arms, and the seller then does to the requests it is
//! meant for.
//!
//! A [`Fault`] says what goes wrong and thereby whether the seller acted; [`Asks`] which requests are
//! meant; the count how many of them.

mod faults;

use std::time::Duration;

pub(crate) use faults::{field, instead, spoilt};
use jiff::SignedDuration;

use super::{exchange::Request, market::Twist};

/// A failure to come, or a change at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Trick {
    /// So many of these requests go wrong in this way.
    Fail {
        /// What goes wrong.
        fault: Fault,
        /// For which requests.
        asks: Asks,
        /// For how many of them.
        times: u32,
    },
    /// From now on, or no longer, be unreachable: connections are refused, open ones end.
    Offline(bool),
    /// Be unreachable once the next of these requests is answered.
    Leaves(Asks),
    /// Move its clock ahead by so much more.
    Skew(SignedDuration),
    /// Let this quote expire now.
    Expire(String),
    /// Change every price by so many percent (3.0 is three percent up); quotes out stand.
    Reprice(f64),
}

impl Trick {
    /// The next of these requests goes wrong.
    pub fn next(fault: Fault, asks: Asks) -> Self {
        Self::Fail { fault, asks, times: 1 }
    }
}

/// Which requests are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asks {
    /// Every request.
    All,
    /// A booking: `POST /api/v1/deals`.
    Bookings,
    /// A move in a negotiation, as a message or as a counter.
    Moves,
    /// An order made, or a change of one asked for.
    OrderWrites,
    /// A quote asked for: `POST /api/v1/quotes`.
    Quotes,
    /// A quote read.
    QuoteReads,
    /// A deal read.
    DealReads,
    /// A negotiation read.
    Histories,
    /// Whatever changes nothing at the seller: every `GET`, and a search, a price, avails.
    Reads,
    /// Whatever changes something at the seller: a quote asked for, a move, a booking, an order.
    Sends,
}

impl Asks {
    /// Whether this request is meant.
    pub fn mean(self, request: &Request) -> bool {
        let (posts, path) = (request.method == "POST", request.path.as_str());
        let below = |root: &str| !posts && path.starts_with(root);
        match self {
            Self::All => true,
            Self::Bookings => posts && path == "/api/v1/deals",
            Self::Moves => {
                posts && (path == "/api/v1/negotiations/messages" || path.ends_with("/counter"))
            }
            Self::OrderWrites => {
                posts && ["/api/v1/orders", "/api/v1/change-requests"].contains(&path)
            }
            Self::Quotes => posts && path == "/api/v1/quotes",
            Self::QuoteReads => below("/api/v1/quotes/"),
            Self::DealReads => below("/api/v1/deals/"),
            Self::Histories => below("/proposals/"),
            Self::Reads => {
                !posts || ["/media-kit/search", "/pricing", "/products/avails"].contains(&path)
            }
            Self::Sends => !Self::Reads.mean(request),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::All => "request",
            Self::Bookings => "booking",
            Self::Moves => "move",
            Self::OrderWrites => "order or change of one",
            Self::Quotes => "quote",
            Self::QuoteReads => "look at a quote",
            Self::DealReads => "look at a deal",
            Self::Histories => "look at a negotiation",
            Self::Reads => "look",
            Self::Sends => "send",
        }
    }
}

/// What goes wrong with a request. What the seller does not act on changes nothing there.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Reset once the head is in, with the body unread. It does not act.
    CutAtHead,
    /// Reset once all is read. It does not act.
    CutBeforeActing,
    /// Acts; not a byte of the reply leaves.
    Drop,
    /// Acts; the reply ends in its head.
    HalfHead,
    /// Acts; the head says the full length, half of the body comes.
    HalfBody,
    /// Acts; the reply is whole and so much later.
    Slow(Duration),
    /// Acts; the reply comes twice in a row.
    Twice,
    /// Resets now, and acts so much later.
    ActsLate(Duration),
    /// Does not act, and says that it cannot for now (503), as its temper has it.
    Unavailable,
    /// Answers with this status and no sense (500, 502, 503, 504).
    Broken {
        /// The status.
        status: u16,
        /// Whether it acted before.
        acts: bool,
    },
    /// Acts; the answer (200) is text that is no JSON.
    Garbled,
    /// Acts; the answer is a page of HTML (502, a proxy's).
    Html,
    /// Acts; the answer is so many bytes of nothing.
    Huge(usize),
    /// Does not act: too many requests (429).
    Throttled {
        /// Whether the body says that nothing was done.
        says: bool,
        /// `Retry-After`, seconds.
        retry_after_s: Option<u32>,
    },
    /// Somebody else books the quote first; then answers as it must (409 `quote_already_booked`).
    Snatched,
    /// Does not act: the idempotency key is taken for another request (409 `idempotency_conflict`).
    KeyConflict,
    /// Acts, but on other terms than were quoted.
    Differs(Twist),
    /// Says that it has it, and names no deal: somebody there has to approve it.
    Ponders {
        /// In which status (202, or 200).
        status: u16,
        /// Whether it acted before, so that its quote names the deal.
        acts: bool,
    },
    /// Does not act, and refuses with this status and code (400, 401, 403, 404, 410, 422, 409).
    Refuses {
        /// The status.
        status: u16,
        /// The code, where it tells one.
        code: &'static str,
    },
}

impl Fault {
    fn words(&self) -> String {
        match self {
            Self::CutAtHead => "resets at the head of".to_owned(),
            Self::CutBeforeActing => "resets before acting on".to_owned(),
            Self::Drop => "drops the reply to".to_owned(),
            Self::HalfHead => "sends half of the head to".to_owned(),
            Self::HalfBody => "sends half of the body to".to_owned(),
            Self::Slow(by) => format!("takes {:.1} s longer for", by.as_secs_f64()),
            Self::Twice => "answers twice".to_owned(),
            Self::ActsLate(by) => format!("resets, and acts {:.1} s later on", by.as_secs_f64()),
            Self::Unavailable => "answers 503 to".to_owned(),
            Self::Broken { status, acts: true } => format!("acts, and answers {status} to"),
            Self::Broken { status, acts: false } => format!("answers {status} to"),
            Self::Garbled => "answers no JSON to".to_owned(),
            Self::Html => "answers a page of HTML to".to_owned(),
            Self::Huge(bytes) => format!("answers {bytes} bytes of nothing to"),
            Self::Throttled { .. } => "answers 429 to".to_owned(),
            Self::Snatched => "lets another buyer ahead of".to_owned(),
            Self::KeyConflict => "takes the key of another request for".to_owned(),
            Self::Differs(_) => "changes the terms of".to_owned(),
            Self::Ponders { acts: true, .. } => "acts, and says nothing of it yet to".to_owned(),
            Self::Ponders { acts: false, .. } => "says that it has to decide on".to_owned(),
            Self::Refuses { status, .. } => format!("refuses with {status}"),
        }
    }
}

/// What is armed and not yet done, in the order in which it was armed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Armed(Vec<Trick>);

impl Armed {
    /// Arms a trick that waits for a request.
    pub(crate) fn add(&mut self, trick: Trick) {
        self.0.push(trick);
    }

    /// Every fault that this request meets; each is counted as done once more.
    pub(crate) fn meets(&mut self, request: &Request) -> Vec<Fault> {
        let mut met: Vec<Fault> = Vec::new();
        for trick in &mut self.0 {
            if let Trick::Fail { fault, asks, times } = trick
                && *times > 0
                && asks.mean(request)
                && !met.contains(fault)
            {
                *times -= 1;
                met.push(fault.clone());
            }
        }
        self.0.retain(|trick| !matches!(trick, Trick::Fail { times: 0, .. }));
        met
    }

    /// Whether a request with this head is cut there; counts it.
    pub(crate) fn cuts_at_head(&mut self, head: &Request) -> bool {
        let cuts = |trick: &Trick| match trick {
            Trick::Fail { fault, asks, .. } => *fault == Fault::CutAtHead && asks.mean(head),
            Trick::Offline(_)
            | Trick::Leaves(_)
            | Trick::Skew(_)
            | Trick::Expire(_)
            | Trick::Reprice(_) => false,
        };
        let Some(place) = self.0.iter().position(cuts) else { return false };
        if let Some(Trick::Fail { times, .. }) = self.0.get_mut(place) {
            *times -= 1;
            if *times == 0 {
                self.0.remove(place);
            }
        }
        true
    }

    /// Whether the seller cannot be reached. This is not done by being asked.
    pub(crate) fn is_offline(&self) -> bool {
        self.0.contains(&Trick::Offline(true))
    }

    /// Makes the seller reachable again.
    pub(crate) fn go_online(&mut self) {
        self.0.retain(|trick| *trick != Trick::Offline(true));
    }

    /// Whether the seller leaves once this request is answered; then that is done.
    pub(crate) fn leaves_after(&mut self, request: &Request) -> bool {
        let leaves = |trick: &Trick| matches!(trick, Trick::Leaves(asks) if asks.mean(request));
        let place = self.0.iter().position(leaves);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// What is armed, in words.
    pub(crate) fn words(&self) -> Vec<String> {
        self.0.iter().map(words).collect()
    }
}

fn words(trick: &Trick) -> String {
    match trick {
        Trick::Fail { fault, asks, times: 1 } => {
            format!("{} the next {}", fault.words(), asks.words())
        }
        Trick::Fail { fault, asks, times } => {
            format!("{} the next {times} times: {}", fault.words(), asks.words())
        }
        Trick::Offline(offline) => (if *offline { "offline" } else { "online" }).to_owned(),
        Trick::Leaves(asks) => format!("goes offline after the next {}", asks.words()),
        Trick::Skew(by) => format!("moves its clock by {} ms", by.as_millis()),
        Trick::Expire(quote_id) => format!("lets {quote_id} expire"),
        Trick::Reprice(percent) => format!("changes its prices by {percent:+.1}%"),
    }
}
