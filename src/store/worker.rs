//! The thread that owns the store's one writing connection: it appends in the order it was asked,
//! many requests in one transaction when they come fast.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::mpsc::{Receiver, TryRecvError},
};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::{
    Location, Tuning,
    error::{StoreError, Trouble},
    handle::{Appended, Intended},
    journal::{self, Line, Recorded},
    opening,
    place::Identity,
    projections::{self, Tables},
    schema,
    snapshot::{self, Snapshot},
};
use crate::desk::Entry;

/// How many facts one transaction takes at most.
const BATCH: usize = 10_000;

/// Everything: no store has as many rows.
const ALL: u64 = u64::MAX;

/// Where an answer goes.
pub(super) type Sender<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the thread is asked to do.
pub(super) enum Job {
    /// Append, in order.
    Append(Vec<Entry>, Sender<Appended>),
    /// Append durably, unless others wrote what the asker has not folded.
    Intent(Box<Entry>, u64, Sender<Intended>),
    /// Rows of others since last time.
    Follow(Sender<Vec<Recorded>>),
    /// Anything that leaves the journal as it is.
    Other(Box<dyn FnOnce(&mut Worker) + Send>),
}

/// The connection and what this handle has seen through it.
pub(super) struct Worker {
    conn: Connection,
    path: PathBuf,
    /// Which file was opened; `None` in memory.
    file: Option<Identity>,
    /// [`Tuning::after_a_power_cut`].
    synced: Option<PathBuf>,
    /// The newest row this handle knows: read, handed out, or written by itself.
    seen: u64,
    /// The newest row of others that was handed out.
    handed: u64,
    /// Rows of others that were read but whose asker was gone.
    kept: Vec<Recorded>,
    /// Facts that could not be written yet. They go before anything newer.
    backlog: Vec<Line>,
    /// What was wrong with the tables when they had to be made again.
    mended: Option<String>,
}

/// An answer that carries rows of others.
pub(super) trait Carries {
    /// The rows.
    fn rows(&self) -> &[Recorded];
}

impl Carries for Vec<Recorded> {
    fn rows(&self) -> &[Recorded] {
        self
    }
}

impl Carries for Appended {
    fn rows(&self) -> &[Recorded] {
        &self.followed
    }
}

impl Carries for Intended {
    fn rows(&self) -> &[Recorded] {
        match self {
            Self::Stored { .. } => &[],
            Self::Conflict { followed } => followed,
        }
    }
}

/// How strictly a transaction minds others' rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Minds {
    /// Take them along.
    Follow,
    /// Write nothing if there are any.
    Refuse,
}

impl Worker {
    pub(super) fn new(
        conn: Connection,
        location: &Location,
        tuning: &Tuning,
    ) -> Result<Self, StoreError> {
        let path = location.path().to_owned();
        let seen = journal::head(&conn).map_err(|error| error.at(&path))?.seq;
        let (file, kept, backlog) = (Identity::at(&path), Vec::new(), Vec::new());
        let synced = tuning.after_a_power_cut.clone();
        let mended = None;
        Ok(Self { conn, path, file, synced, seen, handed: seen, kept, backlog, mended })
    }

    /// Works on the same file through another connection.
    pub(super) fn reopen(
        &mut self,
        location: &Location,
        tuning: &Tuning,
    ) -> Result<(), StoreError> {
        self.conn = opening::writer(location, tuning)?;
        self.file = Identity::at(&self.path);
        self.synced.clone_from(&tuning.after_a_power_cut);
        Ok(())
    }

