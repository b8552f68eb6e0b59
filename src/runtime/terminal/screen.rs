//! The terminal itself: entered once, left sane on every way out.
//!
//! A frame is one write inside a synchronized update, so that nothing tears. Leaving undoes all that
//! entering did, in any state, and can be called twice.

use std::{
    io::{self, Write as _},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::{
    Command, cursor,
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    style,
    terminal::{self, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{Terminal, backend::CrosstermBackend};

const BEGIN_FRAME: &str = "\x1b[?2026h";
const END_FRAME: &str = "\x1b[?2026l";
/// What ratatui writes for a frame in which nothing changed: it hides the cursor again.
const NOTHING: &[u8] = b"\x1b[?25l";
/// The longest text that is put on the clipboard; more is cut by terminals anyway.
const CLIPBOARD: usize = 74_000;

/// Collects a frame's bytes until the frame is whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal, entered.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) terminal: Terminal<CrosstermBackend<Sink>>,
    sink: Sink,
    title: String,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn enter() -> io::Result<Self> {
        take_over()?;
        let sink = Sink::default();
        let terminal = Terminal::new(CrosstermBackend::new(sink.clone()))?;
        Ok(Self { terminal, sink, title: String::new() })
    }

    /// Draws one frame and writes it at once, if anything changed.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw)?;
        let mut bytes = self.sink.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes.is_empty() || bytes.as_slice() == NOTHING {
            bytes.clear();
            return Ok(());
        }
        let mut frame = Vec::with_capacity(bytes.len() + BEGIN_FRAME.len() + END_FRAME.len());
        frame.extend_from_slice(BEGIN_FRAME.as_bytes());
        frame.append(&mut bytes);
        frame.extend_from_slice(END_FRAME.as_bytes());
        drop(bytes);
        write(&frame)
    }

    /// Draws everything again at the next frame.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: it asks the terminal for its cursor, and the keys' thread would take
        // the answer.
        self.terminal = Terminal::new(CrosstermBackend::new(self.sink.clone()))?;
        command(&terminal::Clear(terminal::ClearType::All))
    }

    /// Sets the window's title, if it is another one.
    pub(super) fn title(&mut self, title: &str) -> io::Result<()> {
        if self.title == title {
            return Ok(());
        }
        title.clone_into(&mut self.title);
        command(&terminal::SetTitle(title))
    }

    /// Leaves the terminal to the shell while the process is stopped, and takes it over again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        restore();
        // The whole job is stopped, so that the shell notices whoever started this process, too.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        take_over()?;
        self.title.clear();
        self.forget()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Whether the terminal is ours: it is given back once, however many ways out are taken at once.
static OURS: AtomicBool = AtomicBool::new(false);

fn take_over() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    let mut entering = String::new();
    ansi(&EnterAlternateScreen, &mut entering);
    ansi(&EnableBracketedPaste, &mut entering);
    ansi(&EnableFocusChange, &mut entering);
    ansi(&cursor::Hide, &mut entering);
    write(entering.as_bytes())
}

/// Gives the terminal back: every mode off, the cursor shown, the shell's screen back. Errors are of
/// no use to anybody here.
pub(super) fn restore() {
    if !OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut leaving = END_FRAME.to_owned();
    ansi(&DisableFocusChange, &mut leaving);
    ansi(&DisableBracketedPaste, &mut leaving);
    ansi(&style::ResetColor, &mut leaving);
    ansi(&LeaveAlternateScreen, &mut leaving);
    ansi(&cursor::Show, &mut leaving);
    let _ = write(leaving.as_bytes());
    let _ = terminal::disable_raw_mode();
}

fn ansi(command: &impl Command, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = command.write_ansi(out);
}

fn command(command: &impl Command) -> io::Result<()> {
    let mut text = String::new();
    ansi(command, &mut text);
    write(text.as_bytes())
}

/// Puts text on the clipboard of whoever looks at the terminal, also over SSH (OSC 52).
pub(super) fn copy(text: &str) -> io::Result<()> {
    use base64::Engine as _;
    let end = text.floor_char_boundary(text.len().min(CLIPBOARD));
    let encoded = base64::engine::general_purpose::STANDARD.encode(&text[..end]);
    write(format!("\x1b]52;c;{encoded}\x07").as_bytes())
}

/// Rings the bell.
pub(super) fn ring() -> io::Result<()> {
    write(b"\x07")
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
