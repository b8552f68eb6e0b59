//! Money and doubt in dialect v2: what may be sent, what must be readable, what a refusal or a
//! success that is none means for a booking.

use super::support::Put as _;
use dealdesk::{
    domain::{Action, Answer, Ask, Currency, ErrorKind, Fate, QuoteAsk},
    sellers::Auth,
};
use serde_json::{Value, json};

use super::{
    dialects::quote_v2,
    support::{
        Script, TestClock, asks_quote, at, book, counter, failed, quote_ask, replies, reply,
        seller, speaking, usd,
    },
};

fn deal() -> Value {
    let price = json!({"amount_micros": 13_500_000, "currency": "USD"});
    json!({"deal": {"deal_id": "D-1", "deal_type": "PD", "status": "proposed",
        "pricing": {"base_cpm": price, "final_cpm": price},
        "terms": {"impressions": 500_000},
        "openrtb_params": {"id": "D-1", "bidfloor": price, "wseat": []}}})
}

async fn asked(ask: Ask, status: u16, body: &Value) -> dealdesk::domain::Heard {
    let script = Script::new([replies(status, body)]);
    let heard = seller(speaking("v2"), &script, &TestClock::start()).put(ask).await;
    let posts = script.seen().iter().filter(|sent| sent.method == "POST").count();
    assert!(posts <= 1, "sent twice");
    heard
}

