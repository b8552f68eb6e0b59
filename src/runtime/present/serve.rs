//! The desk's side of the socket. Whoever is slow is given the newest and misses what was between;
//! nobody is waited for.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::{
        fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _},
        net::{UnixListener as Listener, UnixStream as Stream},
    },
    path::{Path, PathBuf},
    sync::Arc,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp};
use tokio::{
    io::AsyncWriteExt as _,
    net::{UnixListener, UnixStream, unix::ReadHalf},
    sync::watch,
};

use super::{Greeting, Seen, VERSION};
use crate::{
    clock::Clock as _,
    domain::json,
    present::Audience,
    private,
    runtime::{Jobs, SystemClock},
};

/// How many terminals may be attached at once.
const VIEWERS: usize = 16;

/// How far the clock of who is attached may be off before it is told the time again.
const OFF: SignedDuration = SignedDuration::from_millis(500);

/// A line, shared by everybody it is sent to.
type Newest = Arc<str>;

/// A desk that shows what a room may see.
#[derive(Debug)]
pub struct Presenting {
    path: PathBuf,
    newest: watch::Sender<Newest>,
    sent: Option<Sent>,
}

#[derive(Debug)]
struct Sent {
    audience: Audience,
    /// On the desk's clock, and on the wall.
    at: (Timestamp, Timestamp),
}

impl Presenting {
    /// Listens at `path`, which only this user can open. What a desk that is gone left there is
    /// replaced.
    ///
    /// # Errors
    /// Where another desk shows there, something else is there, or no socket can be made.
    pub fn open(path: &Path, jobs: &mut Jobs) -> io::Result<Self> {
        let listener = listen(path)?;
        let (newest, hears) = watch::channel(Newest::from(""));
        jobs.start(async move {
            // Made here, so that the workers wake for it and not the desk.
            if let Ok(listener) = UnixListener::from_std(listener) {
                serve(listener, hears).await;
            }
        });
        Ok(Self { path: path.to_owned(), newest, sent: None })
    }

    /// Where it is shown.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a room may see at `now` of the desk's clock: sent where it is something else, or where the
    /// desk's clock is not where it was said to be by now.
    pub fn put(&mut self, audience: &Audience, now: Timestamp) {
        let wall = SystemClock.now();
        let known = self.sent.as_ref().is_some_and(|sent| {
            let drift = now.duration_since(since(&sent.audience, sent.at, wall)).abs();
            sent.audience == *audience && drift < OFF
        });
        if known {
            return;
        }
        let seen = Seen { at: now, audience: audience.clone() };
        // Plain data in text: there is nothing in it that could not be written.
        if let Ok(line) = json::text(&seen) {
            self.newest.send_replace(Newest::from(line + "\n"));
        }
        self.sent = Some(Sent { audience: seen.audience, at: (now, wall) });
    }
}

impl Drop for Presenting {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}

/// What the desk's clock shows at `wall`, if it was at `at.0` when the wall's was at `at.1`.
pub(super) fn since(audience: &Audience, at: (Timestamp, Timestamp), wall: Timestamp) -> Timestamp {
    if !audience.show.is_playing {
        return at.0;
    }
    let passed = i128::from(audience.show.speed) * wall.duration_since(at.1).as_nanos() / 100;
    let passed = SignedDuration::from_nanos(i64::try_from(passed).unwrap_or(0));
    at.0.saturating_add(passed).unwrap_or(at.0)
}

/// A socket at `path` that nobody else could open at any moment: made in a folder of its own, closed to
/// others, then put in its place.
fn listen(path: &Path) -> io::Result<Listener> {
    if let Ok(there) = fs::symlink_metadata(path) {
        if !there.file_type().is_socket() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "something else is there"));
        }
        if Stream::connect(path).is_ok() {
            let says = "another desk is shown there already";
            return Err(io::Error::new(io::ErrorKind::AddrInUse, says));
        }
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::folder(folder)?;
    }
    let folder = path.with_extension(std::process::id().to_string());
    DirBuilder::new().mode(0o700).create(&folder)?;
    let made = folder.join("s");
    let listener = Listener::bind(&made).and_then(|listener| {
        fs::set_permissions(&made, Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        fs::rename(&made, path)?;
        Ok(listener)
    });
    drop(fs::remove_file(&made));
    drop(fs::remove_dir(&folder));
    listener
}

/// Gives everybody who is attached what is newest, until the desk is gone.
async fn serve(listener: UnixListener, newest: watch::Receiver<Newest>) {
    let mut viewers = FuturesUnordered::new();
    loop {
        tokio::select! {
            attached = listener.accept(), if viewers.len() < VIEWERS => match attached {
                Ok((stream, _)) => viewers.push(show(stream, newest.clone())),
                Err(_) => return,
            },
            Some(()) = viewers.next() => {}
        }
    }
}

/// Shows one terminal what is newest, until it leaves. One that says anything is let go: nothing that it
/// says is looked at.
async fn show(mut stream: UnixStream, mut newest: watch::Receiver<Newest>) {
    let greeting = Greeting { dealdesk_audience: VERSION };
    let Ok(greeting) = json::text(&greeting) else { return };
    let mut line = Newest::from(greeting + "\n");
    newest.mark_changed();
    loop {
        let (left, mut writes) = stream.split();
        tokio::select! {
            written = writes.write_all(line.as_bytes()) => if written.is_err() { return },
            () = leaves(&left) => return,
        }
        tokio::select! {
            changed = newest.changed() => if changed.is_err() { return },
            () = leaves(&left) => return,
        }
        line = Newest::clone(&newest.borrow_and_update());
    }
}

/// Until the other side closes, or says anything.
async fn leaves(side: &ReadHalf<'_>) {
    while side.readable().await.is_ok() {
        // Readiness may be told where there is nothing.
        let nothing = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
        if !side.try_read(&mut [0]).is_err_and(|error| nothing(&error)) {
            return;
        }
    }
}
