//! The loop of a terminal that is attached to a desk: it draws what a room may see, and sends nothing.

use std::path::PathBuf;

use tokio::runtime::Handle;

use super::{
    PANICKED, Signals, TerminalError,
    input::{self, Happened},
    install_panic_hook,
    screen::Screen,
    until,
};
use crate::{
    clock::Clock as _,
    runtime::{
        Jobs, SystemClock,
        present::{Heard, hear},
    },
    tui::{Act, Attached, Options},
};
use std::sync::atomic::Ordering;

/// What a terminal is attached with.
#[derive(Debug)]
pub struct Attach {
    /// How it looks.
    pub options: Options,
    /// Where a desk is looked for, in this order.
    pub places: Vec<PathBuf>,
    /// Where background work runs.
    pub workers: Handle,
}

/// Shows what a room may see until it is left.
///
/// # Errors
/// Where the terminal fails.
pub async fn attach(attach: Attach) -> Result<(), TerminalError> {
    install_panic_hook();
    let mut signals = Signals::new()?;
    let mut screen = Screen::enter()?;
    let mut keys = input::read()?;
    let mut jobs = Jobs::on(attach.workers);
    let first = attach.places.first().map(|place| place.display().to_string());
    let mut face = Attached::new(attach.options, first.unwrap_or_default());
    let mut heard = hear(attach.places, &mut jobs);
    // Not marked as seen: what was heard by now is shown in the first turn.
    let mut now = heard.borrow().now();
    loop {
        if PANICKED.load(Ordering::SeqCst) {
            return Err(TerminalError::Panicked);
        }
        screen.draw(|frame| face.draw(frame, now))?;
        screen.title(&face.title())?;
        let wake = face.next_wake(now);
        let speed = face.speed();
        let wall = SystemClock;
        tokio::select! {
            biased;
            happened = keys.recv() => {
                let acts = match happened {
                    Some(Happened::Key(chord, _)) => face.key(chord),
                    Some(Happened::Paste(_) | Happened::Resized(..) | Happened::FocusGained) => {
                        Vec::new()
                    }
                    Some(Happened::Lost) | None => return Ok(()),
                };
                for act in acts {
                    match act {
                        Act::Quit => return Ok(()),
                        Act::Suspend => screen.suspend()?,
                        Act::Redraw => screen.forget()?,
                        Act::Command(_) | Act::Copy(_) | Act::Show(_) => {}
                    }
                }
            }
            () = signals.told_to_leave() => return Ok(()),
            changed = heard.changed() => if changed.is_err() { return Ok(()) },
            () = until(wake, now, |left| wall.sleep(left * 100 / speed)) => {}
        }
        let heard = heard.borrow_and_update();
        now = heard.now();
        match &*heard {
            Heard::Nobody => face.lost(),
            Heard::Stranger => face.met_a_stranger(),
            Heard::Seen(seen, _) => face.put(&seen.audience),
        }
    }
}
