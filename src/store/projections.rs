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
    number,
    rows::{self, Tabled},
    schema::{self, RULES},
    shelf::Shelf,
    single, stamp,
};
use crate::{
    desk::{
        self, BookingRecord, Controls, DealRecord, Entry, Exposure, MatchStatus, QuoteRecord,
        Records, RecordsOf, Transition,
    },
    domain::TicketId,
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
            Ok((deal.ours == MatchStatus::Disputed).then(|| deal.ours.to_string()))
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

    /// [`Records`] cannot fail; what fails is kept until the fold is over.
    fn keep(&mut self, result: Result<(), StoreError>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }

    fn moved(
        &self,
        of: &str,
        (seller, id): (&str, &str),
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

    /// Money that is out, to be counted on.
    fn count(&mut self, booking: &BookingRecord, times: i8) -> Result<(), StoreError> {
        let mut exposure = self.exposure.take().map_or_else(|| single::read(self.conn), Ok)?;
        exposure.count(booking, times);
        self.exposure = Some(exposure);
        Ok(())
    }

    /// Works with the records of a kind while the other tables can be written. They are put back whatever
    /// comes of it.
    fn with_shelf<R: Shelved>(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Shelf<R>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut shelf = std::mem::replace(R::shelf(self), Shelf::new());
        let result = work(self, &mut shelf);
        *R::shelf(self) = shelf;
        result
    }

    fn try_put<R: Shelved>(&mut self, record: R) -> Result<(), StoreError> {
        let (conn, seq, key) = (self.conn, self.seq, record.key());
        self.with_shelf(|tables, shelf: &mut Shelf<R>| {
            let before = shelf.get(conn, &key)?;
            let was = before.map(|held| held.record.was(tables)).transpose()?;
            record.put(tables, was)?;
            shelf.put(conn, key, record, seq)
        })
    }

    fn try_edit<R: Shelved>(
        &mut self,
        key: &R::Key,
        edit: impl FnOnce(&mut R),
    ) -> Result<(), StoreError> {
        let conn = self.conn;
        self.with_shelf(|tables, shelf: &mut Shelf<R>| {
            let Some(held) = shelf.get(conn, key)? else { return Ok(()) };
            let was = held.record.was(tables)?;
            edit(&mut held.record);
            held.changed = true;
            held.record.changed(tables, was)
        })
    }
}

/// How the tables hold a kind of record, and what its changes lead to in other tables.
trait Shelved: Tabled {
    /// What is to be known of one as it was before it changes.
    type Was;

    /// Those that were looked at.
    fn shelf<'t>(tables: &'t mut Tables<'_>) -> &'t mut Shelf<Self>;

    /// What it is before it changes; what it counted for is taken back.
    fn was(&self, tables: &mut Tables<'_>) -> Result<Self::Was, StoreError>;

    /// It was changed.
    fn changed(&self, tables: &mut Tables<'_>, was: Self::Was) -> Result<(), StoreError>;

    /// It was added, or stands in place of another.
    fn put(&self, tables: &mut Tables<'_>, was: Option<Self::Was>) -> Result<(), StoreError>;
}

impl Shelved for QuoteRecord {
    /// Its stage, the kind of its inventory, and its ticket.
    type Was = (String, String, Option<TicketId>);

    fn shelf<'t>(tables: &'t mut Tables<'_>) -> &'t mut Shelf<Self> {
        &mut tables.quotes
    }

    fn was(&self, _: &mut Tables<'_>) -> Result<Self::Was, StoreError> {
        let kind = self.quote.product.inventory_type.clone();
        Ok((self.stage().to_string(), kind, self.ticket.clone()))
    }

    fn changed(
        &self,
        tables: &mut Tables<'_>,
        (from, kind, _): Self::Was,
    ) -> Result<(), StoreError> {
        if self.quote.product.inventory_type != kind {
            tables.of_another_kind.extend(self.ticket.clone());
        }
        let to = self.stage().to_string();
        if from == to {
            return Ok(());
        }
        let (by, at, notes) = (tables.actor.clone(), tables.at, String::new());
        let of = (self.quote.seller.as_str(), self.quote.quote_id.as_str());
        tables.moved("quote", of, &Transition { from, to, by, at, notes })
    }

    fn put(&self, tables: &mut Tables<'_>, was: Option<Self::Was>) -> Result<(), StoreError> {
        let was = was.unwrap_or_default();
        // What was booked of the one before is of its kind no more.
        tables.of_another_kind.extend(was.2.clone());
        self.changed(tables, was)
    }
}

impl Shelved for BookingRecord {
    type Was = ();

    fn shelf<'t>(tables: &'t mut Tables<'_>) -> &'t mut Shelf<Self> {
        &mut tables.bookings
    }

    fn was(&self, tables: &mut Tables<'_>) -> Result<(), StoreError> {
        tables.count(self, -1)
    }

    fn changed(&self, tables: &mut Tables<'_>, (): ()) -> Result<(), StoreError> {
        tables.count(self, 1)
    }

    fn put(&self, tables: &mut Tables<'_>, _: Option<()>) -> Result<(), StoreError> {
        tables.count(self, 1)
    }
}

impl Shelved for DealRecord {
    /// How many changes of its status were known.
    type Was = usize;

    fn shelf<'t>(tables: &'t mut Tables<'_>) -> &'t mut Shelf<Self> {
        &mut tables.deals
    }

    fn was(&self, _: &mut Tables<'_>) -> Result<usize, StoreError> {
        Ok(self.transitions.len())
    }

    fn changed(&self, tables: &mut Tables<'_>, known: usize) -> Result<(), StoreError> {
        let of = (self.deal.seller.as_str(), self.deal.deal_id.as_str());
        let new = self.transitions.get(known..).unwrap_or_default();
        new.iter().try_for_each(|change| tables.moved("deal", of, change))
    }

    /// A record that is replaced tells its life from the start.
    fn put(&self, tables: &mut Tables<'_>, _: Option<usize>) -> Result<(), StoreError> {
        tables
            .conn
            .prepare_cached(
                "DELETE FROM transitions WHERE of = 'deal' AND seller = ?1 AND id = ?2",
            )?
            .execute(params![self.deal.seller.0, self.deal.deal_id.0])?;
        self.changed(tables, 0)
    }
}

impl<R: Shelved> RecordsOf<R> for Tables<'_> {
    fn put(&mut self, record: R) {
        let result = self.try_put(record);
        self.keep(result);
    }

    fn edit(&mut self, key: &R::Key, edit: impl FnOnce(&mut R)) {
        let result = self.try_edit(key, edit);
        self.keep(result);
    }
}

impl Records for Tables<'_> {
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
