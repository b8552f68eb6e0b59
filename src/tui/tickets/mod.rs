//! Tickets: the only places from which anything that commits is sent. A capital letter opens one; its
//! typed answer sends. To be built: this is their place.

use super::context::Cx;
use crate::domain::{DealType, ProductId, QuoteRef, SellerName};

/// What a ticket is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Want {
    /// Ask for a quote.
    Quote { seller: SellerName, product: ProductId, name: Option<String>, kind: Option<DealType> },
    /// Offer a price.
    Counter(QuoteRef),
    /// Take their price.
    Accept(QuoteRef),
    /// Book.
    Book(QuoteRef),
    /// Leave a negotiation.
    Walk(QuoteRef),
}

/// Opens the ticket for `want`: `cx.open(…)`, and for a booking `Command::OpenTicket`.
pub(crate) fn open(want: &Want, cx: &mut Cx<'_>) {
    let _ = want;
    cx.say("this ticket is not there yet");
}
