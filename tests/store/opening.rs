//! Opening a store: new, old, foreign, broken, locked, full or not ours to write.

use std::{fs, path::Path, time::Duration};

use dealdesk::store::{Chain, Intended, Location, Reader, Store, StoreError, Trouble, Tuning};
use rusqlite::Connection;

use super::facts::{folded, history, intent_for, many, snapshot_of};

fn file(path: &Path) -> Location {
    Location::File(path.to_owned())
}

fn impatient() -> Tuning {
    Tuning { patience: Duration::ZERO, ..Tuning::default() }
}

/// Both ways to open it fail alike, and leave the file and its folder as they were.
fn refused(path: &Path) -> StoreError {
    let listing = || -> Vec<_> {
        let folder = fs::read_dir(path.parent().unwrap()).unwrap();
        folder.map(|entry| entry.unwrap().file_name()).collect()
    };
    let before = (fs::read(path).ok(), listing());
    let error = Store::open(file(path)).unwrap_err();
    assert_eq!(Reader::open(path).unwrap_err().kind, error.kind);
    assert!((fs::read(path).ok(), listing()) == before, "{error}");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    error
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| {
        let home = folder.path().join(name);
        fs::create_dir(&home).unwrap();
        home.join("a file?#%41.db")
    };

    let text = path("text");
    fs::write(
        &text,
        "Dear diary, this is far longer than a header of SQLite would be. ".repeat(99),
    )
    .unwrap();
    assert_eq!(refused(&text).kind, Trouble::Unreadable);

    let short = path("short");
    fs::write(&short, "x").unwrap();
    assert_eq!(refused(&short).kind, Trouble::Unreadable);

    for mode in ["delete", "wal"] {
        let foreign = path(mode);
        let conn = Connection::open(&foreign).unwrap();
        conn.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(())).unwrap();
        conn.execute_batch("CREATE TABLE photos (id INTEGER)").unwrap();
        drop(conn);
        let error = refused(&foreign);
        assert_eq!(error.kind, Trouble::Foreign);
        assert!(error.to_string().starts_with("this is not a dealdesk store: "), "{error}");
        assert!(error.to_string().contains("nothing was changed"), "{error}");
    }

    let directory = path("directory");
    fs::create_dir(&directory).unwrap();
    assert_eq!(refused(&directory).kind, Trouble::Unreadable);

    let below = path("below");
    fs::write(&below, "").unwrap();
    let error = Store::open(file(&below.join("desk.db"))).unwrap_err();
    assert_eq!(error.kind, Trouble::Unreadable);
}

#[test]
fn a_store_is_made_where_there_is_none_and_reading_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("desk.db");
    assert_eq!(Reader::open(&path).unwrap_err().kind, Trouble::Missing);
    assert!(!path.exists());
    let store = Store::open(file(&path)).unwrap();
    assert!(Reader::open(&path).unwrap().load().unwrap().quotes.is_empty());
    drop(store);

    // An empty file, as a temporary one is made, is a store to be.
    let empty = folder.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    assert_eq!(Reader::open(&empty).unwrap_err().kind, Trouble::Missing);
    drop(Store::open(file(&empty)).unwrap());
    assert_eq!(Reader::open(&empty).unwrap().head().unwrap(), 0);
}

#[cfg(unix)]
#[test]
fn a_new_store_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/desk.db");
    let store = Store::open(file(&path)).unwrap();
    let _ = store.append(many(0..3)).wait().unwrap();
    let state = path.parent().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(state), 0o700);
    let files: Vec<_> = fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3, "the store, its log, its index: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_newer_store_is_refused_by_tables_and_by_rules() {
    let newer = |what: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        drop(Store::open(file(&path)).unwrap());
        Connection::open(&path).unwrap().execute_batch(what).unwrap();
        (folder, path)
    };
    let (_folder, path) = newer("PRAGMA user_version = 99");
    assert_eq!(refused(&path).kind, Trouble::Newer);
    let (_folder, path) = newer("UPDATE meta SET rules = 99");
    let before = fs::read(&path).unwrap();
    assert_eq!(Store::open(file(&path)).unwrap_err().kind, Trouble::Newer);
    assert_eq!(Reader::open(&path).unwrap_err().kind, Trouble::Newer);
    assert!(fs::read(&path).unwrap() == before);

    // And while it is open, a newer program may come and change it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(file(&path)).unwrap();
    Connection::open(&path).unwrap().execute_batch("UPDATE meta SET rules = 99").unwrap();
    assert_eq!(store.append(many(0..1)).wait().unwrap_err().kind, Trouble::Newer);
}

#[test]
fn every_older_store_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let steps: Vec<_> = (0_u8..200).map(|n| (n.wrapping_mul(37), n % 7, 1_000)).collect();
    let (entries, state) = history(&steps);
    let newest = folder.path().join("newest.db");
    let store = Store::open(file(&newest)).unwrap();
    let _ = store.append(entries.clone()).wait().unwrap();
    drop(store);

    let mut migrations: Vec<_> =
        fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/migrations"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
    migrations.sort();
    let latest: u32 = Connection::open(&newest)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    let latest = usize::try_from(latest).unwrap();
    assert_eq!(migrations.len(), latest, "a file that is not in the list, or not yet");

    for version in 0..=latest {
        let path = folder.path().join(format!("{version}.db"));
        let conn = Connection::open(&path).unwrap();
        conn.execute("ATTACH ?1 AS newest", [newest.to_str().unwrap()]).unwrap();
        conn.execute_batch("PRAGMA application_id = 0x6465736b").unwrap();
        for file in &migrations[..version] {
            conn.execute_batch(&fs::read_to_string(file).unwrap()).unwrap();
        }
        conn.pragma_update(None, "user_version", u32::try_from(version).unwrap()).unwrap();
        if version > 0 {
            conn.execute_batch("INSERT INTO journal SELECT * FROM newest.journal ORDER BY seq")
                .unwrap();
        }
        drop(conn);
        assert_eq!(Reader::open(&path).unwrap_err().kind, Trouble::Outdated, "{version}");
        let rows = if version > 0 { entries.len() } else { 0 };
        for _again in 0..2 {
            let store = Store::open(file(&path)).unwrap();
            let expected = snapshot_of(&folded(&entries[..rows]), rows);
            assert_eq!(store.load().wait().unwrap(), expected, "{version}");
            let chain = store.verify().wait().unwrap();
            assert!(matches!(chain, Chain::Verified { .. }), "{version}: {chain:?}");
        }
    }
    assert!(!state.deals.is_empty());
}

