//! The outcomes over real sockets, as a script sees them: the exit code and the outcome of
//! `dealdesk book`, and what `dealdesk reconcile` makes of what nobody knew.

use dealdesk::{
    clock::Clock as _,
    runtime::SystemClock,
    sim::{Fault, InjectedFault, TermChange, iab::requests},
};

use super::{
    front::{Front, Shot},
    process::{books, deals, home, quote},
    support::SELLERS,
};
use crate::home::{Home, Ran};

type Seller = (&'static str, &'static str);

/// How a seller takes the next booking; the exit code of `book` and its word.
fn table() -> Vec<(Fault, i32, &'static str)> {
    let refuses = |status, code| Fault::Refuses { status, code };
    let throttled = |says| Fault::Throttled { says, retry_after_s: Some(1) };
    vec![
        (Fault::Differs(TermChange::Price(10.0)), 12, "disputed"),
        (refuses(401, ""), 5, "refused"),
        (refuses(422, "validation_failed"), 5, "refused"),
        (refuses(410, "quote_expired"), 6, "expired"),
        (throttled(true), 8, "not_sent"),
        // Sent once more only where it cannot be booked twice, and later than a script waits.
        (Fault::Unavailable, 9, "unknown"),
        (throttled(false), 9, "unknown"),
        (Fault::Undecided { status: 202, acts: false }, 11, "waiting"),
        (Fault::Undecided { status: 200, acts: false }, 11, "waiting"),
        // Evidence settles these while the script waits.
        (Fault::Garbled, 0, "done"),
        (Fault::Broken { status: 500, acts: true }, 0, "done"),
        (Fault::KeyConflict, 9, "unknown"),
    ]
}

/// What the seller booked is what the desk lists, and it is one at most.
fn agree(front: &Front, home: &Home, what: &str) {
    let engine = front.seller.engine();
    let booked: Vec<_> = engine.bookings().iter().map(|made| made.deal_id.clone()).collect();
    drop(engine);
    assert!(booked.len() <= 1, "{what}: {booked:?}");
    assert_eq!(deals(home), booked, "{what}");
}

fn cell(seller: Seller, (fault, code, outcome): &(Fault, i32, &str)) {
    let what = format!("{}: {fault:?}", seller.0);
    let (front, _jobs) = Front::serve(seller.0);
    let home = home(seller.0, &front.seller, &front.url, 15);
    let quoted = quote(&home, seller, 400_000);
    front.seller.arm(InjectedFault::next(fault.clone(), requests::BOOKINGS), SystemClock.now());
    let ran = Ran::of(&books(&home, &quoted).output().unwrap());
    assert_eq!(ran.code, *code, "{what}: {}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.json("book")["outcome"], *outcome, "{what}");
    agree(&front, &home, &what);
    if *code != 9 {
        return;
    }
    let looked = home.run(&["reconcile", "--all", "--json"]);
    assert_eq!(looked.code, 9, "{what}: {}{}", looked.stdout, looked.stderr);
    let item = looked.json("reconcile")["items"][0].clone();
    assert_eq!(item["outcome"], "unknown", "{what}");
    assert!(item["evidence"].as_array().unwrap().len() >= 3, "{what}");
    // A reason that says nothing closes nothing.
    let short = home.run(&["reconcile", &quoted.id, "--close", "no", "--json"]);
    assert_eq!(short.code, 7, "{what}: {}", short.stdout);
    let why = "Joan of the seller: there is no such order";
    let closed = home.run(&["reconcile", &quoted.id, "--close", why, "--json"]);
    assert_eq!(closed.code, 0, "{what}: {}{}", closed.stdout, closed.stderr);
    let item = closed.json("reconcile")["items"][0].clone();
    assert_eq!((&item["outcome"], &item["says"]), (&"closed".into(), &why.into()), "{what}");
    agree(&front, &home, &what);
}

/// A desk that was ended after the seller booked, before it heard so; with the id of the quote.
fn died(seller: Seller, fault: Option<Fault>) -> (Front, dealdesk::runtime::Jobs, Home, String) {
    let (front, jobs) = Front::serve(seller.0);
    let home = home(seller.0, &front.seller, &front.url, 15);
    let quoted = quote(&home, seller, 400_000);
    if let Some(fault) = fault {
        front.seller.arm(InjectedFault::next(fault, requests::BOOKINGS), SystemClock.now());
    }
    front.shoots(Shot::Acted, requests::BOOKINGS);
    let child = books(&home, &quoted).spawn().unwrap();
    front.aims_at(&child);
    assert_eq!(Ran::of(&child.wait_with_output().unwrap()).code, -1);
    (front, jobs, home, quoted.id)
}

fn disputed(seller: Seller) {
    let (front, _jobs, home, id) = died(seller, Some(Fault::Differs(TermChange::Price(10.0))));
    let looked = home.run(&["reconcile", &id, "--json"]);
    assert_eq!(looked.code, 12, "{}{}", looked.stdout, looked.stderr);
    assert_eq!(looked.json("reconcile")["items"][0]["outcome"], "disputed");
    agree(&front, &home, seller.0);
}

fn named(seller: Seller) {
    let (front, _jobs, home, id) = died(seller, None);
    let deal = front.seller.engine().bookings()[0].deal_id.clone();
    let blind = Fault::Refuses { status: 404, code: "quote_not_found" };
    let injected =
        InjectedFault::Fail { fault: blind, requests: requests::QUOTE_READS, times: 1_000 };
    front.seller.arm(injected, SystemClock.now());
    let looked = home.run(&["reconcile", "--all", "--json"]);
    assert_eq!(looked.code, 9, "{}{}", looked.stdout, looked.stderr);
    let told = home.run(&["reconcile", &id, "--deal", &deal, "--json"]);
    assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
    assert_eq!(told.json("reconcile")["items"][0]["deal"]["deal_id"].as_str(), Some(&*deal));
    agree(&front, &home, seller.0);
}

#[test]
fn a_script_learns_the_outcome_and_reconcile_settles_the_rest() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    std::thread::scope(|scope| {
        for seller in SELLERS {
            for row in table() {
                scope.spawn({
                    let runtime = &runtime;
                    move || {
                        let _inside = runtime.enter();
                        cell(seller, &row);
                    }
                });
            }
            for case in [disputed, named] {
                scope.spawn({
                    let runtime = &runtime;
                    move || {
                        let _inside = runtime.enter();
                        case(seller);
                    }
                });
            }
        }
    });
}
