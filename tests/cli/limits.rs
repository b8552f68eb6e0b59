//! Limits that are raised in the configuration wait for a reason, for every process on the store.

use serde_json::Value;

use crate::{
    Home, Seller,
    halting::{book, quoted},
};

fn set(home: &Home, from: &str, to: &str) {
    let config = std::fs::read_to_string(home.config()).unwrap();
    assert!(config.contains(from), "{config}");
    std::fs::write(home.config(), config.replace(from, to)).unwrap();
}

#[test]
fn a_raise_waits_for_a_reason_and_a_lower_limit_does_not() {
    let seller = Seller::start();
    let home = seller.home();
    let (quote, cpm) = quoted(&home);
    // Lowered by hand: the very next command is held to it.
    set(&home, "deal = 25_000", "deal = 5");
    let blocked = |word: &str| {
        let ran = book(&home, &quote, &cpm, &[]);
        assert_eq!(ran.code, 7, "{word}: {}", ran.stderr);
        assert_eq!(ran.json("book")["refusal"]["rule"], "deal", "{word}");
    };
    blocked("lowered");
    set(&home, "deal = 5", "deal = 25_000");
    blocked("raised, and not accepted");
    let shown = home.run(&["limits", "show", "--json"]).json("limits");
    assert_eq!(shown["in_force"]["deal"], "5.00");
    let waiting = &shown["waiting"][0];
    assert_eq!((&waiting["name"], &waiting["to"]), (&"deal".into(), &"25,000.00".into()));
    let doctor = home.run(&["doctor", "--offline"]);
    assert!(doctor.stdout.contains("deal 5.00 → 25,000.00"), "{}", doctor.stdout);

    let short = home.run(&["limits", "accept", "--reason", "ok", "--json"]);
    assert_eq!((short.code, &short.json("error")["error"]["code"]), (7, &"reason".into()));
    blocked("a reason that says nothing");
    let why = "Joan signed the Q3 budget";
    let accepted = home.run(&["limits", "accept", "--reason", why, "--json"]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    assert_eq!(accepted.json("limits")["waiting"], Value::Array(Vec::new()));
    assert!(!home.run(&["doctor", "--offline"]).stdout.contains("not in force"));
    assert_eq!(book(&home, &quote, &cpm, &[]).code, 0);
    let trail = home.run(&["watch", "--from", "0", "--no-follow", "--kind", "limits", "--json"]);
    assert!(trail.stdout.contains(why), "{}{}", trail.stdout, trail.stderr);
}
