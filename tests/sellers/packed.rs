//! Answers in a wrapping that nobody asked for: a byte-order mark is taken off, a packed one is named. And
//! advice that fits: the key of a seller that takes a bearer, a dialect only where it is set.

use super::support::Put as _;
use dealdesk::{
    domain::{Answer, Ask, DealId, ErrorKind, Fate, Heard, OrderAsk, OrderFilter},
    sellers::{Auth, WireReply},
};
use serde_json::{Value, json};

use super::{
    dialects::{quote_v1, quote_v2},
    support::{
        Script, Step, TestClock, asks_quote, book, endpoint, failed, quote_ask, replies, seller,
        speaking,
    },
};

async fn heard(dialect: &str, ask: Ask, steps: impl IntoIterator<Item = Step>) -> Heard {
    let script = Script::new(steps);
    seller(speaking(dialect), &script, &TestClock::start()).put(ask).await
}

fn marked(status: u16, body: &Value) -> Step {
    replies(status, &format!("\u{feff}{body}").into())
}

fn packed(status: u16, how: Option<&'static str>, body: &[u8]) -> Step {
    let mut reply = WireReply { status, body: body.to_vec(), ..WireReply::default() };
    if let Some(how) = how {
        reply.headers.insert("content-encoding", how.parse().unwrap());
    }
    Step::Reply(reply)
}

const GZIPPED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3";

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_before_json_is_no_part_of_it() {
    for (dialect, quote) in [("v1", quote_v1()), ("v2", quote_v2())] {
        let heard = heard(dialect, asks_quote(quote_ask()), [marked(200, &quote)]).await;
        assert!(!heard.exchange.unwrap().response.contains('\u{feff}'));
        assert!(heard.result.is_ok(), "{:?}", heard.result);
    }
    let refused = json!({"detail": {"error": "below_minimum_impressions", "message": "too few"}});
    let heard_no = heard("v2", asks_quote(quote_ask()), [marked(400, &refused)]).await;
    let error = failed(heard_no);
    assert_eq!((error.code.as_str(), error.bare), ("below_minimum_impressions", false));
    // Its dialect is found out from such a catalogue, too.
    let catalogue = json!({"products": [], "total_count": 0});
    let steps = [marked(200, &catalogue), marked(200, &quote_v2())];
    let found = heard("auto", asks_quote(quote_ask()), steps).await;
    assert_eq!(found.spoke.unwrap().dialect, "v2");
    assert!(found.result.is_ok(), "{:?}", found.result);
}

/// What a seller says in old letters or with a code in it is text all the same.
#[tokio::test(start_paused = true)]
async fn text_is_shown_cleaned_whatever_its_letters() {
    for (body, shown) in [
        (b"Geb\xfchr fehlt".as_slice(), "Geb\u{fffd}hr fehlt"),
        (b"no \x1b[31mquote".as_slice(), "no \u{fffd}[31mquote"),
        ("Gebühr fehlt".as_bytes(), "Gebühr fehlt"),
    ] {
        let error = failed(heard("v1", Ask::Products, [packed(400, None, body)]).await);
        assert_eq!(error.says, shown);
    }
}

#[tokio::test(start_paused = true)]
async fn a_packed_answer_is_named_and_never_shown() {
    for (how, body, name) in [
        (Some("gzip"), GZIPPED, "gzip"),
        (Some("BR"), b"\x8b\x01\x80{}\x03".as_slice(), "br"),
        (Some("deflate"), b"\x78\x9c\xab\xae\x05\x00".as_slice(), "deflate"),
        (None, GZIPPED, "gzip"),
    ] {
        for dialect in ["v1", "v2", "auto"] {
            for (ask, status, kind, fate) in [
                (asks_quote(quote_ask()), 200, ErrorKind::Nonsense, Fate::Unknown),
                (Ask::Products, 200, ErrorKind::Nonsense, Fate::Unknown),
                (asks_quote(quote_ask()), 422, ErrorKind::Refused, Fate::Unknown),
                (asks_quote(quote_ask()), 501, ErrorKind::Unavailable, Fate::Unknown),
            ] {
                let heard = heard(dialect, ask, [packed(status, how, body)]).await;
                let shown = heard.exchange.as_ref().unwrap().response.clone();
                assert_eq!(shown, format!("({name})"), "{dialect}");
                let error = failed(heard);
                assert_eq!((error.kind, error.code.as_str()), (kind, "packed"), "{dialect}");
                assert!(error.says.contains(name), "{error}");
                assert!(error.cure.contains("as they are"), "{}", error.cure);
                assert!(!error.cure.contains("dialect"), "{}", error.cure);
                assert_eq!(error.fate(), fate);
            }
        }
        // What became of a booking nobody can say.
        for status in [200, 409] {
            let error = failed(heard("v2", book(), [packed(status, how, body)]).await);
            assert_eq!(error.fate(), Fate::Unknown, "{status}");
        }
    }
    // `identity` is no packing.
    let plain = quote_v1().to_string();
    let step = packed(200, Some("identity"), plain.as_bytes());
    assert!(heard("v1", asks_quote(quote_ask()), [step]).await.result.is_ok());
    // Bytes that are no text are not shown either.
    let heard = heard("v1", Ask::Products, [packed(200, None, b"\x00\x01\xff\xfe\x07")]).await;
    assert_eq!(heard.exchange.unwrap().response, "(5 bytes that are no text)");
}

