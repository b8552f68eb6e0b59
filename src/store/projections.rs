//! The tables of quotes, bookings, deals, their changes and the money that is out, kept by the desk's own fold.
//!
//! Records are held in memory while a transaction lasts and written once at its end, so that a batch
//! that touches one quote often writes it once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    error::StoreError,
    integer,
    journal::{self, Head},
    number, rows,
    schema::{self, RULES},
    shelf::Shelf,
    single, stamp,
};
use crate::{
    desk::{
        self, Book, BookingRecord, Controls, DealRecord, Entry, Exposure, Ours, QuoteRecord,
        Transition,
    },
    domain::{DealRef, QuoteRef, TicketId},
};

/// How many entries a rebuild folds before it writes what changed.
pub(super) const REBUILD_BATCH: u64 = 4_096;

/// What quotes are picked by that were talked about, or whose sellers would not.
pub(super) const TALKS: &str = "talks";

/// Everything that is made from the journal.
pub(super) const TABLES: [&str; 8] =
    ["meta", "quotes", "rounds", "bookings", "deals", "transitions", "controls", "exposure"];

/// How the tables stand to the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// They hold everything in it, by our rules.
    Current,
    /// They are to be made again.
    Stale,
    /// They hold rows that the journal no longer has: its end was cut off.
    Ahead,
}

/// How the tables stand to a journal that ends with row `head`.
pub(super) fn standing(conn: &Connection, head: u64) -> Result<Standing, StoreError> {
    for table in TABLES {
        if !conn.table_exists(None, table)? {
            return Ok(Standing::Stale);
        }
    }
    // Someone may have emptied them. Only these facts make a quote or a deal: a deal may be known without
    // its quote.
    let mut statement = conn.prepare_cached(
        "SELECT rules, projected_seq, (EXISTS (SELECT 1 FROM quotes) \
         OR NOT EXISTS (SELECT 1 FROM journal WHERE quote_id IS NOT NULL AND kind = 'quote.received')) \
         AND (EXISTS (SELECT 1 FROM deals) \
         OR NOT EXISTS (SELECT 1 FROM journal WHERE deal_id IS NOT NULL \
         AND kind IN ('booking.done', 'booking.disputed'))) FROM meta",
    )?;
    let found: Option<(i64, i64, bool)> =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    Ok(match found {
        Some((_, seq, _)) if number(seq) > head => Standing::Ahead,
        Some((RULES, seq, true)) if number(seq) == head => Standing::Current,
        Some(_) | None => Standing::Stale,
    })
}

/// The tables, as something the desk can fold into.
#[derive(Debug)]
pub(super) struct Tables<'c> {
    conn: &'c Connection,
    quotes: Shelf<QuoteRecord>,
    bookings: Shelf<BookingRecord>,
    deals: Shelf<DealRecord>,
    controls: Option<Controls>,
    exposure: Option<Exposure>,
    /// Tickets whose quotes are of another kind of inventory than before.
    of_another_kind: BTreeSet<TicketId>,
    seq: u64,
    at: Timestamp,
    actor: String,
    error: Option<StoreError>,
}

