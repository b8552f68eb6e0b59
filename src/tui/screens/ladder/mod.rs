//! Ladder: a negotiation on a price axis that stands still. A price is drafted here and seen before its
//! ticket sends it; a strategy can play, in sight, until it is taken over.

pub(crate) mod axis;
mod chart;
mod draft;
pub(crate) mod games;
mod looks;
mod moves;
mod outcomes;
mod racing;
mod raw;
mod rounds;
mod typing;
mod view;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use self::axis::Axis;
use crate::{
    desk::{self, Command, QuoteRecord, State, rivals},
    domain::{
        Cover, Cpm, Negotiation, QuoteRef, fallback::Settling, playbook::PlayBook, ranking::Ranking,
    },
    tui::{
        parts::{
            context::{Cx, Dx, Wake},
            copies,
            keymap::{self, ladder::Action},
            list::{List, Listed},
            note,
            screen::{Copyable, Motion, Screen, Target},
            want::Want,
        },
        screens::{
            forecast::Outlook,
            quotes::clock::Clock,
            race::{self, Race},
        },
    },
};

/// What is remembered of a negotiation on screen: the draft and where its axis stands.
#[derive(Debug, Clone, Copy, Default)]
struct Play {
    draft: Option<Cpm>,
    axis: Option<Axis>,
}

/// The screen's view state.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    /// Negotiations, those that run first.
    games: Vec<QuoteRef>,
    /// The one that is shown.
    at: Option<QuoteRef>,
    plays: BTreeMap<QuoteRef, Play>,
    /// Who competes with it, by what each can be had for.
    field: Ranking,
    /// The runner-up: of the field, or as it was kept with the booking.
    cover: Option<Cover>,
    /// How long it takes to know whether it comes to an agreement.
    settling: Option<Settling>,
    /// How the seller negotiated before.
    book: Option<PlayBook>,
    /// What is likely to come of it.
    outlook: Outlook,
    /// Whether forecasts are kept off the screen.
    hides_forecast: bool,
    /// The race it is in, while that is looked at.
    race: Option<Box<Race>>,
    rounds: List<usize>,
    made: Option<(u64, Option<QuoteRef>)>,
    /// What the field, and the race, were ranked for.
    ranked: Option<(u64, Option<QuoteRef>, bool, rust_decimal::Decimal)>,
}

impl Ladder {
    /// Puts a draft on the ladder of a quote, or takes it off.
    pub(crate) fn put_draft(&mut self, quote: &QuoteRef, price: Option<Cpm>) {
        self.plays.entry(quote.clone()).or_default().draft = price;
    }

    /// The quote whose negotiation is shown.
    pub(crate) fn shown(&self) -> Option<&QuoteRef> {
        self.at.as_ref()
    }

    fn record<'a>(&self, state: &'a State) -> Option<&'a QuoteRecord> {
        state.quote(self.at.as_ref()?)
    }

    fn draft(&self) -> Option<Cpm> {
        self.plays.get(self.at.as_ref()?)?.draft
    }

    /// Who competes, how they stand, and how their sellers play: made when a quote changed.
    fn rank(&mut self, dx: &Dx<'_>) {
        let record = self.at.as_ref().and_then(|key| dx.state.quote(key));
        self.field =
            record.map_or_else(Ranking::default, |record| rivals::field(dx.state, record, dx.now));
        self.cover = record.and_then(|record| rivals::runner_up(dx.state, record, &self.field));
        self.settling = record.map(|record| rivals::settling(dx.state, record));
        self.book = self.at.as_ref().and_then(|key| rivals::play_book(dx.state, key));
        if let (Some(race), Some(key)) = (self.race.as_mut(), self.at.as_ref()) {
            race.update(dx.state, key, dx.now);
        }
    }

    /// The next negotiation of the list.
    fn turn(&mut self, back: bool) {
        let many = self.games.len();
        if many == 0 {
            return;
        }
        let here = self.at.as_ref().and_then(|at| self.games.iter().position(|key| key == at));
        let next = here.map_or(0, |here| (here + if back { many - 1 } else { 1 }) % many);
        self.at = self.games.get(next).cloned();
        self.rounds = List::default();
    }
}

