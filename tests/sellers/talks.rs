//! The moves of a v2 negotiation: what is sent, and that an end is believed only when the seller's
//! record says the same.

use dealdesk::domain::{Action, Answer, Ask, Cpm, ErrorKind, Fate, Identity};
use serde_json::{Value, json};

use super::support::{
    IDEMPOTENCY_KEY, Put as _, Script, Step, TestClock, failed, replies, seller, speaking, usd,
};

fn says(action: Action) -> Ask {
    Ask::Counter {
        quote_id: "qt-1".into(),
        cpm: usd("11.47"),
        action,
        identity: Identity::default(),
        idempotency_key: IDEMPOTENCY_KEY.to_owned(),
        note: None,
    }
}

fn answered(action: &str, status: &str) -> Step {
    let price = json!({"amount_micros": 11_470_000, "currency": "USD"});
    replies(
        200,
        &json!({"negotiation_id": "neg-1", "status": status, "rounds_remaining": 0, "round": {
            "round_number": 5, "action": action, "buyer_price": price, "seller_price": price,
            "rationale": "Buyer accepted."}}),
    )
}

fn record(status: &str, rounds: &Value) -> Step {
    replies(200, &json!({"negotiation_id": "neg-1", "status": status, "rounds": rounds}))
}

fn round(number: u32, action: &str, price: f64) -> Value {
    json!({"round_number": number, "action": action, "buyer_price": 11.0, "seller_price": price,
        "rationale": "as recorded"})
}

