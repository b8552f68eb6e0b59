//! Draws Ladder.

use ratatui::{Frame, layout::Rect};

use crate::tui::{
    context::Dx,
    parts::pane::{self, Content},
};

pub(crate) fn draw(frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
    pane::state(frame, body, dx, &Content::Empty("Ladder is not there yet.".to_owned()));
}
