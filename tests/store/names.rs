//! A store is its file: by whatever name two desks come to it, they are at one store.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::mpsc,
    time::Duration,
};

use dealdesk::store::{
    ArmedTicket, HostLease, Location, OwnerLock, Reader, Store, StoreWatch, Trouble, owner_is_alive,
};

use super::facts::{intent_for, many};

fn file(path: impl Into<PathBuf>) -> Location {
    Location::File(path.into())
}

/// A store, and other names for it: a link to the file, one in a linked folder, one with `..`, and a
/// link to a link.
fn named(folder: &Path) -> (PathBuf, Vec<PathBuf>) {
    let home = folder.join("home");
    fs::create_dir(&home).unwrap();
    let store = home.join("live.db");
    symlink(&store, folder.join("link.db")).unwrap();
    symlink("home", folder.join("linked")).unwrap();
    symlink("link.db", folder.join("second.db")).unwrap();
    let others = ["link.db", "linked/live.db", "home/../home/./live.db", "second.db"];
    (store, others.map(|name| folder.join(name)).to_vec())
}

#[test]
fn whoever_comes_by_another_name_finds_the_locks() {
    let folder = tempfile::tempdir().unwrap();
    let (store, others) = named(folder.path());
    // Before the file is there, too: a link may lead to a store that is yet to be made.
    for there in [false, true] {
        for (first, second) in
            others.iter().flat_map(|other| [(&store, other), (other, &store), (other, other)])
        {
            let (first, second) = (file(first), file(second));
            let host = HostLease::try_acquire(&first).unwrap().unwrap();
            assert!(HostLease::try_acquire(&second).unwrap().is_none(), "{second:?}");
            let armed = ArmedTicket::try_acquire(&first, "ana").unwrap().unwrap();
            let held = ArmedTicket::try_acquire(&second, "ben").unwrap().unwrap_err();
            assert_eq!(held, "ana");
            let owner = OwnerLock::create(&first, "me").unwrap();
            assert!(owner_is_alive(&second, "me").unwrap(), "{second:?}");
            let beside = |location: &Location| location.beside(".spill").unwrap().unwrap();
            assert_eq!(beside(&first), beside(&second));
            drop((host, armed, owner));
            assert!(!owner_is_alive(&second, "me").unwrap());
        }
        if !there {
            drop(Store::open(file(&others[0])).unwrap());
            assert!(store.exists());
        }
    }
    let mut beside: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["home", "link.db", "linked", "second.db"]);
}

#[test]
fn a_relative_name_is_the_same_store() {
    // The folder of the tests is the package's own.
    let target = Path::new("target");
    let folder = tempfile::tempdir_in(target).unwrap();
    let relative = target.join(folder.path().file_name().unwrap()).join("live.db");
    let absolute = std::path::absolute(&relative).unwrap();
    let _host = HostLease::try_acquire(&file(&relative)).unwrap().unwrap();
    assert!(HostLease::try_acquire(&file(absolute)).unwrap().is_none());
}

#[test]
fn a_change_by_another_name_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let (store, others) = named(folder.path());
    let writes = Store::open(file(store)).unwrap();
    for other in others {
        let (changed, heard) = mpsc::channel();
        let _watch = StoreWatch::start(&other, move || {
            let _ = changed.send(());
        })
        .unwrap();
        let _ = writes.append(many(0..1)).wait().unwrap();
        heard.recv_timeout(Duration::from_secs(20)).unwrap();
        let _ = Reader::open(&other).unwrap();
    }
}

#[test]
fn a_file_with_two_names_is_refused_by_both() {
    let folder = tempfile::tempdir().unwrap();
    let (store, second) = (folder.path().join("live.db"), folder.path().join("copy.db"));
    let first = Store::open(file(&store)).unwrap();
    let _ = first.append(many(0..3)).wait().unwrap();
    fs::hard_link(&store, &second).unwrap();
    for name in [&store, &second] {
        let location = file(name);
        let kinds = [
            Store::open(location.clone()).unwrap_err(),
            Reader::open(name).unwrap_err(),
            HostLease::try_acquire(&location).unwrap_err(),
            ArmedTicket::try_acquire(&location, "ana").unwrap_err(),
            OwnerLock::create(&location, "me").unwrap_err(),
            owner_is_alive(&location, "me").unwrap_err(),
        ];
        for error in kinds {
            assert_eq!(error.kind, Trouble::ManyNames, "{error}");
            let says = error.to_string();
            assert!(says.contains(name.to_str().unwrap()) && says.contains("2 names"), "{says}");
        }
    }
    // Nothing was made for the second name.
    assert!(
        !second.with_extension("db-wal").exists() && !second.with_extension("db.host").exists()
    );
    fs::remove_file(&second).unwrap();
    assert!(Store::open(file(&store)).is_ok());
}

#[test]
fn a_store_that_went_elsewhere_takes_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let (store, away) = (folder.path().join("live.db"), folder.path().join("old.db"));
    let first = Store::open(file(&store)).unwrap();
    let _ = first.append(many(0..3)).wait().unwrap();
    fs::rename(&store, &away).unwrap();
    for replaced in [false, true] {
        if replaced {
            fs::write(&store, "").unwrap();
        }
        let error = first.append_intent(intent_for(0), 3).wait().unwrap_err();
        assert_eq!(error.kind, Trouble::Moved, "{error}");
    }
    fs::remove_file(&store).unwrap();
    fs::rename(&away, &store).unwrap();
    let _ = first.append_intent(intent_for(0), 3).wait().unwrap();
}
