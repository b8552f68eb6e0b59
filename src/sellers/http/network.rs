//! The transport that goes over the network, by reqwest.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures::future::{BoxFuture, FutureExt as _};
use reqwest::{Client, Response, redirect};
use url::Url;

use super::{
    Proxy, is_loopback,
    transport::{Transport, TransportError, WireReply, WireRequest},
};

/// How long connecting may take, in real time. Nothing is sent before, so this is unreachable and
/// not a time-out.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Sellers drop theirs after 5 s (uvicorn's default).
const IDLE_FOR: Duration = Duration::from_secs(4);

/// A client per kind of way, each built when it is first needed: building one that speaks TLS reads
/// the machine's CA certificates, which takes longer than a frame.
#[derive(Default)]
pub struct ReqwestTransport {
    clients: [OnceLock<Result<Client, String>>; 8],
    /// Origins that answered over a connection that may still be open.
    used: Mutex<BTreeSet<String>>,
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// What a client has to be able to do.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Over TLS: needs the CA certificates.
    secure: bool,
    /// To this machine: never by a proxy.
    loopback: bool,
    /// Over a connection of its own.
    fresh: bool,
}

impl Way {
    fn to(request: &WireRequest) -> Self {
        Self {
            secure: request.url.scheme() == "https",
            loopback: is_loopback(&request.url),
            fresh: request.fresh,
        }
    }

    fn index(self) -> usize {
        usize::from(self.secure) + 2 * usize::from(self.loopback) + 4 * usize::from(self.fresh)
    }

    fn build(self) -> Result<Client, String> {
        // Whoever was first has installed one: it serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("dealdesk/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(CONNECT_WITHIN)
            .pool_idle_timeout(IDLE_FOR)
            .pool_max_idle_per_host(if self.fresh { 0 } else { 4 });
        if !self.secure {
            // Without this, a machine without CA certificates could not even speak plain HTTP.
            builder = builder.tls_certs_only(std::iter::empty());
        }
        if self.loopback {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| chain(&error))
    }
}

impl ReqwestTransport {
    /// A transport that has built nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    async fn once(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        let way = Way::to(&request);
        let client = self
            .clients
            .get(way.index())
            .map_or_else(|| way.build(), |slot| slot.get_or_init(|| way.build()).clone())
            .map_err(TransportError::Setup)?;
        let origin = request.url.origin().ascii_serialization();
        let reused = !way.fresh && self.used().contains(&origin);
        let mut sending = client.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            sending = sending.body(body);
        }
        let reply = sending.send().await.map_err(|error| {
            if error.is_builder() {
                return TransportError::Setup(chain(&error));
            }
            if error.is_connect() {
                return TransportError::Unreachable(chain(&error));
            }
            broken(&error, 0, reused)
        })?;
        if !way.fresh {
            self.used().insert(origin);
        }
        read(reply, request.cap).await
    }

    fn used(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>> {
        self.once(request).boxed()
    }

    fn proxy(&self, url: &Url) -> Option<Proxy> {
        Proxy::to(url, |name| std::env::var(name).ok())
    }
}

/// Reads the body piece by piece and stops at the cap.
async fn read(mut reply: Response, cap: usize) -> Result<WireReply, TransportError> {
    let status = reply.status().as_u16();
    let headers = std::mem::take(reply.headers_mut());
    let announced = reply.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |announced| announced > cap) {
        return Err(TransportError::TooLarge { status, cap });
    }
    let mut body = Vec::new();
    loop {
        match reply.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() > cap => {
                return Err(TransportError::TooLarge { status, cap });
            }
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Ok(None) => return Ok(WireReply { status, headers, body }),
            Err(error) => return Err(broken(&error, status, false)),
        }
    }
}

/// hyper says that it could not *parse* what came; it exports no type to ask for that.
fn broken(error: &reqwest::Error, status: u16, reused: bool) -> TransportError {
    let says = chain(error);
    if status == 0 && (says.contains(" parsed") || says.contains("message head is too large")) {
        TransportError::NotHttp(says)
    } else {
        TransportError::Broken { says, status, reused }
    }
}

/// What a library calls its own steps: it tells a person nothing where a cause follows.
fn is_step(says: &str) -> bool {
    says.starts_with("client error (") || says == "tcp connect error"
}

/// An error with its causes, without the URL (the exchange has it).
fn chain(error: &reqwest::Error) -> String {
    let mut says: Vec<String> = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if says.last().is_some_and(|step| is_step(step)) {
            says.pop();
        }
        if !says.iter().any(|known| known.contains(&text)) {
            says.push(text);
        }
        cause = error.source();
    }
    if says.is_empty() { "the request could not be built".to_owned() } else { says.join(": ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_has_a_client_of_its_own() {
        let either = [false, true];
        let mut places = BTreeSet::new();
        for secure in either {
            for loopback in either {
                for fresh in either {
                    places.insert(Way { secure, loopback, fresh }.index());
                }
            }
        }
        let transport = ReqwestTransport::new();
        assert_eq!(places.into_iter().collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
        assert_eq!(transport.clients.len(), 8);
        assert_eq!(format!("{transport:?}"), "ReqwestTransport { .. }");
    }

    #[test]
    fn only_a_library_s_own_steps_give_way_to_their_cause() {
        for (says, is) in [
            ("client error (Connect)", true),
            ("tcp connect error", true),
            ("Connection refused (os error 111)", false),
            ("invalid peer certificate: UnknownIssuer", false),
            ("dns error", false),
        ] {
            assert_eq!(is_step(says), is, "{says}");
        }
    }
}
