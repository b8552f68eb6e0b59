//! Real exchanges with sellers of both dialects, replayed: what the desk sends, what it reads, what
//! it refuses.

use super::support::Put as _;
use std::{collections::BTreeSet, path::Path};

use dealdesk::domain::{
    Action, Answer, Ask, AvailsAsk, Cpm, DealType, ErrorKind, Identity, OrderAsk, OrderFilter,
    QuoteAsk,
    order::{ChangeAsk, ChangeType, Diff, Given},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    agrees::{agrees, amount},
    support::{
        IDEMPOTENCY_KEY, Script, Step, TestClock, number, quote_ask, read_json, replies, reply,
        seller, shared, speaking,
    },
    table::{self, Case},
    table_v2,
};

#[tokio::test(start_paused = true)]
async fn every_recording_of_v1_is_sent_read_or_refused_as_the_table_says() {
    replay("v1", table::TABLE, 250).await;
}

#[tokio::test(start_paused = true)]
async fn every_recording_of_v2_is_sent_read_or_refused_as_the_table_says() {
    replay("v2", table_v2::TABLE, 260).await;
}

async fn replay(dialect: &str, table: &[(&str, Case)], floor: usize) {
    let Some(folder) = shared(&format!("wire/iab/{dialect}")) else { return };
    let files: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> = table.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, listed, "recordings and table differ");
    assert_eq!(listed.len(), table.len(), "a recording is listed twice");

    let mut ran = 0;
    for (name, case) in table {
        let recording = read_json(&folder.join(Path::new(&format!("{name}.json"))));
        let replayed = Replayed { name, dialect, recording: &recording };
        match case {
            Case::Out(why) => {
                assert!(!why.is_empty(), "{name}: out of scope for no reason");
                continue;
            }
            Case::Sends => replayed.sends().await,
            Case::Reads => drop(replayed.reads(None).await),
            Case::Lies(truth) => {
                let (answer, _) = replayed.reads(Some(truth)).await;
                let Answer::Moved(moved) = answer else { panic!("{name}: {answer:?}") };
                assert_eq!(moved.status, *truth, "{name}");
                let said = recording["response"]["body"]["status"].as_str();
                assert_ne!(said, Some(*truth), "{name} does not lie");
            }
            Case::Error(code, fate) => {
                let error = replayed.refused().await;
                let status = recording["response"]["status"].as_u64().unwrap();
                assert_eq!(u64::from(error.http_status), status, "{name}");
                assert_eq!(error.code, *code, "{name}");
                assert_eq!(error.fate(), *fate, "{name}");
                let kind = match status {
                    200 | 400..=499 => ErrorKind::Refused,
                    500..=599 => ErrorKind::Unavailable,
                    _ => ErrorKind::Nonsense,
                };
                assert_eq!(error.kind, kind, "{name}");
                assert!(!error.cure.is_empty(), "{name}: no cure");
                assert!(!error.says.is_empty() || name.contains("head"), "{name}: no words");
            }
        }
        ran += 1;
    }
    eprintln!("{dialect}: {ran} of {} recordings replayed, the rest out of scope", table.len());
    assert!(ran >= floor, "only {ran} recordings were replayed");
}

/// One recording, and in which dialect.
struct Replayed<'a> {
    name: &'a str,
    dialect: &'a str,
    recording: &'a Value,
}

