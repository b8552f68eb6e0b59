//! A simulated seller behind HTTP: a real server on a port, that can fail like one.
//!
//! One handler answers everything; the service knows the routes. Time comes from the given clock, so
//! that a demo's scaled clock drives delays, expiry and the `Date` header alike.

mod cut;

use std::{
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, State},
    http::{HeaderName, HeaderValue, StatusCode, request::Parts},
    response::Response,
};
use jiff::Timestamp;
use tokio::{net::TcpListener, sync::watch};

use super::{Cut, Engine, InjectedFault, Reply, Request, Service};
use crate::clock::Clock;
use cut::{ConnectionGate, Faulty, Switch};

/// The largest request that is read, bytes.
const LARGEST: usize = 1024 * 1024;

/// An [`Engine`] that several hold: the server, and whoever arms its failures.
#[derive(Debug)]
pub struct Seller<S: ?Sized> {
    engine: Arc<Mutex<Engine<S>>>,
    gate: ConnectionGate,
}

impl<S: ?Sized> Clone for Seller<S> {
    fn clone(&self) -> Self {
        Self { engine: Arc::clone(&self.engine), gate: self.gate.clone() }
    }
}

impl<S> From<Engine<S>> for Seller<S> {
    fn from(engine: Engine<S>) -> Self {
        Self { engine: Arc::new(Mutex::new(engine)), gate: ConnectionGate::new() }
    }
}

impl<S: Service + 'static> Seller<S> {
    /// The same seller, whatever its service is.
    pub fn erased(self) -> Seller<dyn Service> {
        Seller { engine: self.engine, gate: self.gate }
    }
}

impl<S: Service + ?Sized> Seller<S> {
    /// The engine, for as long as nobody else needs it.
    pub fn engine(&self) -> MutexGuard<'_, Engine<S>> {
        // An engine is whole after every call, even one that did not end.
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request; [`Engine::handle`].
    pub fn handle(&self, request: &Request, now: Timestamp) -> Reply {
        self.engine().handle(request, now)
    }

    /// Arms a failure; [`Engine::arm`]. Offline, its port refuses connections and open ones end.
    pub fn arm(&self, fault: InjectedFault, now: Timestamp) {
        let mut engine = self.engine();
        engine.arm(fault, now);
        self.gate.open(!engine.is_offline());
    }

    /// Ends when its port is as was armed: refusing connections, or taking them. Only where it is
    /// served.
    pub async fn settled(&self) {
        self.gate.settled().await;
    }
}

#[derive(Debug)]
struct Shared<S: ?Sized> {
    seller: Seller<S>,
    clock: Arc<dyn Clock>,
    /// Turns true when the server ends: no answer waits for its delay any more.
    ending: watch::Receiver<bool>,
}

impl<S: ?Sized> Clone for Shared<S> {
    fn clone(&self) -> Self {
        let Self { seller, clock, ending } = self;
        Self { seller: seller.clone(), clock: Arc::clone(clock), ending: ending.clone() }
    }
}

/// Serves a seller on `listener` until `shutdown` is done and the open requests are answered.
///
/// # Errors
/// What the listener fails with.
pub async fn serve<S: Service + ?Sized + 'static>(
    listener: TcpListener,
    seller: impl Into<Seller<S>>,
    clock: Arc<dyn Clock>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (end, ending) = watch::channel(false);
    let seller = seller.into();
    let listener = Faulty::new(listener, seller.gate.clone())?;
    let shared = Shared { seller, clock, ending };
    let service = Router::new()
        .fallback(answer::<S>)
        .with_state(shared)
        .into_make_service_with_connect_info::<Switch>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            shutdown.await;
            end.send_replace(true);
        })
        .await
}

/// A seller on a port of its own, which is heard as soon as [`Open::serve`] runs.
#[derive(Debug)]
pub struct Open<S> {
    /// Where it listens.
    pub address: SocketAddr,
    /// A hand on it.
    pub seller: Seller<S>,
    listener: std::net::TcpListener,
}

impl<S: Service + 'static> Open<S> {
    /// Gives each engine a free port on loopback.
    ///
    /// # Errors
    /// What the system says where there is no port.
    pub fn all(engines: impl IntoIterator<Item = Engine<S>>) -> io::Result<Vec<Self>> {
        let open = |engine: Engine<S>| {
            let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            Ok(Self { address: listener.local_addr()?, seller: engine.into(), listener })
        };
        engines.into_iter().map(open).collect()
    }

    /// Serves it for ever: until whoever runs this stops running it. On a runtime.
    ///
    /// # Errors
    /// What the listener fails with.
    pub async fn serve(self, clock: Arc<dyn Clock>) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        serve(listener, self.seller, clock, std::future::pending()).await
    }
}

async fn answer<S: Service + ?Sized>(
    State(mut shared): State<Shared<S>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: axum::extract::Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if shared.seller.engine().cuts_at_head(&read(&parts, Vec::new())) {
        switch.set(Cut::Drop);
        return plain(StatusCode::SERVICE_UNAVAILABLE);
    }
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let reply = shared.seller.handle(&read(&parts, body.to_vec()), shared.clock.now());
    if !reply.delay.is_zero() {
        let slept = shared.clock.sleep(reply.delay);
        tokio::select! {
            () = slept => {}
            _ = shared.ending.wait_for(|ending| *ending) => {}
        }
    }
    if let Some(cut) = reply.cut {
        if cut == Cut::Leaves {
            shared.seller.gate.shut().await;
        }
        switch.set(cut);
    }
    write(reply)
}

fn read(parts: &Parts, body: Vec<u8>) -> Request {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::new(parts.method.as_str(), target);
    for (name, value) in &parts.headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        request = request.with_header(name.as_str(), &text);
    }
    request.body = body;
    request
}

fn write(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = status;
    for (name, value) in &reply.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
