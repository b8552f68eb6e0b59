//! The port to any seller: one question in, what was heard out. One folder per protocol.
//!
//! A protocol is a folder here, recorded exchanges in the tests, and one line in [`PROTOCOLS`].

mod abilities;
mod credentials;
pub mod http;
pub mod iab;
mod lenient;

use std::{fmt, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use url::Url;

use crate::{
    clock::Clock,
    desk::Released,
    domain::{Ask, ErrorKind, Heard, SellerError, SellerName, Spoke},
    sim::Simulator,
};

pub use abilities::{Ability, Dialect, Served};
pub use credentials::{Auth, Credential, OAuth};
pub(crate) use http::Mask;
pub use http::{ReqwestTransport, Transport, TransportError, WireReply, WireRequest};

/// How long a seller may take where the configuration says nothing (guide, "Constructor Parameters").
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a repeatable question is asked where the configuration says nothing.
pub const DEFAULT_ATTEMPTS: u32 = 3;

/// Somebody who sells. Object safe: the desk holds sellers of unlike protocols.
pub trait Seller: fmt::Debug + Send + Sync {
    /// Asks one question that may be asked again. Time-outs, repeats and error envelopes are dealt with
    /// inside; a question that the protocol lacks is answered with [`ErrorKind::Unsupported`] and sends
    /// nothing. So does one that is sent once: it has to be released first.
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Heard>;

    /// Sends what is sent once. Only the desk's gate releases it, out of what is stored.
    fn send(&self, released: Released) -> BoxFuture<'_, Heard>;

    /// Takes in which dialect it spoke in an earlier run ([`Spoke::dialect`]), unless more is known: it
    /// is used without asking until it stops fitting. Returns what the seller goes by now; `None` where
    /// nothing is known, or the protocol has no dialects to tell apart.
    fn recall(&self, dialect: &str) -> Option<Spoke> {
        let _ = dialect;
        None
    }
}

/// Why a question is not asked: it is sent once, so it has to be released first.
fn sent_once(ask: &Ask) -> Option<SellerError> {
    let says = format!("{} is sent once, and the desk has not released it", ask.name());
    let cure = "report it: this is a fault of the desk";
    let error = SellerError::transport(ErrorKind::Configuration, "not_released", says, cure);
    (!ask.is_repeatable()).then_some(error)
}

/// Where a seller is and how it is spoken to. From the configuration.
#[derive(Clone)]
pub struct Endpoint {
    /// The desk's own name for it.
    pub name: SellerName,
    /// Base URL; paths are appended to its own.
    pub url: Url,
    /// A name of [`PROTOCOLS`].
    pub protocol: String,
    /// A dialect of the protocol; empty or `auto` is found out by what the seller serves.
    pub dialect: String,
    /// What opens its door.
    pub auth: Auth,
    /// How long one attempt may take, on the desk's clock.
    pub timeout: Duration,
    /// How often a repeatable question is asked; 0 counts as 1.
    pub attempts: u32,
    /// Whether plain HTTP may leave this machine.
    pub allow_http: bool,
}

impl Endpoint {
    /// The seller `name` at `url`: protocol `iab`, no keys, everything else by default.
    pub fn new(name: impl Into<SellerName>, url: Url) -> Self {
        Self {
            name: name.into(),
            url,
            protocol: "iab".to_owned(),
            dialect: "auto".to_owned(),
            auth: Auth::default(),
            timeout: DEFAULT_TIMEOUT,
            attempts: DEFAULT_ATTEMPTS,
            allow_http: false,
        }
    }

    /// Whether the configuration sets its dialect: then nothing that it serves changes that.
    pub(crate) fn sets_dialect(&self) -> bool {
        !matches!(self.dialect.as_str(), "" | "auto")
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("name", &self.name)
            .field("url", &http::shown_url(&self.url))
            .field("protocol", &self.protocol)
            .field("dialect", &self.dialect)
            .field("auth", &self.auth.secrets().map(|(header, _)| header).collect::<Vec<_>>())
            .field("timeout", &self.timeout)
            .field("attempts", &self.attempts)
            .field("allow_http", &self.allow_http)
            .finish()
    }
}

/// Builds a seller of one protocol.
pub type Build = fn(Endpoint, Arc<dyn Transport>, Arc<dyn Clock>) -> Box<dyn Seller>;

/// A protocol the desk speaks. All that differs by protocol outside its folder is said here.
#[derive(Debug, Clone, Copy)]
pub struct Protocol {
    /// As the configuration names it.
    pub name: &'static str,
    /// Its dialects, the oldest first, each with what it serves.
    pub dialects: &'static [Dialect],
    /// Builds a seller that speaks it.
    pub build: Build,
    /// What a person can do about an error of its own, by code.
    pub remedy: fn(&str) -> Option<&'static str>,
    /// The credentials that it takes; a seller may ask for none.
    pub credentials: &'static [Credential],
    /// Its simulated sellers, where it has some.
    pub sim: Option<Simulator>,
}

/// Every protocol the desk speaks.
pub const PROTOCOLS: &[Protocol] = &[iab::PROTOCOL];

/// The protocol of this name.
pub fn protocol(name: &str) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| protocol.name == name)
}

/// A dialect of a protocol; `None` where the desk does not know it.
pub fn dialect(name: &str, dialect: &str) -> Option<&'static Dialect> {
    protocol(name)?.dialects.iter().find(|known| known.name == dialect)
}

/// Whether a seller that speaks `dialect` of `protocol` books at a price that was agreed in a negotiation
/// of the same quote. Nothing is taken for granted of one that the desk does not know: it is then quoted
/// anew at the agreed price.
pub fn honours_agreement(protocol: &str, name: &str) -> bool {
    dialect(protocol, name).is_some_and(|dialect| dialect.has(Ability::AgreedPrice))
}

/// What `dialect` of `protocol` serves a buyer, in words; empty where the desk does not know it.
pub fn serves(protocol: &str, name: &str) -> &'static [&'static str] {
    dialect(protocol, name).map_or(&[], |dialect| dialect.words)
}

/// The seller behind `endpoint`. Sends nothing.
///
/// # Errors
/// [`ErrorKind::Configuration`] for a protocol, a dialect or credentials the desk does not speak.
pub fn connect(
    endpoint: Endpoint,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
) -> Result<Box<dyn Seller>, SellerError> {
    let unknown = |code: &str, word: &str, known: Vec<&str>| {
        SellerError::transport(
            ErrorKind::Configuration,
            code,
            format!("{} has no {code} {word:?}", endpoint.name),
            &format!("the desk speaks: {}", known.join(", ")),
        )
    };
    let names = || PROTOCOLS.iter().map(|protocol| protocol.name).collect();
    let protocol = protocol(&endpoint.protocol)
        .ok_or_else(|| unknown("protocol", &endpoint.protocol, names()))?;
    let (name, dialects) = (endpoint.dialect.as_str(), protocol.dialects);
    let known: Vec<_> = dialects.iter().map(|dialect| dialect.name).collect();
    if endpoint.sets_dialect() && !known.contains(&name) {
        return Err(unknown("dialect", name, known));
    }
    if let Some(kind) = endpoint.auth.kinds().find(|kind| !protocol.credentials.contains(kind)) {
        let says = format!("{} takes no {kind} of {}", protocol.name, endpoint.name);
        let known: Vec<_> = protocol.credentials.iter().map(ToString::to_string).collect();
        let cure = format!("give it one of these: {}", known.join(", "));
        let kind = ErrorKind::Configuration;
        return Err(SellerError::transport(kind, "credentials", says, &cure));
    }
    Ok((protocol.build)(endpoint, transport, clock))
}
