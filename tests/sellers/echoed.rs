//! A seller, or a proxy on the way, that sends our own keys back: with marks within that the desk's cleaner drops,
//! in every field of every reply, ids too, and in what a redirect and a failure say.

use std::sync::Arc;

use dealdesk::{
    domain::{
        Answer, Ask, AvailsAsk, Currency, Heard, Identity, OrderAsk, OrderFilter, text::is_hidden,
    },
    sellers::{Seller, Transport, TransportError, WireReply, WireRequest, connect, http::Proxy},
};
use futures::future::{BoxFuture, FutureExt as _};
use serde_json::{Value, json};
use url::Url;

use super::support::{
    Put as _, Script, Step, TestClock, asks_quote, book, counter, endpoint, failed, quote_ask,
    replies, reply, seller, speaking,
};

const KEY: &str = "ask_live_SENTINEL_0123";

/// What the cleaner drops, one of each kind, or turns into a sign of its own.
const MARKS: [&str; 16] = [
    "\u{200b}",
    "\u{ad}",
    "\u{202e}",
    "\u{fe0f}",
    "\u{2060}",
    "\u{34f}",
    "\u{115f}",
    "\u{3164}",
    "\u{feff}",
    "\u{20e3}",
    "\u{e0041}",
    "\u{1f3fb}",
    "\u{2066}",
    "\u{301}",
    "\u{9b}",
    "\u{1b}",
];

/// The key with a mark between its letters.
fn marked(mark: &str) -> String {
    KEY.split("").filter(|letter| !letter.is_empty()).collect::<Vec<_>>().join(mark)
}

/// An answer to every question, in which every text is `key`, ids and names of fields too.
fn whole(key: &str) -> Value {
    let product = json!({"product_id": key, "name": key, "inventory_type": key});
    let round = json!({"negotiation_id": key, "round_number": 1, "action": key, "status": key,
        "seller_price": 12.0, "rationale": key});
    let order = json!({"order_id": key, "status": key, "deal_id": key, "quote_id": key,
        "metadata": {key: key}, "transitions": [{"from_status": key, "actor": key, "reason": key}]});
    let change = json!({"change_request_id": key, "order_id": key, "deal_id": key, "status": key,
        "severity": key, "reason": key, "diffs": [{"field": key, "new_value": key}]});
    let mut all = json!({"name": key, "version": key, "provider": {"name": key},
        "packages": [{"package_id": key, "name": key, "description": key, "tags": [key],
            "placements": [{"product_id": key, "product_name": key}]}],
        "products": [{"product_id": key, "name": key, "description": key, "deal_types": [key],
            "inventory_type": key, "base_cpm": 1.0}],
        "package_id": key, "quote_id": key, "proposal_id": key, "deal_id": key, "deal_type": "PD",
        "product": product, "expires_at": "2026-11-22T21:00:00Z", "seller_id": key,
        "pricing": {"final_cpm": 12.0, "rationale": key, "pricing_model": key},
        "terms": {"flight_start": key, "flight_end": key}, "availability": {"competing_demand": key},
        "activation_instructions": {key: key}, "openrtb_params": {"id": key, "wseat": [key]},
        "rounds": [round], "orders": [order], "change_requests": [change],
        "avails": [{"productid": "prod-1", "availsstatus": {"status": key, "reason": key},
            "availableTargeting": [key]}]});
    for part in [round, order, change] {
        for (name, value) in part.as_object().unwrap() {
            all.as_object_mut().unwrap().entry(name).or_insert_with(|| value.clone());
        }
    }
    all
}

fn asks() -> Vec<Ask> {
    let about = |id: &str| {
        let mut booked = book();
        if let Ask::Book { quote_id, .. } = &mut booked {
            *quote_id = id.into();
        }
        [
            Ask::Package(id.into()),
            Ask::GetQuote(id.into()),
            Ask::GetDeal(id.into()),
            Ask::History(id.into(), Currency::USD),
            Ask::Orders(OrderAsk::Get(id.into())),
            Ask::Orders(OrderAsk::History(id.into())),
            Ask::Orders(OrderAsk::Change(id.into())),
            booked,
        ]
    };
    let avails = AvailsAsk {
        product_ids: vec!["prod-1".into()],
        impressions: Some(1),
        flight_start: quote_ask().flight_start,
        flight_end: quote_ask().flight_end,
        identity: Identity::default(),
    };
    let mut asks = vec![
        Ask::Probe,
        Ask::Packages,
        Ask::Search("x".into()),
        Ask::Products,
        asks_quote(quote_ask()),
        counter(),
        Ask::Avails(avails),
        Ask::Orders(OrderAsk::List(OrderFilter::default())),
        Ask::Orders(OrderAsk::Changes(OrderFilter::default())),
        Ask::CheckKey,
    ];
    // Asked about what the seller says once the key is masked, these are answered.
    asks.extend(about("(key)"));
    asks
}

