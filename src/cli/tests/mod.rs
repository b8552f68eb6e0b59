//! Reading from sellers: kits, products, who is there; deals as their seller has them.

#![expect(clippy::wildcard_enum_match_arm, reason = "a script answers what its story is about")]

mod extremes;
pub(crate) mod schema;

use std::{future::pending, pin::pin, time::Duration};

use super::{
    book,
    deals::poll,
    exit::Exit,
    fake::{Fake, Says, ask, d, deal, error, product, quote, setup},
    kit,
    port::Session as _,
    reply::Reply,
    sellers,
};
use crate::domain::{
    Answer, Ask, Cpm, Deal, DealStatus, ErrorKind, Package, Placement, QuoteAsk, SellerName,
    ask::Card,
};
use crate::json::deal::DealDoc;

const WAIT: Duration = Duration::from_mins(1);

fn package(id: &str, featured: bool) -> Package {
    Package {
        package_id: id.into(),
        name: "Sports".into(),
        description: String::new(),
        ad_formats: vec!["video".into()],
        device_types: vec![3],
        cat: Vec::new(),
        geo_targets: vec!["US".into()],
        tags: Vec::new(),
        featured,
        price_range: Some("$28-$42 CPM".into()),
        exact_price: featured.then(|| Cpm::usd(d("26.64"))),
        floor_price: None,
        negotiation_enabled: None,
        volume_discounts_available: None,
        tells_placements: true,
        placements: vec![Placement {
            product_id: "p-1".into(),
            product_name: "CTV".into(),
            ad_formats: Vec::new(),
            device_types: vec![3],
            weight: Some("0.5".into()),
        }],
    }
}

/// `up` has two packages; `down` is not there; `mute` never answers.
fn script(seller: &SellerName, asked: &Ask) -> Says {
    match (seller.as_str(), asked) {
        ("down", _) => Says::Error(error(ErrorKind::Unreachable, 0, "connect_error")),
        ("up", Ask::Packages | Ask::Search(_)) => {
            Says::Answer(Answer::Packages(vec![package("pk-1", true), package("pk-2", false)]))
        }
        ("up", Ask::Products) => Says::Answer(Answer::Products(Vec::new())),
        ("up", Ask::Probe) => {
            Says::Answer(Answer::Alive(Card { name: "Up Media".into(), ..Card::default() }))
        }
        (_, _) => Says::Nothing,
    }
}

fn fake(names: &[&str]) -> Fake {
    Fake::new(setup(names), script)
}

fn lengths(schema_name: &str, reply: &Reply) -> (usize, usize, u8) {
    let document = schema::check(schema_name, &reply.json);
    let length = |name: &str| document[name].as_array().unwrap().len();
    (length("items"), length("partial"), reply.exit.code())
}

#[tokio::test]
async fn a_list_names_who_is_missing_and_fails_only_when_nothing_came() {
    let everybody = ["up", "down", "mute"];
    let all = kit::List::default();
    let featured = kit::List { featured: true, ..kit::List::default() };
    let list = kit::list(&mut fake(&everybody), WAIT, &all).await.unwrap();
    assert_eq!(lengths("packages", &list), (2, 2, 0));
    assert_eq!(list.words.len(), 2);
    let list = kit::list(&mut fake(&everybody), WAIT, &featured).await.unwrap();
    assert_eq!(lengths("packages", &list), (1, 2, 0));
    let list = kit::list(&mut fake(&["down", "mute"]), WAIT, &all).await.unwrap();
    assert_eq!(lengths("packages", &list), (0, 2, 8));
    let search = kit::Search { words: "sports".into(), which: kit::Which::default() };
    let found = kit::search(&mut fake(&everybody), WAIT, &search).await.unwrap();
    assert_eq!(lengths("packages", &found), (2, 2, 0));
    let products = kit::products(&mut fake(&everybody), WAIT, &kit::Which::default()).await;
    assert_eq!(lengths("products", &products.unwrap()), (0, 2, 0), "an empty catalogue came");
}

#[tokio::test]
async fn a_key_that_is_refused_is_told_from_a_seller_that_is_not_there() {
    for (error_kind, status, exit) in [
        (ErrorKind::Refused, 401, Exit::Configuration),
        (ErrorKind::Refused, 403, Exit::Configuration),
        (ErrorKind::Refused, 404, Exit::NotFound),
        (ErrorKind::Refused, 400, Exit::Refused),
        (ErrorKind::Unreachable, 0, Exit::NotSent),
    ] {
        let fake =
            || Fake::new(setup(&["a"]), move |_, _| Says::Error(error(error_kind, status, "code")));
        let (all, which) = (kit::List::default(), kit::Which::default());
        let list = kit::list(&mut fake(), WAIT, &all).await.unwrap();
        let products = kit::products(&mut fake(), WAIT, &which).await.unwrap();
        let search = kit::Search { words: "sports".into(), which: which.clone() };
        let found = kit::search(&mut fake(), WAIT, &search).await.unwrap();
        for reply in [list, products, found] {
            assert_eq!(reply.exit, exit, "{status}");
            assert!(reply.words.concat().contains("the cure"), "{:?}", reply.words);
        }
        let show = kit::Show { package_id: "pk-1".into(), of_seller: None, which };
        assert_eq!(kit::show(&mut fake(), WAIT, &show).await.unwrap_err().exit, exit, "{status}");
    }
}

