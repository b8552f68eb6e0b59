//! The handle to a store: everything it is asked returns at once with a [`Reply`] that comes later.

use std::{
    borrow::Borrow,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, mpsc},
    task::{Context, Poll},
    thread::JoinHandle,
};

use tokio::sync::oneshot;

use super::{
    Cached, Chain, Lately, Living, Location, Named, Parts, Recorded, Snapshot, StoreError, Trouble,
    Tuning, cache, journal, living, opening,
    parts::{self, Taker},
    single, snapshot, verify,
    worker::{Job, Worker},
};
use crate::{
    desk::{Controls, Entry},
    domain::SellerName,
};

/// What an append did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The row of the last entry that was asked for.
    pub last_seq: u64,
    /// Rows that others wrote before it and that were not handed out yet. To be folded.
    pub followed: Vec<Recorded>,
}

/// What became of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intended {
    /// It is on the disk: what it intends may be sent.
    Stored {
        /// Its row.
        seq: u64,
    },
    /// Others wrote what the asker has not folded. Nothing was stored: fold, check again, ask again.
    Conflict {
        /// Their rows, as far as no earlier reply carries them already.
        followed: Vec<Recorded>,
    },
}

/// An answer of the store that comes later. Await it, or [`Reply::wait`] for it outside of async code.
#[derive(Debug)]
#[must_use = "rows of others that a dropped reply carried are lost to this handle"]
pub struct Reply<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Reply<T> {
    /// Blocks until the answer is there. Never call it in async code: it panics there.
    pub fn wait(self) -> Result<T, StoreError> {
        self.0.blocking_recv().unwrap_or_else(|_| Err(closed()))
    }
}

impl<T> Future for Reply<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|answer| answer.unwrap_or_else(|_| Err(closed())))
    }
}

fn closed() -> StoreError {
    StoreError::new(Trouble::Closed, "")
}

/// A store that is open for writing. Clones share one thread and one connection; when the last one
/// is dropped, what was asked is finished and the file is closed.
#[derive(Debug, Clone)]
pub struct Store {
    thread: Arc<Thread>,
}

struct Thread {
    location: Location,
    hands: Hands,
}

/// Who does the work.
enum Hands {
    /// A thread of its own; `None` once it is told to end.
    Apart(Option<mpsc::Sender<Job>>, Option<JoinHandle<()>>),
    /// Whoever asks.
    Askers(Box<Mutex<Worker>>),
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").field("location", &self.location).finish_non_exhaustive()
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        let Hands::Apart(jobs, handle) = &mut self.hands else { return };
        // No more jobs: the thread finishes those it has, and ends.
        drop(jobs.take());
        if let Some(handle) = handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the store's thread failed");
        }
    }
}

impl Store {
    /// Opens a store, makes it if there is none, and brings it up to date. Blocks: for the start of a
    /// program. A file that is not ours is left as it is.
    pub fn open(location: impl Borrow<Location>) -> Result<Self, StoreError> {
        Self::open_with(location.borrow(), &Tuning::default())
    }

    /// Opens a store in an unusual way.
    pub fn open_with(location: &Location, tuning: &Tuning) -> Result<Self, StoreError> {
        let location = location.real()?;
        let conn = opening::writer(&location, tuning)?;
        let worker = Worker::new(conn, &location, tuning)?;
        let hands = if tuning.on_the_askers_thread {
            Hands::Askers(Box::new(Mutex::new(worker)))
        } else {
            let (jobs, queue) = mpsc::channel();
            let handle = std::thread::Builder::new()
                .name("store".to_owned())
                .spawn(move || worker.run(&queue))
                .map_err(|error| StoreError::io(&error, location.path()))?;
            Hands::Apart(Some(jobs), Some(handle))
        };
        Ok(Self { thread: Arc::new(Thread { location, hands }) })
    }

    /// Opens its file in another way from here on. What was asked before is done before.
    pub fn reopen(&self, tuning: Tuning) -> Reply<()> {
        let location = self.location().clone();
        self.ask(move |worker| worker.reopen(&location, &tuning))
    }

    /// Where it really is ([`Location::real`]).
    pub fn location(&self) -> &Location {
        &self.thread.location
    }

    /// Appends entries, in order, behind everything asked before. Its reply means that they are
    /// committed: another process sees them, and they survive this one.
    ///
    /// An error means that they are *not yet* written. They are kept and go before anything newer:
    /// every later append tries again, and an empty one does nothing else.
    pub fn append(&self, entries: Vec<Entry>) -> Reply<Appended> {
        self.send(|asker| Job::Append(entries, asker))
    }

    /// Stores an intent so that it survives a power cut, unless others wrote rows that the asker has
    /// not folded. `after` is the newest row it has folded or knows as its own: the greatest of
    /// [`Snapshot::seq`], [`Appended::last_seq`], [`Intended::Stored`] and every row it was handed.
    ///
    /// An error means that it is not stored and never will be.
    pub fn append_intent(&self, entry: Entry, after: u64) -> Reply<Intended> {
        self.send(|asker| Job::Intent(Box::new(entry), after, asker))
    }

