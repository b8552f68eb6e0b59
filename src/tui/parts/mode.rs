//! How the desk works, in one word each: live, paper, demo; halted, replayed, read-only.

use ratatui::style::Style;

use super::{context::Dx, theme::Meaning};
use crate::desk::{Mode, State};

/// The words that say how the desk works, and whether they must stand out.
pub(crate) fn modes(state: &State) -> Vec<(&'static str, bool)> {
    let halt = state.controls.halt.as_ref().map(|_| (HALT, true));
    let first = match state.setup.mode {
        Mode::Live => ("LIVE", false),
        Mode::Paper => ("PAPER", true),
        Mode::Demo => ("DEMO", true),
    };
    // What is replayed is never live, whatever it was.
    let first = Some(first).filter(|_| !state.is_replay || state.setup.mode != Mode::Live);
    let replay = state.is_replay.then_some(("REPLAY", true));
    let read = state.setup.read_only.then_some(("READ", true));
    [halt, replay, first, read].into_iter().flatten().collect()
}

/// The word of a desk on which everything automatic is stopped.
const HALT: &str = "HALT";

/// How a word of [`modes`] looks.
pub(crate) fn mode_style(dx: &Dx<'_>, word: &str, stands_out: bool) -> Style {
    dx.style(match (word == HALT, stands_out) {
        (true, _) => Meaning::Alarm,
        (false, true) => Meaning::Mode,
        (false, false) => Meaning::Plain,
    })
}
