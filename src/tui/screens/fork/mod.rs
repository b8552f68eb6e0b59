//! "What if": what each strategy would have come to from a round of a negotiation on, against what its
//! seller was like. It is SIM, and says so: no key here asks a seller, opens a ticket or changes the desk.

mod view;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use crate::{
    desk,
    domain::{
        Negotiation, QuoteRef,
        fork::{Fork, Question},
    },
    tui::parts::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
    },
};

/// The view.
#[derive(Debug)]
pub(crate) struct WhatIf {
    key: QuoteRef,
    /// Our round from which on it is played again.
    from: u32,
    /// The last round that can be chosen.
    last: u32,
    /// The strategy whose rounds are shown.
    at: usize,
    /// What came of it, and of what that was made: when the negotiation last changed, and from where on.
    made: Option<(Timestamp, u32)>,
    found: Result<Fork, String>,
}

/// From a round of a negotiation on; without one from our newest.
pub(crate) fn what_if(key: &QuoteRef, game: &Negotiation, round: Option<u32>) -> Box<dyn Modal> {
    let rounds = Question::rounds(game);
    let from = round.unwrap_or(*rounds.end()).clamp(*rounds.start(), *rounds.end());
    let found = Err("it is being played".to_owned());
    Box::new(WhatIf { key: key.clone(), from, last: *rounds.end(), at: 0, made: None, found })
}

impl Modal for WhatIf {
    fn key(&mut self, chord: Chord, _kind: KeyKind, _cx: &mut Cx<'_>) -> Flow {
        if chord.ctrl || chord.alt {
            return Flow::Ignored;
        }
        let lines = self.found.as_ref().map_or(0, |fork| fork.lines.len());
        match chord.key {
            Key::Esc => return Flow::Close,
            Key::Left | Key::Char('h') => self.from = self.from.saturating_sub(1).max(1),
            Key::Right | Key::Char('l') => self.from = self.from.saturating_add(1).min(self.last),
            Key::Down | Key::Char('j') => self.at = (self.at + 1).min(lines.saturating_sub(1)),
            Key::Up | Key::Char('k') => self.at = self.at.saturating_sub(1),
            Key::Char(_)
            | Key::F(_)
            | Key::Enter
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown => return Flow::Ignored,
        }
        Flow::Stay
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        let Some(record) = dx.state.quote(&self.key) else { return false };
        let Some(game) = &record.negotiation else { return false };
        self.last = *Question::rounds(game).end();
        let made = Some((record.changed_at, self.from));
        if self.made != made {
            self.made = made;
            let question = desk::what_if(dx.state, record, self.from);
            self.found = match (dx.forker, question) {
                (Some(forker), Some(question)) => forker(&question),
                (None, _) => Err("this desk was started without the lab".to_owned()),
                (_, None) => Err("the quote names no price to start from".to_owned()),
            };
        }
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, screen, dx);
    }
}
