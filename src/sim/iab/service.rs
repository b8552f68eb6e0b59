//! The IAB seller agent behind the engine: what the engine asks of any seller, and what only this kind
//! of seller can tell about itself.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    chance::Chance,
    exchange::{Cut, Reply, Request},
    hostile::hostile,
    keys::{key_for, operator_key},
    market::{Booked, Market, Refusal, Surface, conflict},
    negotiation::Status,
    requests,
    spec::{Prose, Spec, by_name, catalog},
    wire,
};
use crate::{
    domain::{Identity, Tier},
    sim::{
        engine::Engine,
        http::Seller,
        service::{Class, Delivery, Requests, Service, TermChange, Unacted, signed},
        simulator::{Simulated, Simulator},
    },
};

/// How a simulated seller is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// What decides ids, keys, delays and every chance.
    pub seed: u64,
    /// How long quotes are good, instead of what the seller's file says.
    pub quote_ttl: Option<Duration>,
}

/// An IAB seller agent.
#[derive(Debug, Clone)]
pub struct Iab {
    market: Market,
    seed: u64,
}

/// The IAB seller agents that come with the desk.
pub const SIMULATOR: Simulator = Simulator {
    names: || catalog().into_iter().map(|spec| spec.name).collect(),
    open: |wanted, now| {
        let mut spec = by_name(&wanted.seller)?;
        if let Some(dialect) = &wanted.dialect {
            spec.dialect = dialect.parse().ok()?;
        }
        if wanted.hostile {
            spec.behaviour.prose = Prose::Hostile;
        }
        let dialect = spec.dialect.to_string();
        let options = Options { seed: wanted.seed, quote_ttl: wanted.quote_ttl };
        let engine = Engine::new(spec, options, now);
        let tiers = [Tier::Seat, Tier::Agency, Tier::Advertiser];
        let keys = tiers.into_iter().filter_map(|tier| Some((tier.to_string(), engine.key(tier)?)));
        let keys = keys.collect();
        Some(Simulated { seller: Seller::from(engine).erased(), dialect, keys })
    },
};

impl Engine<Iab> {
    /// A seller as `spec` describes it, which opens at `now`.
    pub fn new(spec: Spec, options: Options, now: Timestamp) -> Self {
        let chance = Chance::new(options.seed, &spec.name);
        let ahead = SignedDuration::from_millis(spec.behaviour.clock_ahead_ms);
        let written = SignedDuration::from_secs(i64::from(spec.behaviour.quote_s));
        let quote_ttl = options.quote_ttl.map_or(written, signed);
        let opens = now.saturating_add(ahead).unwrap_or(now);
        let market = Market::new(spec, chance, quote_ttl, opens);
        Self::carrying(Iab { market, seed: options.seed }, options.seed, ahead)
    }

    /// The same seller, whose keys belong to `buyer`: its deals are for that buyer's seat.
    #[must_use]
    pub fn known_to(mut self, buyer: &Identity) -> Self {
        self.market.keys.belong_to(buyer);
        self
    }
}

impl Iab {
    /// Who it is.
    pub fn spec(&self) -> &Spec {
        &self.market.spec
    }

    /// Its API key for a tier; `None` for the public.
    pub fn key(&self, tier: Tier) -> Option<String> {
        key_for(self.seed, self.name(), tier)
    }

    /// The key of the seller's own people, who may move orders on and make keys (v2).
    pub fn operator_key(&self) -> String {
        operator_key(&self.market.chance)
    }

    /// Ends an API key; from now on it is a 401. Whether there was one.
    pub fn revoke_key(&mut self, key: &str) -> bool {
        self.market.keys.revoke(key)
    }

    /// Every deal that it made from a quote, in order, whoever heard of it.
    pub fn bookings(&self) -> &[Booked] {
        self.market.booked()
    }

    /// How many rounds a negotiation has at the seller, by the id of its quote or proposal.
    pub fn rounds(&self, subject: &str) -> usize {
        self.market.negotiation(subject).map_or(0, |negotiation| negotiation.rounds.len())
    }

    /// What it agreed to in the negotiation about a quote or proposal, CPM; `None` where it agreed to
    /// nothing.
    pub fn agreed(&self, subject: &str) -> Option<Decimal> {
        let negotiation = self.market.negotiation(subject).ok()?;
        let is_agreed = negotiation.status == Status::Accepted;
        is_agreed.then(|| Decimal::try_from(negotiation.last()).ok()).flatten()
    }
}

impl Service for Iab {
    fn name(&self) -> &str {
        &self.market.spec.name
    }

    fn class(&self, request: &Request) -> Class {
        requests::class(request)
    }

    fn delivery(&self, class: Class) -> Delivery {
        let behaviour = &self.market.spec.behaviour;
        let is_booking = requests::BOOKINGS == Requests::Of(class);
        Delivery {
            latency_ms: behaviour.latency_ms,
            unavailable: behaviour.unavailable,
            lost_reply: if is_booking { behaviour.lost_reply } else { 0.0 },
        }
    }

    fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        let mut reply = wire::answer(&mut self.market, request, now);
        if reply.status == 500 {
            reply.cut = Some(Cut::After);
        }
        reply
    }

    fn reply_unacted(&self, reason: Unacted, request: &Request) -> Reply {
        let refusal = match reason {
            Unacted::Unavailable => return wire::unavailable(&self.market),
            Unacted::Undecided { status } => {
                let says = "Sales will look at it.";
                let body = json!({"deal": null, "status": "pending_approval", "message": says});
                return Reply::new(status, "application/json", body.to_string().into_bytes());
            }
            Unacted::TooMany { says: true } => {
                let message = "Too many requests. The request was not processed.";
                let detail =
                    json!({"error": "rate_limited", "message": message, "processed": false});
                Refusal::Told { status: 429, detail }
            }
            Unacted::TooMany { says: false } => Refusal::words(429, "Too Many Requests"),
            Unacted::KeyConflict => {
                let key = field(request, "idempotency_key").unwrap_or_default();
                conflict(Surface::Deals, &key)
            }
            Unacted::Refused { status, code: "" } => Refusal::words(status, refusal(status)),
            Unacted::Refused { status, code } => Refusal::coded(status, code, refusal(status)),
        };
        wire::refused(&self.market, refusal)
    }

    fn reword(&self, reply: Reply, subject: &str) -> Reply {
        match self.market.spec.behaviour.prose {
            Prose::Plain => reply,
            Prose::Hostile => hostile(reply, &self.market.chance, subject),
        }
    }

    fn tamper_terms(&mut self, change: Option<TermChange>) {
        self.market.tamper_terms(change);
    }

    fn sell_to_other(&mut self, request: &Request, now: Timestamp) {
        if let Some(quote_id) = field(request, "quote_id") {
            self.market.sell_to_other(&quote_id, now);
        }
    }

    fn expire(&mut self, id: &str, now: Timestamp) {
        self.market.expire(id, now);
    }

    fn reprice(&mut self, percent: f64) {
        self.market.reprice(percent);
    }
}

/// What a text field of a request's body says.
fn field(request: &Request, name: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

fn refusal(status: u16) -> &'static str {
    match status {
        400 => "This request cannot be taken.",
        401 => "Invalid API key",
        403 => "Agent is blocked. Contact the seller operator for access.",
        404 => "It was not found.",
        409 => "It is not where this could be done.",
        410 => "Quote has expired. Request a new quote.",
        422 => "Validation failed.",
        _ => "No.",
    }
}
