//! Checks that nobody changed, removed, added or reordered a row of the journal behind the desk's back.

use rusqlite::{Connection, Row};

use super::{
    error::StoreError,
    journal::{Columns, GENESIS, seal},
    number,
};
use crate::desk::Entry;

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
    /// Something was tampered with or damaged.
    Broken {
        /// The first row that is not as it was written.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads the whole journal and checks every seal.
pub(super) fn verify(conn: &Connection) -> Result<Chain, StoreError> {
    let tx = conn.unchecked_transaction()?;
    let mut statement = tx.prepare(
        "SELECT seq, prev_hash, hash, entry, at, actor, kind, seller, subject, quote_id, deal_id \
         FROM journal ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut seq, mut head) = (0, GENESIS.to_owned());
    while let Some(row) = rows.next()? {
        match check(row, seq + 1, &head) {
            Ok(hash) => (seq, head) = (seq + 1, hash),
            Err(why) => return Ok(Chain::Broken { seq: seq + 1, why }),
        }
    }
    let (known, known_hash): (i64, String) =
        tx.query_row("SELECT projected_seq, head_hash FROM meta", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let known = number(known);
    Ok(if known > seq {
        Chain::Broken { seq: seq + 1, why: format!("missing: the journal went on to row {known}") }
    } else if known == seq && seq > 0 && known_hash != head {
        Chain::Broken { seq, why: "it is not the row that was written here".to_owned() }
    } else {
        Chain::Verified { rows: seq, head }
    })
}

/// The row's hash, or what is wrong with it.
fn check(row: &Row<'_>, expected: u64, before: &str) -> Result<String, String> {
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
    Ok(hash)
}
