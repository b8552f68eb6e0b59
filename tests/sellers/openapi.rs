//! What we send is what the real sellers' own OpenAPI takes. It is in the place of the recordings
//! where a request of ours was never recorded.

use dealdesk::domain::{Action, Answer, Ask, DealType, Identity, QuoteAsk};
use serde_json::{Value, json};

use super::support::{
    IDEMPOTENCY_KEY, Script, asks_quote, book, quote_ask, read_json, replies, scripted, shared, usd,
};

fn told() -> Identity {
    Identity {
        seat_id: Some("seat-1".into()),
        agency_id: Some("agency-1".into()),
        advertiser_id: Some("adv-1".into()),
        dsp_platform: Some("ttd".into()),
    }
}

/// The path of the OpenAPI that a request of ours goes to.
fn template(path: &str) -> &str {
    if path.starts_with("/proposals/") { "/proposals/{proposal_id}/counter" } else { path }
}

#[tokio::test(start_paused = true)]
async fn every_body_we_send_is_what_the_sellers_openapi_takes() {
    let Some(path) = shared("wire/iab/openapi-v1.json") else { return };
    let openapi = read_json(&path);
    let counter = |action| Ask::Counter {
        quote_id: "qt-1".into(),
        cpm: usd("12.50"),
        action,
        identity: told(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
    };
    let quotes = DealType::ALL.map(|deal_type| {
        let target_cpm = Some(usd("12.3456789"));
        asks_quote(QuoteAsk { deal_type, target_cpm, identity: told(), ..quote_ask() })
    });
    let bare = asks_quote(QuoteAsk { impressions: None, target_cpm: None, ..quote_ask() });
    let asks = quotes.into_iter().chain([
        bare,
        counter(Action::Counter),
        counter(Action::Accept),
        book(),
        Ask::Search("live sports".into()),
    ]);
    let mut run = 0;
    for ask in asks {
        let script = Script::new([replies(404, &json!({"detail": "no"}))]);
        let heard = scripted(&script).ask(ask.clone()).await;
        assert!(!matches!(heard.result, Ok(Answer::Quote(_))));
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
        run += 1;
    }
    assert_eq!(run, 8);
}
