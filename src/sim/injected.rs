//! Failures on demand: what a demo or a test arms, and the seller then does to the requests it is
//! meant for.
//!
//! A [`Fault`] says what goes wrong and thereby whether the seller acted; [`Requests`] which requests
//! are meant; the count how many of them.

use std::time::Duration;

use jiff::SignedDuration;

use super::{
    exchange::{Cut, Reply, Request},
    service::{Class, Requests, Service, TermChange, Unacted},
};

/// A failure to come, or a change at once.
#[derive(Debug, Clone, PartialEq)]
pub enum InjectedFault {
    /// So many of these requests go wrong in this way.
    Fail {
        /// What goes wrong.
        fault: Fault,
        /// For which requests.
        requests: Requests,
        /// For how many of them.
        times: u32,
    },
    /// From now on, or no longer, be unreachable: connections are refused, open ones end.
    Offline(bool),
    /// Be unreachable once the next of these requests is answered.
    Leaves(Requests),
    /// Move its clock ahead by so much more.
    Skew(SignedDuration),
    /// Let this quote expire now.
    Expire(String),
    /// Change every price by so many percent (3.0 is three percent up); quotes out stand.
    Reprice(f64),
}

impl InjectedFault {
    /// The next of these requests goes wrong.
    pub fn next(fault: Fault, requests: Requests) -> Self {
        Self::Fail { fault, requests, times: 1 }
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
    SoldToOther,
    /// Does not act: the idempotency key is taken for another request (409 `idempotency_conflict`).
    KeyConflict,
    /// Acts, but on other terms than were quoted.
    Differs(TermChange),
    /// Says that it has it, and names no deal: somebody there has to approve it.
    Undecided {
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
    /// The reply that is given instead of acting; `None` where the seller acts.
    pub(super) fn instead<S: Service + ?Sized>(
        &self,
        service: &S,
        request: &Request,
    ) -> Option<Reply> {
        let reason = match self {
            Self::CutAtHead | Self::CutBeforeActing => return Some(Reply::cut_off(Cut::Drop)),
            Self::Broken { status, acts: false } => return Some(senseless(*status)),
            Self::Unavailable => Unacted::Unavailable,
            Self::Throttled { says, retry_after_s } => {
                let mut reply = service.reply_unacted(Unacted::TooMany { says: *says }, request);
                if let Some(seconds) = retry_after_s {
                    reply.headers.insert("retry-after".to_owned(), seconds.to_string());
                }
                return Some(reply);
            }
            Self::KeyConflict => Unacted::KeyConflict,
            Self::Refuses { status, code } => Unacted::Refused { status: *status, code },
            Self::Undecided { status, acts: false } => Unacted::Undecided { status: *status },
            Self::Drop
            | Self::HalfHead
            | Self::HalfBody
            | Self::Slow(_)
            | Self::Twice
            | Self::ActsLate(_)
            | Self::Broken { .. }
            | Self::Garbled
            | Self::Html
            | Self::Huge(_)
            | Self::SoldToOther
            | Self::Undecided { .. }
            | Self::Differs(_) => return None,
        };
        Some(service.reply_unacted(reason, request))
    }

    /// The reply as a fault leaves it, after the seller acted.
    pub(super) fn spoil<S: Service + ?Sized>(
        &self,
        mut reply: Reply,
        service: &S,
        request: &Request,
    ) -> Reply {
        match self {
            Self::Drop => reply.cut = Some(Cut::Drop),
            Self::HalfHead => reply.cut = Some(Cut::HalfHead),
            Self::HalfBody => reply.cut = Some(Cut::HalfBody),
            Self::Twice => reply.cut = Some(Cut::Twice),
            Self::Slow(by) => reply.delay += *by,
            Self::Broken { status, .. } => return senseless(*status),
            Self::Undecided { status, .. } => {
                return service.reply_unacted(Unacted::Undecided { status: *status }, request);
            }
            Self::Garbled => reply.body = b"{\"deal\": {\"deal_id\": ".to_vec(),
            Self::Html => {
                let page = b"<html><head><title>502 Bad Gateway</title></head></html>".to_vec();
                return Reply::new(502, "text/html", page);
            }
            Self::Huge(bytes) => reply.body = vec![b' '; *bytes],
            Self::CutAtHead
            | Self::CutBeforeActing
            | Self::ActsLate(_)
            | Self::Unavailable
            | Self::Throttled { .. }
            | Self::SoldToOther
            | Self::KeyConflict
            | Self::Differs(_)
            | Self::Refuses { .. } => {}
        }
        reply
    }

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
            Self::SoldToOther => "lets another buyer ahead of".to_owned(),
            Self::KeyConflict => "takes the key of another request for".to_owned(),
            Self::Differs(_) => "changes the terms of".to_owned(),
            Self::Undecided { acts: true, .. } => "acts, and says nothing of it yet to".to_owned(),
            Self::Undecided { acts: false, .. } => "says that it has to decide on".to_owned(),
            Self::Refuses { status, .. } => format!("refuses with {status}"),
        }
    }
}