#[tokio::test(start_paused = true)]
async fn requests_to_the_letter() {
    let target = |cpm| asks_quote(QuoteAsk { target_cpm: Some(cpm), ..quote_ask() });
    for (ask, answer, path, body) in [
        (
            target(usd("12.345678")),
            quote_v2(),
            "/api/v1/quotes",
            concat!(
                r#"{"idempotency_key":"5f0c2f6e-7c1b-4a57-9f2b-8f3f2f1f0a01","product_id":"prod-1","#,
                r#""deal_type":"PD","impressions":500000,"flight_start":"2026-12-01","#,
                r#""flight_end":"2026-12-31","#,
                r#""target_cpm":{"amount_micros":12345678,"currency":"USD"}}"#
            ),
        ),
        (
            book(),
            deal(),
            "/api/v1/deals",
            r#"{"idempotency_key":"key-of-the-ticket","quote_id":"qt-1"}"#,
        ),
    ] {
        let script = Script::new([replies(200, &answer)]);
        let heard = seller(speaking("v2"), &script, &TestClock::start()).put(ask).await;
        assert!(heard.result.is_ok(), "{:?}", heard.result);
        let sent = script.seen().pop().unwrap();
        assert_eq!((sent.url.path(), sent.body.unwrap().as_str()), (path, body));
    }
    let euros = dealdesk::domain::Cpm::new(1.into(), "EUR".parse::<Currency>().unwrap());
    for (cpm, code) in [(euros, "currency"), (usd("1.0000001"), "no_micros")] {
        let script = Script::new([]);
        let seller = seller(speaking("v2"), &script, &TestClock::start());
        let error = failed(seller.put(target(cpm)).await);
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unsupported, code));
        assert!(script.seen().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_amount_that_cannot_be_read_names_its_field() {
    let edited = |mut reply: Value, pointer: &str, value: &Value| {
        *reply.pointer_mut(pointer).unwrap() = value.clone();
        reply
    };
    let round = json!({"status": "active", "round": {"action": "counter", "round_number": 1,
        "seller_price": null, "buyer_price": null}});
    for value in [
        json!("cheap"),
        json!(true),
        json!([1]),
        json!({}),
        json!({"amount": 13.5}),
        json!({"amount_micros": null}),
        json!({"amount_micros": 0.5}),
        json!({"amount_micros": "1e99"}),
        json!({"amount_micros": -1}),
        json!({"amount_micros": 13_500_000, "currency": "dollars"}),
        json!({"amount_micros": 13_500_000, "currency": "$"}),
        json!({"amount_micros": {"amount_micros": 1}}),
    ] {
        for (ask, reply, pointer, field) in [
            (asks_quote(quote_ask()), quote_v2(), "/quote/pricing/final_cpm", "final_cpm"),
            (asks_quote(quote_ask()), quote_v2(), "/quote/pricing/base_cpm", "base_cpm"),
            (book(), deal(), "/deal/pricing/final_cpm", "final_cpm"),
            (counter(), round.clone(), "/round/seller_price", "seller_price"),
        ] {
            let error = failed(asked(ask, 200, &edited(reply, pointer, &value)).await);
            assert_eq!(error.kind, ErrorKind::Nonsense, "{field} {value}");
            assert!(error.says.contains(field), "{field} {value}: {error}");
            assert_eq!(error.fate(), Fate::Unknown, "a booking would be in doubt");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn amounts_are_read_as_sellers_between_the_dialects_write_them() {
    for (value, cpm) in [
        (json!({"amount_micros": 13_500_000, "currency": "USD"}), Some("13.5 USD")),
        (json!({"amount_micros": "13500000"}), Some("13.5 USD")),
        (json!({"amount_micros": 13_500_000.0, "currency": null}), Some("13.5 USD")),
        (json!({"amount_micros": 1, "currency": "eur"}), Some("0.000001 EUR")),
        (json!({"amount_micros": 0}), Some("0 USD")),
        (json!(13.5), Some("13.5 USD")),
        (json!("13.50"), Some("13.5 USD")),
        (json!(null), None),
    ] {
        let mut reply = quote_v2();
        reply["quote"]["pricing"]["final_cpm"] = value.clone();
        reply["quote"]["availability"] = json!({"inventory_available": false});
        reply["quote"]["expires_at"] = json!("2026-11-22T21:00:00.5");
        let heard = asked(asks_quote(quote_ask()), 200, &reply).await;
        let Ok(Answer::Quote(quote)) = heard.result else { panic!("{value}: {:?}", heard.result) };
        assert_eq!(quote.pricing.final_cpm, cpm.map(|cpm| cpm.parse().unwrap()), "{value}");
        assert_eq!(quote.availability.unwrap().inventory_available, Some(false));
        assert_eq!(quote.expires_at, at("2026-11-22T21:00:00.5Z"));
    }
    let heard = asked(book(), 200, &deal()).await;
    let Ok(Answer::Deal(deal)) = heard.result else { panic!("{:?}", heard.result) };
    let block = deal.openrtb.unwrap();
    assert_eq!((block.bidfloor, block.at), (Some(usd("13.5")), None), "`at` has no default");
    assert!(deal.openrtb_raw.unwrap().contains("amount_micros"), "as received");
}

#[tokio::test(start_paused = true)]
async fn a_refused_booking_says_why_and_a_doubtful_one_stays_in_doubt() {
    let nested = |code: &str| json!({"detail": {"error": code, "message": "words"}});
    for (status, body, fate, cure) in [
        (401, json!({"detail": "Invalid API key"}), Fate::Refused, "without a verified key: ours"),
        (403, json!({"detail": "Agent is blocked."}), Fate::Refused, "access"),
        (409, nested("quote_already_booked"), Fate::Unknown, "may have been us"),
        (409, nested("idempotency_conflict"), Fate::Unknown, "stop booking"),
        (200, json!({"success": false, "error": "CONFIRMED"}), Fate::Unknown, "not known"),
        (
            200,
            json!({"status": "failed", "errors": [{"code": "x", "detail": "no stock"}]}),
            Fate::Refused,
            "objects to",
        ),
        (200, json!({"deal": "D-1"}), Fate::Unknown, "not known"),
    ] {
        let error = failed(asked(book(), status, &body).await);
        assert_eq!((error.http_status, error.fate()), (status, fate), "{error}");
        assert!(error.cure.contains(cure), "{}", error.cure);
        assert_eq!(error.is_conflict(), body.to_string().contains("idempotency_conflict"));
        let taken = "quote_already_booked";
        assert_eq!(error.code == taken, body.to_string().contains("already_booked"));
        if body.get("errors").is_some() {
            assert_eq!((error.code.as_str(), error.says.as_str()), ("failed", "no stock"));
        }
    }
    let mut keyless = speaking("v2");
    keyless.auth = Auth::default();
    let script = Script::new([replies(401, &json!({"detail": "Authentication required"}))]);
    let error = failed(seller(keyless, &script, &TestClock::start()).put(book()).await);
    assert!(error.cure.contains("without a verified key: give it one"), "{}", error.cure);
}

/// A success without a deal, and what it says: the seller has the booking, in its words, or says no.
#[tokio::test(start_paused = true)]
async fn a_success_without_a_deal_waits_for_the_seller_unless_it_says_no() {
    let held = "pending_approval: A person reviews it";
    for (status, body, says) in [
        (202, json!({"status": "pending_approval", "message": "A person reviews it"}), Some(held)),
        (
            200,
            json!({"deal": {"deal_id": null, "status": "pending_approval"}}),
            Some("pending_approval"),
        ),
        (200, json!({"deal": null, "state": "submitted", "task_id": "t-1"}), Some("submitted")),
        (201, json!({"deal": {}}), Some("it took the booking and named no deal")),
        (200, json!({"status": "\u{1b}[2Jheld\u{202e}"}), Some("[2Jheld")),
        (200, json!({"status": "REJECTED", "message": "no stock"}), None),
        (200, json!({"deal": {"deal_id": null, "status": "declined"}}), None),
        (202, json!({"status": "failed"}), None),
        // A word for how it stands, and an error that says nothing.
        (200, json!({"status": "submitted", "error": null}), Some("submitted")),
        (200, json!({"status": "submitted", "errors": [], "success": true}), Some("submitted")),
        (202, json!({"state": "queued", "detail": "by noon"}), Some("queued: by noon")),
    ] {
        let heard = asked(book(), status, &body).await;
        match (says, heard.result) {
            (Some(says), Ok(Answer::Waiting(waiting))) => {
                assert!(waiting.to_string().ends_with(says), "{waiting}");
                assert!(!waiting.to_string().contains(['\u{1b}', '\u{202e}']), "{waiting}");
            }
            (None, Err(error)) => assert_eq!(error.fate(), Fate::Refused, "{error}"),
            (_, other) => panic!("{body}: {other:?}"),
        }
    }
    let script = Script::new([replies(202, &json!(""))]);
    let heard = seller(speaking("v2"), &script, &TestClock::start()).put(book()).await;
    assert!(matches!(heard.result, Ok(Answer::Waiting(_))), "{:?}", heard.result);
    // One that names a deal made one, whatever else it says.
    let mut rejected = deal();
    rejected["deal"]["status"] = json!("rejected");
    let heard = asked(book(), 200, &rejected).await;
    assert!(matches!(heard.result, Ok(Answer::Deal(_))), "{:?}", heard.result);
}

/// An error in place of a deal is no acceptance: a code says no unless it leaves doubt, and what leaves
/// doubt is looked up, never sent again.
#[tokio::test(start_paused = true)]
async fn an_error_in_a_success_is_no_acceptance() {
    use Fate::{Expired, Refused, Unknown};
    for (body, fate, code, says) in [
        (json!({"error": {"code": "sold_out", "message": "gone"}}), Refused, "sold_out", "gone"),
        (json!({"error": "sold_out", "detail": "gone"}), Refused, "sold_out", "gone"),
        (json!({"error": "sold_out"}), Refused, "sold_out", ""),
        (json!({"detail": {"error": "sold_out", "message": "gone"}}), Refused, "sold_out", "gone"),
        (json!({"errors": [{"code": "sold_out", "detail": "gone"}]}), Refused, "sold_out", "gone"),
        (json!({"success": false, "error": {"code": "sold_out"}}), Refused, "sold_out", ""),
        (json!({"deal": {"error": {"code": "sold_out"}}}), Refused, "sold_out", ""),
        (json!({"deal": null, "error": {"code": 422, "message": "no"}}), Refused, "422", "no"),
        (
            json!({"error": {"code": "quote_expired", "message": "x"}}),
            Expired,
            "quote_expired",
            "x",
        ),
        // In doubt: by the code, by the want of one, by what stands beside it.
        (json!({"error": {"code": "quote_already_booked"}}), Unknown, "quote_already_booked", ""),
        (json!({"error": {"code": "internal_error"}}), Unknown, "internal_error", ""),
        (json!({"error": {"code": 500, "message": "x"}}), Unknown, "500", "x"),
        (json!({"error": {"code": -32603, "message": "x"}}), Unknown, "-32603", "x"),
        (json!({"error": "no stock left"}), Unknown, "not_successful", "no stock left"),
        (json!({"error": {"message": "hm"}}), Unknown, "not_successful", "hm"),
        (json!({"error": true}), Unknown, "not_successful", ""),
        (json!({"detail": "try later"}), Unknown, "not_successful", "try later"),
        (json!({"detail": [{"loc": ["body"], "msg": "bad"}]}), Unknown, "not_successful", "bad"),
        (json!({"errors": ["hm", "ha"]}), Unknown, "not_successful", "hm; ha"),
        (
            json!({"errors": [{"code": "sold_out"}, {"code": "in_progress"}]}),
            Unknown,
            "in_progress",
            "",
        ),
        (json!({"success": false}), Unknown, "not_successful", ""),
        (json!({"success": false, "message": "hm"}), Unknown, "not_successful", "hm"),
        (json!({"status": "pending", "error": {"code": "busy"}}), Unknown, "busy", ""),
        (
            json!({"status": "pending", "error": "\u{1b}[2J no \u{202e}"}),
            Unknown,
            "not_successful",
            "no",
        ),
    ] {
        for dialect in ["v1", "v2"] {
            for status in [200, 201, 202] {
                let script = Script::new([replies(status, &body)]);
                let seller = seller(speaking(dialect), &script, &TestClock::start());
                let error = failed(seller.put(book()).await);
                assert_eq!((error.fate(), error.code.as_str()), (fate, code), "{body}: {error}");
                assert!(error.says.contains(says), "{body}: {error}");
                assert!(!error.says.contains(['\u{1b}', '\u{202e}']), "{body}: {error}");
                assert_eq!(error.http_status, status, "it arrived");
                let told = if fate == Unknown { "not known" } else { "nothing was booked" };
                let of_success = body.get("success").is_some() && fate != Unknown;
                assert!(of_success || error.cure.contains(told), "{body}: {}", error.cure);
                assert_eq!(script.seen().len(), 1, "sent once");
            }
        }
    }
}

/// What says that it was booked, or may have been, is never a refusal, whatever error stands beside it.
#[tokio::test(start_paused = true)]
async fn an_error_beside_what_may_be_booked_is_no_refusal() {
    let sold_out = json!({"code": "sold_out", "message": "gone"});
    for body in [
        json!({"deal": {"id": "D-9", "status": "confirmed"}, "errors": [{"code": "creative_missing"}]}),
        json!({"deal": {"id": "D-9", "status": "confirmed"}, "errors": [sold_out]}),
        json!({"status": "pending_approval", "errors": [{"code": "W101"}]}),
        json!({"status": "pending_approval", "errors": [sold_out]}),
        json!({"deal": {"state": "submitted"}, "error": sold_out}),
        json!({"success": true, "error": sold_out}),
        json!({"deal": {}, "deal_id": "D-9", "success": false, "error": sold_out}),
        json!({"deal": {"id": 9}, "success": false, "error": sold_out}),
        json!({"dealId": "D-9", "status": "failed", "errors": [sold_out]}),
        json!({"deal": {"id": "D-9", "status": "rejected"}}),
        json!({"id": "D-9", "error": {"code": "quote_expired"}}),
        // A code that leaves doubt wins over the word.
        json!({"status": "failed", "errors": [{"code": "upstream_timeout"}]}),
        json!({"status": "failed", "errors": [{"code": "x"}, {"code": "QUOTE_BOOKED"}]}),
        json!({"status": "error", "error": {"code": "internal_error"}}),
        json!({"deal": {"status": "failed", "error": {"code": 503}}}),
        json!({"status": "rejected", "error": {"code": "CANCELLED"}}),
        // So does one that is not known to be a no.
        json!({"success": false, "error": {"code": "DEADLINE_EXCEEDED"}}),
        json!({"success": false, "error": {"code": "ABORTED"}}),
        json!({"error": {"code": "cancelled"}}),
        json!({"error": {"code": "deal_exists"}}),
        json!({"error": "a_code_of_its_own"}),
        json!({"success": false, "error": "none"}),
    ] {
        for dialect in ["v1", "v2"] {
            let script = Script::new([replies(200, &body)]);
            let heard = seller(speaking(dialect), &script, &TestClock::start()).put(book()).await;
            match heard.result {
                Err(error) => assert_eq!(error.fate(), Fate::Unknown, "{body}: {error}"),
                Ok(Answer::Waiting(_)) => {}
                Ok(other) => panic!("{body}: {other:?}"),
            }
        }
    }
    // What stands for no error is none.
    for (body, says) in [
        (json!({"status": "submitted", "success": true, "error": "none"}), "submitted"),
        (
            json!({"status": "submitted", "errors": [{"code": "OK"}], "message": "hm"}),
            "submitted: hm",
        ),
        (json!({"status": "submitted", "errors": 0}), "submitted"),
    ] {
        let heard = asked(book(), 202, &body).await;
        let Ok(Answer::Waiting(waiting)) = heard.result else {
            panic!("{body}: {:?}", heard.result)
        };
        assert_eq!(waiting.to_string(), says);
    }
    // A word that says no, and a code that nobody knows, is the refusal that it says.
    for body in [
        json!({"status": "failed", "errors": [{"code": "E500"}]}),
        json!({"status": "rejected", "error": {"code": "x"}}),
        json!({"status": "expired", "message": "no stock"}),
        json!({"success": true, "deal": {"status": "declined"}}),
    ] {
        let error = failed(asked(book(), 200, &body).await);
        assert_eq!(error.fate(), Fate::Refused, "{body}: {error}");
    }
    let beside = json!({"deal": null, "deal_id": "D-9", "success": false, "error": sold_out});
    let heard = asked(book(), 200, &beside).await;
    assert!(matches!(heard.result, Ok(Answer::Deal(_))), "it names a deal: {:?}", heard.result);
    // A move is no different: what leaves doubt is looked up.
    let late = json!({"success": false, "error": {"code": "DEADLINE_EXCEEDED"}});
    assert_eq!(failed(asked(counter(), 200, &late).await).fate(), Fate::Unknown);
    let low = json!({"success": false, "error": {"code": "price_below_floor"}});
    assert_eq!(failed(asked(counter(), 200, &low).await).fate(), Fate::Refused);
}

#[tokio::test(start_paused = true)]
async fn a_deal_that_another_stands_for_says_which() {
    let mut old = deal();
    old["deal"]["status"] = json!("deprecated");
    let line = json!({"deal_id": "D-1", "status": "deprecated", "parents": [],
        "replacements": [{"deal_id": "D-2", "status": "confirmed"}]});
    let script = Script::new([replies(200, &old), replies(200, &line)]);
    let asked = Ask::GetDeal("D-1".into());
    let heard = seller(speaking("v2"), &script, &TestClock::start()).put(asked).await;
    let Ok(Answer::Deal(read)) = heard.result else { panic!("{:?}", heard.result) };
    assert_eq!(read.replaced_by, Some("D-2".into()));
    assert!(script.seen()[1].url.path().ends_with("/api/v1/deals/D-1/lineage"));
}

/// A key stays with its host whatever the dialect, and also while that is found out.
#[tokio::test(start_paused = true)]
async fn no_question_follows_a_redirect_to_another_host() {
    let accept = || {
        let Ask::Counter { quote_id, cpm, identity, idempotency_key, .. } = counter() else {
            unreachable!()
        };
        Ask::Counter {
            quote_id,
            cpm,
            action: Action::Accept,
            identity,
            idempotency_key,
            note: None,
        }
    };
    for status in [301, 302, 303, 307, 308] {
        for dialect in ["v1", "v2", "auto"] {
            for ask in [asks_quote(quote_ask()), book(), counter(), accept(), Ask::CheckKey] {
                let mut elsewhere = reply(status, &json!(""));
                let place = "http://elsewhere.example/products".parse().unwrap();
                elsewhere.headers.insert("location", place);
                let script = Script::new([super::support::Step::Reply(elsewhere)]);
                let seller = seller(speaking(dialect), &script, &TestClock::start());
                assert!(seller.put(ask).await.result.is_err());
                for sent in script.seen() {
                    assert_eq!(sent.url.host_str(), Some("127.0.0.1"));
                }
            }
        }
    }
}
