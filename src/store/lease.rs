//! Who does what when several desks share a store: one of them hosts it, and each can tell whether the
//! process that sent something is still alive. Both are file locks, which the system drops with the
//! process, however it ends.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{Location, StoreError, place};
use crate::private;

/// The right to poll, expire, look things up and play strategies for a store. Dropped, another process
/// may take it.
#[derive(Debug)]
pub struct HostLease {
    _locked: Option<Locked>,
}

impl HostLease {
    /// Takes the lease, if no other process has it. A store in memory has no others.
    pub fn try_acquire(store: &Location) -> Result<Option<Self>, StoreError> {
        let Some(lease) = store.beside(".host")? else { return Ok(Some(Self { _locked: None })) };
        let file = open(&lease).map_err(|error| StoreError::io(&error, &lease))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _locked: Some(Locked(file)) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StoreError::io(&error, &lease)),
        }
    }
}

/// The one place that a store has for an armed ticket: no two desks have a price typed at once
/// (safety.md S3).
#[derive(Debug)]
pub struct ArmedTicket {
    _locked: Option<Locked>,
}

impl ArmedTicket {
    /// Takes the place for `who`, or says who has it.
    pub fn try_acquire(store: &Location, who: &str) -> Result<Result<Self, String>, StoreError> {
        let Some(named) = store.beside(".armed")? else { return Ok(Ok(Self { _locked: None })) };
        let failed = |error: &io::Error| StoreError::io(error, &named);
        let mut file = open(&named).map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => {
                // Only to tell others: the lock is what counts.
                let told = file.set_len(0).and_then(|()| file.write_all(who.as_bytes()));
                told.map_err(|error| failed(&error))?;
                Ok(Ok(Self { _locked: Some(Locked(file)) }))
            }
            Err(TryLockError::WouldBlock) => {
                let who = fs::read_to_string(&named).unwrap_or_default();
                let who = crate::domain::text::clean(&who, 80);
                Ok(Err(if who.is_empty() { "another process".to_owned() } else { who }))
            }
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }
}

/// Shows other processes that this one is alive, under the name that its intents carry.
#[derive(Debug)]
pub struct OwnerLock {
    held: Option<(PathBuf, Locked)>,
}

impl OwnerLock {
    /// Shows this process as `owner`, a name that no other process ever has.
    pub fn create(store: &Location, owner: &str) -> Result<Self, StoreError> {
        let Some(named) = owner_file(store, owner)? else { return Ok(Self { held: None }) };
        let try_create = || -> io::Result<File> {
            if let Some(folder) = named.parent() {
                private::folder(folder)?;
            }
            // Locked before it has its name: whoever finds it under its name finds it locked.
            let unnamed = place::with(&named, ".new");
            let file = open(&unnamed)?;
            file.lock()?;
            fs::rename(&unnamed, &named)?;
            Ok(file)
        };
        let file = try_create().map_err(|error| StoreError::io(&error, &named))?;
        Ok(Self { held: Some((named, Locked(file))) })
    }
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        if let Some((path, _file)) = self.held.take() {
            // A file that stays is found unlocked, and removed then.
            drop(fs::remove_file(path));
        }
    }
}

/// Whether the process that called itself `owner` is alive. The file of a dead one is removed. In
/// memory there is only this process.
pub fn owner_is_alive(store: &Location, owner: &str) -> Result<bool, StoreError> {
    let Some(named) = owner_file(store, owner)? else { return Ok(true) };
    let file = match File::open(&named) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StoreError::io(&error, &named)),
    };
    match file.try_lock() {
        Ok(()) => {
            drop(fs::remove_file(&named));
            Ok(false)
        }
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(StoreError::io(&error, &named)),
    }
}

/// A file that is locked until this is dropped.
#[derive(Debug)]
struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        // Closing it is not enough: a process that is being started has it open, too, for a moment.
        drop(self.0.unlock());
    }
}

fn open(path: &Path) -> io::Result<File> {
    private::file().create(true).truncate(false).write(true).open(path)
}

/// `<store>.owners/<owner>`; what is no plain letter or digit is written as a number.
fn owner_file(store: &Location, owner: &str) -> Result<Option<PathBuf>, StoreError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let name: String = owner
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect();
    Ok(store.beside(".owners")?.map(|folder| folder.join(name)))
}
