//! What a desk reads of a store that books, negotiates or settles and need not hold all of a big book:
//! everything that something is expected of, what it is about, and what the desk's rules look at of the
//! past. All the rest is named, and the money that is out is summed up with it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use rusqlite::{Connection, Params, params};

use super::{
    Snapshot, StoreError, Trouble,
    digest::Digest,
    integer, journal, number,
    projections::TALKS,
    rows::{self, Found, Tabled},
    single, snapshot,
    worker::Worker,
};
use crate::{
    desk::{
        BookingRecord, DealRecord, Exposure, LATELY, LeftOut, QuoteRecord, rivals::JUDGED_BY,
        usual::NEWEST,
    },
    domain::{DealRef, QuoteRef, SellerName},
};

/// How often what belongs to what was read is looked for: quotes that replaced one another.
const STEPS: usize = 20;

/// The records that are read, and what is known of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Living {
    /// The records, in the order they came, and what is stopped.
    pub snapshot: Snapshot,
    /// What the others are called.
    pub left_out: LeftOut,
    /// The money that is out, of all of them.
    pub exposure: Exposure,
}

/// Reads it. Where the tables were edited they are made again from the journal first.
pub(super) fn load(worker: &mut Worker, ids: &[String]) -> Result<Living, StoreError> {
    let living = match read(worker.conn(), ids) {
        Err(error) if error.kind == Trouble::Corrupt => {
            worker.mends(error.detail)?;
            read(worker.conn(), ids)?
        }
        read => read?,
    };
    worker.begin_at(living.snapshot.seq);
    Ok(living)
}

fn read(conn: &Connection, ids: &[String]) -> Result<Living, StoreError> {
    // A read transaction: rows that others append meanwhile are not seen.
    let tx = conn.unchecked_transaction()?;
    is_sealed(&tx)?;
    let mut some = Taken::new(&tx);
    some.take::<QuoteRecord>("living = 1", [])?;
    some.take::<BookingRecord>("living = 1", [])?;
    some.take::<DealRecord>("living = 1", [])?;
    for id in ids {
        some.take::<QuoteRecord>("quote_id = ?1", [id])?;
        some.take::<BookingRecord>("quote_id = ?1", [id])?;
        some.take::<DealRecord>("deal_id = ?1", [id])?;
    }
    some.take_what_belongs()?;
    some.take_the_past()?;
    let left_out = some.left_out()?;
    let Taken { quotes, bookings, deals, .. } = some;
    let snapshot = Snapshot {
        seq: journal::head(&tx)?.seq,
        quotes: quotes.into_values().collect(),
        bookings: bookings.into_values().collect(),
        deals: deals.into_values().collect(),
        controls: single::controls(&tx)?,
    };
    Ok(Living { snapshot, left_out, exposure: single::read(&tx)? })
}

/// Whether every row is there and marked as desks wrote it, by the seals of the records alone.
fn is_sealed(conn: &Connection) -> Result<(), StoreError> {
    let mut digest = Digest::default();
    snapshot::digest_singles(conn, &mut digest)?;
    sealed::<QuoteRecord>(conn, &mut digest)?;
    sealed::<BookingRecord>(conn, &mut digest)?;
    sealed::<DealRecord>(conn, &mut digest)?;
    snapshot::is_as_written(conn, &digest)
}

fn sealed<R: Tabled>(conn: &Connection, digest: &mut Digest) -> Result<(), StoreError> {
    let table = R::TABLE;
    // From the index: no record is read for it.
    let sql = format!("SELECT ord, {} FROM {table} INDEXED BY {table}_sealed", rows::marked::<R>());
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        digest.toggle(table, number(row.get(0)?), &rows::marks(row, 1)?);
    }
    Ok(())
}

/// What was read so far, by the row of the journal that first put each.
struct Taken<'c> {
    conn: &'c Connection,
    quotes: BTreeMap<u64, QuoteRecord>,
    bookings: BTreeMap<u64, BookingRecord>,
    deals: BTreeMap<u64, DealRecord>,
}

/// Which of them a kind of record is kept with.
trait Kind: Tabled {
    fn of<'s>(some: &'s mut Taken<'_>) -> &'s mut BTreeMap<u64, Self>;
}

impl Kind for QuoteRecord {
    fn of<'s>(some: &'s mut Taken<'_>) -> &'s mut BTreeMap<u64, Self> {
        &mut some.quotes
    }
}

impl Kind for BookingRecord {
    fn of<'s>(some: &'s mut Taken<'_>) -> &'s mut BTreeMap<u64, Self> {
        &mut some.bookings
    }
}

impl Kind for DealRecord {
    fn of<'s>(some: &'s mut Taken<'_>) -> &'s mut BTreeMap<u64, Self> {
        &mut some.deals
    }
}

impl<'c> Taken<'c> {
    fn new(conn: &'c Connection) -> Self {
        Self { conn, quotes: BTreeMap::new(), bookings: BTreeMap::new(), deals: BTreeMap::new() }
    }

