//! Ladder: to be built. This is its place.

mod view;

use ratatui::{Frame, layout::Rect};

use super::{
    context::{Cx, Dx},
    keymap::{self, actions},
    parts::list::{List, Listed},
    screen::Screen,
};

actions! { Ladder:
    AskAgain "ask again" ["r"] Ask "ask the seller again";
}

/// The screen's view state.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    list: List<usize>,
}

impl Screen for Ladder {
    fn prepare(&mut self, _dx: &Dx<'_>, body: Rect) {
        self.list.settle(0, usize::from(body.height), |_| None, |_| None);
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, dx: &Dx<'_>) {
        view::draw(frame, body, dx);
    }

    fn act(&mut self, action: keymap::Action, _cx: &mut Cx<'_>) {
        let keymap::Action::Ladder(action) = action else { return };
        match action {
            Action::AskAgain => {}
        }
    }

    fn listed(&mut self) -> Option<&mut dyn Listed> {
        Some(&mut self.list)
    }

    fn list(&self) -> Option<&dyn Listed> {
        Some(&self.list)
    }
}
