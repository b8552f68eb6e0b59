//! "What if": a negotiation played again from one of its rounds, by every strategy, against what its
//! seller was like. All of it is SIM: there is nothing in it that a seller could be asked.

use rust_decimal::Decimal;

use super::{
    Cpm, Negotiation, Tier,
    strategy::{Exchange, Plan, Step},
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The negotiation as it was.
    pub game: Negotiation,
    /// Our round from which on it is played again; 1 is from the quote on.
    pub from: u32,
    /// How each strategy plays.
    pub plans: Vec<Plan>,
    /// The tier that the seller gave us, which rules its rounds.
    pub tier: Option<Tier>,
    /// The price for our tier before discounts for volume, CPM: sellers may open with that.
    pub tier_price: Option<Decimal>,
    /// The best live price of another seller, CPM.
    pub best_other: Option<Decimal>,
    /// The next best of another one still.
    pub cover: Option<Decimal>,
}

/// A way of playing that explains what the seller did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Which, in words with its numbers: `steady: comes down 0.50 a round`.
    pub says: String,
    /// How many of its answers it gives to the cent.
    pub hits: usize,
    /// Of so many.
    pub of: usize,
}

/// What a strategy comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub strategy: String,
    /// What it does in that round.
    pub first: Step,
    /// Against how many ways of the seller it was played.
    pub worlds: usize,
    /// How many of them end with a price.
    pub deals: usize,
    /// The lowest and the highest of these prices.
    pub prices: Option<(Cpm, Cpm)>,
    /// The fewest and the most rounds, those before included.
    pub rounds: (u32, u32),
    /// Every round against the way that fits best, those before included.
    pub played: Vec<Exchange>,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// Our round from which on it was played again.
    pub from: u32,
    /// What explains the seller, the best first. If none fits to the cent, only the nearest.
    pub fits: Vec<Fit>,
    /// What is taken to be the lowest the seller goes, CPM: one that was seen, or several tried.
    pub reserves: Vec<Decimal>,
    /// Whether it was seen.
    pub reserve_seen: bool,
    /// The strategies, in the order of the question.
    pub lines: Vec<Line>,
}

/// Plays a question. Pure; an error says why it cannot be played.
pub type Forker = fn(&Question) -> Result<Fork, String>;

impl Question {
    /// The rounds from which a negotiation can be played again: those in which we moved.
    pub fn rounds(game: &Negotiation) -> std::ops::RangeInclusive<u32> {
        1..=game.played().max(1)
    }
}
