//! The strategy lab: the same on any number of cores, and the README's report is what it says today.

use std::{fs, path::Path};

use dealdesk::{
    domain::strategy::{ALL, Adaptive, SimpleThreshold, Strategy},
    lab::{Ask, Ground, Player, Report, Terms, markdown, run},
    sim::iab::{catalog, spec::demo},
};

const BEGIN: &str = "<!-- lab: made by `dealdesk lab --strategy all --runs 10000 --seed 1 --md`; a test says \
                     when it is stale -->\n";
const END: &str = "<!-- /lab -->";

fn report(strategies: &[&'static dyn Strategy], runs: u64, cores: usize) -> Report {
    let strategies = strategies.to_vec();
    let ask = Ask { strategies, sellers: demo(), terms: vec![Terms::default()], runs, seed: 1 };
    run(&ask, None, cores)
}

#[test]
fn a_seed_gives_one_report_on_any_number_of_cores() {
    let one = report(ALL, 500, 1);
    for cores in [2, 3, 7] {
        assert_eq!(report(ALL, 500, cores), one, "{cores} cores");
    }
    let other = Ask {
        strategies: ALL.to_vec(),
        sellers: demo(),
        terms: vec![Terms::default()],
        runs: 500,
        seed: 2,
    };
    assert_ne!(run(&other, None, 2).rows, one.rows, "a seed that changes nothing");
}

#[test]
fn nobody_pays_more_than_the_plan_or_less_than_the_seller_would_take() {
    let terms = Terms::default();
    let (mut deals, mut sellers) = (0, 0);
    for spec in catalog() {
        let Some(ground) = Ground::new(&spec, None, 7) else { continue };
        sellers += 1;
        for strategy in ALL {
            let mut player = Player::new(*strategy, &terms);
            for scene in (0..400).filter_map(|run| ground.scene(run)) {
                let ended = player.play(&ground, &scene);
                assert!(ended.rounds <= terms.rounds, "{} plays on", strategy.name());
                let Some(price) = ended.price else { continue };
                let max = terms.max.of(dealdesk::domain::Cpm::usd(scene.quoted));
                assert!(price <= max, "{} pays {price}, more than {max}", strategy.name());
                assert!(price >= scene.lowest.min(max), "{price} is under {}", scene.lowest);
                deals += 1;
            }
        }
    }
    assert!(deals > 5_000 && sellers == 7, "{deals} deals with {sellers} sellers");
}

#[test]
fn the_readme_has_the_labs_report_and_adaptive_pays_less_than_simple_threshold() {
    let found = report(ALL, 10_000, 2);
    let of = |strategy: &dyn Strategy| {
        let name = strategy.name();
        found.rows.iter().filter(move |row| row.strategy == name).collect::<Vec<_>>()
    };
    let (adaptive, simple) = (of(&Adaptive), of(&SimpleThreshold));
    assert_eq!((adaptive.len(), simple.len()), (5, 5));
    let mut better = 0;
    for (adaptive, simple) in adaptive.iter().zip(&simple) {
        let (less, more) = (adaptive.settle.unwrap(), simple.settle.unwrap());
        let walks = (adaptive.walk_rate() - simple.walk_rate()).abs();
        assert!(walks < 1.0, "{}: walk rates {walks} points apart", adaptive.seller);
        // Better beyond chance: the intervals do not touch.
        better += u32::from(less.mean + less.half < more.mean - more.half);
    }
    assert!(better >= 4, "better on {better} of five");

    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).unwrap();
    let (_, after) = text.split_once(BEGIN).unwrap();
    let (shown, _) = after.split_once(END).unwrap();
    let fresh = markdown(&found);
    if shown.trim() != fresh.trim() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/README.lab.md");
        fs::write(&path, &fresh).unwrap();
        assert_eq!(shown.trim(), fresh.trim(), "the fresh table is in {}", path.display());
    }
}
