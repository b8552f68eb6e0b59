//! A key goes to its seller and to nobody else, however the seller sends us on.

use dealdesk::{
    domain::Ask,
    sellers::{Auth, Endpoint, WireRequest},
};
use secrecy::SecretString;
use serde_json::json;

use super::support::{Put as _, Script, Step, TestClock, endpoint, failed, replies, reply, seller};

const KEY: &str = "sk-SENTINEL-0123";

const HOME: &str = "http://127.0.0.1:8101";

fn doors() -> [(&'static str, Endpoint); 2] {
    let key = || Some(SecretString::from(KEY));
    let auths = [
        ("x-api-key", Auth { api_key: key(), ..Auth::default() }),
        ("authorization", Auth { bearer: key(), ..Auth::default() }),
    ];
    auths.map(|(header, auth)| (header, Endpoint { auth, dialect: "v1".into(), ..endpoint(HOME) }))
}

fn carries(request: &WireRequest, header: &str) -> bool {
    request.headers.get(header).is_some_and(|value| value.to_str().unwrap().ends_with(KEY))
}

#[tokio::test(start_paused = true)]
async fn no_status_and_no_address_takes_the_key_to_another_host() {
    let places = [
        "http://seller.example/products",
        "https://127.0.0.1:8101/products",
        "http://127.0.0.1:8102/products",
        "http://127.0.0.1/products",
        "//seller.example/products",
        "http://localhost:8101/products",
        "http://127.0.0.1:8101@seller.example/products",
        "\\\\seller.example\\products",
        "file:///etc/passwd",
    ];
    let mut tried = 0;
    for (header, endpoint) in doors() {
        for status in 300..=308 {
            for place in places {
                let mut moved = reply(status, &json!(""));
                moved.headers.insert("location", place.parse().unwrap());
                let fine = replies(200, &json!({"products": []}));
                let script = Script::new([Step::Reply(moved), fine]);
                let heard = seller(endpoint.clone(), &script, &TestClock::start());
                let heard = heard.put(Ask::Products).await;
                let seen = script.seen();
                assert_eq!(seen.len(), 1, "{status} {place}: {:?}", seen.last().map(|r| &r.url));
                assert!(carries(&seen[0], header));
                assert_eq!(failed(heard).http_status, status);
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 2 * 9 * places.len());
}

#[tokio::test(start_paused = true)]
async fn on_its_own_host_the_question_goes_on_with_its_key() {
    for (header, endpoint) in doors() {
        for (status, follows) in
            [(301, true), (302, true), (303, true), (304, false), (307, true), (308, true)]
        {
            let mut moved = reply(status, &json!(""));
            moved.headers.insert("location", "/elsewhere".parse().unwrap());
            let fine = replies(200, &json!({"products": []}));
            let script = Script::new([Step::Reply(moved), fine]);
            let heard = seller(endpoint.clone(), &script, &TestClock::start());
            let heard = heard.put(Ask::Products).await;
            let seen = script.seen();
            assert_eq!((heard.result.is_ok(), seen.len() == 2), (follows, follows), "{status}");
            assert!(seen.iter().all(|request| carries(request, header)));
            assert!(seen.iter().all(|request| request.url.origin() == seen[0].url.origin()));
        }
    }
}
