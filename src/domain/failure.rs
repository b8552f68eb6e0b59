//! Why a seller gave no answer, in words for a person, and what that means for money.
//!
//! One table says what a failure means for something that commits ([`SellerError::fate`]).

use std::fmt;

use serde::{Deserialize, Serialize};

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

    /// Whether a repeatable question is worth repeating: time-outs and 502, 503, 504.
    pub fn is_passing(&self) -> bool {
        self.kind == ErrorKind::Timeout || matches!(self.http_status, 502..=504)
    }

    /// Whether it says that a quote is over: its code, or 404 or 410 on a known quote.
    pub fn says_expired(&self) -> bool {
        self.http_status == 410
            || self.code == "quote_expired"
            || (self.http_status == 404
                && matches!(self.code.as_str(), "quote_not_found" | "not_found"))
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

    /// What it means for a booking (safety.md 4.6, the outcome table).
    pub fn fate(&self) -> Fate {
        match (self.kind, self.http_status) {
            (ErrorKind::Unreachable | ErrorKind::Unsupported | ErrorKind::Configuration, _) => {
                Fate::NotSent
            }
            (ErrorKind::Refused, _) if self.says_expired() => Fate::Expired,
            (ErrorKind::Refused, 400 | 401 | 403 | 404 | 405 | 422) => Fate::Refused,
            (ErrorKind::Refused, 429) if self.says_not_processed() => Fate::NotSent,
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
mod tests {
    use super::*;

    fn error(kind: ErrorKind, status: u16, code: &str) -> SellerError {
        SellerError {
            kind,
            http_status: status,
            code: code.into(),
            says: String::new(),
            cure: String::new(),
            retry_after_s: None,
        }
    }

    #[test]
    fn the_outcome_table_of_a_booking() {
        use ErrorKind::{Broken, Nonsense, Refused, Timeout, TooLarge, Unavailable, Unreachable};
        for (kind, status, code, fate) in [
            (Unreachable, 0, "connect_error", Fate::NotSent),
            (Timeout, 0, "timeout", Fate::Unknown),
            (Broken, 0, "reset", Fate::Unknown),
            (Nonsense, 200, "", Fate::Unknown),
            (TooLarge, 200, "", Fate::Unknown),
            (Refused, 400, "invalid_deal_type", Fate::Refused),
            (Refused, 401, "", Fate::Refused),
            (Refused, 403, "", Fate::Refused),
            (Refused, 404, "product_not_found", Fate::Refused),
            (Refused, 404, "quote_not_found", Fate::Expired),
            (Refused, 410, "quote_expired", Fate::Expired),
            (Refused, 409, "quote_expired", Fate::Expired),
            (Refused, 400, "quote_expired", Fate::Expired),
            (Refused, 409, "quote_already_booked", Fate::Unknown),
            (Refused, 409, "idempotency_conflict", Fate::Unknown),
            (Refused, 405, "", Fate::Refused),
            (Refused, 429, "", Fate::Unknown),
            (Refused, 429, "busy", Fate::Unknown),
            (Refused, 429, "rate_limited", Fate::NotSent),
            (Refused, 429, "RATE-LIMIT-EXCEEDED", Fate::NotSent),
            (Refused, 503, "rate_limited", Fate::Unknown),
            (Refused, 418, "", Fate::Unknown),
            (Unavailable, 500, "", Fate::Unknown),
            (Unavailable, 503, "", Fate::Unknown),
        ] {
            assert_eq!(error(kind, status, code).fate(), fate, "{kind:?} {status} {code}");
        }
    }

    #[test]
    fn an_error_is_told_without_gaps() {
        for (status, code, says, told) in [
            (404, "quote_not_found", "gone", "404 quote_not_found: gone"),
            (404, "", "Proposal not found", "404: Proposal not found"),
            (503, "", "", "503"),
            (0, "timeout", "timeout", "timeout"),
            (0, "", "words", "words"),
        ] {
            let error =
                SellerError { says: says.into(), ..error(ErrorKind::Refused, status, code) };
            assert_eq!(error.to_string(), told);
        }
    }

    #[test]
    fn only_a_seller_that_spoke_is_quoted() {
        let says = "Connection refused (os error 111)".to_owned();
        let refused = SellerError { says, ..error(ErrorKind::Unreachable, 0, "connect_error") };
        assert_eq!(refused.told(), "not reached: Connection refused");
        let busy = SellerError { says: "busy".into(), ..error(ErrorKind::Unavailable, 503, "") };
        assert_eq!(busy.told(), "“503: busy”");
    }

    #[test]
    fn only_passing_failures_are_worth_repeating() {
        for (kind, status, passing) in [
            (ErrorKind::Timeout, 0, true),
            (ErrorKind::Unavailable, 502, true),
            (ErrorKind::Unavailable, 503, true),
            (ErrorKind::Unavailable, 504, true),
            (ErrorKind::Unavailable, 500, false),
            (ErrorKind::Unavailable, 501, false),
            (ErrorKind::Refused, 404, false),
            (ErrorKind::Unreachable, 0, false),
            (ErrorKind::Broken, 0, false),
        ] {
            assert_eq!(error(kind, status, "").is_passing(), passing, "{kind:?} {status}");
        }
    }
}
