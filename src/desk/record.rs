//! What the desk remembers of each quote, booking and deal: the fold of the facts about it.
//!
//! Memory and the store's projections hold the same records, so both are made by one fold.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::{Actor, Intent};
use crate::domain::{
    Ask, Cost, Cover, Cpm, Currency, Deal, DealId, DealRef, DealStatus, Group, Negotiation, Quote,
    QuoteAsk, QuoteId, QuoteRef, QuoteStatus, RfqId, SellerError, Stage, TicketId,
    asked::{self, Difference},
};

/// A quote with its negotiation and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRecord {
    /// The quote as the seller last described it. Its status is ours: what it says by now.
    pub quote: Quote,
    /// What was asked for.
    pub ask: QuoteAsk,
    /// When it came, on our clock.
    pub received_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// The quote it replaced.
    pub requote_of: Option<QuoteId>,
    /// The price of the quote it replaced.
    pub price_before: Option<Cpm>,
    /// The price first quoted, before any negotiation: what an agreement is measured against.
    pub first_quoted: Option<Cpm>,
    /// The quote that replaced it.
    pub replaced_by: Option<QuoteId>,
    /// The price agreed for it, here or in the quote it replaced.
    pub agreed: Option<Cpm>,
    /// Its negotiation.
    pub negotiation: Option<Negotiation>,
    /// The process that runs its strategy.
    pub auto_owner: Option<String>,
    /// Whether a person let it go.
    pub let_go: bool,
    /// Its newest booking ticket.
    pub ticket: Option<TicketId>,
    /// Where that ticket stands.
    pub booking: Option<BookingState>,
    /// The deal it became.
    pub deal: Option<DealId>,
    /// Quotes asked together with it.
    pub rfq: Option<RfqId>,
    /// Why a re-quote at the agreed price failed.
    pub requote_error: Option<String>,
    /// The key it was asked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// How the deal it became stands by now.
    #[serde(default)]
    pub deal_status: Option<DealStatus>,
    /// Whether its seller no longer has that deal, or has put another in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deal_gone: bool,
    /// Why its seller would not negotiate it, if it was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_talks: Option<NoTalks>,
    /// What the seller's catalogue called the inventory when the quote came; the quote may call it
    /// something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_as: Option<String>,
}

/// A seller's no to being negotiated with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoTalks {
    /// Whether it negotiates with nobody, as far as it says; else not with whom it takes us for.
    pub at_all: bool,
    /// Its refusal.
    pub error: SellerError,
}

impl QuoteRecord {
    /// The question for the seller's record of its negotiation. Sellers write the prices of it as bare
    /// numbers: they are in the quote's currency.
    pub fn ask_history(&self) -> Ask {
        let pending = self.negotiation.as_ref().and_then(|game| game.pending.as_ref());
        let pricing = &self.quote.pricing;
        let price = pending.map(|pending| pending.cpm).or(pricing.final_cpm).or(pricing.base_cpm);
        let currency = price.map_or(Currency::USD, |price| price.currency());
        Ask::History(self.quote.quote_id.clone(), currency)
    }

    /// What it is called.
    pub fn reference(&self) -> QuoteRef {
        self.quote.reference()
    }

    /// The deal that it became, by reference.
    pub fn deal_key(&self) -> Option<DealRef> {
        let deal_id = self.deal.clone()?;
        Some(DealRef { seller: self.quote.seller.clone(), deal_id })
    }

    /// Its stage on the board.
    pub fn stage(&self) -> Stage {
        if let Some(status) = self.deal_status.filter(|_| self.is_released()) {
            return Stage::of_deal(status, false);
        }
        if let Some(stage) = self.booking.and_then(BookingState::stage) {
            return stage;
        }
        if self.deal.is_some() {
            return if self.deal_gone { Stage::Disputed } else { Stage::Booked };
        }
        if self.let_go {
            return Stage::Declined;
        }
        let stage = Stage::of_quote(self.quote.status, self.negotiation.as_ref());
        if self.agreed.is_some() && stage == Stage::Quoted { Stage::Agreed } else { stage }
    }

    /// The currency that its product was offered in, as far as that was known when it was asked for: that
    /// of our target, else the published one.
    pub fn offered_in(&self) -> Option<Currency> {
        self.ask.target_cpm.map(|target| target.currency()).or(self.ask.currency)
    }

