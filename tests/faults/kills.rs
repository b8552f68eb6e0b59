//! `kill -9` of the program at every named point of the way to a booking, and by the seller itself:
//! the next one finds what became of it, alone or while another works on the same store.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use dealdesk::{
    desk::Fact,
    runtime::crash_points::{CrashPoint, VARIABLE},
    sim::{Requests, iab::requests},
    store::Reader,
};
use serde_json::Value;

use super::{
    front::{Front, Shot},
    process::{Quoted, asks, books, deals, ended, home, quote},
    support::SELLERS,
};
use crate::home::Home;

/// Where the program dies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Death {
    At(CrashPoint),
    Shot(Shot),
}

impl Death {
    /// Runs a command, which dies of it without a word.
    pub(crate) fn of(self, mut command: Command, (front, asks): (&Front, Requests), what: &str) {
        match self {
            Self::At(point) => drop(command.env(VARIABLE, point.to_string())),
            Self::Shot(shot) => front.shoots(shot, asks),
        }
        let child = command.spawn().unwrap();
        front.aims_at(&child);
        let died = child.wait_with_output().unwrap();
        assert_eq!(died.status.signal(), Some(9), "{what}: {died:?}");
        assert!(died.stdout.is_empty(), "{what}: it said something of what it did not know");
    }
}

/// What the next desk finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finds {
    /// Nothing was decided: the quote can be booked.
    Nothing,
    /// A booking without an outcome, which becomes a deal.
    Doubt,
    /// A booking that the seller never had, which no look can tell: a person has it sent once more.
    Lost,
    /// The deal.
    Deal,
}

const DEATHS: [(Death, Finds); 11] = [
    (Death::At(CrashPoint::Armed), Finds::Nothing),
    (Death::At(CrashPoint::BeforeIntent), Finds::Nothing),
    (Death::At(CrashPoint::IntentStored), Finds::Lost),
    (Death::At(CrashPoint::BeforeSend), Finds::Lost),
    (Death::Shot(Shot::Unread), Finds::Lost),
    (Death::Shot(Shot::ActsAfter(0)), Finds::Doubt),
    (Death::Shot(Shot::ActsAfter(1)), Finds::Doubt),
    (Death::Shot(Shot::Acted), Finds::Doubt),
    (Death::At(CrashPoint::AfterReply), Finds::Doubt),
    (Death::At(CrashPoint::BeforeOutcome), Finds::Doubt),
    (Death::At(CrashPoint::OutcomeStored), Finds::Deal),
];

const SEEDS: usize = 20;

/// How many cases run at once: they wait for looks, five seconds apart, and hardly work.
const AT_ONCE: usize = 24;

struct Case {
    seller: (&'static str, &'static str),
    death: Death,
    finds: Finds,
    seed: usize,
    /// Whether another process works on the store.
    busy: bool,
}

impl Case {
    fn run(&self, front: &Front) {
        let (name, _) = self.seller;
        let what = format!("{name}: {:?}, seed {}, busy {}", self.death, self.seed, self.busy);
        let wait = if self.finds == Finds::Lost { 8 } else { 180 };
        let home = home(name, &front.seller, &front.url, wait);
        let impressions = 300_000 + 10_000 * u64::try_from(self.seed).unwrap();
        let quoted = quote(&home, self.seller, impressions);
        self.dies(front, &home, &quoted, &what);

        let others = self.others(&home);
        let looked = home.run(&["reconcile", "--all", "--json"]);
        for other in others {
            assert_eq!(ended(other).code, 0, "{what}: the other one");
        }
        let code = if self.finds == Finds::Lost { 9 } else { 0 };
        assert_eq!(looked.code, code, "{what}: {}{}", looked.stdout, looked.stderr);
        let looked = looked.json("reconcile");
        let found: Vec<_> = looked["items"].as_array().unwrap().iter().collect();
        match (self.finds, found.as_slice()) {
            (Finds::Doubt, [one]) => {
                assert_eq!(one["outcome"], "done", "{what}");
                assert_eq!(one["quote_id"].as_str(), Some(quoted.id.as_str()), "{what}");
            }
            (Finds::Lost, [one]) => {
                assert_eq!(one["outcome"], "unknown", "{what}");
                assert_eq!(front.seller.engine().bookings(), [], "{what}: sent by nobody's word");
                let send = ["reconcile", &quoted.id, "--send-again", "again", "--json"];
                let mut again = home.run(&send);
                // It goes only behind a look that found the quote available: as advised, one more.
                for _ in 0..5 {
                    if again.code != 7 {
                        break;
                    }
                    home.run(&["reconcile", &quoted.id, "--json"]);
                    again = home.run(&send);
                }
                assert_eq!(again.code, 0, "{what}: {}{}", again.stdout, again.stderr);
            }
            // Another process settled it in passing.
            (Finds::Doubt, []) if self.busy => {}
            (Finds::Nothing | Finds::Deal, []) => {}
            (finds, found) => panic!("{what}: {finds:?}: {found:?}"),
        }
        if self.finds == Finds::Nothing {
            assert_eq!(front.seller.engine().bookings(), [], "{what}");
            let again = books(&home, &quoted).output().unwrap();
            assert_eq!(again.status.code(), Some(0), "{what}: it can be booked");
        }
        Self::stands(front, &home, &quoted, &what);
    }

