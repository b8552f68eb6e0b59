//! Which dialect a seller speaks: found out by what it serves, remembered, found out again when it
//! stops fitting. A booking never leaves twice for it.

use std::sync::Arc;

use dealdesk::{
    domain::{Answer, Ask, ErrorKind, Fate, Heard, QuoteAsk, Spoke},
    sellers::{Endpoint, Seller, TransportError},
};
use futures::future::join_all;
use serde_json::{Value, json};

use super::support::{
    Put as _, Script, Step, TestClock, asks_quote, book, counter, failed, quote_ask, replies,
    seller, speaking, usd,
};

pub(crate) fn quote_v1() -> Value {
    json!({"quote_id": "q", "status": "available", "deal_type": "PD",
        "product": {"product_id": "prod-1"}, "pricing": {"final_cpm": 13.5, "base_cpm": 15},
        "terms": {"impressions": 500_000}, "expires_at": "2026-11-22T21:00:00Z"})
}

pub(crate) fn quote_v2() -> Value {
    let mut quote = quote_v1();
    quote["pricing"] = json!({"final_cpm": {"amount_micros": 13_500_000, "currency": "USD"},
        "base_cpm": {"amount_micros": 15_000_000, "currency": "USD"}});
    json!({ "quote": quote })
}

fn deal() -> Value {
    json!({"deal_id": "D-1", "deal_type": "PD", "status": "proposed"})
}

fn catalogue_v1() -> Step {
    replies(200, &json!({"products": [{"product_id": "p", "base_cpm": 15.0}]}))
}

fn catalogue_v2() -> Step {
    replies(200, &json!({"products": [], "total_count": 0, "limit": 50, "offset": 0}))
}

fn empty() -> Step {
    replies(200, &json!({"products": []}))
}

fn openapi(path: &str) -> Step {
    replies(200, &json!({"info": {"version": "1.0.0"}, "paths": {path: {}}}))
}

fn misses_key() -> Step {
    replies(
        422,
        &json!({"detail": [
        {"type": "missing", "loc": ["body", "idempotency_key"], "msg": "Field required"}]}),
    )
}

fn wants_number() -> Step {
    replies(
        422,
        &json!({"detail": [
        {"type": "float_type", "loc": ["body", "target_cpm"], "msg": "Input should be a valid number"}]}),
    )
}

fn lacks_path() -> Step {
    replies(404, &json!({"detail": "Not Found"}))
}

fn quoted() -> Ask {
    asks_quote(QuoteAsk { target_cpm: Some(usd("12.50")), ..quote_ask() })
}

/// A seller that spoke this dialect in an earlier run.
fn remembering(dialect: &str, script: &Arc<Script>) -> Box<dyn Seller> {
    let seller = seller(speaking("auto"), script, &TestClock::start());
    let spoke = seller.recall(dialect).unwrap();
    assert_eq!((spoke.dialect.as_str(), spoke.honours_agreement), (dialect, dialect == "v2"));
    seller
}

/// What was asked, in short: `GET /products`, and `v1` or `v2` for a body.
fn asked(script: &Arc<Script>) -> Vec<String> {
    let one = |sent: dealdesk::sellers::WireRequest| {
        let body = sent.body.unwrap_or_default();
        let dialect = if body.contains("idempotency_key") { " v2" } else { " v1" };
        let dialect = if body.is_empty() { "" } else { dialect };
        format!("{} {}{dialect}", sent.method, sent.url.path())
    };
    script.seen().into_iter().map(one).collect()
}

async fn ask(endpoint: Endpoint, steps: Vec<Step>, ask: Ask) -> (Heard, Vec<String>) {
    let script = Script::new(steps);
    let heard = seller(endpoint, &script, &TestClock::start()).put(ask).await;
    (heard, asked(&script))
}

fn spoke(heard: &Heard) -> (&str, &str, bool) {
    let Some(Spoke { dialect, found_by, honours_agreement, .. }) = &heard.spoke else {
        return ("", "", false);
    };
    (dialect, found_by, *honours_agreement)
}

