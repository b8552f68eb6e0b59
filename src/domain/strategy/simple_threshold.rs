//! The seed's strategy: open at the target, give a fixed step per round, take the first price at or
//! under the maximum, leave when the rounds are used up or the seller stops moving.
//!
//! Source: the guide's negotiation page and reference-buyer.md 2.1. Defects of the reference are
//! repaired: the opening is capped at the maximum, a refusal or a missing price is never accepted,
//! and a final offer is taken or left, not countered. With patience it plays so many rounds before it
//! takes what it could have taken at once.

use rust_decimal::Decimal;

use super::{Call, Parameter, Plan, Strategy, Turn, Why, plan};
use crate::domain::Cpm;

/// See the file's page.
#[derive(Debug, Clone, Copy)]
pub struct SimpleThreshold;

impl SimpleThreshold {
    /// Whether a price is taken: at or under the maximum.
    pub fn accepts(price: Cpm, plan: &Plan) -> bool {
        price <= plan.max
    }

    /// Our next offer: the target first, then a step more each time, never above the maximum.
    pub fn offer(our_last: Option<Cpm>, plan: &Plan) -> Cpm {
        let wanted = our_last.map_or(plan.target.amount(), |last| step_up(last.amount(), plan));
        Cpm::new(wanted.min(plan.max.amount()), plan.max.currency())
    }

    /// Whether it leaves: rounds used up, or the seller did not come down since its last price.
    pub fn leaves(price: Cpm, previous: Option<Cpm>, played: u32, plan: &Plan) -> bool {
        let previous = previous.map(|previous| previous.amount());
        played >= plan.rounds || (played > 0 && stays(price.amount(), previous))
    }
}

fn step_up(last: Decimal, plan: &Plan) -> Decimal {
    last.saturating_add(plan.step.max(Decimal::ZERO))
}

fn stays(price: Decimal, previous: Option<Decimal>) -> bool {
    previous.is_some_and(|previous| price >= previous)
}

impl Strategy for SimpleThreshold {
    fn name(&self) -> &'static str {
        "simple-threshold"
    }

    fn doc(&self) -> &'static str {
        "opens at the target, gives one step a round, takes the first price at or under the maximum"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[plan::STEP, plan::PATIENCE]
    }

    fn play(&self, turn: &Turn<'_>) -> Call {
        let stays = stays(turn.price, turn.seen.their_previous());
        if turn.price <= turn.ceiling {
            let waits = turn.plan.options.patience.is_some_and(|least| turn.seen.played < least);
            if !waits || stays {
                return Call::Accept(Why::UnderMaximum(turn.price, turn.ceiling));
            }
        } else if stays {
            return Call::Walk(Why::NotDown(turn.price));
        }
        Call::Offer(step_up(turn.ours, turn.plan), Why::Step(turn.plan.step))
    }
}
