//! What is asked beside quotes and deals: avails, orders and change requests, whether a key is good.

use dealdesk::domain::{
    Answer, Ask, AvailsAsk, AvailsStatus, ErrorKind, Fate, Identity, KeyCheck, OrderAnswer,
    OrderAsk, OrderFilter, Tier,
    order::{ChangeAsk, ChangeType, Diff, Given, OrderStatus},
};
use serde_json::{Value, json};

use super::support::{
    Put as _, Script, Step, TestClock, failed, quote_ask, replies, scripted, seller, speaking,
};

pub(crate) fn avails(products: &[&str], identity: Identity) -> AvailsAsk {
    AvailsAsk {
        product_ids: products.iter().copied().map(Into::into).collect(),
        impressions: Some(1_000_000),
        flight_start: quote_ask().flight_start,
        flight_end: quote_ask().flight_end,
        identity,
    }
}

pub(crate) fn whole() -> Identity {
    Identity {
        seat_id: Some("seat-1".into()),
        agency_id: Some("agency-1".into()),
        advertiser_id: Some("adv-1".into()),
        dsp_platform: None,
        agent_url: None,
    }
}

pub(crate) fn order() -> OrderAsk {
    OrderAsk::Create {
        deal_id: Some("D-1".into()),
        quote_id: None,
        metadata: [("budget".to_owned(), Given::Number("5000.50".parse().unwrap()))].into(),
    }
}

pub(crate) fn change() -> OrderAsk {
    OrderAsk::RequestChange(ChangeAsk {
        order_id: "O-1".into(),
        change_type: ChangeType::FlightDates,
        diffs: vec![Diff {
            field: "flight_end".into(),
            old: Some(Given::Text("2026-12-31".into())),
            new: None,
        }],
        proposed: [("impressions".to_owned(), Given::Number(20_000.into()))].into(),
        reason: "late".into(),
        requested_by: "agency-1".into(),
        idempotency_key: "key-of-the-change".into(),
    })
}

#[tokio::test(start_paused = true)]
async fn avails_in_both_forms_to_the_letter() {
    let days = r#""startdate":"2026-12-01T00:00:00Z","enddate":"2026-12-31T00:00:00Z""#;
    for (asked, reply, body) in [
        (
            avails(&["p"], Identity::default()),
            json!({"productid": "p", "availableImpressions": "400000", "estimatedCpm": 35.0}),
            format!(r#"{{"productid":"p",{days},"requestedImpressions":1000000}}"#),
        ),
        (
            avails(&["p", "q"], whole()),
            json!({"avails": [{"productid": "p", "availability": 0, "price": "12.5",
                "currency": "EUR", "availsstatus": {"status": "Partially Available",
                "reason": "Booked"}}, 7]}),
            format!(
                r#"{{"productids":["p","q"],"accountid":"agency-1","advertiserbrandid":"adv-1",{days}}}"#
            ),
        ),
    ] {
        let script = Script::new([replies(200, &reply)]);
        let heard =
            seller(speaking("v2"), &script, &TestClock::start()).put(Ask::Avails(asked)).await;
        let Ok(Answer::Avails(list)) = heard.result else { panic!("{:?}", heard.result) };
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].status, AvailsStatus::Partial);
        let sent = script.seen().pop().unwrap();
        assert_eq!((sent.url.path(), sent.body.unwrap()), ("/products/avails", body));
        let legacy = list[0].raw_status.is_empty();
        let (available, cpm) = if legacy { (400_000, "35 USD") } else { (0, "12.5 EUR") };
        assert_eq!(list[0].available, Some(available));
        assert_eq!(list[0].estimated_cpm, Some(cpm.parse().unwrap()));
        assert_eq!(list[0].reason.as_deref(), (!legacy).then_some("Booked"));
    }
}

