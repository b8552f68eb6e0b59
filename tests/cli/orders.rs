//! Avails and orders as a script meets them, in both dialects.

use std::{io::Read as _, net::TcpListener};

use serde_json::Value;

use crate::{
    Home, Ran, Seller,
    halting::{book, quoted},
    story::product,
};

#[test]
fn avails_are_a_sellers_own_words_or_the_reason_why_there_are_none() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let id = product(&home);
    let flight = ["--impressions", "500_000", "--start", "2027-07-01", "--end", "2027-07-31"];
    let one = ["avails", "--seller", "northlight", "--product", &id];
    let told = home.run(&[&one[..], &flight, &["--json"]].concat());
    assert_eq!(told.code, 0, "{}", told.stderr);
    let told = told.json("avails");
    let item = &told["items"][0];
    assert_eq!((&item["product_id"], &item["seller"]), (&id.as_str().into(), &"northlight".into()));
    assert!(item["available_impressions"].is_u64() && item["estimated_cpm"].is_string());
    let all = home.run(&[&["avails", "--product", &id][..], &flight, &["--json"]].concat());
    let all = all.json("avails");
    assert_eq!(all["items"][0]["total_cost"], item["total_cost"]);
    assert!(all["items"][0]["product_name"].is_string(), "its catalogue was read");

    let old = Seller::speaking("v1");
    let home = old.home();
    let id = product(&home);
    let one = ["avails", "--seller", "northlight", "--product", &id, "--json"];
    let refused = home.run(&one);
    let code = &refused.json("error")["error"]["code"];
    assert_eq!((refused.code, code), (3, &Value::from("no_avails")));
    let all = home.run(&["avails", "--product", &id, "--json"]);
    assert_eq!(all.code, 3, "nothing came from anybody, and each says why");
    assert_eq!(all.json("avails")["partial"][0]["error"], "no_avails");
}

#[test]
fn orders_are_read_in_both_dialects_and_those_of_others_only_where_asked_for() {
    for dialect in ["v1", "v2"] {
        let seller = Seller::speaking(dialect);
        let home = seller.home();
        let none = home.run(&["orders", "list", "--json"]);
        assert_eq!(none.code, 0, "{}", none.stderr);
        assert_eq!(none.json("orders")["items"], Value::Array(vec![]));
        assert!(none.stderr.contains("northlight is not asked"), "{}", none.stderr);
        let all = home.run(&["orders", "list", "--all", "--json"]);
        assert_eq!((all.code, &all.json("orders")["scope"]), (0, &"all".into()), "{}", all.stderr);
        let changes = home.run(&["orders", "changes", "--all", "--json"]);
        assert_eq!((changes.code, &changes.json("order-changes")["scope"]), (0, &"all".into()));
        let unknown = home.run(&["orders", "show", "northlight/ORD-0", "--json"]);
        assert_eq!(
            (unknown.code, &unknown.json("error")["error"]["kind"]),
            (4, &"not_found".into())
        );
        let unknown = home.run(&["orders", "history", "northlight/ORD-0", "--json"]);
        assert_eq!(unknown.code, 4, "{}", unknown.stderr);
    }
}

/// A desk that booked a deal with this seller: its Deal ID.
fn with_a_deal(home: &Home) -> String {
    let (quote, cpm) = quoted(home);
    let booked = book(home, &quote, &cpm, &[]);
    assert_eq!(booked.code, 0, "{}", booked.stderr);
    booked.json("book")["deal"]["deal_id"].as_str().unwrap().to_owned()
}

