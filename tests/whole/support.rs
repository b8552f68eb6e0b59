//! A demo desk whose clock runs fast, and the steps of a buyer.

use std::{sync::Arc, time::Duration};

use dealdesk::{
    clock::Clock,
    desk::{Command, Confirmation, Desk, Fact, State},
    domain::{DealType, QuoteAsk, QuoteRef, SellerName, Tier},
    runtime::{Jobs, Session, SystemClock, demo},
    sellers::{Auth, Endpoint, ReqwestTransport, connect},
    sim::{
        Engine, http,
        http::Seller,
        iab::{Iab, Options, by_name},
    },
    store::Location,
};
use secrecy::SecretString;
use url::Url;

pub(crate) fn session(seed: u64) -> Session {
    let person = "ana@test".to_owned();
    let demo = demo::Demo { seed, speed: 2_000, load: None, read_only: false, person };
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
        currency: None,
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
    let refused = session.command(Command::Confirm(Confirmation::Price(price)));
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

/// Northlight alone, on a port of its own, until the test ends.
pub(crate) fn northlight() -> (Url, SecretString, Jobs) {
    let (url, key, _, jobs) = northlight_to_fail();
    (url, key, jobs)
}

/// The same, with a hand on the seller.
pub(crate) fn northlight_to_fail() -> (Url, SecretString, Seller<Iab>, Jobs) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let engine = Engine::new(by_name("northlight").unwrap(), Options::default(), clock.now());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let key = engine.key(Tier::Agency).unwrap().into();
    let seller = Seller::from(engine);
    let served = seller.clone();
    let mut jobs = Jobs::on(tokio::runtime::Handle::current());
    jobs.start(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        http::serve(listener, served, clock, std::future::pending()).await.unwrap();
    });
    (url, key, seller, jobs)
}

/// A desk that buys from the seller at `url`.
pub(crate) async fn buyer(url: &Url, key: &SecretString, location: Location) -> Session {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut setup = session(1).state().setup.clone();
    setup.sellers.retain(|seller| seller.name.as_str() == "northlight");
    setup.sellers[0].url = url.to_string();
    setup.owner = uuid::Uuid::now_v7().to_string();
    let mut endpoint = Endpoint::new("northlight", url.clone());
    endpoint.auth = Auth { api_key: Some(key.clone()), ..Auth::default() };
    let transport = Arc::new(ReqwestTransport::new());
    let seller = connect(endpoint, transport, Arc::clone(&clock)).map(Arc::from);
    let sellers = [("northlight".into(), seller)].into();
    let workers = tokio::runtime::Handle::current();
    let mut session = Session::new(Desk::new(setup), sellers, clock, workers);
    session.attach(location).await.unwrap();
    session
}
