//! The wire below every adapter: one request in, one reply out, nothing repeated, nothing waited for.
//!
//! [`super::ReqwestTransport`] goes over the network; a simulated seller's router in memory can
//! stand in, so that real wire code runs on a virtual clock without sockets.

use std::fmt::Debug;

use futures::future::BoxFuture;
use reqwest::{Method, header::HeaderMap};
use url::Url;

use super::Proxy;

/// The most bytes of a reply that are read.
pub const BODY_CAP: usize = 8 * 1024 * 1024;

/// One HTTP request. Secret headers are marked as such, so its `Debug` shows none.
#[derive(Debug, Clone)]
pub struct WireRequest {
    /// `GET`, `POST`.
    pub method: Method,
    /// Where, without credentials.
    pub url: Url,
    /// Headers, keys among them.
    pub headers: HeaderMap,
    /// JSON text.
    pub body: Option<String>,
    /// Whether it must not go over a connection that was used before.
    pub fresh: bool,
    /// The most bytes of the reply that are read.
    pub cap: usize,
}

/// One HTTP reply, whatever its status.
#[derive(Debug, Clone, Default)]
pub struct WireReply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, no longer than the request's cap.
    pub body: Vec<u8>,
}

/// Why no reply came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// This machine cannot send at all (no CA certificates, for one).
    #[error("{0}")]
    Setup(String),
    /// Name not found, refused, TLS failed: no byte of the request was sent.
    #[error("{0}")]
    Unreachable(String),
    /// It broke after something may have been sent.
    #[error("{says}")]
    Broken {
        /// What broke, in the transport's words.
        says: String,
        /// The status, if it broke within the body; else 0.
        status: u16,
        /// Whether the connection may have been used before: a seller that dropped an idle
        /// connection is not a seller that broke a request.
        reused: bool,
    },
    /// What came back is no HTTP.
    #[error("{0}")]
    NotHttp(String),
    /// The body is larger than the cap; the rest was not read.
    #[error("more than {cap} bytes")]
    TooLarge {
        /// The status of the reply.
        status: u16,
        /// The request's cap.
        cap: usize,
    },
}

/// Carries requests. No time-outs of its own: whoever asks races it against the clock.
pub trait Transport: Debug + Send + Sync {
    /// Sends one request once and reads its reply. Dropping the future ends both.
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireReply, TransportError>>;

    /// The proxy that requests to `url` go by.
    fn proxy(&self, url: &Url) -> Option<Proxy> {
        let _ = url;
        None
    }
}
