//! What we send is what the real sellers' own OpenAPI takes. It is in the place of the recordings
//! where a request of ours was never recorded.

use super::support::Put as _;
use dealdesk::domain::{Action, Ask, DealType, Identity, QuoteAsk};
use serde_json::{Value, json};

use super::{
    beside::{avails, change, order},
    support::{
        IDEMPOTENCY_KEY, Script, TestClock, asks_quote, book, quote_ask, read_json, replies,
        seller, shared, speaking, usd,
    },
};

fn told() -> Identity {
    Identity {
        seat_id: Some("seat-1".into()),
        agency_id: Some("agency-1".into()),
        advertiser_id: Some("adv-1".into()),
        dsp_platform: Some("ttd".into()),
        agent_url: Some("https://agent.example".into()),
    }
}

/// The path of the OpenAPI that a request of ours goes to.
fn template(path: &str) -> &str {
    if path.starts_with("/proposals/") { "/proposals/{proposal_id}/counter" } else { path }
}

fn counter(action: Action) -> Ask {
    Ask::Counter {
        quote_id: "qt-1".into(),
        cpm: usd("12.50"),
        action,
        identity: told(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        note: None,
    }
}

/// What is sent in either dialect.
fn asks() -> Vec<Ask> {
    let quotes = DealType::ALL.map(|deal_type| {
        let target_cpm = Some(usd("12.345678"));
        asks_quote(QuoteAsk { deal_type, target_cpm, identity: told(), ..quote_ask() })
    });
    let bare = asks_quote(QuoteAsk { impressions: None, target_cpm: None, ..quote_ask() });
    let others = [
        bare,
        counter(Action::Counter),
        counter(Action::FinalOffer),
        counter(Action::Accept),
        book(),
        Ask::Search("live sports".into()),
        Ask::Orders(order()),
        Ask::Orders(change()),
    ];
    quotes.into_iter().chain(others).collect()
}

/// Sends each and holds its body against the OpenAPI. Returns how many there were.
async fn hold(dialect: &str, asks: Vec<Ask>) -> usize {
    let Some(path) = shared(&format!("wire/iab/openapi-{dialect}.json")) else { return asks.len() };
    let openapi = read_json(&path);
    let count = asks.len();
    for ask in asks {
        let script = Script::new([replies(403, &json!({"detail": "no"}))]);
        let heard = seller(speaking(dialect), &script, &TestClock::start()).put(ask.clone()).await;
        assert!(heard.result.is_err());
        let sent = &script.seen()[0];
        let place = template(sent.url.path());
        let schema = &openapi["paths"][place]["post"]["requestBody"]["content"]["application/json"];
        let mut schema = schema["schema"].clone();
        assert!(schema.is_object(), "{place} is not in the OpenAPI");
        schema["components"] = openapi["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let body: Value = serde_json::from_str(sent.body.as_deref().unwrap()).unwrap();
        let faults: Vec<_> = validator.iter_errors(&body).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{}: {body}\n{faults:#?}", ask.name());
    }
    count
}

#[tokio::test(start_paused = true)]
async fn every_body_we_send_to_v1_is_what_the_sellers_openapi_takes() {
    assert_eq!(hold("v1", asks()).await, 11);
}

#[tokio::test(start_paused = true)]
async fn every_body_we_send_to_v2_is_what_the_sellers_openapi_takes() {
    let more = [
        counter(Action::Reject),
        Ask::Avails(avails(&["p"], Identity::default())),
        Ask::Avails(avails(&["p", "q"], told())),
    ];
    assert_eq!(hold("v2", asks().into_iter().chain(more).collect()).await, 14);
}

/// What the schema refuses, so that the two tests above could fail.
#[test]
fn the_openapi_of_v2_refuses_a_request_of_v1() {
    let Some(path) = shared("wire/iab/openapi-v2.json") else { return };
    let openapi = read_json(&path);
    let mut schema = json!({"$ref": "#/components/schemas/QuoteRequest"});
    schema["components"] = openapi["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let body = json!({"product_id": "p", "deal_type": "PD", "target_cpm": 12.5});
    assert!(!validator.is_valid(&body));
}
