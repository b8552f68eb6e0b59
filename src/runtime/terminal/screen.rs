//! The terminal itself: entered once, left sane on every way out.
//!
//! A frame is one write inside a synchronized update, so that nothing tears. Leaving undoes all that
//! entering did, in any state, and can be called twice.

use std::{
    io,
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

use super::{
    input::ground,
    outlet::{Outlet, outlet},
    size::Told,
};
use crate::tui::{Depth, Options};

const BEGIN_FRAME: &str = "\x1b[?2026h";
const END_FRAME: &str = "\x1b[?2026l";
/// What ratatui writes for a frame in which nothing changed: it hides the cursor again.
const NOTHING: &[u8] = b"\x1b[?25l";
/// Keeps the window's title, and gives it back.
const KEEP_TITLE: &str = "\x1b[22;0t";
const TITLE_AGAIN: &str = "\x1b[23;0t";
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
    pub(super) terminal: Terminal<Told<CrosstermBackend<Sink>>>,
    sink: Sink,
    outlet: Arc<Outlet>,
    title: String,
    /// Whether the next frame begins with an empty screen.
    clears: bool,
    /// What waits until the terminal took the newest frame: text for the clipboard, the bell.
    copied: Option<String>,
    rings: bool,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn enter(options: &Options) -> io::Result<Self> {
        // The choice of colours is made already, and the library's own would be another.
        style::force_color_output(options.depth != Depth::None);
        let outlet = outlet()?;
        terminal::enable_raw_mode()?;
        OURS.store(true, Ordering::SeqCst);
        outlet.put(KEEP_TITLE.as_bytes());
        outlet.put(entering().as_bytes());
        if options.asks_ground {
            outlet.put(ground::ASK.as_bytes());
        }
        let sink = Sink::default();
        let terminal = Terminal::new(Told::bounded(CrosstermBackend::new(sink.clone())))?;
        let (title, copied) = (String::new(), None);
        Ok(Self { terminal, sink, outlet, title, clears: false, copied, rings: false })
    }

    /// Whether the terminal took the newest frame: until then the next one is not made.
    pub(super) fn is_ready(&self) -> bool {
        self.outlet.is_ready()
    }

    /// Where it is written, to wait for.
    pub(super) fn outlet(&self) -> Arc<Outlet> {
        Arc::clone(&self.outlet)
    }

    /// Waits until the terminal is gone.
    pub(super) async fn lost(&self) {
        self.outlet.lost().await;
    }

    /// Draws one frame and hands it over, if anything changed. Called while the terminal is ready.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw)?;
        let mut bytes = self.sink.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clears = std::mem::take(&mut self.clears);
        if bytes.as_slice() == NOTHING {
            bytes.clear();
        }
        if !bytes.is_empty() || clears {
            let mut frame = BEGIN_FRAME.to_owned().into_bytes();
            if clears {
                frame.extend(ansi(&terminal::Clear(terminal::ClearType::All)).into_bytes());
            }
            frame.append(&mut bytes);
            frame.extend_from_slice(END_FRAME.as_bytes());
            self.outlet.put(&frame);
        }
        drop(bytes);
        if let Some(text) = self.copied.take() {
            self.outlet.put(text.as_bytes());
        }
        if std::mem::take(&mut self.rings) {
            self.outlet.put(b"\x07");
        }
        Ok(())
    }

    /// Draws everything again at the next frame.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: it asks the terminal for its cursor, and the keys' thread would take
        // the answer.
        self.terminal = Terminal::new(Told::bounded(CrosstermBackend::new(self.sink.clone())))?;
        self.clears = true;
        Ok(())
    }

    /// Sets the window's title, if it is another one. Called with a frame.
    pub(super) fn title(&mut self, title: &str) {
        if self.title != title {
            title.clone_into(&mut self.title);
            self.outlet.put(ansi(&terminal::SetTitle(title)).as_bytes());
        }
    }

    /// Puts text on the clipboard of whoever looks at the terminal, also over SSH (OSC 52), with the next
    /// frame. Of several texts the newest.
    pub(super) fn copy(&mut self, text: &str) {
        use base64::Engine as _;
        let end = text.floor_char_boundary(text.len().min(CLIPBOARD));
        let encoded = base64::engine::general_purpose::STANDARD.encode(&text[..end]);
        self.copied = Some(format!("\x1b]52;c;{encoded}\x07"));
    }

    /// Rings the bell with the next frame.
    pub(super) fn ring(&mut self) {
        self.rings = true;
    }

    /// Leaves the terminal to the shell, until [`Self::take_again`].
    pub(super) fn give_back() {
        restore();
    }

    /// Takes the terminal over again, whatever was done to it meanwhile.
    pub(super) fn take_again(&mut self) -> io::Result<()> {
        // The library believes that it is raw; what it was before is what it goes back to in the end.
        terminal::disable_raw_mode()?;
        terminal::enable_raw_mode()?;
        if !OURS.swap(true, Ordering::SeqCst) {
            self.outlet.put(KEEP_TITLE.as_bytes());
        }
        self.outlet.put(entering().as_bytes());
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

/// What makes the terminal ours. It is cleared, since not everywhere another screen is a fresh one: what
/// the shell left there would stand among the numbers.
fn entering() -> String {
    [
        ansi(&EnterAlternateScreen),
        ansi(&style::ResetColor),
        ansi(&terminal::Clear(terminal::ClearType::All)),
        ansi(&EnableBracketedPaste),
        ansi(&EnableFocusChange),
        ansi(&cursor::Hide),
    ]
    .concat()
}

/// Gives the terminal back: every mode off, the cursor shown, the shell's screen and title back. Errors
/// are of no use to anybody here.
pub(super) fn restore() {
    if !OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let leaving = [
        END_FRAME.to_owned(),
        ansi(&DisableFocusChange),
        ansi(&DisableBracketedPaste),
        ansi(&style::ResetColor),
        // Where there is no other screen, nothing of the desk stays among the shell's lines.
        ansi(&terminal::Clear(terminal::ClearType::All)),
        ansi(&LeaveAlternateScreen),
        ansi(&cursor::Show),
        // First an empty one, for terminals that keep none.
        ansi(&terminal::SetTitle("")),
        TITLE_AGAIN.to_owned(),
    ];
    if let Ok(outlet) = outlet() {
        outlet.leave(leaving.concat().as_bytes());
    }
    let _ = terminal::disable_raw_mode();
}

fn ansi(command: &impl Command) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = command.write_ansi(&mut text);
    text
}
