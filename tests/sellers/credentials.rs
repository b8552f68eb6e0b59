//! A token of OAuth 2.0 is fetched before it is needed, once for all who ask, and shown to nobody.

use std::{sync::Arc, time::Duration};

use dealdesk::{
    domain::{Ask, ErrorKind, Fate},
    sellers::{Auth, Endpoint, OAuth, WireRequest},
};
use serde_json::{Value, json};

use super::support::{Put as _, Script, Step, TestClock, book, endpoint, failed, replies, seller};

const SECRET: &str = "client-SENTINEL-secret";

const TOKEN: &str = "token-SENTINEL-0001";

fn fetching(url: &str) -> Endpoint {
    let client = ("desk".to_owned(), SECRET.into());
    let oauth = OAuth::new(url.parse().unwrap(), client.0, client.1, Some("deals".to_owned()));
    let auth = Auth { oauth: Some(Arc::new(oauth)), ..Auth::default() };
    Endpoint { auth, ..endpoint("http://127.0.0.1:8101") }
}

fn here() -> Endpoint {
    fetching("http://127.0.0.1:8102/token")
}

fn token(secret: &str, expires_in: &Value) -> Step {
    let body = json!({"access_token": secret, "token_type": "Bearer", "expires_in": expires_in});
    replies(200, &body)
}

fn products() -> Step {
    replies(200, &json!({"products": []}))
}

/// Where each request went: `token`, or what it showed to the seller.
fn ways(requests: &[WireRequest]) -> Vec<String> {
    let way = |request: &WireRequest| match request.url.path() {
        "/token" => "token".to_owned(),
        _ => request.headers["authorization"].to_str().unwrap().to_owned(),
    };
    requests.iter().map(way).collect()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_fetched_once_and_again_a_minute_before_it_ends() {
    let clock = TestClock::start();
    let steps = [
        token("first", &json!(600)),
        products(),
        products(),
        token("second", &json!(60)),
        products(),
        products(),
        token("third", &Value::Null),
        products(),
    ];
    let script = Script::new(steps);
    let seller = seller(here(), &script, &clock);
    for wait_s in [0, 539, 1, 29, 1, 1_000_000] {
        tokio::time::advance(Duration::from_secs(wait_s)).await;
        seller.put(Ask::Products).await.result.unwrap();
    }
    let [first, second, third] = ["Bearer first", "Bearer second", "Bearer third"];
    let expected = ["token", first, first, "token", second, second, "token", third, third];
    assert_eq!(ways(&script.seen()), expected);
    let asked = &script.seen()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.body.as_deref(), Some("grant_type=client_credentials&scope=deals"));
    // base64 of `desk:client-SENTINEL-secret`.
    let basic = "Basic ZGVzazpjbGllbnQtU0VOVElORUwtc2VjcmV0";
    assert_eq!(asked.headers["authorization"].to_str().unwrap(), basic);
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_meanwhile_wait_for_the_one_fetch() {
    let script = Script::new([token(TOKEN, &json!(600)), products()]);
    let seller = seller(here(), &script, &TestClock::start());
    let asks = (0..5).map(|_| seller.put(Ask::Products));
    let heard = futures::future::join_all(asks).await;
    assert!(heard.iter().all(|heard| heard.result.is_ok()));
    let fetched = ways(&script.seen()).iter().filter(|way| *way == "token").count();
    assert_eq!((fetched, script.seen().len()), (1, 6));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_the_seller_refuses_is_not_sent_again() {
    let no = replies(401, &json!({"detail": "no"}));
    let script =
        Script::new([token("first", &json!(600)), no, token("second", &json!(600)), products()]);
    let seller = seller(here(), &script, &TestClock::start());
    let error = failed(seller.put(Ask::Products).await);
    assert!(error.cure.contains("OAuth client id"), "{}", error.cure);
    seller.put(Ask::Products).await.result.unwrap();
    let expected = ["token", "Bearer first", "token", "Bearer second"];
    assert_eq!(ways(&script.seen()), expected);
}

#[tokio::test(start_paused = true)]
async fn without_a_token_a_booking_is_not_sent() {
    let garbled = json!({"access_token": TOKEN, "token_type": "mac"});
    for (step, kind) in [
        (replies(401, &json!({"error": "invalid_client"})), ErrorKind::Configuration),
        (replies(503, &json!("busy")), ErrorKind::Unreachable),
        (replies(200, &garbled), ErrorKind::Configuration),
        (Step::Silence, ErrorKind::Unreachable),
    ] {
        let script = Script::new([step]);
        let heard = seller(here(), &script, &TestClock::start()).put(book()).await;
        assert!(!format!("{heard:?}").contains("SENTINEL"), "{heard:?}");
        let error = failed(heard);
        assert_eq!((error.kind, error.fate()), (kind, Fate::NotSent), "{error}");
        assert_eq!(ways(&script.seen()), ["token"]);
    }
    let script = Script::new([products()]);
    let far = fetching("http://tokens.example/token");
    let error = failed(seller(far, &script, &TestClock::start()).put(book()).await);
    assert_eq!((error.code.as_str(), error.fate()), ("plain_http", Fate::NotSent));
    assert!(script.seen().is_empty(), "the client's secret left without encryption");
}

#[tokio::test(start_paused = true)]
async fn neither_the_token_nor_the_clients_secret_is_shown_when_the_seller_says_them() {
    let echo = json!({"products": [{"product_id": TOKEN, "name": SECRET, "base_cpm": 1.0}]});
    let script = Script::new([token(TOKEN, &json!(600)), replies(200, &echo)]);
    let endpoint = here();
    let shown = format!("{endpoint:?} {:?}", endpoint.auth);
    let heard = seller(endpoint, &script, &TestClock::start()).put(Ask::Products).await;
    assert!(heard.result.is_ok(), "{heard:?}");
    let shown = format!("{shown} {heard:?}");
    assert!(!shown.contains("SENTINEL"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_protocol_is_given_only_credentials_that_it_takes() {
    let auth = Auth { access_token: Some(TOKEN.into()), ..Auth::default() };
    let endpoint = Endpoint { auth, ..endpoint("http://127.0.0.1:8101") };
    let script = Script::new([products()]);
    let error =
        dealdesk::sellers::connect(endpoint, script, TestClock::start()).map(|_| ()).unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Configuration, "credentials"));
    assert!(error.says.contains("access_token") && error.cure.contains("bearer"), "{error}");
}
