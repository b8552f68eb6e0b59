//! What goes over the wire, to the letter, and what a reply must have to be one.

use dealdesk::{
    domain::{
        Action, Answer, Ask, Currency, DealType, ErrorKind, Fate, Identity, QuoteAsk, QuoteStatus,
        Tier,
    },
    sellers::{PROTOCOLS, connect},
};
use serde_json::{Value, json};

use super::support::{
    IDEMPOTENCY_KEY, Put as _, Script, TestClock, asks_quote, book, endpoint, failed, quote_ask,
    replies, scripted, usd,
};

fn whole() -> Identity {
    Identity {
        seat_id: Some("seat-1".into()),
        agency_id: Some("agency-1".into()),
        advertiser_id: None,
        dsp_platform: Some(String::new()),
        agent_url: Some("https://agent.example".into()),
    }
}

fn quote() -> Value {
    json!({
        "quote_id": "qt-1", "status": "available", "deal_type": "PD",
        "product": {"product_id": "prod-1", "name": "Home"},
        "pricing": {"base_cpm": 15, "final_cpm": 13.5, "currency": "USD"},
        "terms": {"impressions": 500_000, "flight_start": "2026-12-01", "flight_end": "2026-12-31"},
        "buyer_tier": "agency", "expires_at": "2026-11-22T21:00:00"
    })
}

fn deal() -> Value {
    json!({"deal_id": "D-1", "deal_type": "PD", "status": "proposed"})
}

fn moved() -> Value {
    json!({"action": "counter", "seller_price": 12.82, "round_number": 1, "status": "active"})
}

fn without(mut reply: Value, field: &str) -> Value {
    reply.as_object_mut().unwrap().remove(field);
    reply
}

