//! What can be copied of the row under the cursor: one letter each.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::text,
    tui::parts::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        popup,
        screen::Copyable,
        theme::Meaning,
    },
};

/// The copy menu.
#[derive(Debug)]
pub(crate) struct CopyMenu {
    copies: Vec<Copyable>,
}

impl CopyMenu {
    pub(crate) fn new(copies: Vec<Copyable>) -> Self {
        Self { copies }
    }
}

impl Modal for CopyMenu {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc || chord == Chord::char('q') {
            return Flow::Close;
        }
        let chosen = self.copies.iter().find(|copy| Some(copy.key) == chord.letter());
        let Some(chosen) = chosen else { return Flow::Ignored };
        cx.copy(chosen.what, chosen.text.clone());
        Flow::Close
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let room = usize::from(screen.width).saturating_sub(24).min(70);
        let line = |copy: &Copyable| {
            let shown = text::cut(&text::clean(&copy.text, 200), room);
            Line::from(vec![
                Span::styled(copy.key.to_string(), dx.style(Meaning::Key)),
                Span::raw(format!(" {} ", text::fit(copy.what, 13))),
                Span::styled(shown, dx.style(Meaning::Dim)),
            ])
        };
        let lines: Vec<_> = self.copies.iter().map(line).collect();
        popup::draw(frame, screen, dx, "COPY · Esc closes", &lines);
    }
}