/// What is armed and not yet done, in the order in which it was armed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Armed(Vec<InjectedFault>);

impl Armed {
    /// Arms a fault that waits for a request.
    pub(crate) fn add(&mut self, fault: InjectedFault) {
        self.0.push(fault);
    }

    /// Every fault that this request meets; each is counted as done once more.
    pub(crate) fn meets(&mut self, class: Class) -> Vec<Fault> {
        let mut met: Vec<Fault> = Vec::new();
        for injected in &mut self.0 {
            if let InjectedFault::Fail { fault, requests, times } = injected
                && *times > 0
                && requests.include(class)
                && !met.contains(fault)
            {
                *times -= 1;
                met.push(fault.clone());
            }
        }
        self.0.retain(|injected| !matches!(injected, InjectedFault::Fail { times: 0, .. }));
        met
    }

    /// Whether a request with this head is cut there; counts it.
    pub(crate) fn cuts_at_head(&mut self, class: Class) -> bool {
        let cuts = |injected: &InjectedFault| match injected {
            InjectedFault::Fail { fault, requests, .. } => {
                *fault == Fault::CutAtHead && requests.include(class)
            }
            InjectedFault::Offline(_)
            | InjectedFault::Leaves(_)
            | InjectedFault::Skew(_)
            | InjectedFault::Expire(_)
            | InjectedFault::Reprice(_) => false,
        };
        let Some(place) = self.0.iter().position(cuts) else { return false };
        if let Some(InjectedFault::Fail { times, .. }) = self.0.get_mut(place) {
            *times -= 1;
            if *times == 0 {
                self.0.remove(place);
            }
        }
        true
    }

    /// Whether the seller cannot be reached. This is not done by being asked.
    pub(crate) fn is_offline(&self) -> bool {
        self.0.contains(&InjectedFault::Offline(true))
    }

    /// Makes the seller reachable again.
    pub(crate) fn go_online(&mut self) {
        self.0.retain(|injected| *injected != InjectedFault::Offline(true));
    }

    /// Whether the seller leaves once this request is answered; then that is done.
    pub(crate) fn leaves_after(&mut self, class: Class) -> bool {
        let leaves = |injected: &InjectedFault| matches!(injected, InjectedFault::Leaves(requests) if requests.include(class));
        let place = self.0.iter().position(leaves);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// What is armed, in words.
    pub(crate) fn words(&self) -> Vec<String> {
        self.0.iter().map(words).collect()
    }
}

fn words(injected: &InjectedFault) -> String {
    match injected {
        InjectedFault::Fail { fault, requests, times: 1 } => {
            format!("{} the next {}", fault.words(), requests.words())
        }
        InjectedFault::Fail { fault, requests, times } => {
            format!("{} the next {times} times: {}", fault.words(), requests.words())
        }
        InjectedFault::Offline(offline) => (if *offline { "offline" } else { "online" }).to_owned(),
        InjectedFault::Leaves(requests) => {
            format!("goes offline after the next {}", requests.words())
        }
        InjectedFault::Skew(by) => format!("moves its clock by {} ms", by.as_millis()),
        InjectedFault::Expire(quote_id) => format!("lets {quote_id} expire"),
        InjectedFault::Reprice(percent) => format!("changes its prices by {percent:+.1}%"),
    }
}

/// An error without a word that a program could read; after a 500 the connection is closed too.
fn senseless(status: u16) -> Reply {
    let says = match status {
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    };
    let mut reply = Reply::new(status, "text/plain; charset=utf-8", says.as_bytes().to_vec());
    reply.cut = (status == 500).then_some(Cut::After);
    reply
}