#[tokio::test(start_paused = true)]
async fn a_seller_that_takes_a_bearer_is_mended_where_its_token_is() {
    let no = || replies(401, &json!({"detail": "Invalid API key"}));
    let (key, token) = (Some("test-key-02".into()), Some("test-token-02".into()));
    for (auth, has, lacks) in [
        (Auth { api_key: key.clone(), ..Auth::default() }, "`api_key_env`", "bearer"),
        (Auth { bearer: token.clone(), ..Auth::default() }, "`bearer_token_env`", "api_key"),
        // The key is what is sent where both are set.
        (Auth { api_key: key, bearer: token, ..Auth::default() }, "`api_key_env`", "bearer"),
    ] {
        for (ask, dialect) in [
            (asks_quote(quote_ask()), "v1"),
            (book(), "v2"),
            (Ask::Packages, "v2"),
            (Ask::CheckKey, "v1"),
        ] {
            let mut endpoint = endpoint("http://127.0.0.1:8101");
            endpoint.auth = auth.clone();
            dialect.clone_into(&mut endpoint.dialect);
            let script = Script::new([no()]);
            let error = failed(seller(endpoint, &script, &TestClock::start()).put(ask).await);
            assert!(error.cure.contains(has), "{dialect}: {}", error.cure);
            assert!(!error.cure.contains(lacks), "{dialect}: {}", error.cure);
        }
    }
    let mut keyless = endpoint("http://127.0.0.1:8101");
    keyless.auth = Auth::default();
    let script = Script::new([no()]);
    let error = failed(seller(keyless, &script, &TestClock::start()).put(book()).await);
    assert!(error.cure.contains("`api_key_env`") && error.cure.contains("`bearer_token_env`"));
}

#[tokio::test(start_paused = true)]
async fn a_dialect_is_advised_only_where_one_is_set() {
    let misses_key = || {
        replies(
            422,
            &json!({"detail": [{"type": "missing", "loc": ["body", "idempotency_key"], "msg": "x"}]}),
        )
    };
    let not_offered = || replies(405, &json!({"detail": "Method Not Allowed"}));
    let orders = || Ask::Orders(OrderAsk::List(OrderFilter::default()));
    for (dialect, step, advised) in [
        ("v1", misses_key(), true),
        ("auto", misses_key(), false),
        ("v1", not_offered(), true),
        ("auto", not_offered(), false),
    ] {
        let error = failed(heard(dialect, orders(), [step]).await);
        assert_eq!(error.cure.contains("dialect"), advised, "{dialect}: {}", error.cure);
    }
    // One reader for all dialects: what it cannot read is of none.
    let error = failed(heard("auto", Ask::Packages, [replies(200, &json!("junk"))]).await);
    assert!(!error.cure.contains("dialect"), "{}", error.cure);
}

#[tokio::test(start_paused = true)]
async fn a_package_without_products_is_told_from_one_that_keeps_them_back() {
    for (placements, withheld) in [
        (json!({"placements": []}), false),
        (json!({"placements": [{"product_id": "p"}]}), false),
        (json!({"placements": null}), true),
        (json!({}), true),
    ] {
        let mut package = json!({"package_id": "k", "exact_price": 20});
        package.as_object_mut().unwrap().extend(placements.as_object().unwrap().clone());
        let reply = replies(200, &json!({ "packages": [package] }));
        let Ok(Answer::Packages(kit)) = heard("v1", Ask::Packages, [reply]).await.result else {
            panic!()
        };
        assert_eq!(kit[0].withheld().contains(&"placements"), withheld, "{placements}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_declined_quote_needs_no_end() {
    let declined = |more: Value| {
        let mut quote = json!({"quote_id": "qt-no", "status": "declined", "deal_type": "PD"});
        quote.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        quote
    };
    for (more, end) in [
        (json!({"expires_at": "2026-11-22T21:00:00Z"}), "2026-11-22T21:00:00Z"),
        (json!({"created_at": "2026-11-21T20:59:00Z"}), "2026-11-21T20:59:00Z"),
        (json!({}), "2026-11-21T21:00:00Z"),
    ] {
        for body in [declined(more.clone()), json!({ "quote": declined(more.clone()) })] {
            let heard = heard("v2", asks_quote(quote_ask()), [replies(200, &body)]).await;
            let Ok(Answer::Quote(quote)) = heard.result else { panic!("{:?}", heard.result) };
            assert_eq!(
                (quote.quote_id.as_str(), quote.expires_at.to_string().as_str()),
                ("qt-no", end)
            );
        }
    }
    let mut open = declined(json!({}));
    open["status"] = "available".into();
    assert!(heard("v2", asks_quote(quote_ask()), [replies(200, &open)]).await.result.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_deal_that_was_moved_names_the_one_that_stands_for_it() {
    let deal = json!({"deal_id": "D-1", "deal_type": "PG", "status": "deprecated",
        "replacement_deal_id": "D-2"});
    for (steps, stands, asked) in [
        (vec![replies(200, &deal)], Some("D-2"), 1),
        (vec![replies(200, &json!({ "deal": deal }))], Some("D-2"), 1),
        (
            vec![
                replies(200, &json!({"deal_id": "D-1", "status": "deprecated"})),
                replies(200, &json!({"replacements": [{"deal_id": "D-3"}]})),
            ],
            Some("D-3"),
            2,
        ),
        (vec![replies(200, &json!({"deal_id": "D-1", "status": "active"}))], None, 1),
    ] {
        for dialect in ["v1", "v2"] {
            let script = Script::new(steps.clone());
            let seller = seller(speaking(dialect), &script, &TestClock::start());
            let heard = seller.put(Ask::GetDeal("D-1".into())).await;
            let Ok(Answer::Deal(deal)) = heard.result else { panic!("{:?}", heard.result) };
            assert_eq!(deal.replaced_by.as_ref().map(DealId::as_str), stands);
            assert_eq!((script.seen().len(), deal.replaced()), (asked, stands.is_some()));
        }
    }
}
