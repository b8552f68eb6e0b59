//! Why a seller gave no answer, in words for a person, and what that means for money.
//!
//! One table says what a failure means for something that commits ([`SellerError::fate`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::doubt;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ErrorKind {
    /// Name not found, connection refused, TLS failed: no byte was sent.
    Unreachable,
    /// Nothing came back in time.
    Timeout,
    /// The connection broke after something was sent.
    Broken,
    /// The seller said no (4xx).
    Refused,
    /// The seller failed (5xx).
    Unavailable,
    /// The reply makes no sense: HTML, half a JSON, a missing field.
    Nonsense,
    /// The reply is larger or deeper than is read.
    TooLarge,
    /// The question cannot be asked of this seller at all; nothing was sent.
    Unsupported,
    /// Our own configuration stands in the way; nothing was sent.
    Configuration,
}

/// The code of a seller that has no place for the negotiation of a quote. The quote itself stands.
pub const NO_NEGOTIATION: &str = "no_negotiation";

/// A failed question, in words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct SellerError {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// HTTP status; 0 where none came.
    pub http_status: u16,
    /// The seller's code (`quote_expired`), or ours (`timeout`, `connect_error`).
    pub code: String,
    /// The seller's own words, cleaned; or what the transport said.
    pub says: String,
    /// What to do now.
    pub cure: String,
    /// `Retry-After` of the reply, in seconds.
    pub retry_after_s: Option<u32>,
    /// Whether the refusal came in none of the envelopes that sellers put errors into: a web page or
    /// bare text, perhaps of a gateway on the way, which knows nothing of what the seller did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bare: bool,
}

impl fmt::Display for SellerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = (self.http_status > 0).then(|| self.http_status.to_string());
        let code = Some(self.code.clone()).filter(|code| !code.is_empty());
        let head = [status, code].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let says = if self.says == self.code { "" } else { self.says.as_str() };
        match (head.is_empty(), says.is_empty()) {
            (_, true) => f.write_str(&head),
            (true, false) => f.write_str(says),
            (false, false) => write!(f, "{head}: {says}"),
        }
    }
}

/// What a failure means for something that commits (safety.md 4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The seller said no: nothing was booked.
    Refused,
    /// The quote is over: nothing was booked.
    Expired,
    /// No byte left this machine, or the seller says itself that it turned the request away unread.
    NotSent,
    /// Nobody knows. It counts as spent until evidence says otherwise.
    Unknown,
}

impl SellerError {
    /// An error without an HTTP status.
    pub fn transport(kind: ErrorKind, code: &str, says: impl Into<String>, cure: &str) -> Self {
        Self {
            kind,
            http_status: 0,
            code: code.to_owned(),
            says: says.into(),
            cure: cure.to_owned(),
            retry_after_s: None,
            bare: false,
        }
    }

    /// For a person: the seller's words in quotation marks; what the way to it said, without.
    pub fn told(&self) -> String {
        if self.http_status > 0 {
            return format!("“{self}”");
        }
        // The number of a system's error tells a person nothing.
        let says = self.says.split(" (os error").next().unwrap_or_default();
        match self.kind {
            ErrorKind::Unreachable => format!("not reached: {says}"),
            ErrorKind::Timeout
            | ErrorKind::Broken
            | ErrorKind::Refused
            | ErrorKind::Unavailable
            | ErrorKind::Nonsense
            | ErrorKind::TooLarge
            | ErrorKind::Unsupported
            | ErrorKind::Configuration => says.to_owned(),
        }
    }

    /// Whether the seller failed us, rather than said no: what counts against its health.
    pub fn is_failure(&self) -> bool {
        self.kind != ErrorKind::Refused && self.kind != ErrorKind::Unsupported
    }

    /// Whether the seller itself says, in a whole error document of its own, that it gave up on the request.
    /// 502 and 504 are a gateway's, behind which it may still be at work, and so may a bare page be.
    pub fn gave_up(&self) -> bool {
        let is_whole = self.kind == ErrorKind::Unavailable && !self.bare;
        is_whole && matches!(self.http_status, 500 | 503)
    }

