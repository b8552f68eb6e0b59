//! The desk before a room: what a room may see is made here when something of it changed, and shown in
//! place of the desk at one key (F5). While it is, nothing that lies over the desk is drawn and nothing that
//! needs to be seen can be done.

use jiff::Timestamp;

use super::App;
use crate::{
    desk::State,
    domain::{QuoteRef, Refusal},
    present::{Audience, Key as Pressed, Show},
    tui::{
        app::{
            audience::{Look, Room},
            beside,
            overlay::Leave,
        },
        parts::{
            context::{Cx, Dx, Said},
            keymap::{Action, Found, desk::Action as A},
            keys::{Chord, Key, short},
            screen::{Motion, ScreenId},
        },
    },
};

/// How many keys are remembered to be shown.
const KEYS: usize = 3;

/// The verbs of the keys that do something while a room watches.
const VERBS: &[&str] = &["audience", "bigger", "captions", "key names", "pane", "halt", "quit"];

/// The same where it watches a recording.
const REPLAYED: &[&str] =
    &["pause", "step", "step back", "bigger", "quit", "slower", "faster", "captions"];

/// What a room is shown.
#[derive(Debug, Default)]
pub(super) struct Showing {
    /// Whether this terminal shows what a room may see, in place of the desk.
    pub(super) is_on: bool,
    /// Whether it is a recording that is watched.
    is_watched: bool,
    pub(super) look: Look,
    /// The newest keys that did something, oldest first.
    keys: Vec<Pressed>,
    /// What was said about a key while a room watched. What the desk says is not for it.
    pub(super) said: Option<Said>,
    made: Option<Made>,
    /// What was recorded of a room's view. There is no desk behind it, and nothing to go back to.
    given: Option<Audience>,
}

/// What is drawn before a room, for whoever watches a recording.
#[derive(Debug)]
pub(in crate::tui) struct Seen {
    pub(in crate::tui) is_on: bool,
    pub(in crate::tui) is_watched: bool,
    pub(in crate::tui) said: Option<Said>,
}

/// What a room may see, and of what it was made.
#[derive(Debug)]
struct Made {
    version: u64,
    focus: Option<QuoteRef>,
    show: Show,
    audience: Audience,
}

impl Showing {
    /// What is shown on this terminal in place of the desk, if anything is.
    pub(super) fn shown(&self) -> Option<&Audience> {
        let made = || self.made.as_ref().filter(|_| self.is_on).map(|made| &made.audience);
        self.given.as_ref().or_else(made)
    }

    /// Whether there is no desk behind what is shown.
    pub(super) fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// The story's captions beside the desk, unless they are turned off.
    pub(super) fn captions(&self, dx: &Dx<'_>) -> Vec<String> {
        if self.look.captions { beside::caption(dx) } else { Vec::new() }
    }

    /// A key that was understood, for whoever watches.
    fn note(&mut self, name: String, at: Timestamp) {
        let old = (self.keys.len() + 1).saturating_sub(KEYS);
        self.keys.drain(..old);
        self.keys.push(Pressed { name, at });
    }
}

impl App {
    /// What a room may see of the desk by now: made again only where something changed.
    pub fn audience(&mut self, state: &State) -> &Audience {
        let showing = &mut self.showing;
        let (version, focus) = (state.version, self.screens.ladder.shown().cloned());
        let show = self.show.clone().unwrap_or_default();
        // The face's own: it knows which keys were typed into something.
        let show = Show { keys: showing.keys.clone(), is_blank: self.blank, ..show };
        let same =
            |made: &Made| made.version == version && made.focus == focus && made.show == show;
        let made = showing.made.take().filter(same).unwrap_or_else(|| {
            let audience = Audience::of(state, focus.as_ref(), &show);
            Made { version, focus, show, audience }
        });
        &showing.made.insert(made).audience
    }

    /// From now on shows what was recorded of a room's view, and nothing else.
    pub fn show_a_room(&mut self, audience: Audience) {
        self.showing.given = Some(audience);
        self.showing.is_on = true;
    }

    /// Whether it shows what was recorded of a room's view.
    pub(in crate::tui) fn is_a_recorded_room(&self) -> bool {
        self.showing.is_given()
    }

    /// Makes what a room may see, unless it was recorded: then only what stands beside it is put there.
    pub(super) fn prepare_the_room(&mut self, state: &State) {
        match (&mut self.showing.given, &self.show) {
            (Some(given), Some(show)) => {
                given.show = Show { is_blank: self.blank, ..show.clone() };
            }
            (Some(_), None) => {}
            (None, _) => {
                self.audience(state);
            }
        }
    }

    /// Whether this terminal shows what a room may see.
    pub fn is_before_a_room(&self) -> bool {
        self.showing.is_on
    }

