//! A desk on paper tries everything and sends nothing, in a store of its own.

use crate::{
    Home, Seller,
    halting::{book, quoted},
    schema,
    story::product,
};

/// The modes of all facts of a store.
fn modes(home: &Home, store: &str) -> Vec<String> {
    let line = ["--store", store, "watch", "--from", "0", "--no-follow", "--json"];
    let facts = home.run(&line).stdout;
    let mode = |line: &str| schema::check("fact", line)["mode"].as_str().unwrap().to_owned();
    facts.lines().map(mode).collect()
}

#[test]
fn paper_writes_into_no_live_store_and_live_into_no_paper_one() {
    let seller = Seller::start();
    let home = seller.home();
    let (live, paper) = (home.path("state/dealdesk/live.db"), home.path("state/dealdesk/paper.db"));
    let (live, paper) = (live.to_str().unwrap(), paper.to_str().unwrap());
    let (quote, cpm) = quoted(&home);
    // The paper desk takes its own store by itself, and what it tries is no booking.
    let product = product(&home);
    let of_product = ["--seller", "northlight", "--product", &product, "--impressions", "500_000"];
    let asked = [&["--paper", "--json", "quote", "request"], &of_product[..]].concat();
    let tried = home.run(&asked).json("quote")["quote_id"].as_str().unwrap().to_owned();
    let booked = book(&home, &tried, &cpm, &["--paper"]);
    let document = booked.json("book");
    assert_eq!((booked.code, &document["outcome"]), (13, &"paper".into()), "{}", booked.stderr);
    assert_eq!((&document["mode"], &document["deal"]), (&"paper".into(), &serde_json::Value::Null));
    assert!(modes(&home, paper).iter().all(|mode| mode == "paper"));
    assert!(modes(&home, live).iter().all(|mode| mode == "live"));

    let of_quote = ["book", &quote, "--confirm", &cpm, "--max-cpm", "30"];
    let limits = ["limits", "accept", "--reason", "tried on paper"];
    let asks = [&["quote", "request"], &of_product[..]].concat();
    for (mode, store) in [(&["--paper"][..], live), (&[], paper)] {
        for line in [&of_quote[..], &limits, &asks, &["audit", "rebuild"]] {
            let before = std::fs::read(store).unwrap();
            let line = [mode, &["--store", store, "--json"], line].concat();
            let ran = home.run(&line);
            assert_eq!(ran.code, 3, "{line:?}\n{}\n{}", ran.stdout, ran.stderr);
            assert!(ran.stdout.contains("another mode"), "{line:?}\n{}", ran.stdout);
            assert!(before == std::fs::read(store).unwrap(), "{line:?} wrote into it");
        }
    }
    // A stop is a stop, whoever asks for it: it is marked beside the store, not in it.
    let before = std::fs::read(live).unwrap();
    let halted = home.run(&["--paper", "--store", live, "--json", "halt", "--why", "tried"]);
    assert_eq!((halted.code, &halted.json("controls")["stored"]), (14, &false.into()));
    assert!(before == std::fs::read(live).unwrap());
    assert_eq!(book(&home, &quote, &cpm, &[]).code, 7);
    assert_eq!(home.run(&["resume", "--confirm", "resume"]).code, 0);
    assert_eq!(book(&home, &quote, &cpm, &[]).code, 0);
}
