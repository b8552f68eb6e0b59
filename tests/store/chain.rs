//! Whoever changes the journal behind the desk's back is found out, and the first row is named.

use dealdesk::store::{Chain, Location, Reader, Store, Trouble};
use rusqlite::Connection;

use super::facts::many;

/// A store of ten rows, after `tamper` had its way with it.
fn tampered(tamper: &str) -> Chain {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(Location::File(path.clone())).unwrap();
    let _ = store.append(many(0..10)).wait().unwrap();
    drop(store);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(
        "DROP TRIGGER journal_keeps_every_row; DROP TRIGGER journal_changes_no_row; \
         DROP TRIGGER journal_has_no_gaps;",
    )
    .unwrap();
    conn.execute_batch(tamper).unwrap();
    // The tables are as far as they were: it is not opening that finds out.
    let chain = Store::open(Location::File(path.clone())).unwrap().verify().wait().unwrap();
    assert_eq!(Reader::open(&path).unwrap().verify().unwrap(), chain);
    chain
}

#[test]
fn every_way_to_tamper_is_named_with_its_row() {
    for (tamper, row) in [
        ("UPDATE journal SET entry = replace(entry, '13.50', '13.51') WHERE seq = 4", 4),
        ("UPDATE journal SET hash = upper(hash) WHERE seq = 4", 4),
        ("UPDATE journal SET actor = 'bob@terminal' WHERE seq = 4", 4),
        ("UPDATE journal SET quote_id = NULL WHERE seq = 10", 10),
        ("UPDATE journal SET kind = 'booking.done' WHERE seq = 1", 1),
        ("DELETE FROM journal WHERE seq = 5", 5),
        ("DELETE FROM journal WHERE seq BETWEEN 3 AND 7", 3),
        ("DELETE FROM journal WHERE seq = 1", 1),
        // Rows 3 and 4 change places.
        (
            "UPDATE journal SET seq = 100 WHERE seq = 3; UPDATE journal SET seq = 3 WHERE seq = 4; \
             UPDATE journal SET seq = 4 WHERE seq = 100",
            3,
        ),
        // A row is taken out and the rest moves up.
        (
            "DELETE FROM journal WHERE seq = 6; UPDATE journal SET seq = seq - 1 WHERE seq > 6; \
             UPDATE meta SET projected_seq = 9",
            6,
        ),
        // A row is put in twice.
        (
            "UPDATE journal SET seq = 11 WHERE seq = 10; INSERT INTO journal SELECT 10, at, actor, \
             kind, seller, subject, quote_id, deal_id, entry, prev_hash, hash FROM journal WHERE \
             seq = 9; UPDATE meta SET projected_seq = 11",
            10,
        ),
    ] {
        match tampered(tamper) {
            Chain::Broken { seq, why } => assert_eq!(seq, row, "{tamper}: {why}"),
            Chain::Edited { .. } | Chain::Verified { .. } => panic!("not found out: {tamper}"),
        }
    }
    assert!(matches!(tampered(""), Chain::Verified { rows: 10, .. }));
}

/// A journal of ten rows, in which the row at `seq` comes from another one: its seal fits it.
fn with_a_row_of_another(seq: u64, first: std::ops::Range<usize>, last: usize) -> Chain {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("desk.db"), folder.path().join("other.db"));
    for (path, first, last) in [(&path, 0..9, 9), (&other, first, last)] {
        let store = Store::open(Location::File(path.clone())).unwrap();
        let _ = store.append(many(first)).wait().unwrap();
        let _ = store.append(many(last..last + 1)).wait().unwrap();
    }
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(&format!(
        "DROP TRIGGER journal_keeps_every_row; DROP TRIGGER journal_changes_no_row; \
         DROP TRIGGER journal_has_no_gaps; ATTACH '{}' AS other; DELETE FROM journal WHERE seq = {seq}; \
         INSERT INTO journal SELECT * FROM other.journal WHERE seq = {seq};",
        other.display()
    ))
    .unwrap();
    Reader::open(&path).unwrap().verify().unwrap()
}

#[test]
fn a_row_of_another_journal_is_no_row_of_this_one() {
    // The newest, after the same nine rows.
    let why = "it is not the row that was written here".to_owned();
    assert_eq!(with_a_row_of_another(10, 0..9, 20), Chain::Broken { seq: 10, why });
    // One in the middle, and the newest after other rows.
    for seq in [5, 10] {
        let why = "it does not follow the row before it".to_owned();
        assert_eq!(with_a_row_of_another(seq, 20..29, 29), Chain::Broken { seq, why });
    }
}

#[test]
fn a_journal_without_rows_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Location::File(folder.path().join("desk.db"))).unwrap();
    assert!(matches!(store.verify().wait().unwrap(), Chain::Verified { rows: 0, .. }));
}

#[test]
fn the_end_cannot_be_cut_off_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(Location::File(path.clone())).unwrap();
    let _ = store.append(many(0..10)).wait().unwrap();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("DROP TRIGGER journal_keeps_every_row; DELETE FROM journal WHERE seq > 8;")
        .unwrap();
    let broken = store.verify().wait().unwrap();
    assert!(
        matches!(&broken, Chain::Broken { seq: 9, why } if why.contains("row 10")),
        "{broken:?}"
    );
    // And nothing is written over the cut.
    let error = store.append(many(10..11)).wait().unwrap_err();
    assert!(error.to_string().contains("rows after 8 are gone"), "{error}");
    drop(store);
    // Nor is it hidden by opening the store again; it can still be read and checked.
    let error = Store::open(Location::File(path.clone())).unwrap_err();
    assert_eq!(error.kind, Trouble::Corrupt);
    assert_eq!(Reader::open(&path).unwrap().verify().unwrap(), broken);
}

#[test]
fn the_journal_itself_forbids_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(Location::File(path.clone())).unwrap();
    let _ = store.append(many(0..3)).wait().unwrap();
    let conn = Connection::open(&path).unwrap();
    for change in [
        "UPDATE journal SET actor = 'x' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 3",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
        "INSERT INTO journal SELECT 9, at, actor, kind, seller, subject, quote_id, deal_id, entry, \
         prev_hash, hash FROM journal WHERE seq = 2",
    ] {
        let error = conn.execute_batch(change).unwrap_err();
        assert!(error.to_string().contains("append-only"), "{change}: {error}");
    }
    assert!(matches!(store.verify().wait().unwrap(), Chain::Verified { rows: 3, .. }));
}
