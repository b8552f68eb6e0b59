//! Whatever a seller sends: no panic, nothing on screen that could move the terminal, no key shown.

use dealdesk::{
    domain::{
        Action, Answer, Ask, AvailsAsk, Heard, Identity, OrderAnswer, OrderAsk, OrderFilter,
        ask::Moved, order::Given,
    },
    sellers::{Endpoint, WireReply},
};
use futures::FutureExt as _;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{
    IDEMPOTENCY_KEY, Put as _, Script, Step, TestClock, asks_quote, book, endpoint, quote_ask,
    replies, scripted, seller, usd,
};

const KEY: &str = "ask_live_SENTINEL_0123";

pub(crate) fn every_ask() -> Vec<Ask> {
    vec![
        Ask::Probe,
        Ask::Packages,
        Ask::Package("p".into()),
        Ask::Search("x".into()),
        Ask::Products,
        asks_quote(quote_ask()),
        Ask::GetQuote("q".into()),
        Ask::Counter {
            quote_id: "q".into(),
            cpm: usd("1"),
            action: Action::Accept,
            identity: Identity::default(),
            idempotency_key: IDEMPOTENCY_KEY.to_owned(),
            note: None,
        },
        Ask::History("q".into(), dealdesk::domain::Currency::USD),
        book(),
        Ask::GetDeal("d".into()),
        Ask::Avails(AvailsAsk {
            product_ids: vec!["p".into()],
            impressions: Some(1),
            flight_start: quote_ask().flight_start,
            flight_end: quote_ask().flight_end,
            identity: Identity::default(),
        }),
        Ask::Orders(OrderAsk::List(OrderFilter::default())),
        Ask::Orders(OrderAsk::Get("o".into())),
        Ask::Orders(OrderAsk::History("o".into())),
        Ask::Orders(OrderAsk::Changes(OrderFilter::default())),
        Ask::Orders(OrderAsk::Change("c".into())),
        Ask::CheckKey,
    ]
}

fn asked_in_every_dialect() -> impl Iterator<Item = (&'static str, Ask)> {
    let asked_in = |dialect| every_ask().into_iter().map(move |ask| (dialect, ask));
    ["v1", "v2", "auto"].into_iter().flat_map(asked_in)
}

/// Any text, rich in what terminals act on.
fn text() -> impl Strategy<Value = String> {
    "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{202a}-\u{202e}\u{200b}]|2026-11-22|12\\.5){0,12}"
}

/// A field name that the desk looks for, or any.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(vec![
            "quote_id", "deal_id", "status", "deal_type", "product", "product_id", "name", "pricing",
            "final_cpm", "base_cpm", "currency", "rationale", "terms", "impressions", "expires_at",
            "flight_start", "buyer_tier", "activation_instructions", "openrtb_params", "id",
            "bidfloor", "at", "wseat", "packages", "products", "results", "placements", "rounds",
            "action", "seller_price", "buyer_price", "round_number", "detail", "error", "message",
            "loc", "msg", "ad_formats", "device_types", "provider", "availability", "description",
            "amount_micros", "total_count", "base_price", "ext", "quote", "deal", "round", "avails",
            "productid", "availsstatus", "reason", "totalCost", "orders", "order_id", "metadata",
            "transitions", "actor", "change_requests", "diffs", "field", "new_value", "errors",
            "success", "tier_discount", "paths",
        ]).prop_map(str::to_owned),
        1 => text(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec!["12.5", "1e400", "-0.0", "0.1234567890123456789012345678901"])
            .prop_map(|number| serde_json::from_str(number).unwrap()),
        prop::sample::select(vec!["PD", "counter", "2026-11-22T21:00:00Z", "USD", "accept"])
            .prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An object with what money needs, so that the rest of it is read as well.
pub(crate) fn usable(body: Value) -> Value {
    let Value::Object(mut object) = body else { return body };
    for (field, value) in [
        ("quote_id", json!("q")),
        ("deal_id", json!("d")),
        ("expires_at", json!("2026-11-22T21:00:00Z")),
        ("action", json!("reject")),
        ("order_id", json!("o")),
        ("change_request_id", json!("c")),
        ("productid", json!("p")),
    ] {
        object.insert(field.to_owned(), value);
    }
    let list = json!([Value::Object(object.clone())]);
    for field in [
        "packages",
        "products",
        "placements",
        "rounds",
        "avails",
        "orders",
        "change_requests",
        "transitions",
        "diffs",
    ] {
        object.entry(field).or_insert_with(|| list.clone());
    }
    Value::Object(object)
}