impl Screen for Ladder {
    fn prepare(&mut self, dx: &Dx<'_>, body: Rect) {
        let made = (dx.state.version, self.at.clone());
        if self.made.as_ref() != Some(&made) {
            self.games = games::all(dx.state);
            self.plays.retain(|key, _| dx.state.quote(key).is_some());
            if self.record(dx.state).is_none() {
                self.at = self.games.first().cloned();
            }
            let factor = dx.state.setup.limits.auction_factor;
            let races = self.race.is_some();
            let ranked = Some((dx.state.places.changes(), self.at.clone(), races, factor));
            if self.ranked != ranked {
                self.rank(dx);
                self.ranked = ranked;
            }
            // A draft that was sent, or can no longer be, is none.
            if let Some(key) = self.at.clone()
                && !games::takes_draft(dx.state, &key, self.draft())
            {
                self.put_draft(&key, None);
            }
            self.made = Some((dx.state.version, self.at.clone()));
        }
        self.look_ahead(dx.state);
        let record = self.at.as_ref().and_then(|key| dx.state.quote(key));
        let game = record.and_then(|record| Some((record, record.negotiation.as_ref()?)));
        let parts = view::parts(body, dx, |area| self.forecast_rows(area));
        let many = game.map_or(0, |(_, game)| rounds::all(game, self.draft()).len());
        if let (Some((record, game)), Some(key)) = (game, self.at.clone()) {
            let play = self.plays.entry(key).or_default();
            if play.axis.is_none() {
                let mut prices = games::prices(dx.state, record, game);
                let rates = dx.state.setup.limits.rates();
                let cover = self.cover.as_ref();
                let cover = cover.and_then(|cover| rates.cpm(cover.cpm, game.currency()));
                prices.extend(cover.map(|cpm| cpm.amount()));
                play.axis = Axis::around(&prices, parts.axis_rows());
            }
        }
        if let (Some(race), Some(key)) = (self.race.as_mut(), self.at.as_ref()) {
            race.place(dx, key, body);
        }
        // The newest move is under the cursor until a person looks back.
        let follows = self.rounds.place() + 1 >= self.rounds.len();
        if follows && many != self.rounds.len() {
            self.rounds.put_place(many.saturating_sub(1));
        }
        self.rounds.settle(many, parts.rounds_rows(), Some, |place| {
            Some(*place).filter(|place| *place < many)
        });
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        match (&self.race, &self.at) {
            (Some(race), Some(at)) => race::draw(&self.scene(race, at, dx, body), frame, body, dx),
            (_, _) => view::draw(self, frame, body, dx),
        }
    }

    fn act(&mut self, action: keymap::Action, cx: &mut Cx<'_>) {
        let keymap::Action::Ladder(action) = action else { return };
        match action {
            Action::Counter => self.offer(cx),
            Action::Accept => self.with(cx, Want::Accept),
            Action::Walk => self.with(cx, Want::Walk),
            Action::TickUp => self.tick(5, cx),
            Action::TickDown => self.tick(-5, cx),
            Action::JumpUp => self.tick(25, cx),
            Action::JumpDown => self.tick(-25, cx),
            Action::Type => self.type_price(cx),
            Action::Middle => self.middle(cx),
            Action::Match => self.match_theirs(cx),
            Action::Auto => self.auto(cx),
            Action::Race => self.look_at_race(cx),
            Action::Zoom => self.zoom(cx.state),
            Action::WhatIf => self.what_if(cx),
            Action::Forecast => self.forecast(cx),
            Action::Privacy => {
                self.hides_forecast = !self.hides_forecast;
                cx.say(if self.hides_forecast {
                    "forecasts are hidden"
                } else {
                    "forecasts are shown"
                });
            }
            Action::Open if self.race.is_some() => self.race = None,
            Action::Open => self.raw(cx),
            Action::Book => {
                let newest = |key: QuoteRef| Want::Book(games::newest(cx.state, &key));
                self.with(cx, newest);
            }
            Action::Trigger => {
                let newest = |key: QuoteRef| Want::Trigger(games::newest(cx.state, &key));
                self.with(cx, newest);
            }
            Action::AskAgain => match self.at.clone() {
                Some(key) => cx.command(Command::Requote(games::newest(cx.state, &key))),
                None => cx.say("nothing is being negotiated here"),
            },
        }
    }