impl Replayed<'_> {
    /// Replays the recorded reply to the question that the recorded request asks. `truth` is the
    /// status in the seller's record of a negotiation, where its answer says otherwise.
    async fn reads(&self, truth: Option<&str>) -> (Answer, std::sync::Arc<Script>) {
        let name = self.name;
        let (request, response) = (&self.recording["request"], &self.recording["response"]);
        let path = request["path"].as_str().unwrap();
        let body = &response["body"];
        let recorded = replies(200, body);
        let script = match path.split('?').next().unwrap() {
            // The desk comes here where a seller lacks the better route.
            "/health" | "/media-kit/packages" => {
                Script::new([replies(404, &json!({"detail": "Not Found"})), recorded])
            }
            // The last of the reads that check a key.
            "/pricing" => {
                let product = json!({"product_id": request["body"]["product_id"], "base_cpm": 1});
                Script::new([
                    replies(200, &json!({"packages": [{"exact_price": 1}]})),
                    replies(200, &json!({"products": [product]})),
                    recorded,
                ])
            }
            // An end is looked up in the seller's record.
            "/api/v1/negotiations/messages" => Script::new([recorded, record(body, truth)]),
            _ => Script::new([recorded]),
        };
        let mut endpoint = speaking(self.dialect);
        let header = |name: &str| request["headers"][name].as_str().map(str::to_owned);
        endpoint.auth.api_key = header("x-api-key").map(Into::into);
        endpoint.auth.bearer = header("authorization")
            .map(|header| header.trim_start_matches("Bearer ").to_owned().into());
        let ask = ask_of(request).unwrap_or_else(|| panic!("{name}: no such question"));
        let heard = seller(endpoint, &script, &TestClock::start()).put(ask).await;
        let answer = heard.result.unwrap_or_else(|error| panic!("{name}: {error}"));
        let exchange = heard.exchange.unwrap();
        assert_eq!((exchange.status, exchange.attempts), (200, 1), "{name}");
        assert_eq!(heard.spoke.unwrap().dialect, self.dialect, "{name}");
        if truth.is_none() {
            agrees(name, &answer, body);
        }
        (answer, script)
    }

    /// The desk's own request equals the recorded one in every field that both have.
    async fn sends(&self) {
        let (name, request) = (self.name, &self.recording["request"]);
        let (_, script) = self.reads(None).await;
        let path = request["path"].as_str().unwrap();
        let sent = script.seen().into_iter().rev().find(|sent| sent.url.path() == path);
        let sent = sent.unwrap_or_else(|| panic!("{name}: nothing went to {path}"));
        assert_eq!(sent.method.as_str(), request["method"].as_str().unwrap(), "{name}");
        for header in ["x-api-key", "authorization", "content-type"] {
            let recorded = request["headers"][header].as_str();
            let ours = sent.headers.get(header).map(|value| value.to_str().unwrap());
            assert_eq!(ours, recorded, "{name}");
        }
        let Some(recorded) = request["body"].as_object() else { return };
        let sent: Value = serde_json::from_str(&sent.body.unwrap()).unwrap();
        for (field, recorded) in recorded {
            let ours = sent.get(field).unwrap_or_else(|| panic!("{name}: {field} is not sent"));
            let same = match (number(ours), number(recorded)) {
                (Some(a), Some(b)) => a == b && ours.is_number() == recorded.is_number(),
                _ => ours == recorded,
            };
            assert!(same, "{name}: {field} is {ours}, recorded was {recorded}");
        }
    }

    async fn refused(&self) -> dealdesk::domain::SellerError {
        let response = &self.recording["response"];
        let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
        let mut recorded = reply(status, &response["body"]);
        if let Some(place) = response["headers"]["location"].as_str() {
            recorded.headers.insert("location", place.parse().unwrap());
        }
        // Whatever was asked: the words are read the same. Not on the recorded host, not repeated.
        let mut endpoint = speaking(self.dialect);
        endpoint.url.set_port(Some(1)).unwrap();
        endpoint.attempts = 1;
        let ask = ask_of(&self.recording["request"])
            .filter(|ask| !matches!(ask, Ask::CheckKey | Ask::Avails(_)))
            .unwrap_or(Ask::Packages);
        // Where a move is refused, the record that is looked at then tells of a negotiation.
        let record = replies(200, &json!({"status": "active", "rounds": []}));
        let looked_at = matches!(ask, Ask::Counter { .. }).then_some(record);
        let script = Script::new([Step::Reply(recorded)].into_iter().chain(looked_at));
        super::support::failed(seller(endpoint, &script, &TestClock::start()).put(ask).await)
    }
}