#[tokio::test(start_paused = true)]
async fn avails_that_cannot_be_asked_send_nothing_and_wrong_numbers_are_named() {
    for (dialect, asked, code) in [
        ("v1", avails(&["p"], Identity::default()), "no_avails"),
        ("v2", avails(&["p", "q"], Identity::default()), "no_account"),
        ("v2", avails(&[], whole()), "no_product"),
    ] {
        let script = Script::new([]);
        let seller = seller(speaking(dialect), &script, &TestClock::start());
        let error = failed(seller.put(Ask::Avails(asked)).await);
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unsupported, code));
        assert!(script.seen().is_empty());
    }
    for (field, value) in [
        ("productid", json!([])),
        ("availableImpressions", json!(0.5)),
        ("guaranteedImpressions", json!(-1)),
        ("estimatedCpm", json!("cheap")),
        ("totalCost", json!({})),
        ("currency", json!("dollars")),
    ] {
        let mut reply = json!({"productid": "p"});
        reply[field] = value;
        let script = Script::new([replies(200, &reply)]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        let error = failed(seller.put(Ask::Avails(avails(&["p"], whole()))).await);
        assert!(error.says.contains(field), "{field}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn orders_to_the_letter_and_only_what_was_asked_for() {
    let ours = json!({"order_id": "O-1", "status": "on_hold", "deal_id": "D-1",
        "metadata": {"name": "IO", "odd": [1]}});
    let mut slashed = ours.clone();
    slashed["order_id"] = json!("O/1");
    let list = json!({"orders": [ours, {"order_id": "O-2", "deal_id": "D-2", "status": "draft"},
        {"order_id": "O-3", "status": "draft"}], "count": 3});
    let changed = json!({"change_request_id": "C-1", "order_id": "O-1", "status": "applied"});
    let changes = json!({"change_requests": [changed, {"change_request_id": "C-2"}]});
    let filter = |status: Option<&str>| OrderFilter {
        deal_ids: ["D-1".into(), "D-2".into()].into(),
        status: status.map(str::to_owned),
        ..OrderFilter::default()
    };
    let mine = OrderFilter { order_ids: vec!["O-1".into()], ..OrderFilter::default() };
    for (asked, reply, path, body, count) in [
        (OrderAsk::List(filter(None)), &list, "/api/v1/orders", "", 2),
        (OrderAsk::List(filter(Some("draft"))), &list, "/api/v1/orders", "", 1),
        (OrderAsk::List(OrderFilter::default()), &list, "/api/v1/orders", "", 3),
        (OrderAsk::Get("O/1".into()), &slashed, "/api/v1/orders/O%2F1", "", 1),
        (OrderAsk::Changes(mine), &changes, "/api/v1/change-requests", "", 1),
        (OrderAsk::Change("C-1".into()), &changed, "/api/v1/change-requests/C-1", "", 1),
        (order(), &ours, "/api/v1/orders", r#"{"deal_id":"D-1","metadata":{"budget":5000.50}}"#, 1),
        (
            change(),
            &changed,
            "/api/v1/change-requests",
            concat!(
                r#"{"idempotency_key":"key-of-the-change","order_id":"O-1","#,
                r#""change_type":"flight_dates","diffs":[{"field":"flight_end","#,
                r#""old_value":"2026-12-31","new_value":null}],"#,
                r#""proposed_values":{"impressions":20000},"reason":"late","#,
                r#""requested_by":"agency-1"}"#
            ),
            1,
        ),
    ] {
        let script = Script::new([replies(200, reply)]);
        let heard = scripted(&script).put(Ask::Orders(asked.clone())).await;
        let Ok(Answer::Orders(answer)) = heard.result else { panic!("{:?}", heard.result) };
        let found = match answer {
            OrderAnswer::Orders(orders) => orders.len(),
            OrderAnswer::Order(order) => {
                assert_eq!(
                    (order.status, order.raw_status.as_str()),
                    (OrderStatus::Other, "on_hold")
                );
                assert_eq!(order.metadata["odd"], Given::Text("[1]".into()));
                1
            }
            OrderAnswer::Changes(changes) => changes.len(),
            OrderAnswer::Change(change) => usize::from(change.status == "applied"),
            OrderAnswer::History { .. } => panic!("nobody asked for a history"),
        };
        assert_eq!(found, count, "{asked:?}");
        let sent = script.seen().pop().unwrap();
        assert_eq!((sent.url.path(), sent.body.unwrap_or_default().as_str()), (path, body));
        assert_eq!(sent.fresh, !asked.is_read());
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_order_or_change_is_sent_once_and_a_list_of_them_again() {
    for (asked, sent) in [
        (order(), 1),
        (change(), 1),
        (OrderAsk::List(OrderFilter::default()), 3),
        (OrderAsk::Changes(OrderFilter::default()), 3),
    ] {
        for step in [Step::Silence, replies(503, &json!({"detail": "down"}))] {
            let script = Script::new([step]);
            let asked = Ask::Orders(asked.clone());
            assert_eq!(asked.is_repeatable(), sent > 1);
            let error = failed(scripted(&script).put(asked).await);
            assert_eq!((script.seen().len(), error.fate()), (sent, Fate::Unknown));
        }
    }
    for (asked, reply, names) in [
        (OrderAsk::List(OrderFilter::default()), json!({}), "orders"),
        (OrderAsk::Get("O".into()), json!([]), "order_id"),
        (OrderAsk::History("O".into()), json!({"transitions": 1}), "transitions"),
        (OrderAsk::Changes(OrderFilter::default()), json!({}), "change_requests"),
        (OrderAsk::Change("C".into()), json!({}), "change_request_id"),
    ] {
        let script = Script::new([replies(200, &reply)]);
        let error = failed(scripted(&script).put(Ask::Orders(asked)).await);
        assert!(error.says.contains(names), "{names}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_is_checked_by_what_opens_with_it() {
    let priced = || replies(200, &json!({"packages": [{"exact_price": 28.0}]}));
    let open = || replies(200, &json!({"packages": [{"price_range": "$28-$42 CPM"}]}));
    let products = || replies(200, &json!({"products": [{"product_id": "p", "base_cpm": 1}]}));
    let price = |discount: Value| replies(200, &json!({ "tier_discount": discount }));
    let absent = || replies(404, &json!({"detail": "Not Found"}));
    let blocked = || replies(403, &json!({"detail": "Agent is blocked. Contact the operator."}));
    let failing = || replies(500, &json!({"detail": "out of order"}));
    for (steps, requests, tier, says) in [
        (vec![priced(), products(), price(json!(0.1))], 3, Some(Tier::Agency), "our prices"),
        (vec![priced(), products(), price(json!("0.150"))], 3, Some(Tier::Advertiser), "15 %"),
        (vec![priced(), products(), price(json!(5.0))], 3, Some(Tier::Seat), "5 %"),
        (vec![open(), products(), price(json!(0.0))], 3, Some(Tier::Public), "no prices"),
        (vec![absent(), products(), price(json!(0.1))], 3, Some(Tier::Agency), "does not tell"),
        (vec![priced(), products(), price(json!(0.07))], 3, None, "our prices"),
        (vec![priced(), products(), price(json!(null))], 3, None, "our prices"),
        (vec![priced(), products(), absent()], 3, None, "our prices"),
        (vec![priced(), replies(200, &json!({"products": []}))], 2, None, "our prices"),
        (vec![blocked(), products(), price(json!(0.1))], 3, Some(Tier::Agency), "is blocked"),
        (vec![priced(), products(), failing()], 3, None, "out of order"),
    ] {
        let script = Script::new(steps);
        let heard = scripted(&script).put(Ask::CheckKey).await;
        assert_eq!(script.seen().len(), requests);
        let Ok(Answer::Key(KeyCheck { tier: found, says: told })) = heard.result else {
            panic!("{:?}", heard.result)
        };
        assert_eq!(found, tier, "{told}");
        assert!(told.contains(says), "{told} does not say {says}");
        let harmless = |sent: &dealdesk::sellers::WireRequest| {
            sent.method == "GET" || sent.url.path() == "/pricing"
        };
        assert!(script.seen().iter().all(harmless));
    }
    let expired = || replies(401, &json!({"detail": "API key key-1234 has expired"}));
    for (steps, code) in [
        (vec![expired()], 401),
        (vec![priced(), products(), expired()], 401),
        (vec![replies(500, &json!("Internal Server Error"))], 500),
        (vec![Step::Silence], 0),
    ] {
        let error = failed(scripted(&Script::new(steps)).put(Ask::CheckKey).await);
        assert_eq!(error.http_status, code);
        assert_eq!(error.says.contains("has expired"), code == 401, "{error}");
    }
    for steps in [
        vec![priced(), products(), blocked()],
        vec![blocked(), products(), blocked()],
        vec![blocked(), products(), absent()],
        vec![blocked()],
    ] {
        let error = failed(scripted(&Script::new(steps)).put(Ask::CheckKey).await);
        assert_eq!(error.http_status, 403, "{error}");
        assert!(error.says.contains("is blocked") && !error.cure.is_empty(), "{error}");
    }
    let mut keyless = speaking("v1");
    keyless.auth = dealdesk::sellers::Auth::default();
    let script = Script::new([]);
    let error = failed(seller(keyless, &script, &TestClock::start()).put(Ask::CheckKey).await);
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unsupported, "no_key"));
    assert!(script.seen().is_empty());
}
