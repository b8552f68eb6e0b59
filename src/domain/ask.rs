//! What the desk can ask of any seller, what can come back, and what a failure means for money.
//!
//! Adapters translate this to their protocol; the desk speaks only this.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Action, Cpm, Deal, DealId, Identity, Package, PackageId, Product, Quote, QuoteAsk, QuoteId,
    SellerName, Skew,
};

/// One question to one seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// A harmless read that shows whether the seller is there, and what it is called.
    Probe,
    /// Every package at our tier.
    Packages,
    /// One package at our tier.
    Package(PackageId),
    /// Packages that match words.
    Search(String),
    /// The product catalogue.
    Products,
    /// A price.
    Quote(QuoteAsk),
    /// A quote as the seller has it now.
    GetQuote(QuoteId),
    /// A move in the negotiation of a quote.
    Counter {
        /// The quote (or proposal) it is about.
        quote_id: QuoteId,
        /// Our price; to accept, theirs.
        cpm: Cpm,
        /// [`Action::Counter`] or [`Action::Accept`].
        action: Action,
        /// What the seller is told of us.
        identity: Identity,
    },
    /// The seller's record of the negotiation of a quote.
    History(QuoteId),
    /// Book a quote. The only question that spends money.
    Book {
        /// The quote.
        quote_id: QuoteId,
        /// What the seller is told of us.
        identity: Identity,
        /// Free words for the seller.
        notes: Option<String>,
        /// Minted with the ticket; sent where the dialect has a place for it.
        idempotency_key: String,
    },
    /// A deal as the seller has it now.
    GetDeal(DealId),
}

impl Ask {
    /// Whether it may be repeated after a time-out or 502, 503, 504: reads and quotes only. A
    /// negotiation move or a booking is never repeated blindly (decisions.md 12, 13).
    pub fn is_repeatable(&self) -> bool {
        !matches!(self, Self::Counter { .. } | Self::Book { .. })
    }

    /// Whether it commits money.
    pub fn commits(&self) -> bool {
        matches!(self, Self::Book { .. })
    }

    /// A short name for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Packages => "packages",
            Self::Package(_) => "package",
            Self::Search(_) => "search",
            Self::Products => "products",
            Self::Quote(_) => "quote",
            Self::GetQuote(_) => "get quote",
            Self::Counter { .. } => "counter",
            Self::History(_) => "history",
            Self::Book { .. } => "book",
            Self::GetDeal(_) => "get deal",
        }
    }
}

/// What a seller answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is there.
    Alive(Card),
    /// To [`Ask::Packages`] and [`Ask::Search`].
    Packages(Vec<Package>),
    /// To [`Ask::Package`].
    Package(Box<Package>),
    /// To [`Ask::Products`].
    Products(Vec<Product>),
    /// To [`Ask::Quote`] and [`Ask::GetQuote`].
    Quote(Box<Quote>),
    /// To [`Ask::Counter`].
    Moved(Moved),
    /// To [`Ask::History`].
    History(History),
    /// To [`Ask::Book`] and [`Ask::GetDeal`].
    Deal(Box<Deal>),
}

/// What a seller says of itself (`GET /.well-known/agent.json`); all cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Card {
    /// Its name. Default sellers are not told apart by it.
    pub name: String,
    /// Its version. Not to be trusted (wire/iab.md, "Dialect detection").
    pub version: String,
    /// Publisher behind it.
    pub provider: String,
}

/// The seller's answer to a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The seller's id for the negotiation.
    pub negotiation_id: Option<String>,
    /// The round, as the seller counts.
    pub round: u32,
    /// The seller's move.
    pub action: Action,
    /// The price the seller understood from us.
    pub buyer_cpm: Option<Cpm>,
    /// The seller's price. After a reject it is no offer.
    pub seller_cpm: Option<Cpm>,
    /// The seller's words, cleaned.
    pub rationale: String,
    /// `active`, `accepted`, `rejected`, in the seller's word.
    pub status: String,
    /// Rounds left as the seller counts; may be -1.
    pub rounds_left: Option<i64>,
    /// The reply as received, cleaned and capped.
    pub raw: String,
}

/// The seller's record of a negotiation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The seller's id for it.
    pub negotiation_id: Option<String>,
    /// `active`, `accepted`, `rejected`, in the seller's word.
    pub status: String,
    /// Rounds the seller allows.
    pub max_rounds: Option<u32>,
    /// Each round as the seller's answer to our price.
    pub rounds: Vec<Moved>,
}

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
    /// No byte left this machine.
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

    /// What it means for a booking (safety.md 4.6, the outcome table).
    pub fn fate(&self) -> Fate {
        match (self.kind, self.http_status) {
            (ErrorKind::Unreachable | ErrorKind::Unsupported | ErrorKind::Configuration, _) => {
                Fate::NotSent
            }
            (ErrorKind::Refused, _) if self.says_expired() => Fate::Expired,
            (ErrorKind::Refused, 400 | 401 | 403 | 404 | 422) => Fate::Refused,
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

/// One HTTP exchange as it may be shown and logged: secrets masked, text cleaned, capped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// With whom.
    pub seller: SellerName,
    /// `GET`, `POST`.
    pub method: String,
    /// Where.
    pub url: String,
    /// What was sent, masked.
    pub request: String,
    /// HTTP status; 0 where none came.
    pub status: u16,
    /// What came back, cleaned and capped.
    pub response: String,
    /// When the first attempt left, on our clock.
    pub sent_at: Timestamp,
    /// How long the last attempt took, in milliseconds.
    pub took_ms: u64,
    /// How many attempts it took.
    pub attempts: u32,
    /// What the seller's `Date` header tells of its clock.
    pub skew: Option<Skew>,
}

/// What came of a question: the answer or the error, and the exchange behind it (`None` where
/// nothing was sent).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The answer, or why there is none.
    pub result: Result<Answer, SellerError>,
    /// The exchange behind it.
    pub exchange: Option<Exchange>,
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
            (Refused, 429, "", Fate::Unknown),
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
