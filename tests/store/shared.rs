//! Several desks on one store: each sees what the others did once, in order, and no booking is decided
//! on what was not yet seen.

use std::{
    collections::BTreeMap,
    sync::{Barrier, mpsc},
    thread,
    time::Duration,
};

use dealdesk::{
    desk::Entry,
    store::{Appended, Chain, Intended, Location, Reader, Recorded, Store, StoreWatch},
};
use rusqlite::Connection;

use super::facts::{folded, intent_for, many, received, snapshot_of};

fn shared() -> (tempfile::TempDir, Location) {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("desk.db"));
    (folder, location)
}

fn numbers(rows: &[Recorded]) -> Vec<u64> {
    rows.iter().map(|row| row.seq).collect()
}

#[test]
fn each_sees_what_the_other_wrote_once_and_never_its_own() {
    let (_folder, location) = shared();
    let ana = Store::open(location.clone()).unwrap();
    let ben = Store::open(location).unwrap();
    assert!(ana.load().wait().unwrap().quotes.is_empty());
    let appended = ana.append(many(0..2)).wait().unwrap();
    assert_eq!(appended, Appended { last_seq: 2, followed: Vec::new() });
    assert_eq!(ana.follow().wait().unwrap(), Vec::new());

    let appended = ben.append(many(2..3)).wait().unwrap();
    assert_eq!((appended.last_seq, numbers(&appended.followed)), (3, vec![1, 2]));
    assert_eq!(appended.followed[0].entry, received(0));
    assert_eq!(ben.follow().wait().unwrap(), Vec::new());

    assert_eq!(numbers(&ana.follow().wait().unwrap()), [3]);
    assert_eq!(ana.follow().wait().unwrap(), Vec::new());
    assert_eq!(numbers(&ana.tail(2).wait().unwrap()), [2, 3]);
}

#[test]
fn an_intent_waits_until_everything_before_it_was_folded() {
    let (_folder, location) = shared();
    let ana = Store::open(location.clone()).unwrap();
    let ben = Store::open(location).unwrap();
    let _ = ana.append(many(0..1)).wait().unwrap();
    let _ = ben.append(many(1..2)).wait().unwrap();

    let behind = ana.append_intent(intent_for(0), 1).wait().unwrap();
    let Intended::Conflict { followed } = behind else { panic!("{behind:?}") };
    assert_eq!(numbers(&followed), [2]);
    let stored = ana.append_intent(intent_for(0), 2).wait().unwrap();
    assert_eq!(stored, Intended::Stored { seq: 3 });

    // Rows that an earlier reply carries count as unseen until they were folded, too.
    let _ = ben.append(many(2..4)).wait().unwrap();
    let earlier = ana.append(many(4..5));
    let intent = ana.append_intent(intent_for(1), 3);
    assert_eq!(intent.wait().unwrap(), Intended::Conflict { followed: Vec::new() });
    let earlier = earlier.wait().unwrap();
    assert_eq!((earlier.last_seq, numbers(&earlier.followed)), (6, vec![4, 5]));
    let stored = ana.append_intent(intent_for(1), earlier.last_seq).wait().unwrap();
    assert_eq!(stored, Intended::Stored { seq: 7 });
}