/// What stopped it: the exit code and the rule.
fn stopped(ran: &Ran) -> (i32, String) {
    let document = ran.json("error");
    (ran.code, document["error"]["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn an_order_is_made_read_and_changed_in_both_dialects() {
    for dialect in ["v1", "v2"] {
        let seller = Seller::speaking(dialect);
        let home = seller.home();
        let deal = with_a_deal(&home);
        let create = ["orders", "create", "--deal", &deal, "--set", "budget=12500.50", "--json"];
        let create = |word: &str| home.run(&[&create[..], &["--confirm", word]].concat());
        assert_eq!(stopped(&create("yes")), (7, "typed word".to_owned()));
        let made = create("create");
        assert_eq!(made.code, 0, "{}", made.stderr);
        let made = made.json("order-asked");
        assert_eq!((&made["outcome"], &made["deal_id"]), (&"done".into(), &deal.as_str().into()));
        let order = &made["order"];
        assert_eq!(
            (&order["ours"], &order["metadata"]["budget"]),
            (&true.into(), &"12500.50".into())
        );
        let id = order["order_id"].as_str().unwrap();
        let name = format!("northlight/{id}");

        let listed = home.run(&["orders", "list", "--json"]).json("orders");
        assert_eq!(
            (&listed["scope"], &listed["items"][0]["order_id"]),
            (&"ours".into(), &id.into())
        );
        let listed = home.run(&["orders", "list", "--deal", &deal, "--status", "booked", "--json"]);
        assert_eq!(listed.json("orders")["items"], Value::Array(vec![]));
        let shown = home.run(&["orders", "show", &name, "--json"]).json("order");
        assert_eq!((&shown["deal_id"], &shown["ours"]), (&deal.as_str().into(), &true.into()));
        home.run(&["orders", "history", &name, "--json"]).json("order-history");

        let change = ["orders", "change", &name, "--type", "impressions", "--reason", "more"];
        let set = ["--set", "impressions=900000", "--confirm", "change", "--json"];
        let changed = home.run(&[&change[..], &set].concat());
        assert_eq!(changed.code, 0, "{}", changed.stderr);
        let changed = changed.json("order-asked");
        assert_eq!((&changed["outcome"], &changed["order"]), (&"done".into(), &Value::Null));
        let other = home.run(&["orders", "changes", "--deal", "D-none", "--json"]);
        assert_eq!(other.code, 4, "{}", other.stderr);
        let of_deal = home.run(&["orders", "changes", "--deal", &deal, "--json"]);
        let of_deal = of_deal.json("order-changes");
        assert_eq!(of_deal["items"].as_array().unwrap().len(), 1);
        let changes = home.run(&["orders", "changes", "--order", id, "--json"]);
        let changes = changes.json("order-changes");
        assert_eq!(changes["items"][0]["change_id"], changed["change"]["change_id"]);

        let trail = home.run(&["deals", "show", &deal, "--offline", "--json"]).json("deal");
        let kinds = trail["audit"].as_array().unwrap().iter();
        let kinds: Vec<_> = kinds.filter_map(|fact| fact["kind"].as_str()).collect();
        let told = ["order.sent", "order.answered", "order.sent", "order.answered"];
        assert!(kinds.ends_with(&told), "{kinds:?}");
        assert_eq!(home.run(&["audit", "verify", "--json"]).code, 0);
    }
}

#[test]
fn a_halt_and_read_only_stop_what_changes_and_let_reads_go_on() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let deal = with_a_deal(&home);
    let create = ["orders", "create", "--deal", &deal, "--confirm", "create", "--json"];
    let read_only = home.run(&[&create[..], &["--read-only"]].concat());
    assert_eq!(stopped(&read_only), (7, "read-only".to_owned()));
    assert_eq!(home.run(&["halt", "--seller", "northlight"]).code, 0);
    assert_eq!(stopped(&home.run(&create)), (7, "halt".to_owned()));
    let listed = home.run(&["orders", "list", "--json"]);
    assert_eq!((listed.code, &listed.json("orders")["items"]), (0, &Value::Array(vec![])));
}

#[test]
fn a_desk_that_is_killed_while_it_waits_leaves_an_order_that_the_next_one_calls_unknown() {
    let seller = Seller::speaking("v2");
    let home = seller.home();
    let deal = with_a_deal(&home);
    let real = std::fs::read_to_string(home.config()).unwrap();
    // The same seller, gone silent: it takes the request and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    std::fs::write(home.config(), real.replace(seller.url(), &url)).unwrap();
    let create = ["orders", "create", "--deal", &deal, "--confirm", "create", "--json"];
    let mut child = home.command(&create).spawn().unwrap();
    let asked = silent.incoming().find_map(|stream| {
        let mut stream = stream.unwrap();
        let mut told = [0; 4_096];
        let length = stream.read(&mut told).unwrap();
        let told = String::from_utf8_lossy(&told[..length]).into_owned();
        told.starts_with("POST /api/v1/orders").then_some(stream)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    drop(asked);

    std::fs::write(home.config(), real).unwrap();
    let told = (0..20).find_map(|_| {
        let listed = home.run(&["orders", "list", "--json"]);
        assert_eq!(listed.json("orders")["items"], Value::Array(vec![]), "nothing was made");
        listed.stderr.contains("nobody knows what became of an order for").then_some(())
    });
    assert!(told.is_some(), "the next desks say nothing of it");
    let trail = home.run(&["deals", "show", &deal, "--offline", "--json"]).json("deal");
    let kinds = trail["audit"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.filter_map(|fact| fact["kind"].as_str()).collect();
    assert!(kinds.ends_with(&["order.sent", "order.answered"]), "{kinds:?}");
    let again = home.run(&create);
    assert_eq!(again.code, 0, "whoever looked may ask again: {}", again.stderr);
}
