//! A face's terminal: what is drawn on, what comes from it, and what the system says of it.

use std::io;

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
            told = self.signals.next() => return self.told(told),
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
