//! A store that cannot be written: before the send nothing is sent; after it the deal stands, the
//! trouble is shown until it is over, and what came is kept beside the store for the next desk.

use std::{os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use dealdesk::{
    desk::{
        Actor, BookingOutcome, BookingState, Entry, Fact, Mode, State, TicketState, state::Purpose,
    },
    runtime::{Session, spill::Spilled},
    sim::{Fault, InjectedFault, Requests, TermChange, iab::requests},
    store::{Location, Reader, Tuning},
};
use jiff::Timestamp;
use rusqlite::Connection;

use super::{
    support::{SELLERS, Shop, arm, arm_with, booking, confirm, quote, seconds, some_day, until},
    wire::{Ticks, locked},
};

/// How long a desk waits here for another one's write.
const PATIENCE: Duration = Duration::from_millis(50);

/// How the store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Full,
    ReadOnly,
    Locked,
}

pub(crate) const TROUBLES: [Trouble; 3] = [Trouble::Full, Trouble::ReadOnly, Trouble::Locked];

/// A store that is well.
pub(crate) fn usual() -> Tuning {
    Tuning { patience: PATIENCE, ..Tuning::default() }
}

/// A store with one quote in it, closed again.
async fn stocked(shop: &Shop, clock: &Ticks, path: &Path) {
    let mut desk = shop.open(Location::File(path.to_owned())).await;
    quote(&mut desk, clock, shop).await;
    desk.close(Duration::from_secs(5)).await.unwrap();
}

fn tuned(trouble: Trouble, path: &Path) -> Tuning {
    let usual = usual();
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
    let blocked = |state: &State| {
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
        for trouble in TROUBLES {
            before_the_send(seller, trouble).await;
        }
    }
}

pub(crate) fn spilled(path: &Path) -> Vec<(std::path::PathBuf, String)> {
    let folder = path.with_file_name("desk.db.spill");
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = files.map(|file| file.unwrap().path());
    files.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// How the seller books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Books {
    AsAgreed,
    Otherwise,
}

impl Books {
    fn ends(self) -> (BookingState, &'static str) {
        match self {
            Self::AsAgreed => (BookingState::Done, "booking.done"),
            Self::Otherwise => (BookingState::Disputed, "booking.disputed"),
        }
    }
}

/// The store fails from here on.
pub(crate) async fn fails(desk: &mut Session, trouble: Trouble, path: &Path) -> Option<Connection> {
    if trouble == Trouble::Locked {
        return Some(locked(path));
    }
    desk.retune(tuned(trouble, path)).await.unwrap();
    None
}

/// The store is well again, and the desk leaves; or it leaves while the store still fails.
pub(crate) async fn leaves(
    (mut desk, other): (Session, Option<Connection>),
    (clock, path): (&Ticks, &Path),
    heals: bool,
    what: &str,
) {
    if heals {
        drop(other);
        desk.retune(usual()).await.unwrap();
        let fine = |state: &State| state.trouble.is_none();
        assert!(until(&mut desk, clock, seconds(30), fine).await, "{what}");
        assert_eq!(spilled(path), [], "{what}: the file is gone");
        drop(desk);
    } else {
        drop(desk);
        drop(other);
    }
}

/// The seller takes its time for the next of these, so that something can happen meanwhile.
pub(crate) fn takes_its_time(shop: &Shop, asks: Requests, now: Timestamp) {
    let slow = Fault::Slow(Duration::from_millis(500));
    shop.seller.arm(InjectedFault::next(slow, asks), now);
}

/// What lies beside the store: one file, for its owner alone, without a key, with one line. Returns
/// the raw reply.
pub(crate) fn raw_reply(shop: &Shop, path: &Path, what: &str) -> String {
    let files = spilled(path);
    let [(file, text)] = files.as_slice() else { panic!("{what}: {files:?}") };
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{what}");
    assert!(!text.contains(&shop.key()), "{what}: a key is in it");
    let lines: Vec<Spilled> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [line] = lines.as_slice() else { panic!("{what}: {lines:?}") };
    line.exchange.as_ref().map(|exchange| exchange.response.clone()).unwrap_or_default()
}

