//! A demo desk whose clock runs fast, and the steps of a buyer.

use std::time::Duration;

use dealdesk::{
    desk::{Answered, Command, Fact, State},
    domain::{DealType, QuoteAsk, QuoteRef, SellerName},
    runtime::{Session, demo},
    store::Location,
};

pub(crate) fn session(seed: u64) -> Session {
    let person = "ana@test".to_owned();
    let demo = demo::Demo { seed, speed: 20.0, load: None, read_only: false, person };
    demo::start(&demo, tokio::runtime::Handle::current()).unwrap()
}

pub(crate) async fn attached(seed: u64, location: Location) -> Session {
    let mut session = session(seed);
    session.attach(location).await.unwrap();
    session
}

/// Long enough for anything a simulated seller does, on the fast clock.
pub(crate) const LONG: Duration = Duration::from_mins(20);

pub(crate) async fn kit(session: &mut Session, seller: &str) {
    let seller = SellerName::from(seller);
    session.command(Command::RefreshKit(seller.clone()));
    let came = |state: &State| {
        let seller = &state.sellers[&seller];
        seller.packages.is_some() && seller.products.is_some()
    };
    assert!(session.until(LONG, came).await, "the kit of {seller}");
}

pub(crate) fn ask(session: &Session, product: &str) -> QuoteAsk {
    let today = session.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    QuoteAsk {
        product_id: product.into(),
        product_name: None,
        deal_type: DealType::Guaranteed,
        impressions: Some(400_000),
        flight_start: today.saturating_add(jiff::SignedDuration::from_hours(24 * 7)),
        flight_end: today.saturating_add(jiff::SignedDuration::from_hours(24 * 37)),
        target_cpm: None,
        identity: session.state().setup.identity.clone(),
    }
}

/// The first product of a seller's first negotiable package.
pub(crate) fn negotiable(session: &Session, seller: &str) -> String {
    let seller = &session.state().sellers[&SellerName::from(seller)];
    let packages = seller.packages.as_ref().unwrap();
    let package = packages.iter().find(|p| p.negotiation_enabled == Some(true)).unwrap();
    package.placements[0].product_id.0.clone()
}

pub(crate) async fn quote(session: &mut Session, seller: &str, product: &str) -> QuoteRef {
    let known = session.state().quotes.len();
    let ask = ask(session, product);
    let refused = session.command(Command::RequestQuote { seller: seller.into(), ask, rfq: None });
    assert!(refused.is_empty(), "{refused:?}");
    assert!(session.until(LONG, |state| state.quotes.len() > known).await, "a quote");
    session.state().quotes.last().unwrap().0.clone()
}

/// Opens the ticket, types the price, and waits for the booking to end or to be unknown.
pub(crate) async fn book(session: &mut Session, quote: &QuoteRef) {
    let (max_cpm, planned_spend, notes) = (None, None, None);
    session.command(Command::OpenTicket { quote: quote.clone(), max_cpm, planned_spend, notes });
    let checked = |state: &State| {
        let ticket = state.ticket.as_ref().unwrap();
        ticket.state != dealdesk::desk::TicketState::Checking
    };
    assert!(session.until(LONG, checked).await);
    let ticket = session.state().ticket.clone().unwrap();
    assert_eq!(ticket.blocked_by(), None);
    let price = ticket.price.unwrap().amount();
    let refused = session.command(Command::Confirm(Answered::Price(price)));
    assert!(refused.is_empty(), "{refused:?}");
    let ended = |state: &State| {
        state.bookings.get(&ticket.id).is_some_and(|booking| booking.state.to_string() != "sent")
    };
    assert!(session.until(LONG, ended).await, "the booking ends");
}

pub(crate) fn kinds(entries: &[dealdesk::desk::Entry]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.fact.kind()).collect()
}

pub(crate) fn is_about_money(fact: &Fact) -> bool {
    fact.kind().starts_with("booking") || fact.kind().starts_with("intent")
}
