//! Orders as a script reads them: ours alone unless all are asked for, and nobody else's by accident.

use std::time::Duration;

use super::{read, write};
use crate::{
    cli::tests::schema,
    cli::{
        exit::Exit,
        fake::{Fake, Says, ask, d, deal, error, quote, setup},
        port::Session as _,
    },
    desk::{Command, Confirmation, Fact, LeftOut},
    domain::{
        Answer, Ask, DealId, DealRef, ErrorKind, Order, OrderAnswer, OrderAsk, OrderFilter,
        QuoteRef, SellerName,
        order::{ChangeType, Given, OrderStatus, OrderStep},
    },
};

const WAIT: Duration = Duration::from_mins(1);

pub(super) fn order(id: &str, deal: &str) -> Order {
    Order {
        order_id: id.into(),
        status: OrderStatus::Draft,
        raw_status: "draft".into(),
        deal_id: Some(deal.into()),
        quote_id: None,
        created_at: None,
        metadata: [
            ("budget".to_owned(), Given::Number(d("12500.50"))),
            ("name".to_owned(), Given::Text("Q3".into())),
        ]
        .into(),
        steps: vec![OrderStep {
            from: "draft".into(),
            to: "draft".into(),
            at: None,
            actor: "system".into(),
            reason: String::new(),
        }],
    }
}

/// A seller `a` whose list is of two buyers, as it holds it against the filter; `b` is down.
fn says(seller: &SellerName, ask: &Ask) -> Says {
    match (ask, seller.as_str()) {
        (ask, _) if ask.commits() => {
            Says::Answer(Answer::Deal(Box::new(deal(&quote("a", "qt-1", "21.00")))))
        }
        (Ask::Quote { .. } | Ask::GetQuote(_), _) => {
            Says::Answer(Answer::Quote(Box::new(quote("a", "qt-1", "21.00"))))
        }
        (Ask::Orders(OrderAsk::List(filter)), "a") => {
            let orders = [order("ORD-1", "D-1"), order("ORD-2", "D-2")].into_iter();
            let admitted = orders.filter(|order| {
                filter.admits(&order.order_id, order.deal_id.as_ref(), &order.raw_status)
            });
            Says::Answer(Answer::Orders(OrderAnswer::Orders(admitted.collect())))
        }
        (Ask::Orders(OrderAsk::Get(id)), "a") => {
            let deal = if id.as_str() == "ORD-1" { "D-1" } else { "D-2" };
            let order = Box::new(order(id.as_str(), deal));
            Says::Answer(Answer::Orders(OrderAnswer::Order(order)))
        }
        (Ask::Orders(OrderAsk::History(_)), "a") => {
            let (status, steps) = ("on_hold".to_owned(), order("ORD-1", "D-1").steps);
            Says::Answer(Answer::Orders(OrderAnswer::History { status, steps }))
        }
        (_, _) => Says::Error(error(ErrorKind::Unreachable, 0, "connect_error")),
    }
}

/// A desk that has booked D-1 with `a`.
pub(super) async fn booked(mut fake: Fake) -> Fake {
    fake.quoted("a", ask()).await;
    let quote = QuoteRef::new("a", "qt-1");
    let open = Command::OpenTicket { quote, max_cpm: None, planned_spend: None, notes: None };
    assert!(fake.command(open).is_empty());
    fake.until(WAIT, |state| state.in_flight.is_empty()).await;
    assert!(fake.command(Command::Confirm(Confirmation::Price(d("21.00")))).is_empty());
    fake.until(WAIT, |state| !state.deals.is_empty()).await;
    fake
}

fn listed(reply: &crate::cli::reply::Reply) -> (Vec<String>, serde_json::Value) {
    let document = schema::check("orders", &reply.json);
    let ids = document["items"].as_array().unwrap().iter();
    (ids.map(|item| item["order_id"].as_str().unwrap().to_owned()).collect(), document)
}

#[tokio::test]
async fn a_buyer_without_deals_gets_nobody_elses_orders() {
    let mut fake = Fake::new(setup(&["a"]), says);
    let reply = read::list(&mut fake, WAIT, &read::List::default()).await.unwrap();
    assert_eq!(listed(&reply).0, Vec::<String>::new());
    assert!(fake.asked.is_empty(), "an empty filter lets everybody's through");
    assert!(reply.words[0].contains("a is not asked"), "{:?}", reply.words);
    let all = read::List { all: true, ..read::List::default() };
    let reply = read::list(&mut fake, WAIT, &all).await.unwrap();
    let (ids, document) = listed(&reply);
    assert_eq!((ids, &document["scope"]), (vec!["ORD-1".into(), "ORD-2".into()], &"all".into()));
    assert_eq!(document["items"][0]["ours"], false);
}

