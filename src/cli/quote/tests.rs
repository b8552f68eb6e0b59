//! Asking for quotes: one seller, several, none that answers; and what is shown of a quote later.

#![expect(clippy::wildcard_enum_match_arm, reason = "a script answers what its story is about")]

use std::time::Duration;

use super::{request::request, show::reread};
use crate::{
    cli::{
        exit::Exit,
        fail::Failure,
        fake::{Fake, Says, ask, error, product, quote, setup},
        find::Wanted,
        port::Session as _,
        reply::{Reply, written},
        tests::schema,
        typed::{self, Terms, day},
    },
    desk::Command,
    domain::{Answer, Ask, DealType, ErrorKind, QuoteStatus, SellerError, SellerName, Stage, Tier},
    json::{FailureDoc, quote::QuoteDoc},
};

const WAIT: Duration = Duration::from_mins(1);

fn asked(sellers: &[&str], product: Option<&str>, query: Option<&str>) -> super::Request {
    super::Request {
        seller: sellers.iter().map(|name| (*name).to_owned()).collect(),
        product: product.map(str::to_owned),
        query: query.map(str::to_owned),
        kind: DealType::Preferred,
        impressions: Some(500_000.into()),
        target_cpm: None,
        terms: Terms::default(),
    }
}

/// `a` quotes, `b` refuses, `c` is not there, `d` never answers, `e` has another product.
fn script(seller: &SellerName, asked: &Ask) -> Says {
    let connect = || Says::Error(error(ErrorKind::Unreachable, 0, "connect_error"));
    match (seller.as_str(), asked) {
        ("c", _) => connect(),
        ("e", Ask::Products) => Says::Answer(Answer::Products(vec![product("e-1", "Radio")])),
        (name, Ask::Products) => {
            let id = format!("{name}-1");
            Says::Answer(Answer::Products(vec![product(&id, "CTV Sports Live")]))
        }
        (_, Ask::Packages) => Says::Answer(Answer::Packages(Vec::new())),
        ("a", Ask::Quote { ask, .. }) => {
            let mut quote = quote("a", "qt-1", "20.52");
            quote.product.product_id = ask.product_id.clone();
            Says::Answer(Answer::Quote(Box::new(quote)))
        }
        ("b", Ask::Quote { .. }) => Says::Error(error(ErrorKind::Refused, 422, "invalid_request")),
        (_, _) => Says::Nothing,
    }
}

async fn run(sellers: &[&str], wanted: super::Request) -> Result<Reply, Failure> {
    let mut fake = Fake::new(setup(sellers), script);
    request(&mut fake, WAIT, &wanted).await
}

#[tokio::test]
async fn one_seller_quotes_or_says_why_not() {
    let reply = run(&["a"], asked(&["a"], Some("p-9"), None)).await.unwrap();
    let document = schema::check("quote", &reply.json);
    assert_eq!(document["product"]["product_id"], "p-9");
    assert_eq!(document["cost"], "10260.00");
    assert_eq!(document["understood"], serde_json::json!([]));
    let said = super::Request {
        impressions: typed::impressions("500k").ok(),
        target_cpm: typed::price("$17,50").ok(),
        ..asked(&["a"], Some("p-9"), None)
    };
    let document = schema::check("quote", &run(&["a"], said).await.unwrap().json);
    let expect = [
        serde_json::json!({ "option": "--impressions", "typed": "500k", "means": "500000" }),
        serde_json::json!({ "option": "--target-cpm", "typed": "$17,50", "means": "17.50 USD" }),
    ];
    assert_eq!(document["understood"], serde_json::json!(expect));
    let target_cpm = typed::price("25,000").ok();
    let two = run(&["a"], super::Request { target_cpm, ..asked(&["a"], Some("p-9"), None) }).await;
    assert_eq!(two.unwrap_err().exit, Exit::Usage);
    assert_eq!(document["seconds_left"].as_i64(), Some(3600));
    assert!(document["agreed_cpm"].is_null() && document["availability"].is_null());
    for (seller, exit, code) in [
        ("b", Exit::Refused, "invalid_request"),
        ("c", Exit::NotSent, "connect_error"),
        ("d", Exit::NotSent, "timeout"),
    ] {
        let failure =
            run(&["a", "b", "c", "d"], asked(&[seller], Some("p"), None)).await.unwrap_err();
        assert_eq!((failure.exit, failure.code.as_deref()), (exit, Some(code)), "{seller}");
        schema::check("error", &written(&FailureDoc::new(&failure)).unwrap());
    }
}

