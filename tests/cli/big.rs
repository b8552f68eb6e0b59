//! A big book costs a command that asks for little of it little: whatever is not printed is not read.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use super::Home;

fn store(home: &Home) -> std::path::PathBuf {
    home.path("state/dealdesk/live.db")
}

/// A desk whose store holds a book, made through its journal. The seller of the deals that are asked for by
/// name is not there.
fn desk(load: &str) -> Home {
    let away = "name = \"load-2\"\nurl = \"http://127.0.0.1:9\"\ntimeout_s = 1\nattempts = 1\n";
    let home = Home::new(&format!("[[sellers]]\n{away}"));
    let made = home.run(&["demo", "--load", load, "--into", store(&home).to_str().unwrap()]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    home
}

/// Damages every record but those of an id: whoever reads one of the others cannot go on.
fn damage(home: &Home, kept: &[&str]) {
    let store = Connection::open(store(home)).unwrap();
    let kept = kept.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(",");
    for (table, id) in [("quotes", "quote_id"), ("deals", "deal_id"), ("bookings", "quote_id")] {
        let sql = format!("UPDATE {table} SET record = 'damaged' WHERE {id} NOT IN ({kept})");
        assert!(store.execute(&sql, []).unwrap() > 100, "{table}");
    }
}

#[test]
fn what_is_asked_of_one_deal_or_quote_reads_no_other() {
    let home = desk("rows=150,done=150,quotes=150");
    damage(&home, &["PAST-000007", "qt-past-000007"]);
    for line in [
        &["deals", "show", "PAST-000007"][..],
        &["deals", "show", "PAST-000007", "--offline"],
        &["deals", "show", "load-2/PAST-000007"],
        &["quote", "show", "qt-past-000007"],
        &["quote", "show", "qt-past-000007", "--offline"],
        &["sellers", "list"],
        &["watch", "--no-follow"],
        &["watch", "--from", "5", "--no-follow"],
    ] {
        let ran = home.run(line);
        assert_eq!(ran.code, 0, "{line:?}: {}", ran.stderr);
    }
    let shown = home.run(&["deals", "show", "PAST-000007", "--json"]).json("deal");
    assert_eq!(shown["bookings"].as_array().unwrap().len(), 1);
    assert_eq!(shown["audit"].as_array().unwrap().len(), 5, "the quote's life is in it");
    let damaged = home.run(&["deals", "list"]);
    assert_ne!(damaged.code, 0, "the others are damaged indeed");
}

#[test]
fn what_stops_lets_go_on_or_asks_for_a_price_reads_no_deal_and_no_booking() {
    let home = desk("rows=150,done=150,quotes=150");
    let store = Connection::open(store(&home)).unwrap();
    for table in ["deals", "bookings"] {
        let sql = format!("UPDATE {table} SET record = 'damaged'");
        assert!(store.execute(&sql, []).unwrap() > 100, "{table}");
    }
    drop(store);
    for line in [
        &["halt", "--why", "odd"][..],
        &["limits", "show"],
        &["resume", "--confirm", "resume"],
        &["limits", "show", "--read-only"],
    ] {
        let ran = home.run(line);
        assert_eq!(ran.code, 0, "{line:?}: {}", ran.stderr);
    }
    let halted = home.run(&["halt", "--json"]).json("controls");
    assert_eq!(halted["halt"]["why"], "by hand", "it went on in between");
    // Its seller is not there: that is what is told.
    let asked = home.run(&[
        "quote",
        "request",
        "--seller",
        "load-2",
        "--product",
        "x",
        "--impressions",
        "9",
    ]);
    assert_eq!(asked.code, 8, "{}", asked.stderr);
}

#[test]
fn a_store_that_knows_deals_and_no_quote_is_up_to_date() {
    let home = desk("rows=150");
    let sql = "SELECT count(*) FROM quotes";
    let quotes = |store: &Connection| store.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let store = Connection::open(store(&home)).unwrap();
    assert_eq!(quotes(&store), 0);
    for line in [&["audit", "verify"][..], &["deals", "list"], &["doctor", "--offline"]] {
        let ran = home.run(line);
        assert!(!ran.stderr.contains("not up to date"), "{line:?}: {}", ran.stderr);
        assert!(!ran.stdout.contains("not up to date"), "{line:?}: {}", ran.stdout);
    }
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
    // Emptied by somebody, they are made again.
    store.execute("DELETE FROM deals", []).unwrap();
    assert_eq!(home.run(&["deals", "list"]).stdout.lines().count(), 151);
}

#[test]
fn a_list_is_whole_for_a_script_and_the_newest_for_who_wants_no_more() {
    let home = desk("done=1100,quotes=1100");
    let document = home.run(&["deals", "list", "--json"]).json("deals");
    let ids: Vec<&str> = document["items"].as_array().unwrap().iter().map(id).collect();
    let expect: Vec<String> = (0..1_100).map(|n| format!("PAST-{n:06}")).collect();
    assert_eq!(ids, expect);
    let rows = home.run(&["deals", "list"]).stdout;
    assert_eq!(rows.lines().count(), 1_101, "a line of names above them");
    assert!(rows.lines().skip(1).zip(&expect).all(|(row, id)| row.starts_with(id.as_str())));

    damage(&home, &["PAST-001099", "PAST-001098", "PAST-001090"]);
    let newest = home.run(&["deals", "list", "--limit", "2", "--json"]).json("deals");
    let ids: Vec<&str> = newest["items"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(ids, ["PAST-001098", "PAST-001099"], "the newest, in their order");
    let before = home.run(&["deals", "list", "--limit", "1", "--skip", "9"]);
    assert!(before.stdout.contains("PAST-001090"), "{}", before.stdout);

    let quotes = home.run(&["quote", "list", "--stage", "expired", "--limit", "0", "--json"]);
    assert_ne!(quotes.code, 0, "all of them is all of them");
}

fn id(item: &Value) -> &str {
    item["deal_id"].as_str().unwrap()
}

#[test]
fn a_list_of_nothing_is_a_list() {
    let home = Home::new("");
    let document = home.run(&["deals", "list", "--json"]).json("deals");
    assert!(document["items"].as_array().unwrap().is_empty());
    assert_eq!(home.run(&["quote", "list"]).stdout.lines().count(), 1);
    assert!(fs::metadata(store(&home)).is_err(), "and makes no store");
}