#[tokio::test]
async fn a_seller_without_packages_points_at_its_products() {
    let script = |_: &SellerName, asked: &Ask| match asked {
        Ask::Packages => Says::Answer(Answer::Packages(Vec::new())),
        _ => Says::Nothing,
    };
    let mut fake = Fake::new(setup(&["a"]), script);
    let reply = kit::list(&mut fake, WAIT, &kit::List::default()).await.unwrap();
    assert_eq!(reply.exit, Exit::Done);
    assert!(reply.words.concat().contains("dealdesk kit products --seller a"), "{:?}", reply.words);
}

#[tokio::test]
async fn a_package_is_shown_with_what_is_withheld() {
    let show = |id: &str| kit::Show {
        package_id: id.into(),
        of_seller: None,
        which: kit::Which::default(),
    };
    let reply = kit::show(&mut fake(&["up"]), WAIT, &show("pk-2")).await.unwrap();
    let document = schema::check("package", &reply.json);
    assert!(document["exact_price"].is_null());
    assert_eq!(document["withheld"][0], "exact_price");
    let named = kit::show(&mut fake(&["up"]), WAIT, &show("up/pk-2")).await.unwrap();
    assert_eq!(schema::check("package", &named.json)["package_id"], "pk-2");
    let failure = kit::show(&mut fake(&["up"]), WAIT, &show("pk-9")).await.unwrap_err();
    assert_eq!(failure.exit, Exit::NotFound);
    let of = |seller: &str| kit::Show { of_seller: Some("pk-2".into()), ..show(seller) };
    let apart = kit::show(&mut fake(&["up", "down"]), WAIT, &of("up")).await.unwrap();
    assert_eq!(schema::check("package", &apart.json)["package_id"], "pk-2");
    let nobody = kit::show(&mut fake(&["up"]), WAIT, &of("upp")).await.unwrap_err();
    assert_eq!(nobody.exit, Exit::NotFound);
}

#[tokio::test]
async fn a_product_that_is_taken_for_a_package_says_what_to_type() {
    let sells = |_: &SellerName, asked: &Ask| match asked {
        Ask::Packages => Says::Answer(Answer::Packages(Vec::new())),
        Ask::Products => Says::Answer(Answer::Products(vec![product("prod-alpha", "Alpha")])),
        _ => Says::Nothing,
    };
    for (id, of_seller) in [("a/prod-alpha", None), ("prod-alpha", None), ("a", Some("prod-alpha"))]
    {
        let which = kit::Which::default();
        let show =
            kit::Show { package_id: id.into(), of_seller: of_seller.map(str::to_owned), which };
        let mut fake = Fake::new(setup(&["a"]), sells);
        let failure = kit::show(&mut fake, WAIT, &show).await.unwrap_err();
        assert_eq!(failure.exit, Exit::NotFound);
        assert_eq!(failure.says, "prod-alpha is a product of a, not a package");
        let ask = "dealdesk quote request --seller a --product prod-alpha";
        assert!(failure.cure.contains(ask), "{}", failure.cure);
    }
}

#[tokio::test]
async fn sellers_are_up_down_or_unknown() {
    let reply =
        sellers::list(&mut fake(&["up", "down", "mute"]), WAIT, false, &|_| None).await.unwrap();
    let document = schema::check("sellers", &reply.json);
    let status = |index: usize| document["items"][index]["status"].as_str().unwrap();
    assert_eq!([status(0), status(1), status(2)], ["up", "down", "unknown"]);
    assert_eq!(document["items"][0]["says_it_is"], "Up Media");
    assert_eq!(document["items"][1]["error"], "connect_error: the seller's words");
    let reply = sellers::list(&mut fake(&["up"]), WAIT, true, &|_| None).await.unwrap();
    assert_eq!(schema::check("sellers", &reply.json)["items"][0]["status"], "unknown");
    let reply = sellers::list(&mut fake(&[]), WAIT, true, &|_| None).await.unwrap();
    assert_eq!(reply.words.len(), 1);
}

