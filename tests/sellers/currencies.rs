//! A currency that cannot be read is not known: nothing is shown in US dollars for it, whatever it is the
//! price of. A bare number beside Money is in its currency.

use dealdesk::domain::{Answer, Ask, Currency, Identity};
use serde_json::{Value, json};

use super::support::{
    Put as _, Script, TestClock, asks_quote, book, counter, quote_ask, replies, seller, speaking,
};

/// A reply with prices in it: the first one, a bare one beside it, and the currency that is named.
type Noun = (&'static str, fn() -> Ask, fn(Value, Value, Value) -> Value);

fn avails() -> Ask {
    Ask::Avails(super::beside::avails(&["p"], Identity::default()))
}

const NOUNS: [Noun; 10] = [
    (
        "product",
        || Ask::Products,
        |price, bare, named| {
            json!({"products": [{"product_id": "p", "base_price": price, "floor_cpm": bare,
            "currency": named}]})
        },
    ),
    (
        "product of v2",
        || Ask::Products,
        |price, bare, named| {
            json!({"products": [{"product_id": "p", "base_price": price, "ext": {"floor_cpm": bare},
            "currency": named}]})
        },
    ),
    (
        "package",
        || Ask::Packages,
        |price, bare, named| {
            json!({"packages": [{"package_id": "k", "exact_price": price, "floor_price": bare,
            "currency": named}]})
        },
    ),
    ("quote", || asks_quote(quote_ask()), |price, bare, named| quote(&bare, &price, &named)),
    (
        "quote, the other way round",
        || asks_quote(quote_ask()),
        |price, bare, named| quote(&price, &bare, &named),
    ),
    ("round", counter, |price, bare, named| {
        json!({"action": "counter", "round_number": 1, "status": "active", "seller_price": price,
            "buyer_price": bare, "currency": named})
    }),
    (
        "history",
        || Ask::History("qt-1".into(), "EUR".parse().unwrap()),
        |price, bare, named| {
            json!({"negotiation_id": "n", "status": "active", "currency": named, "rounds": [
            {"round_number": 1, "action": "counter", "seller_price": price, "buyer_price": bare}]})
        },
    ),
    ("deal", book, |price, bare, named| deal(&bare, &price, &named, &Value::Null)),
    (
        "deal's block",
        || Ask::GetDeal("D-1".into()),
        |price, _, named| {
            deal(
                &json!(20),
                &json!(20),
                &json!("EUR"),
                &json!({"id": "D-1", "bidfloor": price,
            "bidfloorcur": named}),
            )
        },
    ),
    ("avails", avails, |price, bare, named| {
        json!({"avails": [{"product_id": "p", "available_impressions": 5, "estimated_cpm": price,
            "total_cost": bare, "currency": named}]})
    }),
];

fn quote(base: &Value, last: &Value, named: &Value) -> Value {
    json!({"quote_id": "qt-1", "status": "available", "deal_type": "PD",
        "pricing": {"base_cpm": base, "final_cpm": last, "currency": named},
        "terms": {"impressions": 500_000}, "expires_at": "2026-11-22T21:00:00Z"})
}

fn deal(base: &Value, last: &Value, named: &Value, block: &Value) -> Value {
    json!({"deal_id": "D-1", "deal_type": "PD", "status": "proposed", "quote_id": "qt-1",
        "pricing": {"base_cpm": base, "final_cpm": last, "currency": named},
        "terms": {"impressions": 500_000}, "openrtb_params": block})
}

/// What is read of a reply: everything that it says, or why it says nothing.
async fn read(dialect: &str, noun: &Noun, (price, bare, named): (Value, Value, Value)) -> String {
    let script = Script::new([replies(200, &noun.2(price, bare, named))]);
    let heard = seller(speaking(dialect), &script, &TestClock::start()).put(noun.1()).await;
    let is_other = |answer: &Answer| matches!(answer, Answer::Waiting(_));
    assert!(!heard.result.as_ref().is_ok_and(is_other), "{}", noun.0);
    format!("{:?}", heard.result)
}

/// How a currency looks in what was read.
fn mark(code: &str) -> String {
    format!("{:?}", code.parse::<Currency>().unwrap())
}

fn money(currency: &Value) -> Value {
    json!({"amount_micros": 20_000_000, "currency": currency})
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_in_no_currency() {
    for odd in
        [json!("\u{20ac}"), json!("EURO"), json!(978), json!({"code": "EUR"}), json!(["EUR"])]
    {
        for noun in &NOUNS {
            for dialect in ["v1", "v2"] {
                for told in [
                    (money(&odd), json!(9), Value::Null),
                    (json!(20), json!(9), odd.clone()),
                    (money(&Value::Null), json!(9), odd.clone()),
                    (money(&odd), json!(9), odd.clone()),
                ] {
                    let what = format!("{} {dialect} {told:?}", noun.0);
                    let read = read(dialect, noun, told).await;
                    assert!(!read.contains(&mark("USD")), "{what}: {read}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_bare_number_beside_money_is_in_its_currency() {
    for noun in &NOUNS {
        for dialect in ["v1", "v2"] {
            let told = (money(&json!("EUR")), json!(9), Value::Null);
            let read = read(dialect, noun, told).await;
            if noun.0 == "avails" && dialect == "v1" {
                assert!(read.contains("no_avails"), "{read}");
                continue;
            }
            assert!(read.starts_with("Ok("), "{} {dialect}: {read}", noun.0);
            assert!(read.contains(&mark("EUR")), "{} {dialect}: {read}", noun.0);
            assert!(!read.contains(&mark("USD")), "{} {dialect}: {read}", noun.0);
        }
    }
}
