//! Everything but the journal can be thrown away: what read commands say is made again from it, byte
//! for byte.

use crate::{Home, Seller};

/// A document without what is about the moment it was asked for.
fn settled(text: &str) -> String {
    let text = blanked(text, "\"as_of\":\"");
    let text = blanked(&text, "\"seconds_left\":");
    blanked(&text, "\"stale_s\":")
}

fn blanked(text: &str, field: &str) -> String {
    let mut parts = text.split(field);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let end = part.find([',', '}', '"']).unwrap();
        out.push_str(field);
        out.push_str(&part[end..]);
    }
    out
}

fn reads(home: &Home, quotes: &[String], deal: &str) -> Vec<(String, String)> {
    let mut lines = vec![
        vec!["quote", "list"],
        vec!["deals", "list"],
        vec!["deals", "show", deal, "--offline"],
        vec!["watch", "--from", "0", "--no-follow"],
        vec!["deals", "watch", "--from", "0", "--no-follow"],
        vec!["audit", "verify"],
    ];
    lines.extend(quotes.iter().map(|id| vec!["quote", "show", id.as_str(), "--offline"]));
    lines
        .into_iter()
        .map(|line| {
            let ran = home.run(&[&line[..], &["--json"]].concat());
            assert_eq!(ran.code, 0, "{line:?}: {}", ran.stderr);
            assert!(ran.stdout.len() > 40, "{line:?} says nothing");
            (line.join(" "), settled(&ran.stdout))
        })
        .collect()
}

#[test]
fn without_tables_and_caches_every_read_says_the_same() {
    for dialect in ["v1", "v2"] {
        rebuilt(dialect);
    }
}

fn rebuilt(dialect: &str) {
    let seller = Seller::speaking(dialect);
    let home = seller.home();
    let ask = ["--product", "prod-ctv-sports-002", "--impressions", "400000", "--json"];
    let asked = home.run(&[&["quote", "request", "--seller", "northlight"][..], &ask].concat());
    let first = asked.json("quote")["quote_id"].as_str().unwrap().to_owned();
    let plan = ["--target", "18", "--max", "29", "--step", "1", "--rounds", "6", "--json"];
    let played = home.run(&[&["negotiate", &first][..], &plan].concat()).json("negotiate");
    assert_eq!(played["outcome"], "accepted");
    let second = played["book_quote_id"].as_str().unwrap().to_owned();
    let agreed = played["agreed_cpm"].as_str().unwrap();
    let booked = home.run(&["book", &second, "--confirm", agreed, "--max-cpm", "29", "--json"]);
    let deal = booked.json("book")["deal"]["deal_id"].as_str().unwrap().to_owned();
    let quotes = if second == first { vec![first] } else { vec![first, second] };
    let before = reads(&home, &quotes, &deal);

    let store = home.path("state/dealdesk/live.db");
    let conn = rusqlite::Connection::open(&store).unwrap();
    let tables: Vec<String> = {
        let named =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut named = conn.prepare(named).unwrap();
        named.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut emptied = 0;
    for table in tables.iter().filter(|table| !matches!(table.as_str(), "journal" | "meta")) {
        emptied += conn.execute(&format!("DELETE FROM {table}"), []).unwrap();
    }
    conn.execute("UPDATE meta SET rules = 0, projected_seq = 0, head_hash = ''", []).unwrap();
    drop(conn);
    assert!(emptied >= 8, "only {emptied} rows were there to lose: {tables:?}");

    let after = reads(&home, &quotes, &deal);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), 6 + quotes.len());
}
