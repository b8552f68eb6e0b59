//! Checks that nobody changed, removed, added or reordered a row of the journal behind the desk's back,
//! and that the tables hold what the journal makes of them: it is folded once more and compared.

use rusqlite::{Connection, Row, types::Value};

use super::{
    error::StoreError,
    journal::{Columns, GENESIS, Head, seal},
    number,
    projections::{REBUILD_BATCH, TABLES, Tables},
    rows::{self, Tabled},
    schema, snapshot,
};
use crate::{
    desk::{BookingRecord, Controls, DealRecord, Entry, QuoteRecord},
    domain::text,
};

/// What a check of the journal found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Every row is as it was written, and none is missing.
    Verified {
        /// How many rows.
        rows: u64,
        /// The newest row's hash; whoever noted it can tell later that nothing before it changed.
        head: String,
    },
    /// The journal is whole, and the tables are not what it makes of them: somebody edited them.
    Edited {
        /// The table.
        table: String,
        /// What is wrong, with the first row that is.
        why: String,
    },
    /// Something was tampered with or damaged.
    Broken {
        /// The first row that is not as it was written.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads the whole journal, checks every seal, and compares the tables with what it makes of them.
pub(super) fn verify(conn: &Connection) -> Result<Chain, StoreError> {
    let tx = conn.unchecked_transaction()?;
    // Of its own, and on the disk where it is large.
    let made = Connection::open("")?;
    made.set_prepared_statement_cache_capacity(64);
    // It is thrown away: nothing is written twice or put on the disk for it but what memory has no room for.
    made.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000; BEGIN",
    )?;
    for shape in schema::RECORDS {
        made.execute_batch(shape)?;
    }
    let mut tables = Tables::new(&made);
    let mut statement = tx.prepare(
        "SELECT seq, prev_hash, hash, entry, at, actor, kind, seller, subject, quote_id, deal_id \
         FROM journal ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut seq, mut head) = (0, GENESIS.to_owned());
    while let Some(row) = rows.next()? {
        match check(row, seq + 1, &head) {
            Ok((hash, entry)) => {
                (seq, head) = (seq + 1, hash);
                tables.fold(seq, &entry)?;
                if seq.is_multiple_of(REBUILD_BATCH) {
                    tables.save(&Head { seq, hash: head.clone() })?;
                }
            }
            Err(why) => return Ok(Chain::Broken { seq: seq + 1, why }),
        }
    }
    tables.save(&Head { seq, hash: head.clone() })?;
    let (known, known_hash): (i64, String) =
        tx.query_row("SELECT projected_seq, head_hash FROM meta", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let known = number(known);
    Ok(if known > seq {
        Chain::Broken { seq: seq + 1, why: format!("missing: the journal went on to row {known}") }
    } else if known == seq && known_hash != head {
        Chain::Broken { seq, why: "it is not the row that was written here".to_owned() }
    } else {
        match compared(&tx, &made)? {
            Some((table, why)) => Chain::Edited { table: table.to_owned(), why },
            None => Chain::Verified { rows: seq, head },
        }
    })
}

/// The first table that is not as it was made, and why.
fn compared(
    conn: &Connection,
    made: &Connection,
) -> Result<Option<(&'static str, String)>, StoreError> {
    for table in TABLES {
        let key = match table {
            "rounds" => "seller, quote_id, n",
            _ => "rowid",
        };
        let sql = format!("SELECT * FROM {table} ORDER BY {key}");
        let (mut theirs, mut ours) = (conn.prepare(&sql)?, made.prepare(&sql)?);
        let names: Vec<String> = ours.column_names().map(ToOwned::to_owned).collect();
        let (mut theirs, mut ours) = (theirs.query([])?, ours.query([])?);
        loop {
            let why = match (theirs.next()?, ours.next()?) {
                (None, None) => break,
                (None, Some(lost)) => format!("a row is missing: {}", shown(&names, lost)?),
                (Some(added), None) => format!("a row was added: {}", shown(&names, added)?),
                (Some(found), Some(expected)) => match differs(&names, found, expected)? {
                    Some(why) => why,
                    None => continue,
                },
            };
            return Ok(Some((table, why)));
        }
    }
    let edited = "a record is not spelled as a desk wrote it".to_owned();
    Ok(if snapshot::is_edited(conn)? { Some(("meta", edited)) } else { None })
}

/// How a row is not as it was made.
fn differs(
    names: &[String],
    found: &Row<'_>,
    expected: &Row<'_>,
) -> Result<Option<String>, StoreError> {
    for (column, name) in names.iter().enumerate() {
        let (is, made): (Value, Value) = (found.get(column)?, expected.get(column)?);
        // Another spelling of the same record has another digest.
        if is == made
            || name == "digest"
            || name == "seal"
            || (name == "record" && same_json(&is, &made))
        {
            continue;
        }
        let row = shown(names, expected)?;
        return Ok(Some(format!(
            "{name} is {}, and the journal makes it {}: {row}",
            told(&is),
            told(&made)
        )));
    }
    Ok(None)
}

/// A record that an older program wrote may lack what has a usual value by now.
fn same_json(is: &Value, made: &Value) -> bool {
    fn same<R: Tabled + PartialEq>(is: &str, made: &str) -> bool {
        rows::parse::<R>(is).is_ok_and(|is| rows::parse::<R>(made).is_ok_and(|made| is == made))
    }
    let (Value::Text(is), Value::Text(made)) = (is, made) else { return false };
    same::<QuoteRecord>(is, made)
        || same::<BookingRecord>(is, made)
        || same::<DealRecord>(is, made)
        || serde_json::from_str::<Controls>(is)
            .is_ok_and(|is| serde_json::from_str::<Controls>(made).is_ok_and(|made| is == made))
}

/// The row by what names it.
fn shown(names: &[String], row: &Row<'_>) -> Result<String, StoreError> {
    let mut parts = Vec::new();
    for (column, name) in names.iter().enumerate() {
        if ["ticket", "seller", "quote_id", "deal_id", "id", "n"].contains(&name.as_str()) {
            let value: Value = row.get(column)?;
            parts.push(format!("{name} {}", told(&value)));
        }
    }
    Ok(parts.join(", "))
}

fn told(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text::clean(text, 60),
        Value::Blob(_) => "bytes".to_owned(),
    }
}

/// The row's hash and its entry, or what is wrong with it.
fn check(row: &Row<'_>, expected: u64, before: &str) -> Result<(String, Entry), String> {
    let unreadable = |error: rusqlite::Error| format!("it cannot be read: {error}");
    let found = number(row.get(0).map_err(unreadable)?);
    if found != expected {
        return Err(format!("missing: row {found} follows row {}", expected - 1));
    }
    let text = |column: usize| row.get::<_, String>(column).map_err(unreadable);
    let (prev_hash, hash, json) = (text(1)?, text(2)?, text(3)?);
    if seal(&prev_hash, found, &json) != hash {
        return Err("changed, or from another place: its hash does not fit it".to_owned());
    }
    if prev_hash != before {
        return Err("it does not follow the row before it".to_owned());
    }
    let entry: Entry =
        serde_json::from_str(&json).map_err(|error| format!("it makes no sense: {error}"))?;
    let columns = Columns {
        at: text(4)?,
        actor: text(5)?,
        kind: text(6)?,
        seller: text(7)?,
        subject: text(8)?,
        quote_id: row.get(9).map_err(unreadable)?,
        deal_id: row.get(10).map_err(unreadable)?,
    };
    if columns != Columns::of(&entry) {
        return Err("changed: its columns do not repeat what its entry says".to_owned());
    }
    Ok((hash, entry))
}
