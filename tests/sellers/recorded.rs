//! Real exchanges with a v1 seller, replayed: what the desk sends, what it reads, what it refuses.

use std::{collections::BTreeSet, path::Path};

use dealdesk::domain::{
    Action, Answer, Ask, Cpm, Deal, DealId, DealType, ErrorKind, Identity, Package, Quote, QuoteAsk,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    support::{
        IDEMPOTENCY_KEY, Script, Step, TestClock, asks_quote, endpoint, number, quote_ask,
        read_json, replies, reply, seller, shared,
    },
    table::{Case, TABLE},
};

#[tokio::test(start_paused = true)]
async fn every_recording_is_sent_read_or_refused_as_the_table_says() {
    let Some(folder) = shared("wire/iab/v1") else { return };
    let files: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, listed, "recordings and table differ");
    assert_eq!(listed.len(), TABLE.len(), "a recording is listed twice");

    let mut ran = 0;
    for (name, case) in TABLE {
        let recording = read_json(&folder.join(Path::new(name).with_extension("json")));
        match case {
            Case::Out(why) => {
                assert!(!why.is_empty(), "{name}: out of scope for no reason");
                continue;
            }
            Case::Sends => sends(name, &recording).await,
            Case::Reads => drop(reads(name, &recording).await),
            Case::Error(code, fate) => {
                let error = refused(&recording).await;
                let status = recording["response"]["status"].as_u64().unwrap();
                assert_eq!(u64::from(error.http_status), status, "{name}");
                assert_eq!(error.code, *code, "{name}");
                assert_eq!(error.fate(), *fate, "{name}");
                let kind = match status {
                    400..=499 => ErrorKind::Refused,
                    500..=599 => ErrorKind::Unavailable,
                    _ => ErrorKind::Nonsense,
                };
                assert_eq!(error.kind, kind, "{name}");
                assert!(!error.cure.is_empty(), "{name}: no cure");
            }
        }
        ran += 1;
    }
    eprintln!("recordings: {ran} of {} replayed, the rest out of scope", TABLE.len());
    assert!(ran >= 225, "only {ran} recordings were replayed");
}

/// Replays the recorded reply to the question that the recorded request asks.
async fn reads(name: &str, recording: &Value) -> (Answer, std::sync::Arc<Script>) {
    let (request, response) = (&recording["request"], &recording["response"]);
    let path = request["path"].as_str().unwrap();
    let recorded = replies(200, &response["body"]);
    let script = match path.split('?').next().unwrap() {
        // The desk comes here where a seller lacks the better route.
        "/health" | "/media-kit/packages" => {
            Script::new([replies(404, &json!({"detail": "Not Found"})), recorded])
        }
        _ => Script::new([recorded]),
    };
    let mut endpoint = endpoint("http://127.0.0.1:8101");
    let header = |name: &str| request["headers"][name].as_str().map(str::to_owned);
    endpoint.auth.api_key = header("x-api-key").map(Into::into);
    endpoint.auth.bearer = header("authorization")
        .map(|header| header.trim_start_matches("Bearer ").to_owned().into());
    let ask = ask_of(request).unwrap_or_else(|| panic!("{name}: no such question"));
    let heard = seller(endpoint, &script, &TestClock::start()).ask(ask).await;
    let answer = heard.result.unwrap_or_else(|error| panic!("{name}: {error}"));
    let exchange = heard.exchange.unwrap();
    assert_eq!((exchange.status, exchange.attempts), (200, 1), "{name}");
    agrees(name, &answer, &response["body"]);
    (answer, script)
}

