//! The line after `/`: what is typed into it narrows the list of the screen as it is typed.

use super::App;
use crate::tui::parts::{
    context::Cx,
    field::Field,
    keys::{Chord, Key},
    screen::Motion,
};

impl App {
    pub(super) fn key_filter(&mut self, chord: Chord) {
        let Some(field) = self.filtering.as_mut() else { return };
        match chord.key {
            Key::Enter => self.filtering = None,
            Key::Esc => {
                self.filtering = None;
                if let Some(list) = self.screens.get_mut(self.screen).listed() {
                    list.restore();
                }
            }
            Key::Up => self.moved_list(Motion::Up),
            Key::Down => self.moved_list(Motion::Down),
            Key::PageUp => self.moved_list(Motion::PageUp),
            Key::PageDown => self.moved_list(Motion::PageDown),
            Key::Char(_)
            | Key::F(_)
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End => {
                if field.key(chord) {
                    let text = field.text().to_owned();
                    self.narrow(&text);
                }
            }
        }
    }

    fn moved_list(&mut self, motion: Motion) {
        if let Some(list) = self.screens.get_mut(self.screen).listed() {
            list.moved(motion);
        }
    }

    pub(super) fn narrow(&mut self, text: &str) {
        if let Some(list) = self.screens.get_mut(self.screen).listed() {
            list.set_filter(text);
        }
    }

    pub(super) fn begin_filter(&mut self, cx: &mut Cx<'_>) {
        match self.screens.get_mut(self.screen).listed() {
            Some(list) => {
                list.remember();
                self.filtering = Some(Field::with(list.filter_text()));
            }
            None => cx.say("nothing to filter here"),
        }
    }

    /// One step: the screen's own, then its filter, then the screen before.
    pub(super) fn step_back(&mut self) {
        let screen = self.screens.get_mut(self.screen);
        if screen.back() {
            return;
        }
        if let Some(list) = screen.listed().filter(|list| !list.filter_text().is_empty()) {
            list.set_filter("");
        } else if let Some(before) = self.trail.pop() {
            self.screen = before;
        }
    }
}
