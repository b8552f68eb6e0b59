//! Another program holds the store (a backup, a browser of databases) while something is asked of the
//! desk: whatever a command says happened is in the store, or its exit code and its words say otherwise.

use rusqlite::Connection;
use serde_json::Value;

use crate::{
    Home, Ran, Seller,
    halting::{book, quoted},
    story::product,
};

/// Holds the store until it is dropped.
fn hold(home: &Home, how: &str) -> Connection {
    let other = Connection::open(home.path("state/dealdesk/live.db")).unwrap();
    other.execute_batch(how).unwrap();
    other
}

fn negotiate(home: &Home, id: &str) -> Ran {
    let plan = ["--target", "15", "--max", "25", "--step", "1", "--rounds", "4", "--json"];
    home.run(&[&["negotiate", id][..], &plan].concat())
}

fn moves(home: &Home, id: &str) -> usize {
    let shown = home.run(&["quote", "show", id, "--offline", "--json"]).json("quote");
    shown["negotiation"]["rounds"].as_array().map_or(0, |rounds| rounds.len().saturating_sub(1))
}

fn kinds(home: &Home) -> Vec<String> {
    let told = home.run(&["watch", "--from", "0", "--no-follow", "--json"]);
    let facts = told.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    facts.map(|fact| fact["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_halt_holds_although_the_store_cannot_be_written() {
    for how in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        let seller = Seller::start();
        let home = seller.home();
        let (id, cpm) = quoted(&home);
        let other = hold(&home, how);
        let halted = home.run(&["halt", "--why", "rate error", "--json"]);
        assert_eq!(halted.code, 14, "{how}: {}", halted.stderr);
        assert!(halted.stderr.contains("NOT IN THE STORE"), "{}", halted.stderr);
        let document = halted.json("controls");
        assert_eq!((&document["halted"], &document["stored"]), (&true.into(), &false.into()));
        drop(other);
        assert!(!kinds(&home).contains(&"desk.halted".to_owned()), "{how}");

        let played = negotiate(&home, &id);
        assert_eq!(played.code, 7, "{how}: {}", played.stderr);
        assert!(played.stderr.contains("rate error"), "{}", played.stderr);
        assert_eq!((moves(&home, &id), book(&home, &id, &cpm, &[]).code), (0, 7), "{how}");

        // Said again, it is written down, with the first reason.
        let again = home.run(&["halt", "--why", "again", "--json"]);
        assert_eq!(
            (again.code, again.json("controls")["halt"]["why"].as_str()),
            (0, Some("rate error"))
        );
        assert_eq!(kinds(&home).iter().filter(|kind| *kind == "desk.halted").count(), 1);
        let resumed = home.run(&["resume", "--confirm", "resume", "--json"]);
        assert_eq!((resumed.code, &resumed.json("controls")["halted"]), (0, &false.into()));
        assert_ne!(negotiate(&home, &id).code, 7, "{how}");
        assert!(moves(&home, &id) > 0, "{how}");
    }
}

#[test]
fn a_halted_seller_is_halted_although_the_store_cannot_be_written() {
    let seller = Seller::start();
    let home = seller.home();
    let (id, cpm) = quoted(&home);
    let other = hold(&home, "BEGIN IMMEDIATE");
    let halted = home.run(&["halt", "--seller", "northlight", "--json"]);
    assert_eq!((halted.code, &halted.json("controls")["halted"]), (14, &false.into()));
    drop(other);
    assert_eq!(book(&home, &id, &cpm, &["--despite", "halted"]).code, 7);
    let resume = ["resume", "--seller", "northlight", "--confirm", "resume", "--json"];
    assert_eq!(home.run(&resume).code, 0);
    assert_eq!(book(&home, &id, &cpm, &[]).code, 0);
}

#[test]
fn what_could_not_be_resumed_stays_halted() {
    let seller = Seller::start();
    let home = seller.home();
    let (id, cpm) = quoted(&home);
    assert_eq!(home.run(&["halt", "--json"]).code, 0);
    let other = hold(&home, "BEGIN IMMEDIATE");
    let resumed = home.run(&["resume", "--confirm", "resume", "--json"]);
    assert_eq!(resumed.code, 3, "{}", resumed.stderr);
    let says = resumed.json("error")["error"]["says"].as_str().unwrap().to_owned();
    assert!(says.starts_with("NOT RESUMED"), "{says}");
    drop(other);
    assert_eq!(book(&home, &id, &cpm, &[]).code, 7);
}

#[test]
fn limits_that_could_not_be_accepted_are_not_in_force() {
    let seller = Seller::start();
    let home = seller.home();
    drop(quoted(&home));
    let config = std::fs::read_to_string(home.config()).unwrap();
    std::fs::write(home.config(), config.replace("deal = 25_000", "deal = 26_000")).unwrap();
    let other = hold(&home, "BEGIN IMMEDIATE");
    let accept = ["limits", "accept", "--reason", "the client signed for more", "--json"];
    let accepted = home.run(&accept);
    assert_eq!(accepted.code, 3, "{}", accepted.stderr);
    assert!(accepted.stderr.contains("NOT ACCEPTED"), "{}", accepted.stderr);
    drop(other);
    let shown = home.run(&["limits", "show", "--json"]).json("limits");
    assert_eq!(shown["in_force"]["deal"], "25,000.00");
}

#[test]
fn a_quote_that_is_not_kept_says_so() {
    let seller = Seller::start();
    let home = seller.home();
    drop(quoted(&home));
    let product = product(&home);
    let other = hold(&home, "BEGIN IMMEDIATE");
    let ask = ["quote", "request", "--seller", "northlight", "--product", &product];
    let asked = home.run(&[&ask[..], &["--impressions", "500_000", "--json"]].concat());
    drop(other);
    assert_eq!(asked.code, 14, "{}", asked.stderr);
    let quote = asked.json("quote");
    assert_eq!(quote["stored"], false);
    let id = quote["quote_id"].as_str().unwrap();
    assert_eq!(home.run(&["quote", "show", id, "--offline", "--json"]).code, 4);
    // The same without JSON.
    let other = hold(&home, "BEGIN IMMEDIATE");
    let asked = home.run(&[&ask[..], &["--impressions", "500_000"]].concat());
    drop(other);
    assert_eq!(asked.code, 14);
    assert!(asked.stderr.contains("NOT IN THE STORE"), "{}", asked.stderr);
}

#[test]
fn a_strategy_that_cannot_be_stored_is_not_armed() {
    let seller = Seller::start();
    let home = seller.home();
    let (id, _) = quoted(&home);
    let other = hold(&home, "BEGIN IMMEDIATE");
    let played = negotiate(&home, &id);
    drop(other);
    assert_eq!(played.code, 7, "{}", played.stderr);
    let document = played.json("negotiate");
    // Nothing happened that the store lacks.
    assert_eq!((&document["stored"], &document["rounds_count"]), (&Value::Null, &0.into()));
    assert!(document["error"]["says"].as_str().unwrap().contains("nothing was sent"));
    assert_eq!(moves(&home, &id), 0);
}
