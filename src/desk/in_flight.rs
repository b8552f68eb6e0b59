//! The questions under way, and what each is for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Ask, Cpm, DealRef, QuoteAsk, QuoteId, QuoteRef, RfqId, SellerError, SellerName, TicketId,
};

/// A question under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// To whom.
    pub seller: SellerName,
    /// What.
    pub ask: Ask,
    /// What it is for.
    pub purpose: Purpose,
    /// Since when.
    pub since: Timestamp,
}

/// What a seller is asked to tell again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A quote.
    Quote(QuoteRef),
    /// A deal.
    Deal(DealRef),
}

impl Subject {
    /// What a question reads again, if it reads something for itself or for the open ticket.
    pub fn of(purpose: &Purpose) -> Option<Self> {
        match purpose {
            Purpose::Reread(quote) | Purpose::TicketReread(_, quote) => {
                Some(Self::Quote(quote.clone()))
            }
            Purpose::Poll(deal) => Some(Self::Deal(deal.clone())),
            Purpose::Publish
            | Purpose::TicketCatalogue(..)
            | Purpose::Quote { .. }
            | Purpose::Move(_)
            | Purpose::LookMove(_)
            | Purpose::LookStanding(_)
            | Purpose::Booking(..)
            | Purpose::LookBooking(..)
            | Purpose::EnterDeal(..)
            | Purpose::Rematch { .. }
            | Purpose::ShowKeys(..)
            | Purpose::Avails
            | Purpose::Orders
            | Purpose::SendOrder(..) => None,
        }
    }

    /// Who tells it.
    pub fn seller(&self) -> &SellerName {
        match self {
            Self::Quote(quote) => &quote.seller,
            Self::Deal(deal) => &deal.seller,
        }
    }
}

/// What a question is for, so that its answer is folded into the right place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Kit, products, probe, search.
    Publish,
    /// A quote, perhaps in place of another, perhaps at an agreed price.
    Quote {
        /// The quote it replaces.
        requote_of: Option<QuoteId>,
        /// The price agreed there.
        agreed: Option<Cpm>,
        /// Together with which others.
        rfq: Option<RfqId>,
    },
    /// A quote read again, for itself.
    Reread(QuoteRef),
    /// The seller's catalogue for the open ticket: what it calls what the quote is for.
    TicketCatalogue(TicketId, QuoteRef),
    /// A quote read again for the open ticket.
    TicketReread(TicketId, QuoteRef),
    /// A move.
    Move(QuoteRef),
    /// A lost move looked up.
    LookMove(QuoteRef),
    /// How a negotiation stands whose seller refused a move.
    LookStanding(QuoteRef),
    /// A booking.
    Booking(TicketId, QuoteRef),
    /// A lost booking looked up.
    LookBooking(TicketId, QuoteRef),
    /// The quote behind a lost booking, asked for once more with the key that it was asked with: whether
    /// the seller answers the same.
    ShowKeys(TicketId, QuoteRef),
    /// The deal that a person says a lost booking became.
    EnterDeal(TicketId, QuoteRef),
    /// The catalogue of a seller that no longer knows a product's id, to find it by its name.
    Rematch {
        /// What was asked.
        ask: Box<QuoteAsk>,
        /// What it was for.
        purpose: Box<Purpose>,
        /// What the seller said.
        error: Box<SellerError>,
    },
    /// A deal's status.
    Poll(DealRef),
    /// Impressions that could be had.
    Avails,
    /// Insertion orders and change requests, to look at.
    Orders,
    /// A new order, or a change of one: which intent, about which deal.
    SendOrder(String, DealRef),
}

impl Purpose {
    /// What it is for in the end. Where a seller does not know a product, its catalogue is read on the way
    /// to a quote: the quote is still being asked for.
    pub fn in_the_end(&self) -> &Self {
        if let Self::Rematch { purpose, .. } = self { purpose.in_the_end() } else { self }
    }
}

impl InFlight {
    /// What a question asks a price for, and together with which others.
    pub fn priced(&self) -> Option<(&QuoteAsk, Option<&RfqId>)> {
        let ask = match (&self.purpose, &self.ask) {
            (Purpose::Rematch { ask, .. }, _) => &**ask,
            (_, Ask::Quote { ask, .. }) => ask,
            (_, _) => return None,
        };
        let Purpose::Quote { rfq, .. } = self.purpose.in_the_end() else { return None };
        Some((ask, rfq.as_ref()))
    }
}
