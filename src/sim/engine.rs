//! A simulated seller as a plain state machine: [`Engine::handle`] takes a request and the time, and
//! gives the reply.
//!
//! The engine has the seller's clock, its delays, its failures and its chance; what the seller sells
//! and says is its [`Service`]'s. Nothing ticks. How long an answer takes and whether it fails are
//! settled by (seed, request, how often it was sent before).

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, fmt::strtime};
use sha2::{Digest, Sha256};

use super::{
    chance::Chance,
    exchange::{Cut, Reply, Request},
    injected::{Armed, Fault, InjectedFault},
    service::{Class, Requests, Service, Unacted, signed},
};

/// A simulated seller. What only its service knows is reached through it.
#[derive(Debug, Clone)]
pub struct Engine<S: ?Sized> {
    chance: Chance,
    ahead: SignedDuration,
    armed: Armed,
    sent: BTreeMap<String, u64>,
    /// The kind of every request that came in.
    received: Vec<Class>,
    /// What it acts on later, and when.
    put_off: Vec<(Timestamp, Request)>,
    service: S,
}

impl<S: ?Sized> Deref for Engine<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.service
    }
}

impl<S: ?Sized> DerefMut for Engine<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.service
    }
}

impl<S: Service> Engine<S> {
    /// A seller with this service, whose clock is `ahead`. The seed decides its delays and every
    /// chance.
    pub fn carrying(service: S, seed: u64, ahead: SignedDuration) -> Self {
        Self {
            chance: Chance::new(seed, service.name()),
            ahead,
            armed: Armed::default(),
            sent: BTreeMap::new(),
            received: Vec::new(),
            put_off: Vec::new(),
            service,
        }
    }
}

impl<S: Service + ?Sized> Engine<S> {
    /// The seller's own clock.
    pub fn clock(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.ahead).unwrap_or(now)
    }

    /// Arms a failure, or changes something at once.
    pub fn arm(&mut self, fault: InjectedFault, now: Timestamp) {
        match fault {
            InjectedFault::Fail { .. }
            | InjectedFault::Leaves(_)
            | InjectedFault::Offline(true) => self.armed.add(fault),
            InjectedFault::Offline(false) => self.armed.go_online(),
            InjectedFault::Skew(by) => self.ahead = self.ahead.saturating_add(by),
            InjectedFault::Expire(id) => {
                let here = self.clock(now);
                self.service.expire(&id, here);
            }
            InjectedFault::Reprice(percent) => self.service.reprice(percent),
        }
    }

    /// What is armed and not yet done, in words.
    pub fn armed(&self) -> Vec<String> {
        self.armed.words()
    }

    /// Whether it cannot be reached.
    pub fn is_offline(&self) -> bool {
        self.armed.is_offline()
    }

    /// How many of these requests reached it, acted on or not. Those that were refused a connection
    /// or cut at their head are not among them.
    pub fn received(&self, requests: Requests) -> usize {
        self.received.iter().filter(|class| requests.include(**class)).count()
    }

    /// Whether a request with this head is to be cut before its body is read.
    pub fn cuts_at_head(&mut self, head: &Request) -> bool {
        let class = self.service.class(head);
        self.armed.cuts_at_head(class)
    }

    /// Acts on what it put off and is due at `now`.
    pub fn catch_up(&mut self, now: Timestamp) {
        let put_off = std::mem::take(&mut self.put_off);
        let (due, later) = put_off.into_iter().partition(|(at, _)| *at <= now);
        self.put_off = later;
        let due: Vec<(Timestamp, Request)> = due;
        for (at, request) in due {
            let here = self.clock(at);
            self.service.handle(&request, here);
        }
    }

    /// Answers a request.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.catch_up(now);
        if self.armed.is_offline() {
            return Reply::cut_off(Cut::Refused);
        }
        let class = self.service.class(request);
        if self.armed.cuts_at_head(class) {
            return Reply::cut_off(Cut::Drop);
        }
        self.received.push(class);
        let (subject, nth) = self.count(request);
        let here = self.clock(now);
        let faults = self.armed.meets(class);
        let delivery = self.service.delivery(class);
        let away = self.chance.happens(delivery.unavailable, &format!("503 {subject}"), nth);
        let mut reply = match faults.iter().find_map(|fault| fault.instead(&self.service, request))
        {
            Some(reply) => reply,
            None if away => self.service.reply_unacted(Unacted::Unavailable, request),
            None => self.act(request, &faults, now),
        };
        reply = self.service.reword(reply, &subject);
        let is_lost = self.chance.happens(delivery.lost_reply, &format!("lost {subject}"), nth);
        if reply.status == 200 && reply.cut.is_none() && is_lost {
            reply.cut = Some(Cut::Drop);
        }
        let wait = self.chance.within(delivery.latency_ms, &format!("delay {subject}"), nth);
        reply.delay += Duration::from_millis(wait);
        if self.armed.leaves_after(class) {
            self.armed.add(InjectedFault::Offline(true));
            reply.cut = reply.cut.or(Some(Cut::Leaves));
        }
        if let Ok(date) = strtime::format("%a, %d %b %Y %H:%M:%S GMT", here) {
            reply.headers.insert("date".to_owned(), date);
        }
        reply
    }

    /// Does what is asked, and then to the reply what is armed.
    fn act(&mut self, request: &Request, faults: &[Fault], now: Timestamp) -> Reply {
        let here = self.clock(now);
        for fault in faults {
            if let Fault::ActsLate(by) = fault {
                let at = now.saturating_add(signed(*by)).unwrap_or(Timestamp::MAX);
                self.put_off.push((at, request.clone()));
                return Reply::cut_off(Cut::Drop);
            }
            if let Fault::Differs(change) = fault {
                self.service.tamper_terms(Some(*change));
            }
            if *fault == Fault::SoldToOther {
                self.service.sell_to_other(request, here);
            }
        }
        let reply = self.service.handle(request, here);
        self.service.tamper_terms(None);
        faults.iter().fold(reply, |reply, fault| fault.spoil(reply, &self.service, request))
    }

    /// What a request is, and how often it was sent before: the key of its chances.
    fn count(&mut self, request: &Request) -> (String, u64) {
        let (method, path, query) = (&request.method, &request.path, &request.query);
        let mark = crate::domain::text::hex(&Sha256::digest(&request.body));
        let subject = format!("{method} {path}?{query} {mark}");
        let count = self.sent.entry(subject.clone()).or_insert(0);
        *count += 1;
        (subject, *count - 1)
    }
}
