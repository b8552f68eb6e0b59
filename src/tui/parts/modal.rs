//! What lies over a screen: help, menus, tickets. The topmost one gets the keys first.
//!
//! To add one: a type with `impl Modal`, opened with `cx.open(Box::new(…))`.

use std::fmt::Debug;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use crate::{
    domain::Refusal,
    tui::parts::{
        context::{Cx, Dx, Wake},
        keymap::Action,
        keys::{Chord, KeyKind},
        sheet::guard::Guard,
    },
};

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// It was dealt with; the overlay stays.
    Stay,
    /// The overlay closes.
    Close,
    /// It closes, and the action is run as if its key had been pressed.
    Run(Action),
    /// It means nothing here. Of the desk's keys only redraw, suspend and quit work under an overlay.
    Ignored,
}

/// Something over the screen. View state only, like a screen.
pub(crate) trait Modal: Debug {
    /// A key.
    fn key(&mut self, chord: Chord, kind: KeyKind, cx: &mut Cx<'_>) -> Flow;

    /// Pasted text, verbatim: fields make one line of it. Where an answer is to be typed it is refused,
    /// in words.
    fn paste(&mut self, _text: &str, _cx: &mut Cx<'_>) {}

    /// Brings it in line with the desk, before every key and frame; returns whether it is still
    /// wanted (a ticket that the desk has closed is not).
    fn prepare(&mut self, _dx: &Dx<'_>, _screen: Rect) -> bool {
        true
    }

    /// Draws it over `screen`, the whole frame. `parts::popup` clears a place for it.
    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>);

    /// When something that is drawn changes by itself.
    fn wakes(&self, _wake: &mut Wake, _dx: &Dx<'_>) {}

    /// What keeps it from listening, if anything does: keys are answers here. It is told of every key
    /// before the key comes, and of every change of size and focus.
    fn guard(&mut self) -> Option<&mut Guard> {
        None
    }

    /// What the desk refused of the newest commands. Returns whether it shows them itself.
    fn refused(&mut self, _refusals: &[Refusal], _now: Timestamp) -> bool {
        false
    }

    /// Whether it is seen and answered at any size. Nothing that sends is.
    fn is_small(&self) -> bool {
        false
    }

    /// Whether it is a ticket: `q` then asks before it quits, and small terminals close it to keys.
    fn is_ticket(&self) -> bool {
        false
    }
}
