//! Quotes, bookings and deals as rows: the columns people query, beside the whole record as JSON.

use std::marker::PhantomData;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::de::DeserializeOwned;

use super::{
    digest::{Digest, Marks, Seal, seal},
    error::{StoreError, Trouble},
    integer, number, stamp,
};
use crate::{
    desk::{BookingRecord, DealRecord, QuoteRecord, kept::Record},
    domain::{Cpm, Currency, DealId, DealRef, QuoteId, QuoteRef, RfqId, TicketId},
};

/// A kind of record with a table of its own. `ord` is the journal row that first put it.
pub(super) trait Tabled: Record<Key: Ord> {
    /// Its table.
    const TABLE: &'static str;

    /// The two columns that rows are found by, by whoever reads only some of them.
    const FOUND_BY: [&'static str; 2];

    /// Its row.
    fn find(conn: &Connection, key: &Self::Key) -> rusqlite::Result<Option<Found>>;

    /// Adds or replaces its row and what hangs on it.
    fn save(&self, conn: &Connection, ord: u64, json: &str, marks: &Marks) -> rusqlite::Result<()>;

    /// What [`Self::FOUND_BY`] holds of it, with [`BETWEEN`] between the two.
    fn name(&self) -> String;
}

/// Stands between the two words of a name; cleaned text has none.
const BETWEEN: char = '\u{1f}';

fn name(one: &str, other: &str) -> String {
    format!("{one}{BETWEEN}{other}")
}

/// What a row holds of a record.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) ord: u64,
    pub(super) json: String,
    pub(super) marks: Marks,
}

impl Found {
    /// The columns that it is read from.
    pub(super) fn columns<R: Tabled>() -> String {
        format!("ord, record, {}", marked::<R>())
    }

    pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { ord: number(row.get(0)?), json: row.get(1)?, marks: marks(row, 2)? })
    }

    /// The record, where the row holds what its seal says.
    pub(super) fn read<R: Tabled>(&self) -> Result<R, StoreError> {
        if seal(&self.json) == self.marks.seal { parse(&self.json) } else { Err(edited()) }
    }
}

/// The columns of the marks of a record.
pub(super) fn marked<R: Tabled>() -> String {
    let [one, other] = R::FOUND_BY;
    format!("living, picked, {one} || char({}) || {other}, seal", u32::from(BETWEEN))
}

/// The marks in a row, from a column on.
pub(super) fn marks(row: &Row<'_>, from: usize) -> rusqlite::Result<Marks> {
    let (living, picked, name) = (row.get(from)?, row.get(from + 1)?, row.get(from + 2)?);
    Ok(Marks { living, picked, name, seal: row.get::<_, Seal>(from + 3)? })
}

/// What is said of tables that somebody edited.
pub(super) fn edited() -> StoreError {
    let detail = "its tables were edited: they are not what its journal makes of them";
    StoreError::new(Trouble::Corrupt, detail)
}

/// Reads a record from its JSON.
pub(super) fn parse<R: Tabled>(json: &str) -> Result<R, StoreError> {
    serde_json::from_str(json)
        .map_err(|error| StoreError::new(Trouble::Corrupt, format!("a record: {error}")))
}

/// A record as its row holds it: reading it is left to whoever wants it, on whatever thread.
#[derive(Debug, Clone)]
pub struct Unread<R>(String, PhantomData<R>);

impl<R: DeserializeOwned> Unread<R> {
    /// The record.
    ///
    /// # Errors
    /// Where the row was damaged.
    pub fn read(&self) -> Result<R, StoreError> {
        serde_json::from_str(&self.0)
            .map_err(|error| StoreError::new(Trouble::Corrupt, format!("a record: {error}")))
    }
}

impl<R> Unread<R> {
    pub(super) fn new(json: String) -> Self {
        Self(json, PhantomData)
    }
}

/// The records that a query finds in its first column.
pub(super) fn collect<R: Tabled>(
    conn: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<R>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(found)
}

/// Every record of a kind, in the order they came; each is put into the digest.
pub(super) fn all<R: Tabled>(conn: &Connection, digest: &mut Digest) -> Result<Vec<R>, StoreError> {
    let mut found = Vec::new();
    each::<R>(conn, digest, |json| {
        found.push(parse(json)?);
        Ok(true)
    })?;
    Ok(found)
}