/// The store fails between the intent and the outcome; then `heals`, or the desk dies of it.
async fn after_the_send(
    seller: (&'static str, &'static str),
    trouble: Trouble,
    books: Books,
    heals: bool,
) {
    let what = format!("{}: {trouble:?}, {books:?}, heals {heals}", seller.0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    stocked(&shop, &clock, &path).await;
    let mut desk = shop.desk();
    desk.attach_tuned(Location::File(path.clone()), usual()).await.unwrap();
    let key = desk.state().quotes.keys().next().unwrap().clone();
    let ticket = arm(&mut desk, &clock, &key).await;
    if books == Books::Otherwise {
        let differs = Fault::Differs(TermChange::Price(10.0));
        shop.seller.arm(InjectedFault::next(differs, requests::BOOKINGS), desk.now());
    }
    takes_its_time(&shop, requests::BOOKINGS, desk.now());
    confirm(&mut desk, &ticket);
    assert!(until(&mut desk, &clock, seconds(0), is_sending).await, "{what}");
    let other = fails(&mut desk, trouble, &path).await;

    let (ends, kind) = books.ends();
    let troubled = |state: &State| {
        state.trouble.is_some() && state.bookings.values().all(|booking| booking.state == ends)
    };
    assert!(until(&mut desk, &clock, seconds(30), troubled).await, "{what}");
    assert_eq!(desk.state().deals.len(), 1, "{what}: the deal stands");
    assert!(desk.state().controls.halt.is_some(), "{what}: nothing automatic is sent meanwhile");
    until(&mut desk, &clock, seconds(30), |_| false).await;
    let told = desk.state().trouble.clone().unwrap_or_default();
    assert!(told.contains("desk.db.spill"), "{what}: shown until it is over, with where: {told}");
    let deal_id = shop.booked()[0].deal_id.clone();
    assert!(raw_reply(&shop, &path, &what).contains(&deal_id), "{what}: the raw reply");

    leaves((desk, other), (&clock, &path), heals, &what).await;
    // The next desk, and the one after it: taken in, once.
    for _ in 0..2 {
        let mut next = shop.open(Location::File(path.clone())).await;
        let known = |state: &State| state.bookings.values().all(|booking| booking.state == ends);
        assert!(until(&mut next, &clock, seconds(30), known).await, "{what}");
        assert_eq!(booking(next.state(), &ticket.id).state, ends, "{what}");
        assert_eq!(next.state().deals.len(), 1, "{what}");
        next.close(Duration::from_secs(5)).await.unwrap();
    }
    assert_eq!(spilled(&path), [], "{what}: the file is gone");
    assert_eq!(stored(&path, kind), 1, "{what}: one outcome");
    assert_eq!((shop.wire.bookings().len(), shop.booked().len()), (1, 1), "{what}");
}

/// Whether a booking has left and is not answered.
fn is_sending(state: &State) -> bool {
    let mut flights = state.in_flight.values();
    flights.any(|flight| matches!(flight.purpose, Purpose::Booking(..)))
}

/// How many facts of this kind the journal has.
pub(crate) fn stored(path: &Path, kind: &str) -> usize {
    let rows = Reader::open(path).unwrap().entries(0, 10_000).unwrap();
    rows.iter().filter(|row| row.entry.fact.kind() == kind).count()
}

#[tokio::test]
async fn after_the_send_the_deal_stands_and_is_taken_in_once() {
    for seller in SELLERS {
        for trouble in TROUBLES {
            for books in [Books::AsAgreed, Books::Otherwise] {
                for heals in [true, false] {
                    after_the_send(seller, trouble, books, heals).await;
                }
            }
        }
    }
}

/// Beside the store lies a folder that anybody may write to: what a desk learnt goes to another place,
/// and what somebody put there ends no booking.
#[tokio::test]
async fn a_folder_that_others_may_write_to_is_neither_used_nor_believed() {
    for trouble in TROUBLES {
        let what = format!("{trouble:?}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let clock = Ticks::new(some_day());
        let shop = Shop::new(SELLERS[0], 7, clock.clone());
        stocked(&shop, &clock, &path).await;
        let mut desk = shop.desk();
        desk.attach_tuned(Location::File(path.clone()), usual()).await.unwrap();
        let key = desk.state().quotes.keys().next().unwrap().clone();
        let ticket = arm(&mut desk, &clock, &key).await;
        takes_its_time(&shop, requests::BOOKINGS, desk.now());
        confirm(&mut desk, &ticket);
        assert!(until(&mut desk, &clock, seconds(0), is_sending).await, "{what}");
        let open = folder.path().join("desk.db.spill");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
        let other = fails(&mut desk, trouble, &path).await;
        let troubled = |state: &State| state.trouble.is_some() && state.deals.len() == 1;
        assert!(until(&mut desk, &clock, seconds(30), troubled).await, "{what}");
        let told = desk.state().trouble.clone().unwrap_or_default();
        assert!(told.contains("kept in") && !told.contains("desk.db.spill"), "{what}: {told}");
        assert_eq!(spilled(&path), [], "{what}");
        drop((desk, other));

        let lie = Spilled {
            entry: Entry {
                at: some_day(),
                actor: Actor::Desk,
                mode: Mode::Live,
                fact: Fact::BookingEnded {
                    ticket: ticket.id.clone(),
                    quote: key.clone(),
                    ending: BookingOutcome::Closed { why: "by somebody".into() },
                },
            },
            exchange: None,
        };
        std::fs::write(open.join("0.jsonl"), serde_json::to_string(&lie).unwrap()).unwrap();
        let next = shop.open(Location::File(path.clone())).await;
        assert_eq!(booking(next.state(), &ticket.id).state, BookingState::Done, "{what}");
        assert_eq!(spilled(&path).len(), 1, "{what}: left where it is");
        next.close(Duration::from_secs(5)).await.unwrap();
    }
}

/// Whoever left it is gone before the store is read, so that all that it stored is known when its outcomes
/// are looked at. What is about a booking of no store stays.
#[tokio::test]
async fn what_lies_beside_a_store_is_held_from_before_the_store_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let clock = Ticks::new(some_day());
    let shop = Shop::new(SELLERS[0], 7, clock.clone());
    stocked(&shop, &clock, &path).await;
    let beside = folder.path().join("desk.db.spill");
    std::fs::create_dir(&beside).unwrap();
    std::fs::set_permissions(&beside, std::fs::Permissions::from_mode(0o700)).unwrap();
    let fact = Fact::BookingEnded {
        ticket: "tk-of-nobody".into(),
        quote: dealdesk::domain::QuoteRef::new(shop.name, "q-of-nobody"),
        ending: BookingOutcome::Closed { why: "by somebody".into() },
    };
    let entry = Entry { at: some_day(), actor: Actor::Desk, mode: Mode::Live, fact };
    let line = serde_json::to_string(&Spilled { entry, exchange: None }).unwrap();
    let file = beside.join("gone.jsonl");
    std::fs::write(&file, format!("{line}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();

    let mut desk = shop.desk();
    desk.begin(&Location::File(path.clone()));
    assert!(std::fs::File::open(&file).unwrap().try_lock().is_err(), "held by who reads");
    drop(desk);
    let desk = shop.open(Location::File(path.clone())).await;
    desk.close(Duration::from_secs(5)).await.unwrap();
    assert_eq!(spilled(&path), [(file, format!("{line}\n"))], "left for a desk that knows it");
}
