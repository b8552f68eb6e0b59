//! A face's terminal: what is drawn on, what comes from it, and what the system says of it.

use std::io;

use rustix::io::Errno;
use tokio::sync::mpsc::Receiver;

use super::{
    input::{self, Happened},
    screen::Screen,
    signals::{Left, Signals, Told, can_go_on},
    size,
};
use crate::tui::Options;

/// How much is taken in at once at most before the screen gets its turn.
const AT_ONCE: usize = 64;

/// The terminal, entered.
#[derive(Debug)]
pub(super) struct Tty {
    pub(super) screen: Screen,
    keys: Receiver<Happened>,
    signals: Signals,
}

/// What came.
#[derive(Debug)]
pub(super) enum Came {
    /// From the terminal: at least one thing.
    From(Vec<Happened>),
    /// It has another size: columns and rows.
    Resized(u16, u16),
    /// The process is to stop for a while.
    Suspend,
    /// The terminal was taken over again, after the process had stopped.
    Again,
    /// It is to be left.
    Leave(Left),
}

impl Tty {
    /// Takes the terminal over.
    pub(super) fn enter(options: &Options) -> io::Result<Self> {
        let signals = Signals::new()?;
        let screen = Screen::enter(options)?;
        let keys = input::read(options.keymap.urgent())?;
        Ok(Self { screen, keys, signals })
    }

    /// Waits for what comes next.
    pub(super) async fn next(&mut self) -> io::Result<Came> {
        let first = tokio::select! {
            biased;
            // Before the keys: no flood of them holds up the system.
            told = self.signals.next() => return self.told(told).or_else(|error| Ok(Came::Leave(gone(error)?))),
            () = self.screen.lost() => Happened::Lost,
            happened = self.keys.recv() => happened.unwrap_or(Happened::Lost),
        };
        let mut came = vec![first];
        while came.len() < AT_ONCE
            && let Ok(next) = self.keys.try_recv()
        {
            came.push(next);
        }
        if came.contains(&Happened::Lost) {
            return Ok(Came::Leave(Left::HungUp));
        }
        Ok(Came::From(came))
    }

    fn told(&mut self, told: Told) -> io::Result<Came> {
        Ok(match told {
            Told::Leave(left) => Came::Leave(left),
            Told::Suspend => Came::Suspend,
            Told::Resized => {
                let (cols, rows) = size::told()?;
                Came::Resized(cols, rows)
            }
            Told::GoesOn => {
                self.screen.take_again()?;
                Came::Again
            }
        })
    }

    /// Leaves the terminal to the shell while the process is stopped, and takes it over again. Returns
    /// whether there is a shell that would let it go on; if not, nothing was done.
    pub(super) async fn suspend(&mut self) -> io::Result<bool> {
        if !can_go_on() {
            return Ok(false);
        }
        Screen::give_back();
        self.signals.stop().await?;
        self.screen.take_again()?;
        Ok(true)
    }
}

/// A terminal that is not there any more was hung up: the system says so after it let the process go on, or
/// before.
pub(super) fn gone(error: io::Error) -> io::Result<Left> {
    let code = error.raw_os_error().map(Errno::from_raw_os_error);
    match code {
        Some(Errno::NXIO | Errno::IO | Errno::NODEV | Errno::NOTTY | Errno::BADF) => {
            Ok(Left::HungUp)
        }
        Some(_) | None => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_is_not_there_was_hung_up_and_any_other_failure_is_one() {
        for errno in [Errno::NXIO, Errno::IO, Errno::NODEV, Errno::NOTTY, Errno::BADF] {
            assert_eq!(gone(errno.into()).ok(), Some(Left::HungUp), "{errno}");
        }
        assert!(gone(Errno::NOMEM.into()).is_err());
        assert!(gone(io::Error::other("odd")).is_err());
    }
}
