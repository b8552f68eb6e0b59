//! The seed's strategy: open at the target, give a fixed step per round, take the first price at or
//! under the maximum, leave when the rounds are used up or the seller stops moving.
//!
//! Source: the guide's negotiation page and reference-buyer.md 2.1. Defects of the reference are
//! repaired: the opening is capped at the maximum, a refusal or a missing price is never accepted,
//! and a final offer is taken or left, not countered.

use rust_decimal::Decimal;

use super::{Plan, Step, Strategy};
use crate::domain::{Action, By, Cpm, Negotiation};

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
        let wanted = our_last.map_or(plan.target.amount(), |last| {
            last.amount().saturating_add(plan.step.max(Decimal::ZERO))
        });
        Cpm::new(wanted.min(plan.max.amount()), plan.max.currency())
    }

    /// Whether it leaves: rounds used up, or the seller did not come down since its last price.
    pub fn leaves(price: Cpm, previous: Option<Cpm>, played: u32, plan: &Plan) -> bool {
        played >= plan.rounds || (played > 0 && previous.is_some_and(|previous| price >= previous))
    }
}

impl Strategy for SimpleThreshold {
    fn name(&self) -> &'static str {
        "simple-threshold"
    }

    fn doc(&self) -> &'static str {
        "opens at the target, gives one step a round, takes the first price at or under the maximum"
    }

    fn next(&self, game: &Negotiation, plan: &Plan) -> Step {
        let played = game.played();
        let Some(last) = game.rounds.iter().rev().find(|round| round.by == By::Them) else {
            return Step::Walk("the seller has named no price".to_owned());
        };
        if !last.action.is_offer() {
            return Step::Walk(format!("they answered {}", last.action));
        }
        let Some(price) = last.cpm else {
            return Step::Walk("they named no price".to_owned());
        };
        if price.currency() != plan.max.currency() {
            return Step::Walk(format!("they quote in {}", price.currency()));
        }
        // The quoted price opens the game; the seed's strategy always makes an offer of its own first.
        if played == 0 {
            let offer = Self::offer(None, plan);
            if price <= offer {
                return Step::Accept(
                    price,
                    format!("{} is no more than the target", price.plain()),
                );
            }
            return Step::Offer(offer, "opens at the target".to_owned());
        }
        if Self::accepts(price, plan) {
            return Step::Accept(
                price,
                format!("{} ≤ maximum {}", price.plain(), plan.max.plain()),
            );
        }
        if last.action == Action::FinalOffer {
            return Step::Walk(format!("final offer {} is over the maximum", price.plain()));
        }
        let previous = game
            .rounds
            .iter()
            .rev()
            .filter(|round| round.by == By::Them && round.round > 0)
            .nth(1)
            .and_then(|round| round.cpm);
        if Self::leaves(price, previous, played, plan) {
            return Step::Walk(if played >= plan.rounds {
                format!("{played} rounds played, and {} is over the maximum", price.plain())
            } else {
                format!("they did not come down from {}", price.plain())
            });
        }
        let offer = Self::offer(game.our_last(), plan);
        Step::Offer(offer, format!("gives {} a round", plan.step))
    }
}
