//! How long the desk takes to decide and to fold, with 10,000 deals and 200 quotes behind it.

use std::hint::black_box;

use dealdesk::{
    desk::{Command, Desk, Input, fold},
    runtime::load::Load,
};
use jiff::Timestamp;

const LOAD: Load =
    Load { rows: 10_000, countdowns: 200, rate: 1_000, done: 0, quotes: 0, block: 0 };

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn main() {
    divan::main();
}

#[divan::bench]
fn fold_an_update(bencher: divan::Bencher<'_, '_>) {
    let mut desk = LOAD.desk(now());
    let updates: Vec<_> = (0..4_096).map(|number| LOAD.update(number, now(), now())).collect();
    let mut next = 0;
    bencher.bench_local(|| {
        next = (next + 1) % updates.len();
        desk.replay([updates[next].clone()]);
    });
}

#[divan::bench]
fn decide_a_command(bencher: divan::Bencher<'_, '_>) {
    let mut desk = LOAD.desk(now());
    let key = desk.state().quotes.keys().next().cloned();
    let Some(key) = key else { return };
    bencher.bench_local(|| {
        let command = Command::OpenTicket {
            quote: key.clone(),
            max_cpm: None,
            planned_spend: None,
            notes: None,
        };
        black_box(desk.step(Input::Command(command), now()))
    });
}

#[divan::bench(sample_count = 10)]
fn fold_100_000_facts(bencher: divan::Bencher<'_, '_>) {
    let entries: Vec<_> = LOAD
        .entries(now())
        .into_iter()
        .chain((0..80_000).map(|number| LOAD.update(number, now(), now())))
        .take(100_000)
        .collect();
    bencher.with_inputs(|| entries.clone()).bench_local_values(|entries| {
        let mut desk = Desk::default();
        desk.replay(entries);
        desk
    });
}

#[divan::bench(sample_count = 10)]
fn parse_and_fold_100_000_facts(bencher: divan::Bencher<'_, '_>) {
    let lines: Vec<String> = LOAD
        .entries(now())
        .into_iter()
        .chain((0..80_000).map(|number| LOAD.update(number, now(), now())))
        .take(100_000)
        .filter_map(|entry| serde_json::to_string(&entry).ok())
        .collect();
    bencher.bench_local(|| {
        let mut state = dealdesk::desk::State::default();
        for line in &lines {
            if let Ok(entry) = serde_json::from_str(line) {
                fold(&entry, &mut state);
            }
        }
        state.deals.len()
    });
}
