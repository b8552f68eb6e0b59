//! Forecast: how likely a seller takes a price of ours, where the talk settles, and how often that was
//! right before. The ladder, the race and the page behind a key show the same one. No room is given it.

mod page;
mod view;

use crate::{
    desk::{State, rivals},
    domain::{
        Cpm, Negotiation, QuoteRef,
        forecast::{Chance, Forecast, History, Range},
    },
};

pub(crate) use page::Page;
pub(crate) use view::between;

/// What a forecast was made of: as long as this is the same, so is the forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    key: QuoteRef,
    talks: usize,
    /// Moves of all talks with the seller, this one's too.
    moves: usize,
    over: usize,
    /// What was agreed, or else what was quoted.
    price: Option<Cpm>,
}

/// The forecast of one negotiation, as it is drawn.
#[derive(Debug, Default)]
pub(crate) struct Outlook {
    /// The version of the desk in which it was looked at, and of which quote: the talks are gone through
    /// only where that is another one.
    seen: Option<(u64, QuoteRef)>,
    made: Option<Made>,
    /// Past talks with the seller.
    talks: usize,
    /// Those that ended with a price, and all that are over.
    agreed: (usize, usize),
    forecast: Option<Forecast>,
    /// A row for each price of ours that is told of.
    chances: Vec<Chance>,
    draft: Option<Cpm>,
    is_over: bool,
    /// Where it was agreed, what was forecast at the last turn, and whether that held.
    came: Option<(Cpm, Option<(Range, bool)>)>,
}

impl Outlook {
    /// Makes it anew if anything that it is made of has changed.
    pub(crate) fn update(&mut self, state: &State, key: &QuoteRef, draft: Option<Cpm>) {
        let seen = Some((state.version, key.clone()));
        if self.seen != seen {
            self.look(state, key);
            self.seen = seen;
        }
        self.drafted(draft);
    }

    fn look(&mut self, state: &State, key: &QuoteRef) {
        let Some(record) = state.quote(key) else {
            *self = Self::default();
            return;
        };
        // What is not begun yet is forecast from its quote.
        let opened = || {
            let price = record.price()?;
            Some(Negotiation::open(key.clone(), price, "", record.received_at))
        };
        let not_begun = if record.negotiation.is_none() { opened() } else { None };
        let Some(game) = record.negotiation.as_ref().or(not_begun.as_ref()) else {
            *self = Self::default();
            return;
        };
        let mut made = Made {
            key: key.clone(),
            talks: 0,
            moves: game.rounds.len(),
            over: usize::from(game.is_over()),
            price: game.agreed.or(game.quoted()),
        };
        for talk in rivals::talks_before(state, key) {
            made.talks += 1;
            made.moves += talk.rounds.len();
            made.over += usize::from(talk.is_over());
        }
        if self.made.as_ref() == Some(&made) {
            return;
        }
        let history = History::of(rivals::talks_before(state, key));
        *self = Self {
            seen: None,
            made: Some(made),
            talks: history.talks(),
            agreed: (history.agreed(), history.over()),
            forecast: Forecast::of(&history, game),
            chances: Vec::new(),
            draft: None,
            is_over: game.is_over(),
            came: game.agreed.map(|agreed| (agreed, history.told(game))),
        };
    }

    /// The prices that are told of, with this one among them.
    fn drafted(&mut self, draft: Option<Cpm>) {
        if self.draft != draft || self.chances.is_empty() {
            self.draft = draft;
            let prices = self.forecast.iter().flat_map(|forecast| forecast.prices(draft));
            let forecast = self.forecast.as_ref();
            self.chances = prices.filter_map(|price| Some(forecast?.at(price))).collect();
        }
    }

    /// The lowest and the highest price it settles at, if there is enough to go on.
    pub(crate) fn between(&self) -> Option<(Cpm, Cpm)> {
        self.forecast.as_ref()?.between()
    }

    /// The lowest price it settles at, where there is a range.
    pub(crate) fn low(&self) -> Option<Cpm> {
        Some(self.forecast.as_ref()?.range?.low)
    }
}