#[test]
fn on_a_read_only_disk_everything_is_read_and_nothing_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(file(&path)).unwrap();
    let _ = store.append(many(0..3)).wait().unwrap();
    drop(store);
    let tuning = Tuning { read_only: true, ..Tuning::default() };
    let store = Store::open_with(&file(&path), &tuning).unwrap();
    assert_eq!(store.load().wait().unwrap().quotes.len(), 3);
    assert_eq!(store.append(many(3..4)).wait().unwrap_err().kind, Trouble::ReadOnly);
    // Nothing may overtake what could not be written.
    let intent = store.append_intent(intent_for(0), 3);
    assert_eq!(intent.wait().unwrap_err().kind, Trouble::ReadOnly);
    assert_eq!(store.tail(9).wait().unwrap().len(), 3);
}

#[test]
fn a_file_without_write_permission_is_named_read_only() {
    if rustix::process::geteuid().is_root() {
        println!("skipped: root may write everything");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    drop(Store::open(file(&path)).unwrap());
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_eq!(Store::open(file(&path)).unwrap_err().kind, Trouble::ReadOnly);
    assert_eq!(Reader::open(&path).unwrap().head().unwrap(), 0);
}

#[test]
fn on_a_full_disk_what_was_said_to_be_stored_is_there_and_no_intent_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let tuning = Tuning { max_pages: Some(120), ..Tuning::default() };
    let store = Store::open_with(&file(&path), &tuning).unwrap();
    let mut stored = 0;
    let error = loop {
        match store.append(many(stored..stored + 5)).wait() {
            Ok(appended) => {
                stored += 5;
                assert_eq!(appended.last_seq, u64::try_from(stored).unwrap());
            }
            Err(error) => break error,
        }
    };
    assert!(stored > 10);
    assert_eq!(error.kind, Trouble::Full);
    let after = u64::try_from(stored).unwrap();
    assert_eq!(store.append_intent(intent_for(0), after).wait().unwrap_err().kind, Trouble::Full);
    drop(store);

    let store = Store::open(file(&path)).unwrap();
    let expected = snapshot_of(&folded(&many(0..stored)), stored);
    assert_eq!(store.load().wait().unwrap(), expected);
    assert!(matches!(store.verify().wait().unwrap(), Chain::Verified { .. }));
}

#[test]
fn what_a_lock_held_up_is_kept_and_written_first_when_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open_with(&file(&path), &impatient()).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.append(many(0..2)).wait().unwrap_err();
    assert_eq!(error.kind, Trouble::Locked);
    assert_eq!(store.append_intent(intent_for(0), 0).wait().unwrap_err().kind, Trouble::Locked);
    assert!(store.load().wait().unwrap().quotes.is_empty());
    other.execute_batch("COMMIT").unwrap();

    // An empty append tries again.
    assert_eq!(store.append(Vec::new()).wait().unwrap().last_seq, 2);
    assert_eq!(store.append(many(2..3)).wait().unwrap().last_seq, 3);
    let intended = store.append_intent(intent_for(0), 3).wait().unwrap();
    assert_eq!(intended, Intended::Stored { seq: 4 });
    let rows = store.entries(0, 9).wait().unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| (row.seq, row.entry.fact.kind())).collect();
    let expected: [(u64, &str); 4] =
        [(1, "quote.received"), (2, "quote.received"), (3, "quote.received"), (4, "intent.stored")];
    assert_eq!(kinds, expected);

    // What is held up at the end of the program is tried once more.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(store.append(many(4..5)).wait().is_err());
    other.execute_batch("COMMIT").unwrap();
    drop(store);
    let rows = Reader::open(&path).unwrap().entries(4, 9).unwrap();
    assert_eq!(rows.into_iter().map(|row| row.entry).collect::<Vec<_>>(), many(4..5));
}

/// Says in the file that it has more pages than it has yet, as one does into which a log is moved: its
/// first page first.
fn grows(path: &Path) {
    use std::os::unix::fs::FileExt as _;
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(&10_000_u32.to_be_bytes(), 28).unwrap();
}

#[test]
fn what_only_looks_damaged_while_another_process_writes_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let writes = Store::open(file(&path)).unwrap();
    writes.append(many(0..3)).wait().unwrap();
    // Whoever asks the locks is led to the log.
    grows(&path);
    assert_eq!(Reader::open(&path).unwrap().entries(0, 9).unwrap().len(), 3);
    let other = Store::open(file(&path)).unwrap();
    assert_eq!(other.append(many(3..4)).wait().unwrap().last_seq, 4);
    drop((writes, other));

    // Where there is no log, it is damaged.
    grows(&path);
    assert_eq!(refused(&path).kind, Trouble::Corrupt);
}