#[tokio::test]
async fn several_sellers_are_asked_together_and_the_missing_are_named() {
    let all = ["e", "d", "c", "b", "a"];
    let reply = run(&all, asked(&[], None, Some("sports ctv"))).await.unwrap();
    let document = schema::check("rfq", &reply.json);
    assert_eq!(document["items"].as_array().unwrap().len(), 1);
    assert_eq!(document["items"][0]["rfq"], document["rfq"]);
    assert_eq!(document["items"][0]["product"]["product_id"], "a-1");
    let mut missing: Vec<_> = document["partial"]
        .as_array()
        .unwrap()
        .iter()
        .map(|missing| (missing["seller"].as_str().unwrap(), missing["error"].as_str().unwrap()))
        .collect();
    missing.sort_unstable();
    assert_eq!(
        missing,
        [("b", "invalid_request"), ("c", "connect_error"), ("d", "timeout"), ("e", "no_product")]
    );
    assert_eq!(reply.exit, Exit::Done);

    let none = run(&["b", "c"], asked(&["b", "c"], Some("ctv sports live"), None)).await.unwrap();
    assert_eq!(none.exit, Exit::NotSent);
    schema::check("rfq", &none.json);
}

/// The sellers that are asked, and what becomes of asking for products and for a quote.
type Asked = (&'static [&'static str], Result<(), SellerError>, Option<SellerError>);

#[tokio::test]
async fn where_nobody_quotes_the_reason_is_told_by_the_exit_code() {
    let refused = |status, code| error(ErrorKind::Refused, status, code);
    let away = || error(ErrorKind::Unreachable, 0, "connect_error");
    let several = &["a", "b"][..];
    let cases: [(Asked, u8); 10] = [
        ((several, Ok(()), Some(refused(400, "below_minimum_impressions"))), 5),
        ((several, Ok(()), Some(refused(422, "no_price"))), 5),
        ((several, Ok(()), Some(refused(401, "unauthorized"))), 3),
        ((several, Ok(()), Some(refused(429, ""))), 8),
        ((several, Ok(()), Some(away())), 8),
        ((several, Ok(()), None), 8),
        ((several, Err(refused(401, "unauthorized")), None), 3),
        ((several, Err(refused(403, "")), None), 3),
        ((several, Err(away()), None), 8),
        ((&["a"], Err(refused(401, "unauthorized")), None), 3),
    ];
    for ((sellers, products, quotes), exit) in cases {
        let what = format!("{sellers:?} {products:?} {quotes:?}");
        let script = move |_: &SellerName, asked: &Ask| match (asked, &products, &quotes) {
            (Ask::Packages | Ask::Products, Err(error), _)
            | (Ask::Quote { .. }, _, Some(error)) => Says::Error(error.clone()),
            (Ask::Products, Ok(()), _) => {
                Says::Answer(Answer::Products(vec![product("p-1", "CTV Sports Live")]))
            }
            (Ask::Packages, Ok(()), _) => Says::Answer(Answer::Packages(Vec::new())),
            (_, _, _) => Says::Nothing,
        };
        let mut fake = Fake::new(setup(sellers), script);
        let reply = request(&mut fake, WAIT, &asked(&[], None, Some("sports"))).await.unwrap();
        schema::check("rfq", &reply.json);
        assert_eq!(reply.exit.code(), exit, "{what}");
        assert_eq!(reply.words.len(), sellers.len(), "{what}");
    }
    for (product, query) in [(Some("nosuch"), None), (None, Some("opera"))] {
        let reply = run(&["a", "b"], asked(&["a", "b"], product, query)).await.unwrap();
        assert_eq!(reply.exit, Exit::NotFound);
    }
    let mut guaranteed = asked(&["a", "b"], Some("CTV Sports Live"), None);
    (guaranteed.kind, guaranteed.impressions) = (DealType::Guaranteed, None);
    assert_eq!(run(&["a", "b"], guaranteed).await.unwrap().exit, Exit::Usage);
}