    /// Works until the last handle is gone.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        let mut waiting = VecDeque::new();
        loop {
            if waiting.is_empty() {
                match jobs.recv() {
                    Ok(job) => waiting.push_back(job),
                    Err(_) => break,
                }
            }
            // What has come meanwhile joins the same transaction.
            while waiting.len() < BATCH {
                match jobs.try_recv() {
                    Ok(job) => waiting.push_back(job),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            self.work(&mut waiting);
        }
        if let Err(error) = self.write_backlog() {
            tracing::error!(%error, lost = self.backlog.len(), "facts could not be stored");
        }
    }

    /// Works off one job.
    pub(super) fn take_one(&mut self, job: Job) {
        self.work(&mut VecDeque::from([job]));
    }

    /// Takes the first job, and with an append those that follow it.
    fn work(&mut self, waiting: &mut VecDeque<Job>) {
        match waiting.pop_front() {
            Some(Job::Append(entries, asker)) => {
                let mut askers = Vec::new();
                self.take(entries, asker, &mut askers);
                while self.backlog.len() < BATCH
                    && matches!(waiting.front(), Some(Job::Append(..)))
                    && let Some(Job::Append(entries, asker)) = waiting.pop_front()
                {
                    self.take(entries, asker, &mut askers);
                }
                self.append(askers);
            }
            Some(Job::Intent(entry, after, asker)) => self.intent(*entry, after, asker),
            Some(Job::Follow(asker)) => {
                let found = self.follow().map_err(|error| error.at(&self.path));
                self.hand_over(asker, found);
            }
            Some(Job::Other(job)) => job(self),
            None => {}
        }
    }

    /// Queues an asker's entries; how many lines of the backlog end with them is noted.
    fn take(
        &mut self,
        entries: Vec<Entry>,
        asker: Sender<Appended>,
        askers: &mut Vec<(usize, Sender<Appended>)>,
    ) {
        let lines: Result<Vec<Line>, _> = entries.into_iter().map(Line::new).collect();
        match lines {
            Ok(lines) => {
                self.backlog.extend(lines);
                askers.push((self.backlog.len(), asker));
            }
            Err(error) => drop(asker.send(Err(error.at(&self.path)))),
        }
    }

    fn append(&mut self, askers: Vec<(usize, Sender<Appended>)>) {
        let lines = self.backlog.len();
        match self.write_backlog() {
            Ok(followed) => {
                self.kept = followed;
                for (end, asker) in askers {
                    let behind = u64::try_from(lines - end).unwrap_or(0);
                    let last_seq = self.seen.saturating_sub(behind);
                    let followed = std::mem::take(&mut self.kept);
                    self.hand_over(asker, Ok(Appended { last_seq, followed }));
                }
            }
            Err(error) => {
                tracing::warn!(%error, waiting = lines, "facts wait to be stored");
                for (_, asker) in askers {
                    drop(asker.send(Err(error.clone())));
                }
            }
        }
    }

    /// Stores an intent, durably, if its asker has folded everything that others wrote.
    fn intent(&mut self, entry: Entry, after: u64, asker: Sender<Intended>) {
        if asker.is_closed() {
            // Nobody would send it: stored, it would only look like a lost booking.
            return;
        }
        let result = self.try_intent(entry, after).map_err(|error| error.at(&self.path));
        self.hand_over(asker, result);
    }

    fn try_intent(&mut self, entry: Entry, after: u64) -> Result<Intended, StoreError> {
        // Nothing may overtake what could not be written: fail closed.
        let followed = self.write_backlog()?;
        if after < self.handed || !followed.is_empty() {
            return Ok(Intended::Conflict { followed });
        }
        let followed = self.write(&[Line::new(entry)?], Minds::Refuse, true)?;
        Ok(if followed.is_empty() {
            Intended::Stored { seq: self.seen }
        } else {
            Intended::Conflict { followed }
        })
    }

    /// Rows of others that were not handed out yet.
    fn follow(&mut self) -> Result<Vec<Recorded>, StoreError> {
        let head = journal::head(&self.conn)?.seq;
        if head > self.seen {
            self.kept.extend(journal::after(&self.conn, self.seen, head - self.seen)?);
            self.seen = self.kept.last().map_or(head, |row| row.seq);
        }
        Ok(std::mem::take(&mut self.kept))
    }

    /// Writes what waits, if anything does. Rows of others that were not handed out yet are returned.
    fn write_backlog(&mut self) -> Result<Vec<Recorded>, StoreError> {
        if self.backlog.is_empty() {
            return self.follow();
        }
        let lines = std::mem::take(&mut self.backlog);
        // The rest may be lost with the power: it is asked for again.
        let durable = lines.iter().any(|line| line.entry.fact.outlasts_a_power_cut());
        let result = self.write(&lines, Minds::Follow, durable);
        if result.is_err() {
            self.backlog = lines;
        }
        let followed = result.map_err(|error| error.at(&self.path))?;
        let mut kept = std::mem::take(&mut self.kept);
        kept.extend(followed);
        Ok(kept)
    }

    /// One transaction. Rows of others that came before are returned; only then `seen` moves.
    fn write(
        &mut self,
        lines: &[Line],
        minds: Minds,
        durable: bool,
    ) -> Result<Vec<Recorded>, StoreError> {
        // Others find neither our locks nor our log at a file that went elsewhere.
        if self.file != Identity::at(&self.path) {
            return Err(StoreError::new(Trouble::Moved, ""));
        }
        let level = if durable { "FULL" } else { "NORMAL" };
        self.conn.pragma_update(None, "synchronous", level)?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::refuse_newer(&tx)?;
        schema::refuse_newer_rules(&tx)?;
        let mut head = journal::head(&tx)?;
        if head.seq < self.seen {
            let detail = format!("rows after {} are gone", head.seq);
            return Err(StoreError::new(Trouble::Corrupt, detail));
        }
        let followed =
            if head.seq > self.seen { journal::after(&tx, self.seen, ALL)? } else { Vec::new() };
        if minds == Minds::Refuse && !followed.is_empty() {
            self.seen = head.seq;
            return Ok(followed);
        }
        if let Some(first) = lines.first() {
            let mode = first.entry.mode;
            journal::refuse_other_mode(&tx, mode)?;
            if lines.iter().any(|line| line.entry.mode != mode) {
                return Err(StoreError::new(Trouble::OtherMode, "facts of two modes at once"));
            }
            let mut tables = Tables::new(&tx);
            for line in lines {
                journal::append(&tx, &mut head, line)?;
                tables.fold(head.seq, &line.entry)?;
            }
            tables.save(&head)?;
        }
        tx.commit()?;
        self.seen = head.seq;
        self.keep_what_is_synced()?;
        Ok(followed)
    }

    /// As SQLite has it, not as was meant: only at this level does a commit wait for the disk.
    fn keep_what_is_synced(&self) -> Result<(), StoreError> {
        const FULL: i64 = 2;
        let Some(path) = &self.synced else { return Ok(()) };
        let level: i64 = self.conn.pragma_query_value(None, "synchronous", |row| row.get(0))?;
        if level >= FULL {
            drop(std::fs::remove_file(path));
            self.conn.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        }
        Ok(())
    }

    /// Answers. Rows of others go to exactly one asker: if it is gone they are kept for the next.
    fn hand_over<T: Carries>(&mut self, asker: Sender<T>, answer: Result<T, StoreError>) {
        let newest = answer.as_ref().ok().and_then(|answer| answer.rows().last());
        let newest = newest.map(|row| row.seq);
        match asker.send(answer) {
            Ok(()) => self.handed = newest.unwrap_or(self.handed),
            Err(Ok(answer)) => self.kept.extend_from_slice(answer.rows()),
            Err(Err(_)) => {}
        }
    }

    /// Every record as it stands; from here on only newer rows are followed.
    pub(super) fn load(&mut self) -> Result<Snapshot, StoreError> {
        let snapshot = match snapshot::read(&self.conn) {
            Err(error) if error.kind == Trouble::Corrupt => {
                self.mends(error.detail)?;
                snapshot::read(&self.conn)?
            }
            read => read?,
        };
        self.begin_at(snapshot.seq);
        Ok(snapshot)
    }

    /// The records that are about ids, with what is stopped; from here on only newer rows are followed.
    pub(super) fn about(&mut self, ids: &[String]) -> Result<Snapshot, StoreError> {
        let snapshot = snapshot::about(&self.conn, ids)?;
        self.begin_at(snapshot.seq);
        Ok(snapshot)
    }

    /// Everything up to a row was handed over.
    pub(super) fn begin_at(&mut self, seq: u64) {
        (self.seen, self.handed) = (seq, seq);
        self.kept.clear();
    }

    /// The tables have to be made again from the journal: why.
    pub(super) fn mends(&mut self, why: String) -> Result<(), StoreError> {
        tracing::warn!(why, "records are made again from the journal");
        self.mended = Some(why);
        self.rebuild()
    }

    /// What was wrong with the tables, told once.
    pub(super) fn mended(&mut self) -> Option<String> {
        self.mended.take()
    }

    /// Makes the tables of records again from the journal.
    pub(super) fn rebuild(&mut self) -> Result<(), StoreError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::refuse_newer_rules(&tx)?;
        projections::rebuild(&tx)?;
        tx.commit()?;
        Ok(())
    }

    /// The newest rows that this handle knows.
    pub(super) fn tail(&self, count: u64) -> Result<Vec<Recorded>, StoreError> {
        journal::tail(&self.conn, count, self.seen)
    }

    pub(super) fn conn(&self) -> &Connection {
        &self.conn
    }

    pub(super) fn path(&self) -> &std::path::Path {
        &self.path
    }
}
