//! What the desk can ask of any seller, and what can come back.
//!
//! Adapters translate this to their protocol; the desk speaks only this.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Action, Avails, AvailsAsk, Cpm, Currency, Deal, DealId, Identity, OrderAnswer, OrderAsk,
    Package, PackageId, Product, Quote, QuoteAsk, QuoteId, SellerError, SellerName, Skew, Tier,
    skew::Made,
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
    Quote {
        /// For what.
        ask: QuoteAsk,
        /// The same for every repeat of this question; sent where the dialect has a place for it.
        idempotency_key: String,
    },
    /// A quote as the seller has it now.
    GetQuote(QuoteId),
    /// A move in the negotiation of a quote.
    Counter {
        /// The quote (or proposal) it is about.
        quote_id: QuoteId,
        /// Our price; to accept or reject, theirs.
        cpm: Cpm,
        /// [`Action::Counter`] or [`Action::Accept`]; [`Action::Reject`] where the dialect has a word
        /// for leaving.
        action: Action,
        /// What the seller is told of us.
        identity: Identity,
        /// Stored with the move; sent where the dialect has a place for it.
        idempotency_key: String,
        /// Words for the seller; only where the dialect has a place for them.
        note: Option<String>,
    },
    /// The seller's record of the negotiation of a quote; prices without a currency are in this one.
    History(QuoteId, Currency),
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
    /// How many impressions could be had.
    Avails(AvailsAsk),
    /// Insertion orders and requests to change them.
    Orders(OrderAsk),
    /// Harmless reads that show whether our key opens the door, and how far.
    CheckKey,
}

impl Ask {
    /// Whether it may be repeated after a time-out or 502, 503, 504: reads and quotes only. A
    /// negotiation move or a booking is never repeated blindly (decisions.md 12, 13), nor is a new
    /// order or change request.
    pub fn is_repeatable(&self) -> bool {
        let changes_orders = matches!(self, Self::Orders(asked) if !asked.is_read());
        !changes_orders && !matches!(self, Self::Counter { .. } | Self::Book { .. })
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
            Self::Quote { .. } => "quote",
            Self::GetQuote(_) => "get quote",
            Self::Counter { .. } => "counter",
            Self::History(..) => "history",
            Self::Book { .. } => "book",
            Self::GetDeal(_) => "get deal",
            Self::Avails(_) => "avails",
            Self::Orders(_) => "orders",
            Self::CheckKey => "check key",
        }
    }
}

/// What a seller answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// To [`Ask::Book`]: the seller has the booking, and has not decided on it yet.
    Waiting(Waiting),
    /// To [`Ask::Avails`].
    Avails(Vec<Avails>),
    /// To [`Ask::Orders`].
    Orders(OrderAnswer),
    /// To [`Ask::CheckKey`].
    Key(KeyCheck),
}

/// A booking that arrived, and of which no deal was made yet: people approve it, or the seller works on
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waiting {
    /// How it stands, in the seller's word: `pending_approval`, `submitted`; empty where it told none.
    pub status: String,
    /// What the seller says of it, cleaned; empty where it says nothing.
    pub says: String,
}

impl std::fmt::Display for Waiting {
    /// The seller's words: `pending_approval: A person reviews it`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.status.is_empty(), self.says.is_empty()) {
            (true, true) => f.write_str("it took the booking and named no deal"),
            (true, false) => f.write_str(&self.says),
            (false, true) => f.write_str(&self.status),
            (false, false) => write!(f, "{}: {}", self.status, self.says),
        }
    }
}

/// What became of our key. A key that opens nothing is an error in the seller's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCheck {
    /// The tier it earns, where that can be found out without a quote.
    pub tier: Option<Tier>,
    /// How that was found out, in words.
    pub says: String,
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
    /// When the reply was made, as it says itself.
    #[serde(default)]
    pub made: Made,
}

