//! The loop of a terminal that is attached to a desk: it draws what a room may see, and sends nothing.

use std::{io, path::PathBuf};

use tokio::runtime::Handle;

use super::{
    Left, PANICKED, TerminalError,
    input::Happened,
    install_panic_hook,
    tty::{Came, Tty},
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

/// Shows what a room may see until it is left. Returns how.
///
/// # Errors
/// Where the terminal fails.
pub async fn attach(attach: Attach) -> Result<Left, TerminalError> {
    install_panic_hook();
    let mut tty = Tty::enter(&attach.options)?;
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
        let is_behind = !tty.screen.is_ready();
        if !is_behind {
            tty.screen.draw(|frame| face.draw(frame, now))?;
            tty.screen.title(&face.title());
        }
        let wake = face.next_wake(now).filter(|_| !is_behind);
        let speed = face.speed();
        let wall = SystemClock;
        let outlet = tty.screen.outlet();
        tokio::select! {
            biased;
            came = tty.next() => {
                if let Some(left) = take(came?, &mut face, &mut tty).await? {
                    return Ok(left);
                }
            }
            () = outlet.ready(), if is_behind => {}
            changed = heard.changed() => if changed.is_err() { return Ok(Left::ByHand) },
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

/// Takes in what came. Returns how it is left, if it is.
async fn take(came: Came, face: &mut Attached, tty: &mut Tty) -> io::Result<Option<Left>> {
    let mut acts = Vec::new();
    match came {
        Came::From(happened) => acts.extend(happened.into_iter().flat_map(|it| heard(it, face))),
        Came::Suspend => acts.push(Act::Suspend),
        Came::Leave(left) => return Ok(Some(left)),
        Came::Resized(..) | Came::Again => {}
    }
    for act in acts {
        match act {
            Act::Quit => return Ok(Some(Left::ByHand)),
            Act::Suspend => {
                tty.suspend().await?;
            }
            Act::Redraw => tty.screen.forget()?,
            Act::Command(_) | Act::Copy(_) | Act::Show(_) => {}
        }
    }
    Ok(None)
}

fn heard(happened: Happened, face: &mut Attached) -> Vec<Act> {
    match happened {
        Happened::Key(chord, _) => face.key(chord),
        Happened::Burst(keys) => keys.into_iter().flat_map(|(chord, _)| face.key(chord)).collect(),
        Happened::Ground(ground) => {
            face.set_ground(ground);
            Vec::new()
        }
        Happened::Paste(_) | Happened::FocusGained | Happened::Lost => Vec::new(),
    }
}
