//! What the system tells a program in a terminal: to leave, to stop for a while, that it goes on, that the
//! terminal has another size.

use std::io;

use futures::FutureExt as _;
use rustix::process::{
    Signal as Kind, getpgid, getpgrp, getppid, getsid, kill_current_process_group,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How the terminal was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Left {
    /// A person left, with a key.
    ByHand,
    /// The terminal is gone (SIGHUP, or without a word).
    HungUp,
    /// SIGINT.
    Interrupted,
    /// SIGQUIT.
    Quit,
    /// SIGTERM.
    Terminated,
}

/// What the system told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Leave(Left),
    /// To stop for a while.
    Suspend,
    /// That it goes on, whoever stopped it.
    GoesOn,
    /// That the terminal has another size.
    Resized,
}

/// The signals that are heard. Ctrl-C and its like come as keys while the terminal is ours.
#[derive(Debug)]
pub(super) struct Signals {
    leave: [(Signal, Left); 4],
    stop: Signal,
    goes_on: Signal,
    size: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            leave: [
                (signal(SignalKind::terminate())?, Left::Terminated),
                (signal(SignalKind::hangup())?, Left::HungUp),
                (signal(SignalKind::interrupt())?, Left::Interrupted),
                (signal(SignalKind::quit())?, Left::Quit),
            ],
            stop: signal(kind(Kind::TSTP))?,
            goes_on: signal(kind(Kind::CONT))?,
            size: signal(SignalKind::window_change())?,
        })
    }

    /// Waits for the next.
    pub(super) async fn next(&mut self) -> Told {
        let Self { leave: [term, hup, int, quit], stop, goes_on, size } = self;
        tokio::select! {
            _ = term.0.recv() => Told::Leave(term.1),
            _ = hup.0.recv() => Told::Leave(hup.1),
            _ = int.0.recv() => Told::Leave(int.1),
            _ = quit.0.recv() => Told::Leave(quit.1),
            _ = stop.recv() => Told::Suspend,
            _ = goes_on.recv() => Told::GoesOn,
            _ = size.recv() => Told::Resized,
        }
    }

    /// Stops this process until it is told to go on. The terminal was given back before.
    pub(super) async fn stop(&mut self) -> io::Result<()> {
        while self.goes_on.recv().now_or_never().is_some() {}
        // The whole job is stopped, so that the shell notices whoever started this process, too.
        kill_current_process_group(Kind::STOP)?;
        // It may take a moment until it holds.
        self.goes_on.recv().await;
        Ok(())
    }
}

fn kind(signal: Kind) -> SignalKind {
    SignalKind::from_raw(signal.as_raw())
}

/// Whether somebody would let this process go on once it has stopped: a shell with job control, which
/// leads the session from a group of its own. A desk that a terminal or a container starts by itself
/// would stop for ever.
pub(super) fn can_go_on() -> bool {
    let is_so = || {
        let session = getsid(None).ok()?;
        let of_parent = getsid(Some(getppid()?)).ok()?;
        Some(session == of_parent && getpgid(Some(session)).ok()? != getpgrp())
    };
    is_so().unwrap_or(false)
}
