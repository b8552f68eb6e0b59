//! How fast the store takes facts and how fast a desk starts from a hundred thousand of them.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

use std::sync::LazyLock;

use dealdesk::{
    desk::{Entry, State},
    store::{Location, Reader, Store},
};
use divan::{Bencher, black_box, counter::ItemsCount};
use tempfile::TempDir;

#[path = "../tests/store/facts.rs"]
#[expect(dead_code, reason = "shared with the tests")]
mod facts;

const PER_LIFE: usize = 12;

fn main() {
    divan::main();
}

fn entries(count: usize) -> Vec<Entry> {
    (0..count.div_ceil(PER_LIFE)).flat_map(facts::life).take(count).collect()
}

fn fresh() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Location::File(folder.path().join("desk.db"))).unwrap();
    (folder, store)
}

/// A store of 100,000 facts: some 8,300 quotes with their negotiations, bookings and deals.
static FULL: LazyLock<TempDir> = LazyLock::new(|| {
    let (folder, store) = fresh();
    store.append(entries(100_000)).wait().unwrap();
    folder
});

#[divan::bench(sample_count = 10)]
fn append_10k_in_one_batch(bencher: Bencher) {
    let all = entries(10_000);
    bencher
        .counter(ItemsCount::new(all.len()))
        .with_inputs(|| (fresh(), all.clone()))
        .bench_values(|((folder, store), all)| {
            store.append(all).wait().unwrap();
            (folder, store)
        });
}

#[divan::bench(sample_count = 10)]
fn append_10k_one_by_one_without_waiting(bencher: Bencher) {
    let all = entries(10_000);
    bencher
        .counter(ItemsCount::new(all.len()))
        .with_inputs(|| (fresh(), all.clone()))
        .bench_values(|((folder, store), all)| {
            let replies: Vec<_> = all.into_iter().map(|entry| store.append(vec![entry])).collect();
            for reply in replies {
                reply.wait().unwrap();
            }
            (folder, store)
        });
}

#[divan::bench(sample_count = 50)]
fn store_one_intent_durably(bencher: Bencher) {
    bencher.with_inputs(|| (fresh(), facts::intent_for(0))).bench_values(
        |((folder, store), intent)| {
            store.append_intent(intent, 0).wait().unwrap();
            (folder, store)
        },
    );
}

#[divan::bench(sample_count = 10)]
fn start_from_100k(bencher: Bencher) {
    let path = FULL.path().join("desk.db");
    bencher.bench(|| {
        let store = Store::open(Location::File(path.clone())).unwrap();
        let mut state = State::default();
        store.load().wait().unwrap().restore(&mut state);
        (black_box(state), store.tail(500).wait().unwrap())
    });
}

#[divan::bench(sample_count = 5)]
fn read_every_entry_of_100k(bencher: Bencher) {
    let reader = Reader::open(&FULL.path().join("desk.db")).unwrap();
    bencher
        .counter(ItemsCount::new(100_000_usize))
        .bench_local(|| reader.entries(0, u64::MAX).unwrap());
}

#[divan::bench(sample_count = 5)]
fn verify_100k(bencher: Bencher) {
    let reader = Reader::open(&FULL.path().join("desk.db")).unwrap();
    bencher.counter(ItemsCount::new(100_000_usize)).bench_local(|| reader.verify().unwrap());
}

#[divan::bench(sample_count = 3)]
fn make_the_records_of_100k_again(bencher: Bencher) {
    let store = Store::open(Location::File(FULL.path().join("desk.db"))).unwrap();
    bencher.counter(ItemsCount::new(100_000_usize)).bench_local(|| store.rebuild().wait().unwrap());
}