    /// Where it is not what was asked for.
    pub fn differs_from_ask(&self) -> Vec<Difference> {
        asked::differences(&self.quote, &self.ask, self.offered_in())
    }

    /// Whether it has a row of its own on the board: not once a deal or a newer quote stands for it.
    pub fn is_on_board(&self) -> bool {
        self.deal.is_none() && self.replaced_by.is_none()
    }

    /// The price to book at: the agreed one where there is one, else the quoted one.
    pub fn price(&self) -> Option<Cpm> {
        self.agreed.or(self.quote.pricing.cpm()).filter(|_| self.quote.pricing.is_per_thousand())
    }

    /// The price as it stands: their newest offer while it is negotiated, else the price to book at.
    pub fn standing(&self) -> Option<Cpm> {
        let game = self.negotiation.as_ref().filter(|game| !game.is_over());
        game.and_then(Negotiation::their_last).or_else(|| self.price())
    }

    /// What it costs at [`Self::price`], if impressions are known.
    pub fn cost(&self) -> Option<Cost> {
        Some(self.price()?.cost(self.quote.terms.impressions?))
    }

    /// Whether it can still become a deal, as far as we know.
    pub fn is_open(&self) -> bool {
        self.quote.status == QuoteStatus::Available
            && self.deal.is_none()
            && self.replaced_by.is_none()
            && !self.let_go
            && !self.booking.is_some_and(BookingState::is_awaited)
    }

    /// Whether a booking of it holds money: sent, booked, or unknown.
    pub fn holds_money(&self) -> bool {
        self.booking.is_some_and(BookingState::holds_money) && !self.is_released()
    }

    /// Whether the deal it became came to nothing: rejected, lapsed or canceled.
    pub fn is_released(&self) -> bool {
        self.deal_status.is_some_and(|status| !status.binds_money())
    }

    /// Whether its negotiation waits for an answer of theirs or of a person.
    pub fn is_negotiating(&self) -> bool {
        self.negotiation.as_ref().is_some_and(|game| !game.is_over())
    }
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BookingState {
    /// Stored and sent; the answer is awaited.
    Sent,
    /// Booked as agreed.
    Done,
    /// Booked otherwise than agreed.
    Disputed,
    /// The seller said no.
    Refused,
    /// The quote was over.
    Expired,
    /// Nothing left this machine.
    NotSent,
    /// Nobody knows.
    Unknown,
    /// The seller has it, and has not decided yet: people approve it there.
    Waiting,
    /// Nobody ever knew; a person closed it, in writing.
    Closed,
}

impl BookingState {
    /// Whether its money counts: committed, in flight or unknown.
    pub fn holds_money(self) -> bool {
        self.is_awaited() || matches!(self, Self::Done | Self::Disputed)
    }

    /// The stage of what is booked with it, where the booking decides that.
    pub fn stage(self) -> Option<Stage> {
        match self {
            Self::Sent => Some(Stage::Booking),
            Self::Unknown => Some(Stage::Unknown),
            Self::Waiting => Some(Stage::Waiting),
            Self::Disputed => Some(Stage::Disputed),
            Self::Done | Self::Refused | Self::Expired | Self::NotSent | Self::Closed => None,
        }
    }

    /// Whether its outcome is awaited: in flight, unknown, or with the seller.
    pub fn is_awaited(self) -> bool {
        self == Self::Sent || self.is_looked_at()
    }

    /// Whether it is looked at until evidence or a person ends it.
    pub fn is_looked_at(self) -> bool {
        matches!(self, Self::Unknown | Self::Waiting)
    }
}

/// Something learnt about a booking whose outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When.
    pub at: Timestamp,
    /// What was looked at.
    pub looked_at: String,
    /// What it said.
    pub says: String,
    /// Whether it says that the quote can still be booked.
    pub still_available: bool,
}

