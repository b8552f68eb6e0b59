//! Keys, pastes and sizes, read on a thread of their own and left where the loop wakes from.

use std::io;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use tokio::sync::mpsc;

use crate::tui::{Chord, Key, KeyKind};

/// What came from the terminal.
#[derive(Debug)]
pub(super) enum Happened {
    Key(Chord, KeyKind),
    Paste(String),
    Resized(u16, u16),
    FocusGained,
    /// The terminal is gone.
    Lost,
}

/// Starts reading. The thread ends with the process: a read of the terminal cannot be called off.
pub(super) fn read() -> io::Result<mpsc::UnboundedReceiver<Happened>> {
    let (out, inbox) = mpsc::unbounded_channel();
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        loop {
            let happened = match event::read() {
                Ok(event) => translate(event),
                Err(_) => Some(Happened::Lost),
            };
            let lost = matches!(happened, Some(Happened::Lost));
            let closed = happened.is_some_and(|happened| out.send(happened).is_err());
            if closed || lost {
                return;
            }
        }
    })?;
    Ok(inbox)
}

fn translate(event: Event) -> Option<Happened> {
    match event {
        Event::Key(key) => {
            let kind = match key.kind {
                KeyEventKind::Press => KeyKind::Press,
                KeyEventKind::Repeat => KeyKind::Repeat,
                KeyEventKind::Release => return None,
            };
            Some(Happened::Key(chord(key.code, key.modifiers)?, kind))
        }
        Event::Paste(text) => Some(Happened::Paste(text)),
        Event::Resize(cols, rows) => Some(Happened::Resized(cols, rows)),
        Event::FocusGained => Some(Happened::FocusGained),
        Event::FocusLost | Event::Mouse(_) => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other key means anything here")]
fn chord(code: KeyCode, held: KeyModifiers) -> Option<Chord> {
    let key = match code {
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::F(number) => Key::F(number),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    };
    let ctrl = held.contains(KeyModifiers::CONTROL);
    Some(Chord { ctrl, alt: held.contains(KeyModifiers::ALT), key })
}
