//! `kill -9` of the program at every named point of the way of an order made or changed, and by the
//! seller itself: it left once at most, and the next desk says what it does not know.

use dealdesk::{desk::Fact, runtime::crash_points::CrashPoint, sim::iab::requests, store::Reader};

use super::{
    front::{Front, Shot},
    kills::{Death, side_by_side},
    process::{books, deals, home, quote},
    support::SELLERS,
};
use crate::home::Home;

/// What the seller has, and whether the next desk knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    made: usize,
    doubt: bool,
}

const DEATHS: [(Death, Left); 10] = [
    (Death::At(CrashPoint::BeforeIntent), Left { made: 0, doubt: false }),
    (Death::At(CrashPoint::IntentStored), Left { made: 0, doubt: true }),
    (Death::At(CrashPoint::BeforeSend), Left { made: 0, doubt: true }),
    (Death::Shot(Shot::Unread), Left { made: 0, doubt: true }),
    (Death::Shot(Shot::ActsAfter(0)), Left { made: 1, doubt: true }),
    (Death::Shot(Shot::ActsAfter(1)), Left { made: 1, doubt: true }),
    (Death::Shot(Shot::Acted), Left { made: 1, doubt: true }),
    (Death::At(CrashPoint::AfterReply), Left { made: 1, doubt: true }),
    (Death::At(CrashPoint::BeforeOutcome), Left { made: 1, doubt: true }),
    (Death::At(CrashPoint::OutcomeStored), Left { made: 1, doubt: false }),
];

const SEEDS: u64 = 3;

/// How often the next desk is asked: whoever sees first that a process is gone may be gone itself
/// before it is written.
const DESKS: usize = 20;

struct Case {
    seller: (&'static str, &'static str),
    change: bool,
    death: Death,
    left: Left,
    seed: u64,
}

impl Case {
    fn run(&self, front: &Front) {
        let (name, _) = self.seller;
        let what = format!("{name}: change {}, {:?}, seed {}", self.change, self.death, self.seed);
        let home = home(name, &front.seller, &front.url, 180);
        let quoted = quote(&home, self.seller, 300_000 + 10_000 * self.seed);
        assert_eq!(books(&home, &quoted).output().unwrap().status.code(), Some(0), "{what}");
        let deal = deals(&home).remove(0);
        let create = ["orders", "create", "--deal", &deal, "--confirm", "create", "--json"];
        let mut order = String::new();
        if self.change {
            let made = home.run(&create);
            assert_eq!(made.code, 0, "{what}: {}", made.stderr);
            let id = made.json("order-asked")["order"]["order_id"].clone();
            order = format!("{name}/{}", id.as_str().unwrap());
        }
        let change = ["orders", "change", &order, "--type", "impressions", "--reason", "more"];
        let set = ["--set", "impressions=900000", "--confirm", "change", "--json"];
        let change = [&change[..], &set].concat();
        let line = if self.change { &change[..] } else { &create };
        let before = front.seller.engine().received(requests::ORDER_WRITES);

        self.death.of(home.command(line), (front, requests::ORDER_WRITES), &what);
        let mut told = false;
        for _ in 0..DESKS {
            let (made, doubt) = self.listed(&home);
            told |= doubt;
            if (made, told) == (self.left.made, self.left.doubt) {
                break;
            }
        }
        let (made, _) = self.listed(&home);
        assert_eq!(Left { made, doubt: told }, self.left, "{what}");
        let received = front.seller.engine().received(requests::ORDER_WRITES) - before;
        assert_eq!(received, self.left.made, "{what}: no desk sends it again");

        // Stored once, before its first byte; and whoever looked may ask again.
        let sent = usize::from(self.death_was_after_the_intent());
        assert_eq!(sent_orders(&home), usize::from(self.change) + sent, "{what}");
        let again = home.run(line);
        assert_eq!(again.code, 0, "{what}: {}", again.stderr);
        assert_eq!(self.listed(&home), (self.left.made + 1, false), "{what}");
        assert_eq!(home.run(&["audit", "verify", "--json"]).code, 0, "{what}");
    }

    fn death_was_after_the_intent(&self) -> bool {
        !matches!(self.death, Death::At(CrashPoint::BeforeIntent))
    }

    /// How many the seller has, and whether the desk says that it does not know of one.
    fn listed(&self, home: &Home) -> (usize, bool) {
        let (verb, document) =
            if self.change { ("changes", "order-changes") } else { ("list", "orders") };
        let listed = home.run(&["orders", verb, "--all", "--json"]);
        assert_eq!(listed.code, 0, "{}", listed.stderr);
        let doubt = listed.stderr.contains("nobody knows what became of");
        (listed.json(document)["items"].as_array().unwrap().len(), doubt)
    }
}

fn sent_orders(home: &Home) -> usize {
    let reader = Reader::open(&home.path("state/dealdesk/live.db")).unwrap();
    let rows = reader.entries(0, 10_000).unwrap();
    rows.iter().filter(|row| matches!(row.entry.fact, Fact::OrderSent { .. })).count()
}

#[test]
fn an_order_is_made_once_wherever_the_desk_dies() {
    let mut cases = Vec::new();
    for (death, left) in DEATHS {
        for seed in 0..SEEDS {
            for seller in SELLERS {
                for change in [false, true] {
                    cases.push(Case { seller, change, death, left, seed });
                }
            }
        }
    }
    side_by_side(&cases, |case| {
        let (front, _jobs) = Front::serve(case.seller.0);
        case.run(&front);
    });
    assert!(cases.len() >= 2 * 2 * 10 * 3);
}
