//! Avails and orders as a script meets them, in both dialects.

use serde_json::Value;

use crate::{Seller, story::product};

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
    assert_eq!(all.code, 8, "nothing came from anybody");
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
