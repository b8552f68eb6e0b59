//! One move as the seller sent it, in full.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::tui::parts::{
    context::{Cx, Dx},
    json,
    keys::{Chord, Key, KeyKind},
    modal::{Flow, Modal},
    pane, popup,
};

/// The reply behind a round.
#[derive(Debug)]
pub(super) struct Raw {
    title: String,
    text: String,
    from: usize,
}

impl Raw {
    pub(super) fn new(title: String, text: String) -> Self {
        Self { title, text, from: 0 }
    }
}

impl Modal for Raw {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        match chord.key {
            Key::Esc | Key::Enter => return Flow::Close,
            Key::Down | Key::Char('j') => self.from = self.from.saturating_add(1),
            Key::Up | Key::Char('k') => self.from = self.from.saturating_sub(1),
            Key::Char('y') => cx.copy("the reply", self.text.clone()),
            Key::Char(_)
            | Key::F(_)
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown => return Flow::Ignored,
        }
        Flow::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let wide = screen.width.min(100);
        let cells = usize::from(wide).saturating_sub(3);
        let parts = json::lines(&self.text);
        let lines: Vec<_> = parts.iter().flat_map(|part| pane::wrap_all(part, cells, 2)).collect();
        let high = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(screen.height);
        let inside =
            popup::place(frame, screen, dx, &self.title, "y copies · Esc closes", (wide, high));
        let last = lines.len().saturating_sub(usize::from(inside.height));
        let lines: Vec<_> = lines.into_iter().skip(self.from.min(last)).map(Line::from).collect();
        pane::lines(frame, inside, dx, &lines);
    }
}