/// Asks on a wire that is always ready: the future is done at its first poll.
pub(crate) fn hear(dialect: &str, ask: Ask, status: u16, body: Vec<u8>) -> Heard {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _inside = runtime.enter();
    let reply = WireReply { status, body, ..WireReply::default() };
    let mut endpoint = keyed("http://127.0.0.1:8101");
    endpoint.attempts = 1;
    dialect.clone_into(&mut endpoint.dialect);
    let seller = seller(endpoint, &Script::new([Step::Reply(reply)]), &TestClock::start());
    seller.put(ask).now_or_never().expect("no waiting")
}

fn keyed(url: &str) -> Endpoint {
    let mut endpoint = endpoint(url);
    endpoint.auth.api_key = Some(KEY.into());
    endpoint.auth.bearer = Some(KEY.into());
    endpoint
}

/// Every text that a person may see of what was heard; ids apart, which are shown escaped.
pub(crate) fn prose(heard: &Heard) -> Vec<String> {
    let mut texts = vec![];
    if let Some(exchange) = &heard.exchange {
        texts.extend([exchange.request.clone(), exchange.response.clone(), exchange.url.clone()]);
    }
    match &heard.result {
        Err(error) => texts.extend([error.to_string(), error.code.clone(), error.cure.clone()]),
        Ok(Answer::Alive(card)) => {
            texts.extend([card.name.clone(), card.version.clone(), card.provider.clone()]);
        }
        Ok(Answer::Packages(packages)) => packages.iter().for_each(|p| package(p, &mut texts)),
        Ok(Answer::Package(p)) => package(p, &mut texts),
        Ok(Answer::Products(products)) => {
            for p in products {
                texts.extend([p.name.clone(), p.description.clone(), p.inventory_type.clone()]);
                texts.extend(p.deal_types.clone());
            }
        }
        Ok(Answer::Quote(quote)) => {
            texts.extend([quote.raw_status.clone(), quote.pricing.rationale.clone()]);
            texts.extend([quote.product.name.clone(), quote.pricing.pricing_model.clone()]);
            texts.extend(quote.terms.flight_start.clone());
        }
        Ok(Answer::Moved(moved)) => texts.extend([moved.rationale.clone(), moved.raw.clone()]),
        Ok(Answer::History(history)) => {
            texts.push(history.status.clone());
            let round = |round: &Moved| [round.raw.clone(), round.rationale.clone()];
            texts.extend(history.rounds.iter().flat_map(round));
        }
        Ok(Answer::Waiting(waiting)) => texts.push(waiting.to_string()),
        Ok(Answer::Deal(deal)) => {
            texts.extend([deal.raw_status.clone(), deal.raw_deal_type.clone()]);
            for (dsp, words) in &deal.activation_instructions {
                texts.extend([dsp.clone(), words.clone()]);
            }
            texts.extend(deal.openrtb.iter().flat_map(|block| block.wseat.clone()));
        }
        Ok(Answer::Avails(list)) => {
            for avails in list {
                texts.push(avails.raw_status.clone());
                texts.extend(avails.reason.iter().chain(&avails.targeting).cloned());
            }
        }
        Ok(Answer::Orders(answer)) => orders(answer, &mut texts),
        Ok(Answer::Key(key)) => texts.push(key.says.clone()),
    }
    texts
}

fn orders(answer: &OrderAnswer, texts: &mut Vec<String>) {
    let given = |given: &Given| match given {
        Given::Text(text) => text.clone(),
        Given::Number(number) => number.to_string(),
    };
    let mut steps = vec![];
    match answer {
        OrderAnswer::Orders(orders) => {
            for order in orders {
                texts.push(order.raw_status.clone());
                texts.extend(order.metadata.iter().flat_map(|(k, v)| [k.clone(), given(v)]));
                steps.extend(&order.steps);
            }
        }
        OrderAnswer::Order(order) => steps.extend(&order.steps),
        OrderAnswer::History { status, steps: told } => {
            texts.push(status.clone());
            steps.extend(told);
        }
        OrderAnswer::Changes(changes) => {
            for change in changes {
                texts.extend([change.status.clone(), change.reason.clone()]);
                texts.extend([change.severity.clone(), change.change_type.clone()]);
                texts.extend([change.requested_by.clone(), change.rejection_reason.clone()]);
                texts.extend(change.validation_errors.clone());
                for diff in &change.diffs {
                    texts.push(diff.field.clone());
                    texts.extend(diff.old.iter().chain(&diff.new).map(given));
                }
            }
        }
        OrderAnswer::Change(change) => texts.push(change.approved_by.clone()),
    }
    for step in steps {
        texts.extend([step.from.clone(), step.to.clone(), step.actor.clone(), step.reason.clone()]);
    }
}

