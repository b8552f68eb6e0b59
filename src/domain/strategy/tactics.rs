//! Time-dependent tactics, the baseline of the literature: the offer depends on nothing but how much
//! of the time is gone.
//!
//! Source: P. Faratin, C. Sierra, N. R. Jennings, "Negotiation decision functions for autonomous
//! agents", Robotics and Autonomous Systems 24 (1998) 159–182, section 4.2: a buyer offers
//! `min + α(t) (max − min)` with `α(t) = k + (1 − k) (t / t_max)^(1/β)`. Here `min` is the target, `k`
//! is 0 and `t` is counted in rounds. β < 1 is Boulware, which keeps until near the end; β > 1 is
//! Conceder, which gives most of it early. A price is taken where it is no more than the next offer.

use rust_decimal::Decimal;

use super::{Call, Parameter, Strategy, Turn, Why, plan};
use crate::domain::money::exact;

/// Gives late: β = 1/shape.
#[derive(Debug, Clone, Copy)]
pub struct Boulware;

/// Gives early: β = shape.
#[derive(Debug, Clone, Copy)]
pub struct Conceder;

/// How steep a tactic is where nothing is said.
const SHAPE: u32 = 3;

/// Turns in which the root is looked for: more than it takes to the sixth digit.
const TURNS: u32 = 40;

fn shape(turn: &Turn<'_>) -> u32 {
    turn.plan.options.shape.unwrap_or(SHAPE).clamp(2, 10)
}

/// The share of the time that is gone after this round, 0 to 1. The last round that can be answered is
/// its end.
fn gone(turn: &Turn<'_>) -> Decimal {
    let played = Decimal::from(turn.seen.played);
    let all = turn.seen.played.saturating_add(turn.left.saturating_sub(1));
    exact::part(played, all).min(Decimal::ONE)
}

fn power(base: Decimal, exponent: u32) -> Decimal {
    (0..exponent).fold(Decimal::ONE, |product, _| product.saturating_mul(base).round_dp(12))
}

/// The root of a share from 0 to 1, by Newton's method from above, to six digits.
fn root(share: Decimal, degree: u32) -> Decimal {
    if share <= Decimal::ZERO {
        return Decimal::ZERO;
    }
    let n = Decimal::from(degree);
    let mut found = Decimal::ONE;
    for _ in 0..TURNS {
        let slope = n.saturating_mul(power(found, degree - 1));
        let Some(step) = power(found, degree).saturating_sub(share).checked_div(slope) else {
            break;
        };
        let step = step.round_dp(12);
        found = found.saturating_sub(step);
        if step.abs() < Decimal::new(1, 9) {
            break;
        }
    }
    found.round_dp(6).clamp(Decimal::ZERO, Decimal::ONE)
}

fn offer(turn: &Turn<'_>, share: Decimal) -> Call {
    let target = turn.plan.target.amount();
    let room = turn.ceiling.saturating_sub(target).max(Decimal::ZERO);
    let wanted = target.saturating_add(share.saturating_mul(room));
    let percent = exact::as_percent(share).round();
    let wanted = turn.plan.max.currency().nearest(wanted);
    Call::Offer(wanted, Why::OnTime(u32::try_from(percent).unwrap_or(100)))
}

impl Strategy for Boulware {
    fn name(&self) -> &'static str {
        "boulware"
    }

    fn doc(&self) -> &'static str {
        "stays near the target and gives late, by the clock of its rounds (Faratin et al. 1998)"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[plan::SHAPE]
    }

    fn play(&self, turn: &Turn<'_>) -> Call {
        offer(turn, power(gone(turn), shape(turn)))
    }
}

impl Strategy for Conceder {
    fn name(&self) -> &'static str {
        "conceder"
    }

    fn doc(&self) -> &'static str {
        "gives early and little later, by the clock of its rounds (Faratin et al. 1998)"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[plan::SHAPE]
    }

    fn play(&self, turn: &Turn<'_>) -> Call {
        offer(turn, root(gone(turn), shape(turn)))
    }
}
