//! A recording or a journal as an asciicast (version 2): what a terminal is sent, with times. The same
//! recording gives the same bytes, whatever terminal and environment it is made in.

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
};

use jiff::SignedDuration;
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};

use crate::recording::Player;

/// What is written before the first frame: an empty screen, the cursor out of sight.
const BEGIN: &str = "\x1b[2J\x1b[H\x1b[?25l";

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Frames that are not as the one before.
    pub frames: u64,
    /// How long they play.
    pub plays: SignedDuration,
}

/// Collects the bytes of a frame.
#[derive(Debug, Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Plays everything from the beginning into an asciicast of `size` columns and rows.
///
/// # Errors
/// Where it cannot be written.
pub fn write(
    player: &mut Player,
    (cols, rows): (u16, u16),
    mut out: impl Write,
) -> io::Result<Written> {
    // The environment must not decide what the bytes are.
    crossterm::style::force_color_output(true);
    let started = player.recording().head.started;
    player.resized((cols, rows));
    let mut seen = player.play_to(started);
    let header = serde_json::json!({
        "version": 2,
        "width": cols,
        "height": rows,
        "timestamp": started.as_second(),
        "title": player.title(),
        "env": { "TERM": "xterm-256color" },
    });
    writeln!(out, "{header}")?;
    event(&mut out, SignedDuration::ZERO, BEGIN)?;
    let sink = Sink::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, cols, rows));
    let backend = CrosstermBackend::new(sink.clone());
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
    let mut written = Written::default();
    loop {
        if seen {
            let show = player.show().cloned().unwrap_or_default();
            terminal.draw(|frame| player.draw(frame, show))?;
            let bytes = std::mem::take(&mut *sink.0.borrow_mut());
            let text = String::from_utf8(bytes).map_err(io::Error::other)?;
            // What is drawn for a frame in which nothing changed hides the cursor again.
            if text != "\x1b[?25l" {
                event(&mut out, written.plays, &text)?;
                written.frames += 1;
            }
        }
        let Some(next) = player.next_at() else { break };
        written.plays = player.timeline().played(next);
        // All of a wait that is cut is at its end.
        seen = player.play_to(player.timeline().moment(written.plays).unwrap_or(next).max(next));
    }
    out.flush()?;
    Ok(written)
}

/// `[seconds, "o", what the terminal is sent]`.
fn event(out: &mut impl Write, at: SignedDuration, text: &str) -> io::Result<()> {
    let text = serde_json::to_string(text)?;
    writeln!(out, "[{}.{:06}, \"o\", {text}]", at.as_secs(), at.subsec_micros())
}
