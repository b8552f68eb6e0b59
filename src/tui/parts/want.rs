//! What a ticket is wanted for. A screen says it; the app opens the ticket.

use crate::domain::{Cpm, ProductId, QuoteRef, SellerName, TicketId};

/// What a ticket is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Want {
    /// Ask one or more sellers for a quote on the same terms.
    Quotes(Vec<Candidate>),
    /// Offer a price: goes to the ladder, where the draft is seen before its ticket opens.
    Counter(QuoteRef),
    /// Offer this price: opens its ticket.
    Offer(QuoteRef, Cpm),
    /// Take their price.
    Accept(QuoteRef),
    /// Book.
    Book(QuoteRef),
    /// Leave a negotiation.
    Walk(QuoteRef),
    /// Let a strategy play.
    Auto(QuoteRef),
    /// Book as soon as it can be had for a price, or no more.
    Trigger(QuoteRef),
    /// Let the desk go on after a halt, or one seller.
    Resume(Option<SellerName>),
    /// Say which deal a booking without a known outcome became.
    EnterDeal(TicketId),
    /// End a booking without a known outcome in writing.
    EndUnknown(TicketId),
    /// Send a booking without a known outcome once more.
    SendAgain(TicketId),
}

/// A seller to ask, and what it could be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) seller: SellerName,
    /// What the person chose: the name of the package or the product.
    pub(crate) title: String,
    /// Products, the likeliest first, with their names.
    pub(crate) products: Vec<(ProductId, String)>,
    /// Whether the seller does not say which of them is in the package: a person has to choose.
    pub(crate) is_guess: bool,
    /// What the kit says it costs us.
    pub(crate) price: Option<Cpm>,
    /// Of which products that price is a blend, if it is one.
    pub(crate) blend: Option<String>,
}
