//! A halt is marked beside the store by another process while this desk is about to send: nothing leaves
//! after that, whether or not the store can be written.

use std::time::Duration;

use dealdesk::{
    desk::{Actor, BookingState, Command, State, Stop},
    domain::SellerName,
    store::{HaltMark, Location},
};

use super::{
    support::{SELLERS, Shop, arm, confirm, quote, settle, some_day, until},
    wire::Ticks,
};

fn stop(why: &str) -> Stop {
    let by = Actor::Person("ben@cli".to_owned());
    Stop { at: some_day(), by, why: why.to_owned(), tripped: false }
}

#[tokio::test]
async fn what_is_marked_while_an_intent_is_being_stored_holds_it_back() {
    for seller in SELLERS {
        for whom in [None, Some(SellerName::from(seller.0))] {
            let folder = tempfile::tempdir().unwrap();
            let location = Location::File(folder.path().join("desk.db"));
            let clock = Ticks::new(some_day());
            let shop = Shop::new(seller, 7, clock.clone());
            let mut desk = shop.open(location.clone()).await;
            let key = quote(&mut desk, &clock, &shop).await;
            let ticket = arm(&mut desk, &clock, &key).await;
            // The intent is on its way into the store. Now somebody halts.
            confirm(&mut desk, &ticket);
            let mark = HaltMark::of(&location).unwrap();
            mark.leave(whom.as_ref(), &stop("rate error"), true).unwrap();
            settle(&mut desk).await;
            assert_eq!((shop.wire.bookings().len(), shop.booked().len()), (0, 0), "{whom:?}");
            let state = |state: &State| state.bookings[&ticket.id].state;
            assert_eq!(state(desk.state()), BookingState::NotSent, "{whom:?}");
            assert!(desk.state().heeded.unkept().next().is_some());

            // Whoever left it did not write it down: the host does, once, and it is as good as any halt.
            let kept = |state: &State| state.heeded.unkept().next().is_none();
            assert!(until(&mut desk, &clock, super::support::seconds(60), kept).await);
            desk.close(Duration::from_secs(5)).await.unwrap();
            let mut next = shop.open(location.clone()).await;
            let controls = &next.state().controls;
            let held =
                whom.as_ref().map_or(controls.halt.as_ref(), |seller| controls.sellers.get(seller));
            assert_eq!(held.map(|stop| stop.why.as_str()), Some("rate error"), "{whom:?}");
            let typed = "resume".to_owned();
            assert!(next.command(Command::Resume { seller: whom.clone(), typed }).is_empty());
            settle(&mut next).await;
            assert!(next.state().controls.stop(&seller.0.into()).is_none(), "{whom:?}");
            assert!(!folder.path().join("desk.db.halt").exists());
        }
    }
}

#[test]
fn a_mark_is_heeded_whatever_stands_in_it_and_lifted_only_as_it_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("desk.db"));
    let path = folder.path().join("desk.db.halt");
    let mut mark = HaltMark::of(&location).unwrap();
    assert_eq!(mark.news(), None);
    for odd in ["", "{", "stop!", "\u{0}"] {
        std::fs::write(&path, odd).unwrap();
        assert!(mark.news().unwrap().halt.is_some(), "{odd:?}");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(mark.news().unwrap().is_empty());

    let seller = SellerName::from("a");
    mark.leave(None, &stop("first"), false).unwrap();
    mark.leave(None, &stop("second"), false).unwrap();
    mark.leave(Some(&seller), &stop("third"), false).unwrap();
    let seen = mark.news().unwrap();
    assert_eq!(seen.halt, Some(stop("first")), "the first reason stays");
    assert_eq!(seen.of(Some(&seller)), Some(&stop("third")));
    assert_eq!(mark.news(), None, "taken in once");
    mark.lift(None, &stop("another")).unwrap();
    assert_eq!(mark.news(), None, "a newer halt is not lifted");
    mark.lift(None, &stop("first")).unwrap();
    assert!(mark.news().unwrap().halt.is_none());
    mark.lift(Some(&seller), &stop("third")).unwrap();
    assert!(mark.news().unwrap().is_empty() && !path.exists());
}