#[test]
fn rows_that_nobody_took_are_handed_out_with_the_next_reply() {
    let (folder, location) = shared();
    let ana = Store::open(location.clone()).unwrap();
    let ben = Store::open(location).unwrap();
    let _ = ben.append(many(0..2)).wait().unwrap();
    // A lock holds ana's thread up until the askers are gone.
    let lock = Connection::open(folder.path().join("desk.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    drop(ana.append(many(2..3)));
    drop(ana.append_intent(intent_for(0), 0));
    lock.execute_batch("COMMIT").unwrap();
    assert_eq!(numbers(&ana.follow().wait().unwrap()), [1, 2]);
    // The append was done all the same; the intent, which nobody would have sent, was not.
    let kinds: Vec<_> =
        ana.entries(2, 9).wait().unwrap().iter().map(|row| row.entry.fact.kind()).collect();
    assert_eq!(kinds, ["quote.received"]);
}

/// What one desk came to know: its own rows and those it was handed.
#[derive(Default)]
struct Known {
    rows: BTreeMap<u64, Entry>,
    newest: u64,
}

impl Known {
    fn learn(&mut self, rows: Vec<Recorded>) {
        for row in rows {
            self.newest = self.newest.max(row.seq);
            assert_eq!(self.rows.insert(row.seq, row.entry), None, "row {} came twice", row.seq);
        }
    }

    fn own(&mut self, entries: Vec<Entry>, last: u64) {
        let first = last + 1 - u64::try_from(entries.len()).unwrap();
        self.learn((first..).zip(entries).map(|(seq, entry)| Recorded { seq, entry }).collect());
    }
}

/// One desk: batches without waiting in between, and an intent after each.
fn desk(store: &Store, me: usize) -> Known {
    let mut known = Known::default();
    for round in 0..12 {
        let first = me * 10_000 + round * 100;
        let batches: Vec<Vec<Entry>> =
            (0..5).map(|n| many(first + n * 10..first + n * 10 + 1 + n)).collect();
        let replies: Vec<_> = batches.iter().map(|batch| store.append(batch.clone())).collect();
        for (batch, reply) in batches.into_iter().zip(replies) {
            let appended = reply.wait().unwrap();
            known.learn(appended.followed);
            known.own(batch, appended.last_seq);
        }
        let intent = intent_for(first);
        loop {
            match store.append_intent(intent.clone(), known.newest).wait().unwrap() {
                Intended::Conflict { followed } => {
                    assert!(!followed.is_empty());
                    known.learn(followed);
                }
                Intended::Stored { seq } => {
                    // Whoever stores an intent knows every row before it.
                    assert_eq!(known.rows.len() + 1, usize::try_from(seq).unwrap());
                    known.own(vec![intent], seq);
                    break;
                }
            }
        }
    }
    known
}

#[test]
fn desks_that_write_at_once_lose_nothing_and_see_nothing_twice() {
    const DESKS: usize = 4;
    let (folder, location) = shared();
    let start = Barrier::new(DESKS);
    let done = Barrier::new(DESKS);
    let known: Vec<Known> = thread::scope(|scope| {
        let desks: Vec<_> = (0..DESKS)
            .map(|me| {
                let (location, start, done) = (location.clone(), &start, &done);
                scope.spawn(move || {
                    // They also make the store at once.
                    start.wait();
                    let store = Store::open(location).unwrap();
                    let snapshot = store.load().wait().unwrap();
                    let mut known = Known::default();
                    known.learn(store.entries(0, snapshot.seq).wait().unwrap());
                    start.wait();
                    let lived = desk(&store, me + 1);
                    known.learn(
                        lived
                            .rows
                            .into_iter()
                            .map(|(seq, entry)| Recorded { seq, entry })
                            .collect(),
                    );
                    done.wait();
                    known.learn(store.follow().wait().unwrap());
                    known
                })
            })
            .collect();
        desks.into_iter().map(|desk| desk.join().unwrap()).collect()
    });

    let reader = Reader::open(&folder.path().join("desk.db")).unwrap();
    let rows: BTreeMap<u64, Entry> =
        reader.entries(0, u64::MAX).unwrap().into_iter().map(|row| (row.seq, row.entry)).collect();
    assert_eq!(rows.len(), DESKS * 12 * (1 + 2 + 3 + 4 + 5 + 1));
    for known in known {
        assert_eq!(known.rows, rows);
    }
    assert!(matches!(reader.verify().unwrap(), Chain::Verified { .. }));
    assert_eq!(reader.load().unwrap(), snapshot_of(&folded(rows.values()), rows.len()));
}

#[test]
fn an_idle_desk_is_told_when_another_writes() {
    let (folder, location) = shared();
    let ana = Store::open(location.clone()).unwrap();
    let ben = Store::open(location).unwrap();
    let (told, changes) = mpsc::channel();
    let _watch = StoreWatch::start(&folder.path().join("desk.db"), move || {
        // The test may be over.
        let _ = told.send(());
    })
    .unwrap();
    let _ = ben.append(many(0..1)).wait().unwrap();
    // Not a timed assertion: the time-out only keeps a broken watch from hanging the test.
    changes.recv_timeout(Duration::from_mins(1)).unwrap();
    assert_eq!(numbers(&ana.follow().wait().unwrap()), [1]);
}
