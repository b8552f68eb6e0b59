//! The automatic player: armed by a person, visible, stoppable between any two rounds. It uses the
//! same moves, checks and send gate as a person.

use std::{cmp::Ordering, collections::BTreeMap};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Change, Passing, halt, negotiate, person, quote, refuse, say, trigger};
use crate::{
    desk::{
        command::Stored,
        fact::{Actor, Fact},
        record::QuoteRecord,
        rivals,
        state::State,
    },
    domain::{
        Action, By, Currency, Outcome, QuoteRef, SellerName,
        fork::Question,
        money::exact,
        strategy::{self, Options, Plan, Seen, Step, Strategy},
    },
};

pub(super) fn arm(state: &State, key: QuoteRef, plan: Plan) -> Vec<Change> {
    let Some(record) = state.quote(&key) else { return quote::unknown(state, &key) };
    if strategy::by_name(&plan.strategy).is_none() {
        return refuse(
            "strategy",
            format!("no strategy is called {:?}", plan.strategy),
            format!("there are: {}", strategy::names()),
        );
    }
    if let Err(refusal) = negotiate::can_negotiate(state, record) {
        return vec![Change::Refuse(refusal)];
    }
    if let Some(refusal) = halt::obstacle(state, &key.seller) {
        return vec![Change::Refuse(refusal)];
    }
    if let Some(armed) = trigger::trigger_over(state, &key) {
        let says = format!("{} is armed here: a strategy may agree where it books", armed.id);
        return refuse("trigger", says, "let the trigger go first (P)");
    }
    if let Some(refusal) = plan.fault() {
        return vec![Change::Refuse(refusal)];
    }
    let quoted = record.quote.pricing.cpm();
    let spend = plan.options.spend.map(|spend| spend.currency());
    let mixed = [Some(plan.target.currency()), spend];
    if mixed.into_iter().flatten().any(|currency| currency != plan.max.currency()) {
        return refuse("currency", "the plan mixes currencies", "plan in the quote's currency");
    }
    if quoted.is_some_and(|quoted| quoted.currency() != plan.max.currency()) {
        return refuse("currency", "the quote is in another currency", "plan in its currency");
    }
    let limit = match negotiate::limit_of(state, record) {
        Ok(limit) => limit,
        Err(refusal) => return vec![Change::Refuse(refusal)],
    };
    if limit.is_some_and(|limit| plan.max > limit) {
        let limit = limit.map_or_else(String::new, |limit| limit.to_string());
        return refuse(
            "limit",
            format!("the maximum {} is above your limit {limit}", plan.max),
            "plan at or under the limit, or raise it in the configuration",
        );
    }
    let owner = &state.setup.owner;
    let other = record.auto_owner.as_ref().filter(|other| *other != owner);
    let fact = match &record.negotiation {
        Some(game) if game.is_over() => {
            return refuse("negotiation over", "this negotiation ended", "ask for a new quote (r)");
        }
        Some(_) if other.is_some() => {
            let says = "a strategy of another process plays this negotiation";
            return refuse("auto", says, "stop it there, or wait for its end");
        }
        Some(_) => {
            let plan = plan.clone();
            Fact::AutoArmed { quote: key.clone(), plan, owner: owner.clone() }
        }
        None => {
            let (target, limit) = (Some(plan.target), Some(plan.max));
            Fact::NegotiationOpened { quote: key.clone(), target, limit }
        }
    };
    // Of two processes that begin at once, one comes second: it folds what the first wrote, and is refused.
    vec![Change::Store(Stored::Auto(key, Box::new(plan)), person(state), fact)]
}

fn is_arming(state: &State, key: &QuoteRef) -> bool {
    let is_it = |(stored, _): &(Stored, _)| matches!(stored, Stored::Auto(of, _) if of == key);
    state.storing.iter().any(is_it)
}

