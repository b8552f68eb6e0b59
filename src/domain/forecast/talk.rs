//! A talk as a forecast sees it: which price stood after each of their answers, what became of each of
//! our offers, and where it ended.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::domain::{
    Cpm, Currency, Negotiation,
    strategy::{Seen, Word},
};

/// A price of theirs that stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stand {
    price: Decimal,
    /// Our last offer when they named it.
    ours: Option<Decimal>,
    is_final: bool,
}

/// What became of an offer of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// They took it.
    Taken,
    /// They named another price, and the talk went on.
    Countered,
    /// They named their final offer, or said no.
    Ended,
}

/// An offer of ours under the price that stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Try {
    /// Our first offer is 1.
    pub(super) number: u32,
    /// How far under their price it was, in percent of that.
    pub(super) under: Decimal,
    pub(super) came: Came,
}

/// One talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Talk {
    pub(super) opened: Timestamp,
    /// When its last move was made; `None` while it runs.
    pub(super) ended: Option<Timestamp>,
    /// What they asked: the quote first.
    stands: Vec<Stand>,
    pub(super) agreed: Option<Cpm>,
    /// How many offers we made.
    pub(super) offers: u32,
    pub(super) tries: Vec<Try>,
    currency: Currency,
}

impl Talk {
    /// `None` for one without a price, or in which more than one currency was spoken.
    pub(super) fn of(game: &Negotiation) -> Option<Self> {
        let quoted = game.quoted().filter(|quoted| quoted.amount() > Decimal::ZERO)?;
        let mut named = game.rounds.iter().filter_map(|round| round.cpm).chain(game.agreed);
        if named.any(|cpm| cpm.currency() != quoted.currency()) {
            return None;
        }
        let mut last = Stand { price: quoted.amount(), ours: None, is_final: false };
        let (mut stands, mut tries, mut offers) = (vec![last], Vec::new(), 0);
        for exchange in Seen::of(game).rounds {
            if let Some(ours) = exchange.ours {
                (last.ours, offers) = (Some(ours), offers + 1);
                let came = match exchange.word {
                    Word::Accept => Some(Came::Taken),
                    Word::Counter => Some(Came::Countered),
                    Word::FinalOffer | Word::Reject => Some(Came::Ended),
                    Word::Other => None,
                };
                // Their own price is theirs: that it was taken tells nothing.
                if let Some((came, under)) = came.zip(under(ours, last.price)) {
                    tries.push(Try { number: offers, under, came });
                }
            }
            let price = exchange.theirs.filter(|price| *price > Decimal::ZERO);
            if let Some(price) = price.filter(|_| exchange.word.is_offer()) {
                let is_final = exchange.word == Word::FinalOffer;
                last = Stand { price, ours: last.ours, is_final };
                stands.push(last);
            }
        }
        Some(Self {
            opened: game.rounds.first()?.at,
            ended: game.rounds.last().map(|round| round.at).filter(|_| game.is_over()),
            stands,
            agreed: game.agreed,
            offers,
            tries,
            currency: quoted.currency(),
        })
    }

    /// Their price now: never more than was quoted, for nothing is agreed above.
    pub(super) fn stands(&self) -> Option<Cpm> {
        self.capped(self.stands.last()?)
    }

    /// After how many of their answers the talk is or ended, but for final offers, and at most after `most`.
    pub(super) fn stage(&self, most: usize) -> usize {
        let stands = self.stands.iter().enumerate().take(most.saturating_add(1));
        stands.filter(|(_, stand)| !stand.is_final).map(|(nth, _)| nth).next_back().unwrap_or(0)
    }

    /// What stood at `stage`, and our last offer then.
    pub(super) fn turn_at(&self, stage: usize) -> Option<(Cpm, Option<Decimal>)> {
        let stand = self.stands.get(self.stage(stage))?;
        Some((self.capped(stand)?, stand.ours))
    }

    /// What it still gave from `stage` to the agreement, in percent of what stood then. A talk that agreed
    /// sooner tells it from its last turn.
    pub(super) fn gave_from(&self, stage: usize) -> Option<Decimal> {
        let stood = self.turn_at(stage)?.0;
        let gave = stood.minus(&self.agreed?)?.max(Decimal::ZERO);
        gave.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(stood.amount())
    }

    fn capped(&self, stand: &Stand) -> Option<Cpm> {
        Some(Cpm::new(stand.price.min(self.stands.first()?.price), self.currency))
    }

    /// Whether they named a final offer.
    pub(super) fn had_final(&self) -> bool {
        self.stands.iter().any(|stand| stand.is_final)
    }
}

/// How far `price` is under the price that stands, in percent of that; `None` where it is not under it.
pub(super) fn under(price: Decimal, stands: Decimal) -> Option<Decimal> {
    let under = stands.checked_sub(price)?.checked_mul(Decimal::ONE_HUNDRED)?;
    under.checked_div(stands).filter(|under| *under > Decimal::ZERO)
}
