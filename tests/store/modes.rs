//! A store keeps the facts of one mode: what a desk on paper tries is never beside what was bought.

use std::fs;

use dealdesk::{
    desk::{Entry, Mode},
    store::{Location, Reader, Store, Trouble, Tuning},
};

use super::facts::many;

fn in_mode(mode: Mode) -> Tuning {
    Tuning { mode, ..Tuning::default() }
}

fn facts_of(mode: Mode, numbers: std::ops::Range<usize>) -> Vec<Entry> {
    many(numbers).into_iter().map(|entry| Entry { mode, ..entry }).collect()
}

#[test]
fn a_store_of_another_mode_is_refused_and_left_as_it_is() {
    for theirs in [Mode::Live, Mode::Paper, Mode::Demo] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let location = Location::File(path.clone());
        let store = Store::open_with(&location, &in_mode(theirs)).unwrap();
        let _ = store.append(facts_of(theirs, 0..3)).wait().unwrap();
        drop(store);
        for ours in [Mode::Live, Mode::Paper, Mode::Demo] {
            let before = fs::read(&path).unwrap();
            let opened = Store::open_with(&location, &in_mode(ours));
            if ours == theirs {
                assert_eq!(opened.unwrap().load().wait().unwrap().quotes.len(), 3);
                continue;
            }
            let error = opened.unwrap_err();
            assert_eq!(error.kind, Trouble::OtherMode, "{theirs} {ours}");
            let says = error.to_string();
            assert!(
                says.contains(&theirs.to_string()) && says.contains(&ours.to_string()),
                "{says}"
            );
            assert!(before == fs::read(&path).unwrap(), "{theirs} {ours}: it was changed");
        }
        // Who only reads may read what others did, and is told how.
        let told = Reader::open(&path).unwrap().entries(0, 9).unwrap();
        assert!(told.iter().all(|row| row.entry.mode == theirs));
    }
}

#[test]
fn the_first_fact_decides_where_two_desks_make_a_store_together() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("desk.db"));
    let live = Store::open_with(&location, &in_mode(Mode::Live)).unwrap();
    let paper = Store::open_with(&location, &in_mode(Mode::Paper)).unwrap();
    let _ = live.append(facts_of(Mode::Live, 0..1)).wait().unwrap();
    let refused = paper.append(facts_of(Mode::Paper, 1..2)).wait().unwrap_err();
    assert_eq!(refused.kind, Trouble::OtherMode);
    let intent = super::facts::intent_for(0);
    let refused = paper.append_intent(Entry { mode: Mode::Paper, ..intent }, 1).wait().unwrap_err();
    assert_eq!(refused.kind, Trouble::OtherMode);
    assert_eq!(live.append(facts_of(Mode::Live, 1..2)).wait().unwrap().last_seq, 2);
}

#[test]
fn facts_from_before_they_said_their_mode_are_live() {
    let mut fact = serde_json::to_value(&many(0..1)[0]).unwrap();
    assert_eq!(fact["mode"], "live", "a fact says its mode");
    fact.as_object_mut().unwrap().remove("mode");
    let read: Entry = serde_json::from_value(fact).unwrap();
    assert_eq!(read.mode, Mode::Live);
}
