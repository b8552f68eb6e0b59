//! The fault matrix: every outcome of a booking, cut at every place, in both dialects, on a virtual
//! clock.

use dealdesk::{
    desk::{BookingState, Command},
    sim::{Fault, InjectedFault, Requests, iab::requests},
    store::Location,
};
use jiff::SignedDuration;

use super::{
    cells::{CUTS, Column, Outcome, SCRIPT, outcomes},
    support::{
        SELLERS, Shop, all_known, arm, booking, confirm, nothing_is_lost, quote, seconds, some_day,
        until,
    },
    wire::{Ticks, Way},
};

async fn cell(seller: (&'static str, &'static str), row: &Outcome, column: &Column) {
    let (cut, way, pick) = column;
    let has_keys = seller == SELLERS[1];
    let ends = pick(row, has_keys);
    let what = format!("{}: {}, cut {cut}", seller.0, row.name);
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    let mut desk = shop.open(Location::Memory).await;
    let key = quote(&mut desk, &clock, &shop).await;
    let ticket = arm(&mut desk, &clock, &key).await;
    if let Some(fault) = row.fault.clone() {
        let injected =
            InjectedFault::Fail { fault, requests: requests::BOOKINGS, times: row.times };
        shop.seller.arm(injected, desk.now());
    }
    shop.wire.fails(*way);
    confirm(&mut desk, &ticket);

    // A script stops waiting.
    let script = SignedDuration::try_from(SCRIPT).unwrap();
    until(&mut desk, &clock, script, |state| !state.bookings.is_empty() && all_known(state)).await;
    assert_eq!(booking(desk.state(), &ticket.id).state, ends.soon(), "{what}");
    nothing_is_lost(desk.state(), &shop, &what);

    // A desk that is left open.
    let known = until(&mut desk, &clock, SignedDuration::from_hours(3), all_known).await;
    assert_eq!(known, ends.is_ended(), "{what}: {:?}", booking(desk.state(), &ticket.id));
    until(&mut desk, &clock, seconds(120), |_| false).await;
    shop.wire.catch_up();
    let state = desk.state();
    let record = booking(state, &ticket.id);
    assert_eq!(record.state, ends.late(), "{what}: {record:?}");
    assert_eq!(shop.booked().len(), ends.booked(), "{what}");
    assert_eq!(state.deals.len(), ends.booked(), "{what}");
    nothing_is_lost(state, &shop, &what);

    // Once; the same key and the same bytes once more only where an answered attempt did nothing and the
    // seller cannot book twice. A halt where it is our own fault.
    let left = shop.wire.bookings();
    let is_answered = *way == Way::Whole;
    let may_repeat = has_keys && is_answered && row.is_broken();
    assert!((1..=1 + usize::from(may_repeat)).contains(&left.len()), "{what}");
    assert!(left.iter().all(|body| *body == left[0]), "{what}");
    let halted = state.controls.sellers.contains_key(&key.seller);
    assert_eq!(halted, row.halts && *way == Way::Whole, "{what}");
    assert!(*way != Way::Refused || record.attempts == 1, "{what}");
}

async fn matrix(seller: (&'static str, &'static str)) {
    let rows = outcomes();
    for row in &rows {
        for column in &CUTS {
            cell(seller, row, column).await;
        }
    }
    eprintln!("{}: {} outcomes, each cut at {} places", seller.0, rows.len(), CUTS.len());
    assert!(rows.len() >= 30 && CUTS.len() >= 7, "a matrix of {} x {}", rows.len(), CUTS.len());
}

#[tokio::test]
async fn every_outcome_cut_at_every_place_in_the_old_dialect() {
    matrix(SELLERS[0]).await;
}

#[tokio::test]
async fn every_outcome_cut_at_every_place_in_the_new_dialect() {
    matrix(SELLERS[1]).await;
}

/// What a look at a lost booking may meet without learning anything from it.
fn blind_looks() -> Vec<(Requests, Fault)> {
    let refuses = |status, code| Fault::Refuses { status, code };
    let broken = |status| Fault::Broken { status, acts: false };
    let faults = [
        refuses(404, "quote_not_found"),
        refuses(410, "quote_expired"),
        refuses(401, ""),
        refuses(422, "validation_failed"),
        Fault::Unavailable,
        Fault::Throttled { says: true, retry_after_s: Some(1) },
        Fault::Garbled,
        Fault::Html,
        Fault::Drop,
        broken(500),
        broken(504),
    ];
    let of = |asks| faults.clone().map(|fault| (asks, fault));
    [of(requests::QUOTE_READS), of(requests::DEAL_READS)].concat()
}

async fn blind(seller: (&'static str, &'static str), (asks, fault): (Requests, Fault), way: Way) {
    let what = format!("{}: {way:?}, {asks:?} {fault:?}", seller.0);
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    let mut desk = shop.open(Location::Memory).await;
    let key = quote(&mut desk, &clock, &shop).await;
    let ticket = arm(&mut desk, &clock, &key).await;
    shop.wire.fails(way);
    shop.seller.arm(InjectedFault::Fail { fault, requests: asks, times: 1_000 }, desk.now());
    confirm(&mut desk, &ticket);
    let known = until(&mut desk, &clock, SignedDuration::from_hours(3), |state| {
        !state.bookings.is_empty() && all_known(state)
    });
    let known = known.await;
    let booked = shop.booked();
    assert!(!known, "{what}: {:?}", booking(desk.state(), &ticket.id));
    assert!(booking(desk.state(), &ticket.id).evidence.len() >= 4, "{what}");
    assert_eq!((shop.wire.bookings().len(), booked.len()), (1, usize::from(way == Way::Lost)));
    nothing_is_lost(desk.state(), &shop, &what);

    // What evidence cannot end, a person ends: in writing, or with the Deal ID, which is looked at.
    let id = ticket.id.clone();
    let (command, ends) = if way == Way::Lost && asks == requests::QUOTE_READS {
        let deal_id = booked[0].deal_id.as_str().into();
        (Command::EnterDeal { ticket: id, deal_id }, BookingState::Done)
    } else {
        let why = "Joan of the seller said on the phone that there is no such order".to_owned();
        (Command::CloseUnknown { ticket: id, why }, BookingState::Closed)
    };
    let refused = desk.command(command);
    assert!(refused.is_empty(), "{what}: {refused:?}");
    assert!(until(&mut desk, &clock, seconds(60), all_known).await, "{what}");
    assert_eq!(booking(desk.state(), &ticket.id).state, ends, "{what}");
    let held = desk.state().exposure.total();
    let cost = ticket.cost.unwrap().amount();
    assert_eq!(held, if ends == BookingState::Done { cost } else { 0.into() }, "{what}");
}

#[tokio::test]
async fn a_look_that_learns_nothing_ends_nothing() {
    for seller in SELLERS {
        for look in blind_looks() {
            for way in [Way::Lost, Way::Reset] {
                blind(seller, look.clone(), way).await;
            }
        }
    }
}
