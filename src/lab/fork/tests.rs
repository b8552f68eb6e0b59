//! A fork that follows the recorded moves comes to the recorded rounds, and what it says of a seller is
//! what the seller did.

use jiff::Timestamp;

use super::*;
use crate::{
    domain::{
        Action, By, QuoteRef, Round,
        negotiation::Outcome,
        strategy::{ALL, Exchange, Options, Step, Word},
    },
    lab::{Ground, Terms},
    sim::iab::{catalog, spec::demo},
};

fn round(number: u32, by: By, action: Action, cpm: Option<Decimal>) -> Round {
    let (cpm, at) = (cpm.map(Cpm::usd), Timestamp::UNIX_EPOCH);
    Round { round: number, by, action, cpm, rationale: String::new(), at, raw: None }
}

/// The desk's record of these rounds.
fn recorded(quoted: Decimal, rounds: &[Exchange], agreed: Option<Decimal>) -> Negotiation {
    let quote = QuoteRef::new("s", "q");
    let mut game = Negotiation::open(quote, Cpm::usd(quoted), "", Timestamp::UNIX_EPOCH);
    for (exchange, number) in rounds.iter().zip(1..) {
        game.rounds.push(round(number, By::Us, Action::Counter, exchange.ours));
        let action = match exchange.word {
            Word::FinalOffer => Action::FinalOffer,
            Word::Reject => Action::Reject,
            Word::Accept => Action::Accept,
            Word::Counter | Word::Other => Action::Counter,
        };
        game.rounds.push(round(number, By::Them, action, exchange.theirs));
    }
    game.agreed = agreed.map(Cpm::usd);
    game.outcome = if agreed.is_some() { Outcome::Accepted } else { Outcome::WalkedAway };
    game
}

fn question(game: Negotiation, from: u32, plans: Vec<Plan>) -> Question {
    let (tier, tier_price, best_other, cover) = (None, None, None, None);
    Question { game, from, plans, tier, tier_price, best_other, cover }
}

fn plan(strategy: &str, target: i64, max: i64) -> Plan {
    Plan {
        strategy: strategy.to_owned(),
        target: Cpm::usd(target.into()),
        max: Cpm::usd(max.into()),
        step: Decimal::ONE,
        rounds: 6,
        options: Options::default(),
    }
}

#[test]
fn the_unforked_tail_is_the_recorded_one_to_the_byte() {
    let (mut forks, mut inexact, mut sellers) = (0, 0, 0);
    for spec in catalog() {
        let Some(ground) = Ground::new(&spec, None, 7) else { continue };
        sellers += 1;
        for strategy in ALL {
            let mut player = Player::new(*strategy, &Terms::default());
            for scene in (0..20).filter_map(|run| ground.scene(run)) {
                let ended = player.play(&ground, &scene);
                let rounds = player.seen().rounds.clone();
                let mut told = rounds.clone();
                // A round in which the seller said yes is not among those that a player saw.
                let taken = ended.price.filter(|_| ended.rounds as usize > rounds.len());
                told.extend(taken.map(|price| Exchange {
                    ours: Some(price),
                    theirs: Some(price),
                    word: Word::Accept,
                }));
                let mut game = recorded(scene.quoted, &told, ended.price);
                let more = i64::from(taken.is_some());
                game.rounds_left = player.seen().rounds_left.map(|left| left - more);
                let mut question = question(game, 1, vec![player.plan().clone()]);
                question.tier = Some(scene.stand.tier);
                question.tier_price = Some(decimal(scene.stand.base));
                (question.best_other, question.cover) = (Some(scene.best_other), Some(scene.cover));
                for from in (1..).take(rounds.len()) {
                    question.from = from;
                    let fork = fork(&question).unwrap();
                    let line = &fork.lines[0];
                    let what = format!("{} {} from {from}: {fork:?}", spec.name, strategy.name());
                    forks += 1;
                    // What is said by chance is not said again.
                    let by_chance = fork.fits[0].says.starts_with("flaky");
                    if by_chance || fork.fits[0].hits < fork.fits[0].of {
                        inexact += 1;
                        continue;
                    }
                    assert_eq!(format!("{:?}", line.played), format!("{rounds:?}"), "{what}");
                }
            }
        }
    }
    assert!(forks > 300 && sellers >= 7, "{forks} forks, {sellers} sellers");
    assert!(inexact * 2 < forks, "{inexact} of {forks} are not explained");
}

