//! The checklist of a deal's activation: what is done is checked off here, with its time.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::activation::checked;
use crate::{
    desk::{Command, DealRecord},
    domain::{DealRef, activation::Item},
    tui::parts::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        popup,
        theme::Meaning,
    },
};

/// The checklist.
#[derive(Debug)]
pub(super) struct Checklist {
    deal: DealRef,
}

impl Checklist {
    pub(super) fn new(record: &DealRecord) -> Self {
        Self { deal: record.reference() }
    }
}

/// The item behind a digit, from 1.
fn item(chord: Chord) -> Option<Item> {
    let digit = chord.letter()?.to_digit(10)?;
    Item::all().nth(usize::try_from(digit).ok()?.checked_sub(1)?)
}

impl Modal for Checklist {
    fn key(&mut self, chord: Chord, kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if matches!(chord.key, Key::Esc | Key::Enter) || chord == Chord::char('q') {
            return Flow::Close;
        }
        let Some(item) = item(chord).filter(|_| kind == KeyKind::Press) else {
            return Flow::Ignored;
        };
        let (deal, step) = (self.deal.clone(), item.to_string());
        cx.say(format!("{}: {} is done", deal.deal_id, item.words()));
        cx.command(Command::Activate { deal, step, says: String::new() });
        Flow::Stay
    }

    fn prepare(&mut self, dx: &Dx<'_>, _screen: Rect) -> bool {
        dx.state.deals.contains_key(&self.deal)
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let wide = usize::from(screen.width.saturating_sub(8)).min(90);
        let Some(record) = dx.state.deals.get(&self.deal) else { return };
        let mut lines: Vec<Line<'static>> = Vec::new();
        for (nth, item) in Item::all().enumerate() {
            for (row, mut line) in checked(dx, record, item, wide).into_iter().enumerate() {
                let key = if row == 0 { (nth + 1).to_string() } else { " ".to_owned() };
                line.spans.insert(0, Span::styled(key, dx.style(Meaning::Key)));
                lines.push(line);
            }
        }
        lines.push(Line::from(""));
        lines.push(Line::from("A digit says that it is done now. Nothing is sent to anyone."));
        popup::draw(frame, screen, dx, "ACTIVATION CHECKLIST · Esc closes", &lines);
    }
}
