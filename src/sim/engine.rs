//! A simulated seller as a plain state machine: [`Engine::handle`] takes a request and the time, and
//! gives the reply.
//!
//! Nothing ticks. Quotes expire and deals move on when somebody looks; how long an answer takes and
//! whether it fails are settled by (seed, request, how often it was sent before).

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp, fmt::strtime};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::{
    chance::Chance,
    exchange::{Cut, Reply, Request},
    hostile::hostile,
    keys::{key_for, operator_key},
    market::{Booked, Market},
    spec::{Prose, Spec},
    talks::Status,
    tricks::{Armed, Asks, Fault, Trick, field, instead, spoilt},
    wire,
};
use crate::domain::{Identity, Tier};

/// How a simulated seller is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// What decides ids, keys, delays and every chance.
    pub seed: u64,
    /// How long quotes are good, instead of what the seller's file says.
    pub quote_ttl: Option<Duration>,
}

/// A simulated seller.
#[derive(Debug, Clone)]
pub struct Engine {
    market: Market,
    seed: u64,
    ahead: SignedDuration,
    armed: Armed,
    sent: BTreeMap<String, u64>,
    /// Every request that came in, without its body.
    received: Vec<Request>,
    /// What it acts on later, and when.
    put_off: Vec<(Timestamp, Request)>,
}

impl Engine {
    /// A seller as `spec` describes it, which opens at `now`.
    pub fn new(spec: Spec, options: Options, now: Timestamp) -> Self {
        let chance = Chance::new(options.seed, &spec.name);
        let ahead = SignedDuration::from_millis(spec.temper.clock_ahead_ms);
        let written = SignedDuration::from_secs(i64::from(spec.temper.quote_s));
        let quote_ttl = options
            .quote_ttl
            .map_or(written, |ttl| SignedDuration::try_from(ttl).unwrap_or(SignedDuration::MAX));
        let opens = now.saturating_add(ahead).unwrap_or(now);
        Self {
            market: Market::new(spec, chance, quote_ttl, opens),
            seed: options.seed,
            ahead,
            armed: Armed::default(),
            sent: BTreeMap::new(),
            received: Vec::new(),
            put_off: Vec::new(),
        }
    }

    /// Who it is.
    pub fn spec(&self) -> &Spec {
        &self.market.spec
    }

    /// Its API key for a tier; `None` for the public.
    pub fn key(&self, tier: Tier) -> Option<String> {
        key_for(self.seed, &self.spec().name, tier)
    }

    /// The same seller, whose keys belong to `buyer`: its deals are for that buyer's seat.
    #[must_use]
    pub fn known_to(mut self, buyer: &Identity) -> Self {
        self.market.keys.belong_to(buyer);
        self
    }

    /// The key of the seller's own people, who may move orders on and make keys (v2).
    pub fn operator_key(&self) -> String {
        operator_key(&self.market.chance)
    }

    /// Ends an API key; from now on it is a 401. Whether there was one.
    pub fn revoke_key(&mut self, key: &str) -> bool {
        self.market.keys.revoke(key)
    }

    /// The seller's own clock.
    pub fn clock(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.ahead).unwrap_or(now)
    }

    /// Arms a failure, or changes something at once.
    pub fn arm(&mut self, trick: Trick, now: Timestamp) {
        match trick {
            Trick::Fail { .. } | Trick::Leaves(_) | Trick::Offline(true) => self.armed.add(trick),
            Trick::Offline(false) => self.armed.go_online(),
            Trick::Skew(by) => self.ahead = self.ahead.saturating_add(by),
            Trick::Expire(quote_id) => {
                self.market.expire(&quote_id, self.clock(now));
            }
            Trick::Reprice(percent) => self.market.reprice(percent),
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

    /// Every deal that it made from a quote, in order, whoever heard of it.
    pub fn bookings(&self) -> &[Booked] {
        self.market.booked()
    }

    /// How many rounds a negotiation has at the seller, by the id of its quote or proposal.
    pub fn rounds(&self, subject: &str) -> usize {
        self.market.talk(subject).map_or(0, |talk| talk.rounds.len())
    }

    /// What it agreed to in the talks about a quote or proposal, CPM; `None` where it agreed to nothing.
    pub fn agreed(&self, subject: &str) -> Option<Decimal> {
        let talk = self.market.talk(subject).ok()?;
        let is_agreed = talk.status == Status::Accepted;
        is_agreed.then(|| Decimal::try_from(talk.last()).ok()).flatten()
    }

    /// How many of these requests reached it, acted on or not. Those that were refused a connection
    /// or cut at their head are not among them.
    pub fn received(&self, asks: Asks) -> usize {
        self.received.iter().filter(|request| asks.mean(request)).count()
    }

    /// Whether a request with this head is to be cut before its body is read.
    pub fn cuts_at_head(&mut self, head: &Request) -> bool {
        self.armed.cuts_at_head(head)
    }

    /// Acts on what it put off and is due at `now`.
    pub fn catch_up(&mut self, now: Timestamp) {
        let put_off = std::mem::take(&mut self.put_off);
        let (due, later) = put_off.into_iter().partition(|(at, _)| *at <= now);
        self.put_off = later;
        let due: Vec<(Timestamp, Request)> = due;
        for (at, request) in due {
            let here = self.clock(at);
            wire::answer(&mut self.market, &request, here);
        }
    }

    /// Answers a request.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.catch_up(now);
        if self.armed.is_offline() {
            return Reply::cut_off(Cut::Refused);
        }
        if self.cuts_at_head(request) {
            return Reply::cut_off(Cut::Drop);
        }
        self.received.push(Request { body: Vec::new(), ..request.clone() });
        let (subject, nth) = self.count(request);
        let here = self.clock(now);
        let faults = self.armed.meets(request);
        let chance = self.market.chance.clone();
        let temper = &self.market.spec.temper;
        let (latency, lost) = (temper.latency_ms, temper.lost_reply);
        let away = chance.happens(temper.unavailable, &format!("503 {subject}"), nth);
        let mut reply = match instead(&self.market, request, &faults) {
            Some(reply) => reply,
            None if away => wire::unavailable(&self.market),
            None => self.act(request, &faults, now),
        };
        if self.market.spec.temper.prose == Prose::Hostile {
            reply = hostile(reply, &chance, &subject);
        }
        let booked = Asks::Bookings.mean(request) && reply.status == 200;
        if booked && reply.cut.is_none() && chance.happens(lost, &format!("lost {subject}"), nth) {
            reply.cut = Some(Cut::Drop);
        }
        let wait = chance.within(latency, &format!("delay {subject}"), nth);
        reply.delay += Duration::from_millis(wait);
        if self.armed.leaves_after(request) {
            self.armed.add(Trick::Offline(true));
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
                let by = SignedDuration::try_from(*by).unwrap_or(SignedDuration::MAX);
                let at = now.saturating_add(by).unwrap_or(Timestamp::MAX);
                self.put_off.push((at, request.clone()));
                return Reply::cut_off(Cut::Drop);
            }
            if let Fault::Differs(twist) = fault {
                self.market.twist(*twist);
            }
            if *fault == Fault::Snatched
                && let Some(quote_id) = field(request, "quote_id")
            {
                self.market.snatch(&quote_id, here);
            }
        }
        let mut reply = wire::answer(&mut self.market, request, here);
        self.market.straighten();
        if reply.status == 500 {
            reply.cut = Some(Cut::After);
        }
        for fault in faults {
            reply = spoilt(reply, fault);
        }
        reply
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