#[tokio::test(start_paused = true)]
async fn requests_to_the_letter() {
    let counter = |action| Ask::Counter {
        quote_id: "qt/1".into(),
        cpm: usd("12.50"),
        action,
        identity: whole(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        note: None,
    };
    let asked = QuoteAsk {
        target_cpm: Some(usd("12.3456789")),
        deal_type: DealType::Guaranteed,
        identity: whole(),
        ..quote_ask()
    };
    let bare = QuoteAsk { impressions: None, ..quote_ask() };
    let booking = Ask::Book {
        quote_id: "qt-1".into(),
        identity: whole(),
        notes: Some("\"hello\"\n".into()),
        idempotency_key: "k".into(),
    };
    let countered =
        r#"{"buyer_price":12.50,"price":12.50,"buyer_tier":"agency","agency_id":"agency-1"}"#;
    for (ask, answer, path, body) in [
        (
            asks_quote(asked),
            quote(),
            "/api/v1/quotes",
            concat!(
                r#"{"product_id":"prod-1","deal_type":"PG","impressions":500000,"#,
                r#""flight_start":"2026-12-01","flight_end":"2026-12-31","target_cpm":12.3456789,"#,
                r#""buyer_identity":{"seat_id":"seat-1","agency_id":"agency-1"},"#,
                r#""agent_url":"https://agent.example"}"#
            ),
        ),
        (
            asks_quote(bare),
            quote(),
            "/api/v1/quotes",
            concat!(
                r#"{"product_id":"prod-1","deal_type":"PD","#,
                r#""flight_start":"2026-12-01","flight_end":"2026-12-31"}"#
            ),
        ),
        (counter(Action::Counter), moved(), "/proposals/qt%2F1/counter", countered),
        (counter(Action::Accept), moved(), "/proposals/qt%2F1/counter", countered),
        (
            booking,
            deal(),
            "/api/v1/deals",
            concat!(
                r#"{"quote_id":"qt-1","buyer_identity":{"seat_id":"seat-1","#,
                r#""agency_id":"agency-1"},"notes":"\"hello\"\n"}"#
            ),
        ),
        (book(), deal(), "/api/v1/deals", r#"{"quote_id":"qt-1"}"#),
        (
            Ask::Search("ctv \"x\"".into()),
            json!({"results": []}),
            "/media-kit/search",
            r#"{"query":"ctv \"x\""}"#,
        ),
        (
            Ask::GetDeal("a b/?#".into()),
            json!({"deal_id": "a b/?#"}),
            "/api/v1/deals/a%20b%2F%3F%23",
            "",
        ),
        (Ask::Package("日".into()), json!({}), "/packages/%E6%97%A5", ""),
    ] {
        let script = Script::new([replies(200, &answer)]);
        let heard = scripted(&script).put(ask).await;
        assert!(heard.result.is_ok(), "{path}: {:?}", heard.result);
        let sent = script.seen().pop().unwrap();
        assert_eq!(sent.url.path(), path);
        assert_eq!(sent.body.unwrap_or_default(), body);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_sends_nothing() {
    let counter = |action| Ask::Counter {
        quote_id: "qt-1".into(),
        cpm: usd("1"),
        action,
        identity: Identity::default(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        note: None,
    };
    let euros = dealdesk::domain::Cpm::new(1.into(), "EUR".parse::<Currency>().unwrap());
    let mut plain = endpoint("http://seller.example");
    plain.attempts = 1;
    let mut allowed = plain.clone();
    allowed.allow_http = true;
    let mut bad_key = endpoint("http://127.0.0.1:1");
    bad_key.auth.api_key = Some("two\nlines".into());
    let here = || endpoint("http://127.0.0.1:1");
    let target = QuoteAsk { target_cpm: Some(euros), ..quote_ask() };
    for (endpoint, ask, kind, code) in [
        (here(), counter(Action::Walk), ErrorKind::Unsupported, "no_such_move"),
        (here(), counter(Action::Reject), ErrorKind::Unsupported, "no_such_move"),
        (here(), asks_quote(target), ErrorKind::Unsupported, "currency"),
        (here(), Ask::GetQuote("..".into()), ErrorKind::Unsupported, "bad_id"),
        (here(), Ask::GetDeal("".into()), ErrorKind::Unsupported, "bad_id"),
        (plain, book(), ErrorKind::Configuration, "plain_http"),
        (endpoint("ftp://127.0.0.1"), Ask::Products, ErrorKind::Configuration, "bad_url"),
        (endpoint("https://a:b@h.example"), Ask::Products, ErrorKind::Configuration, "bad_url"),
        (bad_key, Ask::Products, ErrorKind::Configuration, "bad_key"),
    ] {
        let script = Script::new([replies(200, &json!({}))]);
        let seller = super::support::seller(endpoint, &script, &TestClock::start());
        let heard = seller.put(ask).await;
        assert!(heard.exchange.is_none() && script.seen().is_empty(), "{code}: something was sent");
        let error = failed(heard);
        assert_eq!((error.kind, error.code.as_str(), error.fate()), (kind, code, Fate::NotSent));
        assert!(!error.cure.is_empty());
    }
    let script = Script::new([replies(200, &json!({"products": []}))]);
    let seller = super::support::seller(allowed, &script, &TestClock::start());
    assert!(seller.put(Ask::Products).await.result.is_ok(), "allow_http allows it");
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_lacks_what_money_needs_names_the_field() {
    let edited = |mut reply: Value, pointer: &str, value: Value| {
        *reply.pointer_mut(pointer).unwrap() = value;
        reply
    };
    let ask_quote = || asks_quote(quote_ask());
    let counter = || Ask::Counter {
        quote_id: "qt-1".into(),
        cpm: usd("1"),
        action: Action::Counter,
        identity: Identity::default(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        note: None,
    };
    for (ask, reply, names) in [
        (ask_quote(), without(quote(), "quote_id"), "quote_id"),
        (ask_quote(), without(quote(), "expires_at"), "expires_at"),
        (ask_quote(), edited(quote(), "/expires_at", json!("soon")), "expires_at"),
        (ask_quote(), edited(quote(), "/pricing/final_cpm", json!("cheap")), "final_cpm"),
        (ask_quote(), edited(quote(), "/pricing/final_cpm", json!(-1)), "final_cpm"),
        (ask_quote(), edited(quote(), "/pricing/currency", json!("dollars")), "currency"),
        (ask_quote(), edited(quote(), "/terms/impressions", json!(0.5)), "impressions"),
        (ask_quote(), edited(quote(), "/deal_type", json!("XX")), "deal_type"),
        (ask_quote(), json!([]), "quote_id"),
        (counter(), without(moved(), "action"), "action"),
        (counter(), without(moved(), "seller_price"), "seller_price"),
        (Ask::History("qt-1".into(), dealdesk::domain::Currency::USD), json!({}), "rounds"),
        (Ask::Products, json!({}), "products"),
        (Ask::Packages, json!({"packages": 1}), "packages"),
    ] {
        let error = failed(scripted(&Script::new([replies(200, &reply)])).put(ask).await);
        assert_eq!((error.kind, error.http_status), (ErrorKind::Nonsense, 200), "{names}");
        assert!(error.says.contains(names), "{names}: {}", error.says);
        assert_eq!(error.fate(), Fate::Unknown, "a booking would be in doubt");
    }
}

#[tokio::test(start_paused = true)]
async fn replies_are_read_as_sellers_really_write_them() {
    // As the guide's seller: no deal type, nulls, numbers in texts, fields nobody knows.
    let strange = json!({
        "quote_id": 77, "status": "on hold", "product": null, "pricing": {
            "base_cpm": null, "final_cpm": "13.50", "tier_discount_pct": "10", "new": [1]},
        "terms": {"impressions": "20000", "guaranteed": null}, "availability": {},
        "buyer_tier": "platinum", "expires_at": "2026-11-22T21:00:00", "deal_id": null
    });
    let script = Script::new([replies(201, &strange)]);
    let heard = scripted(&script).put(asks_quote(quote_ask())).await;
    let Answer::Quote(quote) = heard.result.unwrap() else { panic!("no quote") };
    assert_eq!((quote.quote_id.as_str(), quote.product.product_id.as_str()), ("77", "prod-1"));
    assert_eq!((quote.status, quote.raw_status.as_str()), (QuoteStatus::Other, "on hold"));
    assert_eq!((quote.deal_type, quote.buyer_tier), (DealType::Preferred, None));
    assert_eq!((quote.pricing.base_cpm, quote.pricing.final_cpm), (None, Some(usd("13.5"))));
    assert_eq!(quote.terms.impressions, Some(20_000));
    assert_eq!(quote.expires_at, super::support::at("2026-11-22T21:00:00Z"));
    assert!(quote.availability.is_some() && quote.deal_id.is_none());

    let reply = json!({"products": [{"product_id": "p", "base_cpm": null}, 7, {"name": "no id"}]});
    let heard = scripted(&Script::new([replies(200, &reply)])).put(Ask::Products).await;
    let Answer::Products(products) = heard.result.unwrap() else { panic!("no products") };
    assert_eq!((products.len(), products[0].base_cpm), (1, None));

    let hostile = json!({"name": "A\u{1b}]0;x\u{7}B", "provider": {"name": "C\u{202e}D"}});
    let heard = scripted(&Script::new([replies(200, &hostile)])).put(Ask::Probe).await;
    let Answer::Alive(card) = heard.result.unwrap() else { panic!("no card") };
    assert_eq!((card.name.as_str(), card.provider.as_str()), ("A\u{fffd}]0;x\u{fffd}B", "CD"));
    assert_eq!(whole().tier(), Tier::Agency);
}

#[tokio::test(start_paused = true)]
async fn a_seller_of_the_other_dialect_is_recognised() {
    let body = json!({"detail": [
        {"type": "missing", "loc": ["body", "idempotency_key"], "msg": "Field required"}]});
    let script = Script::new([replies(422, &body)]);
    let error = failed(scripted(&script).put(asks_quote(quote_ask())).await);
    assert_eq!(error.says, "body.idempotency_key: Field required");
    assert!(error.cure.contains("set to \"v1\""), "{}", error.cure);
}

#[test]
fn unknown_protocols_and_dialects_are_told_with_what_there_is() {
    let build = |protocol: &str, dialect: &str| {
        let mut endpoint = endpoint("https://seller.example");
        protocol.clone_into(&mut endpoint.protocol);
        dialect.clone_into(&mut endpoint.dialect);
        let clock = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _inside = clock.enter();
        connect(endpoint, Script::new([]), TestClock::start()).map(|_| ())
    };
    for protocol in PROTOCOLS {
        let known = protocol.dialects.iter().map(|dialect| dialect.name);
        for dialect in ["", "auto"].into_iter().chain(known) {
            assert!(build(protocol.name, dialect).is_ok(), "{} {dialect}", protocol.name);
        }
    }
    let error = build("iab", "v9").unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Configuration, "dialect"));
    assert!(error.cure.contains("v1"), "{}", error.cure);
    assert_eq!(build("telex", "").unwrap_err().code, "protocol");
}
