//! One negotiation in the lab: a strategy against the sellers' rule, to its end. Nothing is allocated.

use rust_decimal::Decimal;

use super::{Ground, Scene, Terms, scene::share};
use crate::{
    domain::{
        Cpm, Currency,
        strategy::{Exchange, Plan, Seen, Step, Strategy, Word, next},
    },
    sim::iab::{Action, Moves, NegotiationState, decimal, double},
};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The price agreed, dollars CPM; `None` where one of them left.
    pub price: Option<Decimal>,
    /// Rounds that were played.
    pub rounds: u32,
}

/// A strategy with its plan, and the room to play in.
#[derive(Debug, Clone)]
pub struct Player {
    strategy: &'static dyn Strategy,
    terms: Terms,
    plan: Plan,
    seen: Seen,
}

/// Their rounds that a player has room for before it must make more.
const ROOM: usize = 32;

impl Player {
    /// A strategy that plays by these terms.
    pub fn new(strategy: &'static dyn Strategy, terms: &Terms) -> Self {
        let zero = Cpm::usd(Decimal::ZERO);
        let plan = Plan {
            strategy: strategy.name().to_owned(),
            target: zero,
            max: zero,
            step: Decimal::ZERO,
            rounds: terms.rounds,
            options: terms.options,
        };
        let mut seen = Seen::open(Currency::USD, None);
        seen.rounds.reserve(ROOM);
        Self { strategy, terms: *terms, plan, seen }
    }

    /// A strategy in the middle of a negotiation.
    pub(super) fn in_play(strategy: &'static dyn Strategy, plan: Plan, seen: Seen) -> Self {
        Self { strategy, terms: Terms::default(), plan, seen }
    }

    /// Plays one scene.
    pub fn play(&mut self, ground: &Ground, scene: &Scene) -> Ended {
        self.open(scene);
        let mood = |round: u32| share(scene.key, 16 + u64::from(round));
        self.play_on(&ground.moves, scene.stand, mood)
    }

    /// What it saw by now; a round in which its offer was taken is not in it.
    pub(super) fn seen(&self) -> &Seen {
        &self.seen
    }

    /// How it plays.
    #[cfg(test)]
    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Plays on from where the talks stand. `mood` is a share of one for a round.
    pub(super) fn play_on(
        &mut self,
        moves: &Moves,
        mut stand: NegotiationState,
        mood: impl Fn(u32) -> f64,
    ) -> Ended {
        loop {
            let offer = match next(self.strategy, &self.seen, &self.plan) {
                Step::Walk(_) => return self.ended(None),
                Step::Accept(cpm, _) => return self.ended(Some(cpm.amount())),
                Step::Offer(cpm, _) => cpm.amount(),
            };
            let ruling = stand.answer(moves, double(offer), || mood(stand.round));
            self.seen.played = stand.round;
            if ruling.action == Action::Accept {
                return self.ended(Some(offer));
            }
            let word = match ruling.action {
                Action::Accept => Word::Accept,
                Action::Counter => Word::Counter,
                Action::FinalOffer => Word::FinalOffer,
                Action::Reject => Word::Reject,
            };
            let theirs = Some(decimal(ruling.price));
            self.seen.rounds.push(Exchange { ours: Some(offer), theirs, word });
            self.seen.rounds_left = Some(i64::from(stand.max_rounds) - i64::from(stand.round));
            stand = stand.after(&ruling);
        }
    }

    fn open(&mut self, scene: &Scene) {
        let cpm = |amount: super::Amount| Cpm::usd(amount.of(Cpm::usd(scene.quoted)));
        self.plan.max = cpm(self.terms.max);
        self.plan.target = cpm(self.terms.target);
        self.plan.step = self.terms.step.of(Cpm::usd(scene.quoted));
        self.seen.rounds.clear();
        (self.seen.played, self.seen.rounds_left) = (0, None);
        self.seen.quoted = Some(scene.quoted);
        (self.seen.best_other, self.seen.cover) = (Some(scene.best_other), Some(scene.cover));
    }

    fn ended(&self, price: Option<Decimal>) -> Ended {
        Ended { price, rounds: self.seen.played }
    }
}