#[tokio::test]
async fn one_seller_is_asked_for_a_product_by_its_name_too() {
    let script = |_: &SellerName, asked: &Ask| match asked {
        Ask::Quote { ask, .. } if ask.product_id.as_str() != "p-1" => {
            Says::Error(error(ErrorKind::Refused, 404, "product_not_found"))
        }
        Ask::Quote { .. } => Says::Answer(Answer::Quote(Box::new(quote("a", "qt-1", "20.52")))),
        Ask::Products => Says::Answer(Answer::Products(vec![product("p-1", "Native In-Feed")])),
        _ => Says::Nothing,
    };
    for (typed, exit) in [("p-1", 0), ("Native In-Feed", 0), ("Native", 4)] {
        let mut fake = Fake::new(setup(&["a"]), script);
        let reply = request(&mut fake, WAIT, &asked(&["a"], Some(typed), None)).await;
        let code = reply.map_or_else(|failure| failure.exit, |reply| reply.exit).code();
        assert_eq!(code, exit, "{typed}");
    }
}

#[tokio::test]
async fn a_product_that_got_a_new_id_is_waited_for_until_it_is_quoted() {
    let mut catalogue = vec!["p-old", "p-1"].into_iter();
    let script = move |_: &SellerName, asked: &Ask| match asked {
        Ask::Quote { ask, .. } if ask.product_id.as_str() != "p-1" => {
            Says::Error(error(ErrorKind::Refused, 404, "product_not_found"))
        }
        Ask::Quote { .. } => Says::Answer(Answer::Quote(Box::new(quote("a", "qt-1", "20.52")))),
        Ask::Products => {
            let id = catalogue.next().unwrap_or("p-1");
            Says::Answer(Answer::Products(vec![product(id, "Native In-Feed")]))
        }
        _ => Says::Nothing,
    };
    let mut fake = Fake::new(setup(&["a"]), script);
    assert!(fake.command(Command::RefreshKit("a".into())).is_empty());
    fake.until(Duration::from_secs(1), |_| false).await;
    let reply = request(&mut fake, WAIT, &asked(&["a"], Some("p-old"), None)).await.unwrap();
    assert_eq!(schema::check("quote", &reply.json)["quote_id"], "qt-1");
}

