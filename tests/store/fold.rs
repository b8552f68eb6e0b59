//! Memory and tables hold the same records, because one rule makes both; and what is made from the
//! journal can be made from it again.

use dealdesk::{
    desk::State,
    domain::SellerName,
    store::{Cached, Chain, Location, Store},
};
use proptest::{collection::vec, prelude::*, strategy::ValueTree as _};
use rusqlite::Connection;

use super::facts::{Step, at, history, many, snapshot_of};

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec((any::<u8>(), 0_u8..12, 900_u16..2_000), 1..160)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn random_histories_reach_every_kind_of_fact() {
    let mut kinds = std::collections::BTreeSet::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..150 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        kinds.extend(history(&steps).0.iter().map(|entry| entry.fact.kind()));
    }
    assert_eq!(kinds.len(), 37, "{kinds:?}");
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn the_tables_hold_what_memory_holds(steps in steps(), batch in 1_usize..40) {
        let (entries, state) = history(&steps);
        let store = Store::open(Location::Memory).unwrap();
        let replies: Vec<_> =
            entries.chunks(batch).map(|batch| store.append(batch.to_vec())).collect();
        for (reply, end) in replies.into_iter().zip(1..) {
            let last = u64::try_from((batch * end).min(entries.len())).unwrap();
            prop_assert_eq!(reply.wait().unwrap().last_seq, last);
        }
        let snapshot = store.load().wait().unwrap();
        prop_assert_eq!(&snapshot, &snapshot_of(&state, entries.len()));
        let chain = store.verify().wait().unwrap();
        prop_assert!(matches!(chain, Chain::Verified { .. }), "{chain:?}");
        let read: Vec<_> = store.entries(0, u64::MAX).wait().unwrap();
        prop_assert_eq!(read.into_iter().map(|row| row.entry).collect::<Vec<_>>(), entries);

        // A desk that starts from it stands where the one that lived it does.
        let mut restored = State::default();
        snapshot.restore(&mut restored);
        prop_assert_eq!(&restored.quotes, &state.quotes);
        prop_assert_eq!(&restored.bookings, &state.bookings);
        prop_assert_eq!(&restored.deals, &state.deals);
        prop_assert_eq!(&restored.controls, &state.controls);
        prop_assert_eq!(restored.exposure.total(), state.exposure.total());
        prop_assert_eq!(restored.board.rows(), state.board.rows());
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn what_is_made_from_the_journal_is_made_again(
        steps in steps(),
        damage in proptest::sample::select(vec![
            "DELETE FROM meta",
            "DELETE FROM quotes; DELETE FROM deals; DELETE FROM bookings",
            "DROP TABLE quotes; DROP TABLE rounds; DROP TABLE transitions; DROP TABLE meta",
            "UPDATE meta SET rules = 0",
            "UPDATE meta SET projected_seq = 0; DELETE FROM deals",
            "UPDATE quotes SET record = 'garbage'",
            "DELETE FROM cache",
        ]),
    ) {
        let (entries, state) = history(&steps);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let store = Store::open(Location::File(path.clone())).unwrap();
        let _ = store.append(entries.clone()).wait().unwrap();
        drop(store);
        let dump = dumped(&path);
        Connection::open(&path).unwrap().execute_batch(damage).unwrap();
        let store = Store::open(Location::File(path.clone())).unwrap();
        let snapshot = store.load().wait().unwrap();
        prop_assert_eq!(snapshot, snapshot_of(&state, entries.len()));
        drop(store);
        prop_assert_eq!(dumped(&path), dump);
    }
}

/// Every row of every table that is made from the journal.
fn dumped(path: &std::path::Path) -> Vec<String> {
    let conn = Connection::open(path).unwrap();
    let mut dump = Vec::new();
    for table in
        ["quotes", "rounds", "bookings", "deals", "transitions", "controls", "exposure", "meta"]
    {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<rusqlite::types::Value> =
                (0..columns).map(|column| row.get(column).unwrap()).collect();
            dump.push(format!("{table} {values:?}"));
        }
    }
    dump
}

#[test]
fn no_column_is_a_binary_float() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    drop(Store::open(Location::File(path.clone())).unwrap());
    let conn = Connection::open(&path).unwrap();
    let mut statement = conn.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'").unwrap();
    let shapes: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(shapes.len(), 10);
    for shape in shapes {
        assert!(shape.ends_with("STRICT") || shape.ends_with("STRICT, WITHOUT ROWID"), "{shape}");
        assert!(!shape.contains("REAL") && !shape.contains("FLOAT"), "{shape}");
    }
}

#[test]
fn the_cache_is_kept_beside_the_record_and_is_never_part_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("desk.db"));
    let seller = SellerName::from("harbor");
    let cached = |json: &str| Cached {
        seller: seller.clone(),
        kind: "kit".to_owned(),
        json: json.to_owned(),
        at: at(3),
    };
    let store = Store::open(location.clone()).unwrap();
    store.put_cache(cached("[1]")).wait().unwrap();
    store.put_cache(cached("[2]")).wait().unwrap();
    let _ = store.append(many(0..1)).wait().unwrap();
    drop(store);
    let store = Store::open(location).unwrap();
    assert_eq!(store.get_cache(seller.clone(), "kit").wait().unwrap(), Some(cached("[2]")));
    assert_eq!(store.get_cache(seller, "products").wait().unwrap(), None);
    assert_eq!(store.load().wait().unwrap().quotes.len(), 1);
}

#[tokio::test]
async fn replies_are_awaited_where_nothing_may_block() {
    let store = Store::open(Location::Memory).unwrap();
    let (one, two) = (store.append(many(0..1)), store.append(many(1..2)));
    assert_eq!(two.await.unwrap().last_seq, 2);
    assert_eq!(one.await.unwrap().last_seq, 1);
    assert_eq!(store.load().await.unwrap().quotes.len(), 2);
}
