//! How much of a terminal is drawn on: a size that no screen has (a terminal may say 65535×65535) would take
//! more memory than there is.

use std::io;

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use crate::recording::drawn;

/// What the terminal says that its size is: columns and rows.
///
/// # Errors
/// There is no terminal, or it does not say.
pub(super) fn told() -> io::Result<(u16, u16)> {
    crossterm::terminal::size()
}

/// What is made of the columns and rows that a terminal says.
type Taken = fn((u16, u16)) -> (u16, u16);

/// A terminal that is taken to have another size than it says.
#[derive(Debug)]
pub(super) struct Told<B> {
    terminal: B,
    taken: Taken,
}

impl<B> Told<B> {
    /// A terminal of which no more is drawn on than a screen has.
    pub(super) fn bounded(terminal: B) -> Self {
        Self { terminal, taken: drawn }
    }
}

impl<B: Backend> Backend for Told<B> {
    type Error = B::Error;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.terminal.draw(content)
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.terminal.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.terminal.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.terminal.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.terminal.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        self.terminal.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Self::Error> {
        self.terminal.clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Self::Error> {
        let Size { width, height } = self.terminal.size()?;
        let (width, height) = (self.taken)((width, height));
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.terminal.window_size()
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.terminal.flush()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend};

    use super::*;

    #[test]
    fn a_terminal_that_says_that_it_is_endless_is_drawn_on_as_far_as_a_screen_goes() {
        let cases: [(Taken, (u16, u16)); 3] = [
            (|_| (u16::MAX, u16::MAX), (1_000, 500)),
            (|_| (u16::MAX, 24), (1_000, 24)),
            (|_| (80, 24), (80, 24)),
        ];
        for (says, is) in cases {
            let liar = Told { terminal: TestBackend::new(80, 24), taken: says };
            let mut terminal = Terminal::new(Told::bounded(liar)).unwrap();
            let frame = terminal.draw(|frame| frame.render_widget("desk", frame.area())).unwrap();
            assert_eq!((frame.area.width, frame.area.height), is);
        }
    }
}
