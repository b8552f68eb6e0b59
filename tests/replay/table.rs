//! The two tables of the replayed sellers: which recording answers what and when, and what is put
//! into it in place of what was recorded.

use Put::{Asked, Count, Deal, In, Moves, Now, Price, Quote};

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Something that no story changes, or a refusal: as it was recorded.
    Fixed,
    /// A new quote.
    Quoted,
    /// A quote, asked for again.
    QuoteRead,
    /// A quote that became a deal, asked for again.
    QuoteBooked,
    /// The seller's move after ours.
    Move,
    /// The seller's move after we took its price.
    Accepted,
    /// The seller's record of the moves.
    Record,
    /// A new deal.
    Booked,
    /// A deal, asked for again.
    DealRead,
}

/// When a row answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    /// Whether a price is asked for along with the quote.
    Target(bool),
    /// Our moves about the quote so far, with this one.
    Move(usize),
    /// Whether the quote is booked.
    Booked(bool),
    /// Once its quotes are over.
    Over,
}

/// A recording, and what it answers.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) method: &'static str,
    /// `*` stands for an id.
    pub(crate) path: &'static str,
    pub(crate) when: When,
    pub(crate) what: What,
    pub(crate) recording: &'static str,
}

const fn row(
    (method, path): (&'static str, &'static str),
    when: When,
    what: What,
    recording: &'static str,
) -> Row {
    Row { method, path, when, what, recording }
}

const CARD: (&str, &str) = ("GET", "/.well-known/agent.json");
const PACKAGES: (&str, &str) = ("GET", "/packages");
const PRODUCTS: (&str, &str) = ("GET", "/products");
const PRICING: (&str, &str) = ("POST", "/pricing");
const ASK: (&str, &str) = ("POST", "/api/v1/quotes");
const QUOTE: (&str, &str) = ("GET", "/api/v1/quotes/*");
const COUNTER: (&str, &str) = ("POST", "/proposals/*/counter");
const MESSAGE: (&str, &str) = ("POST", "/api/v1/negotiations/messages");
const RECORD: (&str, &str) = ("GET", "/proposals/*/negotiation");
const BOOK: (&str, &str) = ("POST", "/api/v1/deals");
const DEAL: (&str, &str) = ("GET", "/api/v1/deals/*");

/// Dialect v1. Its recorded negotiation, re-quote and booking are one seller's, of one product.
pub(crate) const V1: &[Row] = &[
    row(CARD, When::Always, What::Fixed, "agent-card"),
    row(PACKAGES, When::Always, What::Fixed, "packages-agency"),
    row(PRODUCTS, When::Always, What::Fixed, "products"),
    row(PRICING, When::Always, What::Fixed, "pricing-agency"),
    row(ASK, When::Target(false), What::Quoted, "quote-PD-agency"),
    row(ASK, When::Target(true), What::Quoted, "quote-requote-at-agreed-price"),
    row(QUOTE, When::Over, What::Fixed, "quote-get-expired-row-gone-404"),
    row(QUOTE, When::Booked(false), What::QuoteRead, "quote-get"),
    row(QUOTE, When::Booked(true), What::QuoteBooked, "quote-get-after-booking-PD"),
    row(COUNTER, When::Move(1), What::Move, "negotiation-on-quote-id-injected-r1"),
    row(COUNTER, When::Move(2), What::Accepted, "negotiation-on-quote-id-injected-r2"),
    row(BOOK, When::Booked(false), What::Booked, "deal-book-after-accepted-negotiation"),
    row(DEAL, When::Always, What::DealRead, "deal-get"),
];

/// Dialect v2: a negotiation of four moves, of which the recorded seller saw one more.
pub(crate) const V2: &[Row] = &[
    row(CARD, When::Always, What::Fixed, "agent-card"),
    row(PACKAGES, When::Always, What::Fixed, "packages-agency"),
    row(PRODUCTS, When::Always, What::Fixed, "products"),
    row(PRICING, When::Always, What::Fixed, "pricing-agency"),
    row(ASK, When::Target(false), What::Quoted, "quote-idempotent-first"),
    row(QUOTE, When::Over, What::Fixed, "quote-get-expired-410"),
    row(QUOTE, When::Booked(false), What::QuoteRead, "quote-get"),
    row(QUOTE, When::Booked(true), What::QuoteBooked, "quote-get-after-negotiated-booking"),
    row(MESSAGE, When::Move(1), What::Move, "negotiation-open"),
    row(MESSAGE, When::Move(2), What::Move, "negotiation-continue-by-proposal_id=quote_id"),
    row(MESSAGE, When::Move(3), What::Move, "negotiation-continue-by-quote_id"),
    row(MESSAGE, When::Move(4), What::Accepted, "negotiation-accept"),
    row(RECORD, When::Always, What::Record, "negotiation-accept-history"),
    row(BOOK, When::Booked(false), What::Booked, "deal-book-after-accept"),
    row(DEAL, When::Always, What::DealRead, "deal-get"),
];

