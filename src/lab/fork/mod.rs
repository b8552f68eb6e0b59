//! "What if": a recorded negotiation, played again from one of its rounds by every strategy, against the
//! sellers' own rule with the numbers that explain what this seller did.
//!
//! Nobody knows the lowest price that a seller would have taken, unless it stopped there: then several
//! are tried, and what comes out is a range.

mod fit;
#[cfg(test)]
mod tests;

use rust_decimal::Decimal;

use self::fit::{Model, Past, fits};
use super::{Ended, Player, scene::share};
use crate::{
    domain::{
        Cpm, Negotiation,
        fork::{Fit, Fork, Line, Question},
        strategy::{self, Plan, Seen},
    },
    sim::iab::{decimal, double},
};

/// Which shares of its lowest named price a seller's reserve is taken to be at, percent.
const RESERVES: [i64; 3] = [100, 90, 80];

/// How many moods of a seller that wavers are tried.
const MOODS: u64 = 8;

/// Plays a question.
///
/// # Errors
/// In words, where the negotiation has nothing to be played again.
pub fn fork(question: &Question) -> Result<Fork, String> {
    let Question { game, from, .. } = question;
    if !Question::rounds(game).contains(from) {
        return Err(format!("round {from} is not one in which we moved"));
    }
    let past = Past::of(question).ok_or("the quote names no price to start from")?;
    if past.answers.is_empty() {
        return Err("the seller has not answered yet: there is nothing to learn from".to_owned());
    }
    let (models, reserve_seen) = fits(&past);
    let lowest = past.lowest_named();
    let reserves: Vec<Decimal> = if reserve_seen {
        vec![lowest]
    } else {
        let share = |percent: i64| lowest.saturating_mul(Decimal::new(percent, 2));
        RESERVES.iter().map(|percent| share(*percent).round_dp(2)).collect()
    };
    let seen = seen_before(question);
    let lines = question
        .plans
        .iter()
        .filter_map(|plan| line(plan, &seen, &past, &models, &reserves, *from));
    Ok(Fork {
        from: *from,
        lines: lines.collect(),
        fits: models.iter().map(|model| fit(model, &past)).collect(),
        reserves,
        reserve_seen,
    })
}

fn fit(model: &Model, past: &Past) -> Fit {
    Fit { says: model.says.clone(), hits: model.hits, of: past.answers.len() }
}

/// What was seen when that round began.
fn seen_before(question: &Question) -> Seen {
    let Question { game, from, .. } = question;
    let mut before = Negotiation { rounds_left: None, ..game.clone() };
    before.rounds.retain(|round| round.round < *from);
    let mut seen = Seen::of(&before);
    let later = i64::from(game.played()) - i64::from(seen.played);
    // Before the first answer a seller has not told how many rounds it takes.
    seen.rounds_left = game.rounds_left.filter(|_| *from > 1).map(|left| left + later);
    (seen.best_other, seen.cover) = (question.best_other, question.cover);
    seen
}

fn line(
    plan: &Plan,
    seen: &Seen,
    past: &Past,
    models: &[Model],
    reserves: &[Decimal],
    from: u32,
) -> Option<Line> {
    let strategy = strategy::by_name(&plan.strategy)?;
    let first = strategy::next(strategy, seen, plan);
    let (mut worlds, mut deals) = (0, 0);
    let (mut prices, mut rounds, mut played): (Option<(Decimal, Decimal)>, _, _) =
        (None, (u32::MAX, 0), Vec::new());
    for model in models {
        let moods = if model.wavers() { MOODS } else { 1 };
        for (reserve, mood) in
            reserves.iter().flat_map(|reserve| (0..moods).map(move |m| (reserve, m)))
        {
            let mut player = Player::in_play(strategy, plan.clone(), seen.clone());
            let stand = past.stand(model, from, double(*reserve));
            let mood = |round: u32| share(mood, u64::from(round));
            let Ended { price, rounds: took } = player.play_on(&model.moves, stand, mood);
            if worlds == 0 {
                played.clone_from(&player.seen().rounds);
            }
            worlds += 1;
            rounds = (took.min(rounds.0), took.max(rounds.1));
            if let Some(price) = price {
                deals += 1;
                prices =
                    Some(prices.map_or((price, price), |(least, most)| {
                        (price.min(least), price.max(most))
                    }));
            }
        }
    }
    let cpm = |amount| Cpm::new(amount, plan.max.currency());
    let prices = prices.map(|(least, most)| (cpm(least), cpm(most)));
    Some(Line { strategy: plan.strategy.clone(), first, worlds, deals, prices, rounds, played })
}

/// A price as people read it.
fn plain(price: f64) -> String {
    crate::domain::money::plain(decimal(price))
}
