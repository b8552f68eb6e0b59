//! A day of a script: look, ask, haggle, book, check.

use std::io::{BufRead as _, BufReader};

use serde_json::Value;

use crate::{Home, Running, Seller, interrupt, schema};

pub(crate) fn product(home: &Home) -> String {
    let products = home.run(&["kit", "products", "--json"]).json("products");
    let items = products["items"].as_array().unwrap().clone();
    let cheap = |item: &&Value| {
        let cpm = item["base_cpm"].as_str().and_then(|cpm| cpm.parse::<f64>().ok());
        cpm.is_some_and(|cpm| cpm < 25.0)
    };
    items.iter().find(cheap).unwrap()["product_id"].as_str().unwrap().to_owned()
}

#[test]
fn from_the_kit_to_a_deal_and_back_through_the_record() {
    for dialect in ["v1", "v2"] {
        whole_story(dialect);
    }
}

fn whole_story(dialect: &str) {
    let seller = Seller::speaking(dialect);
    let home = seller.home();
    let sellers = home.run(&["sellers", "list", "--json"]).json("sellers");
    assert_eq!(sellers["items"][0]["status"], "up");
    let kit = home.run(&["kit", "list", "--json"]).json("packages");
    let package = kit["items"][0]["package_id"].as_str().unwrap().to_owned();
    home.run(&["kit", "show", &package, "--json"]).json("package");
    home.run(&["kit", "search", "sports", "--json"]).json("packages");

    let id = product(&home);
    let ask = ["quote", "request", "--seller", "northlight", "--product", &id];
    let asked = home.run(&[&ask[..], &["--impressions", "500_000", "--json"]].concat());
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    let quote = asked.json("quote");
    let id = quote["quote_id"].as_str().unwrap();
    let cpm = quote["pricing"]["final_cpm"].as_str().unwrap();
    assert_eq!(quote["buyer_tier"], "agency");
    let shown = home.run(&["quote", "show", id, "--json"]).json("quote");
    assert_eq!((&shown["source"], &shown["pricing"]), (&Value::from("seller"), &quote["pricing"]));
    let offline = home.run(&["quote", "show", id, "--offline", "--json"]).json("quote");
    assert_eq!(offline["source"], "store");
    home.run(&["quote", "request", "--query", "ctv", "--impressions", "1000", "--json"])
        .json("rfq");

    // An opening far below asks for a few rounds; whatever the end, it is a known one.
    let number: f64 = cpm.parse().unwrap();
    let (target, max) = (format!("{:.2}", number * 0.9), format!("{:.2}", number * 0.99));
    let plan =
        ["negotiate", id, "--target", &target, "--max", &max, "--step", "0.5", "--rounds", "5"];
    home.run(&[&plan[..], &["--dry-run", "--json"]].concat()).json("negotiate");
    let played = home.run(&[&plan[..], &["--json"]].concat());
    assert_eq!(played.code, 0, "{}", played.stderr);
    let played = played.json("negotiate");
    assert_eq!(played["outcome"], "accepted");
    let books = played["book_quote_id"].as_str().unwrap();
    let agreed = played["agreed_cpm"].as_str().unwrap();
    // Dialect v1 books the quote that carries the agreement.
    assert_eq!(books == id, dialect == "v2", "{books}");

    let book = ["book", books, "--max-cpm", "30", "--json"];
    let dry = home.run(&[&book[..], &["--dry-run"]].concat());
    assert_eq!((dry.code, &dry.json("book")["outcome"]), (0, &Value::from("not_sent")));
    let wrong = home.run(&[&book[..], &["--confirm", "1.00"]].concat());
    assert_eq!((wrong.code, &wrong.json("book")["refusal"]["rule"]), (7, &Value::from("confirm")));
    let booked = home.run(&[&book[..], &["--confirm", agreed, "--notes", "Q3"]].concat());
    assert_eq!(booked.code, 0, "{}", booked.stderr);
    let booked = booked.json("book");
    assert_eq!(booked["deal"]["pricing"]["final_cpm"].as_str(), Some(agreed));
    let again = home.run(&[&book[..], &["--confirm", agreed]].concat());
    assert_eq!((again.code, &again.json("book")["outcome"]), (7, &Value::from("blocked")));

    let deals = home.run(&["deals", "list", "--json"]).json("deals");
    assert_eq!(deals["items"].as_array().unwrap().len(), 1);
    let deal_id = booked["deal"]["deal_id"].as_str().unwrap();
    let deal = home.run(&["deals", "show", deal_id, "--json"]).json("deal");
    assert!(deal["rounds"].as_array().unwrap().len() >= 3);
    assert!(deal["audit"].as_array().unwrap().len() >= 3);
    assert_eq!(deal["bookings"][0]["state"], "done");
    assert_ne!(deal["savings"]["vs_quote"], "0.00", "what haggling saved is told");
    home.run(&["deals", "show", deal_id, "--offline", "--json"]).json("deal");
    // What the seller says is to be done stands before what the desk says of it.
    for line in [&["deals", "show", deal_id, "--offline"][..], &["deals", "activation", deal_id]] {
        let text = home.run(line).stdout;
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
        for (dsp, says) in deal["activation_instructions"].as_object().unwrap() {
            let told = format!("{dsp:<9} {}", says.as_str().unwrap());
            assert!(at(&told) < at("✓ "), "{text}");
        }
        let rounds = deal["rounds"].as_array().unwrap().iter().filter(|_| line[1] == "show");
        for round in rounds {
            at(&format!("round {:<3} ", round["round"]));
            at(&format!("{} {}", round["by"].as_str().unwrap(), round["action"].as_str().unwrap()));
        }
    }
    assert_eq!(
        home.run(&["deals", "list", "--stage", "CANCELED", "--json"]).json("deals")["items"],
        Value::Array(vec![])
    );
    home.run(&["quote", "list", "--json"]).json("quotes");

    let all = home.run(&["watch", "--from", "0", "--no-follow", "--json"]).stdout;
    let seqs: Vec<_> =
        all.lines().map(|line| schema::check("fact", line)["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    let half = (seqs.len() / 2).to_string();
    let rest = home.run(&["watch", "--from", &half, "--no-follow", "--json"]).stdout;
    assert_eq!(
        rest.lines().collect::<Vec<_>>(),
        all.lines().skip(seqs.len() / 2).collect::<Vec<_>>()
    );
    let of_deals = home.run(&["deals", "watch", "--from", "0", "--no-follow", "--json"]).stdout;
    assert!(of_deals.contains("booking.done") && !of_deals.contains("quote.received"));

    let audit = home.run(&["audit", "verify", "--json"]).json("audit");
    assert_eq!(
        (&audit["verified"], audit["rows"].as_u64()),
        (&Value::from(true), Some(seqs.len() as u64))
    );
    let doctor = home.run(&["doctor", "--json"]);
    assert_eq!(doctor.code, 0, "{}", doctor.stdout);
    doctor.json("doctor");
    let check = home.run(&["config", "check", "--json"]);
    assert_eq!(check.json("config-check")["ok"], true);
    for text in [&check.stdout, &doctor.stdout, &all] {
        assert!(!text.contains(seller.key()), "a key is printed");
    }
}

#[test]
fn a_pipe_gets_tabs_without_colour_and_words_stay_off_stdout() {
    let seller = Seller::start();
    let home = seller.home();
    let listed = home.run(&["kit", "list"]);
    assert!(listed.stdout.starts_with("SELLER\tPACKAGE\t"), "{}", listed.stdout);
    assert!(!listed.stdout.contains('\u{1b}') && listed.stderr.is_empty(), "{}", listed.stderr);
    let always = home.run(&["kit", "list", "--color", "always"]);
    assert_eq!(always.stdout, listed.stdout, "tabs are for programs");
}

#[test]
fn watch_follows_what_other_processes_do_and_ends_quietly() {
    let seller = Seller::start();
    let home = seller.home();
    let id = product(&home);
    let mut watch = Running(home.command(&["watch", "--from", "0", "--json"]).spawn().unwrap());
    let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines();
    let ask = ["quote", "request", "--seller", "northlight", "--product", &id];
    let asked = home.run(&[&ask[..], &["--impressions", "500_000"]].concat());
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    for (seq, kind) in [(1, "limits.set"), (2, "quote.requested"), (3, "quote.received")] {
        let fact = schema::check("fact", &lines.next().unwrap().unwrap());
        assert_eq!((fact["seq"].as_u64(), fact["kind"].as_str()), (Some(seq), Some(kind)));
        assert_eq!(fact["seller"].is_null(), kind == "limits.set", "it is about the whole desk");
    }
    interrupt(&watch.0);
    assert_eq!(watch.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_closed_pipe_ends_a_command_without_a_word() {
    let home = Home::new("");
    let mut child = home.command(&["config", "example"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0));
}