/// The seller's record after a move that it answered with `body`: as that says, or as `truth`.
fn record(body: &Value, truth: Option<&str>) -> Step {
    let mut round = body["round"].clone();
    for price in ["buyer_price", "seller_price"] {
        round[price] = json!(amount(&round[price]).map(|amount| amount.to_string()));
    }
    if let Some(truth) = truth {
        round["action"] = json!(truth.trim_end_matches("ed"));
    }
    let status = truth.map_or(body["status"].clone(), Value::from);
    replies(200, &json!({"status": status, "rounds": [round]}))
}

/// The question that a recorded request asks, if it is one of the desk's.
fn ask_of(request: &Value) -> Option<Ask> {
    let (path, query) = {
        let whole = request["path"].as_str()?;
        whole.split_once('?').unwrap_or((whole, ""))
    };
    let body = &request["body"];
    let body = body
        .as_str()
        .map_or_else(|| body.clone(), |text| serde_json::from_str(text).unwrap_or(Value::Null));
    let idempotency_key = || body["idempotency_key"].as_str().unwrap_or(IDEMPOTENCY_KEY).to_owned();
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match (request["method"].as_str()?, segments.as_slice()) {
        ("GET", [".well-known", "agent.json"] | ["health"]) => Ask::Probe,
        ("GET", ["packages"] | ["media-kit", "packages"]) => Ask::Packages,
        ("GET", ["packages", id]) => Ask::Package((*id).into()),
        ("POST", ["media-kit", "search"]) => Ask::Search(body["query"].as_str()?.to_owned()),
        ("GET", ["products"]) => Ask::Products,
        ("POST", ["products", "avails"]) => Ask::Avails(avails_of(&body)?),
        ("POST", ["pricing"]) => Ask::CheckKey,
        ("POST", ["api", "v1", "quotes"]) => {
            Ask::Quote { ask: quote_of(&body)?, idempotency_key: idempotency_key() }
        }
        ("GET", ["api", "v1", "quotes", id]) => Ask::GetQuote((*id).into()),
        ("POST", ["proposals", id, "counter"]) => Ask::Counter {
            quote_id: (*id).into(),
            cpm: Cpm::usd(number(&body["buyer_price"])?),
            action: Action::Counter,
            identity: identity(&body),
            idempotency_key: idempotency_key(),
            note: None,
        },
        ("POST", ["api", "v1", "negotiations", "messages"]) => Ask::Counter {
            quote_id: body["quote_id"].as_str().or(body["proposal_id"].as_str())?.into(),
            cpm: Cpm::usd(amount(&body["buyer_price"]).unwrap_or(1.into())),
            action: Action::parse(body["action"].as_str()?),
            identity: identity(&body["buyer_identity"]),
            idempotency_key: idempotency_key(),
            note: None,
        },
        ("GET", ["proposals", id, "negotiation"]) => {
            Ask::History((*id).into(), dealdesk::domain::Currency::USD)
        }
        ("POST", ["api", "v1", "deals"]) => Ask::Book {
            quote_id: body["quote_id"].as_str()?.into(),
            identity: identity(&body["buyer_identity"]),
            notes: body["notes"].as_str().map(str::to_owned),
            idempotency_key: idempotency_key(),
        },
        ("GET", ["api", "v1", "deals", id]) => Ask::GetDeal((*id).into()),
        ("GET", ["api", "v1", "orders"]) => Ask::Orders(OrderAsk::List(filter_of(query))),
        ("POST", ["api", "v1", "orders"]) => Ask::Orders(OrderAsk::Create {
            deal_id: body["deal_id"].as_str().map(Into::into),
            quote_id: body["quote_id"].as_str().map(Into::into),
            metadata: values_of(&body["metadata"]),
        }),
        ("GET", ["api", "v1", "orders", id]) => Ask::Orders(OrderAsk::Get((*id).into())),
        ("GET", ["api", "v1", "orders", id, "history"]) => {
            Ask::Orders(OrderAsk::History((*id).into()))
        }
        ("GET", ["api", "v1", "change-requests"]) => {
            Ask::Orders(OrderAsk::Changes(filter_of(query)))
        }
        ("GET", ["api", "v1", "change-requests", id]) => {
            Ask::Orders(OrderAsk::Change((*id).into()))
        }
        ("POST", ["api", "v1", "change-requests"]) => {
            Ask::Orders(OrderAsk::RequestChange(change_of(&body)?))
        }
        _ => return None,
    })
}

