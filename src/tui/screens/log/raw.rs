//! One line of the log in full: the request as it left (secrets masked), the reply as it came.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::curl;
use crate::{
    desk::log::{self, What},
    domain::text,
    tui::{
        parts::{
            clock,
            context::{Cx, Dx},
            json,
            keys::{Chord, Key, KeyKind},
            modal::{Flow, Modal},
            pane, popup,
            theme::Meaning,
        },
        screens::describe,
    },
};

/// The whole of a line, over the log.
#[derive(Debug)]
pub(crate) struct Raw {
    line: log::Line,
    scroll: usize,
}

impl Raw {
    pub(crate) fn new(line: &log::Line) -> Self {
        Self { line: line.clone(), scroll: 0 }
    }
}

/// What a line holds, wrapped to `wide` cells.
pub(super) fn lines(dx: &Dx<'_>, line: &log::Line, wide: usize) -> Vec<Line<'static>> {
    let room = wide.saturating_sub(4).max(8);
    let mut out = Vec::new();
    let mut put = |sign: &'static str, meaning: Meaning, words: &str| {
        for part in json::lines(words).iter().take(200) {
            for words in pane::wrap_all(&text::clean(part, 4_000), room, 2) {
                out.push(Line::from(vec![
                    Span::styled(format!(" {sign} "), dx.style(meaning)),
                    Span::raw(words),
                ]));
            }
        }
    };
    let described = describe::line(line);
    match &line.what {
        What::Exchange(exchange, error) => {
            put(">", Meaning::Us, &format!("{} {}", exchange.method, exchange.url));
            if !exchange.request.is_empty() {
                put(">", Meaning::Us, &exchange.request);
            }
            let status = if exchange.status == 0 {
                "(none)".to_owned()
            } else {
                exchange.status.to_string()
            };
            let attempts = match exchange.attempts {
                1 => "1 attempt".to_owned(),
                many => format!("{many} attempts"),
            };
            let after = format!("{status} after {}ms, {attempts}", exchange.took_ms);
            put("<", Meaning::Them, &after);
            put("<", Meaning::Them, &exchange.response);
            if let Some(error) = error {
                put("=", Meaning::Bad, error);
            }
        }
        What::Fact(entry) => {
            put("=", Meaning::Plain, &format!("{} by {}", described.words, described.who));
            put(" ", Meaning::Dim, &serde_json::to_string(&entry.fact).unwrap_or_default());
        }
        What::Refused(refusal) => {
            put("✗", Meaning::Bad, &format!("{}: {}", refusal.rule, refusal.says));
            put("→", Meaning::Plain, &refusal.cure);
        }
    }
    out
}

impl Modal for Raw {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        match chord.key {
            Key::Esc | Key::Enter | Key::Char('q') => return Flow::Close,
            Key::Down | Key::Char('j') => self.scroll = self.scroll.saturating_add(1),
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::PageDown => self.scroll = self.scroll.saturating_add(10),
            Key::PageUp => self.scroll = self.scroll.saturating_sub(10),
            Key::Char('y') => {
                if let What::Exchange(exchange, _) = &self.line.what {
                    cx.copy("curl", curl::of(exchange));
                }
            }
            Key::Home => self.scroll = 0,
            Key::Char(_)
            | Key::F(_)
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right
            | Key::End => return Flow::Ignored,
        }
        self.scroll = self.scroll.min(2_000);
        Flow::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let described = describe::line(&self.line);
        let title = format!("{} {}", clock::time(self.line.at), described.kind);
        let size = (screen.width.saturating_sub(4), screen.height.saturating_sub(2));
        let inside = popup::place(frame, screen, dx, &title, "y curl · Esc closes", size);
        let lines = lines(dx, &self.line, usize::from(inside.width));
        let most = lines.len().saturating_sub(usize::from(inside.height));
        pane::lines(frame, inside, dx, &lines[self.scroll.min(most)..]);
    }
}
