//! What every seller that speaks HTTP shares: keys, time-outs, repeats, caps, error envelopes, and
//! the exchange that can be shown afterwards.
//!
//! Nothing here knows a protocol. `Http::call` sends one question and gives back the text of a
//! success or an error in words for a person; adapters read the text.

mod cure;
mod envelope;
mod guard;
mod judge;
mod mask;
mod network;
mod proxy;
mod retry;
mod transport;

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use futures::future::{Either, select};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{
    Method,
    header::{AGE, DATE, HeaderMap},
};
use secrecy::SecretString;
use url::Url;

use super::Endpoint;
use crate::{
    clock::Clock,
    domain::{ErrorKind, Exchange, SellerError, Skew, skew::Made, text},
};

pub(crate) use cure::{PACKED, instead};
pub(crate) use guard::segment;
pub use guard::{is_loopback, shown_url};
pub(crate) use judge::Reply;
pub(crate) use mask::Mask;
pub use network::ReqwestTransport;
pub use proxy::Proxy;
pub use retry::RETRY_AFTER_CAP;
pub use transport::{BODY_CAP, Transport, TransportError, WireReply, WireRequest};

/// The most that is kept of one side of an exchange, in terminal cells.
pub const EXCHANGE_CELLS: usize = 4_000;

/// How many redirects are followed, all on the seller's own host.
const MOST_REDIRECTS: u32 = 3;

/// One question, as it goes to a seller.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    path: String,
    query: Option<String>,
    body: Option<String>,
    repeatable: bool,
}

impl Call {
    /// Reads `path`, which begins with `/` and is percent-encoded already ([`segment`]).
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), query: None, body: None, repeatable: true }
    }

    /// With `query` after the path, percent-encoded already.
    pub(crate) fn with_query(self, query: String) -> Self {
        Self { query: Some(query), ..self }
    }

    /// Sends `body` to `path`. One that is not `repeatable` is sent once, over a connection of its
    /// own, so that a connection the seller has dropped can not leave it in doubt.
    pub(crate) fn post(path: impl Into<String>, body: String, repeatable: bool) -> Self {
        Self { method: Method::POST, path: path.into(), query: None, body: Some(body), repeatable }
    }
}

/// What came of a call: the text of a success, or why there is none.
#[derive(Debug)]
pub(crate) struct Called {
    /// The reply, or why there is none.
    pub(crate) result: Result<Reply, SellerError>,
    /// The exchange behind it; `None` where nothing was tried.
    pub(crate) exchange: Option<Exchange>,
    /// Names of the fields that the seller missed in our request (422).
    pub(crate) missing: Vec<String>,
}

/// What came of one attempt.
enum Attempt {
    Replied(WireReply),
    Failed(TransportError),
    TimedOut,
}

/// One seller over HTTP.
#[derive(Debug)]
pub(crate) struct Http {
    endpoint: Endpoint,
    proxy: Option<Proxy>,
    mask: Mask,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

impl Http {
    /// Speaks to `endpoint` over `transport`.
    pub(crate) fn new(
        endpoint: Endpoint,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let proxy = transport.proxy(&endpoint.url);
        let mask = Mask::of(&endpoint, proxy.as_ref());
        Self { endpoint, proxy, mask, transport, clock }
    }

    /// Whom it speaks to.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The desk's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Asks, and asks again where that is safe and may help.
    pub(crate) async fn call(&self, call: Call) -> Called {
        let unsent = |error| Called { result: Err(error), exchange: None, missing: vec![] };
        let token = match self.token().await {
            Ok(token) => token,
            Err(error) => return unsent(error),
        };
        let mut request = match guard::request(&self.endpoint, &call, token.as_ref()) {
            Ok(request) => request,
            Err(error) => return unsent(error),
        };
        let sent_at = self.clock.now();
        let seed = self.seed(&call, sent_at);
        let mut repeats = retry::Repeats::new(self.endpoint.attempts, call.repeatable, seed);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let sent = self.clock.now();
            let attempt = self.attempt(&request).await;
            let received = self.clock.now();
            if call.repeatable && !request.fresh && attempt.lost_an_old_connection() {
                request.fresh = true;
                continue;
            }
            let made = attempt.made();
            let result = judge::judge(self, attempt, received);
            let failed = result.as_ref().err();
            if failed.is_some_and(|failure| failure.error.http_status == 401)
                && let (Some(oauth), Some(token)) = (self.endpoint.auth.oauth(), &token)
            {
                oauth.forget(token).await;
            }
            if let Some(wait) = failed.and_then(|failure| repeats.wait_after(&failure.error)) {
                self.clock.sleep(wait).await;
                continue;
            }
            let (status, response) = match &result {
                Ok(reply) => (reply.status, reply.body.as_str()),
                Err(failure) => (failure.error.http_status, failure.body.as_str()),
            };
            let exchange = Exchange {
                seller: self.endpoint.name.clone(),
                method: call.method.to_string(),
                url: self.mask.text(shown_call(&request.url, &call)),
                request: shown_request(&request),
                status,
                response: self.mask.shown(response, EXCHANGE_CELLS),
                sent_at,
                took_ms: u64::try_from(received.duration_since(sent).as_millis()).unwrap_or(0),
                attempts,
                // What a cache hands out tells of no clock.
                skew: (made.date.filter(|_| made.is_first_hand()))
                    .map(|date| Skew::observed(date, sent, received)),
                made,
            };
            let (result, missing) = match result {
                Ok(reply) => (Ok(reply), vec![]),
                Err(failure) => (Err(failure.error), envelope::read(&failure.body).missing),
            };
            return Called { result, exchange: Some(exchange), missing };
        }
    }

