//! A simulated seller behind HTTP: a real server on a port, that can fail like one.
//!
//! One handler answers everything; the engine knows the routes. Time comes from the given clock, so
//! that a demo's scaled clock drives delays, expiry and the `Date` header alike.

mod cut;

use std::{
    future::Future,
    io,
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

use super::{Engine, Reply, Request, Trick};
use crate::clock::Clock;
use cut::{Faulty, Switch};

/// The largest request that is read, bytes.
const LARGEST: usize = 1024 * 1024;

/// An [`Engine`] that several hands hold: the server, and whoever arms its failures.
#[derive(Debug, Clone)]
pub struct Seller(Arc<Mutex<Engine>>);

impl From<Engine> for Seller {
    fn from(engine: Engine) -> Self {
        Self(Arc::new(Mutex::new(engine)))
    }
}

impl Seller {
    /// The engine, for as long as nobody else needs it.
    pub fn engine(&self) -> MutexGuard<'_, Engine> {
        // An engine is whole after every call, even one that did not end.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request; [`Engine::handle`].
    pub fn handle(&self, request: &Request, now: Timestamp) -> Reply {
        self.engine().handle(request, now)
    }

    /// Arms a failure; [`Engine::arm`].
    pub fn arm(&self, trick: Trick, now: Timestamp) {
        self.engine().arm(trick, now);
    }
}

#[derive(Debug, Clone)]
struct Shared {
    seller: Seller,
    clock: Arc<dyn Clock>,
    /// Turns true when the server ends: no answer waits for its delay any more.
    ending: watch::Receiver<bool>,
}

/// Serves a seller on `listener` until `shutdown` is done and the open requests are answered.
///
/// # Errors
/// What the listener fails with.
pub async fn serve(
    listener: TcpListener,
    seller: impl Into<Seller>,
    clock: Arc<dyn Clock>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (end, ending) = watch::channel(false);
    let shared = Shared { seller: seller.into(), clock, ending };
    let service = Router::new()
        .fallback(answer)
        .with_state(shared)
        .into_make_service_with_connect_info::<Switch>();
    axum::serve(Faulty(listener), service)
        .with_graceful_shutdown(async move {
            shutdown.await;
            end.send_replace(true);
        })
        .await
}

async fn answer(
    State(mut shared): State<Shared>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: axum::extract::Request,
) -> Response {
    let (parts, body) = request.into_parts();
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
    if let Some(fault) = reply.fault {
        switch.set(fault);
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
