//! The power fails the moment an outcome was shown: what is left of the store has it. What a store wrote
//! without waiting for the disk is taken to be gone.

use std::{path::Path, time::Duration};

use dealdesk::{
    desk::{BookingState, Command, State},
    domain::{Cpm, DealRef, Limits, OrderAsk, Outcome, order::Given},
    runtime::Session,
    sim::{Fault, InjectedFault, iab::requests},
    store::{Location, Reader, Snapshot, Tuning},
};
use futures::FutureExt as _;

use super::{
    support::{SELLERS, Shop, arm, confirm, quote, some_day},
    wire::{Ticks, Way},
};

/// A store of which it is known what a power cut leaves.
struct Cut {
    folder: tempfile::TempDir,
}

impl Cut {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    async fn open(&self, shop: &Shop) -> Session {
        let mut desk = shop.desk();
        self.attach(&mut desk).await;
        desk
    }

    async fn attach(&self, desk: &mut Session) {
        let left = self.folder.path().join("left.db");
        let tuning = Tuning { after_a_power_cut: Some(left), ..Tuning::default() };
        let location = Location::File(self.folder.path().join("desk.db"));
        desk.attach_tuned(location, tuning).await.unwrap();
    }

    /// What is there when the power is back.
    fn left(&self) -> Snapshot {
        let path: &Path = &self.folder.path().join("left.db");
        if path.exists() {
            Reader::open(path).unwrap().load().unwrap()
        } else {
            Snapshot::default()
        }
    }
}

/// Goes on until this could be on a screen, as the terminal and the command line have it: it is folded,
/// and no outcome waits for the disk.
async fn shown(desk: &mut Session, clock: &Ticks, done: impl Fn(&State) -> bool) {
    for _ in 0..10_000 {
        desk.pump();
        if done(desk.state()) && !desk.is_settling() {
            return;
        }
        for _ in 0..16 {
            tokio::task::yield_now().await;
        }
        if desk.inbox().filled().now_or_never().is_some() {
            continue;
        }
        if !desk.is_written() {
            let answer = tokio::time::timeout(Duration::from_mins(1), desk.inbox().filled()).await;
            assert!(answer.is_ok(), "the store does not answer");
            continue;
        }
        let due = desk.next_deadline().filter(|at| *at > desk.now());
        clock.move_to([due, clock.next()].into_iter().flatten().min().unwrap());
    }
    panic!("it never came");
}

fn shop(seller: (&'static str, &'static str)) -> (Ticks, Shop) {
    let clock = Ticks::new(some_day());
    (clock.clone(), Shop::new(seller, 7, clock))
}

#[tokio::test]
async fn the_end_of_a_booking_survives() {
    for (seller, fault, way, ends) in [
        (SELLERS[0], None, Way::Whole, BookingState::Done),
        (SELLERS[1], None, Way::Whole, BookingState::Done),
        (SELLERS[0], None, Way::Lost, BookingState::Unknown),
        (SELLERS[1], Some(Fault::Garbled), Way::Whole, BookingState::Unknown),
        (SELLERS[1], None, Way::Refused, BookingState::NotSent),
    ] {
        let (cut, (clock, shop)) = (Cut::new(), shop(seller));
        let mut desk = cut.open(&shop).await;
        let key = quote(&mut desk, &clock, &shop).await;
        let ticket = arm(&mut desk, &clock, &key).await;
        if let Some(fault) = fault {
            shop.seller.arm(InjectedFault::next(fault, requests::BOOKINGS), desk.now());
        }
        shop.wire.fails(way);
        confirm(&mut desk, &ticket);
        let is_over = |state: &State| {
            state.bookings.get(&ticket.id).is_some_and(|booking| booking.state == ends)
        };
        shown(&mut desk, &clock, is_over).await;
        let left = cut.left();
        let booking = left.bookings.iter().find(|booking| booking.intent.ticket == ticket.id);
        let known = &desk.state().bookings[&ticket.id];
        assert_eq!(booking.map(|booking| booking.state), Some(known.state), "{seller:?} {ends}");
        assert_eq!(left.deals.len(), desk.state().deals.len(), "{seller:?} {ends}");
    }
}

