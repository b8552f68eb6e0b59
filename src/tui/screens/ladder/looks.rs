//! What is looked at from the ladder: a reply of theirs in full, what is to be expected of the next offers,
//! and what each strategy would have come to.

use ratatui::layout::Rect;

use super::{Ladder, raw::Raw, rounds, view};
use crate::{
    desk::State,
    domain::Refusal,
    tui::{
        parts::context::Cx,
        screens::{
            forecast::{self, Outlook},
            fork,
        },
    },
};

impl Ladder {
    pub(super) fn raw(&self, cx: &mut Cx<'_>) {
        let Some(game) = self.record(cx.state).and_then(|record| record.negotiation.as_ref())
        else {
            return cx.say("nothing is being negotiated here");
        };
        let moves = rounds::all(game, self.draft());
        let chosen = moves.get(self.rounds.place());
        let round = chosen.and_then(|chosen| game.rounds.get(chosen.place?));
        match round.and_then(|round| Some((round, round.raw.as_ref()?))) {
            Some((round, raw)) => {
                let title = format!("R{} as {} sent it", round.round, game.quote.seller);
                cx.open(Box::new(Raw::new(title, raw.clone())));
            }
            None => cx.say("this move has no reply of theirs behind it; choose one of theirs"),
        }
    }

    pub(super) fn look_ahead(&mut self, state: &State) {
        let draft = self.draft();
        match &self.at {
            Some(key) => self.outlook.update(state, key, draft),
            None => self.outlook = Outlook::default(),
        }
    }

    /// How many rows of `area` the forecast takes below the rounds.
    pub(super) fn forecast_rows(&self, area: Rect) -> u16 {
        if self.hides_forecast { 0 } else { self.outlook.rows(area, view::LEAST_ROUNDS) }
    }

    pub(super) fn forecast(&self, cx: &mut Cx<'_>) {
        match self.at.clone().filter(|_| !self.hides_forecast) {
            Some(key) => cx.open(Box::new(forecast::Page::new(key, self.draft()))),
            None if self.hides_forecast => {
                cx.refuse(&Refusal::new("forecast", "it is hidden", "p shows it again"));
            }
            None => cx.say("nothing is being negotiated here"),
        }
    }

    /// From the round under the cursor on.
    pub(super) fn what_if(&self, cx: &mut Cx<'_>) {
        let record = self.record(cx.state);
        let game = record.and_then(|record| record.negotiation.as_ref());
        let Some((key, game)) = self.at.as_ref().zip(game.filter(|game| game.played() > 0)) else {
            return cx.say("nothing was offered here yet: there is nothing to play again");
        };
        let moves = rounds::all(game, self.draft());
        let chosen = moves.get(self.rounds.place()).and_then(|chosen| chosen.place);
        let round = chosen.and_then(|place| game.rounds.get(place)).map(|round| round.round);
        cx.open(fork::what_if(key, game, round));
    }
}