    /// Shows what a room may see, in place of the desk.
    pub fn show_to_a_room(&mut self) {
        self.showing.is_on = true;
    }

    /// What is drawn before a room.
    pub(in crate::tui) fn seen(&self) -> Seen {
        let Showing { is_on, is_watched, said, .. } = self.showing.as_ref();
        Seen { is_on: *is_on, is_watched: *is_watched, said: said.clone() }
    }

    /// Draws something else before a room.
    pub(in crate::tui) fn see(&mut self, seen: Seen) {
        let Seen { is_on, is_watched, said } = seen;
        (self.showing.is_on, self.showing.is_watched, self.showing.said) =
            (is_on, is_watched, said);
    }

    /// From the desk to what a room may see, or back. What was open stays open, unseen and deaf, and
    /// is as after a change of focus when it is seen again.
    pub(super) fn turn_to_the_room(&mut self, cx: &mut Cx<'_>) {
        if self.showing.is_given() {
            let says = "a redacted recording is what a room saw: there is no desk in it";
            return cx.refuse(&Refusal::new("replay", says, "play the one it was made from"));
        }
        self.showing.is_on = !self.showing.is_on;
        self.showing.said = None;
        self.said = None;
        self.blank = false;
        self.pressed.clear();
        self.disturb(cx.now);
    }

    /// A key while a room watches.
    pub(super) fn key_before_a_room(&mut self, chord: Chord, cx: &mut Cx<'_>) {
        self.showing.said = None;
        self.pressed.push(chord);
        let found = self.keymap.find(self.screen.scope(), &self.pressed);
        if found != Found::Prefix {
            self.pressed.clear();
        }
        let Found::Action(action) = found else { return };
        match action {
            Action::Desk(A::NextPane) => self.turn_talk(Motion::NextPane, cx),
            Action::Desk(A::PaneBefore) => self.turn_talk(Motion::PaneBefore, cx),
            Action::Desk(A::Quit) if !self.overlays.is_empty() => {
                self.refuse_before_a_room("something is open on the desk", cx.now);
            }
            // What would be asked about is not for the room.
            Action::Desk(A::Quit) if Leave::asked(cx.state, false).is_some() => {
                self.refuse_before_a_room("something is under way on the desk", cx.now);
            }
            Action::Desk(A::Redraw | A::Suspend | A::Quit) => self.run(action, cx),
            Action::Desk(_)
            | Action::Board(_)
            | Action::Kit(_)
            | Action::Quotes(_)
            | Action::Ladder(_)
            | Action::Deal(_)
            | Action::Sellers(_)
            | Action::Log(_) => self.refuse_before_a_room("not while a room watches", cx.now),
        }
    }

    /// What the room's view is drawn with.
    pub(super) fn room(&self, now: Timestamp) -> Room<'_> {
        let Showing { is_watched, said, .. } = self.showing.as_ref();
        Room {
            theme: &self.theme,
            keymap: &self.keymap,
            look: self.showing.look,
            now,
            said: said.as_ref().map(|said| said.words.as_str()),
            verbs: if *is_watched { REPLAYED } else { VERBS },
        }
    }

    /// Turns something of the view on or off. Where the desk is shown, it says so.
    pub(super) fn turn_look(&mut self, action: A, cx: &mut Cx<'_>) {
        let Some((part, what)) = self.showing.look.part(action) else { return };
        *part = !*part;
        if !self.showing.is_on {
            let on = if *part { "on" } else { "off" };
            cx.say(format!("{what} {on}, in what a room sees"));
        }
    }

    fn refuse_before_a_room(&mut self, says: &str, now: Timestamp) {
        let key = self.keymap.short("audience");
        let cure = format!("{key} goes back to the desk");
        self.showing.said = Some(Said::refusal(&Refusal::new("audience", says, cure), now));
    }

    /// The next negotiation, as on the ladder.
    fn turn_talk(&mut self, motion: Motion, cx: &mut Cx<'_>) {
        self.prepare_screen(ScreenId::Ladder, cx.state, cx.now);
        self.screens.get_mut(ScreenId::Ladder).moved(motion, cx);
    }

    /// Remembers the name of a key that did something. What is typed into a line or a ticket is not
    /// remembered: it may be a price that nobody offered, a name, a note.
    pub(super) fn note_sequence(&mut self, pressed: &[Chord], now: Timestamp) {
        self.showing.note(short(pressed), now);
    }

    /// The same for a key that went to what lies over the screen: only those that type nothing, and
    /// the yes.
    pub(super) fn note_answer(&mut self, chord: Chord, now: Timestamp) {
        if chord.letter() == Some('y') || !matches!(chord.key, Key::Char(_) | Key::F(_)) {
            self.showing.note(chord.short(), now);
        }
    }
}
