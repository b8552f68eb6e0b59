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

/// A terminal of which no more is drawn on than a screen has.
#[derive(Debug)]
pub(super) struct Bounded<B>(pub(super) B);

impl<B: Backend> Backend for Bounded<B> {
    type Error = B::Error;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.0.draw(content)
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        self.0.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Self::Error> {
        self.0.clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Self::Error> {
        let Size { width, height } = self.0.size()?;
        let (width, height) = drawn((width, height));
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.0.window_size()
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend};

    use super::*;

    /// A terminal that says a size that no terminal has.
    #[derive(Debug)]
    struct Liar(TestBackend, Size);

    impl Backend for Liar {
        type Error = core::convert::Infallible;

        fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
        where
            I: Iterator<Item = (u16, u16, &'a Cell)>,
        {
            let seen = content.filter(|(x, y, _)| *x < 80 && *y < 24);
            self.0.draw(seen)
        }

        fn hide_cursor(&mut self) -> Result<(), Self::Error> {
            self.0.hide_cursor()
        }

        fn show_cursor(&mut self) -> Result<(), Self::Error> {
            self.0.show_cursor()
        }

        fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
            self.0.get_cursor_position()
        }

        fn set_cursor_position<P: Into<Position>>(&mut self, at: P) -> Result<(), Self::Error> {
            self.0.set_cursor_position(at)
        }

        fn clear(&mut self) -> Result<(), Self::Error> {
            self.0.clear()
        }

        fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Self::Error> {
            self.0.clear_region(clear_type)
        }

        fn size(&self) -> Result<Size, Self::Error> {
            Ok(self.1)
        }

        fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
            self.0.window_size()
        }

        fn flush(&mut self) -> Result<(), Self::Error> {
            self.0.flush()
        }
    }

    #[test]
    fn a_terminal_that_says_that_it_is_endless_is_drawn_on_as_far_as_a_screen_goes() {
        for (says, is) in [
            ((u16::MAX, u16::MAX), (1_000, 500)),
            ((u16::MAX, 24), (1_000, 24)),
            ((80, 24), (80, 24)),
        ] {
            let size = Size { width: says.0, height: says.1 };
            let liar = Liar(TestBackend::new(80, 24), size);
            let mut terminal = Terminal::new(Bounded(liar)).unwrap();
            let frame = terminal.draw(|frame| frame.render_widget("desk", frame.area())).unwrap();
            assert_eq!((frame.area.width, frame.area.height), is);
        }
    }
}