#[tokio::test]
async fn only_orders_of_our_deals_are_listed_unless_all_are_asked_for() {
    let mut fake = booked(Fake::new(setup(&["a", "b"]), says)).await;
    let list = read::List::default();
    let reply = read::list(&mut fake, WAIT, &list).await.unwrap();
    let (ids, document) = listed(&reply);
    assert_eq!((ids, &document["scope"]), (vec!["ORD-1".into()], &"ours".into()));
    let item = &document["items"][0];
    assert_eq!((&item["ours"], &item["metadata"]["budget"]), (&true.into(), &"12500.50".into()));
    let filter = OrderFilter { deal_ids: [DealId::from("D-1")].into(), ..OrderFilter::default() };
    assert_eq!(fake.asked.last(), Some(&Ask::Orders(OrderAsk::List(filter))));

    let booked = read::List { status: Some("booked".into()), ..list.clone() };
    assert!(listed(&read::list(&mut fake, WAIT, &booked).await.unwrap()).0.is_empty());
    let all = read::List { all: true, ..list.clone() };
    let reply = read::list(&mut fake, WAIT, &all).await.unwrap();
    let (ids, document) = listed(&reply);
    assert_eq!((ids.len(), &document["partial"][0]["seller"]), (2, &"b".into()));
    let theirs = read::List { deal: Some("D-2".into()), ..list.clone() };
    let unknown = read::list(&mut fake, WAIT, &theirs).await.unwrap_err();
    assert_eq!(unknown.exit, Exit::NotFound);
    let reply = read::list(&mut fake, WAIT, &read::List { all: true, ..theirs }).await.unwrap();
    assert_eq!(listed(&reply).0, ["ORD-2"]);
}

#[tokio::test]
async fn a_deal_that_is_in_the_store_alone_is_ours_too() {
    let mut fake = Fake::new(setup(&["a", "b"]), says);
    let ours = DealRef { seller: "a".into(), deal_id: "D-2".into() };
    fake.desk.knows(LeftOut::of([], [ours]));
    let reply = read::list(&mut fake, WAIT, &read::List::default()).await.unwrap();
    let (ids, document) = listed(&reply);
    assert_eq!((ids, &document["items"][0]["ours"]), (vec!["ORD-2".into()], &true.into()));
    assert!(reply.words[0].contains("b is not asked"), "{:?}", reply.words);
    let show = read::Show { order: ("a".into(), "ORD-2".into()) };
    assert!(read::show(&mut fake, WAIT, &show).await.unwrap().words.is_empty());
    let all = read::List { all: true, ..read::List::default() };
    let document = listed(&read::list(&mut fake, WAIT, &all).await.unwrap()).1;
    assert_eq!(
        (&document["items"][0]["ours"], &document["items"][1]["ours"]),
        (&false.into(), &true.into())
    );
}

#[tokio::test]
async fn an_order_and_its_history_are_shown_with_the_sellers_own_words() {
    let mut fake = booked(Fake::new(setup(&["a", "b"]), says)).await;
    let of = |seller: &str, id: &str| read::Show { order: (seller.into(), id.into()) };
    let reply = read::show(&mut fake, WAIT, &of("a", "ORD-1")).await.unwrap();
    let document = schema::check("order", &reply.json);
    assert_eq!((&document["status"], &document["ours"]), (&"draft".into(), &true.into()));
    assert!(reply.words.is_empty());
    let reply = read::show(&mut fake, WAIT, &of("a", "ORD-2")).await.unwrap();
    assert_eq!(reply.words, ["this order is of none of your deals"]);
    let reply = read::history(&mut fake, WAIT, &of("a", "ORD-1")).await.unwrap();
    let document = schema::check("order-history", &reply.json);
    assert_eq!(
        (&document["status"], &document["raw_status"]),
        (&"other".into(), &"on_hold".into())
    );
    let down = read::show(&mut fake, WAIT, &of("b", "ORD-1")).await.unwrap_err();
    assert_eq!(down.exit, Exit::NotSent);
    let nobody = read::show(&mut fake, WAIT, &of("c", "ORD-1")).await.unwrap_err();
    assert_eq!(nobody.exit, Exit::NotFound);
}