impl<'c> Tables<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self {
            conn,
            quotes: Shelf::new(),
            bookings: Shelf::new(),
            deals: Shelf::new(),
            controls: None,
            exposure: None,
            of_another_kind: BTreeSet::new(),
            seq: 0,
            at: Timestamp::UNIX_EPOCH,
            actor: String::new(),
            error: None,
        }
    }

    /// Folds one row of the journal.
    pub(super) fn fold(&mut self, seq: u64, entry: &Entry) -> Result<(), StoreError> {
        (self.seq, self.at) = (seq, entry.at);
        self.actor = entry.actor.to_string();
        desk::fold(entry, self);
        self.error.take().map_or(Ok(()), Err)
    }

    /// Writes what changed; the tables then hold everything up to `head`.
    pub(super) fn save(&mut self, head: &Head) -> Result<(), StoreError> {
        let (conn, mut digest) = (self.conn, rows::digest(self.conn)?);
        for ticket in std::mem::take(&mut self.of_another_kind) {
            if let Some(held) = self.bookings.get(conn, &ticket)? {
                held.changed = true;
            }
        }
        let quotes = &mut self.quotes;
        self.bookings.save(conn, &mut digest, |booking| {
            let quote = quotes.get(conn, &booking.intent.quote)?;
            Ok(quote.and_then(|held| booking.usual(&held.record)).map(|usual| usual.to_string()))
        })?;
        self.quotes.save(conn, &mut digest, |quote| {
            let talks = quote.negotiation.is_some() || quote.no_talks.is_some();
            Ok(talks.then(|| TALKS.to_owned()))
        })?;
        self.deals.save(conn, &mut digest, |deal| {
            Ok((deal.ours == Ours::Disputed).then(|| deal.ours.to_string()))
        })?;
        if let Some(controls) = self.controls.take() {
            single::save(conn, &controls, &mut digest)?;
        }
        if let Some(exposure) = self.exposure.take() {
            single::save(conn, &exposure, &mut digest)?;
        }
        self.conn
            .prepare_cached(
                "UPDATE meta SET rules = ?1, projected_seq = ?2, head_hash = ?3, digest = ?4",
            )?
            .execute(params![RULES, integer(head.seq), head.hash, digest.hex()])?;
        Ok(())
    }

    /// [`Book`] cannot fail; what fails is kept until the fold is over.
    fn keep(&mut self, result: Result<(), StoreError>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }

    fn moved(
        &self,
        of: &str,
        seller: &str,
        id: &str,
        change: &Transition,
    ) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT INTO transitions (seq, of, seller, id, from_status, to_status, by, at, \
                 notes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                integer(self.seq),
                of,
                seller,
                id,
                change.from,
                change.to,
                change.by,
                stamp(change.at),
                change.notes,
            ])?;
        Ok(())
    }

    fn quote_moved(&self, key: &QuoteRef, from: String, to: String) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        let (by, at, notes) = (self.actor.clone(), self.at, String::new());
        let change = Transition { from, to, by, at, notes };
        self.moved("quote", key.seller.as_str(), key.quote_id.as_str(), &change)
    }

    fn deal_moved(&self, key: &DealRef, changes: &[Transition]) -> Result<(), StoreError> {
        changes.iter().try_for_each(|change| {
            self.moved("deal", key.seller.as_str(), key.deal_id.as_str(), change)
        })
    }

    fn try_put_quote(&mut self, record: QuoteRecord) -> Result<(), StoreError> {
        let (key, to) = (record.reference(), record.stage().to_string());
        let before = self.quotes.get(self.conn, &key)?;
        self.of_another_kind.extend(before.as_ref().and_then(|held| held.record.ticket.clone()));
        let from = before.map_or_else(String::new, |held| held.record.stage().to_string());
        self.quotes.put(self.conn, key.clone(), record, self.seq)?;
        self.quote_moved(&key, from, to)
    }

    fn try_edit_quote(
        &mut self,
        key: &QuoteRef,
        edit: impl FnOnce(&mut QuoteRecord),
    ) -> Result<(), StoreError> {
        let Some(held) = self.quotes.get(self.conn, key)? else { return Ok(()) };
        let (from, kind) =
            (held.record.stage().to_string(), held.record.quote.product.inventory_type.clone());
        edit(&mut held.record);
        held.changed = true;
        if held.record.quote.product.inventory_type != kind {
            self.of_another_kind.extend(held.record.ticket.clone());
        }
        let to = held.record.stage().to_string();
        self.quote_moved(key, from, to)
    }

    fn try_edit_booking(
        &mut self,
        key: &TicketId,
        edit: impl FnOnce(&mut BookingRecord),
    ) -> Result<(), StoreError> {
        let mut exposure = self.exposure()?;
        if let Some(held) = self.bookings.get(self.conn, key)? {
            exposure.count(&held.record, -1);
            edit(&mut held.record);
            held.changed = true;
            exposure.count(&held.record, 1);
        }
        self.exposure = Some(exposure);
        Ok(())
    }

    fn try_put_booking(&mut self, record: BookingRecord) -> Result<(), StoreError> {
        let mut exposure = self.exposure()?;
        let key = record.intent.ticket.clone();
        exposure.count(&record, 1);
        if let Some(before) = self.bookings.get(self.conn, &key)? {
            exposure.count(&before.record, -1);
        }
        self.exposure = Some(exposure);
        self.bookings.put(self.conn, key, record, self.seq)
    }

    /// Money that is out, to be counted on.
    fn exposure(&mut self) -> Result<Exposure, StoreError> {
        self.exposure.take().map_or_else(|| single::read(self.conn), Ok)
    }

    fn try_put_deal(&mut self, record: DealRecord) -> Result<(), StoreError> {
        let (key, changes) = (record.reference(), record.transitions.clone());
        self.deals.put(self.conn, key.clone(), record, self.seq)?;
        // A record that is replaced tells its life from the start.
        self.conn
            .prepare_cached(
                "DELETE FROM transitions WHERE of = 'deal' AND seller = ?1 AND id = ?2",
            )?
            .execute(params![key.seller.0, key.deal_id.0])?;
        self.deal_moved(&key, &changes)
    }

    fn try_edit_deal(
        &mut self,
        key: &DealRef,
        edit: impl FnOnce(&mut DealRecord),
    ) -> Result<(), StoreError> {
        let Some(held) = self.deals.get(self.conn, key)? else { return Ok(()) };
        let known = held.record.transitions.len();
        edit(&mut held.record);
        held.changed = true;
        let new = held.record.transitions.get(known..).unwrap_or_default().to_vec();
        self.deal_moved(key, &new)
    }
}

