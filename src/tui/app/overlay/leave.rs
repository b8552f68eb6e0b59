//! The question before the desk is left with something under way: an open ticket, a strategy that plays, a
//! trigger that is armed.

use ratatui::{Frame, layout::Rect, text::Line};

use crate::{
    desk::State,
    tui::parts::{
        context::{Act, Cx, Dx},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        pane, popup,
    },
};

/// Up to so many are named.
const NAMED: usize = 3;

/// How wide its lines are.
const WIDE: usize = 72;

/// Asks whether to quit although something is under way.
#[derive(Debug)]
pub(crate) struct Leave {
    /// What quitting ends.
    ends: Vec<String>,
}

impl Leave {
    /// The question, if there is something to ask about. What is replayed is over.
    pub(crate) fn asked(state: &State, has_ticket: bool) -> Option<Self> {
        let mut ends = Vec::new();
        if has_ticket {
            ends.push(
                "A ticket is open. Quitting closes it; nothing that was not sent is sent. What was \
                 sent goes on and is looked up at the next start."
                    .to_owned(),
            );
        }
        let owner = &state.setup.owner;
        let plays = state.quotes.iter().filter(|(_, record)| {
            let game = record.negotiation.as_ref();
            record.auto_owner.as_ref() == Some(owner)
                && game.is_some_and(|game| game.auto.is_some())
        });
        let plays = plays.map(|(key, _)| format!("{} {}", key.seller, key.quote_id));
        if let Some(names) = named(plays.collect()) {
            ends.push(format!(
                "AUTO plays on {names}. Quitting stops it; the negotiation stays open."
            ));
        }
        let armed = state.own_triggers();
        let armed = armed.map(|trigger| format!("{} {}", trigger.quote.seller, trigger.id));
        if let Some(names) = named(armed.collect()) {
            ends.push(format!("TRIGGER is armed: {names}. Quitting lets go of it."));
        }
        (!ends.is_empty() && !state.is_replay).then_some(Self { ends })
    }
}

/// `one, two, three and 4 more`.
fn named(all: Vec<String>) -> Option<String> {
    let more = all.len().saturating_sub(NAMED);
    let names = all.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    let names = if more > 0 { format!("{names} and {more} more") } else { names };
    (!names.is_empty()).then_some(names)
}

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
        let wide = WIDE.min(usize::from(screen.width).saturating_sub(4)).max(10);
        let lines = self.ends.iter().flat_map(|end| pane::wrap(end, wide, 0)).map(Line::from);
        let lines: Vec<_> = lines.collect();
        let high = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let size = (u16::try_from(wide + 4).unwrap_or(u16::MAX), high);
        // The keys stand in the frame: they are seen at any size.
        let inside = popup::place(frame, screen, dx, "QUIT?", "y quits   n or Esc stays", size);
        let margin = 1.min(inside.width);
        let inside = Rect { x: inside.x + margin, width: inside.width - margin, ..inside };
        pane::lines(frame, inside, dx, &lines);
    }

    fn is_small(&self) -> bool {
        true
    }
}
