//! A line of text that is being typed.

use ratatui::{
    Frame,
    layout::Rect,
    style::{Modifier, Style},
};
use tui_textarea::{CursorMove, Input, Key as Typed, TextArea};

use crate::{
    domain::text,
    tui::parts::keys::{Chord, Key},
};

/// The most that is typed into one line.
const MOST: usize = 400;

/// A line of text with a cursor.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    area: TextArea<'static>,
}

impl Default for Field {
    fn default() -> Self {
        Self::with("")
    }
}

impl Field {
    /// A line that begins with `text`, the cursor behind it.
    pub(crate) fn with(text: &str) -> Self {
        let mut area = TextArea::new(vec![text.to_owned()]);
        area.set_cursor_line_style(Style::new());
        area.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        area.move_cursor(CursorMove::End);
        Self { area }
    }

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        self.area.move_cursor(CursorMove::End);
        self.area.delete_line_by_head();
    }

    /// What it holds.
    pub(crate) fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Takes a key; says whether the text changed. Enter, Esc and Tab are not for it.
    pub(crate) fn key(&mut self, chord: Chord) -> bool {
        let key = match chord.key {
            Key::Char('j' | 'm') if chord.ctrl => return false,
            // As in a shell: what stands before the cursor is gone.
            Key::Char('u') if chord.ctrl => return self.area.delete_line_by_head(),
            Key::Char(letter) if self.text().len() >= MOST && !chord.ctrl => {
                let _ = letter;
                return false;
            }
            Key::Char(letter) => Typed::Char(letter),
            Key::Backspace => Typed::Backspace,
            Key::Delete => Typed::Delete,
            Key::Left => Typed::Left,
            Key::Right => Typed::Right,
            Key::Home => Typed::Home,
            Key::End => Typed::End,
            Key::F(_)
            | Key::Enter
            | Key::Esc
            | Key::Tab
            | Key::BackTab
            | Key::Up
            | Key::Down
            | Key::PageUp
            | Key::PageDown => return false,
        };
        self.area.input(Input { key, ctrl: chord.ctrl, alt: chord.alt, shift: false })
    }

    /// Takes pasted text: cleaned, as one line.
    pub(crate) fn paste(&mut self, pasted: &str) {
        let room = MOST.saturating_sub(self.text().len());
        self.area.insert_str(text::clean(pasted, room));
    }

    /// Draws it on one row.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, row: Rect) {
        frame.render_widget(&self.area, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_cursor_goes_at_once_or_by_the_word() {
        let mut field = Field::with("live sports 2026");
        field.key(Chord::ctrl('w'));
        assert_eq!(field.text(), "live sports ");
        field.key(Chord::ctrl('a'));
        field.key(Chord::char('x'));
        assert_eq!(field.text(), "xlive sports ");
        field.key(Chord::ctrl('u'));
        assert_eq!(field.text(), "live sports ");
        field.clear();
        assert_eq!(field.text(), "");
    }

    #[test]
    fn it_stays_one_line_whatever_is_pasted() {
        let mut field = Field::with("a");
        field.paste("b\nc\r\nd\x1b[2J");
        assert_eq!(field.text(), "ab c d\u{fffd}[2J");
        assert!(!field.key(Chord::ctrl('m')));
        assert!(!field.key(Chord::key(Key::Enter)));
        assert!(field.key(Chord::char('!')));
        assert_eq!(field.area.lines().len(), 1);
        field.paste(&"x".repeat(10_000));
        assert!(field.text().len() <= MOST);
    }
}