    /// Whether a repeatable question is worth repeating: time-outs and 502, 503, 504.
    pub fn is_passing(&self) -> bool {
        self.kind == ErrorKind::Timeout || matches!(self.http_status, 502..=504)
    }

    /// Whether it says that a quote is over: its code, or 404 or 410 on a known quote.
    pub fn says_expired(&self) -> bool {
        self.names_an_ended_quote() || (self.http_status == 404 && self.code == "not_found")
    }

    /// Whether it says so of the quote itself, wherever it was asked: what is not found may be anything.
    pub fn names_an_ended_quote(&self) -> bool {
        self.http_status == 410
            || self.code == "quote_expired"
            || (self.http_status == 404 && self.code == "quote_not_found")
    }

    /// Whether it stands in a reply that says success: what was sent has arrived.
    pub fn is_of_a_success(&self) -> bool {
        (200..300).contains(&self.http_status)
    }

    /// Whether it says no more than where to ask instead: by definition (RFC 9110) nothing was done.
    /// 302 and 303 may also say where to look for what came of it.
    pub fn is_elsewhere(&self) -> bool {
        self.code == "redirect" && matches!(self.http_status, 301 | 307 | 308)
    }

    /// Whether the seller has no place for the negotiation of a quote: [`NO_NEGOTIATION`].
    pub fn says_no_talks(&self) -> bool {
        self.code == NO_NEGOTIATION
    }

    /// Whether the seller will not negotiate at all, or not with whom it takes us for. A 403 that does not
    /// speak of negotiating keeps us out altogether: that is about our door, as a 401 is.
    pub fn refuses_talks(&self) -> bool {
        let forbidden = self.kind == ErrorKind::Refused && self.http_status == 403 && !self.bare;
        let told = format!("{} {}", self.code, self.says).to_lowercase();
        self.says_no_talks() || (forbidden && told.contains("negotiat"))
    }

    /// Whether our key was seen before with another request: a fault of ours.
    pub fn is_conflict(&self) -> bool {
        self.code == "idempotency_conflict"
    }

    /// Whether a 429 says itself that the request was turned away unread. Its name alone, "Too Many
    /// Requests", says nothing of this one.
    fn says_not_processed(&self) -> bool {
        const WORDS: &[&str] = &["rate limit", "not processed", "throttled"];
        let told = format!("{} {}", self.code, self.says).to_lowercase().replace(['_', '-'], " ");
        WORDS.iter().any(|words| told.contains(words))
    }

    /// What it means for a booking (safety.md 4.6, the outcome table). A rule, not a list: a plain no of the
    /// seller is a refusal, whatever its status; only what leaves doubt is unknown.
    pub fn fate(&self) -> Fate {
        match (self.kind, self.http_status) {
            (ErrorKind::Unreachable | ErrorKind::Unsupported | ErrorKind::Configuration, _) => {
                Fate::NotSent
            }
            // By definition nothing was done there.
            _ if self.is_elsewhere() => Fate::Refused,
            // A gateway on the way knows nothing of what the seller did.
            _ if self.bare => Fate::Unknown,
            (ErrorKind::Refused, _) if self.says_expired() => Fate::Expired,
            (ErrorKind::Refused, 429) if self.says_not_processed() => Fate::NotSent,
            // The request may still be at work, or was cut short on the way.
            (ErrorKind::Refused, 408 | 425 | 429 | 499) => Fate::Unknown,
            (ErrorKind::Refused, 409) if doubt::is_left_by(&self.code) => Fate::Unknown,
            // The seller does not do this, or no such thing at all.
            (ErrorKind::Refused, 400..500) | (ErrorKind::Unavailable, 501) => Fate::Refused,
            // A success that says no in so many words. It proves that the booking arrived: what leaves doubt
            // is looked up, and never sent again.
            (ErrorKind::Refused, 200..300) if doubt::is_a_no(&self.code) => Fate::Refused,
            (
                ErrorKind::Refused
                | ErrorKind::Timeout
                | ErrorKind::Broken
                | ErrorKind::Unavailable
                | ErrorKind::Nonsense
                | ErrorKind::TooLarge,
                _,
            ) => Fate::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
