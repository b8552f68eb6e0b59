//! The edge of the lab: runs are dealt out to threads, and their sums put together. The only place here
//! that knows threads.

use std::thread;

use super::{Ask, Ground, Player, Report, Row, Tally, Terms};
use crate::domain::strategy::Strategy;

/// Plays everything on so many cores. Sellers of which nothing can be negotiated have no row.
pub fn run(ask: &Ask, product: Option<&str>, cores: usize) -> Report {
    let mut rows = Vec::new();
    for spec in &ask.sellers {
        let Some(ground) = Ground::new(spec, product, ask.seed) else { continue };
        for terms in &ask.terms {
            let tallies = tallies(ask, &ground, terms, cores.max(1));
            for (strategy, tally) in ask.strategies.iter().zip(&tallies) {
                let who = (ground.name.as_str(), ground.behaviour.as_str());
                rows.push(Row::new(who, strategy.name(), *terms, tally));
            }
        }
    }
    Report { seed: ask.seed, runs: ask.runs, rows }
}

fn tallies(ask: &Ask, ground: &Ground, terms: &Terms, cores: usize) -> Vec<Tally> {
    let count = u64::try_from(cores).unwrap_or(1);
    let mut sums = vec![Tally::default(); ask.strategies.len()];
    thread::scope(|scope| {
        let part = |core: u64| (ask.runs / count) * core + (ask.runs % count).min(core);
        let workers: Vec<_> = (0..count)
            .map(|core| {
                let runs = part(core)..part(core + 1);
                scope.spawn(move || played(&ask.strategies, ground, terms, runs))
            })
            .collect();
        for worker in workers {
            let found = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            for (sum, found) in sums.iter_mut().zip(&found) {
                sum.join(found);
            }
        }
    });
    sums
}

fn played(
    strategies: &[&'static dyn Strategy],
    ground: &Ground,
    terms: &Terms,
    runs: std::ops::Range<u64>,
) -> Vec<Tally> {
    let mut players: Vec<_> = strategies
        .iter()
        .map(|strategy| (Player::new(*strategy, terms), Tally::default()))
        .collect();
    for run in runs {
        let Some(scene) = ground.scene(run) else { continue };
        for (player, tally) in &mut players {
            let ended = player.play(ground, &scene);
            tally.count(&scene, ended);
        }
    }
    players.into_iter().map(|(_, tally)| tally).collect()
}
