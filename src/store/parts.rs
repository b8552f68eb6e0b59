//! Every record of a store a few at a time, all as they stood at one moment: a big book is never held
//! twice, and whoever takes it in has time for something else in between.

use rusqlite::Connection;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{
    digest::Digest,
    error::{StoreError, Trouble},
    journal, rows, single, snapshot,
    worker::Worker,
};
use crate::desk::{BookingRecord, Controls, DealRecord, QuoteRecord};

/// How many records a part has at most.
const MANY: usize = 500;

/// How many parts wait to be taken at most.
const WAITING: usize = 4;

/// A part of what a store holds, in the order in which it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What is stopped, and which limits hold: first, so that it holds from the start.
    Controls(Box<Controls>),
    /// Quotes, in the order they came.
    Quotes(Vec<QuoteRecord>),
    /// Bookings, in the order they were stored.
    Bookings(Vec<BookingRecord>),
    /// Deals, in the order they were booked.
    Deals(Vec<DealRecord>),
    /// A record could not be read, or somebody edited them, and they were all made again from the journal:
    /// what was handed over so far does not count.
    Again,
    /// That was all, up to this row of the journal. Rows up to it are not handed out any more.
    Whole(u64),
}

/// The parts as they come.
#[derive(Debug)]
pub struct Parts(Receiver<Result<Part, StoreError>>);

impl Parts {
    /// Room for parts. Where nobody takes any before all are there, all of them have room.
    pub(super) fn new(has_taker: bool) -> (Sender<Result<Part, StoreError>>, Self) {
        let (sender, receiver) =
            channel(if has_taker { WAITING } else { tokio::sync::Semaphore::MAX_PERMITS });
        (sender, Self(receiver))
    }

    /// The same outside of async code: it blocks. Never call it in async code: it panics there.
    pub fn wait(&mut self) -> Option<Result<Part, StoreError>> {
        self.0.blocking_recv()
    }

    /// The next part; `None` after the last, or after an error.
    pub async fn next(&mut self) -> Option<Result<Part, StoreError>> {
        self.0.recv().await
    }
}

/// Whoever takes the parts is gone.
struct Gone;

/// Where parts go.
pub(super) struct Taker(pub(super) Sender<Result<Part, StoreError>>);

impl Taker {
    fn give(&self, part: Result<Part, StoreError>) -> Result<(), Gone> {
        match self.0.try_send(part) {
            Ok(()) => Ok(()),
            Err(tokio::sync::mpsc::error::TrySendError::Closed(_)) => Err(Gone),
            // Only a thread of its own waits: elsewhere there is always room.
            Err(tokio::sync::mpsc::error::TrySendError::Full(part)) => {
                self.0.blocking_send(part).map_err(|_| Gone)
            }
        }
    }
}

/// Hands over everything that a store holds.
pub(super) fn hand_over(worker: &mut Worker, taker: &Taker) {
    let read = match all(worker.conn(), taker) {
        Err(error) if error.kind == Trouble::Corrupt => {
            match (worker.mends(error.detail), taker.give(Ok(Part::Again))) {
                (Ok(()), Ok(())) => all(worker.conn(), taker),
                (Err(error), _) => Err(error),
                (Ok(()), Err(Gone)) => return,
            }
        }
        read => read,
    };
    let last = match read {
        Ok(None) => return,
        Ok(Some(seq)) => {
            worker.begin_at(seq);
            // The pages of a big book were read once, and are not read again: they make place.
            drop(worker.conn().execute_batch("PRAGMA shrink_memory"));
            Ok(Part::Whole(seq))
        }
        Err(error) => Err(error.at(worker.path())),
    };
    // Nobody waits for it any more: nothing is lost.
    let (Ok(()) | Err(Gone)) = taker.give(last);
}

/// Everything but the end, and up to which row it goes; `None` where nobody takes it any more.
fn all(conn: &Connection, taker: &Taker) -> Result<Option<u64>, StoreError> {
    // A read transaction: rows that others append meanwhile are not seen.
    let tx = conn.unchecked_transaction()?;
    let (seq, mut digest) = (journal::head(&tx)?.seq, Digest::default());
    snapshot::digest_singles(&tx, &mut digest)?;
    let given = taker.give(Ok(Part::Controls(single::controls(&tx)?.into()))).is_ok()
        && each(&tx, &mut digest, taker, Part::Quotes)?
        && each(&tx, &mut digest, taker, Part::Bookings)?
        && each(&tx, &mut digest, taker, Part::Deals)?;
    if given {
        snapshot::is_as_written(&tx, &digest)?;
    }
    Ok(given.then_some(seq))
}

/// Returns whether somebody takes them.
fn each<R: rows::Tabled>(
    conn: &Connection,
    digest: &mut Digest,
    taker: &Taker,
    part: impl Fn(Vec<R>) -> Part,
) -> Result<bool, StoreError> {
    let mut some = Vec::with_capacity(MANY);
    let mut is_taken = true;
    rows::each::<R>(conn, digest, |json| {
        some.push(rows::parse(json)?);
        if some.len() == MANY {
            let full = std::mem::replace(&mut some, Vec::with_capacity(MANY));
            is_taken = taker.give(Ok(part(full))).is_ok();
        }
        Ok(is_taken)
    })?;
    Ok(is_taken && taker.give(Ok(part(some))).is_ok())
}