/// Fields of a request that a story may fill otherwise than the recorded one did: names, dates and
/// amounts of its own, and what v1 is told in another place.
pub(crate) const VARIES: &[&str] = &[
    "idempotency_key",
    "quote_id",
    // Which of its three names a negotiation is called by.
    "negotiation_id",
    "proposal_id",
    "impressions",
    "flight_start",
    "flight_end",
    "target_cpm",
];

/// Where a value comes from that is put into a recorded answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Put {
    /// What the request has there; nothing where it has nothing.
    Asked(&'static str),
    /// What the quote has there, as it was answered.
    Quote(&'static str),
    /// What the deal has there, as it was answered.
    Deal(&'static str),
    /// What a deal made of the quote costs: in v2 the price agreed for it, in v1 what it says.
    Price,
    /// The time.
    Now,
    /// The time in so many days.
    In(i64),
    /// How many moves were made, with this one.
    Count,
    /// Those of the recorded moves that were made.
    Moves,
}

/// Everything that is put into recorded answers: into which, where, from where. Nothing else in
/// them is changed.
pub(crate) const SUBSTITUTED: &[(What, &str, Put)] = &[
    // A quote is of today, lasts a day, and is for what was asked; a target over the floor is its
    // price, verbatim (wire/iab.md 4.3).
    (What::Quoted, "/created_at", Now),
    (What::Quoted, "/expires_at", In(1)),
    (What::Quoted, "/terms/impressions", Asked("/impressions")),
    (What::Quoted, "/terms/flight_start", Asked("/flight_start")),
    (What::Quoted, "/terms/flight_end", Asked("/flight_end")),
    (What::Quoted, "/pricing/final_cpm", Asked("/target_cpm")),
    // Asked for again, it is the quote that was answered, in the state that was recorded.
    (What::QuoteRead, "/quote_id", Quote("/quote_id")),
    (What::QuoteRead, "/product", Quote("/product")),
    (What::QuoteRead, "/pricing", Quote("/pricing")),
    (What::QuoteRead, "/terms", Quote("/terms")),
    (What::QuoteRead, "/buyer_tier", Quote("/buyer_tier")),
    (What::QuoteRead, "/created_at", Quote("/created_at")),
    (What::QuoteRead, "/expires_at", Quote("/expires_at")),
    // Booked, it has the deal's price and names the deal.
    (What::QuoteBooked, "/quote_id", Quote("/quote_id")),
    (What::QuoteBooked, "/product", Quote("/product")),
    (What::QuoteBooked, "/pricing", Deal("/pricing")),
    (What::QuoteBooked, "/terms", Quote("/terms")),
    (What::QuoteBooked, "/buyer_tier", Quote("/buyer_tier")),
    (What::QuoteBooked, "/created_at", Quote("/created_at")),
    (What::QuoteBooked, "/expires_at", Quote("/expires_at")),
    (What::QuoteBooked, "/deal_id", Deal("/deal_id")),
    // An offer of the seller's price is accepted at that price (wire/iab.md 5.1), as the recorded
    // one was at its own.
    (What::Accepted, "/buyer_price", Asked("/buyer_price")),
    (What::Accepted, "/seller_price", Asked("/buyer_price")),
    (What::Accepted, "/round/round_number", Count),
    // The record is of this quote, and of the moves that were made.
    (What::Record, "/proposal_id", Quote("/quote_id")),
    (What::Record, "/rounds", Moves),
    (What::Record, "/total_rounds", Count),
    // A deal is of its quote, from today on for a month.
    (What::Booked, "/quote_id", Asked("/quote_id")),
    (What::Booked, "/created_at", Now),
    (What::Booked, "/expires_at", In(30)),
    (What::Booked, "/terms", Quote("/terms")),
    (What::Booked, "/pricing/final_cpm", Price),
    (What::Booked, "/openrtb_params/bidfloor", Price),
    // Asked for again, it is the deal that was answered, in the state that was recorded.
    (What::DealRead, "/deal_id", Deal("/deal_id")),
    (What::DealRead, "/deal_type", Deal("/deal_type")),
    (What::DealRead, "/quote_id", Deal("/quote_id")),
    (What::DealRead, "/product", Deal("/product")),
    (What::DealRead, "/pricing", Deal("/pricing")),
    (What::DealRead, "/terms", Deal("/terms")),
    (What::DealRead, "/buyer_tier", Deal("/buyer_tier")),
    (What::DealRead, "/created_at", Deal("/created_at")),
    (What::DealRead, "/expires_at", Deal("/expires_at")),
    (What::DealRead, "/activation_instructions", Deal("/activation_instructions")),
    (What::DealRead, "/openrtb_params", Deal("/openrtb_params")),
];
