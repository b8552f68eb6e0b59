//! The journal: every fact in the order it happened, each row sealed with a hash over the row before.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::{
    error::{StoreError, Trouble},
    integer, number, stamp,
};
use crate::{
    desk::{Entry, Mode},
    domain::{DealRef, QuoteRef},
};

/// What stands in for the hash before the first row.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A fact as the journal holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its row: 1, 2, 3, …
    pub seq: u64,
    /// What happened, when and by whom.
    pub entry: Entry,
}

/// A fact on its way into the journal.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) entry: Entry,
    json: String,
}

impl Line {
    pub(super) fn new(entry: Entry) -> Result<Self, StoreError> {
        let json = serde_json::to_string(&entry)
            .map_err(|error| StoreError::new(Trouble::Corrupt, error.to_string()))?;
        Ok(Self { entry, json })
    }
}

/// The newest row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: String,
}

/// The newest row of the journal; row 0 while it is empty.
pub(super) fn head(conn: &Connection) -> Result<Head, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")?;
    let found = statement
        .query_row([], |row| Ok(Head { seq: number(row.get(0)?), hash: row.get(1)? }))
        .optional()?;
    Ok(found.unwrap_or_else(|| Head { seq: 0, hash: GENESIS.to_owned() }))
}

/// How the desks work whose facts are here, as the first says; `None` while there is none.
pub(super) fn mode(conn: &Connection) -> Result<Option<Mode>, StoreError> {
    let first = "SELECT coalesce(entry -> '$.mode', '\"live\"') FROM journal ORDER BY seq LIMIT 1";
    let found: Option<String> =
        conn.prepare_cached(first)?.query_row([], |row| row.get(0)).optional()?;
    let read = |json: String| {
        serde_json::from_str(&json)
            .map_err(|error| StoreError::new(Trouble::Corrupt, format!("row 1: {error}")))
    };
    found.map(read).transpose()
}

/// Refuses facts of a desk that works in another mode than those that are here: what was only tried is
/// never told beside what was bought.
pub(super) fn refuse_other_mode(conn: &Connection, mode: Mode) -> Result<(), StoreError> {
    match self::mode(conn)? {
        Some(theirs) if theirs != mode => {
            let detail = format!("what it holds is {theirs}, and this desk works in mode {mode}");
            Err(StoreError::new(Trouble::OtherMode, detail))
        }
        Some(_) | None => Ok(()),
    }
}

/// The seal of a row: SHA-256 over the hash before, the row's number and its JSON, a line each.
pub(super) fn seal(prev_hash: &str, seq: u64, json: &str) -> String {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut hasher = Sha256::new();
    hasher.update(prev_hash);
    hasher.update("\n");
    hasher.update(seq.to_string());
    hasher.update("\n");
    hasher.update(json);
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
    hasher.finalize().into_iter().flat_map(digits).collect()
}

/// The columns that repeat what the entry says, for queries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) at: String,
    pub(super) actor: String,
    pub(super) kind: String,
    pub(super) seller: String,
    pub(super) subject: String,
    pub(super) quote_id: Option<String>,
    pub(super) deal_id: Option<String>,
}

impl Columns {
    pub(super) fn of(entry: &Entry) -> Self {
        let fact = &entry.fact;
        Self {
            at: stamp(entry.at),
            actor: entry.actor.to_string(),
            kind: fact.kind().to_owned(),
            seller: fact.seller().0,
            subject: fact.subject(),
            quote_id: fact.quote().map(|quote| quote.quote_id.0),
            deal_id: fact.deal().map(|deal| deal.deal_id.0),
        }
    }
}

/// Appends a row after `head` and moves `head` to it.
pub(super) fn append(conn: &Connection, head: &mut Head, line: &Line) -> Result<(), StoreError> {
    let seq = head.seq + 1;
    let hash = seal(&head.hash, seq, &line.json);
    let columns = Columns::of(&line.entry);
    conn.prepare_cached(
        "INSERT INTO journal (seq, at, actor, kind, seller, subject, quote_id, deal_id, entry, \
         prev_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        integer(seq),
        columns.at,
        columns.actor,
        columns.kind,
        columns.seller,
        columns.subject,
        columns.quote_id,
        columns.deal_id,
        line.json,
        head.hash,
        hash,
    ])?;
    *head = Head { seq, hash };
    Ok(())
}

fn recorded(row: &Row<'_>) -> Result<Recorded, StoreError> {
    let seq = number(row.get(0)?);
    let json = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    let entry = serde_json::from_str(json)
        .map_err(|error| StoreError::new(Trouble::Corrupt, format!("row {seq}: {error}")))?;
    Ok(Recorded { seq, entry })
}

fn collect(
    conn: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(recorded(row)?);
    }
    Ok(found)
}

/// At most `limit` rows after row `after`, in order.
pub(super) fn after(
    conn: &Connection,
    after: u64,
    limit: u64,
) -> Result<Vec<Recorded>, StoreError> {
    let sql = "SELECT seq, entry FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    collect(conn, sql, params![integer(after), integer(limit)])
}

/// The newest `count` rows up to row `to`, oldest first.
pub(super) fn tail(conn: &Connection, count: u64, to: u64) -> Result<Vec<Recorded>, StoreError> {
    // What is very long is left out: nobody reads megabytes in a line.
    let sql = "SELECT seq, entry FROM (SELECT seq, entry FROM journal WHERE seq <= ?2 \
               ORDER BY seq DESC LIMIT ?1) WHERE octet_length(entry) < 262144 ORDER BY seq";
    collect(conn, sql, params![integer(count), integer(to)])
}

/// Every row about a quote, in order.
pub(super) fn of_quote(conn: &Connection, key: &QuoteRef) -> Result<Vec<Recorded>, StoreError> {
    let sql = "SELECT seq, entry FROM journal WHERE quote_id = ?2 AND seller = ?1 ORDER BY seq";
    collect(conn, sql, params![key.seller.0, key.quote_id.0])
}

/// Every row about a deal and the quotes it came from, in order.
pub(super) fn of_deal(conn: &Connection, key: &DealRef) -> Result<Vec<Recorded>, StoreError> {
    let sql = "SELECT seq, entry FROM journal WHERE seller = ?1 AND (deal_id = ?2 OR quote_id IN \
               (SELECT quote_id FROM journal WHERE deal_id = ?2 AND seller = ?1 \
                AND quote_id IS NOT NULL)) ORDER BY seq";
    collect(conn, sql, params![key.seller.0, key.deal_id.0])
}

/// Hands every row to `take`, in order, without holding them all.
pub(super) fn each(
    conn: &Connection,
    mut take: impl FnMut(Recorded) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached("SELECT seq, entry FROM journal ORDER BY seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(recorded(row)?)?;
    }
    Ok(())
}