/// The desk's own request equals the recorded one in every field that both have.
async fn sends(name: &str, recording: &Value) {
    let request = &recording["request"];
    let (_, script) = reads(name, recording).await;
    let sent = script.seen().pop().unwrap();
    assert_eq!(sent.method.as_str(), request["method"].as_str().unwrap(), "{name}");
    assert_eq!(sent.url.path(), request["path"].as_str().unwrap(), "{name}");
    for header in ["x-api-key", "authorization", "content-type"] {
        let recorded = request["headers"][header].as_str();
        assert_eq!(sent.headers.get(header).map(|v| v.to_str().unwrap()), recorded, "{name}");
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

async fn refused(recording: &Value) -> dealdesk::domain::SellerError {
    let response = &recording["response"];
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    let mut recorded = reply(status, &response["body"]);
    if let Some(place) = response["headers"]["location"].as_str() {
        recorded.headers.insert("location", place.parse().unwrap());
    }
    // Whatever was asked: the words are read the same. Not on the recorded host, not repeated.
    let mut endpoint = endpoint("http://127.0.0.1:1");
    endpoint.attempts = 1;
    let script = Script::new([Step::Reply(recorded)]);
    let ask = ask_of(&recording["request"]).unwrap_or(Ask::Products);
    super::support::failed(seller(endpoint, &script, &TestClock::start()).ask(ask).await)
}

/// The question that a recorded request asks, if it is one of the desk's.
fn ask_of(request: &Value) -> Option<Ask> {
    let path = request["path"].as_str()?.split('?').next()?;
    let body = &request["body"];
    let body = body
        .as_str()
        .map_or_else(|| body.clone(), |text| serde_json::from_str(text).unwrap_or(Value::Null));
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match (request["method"].as_str()?, segments.as_slice()) {
        ("GET", [".well-known", "agent.json"] | ["health"]) => Ask::Probe,
        ("GET", ["packages"] | ["media-kit", "packages"]) => Ask::Packages,
        ("GET", ["packages", id]) => Ask::Package((*id).into()),
        ("POST", ["media-kit", "search"]) => Ask::Search(body["query"].as_str()?.to_owned()),
        ("GET", ["products"]) => Ask::Products,
        ("POST", ["api", "v1", "quotes"]) => asks_quote(quote_of(&body)?),
        ("GET", ["api", "v1", "quotes", id]) => Ask::GetQuote((*id).into()),
        ("POST", ["proposals", id, "counter"]) => Ask::Counter {
            quote_id: (*id).into(),
            cpm: Cpm::usd(number(&body["buyer_price"])?),
            action: Action::Counter,
            identity: identity(&body),
            idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        },
        ("GET", ["proposals", id, "negotiation"]) => Ask::History((*id).into()),
        ("POST", ["api", "v1", "deals"]) => Ask::Book {
            quote_id: body["quote_id"].as_str()?.into(),
            identity: identity(&body["buyer_identity"]),
            notes: body["notes"].as_str().map(str::to_owned),
            idempotency_key: "k".into(),
        },
        ("GET", ["api", "v1", "deals", id]) => Ask::GetDeal((*id).into()),
        _ => return None,
    })
}

fn identity(body: &Value) -> Identity {
    let field = |name: &str| body[name].as_str().map(str::to_owned);
    Identity {
        seat_id: field("seat_id"),
        agency_id: field("agency_id"),
        advertiser_id: field("advertiser_id"),
        dsp_platform: field("dsp_platform"),
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
        target_cpm: number(&body["target_cpm"]).map(Cpm::usd),
        identity: identity(&body["buyer_identity"]),
        ..otherwise
    })
}

/// What the desk read is what the seller wrote.
fn agrees(name: &str, answer: &Answer, body: &Value) {
    match answer {
        Answer::Alive(card) => {
            assert_eq!(card.name, body["name"].as_str().unwrap_or_default(), "{name}");
        }
        Answer::Key(_) => {}
        Answer::Packages(packages) => {
            let list = body["packages"].as_array().or(body["results"].as_array()).unwrap();
            assert_eq!(packages.len(), list.len(), "{name}");
            packages
                .iter()
                .zip(list)
                .for_each(|(package, wire)| package_agrees(name, package, wire));
        }
        Answer::Package(package) => package_agrees(name, package, body),
        Answer::Products(products) => {
            let list = body["products"].as_array().unwrap();
            assert_eq!(products.len(), list.len(), "{name}");
            for (product, wire) in products.iter().zip(list) {
                assert_eq!(product.product_id.as_str(), wire["product_id"], "{name}");
                assert_eq!(product.base_cpm.map(|cpm| cpm.amount()), number(&wire["base_cpm"]));
                assert_eq!(product.floor_cpm.map(|cpm| cpm.amount()), number(&wire["floor_cpm"]));
            }
        }
        Answer::Quote(quote) => quote_agrees(name, quote, body),
        Answer::Moved(moved) => {
            assert_eq!(moved.action.to_string(), body["action"].as_str().unwrap(), "{name}");
            assert_eq!(u64::from(moved.round), body["round_number"].as_u64().unwrap(), "{name}");
            assert_eq!(moved.status, body["status"], "{name}");
            assert_eq!(moved.rounds_left, body["rounds_remaining"].as_i64(), "{name}");
            assert_eq!(moved.seller_cpm.map(|c| c.amount()), number(&body["seller_price"]));
            assert_eq!(moved.buyer_cpm.map(|c| c.amount()), number(&body["buyer_price"]));
        }
        Answer::History(history) => {
            let rounds = body["rounds"].as_array().unwrap();
            assert_eq!(history.rounds.len(), rounds.len(), "{name}");
            assert_eq!(history.status, body["status"], "{name}");
            for (round, wire) in history.rounds.iter().zip(rounds) {
                assert_eq!(round.seller_cpm.map(|c| c.amount()), number(&wire["seller_price"]));
                assert!(round.raw.contains("seller_price"), "{name}: {}", round.raw);
            }
        }
        Answer::Deal(deal) => deal_agrees(name, deal, body),
    }
}

