//! The question before the desk is left with a ticket open.

use ratatui::{Frame, layout::Rect, text::Line};

use super::{Flow, Modal};
use crate::tui::{
    Act,
    context::{Cx, Dx},
    keys::{Chord, Key, KeyKind},
    parts::popup,
};

/// Asks whether to quit although a ticket is open.
#[derive(Debug)]
pub(crate) struct Leave;

impl Modal for Leave {
    fn key(&mut self, chord: Chord, kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if kind == KeyKind::Repeat {
            return Flow::Stay;
        }
        if chord == Chord::char('y') {
            cx.act(Act::Quit);
            return Flow::Close;
        }
        let stays = chord == Chord::char('n') || chord.key == Key::Esc;
        if stays { Flow::Close } else { Flow::Stay }
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let lines = vec![
            Line::from("A ticket is open. Quitting closes it; nothing that was not sent is sent."),
            Line::from("What was sent goes on and is looked up at the next start."),
            Line::from(""),
            Line::from("y quit      n or Esc stay"),
        ];
        popup::draw(frame, screen, dx, "QUIT", &lines);
    }
}
