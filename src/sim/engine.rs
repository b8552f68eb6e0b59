//! A simulated seller as a plain state machine: [`Engine::handle`] takes a request and the time, and
//! gives the reply.
//!
//! Nothing ticks. Quotes expire and deals move on when somebody looks; how long an answer takes and
//! whether it fails are settled by (seed, request, how often it was sent before).

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp, fmt::strtime};
use sha2::{Digest, Sha256};

use super::{
    chance::{Chance, hexadecimal},
    exchange::{Fault, Reply, Request},
    keys::key_for,
    market::Market,
    spec::Spec,
    tricks::{Armed, Trick},
    v1,
};
use crate::domain::Tier;

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
            Trick::DropNext
            | Trick::DropNextBooking
            | Trick::Unavailable(_)
            | Trick::Slow(_)
            | Trick::HalfBody
            | Trick::Html
            | Trick::Huge(_)
            | Trick::Offline(true) => self.armed.add(trick),
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

    /// Answers a request.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        let (subject, nth) = self.count(request);
        let here = self.clock(now);
        let chance = self.market.chance.clone();
        let temper = &self.market.spec.temper;
        let (latency, lost) = (temper.latency_ms, temper.lost_reply);
        let away = chance.happens(temper.unavailable, &format!("503 {subject}"), nth);
        let mut reply = if self.armed.is_offline() {
            let mut silence = Reply::new(503, "text/plain; charset=utf-8", Vec::new());
            silence.fault = Some(Fault::Drop);
            silence
        } else if self.armed.turns_away() || away {
            v1::unavailable(&self.market)
        } else {
            let answered = v1::answer(&mut self.market, request, here);
            let books =
                request.method == "POST" && request.path == v1::BOOKING && answered.status == 200;
            let loses = books && chance.happens(lost, &format!("lost {subject}"), nth);
            self.spoil(answered, books, loses)
        };
        let wait = chance.within(latency, &format!("delay {subject}"), nth);
        reply.delay = Duration::from_millis(wait) + self.armed.slowness();
        if let Ok(date) = strtime::format("%a, %d %b %Y %H:%M:%S GMT", here) {
            reply.headers.insert("date".to_owned(), date);
        }
        reply
    }

    /// Does to a reply what is armed.
    fn spoil(&mut self, mut reply: Reply, books: bool, loses: bool) -> Reply {
        if self.armed.takes(&Trick::Html) {
            let page = b"<html><head><title>502 Bad Gateway</title></head></html>".to_vec();
            reply = Reply::new(502, "text/html", page);
        }
        if let Some(bytes) = self.armed.hugeness() {
            reply.body = vec![b' '; bytes];
        }
        if self.armed.takes(&Trick::HalfBody) {
            reply.fault = Some(Fault::HalfBody);
        }
        let booked = books && self.armed.takes(&Trick::DropNextBooking);
        if self.armed.takes(&Trick::DropNext) || booked || loses {
            reply.fault = Some(Fault::Drop);
        }
        reply
    }

    /// What a request is, and how often it was sent before: the key of its chances.
    fn count(&mut self, request: &Request) -> (String, u64) {
        let (method, path, query) = (&request.method, &request.path, &request.query);
        let mark = hexadecimal(&Sha256::digest(&request.body));
        let subject = format!("{method} {path}?{query} {mark}");
        let count = self.sent.entry(subject.clone()).or_insert(0);
        *count += 1;
        (subject, *count - 1)
    }
}
