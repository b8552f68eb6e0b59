//! A desk with one simulated seller at hand, and the steps of its buyer, on a clock that moves only
//! when nothing else can happen.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use dealdesk::{
    clock::Clock,
    desk::{
        BookingRecord, BookingState, Command, Confirmation, Desk, SellerInfo, Setup, State, Ticket,
        TicketState,
    },
    domain::{Currency, DealType, Identity, Limits, QuoteAsk, QuoteRef, TicketId, Tier},
    runtime::Session,
    sellers::{Auth, Endpoint, connect},
    sim::{
        Engine, Seller,
        iab::{Booked, Iab, Options, by_name},
    },
    store::Location,
};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::wire::{Ticks, Wire};

/// The stock seller of each dialect, and a product of it.
pub(crate) const SELLERS: [(&str, &str); 2] =
    [("reference", "prod-c919ef73"), ("reference-v2", "prod-91ddc363")];

/// How many impressions are bought.
pub(crate) const IMPRESSIONS: u64 = 500_000;

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(2);

pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

pub(crate) fn some_day() -> Timestamp {
    "2026-06-18T14:00:00Z".parse().unwrap()
}

/// What a unit of another currency is worth in dollars, the currency of the limits.
pub(crate) fn rates() -> BTreeMap<Currency, Decimal> {
    let rate = |currency: &str, rate: &str| (currency.parse().unwrap(), rate.parse().unwrap());
    [rate("EUR", "1.25"), rate("GBP", "1.5"), rate("JPY", "0.0064")].into()
}

