//! What a strategy is shown of a negotiation: prices, words and what is left. Nothing in it tells who
//! the other sellers are.

use rust_decimal::Decimal;

use crate::domain::{Action, By, Currency, Negotiation};

/// What the seller said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Word {
    /// A price that can be taken.
    Counter,
    /// A price that can be taken, said to be the last.
    FinalOffer,
    /// A yes to our price.
    Accept,
    /// A no; its price is no offer.
    Reject,
    /// Nothing yet, or a word that is not known.
    #[strum(to_string = "no word that is known")]
    Other,
}

impl Word {
    /// What a move of theirs says.
    pub fn of(action: &Action) -> Self {
        match action {
            Action::Open | Action::Counter => Self::Counter,
            Action::FinalOffer => Self::FinalOffer,
            Action::Accept => Self::Accept,
            Action::Reject => Self::Reject,
            Action::Walk | Action::Other(_) => Self::Other,
        }
    }

    /// Whether its price can be taken.
    pub fn is_offer(self) -> bool {
        matches!(self, Self::Counter | Self::FinalOffer)
    }
}

/// One round: our offer and their answer. Amounts are CPM in [`Seen::currency`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// What we offered; `None` where only their answer is known.
    pub ours: Option<Decimal>,
    /// The price they named, if they named one.
    pub theirs: Option<Decimal>,
    /// What they said.
    pub word: Word,
}

/// A negotiation as a strategy sees it. Amounts are CPM in `currency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The currency of their newest price.
    pub currency: Currency,
    /// The quoted price, which opens the negotiation.
    pub quoted: Option<Decimal>,
    /// The rounds so far, the oldest first.
    pub rounds: Vec<Exchange>,
    /// How many rounds we have played, as they are numbered.
    pub played: u32,
    /// Rounds left as the seller counts them; below zero after its last.
    pub rounds_left: Option<i64>,
    /// Seconds left: of the quote on the seller's clock, or of the plan's own time if that is less.
    pub seconds_left: Option<i64>,
    /// The best live price of another seller for the same kind of inventory.
    pub best_other: Option<Decimal>,
    /// The next best of another seller still: the cover of `best_other`.
    pub cover: Option<Decimal>,
}

impl Seen {
    /// What the rounds of a negotiation tell. The clock and the other sellers are the desk's to add.
    pub fn of(game: &Negotiation) -> Self {
        let mut seen = Self::open(Currency::USD, game.quoted().map(|cpm| cpm.amount()));
        seen.played = game.played();
        seen.rounds_left = game.rounds_left;
        for round in &game.rounds {
            let amount = round.cpm.map(|cpm| cpm.amount());
            match (round.by, seen.rounds.last_mut()) {
                (By::Us, _) => {
                    let word = Word::Other;
                    seen.rounds.push(Exchange { ours: amount, theirs: None, word });
                }
                (By::Them, Some(last)) if last.theirs.is_none() && last.word == Word::Other => {
                    (last.theirs, last.word) = (amount, Word::of(&round.action));
                }
                (By::Them, None) if round.action == Action::Open => {}
                (By::Them, _) => {
                    let word = Word::of(&round.action);
                    seen.rounds.push(Exchange { ours: None, theirs: amount, word });
                }
            }
            if let Some(cpm) = round.cpm.filter(|_| round.by == By::Them) {
                seen.currency = cpm.currency();
            }
        }
        seen
    }

    /// A negotiation in which only the quoted price is known.
    pub fn open(currency: Currency, quoted: Option<Decimal>) -> Self {
        Self {
            currency,
            quoted,
            rounds: Vec::new(),
            played: 0,
            rounds_left: None,
            seconds_left: None,
            best_other: None,
            cover: None,
        }
    }

    /// Our newest offer.
    pub fn our_last(&self) -> Option<Decimal> {
        self.rounds.iter().rev().find_map(|round| round.ours)
    }

    /// What they said last and at which price; the quoted price before the first round.
    pub fn last(&self) -> (Word, Option<Decimal>) {
        self.rounds.last().map_or((Word::Counter, self.quoted), |round| (round.word, round.theirs))
    }

    /// Their price before the newest one. In the first round there is none: the quote opens the
    /// negotiation and is no answer to an offer.
    pub fn their_previous(&self) -> Option<Decimal> {
        self.rounds.iter().rev().nth(1).and_then(|round| round.theirs)
    }
}
