//! A simulated seller reached without a socket, so that real wire code runs on a virtual clock, and
//! every way in which the connection can fail on the way there and back of what is sent once.

use std::{
    collections::BTreeSet,
    mem,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use dealdesk::{
    clock::Clock,
    runtime::ManualClock,
    sellers::{Transport, TransportError, WireReply, WireRequest},
    sim::{
        Cut, Reply, Request, Requests, Seller,
        iab::{Iab, requests},
    },
};
use futures::future::{BoxFuture, FutureExt as _};
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use rusqlite::Connection;

use super::guise::Guise;

/// A clock that knows when its sleepers want to be woken.
#[derive(Debug, Clone)]
pub(crate) struct Ticks {
    clock: ManualClock,
    sleepers: Arc<Mutex<BTreeSet<Timestamp>>>,
}

impl Ticks {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { clock: ManualClock::new(now), sleepers: Arc::default() }
    }

    /// When the next sleeper wants to be woken, after now.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let now = self.now();
        let mut sleepers = self.sleepers.lock().unwrap();
        sleepers.retain(|at| *at > now);
        sleepers.first().copied()
    }

    pub(crate) fn move_to(&self, at: Timestamp) {
        self.clock.advance(at.duration_since(self.now()));
    }
}

impl Clock for Ticks {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.now().checked_add(SignedDuration::try_from(duration).unwrap()).unwrap();
        self.sleepers.lock().unwrap().insert(until);
        self.clock.sleep(duration)
    }
}

/// What is sent once.
const ONCE: [Requests; 3] = [requests::BOOKINGS, requests::ORDER_WRITES, requests::MOVES];

/// How the connection of a booking, of a move, or of an order made or changed, fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It does not.
    Whole,
    /// No connection comes about.
    Refused,
    /// Reset; the seller never had it.
    Reset,
    /// Reset on a connection that was used before; the seller never had it.
    OldReset,
    /// Silence; the seller never had it.
    Silence,
    /// The seller had it; reset before a byte of the reply.
    Lost,
    /// The seller had it; what comes is half of a head.
    HalfHead,
    /// The seller had it; the head and half of the body come.
    HalfBody,
    /// The seller had it; silence.
    LostInSilence,
    /// Reset; the seller has it so many seconds later, from a proxy that held it.
    Held(i64),
    /// Silence; the seller is so many seconds at work before it acts.
    AtWork(i64),
}

