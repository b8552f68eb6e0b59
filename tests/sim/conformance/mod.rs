//! The recordings of real sellers, replayed to the reference sellers: v1 here, v2 beside it.
//!
//! Needs the folder that `DEALDESK_SHARED` names; says so and passes where it is not set.

mod schemas;
mod table;
mod v2;
mod v2_table;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use dealdesk::{
    domain::Tier,
    sim::{
        Engine, Reply, Request,
        iab::{Iab, Options, by_name, spec::Proposal},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::{
    shape::differences,
    support::{answer, text},
};
use table::{Before, CASES, Level, OUT};

/// Fewer cases than this, and the table was lost rather than passed.
const FLOOR: usize = 220;

/// The product that most recordings are about.
const PRODUCT: &str = "prod-c919ef73";

/// The folder of this name with recordings, where there is one.
fn folder(dialect: &str) -> Option<PathBuf> {
    let Some(shared) = std::env::var_os("DEALDESK_SHARED") else {
        eprintln!("skipped: DEALDESK_SHARED does not name the folder of the recordings");
        return None;
    };
    Some(Path::new(&shared).join("wire/iab").join(dialect))
}

fn recording(folder: &Path, file: &str) -> String {
    let path = folder.join(format!("{file}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What was asked for, as far as a recorded quote or deal tells; else a preferred deal on `product`.
fn asks_like(product: &str, recorded: &Value) -> Map<String, Value> {
    let mut body = Map::new();
    for (name, value) in [
        ("product_id", &json!(product)),
        ("deal_type", &json!("PD")),
        ("product_id", &recorded["product"]["product_id"]),
        ("deal_type", &recorded["deal_type"]),
        ("impressions", &recorded["terms"]["impressions"]),
        ("flight_start", &recorded["terms"]["flight_start"]),
        ("flight_end", &recorded["terms"]["flight_end"]),
    ] {
        if !value.is_null() {
            body.insert(name.to_owned(), value.clone());
        }
    }
    body
}

/// The tier that a recorded quote or deal was made at.
fn tier_of(recorded: &Value) -> Option<Tier> {
    recorded["buyer_tier"].as_str().and_then(|word| word.parse().ok())
}

/// When the recordings were made.
fn then() -> Timestamp {
    "2026-11-21T21:14:06.926808Z".parse().unwrap()
}

struct Stage {
    engine: Engine<Iab>,
    now: Timestamp,
    nameless: String,
    revoked: String,
}

impl Stage {
    fn new() -> Self {
        let mut spec = by_name("reference").unwrap();
        spec.proposals = table::proposals()
            .map(|id| Proposal { proposal_id: id, product_id: PRODUCT.to_owned() })
            .collect();
        let mut engine = Engine::new(spec, Options { seed: 1, quote_ttl: None }, then());
        let mut made = |label: &str| {
            let request = Request::post("/auth/api-keys", &json!({"label": label}));
            text(&answer(&engine.handle(&request, then())).1["api_key"])
        };
        let (nameless, revoked) = (made("nameless"), made("revoked"));
        engine.revoke_key(&revoked);
        Self { engine, now: then(), nameless, revoked }
    }

    fn key(&self, tier: Tier) -> Option<String> {
        self.engine.key(tier)
    }

    /// Our key for a recorded one.
    fn map_key(&self, header: &str) -> String {
        let mut header = header.to_owned();
        for (recorded, ours) in [
            ("test-key-02", self.key(Tier::Agency)),
            ("test-key-03", self.key(Tier::Advertiser)),
            ("test-key-04", self.key(Tier::Seat)),
            ("test-key-05", Some(self.nameless.clone())),
            ("test-key-07", Some(self.revoked.clone())),
            ("test-key-08", self.key(Tier::Agency)),
        ] {
            header = header.replace(recorded, &ours.unwrap());
        }
        header
    }

    fn send(&mut self, request: &Request) -> Reply {
        self.engine.handle(request, self.now)
    }

    fn done(&mut self, tier: Tier, target: &str, body: &Value) -> Value {
        let mut request = Request::post(target, body);
        if let Some(key) = self.key(tier) {
            request = request.with_key(&key);
        }
        let (status, json) = answer(&self.send(&request));
        assert_eq!(status, 200, "{target} {body}: {json}");
        json
    }

    /// A quote such as the one that a recorded answer is about.
    fn quote_like(&mut self, recorded: &Value) -> String {
        let mut body = asks_like(PRODUCT, recorded);
        let price = &recorded["pricing"]["final_cpm"];
        if !price.is_null() {
            body.insert("target_cpm".to_owned(), price.clone());
        }
        let tier = tier_of(recorded).unwrap_or(Tier::Agency);
        let quote = self.done(tier, "/api/v1/quotes", &Value::Object(body));
        text(&quote["quote_id"])
    }

    /// Does what came before the recorded request; gives what it is to say instead of recorded ids.
    fn prepare(
        &mut self,
        before: Before,
        request: &Request,
        recorded: &Value,
    ) -> Vec<(String, String)> {
        let book = |stage: &mut Self, id: &str| {
            stage.done(Tier::Public, "/api/v1/deals", &json!({"quote_id": id}))
        };
        match before {
            Before::Nothing => Vec::new(),
            Before::Quote | Before::Booked | Before::Over(_) | Before::BookedAndOver => {
                let id = self.quote_like(recorded);
                if matches!(before, Before::Booked | Before::BookedAndOver) {
                    book(self, &id);
                }
                if let Before::Over(hours) = before {
                    self.now += SignedDuration::from_hours(hours);
                }
                if before == Before::BookedAndOver {
                    self.now += SignedDuration::from_hours(24);
                }
                vec![(id_in(request, "qt-"), id)]
            }
            Before::Deal(days) => {
                let id = self.quote_like(recorded);
                let deal = book(self, &id);
                self.now += SignedDuration::from_hours(24 * days);
                vec![
                    (id_in(request, "DEMO-"), text(&deal["deal_id"])),
                    (text(&recorded["quote_id"]), id),
                ]
            }
            Before::Offers(offers) => {
                let swaps = self.subject(request);
                let mut earlier = swapped(request, &swaps);
                for offer in offers {
                    let mut body: Value = serde_json::from_slice(&request.body).unwrap();
                    body["buyer_price"] = json!(offer);
                    earlier.body = body.to_string().into_bytes();
                    let reply = self.send(&earlier);
                    assert_eq!(reply.status, 200, "{body}");
                }
                swaps
            }
            Before::Order(states) => {
                let id = self.order(states);
                vec![("ORD-BA144BC0A642".to_owned(), id)]
            }
            Before::Change(states, then) => {
                let order = self.order(states);
                let change = self.change(&order, then, recorded);
                let recorded = id_at(request, "CR-").unwrap_or_else(|| "CR-".to_owned());
                vec![("ORD-BA144BC0A642".to_owned(), order), (recorded, change)]
            }
            Before::History(tier, offers) => {
                let subject = request.path.split('/').nth(2).unwrap().to_owned();
                for offer in offers {
                    let target = format!("/proposals/{subject}/counter");
                    self.done(tier, &target, &json!({"buyer_price": offer}));
                }
                Vec::new()
            }
        }
    }

    /// An order such as the recorded ones, moved on through these states.
    fn order(&mut self, states: &[&str]) -> String {
        let body = json!({
            "deal_id": "DEMO-EF804A5DA59F", "quote_id": "qt-b0339c04125e",
            "metadata": {"name": "IO 1", "budget": 5000},
        });
        let id = text(&self.done(Tier::Agency, "/api/v1/orders", &body)["order_id"]);
        for to in states {
            let target = format!("/api/v1/orders/{id}/transition");
            let body = json!({"to_status": to, "actor": "agent:buyer", "reason": "go"});
            self.done(Tier::Agency, &target, &body);
        }
        id
    }

    /// A request to change an order such as the one that a recorded answer is about, or for another
    /// price; decided or applied as it says.
    fn change(&mut self, order_id: &str, then: Option<&str>, recorded: &Value) -> String {
        let about = recorded.pointer("/change_requests/0").unwrap_or(recorded);
        let body = if about["change_type"].is_string() {
            json!({
                "order_id": order_id, "change_type": about["change_type"],
                "proposed_values": about["proposed_values"], "diffs": about["diffs"],
            })
        } else {
            json!({
                "order_id": order_id, "change_type": "pricing", "proposed_values": {"final_cpm": 13},
                "diffs": [{"field": "final_cpm", "old_value": 10, "new_value": 13}],
            })
        };
        let change = self.done(Tier::Agency, "/api/v1/change-requests", &body);
        let id = text(&change["change_request_id"]);
        if then.is_some() {
            let target = format!("/api/v1/change-requests/{id}/review");
            self.done(Tier::Agency, &target, &json!({"decision": "approve"}));
        }
        if then == Some("apply") {
            let target = format!("/api/v1/change-requests/{id}/apply");
            self.done(Tier::Agency, &target, &json!({}));
        }
        id
    }

    /// A quote of our own where the talks are about a quote.
    fn subject(&mut self, request: &Request) -> Vec<(String, String)> {
        let subject = request.path.split('/').nth(2).unwrap().to_owned();
        if subject.starts_with("qt-") {
            vec![(subject, self.quote_like(&Value::Null))]
        } else {
            Vec::new()
        }
    }
}

/// The first id of this kind in the path or body of a request, if there is one.
fn id_at(request: &Request, prefix: &str) -> Option<String> {
    let whole = format!("{} {}", request.path, String::from_utf8_lossy(&request.body));
    let at = whole.find(prefix)?;
    Some(whole[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
}

/// The first id of this kind in the path or body of a request.
fn id_in(request: &Request, prefix: &str) -> String {
    id_at(request, prefix).unwrap_or_else(|| panic!("no {prefix} in {}", request.path))
}

fn swapped(request: &Request, swaps: &[(String, String)]) -> Request {
    let mut request = request.clone();
    for (old, new) in swaps {
        request.path = request.path.replace(old, new);
        request.query = request.query.replace(old, new);
        request.body = String::from_utf8_lossy(&request.body).replace(old, new).into_bytes();
    }
    request
}

/// The recorded request, with our keys for the recorded ones.
fn request_of(recorded: &Value, map_key: impl Fn(&str) -> String) -> Request {
    let mut request = Request::new(&text(&recorded["method"]), &text(&recorded["path"]));
    for (name, value) in recorded["headers"].as_object().unwrap() {
        request = request.with_header(name, &map_key(&text(value)));
    }
    request.body = match &recorded["body"] {
        Value::Null => Vec::new(),
        Value::String(raw) => raw.clone().into_bytes(),
        body @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            body.to_string().into_bytes()
        }
    };
    request
}

/// In what a reply differs from the recorded response.
fn compared(file: &str, recorded: &Value, reply: &Reply, level: Level) -> Vec<String> {
    let mut found = Vec::new();
    if json!(reply.status) != recorded["status"] {
        found.push(format!("status {} for {}", reply.status, recorded["status"]));
    }
    for name in recorded["headers"].as_object().unwrap().keys() {
        let ours = reply.headers.get(name).map(|value| json!(value));
        let same = match (&ours, name.as_str()) {
            (Some(_), "location") => true,
            (ours, _) => ours.as_ref() == Some(&recorded["headers"][name]),
        };
        if !same {
            found.push(format!("{name}: {ours:?} for {}", recorded["headers"][name]));
        }
    }
    let body = reply
        .json()
        .unwrap_or_else(|| Value::String(String::from_utf8_lossy(&reply.body).into_owned()));
    found.extend(differences(&recorded["body"], &body, level == Level::Values));
    found.iter().map(|says| format!("{file}: {says}")).collect()
}

/// Every recording is replayed or out of scope, and none is listed twice.
fn all_listed(folder: &Path, cases: &[&str], out: &[(&str, &str)]) {
    let set: BTreeSet<&str> = cases.iter().copied().collect();
    assert_eq!(set.len(), cases.len(), "a recording is listed twice");
    let mut listed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(file) = name.strip_suffix(".json") else { continue };
        let out = out.iter().any(|(prefix, _)| file.starts_with(prefix));
        assert!(set.contains(file) || out, "{file} is neither replayed nor out of scope");
        listed += 1;
    }
    println!("{listed} recordings listed");
}

fn replay(folder: &Path, file: &str, before: Before, level: Level) -> Vec<String> {
    // Recorded after a restart, which gave the product another id.
    let raw = recording(folder, file).replace("prod-b7e1ab93", PRODUCT);
    let recording: Value = serde_json::from_str(&raw).unwrap();
    let mut stage = Stage::new();
    let request = request_of(&recording["request"], |header| stage.map_key(header));
    let recorded = &recording["response"];
    let swaps = stage.prepare(before, &request, &recorded["body"]);
    let reply = stage.send(&swapped(&request, &swaps));
    compared(file, recorded, &recorded_ids(reply, &swaps), level)
}

/// A reply with recorded ids for ours, so that words that name them can be compared.
fn recorded_ids(mut reply: Reply, swaps: &[(String, String)]) -> Reply {
    let mut body = String::from_utf8_lossy(&reply.body).into_owned();
    for (recorded, ours) in swaps {
        body = body.replace(ours, recorded);
    }
    reply.body = body.into_bytes();
    reply
}

#[test]
fn the_reference_seller_answers_as_recorded() {
    let Some(folder) = folder("v1") else { return };
    let found: Vec<String> = CASES
        .iter()
        .flat_map(|&(file, before, level)| replay(&folder, file, before, level))
        .collect();
    println!("{} recordings replayed", CASES.len());
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
    assert!(CASES.len() >= FLOOR, "{} cases", CASES.len());
}

#[test]
fn every_recording_is_listed_once() {
    let Some(folder) = folder("v1") else { return };
    let cases: Vec<&str> = CASES.iter().map(|(file, ..)| *file).collect();
    all_listed(&folder, &cases, OUT);
}
