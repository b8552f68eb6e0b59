//! A store that cannot be written: before the send nothing is sent; after it the deal stands, the
//! trouble is shown until it is over, and what came is kept beside the store for the next desk.

use std::{os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use dealdesk::{
    desk::{BookingState, TicketState},
    runtime::spill::Spilled,
    store::{Location, Reader, Tuning},
};
use rusqlite::Connection;

use super::{
    support::{SELLERS, Shop, arm, arm_with, booking, confirm, quote, seconds, some_day, until},
    wire::{Ticks, locked},
};

/// How long a desk waits here for another one's write.
const PATIENCE: Duration = Duration::from_millis(50);

/// How the store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Full,
    ReadOnly,
    Locked,
}

/// A store with one quote in it, closed again.
async fn stocked(shop: &Shop, clock: &Ticks, path: &Path) {
    let mut desk = shop.open(Location::File(path.to_owned())).await;
    quote(&mut desk, clock, shop).await;
    desk.close(Duration::from_secs(5)).await.unwrap();
}

fn tuned(trouble: Trouble, path: &Path) -> Tuning {
    let usual = Tuning { patience: PATIENCE, ..Tuning::default() };
    match trouble {
        // As many pages as it has already; none is left.
        Trouble::Full => {
            let conn = Connection::open(path).unwrap();
            let pages = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
            Tuning { max_pages: Some(pages), ..usual }
        }
        Trouble::ReadOnly => Tuning { read_only: true, ..usual },
        Trouble::Locked => usual,
    }
}

async fn before_the_send(seller: (&'static str, &'static str), trouble: Trouble) {
    let what = format!("{}: {trouble:?}", seller.0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    stocked(&shop, &clock, &path).await;
    let mut desk = shop.desk();
    desk.attach_tuned(Location::File(path.clone()), tuned(trouble, &path)).await.unwrap();
    let key = desk.state().quotes.keys().next().unwrap().clone();
    let ticket = arm_with(&mut desk, &clock, &key, Some("x".repeat(20_000))).await;
    let other = (trouble == Trouble::Locked).then(|| locked(&path));
    confirm(&mut desk, &ticket);
    let blocked = |state: &dealdesk::desk::State| {
        state.ticket.as_ref().is_some_and(|ticket| ticket.state == TicketState::Blocked)
    };
    assert!(until(&mut desk, &clock, seconds(30), blocked).await, "{what}");
    let why = desk.state().ticket.as_ref().unwrap().blocked_by().unwrap().clone();
    assert_eq!((why.name.as_str(), why.cure.is_empty()), ("stored", false), "{what}: {why:?}");
    assert_eq!((shop.wire.bookings().len(), shop.booked().len()), (0, 0), "{what}");
    assert!(desk.state().bookings.is_empty(), "{what}");
    drop(other);
}

#[tokio::test]
async fn before_the_send_nothing_is_sent() {
    for seller in SELLERS {
        for trouble in [Trouble::Full, Trouble::ReadOnly, Trouble::Locked] {
            before_the_send(seller, trouble).await;
        }
    }
}

fn spilled(path: &Path) -> Vec<(std::path::PathBuf, String)> {
    let folder = path.with_file_name("desk.db.spill");
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = files.map(|file| file.unwrap().path());
    files.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The store is locked between the intent and the outcome; then `heals`, or the desk dies of it.
async fn after_the_send(seller: (&'static str, &'static str), heals: bool) {
    let what = format!("{}, heals {heals}", seller.0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    stocked(&shop, &clock, &path).await;
    let mut desk = shop.desk();
    let tuning = Tuning { patience: PATIENCE, ..Tuning::default() };
    desk.attach_tuned(Location::File(path.clone()), tuning).await.unwrap();
    let key = desk.state().quotes.keys().next().unwrap().clone();
    let ticket = arm(&mut desk, &clock, &key).await;
    let other = shop.wire.locks_when_booked(&path);
    confirm(&mut desk, &ticket);
    let troubled = |state: &dealdesk::desk::State| {
        state.trouble.is_some()
            && state.bookings.values().all(|booking| booking.state == BookingState::Done)
    };
    assert!(until(&mut desk, &clock, seconds(30), troubled).await, "{what}");
    assert_eq!(desk.state().deals.len(), 1, "{what}: the deal stands");
    until(&mut desk, &clock, seconds(30), |_| false).await;
    assert!(desk.state().trouble.is_some(), "{what}: it is shown until it is over");

    let files = spilled(&path);
    let [(file, text)] = files.as_slice() else { panic!("{what}: {files:?}") };
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{what}");
    assert!(!text.contains(&shop.key()), "{what}: a key is in it");
    let lines: Vec<Spilled> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "{what}");
    let deal_id = shop.booked()[0].deal_id.clone();
    assert!(lines[0].exchange.is_some() && text.contains(&deal_id), "{what}: the raw reply");

    if heals {
        other.lock().unwrap().take();
        let fine = |state: &dealdesk::desk::State| state.trouble.is_none();
        assert!(until(&mut desk, &clock, seconds(30), fine).await, "{what}");
    }
    drop(desk);
    other.lock().unwrap().take();
    // The next desk, and the one after it: taken in, once.
    for _ in 0..2 {
        let mut next = shop.open(Location::File(path.clone())).await;
        let done = |state: &dealdesk::desk::State| {
            state.bookings.values().all(|booking| booking.state == BookingState::Done)
        };
        assert!(until(&mut next, &clock, seconds(30), done).await, "{what}");
        assert_eq!(booking(next.state(), &ticket.id).state, BookingState::Done, "{what}");
        assert_eq!(next.state().deals.len(), 1, "{what}");
        next.close(Duration::from_secs(5)).await.unwrap();
    }
    assert_eq!(spilled(&path), [], "{what}: the file is gone");
    let rows = Reader::open(&path).unwrap().entries(0, 10_000).unwrap();
    let ends = rows.iter().filter(|row| row.entry.fact.kind() == "booking.done").count();
    assert_eq!(ends, 1, "{what}: one outcome");
    assert_eq!(shop.booked().len(), 1, "{what}");
}

#[tokio::test]
async fn after_the_send_the_deal_stands_and_is_taken_in_once() {
    for seller in SELLERS {
        for heals in [true, false] {
            after_the_send(seller, heals).await;
        }
    }
}
