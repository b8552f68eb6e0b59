//! What a row of the report is made from: sums of whole numbers, so that the order in which cores
//! finish changes nothing.

use rust_decimal::Decimal;

use super::{Ended, Scene};

/// A sum and the sum of its squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) count: u64,
    pub(crate) total: i128,
    pub(crate) squares: i128,
}

impl Sum {
    fn add(&mut self, value: i64) {
        let value = i128::from(value);
        self.count += 1;
        self.total += value;
        self.squares += value * value;
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.total += other.total;
        self.squares += other.squares;
    }
}

/// The sums of one strategy against one seller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Settle prices, cents.
    pub(crate) price: Sum,
    /// Settle prices as shares of the quote, millionths.
    pub(crate) share: Sum,
    /// Shares of the possible gain, millionths; a walk gains nothing. Only where one was possible.
    pub(crate) gain: Sum,
    /// Rounds.
    pub(crate) rounds: Sum,
}

/// The largest amount that is looked at, cents: what is beyond it is capped.
const CAP: i64 = 100_000_000;

fn cents(amount: Decimal) -> i64 {
    let mut amount = amount;
    if amount.scale() != 2 {
        amount.rescale(2);
    }
    i64::try_from(amount.mantissa()).unwrap_or(CAP).clamp(-CAP, CAP)
}

fn millionths(part: i64, whole: i64) -> i64 {
    part.saturating_mul(1_000_000).checked_div(whole).unwrap_or(0)
}

impl Tally {
    /// Counts one negotiation.
    pub fn count(&mut self, scene: &Scene, ended: Ended) {
        let (quoted, lowest) = (cents(scene.quoted), cents(scene.lowest));
        let price = ended.price.map(cents);
        if let Some(price) = price {
            self.price.add(price);
            self.share.add(millionths(price, quoted));
        }
        if lowest < quoted {
            self.gain.add(millionths(price.map_or(0, |price| quoted - price), quoted - lowest));
        }
        self.rounds.add(i64::from(ended.rounds));
    }

    /// Takes in the sums of another core.
    pub fn join(&mut self, other: &Self) {
        self.price.join(&other.price);
        self.share.join(&other.share);
        self.gain.join(&other.gain);
        self.rounds.join(&other.rounds);
    }
}