fn package(package: &dealdesk::domain::Package, texts: &mut Vec<String>) {
    texts.extend([package.name.clone(), package.description.clone()]);
    texts.extend(package.tags.iter().chain(&package.ad_formats).chain(&package.cat).cloned());
    texts.extend(package.price_range.clone());
    texts.extend(package.placements.iter().map(|placement| placement.product_name.clone()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_json_is_read_or_refused_and_what_is_shown_is_clean(
        body in any_json().prop_map(usable),
        status in prop::sample::select(vec![200_u16, 201, 302, 400, 404, 409, 422, 500, 599]),
    ) {
        for (dialect, ask) in asked_in_every_dialect() {
            let heard = hear(dialect, ask, status, body.to_string().into_bytes());
            for text in prose(&heard) {
                prop_assert!(!text.chars().any(char::is_control), "{:?}", text);
                prop_assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{:?}", text);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        body in prop::collection::vec(any::<u8>(), 0..200),
        status in 100_u16..600,
    ) {
        for (dialect, ask) in asked_in_every_dialect() {
            let heard = hear(dialect, ask, status, body.clone());
            prop_assert!(prose(&heard).iter().all(|text| !text.chars().any(char::is_control)));
        }
    }
}

#[test]
fn deep_nesting_and_broken_texts_are_told_apart() {
    use dealdesk::domain::ErrorKind::{Nonsense, TooLarge};
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_field = format!("{{\"products\":{deep}}}");
    for (body, kind, code) in [
        (deep.into_bytes(), TooLarge, "too_deep"),
        (deep_field.into_bytes(), TooLarge, "too_deep"),
        (b"{\"products\": [".to_vec(), Nonsense, "bad_json"),
        (b"{\"products\": NaN}".to_vec(), Nonsense, "bad_json"),
        (b" <!DOCTYPE html><html>".to_vec(), Nonsense, "html"),
        (b"".to_vec(), Nonsense, "empty_reply"),
        (b"{\"products\": [\"\xff\"]}".to_vec(), Nonsense, "bad_json"),
        (vec![b' '; 9 * 1024 * 1024], TooLarge, "too_large"),
    ] {
        let error = hear("v2", Ask::Products, 200, body).result.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (kind, code), "{}", error.says);
        assert!(!error.cure.is_empty());
    }
}

/// A seller that repeats our key, in a name, in an error, in its own words.
#[tokio::test(start_paused = true)]
async fn the_key_is_shown_nowhere() {
    let mut shown = vec![format!("{:?}", keyed("https://seller.example"))];
    let mut bearer = keyed("http://127.0.0.1:8101");
    bearer.auth.api_key = None;
    let mut password = keyed("https://me@seller.example/?token=x");
    password.url.set_password(Some(KEY)).unwrap();
    password.url.set_query(Some(KEY));
    for (endpoint, status, body) in [
        (
            keyed("http://127.0.0.1:8101"),
            200,
            json!({"name": KEY, "quote_id": KEY, "products": []}),
        ),
        (keyed("http://127.0.0.1:8101"), 401, json!({"detail": format!("key {KEY} is bad")})),
        (bearer, 500, json!(KEY)),
        (password, 200, json!({})),
        (keyed("http://seller.example"), 200, json!({})),
    ] {
        shown.push(format!("{endpoint:?}"));
        for ask in every_ask() {
            let script = Script::new([replies(status, &body)]);
            let seller = seller(endpoint.clone(), &script, &TestClock::start());
            let heard = seller.put(ask).await;
            shown.push(format!("{seller:?} {heard:?}"));
            shown.push(heard.result.err().map_or_else(String::new, |error| error.to_string()));
            shown.push(format!("{:?}", script.seen()));
        }
    }
    for text in shown {
        assert!(!text.contains("SENTINEL"), "{text}");
    }
}

/// Where a key goes: one header, the API key before the token.
#[tokio::test(start_paused = true)]
async fn the_api_key_wins_over_the_token() {
    let headers = |key: Option<&'static str>, token: Option<&'static str>| async move {
        let script = Script::new([replies(200, &json!({"products": []}))]);
        let mut endpoint = endpoint("http://127.0.0.1:8101");
        endpoint.auth.api_key = key.map(Into::into);
        endpoint.auth.bearer = token.map(Into::into);
        drop(seller(endpoint, &script, &TestClock::start()).put(Ask::Products).await);
        let sent = script.seen().pop().unwrap().headers;
        let header = |name: &str| sent.get(name).map(|value| value.to_str().unwrap().to_owned());
        (header("x-api-key"), header("authorization"))
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(headers(Some("k"), Some("t")).await, (text("k"), None));
    assert_eq!(headers(None, Some("t\n")).await, (None, text("Bearer t")));
    assert_eq!(headers(Some(" "), Some("t")).await, (None, text("Bearer t")));
    assert_eq!(headers(None, None).await, (None, None));
    drop(scripted(&Script::new([])));
}
