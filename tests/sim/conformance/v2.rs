//! The recordings of a real v2 seller, replayed to the `reference-v2` seller.

use std::time::Duration;

use dealdesk::{
    domain::Tier,
    sim::{
        Engine, Reply, Request,
        iab::{Iab, Options, by_name},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    all_listed, asks_like, compared, folder, id_in, recorded_ids, recording, request_of, schemas,
    swapped, tier_of,
    v2_table::{Before, CASES, OUT, Say},
};
use crate::support::{answer, text};

/// Fewer cases than this, and the table was lost rather than passed.
const FLOOR: usize = 250;

/// The product that most recordings are about.
const PRODUCT: &str = "prod-91ddc363";

/// When the recordings were made.
fn then() -> Timestamp {
    "2026-11-21T21:18:05.630518Z".parse().unwrap()
}

struct Stage {
    engine: Engine<Iab>,
    now: Timestamp,
    nameless: String,
    expired: String,
    revoked: String,
    sent: u32,
}

impl Stage {
    fn new(quote_ttl: Option<Duration>) -> Self {
        let spec = by_name("reference-v2").unwrap();
        let mut engine = Engine::new(spec, Options { seed: 1, quote_ttl }, then());
        let operator = engine.operator_key();
        let earlier = then() - SignedDuration::from_hours(48);
        let mut made = |body: Value| {
            let request = Request::post("/auth/api-keys", &body).with_key(&operator);
            text(&answer(&engine.handle(&request, earlier)).1["api_key"])
        };
        let nameless = made(json!({"label": "nameless"}));
        let expired = made(json!({"agency_id": "agency-late", "expires_in_days": 1}));
        let revoked = made(json!({"agency_id": "agency-gone"}));
        engine.revoke_key(&revoked);
        Self { engine, now: then(), nameless, expired, revoked, sent: 0 }
    }

    fn key(&self, tier: Tier) -> Option<String> {
        self.engine.key(tier)
    }

    /// Our key for a recorded one.
    fn map_key(&self, header: &str) -> String {
        let mut header = header.to_owned();
        for (recorded, ours) in [
            ("test-key-09", self.key(Tier::Agency).unwrap()),
            ("test-key-10", self.engine.operator_key()),
            ("test-key-12", self.key(Tier::Advertiser).unwrap()),
            ("test-key-13", self.key(Tier::Seat).unwrap()),
            ("test-key-14", self.nameless.clone()),
            ("test-key-15", self.expired.clone()),
            ("test-key-16", self.revoked.clone()),
        ] {
            header = header.replace(recorded, &ours);
        }
        header
    }

    fn send(&mut self, request: &Request) -> Reply {
        self.engine.handle(request, self.now)
    }

    /// A key that was not used yet.
    fn idempotency_key(&mut self) -> String {
        self.sent += 1;
        format!("before-{}", self.sent)
    }

    fn done(&mut self, key: Option<&str>, target: &str, mut body: Value) -> Value {
        if body.get("idempotency_key").is_none() {
            body["idempotency_key"] = json!(self.idempotency_key());
        }
        let mut request = Request::post(target, &body);
        if let Some(key) = key {
            request = request.with_key(key);
        }
        let (status, json) = answer(&self.send(&request));
        assert_eq!(status, 200, "{target} {body}: {json}");
        json
    }

    fn operator_does(&mut self, target: &str, body: &Value) -> Value {
        let operator = self.engine.operator_key();
        self.done(Some(&operator), target, body.clone())
    }

    /// A quote such as the one that a recorded answer is about.
    fn quote_like(&mut self, key: Option<&str>, recorded: &Value) -> String {
        let about = ["quote", "deal"].into_iter().find_map(|name| recorded.get(name));
        let about = about.unwrap_or(&Value::Null);
        let body = Value::Object(asks_like(PRODUCT, about));
        let key = match tier_of(about) {
            Some(tier) => self.key(tier),
            None => key.map(str::to_owned),
        };
        let quote = self.done(key.as_deref(), "/api/v1/quotes", body);
        text(&quote["quote"]["quote_id"])
    }

    fn say(&mut self, key: Option<&str>, quote_id: &str, say: Say) {
        let body = match say {
            Say::Offer(micros) => json!({
                "action": "counter", "quote_id": quote_id,
                "buyer_price": {"amount_micros": micros, "currency": "USD"},
            }),
            Say::Accept => json!({"action": "accept", "quote_id": quote_id}),
            Say::Reject => json!({"action": "reject", "quote_id": quote_id}),
        };
        self.done(key, "/api/v1/negotiations/messages", body);
    }

    fn book(&mut self, key: Option<&str>, quote_id: &str) -> String {
        text(&self.done(key, "/api/v1/deals", json!({"quote_id": quote_id}))["deal"]["deal_id"])
    }

    fn order(&mut self) -> String {
        let body = json!({"deal_id": "DEMO-D3C725D2F891", "metadata": {"name": "IO"}});
        let key = self.key(Tier::Agency);
        text(&self.done(key.as_deref(), "/api/v1/orders", body)["order_id"])
    }

    /// Sends the recorded request with one field as `change` says, and waits so many hours.
    fn sent_before(
        &mut self,
        own: Option<&str>,
        change: (&str, i64),
        later: i64,
        (request, recorded): (&Request, &Value),
    ) -> Vec<(String, String)> {
        let mut earlier: Value = serde_json::from_slice(&request.body).unwrap();
        let (field, value) = change;
        if !field.is_empty() {
            earlier[field] = json!(value);
        }
        let mut swaps = Vec::new();
        if earlier.get("quote_id").is_some() {
            let id = self.quote_like(own, recorded);
            swaps.push((text(&earlier["quote_id"]), id.clone()));
            earlier["quote_id"] = json!(id);
        }
        let first = self.done(own, &request.path, earlier);
        if later > 0 {
            self.now += SignedDuration::from_hours(later);
        }
        if recorded["quote"]["status"] == "booked" {
            self.book(own, &text(&first["quote"]["quote_id"]));
        }
        swaps
    }

    /// Does what came before the recorded request; gives what it is to say instead of recorded ids.
    fn prepare(
        &mut self,
        before: Before,
        request: &Request,
        recorded: &Value,
    ) -> Vec<(String, String)> {
        let own = request.headers.get("x-api-key").cloned();
        let own = own.as_deref();
        match before {
            Before::Nothing => Vec::new(),
            Before::Known => {
                let body =
                    json!({"product_id": PRODUCT, "deal_type": "PG", "impressions": 500_000});
                self.done(own, "/api/v1/quotes", body);
                Vec::new()
            }
            Before::Quote | Before::Booked | Before::Over(_) => {
                let id = self.quote_like(own, recorded);
                if before == Before::Booked {
                    self.book(own, &id);
                }
                if let Before::Over(hours) = before {
                    self.now += SignedDuration::from_hours(hours);
                }
                vec![(id_in(request, "qt-"), id)]
            }
            Before::Deal(days) => {
                let id = self.quote_like(own, recorded);
                let deal = self.book(own, &id);
                self.now += SignedDuration::from_hours(24 * days);
                vec![(id_in(request, "DEMO-"), deal), (text(&recorded["deal"]["quote_id"]), id)]
            }
            Before::Said(says) => {
                let id = self.quote_like(own, recorded);
                for &say in says {
                    self.say(own, &id, say);
                }
                vec![(id_in(request, "qt-"), id)]
            }
            Before::SaidBy(tier, says, is_booked) => {
                let key = self.key(tier);
                let id = self.quote_like(key.as_deref(), recorded);
                for &say in says {
                    self.say(key.as_deref(), &id, say);
                }
                if is_booked {
                    self.book(key.as_deref(), &id);
                }
                vec![(id_in(request, "qt-"), id)]
            }
            Before::SaidFirst(key, micros) => {
                let id = self.quote_like(own, recorded);
                let body = json!({
                    "action": "counter", "quote_id": id, "idempotency_key": key,
                    "buyer_price": {"amount_micros": micros, "currency": "USD"},
                });
                self.done(own, "/api/v1/negotiations/messages", body);
                vec![(id_in(request, "qt-"), id)]
            }
            Before::Proposed => {
                let body = json!({
                    "product_id": PRODUCT, "deal_type": "preferreddeal", "price": 7.0,
                    "impressions": 500_000, "start_date": "2026-12-01", "end_date": "2026-12-31",
                });
                let proposal = self.done(own, "/proposals", body);
                vec![(id_in(request, "prop-"), text(&proposal["proposal_id"]))]
            }
            Before::Sent(change, later) => {
                self.sent_before(own, change, later, (request, recorded))
            }
            Before::Order(to) => {
                let id = self.order();
                if let Some(to) = to {
                    let target = format!("/api/v1/orders/{id}/transition");
                    self.operator_does(&target, &json!({"to_status": to}));
                }
                vec![(id_in(request, "ORD-"), id)]
            }
            Before::Change => {
                let id = self.order();
                let body = json!({"order_id": id, "change_type": "pricing"});
                let change = self.operator_does("/api/v1/change-requests", &body);
                let change = text(&change["change_request_id"]);
                if request.path.ends_with("/apply") {
                    let target = format!("/api/v1/change-requests/{change}/review");
                    self.operator_does(&target, &json!({"decision": "approve"}));
                }
                vec![
                    (id_in(request, "CR-"), change),
                    (recorded["order_id"].as_str().unwrap_or("ORD-").to_owned(), id),
                ]
            }
        }
    }
}

#[test]
fn the_reference_seller_answers_as_recorded_in_v2() {
    let Some(folder) = folder("v2") else { return };
    let contract = schemas::Contract::load(&folder);
    let mut found = Vec::new();
    let mut judged = 0;
    for &(file, before, level) in CASES {
        let recording: Value = serde_json::from_str(&recording(&folder, file)).unwrap();
        let is_short = matches!(before, Before::Sent(_, 1..));
        let mut stage = Stage::new(is_short.then_some(Duration::from_mins(1)));
        let request = request_of(&recording["request"], |header| stage.map_key(header));
        let recorded = &recording["response"];
        let swaps = stage.prepare(before, &request, &recorded["body"]);
        let reply = stage.send(&swapped(&request, &swaps));
        if let Some(problems) = contract.judge(&request, &reply) {
            judged += 1;
            found.extend(problems.into_iter().map(|says| format!("{file}: {says}")));
        }
        found.extend(compared(file, recorded, &recorded_ids(reply, &swaps), level));
    }
    println!("{} recordings replayed, {judged} answers judged by their schema", CASES.len());
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
    assert!(CASES.len() >= FLOOR, "{} cases", CASES.len());
    assert!(judged >= 100, "{judged} answers judged");
}

#[test]
fn every_recording_of_v2_is_listed_once() {
    let Some(folder) = folder("v2") else { return };
    let cases: Vec<&str> = CASES.iter().map(|(file, ..)| *file).collect();
    all_listed(&folder, &cases, OUT);
}