/// Everything that is made of an answer, without what is not seen.
fn seen(heard: &Heard) -> String {
    let answer = heard.result.as_ref().map(|answer| serde_json::to_string(answer).unwrap());
    let all = format!("{answer:?} {heard:?} {:?}", heard.exchange);
    // Both the letters and their escapes.
    let all: String = all.chars().filter(|letter| !is_hidden(*letter)).collect();
    let escapes = MARKS.map(|mark| mark.chars().map(|c| c.escape_debug().to_string()).collect());
    escapes.iter().fold(all, |all, escape: &String| all.replace(escape.as_str(), ""))
}

#[tokio::test(start_paused = true)]
async fn a_key_with_hidden_marks_within_it_is_shown_in_no_field() {
    let mut answers = 0;
    for (nth, mark) in MARKS.into_iter().enumerate() {
        let body = whole(&marked(mark)).to_string();
        let escaped = body.chars().map(|c| {
            if matches!(c, ' '..='~') {
                return c.to_string();
            }
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            units.fold(String::new(), |all, unit| all + &format!("\\u{unit:04x}"))
        });
        let body = if nth % 2 == 0 { body } else { escaped.collect() };
        for (status, dialect) in [(200, ["v1", "v2"][nth / 2 % 2]), (409, "v2")] {
            for ask in asks().into_iter().skip(if status == 200 { 0 } else { 12 }) {
                let mut endpoint = speaking(dialect);
                endpoint.auth.api_key = Some(KEY.into());
                let script = Script::new([replies(status, &json!(body))]);
                let heard = seller(endpoint, &script, &TestClock::start()).put(ask.clone()).await;
                answers += usize::from(heard.result.is_ok());
                let seen = seen(&heard);
                assert!(!seen.contains("SENTINEL"), "{mark:?} {ask:?}: {seen}");
            }
        }
    }
    assert!(answers >= 16 * 15, "only {answers} answers were looked at");
}

#[tokio::test(start_paused = true)]
async fn what_an_error_says_of_a_key_is_masked() {
    for mark in MARKS {
        let key = marked(mark);
        for body in [
            json!({"detail": format!("key {key} is bad")}),
            json!({"detail": {"error": key, "message": key, "unsupported": [{"path": key}]}}),
            json!({"detail": [{"loc": ["body", key], "msg": key, "type": "missing"}]}),
            json!({"error": key, "detail": key}),
            json!({"error": {"code": key, "message": key}}),
            json!({"success": false, "error": key}),
            json!(format!("<html>{key}</html>")),
        ] {
            for status in [200, 401, 422, 500] {
                let mut endpoint = speaking("v2");
                endpoint.auth.api_key = Some(KEY.into());
                let script = Script::new([replies(status, &body)]);
                let heard = seller(endpoint, &script, &TestClock::start()).put(book()).await;
                let seen = seen(&heard);
                assert!(!seen.contains("SENTINEL"), "{mark:?} {body}: {seen}");
            }
        }
    }
}

/// A wire by a proxy that wants a password.
#[derive(Debug)]
struct ByProxy(Arc<Script>);

const PROXY: &str = "http://ana:hunter%3A-twenty-two@proxy.example:3128";

impl Transport for ByProxy {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>> {
        self.0.send(request).boxed()
    }

    fn proxy(&self, url: &Url) -> Option<Proxy> {
        Proxy::to(url, |name| (name == "HTTPS_PROXY").then(|| PROXY.to_owned()))
    }
}