#[tokio::test(start_paused = true)]
async fn moves_to_the_letter() {
    let named = |cpm: Cpm, action| Ask::Counter {
        quote_id: "qt/1".into(),
        cpm,
        action,
        identity: Identity { agency_id: Some("agency-1".into()), ..Identity::default() },
        idempotency_key: "key-1".to_owned(),
        note: None,
    };
    let head = |action: &str| format!(r#"{{"idempotency_key":"key-1","action":"{action}","#);
    let tail = r#""buyer_identity":{"agency_id":"agency-1"}}"#;
    let price =
        |micros: u64| format!(r#""buyer_price":{{"amount_micros":{micros},"currency":"USD"}},"#);
    let quote = r#""quote_id":"qt/1","#;
    for (action, word, cpm, price) in [
        (Action::Counter, "counter", "12.50", price(12_500_000)),
        (Action::FinalOffer, "final_offer", "12.345678", price(12_345_678)),
        (Action::Accept, "accept", "11.47", price(11_470_000)),
        (Action::Reject, "reject", "11.47", String::new()),
    ] {
        let script = Script::new([answered("counter", "active")]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        let heard = seller.put(named(usd(cpm), action)).await;
        let Ok(Answer::Moved(moved)) = heard.result else { panic!("{:?}", heard.result) };
        assert_eq!((moved.round, moved.rounds_left), (5, Some(0)));
        assert_eq!(moved.negotiation_id.as_deref(), Some("neg-1"));
        assert_eq!((moved.seller_cpm, moved.buyer_cpm), (Some(usd("11.47")), Some(usd("11.47"))));
        let sent = script.seen().pop().unwrap();
        assert_eq!(sent.url.path(), "/api/v1/negotiations/messages");
        assert_eq!(sent.body.unwrap(), format!("{}{quote}{price}{tail}", head(word)));
        assert!(sent.fresh, "a move must not be in doubt for a dropped connection");
    }
    for (cpm, action, code) in [
        (usd("12.3456789"), Action::Counter, "no_micros"),
        (usd("-1"), Action::Counter, "no_micros"),
        (usd("99999999999999999"), Action::Counter, "no_micros"),
        (usd("1"), Action::Walk, "no_such_move"),
        (usd("1"), Action::Open, "no_such_move"),
    ] {
        let script = Script::new([]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        let error = failed(seller.put(named(cpm, action)).await);
        assert_eq!((error.code.as_str(), error.fate()), (code, Fate::NotSent));
        assert!(script.seen().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_talk_that_the_seller_knows_nothing_of_says_what_to_do_instead() {
    for (dialect, action, cure) in [
        ("v1", Action::Counter, "does not negotiate quotes"),
        ("v2", Action::Accept, "only after an offer"),
        ("v2", Action::Reject, "only after an offer"),
        ("v2", Action::Counter, "does not negotiate quotes"),
    ] {
        let script = Script::new([replies(404, &json!({"detail": "Proposal not found"}))]);
        let seller = seller(speaking(dialect), &script, &TestClock::start());
        let error = failed(seller.put(says(action)).await);
        assert_eq!(error.fate(), Fate::Refused);
        assert!(error.cure.contains(cure), "{}", error.cure);
    }
}

/// The place of negotiations is not the quote's: that it is absent says nothing of the quote.
#[tokio::test(start_paused = true)]
async fn a_seller_without_a_place_for_negotiations_is_told_from_a_quote_that_is_over() {
    let none = || replies(404, &json!({"detail": "No negotiation found for this proposal"}));
    let open = || record("active", &json!([round(1, "counter", 12.0)]));
    for (told, then, code, fate) in [
        (replies(404, &json!({"detail": "Not Found"})), none(), "no_negotiation", Fate::Refused),
        (
            replies(404, &json!({"detail": "Proposal not found"})),
            none(),
            "no_negotiation",
            Fate::Refused,
        ),
        (
            replies(404, &json!({"error": "not_found", "detail": "x"})),
            none(),
            "no_negotiation",
            Fate::Refused,
        ),
        // A gateway's page, instead of the seller's word or of its record.
        (replies(404, &json!("<h1>Not Found</h1>")), none(), "", Fate::Unknown),
        (replies(405, &json!("404 page not found")), none(), "", Fate::Unknown),
        (
            replies(404, &json!({"detail": "Proposal not found"})),
            replies(404, &json!("<h1>Not Found</h1>")),
            "",
            Fate::Refused,
        ),
        (
            replies(405, &json!({"detail": "Method Not Allowed"})),
            none(),
            "no_negotiation",
            Fate::Refused,
        ),
        (
            replies(405, &json!({"detail": "x"})),
            replies(405, &json!({"detail": "x"})),
            "no_negotiation",
            Fate::Refused,
        ),
        // It has a record of one: whatever the 404 means, it is not that.
        (replies(404, &json!({"detail": "Proposal not found"})), open(), "", Fate::Refused),
        // It says that the quote itself is over.
        (
            replies(404, &json!({"detail": {"error": "quote_not_found"}})),
            none(),
            "quote_not_found",
            Fate::Expired,
        ),
        (
            replies(410, &json!({"detail": {"error": "quote_expired"}})),
            none(),
            "quote_expired",
            Fate::Expired,
        ),
    ] {
        let script = Script::new([told.clone(), then]);
        let seller = seller(speaking("v1"), &script, &TestClock::start());
        let error = failed(seller.put(says(Action::Counter)).await);
        assert_eq!((error.code.as_str(), error.fate()), (code, fate), "{told:?}");
        assert_eq!(error.says_no_talks(), code == "no_negotiation");
        assert!(!error.cure.is_empty());
    }
}

/// The guide's own code for everything that it does not know, by the name of what was asked for.
#[tokio::test(start_paused = true)]
async fn the_guides_not_found_is_told_apart_by_what_was_asked_for() {
    use super::support::{asks_quote, book, quote_ask};
    use dealdesk::domain::OrderAsk;
    for (ask, code, expired) in [
        (asks_quote(quote_ask()), "product_not_found", false),
        (Ask::GetQuote("qt-1".into()), "quote_not_found", true),
        (book(), "quote_not_found", true),
        (Ask::GetDeal("D-1".into()), "deal_not_found", false),
        (Ask::Package("p".into()), "package_not_found", false),
        (Ask::Orders(OrderAsk::Get("o".into())), "order_not_found", false),
        (Ask::Orders(OrderAsk::Change("c".into())), "change_request_not_found", false),
    ] {
        let script =
            Script::new([replies(404, &json!({"error": "not_found", "detail": "No such."}))]);
        let seller = seller(speaking("v1"), &script, &TestClock::start());
        let error = failed(seller.put(ask.clone()).await);
        let told = (error.code.as_str(), error.says.as_str(), error.says_expired());
        assert_eq!(told, (code, "No such.", expired), "{ask:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_is_what_the_record_says() {
    let agreed = || round(5, "accept", 11.47);
    let refused = || round(1, "reject", 13.5);
    for (ours, answer, record, action, price) in [
        // As it should be.
        (Action::Accept, ("accept", "accepted"), ("accepted", agreed()), Action::Accept, "11.47"),
        (Action::Counter, ("accept", "accepted"), ("accepted", agreed()), Action::Accept, "11.47"),
        (Action::Counter, ("reject", "rejected"), ("rejected", refused()), Action::Reject, "13.5"),
        (Action::Reject, ("reject", "rejected"), ("rejected", agreed()), Action::Reject, "11.47"),
        // It says yes to an accept of what it has refused, and no to a reject of what is agreed.
        (Action::Accept, ("accept", "accepted"), ("rejected", refused()), Action::Reject, "13.5"),
        (Action::Reject, ("reject", "rejected"), ("accepted", agreed()), Action::Accept, "11.47"),
        // Agreed at another price than it answers.
        (
            Action::Accept,
            ("accept", "accepted"),
            ("accepted", round(6, "accept", 12.14)),
            Action::Accept,
            "12.14",
        ),
    ] {
        let script =
            Script::new([answered(answer.0, answer.1), self::record(record.0, &json!([record.1]))]);
        let heard = seller(speaking("v2"), &script, &TestClock::start()).put(says(ours)).await;
        assert_eq!(heard.exchange.as_ref().unwrap().method, "POST", "the move is what is shown");
        let Ok(Answer::Moved(moved)) = heard.result else { panic!("{:?}", heard.result) };
        assert_eq!((&moved.action, moved.seller_cpm), (&action, Some(usd(price))));
        assert_eq!(moved.status, record.0);
        let seen = script.seen();
        assert_eq!((seen.len(), seen[1].url.path()), (2, "/proposals/qt-1/negotiation"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_that_the_record_does_not_confirm_is_unknown() {
    let lost = Step::Silence;
    for second in [
        lost,
        record("active", &json!([round(4, "counter", 12.0)])),
        record("accepted", &json!([])),
        record("accepted", &json!([{"round_number": 5, "action": "accept"}])),
        replies(200, &json!({})),
        replies(404, &json!({"detail": "No negotiation found for this proposal"})),
        replies(410, &json!({"detail": {"error": "quote_expired", "message": "x"}})),
        replies(401, &json!({"detail": "Invalid API key"})),
        replies(500, &json!("Internal Server Error")),
    ] {
        let script = Script::new([answered("accept", "accepted"), second.clone()]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        let error = failed(seller.put(says(Action::Accept)).await);
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Nonsense, "unverified"));
        assert_eq!(error.fate(), Fate::Unknown, "{second:?}");
        assert!(error.says.contains("answered accept"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn words_go_with_a_move_only_where_there_is_a_place_for_them() {
    let said = |action| {
        let Ask::Counter { quote_id, cpm, action, identity, idempotency_key, .. } = says(action)
        else {
            unreachable!()
        };
        let note = Some("could you meet us there?".to_owned());
        Ask::Counter { quote_id, cpm, action, identity, idempotency_key, note }
    };
    for action in [Action::Counter, Action::Reject] {
        let script = Script::new([answered("counter", "active")]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        seller.put(said(action)).await.result.unwrap();
        let sent = script.seen().pop().unwrap().body.unwrap();
        assert!(sent.ends_with(r#""rationale":"could you meet us there?"}"#), "{sent}");
    }
    let script = Script::new([]);
    let seller = seller(speaking("v1"), &script, &TestClock::start());
    let error = failed(seller.put(said(Action::Counter)).await);
    assert_eq!((error.code.as_str(), script.seen().len()), ("no_words", 0));
}