impl Book for Tables<'_> {
    fn put_quote(&mut self, record: QuoteRecord) {
        let result = self.try_put_quote(record);
        self.keep(result);
    }

    fn edit_quote(&mut self, key: &QuoteRef, edit: impl FnOnce(&mut QuoteRecord)) {
        let result = self.try_edit_quote(key, edit);
        self.keep(result);
    }

    fn put_booking(&mut self, record: BookingRecord) {
        let result = self.try_put_booking(record);
        self.keep(result);
    }

    fn edit_booking(&mut self, key: &TicketId, edit: impl FnOnce(&mut BookingRecord)) {
        let result = self.try_edit_booking(key, edit);
        self.keep(result);
    }

    fn put_deal(&mut self, record: DealRecord) {
        let result = self.try_put_deal(record);
        self.keep(result);
    }

    fn edit_deal(&mut self, key: &DealRef, edit: impl FnOnce(&mut DealRecord)) {
        let result = self.try_edit_deal(key, edit);
        self.keep(result);
    }

    fn edit_controls(&mut self, edit: impl FnOnce(&mut Controls)) {
        match self.controls.take().map_or_else(|| single::controls(self.conn), Ok) {
            Ok(mut controls) => {
                edit(&mut controls);
                self.controls = Some(controls);
            }
            Err(error) => self.keep(Err(error)),
        }
    }
}

/// Makes the tables anew and fills them from the journal, inside the caller's transaction.
pub(super) fn rebuild(conn: &Connection) -> Result<(), StoreError> {
    for table in TABLES {
        conn.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    for shape in schema::RECORDS {
        conn.execute_batch(shape)?;
    }
    let head = journal::head(conn)?;
    let mut tables = Tables::new(conn);
    journal::each(conn, |row| {
        tables.fold(row.seq, &row.entry)?;
        if row.seq % REBUILD_BATCH == 0 { tables.save(&head) } else { Ok(()) }
    })?;
    tables.save(&head)
}
