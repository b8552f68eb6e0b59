//! The automatic player: armed by a person, visible, stoppable between any two rounds. It uses the
//! same moves, checks and send gate as a person.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Change, halt, negotiate, person, quote, refuse, say};
use crate::{
    desk::{
        fact::{Actor, Fact},
        state::State,
    },
    domain::{
        Action, Outcome, QuoteRef,
        strategy::{self, Plan, Step},
    },
};

pub(super) fn arm(state: &State, key: QuoteRef, plan: Plan) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(&key) };
    if strategy::by_name(&plan.strategy).is_none() {
        let names: Vec<_> = strategy::ALL.iter().map(|strategy| strategy.name()).collect();
        return refuse(
            "strategy",
            format!("no strategy is called {:?}", plan.strategy),
            format!("there are: {}", names.join(", ")),
        );
    }
    if let Err(refusal) = negotiate::can_negotiate(state, record) {
        return vec![Change::Refuse(refusal)];
    }
    if let Some(refusal) = halt::obstacle(state, &key.seller) {
        return vec![Change::Refuse(refusal)];
    }
    let positive = [plan.target.amount(), plan.max.amount()].iter().all(|a| *a > Decimal::ZERO);
    if !positive || plan.step < Decimal::ZERO || plan.target > plan.max {
        return refuse(
            "plan",
            format!(
                "target {}, maximum {}, step {} make no plan",
                plan.target.plain(),
                plan.max.plain(),
                plan.step
            ),
            "give 0 < target ≤ max, and a step of 0 or more",
        );
    }
    let quoted = record.quote.pricing.final_cpm;
    if quoted.is_some_and(|quoted| quoted.currency() != plan.max.currency()) {
        return refuse("currency", "the quote is in another currency", "plan in its currency");
    }
    let limit = negotiate::limit_of(state, record);
    if limit.is_some_and(|limit| plan.max > limit) {
        let limit = limit.map_or_else(String::new, |limit| limit.plain());
        return refuse(
            "limit",
            format!("the maximum {} is above your limit {limit}", plan.max.plain()),
            "plan at or under the limit, or raise it in the configuration",
        );
    }
    let opens = record.negotiation.is_none();
    if record.negotiation.as_ref().is_some_and(crate::domain::Negotiation::is_over) {
        return refuse("negotiation over", "this negotiation ended", "ask for a new quote (r)");
    }
    let (target, limit) = (Some(plan.target), Some(plan.max));
    let opened = Fact::NegotiationOpened { quote: key.clone(), target, limit };
    let armed = Fact::AutoArmed { quote: key, plan, owner: state.setup.owner.clone() };
    let actor = person(state);
    let opened = opens.then(|| Change::Keep(actor.clone(), opened));
    opened.into_iter().chain([Change::Keep(actor, armed)]).collect()
}

pub(super) fn stop(state: &State, key: QuoteRef, why: String) -> Vec<Change> {
    let armed = state
        .quote(&key)
        .and_then(|record| record.negotiation.as_ref())
        .is_some_and(|game| game.auto.is_some());
    if !armed {
        return refuse("auto", "no strategy is playing here", "a arms one");
    }
    vec![Change::Keep(person(state), Fact::AutoStopped { quote: key, why })]
}

/// What the strategy would do now, and why, if it is our turn.
pub fn would_do(record: &crate::desk::QuoteRecord, plan: &Plan) -> Option<Step> {
    let game = record.negotiation.as_ref()?;
    let strategy = strategy::by_name(&plan.strategy)?;
    game.is_our_turn().then(|| strategy.next(game, plan))
}

/// The strategy moves.
pub(super) fn play(state: &State, index: usize, now: Timestamp) -> Vec<Change> {
    let Some((key, record)) = state.quotes.get_index(index) else { return Vec::new() };
    let Some(game) = record.negotiation.as_ref() else { return Vec::new() };
    let Some(plan) = game.auto.as_ref() else { return Vec::new() };
    let Some(step) = would_do(record, plan) else { return Vec::new() };
    if let Some(refusal) = halt::obstacle(state, &key.seller) {
        let fact = Fact::AutoStopped { quote: key.clone(), why: refusal.says };
        return vec![Change::Keep(Actor::Desk, fact)];
    }
    let by = || (Actor::Desk, now);
    let stopped = |why: String| {
        let fact = Fact::AutoStopped { quote: key.clone(), why };
        Change::Keep(Actor::Desk, fact)
    };
    // The plan's own maximum holds whatever the strategy says.
    let over =
        |cpm: &crate::domain::Cpm| cpm.partial_cmp(&plan.max).is_none_or(std::cmp::Ordering::is_gt);
    let mut changes = match step {
        Step::Offer(cpm, _) | Step::Accept(cpm, _) if over(&cpm) => {
            return vec![stopped(format!("{} is above its maximum", cpm.plain()))];
        }
        Step::Offer(cpm, _) => {
            match game.check_offer(cpm, negotiate::limit_of(state, record), false) {
                Ok(()) => negotiate::store(state, key, game, (cpm, Action::Counter), by()),
                Err(refusal) => vec![Change::Refuse(refusal)],
            }
        }
        Step::Accept(cpm, _) => negotiate::take(state, key, (record, game), cpm, by()),
        Step::Walk(why) => {
            let outcome = Outcome::WalkedAway;
            let fact = Fact::NegotiationEnded { quote: key.clone(), outcome, why: why.clone() };
            vec![Change::Keep(Actor::Desk, fact), say(false, format!("auto walked: {why}"))]
        }
    };
    if let Some(Change::Refuse(refusal)) = changes.first() {
        let why = refusal.says.clone();
        changes.push(stopped(why));
    }
    changes
}

/// While a booking with a seller has no known outcome, no strategy plays there (safety.md S20).
pub(super) fn stopped_by_doubt(state: &State, seller: &crate::domain::SellerName) -> Vec<Change> {
    let played = state.quotes.iter().filter(|(key, record)| {
        key.seller == *seller
            && record.auto_owner.as_deref().is_some_and(|owner| state.is_mine(owner))
            && record.negotiation.as_ref().is_some_and(|game| game.auto.is_some())
    });
    let why = "a booking with this seller has no known outcome";
    let stopped = |key: &QuoteRef| Fact::AutoStopped { quote: key.clone(), why: why.to_owned() };
    played.map(|(key, _)| Change::Keep(Actor::Desk, stopped(key))).collect()
}

/// A strategy whose process is gone stops; the negotiation stays open for a person.
pub(super) fn orphaned(state: &State, owner: &str) -> Vec<Change> {
    state
        .quotes
        .iter()
        .filter(|(_, record)| record.auto_owner.as_deref() == Some(owner))
        .filter(|(_, record)| record.negotiation.as_ref().is_some_and(|game| game.auto.is_some()))
        .map(|(key, _)| {
            let why = "the desk that ran it is gone".to_owned();
            Change::Keep(Actor::Desk, Fact::AutoStopped { quote: key.clone(), why })
        })
        .collect()
}
