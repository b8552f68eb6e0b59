//! Moves and orders over real sockets, as a script sees them: the exit code and the outcome of `negotiate`
//! and `orders`, held against the seller's own count.

use dealdesk::{
    clock::Clock as _,
    runtime::SystemClock,
    sim::{Fault, InjectedFault, Requests, iab::requests},
};
use serde_json::Value;

use super::{
    front::Front,
    kills::side_by_side,
    process::{books, deals, home, quote},
    support::SELLERS,
};
use crate::home::{Home, Ran};

type Seller = (&'static str, &'static str);

/// What goes wrong with the first one that is sent.
fn faults() -> Vec<Option<Fault>> {
    let refuses = |status, code| Some(Fault::Refuses { status, code });
    let throttled = |says| Some(Fault::Throttled { says, retry_after_s: Some(1) });
    let ponders = |status, acts| Some(Fault::Undecided { status, acts });
    vec![
        None,
        Some(Fault::Garbled),
        Some(Fault::Broken { status: 500, acts: true }),
        Some(Fault::Unavailable),
        ponders(202, true),
        ponders(202, false),
        ponders(200, false),
        throttled(true),
        throttled(false),
        refuses(401, ""),
        refuses(422, "validation_failed"),
    ]
}

/// Whether the seller does what it is asked for.
fn acts(fault: Option<&Fault>) -> bool {
    match fault {
        None => true,
        Some(Fault::Undecided { acts, .. } | Fault::Broken { acts, .. }) => *acts,
        Some(fault) => *fault == Fault::Garbled,
    }
}

/// The exit code that a plain answer has; `None` where the answer leaves doubt.
fn told(fault: Option<&Fault>) -> Option<i32> {
    match fault {
        None => Some(0),
        Some(Fault::Refuses { status: 401, .. }) => Some(3),
        Some(Fault::Refuses { .. }) => Some(5),
        Some(Fault::Throttled { says: true, .. }) => Some(8),
        Some(_) => None,
    }
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// The moves of a strategy.
    Moves,
    /// The same, and the seller's history cannot be read.
    BlindMoves,
    /// A new order.
    Create,
    /// A change of one.
    Change,
    /// That one is cancelled.
    Cancel,
}

const ALL: [Sent; 5] = [Sent::Moves, Sent::BlindMoves, Sent::Create, Sent::Change, Sent::Cancel];

impl Sent {
    /// The exit code. A lost move is looked up in the seller's history; of a lost order nothing is.
    fn exit(self, fault: Option<&Fault>) -> i32 {
        match (self, told(fault)) {
            (_, Some(told)) => told,
            (Self::Moves, None) => match fault {
                _ if acts(fault) => 0,
                // A success that says nothing: it arrived, whatever the history lacks.
                Some(Fault::Undecided { .. }) => 9,
                Some(_) | None => 8,
            },
            (Self::BlindMoves | Self::Create | Self::Change | Self::Cancel, None) => 9,
        }
    }
}

struct Case {
    seller: Seller,
    sent: Sent,
    fault: Option<Fault>,
}

impl Case {
    fn run(&self, front: &Front) {
        let what = format!("{}: {:?}, {:?}", self.seller.0, self.sent, self.fault);
        let home = home(self.seller.0, &front.seller, &front.url, 15);
        match self.sent {
            Sent::Moves | Sent::BlindMoves => self.negotiates(front, &home, &what),
            Sent::Create | Sent::Change | Sent::Cancel => self.orders(front, &home, &what),
        }
    }

    fn arm(&self, front: &Front, asks: Requests) {
        if let Some(fault) = self.fault.clone() {
            front.seller.arm(InjectedFault::next(fault, asks), SystemClock.now());
        }
    }

