//! Bookings of different quotes on one store: one ticket is armed at a time, and the others wait for their turn.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Home, Seller};

/// A quote for each product of the seller that is cheap enough.
fn quotes(home: &Home, most: usize) -> Vec<(String, String)> {
    let products = home.run(&["kit", "products", "--json"]).json("products");
    let ids: BTreeSet<_> = products["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| {
            let cpm = item["base_cpm"].as_str().and_then(|cpm| cpm.parse::<f64>().ok());
            cpm.is_some_and(|cpm| cpm < 25.0)
        })
        .map(|item| item["product_id"].as_str().unwrap().to_owned())
        .collect();
    let asked = ids.into_iter().take(most).map(|product| {
        let ask = ["quote", "request", "--seller", "northlight", "--product", &product];
        let asked = home.run(&[&ask[..], &["--impressions", "50_000", "--json"]].concat());
        assert_eq!(asked.code, 0, "{}", asked.stderr);
        let quote = asked.json("quote");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&quote["quote_id"]), text(&quote["pricing"]["final_cpm"]))
    });
    asked.collect()
}

fn book(home: &Home, (id, cpm): &(String, String)) -> std::process::Child {
    home.command(&["book", id, "--confirm", cpm, "--max-cpm", "30", "--json"]).spawn().unwrap()
}

#[test]
fn bookings_of_different_quotes_wait_for_each_other() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let quotes = quotes(&home, 4);
    assert!(quotes.len() >= 2, "{quotes:?}");
    let children: Vec<_> = quotes.iter().map(|quote| book(&home, quote)).collect();
    for child in children {
        let ran = child.wait_with_output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(0), "{out}{err}");
    }
    let deals = home.run(&["deals", "list", "--json"]).json("deals");
    assert_eq!(deals["items"].as_array().unwrap().len(), quotes.len());
}

#[test]
fn the_wait_for_a_turn_ends() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let config = std::fs::read_to_string(home.config()).unwrap();
    std::fs::write(home.config(), format!("{config}[desk]\narm_wait_s = 1\n")).unwrap();
    let quotes = quotes(&home, 2);
    let store = dealdesk::store::Location::File(home.path("state/dealdesk/live.db"));
    let armed = dealdesk::store::ArmedTicket::try_acquire(&store, "ana (pid 1)").unwrap().unwrap();
    let refused =
        home.run(&["book", &quotes[0].0, "--confirm", &quotes[0].1, "--max-cpm", "30", "--json"]);
    assert_eq!((refused.code, &refused.json("book")["refusal"]["rule"]), (7, &"armed".into()));
    drop(armed);
}