impl Exchange {
    /// Whether the reply may have been made before `moment` of our clock, as one that a cache hands
    /// out: then it tells nothing of what came of a request that was sent at `moment`. `skew` is what
    /// all answers of the seller tell of its clock. A reply that does not say when it was made may
    /// be older.
    pub fn may_be_older_than(&self, moment: Timestamp, skew: Option<Skew>) -> bool {
        self.made.earliest(self.sent_at, skew).is_none_or(|earliest| earliest < moment)
    }
}

/// What came of a question: the answer or the error, and the exchange behind it (`None` where
/// nothing was sent).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The answer, or why there is none.
    pub result: Result<Answer, SellerError>,
    /// The exchange behind it.
    pub exchange: Option<Exchange>,
    /// What the seller turned out to speak, where the protocol has dialects to tell apart.
    pub spoke: Option<Spoke>,
}

impl Heard {
    /// A question that never left.
    pub fn unsent(error: SellerError) -> Self {
        Self { result: Err(error), exchange: None, spoke: None }
    }
}

/// Which dialect a seller speaks, and how that was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoke {
    /// A dialect of its protocol: `v1`, `v2`, ….
    pub dialect: String,
    /// How it was found out, in words: `GET /products has total_count`, `set in the configuration`.
    pub found_by: String,
    /// Whether this dialect books at a price that was agreed in a negotiation of the same quote. What
    /// it really booked is compared all the same.
    pub honours_agreement: bool,
    /// Whether this dialect has a place for words with a move, and a word for leaving.
    #[serde(default)]
    pub takes_words: bool,
    /// Whether this dialect has idempotency keys. That a seller honours them is another matter.
    #[serde(default)]
    pub takes_keys: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-01-01T{text}Z").parse().unwrap()
    }

    #[test]
    fn a_reply_that_may_be_older_than_a_request_is_told() {
        let same = Some(Skew { low_ms: 0, high_ms: 1_000 });
        // A reply to what was asked at 12:00:30; the request in doubt left at 12:00:20.
        for (date, age_s, skew, older) in [
            (Some("12:00:30"), None, same, false),
            (Some("12:00:21"), None, same, false),
            (Some("12:00:20"), None, same, true),
            (Some("11:59:00"), None, same, true),
            (Some("12:00:30"), Some(0), same, false),
            (Some("12:00:30"), Some(8), same, false),
            // A cache that writes the date anew still tells its age.
            (Some("12:00:30"), Some(10), same, true),
            (Some("12:00:30"), Some(90), same, true),
            (Some("12:00:30"), Some(u32::MAX), same, true),
            // Their clock is a minute ahead: what reads as later was made before.
            (Some("12:01:15"), None, Some(Skew { low_ms: 59_000, high_ms: 60_000 }), true),
            (Some("12:01:21"), None, Some(Skew { low_ms: 59_000, high_ms: 60_000 }), false),
            (Some("11:59:21"), None, Some(Skew { low_ms: -61_000, high_ms: -60_000 }), false),
            // Nothing tells.
            (None, None, same, true),
            (Some("12:00:30"), None, None, true),
            (None, Some(1), same, true),
        ] {
            let exchange = Exchange {
                seller: "a".into(),
                method: "GET".into(),
                url: String::new(),
                request: String::new(),
                status: 200,
                response: String::new(),
                sent_at: at("12:00:30"),
                took_ms: 20,
                attempts: 1,
                skew: None,
                made: Made { date: date.map(at), age_s },
            };
            let told = exchange.may_be_older_than(at("12:00:20"), skew);
            assert_eq!(told, older, "{date:?} {age_s:?} {skew:?}");
        }
    }

    #[test]
    fn an_exchange_of_an_older_recording_can_be_read() {
        let line = r#"{"seller":"a","method":"GET","url":"","request":"","status":200,
            "response":"","sent_at":"2026-01-01T12:00:30Z","took_ms":20,"attempts":1,"skew":null}"#;
        let exchange: Exchange = serde_json::from_str(line).unwrap();
        assert_eq!(exchange.made, Made::default());
    }
}