/// Hands the JSON of every record of a kind to `take`, as long as it wants more, without holding them all,
/// and puts it into the digest.
pub(super) fn each<R: Tabled>(
    conn: &Connection,
    digest: &mut Digest,
    mut take: impl FnMut(&str) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let columns = Found::columns::<R>();
    let mut statement =
        conn.prepare_cached(&format!("SELECT {columns} FROM {} ORDER BY ord", R::TABLE))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let json = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let marks = marks(row, 2)?;
        if seal(json) != marks.seal {
            return Err(edited());
        }
        digest.toggle(R::TABLE, number(row.get(0)?), &marks);
        if !take(json)? {
            break;
        }
    }
    Ok(())
}

/// The digest of what the tables held when a desk last wrote to them.
pub(super) fn digest(conn: &Connection) -> Result<Digest, StoreError> {
    let found: Option<String> = conn
        .prepare_cached("SELECT digest FROM meta")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Digest::parse(&found.unwrap_or_default())
}

/// The row of a record by what it is called.
fn find<R: Tabled>(
    conn: &Connection,
    is: &str,
    key: impl rusqlite::Params,
) -> rusqlite::Result<Option<Found>> {
    let sql = format!("SELECT {} FROM {} WHERE {is}", Found::columns::<R>(), R::TABLE);
    conn.prepare_cached(&sql)?.query_row(key, Found::of).optional()
}

fn plain(cpm: Option<Cpm>) -> Option<String> {
    cpm.map(|cpm| cpm.plain())
}

impl Tabled for QuoteRecord {
    const TABLE: &'static str = "quotes";

    const FOUND_BY: [&'static str; 2] = ["seller", "quote_id"];

    fn find(conn: &Connection, key: &QuoteRef) -> rusqlite::Result<Option<Found>> {
        find::<Self>(conn, "seller = ?1 AND quote_id = ?2", params![key.seller.0, key.quote_id.0])
    }

    fn name(&self) -> String {
        name(self.quote.seller.as_str(), self.quote.quote_id.as_str())
    }

    fn save(&self, conn: &Connection, ord: u64, json: &str, marks: &Marks) -> rusqlite::Result<()> {
        let quote = &self.quote;
        let currency = self.price().map(|price| price.currency());
        conn.prepare_cached(
            "INSERT OR REPLACE INTO quotes (ord, seller, quote_id, status, raw_status, stage, \
             deal_type, product_id, product_name, final_cpm, agreed_cpm, currency, impressions, \
             flight_start, flight_end, cost, received_at, changed_at, expires_at, rfq, requote_of, \
             replaced_by, deal_id, ticket, record, living, picked, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
             ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, \
             ?27, ?28)",
        )?
        .execute(params![
            integer(ord),
            quote.seller.0,
            quote.quote_id.0,
            quote.status.to_string(),
            quote.raw_status,
            self.stage().to_string(),
            quote.deal_type.to_string(),
            quote.product.product_id.0,
            quote.product.name,
            plain(quote.pricing.cpm()),
            plain(self.agreed),
            currency.as_ref().map(Currency::as_str),
            quote.terms.impressions.map(integer),
            quote.terms.flight_start,
            quote.terms.flight_end,
            self.cost().map(|cost| cost.plain()),
            stamp(self.received_at),
            stamp(self.changed_at),
            stamp(quote.expires_at),
            self.rfq.as_ref().map(RfqId::as_str),
            self.requote_of.as_ref().map(QuoteId::as_str),
            self.replaced_by.as_ref().map(QuoteId::as_str),
            self.deal.as_ref().map(DealId::as_str),
            self.ticket.as_ref().map(TicketId::as_str),
            json,
            marks.living,
            marks.picked,
            marks.seal,
        ])?;
        save_rounds(self, conn)
    }
}

