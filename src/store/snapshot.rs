//! What the desk starts from: every record as it stands, so that a start does not fold the journal.
//!
//! There is no snapshot file or row that could be stale: the tables of records are written in the
//! transaction that appends, by the same fold, so they are a snapshot at the newest row. They are
//! dropped and made again from the journal whenever the rules that fill them change.

use rusqlite::Connection;

use super::{
    digest::Digest,
    error::{StoreError, Trouble},
    journal, rows,
};
use crate::desk::{Book, BookingRecord, Controls, DealRecord, QuoteRecord};

/// Every record, in the order they came, at one row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The newest row of the journal that is in it; 0 for an empty journal.
    pub seq: u64,
    /// Quotes with their negotiations.
    pub quotes: Vec<QuoteRecord>,
    /// Bookings.
    pub bookings: Vec<BookingRecord>,
    /// Deals.
    pub deals: Vec<DealRecord>,
    /// What is stopped.
    pub controls: Controls,
}

impl Snapshot {
    /// Puts every record into a book, as the fold of the journal up to `seq` would have.
    pub fn restore(self, book: &mut impl Book) {
        self.quotes.into_iter().for_each(|record| book.put_quote(record));
        self.bookings.into_iter().for_each(|record| book.put_booking(record));
        self.deals.into_iter().for_each(|record| book.put_deal(record));
        book.edit_controls(|controls| *controls = self.controls);
    }
}

/// Reads every record at one moment, and finds out whether they are what the journal made of them.
pub(super) fn read(conn: &Connection) -> Result<Snapshot, StoreError> {
    // A read transaction: rows that others append meanwhile are not seen.
    let tx = conn.unchecked_transaction()?;
    let mut digest = Digest::default();
    let snapshot = Snapshot {
        seq: journal::head(&tx)?.seq,
        quotes: rows::all(&tx, &mut digest)?,
        bookings: rows::all(&tx, &mut digest)?,
        deals: rows::all(&tx, &mut digest)?,
        controls: rows::controls(&tx)?,
    };
    rows::digest_controls(&tx, &mut digest)?;
    if digest != rows::digest(&tx)? {
        let detail = "its tables were edited: they are not what its journal makes of them";
        return Err(StoreError::new(Trouble::Corrupt, detail));
    }
    Ok(snapshot)
}

/// Whether the records are not what desks wrote.
pub(super) fn is_edited(conn: &Connection) -> Result<bool, StoreError> {
    let mut digest = Digest::default();
    rows::each::<QuoteRecord>(conn, &mut digest, |_| Ok(()))?;
    rows::each::<BookingRecord>(conn, &mut digest, |_| Ok(()))?;
    rows::each::<DealRecord>(conn, &mut digest, |_| Ok(()))?;
    rows::digest_controls(conn, &mut digest)?;
    Ok(digest != rows::digest(conn)?)
}
