//! Negotiation strategies: each decides our next move from what it is shown, and nothing else.
//!
//! To add one: one file here that implements [`Strategy`], and one line in [`ALL`]. The picker, the
//! command line, the help, the lab and the property tests read that list. What all of them must never
//! do is in one place, [`next`]: no strategy can offer or take more than it may, take a refusal or a
//! missing price, counter a final offer, or play on after its rounds.

mod adaptive;
mod amount;
mod competitive;
mod plan;
mod presets;
mod seen;
mod simple_threshold;
mod tactics;
mod why;

use std::fmt::Debug;

use rust_decimal::{Decimal, RoundingStrategy};

pub use adaptive::Adaptive;
pub use amount::Amount;
pub use competitive::Competitive;
pub use plan::{COMMON, Options, Parameter, Plan, Takes, Value};
pub use presets::Presets;
pub use seen::{Exchange, Seen, Word};
pub use simple_threshold::SimpleThreshold;
pub use tactics::{Boulware, Conceder};
pub use why::{End, Why};

use super::Cpm;

/// Every strategy.
pub const ALL: &[&dyn Strategy] =
    &[&SimpleThreshold, &Adaptive, &Competitive, &Boulware, &Conceder];

/// With so little time left it takes or leaves what is there, seconds: an answer takes time too.
pub const LAST_SECONDS: i64 = 5;

/// The strategy called `name`.
pub fn by_name(name: &str) -> Option<&'static dyn Strategy> {
    ALL.iter().copied().find(|strategy| strategy.name() == name)
}

/// Everything that a strategy takes, in the order in which it is asked for.
pub fn parameters(strategy: &dyn Strategy) -> impl Iterator<Item = &'static Parameter> {
    COMMON.iter().chain(strategy.parameters())
}

/// The names of all, for messages: `a, b, c`.
pub fn names() -> String {
    ALL.iter().map(|strategy| strategy.name()).collect::<Vec<_>>().join(", ")
}

/// What a strategy does next, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Offer this.
    Offer(Cpm, Why),
    /// Take their price.
    Accept(Cpm, Why),
    /// Leave.
    Walk(Why),
}

impl Step {
    /// The reason.
    pub fn why(&self) -> Why {
        match self {
            Self::Offer(_, why) | Self::Accept(_, why) | Self::Walk(why) => *why,
        }
    }
}

/// A turn that is really the strategy's to decide: their price stands, it can be countered, and there
/// are rounds left. Amounts are CPM in the plan's currency.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Everything that is seen.
    pub seen: &'a Seen,
    /// What the person said.
    pub plan: &'a Plan,
    /// Their price.
    pub price: Decimal,
    /// Our last offer.
    pub ours: Decimal,
    /// What may be paid: the plan's maximum, or less.
    pub ceiling: Decimal,
    /// Rounds that can still be played, this one included: ours and, where it is known, theirs.
    pub left: u32,
}

/// What a strategy wants to do with a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Offer so much, CPM.
    Offer(Decimal, Why),
    /// Take their price.
    Accept(Why),
    /// Leave.
    Walk(Why),
}

