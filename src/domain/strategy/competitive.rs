//! Plays against what other sellers ask: the best live price elsewhere is its anchor and its ceiling,
//! and the distance from there to the cover tells how far under it a first offer may lie.
//!
//! It names no seller and no price of another to anybody: a move is a price, and its reason, which
//! stays on the desk, has no number of another seller in it.

use rust_decimal::Decimal;

use super::{Call, Parameter, Plan, Seen, Strategy, Turn, Why};
use crate::domain::money::exact;

/// Without a cover the first offer lies this share under the anchor: a tenth.
const UNDER: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

/// See the file's page.
#[derive(Debug, Clone, Copy)]
pub struct Competitive;

impl Strategy for Competitive {
    fn name(&self) -> &'static str {
        "competitive"
    }

    fn doc(&self) -> &'static str {
        "stays under the best live price of another seller; opens under it by their spread"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn ceiling(&self, seen: &Seen, plan: &Plan) -> Decimal {
        let max = plan.max.amount();
        // A tick less: an offer of their very price would name it.
        let tick = plan.max.currency().tick();
        let under = seen.best_other.map(|best| best.saturating_sub(tick));
        let under = under.filter(|under| *under > Decimal::ZERO);
        under.map_or(max, |under| under.min(max))
    }

    fn opening(&self, seen: &Seen, plan: &Plan) -> (Decimal, Why) {
        let target = plan.target.amount();
        let Some(best) = seen.best_other.filter(|best| *best > Decimal::ZERO) else {
            return (target, Why::Opens);
        };
        let usual = best.saturating_mul(UNDER);
        let spread = seen.cover.map_or(usual, |cover| cover.saturating_sub(best));
        // A cover from far away is no reason for an offer that insults.
        let under = best.saturating_sub(spread.max(Decimal::ZERO).min(exact::half(best)));
        if under < target { (under, Why::OpensUnderOthers) } else { (target, Why::Opens) }
    }

    fn play(&self, turn: &Turn<'_>) -> Call {
        let room = turn.ceiling.saturating_sub(turn.ours).max(Decimal::ZERO);
        let more = exact::part(room, turn.left.saturating_add(1));
        let wanted = turn.ours.saturating_add(more);
        let why = if turn.seen.best_other.is_some() {
            Why::TowardsOthers
        } else {
            Why::Slower(
                turn.seen
                    .their_previous()
                    .or(turn.seen.quoted)
                    .map_or(Decimal::ZERO, |before| before.saturating_sub(turn.price)),
            )
        };
        Call::Offer(wanted, why)
    }
}
