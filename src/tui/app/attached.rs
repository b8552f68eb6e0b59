//! The face of a terminal that is attached to a desk: what a room may see, and the few keys that change
//! how it is drawn. It has no desk behind it and cannot ask for anything.

use jiff::Timestamp;
use ratatui::{Frame, text::Line};

use crate::{
    present::Audience,
    tui::{
        app::{
            Options,
            audience::{self, Look, Room},
        },
        parts::{
            context::{Act, Wake},
            keymap::{Action, Found, Keymap, Scope, desk::Action as A},
            keys::Chord,
            theme::{Ground, Meaning, Theme},
        },
    },
};

/// The verbs that do something here.
const VERBS: &[&str] = &["bigger", "captions", "key names", "quit"];

/// An attached terminal's face.
#[derive(Debug)]
pub struct Attached {
    theme: Theme,
    keymap: Keymap,
    look: Look,
    /// Where the desk is expected.
    place: String,
    is_stranger: bool,
    audience: Option<Audience>,
}

impl Attached {
    /// A face that waits for the desk at `place`.
    pub fn new(options: Options, place: String) -> Self {
        let Options { ground, depth, motion, ascii, keymap, .. } = options;
        let theme = Theme { ground, depth, motion, ascii };
        let look = Look::default();
        Self { theme, keymap, look, place, is_stranger: false, audience: None }
    }

    /// What the ground of the terminal looks like.
    pub fn set_ground(&mut self, ground: Ground) {
        self.theme.ground = ground;
    }

    /// What a room may see by now.
    pub fn put(&mut self, audience: &Audience) {
        self.is_stranger = false;
        if self.audience.as_ref() != Some(audience) {
            self.audience = Some(audience.clone());
        }
    }

    /// The desk is gone. What it showed may no longer be so, and is not shown on.
    pub fn lost(&mut self) {
        (self.audience, self.is_stranger) = (None, false);
    }

    /// What answers is no desk of this version.
    pub fn met_a_stranger(&mut self) {
        (self.audience, self.is_stranger) = (None, true);
    }

    /// A key.
    pub fn key(&mut self, chord: Chord) -> Vec<Act> {
        let Found::Action(Action::Desk(action)) = self.keymap.find(Scope::Desk, &[chord]) else {
            return Vec::new();
        };
        if let Some((part, _)) = self.look.part(action) {
            *part = !*part;
        }
        let acts = [(A::Quit, Act::Quit), (A::Suspend, Act::Suspend), (A::Redraw, Act::Redraw)];
        acts.into_iter().filter(|(own, _)| *own == action).map(|(_, act)| act).collect()
    }

    /// Draws everything, at `now` of the desk's clock.
    pub fn draw(&self, frame: &mut Frame<'_>, now: Timestamp) {
        let Self { theme, keymap, look, .. } = self;
        let area = frame.area();
        let room = Room { theme, keymap, look: *look, now, said: None, verbs: VERBS };
        if let Some(audience) = &self.audience {
            audience::draw(frame, area, audience, &room);
        } else {
            let waits = if self.is_stranger {
                "the desk here is of another version; attach with the same dealdesk".to_owned()
            } else {
                format!("no desk is shown at {}", self.place)
            };
            let quit = format!("{} leaves", keymap.short("quit"));
            let lines = [
                Line::from("DEALDESK  AUDIENCE VIEW").style(theme.style(Meaning::Key)),
                Line::default(),
                Line::from(waits),
                Line::from("start one with --present; it is looked for until then"),
                Line::from(quit).style(theme.style(Meaning::Dim)),
            ];
            audience::put(frame, area, &lines);
        }
        theme.to_ascii(frame.buffer_mut());
    }

    /// The next instant of the desk's clock at which something visible changes by itself.
    pub fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let mut wake = Wake::default();
        audience::wakes(&mut wake, self.audience.as_ref()?, self.look, now);
        wake.at()
    }

    /// How fast the desk's clock runs, in hundredths of the wall's; never 0.
    pub fn speed(&self) -> u32 {
        self.audience.as_ref().map_or(100, |audience| audience.show.speed.max(1))
    }

    /// The terminal's title: `dealdesk DEMO audience`.
    pub fn title(&self) -> String {
        let mode =
            self.audience.as_ref().map_or_else(String::new, |seen| format!(" {}", seen.mode));
        format!("dealdesk{mode} audience")
    }
}
