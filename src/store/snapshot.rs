//! What the desk starts from: every record as it stands, so that a start does not fold the journal.
//!
//! There is no snapshot file or row that could be stale: the tables of records are written in the
//! transaction that appends, by the same fold, so they are a snapshot at the newest row. They are
//! dropped and made again from the journal whenever the rules that fill them change.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{
    digest::Digest,
    error::{StoreError, Trouble},
    journal, rows, single,
};
use crate::{
    desk::{BookingRecord, Controls, DealRecord, Exposure, QuoteRecord, Records},
    domain::{DealRef, QuoteRef},
};

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
    /// Puts every record where records are held, as the fold of the journal up to `seq` would have.
    pub fn restore(self, records: &mut impl Records) {
        self.quotes.into_iter().for_each(|record| records.put(record));
        self.bookings.into_iter().for_each(|record| records.put(record));
        self.deals.into_iter().for_each(|record| records.put(record));
        records.edit_controls(|controls| *controls = self.controls);
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
        controls: single::controls(&tx)?,
    };
    digest_singles(&tx, &mut digest)?;
    is_as_written(&tx, &digest)?;
    Ok(snapshot)
}

/// The newest quotes, and what all the others are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lately {
    /// What is stopped, and the newest quotes; nothing else.
    pub snapshot: Snapshot,
    /// What every quote is called that is not in it.
    pub others: Vec<QuoteRef>,
}

/// Reads the newest quotes, and what the others are called.
pub(super) fn lately(conn: &Connection, many: u64) -> Result<Lately, StoreError> {
    let tx = conn.unchecked_transaction()?;
    let newest = "SELECT record FROM (SELECT ord, record FROM quotes ORDER BY ord DESC LIMIT ?1) ORDER BY ord";
    let quotes = rows::collect::<QuoteRecord>(&tx, newest, [super::integer(many)])?;
    let (seq, controls) = (journal::head(&tx)?.seq, single::controls(&tx)?);
    let known: std::collections::HashSet<_> = quotes.iter().map(QuoteRecord::reference).collect();
    let mut others = Vec::new();
    let mut statement = tx.prepare_cached("SELECT seller, quote_id FROM quotes")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (seller, id): (String, String) = (row.get(0)?, row.get(1)?);
        let key = QuoteRef { seller: seller.into(), quote_id: id.into() };
        others.extend((!known.contains(&key)).then_some(key));
    }
    let snapshot = Snapshot { seq, quotes, controls, ..Snapshot::default() };
    Ok(Lately { snapshot, others })
}

/// Some records, and what all deals are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// What is stopped, and the records that are about some ids.
    pub snapshot: Snapshot,
    /// What every deal is called.
    pub deals: Vec<DealRef>,
}

/// Reads the records of these ids, and what all deals are called.
pub(super) fn named(conn: &Connection, ids: &[String]) -> Result<Named, StoreError> {
    let tx = conn.unchecked_transaction()?;
    let snapshot = read_about(&tx, ids)?;
    let mut statement = tx.prepare_cached("SELECT seller, deal_id FROM deals")?;
    let names = statement.query_map([], |row| {
        let (seller, id): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(DealRef { seller: seller.into(), deal_id: id.into() })
    })?;
    Ok(Named { snapshot, deals: names.collect::<Result<_, _>>()? })
}

/// Whether what was read of all tables is what desks wrote there; else it is damaged.
pub(super) fn is_as_written(conn: &Connection, digest: &Digest) -> Result<(), StoreError> {
    if *digest == rows::digest(conn)? {
        return Ok(());
    }
    Err(rows::edited())
}

/// Puts into the digest of what a store has one.
pub(super) fn digest_singles(conn: &Connection, digest: &mut Digest) -> Result<(), StoreError> {
    single::toggle::<Controls>(conn, digest)?;
    single::toggle::<Exposure>(conn, digest)
}

/// Reads the records of these ids and of what belongs to them: the deals and the quotes that are called
/// so, the quotes that these deals came from, the deals that these quotes became, and the bookings of
/// either.
pub(super) fn about(conn: &Connection, ids: &[String]) -> Result<Snapshot, StoreError> {
    let tx = conn.unchecked_transaction()?;
    read_about(&tx, ids)
}

fn read_about(tx: &Connection, ids: &[String]) -> Result<Snapshot, StoreError> {
    let mut found = Snapshot {
        seq: journal::head(tx)?.seq,
        controls: single::controls(tx)?,
        ..Snapshot::default()
    };
    let (mut quotes, mut deals, mut bookings) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for id in ids {
        let named = "SELECT record FROM quotes WHERE quote_id = ?1 OR ord IN (SELECT q.ord FROM deals d \
                     JOIN quotes q ON q.seller = d.seller AND q.quote_id = d.quote_id \
                     WHERE d.deal_id = ?1) ORDER BY ord";
        for quote in rows::collect::<QuoteRecord>(tx, named, [id])? {
            quotes.insert((quote.received_at, quote.reference()), quote);
        }
        let named = "SELECT record FROM deals WHERE deal_id = ?1 OR ord IN (SELECT d.ord FROM bookings b \
                     JOIN deals d ON d.seller = b.seller AND d.deal_id = b.deal_id \
                     WHERE b.quote_id = ?1) ORDER BY ord";
        for deal in rows::collect::<DealRecord>(tx, named, [id])? {
            deals.insert((deal.booked_at, deal.reference()), deal);
        }
        let named = "SELECT record FROM bookings WHERE quote_id = ?1 OR ticket IN (SELECT ticket \
                     FROM deals WHERE deal_id = ?1) ORDER BY ord";
        for booking in rows::collect::<BookingRecord>(tx, named, [id])? {
            bookings.insert((booking.at, booking.intent.ticket.clone()), booking);
        }
    }
    found.quotes = quotes.into_values().collect();
    found.deals = deals.into_values().collect();
    found.bookings = bookings.into_values().collect();
    Ok(found)
}

/// Whether the records are not what desks wrote.
pub(super) fn is_edited(conn: &Connection) -> Result<bool, StoreError> {
    let all = || {
        let mut digest = Digest::default();
        rows::each::<QuoteRecord>(conn, &mut digest, |_| Ok(true))?;
        rows::each::<BookingRecord>(conn, &mut digest, |_| Ok(true))?;
        rows::each::<DealRecord>(conn, &mut digest, |_| Ok(true))?;
        digest_singles(conn, &mut digest)?;
        is_as_written(conn, &digest)
    };
    match all() {
        Err(error) if error.kind == Trouble::Corrupt => Ok(true),
        read => read.map(|()| false),
    }
}
