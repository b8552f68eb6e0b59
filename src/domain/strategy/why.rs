//! Why a strategy does what it does, in words for a person. They stay on the desk: no message to a
//! seller carries them.

use std::fmt;

use rust_decimal::Decimal;

use super::Word;
use crate::domain::{Currency, money::plain};

/// A reason. Amounts are CPM. It is made without writing the words, so that the lab can play millions
/// of negotiations and write none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The first offer.
    Opens,
    /// The first offer, held under the best price of another seller.
    OpensUnderOthers,
    /// Their price is no more than the target.
    AtTarget(Decimal),
    /// Their price is no more than the maximum.
    UnderMaximum(Decimal, Decimal),
    /// Our next offer would be their price or more.
    UnderOurNext(Decimal),
    /// A final offer within the maximum.
    FinalTaken(Decimal),
    /// Nothing is left to play for, and their price is within the maximum.
    LastChance(Decimal, End),
    /// They stopped moving, and nobody knows for how long they still talk.
    Stalled(Decimal),
    /// A fixed step.
    Step(Decimal),
    /// They come down by themselves.
    Holds(Decimal),
    /// They slow down: some of the way to the maximum.
    Slower(Decimal),
    /// They stopped: more of the way to the maximum.
    Stops(Decimal),
    /// So much of the way, as time goes (percent).
    OnTime(u32),
    /// Towards the best price of another seller.
    TowardsOthers,
    /// No price is known to open with.
    NoQuote,
    /// They answered without a price.
    NoPrice,
    /// They answered with a word that leaves nothing to take.
    Answered(Word),
    /// They quote in a currency that is not the plan's.
    Currency(Currency),
    /// The plan cannot make an offer of a cent or more.
    NoOffer,
    /// They ask more than they quoted.
    AboveQuote(Decimal, Decimal),
    /// Their final offer is over what may be paid.
    FinalTooDear(Decimal),
    /// Nothing is left to play for, and their price is over what may be paid.
    TooDear(Decimal, End),
    /// They did not come down.
    NotDown(Decimal),
}

/// What has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// So many rounds of our own were played.
    Ours(u32),
    /// The seller's rounds.
    Theirs,
    /// The time.
    Time,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours(played) => write!(f, "{played} rounds played"),
            Self::Theirs => f.write_str("the seller has no rounds left"),
            Self::Time => f.write_str("the time is up"),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opens => f.write_str("opens at the target"),
            Self::OpensUnderOthers => f.write_str("opens under what others ask"),
            Self::AtTarget(price) => write!(f, "{} is no more than the target", plain(*price)),
            Self::UnderMaximum(price, max) => {
                write!(f, "{} ≤ maximum {}", plain(*price), plain(*max))
            }
            Self::UnderOurNext(price) => {
                write!(f, "{} is no more than the next offer would be", plain(*price))
            }
            Self::FinalTaken(price) => {
                write!(f, "final offer {} is within the maximum", plain(*price))
            }
            Self::LastChance(price, end) => {
                write!(f, "{end}, and {} is within the maximum", plain(*price))
            }
            Self::Stalled(price) => write!(f, "they stay at {}", plain(*price)),
            Self::Step(step) => write!(f, "gives {step} a round"),
            Self::Holds(gave) => write!(f, "holds: they came down {} by themselves", plain(*gave)),
            Self::Slower(gave) => write!(f, "gives some: they came down {} only", plain(*gave)),
            Self::Stops(price) => write!(f, "gives more: they stay at {}", plain(*price)),
            Self::OnTime(percent) => write!(f, "{percent} % of the way to the maximum by now"),
            Self::TowardsOthers => f.write_str("moves towards what others ask"),
            Self::NoQuote => f.write_str("the seller has named no price"),
            Self::NoPrice => f.write_str("they named no price"),
            Self::Answered(word) => write!(f, "they answered {word}"),
            Self::Currency(currency) => write!(f, "they quote in {currency}"),
            Self::NoOffer => f.write_str("the plan leaves no offer of a cent or more"),
            Self::AboveQuote(quoted, price) => {
                write!(f, "quoted {}, now {}", plain(*quoted), plain(*price))
            }
            Self::FinalTooDear(price) => {
                write!(f, "final offer {} is over the maximum", plain(*price))
            }
            Self::TooDear(price, end) => {
                write!(f, "{end}, and {} is over the maximum", plain(*price))
            }
            Self::NotDown(price) => write!(f, "they did not come down from {}", plain(*price)),
        }
    }
}
