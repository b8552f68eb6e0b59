//! What a desk learnt and could not store lies beside the store: whatever reads takes it in, or tells it.

use std::{fs, os::unix::fs::DirBuilderExt as _};

use dealdesk::{
    desk::{BookingOutcome, DealRecord, Fact, Intent},
    domain::{Action, Cpm, Deal, ask::Moved, negotiation::Pending},
    runtime::spill::Spilled,
    store::{DealFilter, Reader},
};

use crate::{
    Home, Ran, Seller,
    awaited::{append, entry, intent, path, record},
    halting::{book, quoted},
    private,
};

/// A booking that the store holds without its outcome, which lies beside it. Returns its quote and the
/// Deal ID that the outcome names.
fn spilled(home: &Home, of: &DealRecord) -> (String, String) {
    let (quote, deal_id, intent) = unknown_to_the_store(home, of);
    append(home, vec![Fact::IntentStored { intent }]);
    (quote, deal_id)
}

/// The outcome of a booking that the store does not have. Returns the booking, too.
fn unknown_to_the_store(home: &Home, of: &DealRecord) -> (String, String, Intent) {
    let (quote, _) = quoted(home);
    let record = record(home, &quote);
    let intent = intent(&record, None);
    let deal_id = format!("D-{quote}");
    let deal = Deal {
        deal_id: deal_id.as_str().into(),
        quote_id: Some(record.quote.quote_id.clone()),
        ..of.deal.clone()
    };
    let ended = Fact::BookingEnded {
        ticket: intent.ticket.clone(),
        quote: record.reference(),
        ending: BookingOutcome::Done { deal: Box::new(deal) },
    };
    put_beside(home, &quote, ended);
    (quote, deal_id, intent)
}

/// A desk that is gone left this about a quote.
fn put_beside(home: &Home, quote: &str, fact: Fact) {
    let folder = path(home).with_file_name("live.db.spill");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).unwrap();
    let file = folder.join(format!("gone-{quote}.jsonl"));
    let line = serde_json::to_string(&Spilled { entry: entry(fact), exchange: None }).unwrap();
    fs::write(&file, format!("{line}\n")).unwrap();
    private(&file);
}

fn lies_beside(home: &Home) -> bool {
    path(home).with_file_name("live.db.spill").exists()
}

/// How often the journal says that this deal was booked.
fn booked(home: &Home, deal_id: &str) -> usize {
    let rows = Reader::open(&path(home)).unwrap().entries(0, 10_000).unwrap();
    let is_it = |fact: &Fact| fact.deal().is_some_and(|deal| deal.deal_id.as_str() == deal_id);
    rows.iter()
        .filter(|row| row.entry.fact.kind() == "booking.done" && is_it(&row.entry.fact))
        .count()
}

fn first_deal(home: &Home) -> DealRecord {
    let (quote, cpm) = quoted(home);
    assert_eq!(book(home, &quote, &cpm, &[]).code, 0);
    let mut deals = Reader::open(&path(home)).unwrap().deals(&DealFilter::default()).unwrap();
    deals.pop().unwrap()
}

#[test]
fn whatever_reads_takes_in_what_lies_beside_the_store_and_else_tells_it() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let real = first_deal(&home);
    for what in ["deals list", "quote list", "deals show", "quote show"] {
        let (quote, deal) = spilled(&home, &real);
        let id = if what == "deals show" { deal.clone() } else { quote.clone() };
        let mut line: Vec<&str> = what.split(' ').collect();
        if what.ends_with("show") {
            line.extend([id.as_str(), "--offline"]);
        }
        // It may not write: it tells.
        let only_looks = [&line[..], &["--read-only", "--json"]].concat();
        let told = home.run(&only_looks);
        let tells = |ran: &Ran| {
            for part in ["NOT IN THE STORE", "booking.done", quote.as_str(), deal.as_str()] {
                assert!(ran.stderr.contains(part), "{what}: {part}: {}", ran.stderr);
            }
        };
        tells(&told);
        if what == "deals show" {
            let said = told.json("error");
            assert_eq!(said["exit"], 4);
            assert!(said["error"]["says"].as_str().unwrap().contains("booking.done"), "{said}");
        } else {
            let schema = match what {
                "deals list" => "deals",
                "quote list" => "quotes",
                _ => "quote",
            };
            let document = told.json(schema);
            assert_eq!(document["unstored"][0]["kind"], "booking.done", "{what}");
            assert_eq!(document["unstored"][0]["deal_id"], deal.as_str(), "{what}");
        }
        assert!(lies_beside(&home), "{what}");
        // The store cannot be written: it tells, and puts nothing more there.
        let other = rusqlite::Connection::open(path(&home)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        tells(&home.run(&line));
        drop(other);
        let folder = path(&home).with_file_name("live.db.spill");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "{what}");

        let ran = home.run(&line);
        assert_eq!(ran.code, 0, "{what}: {}", ran.stderr);
        let expect = if what == "deals list" { &deal } else { &id };
        assert!(ran.stdout.contains(expect.as_str()), "{what}: {}", ran.stdout);
        if what.starts_with("quote") {
            assert!(ran.stdout.contains("BOOKED"), "{what}: {}", ran.stdout);
        }
        assert!(!ran.stderr.contains("NOT IN THE STORE"), "{what}: {}", ran.stderr);
        assert!(!lies_beside(&home), "{what}");
        assert_eq!(booked(&home, &deal), 1, "{what}");
    }
}

