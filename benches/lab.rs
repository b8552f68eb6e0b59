//! How many negotiations the lab plays: items a second, on one core and on two.

use dealdesk::{
    domain::strategy::{Adaptive, SimpleThreshold, Strategy},
    lab::{Ask, Ground, Player, Tally, Terms, run},
    sim::iab::{by_name, spec::demo},
};
use divan::counter::ItemsCount;

/// Negotiations in one go.
const RUNS: u64 = 100_000;

#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler<std::alloc::System> = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

fn two_cores(bencher: divan::Bencher<'_, '_>, strategy: &'static dyn Strategy) {
    let ask = Ask {
        strategies: vec![strategy],
        sellers: demo(),
        terms: vec![Terms::default()],
        runs: RUNS,
        seed: 1,
    };
    let played = RUNS * u64::try_from(ask.sellers.len()).unwrap_or(1);
    bencher.counter(ItemsCount::new(played)).bench_local(|| run(&ask, None, 2));
}

#[divan::bench]
fn simple_threshold_on_two_cores(bencher: divan::Bencher<'_, '_>) {
    two_cores(bencher, &SimpleThreshold);
}

#[divan::bench]
fn adaptive_on_two_cores(bencher: divan::Bencher<'_, '_>) {
    two_cores(bencher, &Adaptive);
}

/// The allocations that the profiler counts here are those of a negotiation: there are none.
#[divan::bench(args = ["northlight", "harbor", "meridian", "bayline", "pinewave"])]
fn simple_threshold_against(bencher: divan::Bencher<'_, '_>, seller: &str) {
    let ground = by_name(seller).and_then(|spec| Ground::new(&spec, None, 1));
    let Some(ground) = ground else { return };
    let mut player = Player::new(&SimpleThreshold, &Terms::default());
    let mut tally = Tally::default();
    let mut next = 0;
    bencher.counter(ItemsCount::new(1_u64)).bench_local(|| {
        next += 1;
        if let Some(scene) = ground.scene(next) {
            let ended = player.play(&ground, &scene);
            tally.count(&scene, ended);
        }
    });
}
