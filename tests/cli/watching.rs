//! `watch` as a script reads it: a store that is made later is waited for, a field is a field, a time has one
//! length, and what is about the whole desk names no seller.

use std::io::{BufRead as _, BufReader};

use crate::{Home, Running, interrupt, schema};

#[test]
fn a_store_that_is_made_later_is_waited_for() {
    // Where the folder is there, and where it is not; the store named, and the usual one.
    for (folder, store) in [("d", Some("d/x.db")), ("", Some("deep/er/x.db")), ("", None)] {
        let home = Home::new("");
        if !folder.is_empty() {
            std::fs::create_dir(home.path(folder)).unwrap();
        }
        let store = store.map(|store| home.path(store).display().to_string());
        let store: Vec<&str> = store.iter().flat_map(|store| ["--store", store]).collect();
        let line = [&store[..], &["watch", "--from", "0", "--json"]].concat();
        let mut watch = Running(home.command(&line).spawn().unwrap());
        // What is waited for is told on a terminal alone; its folder is there once it is watched.
        let watched = || match store.last() {
            Some(store) => std::path::Path::new(store).parent().unwrap().is_dir(),
            None => home.path("state/dealdesk").is_dir(),
        };
        while !watched() && watch.0.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // Some makers come at once, one after the other, while it looks.
        for _ in 0..3 {
            let halted = home.run(&[&store[..], &["halt"]].concat());
            assert_eq!(halted.code, 0, "{}", halted.stderr);
        }
        let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let fact = schema::check("fact", &first);
        assert_eq!((fact["seq"].as_u64(), fact["kind"].as_str()), (Some(1), Some("desk.halted")));
        interrupt(&watch.0);
        assert_eq!(watch.0.wait().unwrap().code(), Some(0), "{store:?}");
    }
}

#[test]
fn what_is_about_the_whole_desk_has_empty_fields_in_text_and_null_in_json() {
    let home = Home::new("");
    assert_eq!(home.run(&["halt"]).code, 0);
    let line = ["watch", "--from", "0", "--no-follow"];
    let json = home.run(&[&line[..], &["--json"]].concat()).stdout;
    let text = home.run(&line).stdout;
    assert_eq!(text.lines().count(), json.lines().count());
    for (text, json) in text.lines().zip(json.lines()) {
        let fact = schema::check("fact", json);
        assert!(fact["seller"].is_null() && fact["subject"].is_null(), "{json}");
        let fields: Vec<_> = text.split('\t').collect();
        let word = |name: &str| fact[name].as_str().unwrap_or_default();
        let seq = fact["seq"].to_string();
        assert_eq!(fields, [&seq, word("at"), word("kind"), "", "", word("by")]);
        assert_eq!(word("at").len(), "2026-06-18T14:29:56.120Z".len());
    }
    assert!(json.contains("desk.halted"), "{json}");
}

#[test]
fn without_following_a_named_store_that_is_missing_is_not_found() {
    let home = Home::new("");
    let store = home.path("x.db").display().to_string();
    assert_eq!(home.run(&["--store", &store, "watch", "--no-follow"]).code, 4);
}
