//! A seller's behaviour: how fast, how reliable, how stubborn.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::domain::{DealType, Tier};

/// How a seller behaves, apart from haggling. Shares are of one: 0.05 is one in twenty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// One word for it.
    pub word: String,
    /// Shortest and longest time to an answer, milliseconds.
    pub latency_ms: [u64; 2],
    /// How long a quote is good, seconds.
    pub quote_s: u32,
    /// How long an expired quote is still answered with 410 before it is forgotten, seconds.
    #[serde(default = "hour")]
    pub expired_row_s: u32,
    /// Whether a quote that was booked expires too, and then hides its deal, as the reference does.
    #[serde(default)]
    pub booked_quotes_expire: bool,
    /// How far its clock is ahead, milliseconds.
    #[serde(default)]
    pub clock_ahead_ms: i64,
    /// The shape of its errors.
    #[serde(default)]
    pub errors: Envelope,
    /// What its prose is like.
    #[serde(default)]
    pub prose: Prose,
    /// What an API key does.
    #[serde(default)]
    pub keys: KeyUse,
    /// The auction type it writes on fixed-price deals: 1 (reference) or 3 (as OpenRTB has it).
    #[serde(default = "first_price")]
    pub fixed_price_at: u8,
    /// What the price of a private auction is called.
    #[serde(default)]
    pub auction_price: AuctionPrice,
    /// Whether the deal names the buyer's seat.
    #[serde(default)]
    pub names_seat: bool,
    /// Share of requests that are answered with 503.
    #[serde(default)]
    pub unavailable: f64,
    /// Share of bookings whose reply is lost after the deal was made.
    #[serde(default)]
    pub lost_reply: f64,
    /// Share of quotes that give the discount of the tier below.
    #[serde(default)]
    pub wrong_tier: f64,
    /// Share of quotes that are declined.
    #[serde(default)]
    pub declines: f64,
    /// Whether a price that was agreed in the negotiation about a quote is the price of its deal. Without it, as
    /// the dialect does: v2 honours it, v1 books what was quoted.
    #[serde(default)]
    pub honours_agreement: Option<bool>,
    /// Whether it books without a key. Newer sellers answer 401.
    #[serde(default = "yes")]
    pub books_for_anyone: bool,
    /// How long a deal may wait for its activation, seconds; then it is expired. The reference's 30 days.
    #[serde(default = "thirty_days")]
    pub deal_s: u32,
    /// How it moves deals on; without it they stay proposed until they expire.
    #[serde(default)]
    pub approval: Option<Approval>,
}

fn hour() -> u32 {
    3600
}

fn yes() -> bool {
    true
}

fn first_price() -> u8 {
    1
}

fn thirty_days() -> u32 {
    30 * 24 * 3600
}

/// How a booked deal moves on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Shortest and longest time until it is active or rejected, seconds.
    pub after_s: [u64; 2],
    /// Shortest and longest time from active to completed, seconds.
    pub runs_s: [u64; 2],
    /// Share of deals that are rejected.
    #[serde(default)]
    pub rejects: f64,
    /// Share of deals that are never decided and expire.
    #[serde(default)]
    pub forgets: f64,
}

/// The shape of an error's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Envelope {
    /// `{"detail": {"error", "message"}}` or `{"detail": "…"}`: what the real sellers send.
    #[default]
    Nested,
    /// `{"error", "detail"}`: what the guide shows.
    Flat,
}

/// What a seller's prose is like: names, descriptions, rationales, the words of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prose {
    /// It is there to be read.
    #[default]
    Plain,
    /// It carries what terminals, clipboards and eyes obey.
    Hostile,
}

/// What an API key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyUse {
    /// It says who the buyer is and replaces the identity of the body.
    #[default]
    Honoured,
    /// It is not looked at, good or bad: only the identity of the body counts (sub-dialect v1-old).
    Ignored,
}

/// What the price of a private auction is called in a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuctionPrice {
    /// `fixed`, like any other (reference).
    #[default]
    Fixed,
    /// `floor`.
    Floor,
}

/// How a seller haggles.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NegotiationRules {
    /// The lowest tier it talks with.
    #[serde(default)]
    pub from: Tier,
    /// The kinds of deal it talks about.
    #[serde(default = "every_kind")]
    pub deal_types: Vec<DealType>,
    /// What it says to whom it does not talk with.
    #[serde(default = "no_negotiation")]
    pub refusal: String,
    /// Its moves.
    pub moves: Moves,
    /// What it says with a counter; one is picked. Without any it says the price alone.
    #[serde(default)]
    pub moods: Vec<String>,
}

fn every_kind() -> Vec<DealType> {
    DealType::ALL.to_vec()
}

fn no_negotiation() -> String {
    "Our prices are not negotiable.".to_owned()
}

/// The moves of a behaviour. Apart from `reference`, no price is ever under the private reserve.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Moves {
    /// The engine of the IAB seller agent, by tier (wire/iab.md 5.1, v1).
    Reference {},
    /// Patient: gives so much off its last price each round, then holds.
    Gives {
        /// Percent of its last price, one a round.
        percents: Vec<f64>,
        /// The round of its final offer; after it, it ends the negotiation.
        rounds: u32,
    },
    /// Stubborn: so many dollars a round, whatever is offered.
    Steps {
        /// Dollars a round.
        #[serde(deserialize_with = "super::text::decimal")]
        dollars: Decimal,
        /// The round of its final offer.
        rounds: u32,
    },
    /// Eager: comes most of the way, and accepts what is near.
    Meets {
        /// Share of the gap that it gives.
        share: f64,
        /// Accepts an offer that is this share of its last price away from it.
        near: f64,
        /// Accepts anything at its reserve or above once the buyer let it wait so long, seconds.
        waits_s: u32,
        /// The round of its final offer.
        rounds: u32,
    },
    /// Flaky: gives something between these percents, by mood.
    Wavers {
        /// Least and most percent of its last price.
        percents: [f64; 2],
        /// The round of its final offer.
        rounds: u32,
    },
    /// Auctioneer: moves once, and that is final.
    Once {
        /// Percent off its opening.
        percent: f64,
        /// Rounds until it ends the negotiation.
        rounds: u32,
    },
}
