//! A store that an earlier program wrote: every deal, price, round, transition and hash in it is what it
//! was, and new rows continue its chain. `before/desk.db` has bookings of every outcome, three
//! negotiations, an order and halts at ten sellers; the documents beside it are what that program showed.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::Home;

const SELLERS: [&str; 10] =
    ["ana", "bay", "crest", "delta", "east", "fern", "gran", "nord", "oslo", "xena"];

/// Keys that tell when and where a document was printed, and advice, whose words may change.
const OF_THE_MOMENT: [&str; 5] = ["as_of", "seconds_left", "store", "to_do", "cure"];

fn kept(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cli/before").join(name)
}

/// A desk over a copy of that store. Nobody listens where its sellers were.
fn home() -> Home {
    let seller = |(port, name): (usize, &&str)| {
        format!("[[sellers]]\nname = \"{name}\"\nurl = \"http://127.0.0.1:{port}\"\n")
    };
    let config: String = (9..).zip(&SELLERS).map(seller).collect();
    let home = Home::new(&config);
    fs::copy(kept("desk.db"), home.path("desk.db")).unwrap();
    home
}

fn shown(home: &Home, line: &[&str]) -> String {
    let store = home.path("desk.db");
    let line = [&["--json", "--store", store.to_str().unwrap()][..], line].concat();
    let ran = home.run(&line);
    assert!(!ran.stdout.is_empty(), "{line:?}: {}", ran.stderr);
    ran.stdout
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Holds that all of `was` is in `is`. What a later program adds is no difference.
fn is_still(was: &Value, is: &Value, place: &str) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (key, was) in was.iter().filter(|(key, _)| !OF_THE_MOMENT.contains(&key.as_str())) {
                let place = format!("{place}.{key}");
                let Some(is) = is.get(key) else { panic!("{place} is gone: it was {was}") };
                is_still(was, is, &place);
            }
        }
        (Value::Array(was), Value::Array(is)) => {
            assert_eq!(was.len(), is.len(), "{place}");
            for (number, (was, is)) in was.iter().zip(is).enumerate() {
                is_still(was, is, &format!("{place}[{number}]"));
            }
        }
        _ => assert_eq!(was, is, "{place}"),
    }
}

#[test]
fn what_an_earlier_program_wrote_is_shown_as_it_was() {
    let home = home();
    for (document, line) in [
        ("deals.json", &["deals", "list"][..]),
        ("quotes.json", &["quote", "list"]),
        ("limits.json", &["limits", "show"]),
        ("audit.json", &["audit", "verify"]),
    ] {
        let was = parsed(&fs::read_to_string(kept(document)).unwrap());
        is_still(&was, &parsed(&shown(&home, line)), document);
    }
    let deals = parsed(&fs::read_to_string(kept("deals.json")).unwrap());
    let deals = deals["items"].as_array().unwrap();
    assert_eq!(deals.len(), 6);
    for deal in deals {
        let (seller, id) = (deal["seller"].as_str().unwrap(), deal["deal_id"].as_str().unwrap());
        let document = format!("deal-{seller}-{id}.json");
        let was = parsed(&fs::read_to_string(kept(&document)).unwrap());
        let line = ["deals", "show", &format!("{seller}/{id}"), "--offline"];
        is_still(&was, &parsed(&shown(&home, &line)), &document);
    }
}

#[test]
fn its_facts_stay_and_new_ones_continue_their_chain() {
    let home = home();
    let facts = || shown(&home, &["watch", "--no-follow", "--from", "0"]);
    let was = fs::read_to_string(kept("facts.jsonl")).unwrap();
    let rows = was.lines().count();
    let audit = parsed(&fs::read_to_string(kept("audit.json")).unwrap());
    assert_eq!(audit["rows"].as_u64().unwrap(), u64::try_from(rows).unwrap());
    for line in [&["halt"][..], &["resume", "--confirm", "resume"]] {
        let halted = parsed(&shown(&home, line));
        assert_eq!(halted["halted"], line == ["halt"], "{halted:#}");
    }
    let now = facts();
    assert_eq!(now.lines().count(), rows + 2);
    for (number, (was, is)) in was.lines().zip(now.lines()).enumerate() {
        is_still(&parsed(was), &parsed(is), &format!("fact {}", number + 1));
    }
    let verified = parsed(&shown(&home, &["audit", "verify"]));
    assert_eq!(verified["verified"], true, "{verified:#}");
    assert_eq!(verified["rows"].as_u64().unwrap(), u64::try_from(rows).unwrap() + 2);
}
