//! What every screen is drawn from, and how the view state is brought in line with it.

use jiff::Timestamp;
use ratatui::layout::Rect;
use strum::IntoEnumIterator as _;

use super::App;
use crate::{
    desk::State,
    tui::{
        app::{beside, chrome, screens::Screens},
        parts::{context::Dx, modal::Modal, screen::ScreenId},
    },
};

impl App {
    pub(super) fn dx<'a>(&'a self, state: &'a State, now: Timestamp) -> Dx<'a> {
        let Self { theme, keymap, size, show, forker, .. } = self;
        let (show, forker) = (show.as_ref(), *forker);
        Dx { state, now, theme, keymap, size: *size, show, forker }
    }

    /// The screens and what lies over them, to be changed by what they are drawn from.
    fn with_dx<'a>(
        &'a mut self,
        state: &'a State,
        now: Timestamp,
    ) -> (&'a mut Screens, &'a mut Vec<Box<dyn Modal>>, Dx<'a>) {
        let Self { theme, keymap, size, show, forker, screens, overlays, .. } = self;
        let (show, forker) = (show.as_ref(), *forker);
        (screens, overlays, Dx { state, now, theme, keymap, size: *size, show, forker })
    }

    /// Brings the view state in line with the desk.
    pub(in crate::tui) fn prepare(&mut self, state: &State, now: Timestamp) {
        let area = self.prepare_screen(self.screen, state, now);
        let (_, overlays, dx) = self.with_dx(state, now);
        overlays.retain_mut(|overlay| overlay.prepare(&dx, area));
    }

    /// Makes a part of what takes long to make and is not on screen yet, while nothing else is to be done.
    /// Returns whether there is more of it.
    pub fn ahead(&mut self, state: &State, now: Timestamp) -> bool {
        let (screens, _, dx) = self.with_dx(state, now);
        ScreenId::iter().any(|id| screens.get_mut(id).ahead(&dx))
    }

    /// Brings one screen in line with the desk; returns where overlays lie over it.
    pub(super) fn prepare_screen(
        &mut self,
        screen: ScreenId,
        state: &State,
        now: Timestamp,
    ) -> Rect {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        let dx = self.dx(state, now);
        let above_and_below = (chrome::alarms(&dx).len(), self.showing.captions(&dx).len());
        let parts = chrome::layout(area, above_and_below);
        let (screens, _, dx) = self.with_dx(state, now);
        screens.get_mut(screen).prepare(&dx, parts.body);
        beside::over(area, parts.caption)
    }
}
