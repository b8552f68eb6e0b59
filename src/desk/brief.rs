//! Quotes, bookings and deals in brief: what lists order, narrow and count by. A list of a hundred
//! thousand rows is made of these, and only the rows that are seen are looked at.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    kept::{Names, Record},
    record::{BookingRecord, BookingState, DealRecord, MatchStatus, QuoteRecord},
};
use crate::domain::{Cost, Cpm, DealRef, DealType, Group, QuoteRef, QuoteStatus, Stage, TicketId};

/// A quote in brief.
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteBrief {
    /// Its stage on the board.
    pub stage: Stage,
    /// The kind of deal it is for.
    pub deal_type: DealType,
    /// Whether it can still become a deal.
    pub is_open: bool,
    /// Whether nothing more is expected of it.
    pub rests: bool,
    /// Whether it was negotiated.
    pub talks: bool,
    /// When it came.
    pub received_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When it runs out, on its seller's clock.
    pub expires_at: Timestamp,
    /// The price to book at.
    pub price: Option<Cpm>,
    /// The list price.
    pub base: Option<Cpm>,
    /// The price as it stands: their newest offer while it is negotiated, else the price to book at.
    pub standing: Option<Cpm>,
    /// How many impressions.
    pub impressions: Option<u64>,
    /// The product's name.
    pub product: Arc<str>,
    /// The kind of inventory.
    pub kind: Arc<str>,
    /// The seller's word for its status, where that is no word we know.
    pub odd_status: Option<Arc<str>>,
    /// The RFQ it was asked for in.
    pub rfq: Option<Arc<str>>,
    /// The deal it became.
    pub deal: Option<Box<str>>,
    /// The quote that it replaced.
    pub requote_of: Option<Box<str>>,
    /// The quote that replaced it.
    pub replaced_by: Option<Box<str>>,
}

impl QuoteBrief {
    /// What it costs at the price to book at.
    pub fn cost(&self) -> Option<Cost> {
        Some(self.price?.cost(self.impressions?))
    }

    /// What it costs at the price as it stands.
    pub fn standing_cost(&self) -> Option<Cost> {
        Some(self.standing?.cost(self.impressions?))
    }

    /// Whether it has a row of its own on the board.
    pub fn is_on_board(&self) -> bool {
        self.deal.is_none() && self.replaced_by.is_none()
    }
}

impl Record for QuoteRecord {
    type Key = QuoteRef;
    type Brief = QuoteBrief;

    fn key(&self) -> QuoteRef {
        self.reference()
    }

    fn brief(&self, names: &mut Names) -> QuoteBrief {
        let quote = &self.quote;
        let boxed = |text: &str| Box::<str>::from(text);
        let is_odd = quote.status == QuoteStatus::Other;
        QuoteBrief {
            stage: self.stage(),
            deal_type: quote.deal_type,
            is_open: self.is_open(),
            rests: self.rests(),
            talks: self.negotiation.is_some(),
            received_at: self.received_at,
            changed_at: self.changed_at,
            expires_at: quote.expires_at,
            price: self.price(),
            base: quote.pricing.base_cpm,
            standing: self.standing(),
            impressions: quote.terms.impressions,
            product: names.one(&quote.product.name),
            kind: names.one(&quote.product.inventory_type),
            odd_status: is_odd.then(|| names.one(&quote.raw_status)),
            rfq: self.rfq.as_ref().map(|rfq| names.one(rfq.as_str())),
            deal: self.deal.as_ref().map(|deal| boxed(deal.as_str())),
            requote_of: self.requote_of.as_ref().map(|quote| boxed(quote.as_str())),
            replaced_by: self.replaced_by.as_ref().map(|quote| boxed(quote.as_str())),
        }
    }

    fn rests(&self) -> bool {
        let runs = self.quote.status == QuoteStatus::Available && self.deal.is_none();
        let waits = self.booking.is_some_and(BookingState::is_awaited);
        let talks = self.negotiation.as_ref();
        let moves = talks.is_some_and(|game| !game.is_over() || game.pending.is_some());
        !runs && !waits && !moves
    }
}

/// A booking in brief.
#[derive(Debug, Clone, PartialEq)]
pub struct BookingBrief {
    /// Where it stands.
    pub state: BookingState,
    /// What it holds against the limits, in their currency; `None` where it holds nothing.
    pub held: Option<Cost>,
    /// When it was stored.
    pub at: Timestamp,
}

impl Record for BookingRecord {
    type Key = TicketId;
    type Brief = BookingBrief;

    fn key(&self) -> TicketId {
        self.intent.ticket.clone()
    }

    fn brief(&self, _names: &mut Names) -> BookingBrief {
        let holds = self.state.holds_money() && !self.released;
        BookingBrief { state: self.state, held: holds.then(|| self.held()), at: self.at }
    }

    fn rests(&self) -> bool {
        !self.state.is_awaited()
    }
}

/// A deal in brief.
#[derive(Debug, Clone, PartialEq)]
pub struct DealBrief {
    /// Its stage on the board.
    pub stage: Stage,
    /// Its group on the board.
    pub group: Group,
    /// Whether nothing more is expected of it.
    pub rests: bool,
    /// Whether its seller says that it is over.
    pub is_over: bool,
    /// Whether it is not as agreed.
    pub is_disputed: bool,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When it lapses if never activated, on its seller's clock.
    pub expires_at: Option<Timestamp>,
    /// What it costs per thousand, as its seller says; none where its price is for something else.
    pub cpm: Option<Cpm>,
    /// How many impressions.
    pub impressions: Option<u64>,
    /// The product's name.
    pub product: Arc<str>,
    /// The seller's word for the kind of deal.
    pub kind: Arc<str>,
    /// The quote it came from.
    pub quote: Option<Box<str>>,
}

impl DealBrief {
    /// What it costs if all of it is delivered.
    pub fn cost(&self) -> Option<Cost> {
        Some(self.cpm?.cost(self.impressions?))
    }
}

impl Record for DealRecord {
    type Key = DealRef;
    type Brief = DealBrief;

    fn key(&self) -> DealRef {
        self.reference()
    }

    fn brief(&self, names: &mut Names) -> DealBrief {
        let deal = &self.deal;
        DealBrief {
            stage: self.stage(),
            group: self.group(),
            rests: self.rests(),
            is_over: deal.status.is_over(),
            is_disputed: self.ours == MatchStatus::Disputed,
            booked_at: self.booked_at,
            changed_at: self.changed_at,
            expires_at: deal.expires_at,
            cpm: deal.pricing.cpm(),
            impressions: deal.terms.impressions,
            product: names.one(&deal.product.name),
            kind: names.one(&deal.raw_deal_type),
            quote: deal.quote_id.as_ref().map(|quote| quote.as_str().into()),
        }
    }

    fn rests(&self) -> bool {
        self.deal.status.is_over() && self.group() == Group::Done
    }
}