    /// The token to send, where this seller's is fetched; within the endpoint's time.
    async fn token(&self) -> Result<Option<SecretString>, SellerError> {
        let Some(oauth) = self.endpoint.auth.oauth() else { return Ok(None) };
        guard::address(&self.endpoint, oauth.url())?;
        let fetched = Box::pin(oauth.token(self.transport.as_ref(), self.clock.as_ref()));
        match select(fetched, self.clock.sleep(self.endpoint.timeout)).await {
            Either::Left((token, _)) => token.map(Some),
            Either::Right(_) => {
                let says = format!("no token from {} in time", shown_url(oauth.url()));
                let cure = "nothing was sent to the seller: check the token server, then ask again";
                Err(SellerError::transport(ErrorKind::Unreachable, "no_token", says, cure))
            }
        }
    }

    /// One attempt, with the redirects it leads to, within the endpoint's time.
    async fn attempt(&self, request: &WireRequest) -> Attempt {
        let sending = Box::pin(self.follow(request.clone()));
        match select(sending, self.clock.sleep(self.endpoint.timeout)).await {
            Either::Left((Ok(reply), _)) => Attempt::Replied(reply),
            Either::Left((Err(error), _)) => Attempt::Failed(error),
            Either::Right(_) => Attempt::TimedOut,
        }
    }

    async fn follow(&self, mut request: WireRequest) -> Result<WireReply, TransportError> {
        let mut hops = 0;
        loop {
            let reply = self.transport.send(request.clone()).await?;
            let next = guard::redirect(&request, &reply);
            match next {
                Some(url) if hops < MOST_REDIRECTS => request.url = url,
                Some(_) | None => return Ok(reply),
            }
            hops += 1;
        }
    }

    /// What the waits of a question are drawn from: the same question at the same time waits the
    /// same, so that a run on a virtual clock can be repeated.
    fn seed(&self, call: &Call, at: Timestamp) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.endpoint.name.as_str(), &call.path, at.as_millisecond()).hash(&mut hasher);
        hasher.finish()
    }
}

impl Attempt {
    fn lost_an_old_connection(&self) -> bool {
        matches!(self, Self::Failed(TransportError::Broken { reused: true, status: 0, .. }))
    }

    fn made(&self) -> Made {
        match self {
            Self::Replied(reply) => Made { date: date(&reply.headers), age_s: age(&reply.headers) },
            Self::Failed(_) | Self::TimedOut => Made::default(),
        }
    }
}

/// The seller's clock as its `Date` header tells it (RFC 9110, IMF-fixdate).
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(headers.get(DATE)?.as_bytes()).ok()
}

/// How long a cache has had a reply, as its `Age` header tells it.
fn age(headers: &HeaderMap) -> Option<u32> {
    let written = headers.get(AGE)?.to_str().unwrap_or_default().trim();
    Some(written.parse().unwrap_or(u32::MAX))
}

/// Where a call goes. Its query is ours, not the configured URL's, and holds nothing secret.
fn shown_call(url: &Url, call: &Call) -> String {
    let query = call.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
    format!("{}{query}", shown_url(url))
}

/// The names of the headers and the body: never a key.
fn shown_request(request: &WireRequest) -> String {
    let names: Vec<_> = request.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
    let body = request.body.as_deref().unwrap_or_default();
    text::clean(format!("[{}] {body}", names.join(", ")).trim_end(), EXCHANGE_CELLS)
}

/// A reply that cannot be used: `says` names what is wrong with it.
pub(crate) fn nonsense(status: u16, code: &str, says: impl Into<String>) -> SellerError {
    SellerError {
        http_status: status,
        ..SellerError::transport(ErrorKind::Nonsense, code, says, cure::of_body(code))
    }
}

/// What an error document says: its code, where it has one, and its words, cleaned. `None` where a body
/// is none.
pub(crate) fn error_said(body: &str) -> Option<(String, String)> {
    let envelope = envelope::read(body);
    (!envelope.bare).then_some((envelope.code, envelope.says))
}