    /// Books, and dies of it.
    fn dies(&self, front: &Front, home: &Home, quoted: &Quoted, what: &str) {
        let others = self.others(home);
        self.death.of(books(home, quoted), (front, requests::BOOKINGS), what);
        for other in others {
            assert_eq!(ended(other).code, 0, "{what}: the other one");
        }
    }

    fn others(&self, home: &Home) -> Vec<std::process::Child> {
        if self.busy { vec![asks(home, self.seller)] } else { Vec::new() }
    }

    /// One booking, one deal, and the record is whole.
    fn stands(front: &Front, home: &Home, quoted: &Quoted, what: &str) {
        let booked = front.seller.engine().bookings().to_vec();
        let [made] = booked.as_slice() else { panic!("{what}: {booked:?}") };
        assert_eq!(made.quote_id, quoted.id, "{what}");
        assert_eq!(deals(home), [made.deal_id.as_str()], "{what}");
        let deal = home.run(&["deals", "show", &made.deal_id, "--json"]).json("deal");
        let bookings = deal["bookings"].as_array().unwrap();
        assert_eq!(bookings.len(), 1, "{what}: {bookings:?}");
        assert_eq!(bookings[0]["state"], "done", "{what}");
        // Stored once, before the first byte, and sent as stored.
        let reader = Reader::open(&home.path("state/dealdesk/live.db")).unwrap();
        let rows = reader.entries(0, 10_000).unwrap();
        let intents = rows.iter().filter_map(|row| {
            let Fact::IntentStored { intent } = &row.entry.fact else { return None };
            Some(intent.idempotency_key.clone())
        });
        let intents: Vec<_> = intents.collect();
        assert_eq!(intents.len(), 1, "{what}");
        assert!(made.idempotency_key.as_ref().is_none_or(|key| *key == intents[0]), "{what}");
        let audit = home.run(&["audit", "verify", "--json"]).json("audit");
        assert_eq!(audit["verified"], Value::Bool(true), "{what}");
    }
}

fn cases(busy: bool) -> Vec<Case> {
    let of_death = |(death, finds): (Death, Finds)| {
        (0..SEEDS).flat_map(move |seed| {
            SELLERS.into_iter().map(move |seller| Case { seller, death, finds, seed, busy })
        })
    };
    DEATHS.into_iter().flat_map(of_death).collect()
}

/// Runs every case, many at once, each on a runtime.
pub(crate) fn side_by_side<T: Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let _inside = runtime.enter();
                    run(case);
                }
            });
        }
    });
    eprintln!("{} kills", cases.len());
}

fn all(cases: &[Case]) {
    side_by_side(cases, |case| {
        let (front, _jobs) = Front::serve(case.seller.0);
        case.run(&front);
    });
    assert!(cases.len() >= 2 * 20 * 9);
}

#[test]
fn whoever_dies_is_found_by_the_next_desk() {
    all(&cases(false));
}

#[test]
fn whoever_dies_is_found_while_another_desk_works_on_the_store() {
    all(&cases(true));
}
