//! The fault matrix: every outcome of a booking, cut at every place, in both dialects, on a virtual
//! clock.

use dealdesk::{
    sim::{Asks, Trick},
    store::Location,
};
use jiff::SignedDuration;

use super::{
    cells::{CUTS, Column, Ends, Outcome, SCRIPT, outcomes},
    support::{
        SELLERS, Shop, all_known, arm, booking, confirm, nothing_is_lost, quote, seconds, some_day,
        until,
    },
    wire::{Ticks, Way},
};

async fn cell(seller: (&'static str, &'static str), row: &Outcome, column: &Column) {
    let (cut, way, pick) = column;
    let ends = pick(row);
    let what = format!("{}: {}, cut {cut}", seller.0, row.name);
    let clock = Ticks::new(some_day());
    let shop = Shop::new(seller, 7, clock.clone());
    let mut desk = shop.open(Location::Memory).await;
    let key = quote(&mut desk, &clock, &shop).await;
    let ticket = arm(&mut desk, &clock, &key).await;
    if let Some(fault) = row.fault.clone() {
        let trick = Trick::Fail { fault, asks: Asks::Bookings, times: row.times };
        shop.seller.arm(trick, desk.now());
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
    assert!(known, "{what}: {:?}", booking(desk.state(), &ticket.id));
    until(&mut desk, &clock, seconds(120), |_| false).await;
    shop.wire.catch_up();
    let state = desk.state();
    let record = booking(state, &ticket.id);
    assert_eq!(record.state, ends.late(), "{what}: {record:?}");
    assert_eq!(shop.booked().len(), ends.booked(), "{what}");
    assert_eq!(state.deals.len(), ends.booked(), "{what}");
    nothing_is_lost(state, &shop, &what);

    // The same key and the same bytes, twice at most, and a halt where it is our own fault.
    let left = shop.wire.bookings();
    assert!((1..=2).contains(&left.len()) && left.iter().all(|body| *body == left[0]), "{what}");
    let halted = state.controls.sellers.contains_key(&key.seller);
    assert_eq!(halted, row.halts && ends != Ends::NotSent, "{what}");
    assert!(*way != Way::Refused || record.attempts == 1, "{what}");
}

async fn matrix(seller: (&'static str, &'static str)) {
    let rows = outcomes();
    for row in &rows {
        for column in &CUTS {
            cell(seller, row, column).await;
        }
    }
    println!("{}: {} outcomes, each cut at {} places", seller.0, rows.len(), CUTS.len());
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