    /// Takes the records that are so.
    fn take<R: Kind>(&mut self, is: &str, params: impl Params) -> Result<(), StoreError> {
        let sql = format!("SELECT {} FROM {} WHERE {is}", Found::columns::<R>(), R::TABLE);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            let ord = number(row.get(0)?);
            if let Entry::Vacant(place) = R::of(self).entry(ord) {
                place.insert(Found::of(row)?.read()?);
            }
        }
        Ok(())
    }

    /// Takes the record called so.
    fn find<R: Kind>(&mut self, key: &R::Key) -> Result<(), StoreError> {
        if let Some(found) = R::find(self.conn, key)?
            && let Entry::Vacant(place) = R::of(self).entry(found.ord)
        {
            place.insert(found.read()?);
        }
        Ok(())
    }

    /// Takes what belongs to what was taken: the bookings and deals of quotes, the quotes of both, and the
    /// quotes that replaced one another.
    fn take_what_belongs(&mut self) -> Result<(), StoreError> {
        let (mut quotes, mut tickets, mut deals) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for _ in 0..STEPS {
            let known = (quotes.len(), tickets.len(), deals.len());
            for quote in self.quotes.values() {
                let seller = &quote.quote.seller;
                let chain = quote.requote_of.iter().chain(&quote.replaced_by);
                quotes.extend(chain.map(|id| QuoteRef::new(seller.clone(), id.as_str())));
                tickets.extend(quote.ticket.clone());
                let deal = quote.deal.clone();
                deals.extend(deal.map(|id| DealRef { seller: seller.clone(), deal_id: id }));
            }
            for booking in self.bookings.values() {
                quotes.insert(booking.intent.quote.clone());
                deals.extend(booking.deal.clone());
            }
            for deal in self.deals.values() {
                tickets.insert(deal.ticket.clone());
                let (seller, id) = (deal.deal.seller.clone(), deal.deal.quote_id.as_ref());
                quotes.extend(id.map(|id| QuoteRef::new(seller, id.as_str())));
            }
            if known == (quotes.len(), tickets.len(), deals.len()) {
                break;
            }
            for key in &quotes {
                self.find::<QuoteRecord>(key)?;
            }
            for key in &tickets {
                self.find::<BookingRecord>(key)?;
            }
            for key in &deals {
                self.find::<DealRecord>(key)?;
            }
        }
        Ok(())
    }

    /// Takes what the desk's rules look at of what is over: deals that were not as agreed, the newest quotes,
    /// the newest talks with each seller, and the newest bookings of each kind of inventory with their quotes.
    fn take_the_past(&mut self) -> Result<(), StoreError> {
        self.take::<DealRecord>("picked IS NOT NULL", [])?;
        let newest = "ord IN (SELECT ord FROM quotes ORDER BY ord DESC LIMIT ?1)";
        self.take::<QuoteRecord>(newest, [integer(LATELY.into())])?;
        let sellers = "SELECT DISTINCT seller FROM quotes WHERE picked IS NOT NULL";
        for seller in self.words(sellers)? {
            let talks = "seller = ?1 AND picked = ?2 ORDER BY ord DESC LIMIT ?3";
            let many = i64::try_from(JUDGED_BY).unwrap_or(i64::MAX);
            self.take::<QuoteRecord>(talks, params![seller, TALKS, many])?;
        }
        let mut bought = Taken::new(self.conn);
        for usual in self.words("SELECT DISTINCT picked FROM bookings WHERE picked IS NOT NULL")? {
            let many = i64::try_from(NEWEST).unwrap_or(i64::MAX);
            let newest = "picked = ?1 ORDER BY ord DESC LIMIT ?2";
            bought.take::<BookingRecord>(newest, params![usual, many])?;
        }
        for booking in bought.bookings.values() {
            self.find::<QuoteRecord>(&booking.intent.quote)?;
        }
        self.bookings.append(&mut bought.bookings);
        Ok(())
    }

    fn words(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let words = statement.query_map([], |row| row.get(0))?;
        Ok(words.collect::<Result<_, _>>()?)
    }

    /// What the others are called.
    fn left_out(&self) -> Result<LeftOut, StoreError> {
        let mut left_out = LeftOut::default();
        let taken: BTreeSet<_> = self.quotes.values().map(QuoteRecord::reference).collect();
        for (seller, id) in self.names("SELECT seller, quote_id FROM quotes")? {
            let key = QuoteRef { seller, quote_id: id.into() };
            if !taken.contains(&key) {
                left_out.quotes.insert(key);
            }
        }
        let taken: BTreeSet<_> = self.deals.values().map(DealRecord::reference).collect();
        for (seller, id) in self.names("SELECT seller, deal_id FROM deals")? {
            let key = DealRef { seller, deal_id: id.into() };
            if !taken.contains(&key) {
                left_out.deals.insert(key);
            }
        }
        Ok(left_out)
    }

    fn names(&self, sql: &str) -> Result<Vec<(SellerName, String)>, StoreError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let names =
            statement.query_map([], |row| Ok((row.get::<_, String>(0)?.into(), row.get(1)?)))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}
