//! From the kit to a live deal, over HTTP, with the store behind.

use dealdesk::{
    desk::{BookingState, Command, State},
    domain::{Negotiation, Outcome, Stage, strategy::Plan},
    store::{Location, Reader},
};

use super::support::{LONG, attached, book, kinds, kit, negotiable, quote};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_is_negotiated_booked_and_seen_to_become_active() {
    // One seller a dialect: the first books a quote that carries the agreement, the second honours it.
    for (seller, asks_again) in [("harbor", true), ("northlight", false)] {
        from_kit_to_deal(seller, asks_again).await;
    }
}

async fn from_kit_to_deal(seller: &str, asks_again: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut desk = attached(7, Location::File(path.clone())).await;
    kit(&mut desk, seller).await;
    let product = negotiable(&desk, seller);
    let first = quote(&mut desk, seller, &product).await;
    let quoted = desk.state().quote(&first).unwrap().price().unwrap();
    let cents = |share: i64| {
        let amount = (quoted.amount() * rust_decimal::Decimal::new(share, 2)).round_dp(2);
        dealdesk::domain::Cpm::new(amount, quoted.currency())
    };
    let plan = Plan {
        strategy: "simple-threshold".into(),
        target: cents(80),
        max: cents(96),
        step: (quoted.amount() * rust_decimal::Decimal::new(3, 2)).round_dp(2),
        rounds: 8,
        options: dealdesk::domain::strategy::Options::default(),
    };
    let refused = desk.command(Command::ArmAuto { quote: first.clone(), plan: plan.clone() });
    assert!(refused.is_empty(), "{refused:?}");
    let over = |state: &State| {
        state.quote(&first).unwrap().negotiation.as_ref().is_some_and(Negotiation::is_over)
    };
    assert!(desk.until(LONG, over).await, "the negotiation ends");
    let game = desk.state().quote(&first).unwrap().negotiation.clone().unwrap();
    assert_eq!(game.outcome, Outcome::Accepted, "{:#?}", game.rounds);
    let agreed = game.agreed.unwrap();
    assert!(agreed <= plan.max && agreed < quoted);
    let replaced = |state: &State| state.quote(&first).unwrap().replaced_by.is_some();
    let second = if asks_again {
        assert!(desk.until(LONG, replaced).await, "the quote at the agreed price");
        let second = desk.state().quotes.last().unwrap().0.clone();
        assert_eq!(desk.state().quote(&second).unwrap().price(), Some(agreed));
        second
    } else {
        assert!(!replaced(desk.state()));
        first.clone()
    };
    book(&mut desk, &second).await;
    let booking = desk.state().bookings.last().unwrap().1.clone();
    assert_eq!(booking.state, BookingState::Done, "{booking:#?}");
    let deal = desk.state().deals.last().unwrap().1.clone();
    assert_eq!((deal.agreed, deal.deal.pricing.final_cpm), (agreed, Some(agreed)));
    assert_eq!(deal.deal.openrtb.as_ref().map(|block| block.bidfloor), Some(Some(agreed)));
    let live = |state: &State| state.deals.last().unwrap().1.stage() != Stage::Proposed;
    assert!(desk.until(LONG, live).await, "the seller moves it");

    // What was shown is what is stored, and a fresh desk starts from it.
    let state = desk.state().clone();
    desk.close(std::time::Duration::from_secs(10)).await.unwrap();
    let reader = Reader::open(&path).unwrap();
    let stored = reader.deals(&dealdesk::store::DealFilter::default()).unwrap();
    assert_eq!(stored, state.deals.values().cloned().collect::<Vec<_>>());
    let entries: Vec<_> =
        reader.entries(0, 1_000).unwrap().into_iter().map(|row| row.entry).collect();
    assert!(kinds(&entries).contains(&"booking.done"));
    assert_eq!(entries.len() as u64, state.folded);
    drop(reader);
    let again = attached(8, Location::File(path)).await;
    assert_eq!(again.state().quotes, state.quotes);
    assert_eq!(again.state().bookings, state.bookings);
    assert_eq!(again.state().exposure, state.exposure);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_seller_that_is_down_hides_nobody() {
    let mut desk = attached(7, Location::Memory).await;
    let sellers: Vec<_> = desk.state().sellers.keys().cloned().collect();
    assert!(sellers.len() >= 5);
    for seller in &sellers {
        desk.command(Command::RefreshKit(seller.clone()));
    }
    let answered = |state: &State| {
        let here = state.sellers.values();
        here.filter(|s| s.packages.is_some() || s.kit_error.is_some()).count() == sellers.len()
    };
    assert!(desk.until(LONG, answered).await);
    let packages: usize = desk
        .state()
        .sellers
        .values()
        .filter_map(|seller| seller.packages.as_ref().map(Vec::len))
        .sum();
    assert!(packages >= 30, "{packages}");
}