#[tokio::test]
async fn an_agreed_price_survives() {
    for seller in SELLERS {
        let (cut, (clock, shop)) = (Cut::new(), shop(seller));
        let mut desk = cut.open(&shop).await;
        let key = quote(&mut desk, &clock, &shop).await;
        let price = desk.state().quotes[&key].price().unwrap();
        let open = Command::OpenNegotiation { quote: key.clone(), target: None, limit: None };
        assert!(desk.command(open).is_empty());
        let cpm = less(price);
        let offer = Command::Offer { quote: key.clone(), cpm, note: None };
        let refused = desk.command(offer);
        assert!(refused.is_empty(), "{refused:?}");
        let game = |state: &State| state.quotes[&key].negotiation.clone().unwrap();
        let answered = |state: &State| game(state).was_answered() && game(state).pending.is_none();
        shown(&mut desk, &clock, answered).await;
        assert_eq!(negotiation(&cut, &key), Some(game(desk.state())), "{seller:?}");

        let typed = game(desk.state()).their_last().unwrap().amount();
        let refused = desk.command(Command::Accept { quote: key.clone(), typed });
        assert!(refused.is_empty(), "{refused:?}");
        shown(&mut desk, &clock, |state| game(state).outcome == Outcome::Accepted).await;
        let left = negotiation(&cut, &key).unwrap();
        assert_eq!(left, game(desk.state()), "{seller:?}");
        assert!(left.agreed.is_some());
    }
}

#[tokio::test]
async fn a_move_in_doubt_survives() {
    let (cut, (clock, shop)) = (Cut::new(), shop(SELLERS[1]));
    let mut desk = cut.open(&shop).await;
    let key = quote(&mut desk, &clock, &shop).await;
    let cpm = less(desk.state().quotes[&key].price().unwrap());
    let open = Command::OpenNegotiation { quote: key.clone(), target: None, limit: None };
    assert!(desk.command(open).is_empty());
    shop.seller.arm(InjectedFault::next(Fault::Garbled, requests::MOVES), desk.now());
    for _ in 0..9 {
        let silent = Fault::Broken { status: 500, acts: false };
        shop.seller.arm(InjectedFault::next(silent, requests::NEGOTIATION_READS), desk.now());
    }
    assert!(desk.command(Command::Offer { quote: key.clone(), cpm, note: None }).is_empty());
    let in_doubt = |state: &State| {
        let game = state.quotes[&key].negotiation.as_ref().unwrap();
        game.pending.as_ref().is_some_and(|pending| pending.in_doubt)
    };
    shown(&mut desk, &clock, in_doubt).await;
    let pending = negotiation(&cut, &key).and_then(|game| game.pending);
    assert!(pending.is_some_and(|pending| pending.in_doubt));
}

/// What a buyer may offer first.
fn less(price: Cpm) -> Cpm {
    Cpm::usd(price.amount().saturating_sub(2.into()))
}

fn negotiation(
    cut: &Cut,
    key: &dealdesk::domain::QuoteRef,
) -> Option<dealdesk::domain::Negotiation> {
    let left = cut.left().quotes.into_iter().find(|record| record.reference() == *key);
    left.and_then(|record| record.negotiation)
}

#[tokio::test]
async fn the_answer_to_an_order_survives() {
    let (cut, (clock, shop)) = (Cut::new(), shop(SELLERS[1]));
    let mut desk = cut.open(&shop).await;
    let key = quote(&mut desk, &clock, &shop).await;
    let ticket = arm(&mut desk, &clock, &key).await;
    confirm(&mut desk, &ticket);
    shown(&mut desk, &clock, |state| state.deals.len() == 1).await;
    let deal: DealRef = desk.state().deals.keys().next().unwrap().clone();
    for (way, waits) in [(Way::Whole, 0), (Way::Lost, 1)] {
        shop.wire.fails(way);
        let ask = OrderAsk::Create {
            deal_id: Some(deal.deal_id.clone()),
            quote_id: None,
            metadata: [("name".to_owned(), Given::Text("Q3".to_owned()))].into(),
        };
        let (seller, typed) = (deal.seller.clone(), "create".to_owned());
        let before = desk.state().folded;
        let refused = desk.command(Command::SendOrder { seller, ask, typed });
        assert!(refused.is_empty(), "{refused:?}");
        let over = |state: &State| {
            let doubtful = state.controls.orders.values().filter(|order| order.in_doubt).count();
            state.folded > before + 1
                && state.in_flight.is_empty()
                && doubtful == waits
                && state.controls.orders.len() == waits
        };
        shown(&mut desk, &clock, over).await;
        assert_eq!(cut.left().controls.orders, desk.state().controls.orders, "{way:?}");
    }
}

#[tokio::test]
async fn what_is_stopped_and_which_limits_hold_survives() {
    let (cut, (clock, shop)) = (Cut::new(), shop(SELLERS[0]));
    let mut desk = cut.open(&shop).await;
    shown(&mut desk, &clock, |state| state.controls.limits.is_some()).await;
    assert!(desk.command(Command::Halt { seller: None, why: "rate error".into() }).is_empty());
    desk.until(Duration::from_secs(5), |_| true).await;
    super::support::settle(&mut desk).await;
    let left = cut.left().controls;
    assert_eq!(left, desk.state().controls);
    assert!(left.halt.is_some() && left.limits != Some(Limits::default()));
    let resume = Command::Resume { seller: None, typed: "resume".into() };
    assert!(desk.command(resume).is_empty());
    super::support::settle(&mut desk).await;
    assert_eq!(cut.left().controls.halt, None);
}
