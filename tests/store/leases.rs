//! One process hosts a store, and each can tell whether another is still alive.

use std::fs;

use dealdesk::store::{HostLease, Location, OwnerLock, owner_is_alive};

#[test]
fn only_one_hosts_a_store_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = Location::File(folder.path().join("desk.db"));
    let host = HostLease::try_acquire(&store).unwrap().unwrap();
    assert!(HostLease::try_acquire(&store).unwrap().is_none());
    drop(host);
    let again = HostLease::try_acquire(&store).unwrap();
    assert!(again.is_some());

    let memory = HostLease::try_acquire(&Location::Memory).unwrap();
    assert!(memory.is_some() && HostLease::try_acquire(&Location::Memory).unwrap().is_some());
}

#[test]
fn an_owner_is_alive_until_its_lock_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Location::File(folder.path().join("desk.db"));
    let name = "ana@desk/../17";
    assert!(!owner_is_alive(&store, name).unwrap());
    let owner = OwnerLock::create(&store, name).unwrap();
    let other = OwnerLock::create(&store, "ben").unwrap();
    assert!(owner_is_alive(&store, name).unwrap());
    drop(owner);
    assert!(!owner_is_alive(&store, name).unwrap());
    assert!(owner_is_alive(&store, "ben").unwrap());
    drop(other);

    // Left behind by a process that was killed: found unlocked, and removed.
    let left = folder.path().join("desk.db.owners").join("carl");
    fs::write(&left, "").unwrap();
    assert!(!owner_is_alive(&store, "carl").unwrap());
    assert!(!left.exists());
    assert_eq!(fs::read_dir(folder.path().join("desk.db.owners")).unwrap().count(), 0);

    let _me = OwnerLock::create(&Location::Memory, "me").unwrap();
    assert!(owner_is_alive(&Location::Memory, "me").unwrap());
}
