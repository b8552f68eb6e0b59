//! The ladder as a race: which seller is chosen, and what can be said of it below the columns.

use ratatui::{layout::Rect, text::Line};

use super::{Ladder, outcomes, words};
use crate::{
    desk::{QuoteRecord, State, can_negotiate, rivals},
    domain::{Cpm, QuoteRef, Refusal, fallback::Fallback, money::exact},
    tui::{
        parts::{
            context::{Cx, Dx},
            list::List,
            screen::Motion,
        },
        screens::race::{Race, Scene},
    },
};

impl Ladder {
    /// What to fall back on if the negotiation that is shown is left.
    pub(super) fn fallback(&self, record: &QuoteRecord, dx: &Dx<'_>) -> Option<Fallback<QuoteRef>> {
        let settling = self.settling.as_ref()?;
        rivals::fallback(dx.state, record, (&self.field, settling), dx.now)
    }

    /// Shows the race, or the one seller again.
    pub(super) fn look_at_race(&mut self, cx: &mut Cx<'_>) {
        if self.race.take().is_some() {
            return;
        }
        let Some(key) = self.at.clone() else {
            let cure = "N on a quote (3) begins";
            return cx.refuse(&Refusal::new("ladder", "nothing is being negotiated", cure));
        };
        if rivals::race(cx.state, &key).len() < 2 {
            return cx.refuse(&Refusal::new(
                "race",
                "nobody else is in it: no other seller has quoted this kind of inventory",
                "mark offers of several sellers in the kit (2) and ask them together (Q)",
            ));
        }
        let mut race = Race::default();
        race.update(cx.state, &key, cx.now);
        self.race = Some(Box::new(race));
    }

    /// Chooses another seller.
    pub(super) fn run_on(&mut self, motion: Motion) {
        let back = match motion {
            Motion::NextPane | Motion::Right | Motion::Down => false,
            Motion::PaneBefore | Motion::Left | Motion::Up => true,
            Motion::Top | Motion::Bottom | Motion::PageDown | Motion::PageUp => return,
        };
        let next = self.race.as_ref().zip(self.at.as_ref());
        if let Some(next) = next.and_then(|(race, at)| race.next(at, back)).cloned() {
            self.at = Some(next);
            self.rounds = List::default();
        }
    }

    /// What the race is drawn from.
    pub(super) fn scene<'a>(
        &self,
        race: &'a Race,
        at: &'a QuoteRef,
        dx: &Dx<'_>,
        body: Rect,
    ) -> Scene<'a> {
        let draft = |key: &QuoteRef| self.plays.get(key).and_then(|play| play.draft);
        let drafts = race.members().iter().map(draft).collect();
        let forecasts = !self.hides_forecast;
        Scene { race, at, drafts, forecasts, words: self.said_of(dx, body.width) }
    }

    fn said_of(&self, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
        let Some(record) = self.record(dx.state) else { return Vec::new() };
        let Some(game) = &record.negotiation else {
            return vec![words::not_begun(&can_negotiate(dx.state, record), dx)];
        };
        let mut lines = words::turn(self, record, game, dx, wide);
        // What is ready once one is agreed goes before what to fall back on.
        let is_won = self.race.as_ref().is_some_and(|race| race.is_won());
        if !game.is_over() && !is_won {
            lines.extend(outcomes::if_walked(self, record, dx, wide));
        }
        lines
    }

    /// Zooms the race's axis around the chosen seller's two prices.
    pub(super) fn zoom_race(&mut self, state: &State) -> bool {
        let Some(record) = self.record(state) else { return false };
        let game = record.negotiation.as_ref();
        let ours = self.draft().or_else(|| game.and_then(|game| game.our_last().or(game.target)));
        let theirs = rivals::asks(record);
        let scale = self.race.as_ref().map(|race| race.scale(state));
        let worth = |cpm: Cpm| scale.as_ref().map_or(Some(cpm), |scale| scale.worth(cpm));
        let prices = [ours, theirs].into_iter().flatten().filter_map(worth);
        let prices: Vec<_> = prices.map(|cpm| cpm.amount()).collect();
        let (Some(low), Some(high)) = (prices.iter().min(), prices.iter().max()) else {
            return self.race.is_some();
        };
        let middle = exact::middle(*low, *high);
        self.race.as_mut().map(|race| race.zoom(middle)).is_some()
    }
}