fn package_agrees(name: &str, package: &Package, wire: &Value) {
    assert_eq!(package.package_id.as_str(), wire["package_id"], "{name}");
    assert_eq!(package.name, wire["name"], "{name}");
    assert_eq!(package.price_range.as_deref(), wire["price_range"].as_str(), "{name}");
    assert_eq!(package.exact_price.map(|cpm| cpm.amount()), number(&wire["exact_price"]), "{name}");
    assert_eq!(package.floor_price.map(|cpm| cpm.amount()), number(&wire["floor_price"]), "{name}");
    assert_eq!(package.negotiation_enabled, wire["negotiation_enabled"].as_bool(), "{name}");
    let placements = wire["placements"].as_array().map_or(0, Vec::len);
    assert_eq!(package.placements.len(), placements, "{name}");
    assert_eq!(package.device_types.len(), wire["device_types"].as_array().unwrap().len());
}

fn quote_agrees(name: &str, quote: &Quote, body: &Value) {
    let (pricing, terms) = (&body["pricing"], &body["terms"]);
    assert_eq!(quote.quote_id.as_str(), body["quote_id"], "{name}");
    assert_eq!(quote.raw_status, body["status"], "{name}");
    assert_eq!(quote.deal_type.to_string(), body["deal_type"].as_str().unwrap(), "{name}");
    assert_eq!(quote.product.product_id.as_str(), body["product"]["product_id"], "{name}");
    assert_eq!(quote.pricing.final_cpm.map(|c| c.amount()), number(&pricing["final_cpm"]));
    assert_eq!(quote.pricing.base_cpm.map(|c| c.amount()), number(&pricing["base_cpm"]));
    assert_eq!(quote.pricing.tier_discount_pct, number(&pricing["tier_discount_pct"]), "{name}");
    assert_eq!(quote.terms.impressions, terms["impressions"].as_u64(), "{name}");
    assert_eq!(quote.terms.flight_start.as_deref(), terms["flight_start"].as_str(), "{name}");
    assert_eq!(quote.terms.guaranteed, terms["guaranteed"], "{name}");
    assert_eq!(quote.buyer_tier.unwrap().to_string(), body["buyer_tier"].as_str().unwrap());
    assert_eq!(
        quote.expires_at,
        super::support::at(body["expires_at"].as_str().unwrap()),
        "{name}"
    );
    assert_eq!(quote.deal_id.as_ref().map(DealId::as_str), body["deal_id"].as_str(), "{name}");
}

fn deal_agrees(name: &str, deal: &Deal, body: &Value) {
    let (flat, block) = (body.get("actual_price_cpm"), &body["openrtb_params"]);
    assert_eq!(deal.deal_id.as_str(), body["deal_id"], "{name}");
    assert_eq!(deal.raw_status, body["status"], "{name}");
    assert_eq!(deal.deal_type.unwrap().to_string(), body["deal_type"].as_str().unwrap(), "{name}");
    let cpm = flat.unwrap_or(&body["pricing"]["final_cpm"]);
    assert_eq!(deal.pricing.final_cpm.unwrap().amount(), number(cpm).unwrap(), "{name}");
    let flight = body.get("flight_end").unwrap_or(&body["terms"]["flight_end"]);
    assert_eq!(deal.terms.flight_end.as_deref(), flight.as_str(), "{name}");
    let instructions = body["activation_instructions"].as_object().unwrap();
    assert_eq!(deal.activation_instructions.len(), instructions.len(), "{name}");
    assert_eq!(deal.openrtb.is_some(), block.is_object(), "{name}");
    let Some(openrtb) = &deal.openrtb else { return };
    assert_eq!(openrtb.id, block["id"], "{name}");
    assert_eq!(openrtb.at.map(u64::from), block["at"].as_u64(), "{name}");
    assert_eq!(openrtb.bidfloor.unwrap().amount(), number(&block["bidfloor"]).unwrap(), "{name}");
    assert_eq!(openrtb.bidfloor.unwrap().currency().as_str(), block["bidfloorcur"], "{name}");
    assert_eq!(deal.openrtb_raw.as_deref(), Some(block.to_string().as_str()), "{name}");
}
