//! Tables of one row: what is stopped, and the money that is out.

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    digest::{Digest, Marks},
    error::{StoreError, Trouble},
};
use crate::desk::{Controls, Exposure};

/// Something of which a store has one: a table of one row.
pub(super) trait Single: Serialize + DeserializeOwned + Default {
    /// Its table.
    const TABLE: &'static str;
}

impl Single for Controls {
    const TABLE: &'static str = "controls";
}

impl Single for Exposure {
    const TABLE: &'static str = "exposure";
}

fn single_json<S: Single>(conn: &Connection) -> Result<Option<String>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT record FROM {}", S::TABLE))?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?)
}

/// Puts it into a digest, or takes it out.
pub(super) fn toggle<S: Single>(conn: &Connection, digest: &mut Digest) -> Result<(), StoreError> {
    if let Some(json) = single_json::<S>(conn)? {
        digest.toggle(S::TABLE, 0, &Marks::plain(&json));
    }
    Ok(())
}

/// It as it stands.
pub(super) fn read<S: Single>(conn: &Connection) -> Result<S, StoreError> {
    let Some(json) = single_json::<S>(conn)? else { return Ok(S::default()) };
    serde_json::from_str(&json)
        .map_err(|error| StoreError::new(Trouble::Corrupt, format!("{}: {error}", S::TABLE)))
}

/// Keeps it, and what the digest has of it.
pub(super) fn save<S: Single>(
    conn: &Connection,
    single: &S,
    digest: &mut Digest,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(single)
        .map_err(|error| StoreError::new(Trouble::Corrupt, error.to_string()))?;
    toggle::<S>(conn, digest)?;
    let put = format!("INSERT OR REPLACE INTO {} (id, record) VALUES (1, ?1)", S::TABLE);
    conn.prepare_cached(&put)?.execute([&json])?;
    digest.toggle(S::TABLE, 0, &Marks::plain(&json));
    Ok(())
}

/// What is stopped, and which limits hold.
pub(super) fn controls(conn: &Connection) -> Result<Controls, StoreError> {
    read(conn)
}