fn save_rounds(record: &QuoteRecord, conn: &Connection) -> rusqlite::Result<()> {
    let quote = &record.quote;
    let rounds = record.negotiation.as_ref().map_or(&[][..], |game| &game.rounds);
    conn.prepare_cached("DELETE FROM rounds WHERE seller = ?1 AND quote_id = ?2 AND n >= ?3")?
        .execute(params![
            quote.seller.0,
            quote.quote_id.0,
            integer(u64::try_from(rounds.len()).unwrap_or(u64::MAX)),
        ])?;
    let mut insert = conn.prepare_cached(
        "INSERT OR REPLACE INTO rounds (seller, quote_id, n, round, by, action, cpm, currency, \
         rationale, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (n, round) in (0_u64..).zip(rounds) {
        let currency = round.cpm.map(|cpm| cpm.currency());
        insert.execute(params![
            quote.seller.0,
            quote.quote_id.0,
            integer(n),
            round.round,
            round.by.to_string(),
            round.action.to_string(),
            plain(round.cpm),
            currency.as_ref().map(Currency::as_str),
            round.rationale,
            stamp(round.at),
        ])?;
    }
    Ok(())
}

impl Tabled for BookingRecord {
    const TABLE: &'static str = "bookings";

    const FOUND_BY: [&'static str; 2] = ["ticket", "quote_id"];

    fn find(conn: &Connection, key: &TicketId) -> rusqlite::Result<Option<Found>> {
        find::<Self>(conn, "ticket = ?1", params![key.0])
    }

    fn name(&self) -> String {
        name(self.intent.ticket.as_str(), self.intent.quote.quote_id.as_str())
    }

    fn save(&self, conn: &Connection, ord: u64, json: &str, marks: &Marks) -> rusqlite::Result<()> {
        let intent = &self.intent;
        conn.prepare_cached(
            "INSERT OR REPLACE INTO bookings (ord, ticket, seller, quote_id, deal_id, state, owner, \
             idempotency_key, confirmed_cpm, cost, currency, by, at, ended_at, says, released, \
             record, living, picked, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
             ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        )?
        .execute(params![
            integer(ord),
            intent.ticket.0,
            intent.quote.seller.0,
            intent.quote.quote_id.0,
            self.deal.as_ref().map(|deal| deal.deal_id.as_str()),
            self.state.to_string(),
            intent.owner,
            intent.idempotency_key,
            intent.confirmed.plain(),
            intent.cost.plain(),
            intent.cost.currency().as_str(),
            self.by.to_string(),
            stamp(self.at),
            self.ended_at.map(stamp),
            self.says,
            self.released,
            json,
            marks.living,
            marks.picked,
            marks.seal,
        ])?;
        Ok(())
    }
}

impl Tabled for DealRecord {
    const TABLE: &'static str = "deals";

    const FOUND_BY: [&'static str; 2] = ["seller", "deal_id"];

    fn find(conn: &Connection, key: &DealRef) -> rusqlite::Result<Option<Found>> {
        find::<Self>(conn, "seller = ?1 AND deal_id = ?2", params![key.seller.0, key.deal_id.0])
    }

    fn name(&self) -> String {
        name(self.deal.seller.as_str(), self.deal.deal_id.as_str())
    }

    fn save(&self, conn: &Connection, ord: u64, json: &str, marks: &Marks) -> rusqlite::Result<()> {
        let deal = &self.deal;
        let kind = deal.deal_type.map(|kind| kind.to_string());
        conn.prepare_cached(
            "INSERT OR REPLACE INTO deals (ord, seller, deal_id, quote_id, status, raw_status, ours, \
             stage, deal_type, product_id, product_name, final_cpm, agreed_cpm, currency, \
             impressions, flight_start, flight_end, cost, ticket, booked_at, changed_at, \
             expires_at, record, living, picked, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, \
             ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, \
             ?25, ?26)",
        )?
        .execute(params![
            integer(ord),
            deal.seller.0,
            deal.deal_id.0,
            deal.quote_id.as_ref().map(QuoteId::as_str),
            deal.status.to_string(),
            deal.raw_status,
            self.ours.to_string(),
            self.stage().to_string(),
            kind.as_ref().unwrap_or(&deal.raw_deal_type),
            deal.product.product_id.0,
            deal.product.name,
            plain(deal.pricing.cpm()),
            self.agreed.plain(),
            self.agreed.currency().as_str(),
            deal.terms.impressions.map(integer),
            deal.terms.flight_start,
            deal.terms.flight_end,
            deal.cost().map(|cost| cost.plain()),
            self.ticket.0,
            stamp(self.booked_at),
            stamp(self.changed_at),
            deal.expires_at.map(stamp),
            json,
            marks.living,
            marks.picked,
            marks.seal,
        ])?;
        Ok(())
    }
}
