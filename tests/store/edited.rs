//! Whoever edits or empties a table is found out, and no limit rests on what was edited: a start takes the
//! records from the journal again.

use dealdesk::{
    desk::{Actor, Entry, Fact, Mode, State},
    domain::{Deal, DealStatus, Limits},
    store::{Chain, Location, Reader, Snapshot, Store},
};
use rusqlite::Connection;

use super::facts::{at, history, snapshot_of};

/// A store with some of everything, and the state it stands for.
fn lived(path: &std::path::Path) -> (State, usize) {
    let steps: Vec<_> = (0..240_u32)
        .map(|n| {
            let mixed = n.wrapping_mul(2_654_435_761).to_le_bytes();
            (mixed[3], mixed[2] % 12, u16::from(mixed[1]) + 900)
        })
        .collect();
    let (entries, state) = history(&steps);
    let rows = entries.len();
    let store = Store::open(Location::File(path.to_owned())).unwrap();
    for some in entries.chunks(50) {
        let _ = store.append(some.to_vec()).wait().unwrap();
    }
    assert!(
        !state.bookings.is_empty() && !state.deals.is_empty() && state.controls.limits.is_some()
    );
    (state, rows)
}

/// What is edited, and whether a record is: a start reads those and nothing else.
const EDITS: [(&str, &str, bool); 26] = [
    ("bookings", "DELETE FROM bookings", true),
    ("bookings", "DELETE FROM bookings WHERE ord = (SELECT max(ord) FROM bookings)", true),
    (
        "bookings",
        "UPDATE bookings SET record = json_set(record, '$.intent.cost', '1.00 USD')",
        true,
    ),
    ("bookings", "UPDATE bookings SET record = json_set(record, '$.released', json('true'))", true),
    ("bookings", "UPDATE bookings SET record = (SELECT record FROM bookings LIMIT 1)", true),
    ("bookings", "UPDATE bookings SET state = 'refused' WHERE state <> 'refused'", false),
    ("bookings", "UPDATE bookings SET living = 1 - living", true),
    // A row that is not found by its name would be as good as gone.
    ("bookings", "UPDATE bookings SET quote_id = 'Q-other' WHERE state = 'done'", true),
    ("bookings", "UPDATE bookings SET ticket = ticket || 'x' WHERE state = 'done'", true),
    (
        "deals",
        "UPDATE deals SET deal_id = 'D-other' WHERE ord = (SELECT min(ord) FROM deals)",
        true,
    ),
    (
        "quotes",
        "UPDATE quotes SET seller = 'other' WHERE ord = (SELECT min(ord) FROM quotes)",
        true,
    ),
    ("bookings", "UPDATE bookings SET picked = NULL WHERE state = 'done'", true),
    ("quotes", "UPDATE quotes SET living = 0 WHERE living = 1", true),
    ("meta", "UPDATE deals SET seal = zeroblob(32)", true),
    ("exposure", "DELETE FROM exposure", true),
    (
        "exposure",
        "UPDATE exposure SET record = json_set(record, '$.committed', '0', '$.unknown', '0')",
        true,
    ),
    ("deals", "DELETE FROM deals WHERE ord = (SELECT min(ord) FROM deals)", true),
    ("deals", "UPDATE deals SET record = json_set(record, '$.agreed', '0.01 USD')", true),
    ("deals", "UPDATE deals SET final_cpm = '0.01'", false),
    ("quotes", "UPDATE quotes SET record = json_set(record, '$.changed_at', received_at)", true),
    ("quotes", "UPDATE quotes SET stage = 'OTHER'", false),
    ("controls", "DELETE FROM controls", true),
    ("controls", "UPDATE controls SET record = json_remove(record, '$.limits')", true),
    ("rounds", "DELETE FROM rounds WHERE n = 1", false),
    ("transitions", "UPDATE transitions SET by = 'nobody' WHERE of = 'deal'", false),
    (
        "quotes",
        "UPDATE meta SET digest = ''; DELETE FROM bookings; UPDATE quotes SET rfq = 'rfq-1'",
        true,
    ),
];

fn tables(path: &std::path::Path) -> Chain {
    Reader::open(path).unwrap().verify().unwrap()
}