#[tokio::test(start_paused = true)]
async fn a_dialect_is_found_by_what_is_served_and_reported_with_every_answer() {
    let (v1, v2) = ("POST /api/v1/quotes v1", "POST /api/v1/quotes v2");
    let (products, api) = ("GET /products", "GET /openapi.json");
    let fine_v1 = || replies(200, &quote_v1());
    let fine_v2 = || replies(200, &quote_v2());
    let priced = replies(200, &json!({"products": [{"base_price": null}]}));
    let has = |path| openapi(path);
    for ((configured, remembered), steps, sent, dialect, found_by) in [
        (("v1", ""), vec![fine_v1()], vec![v1], "v1", "configuration"),
        (("v2", ""), vec![fine_v2()], vec![v2], "v2", "configuration"),
        (("auto", "v1"), vec![fine_v1()], vec![v1], "v1", "earlier run"),
        (("auto", "v2"), vec![fine_v2()], vec![v2], "v2", "earlier run"),
        (("auto", ""), vec![catalogue_v1(), fine_v1()], vec![products, v1], "v1", "base_cpm"),
        (("", ""), vec![catalogue_v2(), fine_v2()], vec![products, v2], "v2", "total_count"),
        (("auto", "v9"), vec![priced, fine_v2()], vec![products, v2], "v2", "base_price"),
        (
            ("auto", ""),
            vec![empty(), has("/api/v1/negotiations/messages"), fine_v2()],
            vec![products, api, v2],
            "v2",
            "openapi",
        ),
        (
            ("auto", ""),
            vec![lacks_path(), has("/api/v1/quotes"), fine_v1()],
            vec![products, api, v1],
            "v1",
            "openapi",
        ),
    ] {
        let script = Script::new(steps);
        let seller = seller(speaking(configured), &script, &TestClock::start());
        seller.recall(remembered);
        let (heard, seen) = (seller.put(quoted()).await, asked(&script));
        let Ok(Answer::Quote(quote)) = &heard.result else { panic!("{:?}", heard.result) };
        assert_eq!(quote.pricing.final_cpm, Some(usd("13.5")));
        assert_eq!(seen, sent);
        let (spoken, by, honours) = spoke(&heard);
        assert_eq!((spoken, honours), (dialect, dialect == "v2"), "{by}");
        assert!(by.contains(found_by), "{by} is not {found_by}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_catalogue_itself_tells_the_dialect_and_so_does_its_absence() {
    for (steps, sent, dialect) in [
        (vec![catalogue_v1()], 1, "v1"),
        (vec![catalogue_v2()], 1, "v2"),
        // Nothing in it: the description of the API is looked at, and may tell nothing either.
        (vec![empty(), empty(), openapi("/api/v1/quotes")], 3, "v1"),
        (vec![empty(), empty(), lacks_path()], 3, ""),
    ] {
        let (heard, seen) = ask(speaking("auto"), steps, Ask::Products).await;
        assert!(matches!(heard.result, Ok(Answer::Products(_))), "{:?}", heard.result);
        assert_eq!((seen.len(), spoke(&heard).0), (sent, dialect), "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_undecided_seller_is_told_as_such_and_nothing_that_commits_is_sent() {
    let silent = || Step::Fail(TransportError::Unreachable("connection refused".into()));
    let web_page = || replies(200, &json!("<html>hello</html>"));
    let down = || replies(503, &json!({"detail": "down"}));
    for (steps, kind, code) in [
        (vec![empty(), openapi("/other")], ErrorKind::Configuration, "undetected"),
        (vec![lacks_path(), lacks_path()], ErrorKind::Configuration, "undetected"),
        (vec![web_page(), web_page()], ErrorKind::Configuration, "undetected"),
        (vec![silent()], ErrorKind::Unreachable, "connect_error"),
        (vec![Step::Silence], ErrorKind::Timeout, "timeout"),
        (vec![down()], ErrorKind::Unavailable, ""),
    ] {
        let (heard, seen) = ask(speaking("auto"), steps.clone(), quoted()).await;
        assert!(seen.iter().all(|sent| sent.starts_with("GET")), "{seen:?}");
        assert!(heard.spoke.is_none());
        let error = failed(heard);
        assert_eq!((error.kind, error.code.as_str()), (kind, code), "{error}");
        for committing in [book(), counter()] {
            let (heard, seen) = ask(speaking("auto"), steps.clone(), committing).await;
            assert!(seen.iter().all(|sent| sent.starts_with("GET")), "{seen:?}");
            let error = failed(heard);
            assert_eq!(error.fate(), Fate::NotSent, "{error}");
            assert!(error.says.starts_with("nothing was sent"), "{error}");
            assert!(!error.cure.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn questions_at_once_share_one_detection() {
    let script = Script::new([catalogue_v2(), replies(200, &quote_v2())]);
    let seller_ = seller(speaking("auto"), &script, &TestClock::start());
    let heard = join_all((0..20).map(|_| seller_.put(quoted()))).await;
    assert!(heard.iter().all(|heard| heard.result.is_ok()));
    let seen = asked(&script);
    assert_eq!(seen.iter().filter(|sent| *sent == "GET /products").count(), 1);
    assert_eq!(seen.len(), 21);

    // A seller that says nothing is waited for once, not once for each question.
    let (script, clock) = (Script::new([Step::Silence]), TestClock::start());
    let seller_ = seller(speaking("auto"), &script, &clock);
    let heard = join_all((0..20).map(|_| seller_.put(quoted()))).await;
    assert!(heard.iter().all(|heard| heard.result.is_err()));
    assert_eq!(script.seen().len(), 3, "three attempts of one question");
    // It is looked for again later.
    drop(seller_.put(quoted()).await);
    assert_eq!(script.seen().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_quote_in_the_wrong_dialect_is_asked_once_more_in_the_right_one() {
    let (v1, v2) = ("POST /api/v1/quotes v1", "POST /api/v1/quotes v2");
    for (remembered, steps, sent, dialect) in [
        ("v1", vec![misses_key(), replies(200, &quote_v2())], vec![v1, v2], "v2"),
        (
            "v2",
            vec![wants_number(), catalogue_v1(), replies(200, &quote_v1())],
            vec![v2, "GET /products", v1],
            "v1",
        ),
        // What the catalogue says stands: the refusal is the seller's answer.
        ("v2", vec![wants_number(), catalogue_v2()], vec![v2, "GET /products"], "v2"),
        // Asked once more, never twice.
        ("v1", vec![misses_key()], vec![v1, v2], "v2"),
    ] {
        let fits = sent.len() != 2 || steps.len() == 2 && dialect != remembered;
        let script = Script::new(steps);
        let heard = remembering(remembered, &script).put(quoted()).await;
        let seen = asked(&script);
        assert_eq!(seen, sent);
        assert_eq!(spoke(&heard).0, dialect);
        assert_eq!(heard.result.is_ok(), fits, "{:?}", heard.result);
    }
}

#[tokio::test(start_paused = true)]
async fn a_configured_dialect_stays_and_the_cure_names_it() {
    for (dialect, steps, question) in [
        ("v1", vec![misses_key()], quoted()),
        ("v1", vec![misses_key()], book()),
        ("v2", vec![wants_number()], quoted()),
        ("v2", vec![lacks_path()], counter()),
    ] {
        let (heard, seen) = ask(speaking(dialect), steps, question).await;
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(spoke(&heard), (dialect, "set in the configuration", dialect == "v2"));
        let cure = failed(heard).cure;
        assert!(cure.contains(&format!("set to \"{dialect}\"")), "{cure}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_booking_or_a_move_in_the_wrong_dialect_is_refused_and_never_sent_again() {
    let absent = || replies(405, &json!({"detail": "Method Not Allowed"}));
    for (remembered, steps, question, path, dialect) in [
        ("v1", vec![misses_key()], book(), "/api/v1/deals", "v2"),
        (
            "v2",
            vec![lacks_path(), catalogue_v1()],
            counter(),
            "/api/v1/negotiations/messages",
            "v1",
        ),
        ("v2", vec![absent(), catalogue_v1()], counter(), "/api/v1/negotiations/messages", "v1"),
    ] {
        let script = Script::new(steps);
        let seller = remembering(remembered, &script);
        let heard = seller.put(question).await;
        let seen = asked(&script);
        assert!(seen[0].contains(path), "{seen:?}");
        let posts = seen.iter().filter(|sent| sent.starts_with("POST")).count();
        assert_eq!(posts, 1, "{seen:?}");
        assert_eq!(spoke(&heard).0, dialect);
        assert_eq!(heard.exchange.as_ref().unwrap().method, "POST");
        let error = failed(heard);
        assert!(error.cure.contains(&format!("dialect {dialect}")), "{}", error.cure);
        assert_ne!(error.fate(), Fate::NotSent);
        if error.http_status != 405 {
            assert_eq!(error.fate(), Fate::Refused);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_shape_that_does_not_fit_is_read_and_leads_to_one_new_look() {
    for (remembered, reply, catalogue, dialect) in [
        ("v1", quote_v2(), catalogue_v2(), "v2"),
        ("v2", quote_v1(), catalogue_v1(), "v1"),
        ("v2", quote_v1(), catalogue_v2(), "v2"),
    ] {
        let script = Script::new([
            replies(200, &reply),
            catalogue,
            replies(200, &reply),
            replies(200, &reply),
        ]);
        let seller = remembering(remembered, &script);
        for _ in 0..3 {
            let heard = seller.put(quoted()).await;
            let Ok(Answer::Quote(quote)) = &heard.result else { panic!("{:?}", heard.result) };
            assert_eq!(quote.pricing.final_cpm, Some(usd("13.5")));
        }
        let looks = asked(&script).iter().filter(|sent| *sent == "GET /products").count();
        assert_eq!((script.seen().len(), looks), (4, 1), "{remembered} {dialect}");
        assert_eq!(spoke(&seller.put(Ask::GetQuote("q".into())).await).0, dialect);
    }
    let bare = Script::new([replies(200, &json!({"deal": deal()}))]);
    let heard = seller(speaking("v1"), &bare, &TestClock::start()).put(book()).await;
    assert!(matches!(heard.result, Ok(Answer::Deal(_))), "{:?}", heard.result);
    assert_eq!(bare.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_quote_that_is_read_before_it_is_booked_tells_the_dialect() {
    for (reply, dialect) in [(quote_v1(), "v1"), (quote_v2(), "v2")] {
        let script = Script::new([replies(200, &reply), replies(200, &deal())]);
        let seller = seller(speaking("auto"), &script, &TestClock::start());
        assert_eq!(spoke(&seller.put(Ask::GetQuote("q".into())).await).0, dialect);
        assert!(seller.put(book()).await.result.is_ok());
        let sent = ["GET /api/v1/quotes/q".to_owned(), format!("POST /api/v1/deals {dialect}")];
        assert_eq!(asked(&script), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_catalogue_in_pages_is_read_to_its_end() {
    let page = |ids: std::ops::Range<u32>, total: u64| {
        let products: Vec<Value> = ids
            .map(|id| {
                json!({"product_id": format!("p{id}"), "ext": {"floor_cpm": 10.0},
                "base_price": {"amount_micros": 15_500_000, "currency": "USD"}})
            })
            .collect();
        replies(200, &json!({"products": products, "total_count": total}))
    };
    for (steps, requests, count) in [
        (vec![page(0..50, 120), page(50..120, 120)], 2, Ok(120)),
        (vec![page(0..50, 120), page(50..100, 120), page(100..120, 120)], 3, Ok(120)),
        (vec![page(0..50, 50)], 1, Ok(50)),
        // It ignores how it is asked: the same page for ever, or pages that overlap.
        (vec![page(0..50, 120)], 2, Ok(50)),
        (vec![page(0..50, 60), page(40..60, 60)], 2, Ok(60)),
        // It ends before it said.
        (vec![page(0..50, 120), page(50..50, 120)], 2, Ok(50)),
        (vec![page(0..1, 90_000_000)], 1, Err(ErrorKind::TooLarge)),
        (vec![page(0..50, 120), replies(500, &json!("no"))], 2, Err(ErrorKind::Unavailable)),
    ] {
        let script = Script::new(steps);
        let heard = seller(speaking("v2"), &script, &TestClock::start()).put(Ask::Products).await;
        assert_eq!(script.seen().len(), requests);
        match (heard.result, count) {
            (Ok(Answer::Products(products)), Ok(count)) => {
                assert_eq!(products.len(), count);
                assert_eq!(products[0].base_cpm, Some(usd("15.5")));
                assert_eq!(products[0].floor_cpm, Some(usd("10")));
            }
            (Err(error), Err(kind)) => assert_eq!(error.kind, kind),
            (result, _) => panic!("{result:?}"),
        }
        let Some(second) = script.seen().get(1).cloned() else { continue };
        assert_eq!(second.url.query(), Some("limit=500&offset=50"));
        assert!(
            heard.exchange.unwrap().url.ends_with("/products?limit=500&offset=50") || requests > 2
        );
    }
}
