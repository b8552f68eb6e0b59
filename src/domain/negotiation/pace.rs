//! How the two sides of a negotiation move: by how much, how fast, and whether they are getting tired.

use rust_decimal::Decimal;

use super::{By, Negotiation};
use crate::domain::Cpm;

/// How a side's newest move stands to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Pace {
    /// It gives less than before.
    Slowing,
    /// It gives about as much.
    Steady,
    /// It gives more.
    Quickening,
    /// It gave nothing.
    Stopped,
}

/// Within this share of the move before, a move is as large.
const ALIKE: Decimal = Decimal::from_parts(15, 0, 0, false, 2);

impl Negotiation {
    /// The prices of one side that could be taken, in order; theirs begin with the quote.
    pub fn offers(&self, by: By) -> Vec<Cpm> {
        let of_it = self.rounds.iter().filter(|round| round.by == by && round.action.is_offer());
        of_it.filter_map(|round| round.cpm).collect()
    }

    /// By how much a side moved each time, with its sign.
    pub fn moves(&self, by: By) -> Vec<Decimal> {
        self.offers(by).windows(2).filter_map(|two| two[1].minus(&two[0])).collect()
    }

    /// What a side gave since its first price: how much, and in percent of it. `None` before its first
    /// move.
    pub fn given(&self, by: By) -> Option<(Decimal, Decimal)> {
        let prices = self.offers(by);
        let (first, last) = (prices.first()?, prices.get(1..)?.last()?);
        let amount = last.minus(first)?.abs();
        let percent = amount.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(first.amount())?;
        Some((amount, percent.round_dp(1)))
    }

    /// How a side's newest move stands to the one before; `None` before its second one, where one is
    /// enough to have stopped.
    pub fn pace(&self, by: By) -> Option<Pace> {
        let moves = self.moves(by);
        let last = moves.last()?.abs();
        if last.is_zero() {
            return Some(Pace::Stopped);
        }
        let before = moves.iter().rev().nth(1)?.abs();
        let off = last.saturating_sub(before);
        Some(if off.abs() <= before.checked_mul(ALIKE)? {
            Pace::Steady
        } else if off.is_sign_negative() {
            Pace::Slowing
        } else {
            Pace::Quickening
        })
    }
}