/// What was stored is durable: the strategy plays, or is armed now that the negotiation is open.
pub(super) fn stored(state: &State, key: QuoteRef, plan: Plan) -> Vec<Change> {
    if state.disarmed.contains(&key) {
        let stopped = stop(state, key.clone(), "stopped before it played".to_owned());
        let stopped = stopped.into_iter().filter(|change| matches!(change, Change::Keep(..)));
        return stopped.chain([Passing::Disarmed(key, false).into()]).collect();
    }
    // Where the negotiation had to be opened first, the strategy is yet to be armed.
    let record = state.quote(&key);
    let owner = record.and_then(|record| record.auto_owner.as_ref());
    if owner == Some(&state.setup.owner) { Vec::new() } else { arm(state, key, plan) }
}

pub(super) fn stop(state: &State, key: QuoteRef, why: String) -> Vec<Change> {
    if is_arming(state, &key) {
        return vec![Passing::Disarmed(key, true).into()];
    }
    let armed = state
        .quote(&key)
        .and_then(|record| record.negotiation.as_ref())
        .is_some_and(|game| game.auto.is_some());
    if !armed {
        return refuse("auto", "no strategy is playing here", "a arms one");
    }
    vec![Change::Keep(person(state), Fact::AutoStopped { quote: key, why })]
}

/// Another process wrote first: a strategy is armed if it still can be.
pub(super) fn store_again(state: &State, key: QuoteRef, plan: Plan) -> Vec<Change> {
    if state.disarmed.contains(&key) {
        return vec![Passing::Disarmed(key, false).into()];
    }
    arm(state, key, plan)
}

/// A plan that is sensible as it stands: from what we hoped for to what we may pay, in a few steps, with
/// what is configured for `strategy` over it. The limit holds over both.
pub fn plan_for(state: &State, record: &QuoteRecord, strategy: &dyn Strategy) -> Option<Plan> {
    let game = record.negotiation.as_ref();
    let quoted = record.quote.pricing.cpm()?;
    let limit = negotiate::limit_of(state, record).ok().flatten();
    let max = limit.filter(|limit| *limit < quoted).unwrap_or(quoted);
    let hoped = game.and_then(|game| game.our_last().or(game.target)).or(record.ask.target_cpm);
    let target = hoped.filter(|hoped| *hoped <= max);
    let target = target.unwrap_or_else(|| max.less_percent(Decimal::TEN).nearest());
    let currency = max.currency();
    let step = exact::part(max.amount().saturating_sub(target.amount()), 4);
    let five = currency.tick().saturating_mul(Decimal::from(5));
    let step = currency.nearest(step).max(five);
    let name = strategy.name().to_owned();
    let mut plan =
        Plan { strategy: name, target, max, step, rounds: 5, options: Options::default() };
    state.setup.presets.lay_over(&mut plan, quoted);
    plan.max = limit.filter(|limit| *limit < plan.max).unwrap_or(plan.max);
    plan.target = if plan.target > plan.max { plan.max } else { plan.target };
    Some(plan)
}

/// What the strategy would do now, and why, if it is our turn: also where nothing has been offered yet.
pub fn would_do(state: &State, record: &QuoteRecord, plan: &Plan, now: Timestamp) -> Option<Step> {
    let strategy = strategy::by_name(&plan.strategy)?;
    if record.negotiation.as_ref().is_some_and(|game| !game.is_our_turn()) {
        return None;
    }
    Some(strategy::next(strategy, &seen(state, record, plan, now)?, plan))
}

/// The question what every strategy would have come to from our round `from` on. `None` where the quote
/// names no price, or nothing is negotiated.
pub fn what_if(state: &State, record: &QuoteRecord, from: u32) -> Option<Question> {
    let game = record.negotiation.clone()?;
    let quoted = record.quote.pricing.cpm()?;
    // Each plans as it would have then.
    let mut then = record.clone();
    if let Some(game) = then.negotiation.as_mut() {
        game.rounds.retain(|round| round.round < from);
    }
    let plans = strategy::ALL.iter().filter_map(|known| plan_for(state, &then, *known));
    let pricing = &record.quote.pricing;
    let tier_price = pricing.base_cpm.map(|base| {
        let percent = pricing.tier_discount_pct.unwrap_or_default();
        base.less_percent(percent).nearest().amount()
    });
    let (best_other, cover) = others(state, record, quoted.currency());
    let (plans, tier) = (plans.collect(), record.quote.buyer_tier);
    Some(Question { game, from, plans, tier, tier_price, best_other, cover })
}

