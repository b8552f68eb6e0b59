//! A seller that loses a reply: the booking is unknown, its money is held, and evidence settles it.
//! The seller's own record is the judge: one booking, never two.

use dealdesk::{
    desk::{BookingState, Command, Confirmation, State, TicketState},
    domain::{Action, Outcome, Stage},
    sim::{Fault, InjectedFault, Requests, iab::requests},
    store::Location,
};

use super::support::{LONG, buyer, kit, negotiable, northlight_to_fail, quote};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_reply_is_unknown_until_the_quote_and_the_deal_settle_it() {
    let (url, secret, seller, _jobs) = northlight_to_fail();
    let mut desk = buyer(&url, &secret, Location::Memory).await;
    kit(&mut desk, "northlight").await;
    let product = negotiable(&desk, "northlight");
    let key = quote(&mut desk, "northlight", &product).await;
    let (max_cpm, planned_spend, notes) = (None, None, None);
    desk.command(Command::OpenTicket { quote: key.clone(), max_cpm, planned_spend, notes });
    let armed = |state: &State| state.ticket.as_ref().unwrap().state == TicketState::Armed;
    assert!(desk.until(LONG, armed).await);
    let ticket = desk.state().ticket.clone().unwrap();
    seller.arm(InjectedFault::next(Fault::Drop, requests::BOOKINGS), desk.now());
    desk.command(Command::Confirm(Confirmation::Price(ticket.price.unwrap().amount())));
    let unknown = |state: &State| state.quote(&key).unwrap().stage() == Stage::Unknown;
    assert!(desk.until(LONG, unknown).await, "the reply is lost");
    let cost = ticket.cost.unwrap().amount();
    assert_eq!(desk.state().exposure.unknown, cost, "its money is held");
    let again = desk.command(Command::OpenTicket {
        quote: key.clone(),
        max_cpm: None,
        planned_spend: None,
        notes: None,
    });
    assert_eq!(again[0].rule, "booking", "it cannot be booked again");
    let settled = |state: &State| state.bookings[&ticket.id].state == BookingState::Done;
    assert!(desk.until(LONG, settled).await, "the quote names the deal");
    let state = desk.state();
    assert_eq!((state.exposure.unknown, state.exposure.committed), (0.into(), cost));
    assert_eq!(state.deals.len(), 1);
    assert!(state.bookings[&ticket.id].evidence.len() >= 2, "and the evidence is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_move_is_found_in_the_sellers_history() {
    let (url, secret, seller, _jobs) = northlight_to_fail();
    let mut desk = buyer(&url, &secret, Location::Memory).await;
    kit(&mut desk, "northlight").await;
    let product = negotiable(&desk, "northlight");
    let key = quote(&mut desk, "northlight", &product).await;
    desk.command(Command::OpenNegotiation { quote: key.clone(), target: None, limit: None });
    let quoted = desk.state().quote(&key).unwrap().price().unwrap();
    let amount = (quoted.amount() * rust_decimal::Decimal::new(8, 1)).round_dp(2);
    let cpm = dealdesk::domain::Cpm::new(amount, quoted.currency());
    seller.arm(InjectedFault::next(Fault::Drop, Requests::All), desk.now());
    let refused = desk.command(Command::Offer { quote: key.clone(), cpm, note: None });
    assert!(refused.is_empty(), "{refused:?}");
    let answered = |state: &State| {
        let game = state.quote(&key).unwrap().negotiation.as_ref().unwrap();
        game.rounds.len() == 3 && game.pending.is_none()
    };
    assert!(desk.until(LONG, answered).await, "the history has it");
    let game = desk.state().quote(&key).unwrap().negotiation.clone().unwrap();
    assert_eq!((game.outcome, game.our_last()), (Outcome::Open, Some(cpm)));
    assert_eq!(game.rounds[2].action, Action::Counter);
    assert!(game.their_last().unwrap() < quoted, "their answer was not lost with it");
}