#[tokio::test]
async fn a_deal_is_polled_and_its_savings_are_told() {
    let booked = || deal(&quote("a", "qt-1", "20.52"));
    let active =
        move || Deal { status: DealStatus::Active, raw_status: "active".into(), ..booked() };
    let mut down = false;
    let script = move |_: &SellerName, asked: &Ask| match asked {
        asked if asked.commits() => Says::Answer(Answer::Deal(Box::new(booked()))),
        Ask::GetDeal(_) if !std::mem::replace(&mut down, true) => {
            Says::Answer(Answer::Deal(Box::new(active())))
        }
        Ask::GetDeal(_) => Says::Error(error(ErrorKind::Timeout, 0, "timeout")),
        _ => Says::Answer(Answer::Quote(Box::new(quote("a", "qt-1", "20.52")))),
    };
    let mut fake = Fake::new(setup(&["a"]), script);
    fake.quoted("a", ask()).await;
    let args = book::Args {
        quote_id: "qt-1".into(),
        confirm: Some("20.52".into()),
        max_cpm: Some("21".into()),
        ..book::Args::default()
    };
    let waits = book::Waits { ask: WAIT, book: WAIT };
    book::book(&mut fake, &args, waits, &mut pin!(pending::<()>())).await.unwrap();
    let key = fake.state().deals[0].reference();
    let (checked, reread) = poll(&mut fake, WAIT, &key).await;
    assert_eq!((checked.is_some(), reread.source, reread.words()), (true, "seller", None));
    let document = DealDoc::new(&fake.state().deals[0], checked);
    assert_eq!((document.stage.as_str(), document.theirs.as_deref()), ("ACTIVE", Some("active")));
    assert_eq!(document.savings.vs_base.as_deref(), Some("1740.00"));
    assert_eq!(document.savings.vs_quote.as_deref(), Some("0.00"));
    fake.until(Duration::from_secs(1), |_| false).await;
    let (_, reread) = poll(&mut fake, WAIT, &key).await;
    assert_eq!((reread.source, reread.words().is_some()), ("store", true));
    assert_eq!(reread.exit(), Exit::Done, "nobody was there");
}

/// `qt-1` and `qt-2` of one seller, both booked: as `D-1` and `D-2`.
async fn two_deals(mut says: impl FnMut(&str) -> Says + 'static) -> Fake {
    let script = move |_: &SellerName, asked: &Ask| {
        let named = |id: &str| if id.ends_with('2') { ("qt-2", "D-2") } else { ("qt-1", "D-1") };
        let (quote_id, deal_id) = match asked {
            Ask::Quote { ask, .. } => named(ask.product_id.as_str()),
            Ask::GetQuote(id) | Ask::Book { quote_id: id, .. } => named(id.as_str()),
            Ask::GetDeal(id) => return says(id.as_str()),
            _ => return Says::Nothing,
        };
        let mut quote = quote("a", quote_id, "5.00");
        quote.product.product_id = if quote_id == "qt-2" { "p-2" } else { "p-1" }.into();
        if !asked.commits() {
            return Says::Answer(Answer::Quote(Box::new(quote)));
        }
        Says::Answer(Answer::Deal(Box::new(Deal { deal_id: deal_id.into(), ..deal(&quote) })))
    };
    let mut fake = Fake::new(setup(&["a"]), script);
    for number in ["1", "2"] {
        fake.quoted("a", QuoteAsk { product_id: format!("p-{number}").into(), ..ask() }).await;
        let args = book::Args {
            quote_id: format!("qt-{number}"),
            confirm: Some("5".into()),
            max_cpm: Some("5".into()),
            ..book::Args::default()
        };
        let waits = book::Waits { ask: WAIT, book: WAIT };
        let reply = book::book(&mut fake, &args, waits, &mut pin!(pending::<()>())).await.unwrap();
        assert_eq!(reply.exit, Exit::Done, "{}", reply.json);
    }
    fake
}

#[tokio::test]
async fn a_deal_that_is_not_told_again_is_not_shown_as_told_and_no_other_is_blamed_for_it() {
    for (kind, status, code, exit) in [
        (ErrorKind::Refused, 401, "unauthorized", Exit::Configuration),
        (ErrorKind::Refused, 403, "", Exit::Configuration),
        (ErrorKind::Refused, 404, "deal_not_found", Exit::NotFound),
        (ErrorKind::Refused, 404, "", Exit::NotFound),
        (ErrorKind::Unavailable, 500, "", Exit::Done),
    ] {
        let told = format!("{status} {code}");
        let code = code.to_owned();
        let mut fake = two_deals(move |id| {
            if id == "D-1" {
                Says::Error(error(kind, status, &code))
            } else {
                let mut told = deal(&quote("a", "qt-2", "5.00"));
                told.deal_id = "D-2".into();
                Says::Answer(Answer::Deal(Box::new(told)))
            }
        })
        .await;
        let keys: Vec<_> = fake.state().deals.keys().cloned().collect();
        let (_, lost) = poll(&mut fake, WAIT, &keys[0]).await;
        let (checked, heard) = poll(&mut fake, WAIT, &keys[1]).await;
        assert_eq!((lost.source, lost.exit()), ("store", exit), "{told}");
        assert!(lost.words().unwrap().contains("the seller's words"), "{told}");
        assert_eq!((heard.source, heard.words(), heard.exit()), ("seller", None, Exit::Done));
        assert!(checked.is_some(), "{told}");
    }
}
