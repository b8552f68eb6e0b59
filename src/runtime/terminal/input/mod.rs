//! Keys, pastes and what else the terminal tells, read on a thread of its own and left where the loop
//! wakes from. Whatever came is read to its end, so that no key waits for the next one.

mod bursts;
pub(super) mod ground;
mod keys;
mod parser;
mod paste;

use std::{io, time::Duration};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    stdio::stdin,
};
use tokio::sync::mpsc;

pub(in crate::runtime) use self::bursts::letter;
use self::{bursts::Bursts, parser::Parser};
use crate::tui::{Chord, Ground, KeyKind};

/// How many bytes are read at once.
const AT_ONCE: usize = 4_096;

/// How much is left for the loop at most. What comes then stays in the terminal's line.
const LEFT: usize = 256;

/// What came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happened {
    Key(Chord, KeyKind),
    /// Several keys at once, text among them: no person pressed them.
    Burst(Vec<(Chord, KeyKind)>),
    Paste(String),
    FocusGained,
    /// What the terminal's ground looks like.
    Ground(Ground),
    /// The terminal is gone.
    Lost,
}

/// Starts reading. `urgent` are the keys that are heard even within a paste. The thread ends with the
/// process: a read of the terminal cannot be called off.
pub(super) fn read(urgent: Vec<Chord>) -> io::Result<mpsc::Receiver<Happened>> {
    let (out, inbox) = mpsc::channel(LEFT);
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        let mut reader = Reader { parser: Parser::new(urgent), bursts: Bursts::default() };
        let mut bytes = vec![0; AT_ONCE];
        loop {
            let happened = match next(reader.patience(), &mut bytes) {
                Next::Read(read) => reader.read(read),
                Next::Nothing => reader.quiet(),
                Next::Lost => vec![Happened::Lost],
            };
            for happened in happened {
                let lost = happened == Happened::Lost;
                if out.blocking_send(happened).is_err() || lost {
                    return;
                }
            }
        }
    })?;
    Ok(inbox)
}

/// Bytes to what happened, without the time: it is told when nothing came.
#[derive(Debug)]
struct Reader {
    parser: Parser,
    bursts: Bursts,
}

impl Reader {
    /// How long to wait for more until [`Self::quiet`] is to be called.
    fn patience(&self) -> Option<Duration> {
        self.bursts.patience().or_else(|| self.parser.patience())
    }

    fn read(&mut self, bytes: &[u8]) -> Vec<Happened> {
        let (mut tokens, mut out) = (Vec::new(), Vec::new());
        self.parser.feed(bytes, &mut tokens);
        for token in tokens {
            self.bursts.take(token, &mut out);
        }
        out
    }

    fn quiet(&mut self) -> Vec<Happened> {
        let (mut tokens, mut out) = (Vec::new(), Vec::new());
        if self.bursts.patience().is_some() {
            self.bursts.quiet(&mut out);
        } else {
            self.parser.quiet(&mut tokens);
            for token in tokens {
                self.bursts.take(token, &mut out);
            }
            self.bursts.quiet(&mut out);
        }
        out
    }
}

/// What the terminal has.
enum Next<'b> {
    Read(&'b [u8]),
    Nothing,
    Lost,
}

/// Waits for the terminal, for so long at most.
fn next(patience: Option<Duration>, bytes: &mut [u8]) -> Next<'_> {
    let wait = patience.and_then(|wait| Timespec::try_from(wait).ok());
    loop {
        let input = stdin();
        let mut waits = [PollFd::new(&input, PollFlags::IN)];
        match poll(&mut waits, wait.as_ref()) {
            Ok(0) => return Next::Nothing,
            Ok(_) if waits[0].revents().contains(PollFlags::IN) => {}
            Err(Errno::INTR) => continue,
            // It was hung up, and nothing is left to read.
            Ok(_) | Err(_) => return Next::Lost,
        }
        match rustix::io::read(input, &mut *bytes) {
            Ok(0) => return Next::Lost,
            Ok(read) => return Next::Read(&bytes[..read]),
            // Somebody else reads it, too.
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return Next::Lost,
        }
    }
}

#[cfg(test)]
mod tests;
