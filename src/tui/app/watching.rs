//! A desk that is watched, not used: it goes where something happens, and hears of whoever watches only
//! the keys that show (F9), leave, redraw or step aside. What they lead to is no part of what is watched.

use jiff::Timestamp;
use ratatui::Frame;

use crate::{
    desk::State,
    domain::{QuoteRef, Refusal},
    present::Show,
    tui::{
        app::{App, Options, room::Seen},
        parts::{
            context::{Act, Cx, Said},
            keymap::{Action, Found, Scope, desk::Action as A},
            keys::Chord,
            screen::{ScreenId, Target},
        },
    },
};

/// What whoever watches has pressed and sees beside what is watched.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    pressed: Vec<Chord>,
    blank: bool,
    /// Whether what a room may see is shown, whatever was shown then; `None` is as it was.
    room: Option<bool>,
    said: Option<Said>,
}

impl App {
    /// Brings the view in line with the desk, as drawing it does.
    pub fn prepared(&mut self, state: &State, now: Timestamp) {
        self.prepare(state, now);
    }

    /// Goes to the ladder of a negotiation, or to the board.
    pub fn follow(&mut self, quote: Option<&QuoteRef>, state: &State, now: Timestamp) {
        self.prepare(state, now);
        let mut cx = Cx::new(state, now);
        match quote {
            Some(quote) => cx.go(ScreenId::Ladder, Some(Target::Quote(quote.clone()))),
            None => cx.go(ScreenId::Board, None),
        }
        self.finish(cx);
    }

    /// Shows what a room may see of what is watched, whatever was shown then.
    pub fn watch_as_a_room(&mut self) {
        self.watcher.room = Some(true);
    }

    /// As at its beginning, but for what whoever watches has pressed.
    pub fn begin_again(&mut self, options: Options) {
        let watcher = std::mem::take(&mut self.watcher);
        *self = Self::new(options);
        self.watcher = watcher;
    }

    /// A key of whoever watches a recording. Every other key belongs to the recording.
    pub fn watched(&mut self, chord: Chord, state: &State, now: Timestamp) -> Vec<Act> {
        self.watcher.said = None;
        let turns = Found::Action(Action::Desk(A::Audience));
        let begins = self.watcher.pressed.is_empty() && !self.is_a_recorded_room();
        if begins && self.keymap.find(Scope::Desk, &[chord]) == turns {
            // What was shown then stays as it was: the keys that follow in the recording belong to it.
            self.watcher.room = Some(!self.watcher.room.unwrap_or(self.is_before_a_room()));
            return Vec::new();
        }
        let mut cx = Cx::new(state, now);
        let recorded = self.show.replace(Show::default());
        self.swap();
        let heard = self.key_show(chord, &mut cx);
        self.swap();
        self.show = recorded;
        if heard {
            let (acts, _, said) = cx.done();
            self.watcher.said = said;
            return acts;
        }
        match self.keymap.find(Scope::Desk, &[chord]) {
            Found::Action(Action::Desk(A::Quit)) => vec![Act::Quit],
            Found::Action(Action::Desk(A::Suspend)) => vec![Act::Suspend],
            Found::Action(Action::Desk(A::Redraw)) => vec![Act::Redraw],
            Found::Action(_) | Found::Prefix | Found::Nothing => {
                let says = if self.is_a_recorded_room() {
                    "nothing can be asked of what a room saw"
                } else {
                    "the keys of a recording are those that were pressed"
                };
                let cure = format!("{} and what it offers are yours", self.keymap.short("pause"));
                self.watched_told(Err(Refusal::new("replay", says, cure)));
                Vec::new()
            }
        }
    }

    /// What came of what whoever watches asked for.
    pub fn watched_told(&mut self, told: Result<String, Refusal>) {
        let at = Timestamp::UNIX_EPOCH;
        self.watcher.said = Some(match told {
            Ok(words) => Said { at, bad: false, words },
            Err(refusal) => Said::refusal(&refusal, at),
        });
    }

    /// Draws everything, with what whoever watches has pressed and is told.
    pub fn draw_watched(
        &mut self,
        frame: &mut Frame<'_>,
        show: Show,
        state: &State,
        now: Timestamp,
    ) {
        let recorded =
            (self.show.replace(show), self.blank, self.said.clone(), self.pressed.clone());
        self.blank |= self.watcher.blank;
        if !self.watcher.pressed.is_empty() {
            self.pressed.clone_from(&self.watcher.pressed);
        }
        let said = self.watcher.said.clone().map(|said| Said { at: now, ..said });
        let then = self.seen();
        self.see(Seen {
            is_on: self.watcher.room.unwrap_or(then.is_on),
            is_watched: true,
            said: said.clone().or_else(|| then.said.clone()),
        });
        self.said = said.or(self.said.take());
        self.draw(frame, state, now);
        (self.show, self.blank, self.said, self.pressed) = recorded;
        self.see(then);
    }

    fn swap(&mut self) {
        std::mem::swap(&mut self.pressed, &mut self.watcher.pressed);
        std::mem::swap(&mut self.blank, &mut self.watcher.blank);
    }
}