    fn moved(&mut self, motion: Motion, _cx: &mut Cx<'_>) {
        if self.race.is_some() {
            return self.run_on(motion);
        }
        match motion {
            Motion::NextPane => self.turn(false),
            Motion::PaneBefore => self.turn(true),
            Motion::Down
            | Motion::Up
            | Motion::Left
            | Motion::Right
            | Motion::Top
            | Motion::Bottom
            | Motion::PageDown
            | Motion::PageUp => self.rounds.moved(motion),
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        None
    }

    fn list(&self) -> Option<&dyn Listed> {
        None
    }

    fn select(&mut self, target: &Target, state: &State) {
        if let Target::Quote(key) = target {
            self.at = Some(games::oldest(state, key));
            self.rounds = List::default();
        }
    }

    fn back(&mut self) -> bool {
        let key = self.at.clone().filter(|_| self.draft().is_some());
        if let Some(key) = &key {
            self.put_draft(key, None);
            return true;
        }
        self.race.take().is_some()
    }

    fn wakes(&self, wake: &mut Wake, dx: &Dx<'_>) {
        let Some(record) = self.record(dx.state) else { return };
        let racing = self.race.iter().flat_map(|race| race.members());
        let others = racing.filter_map(|key| dx.state.quote(key));
        // The clock of what is fallen back on is told too.
        let fallback = self.fallback(record, dx).and_then(|found| dx.state.quote(&found.key));
        for record in std::iter::once(record).chain(others).chain(fallback) {
            if record.is_open() || record.is_negotiating() {
                Clock::of(dx.state, record, dx.now).wakes(wake, dx.now);
            }
        }
        if let Some(armed) = desk::trigger_over(dx.state, &record.reference()) {
            wake.clock(armed.terms.until.duration_since(dx.now), dx.now);
        }
        if let Some(since) = words::waits_since(dx.state, record) {
            wake.clock(since.duration_since(dx.now), dx.now);
        }
    }

    fn fits(&self, action: keymap::Action, state: &State, now: Timestamp) -> bool {
        let keymap::Action::Ladder(action) = action else { return true };
        let Some(record) = self.record(state) else { return false };
        let game = record.negotiation.as_ref();
        let ours = game.is_some_and(Negotiation::is_our_turn);
        let over = game.is_some_and(Negotiation::is_over);
        match action {
            Action::Counter => self.game(state).is_ok() || game.is_none(),
            Action::Accept | Action::Walk => ours,
            Action::Auto => game.is_some() && !over,
            Action::TickUp
            | Action::TickDown
            | Action::Type
            | Action::Middle
            | Action::Match
            | Action::JumpUp
            | Action::JumpDown => self.game(state).is_ok(),
            Action::Book => over && games::can_book(state, record),
            Action::Trigger => games::can_book(state, record),
            Action::AskAgain => over && games::can_ask_again(state, record, now),
            Action::Race => self.race.is_some() || self.field.rows.len() > 1,
            Action::Zoom | Action::Open => game.is_some() || self.race.is_some(),
            Action::WhatIf => game.is_some_and(|game| game.played() > 0),
            Action::Forecast => !over && !self.hides_forecast,
            Action::Privacy => true,
        }
    }

    fn focus(&self, _state: &State) -> Option<Target> {
        self.at.clone().map(Target::Quote)
    }

    fn copies(&self, state: &State) -> Vec<Copyable> {
        let Some(record) = self.record(state) else { return Vec::new() };
        let copy = |key, what, text| Copyable { key, what, text };
        let mut copies = vec![
            copies::id(record.quote.quote_id.as_str()),
            copy('j', "JSON", copies::json(&record.negotiation)),
        ];
        if record.negotiation.is_some() {
            copies.push(copy('w', "polite walk", note::of_walk(record)));
        }
        copies
    }

    fn title(&self, _dx: &Dx<'_>) -> String {
        if let Some(race) = &self.race {
            return format!("race of {}, tab turns", race.competing());
        }
        let here = self.at.as_ref().and_then(|at| self.games.iter().position(|key| key == at));
        match (here, self.games.len()) {
            (Some(here), many) if many > 1 => format!("{} of {many}, tab turns", here + 1),
            _ => String::new(),
        }
    }
}
