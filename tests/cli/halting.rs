//! `halt` and `resume`: what is stopped stays stopped for every process on the store, reads go on, and
//! only the typed word lets it go on.

use serde_json::Value;

use crate::{Home, Ran, Seller, story::product};

/// A quote of a seller that may be booked.
pub(crate) fn quoted(home: &Home) -> (String, String) {
    let product = product(home);
    let ask = ["quote", "request", "--seller", "northlight", "--product", &product];
    let asked = home.run(&[&ask[..], &["--impressions", "500_000", "--json"]].concat());
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    let quote = asked.json("quote");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&quote["quote_id"]), text(&quote["pricing"]["final_cpm"]))
}

pub(crate) fn book(home: &Home, id: &str, cpm: &str, more: &[&str]) -> Ran {
    home.run(&[&["book", id, "--confirm", cpm, "--max-cpm", "30", "--json"], more].concat())
}

/// What stands in the way of a booking: its exit code, and the rule it names.
fn blocked(ran: &Ran) -> String {
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    let document = ran.json("book");
    assert_eq!((&document["outcome"], &document["deal"]), (&"blocked".into(), &Value::Null));
    document["refusal"]["rule"].as_str().unwrap().to_owned()
}

#[test]
fn a_halted_desk_reads_on_and_books_only_by_the_word_until_it_is_resumed() {
    for dialect in ["v1", "v2"] {
        let seller = Seller::speaking(dialect);
        let home = seller.home();
        let (first, cpm) = quoted(&home);
        let halted = home.run(&["halt", "--why", "prices\u{1b}[2J look odd", "--json"]);
        assert_eq!(halted.code, 0, "{}", halted.stderr);
        let halted = halted.json("controls");
        assert_eq!((&halted["halted"], &halted["halt"]["tripped"]), (&true.into(), &false.into()));
        let why = halted["halt"]["why"].as_str().unwrap();
        assert!(why.contains("look odd") && !why.contains('\u{1b}'), "{why:?}");
        let again = home.run(&["halt", "--why", "again", "--json"]).json("controls");
        assert_eq!(again["halt"]["why"], why, "the first reason stays");

        assert_eq!(blocked(&book(&home, &first, &cpm, &[])), "halt");
        let shown = home.run(&["quote", "show", &first, "--json"]);
        assert_eq!((shown.code, &shown.json("quote")["source"]), (0, &"seller".into()));
        let listed = home.run(&["kit", "list", "--json"]);
        assert_eq!((listed.code, &listed.json("packages")["partial"]), (0, &Value::Array(vec![])));

        for (wrong, code) in [("", 2), ("yes", 2), ("RESUME", 2)] {
            assert_eq!(home.run(&["resume", "--confirm", wrong, "--json"]).code, code, "{wrong:?}");
        }
        assert_eq!(
            blocked(&book(&home, &first, &cpm, &[])),
            "halt",
            "a wrong word resumes nothing"
        );
        let resumed = home.run(&["resume", "--confirm", "resume", "--json"]);
        assert_eq!((resumed.code, &resumed.json("controls")["halted"]), (0, &false.into()));
        let booked = book(&home, &first, &cpm, &[]);
        assert_eq!((booked.code, &booked.json("book")["outcome"]), (0, &"done".into()));
        let twice = home.run(&["resume", "--confirm", "resume", "--json"]);
        assert_eq!((twice.code, &twice.json("error")["error"]["kind"]), (7, &"blocked".into()));
    }
}

#[test]
fn a_halted_seller_gets_no_booking_even_by_the_word() {
    let seller = Seller::start();
    let home = seller.home();
    let (id, cpm) = quoted(&home);
    let stranger = home.run(&["halt", "--seller", "nobody", "--json"]);
    assert_eq!((stranger.code, &stranger.json("error")["error"]["kind"]), (4, &"not_found".into()));
    let halted = home.run(&["halt", "--seller", "northlight", "--json"]).json("controls");
    assert_eq!(halted["halted"], false);
    assert_eq!(halted["sellers"][0]["seller"], "northlight");
    assert_eq!(blocked(&book(&home, &id, &cpm, &[])), "halt");
    assert_eq!(blocked(&book(&home, &id, &cpm, &["--despite", "halted"])), "halt");
    let desk = home.run(&["resume", "--confirm", "resume", "--json"]);
    assert_eq!(desk.code, 7, "the desk is not what is halted");
    let resume = ["resume", "--seller", "northlight", "--confirm", "resume", "--json"];
    let resumed = home.run(&resume).json("controls");
    assert_eq!(resumed["sellers"], Value::Array(vec![]));
    assert_eq!(book(&home, &id, &cpm, &[]).code, 0);
}

#[test]
fn a_person_books_on_a_halted_desk_by_typing_so() {
    let seller = Seller::start();
    let home = seller.home();
    let (id, cpm) = quoted(&home);
    assert_eq!(home.run(&["halt"]).code, 0);
    assert_eq!(blocked(&book(&home, &id, &cpm, &["--despite", "halt"])), "halt");
    let booked = book(&home, &id, &cpm, &["--despite", "halted"]);
    assert_eq!((booked.code, &booked.json("book")["outcome"]), (0, &"done".into()));
}