fn filter_of(query: &str) -> OrderFilter {
    let field = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    };
    OrderFilter {
        status: field("status"),
        order_ids: field("order_id").into_iter().map(Into::into).collect(),
        ..OrderFilter::default()
    }
}

fn given(value: &Value) -> Option<Given> {
    if value.is_number() {
        return number(value).map(Given::Number);
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!value.is_null()).then_some(Given::Text(text))
}

fn values_of(body: &Value) -> std::collections::BTreeMap<String, Given> {
    let one = |(name, value): (&String, &Value)| Some((name.clone(), given(value)?));
    body.as_object().into_iter().flatten().filter_map(one).collect()
}

fn change_of(body: &Value) -> Option<ChangeAsk> {
    let diff = |diff: &Value| Diff {
        field: diff["field"].as_str().unwrap().to_owned(),
        old: given(&diff["old_value"]),
        new: given(&diff["new_value"]),
    };
    Some(ChangeAsk {
        order_id: body["order_id"].as_str()?.into(),
        change_type: body["change_type"].as_str()?.parse::<ChangeType>().ok()?,
        diffs: body["diffs"].as_array().into_iter().flatten().map(diff).collect(),
        proposed: values_of(&body["proposed_values"]),
        reason: body["reason"].as_str().unwrap_or_default().to_owned(),
        requested_by: body["requested_by"].as_str().unwrap_or_default().to_owned(),
        idempotency_key: body["idempotency_key"].as_str().unwrap_or_default().to_owned(),
    })
}

fn avails_of(body: &Value) -> Option<AvailsAsk> {
    let day = |name: &str| body[name].as_str()?.get(..10)?.parse::<Date>().ok();
    let several = body["productids"].as_array().into_iter().flatten();
    let products = several.chain(body.get("productid")).map(|id| id.as_str().unwrap().into());
    Some(AvailsAsk {
        product_ids: products.collect(),
        impressions: body["requestedImpressions"].as_u64(),
        flight_start: day("startdate")?,
        flight_end: day("enddate")?,
        identity: Identity {
            agency_id: body["accountid"].as_str().map(str::to_owned),
            advertiser_id: body["advertiserbrandid"].as_str().map(str::to_owned),
            ..Identity::default()
        },
    })
}

fn identity(body: &Value) -> Identity {
    let field = |name: &str| body[name].as_str().map(str::to_owned);
    Identity {
        seat_id: field("seat_id"),
        agency_id: field("agency_id"),
        advertiser_id: field("advertiser_id"),
        dsp_platform: field("dsp_platform"),
        agent_url: None,
    }
}

fn quote_of(body: &Value) -> Option<QuoteAsk> {
    let day = |name: &str| body[name].as_str().and_then(|day| day.parse::<Date>().ok());
    let otherwise = quote_ask();
    Some(QuoteAsk {
        product_id: body["product_id"].as_str()?.into(),
        deal_type: DealType::parse(body["deal_type"].as_str()?)?,
        impressions: body["impressions"].as_u64(),
        flight_start: day("flight_start").unwrap_or(otherwise.flight_start),
        flight_end: day("flight_end").unwrap_or(otherwise.flight_end),
        target_cpm: amount(&body["target_cpm"]).map(Cpm::usd),
        identity: identity(&body["buyer_identity"]),
        ..otherwise
    })
}
