//! Which of the sellers' ways explains what a seller did: every way with the numbers that its own moves
//! give, held against each of its answers.

use rust_decimal::Decimal;

use super::plain;
use crate::{
    domain::{
        Tier,
        fork::Question,
        strategy::{Seen, Word},
    },
    sim::iab::{Action, Dialect, Moves, NegotiationState, decimal, double, max_rounds},
};

/// Two prices that differ by less are the same, dollars CPM: half a cent.
const SAME: f64 = 0.005;

/// What an eager seller takes, as a share of its last price: the usual one.
const NEAR: f64 = 0.02;

/// An answer of the seller to an offer of ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    /// The number of the round.
    round: u32,
    ours: f64,
    word: Word,
    /// The price it named.
    price: Option<f64>,
    /// The price that stood before.
    before: f64,
}

/// What is known of a negotiation.
#[derive(Debug)]
pub(super) struct Past {
    quoted: f64,
    tier: Tier,
    tier_price: Option<f64>,
    pub(super) answers: Vec<Answer>,
    /// How many rounds the seller takes, as it counts them.
    rounds: Option<u32>,
}

/// A way that was held against the past.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) says: String,
    pub(super) moves: Moves,
    /// What it opens with.
    base: f64,
    /// How many answers it gives to the cent.
    pub(super) hits: usize,
}

impl Model {
    /// Whether chance is in its moves.
    pub(super) fn wavers(&self) -> bool {
        matches!(self.moves, Moves::Wavers { .. })
    }
}

impl Past {
    pub(super) fn of(question: &Question) -> Option<Self> {
        let seen = Seen::of(&question.game);
        let quoted = double(seen.quoted?);
        let mut last = quoted;
        let mut answers = Vec::new();
        for (place, exchange) in seen.rounds.iter().enumerate() {
            let Some(ours) = exchange.ours.filter(|_| exchange.word != Word::Other) else {
                continue;
            };
            let price = exchange.theirs.map(double);
            let round = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
            let word = exchange.word;
            answers.push(Answer { round, ours: double(ours), word, price, before: last });
            last = price.filter(|_| word.is_offer()).unwrap_or(last);
        }
        let left = question.game.rounds_left.and_then(|left| u32::try_from(left.max(0)).ok());
        let told = left.map(|left| question.game.played().saturating_add(left));
        let last_word = answers.iter().find(|answer| answer.word == Word::FinalOffer);
        Some(Self {
            quoted,
            tier: question.tier.unwrap_or(Tier::Agency),
            tier_price: question.tier_price.map(double),
            rounds: told.or(last_word.map(|answer| answer.round)),
            answers,
        })
    }

    /// The lowest price that it named or took.
    pub(super) fn lowest_named(&self) -> Decimal {
        let taken = self.answers.iter().filter(|answer| answer.word == Word::Accept);
        let taken = taken.map(|answer| answer.ours);
        decimal(self.offers().map(|(price, _)| price).chain(taken).fold(self.quoted, f64::min))
    }

    /// The prices it offered, each with the answer it came in.
    fn offers(&self) -> impl Iterator<Item = (f64, &Answer)> {
        self.answers
            .iter()
            .filter(|answer| answer.word.is_offer())
            .filter_map(|answer| Some((answer.price?, answer)))
    }

    /// Where the talks stood when `round` began, for a seller that goes as low as `lowest`.
    pub(super) fn stand(&self, model: &Model, round: u32, lowest: f64) -> NegotiationState {
        let before = self.answers.iter().filter(|answer| answer.round < round);
        let last = before
            .filter(|answer| answer.word.is_offer())
            .filter_map(|answer| answer.price)
            .next_back();
        let last = last.unwrap_or(model.base);
        NegotiationState {
            tier: self.tier,
            dialect: Dialect::V2,
            base: model.base,
            // A published floor is not known; the reserve does what it would.
            floor: 0.0,
            lowest,
            last,
            cumulative: (model.base - last) / model.base,
            round,
            max_rounds: self.rounds.unwrap_or_else(|| max_rounds(&model.moves, self.tier)),
            waited_s: (round > 1).then_some(0),
        }
    }