#[test]
fn an_edited_table_is_named_and_no_start_believes_it() {
    for (table, edit, of_a_record) in EDITS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let (state, rows) = lived(&path);
        assert!(matches!(tables(&path), Chain::Verified { .. }));
        Connection::open(&path).unwrap().execute_batch(edit).unwrap();
        let Chain::Edited { table: found, why } = tables(&path) else {
            panic!("not found out: {edit}")
        };
        assert_eq!(found, table, "{edit}: {why}");
        assert!(!why.is_empty(), "{edit}");

        assert_eq!(Reader::open(&path).unwrap().load().is_err(), of_a_record, "{edit}");
        // Nor does one that reads a part of it.
        let copy = folder.path().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        let store = Store::open(Location::File(copy)).unwrap();
        let living = store.load_living(Vec::new()).wait().unwrap();
        assert_eq!(store.mended().wait().unwrap().is_some(), of_a_record, "{edit}");
        let exposure = &living.exposure;
        assert_eq!(exposure.total(), state.exposure.total(), "{edit}");
        assert_eq!(living.snapshot.controls, state.controls, "{edit}");

        let store = Store::open(Location::File(path.clone())).unwrap();
        assert_eq!(store.load().wait().unwrap(), snapshot_of(&state, rows), "{edit}");
        let mended = store.mended().wait().unwrap();
        assert_eq!(mended.is_some(), of_a_record, "{edit}");
        if !of_a_record {
            store.rebuild().wait().unwrap();
        }
        drop(store);
        assert!(matches!(tables(&path), Chain::Verified { .. }), "{edit}");
    }
}

#[test]
fn what_is_folded_into_an_edited_record_does_not_make_it_good() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (mut state, rows) = lived(&path);
    let desk = Store::open(Location::File(path.clone())).unwrap();
    assert_eq!(desk.load().wait().unwrap(), snapshot_of(&state, rows));
    // While a desk is open: it goes on from what it knows, and writes to the same records.
    let edits = "UPDATE deals SET record = json_set(record, '$.agreed', '0.01 USD'); \
                 UPDATE controls SET record = json_set(record, '$.limits.deal', '999999999')";
    Connection::open(&path).unwrap().execute_batch(edits).unwrap();
    let seen = state.deals.values().map(|record| Deal {
        status: DealStatus::Paused,
        raw_status: "paused".to_owned(),
        ..record.deal.clone()
    });
    let mut facts: Vec<_> = seen.map(|deal| Fact::DealSeen { deal, differences: None }).collect();
    facts.push(Fact::Halted { seller: None, why: "odd".to_owned(), tripped: false });
    let entries: Vec<_> = facts
        .into_iter()
        .map(|fact| Entry { at: at(9_000), actor: Actor::Desk, mode: Mode::Live, fact })
        .collect();
    for entry in &entries {
        dealdesk::desk::fold(entry, &mut state);
    }
    let rows = rows + entries.len();
    let _ = desk.append(entries).wait().unwrap();
    drop(desk);

    assert!(matches!(tables(&path), Chain::Edited { .. }));
    let next = Store::open(Location::File(path.clone())).unwrap();
    let Snapshot { deals, controls, .. } = next.load().wait().unwrap();
    let expected = snapshot_of(&state, rows);
    assert_eq!((&deals, &controls), (&expected.deals, &expected.controls));
    assert_ne!(controls.limits.as_ref(), Some(&Limits::default()));
    assert!(next.mended().wait().unwrap().is_some());
}

#[test]
fn an_edit_is_told_by_its_row_and_its_column() {
    for (edit, table, told) in [
        (
            "UPDATE quotes SET stage = 'OTHER' WHERE ord = 2",
            "quotes",
            "stage is OTHER, and the journal makes it QUOTED: seller harbor, quote_id qt-0, deal_id \
             nothing, ticket nothing",
        ),
        (
            "UPDATE quotes SET rfq = 'rfq-9' WHERE ord = 2",
            "quotes",
            "rfq is rfq-9, and the journal makes it nothing: seller harbor, quote_id qt-0, deal_id \
             nothing, ticket nothing",
        ),
        (
            "DELETE FROM quotes WHERE ord = 3",
            "quotes",
            "a row is missing: seller northlight, quote_id qt-1, deal_id nothing, ticket nothing",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let store = Store::open(Location::File(path.clone())).unwrap();
        let _ = store.append(super::facts::many(0..3)).wait().unwrap();
        drop(store);
        Connection::open(&path).unwrap().execute_batch(edit).unwrap();
        let why = told.to_owned();
        assert_eq!(tables(&path), Chain::Edited { table: table.to_owned(), why }, "{edit}");
    }
}

#[test]
fn a_record_is_compared_as_what_it_says_and_its_spelling_by_its_seal() {
    for table in ["bookings", "quotes", "deals", "controls"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let _ = lived(&path);
        let spelling = format!("UPDATE {table} SET record = record || ' '");
        Connection::open(&path).unwrap().execute_batch(&spelling).unwrap();
        let why = "a record is not spelled as a desk wrote it".to_owned();
        assert_eq!(tables(&path), Chain::Edited { table: "meta".to_owned(), why }, "{table}");
    }
}