#[test]
fn every_temper_of_the_demo_is_among_those_that_explain_it() {
    for spec in demo() {
        let Some(ground) = Ground::new(&spec, None, 7) else { continue };
        let adaptive = strategy::by_name("adaptive").unwrap();
        let mut player = Player::new(adaptive, &Terms::default());
        // One that talked long enough to show what it is like.
        let scenes = (0..200).filter_map(|run| ground.scene(run));
        let told = scenes.filter_map(|scene| {
            let ended = player.play(&ground, &scene);
            let mut game = recorded(scene.quoted, &player.seen().rounds, ended.price);
            game.rounds_left = player.seen().rounds_left;
            let enough = player.seen().rounds.len() >= 2 || spec.behaviour.word == "auctioneer";
            let fork = fork(&question(game, 1, Vec::new()));
            enough.then_some(fork).and_then(Result::ok)
        });
        let named =
            told.flat_map(|fork| fork.fits).any(|fit| fit.says.starts_with(&spec.behaviour.word));
        assert!(named, "{} is never seen for the {} it is", spec.name, spec.behaviour.word);
    }
}

fn steps(prices: &[i64]) -> Vec<Exchange> {
    let exchange = |price: &i64| Exchange {
        ours: Some(20.into()),
        theirs: Some((*price).into()),
        word: Word::Counter,
    };
    prices.iter().map(exchange).collect()
}

#[test]
fn what_is_not_known_of_a_seller_is_a_range() {
    let game = recorded(30.into(), &steps(&[28, 26]), None);
    let fork = fork(&question(game, 2, vec![plan("simple-threshold", 20, 25)])).unwrap();
    assert!(
        fork.fits
            .iter()
            .any(|fit| fit.says == "stubborn: comes down 2.00 a round, whatever is offered")
    );
    assert_eq!((fork.reserve_seen, fork.reserves.len()), (false, 3));
    let line = &fork.lines[0];
    assert!(matches!(line.first, Step::Offer(cpm, _) if cpm == Cpm::usd(21.into())), "{line:?}");
    assert!(line.deals < line.worlds && line.deals > 0, "{line:?}");
    let (least, most) = line.prices.unwrap();
    assert!(least <= most && most <= Cpm::usd(25.into()), "{line:?}");
    assert!(line.played.len() >= 2, "{line:?}");
}

#[test]
fn a_seller_that_stopped_showed_how_low_it_goes() {
    let game = recorded(30.into(), &steps(&[28, 26, 25, 25]), None);
    let fork = fork(&question(game, 1, vec![plan("boulware", 20, 24)])).unwrap();
    assert!(fork.fits.iter().any(|fit| fit.says.starts_with("stubborn")), "{fork:?}");
    let deals: usize = fork.lines.iter().map(|line| line.deals).sum();
    assert!(deals < fork.lines[0].worlds, "nobody sells under where it stopped: {fork:?}");
}

#[test]
fn what_cannot_be_played_again_says_why() {
    let nothing = recorded(30.into(), &[], None);
    for (game, from, says) in [
        (nothing.clone(), 1, "the seller has not answered yet"),
        (nothing, 2, "round 2 is not one"),
        (recorded(30.into(), &steps(&[28]), None), 0, "round 0 is not one"),
    ] {
        let why = fork(&question(game, from, vec![plan("adaptive", 20, 25)])).unwrap_err();
        assert!(why.starts_with(says), "{why}");
    }
    let unknown = recorded(30.into(), &steps(&[28]), None);
    assert!(fork(&question(unknown, 1, vec![plan("magic", 20, 25)])).unwrap().lines.is_empty());
}
