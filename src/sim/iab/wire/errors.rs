//! Errors in the shapes that both dialects have (wire/iab.md 1), or flat where the seller's behaviour says so.

use serde_json::{Value, json};

use crate::sim::iab::{
    exchange::Reply,
    market::{Market, Refusal},
    spec::Envelope,
};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sim) enum Failure {
    /// The seller refuses.
    Refused(Refusal),
    /// The key is no good; these words say why.
    Unauthorised(String),
    /// The body is not what it should be: one entry for each problem.
    Invalid(Vec<Value>),
    /// The seller broke.
    Broken,
}

impl Failure {
    pub(in crate::sim) fn words(status: u16, says: impl Into<String>) -> Self {
        Self::Refused(Refusal::words(status, says))
    }
}

impl Failure {
    /// Nobody may do this without a key.
    pub(in crate::sim) fn nobody() -> Self {
        Self::Unauthorised("Authentication required".to_owned())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The reply that tells a failure.
pub(in crate::sim) fn failure(market: &Market, why: Failure) -> Reply {
    let flat = market.spec.behaviour.errors == Envelope::Flat;
    match why {
        Failure::Refused(Refusal::Words { status: 401, says }) => {
            failure(market, Failure::Unauthorised(says))
        }
        Failure::Refused(Refusal::Coded { status, code, message }) if flat => {
            let (status, code) = flat_code(status, code);
            reply(status, &json!({"error": code, "detail": message}))
        }
        Failure::Refused(Refusal::Coded { status, code, message }) => {
            reply(status, &json!({"detail": {"error": code, "message": message}}))
        }
        Failure::Refused(Refusal::Told { status, detail }) if flat => {
            reply(status, &json!({"error": detail["error"], "detail": detail["message"]}))
        }
        Failure::Refused(Refusal::Told { status, detail }) => {
            reply(status, &json!({"detail": detail}))
        }
        Failure::Refused(Refusal::Words { status, says }) if flat => {
            reply(status, &json!({"error": code_of(status), "detail": says}))
        }
        Failure::Refused(Refusal::Words { status, says }) => {
            reply(status, &json!({"detail": says}))
        }
        Failure::Unauthorised(says) => {
            let body = if flat {
                json!({"error": code_of(401), "detail": says})
            } else {
                json!({"detail": says})
            };
            let mut reply = reply(401, &body);
            reply.headers.insert("www-authenticate".to_owned(), "Bearer".to_owned());
            reply
        }
        Failure::Invalid(problems) => reply(422, &json!({"detail": problems})),
        Failure::Broken => {
            Reply::new(500, "text/plain; charset=utf-8", b"Internal Server Error".to_vec())
        }
    }
}

/// The reply of a seller that can not answer for now.
pub(crate) fn unavailable(market: &Market) -> Reply {
    failure(market, Failure::words(503, "Service temporarily unavailable"))
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply::new(status, "application/json", body.to_string().into_bytes())
}

/// What the guide calls a coded failure: one word for everything that is missing, and 409 for a
/// quote that expired.
fn flat_code(status: u16, code: &'static str) -> (u16, &'static str) {
    match (status, code) {
        (404, _) => (404, "not_found"),
        (_, "quote_expired") => (409, "quote_expired"),
        _ => (status, code),
    }
}

fn code_of(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        429 => "rate_limited",
        503 => "unavailable",
        _ => "error",
    }
}