#[test]
fn several_that_read_at_once_take_it_in_once() {
    let seller = Seller::speaking("v1");
    let home = seller.home();
    let real = first_deal(&home);
    let (_, deal) = spilled(&home, &real);
    let running: Vec<_> =
        (0..4).map(|_| home.command(&["deals", "list"]).spawn().unwrap()).collect();
    for child in running {
        let ran = Ran::of(&child.wait_with_output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        // Who came while another took it in says what lay there.
        assert!(ran.stdout.contains(&deal) || ran.stderr.contains(&deal), "{}", ran.stdout);
    }
    assert_eq!(booked(&home, &deal), 1);
    assert!(!lies_beside(&home));
}

#[test]
fn what_the_store_does_not_know_yet_stays_beside_it_until_it_does() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let real = first_deal(&home);
    let (_, deal, intent) = unknown_to_the_store(&home, &real);
    for _ in 0..2 {
        let ran = home.run(&["deals", "list"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("NOT IN THE STORE"), "{}", ran.stderr);
        assert!(ran.stderr.contains(&deal), "{}", ran.stderr);
        assert!(lies_beside(&home));
    }
    assert_eq!(booked(&home, &deal), 0);
    append(&home, vec![Fact::IntentStored { intent }]);
    let ran = home.run(&["deals", "list"]);
    assert!(ran.stdout.contains(&deal), "{}", ran.stdout);
    assert!(!ran.stderr.contains("NOT IN THE STORE"), "{}", ran.stderr);
    assert_eq!((booked(&home, &deal), lies_beside(&home)), (1, false));
}

#[test]
fn half_a_line_stays_and_what_was_taken_in_beside_it_is_told_no_more() {
    let seller = Seller::speaking("v1");
    let home = seller.home();
    let real = first_deal(&home);
    let (quote, deal) = spilled(&home, &real);
    let folder = path(&home).with_file_name("live.db.spill");
    let file = folder.join(format!("gone-{quote}.jsonl"));
    let whole = fs::read_to_string(&file).unwrap();
    let half = &whole[..40];
    fs::write(&file, format!("{half}\n{whole}")).unwrap();
    for _ in 0..2 {
        let ran = home.run(&["deals", "list"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains(&deal), "{}", ran.stdout);
        assert!(!ran.stderr.contains("NOT IN THE STORE"), "{}", ran.stderr);
        assert_eq!(booked(&home, &deal), 1);
        assert_eq!(fs::read_to_string(&file).unwrap(), format!("{half}\n"));
    }
}

/// The seller books no other price than its quote's: nothing is asked of it, and a person is told.
#[test]
fn a_list_that_takes_in_an_agreement_asks_the_seller_for_nothing() {
    let seller = Seller::speaking("v1");
    let home = seller.home();
    let (quote, _) = quoted(&home);
    let record = record(&home, &quote);
    let (key, agreed): (_, Cpm) = (record.reference(), "11.00".parse().unwrap());
    assert_ne!(record.price(), Some(agreed));
    let pending = Pending {
        automatic: false,
        round: 1,
        cpm: agreed,
        action: Action::Counter,
        note: None,
        idempotency_key: "key".into(),
        owner: format!("gone-{quote}"),
        at: record.received_at,
        in_doubt: false,
        arrived: false,
        seen: Vec::new(),
    };
    let opened = Fact::NegotiationOpened { quote: key.clone(), target: None, limit: None };
    append(&home, vec![opened, Fact::MoveStored { quote: key.clone(), pending }]);
    let moved = Moved {
        negotiation_id: Some("neg-1".into()),
        round: 1,
        action: Action::Accept,
        buyer_cpm: Some(agreed),
        seller_cpm: Some(agreed),
        rationale: String::new(),
        status: "accepted".into(),
        rounds_left: None,
        raw: "{}".into(),
    };
    put_beside(&home, &quote, Fact::MoveAnswered { quote: key, moved, from_history: false });
    let ran = home.run(&["quote", "list"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let says = format!("agreed to {agreed} for {quote}, which books another price");
    assert!(ran.stderr.contains(&says), "{}", ran.stderr);
    let rows = Reader::open(&path(&home)).unwrap().entries(0, 10_000).unwrap();
    let many = |kind: &str| rows.iter().filter(|row| row.entry.fact.kind() == kind).count();
    assert_eq!((many("move.answered"), many("quote.requested")), (1, 1));
    assert!(!lies_beside(&home));
}