    fn negotiates(&self, front: &Front, home: &Home, what: &str) {
        let quoted = quote(home, self.seller, 400_000);
        if self.sent == Sent::BlindMoves {
            let fault = Fault::Broken { status: 500, acts: false };
            let injected =
                InjectedFault::Fail { fault, requests: requests::NEGOTIATION_READS, times: 1_000 };
            front.seller.arm(injected, SystemClock.now());
        }
        self.arm(front, requests::MOVES);
        let plan = ["--target", "11.00", "--max", "13.00", "--step", "0.50", "--rounds", "5"];
        let ran = home.run(&[&["negotiate", &quoted.id][..], &plan, &["--json"]].concat());
        let exit = self.sent.exit(self.fault.as_ref());
        assert_eq!(ran.code, exit, "{what}: {}{}", ran.stdout, ran.stderr);
        let told = ran.json("negotiate");
        let engine = front.seller.engine();
        // Each left once; the seller has those that it was told of, and the one that it acted on.
        let (rounds, received) = (engine.rounds(&quoted.id), engine.received(requests::MOVES));
        let is_made = acts(self.fault.as_ref());
        assert_eq!(received, rounds + usize::from(!is_made), "{what}: {told}");
        let known = usize::try_from(told["rounds_count"].as_u64().unwrap()).unwrap();
        let unknown = usize::from(exit == 9 && is_made);
        assert_eq!(known, rounds - unknown, "{what}: {told}");
        let agreed = engine.agreed(&quoted.id).filter(|_| exit == 0);
        let price = told["agreed_cpm"].as_str().map(|price| price.parse().unwrap());
        assert_eq!(price, agreed, "{what}: {told}");
        assert_eq!(told["outcome"] == "accepted", exit == 0, "{what}: {told}");
        assert_eq!(told["in_doubt"].is_object(), exit == 9, "{what}: {told}");
        let sure = ["nothing was sent", "nothing was committed"];
        let is_sure = sure.iter().any(|words| ran.stderr.contains(words));
        assert!(exit != 9 || !is_sure, "{what}: {}", ran.stderr);
        assert_eq!(engine.bookings().len(), 0, "{what}");
    }

    fn orders(&self, front: &Front, home: &Home, what: &str) {
        let quoted = quote(home, self.seller, 300_000);
        assert_eq!(books(home, &quoted).output().unwrap().status.code(), Some(0), "{what}");
        let deal = deals(home).remove(0);
        let create = ["orders", "create", "--deal", &deal, "--confirm", "create", "--json"];
        let mut order = String::new();
        if self.sent != Sent::Create {
            let made = home.run(&create);
            assert_eq!(made.code, 0, "{what}: {}", made.stderr);
            let id = made.json("order-asked")["order"]["order_id"].clone();
            order = format!("{}/{}", self.seller.0, id.as_str().unwrap());
        }
        let change = ["orders", "change", &order, "--reason", "more", "--confirm", "change"];
        let more = ["--type", "impressions", "--set", "impressions=900000", "--json"];
        let over = ["--type", "cancellation", "--json"];
        let line = match self.sent {
            Sent::Change => [&change[..], &more].concat(),
            Sent::Cancel => [&change[..], &over].concat(),
            Sent::Create | Sent::Moves | Sent::BlindMoves => create.to_vec(),
        };
        let received = || front.seller.engine().received(requests::ORDER_WRITES);
        let before = received();
        self.arm(front, requests::ORDER_WRITES);
        let ran = home.run(&line);
        let exit = self.sent.exit(self.fault.as_ref());
        assert_eq!(ran.code, exit, "{what}: {}{}", ran.stdout, ran.stderr);
        let outcome = match exit {
            0 => "done",
            8 => "not_sent",
            9 => "unknown",
            _ => "refused",
        };
        assert_eq!(ran.json("order-asked")["outcome"], outcome, "{what}");
        assert_eq!(received(), before + 1, "{what}: it left once");
        let made = usize::from(acts(self.fault.as_ref()));
        assert_eq!(self.listed(home), made, "{what}: the seller's own list");
        assert_eq!(front.seller.engine().bookings().len(), 1, "{what}");
    }

    /// How many the seller has.
    fn listed(&self, home: &Home) -> usize {
        let is_new = self.sent == Sent::Create;
        let (verb, document) =
            if is_new { ("list", "orders") } else { ("changes", "order-changes") };
        let listed: Ran = home.run(&["orders", verb, "--all", "--json"]);
        assert_eq!(listed.code, 0, "{}", listed.stderr);
        let document: Value = listed.json(document);
        document["items"].as_array().unwrap().len()
    }
}

#[test]
fn a_script_learns_what_became_of_a_move_and_of_an_order() {
    let mut cases = Vec::new();
    for seller in SELLERS {
        for sent in ALL {
            for fault in faults() {
                // What is proven by the history alone is not known without it.
                let is_proven = sent == Sent::BlindMoves && fault.is_none();
                if !is_proven {
                    cases.push(Case { seller, sent, fault });
                }
            }
        }
    }
    side_by_side(&cases, |case| {
        let (front, _jobs) = Front::serve(case.seller.0);
        case.run(&front);
    });
    assert!(cases.len() >= 100);
}