#[test]
fn an_order_is_named_with_its_seller() {
    assert_eq!(super::order("a/ORD-1/x"), Ok(("a".into(), "ORD-1/x".into())));
    for bad in ["ORD-1", "/ORD-1", "a/", ""] {
        assert!(super::order(bad).unwrap_err().contains("SELLER/ORDER"), "{bad}");
    }
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_unknown_and_the_next_list_says_so() {
    let lost = |seller: &SellerName, ask: &Ask| {
        if matches!(ask, Ask::Orders(OrderAsk::Create { .. })) {
            return Says::Error(error(ErrorKind::Broken, 0, "reset"));
        }
        says(seller, ask)
    };
    let mut fake = booked(Fake::new(setup(&["a"]), lost)).await;
    let create =
        write::Create { deal: "D-1".into(), set: Vec::new(), confirm: "create".to_owned() };
    let reply = write::create(&mut fake, WAIT, &create).await.unwrap();
    let document = schema::check("order-asked", &reply.json);
    assert_eq!((reply.exit, &document["outcome"]), (Exit::Unknown, &"unknown".into()));
    assert!(document["error"]["cure"].as_str().unwrap().contains("before you ask again"));
    let reply = read::list(&mut fake, WAIT, &read::List::default()).await.unwrap();
    let doubt = "a: nobody knows what became of an order for D-1";
    assert!(reply.words.iter().any(|words| words == doubt), "{:?}", reply.words);

    fake.broken_store = Some("disk full".into());
    let asked = fake.asked.len();
    let failed = write::create(&mut fake, WAIT, &create).await.unwrap_err();
    assert_eq!((failed.exit, fake.asked.len()), (Exit::Blocked, asked), "nothing was sent");
}

#[tokio::test]
async fn a_change_is_of_an_order_of_ours_and_tells_what_was() {
    let mut fake = booked(Fake::new(setup(&["a"]), says)).await;
    let change = |order: &str| write::Change {
        order: ("a".into(), order.into()),
        kind: ChangeType::Other,
        set: vec![
            write::given("budget=9000").unwrap(),
            write::given("impressions=900000").unwrap(),
            write::given("flight_end=2026-08-15").unwrap(),
            write::given("colour=red").unwrap(),
        ],
        reason: "less".into(),
        confirm: "change".into(),
    };
    let theirs = write::change(&mut fake, WAIT, &change("ORD-2")).await.unwrap_err();
    assert_eq!((theirs.exit, theirs.code.as_deref()), (Exit::Blocked, Some("deal")));
    let reply = write::change(&mut fake, WAIT, &change("ORD-1")).await.unwrap();
    assert_eq!(reply.exit, Exit::NotSent, "the script cannot be reached for it");
    let Some(Ask::Orders(OrderAsk::RequestChange(sent))) = fake.asked.last() else { panic!() };
    assert_eq!(sent.diffs[0].old, Some(Given::Number(d("12500.50"))));
    assert_eq!(sent.diffs[0].new, Some(Given::Number(d("9000"))));
    // What the order leaves to its deal is what the deal has; of the rest nobody knows.
    assert_eq!(sent.diffs[1].old, Some(Given::Number(d("500000"))));
    assert_eq!(sent.diffs[2].old, Some(Given::Text("2026-07-31".into())));
    assert_eq!(sent.diffs[3].old, None);
    assert_eq!(sent.requested_by, "agency-1");
    assert!(sent.idempotency_key.len() >= 16, "{:?}", sent.idempotency_key);
    // It is the key that was stored with the intent, and another one for the next wish.
    let stored = |fake: &Fake| {
        let newest = fake.journal.iter().rev().find_map(|entry| {
            let Fact::OrderSent { intent } = &entry.fact else { return None };
            Some(intent.ask.clone())
        });
        let Some(OrderAsk::RequestChange(change)) = newest else { panic!() };
        change.idempotency_key
    };
    assert_eq!(stored(&fake), sent.idempotency_key);
    let first = sent.idempotency_key.clone();
    write::change(&mut fake, WAIT, &change("ORD-1")).await.unwrap();
    assert_ne!(stored(&fake), first);
}

#[test]
fn a_plain_number_stays_one_and_all_else_is_text() {
    for (typed, value) in [
        ("a=12500.50", Given::Number(d("12500.50"))),
        ("a=-1", Given::Number(d("-1"))),
        ("a=1.2.3", Given::Text("1.2.3".into())),
        ("a=007", Given::Text("007".into())),
        ("a=1e3", Given::Text("1e3".into())),
        ("a=2026-08-02", Given::Text("2026-08-02".into())),
        ("a=b=c", Given::Text("b=c".into())),
        ("a=", Given::Text(String::new())),
    ] {
        assert_eq!(write::given(typed), Ok(("a".to_owned(), value)), "{typed}");
    }
    // Money and impressions, as people write them.
    for (typed, value) in [
        ("budget=12,500.50", "12500.50"),
        ("total_budget=12.500,50", "12500.50"),
        ("maxCPM=0,5", "0.5"),
        ("budget=12_500", "12500"),
        ("Impressions=1,500,000", "1500000"),
        ("price-floor=-1,5", "-1.5"),
    ] {
        let given = write::given(typed).map(|(_, value)| value);
        assert_eq!(given, Ok(Given::Number(d(value))), "{typed}");
    }
    // What is a list, an id, or more than a number holds is sent as it was typed.
    for typed in [
        "placements=101,202,303",
        "segments=12,34",
        "segments=101,202",
        "sku=12_500",
        "a=0,5",
        "a=12.500,50",
        "a=-0",
        "a=.5",
        "a=+5",
        "price_list_ids=101,202",
        "budgetId=12,50",
        "sku=1234567890123456",
    ] {
        let (name, value) = typed.split_once('=').unwrap();
        let text = Given::Text(value.to_owned());
        assert_eq!(write::given(typed), Ok((name.to_owned(), text)), "{typed}");
    }
    for two in ["budget=25.000", "impressions=500,000", "daily_spend=1,400"] {
        let no = write::given(two).unwrap_err();
        assert!(no.contains("it can be "), "{two}: {no}");
    }
    for bad in ["a", "=1", ""] {
        assert!(write::given(bad).is_err(), "{bad}");
    }
}
