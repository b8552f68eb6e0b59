//! Amounts that nobody can mean, units, currencies and names told twice: never read as something else.

use dealdesk::domain::{Answer, Ask, Currency, ErrorKind, Fate, Heard};
use serde_json::Value;

use super::support::{
    Put as _, Script, TestClock, asks_quote, book, counter, quote_ask, replies, seller, speaking,
};

async fn heard(dialect: &str, ask: Ask, body: &str) -> Heard {
    let script = Script::new([replies(200, &Value::from(body))]);
    seller(speaking(dialect), &script, &TestClock::start()).put(ask).await
}

fn quote(pricing: &str) -> String {
    format!(
        r#"{{"quote_id":"qt-1","status":"available","deal_type":"PD","pricing":{pricing},
        "terms":{{"impressions":500000}},"expires_at":"2026-11-22T21:00:00Z"}}"#
    )
}

fn deal(pricing: &str, more: &str) -> String {
    format!(
        r#"{{"deal_id":"D-1","deal_type":"PD","status":"proposed","quote_id":"qt-1",
        "pricing":{pricing},"terms":{{"impressions":500000}}{more}}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn an_amount_that_nobody_can_mean_is_unreadable_and_a_booking_with_it_unknown() {
    for pricing in [
        r#"{"final_cpm":79228162514264337593543950335}"#,
        r#"{"final_cpm":79228162514264337593543950.335}"#,
        r#"{"final_cpm":"7.9e27"}"#,
        r#"{"final_cpm":1000000001}"#,
        r#"{"final_cpm":{"amount_micros":1e18,"currency":"USD"}}"#,
        r#"{"final_cpm":20,"base_cpm":7e27}"#,
        r#"{"final_cpm":-1}"#,
        r#"{"final_cpm":20,"currency":["JPY"]}"#,
        r#"{"final_cpm":20,"currency":{"code":"JPY"}}"#,
        r#"{"final_cpm":20,"currency":"\u20ac"}"#,
        r#"{"final_cpm":20,"currency":978}"#,
        r#"{"final_cpm":{"amount_micros":20000000,"currency":"USD"},"currency":"JPY"}"#,
    ] {
        for dialect in ["v1", "v2"] {
            for (ask, body) in
                [(asks_quote(quote_ask()), quote(pricing)), (book(), deal(pricing, ""))]
            {
                let error = heard(dialect, ask, &body).await.result.expect_err(pricing);
                assert_eq!(error.kind, ErrorKind::Nonsense, "{pricing}: {error}");
                assert_eq!(error.fate(), Fate::Unknown, "{pricing}");
            }
        }
    }
    let two = deal(r#"{"final_cpm":20}"#, r#","actual_price_cpm":99"#);
    assert!(heard("v1", book(), &two).await.result.is_err(), "two prices are none");
    let counts = quote(r#"{"final_cpm":20}"#).replace("500000", "1e27");
    assert!(heard("v1", asks_quote(quote_ask()), &counts).await.result.is_err());
    let round = r#"{"action":"counter","round_number":1,"seller_price":7e27,"status":"active"}"#;
    let error = heard("v1", counter(), round).await.result.expect_err("a move");
    assert_eq!(error.fate(), Fate::Unknown);
}

/// Whatever a seller writes where its pricing model belongs: only a CPM is costed as one.
#[tokio::test(start_paused = true)]
async fn a_price_is_a_cpm_where_the_seller_says_so_or_says_nothing() {
    for (more, is_cpm) in [
        ("", true),
        (r#","pricing_model":null"#, true),
        (r#","pricing_model":" ""#, true),
        (r#","pricing_model":"CPM","pricing_type":"fixed""#, true),
        (r#","pricing_type":"floor""#, true),
        (r#","pricing_type":"FIXED""#, true),
        (r#","pricing_type":" Floor ""#, true),
        (r#","pricing_type":"Flat Rate""#, false),
        (r#","pricing_model":["cpc"]"#, false),
        (r#","pricing_model":{"type":"cpc"}"#, false),
        (r#","pricing_model":true"#, false),
        (r#","pricing_model":7"#, false),
        (r#","pricing_model":"ＣＰＣ""#, false),
        (r#","pricing_model":"за клик""#, false),
        (r#","pricing_model":"%""#, false),
        (r#","pricing_model":"cpm","pricing_type":"flat_rate""#, false),
        (r#","pricing_type":"on_request""#, false),
    ] {
        let pricing = format!(r#"{{"final_cpm":17.0{more}}}"#);
        for dialect in ["v1", "v2"] {
            let told = heard(dialect, asks_quote(quote_ask()), &quote(&pricing)).await.result;
            let Ok(Answer::Quote(quote)) = told else { panic!("{more}: {told:?}") };
            assert_eq!(quote.pricing.cpm().is_some(), is_cpm, "{more}");
            assert_eq!(quote.pricing.other_unit().is_none(), is_cpm, "{more}");
            let told = heard(dialect, book(), &deal(&pricing, "")).await.result;
            let Ok(Answer::Deal(deal)) = told else { panic!("{more}: {told:?}") };
            assert_eq!(deal.pricing.cpm().is_some(), is_cpm, "{more}");
        }
    }
    let nothing = quote(r#"{"final_cpm":null,"pricing_type":"on_request"}"#);
    let told = heard("v1", asks_quote(quote_ask()), &nothing).await.result;
    let Ok(Answer::Quote(quote)) = told else { panic!("{told:?}") };
    assert_eq!((quote.pricing.cpm(), quote.pricing.other_unit()), (None, None), "it is on request");
}

#[tokio::test(start_paused = true)]
async fn two_prices_in_two_places_of_one_reply_are_none() {
    let price = |micros: u64| format!(r#"{{"amount_micros":{micros},"currency":"EUR"}}"#);
    let (is, money) =
        (r#"{"final_cpm":18.0}"#, format!(r#"{{"final_cpm":{}}}"#, price(18_000_000)));
    for (pricing, on_top, sound) in [
        (is, "", true),
        (is, r#","actual_price_cpm":18.00"#, true),
        (is, r#","final_cpm":18.000000000000004,"currency":"USD""#, true),
        (is, r#","actual_price_cpm":99"#, false),
        (is, r#","final_cpm":99"#, false),
        (is, r#","currency":"EUR","final_cpm":{"amount_micros":18000000,"currency":"USD"}"#, false),
        (is, r#","pricing_model":"cpc""#, true),
        (r#"{"final_cpm":18.0,"actual_price_cpm":18}"#, "", true),
        (r#"{"final_cpm":18.0,"actual_price_cpm":99}"#, "", false),
        (r#"{"final_cpm":18.0,"currency":"USD"}"#, r#","currency":"EUR""#, false),
        (r#"{"final_cpm":18.0,"pricing_model":"cpm"}"#, r#","pricing_model":"cpc""#, false),
        (r#"{"final_cpm":18.0,"base_cpm":20}"#, r#","base_cpm":24"#, false),
        (is, r#","impressions":5000000"#, false),
        (is, r#","impressions":500000"#, true),
        (&money, r#","final_cpm":18,"actual_price_cpm":18.0"#, true),
        (&money, r#","final_cpm":99"#, false),
        (&money, r#","currency":"USD""#, false),
        (&money, r#","final_cpm":{"amount_micros":18000000,"currency":"USD"}"#, false),
    ] {
        let told = format!("{pricing} {on_top}");
        let whole = |bare: String| bare.replacen('{', &format!("{{{}", &beside(on_top)), 1);
        for dialect in ["v1", "v2"] {
            let quote = whole(quote(pricing));
            let deal = whole(deal(pricing, ""));
            let enveloped = |name: &str, bare: &str| format!(r#"{{"{name}":{bare}}}"#);
            // Beside the envelope too.
            let outside = |name: &str, bare: &str| whole(enveloped(name, bare));
            for (ask, bodies) in [
                (
                    asks_quote(quote_ask()),
                    [
                        quote.clone(),
                        enveloped("quote", &quote),
                        outside("quote", &self::quote(pricing)),
                    ],
                ),
                (
                    book(),
                    [
                        deal.clone(),
                        enveloped("deal", &deal),
                        outside("deal", &self::deal(pricing, "")),
                    ],
                ),
            ] {
                for body in bodies {
                    let result = heard(dialect, ask.clone(), &body).await.result;
                    assert_eq!(result.is_ok(), sound, "{told}: {result:?}");
                    if let Err(error) = result {
                        assert_eq!(error.fate(), Fate::Unknown, "{told}");
                    }
                }
            }
        }
    }
    // By the click on top is by the click.
    let by_click = quote(is).replacen('{', r#"{"pricing_model":"cpc","#, 1);
    let asked = heard("v1", asks_quote(quote_ask()), &by_click).await;
    let Ok(Answer::Quote(quote)) = asked.result else { panic!("{:?}", asked.result) };
    assert_eq!((quote.pricing.cpm(), quote.cost()), (None, None));
}

/// What stands on top, to be put before all else in an object.
fn beside(on_top: &str) -> String {
    on_top.strip_prefix(',').map_or_else(String::new, |it| format!("{it},"))
}

#[tokio::test(start_paused = true)]
async fn two_prices_for_one_move_are_none() {
    let round =
        r#""round":{"action":"counter","round_number":1,"seller_price":18.0,"buyer_price":null}"#;
    for (on_top, sound) in [
        ("", true),
        (r#","seller_price":18.00,"action":"COUNTER","round_number":1,"currency":"USD""#, true),
        (r#","seller_price":99"#, false),
        (r#","action":"accept""#, false),
        (r#","round_number":2"#, false),
        (r#","currency":"EUR","seller_price":{"amount_micros":18000000,"currency":"USD"}"#, false),
    ] {
        for dialect in ["v1", "v2"] {
            let body = format!(r#"{{"negotiation_id":"n","status":"active",{round}{on_top}}}"#);
            let result = heard(dialect, counter(), &body).await.result;
            assert_eq!(result.is_ok(), sound, "{on_top}: {result:?}");
            if let Err(error) = result {
                assert_eq!(error.fate(), Fate::Unknown, "{on_top}");
            }
        }
    }
    // The currency may stand on top of a bare number inside.
    let body = format!(r#"{{"negotiation_id":"n","status":"active","currency":"EUR",{round}}}"#);
    let Ok(Answer::Moved(moved)) = heard("v1", counter(), &body).await.result else { panic!() };
    assert_eq!(moved.seller_cpm.unwrap().currency().to_string(), "EUR");
    let flat = r#"{"action":"counter","round_number":1,"status":"active","currency":"EUR",
        "seller_price":{"amount_micros":18000000,"currency":"USD"}}"#;
    assert!(heard("v2", counter(), flat).await.result.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_absurd_percent_is_not_told() {
    let pricing = r#"{"final_cpm":20,"tier_discount_pct":-7e28,"volume_discount_pct":"1e300"}"#;
    let heard = heard("v1", asks_quote(quote_ask()), &quote(pricing)).await;
    let Ok(Answer::Quote(quote)) = heard.result else { panic!("{:?}", heard.result) };
    assert_eq!(quote.pricing.tier_discount_pct, None);
    assert_eq!(quote.pricing.volume_discount_pct, None);
}

#[tokio::test(start_paused = true)]
async fn the_pricing_model_comes_with_the_price_in_both_dialects() {
    for dialect in ["v1", "v2"] {
        let pricing = r#"{"final_cpm":17.0,"pricing_model":"cpc"}"#;
        let asked = heard(dialect, asks_quote(quote_ask()), &quote(pricing)).await;
        let Ok(Answer::Quote(quote)) = asked.result else { panic!("{:?}", asked.result) };
        assert_eq!((quote.pricing.cpm(), quote.cost()), (None, None));
        assert!(quote.pricing.other_unit().unwrap().contains("cpc"));
        let booked = heard(dialect, book(), &deal(pricing, "")).await;
        let Ok(Answer::Deal(deal)) = booked.result else { panic!("{:?}", booked.result) };
        assert_eq!(deal.cost(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_currency_that_is_no_code_is_no_price_in_kit_and_catalogue() {
    for (currency, known) in [
        (r#""\u20ac""#, None),
        (r#""EURO""#, None),
        ("978", None),
        (r#"{"code":"EUR"}"#, None),
        (r#"["EUR"]"#, None),
        (r#""eur""#, Some("EUR")),
        (r#""""#, Some("USD")),
        ("null", Some("USD")),
    ] {
        let package = format!(
            r#"{{"packages":[{{"package_id":"k","exact_price":17.0,"floor_price":9,"currency":{currency}}}]}}"#
        );
        let Ok(Answer::Packages(kit)) = heard("v1", Ask::Packages, &package).await.result else {
            panic!("{currency}")
        };
        let of = |price: Option<dealdesk::domain::Cpm>| price.map(|cpm| cpm.currency().to_string());
        assert_eq!(of(kit[0].exact_price).as_deref(), known, "{currency}");
        assert_eq!(of(kit[0].floor_price).as_deref(), known, "{currency}");
        let catalogue = format!(
            r#"{{"products":[{{"product_id":"p","base_cpm":20.0,"floor_cpm":9,"currency":{currency}}}]}}"#
        );
        let Ok(Answer::Products(products)) = heard("v1", Ask::Products, &catalogue).await.result
        else {
            panic!("{currency}")
        };
        assert_eq!(of(products[0].base_cpm).as_deref(), known, "{currency}");
        assert_eq!(of(products[0].floor_cpm).as_deref(), known, "{currency}");
    }
    let by_click = r#"{"products":[{"product_id":"p","base_cpm":20.0,"pricing_model":"cpc"}]}"#;
    let Ok(Answer::Products(products)) = heard("v1", Ask::Products, by_click).await.result else {
        panic!()
    };
    assert_eq!(products[0].base_cpm, None);
}

#[tokio::test(start_paused = true)]
async fn a_price_told_twice_is_no_price() {
    let twice = r#"{"final_cpm":27.0,"final_cpm":17.0}"#;
    let asked = heard("v1", asks_quote(quote_ask()), &quote(twice)).await;
    let error = asked.result.expect_err("two prices");
    assert!(error.says.contains("final_cpm twice"), "{error}");
    assert!(
        heard("v1", asks_quote(quote_ask()), &quote(r#"{"final_cpm":17.0,"final_cpm":17.0}"#))
            .await
            .result
            .is_ok(),
        "the same twice is one"
    );
    // It was booked, and at what price nobody can say: that is a dispute, not a booking that is lost.
    for pricing in [twice, r#"{"final_cpm":17.0,"currency":"EUR","currency":"USD"}"#] {
        let booked = heard("v1", book(), &deal(pricing, "")).await;
        let Ok(Answer::Deal(deal)) = booked.result else { panic!("{:?}", booked.result) };
        assert_eq!(deal.pricing.final_cpm, None, "{pricing}");
    }
    let block = r#","openrtb_params":{"id":"D-1","bidfloor":27.0,"bidfloor":17.0,"wseat":"x9"}"#;
    let booked = heard("v1", book(), &deal(r#"{"final_cpm":17.0}"#, block)).await;
    let Ok(Answer::Deal(deal)) = booked.result else { panic!("{:?}", booked.result) };
    assert_eq!(deal.pricing.final_cpm, "17.0".parse().ok(), "its price was told once");
    assert_eq!(deal.openrtb.unwrap().wseat, ["x9"], "one text is a list of one");
}

#[tokio::test(start_paused = true)]
async fn a_record_in_bare_numbers_is_in_the_quotes_currency() {
    let body = r#"{"negotiation_id":"n","status":"active","rounds":[
        {"round_number":1,"action":"counter","buyer_price":1400,"seller_price":1500},
        {"round_number":2,"action":"counter","buyer_price":1,"seller_price":2,"currency":"EUR"}]}"#;
    let yen: Currency = "JPY".parse().unwrap();
    let Ok(Answer::History(history)) =
        heard("v2", Ask::History("qt-1".into(), yen), body).await.result
    else {
        panic!()
    };
    let prices: Vec<_> =
        history.rounds.iter().map(|round| round.seller_cpm.unwrap().to_string()).collect();
    assert_eq!(prices, ["1500 JPY", "2.00 EUR"]);
    assert_eq!(history.rounds[0].buyer_cpm.unwrap().currency(), yen);
}
