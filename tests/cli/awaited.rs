//! Bookings whose outcome is awaited are told wherever deals are: no money is held that nobody sees.

use dealdesk::{
    clock::Clock as _,
    desk::{Actor, Entry, Fact, Intent, Mode, QuoteRecord},
    domain::{Cost, ErrorKind, Identity, SellerError, TicketId, ask::Waiting},
    runtime::SystemClock,
    store::{Location, Reader, Store, Tuning},
};
use serde_json::Value;

use crate::{
    Home, Seller,
    halting::{book, quoted},
};

pub(crate) fn path(home: &Home) -> std::path::PathBuf {
    home.path("state/dealdesk/live.db")
}

pub(crate) fn entry(fact: Fact) -> Entry {
    Entry { at: SystemClock.now(), actor: Actor::Desk, mode: Mode::Live, fact }
}

/// Facts of another desk.
pub(crate) fn append(home: &Home, facts: Vec<Fact>) {
    let tuning = Tuning { mode: Mode::Live, ..Tuning::default() };
    let store = Store::open_with(&Location::File(path(home)), &tuning).unwrap();
    drop(store.load().wait().unwrap());
    let entries = facts.into_iter().map(entry).collect();
    let _ = store.append(entries).wait().unwrap();
}

pub(crate) fn record(home: &Home, quote: &str) -> QuoteRecord {
    Reader::open(&path(home)).unwrap().quote(quote).unwrap().pop().unwrap()
}

/// A booking of it, by a desk that is gone.
pub(crate) fn intent(record: &QuoteRecord, held: Option<Cost>) -> Intent {
    Intent {
        ticket: TicketId::from(format!("tk-{}", record.quote.quote_id)),
        owner: "owner-1".to_owned(),
        idempotency_key: format!("key-of-{}", record.quote.quote_id),
        quote: record.reference(),
        confirmed: record.price().unwrap(),
        cost: record.cost().unwrap(),
        identity: Identity::default(),
        notes: None,
        held,
        despite_halt: false,
        cover: None,
        offer: Some(Box::new(record.quote.clone())),
        trigger: None,
    }
}

fn unknown(record: &QuoteRecord) -> Vec<Fact> {
    let held = Cost::new("1234.5".parse().unwrap(), "EUR".parse().unwrap());
    let intent = intent(record, Some(held));
    let (ticket, quote) = (intent.ticket.clone(), record.reference());
    let says = "the connection broke".to_owned();
    let error = SellerError::transport(ErrorKind::Broken, "reset", says.clone(), "");
    vec![
        Fact::IntentStored { intent },
        Fact::BookingUnknown {
            ticket: ticket.clone(),
            quote: quote.clone(),
            why: says,
            error: Some(error),
        },
        Fact::EvidenceSeen {
            ticket,
            quote,
            looked_at: "GET quote".to_owned(),
            says: "available".to_owned(),
            still_available: true,
        },
    ]
}

fn waiting(record: &QuoteRecord) -> Vec<Fact> {
    let intent = intent(record, None);
    let (ticket, quote) = (intent.ticket.clone(), record.reference());
    let waiting =
        Waiting { status: "pending_approval".into(), says: "our people look at it".into() };
    vec![Fact::IntentStored { intent }, Fact::BookingWaiting { ticket, quote, waiting }]
}

fn texts<'a>(items: &'a Value, field: &str) -> Vec<&'a str> {
    items.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

#[test]
fn a_booking_without_a_deal_is_listed_and_shown_with_its_money() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let (booked, cpm) = quoted(&home);
    assert_eq!(book(&home, &booked, &cpm, &[]).code, 0);
    let none = home.run(&["deals", "list", "--json"]).json("deals");
    assert_eq!(none["bookings"], Value::Array(vec![]));
    let deal = none["items"][0]["deal_id"].as_str().unwrap().to_owned();
    let quotes: Vec<String> = (0..3).map(|_| quoted(&home).0).collect();
    let records: Vec<_> = quotes.iter().map(|quote| record(&home, quote)).collect();
    append(&home, unknown(&records[0]));
    append(&home, waiting(&records[1]));
    append(&home, vec![Fact::IntentStored { intent: intent(&records[2], None) }]);

    let listed = home.run(&["deals", "list", "--json"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let listed = listed.json("deals");
    assert_eq!(texts(&listed["items"], "deal_id"), [deal.as_str()]);
    let bookings = &listed["bookings"];
    assert_eq!(texts(bookings, "quote_id"), quotes);
    assert_eq!(texts(bookings, "stage"), ["UNKNOWN", "WAITING", "BOOKING"]);
    let first = &bookings[0];
    assert_eq!((&first["held"], &first["held_in"]), (&"1234.50".into(), &"EUR".into()));
    assert_eq!(first["booking"]["cost"], records[0].cost().unwrap().plain());
    assert_eq!(first["cost_in"], "USD");
    assert_eq!(first["booking"]["ticket"]["idempotency_key"], format!("key-of-{}", quotes[0]));
    assert_eq!(first["known"], "the connection broke; last look: GET quote says available");
    assert!(first["to_do"].as_str().unwrap().contains("Do not book again"), "{first}");
    let said = bookings[1]["known"].as_str().unwrap();
    assert!(said.contains("our people look at it"), "{said}");
    assert_eq!(bookings[1]["held"], records[1].cost().unwrap().plain());
    assert_eq!(bookings[2]["known"], Value::Null);

    let rows = home.run(&["deals", "list"]).stdout;
    let rows: Vec<Vec<&str>> = rows.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    assert_eq!((rows[1][0], rows[2][0], rows[2][2]), (deal.as_str(), "–", "UNKNOWN"));
    let words = rows[2].last().unwrap();
    for part in [quotes[0].as_str(), "1234.50 EUR held", "key-of-", "Do not book", "broke"] {
        assert!(words.contains(part), "{part}: {words}");
    }

    let ids = |line: &[&str]| {
        let listed = home.run(&[&["deals", "list", "--json"][..], line].concat()).json("deals");
        (listed["items"].as_array().unwrap().len(), texts(&listed["bookings"], "stage").join(" "))
    };
    assert_eq!(ids(&["--stage", "unknown"]), (0, "UNKNOWN".to_owned()));
    assert_eq!(ids(&["--stage", "active"]).1, "");
    assert_eq!(ids(&["--seller", "northlight"]).1, "UNKNOWN WAITING BOOKING");
    assert_eq!(ids(&["--limit", "1", "--skip", "1"]), (0, "UNKNOWN WAITING BOOKING".to_owned()));

    for (quote, code) in quotes.iter().zip([9, 11, 9]) {
        for more in [&["--offline"][..], &[]] {
            let shown = home.run(&[&["deals", "show", quote, "--json"][..], more].concat());
            assert_eq!(shown.code, code, "{quote}: {}", shown.stderr);
            assert_eq!(shown.json("booking")["awaited"]["quote_id"], quote.as_str());
        }
    }
    let shown = home.run(&["deals", "show", &quotes[0]]).stdout;
    for part in ["none yet", "UNKNOWN", "1234.50 EUR", "key-of-", "GET quote: available"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let of_quote = home.run(&["deals", "show", &booked, "--json"]);
    assert_eq!(of_quote.json("deal")["deal_id"], deal.as_str());
    assert_eq!(home.run(&["deals", "show", "qt-none", "--json"]).json("error")["exit"], 4);
}
