//! A reply about something else than was asked for: it is no answer, and nothing is made of it.

use dealdesk::domain::{
    Answer, Ask, ChangeAsk, Currency, ErrorKind, Fate, OrderAsk,
    order::{ChangeType, OrderAnswer},
};
use serde_json::{Value, json};

use super::support::{
    Put as _, Script, TestClock, book, counter, failed, replies, seller, speaking,
};

fn quote(id: &str) -> Value {
    json!({"quote_id": id, "status": "available", "deal_type": "PD",
        "product": {"product_id": "prod-1"}, "pricing": {"final_cpm": 20.0},
        "terms": {"impressions": 500_000}, "expires_at": "2026-11-22T21:00:00Z"})
}

fn deal(id: &str, quote_id: &Value) -> Value {
    json!({"deal_id": id, "quote_id": quote_id, "status": "proposed", "pricing": {"final_cpm": 20.0}})
}

/// What is answered about the thing of this name.
type Answered = fn(&str) -> Value;

/// What is asked about `qt-1`, `D-1`, … with what is answered to it, in which `id` and `quote` are named.
fn asks() -> Vec<(Ask, Answered)> {
    let orders = Ask::Orders;
    let creates = |deal: Option<&str>, quote: Option<&str>| {
        orders(OrderAsk::Create {
            deal_id: deal.map(Into::into),
            quote_id: quote.map(Into::into),
            metadata: [].into(),
        })
    };
    let changes = ChangeAsk {
        order_id: "X-1".into(),
        change_type: ChangeType::Creative,
        diffs: vec![],
        proposed: [].into(),
        reason: String::new(),
        requested_by: String::new(),
        idempotency_key: String::new(),
    };
    let moved = |id: &str| {
        json!({"quote_id": id, "negotiation_id": "neg-1", "action": "counter",
            "seller_price": 12.0, "status": "active"})
    };
    vec![
        (Ask::GetQuote("X-1".into()), |id| quote(id)),
        (Ask::GetQuote("X-1".into()), |id| json!({ "quote": quote(id) })),
        (Ask::GetDeal("X-1".into()), |id| deal(id, &json!("qt-1"))),
        (Ask::GetDeal("X-1".into()), |id| json!({ "deal": deal(id, &json!("qt-1")) })),
        (Ask::Package("X-1".into()), |id| json!({"package_id": id, "name": "p"})),
        (Ask::History("X-1".into(), Currency::USD), |id| json!({"proposal_id": id, "rounds": []})),
        (Ask::History("X-1".into(), Currency::USD), |id| json!({"quote_id": id, "rounds": []})),
        (asked_of(book(), "X-1"), |id| deal("D-1", &json!(id))),
        (asked_of(book(), "X-1"), |id| json!({ "deal": deal("D-1", &json!(id)) })),
        (asked_of(counter(), "X-1"), moved),
        (
            asked_of(counter(), "X-1"),
            |id| json!({"proposal_id": id, "action": "counter", "seller_price": 12.0}),
        ),
        (orders(OrderAsk::Get("X-1".into())), |id| json!({"order_id": id, "status": "draft"})),
        (orders(OrderAsk::History("X-1".into())), |id| json!({"order_id": id, "transitions": []})),
        (orders(OrderAsk::Change("X-1".into())), |id| json!({"change_request_id": id})),
        (creates(Some("X-1"), None), |id| json!({"order_id": "O-1", "deal_id": id})),
        (creates(None, Some("X-1")), |id| json!({"order_id": "O-1", "quote_id": id})),
        (
            orders(OrderAsk::RequestChange(changes)),
            |id| json!({"change_request_id": "CR-1", "order_id": id}),
        ),
    ]
}

fn asked_of(mut ask: Ask, id: &str) -> Ask {
    if let Ask::Book { quote_id, .. } | Ask::Counter { quote_id, .. } = &mut ask {
        *quote_id = id.into();
    }
    ask
}

#[tokio::test(start_paused = true)]
async fn a_reply_about_another_id_is_no_answer() {
    for dialect in ["v1", "v2"] {
        for (ask, answer) in asks() {
            let heard = async |id: &str| {
                let script = Script::new([replies(200, &answer(id))]);
                seller(speaking(dialect), &script, &TestClock::start()).put(ask.clone()).await
            };
            let fine = heard("X-1").await;
            assert!(fine.result.is_ok(), "{dialect} {ask:?}: {:?}", fine.result);
            for other in ["X-2", "x-1", "X-1 ", "X-1\u{200b}"] {
                let error = failed(heard(other).await);
                let told = (error.kind, error.code.as_str());
                assert_eq!(told, (ErrorKind::Nonsense, "other_answer"), "{ask:?}: {error:?}");
                assert!(error.says.contains("X-1") && error.says.contains("answers about"));
                assert_eq!(error.fate(), Fate::Unknown, "{ask:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn avails_of_a_product_that_was_not_asked_for_are_none() {
    let ask = dealdesk::domain::AvailsAsk {
        product_ids: vec!["prod-1".into()],
        impressions: Some(500_000),
        flight_start: jiff::civil::date(2026, 12, 1),
        flight_end: jiff::civil::date(2026, 12, 31),
        identity: dealdesk::domain::Identity::default(),
    };
    for (product, is_read) in [("prod-1", true), ("prod-2", false)] {
        let body = json!({"productid": product, "availableImpressions": 9, "estimatedCpm": 1.0});
        let script = Script::new([replies(200, &body)]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        let heard = seller.put(Ask::Avails(ask.clone())).await;
        assert_eq!(heard.result.is_ok(), is_read, "{product}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_names_nothing_is_taken_for_what_was_asked_about() {
    // A v1 seller's answer to a move names its negotiation alone, and fields may be absent.
    for (ask, body) in [
        (counter(), json!({"negotiation_id": "neg-1", "action": "counter", "seller_price": 12.0})),
        (book(), json!({"deal_id": "D-1", "pricing": {"final_cpm": 20.0}})),
        (
            Ask::History("qt-1".into(), Currency::USD),
            json!({"negotiation_id": "neg-1", "rounds": []}),
        ),
    ] {
        let script = Script::new([replies(200, &body)]);
        let heard = seller(speaking("v1"), &script, &TestClock::start()).put(ask.clone()).await;
        assert!(heard.result.is_ok(), "{ask:?}: {:?}", heard.result);
    }
    let made = Ask::Orders(OrderAsk::Create {
        deal_id: Some("D-1".into()),
        quote_id: None,
        metadata: [].into(),
    });
    let script = Script::new([replies(200, &json!({"order_id": "O-1", "status": "draft"}))]);
    let heard = seller(speaking("v1"), &script, &TestClock::start()).put(made).await;
    assert!(matches!(heard.result, Ok(Answer::Orders(OrderAnswer::Order(_)))));
}