/// What a strategy is shown: the rounds, what is left of them and of the time, and what other sellers
/// ask. `None` where the quote names no price.
fn seen(state: &State, record: &QuoteRecord, plan: &Plan, now: Timestamp) -> Option<Seen> {
    let quoted = record.quote.pricing.cpm()?;
    let game = record.negotiation.as_ref();
    let mut seen =
        game.map_or_else(|| Seen::open(quoted.currency(), Some(quoted.amount())), Seen::of);
    let quote_left = state.left(record, now).as_secs();
    let plan_left = plan.options.seconds.map(|seconds| {
        let first = game.and_then(|game| game.rounds.iter().find(|round| round.by == By::Us));
        let gone = first.map_or(0, |round| now.duration_since(round.at).as_secs());
        // A plan's time is used to its end; what is kept for the answer is the quote's.
        i64::from(seconds).saturating_sub(gone).saturating_add(strategy::LAST_SECONDS)
    });
    seen.seconds_left = Some(plan_left.map_or(quote_left, |left| left.min(quote_left)));
    (seen.best_other, seen.cover) = others(state, record, quoted.currency());
    Some(seen)
}

/// The best live price of another seller for the same kind of inventory, and the next best of another
/// seller still.
fn others(
    state: &State,
    record: &QuoteRecord,
    currency: Currency,
) -> (Option<Decimal>, Option<Decimal>) {
    let mut best: BTreeMap<&SellerName, Decimal> = BTreeMap::new();
    let seller = &record.quote.seller;
    let alike =
        rivals::of(state, record).filter(|other| other.is_open() && other.quote.seller != *seller);
    for other in alike {
        let price = rivals::asks(other);
        let price = price.and_then(|price| state.setup.limits.rates().cpm(price, currency));
        let Some(price) = price else { continue };
        let lowest = best.entry(&other.quote.seller).or_insert(price.amount());
        *lowest = price.amount().min(*lowest);
    }
    let mut prices: Vec<Decimal> = best.into_values().collect();
    prices.sort();
    let mut prices = prices.into_iter();
    (prices.next(), prices.next())
}

/// The strategy moves.
pub(super) fn play(state: &State, index: usize, now: Timestamp) -> Vec<Change> {
    let Some((key, record)) = state.quotes.get_index(index) else { return Vec::new() };
    let Some(game) = record.negotiation.as_ref() else { return Vec::new() };
    let Some(plan) = game.auto.as_ref() else { return Vec::new() };
    // Whatever made it due, the move before it is made once.
    if state.is_committing(key) {
        return Vec::new();
    }
    let Some(step) = would_do(state, record, plan, now) else { return Vec::new() };
    if let Some(refusal) = halt::obstacle(state, &key.seller) {
        let fact = Fact::AutoStopped { quote: key.clone(), why: refusal.says };
        return vec![Change::Keep(Actor::Desk, fact)];
    }
    let by = || (Actor::Desk, now);
    let stopped = |why: String| {
        let fact = Fact::AutoStopped { quote: key.clone(), why };
        Change::Keep(Actor::Desk, fact)
    };
    if let Some(why) = against_plan(&step, plan, record.quote.terms.impressions) {
        return vec![stopped(why)];
    }
    let mut changes = match step {
        Step::Offer(cpm, _) => match negotiate::check_offer(state, record, (cpm, false)) {
            Ok(()) => negotiate::store(state, key, game, (cpm, Action::Counter, None), by()),
            Err(refusal) => vec![Change::Refuse(refusal)],
        },
        Step::Accept(cpm, _) => negotiate::take(state, key, (record, game), cpm, by()),
        Step::Walk(why) => {
            let why = why.to_string();
            let outcome = Outcome::WalkedAway;
            let (quote, said) = (key.clone(), why.clone());
            let fact = Fact::NegotiationEnded { quote, outcome, why: said, agreed: None };
            vec![Change::Keep(Actor::Desk, fact), say(false, format!("auto walked: {why}"))]
        }
    };
    if let Some(Change::Refuse(refusal)) = changes.first() {
        let why = refusal.says.clone();
        changes.push(stopped(why));
    }
    changes
}