/// A booking: the intent and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingRecord {
    /// What was decided.
    pub intent: Intent,
    /// Who decided it.
    pub by: Actor,
    /// When it was stored.
    pub at: Timestamp,
    /// Where it stands.
    pub state: BookingState,
    /// What went wrong, in words.
    pub says: Option<String>,
    /// What to do about it.
    pub cure: Option<String>,
    /// What the seller said, or what came instead of an answer, where it is not booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SellerError>,
    /// Where the deal differs from what was agreed: `(field, agreed, booked)`.
    pub differences: Vec<(String, String, String)>,
    /// What was learnt since.
    pub evidence: Vec<Evidence>,
    /// The deal.
    pub deal: Option<DealRef>,
    /// Whether its deal no longer binds money (rejected, expired, canceled).
    pub released: bool,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether it was this desk that held it back: it was halted in the last moment.
    #[serde(default)]
    pub withheld: bool,
    /// How often it was sent.
    #[serde(default = "once")]
    pub attempts: u32,
    /// When it was last sent.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// What it holds where the seller booked it dearer than was agreed, in the limits' currency.
    #[serde(default)]
    pub dearer: Option<Cost>,
    /// The HTTP status of the newest answer that left its outcome unknown; 0 where none came.
    #[serde(default)]
    pub http_status: u16,
}

fn once() -> u32 {
    1
}

impl BookingRecord {
    /// Whether the seller has it: it answered with a 2xx, whatever the answer said. Such a booking is
    /// never sent again, and nothing that is seen later says that it never arrived.
    pub fn arrived(&self) -> bool {
        self.state == BookingState::Waiting || (200..300).contains(&self.http_status)
    }

    /// Whether the newest answer said that the seller itself gave up on it.
    pub fn gave_up(&self) -> bool {
        !self.arrived() && self.error.as_ref().is_some_and(SellerError::gave_up)
    }

    /// What it holds against the limits, in their currency.
    pub fn held(&self) -> Cost {
        self.dearer.or(self.intent.held).unwrap_or(self.intent.cost)
    }
}

/// One change of a deal's or quote's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Before; empty at the first.
    pub from: String,
    /// After, in the seller's word.
    pub to: String,
    /// By whom.
    pub by: String,
    /// When, on our clock.
    pub at: Timestamp,
    /// Anything to know.
    pub notes: String,
}

/// What we say of a deal, apart from what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MatchStatus {
    /// Booked, as agreed.
    Booked,
    /// Booked, but not as agreed.
    Disputed,
}

/// A deal and its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealRecord {
    /// The deal as the seller last described it: their status.
    pub deal: Deal,
    /// Our status.
    pub ours: MatchStatus,
    /// The price that was agreed and typed.
    pub agreed: Cpm,
    /// The price first quoted, before any negotiation.
    pub first_quoted: Option<Cpm>,
    /// What the runner-up asked when it was decided.
    #[serde(default)]
    pub cover: Option<Cover>,
    /// The ticket it was booked with.
    pub ticket: TicketId,
    /// When it was booked, on our clock.
    pub booked_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Every status it had.
    pub transitions: Vec<Transition>,
    /// Where it differs from what was agreed.
    pub differences: Vec<(String, String, String)>,
    /// What was done to activate it at the DSP: step, what came of it, when.
    #[serde(default)]
    pub activation: Vec<(String, String, Timestamp)>,
    /// What became of it after it was booked, until a person has acknowledged it: it was rejected, it
    /// lapsed, it is gone.
    #[serde(default)]
    pub attention: Option<String>,
}

impl DealRecord {
    /// What it is called.
    pub fn reference(&self) -> DealRef {
        self.deal.reference()
    }

    /// Its stage on the board.
    pub fn stage(&self) -> Stage {
        let disputed = self.ours == MatchStatus::Disputed;
        if disputed && self.attention.is_some() {
            return Stage::Disputed;
        }
        Stage::of_deal(self.deal.status, disputed)
    }

    /// Whether nothing was bought in the end: it was rejected, lapsed or was canceled.
    pub fn came_to_nothing(&self) -> bool {
        !self.deal.status.binds_money()
    }

    /// The group of the board it belongs to: a person's, until what became of it is acknowledged.
    pub fn group(&self) -> Group {
        if self.attention.is_some() { Group::NeedsMe } else { self.stage().group() }
    }

    /// Its newest change of status, if it had more than its first.
    pub fn last_change(&self) -> Option<&Transition> {
        self.transitions.last().filter(|_| self.transitions.len() > 1)
    }
}
