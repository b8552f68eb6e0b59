//! What lies over a screen and is typed into: where its keys go, what is pasted, and the keys that no
//! person pressed one after the other.

use jiff::Timestamp;

use super::App;
use crate::{
    desk::State,
    domain::Refusal,
    tui::{
        app::small,
        parts::{
            context::{Act, Cx},
            keys::{Chord, Key, KeyKind},
            modal::{Flow, Modal},
            sheet::guard::{Held, Pace},
        },
    },
};

/// More keys at once than this, and not all the same, were pasted: a line that stalls gives back few.
const TYPED_AT_ONCE: usize = 16;

impl App {
    /// A key for the topmost of what lies over the screen.
    pub(super) fn key_overlay(
        &mut self,
        mut top: Box<dyn Modal>,
        (chord, kind, is_held): (Chord, KeyKind, bool),
        cx: &mut Cx<'_>,
    ) {
        let (guard, pace) = (top.guard(), self.pace());
        let is_guarded = guard.is_some();
        if let Some(guard) = guard {
            guard.pressed((kind, is_held), cx.now, pace);
        }
        let flow = top.key(chord, kind, cx);
        let answered = chord.key == Key::Enter || chord == Chord::char('y');
        if is_guarded && answered && !cx.is_silent() {
            self.answered = Some(Held::new(chord, cx.now));
        }
        match flow {
            Flow::Stay => self.overlays.push(top),
            Flow::Close => {}
            Flow::Run(action) => self.run(action, cx),
            Flow::Ignored => {
                self.overlays.push(top);
                self.key_anywhere(chord, cx);
            }
        }
    }

    /// Whether a key is the rest of one that answered a ticket and is held down since.
    pub(super) fn still_answers(&mut self, chord: Chord, now: Timestamp) -> bool {
        let pace = self.pace();
        let still = self.answered.as_mut().is_some_and(|held| held.again(chord, now, pace));
        if !still {
            self.answered = None;
        }
        still
    }

    /// Whether a key is held down since it was pressed last, wherever it went then.
    pub(super) fn is_held(&mut self, chord: Chord, now: Timestamp) -> bool {
        let pace = self.pace();
        let is_held = self.newest.as_mut().is_some_and(|held| held.again(chord, now, pace));
        self.newest = Some(Held::new(chord, now));
        is_held
    }

    /// How fast the desk's time passes for hands. A story's pass with it.
    fn pace(&self) -> Pace {
        let show = self.show.as_ref().filter(|show| show.scene.is_none());
        show.map_or(100, |show| show.speed)
    }

    /// Something happened that has to be seen before anything is answered.
    pub(super) fn disturb(&mut self, now: Timestamp) {
        let guards = self.overlays.iter_mut().filter_map(|overlay| overlay.guard());
        guards.for_each(|guard| guard.disturbed(now));
    }

    /// Pasted text, verbatim, for what is being typed into.
    pub fn paste(&mut self, text: &str, state: &State, now: Timestamp) -> Vec<Act> {
        self.prepare(state, now);
        let mut cx = Cx::new(state, now);
        if text.is_empty() || self.showing.is_on || small::is_small(self.size) {
            return Vec::new();
        }
        // The last of keys that came at once may be held down since.
        if let Some(last) = text.chars().next_back() {
            let is_enter = matches!(last, '\r' | '\n');
            let last = if is_enter { Chord::key(Key::Enter) } else { Chord::char(last) };
            self.newest = Some(Held::new(last, now));
        }
        if let Some(top) = self.overlays.last_mut() {
            if let Some(guard) = top.guard() {
                guard.came(now);
            }
            top.paste(text, &mut cx);
        } else if let Some(field) = self.filtering.as_mut() {
            field.paste(text);
            let text = field.text().to_owned();
            self.narrow(&text);
        } else {
            let says = "what was pasted, or came at once, is no key";
            cx.refuse(&Refusal::new("paste", says, "press keys one after the other"));
        }
        self.finish(cx)
    }

    /// Whether keys that come at once are a paste here: where keys answer something they are, however few;
    /// on a screen many are; what is typed into takes them as they come.
    pub fn takes_as_paste(&mut self, keys: &[Chord]) -> bool {
        if self.showing.is_on || small::is_small(self.size) {
            return false;
        }
        match self.overlays.last_mut() {
            Some(top) => top.guard().is_some() || top.is_small(),
            None if self.filtering.is_some() => false,
            None => keys.len() > TYPED_AT_ONCE && keys.iter().any(|key| Some(key) != keys.first()),
        }
    }

    /// Whether a key stops everything automatic.
    pub fn halts(&self, chord: Chord) -> bool {
        self.keymap.halts(chord)
    }
}
