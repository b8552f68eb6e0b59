//! A terminal without a terminal: keys in, acts and screen out.

pub(crate) use dealdesk::runtime::face::text;
use dealdesk::{
    desk::State,
    tui::{Act, App, Chord, KeyKind, Options},
};
use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use crate::fixtures;

/// An app with its state, on a screen of a size.
pub(crate) struct Driver {
    pub(crate) app: App,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    terminal: Terminal<TestBackend>,
}

impl Driver {
    pub(crate) fn new(state: State, size: (u16, u16)) -> Self {
        Self::with(state, size, Options::default())
    }

    pub(crate) fn with(state: State, (cols, rows): (u16, u16), options: Options) -> Self {
        let terminal = Terminal::new(TestBackend::new(cols, rows)).unwrap();
        let mut driver = Self { app: App::new(options), state, now: fixtures::now(), terminal };
        driver.app.resized(cols, rows, driver.now);
        driver
    }

    /// Presses keys one after the other: `j enter g b`.
    pub(crate) fn keys(&mut self, keys: &str) -> Vec<Act> {
        keys.split_whitespace().flat_map(|key| self.key(key)).collect()
    }

    pub(crate) fn key(&mut self, key: &str) -> Vec<Act> {
        let chord: Chord = key.parse().unwrap();
        self.app.key(chord, KeyKind::Press, &self.state, self.now)
    }

    /// Types a text letter by letter.
    pub(crate) fn type_text(&mut self, text: &str) -> Vec<Act> {
        let press = |c: char| if c == ' ' { "space".to_owned() } else { c.to_string() };
        text.chars().flat_map(|c| self.key(&press(c))).collect()
    }

    pub(crate) fn buffer(&mut self) -> Buffer {
        let (app, state, now) = (&mut self.app, &self.state, self.now);
        self.terminal.draw(|frame| app.draw(frame, state, now)).unwrap();
        self.terminal.backend().buffer().clone()
    }

    pub(crate) fn resize(&mut self, cols: u16, rows: u16) {
        self.terminal.backend_mut().resize(cols, rows);
        self.terminal.resize(ratatui::layout::Rect::new(0, 0, cols, rows)).unwrap();
        self.app.resized(cols, rows, self.now);
    }

    /// The screen as text, trailing blanks cut.
    pub(crate) fn screen(&mut self) -> String {
        text(&self.buffer())
    }
}