/// A seller and the way to it.
pub(crate) struct Shop {
    pub(crate) name: &'static str,
    pub(crate) product: &'static str,
    pub(crate) seller: Seller<Iab>,
    pub(crate) wire: Arc<Wire>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Shop {
    pub(crate) fn new(
        (name, product): (&'static str, &'static str),
        seed: u64,
        clock: impl Clock + 'static,
    ) -> Self {
        Self::priced((name, product), seed, clock, 1)
    }

    /// One whose prices are so many times as high.
    pub(crate) fn priced(
        (name, product): (&'static str, &'static str),
        seed: u64,
        clock: impl Clock + 'static,
        times: u32,
    ) -> Self {
        let options = Options { seed, ..Options::default() };
        let mut spec = by_name(name).unwrap();
        for product in &mut spec.products {
            product.list *= Decimal::from(times);
            product.floor *= Decimal::from(times);
        }
        let engine = Engine::new(spec, options, clock.now());
        Self::of(name, product, engine.into(), clock)
    }

    /// A way of its own to a seller that others reach too.
    pub(crate) fn of(
        name: &'static str,
        product: &'static str,
        seller: Seller<Iab>,
        clock: impl Clock + 'static,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let wire = Arc::new(Wire::new(seller.clone(), Arc::clone(&clock)));
        Self { name, product, seller, wire, clock }
    }

    /// Our key there.
    pub(crate) fn key(&self) -> String {
        self.seller.engine().key(Tier::Agency).unwrap()
    }

    /// What it booked.
    pub(crate) fn booked(&self) -> Vec<Booked> {
        self.seller.engine().bookings().to_vec()
    }

    /// A desk that buys there, without a store yet. Each is another process to the store.
    pub(crate) fn desk(&self) -> Session {
        let setup = Setup {
            identity: Identity { agency_id: Some("agency-1".into()), ..Identity::default() },
            limits: Limits {
                exposure: Some(250_000.into()),
                day: Some(60_000.into()),
                deal: Some(25_000.into()),
                cpm: [("default".to_owned(), 60.into())].into(),
                rates: rates(),
                ..Limits::default()
            },
            sellers: vec![SellerInfo {
                name: self.name.into(),
                url: "http://127.0.0.1:1".into(),
                protocol: "iab".into(),
                dialect: "auto".into(),
                reveal: Tier::Agency,
                auth: "key".into(),
                honours_agreement: false,
            }],
            person: "ana@test".into(),
            owner: uuid::Uuid::now_v7().to_string(),
            ..Setup::default()
        };
        let mut endpoint = Endpoint::new(self.name, "http://127.0.0.1:1".parse().unwrap());
        endpoint.auth = Auth { api_key: Some(self.key().into()), ..Auth::default() };
        endpoint.timeout = TIMEOUT;
        let adapter = connect(endpoint, self.wire.clone(), Arc::clone(&self.clock)).map(Arc::from);
        let sellers = [(self.name.into(), adapter)].into();
        let workers = tokio::runtime::Handle::current();
        Session::new(Desk::new(setup), sellers, Arc::clone(&self.clock), workers)
    }

    /// The same, with a store.
    pub(crate) async fn open(&self, location: Location) -> Session {
        let mut desk = self.desk();
        desk.attach(location).await.unwrap();
        desk
    }

    pub(crate) fn ask(&self, desk: &Session) -> QuoteAsk {
        let today = desk.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        QuoteAsk {
            product_id: self.product.into(),
            product_name: None,
            deal_type: DealType::Guaranteed,
            impressions: Some(IMPRESSIONS),
            flight_start: today.saturating_add(SignedDuration::from_hours(24 * 7)),
            flight_end: today.saturating_add(SignedDuration::from_hours(24 * 37)),
            target_cpm: None,
            identity: desk.state().setup.identity.clone(),
            currency: None,
        }
    }
}

/// Lets everything happen that can happen without time going by.
pub(crate) async fn settle(desk: &mut Session) {
    loop {
        desk.pump();
        for _ in 0..16 {
            tokio::task::yield_now().await;
        }
        if desk.inbox().filled().now_or_never().is_some() {
            continue;
        }
        if desk.is_written() {
            return;
        }
        let answer = tokio::time::timeout(Duration::from_mins(1), desk.inbox().filled()).await;
        assert!(answer.is_ok(), "the store does not answer");
    }
}

/// Goes on until `done`, or until `wait` has passed. Time passes only when nothing else can happen.
pub(crate) async fn until(
    desk: &mut Session,
    clock: &Ticks,
    wait: SignedDuration,
    done: impl Fn(&State) -> bool,
) -> bool {
    let end = clock.now() + wait;
    loop {
        settle(desk).await;
        if done(desk.state()) {
            return true;
        }
        let now = clock.now();
        if now >= end {
            return false;
        }
        let due = desk.next_deadline().filter(|at| *at > now);
        clock.move_to([due, clock.next(), Some(end)].into_iter().flatten().min().unwrap().min(end));
    }
}

pub(crate) async fn quote(desk: &mut Session, clock: &Ticks, shop: &Shop) -> QuoteRef {
    let ask = shop.ask(desk);
    let known = desk.state().quotes.len();
    let refused = desk.command(Command::RequestQuote { seller: shop.name.into(), ask, rfq: None });
    assert!(refused.is_empty(), "{refused:?}");
    let came = until(desk, clock, seconds(60), |state| state.quotes.len() > known).await;
    assert!(came, "no quote: {:?}", desk.state().failed_asks);
    desk.state().quotes.last().unwrap().0.clone()
}

/// Opens a ticket and waits until it is armed.
pub(crate) async fn arm(desk: &mut Session, clock: &Ticks, key: &QuoteRef) -> Ticket {
    arm_with(desk, clock, key, None).await
}

/// [`arm`], with words for the seller.
pub(crate) async fn arm_with(
    desk: &mut Session,
    clock: &Ticks,
    key: &QuoteRef,
    notes: Option<String>,
) -> Ticket {
    let (max_cpm, planned_spend) = (None, None);
    let open = Command::OpenTicket { quote: key.clone(), max_cpm, planned_spend, notes };
    let refused = desk.command(open);
    assert!(refused.is_empty(), "{refused:?}");
    let armed = |state: &State| {
        state.ticket.as_ref().is_some_and(|ticket| ticket.state != TicketState::Checking)
    };
    assert!(until(desk, clock, seconds(60), armed).await);
    let ticket = desk.state().ticket.clone().unwrap();
    assert_eq!(ticket.state, TicketState::Armed, "{:?}", ticket.checks);
    ticket
}

/// Types the price of an armed ticket.
pub(crate) fn confirm(desk: &mut Session, ticket: &Ticket) {
    let price = ticket.price.unwrap().amount();
    let refused = desk.command(Command::Confirm(Confirmation::Price(price)));
    assert!(refused.is_empty(), "{refused:?}");
}

/// A booking of the desk.
pub(crate) fn booking(state: &State, id: &TicketId) -> BookingRecord {
    state.bookings.get(id).cloned().unwrap()
}

/// Whether no booking waits for its outcome.
pub(crate) fn all_known(state: &State) -> bool {
    let known = |booking: &BookingRecord| {
        !matches!(booking.state, BookingState::Sent | BookingState::Unknown | BookingState::Waiting)
    };
    state.bookings.values().all(known)
}

/// What must hold of any desk at any moment beside the seller it buys from: no deal it does not have
/// or hold money for, none that the seller does not have, and money held for each.
pub(crate) fn nothing_is_lost(state: &State, shop: &Shop, what: &str) {
    let booked = shop.booked();
    assert!(booked.len() <= state.quotes.len(), "{what}: {booked:?}");
    for made in &booked {
        let twice = booked.iter().filter(|other| other.quote_id == made.quote_id).count();
        assert_eq!(twice, 1, "{what}: booked twice: {booked:?}");
        let ours = state.bookings.values().find(|booking| {
            booking.intent.quote.quote_id.as_str() == made.quote_id && booking.state.holds_money()
        });
        assert!(ours.is_some(), "{what}: lost {made:?}; the desk has {:?}", state.bookings);
    }
    for deal in state.deals.values() {
        let id = deal.deal.deal_id.as_str();
        assert!(booked.iter().any(|made| made.deal_id == id), "{what}: {id} is nobody's");
    }
    let held = |states: &[BookingState]| {
        let these = state.bookings.values().filter(|booking| states.contains(&booking.state));
        these.map(|booking| booking.held().amount()).sum::<Decimal>()
    };
    assert_eq!(state.exposure.unknown, held(&[BookingState::Unknown]), "{what}");
    let in_flight = held(&[BookingState::Sent, BookingState::Waiting]);
    assert_eq!(state.exposure.in_flight, in_flight, "{what}");
    let committed = held(&[BookingState::Done, BookingState::Disputed]);
    assert_eq!(state.exposure.committed, committed, "{what}");
}