fn by_proxy(script: Arc<Script>) -> Box<dyn Seller> {
    let mut endpoint = endpoint("https://seller.example");
    endpoint.attempts = 1;
    connect(endpoint, Arc::new(ByProxy(script)), TestClock::start()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_proxys_password_is_never_shown_and_the_proxy_is_named() {
    let basic = "YW5hOmh1bnRlcjotdHdlbnR5LXR3bw";
    let page = format!("<p>407: Basic {basic}==, ana:hunter:-twenty-two, hunter%3A-twenty-two");
    for (step, cure) in [
        (replies(407, &json!(page)), "write them into $HTTPS_PROXY"),
        (replies(200, &json!({"name": page})), ""),
        (replies(403, &json!(page)), "the proxy http://proxy.example:3128 that $HTTPS_PROXY names"),
        (Step::Fail(TransportError::Unreachable(page.clone())), "$HTTPS_PROXY names"),
        (
            Step::Fail(TransportError::Unreachable("unsupported scheme socks5h".into())),
            "http proxies only: name one in $HTTPS_PROXY",
        ),
        (Step::Fail(TransportError::Broken { says: page.clone(), status: 0, reused: false }), ""),
    ] {
        let heard = by_proxy(Script::new([step])).put(Ask::Probe).await;
        let seen = seen(&heard);
        assert!(!seen.contains("twenty") && !seen.contains("bnRlcjot"), "{seen}");
        if let Err(error) = &heard.result {
            assert!(error.cure.contains(cure), "{error:?}");
            if error.http_status == 0 && !cure.is_empty() {
                assert!(error.says.contains("by the proxy http://proxy.example:3128"), "{error:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_is_not_trusted_names_the_variable_that_mends_it() {
    let failing = |says: &str| {
        Script::new([Step::Fail(TransportError::Unreachable(format!(
            "invalid peer certificate: {says}"
        )))])
    };
    for (says, cure) in [
        ("UnknownIssuer", "SSL_CERT_FILE"),
        ("certificate expired: verification time 9 (UNIX)", "clock"),
        ("certificate not valid yet", "`url`"),
        ("certificate not valid for name \"a\"", "`url`"),
    ] {
        for seller in
            [by_proxy(failing(says)), seller(speaking("v2"), &failing(says), &TestClock::start())]
        {
            let error = failed(seller.put(book()).await);
            assert_eq!(error.code, "certificate");
            assert_eq!(error.fate(), dealdesk::domain::Fate::NotSent, "nothing was sent");
            assert!(error.cure.contains(cure), "{error:?}");
        }
    }
    let plain = failed(
        seller(
            speaking("v2"),
            &Script::new([Step::Fail(TransportError::Unreachable("refused".into()))]),
            &TestClock::start(),
        )
        .put(Ask::Probe)
        .await,
    );
    assert_eq!((plain.code.as_str(), plain.says.as_str()), ("connect_error", "refused"));
    assert!(!plain.cure.contains("PROXY"));
}

#[tokio::test(start_paused = true)]
async fn a_redirect_with_a_password_is_told_without_it() {
    for place in [
        "http://me:hunter22@elsewhere.example/x?token=hunter22",
        "//me:hunter22@elsewhere.example/x",
        "https:\\\\me:hunter22@elsewhere.example\\x",
        "http://hunter22@127.0.0.1:8101/x",
    ] {
        for ask in [Ask::Probe, book(), counter()] {
            let mut moved = reply(307, &json!(format!("<a href=\"{place}\">moved</a>")));
            moved.headers.insert("location", place.parse().unwrap());
            let script = Script::new([Step::Reply(moved)]);
            let heard = seller(speaking("v2"), &script, &TestClock::start()).put(ask).await;
            let error = heard.result.as_ref().unwrap_err();
            assert!(error.says.contains("sends us to http"), "{error:?}");
            assert!(!error.says.contains("hunter22"), "{place}: {error:?}");
        }
    }
    let echo = json!("<a href=\"http://me:hunter22@elsewhere.example/x\">, Basic bWU6aHVudGVyMjI=");
    let script = Script::new([replies(403, &echo)]);
    let heard = seller(speaking("v2"), &script, &TestClock::start()).put(Ask::Probe).await;
    let response = heard.exchange.unwrap().response;
    assert!(!response.contains("hunter22") && !response.contains("bWU6"), "{response}");
    assert!(matches!(heard.result, Err(_) | Ok(Answer::Alive(_))));
}