#[tokio::test]
async fn a_declined_quote_keeps_its_id_and_is_listed_as_declined() {
    let script = |seller: &SellerName, asked: &Ask| match asked {
        Ask::Quote { .. } => {
            let mut declined = quote(seller.as_str(), "qt-no", "20.52");
            (declined.status, declined.raw_status) = (QuoteStatus::Declined, "declined".into());
            declined.pricing.final_cpm = None;
            declined.pricing.rationale = "No avails in these weeks.".into();
            Says::Answer(Answer::Quote(Box::new(declined)))
        }
        Ask::Products => Says::Answer(Answer::Products(vec![product("p-1", "Native In-Feed")])),
        _ => Says::Nothing,
    };
    for sellers in [&["a"][..], &["a", "b"]] {
        let mut fake = Fake::new(setup(&["a", "b"]), script);
        let reply = request(&mut fake, WAIT, &asked(sellers, Some("p-1"), None)).await;
        let (exit, says) = match reply {
            Ok(reply) => (reply.exit, reply.words.join(" ")),
            Err(failure) => (failure.exit, failure.to_string()),
        };
        assert_eq!(exit, Exit::Refused, "{says}");
        assert!(says.contains("No avails in these weeks"), "{says}");
        let state = fake.state();
        assert_eq!(state.quotes.len(), sellers.len());
        assert!(state.failed_asks.is_empty(), "one row is enough");
        for record in state.quotes.values() {
            assert_eq!(
                (record.quote.quote_id.as_str(), record.stage()),
                ("qt-no", Stage::Declined)
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_anything_is_sent() {
    let mut guaranteed = asked(&["a"], Some("p"), None);
    (guaranteed.kind, guaranteed.impressions) = (DealType::Guaranteed, None);
    let mut backwards = asked(&["a"], Some("p"), None);
    (backwards.terms.start, backwards.terms.end) = (day("2026-07-02").ok(), day("2026-07-01").ok());
    for (wanted, code, exit) in [
        (guaranteed, "impressions", Exit::Usage),
        (backwards, "flight", Exit::Usage),
        (asked(&["x"], Some("p"), None), "seller", Exit::NotFound),
    ] {
        let failure = run(&["a"], wanted).await.unwrap_err();
        assert_eq!((failure.code.as_deref(), failure.exit), (Some(code), exit));
    }
    assert_eq!(run(&[], asked(&[], None, Some("x"))).await.unwrap_err().exit, Exit::Configuration);
}

#[tokio::test]
async fn a_seller_is_told_no_more_than_the_request_allows() {
    for (reveal, told) in [(None, true), (Some(Tier::Public), false)] {
        let mut fake = Fake::new(setup(&["a"]), script);
        let wanted = super::Request {
            terms: Terms { reveal, ..Terms::default() },
            ..asked(&["a"], Some("p"), None)
        };
        request(&mut fake, WAIT, &wanted).await.unwrap();
        let Some(Ask::Quote { ask, .. }) = fake.asked.last() else { panic!("no quote was asked") };
        assert_eq!(ask.identity.agency_id.is_some(), told);
        assert_eq!(
            (ask.flight_start.to_string(), ask.flight_end.to_string()),
            ("2026-06-08".into(), "2026-07-07".into())
        );
    }
}

#[tokio::test]
async fn a_quote_is_shown_as_the_seller_has_it_else_as_the_store_knows_it() {
    let refused = |status, code| Err(error(ErrorKind::Refused, status, code));
    for (says, source, status, exit) in [
        (Ok(QuoteStatus::Available), "seller", "available", 0),
        (Ok(QuoteStatus::Declined), "seller", "declined", 0),
        (refused(410, "quote_expired"), "seller", "expired", 0),
        (refused(404, "quote_not_found"), "seller", "expired", 0),
        (refused(401, "unauthorized"), "store", "available", 3),
        (refused(403, "forbidden"), "store", "available", 3),
        (refused(404, ""), "store", "available", 4),
        (refused(422, "invalid_request"), "store", "available", 5),
        (Err(error(ErrorKind::Unreachable, 0, "connect_error")), "store", "available", 0),
        (Err(error(ErrorKind::Nonsense, 200, "html")), "store", "available", 0),
        (Err(error(ErrorKind::Configuration, 0, "no_key")), "store", "available", 3),
        (Err(error(ErrorKind::Unavailable, 503, "")), "store", "available", 0),
    ] {
        let told = format!("{says:?}");
        let failure = says.as_ref().err().cloned().filter(|_| source == "store");
        let script = move |_: &SellerName, asked: &Ask| match (asked, &says) {
            (Ask::GetQuote(_), Ok(status)) => {
                let mut quote = quote("a", "qt-1", "20.52");
                (quote.status, quote.raw_status) = (*status, status.to_string());
                Says::Answer(Answer::Quote(Box::new(quote)))
            }
            (Ask::GetQuote(_), Err(error)) => Says::Error(error.clone()),
            (_, _) => Says::Answer(Answer::Quote(Box::new(quote("a", "qt-1", "20.52")))),
        };
        let mut fake = Fake::new(setup(&["a"]), script);
        fake.quoted("a", ask()).await;
        // A moment later, so that old answers are told from new ones.
        fake.until(Duration::from_secs(1), |_| false).await;
        let reply = reread(&mut fake, WAIT, &Wanted::new("qt-1")).await.unwrap();
        let document = schema::check("quote", &reply.json);
        assert_eq!(
            (document["source"].as_str(), document["status"].as_str()),
            (Some(source), Some(status)),
            "{told}"
        );
        assert_eq!(reply.words.is_empty(), source == "seller", "{told}");
        assert_eq!(reply.exit.code(), exit, "{told}");
        assert_eq!(document["seconds_left"].is_null(), status != "available", "{told}");
        let Some(failure) = failure else {
            assert!(document["error"].is_null(), "{told}");
            continue;
        };
        let (seller, status) = (&document["error"]["seller"], &document["error"]["http_status"]);
        assert_eq!(seller, "a", "{told}");
        assert_eq!(status.as_u64().unwrap_or(0), u64::from(failure.http_status), "{told}");
        assert!(reply.words.concat().contains("the seller's words"), "{:?}", reply.words);
    }
}

#[tokio::test]
async fn a_comparison_names_the_quotes_that_were_not_read_again() {
    let script = |seller: &SellerName, asked: &Ask| match (seller.as_str(), asked) {
        ("b", Ask::GetQuote(_)) => Says::Error(error(ErrorKind::Refused, 401, "unauthorized")),
        (name, _) => {
            let id = format!("qt-{name}");
            Says::Answer(Answer::Quote(Box::new(quote(name, &id, "20.52"))))
        }
    };
    let mut fake = Fake::new(setup(&["a", "b"]), script);
    fake.quoted("a", ask()).await;
    fake.quoted("b", ask()).await;
    let wanted = super::compare::Compare { quotes: vec!["qt-a".into(), "qt-b".into()] };
    let reply = super::compare::compare(&mut fake, WAIT, &wanted).await.unwrap();
    let document = schema::check("compare", &reply.json);
    assert_eq!(document["partial"].as_array().unwrap().len(), 1);
    assert_eq!(document["partial"][0]["seller"], "b");
    assert_eq!(document["partial"][0]["error"], "unauthorized");
    assert_eq!((reply.exit, reply.words.len()), (Exit::Configuration, 1));
}

#[tokio::test]
async fn an_id_that_two_sellers_have_must_say_whose() {
    let script = |seller: &SellerName, _: &Ask| {
        Says::Answer(Answer::Quote(Box::new(quote(seller.as_str(), "qt-1", "20.52"))))
    };
    let mut fake = Fake::new(setup(&["a", "b"]), script);
    fake.quoted("a", ask()).await;
    fake.quoted("b", ask()).await;
    let failure = reread(&mut fake, WAIT, &Wanted::new("qt-1")).await.unwrap_err();
    assert_eq!((failure.exit, failure.cure.as_str()), (Exit::Usage, "say which: a/qt-1 or b/qt-1"));
    let reply = reread(&mut fake, WAIT, &Wanted::new("b/qt-1")).await.unwrap();
    assert_eq!(schema::check("quote", &reply.json)["seller"], "b");
    let nothing = fake.command(Command::CloseTicket);
    assert!(nothing.is_empty());
}

#[tokio::test]
async fn a_cost_is_that_of_the_price_it_stands_beside() {
    let script = |_: &SellerName, _: &Ask| {
        Says::Answer(Answer::Quote(Box::new(quote("a", "qt-1", "18.00"))))
    };
    for (agreed, price, cost) in [
        (None, "18.00", "9000.00"),
        (Some("16.50"), "16.50", "8250.00"),
        // What was agreed in euros is not paid in dollars.
        (Some("16.50 EUR"), "16.50", "8250.00"),
    ] {
        let mut fake = Fake::new(setup(&["a"]), script);
        fake.quoted("a", ask()).await;
        let (state, now) = (fake.state(), fake.now());
        let mut record = state.quotes.values().next().unwrap().clone();
        record.agreed = agreed.map(|agreed| agreed.parse().unwrap());
        let currency = record.price().unwrap().currency().to_string();
        for doc in [QuoteDoc::stored(&record, now), QuoteDoc::of(state, &record, now)] {
            assert_eq!(doc.cost.as_deref(), Some(cost));
            let row = super::cells(&doc);
            let at = |name: &str| {
                let named = |column: &&str| column.trim_start_matches('>') == name;
                row[super::COLUMNS.iter().position(named).unwrap()].as_str()
            };
            assert_eq!((at("CPM"), at("COST"), at("CUR")), (price, cost, currency.as_str()));
            let text = super::text(&doc);
            assert!(text.contains(&format!("cost        {cost} {currency}")), "{text}");
        }
    }
}
