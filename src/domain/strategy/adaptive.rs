//! Plays by the seller's concession curve: holds firm while the seller comes down by itself, gives
//! some when it slows, and more when it stalls; takes a price only when nothing more is to be had.
//!
//! What it reads: how much of the quoted price the seller gave in its last round, the rounds that both
//! have left, final offers, and the time. It knows no floor of the seller's, only what was said.

use rust_decimal::Decimal;

use super::{Call, Parameter, Strategy, Turn, Why};
use crate::domain::money::exact;

/// A seller that gives this share of its quote a round moves by itself: 1 %.
const MOVES: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// One that gives less than this share has stopped: 0.25 %.
const STANDS: Decimal = Decimal::from_parts(25, 0, 0, false, 4);

/// The share of what is left to give that is given when the seller slows down: a tenth.
const SOME: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

/// See the file's page.
#[derive(Debug, Clone, Copy)]
pub struct Adaptive;

impl Adaptive {
    /// What they came down in their last round; since the quote in the first.
    fn gave(turn: &Turn<'_>) -> Decimal {
        let before = turn.seen.their_previous().or(turn.seen.quoted);
        before.map_or(Decimal::ZERO, |before| before.saturating_sub(turn.price))
    }

    /// Whether they stood still in both of the last two rounds.
    fn stood_twice(turn: &Turn<'_>) -> bool {
        let mut told = turn.seen.rounds.iter().rev().filter_map(|round| round.theirs);
        let (last, before, first) = (told.next(), told.next(), told.next());
        last.is_some() && last == before && before == first.or(turn.seen.quoted)
    }
}

impl Strategy for Adaptive {
    fn name(&self) -> &'static str {
        "adaptive"
    }

    fn doc(&self) -> &'static str {
        "holds firm while they come down fast, gives more when they stall, takes the last good price"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn play(&self, turn: &Turn<'_>) -> Call {
        if turn.price <= turn.plan.target.amount() {
            return Call::Accept(Why::AtTarget(turn.price));
        }
        // Who counts no rounds may refuse at any time: what stands twice is not gambled with.
        let unknown = turn.seen.rounds_left.is_none();
        if unknown && turn.price <= turn.ceiling && Self::stood_twice(turn) {
            return Call::Accept(Why::Stalled(turn.price));
        }
        let gave = Self::gave(turn);
        let quoted = turn.seen.quoted.unwrap_or(turn.price);
        if gave >= quoted.saturating_mul(MOVES) {
            return Call::Offer(turn.ours, Why::Holds(gave));
        }
        // Never more than half of what lies between the two: the other half is theirs to give.
        let half = exact::half(turn.price.saturating_sub(turn.ours));
        let room = turn.ceiling.saturating_sub(turn.ours).max(Decimal::ZERO);
        if gave >= quoted.saturating_mul(STANDS) {
            let some = room.saturating_mul(SOME).min(half);
            return Call::Offer(turn.ours.saturating_add(some), Why::Slower(gave));
        }
        let more = exact::part(room, turn.left).min(half);
        Call::Offer(turn.ours.saturating_add(more), Why::Stops(turn.price))
    }
}
