//! What the system tells a program in a terminal: to leave, to stop for a while, that it goes on, that the
//! terminal has another size.

use std::io;

use futures::FutureExt as _;
use nix::unistd::{Pid, getpgid, getpgrp, getppid, getsid};
use rustix::process::{Signal as Kind, kill_current_process_group};
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
    let session_of = |of| getsid(of).map_or(0, Pid::as_raw);
    let session = session_of(None);
    Job {
        session,
        session_of_parent: session_of(Some(getppid())),
        group: getpgrp().as_raw(),
        group_of_leader: getpgid(Some(Pid::from_raw(session))).map_or(0, Pid::as_raw),
    }
    .has_a_shell()
}

/// Where this process stands among others. A process that a container does not show is number 0, as the
/// system says it (`pid_namespaces(7)`), and so is one that is gone.
#[derive(Debug, Clone, Copy)]
struct Job {
    session: i32,
    session_of_parent: i32,
    group: i32,
    /// Of the process that leads the session.
    group_of_leader: i32,
}

impl Job {
    fn has_a_shell(self) -> bool {
        let Self { session, session_of_parent, group, group_of_leader } = self;
        ![session, group, group_of_leader].contains(&0)
            && session == session_of_parent
            && group_of_leader != group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_leads_the_session_from_a_group_of_its_own() {
        #[rustfmt::skip]
        let cases = [
            // session, of the parent, group, of the leader
            ([100, 100, 200, 100], true, "a job of a shell"),
            ([200, 100, 200, 200], false, "it leads its session itself"),
            ([200,   0, 200, 200], false, "so, and what started it is outside of the container"),
            ([100, 100, 100, 100], false, "a script started it, without job control"),
            ([100, 300, 200, 100], false, "its parent is gone, and init of another session took it"),
            ([  0,   0, 200, 200], false, "its session was made outside of the container"),
            ([100, 100,   0, 100], false, "its group was made outside of the container"),
            ([100, 100, 200,   0], false, "what leads the session is gone"),
        ];
        for ([session, session_of_parent, group, group_of_leader], has, case) in cases {
            let job = Job { session, session_of_parent, group, group_of_leader };
            assert_eq!(job.has_a_shell(), has, "{case}");
        }
    }
}
