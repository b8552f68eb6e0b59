//! What is written to the terminal, on a thread of its own: a terminal that does not read (a line that
//! stalls, a stopped emulator) never stops the desk. A frame is made only when the one before was taken,
//! so that nothing piles up, and the next one shows everything that happened meanwhile.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
    io::Errno,
    stdio::stdout,
    termios::{QueueSelector, tcflush, ttyname},
};
use tokio::sync::Notify;

/// How long a terminal that is left may take for what is written already, and then for what undoes it.
const GRACE: Duration = Duration::from_millis(250);

/// How long to wait for room until it is asked whether what waits is still wanted.
const ROOM: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// How much is written at once where a write may block.
const AT_ONCE: usize = 1_024;

/// Everything that is written to this process's terminal goes through here.
#[derive(Debug)]
pub(super) struct Outlet {
    waits: Mutex<Waits>,
    changed: Condvar,
    taken: Notify,
    lost: Notify,
}

/// What waits to be written.
#[derive(Debug, Default)]
struct Waits {
    bytes: Vec<u8>,
    is_writing: bool,
    /// Whether what is being written is not wanted any more.
    is_dropped: bool,
    /// Whether the terminal is gone. Nothing is written from then on.
    is_lost: bool,
}

impl Waits {
    fn is_taken(&self) -> bool {
        self.bytes.is_empty() && !self.is_writing
    }
}

/// The one there is: a process has one terminal, and a panic anywhere gives it back.
static OUTLET: OnceLock<Arc<Outlet>> = OnceLock::new();

/// The way to this process's terminal. Its thread ends with the process.
pub(super) fn outlet() -> io::Result<Arc<Outlet>> {
    if let Some(outlet) = OUTLET.get() {
        return Ok(Arc::clone(outlet));
    }
    let outlet = Arc::new(Outlet {
        waits: Mutex::default(),
        changed: Condvar::new(),
        taken: Notify::new(),
        lost: Notify::new(),
    });
    let own = Arc::clone(&outlet);
    std::thread::Builder::new().name("screen".to_owned()).spawn(move || own.write())?;
    Ok(Arc::clone(OUTLET.get_or_init(|| outlet)))
}

impl Outlet {
    /// Writes behind what waits already.
    pub(super) fn put(&self, bytes: &[u8]) {
        let mut waits = self.waits();
        if !waits.is_lost {
            waits.bytes.extend_from_slice(bytes);
            self.changed.notify_all();
        }
    }

    /// Whether the terminal took everything.
    pub(super) fn is_ready(&self) -> bool {
        self.waits().is_taken()
    }

    /// Waits until it did.
    pub(super) async fn ready(&self) {
        while !self.is_ready() {
            self.taken.notified().await;
        }
    }

    /// Waits until the terminal is gone.
    pub(super) async fn lost(&self) {
        while !self.waits().is_lost {
            self.lost.notified().await;
        }
    }

    /// Writes the last thing, in time that is limited: what the terminal has not taken by then is dropped
    /// for it.
    pub(super) fn leave(&self, bytes: &[u8]) {
        if !self.settles() {
            let mut waits = self.waits();
            waits.is_dropped = true;
            waits.bytes.clear();
            drop(waits);
            // Also what the system holds for it: there is no room for anything else.
            let _ = tcflush(stdout(), QueueSelector::OFlush);
            self.settles();
            self.waits().is_dropped = false;
        }
        self.put(bytes);
        self.settles();
    }

    /// Whether everything is taken, after a moment at most.
    fn settles(&self) -> bool {
        let waits = self.waits();
        let waited = self.changed.wait_timeout_while(waits, GRACE, |waits| !waits.is_taken());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_taken()
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes for as long as the process lives.
    fn write(&self) {
        let own = own();
        loop {
            let waits = self.changed.wait_while(self.waits(), |waits| waits.bytes.is_empty());
            let mut waits = waits.unwrap_or_else(PoisonError::into_inner);
            waits.is_writing = true;
            let bytes = std::mem::take(&mut waits.bytes);
            drop(waits);
            let written = match &own {
                Some(own) => self.write_to(own.as_fd(), &bytes, bytes.len()),
                None => self.write_to(stdout(), &bytes, AT_ONCE),
            };
            let mut waits = self.waits();
            waits.is_writing = false;
            if written.is_err() {
                waits.is_lost = true;
                waits.bytes.clear();
            }
            drop(waits);
            self.changed.notify_all();
            self.taken.notify_one();
            if written.is_err() {
                return self.lost.notify_one();
            }
        }
    }

    fn write_to(&self, to: BorrowedFd<'_>, bytes: &[u8], at_once: usize) -> Result<(), Errno> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.waits().is_dropped {
            match rustix::io::write(to, &rest[..at_once.min(rest.len())]) {
                Ok(written) => rest = &rest[written..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let _ = poll(&mut [PollFd::new(&to, PollFlags::OUT)], Some(&ROOM));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The terminal, opened once more: what is changed there (that no write blocks) is nobody else's. `None`
/// where it may not be opened again; then a write may block this thread, and nothing else.
fn own() -> Option<OwnedFd> {
    let name = ttyname(stdout(), Vec::new()).ok()?;
    rustix::fs::open(name, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY, Mode::empty()).ok()
}