    /// Rows that other processes wrote, each handed out once. Cheap when there are none.
    pub fn follow(&self) -> Reply<Vec<Recorded>> {
        self.send(Job::Follow)
    }

    /// Every record as it stands. Rows up to [`Snapshot::seq`] are not handed out any more.
    pub fn load(&self) -> Reply<Snapshot> {
        self.ask(Worker::load)
    }

    /// The same in parts, so that it is never held twice. What is asked meanwhile is done after it.
    pub fn load_parts(&self) -> Parts {
        let (sender, parts) = Parts::new(matches!(self.thread.hands, Hands::Apart(..)));
        let taker = Taker(sender);
        self.hand(Job::Other(Box::new(move |worker| parts::hand_over(worker, &taker))));
        parts
    }

    /// The records of these ids (of quotes and deals) and of what belongs to them. For who needs no
    /// more: rows up to [`Snapshot::seq`] are not handed out any more.
    pub fn load_about(&self, ids: Vec<String>) -> Reply<Snapshot> {
        self.ask(move |worker| worker.about(&ids))
    }

    /// The same, and what all deals are called: for who asks about what sellers have of them.
    pub fn load_named(&self, ids: Vec<String>) -> Reply<Named> {
        self.ask(move |worker| {
            let named = snapshot::named(worker.conn(), &ids)?;
            worker.begin_at(named.snapshot.seq);
            Ok(named)
        })
    }

    /// So many of the newest quotes, and what all the others are called: for who asks for new ones. Rows up
    /// to [`Snapshot::seq`] are not handed out any more.
    pub fn load_lately(&self, many: u64) -> Reply<Lately> {
        self.ask(move |worker| {
            let lately = snapshot::lately(worker.conn(), many)?;
            worker.begin_at(lately.snapshot.seq);
            Ok(lately)
        })
    }

    /// What something is expected of, what is about these ids, and what rules look at of the past; of the
    /// others what they are called. Rows up to [`Snapshot::seq`] are not handed out any more.
    pub fn load_living(&self, ids: Vec<String>) -> Reply<Living> {
        self.ask(move |worker| living::load(worker, &ids))
    }

    /// What was wrong with the tables when [`Self::load`] had to make them again from the journal; told
    /// once.
    pub fn mended(&self) -> Reply<Option<String>> {
        self.ask(|worker| Ok(worker.mended()))
    }

    /// What is stopped, and which limits hold, without any other record.
    pub fn controls(&self) -> Reply<Controls> {
        self.ask(|worker| single::controls(worker.conn()))
    }

    /// The newest `count` rows that this handle has written or handed out, oldest first: for the log.
    pub fn tail(&self, count: u64) -> Reply<Vec<Recorded>> {
        self.ask(move |worker| worker.tail(count))
    }

    /// At most `limit` rows after row `after`.
    pub fn entries(&self, after: u64, limit: u64) -> Reply<Vec<Recorded>> {
        self.ask(move |worker| journal::after(worker.conn(), after, limit))
    }

    /// Checks every row of the journal. Takes a while where it is long.
    pub fn verify(&self) -> Reply<Chain> {
        self.ask(|worker| verify::verify(worker.conn()))
    }

    /// Makes the tables of records again from the journal.
    pub fn rebuild(&self) -> Reply<()> {
        self.ask(Worker::rebuild)
    }

    /// Keeps what a seller published, in place of what it published before.
    pub fn put_cache(&self, cached: Cached) -> Reply<()> {
        self.ask(move |worker| cache::put(worker.conn(), &cached))
    }

    /// What a seller published, if it was kept.
    pub fn get_cache(&self, seller: SellerName, kind: impl Into<String>) -> Reply<Option<Cached>> {
        let kind = kind.into();
        self.ask(move |worker| cache::get(worker.conn(), &seller, &kind))
    }

    fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Worker) -> Result<T, StoreError> + Send + 'static,
    ) -> Reply<T> {
        self.send(|asker| {
            Job::Other(Box::new(move |worker| {
                let answer = job(worker).map_err(|error| error.at(worker.path()));
                // Nobody waits for it any more: nothing is lost.
                drop(asker.send(answer));
            }))
        })
    }

    fn send<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job) -> Reply<T> {
        let (asker, reply) = oneshot::channel();
        self.hand(job(asker));
        Reply(reply)
    }

    fn hand(&self, job: Job) {
        match &self.thread.hands {
            // A thread that has ended drops the asker, and the reply says that the store is closed.
            Hands::Apart(Some(jobs), _) => drop(jobs.send(job)),
            Hands::Apart(None, _) => {}
            Hands::Askers(worker) => {
                // What a job that failed left behind is the backlog, which is whole.
                worker.lock().unwrap_or_else(PoisonError::into_inner).take_one(job);
            }
        }
    }
}