/// Why a plan forbids a step, whatever the strategy says: its maximum, and what may be spent on this many
/// impressions. A price in another currency is over the maximum; a cost that cannot be known is too much.
fn against_plan(step: &Step, plan: &Plan, impressions: Option<u64>) -> Option<String> {
    let (Step::Offer(cpm, _) | Step::Accept(cpm, _)) = step else { return None };
    if cpm.partial_cmp(&plan.max).is_none_or(Ordering::is_gt) {
        return Some(format!("{cpm} is above its maximum"));
    }
    let spend = plan.options.spend?;
    let cost = impressions.map(|impressions| cpm.cost(impressions));
    let is_too_much = cost.is_none_or(|cost| cost.partial_cmp(&spend).is_none_or(Ordering::is_gt));
    is_too_much.then(|| format!("at {cpm} the quote costs more than it may spend"))
}

/// While a booking with a seller has no known outcome, no strategy plays there (safety.md S20).
pub(super) fn stopped_by_doubt(state: &State, seller: &SellerName) -> Vec<Change> {
    let played = state.quotes_at(state.places.quotes_of(seller)).filter(|record| {
        record.auto_owner.as_deref().is_some_and(|owner| state.is_mine(owner))
            && record.negotiation.as_ref().is_some_and(|game| game.auto.is_some())
    });
    let why = "a booking with this seller has no known outcome";
    let stopped = |quote: QuoteRef| Fact::AutoStopped { quote, why: why.to_owned() };
    played.map(|record| Change::Keep(Actor::Desk, stopped(record.reference()))).collect()
}

/// A strategy whose move cannot be stored stops: the next would fail the same way, without an end.
pub(super) fn unstored(state: &State, stored: &Stored, why: &str) -> Option<Change> {
    if let Stored::Auto(quote, _) = stored {
        let key = state.disarmed.get(quote)?;
        return Some(Passing::Disarmed(key.clone(), false).into());
    }
    let Stored::Move(quote, pending) = stored else { return None };
    if !pending.automatic {
        return None;
    }
    let why = format!("its move cannot be stored: {why}");
    Some(Change::Keep(Actor::Desk, Fact::AutoStopped { quote: quote.clone(), why }))
}

/// A strategy whose process is gone stops; the negotiation stays open for a person.
pub(super) fn orphaned(state: &State, owner: &str) -> Vec<Change> {
    state
        .living_quotes()
        .filter(|record| record.auto_owner.as_deref() == Some(owner))
        .filter(|record| record.negotiation.as_ref().is_some_and(|game| game.auto.is_some()))
        .map(|record| {
            let why = "the desk that ran it is gone".to_owned();
            Change::Keep(Actor::Desk, Fact::AutoStopped { quote: record.reference(), why })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Cpm, strategy::Why};

    #[test]
    fn a_plans_maximum_and_spend_hold_whatever_a_strategy_says() {
        let plan = |spend: &str| Plan {
            strategy: "simple-threshold".to_owned(),
            target: "18".parse().unwrap(),
            max: "20".parse().unwrap(),
            step: Decimal::ONE,
            rounds: 5,
            options: Options { spend: spend.parse().ok(), ..Options::default() },
        };
        let (free, tight) = (plan(""), plan("1000.00"));
        let above = |cpm: &str| Some(format!("{cpm} is above its maximum"));
        let dear = |cpm: &str| Some(format!("at {cpm} the quote costs more than it may spend"));
        for (cpm, plan, impressions, why) in [
            ("20.00", &free, None, None),
            ("20.01", &free, None, above("20.01 USD")),
            ("19.00 EUR", &free, None, above("19.00 EUR")),
            ("20.00", &tight, Some(50_000), None),
            ("20.00", &tight, Some(50_001), dear("20.00 USD")),
            ("20.01", &tight, Some(1), above("20.01 USD")),
            ("18.00", &tight, None, dear("18.00 USD")),
        ] {
            let cpm: Cpm = cpm.parse().unwrap();
            for step in [Step::Offer(cpm, Why::Opens), Step::Accept(cpm, Why::Opens)] {
                assert_eq!(against_plan(&step, plan, impressions), why, "{cpm} {impressions:?}");
            }
        }
        assert_eq!(against_plan(&Step::Walk(Why::Opens), &tight, None), None);
    }
}
