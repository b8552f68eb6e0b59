//! The shape of a store's tables, and how an older store is brought to it: one numbered SQL file after
//! the other, all of them or none.

use rusqlite::{Connection, TransactionBehavior};

use super::{
    error::{StoreError, Trouble},
    journal,
    projections::{self, Standing},
};

/// What marks a SQLite file as ours ("desk").
pub(super) const APPLICATION_ID: i32 = 0x6465_736b;

/// Every shape a store ever had, in order. `PRAGMA user_version` counts how many were applied.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../assets/migrations/001_journal.sql"),
    include_str!("../../assets/migrations/002_records.sql"),
    include_str!("../../assets/migrations/003_cache.sql"),
    include_str!("../../assets/migrations/004_controls.sql"),
];

/// The migrations that make the tables of records, which are made anew whenever their rules change.
pub(super) const RECORDS: [&str; 2] = [MIGRATIONS[1], MIGRATIONS[3]];

/// The version of the rules that fill the tables of records. Raise it whenever the fold, a record or a
/// column changes its meaning: the tables are then made again from the journal.
pub(super) const RULES: i64 = 8;

/// How many migrations were applied to a store.
pub(super) fn version(conn: &Connection) -> Result<usize, StoreError> {
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Refuses a store of a newer program.
pub(super) fn refuse_newer(conn: &Connection) -> Result<usize, StoreError> {
    let version = version(conn)?;
    if version <= MIGRATIONS.len() {
        return Ok(version);
    }
    let known = MIGRATIONS.len();
    Err(StoreError::new(
        Trouble::Newer,
        format!("its tables have version {version}, this dealdesk knows {known}"),
    ))
}

/// Brings a store up to date: its tables, and what they hold. Everything or nothing.
pub(super) fn bring_up_to_date(conn: &mut Connection) -> Result<(), StoreError> {
    if refuse_newer(conn)? == MIGRATIONS.len() && standing(conn)? == Standing::Current {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while we waited.
    let applied = refuse_newer(&tx)?;
    for migration in MIGRATIONS.iter().skip(applied) {
        tx.execute_batch(migration)?;
    }
    if applied < MIGRATIONS.len() {
        let version = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        tx.pragma_update(None, "user_version", version)?;
    }
    refuse_newer_rules(&tx)?;
    match standing(&tx)? {
        Standing::Current => {}
        Standing::Stale => projections::rebuild(&tx)?,
        // Made again, the tables would hide that rows are gone.
        Standing::Ahead => {
            return Err(StoreError::new(Trouble::Corrupt, "the end of the journal is cut off"));
        }
    }
    tx.commit()?;
    Ok(())
}

/// How the tables stand to the journal.
pub(super) fn standing(conn: &Connection) -> Result<Standing, StoreError> {
    if version(conn)? < MIGRATIONS.len() {
        return Ok(Standing::Stale);
    }
    projections::standing(conn, journal::head(conn)?.seq)
}

/// Refuses a store whose tables were filled by the rules of a newer program: ours would undo them.
pub(super) fn refuse_newer_rules(conn: &Connection) -> Result<(), StoreError> {
    if !conn.table_exists(None, "meta")? {
        return Ok(());
    }
    let mut statement = conn.prepare_cached("SELECT max(rules) FROM meta")?;
    let rules: Option<i64> = statement.query_row([], |row| row.get(0))?;
    let rules = rules.unwrap_or(0);
    if rules <= RULES {
        return Ok(());
    }
    Err(StoreError::new(
        Trouble::Newer,
        format!("its records follow rules {rules}, this dealdesk knows {RULES}"),
    ))
}