/// Decides our next move. Must be pure. [`next`] is what callers use.
pub trait Strategy: Debug + Sync {
    /// Its name in the configuration and on the command line.
    fn name(&self) -> &'static str;
    /// What it does, for help texts.
    fn doc(&self) -> &'static str;
    /// What it takes beyond [`COMMON`].
    fn parameters(&self) -> &'static [Parameter];
    /// The most it pays for what it sees, never above the plan's maximum.
    fn ceiling(&self, _seen: &Seen, plan: &Plan) -> Decimal {
        plan.max.amount()
    }
    /// Its first offer.
    fn opening(&self, _seen: &Seen, plan: &Plan) -> (Decimal, Why) {
        (plan.target.amount(), Why::Opens)
    }
    /// Its move in a turn.
    fn play(&self, turn: &Turn<'_>) -> Call;
}

/// The next move of a strategy in a negotiation where it is our turn.
pub fn next(strategy: &dyn Strategy, seen: &Seen, plan: &Plan) -> Step {
    if seen.quoted.is_none() {
        return Step::Walk(Why::NoQuote);
    }
    let (word, price) = seen.last();
    if !word.is_offer() {
        return Step::Walk(Why::Answered(word));
    }
    let Some(price) = price else { return Step::Walk(Why::NoPrice) };
    let currency = plan.max.currency();
    if seen.currency != currency {
        return Step::Walk(Why::Currency(seen.currency));
    }
    if let Some(quoted) = seen.quoted.filter(|quoted| price > *quoted) {
        return Step::Walk(Why::AboveQuote(quoted, price));
    }
    let ceiling = strategy.ceiling(seen, plan).min(plan.max.amount());
    let take = |why| Step::Accept(Cpm::new(price, currency), why);
    let fits = price <= ceiling;
    if word == Word::FinalOffer {
        let (yes, no) = (Why::FinalTaken(price), Why::FinalTooDear(price));
        return if fits { take(yes) } else { Step::Walk(no) };
    }
    let Some(ours) = seen.our_last() else {
        let (opening, why) = strategy.opening(seen, plan);
        return offer(price, (opening.min(ceiling), why), Why::AtTarget(price), plan);
    };
    if let Some(end) = ended(seen, plan) {
        return if fits {
            take(match end {
                // The plan's maximum: a lower ceiling may come from other sellers and is not told.
                End::Ours(_) => Why::UnderMaximum(price, plan.max.amount()),
                End::Theirs | End::Time => Why::LastChance(price, end),
            })
        } else {
            Step::Walk(Why::TooDear(price, end))
        };
    }
    let left = left(seen, plan);
    match strategy.play(&Turn { seen, plan, price, ours, ceiling, left }) {
        Call::Accept(why) if fits => take(why),
        Call::Accept(_) => {
            offer(price, (ceiling, Why::OnTime(100)), Why::UnderOurNext(price), plan)
        }
        Call::Walk(why) => Step::Walk(why),
        // Nothing of what was offered is taken back.
        Call::Offer(wanted, why) => {
            let wanted = wanted.max(ours).min(ceiling);
            offer(price, (wanted, why), Why::UnderOurNext(price), plan)
        }
    }
}

/// An offer in whole ticks of the currency; their own price is taken where it is no more than that.
fn offer(price: Decimal, (wanted, why): (Decimal, Why), met: Why, plan: &Plan) -> Step {
    let cpm = |amount| Cpm::new(amount, plan.max.currency());
    if price <= wanted {
        return Step::Accept(cpm(price), met);
    }
    let wanted = plan.max.currency().rounded(wanted, RoundingStrategy::ToZero);
    if wanted <= Decimal::ZERO {
        return Step::Walk(Why::NoOffer);
    }
    Step::Offer(cpm(wanted), why)
}

/// What has run out, if anything has.
fn ended(seen: &Seen, plan: &Plan) -> Option<End> {
    if seen.played >= plan.rounds {
        return Some(End::Ours(seen.played));
    }
    if seen.rounds_left.is_some_and(|left| left <= 0) {
        return Some(End::Theirs);
    }
    seen.seconds_left.is_some_and(|left| left <= LAST_SECONDS).then_some(End::Time)
}

fn left(seen: &Seen, plan: &Plan) -> u32 {
    let ours = plan.rounds.saturating_sub(seen.played);
    let theirs = seen.rounds_left.map(|left| u32::try_from(left).unwrap_or(0));
    theirs.map_or(ours, |theirs| ours.min(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A strategy that would pay anything.
    #[derive(Debug)]
    struct Greedy;

    impl Strategy for Greedy {
        fn name(&self) -> &'static str {
            "greedy"
        }
        fn doc(&self) -> &'static str {
            "pays anything"
        }
        fn parameters(&self) -> &'static [Parameter] {
            &[]
        }
        fn ceiling(&self, _seen: &Seen, _plan: &Plan) -> Decimal {
            Decimal::from(30)
        }
        fn opening(&self, _seen: &Seen, _plan: &Plan) -> (Decimal, Why) {
            (Decimal::from(28), Why::Opens)
        }
        fn play(&self, _turn: &Turn<'_>) -> Call {
            Call::Offer(Decimal::from(29), Why::Opens)
        }
    }

    #[test]
    fn no_strategy_goes_over_a_plans_maximum_whatever_it_wants() {
        let plan = Plan {
            strategy: "greedy".to_owned(),
            target: "18".parse().unwrap(),
            max: "20".parse().unwrap(),
            step: Decimal::ONE,
            rounds: 5,
            options: Options::default(),
        };
        for (quoted, step) in [
            (25, Step::Offer("20".parse().unwrap(), Why::Opens)),
            (19, Step::Accept("19".parse().unwrap(), Why::AtTarget(19.into()))),
        ] {
            let seen = Seen::open(crate::domain::Currency::USD, Some(quoted.into()));
            assert_eq!(next(&Greedy, &seen, &plan), step, "quoted at {quoted}");
        }
    }
}
