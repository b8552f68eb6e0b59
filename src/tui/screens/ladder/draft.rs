//! Drafting: a price on the axis that nobody was told yet. Nothing here sends.

use rust_decimal::Decimal;

use super::{Ladder, typing::Typing};
use crate::{
    desk::{self, QuoteRecord, State},
    domain::{Cpm, Negotiation, Refusal, money::exact},
    tui::parts::context::Cx,
};

impl Ladder {
    /// The negotiation that is shown, or why there is nothing to draft in.
    pub(super) fn game<'a>(
        &self,
        state: &'a State,
    ) -> Result<(&'a QuoteRecord, &'a Negotiation), Refusal> {
        let refuse = |says: String, cure: &str| Err(Refusal::new("ladder", says, cure));
        let Some(record) = self.record(state) else {
            return refuse("nothing is being negotiated".to_owned(), "N on a quote (3) begins");
        };
        let Some(game) = &record.negotiation else {
            desk::can_negotiate(state, record)?;
            return refuse("it is not being negotiated yet".to_owned(), "N opens it");
        };
        if game.is_over() {
            let outcome = game.outcome.to_string().replace('_', " ");
            return refuse(format!("this negotiation ended: {outcome}"), "r asks for a new quote");
        }
        if game.pending.is_some() {
            return refuse(
                "a move has no answer yet".to_owned(),
                "wait for it; a lost one is looked up",
            );
        }
        if game.is_final() {
            let says = "they said this is their final offer".to_owned();
            return refuse(says, "accept it (A) or walk (W)");
        }
        Ok((record, game))
    }

    fn place_draft(&mut self, price: Cpm, cx: &mut Cx<'_>) {
        if price.amount() <= Decimal::ZERO {
            return cx.say("a price is above zero");
        }
        if let Some(key) = self.at.clone() {
            self.put_draft(&key, Some(price));
        }
    }

    /// Moves the draft; the first press puts it on our own last price, our target, or theirs.
    pub(super) fn tick(&mut self, ticks: i64, cx: &mut Cx<'_>) {
        let from = self.game(cx.state).and_then(|(_, game)| {
            let none = || Refusal::new("price", "no price is named to start from", "type one (e)");
            let moved = |from: Cpm| {
                let by = from.currency().tick().saturating_mul(Decimal::from(ticks));
                Cpm::new(from.amount().saturating_add(by), from.currency())
            };
            match (self.draft().or(game.our_last()), game.target) {
                (Some(from), _) => Ok(moved(from)),
                (None, Some(target)) => Ok(target),
                (None, None) => game.their_last().map(moved).ok_or_else(none),
            }
        });
        match from {
            Ok(price) => self.place_draft(price, cx),
            Err(refusal) => cx.refuse(&refusal),
        }
    }

    pub(super) fn middle(&mut self, cx: &mut Cx<'_>) {
        let middle = self.game(cx.state).and_then(|(_, game)| {
            let none = || {
                let says = "you have offered nothing yet, and no target is set";
                Refusal::new("middle", says, "draft a first price with + − or e")
            };
            let ours = game.our_last().or(game.target).ok_or_else(none)?;
            let theirs = game.their_last().ok_or_else(none)?;
            let between = || {
                let middle = exact::middle(ours.amount(), theirs.amount());
                (ours.currency() == theirs.currency())
                    .then(|| Cpm::new(middle, ours.currency()).nearest())
            };
            game.middle().or_else(between).ok_or_else(none)
        });
        match middle {
            Ok(price) => self.place_draft(price, cx),
            Err(refusal) => cx.refuse(&refusal),
        }
    }

    pub(super) fn match_theirs(&mut self, cx: &mut Cx<'_>) {
        let theirs = self.game(cx.state).and_then(|(_, game)| {
            let none = || Refusal::new("match", "they named no price", "draft one with e");
            game.their_last().ok_or_else(none)
        });
        match theirs {
            Ok(price) => self.place_draft(price, cx),
            Err(refusal) => cx.refuse(&refusal),
        }
    }

    pub(super) fn type_price(&self, cx: &mut Cx<'_>) {
        match self.game(cx.state) {
            Ok((record, _)) => {
                let currency = record
                    .quote
                    .pricing
                    .cpm()
                    .map_or(cx.state.setup.limits.currency, |cpm| cpm.currency());
                cx.open(Box::new(Typing::new(record.reference(), currency, self.draft())));
            }
            Err(refusal) => cx.refuse(&refusal),
        }
    }

    pub(super) fn zoom(&mut self, state: &State) {
        if self.race.is_some() {
            self.zoom_race(state);
            return;
        }
        let Some(game) = self.record(state).and_then(|record| record.negotiation.as_ref()) else {
            return;
        };
        let ours = self.draft().or(game.our_last()).or(game.target);
        let prices = [game.their_last(), ours].into_iter().flatten().map(|price| price.amount());
        let prices: Vec<_> = prices.collect();
        let (Some(low), Some(high)) = (prices.iter().min(), prices.iter().max()) else { return };
        let middle = exact::middle(*low, *high);
        let play = self.at.as_ref().and_then(|key| self.plays.get_mut(key));
        if let Some(axis) = play.and_then(|play| play.axis.as_mut()) {
            *axis = axis.zoomed(middle);
        }
    }
}