    /// How many answers a way gives to the cent.
    fn hits(&self, model: &Model, lowest: f64) -> usize {
        let hit = |answer: &&Answer| {
            let stand = NegotiationState {
                last: answer.before,
                cumulative: (model.base - answer.before) / model.base,
                ..self.stand(model, answer.round, lowest)
            };
            let stand = if answer.round == 1 {
                NegotiationState { last: model.base, cumulative: 0.0, ..stand }
            } else {
                stand
            };
            let ruling = stand.answer(&model.moves, answer.ours, || mood(model, answer));
            let word = match ruling.action {
                Action::Accept => Word::Accept,
                Action::Counter => Word::Counter,
                Action::FinalOffer => Word::FinalOffer,
                Action::Reject => Word::Reject,
            };
            let same = answer.price.is_none_or(|price| (ruling.price - price).abs() < SAME);
            word == answer.word && (same || !word.is_offer())
        };
        self.answers.iter().filter(hit).count()
    }

    /// How many rounds a way is given.
    fn most(&self) -> u32 {
        let played = self.answers.last().map_or(1, |answer| answer.round);
        // A seller that told nothing and is still talking has one more, at the least.
        self.rounds.unwrap_or_else(|| played.saturating_add(1))
    }

    fn candidates(&self) -> Vec<Model> {
        let rounds = self.most();
        let model = |says: String, moves, base| Model { says, moves, base, hits: 0 };
        let mut found = Vec::new();
        for base in [Some(self.quoted), self.tier_price].into_iter().flatten() {
            let says = format!("the reference seller at tier {}: it gives by tier", self.tier);
            found.push(model(says, Moves::Reference {}, base));
        }
        let gaps: Vec<_> = self.offers().map(|(price, answer)| (price, *answer)).collect();
        let Some((first, answer)) = gaps.first().copied() else { return found };
        let dollars = decimal(answer.before - first).round_dp(2);
        found.push(model(
            format!("stubborn: comes down {} a round, whatever is offered", plain(double(dollars))),
            Moves::Steps { dollars, rounds },
            self.quoted,
        ));
        let gap = answer.before - answer.ours;
        if gap > 0.0 {
            let share = (answer.before - first) / gap;
            found.push(model(
                format!("eager: comes {:.0} % of the way to the offer", share * 100.0),
                Moves::Meets { share, near: NEAR, waits_s: u32::MAX, rounds },
                self.quoted,
            ));
        }
        let percents: Vec<f64> =
            gaps.iter().map(|(price, answer)| (1.0 - price / answer.before) * 100.0).collect();
        let told: Vec<_> = percents.iter().map(|percent| format!("{percent:.1}")).collect();
        if answer.word == Word::FinalOffer {
            found.push(model(
                format!("auctioneer: {} % once, and that is final", told.join("")),
                Moves::Once { percent: percents.first().copied().unwrap_or(0.0), rounds },
                self.quoted,
            ));
        }
        let (low, high) = percents.iter().fold((f64::MAX, 0.0_f64), |(low, high), percent| {
            (percent.min(low), percent.max(high))
        });
        found.push(model(
            format!("patient: gives {} % by its own plan, then holds", told.join(", ")),
            Moves::Gives { percents, rounds },
            self.quoted,
        ));
        if gaps.len() > 1 && high - low > 0.1 {
            found.push(model(
                format!("flaky: gives {low:.1} to {high:.1} % by mood"),
                Moves::Wavers { percents: [low, high], rounds },
                self.quoted,
            ));
        }
        found
    }
}

/// The mood in which a seller that wavers would have given what it gave.
fn mood(model: &Model, answer: &Answer) -> f64 {
    let (Moves::Wavers { percents: [low, high], .. }, Some(price)) = (&model.moves, answer.price)
    else {
        return 0.5;
    };
    let percent = (1.0 - price / answer.before) * 100.0;
    ((percent - low) / (high - low)).clamp(0.0, 1.0)
}

/// The ways that give every answer to the cent, or else the one that misses fewest; and whether they
/// all say that the lowest price named is as low as the seller goes.
pub(super) fn fits(past: &Past) -> (Vec<Model>, bool) {
    let lowest = double(past.lowest_named());
    let mut held: Vec<(Model, bool)> = Vec::new();
    for model in past.candidates() {
        let (free, stopped) = (past.hits(&model, 0.0), past.hits(&model, lowest));
        let hits = free.max(stopped);
        held.push((Model { hits, ..model }, stopped > free));
    }
    held.sort_by_key(|(model, _)| std::cmp::Reverse(model.hits));
    let best = held.first().map_or(0, |(model, _)| model.hits);
    let exact = best == past.answers.len();
    let kept: Vec<_> = if exact {
        held.into_iter().filter(|(model, _)| model.hits == best).collect()
    } else {
        held.into_iter().take(1).collect()
    };
    let seen = !kept.is_empty() && kept.iter().all(|(_, stopped)| *stopped);
    (kept.into_iter().map(|(model, _)| model).collect(), seen)
}
