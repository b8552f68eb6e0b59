//! What sellers publish (kits, products), as last read: shown at once at the next start, never part
//! of the record, and never needed.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{error::StoreError, time};
use crate::domain::SellerName;

/// Something a seller published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// Who.
    pub seller: SellerName,
    /// What: `kit`, `products`, ….
    pub kind: String,
    /// In our own JSON.
    pub json: String,
    /// When it was read.
    pub at: Timestamp,
}

pub(super) fn put(conn: &Connection, cached: &Cached) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO cache (seller, kind, json, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![cached.seller.0, cached.kind, cached.json, cached.at.to_string()])?;
    Ok(())
}

pub(super) fn get(
    conn: &Connection,
    seller: &SellerName,
    kind: &str,
) -> Result<Option<Cached>, StoreError> {
    let found: Option<(String, String)> = conn
        .prepare_cached("SELECT json, at FROM cache WHERE seller = ?1 AND kind = ?2")?
        .query_row(params![seller.0, kind], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((json, at)) = found else { return Ok(None) };
    let at = time(&at)?;
    Ok(Some(Cached { seller: seller.clone(), kind: kind.to_owned(), json, at }))
}
