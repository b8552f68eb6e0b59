//! When the desk asks again and when it never does, on a clock that moves by itself.

use std::{sync::Arc, time::Duration};

use dealdesk::{
    domain::{Ask, Currency, ErrorKind, Fate, SellerError, Skew, skew::Made},
    sellers::{TransportError, http::RETRY_AFTER_CAP},
};
use serde_json::json;

use super::support::{
    Put as _, Script, Step, TestClock, asks_quote, book, counter, endpoint, failed, quote_ask,
    replies, reply, scripted, seller, speaking,
};

fn reset(reused: bool) -> Step {
    Step::Fail(TransportError::Broken { says: "reset".into(), status: 0, reused })
}

fn down(status: u16) -> Step {
    replies(status, &json!({"error": "down"}))
}

fn refused() -> Step {
    Step::Fail(TransportError::Unreachable("connection refused".into()))
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_again_and_what_becomes_of_it() {
    use ErrorKind::{
        Broken, Configuration, Nonsense, Refused, Timeout, TooLarge, Unavailable, Unreachable,
    };
    let reads = || Ask::Products;
    let quote = || asks_quote(quote_ask());
    let garbage = || Step::Fail(TransportError::NotHttp("invalid HTTP version parsed".into()));
    let setup = || Step::Fail(TransportError::Setup("no CA certificates".into()));
    let limited = || replies(429, &json!({"detail": {"error": "rate_limited", "message": "wait"}}));
    let large = || Step::Fail(TransportError::TooLarge { status: 200, cap: 9 });
    for (ask, step, attempts, kind, code, fate) in [
        (reads(), Step::Silence, 3, Timeout, "timeout", Fate::Unknown),
        (quote(), Step::Silence, 3, Timeout, "timeout", Fate::Unknown),
        (counter(), Step::Silence, 1, Timeout, "timeout", Fate::Unknown),
        (book(), Step::Silence, 1, Timeout, "timeout", Fate::Unknown),
        (reads(), down(502), 3, Unavailable, "down", Fate::Unknown),
        (quote(), down(503), 3, Unavailable, "down", Fate::Unknown),
        (quote(), down(504), 3, Unavailable, "down", Fate::Unknown),
        (counter(), down(503), 1, Unavailable, "down", Fate::Unknown),
        (book(), down(502), 1, Unavailable, "down", Fate::Unknown),
        (quote(), down(500), 1, Unavailable, "down", Fate::Unknown),
        (quote(), down(429), 1, Refused, "down", Fate::Unknown),
        (book(), down(422), 1, Refused, "down", Fate::Refused),
        (book(), down(429), 1, Refused, "down", Fate::Unknown),
        (book(), limited(), 1, Refused, "rate_limited", Fate::NotSent),
        (counter(), limited(), 1, Refused, "rate_limited", Fate::NotSent),
        (quote(), refused(), 1, Unreachable, "connect_error", Fate::NotSent),
        (book(), refused(), 1, Unreachable, "connect_error", Fate::NotSent),
        (reads(), reset(false), 1, Broken, "reset", Fate::Unknown),
        (reads(), reset(true), 2, Broken, "reset", Fate::Unknown),
        (book(), reset(true), 1, Broken, "reset", Fate::Unknown),
        (counter(), reset(true), 1, Broken, "reset", Fate::Unknown),
        (book(), garbage(), 1, Nonsense, "http_error", Fate::Unknown),
        (book(), large(), 1, TooLarge, "too_large", Fate::Unknown),
        (book(), setup(), 1, Configuration, "setup", Fate::NotSent),
    ] {
        for dialect in ["v1", "v2"] {
            let script = Script::new([step.clone()]);
            let what = format!("{dialect}: {} after {step:?}", ask.name());
            let seller = seller(speaking(dialect), &script, &TestClock::start());
            let heard = seller.put(ask.clone()).await;
            assert_eq!(script.seen().len(), attempts, "{what}");
            let exchange = heard.exchange.as_ref().unwrap();
            assert_eq!(exchange.attempts as usize, attempts, "{what}");
            let error = failed(heard.clone());
            let found = (error.kind, error.code.as_str(), error.fate());
            assert_eq!(found, (kind, code, fate), "{what}");
            assert!(!error.cure.is_empty(), "{what}");
            // What must not be in doubt for a dropped connection goes over one of its own.
            let fresh = script.seen()[0].fresh;
            assert_eq!(fresh, !ask.is_repeatable(), "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_endpoint_says_how_often_and_how_long() {
    for (attempts, seconds, sent) in [(0, 30, 1), (1, 5, 1), (2, 1, 2), (5, 2, 5)] {
        let (script, clock) = (Script::new([Step::Silence]), TestClock::start());
        let mut endpoint = endpoint("http://127.0.0.1:8101");
        endpoint.attempts = attempts;
        endpoint.timeout = Duration::from_secs(seconds);
        let heard = seller(endpoint, &script, &clock).put(Ask::Products).await;
        assert_eq!(script.seen().len(), sent, "{attempts}");
        let waited = clock.passed();
        let asked = Duration::from_secs(seconds * sent as u64);
        assert!(waited >= asked, "{waited:?} is less than the attempts themselves");
        assert!(waited <= asked + Duration::from_secs(20), "{waited:?}");
        let exchange = heard.exchange.unwrap();
        assert_eq!(exchange.took_ms, seconds * 1_000, "the last attempt");
        assert_eq!(exchange.status, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_seller_that_comes_back_is_heard() {
    let fine = || replies(200, &json!({"products": []}));
    for (steps, sent) in [
        (vec![down(503), fine()], 2),
        (vec![Step::Silence, down(502), fine()], 3),
        (vec![reset(true), fine()], 2),
        (vec![reset(true), down(503), down(504), fine()], 4),
    ] {
        let script = Script::new(steps);
        let heard = scripted(&script).put(Ask::Products).await;
        assert!(heard.result.is_ok(), "{:?}", heard.result);
        assert_eq!(script.seen().len(), sent);
        let bodies: Vec<_> = script.seen().iter().map(|request| request.body.clone()).collect();
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "a repeat is the same request");
    }
    let script = Script::new([reset(true), reset(true), fine()]);
    let error = failed(scripted(&script).put(Ask::Products).await);
    assert_eq!(error.kind, ErrorKind::Broken, "a fresh connection that breaks is the seller's");
    assert_eq!(
        script.seen().iter().map(|request| request.fresh).collect::<Vec<_>>(),
        [false, true]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_once_is_not_asked() {
    for ask in [book(), counter()] {
        let script = Script::new([replies(200, &json!({}))]);
        let error = failed(scripted(&script).ask(ask).await);
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Configuration, "not_released"));
        assert_eq!((script.seen().len(), error.fate()), (0, Fate::NotSent));
    }
}

/// Many questions that failed together do not come again together; the same question can be played again.
#[tokio::test(start_paused = true)]
async fn waits_are_spread_by_what_is_asked_and_the_same_for_the_same() {
    let mut waits = Vec::new();
    for path in ["a", "b", "c", "d", "a"] {
        let (script, clock) = (Script::new([down(503)]), TestClock::start());
        seller(speaking("v1"), &script, &clock).put(Ask::GetQuote(path.into())).await;
        waits.push(clock.passed());
    }
    assert_eq!(waits.first(), waits.last());
    let all: std::collections::BTreeSet<_> = waits.iter().collect();
    assert!(all.len() > 2, "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_up_to_a_cap() {
    for (header, waits, seconds) in [
        ("7", true, 7),
        ("3600", false, 3_600),
        ("Sat, 21 Nov 2026 21:00:09 GMT", true, 9),
        ("Sat, 21 Nov 2026 20:00:00 GMT", true, 0),
        ("99999999999999", false, u32::MAX),
    ] {
        let mut busy = reply(503, &json!({"error": "busy"}));
        busy.headers.insert("retry-after", header.parse().unwrap());
        let fine = replies(200, &json!({"products": []}));
        let script = Script::new([Step::Reply(busy), fine]);
        let clock = TestClock::start();
        let seller = seller(endpoint("http://127.0.0.1:8101"), &script, &clock);
        let heard = seller.put(Ask::Products).await;
        assert_eq!(heard.result.is_ok(), waits, "{header}");
        if waits {
            assert!(clock.passed() >= Duration::from_secs(seconds.into()), "{header}");
        } else {
            assert_eq!(failed(heard).retry_after_s, Some(seconds), "{header}");
            assert!(clock.passed() < RETRY_AFTER_CAP, "{header}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_exchange_knows_its_times_and_the_sellers_clock() {
    let clock = TestClock::start();
    let mut late = reply(200, &json!({"products": []}));
    late.headers.insert("date", "Sat, 21 Nov 2026 21:00:10 GMT".parse().unwrap());
    let script = Script::new([down(503), Step::Reply(late)]);
    let seller = seller(endpoint("http://127.0.0.1:8101/base/"), &script, &clock);
    let exchange = seller.put(Ask::Products).await.exchange.unwrap();
    assert_eq!(exchange.url, "http://127.0.0.1:8101/base/products");
    assert_eq!((exchange.method.as_str(), exchange.status, exchange.attempts), ("GET", 200, 2));
    assert_eq!(exchange.sent_at, super::support::at("2026-11-21T21:00:00Z"));
    assert_eq!(exchange.request, "[accept, cache-control, pragma, x-api-key]");
    let Skew { low_ms, high_ms } = exchange.skew.unwrap();
    let waited = i64::try_from(clock.passed().as_millis()).unwrap();
    assert_eq!((low_ms, high_ms), (10_000 - waited, 11_999 - waited));
}

#[tokio::test(start_paused = true)]
async fn reads_ask_past_caches_and_say_what_came_out_of_one() {
    let clock = TestClock::start();
    for ask in [
        Ask::GetQuote("qt-1".into()),
        Ask::GetDeal("D-1".into()),
        Ask::History("q".into(), Currency::USD),
    ] {
        for (age, age_s, tells_the_clock) in [
            (None, None, true),
            (Some("0"), Some(0), true),
            (Some("90"), Some(90), false),
            (Some("soon"), Some(u32::MAX), false),
        ] {
            let mut told = reply(404, &json!({"detail": "no"}));
            told.headers.insert("date", "Sat, 21 Nov 2026 20:58:30 GMT".parse().unwrap());
            if let Some(age) = age {
                told.headers.insert("age", age.parse().unwrap());
            }
            let script = Script::new([Step::Reply(told)]);
            let seller = seller(endpoint("http://127.0.0.1:8101"), &script, &clock);
            let exchange = seller.put(ask.clone()).await.exchange.unwrap();
            let seen = script.seen();
            for header in ["cache-control", "pragma"] {
                assert_eq!(seen[0].headers[header], "no-cache", "{ask:?}");
            }
            let date = Some(super::support::at("2026-11-21T20:58:30Z"));
            assert_eq!(exchange.made, Made { date, age_s }, "{age:?}");
            assert_eq!(exchange.skew.is_some(), tells_the_clock, "{age:?}");
        }
    }
    let script = Script::new([replies(200, &json!({}))]);
    drop(scripted(&script).put(book()).await);
    assert!(script.seen()[0].headers.get("cache-control").is_none(), "it is no read");
}

#[tokio::test(start_paused = true)]
async fn the_same_run_waits_the_same() {
    let mut waits = vec![];
    for _ in 0..2 {
        let (script, clock) = (Script::new([down(503)]), TestClock::start());
        let seller = seller(endpoint("http://127.0.0.1:8101"), &script, &clock);
        drop(seller.put(Ask::Products).await);
        waits.push(clock.passed());
    }
    assert_eq!(waits[0], waits[1]);
    assert!(waits[0] > Duration::from_millis(700));
}

#[tokio::test(start_paused = true)]
async fn redirects_are_followed_on_the_sellers_own_host_alone() {
    let sent_to = |status: u16, place: &str| {
        let mut reply = reply(status, &json!(""));
        reply.headers.insert("location", place.parse().unwrap());
        Step::Reply(reply)
    };
    let fine = || replies(200, &json!({"products": []}));
    let host = "http://127.0.0.1:8101";
    for (ask, status, place, follows) in [
        (Ask::Products, 307, "/elsewhere".to_owned(), true),
        (Ask::Products, 302, format!("{host}/elsewhere"), true),
        (asks_quote(quote_ask()), 302, format!("{host}/elsewhere"), false),
        (book(), 302, format!("{host}/elsewhere"), false),
        (book(), 307, "http://seller.example/elsewhere".to_owned(), false),
        (Ask::Products, 307, "http://127.0.0.1:8102/products".to_owned(), false),
        (Ask::Products, 307, "http://seller.example/products".to_owned(), false),
        (Ask::Products, 307, "https://127.0.0.1:8101/products".to_owned(), false),
        (Ask::Products, 307, "http://me:you@127.0.0.1:8101/products".to_owned(), false),
    ] {
        let script: Arc<Script> = Script::new([sent_to(status, &place), fine()]);
        let heard = scripted(&script).put(ask).await;
        assert_eq!(script.seen().len(), if follows { 2 } else { 1 }, "{status} {place}");
        if follows {
            assert!(heard.result.is_ok());
        } else {
            let error = failed(heard);
            assert_eq!((error.http_status, error.code.as_str()), (status, "redirect"));
        }
    }
    let script = Script::new([sent_to(307, "/again")]);
    assert_eq!(failed(scripted(&script).put(Ask::Products).await).code, "redirect");
    assert_eq!(script.seen().len(), 4, "a loop ends");
}

#[tokio::test(start_paused = true)]
async fn a_booking_and_a_move_are_sent_on_unchanged_within_the_sellers_own_host() {
    let sent_to = |status: u16, place: &str| {
        let mut reply = reply(status, &json!(""));
        reply.headers.insert("location", place.parse().unwrap());
        Step::Reply(reply)
    };
    let moved = json!({"action": "counter", "seller_price": 12.0, "status": "active"});
    for (ask, fine) in [(book(), json!({"deal_id": "D-1", "quote_id": "qt-1"})), (counter(), moved)]
    {
        let asked = |script: &Arc<Script>| {
            let (seller, ask) = (seller(speaking("v2"), script, &TestClock::start()), ask.clone());
            async move { seller.put(ask).await }
        };
        for (status, follows) in
            [(301, true), (302, false), (303, false), (304, false), (307, true), (308, true)]
        {
            let script = Script::new([sent_to(status, "/moved/"), replies(200, &fine)]);
            let heard = asked(&script).await;
            let seen = script.seen();
            assert_eq!(seen.len(), if follows { 2 } else { 1 }, "{status}");
            if follows {
                assert!(heard.result.is_ok(), "{status}: {:?}", heard.result);
                assert_eq!(seen[1].url.path(), "/moved/");
                let [first, second] =
                    [&seen[0], &seen[1]].map(|sent| (&sent.method, &sent.body, &sent.headers));
                assert_eq!(first, second, "{status}");
            } else {
                let error = failed(heard);
                assert!(!error.is_elsewhere(), "{status}: it may have been done");
            }
        }
        // Another host, and round in circles: it was done nowhere, and says so.
        for (place, sent) in [("https://seller.example/x", 1), ("/again", 4)] {
            let script = Script::new([sent_to(307, place)]);
            let error = failed(asked(&script).await);
            assert_eq!(script.seen().len(), sent);
            assert!(error.is_elsewhere() && error.is_failure(), "{error:?}");
            assert!(error.says.contains(place) && error.cure.contains("`url`"), "{error:?}");
        }
        // What breaks where it was sent to may have arrived there.
        for (step, kind) in [
            (reset(true), ErrorKind::Broken),
            (Step::Silence, ErrorKind::Timeout),
            (refused(), ErrorKind::Unreachable),
        ] {
            let script = Script::new([sent_to(307, "/moved/"), step]);
            assert_eq!(failed(asked(&script).await).kind, kind);
            assert_eq!(script.seen().len(), 2, "never sent anew");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_whether_it_came_in_an_envelope() {
    let page = "<html><h1>Forbidden</h1></html>";
    for status in [400, 401, 403, 404, 405, 410, 422, 500] {
        for (body, bare) in [
            (json!({"detail": {"error": "quote_expired"}}), false),
            (json!({"error": "not_found", "detail": "no"}), false),
            (json!(page), true),
            (json!("no such page"), true),
            (json!({"message": "Forbidden"}), true),
        ] {
            let script = Script::new([replies(status, &body)]);
            let heard = seller(speaking("v2"), &script, &TestClock::start()).put(book()).await;
            let error = failed(heard);
            assert_eq!((error.http_status, error.bare), (status, bare), "{body}");
            let kept = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<SellerError>(&kept).unwrap(), error);
        }
    }
    let older = r#"{"kind":"refused","http_status":403,"code":"","says":"","cure":"",
        "retry_after_s":null}"#;
    assert!(!serde_json::from_str::<SellerError>(older).unwrap().bare, "of an older journal");
}