/// The way to a seller.
pub(crate) struct Wire {
    seller: Seller<Iab>,
    clock: Arc<dyn Clock>,
    /// For the next that is sent once.
    way: Mutex<Way>,
    held: Mutex<Vec<(Timestamp, Request)>>,
    /// What is made of its replies.
    guise: Mutex<Guise>,
    /// The bodies of all that is sent once and left.
    left: Mutex<Vec<(Requests, Vec<u8>)>>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Wire {
    pub(crate) fn new(seller: Seller<Iab>, clock: Arc<dyn Clock>) -> Self {
        Self {
            seller,
            clock,
            way: Mutex::new(Way::Whole),
            held: Mutex::default(),
            guise: Mutex::default(),
            left: Mutex::default(),
        }
    }

    pub(crate) fn fails(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }

    /// Changes what is made of the seller's replies from now on.
    pub(crate) fn disguise(&self, change: impl FnOnce(&mut Guise)) {
        change(&mut self.guise.lock().unwrap());
    }

    /// The bodies of all of these that left.
    fn left(&self, asks: Requests) -> Vec<Vec<u8>> {
        let left = self.left.lock().unwrap();
        left.iter().filter(|(kind, _)| *kind == asks).map(|(_, body)| body.clone()).collect()
    }

    /// The bodies of all bookings that left.
    pub(crate) fn bookings(&self) -> Vec<Vec<u8>> {
        self.left(requests::BOOKINGS)
    }

    /// The bodies of all moves that left.
    pub(crate) fn moves(&self) -> Vec<Vec<u8>> {
        self.left(requests::MOVES)
    }

    /// The bodies of all orders and changes of orders that left.
    pub(crate) fn orders(&self) -> Vec<Vec<u8>> {
        self.left(requests::ORDER_WRITES)
    }

    /// Lets through what was held and is due.
    pub(crate) fn catch_up(&self) {
        let now = self.clock.now();
        let held = mem::take(&mut *self.held.lock().unwrap());
        for (at, request) in held {
            if at <= now {
                self.seller.handle(&request, at);
            } else {
                self.held.lock().unwrap().push((at, request));
            }
        }
    }

    async fn carry(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        let path = &request.url[url::Position::BeforePath..];
        let body = request.body.unwrap_or_default().into_bytes();
        let asked = asked(&request.method, path, &request.headers, body);
        self.catch_up();
        let mut way = Way::Whole;
        if let Some(asks) = ONCE.into_iter().find(|asks| asks.include(requests::class(&asked))) {
            self.left.lock().unwrap().push((asks, asked.body.clone()));
            way = mem::replace(&mut *self.way.lock().unwrap(), Way::Whole);
        }
        let broken = |status, reused| {
            Err(TransportError::Broken { says: "connection reset".to_owned(), status, reused })
        };
        let act = || {
            let reply = self.seller.handle(&asked, self.clock.now());
            self.guise.lock().unwrap().on(&asked, reply, self.clock.now())
        };
        let hold = |seconds| {
            let at = self.clock.now() + SignedDuration::from_secs(seconds);
            self.held.lock().unwrap().push((at, asked.clone()));
        };
        match way {
            Way::Whole => self.deliver(act(), request.cap).await,
            Way::Refused => Err(TransportError::Unreachable("connection refused".to_owned())),
            Way::Reset => broken(0, false),
            Way::OldReset => broken(0, true),
            Way::Silence => self.silence().await,
            Way::Lost | Way::HalfHead => {
                act();
                broken(0, false)
            }
            Way::HalfBody => broken(act().status, false),
            Way::LostInSilence => {
                act();
                self.silence().await
            }
            Way::Held(seconds) => {
                hold(seconds);
                broken(0, false)
            }
            Way::AtWork(seconds) => {
                hold(seconds);
                self.silence().await
            }
        }
    }

    /// So much later on the virtual clock; no real time goes by.
    fn later(&self, wait: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(wait)
    }

    async fn silence(&self) -> Result<WireReply, TransportError> {
        self.later(Duration::from_hours(24)).await;
        Err(TransportError::Unreachable("after a day".to_owned()))
    }

    /// A reply as the seller means to deliver it.
    async fn deliver(&self, reply: Reply, cap: usize) -> Result<WireReply, TransportError> {
        if !reply.delay.is_zero() {
            self.later(reply.delay).await;
        }
        let says = || "connection closed before message completed".to_owned();
        match reply.cut {
            Some(Cut::Refused) => return Err(TransportError::Unreachable(says())),
            Some(Cut::Drop | Cut::HalfHead) => {
                return Err(TransportError::Broken { says: says(), status: 0, reused: false });
            }
            Some(Cut::HalfBody) => {
                let status = reply.status;
                return Err(TransportError::Broken { says: says(), status, reused: false });
            }
            Some(Cut::Twice | Cut::After | Cut::Leaves) | None => {}
        }
        let status = reply.status;
        if reply.body.len() > cap {
            return Err(TransportError::TooLarge { status, cap });
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &reply.headers {
            let name: HeaderName = name.parse().unwrap();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        Ok(WireReply { status, headers, body: reply.body })
    }
}

impl Transport for Wire {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>> {
        self.carry(request).boxed()
    }
}

/// Another process in the middle of its own write.
pub(crate) fn locked(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    conn
}

/// A request as the simulated seller takes it.
pub(crate) fn asked(method: &Method, target: &str, headers: &HeaderMap, body: Vec<u8>) -> Request {
    let mut request = Request::new(method.as_str(), target);
    for (name, value) in headers {
        request = request.with_header(name.as_str(), value.to_str().unwrap_or_default());
    }
    request.body = body;
    request
}
