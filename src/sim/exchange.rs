//! What goes in and out of a simulated seller: one request, one reply.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

/// An HTTP request as the seller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …, in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// What follows the `?`, undecoded; empty where there is none.
    pub query: String,
    /// Headers; the names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as it was sent.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers or body. `target` is the path with its query.
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: BTreeMap::new(),
            body: Vec::new(),
        }
    }

    /// A `GET` of `target`.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A `POST` of JSON to `target`.
    #[must_use]
    pub fn post(target: &str, body: &Value) -> Self {
        let mut request = Self::new("POST", target).with_header("content-type", "application/json");
        request.body = body.to_string().into_bytes();
        request
    }

    /// The same request with one header more; its name is put in lower case.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.to_owned());
        self
    }

    /// The same request as the holder of an API key.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with_header("x-api-key", key)
    }

    /// One header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// One decoded parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }
}

/// What a seller answers, and how it means to deliver it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers; the names in lower case. `date` is the seller's own clock.
    pub headers: BTreeMap<String, String>,
    /// The body in full, whatever [`Reply::cut`] makes of it.
    pub body: Vec<u8>,
    /// How long the seller takes before it answers.
    pub delay: Duration,
    /// How the transport is to fail, if it is.
    pub cut: Option<Cut>,
}

impl Reply {
    /// A reply with a body of this content type.
    pub fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let headers = BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]);
        Self { status, headers, body, delay: Duration::ZERO, cut: None }
    }

    /// No reply at all.
    pub(crate) fn cut_off(cut: Cut) -> Self {
        let mut silence = Self::new(503, "text/plain; charset=utf-8", Vec::new());
        silence.cut = Some(cut);
        silence
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// A failure below HTTP. Whether the seller acted is told by the fault that is armed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// No connection comes about: not one byte of the request was read.
    Refused,
    /// The connection is reset without one byte of a reply.
    Drop,
    /// It ends within the head of the reply.
    HalfHead,
    /// The head says the full length, half of the body comes, then the connection ends.
    HalfBody,
    /// The reply comes twice in a row.
    Twice,
    /// The reply is whole; then the connection is closed without having said so, as the real sellers
    /// do after a 500.
    After,
    /// The reply is whole; then the seller is unreachable.
    Leaves,
}
