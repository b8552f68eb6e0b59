//! A booking whose outcome is awaited: it has no Deal ID yet, and its money is held.

use serde::Serialize;

use super::{
    book::BookingDoc,
    fact::FactDoc,
    quote::{ProductDoc, TermsDoc},
};
use crate::desk::{BookingRecord, BookingState};

/// A booking without a deal yet.
#[derive(Debug, Serialize)]
pub(crate) struct AwaitedDoc {
    pub(crate) quote_id: String,
    pub(crate) seller: String,
    /// `BOOKING`, `UNKNOWN` or `WAITING`.
    pub(crate) stage: String,
    /// What was confirmed; `null` where a desk did not keep it.
    pub(crate) product: Option<ProductDoc>,
    pub(crate) deal_type: Option<String>,
    pub(crate) terms: Option<TermsDoc>,
    /// The currency of the price that was confirmed, and of the cost.
    pub(crate) cost_in: String,
    /// What counts as spent, in the currency of the limits.
    pub(crate) held: String,
    pub(crate) held_in: String,
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// What is known of it; `null` while the first answer is awaited.
    pub(crate) known: Option<String>,
    pub(crate) to_do: String,
    pub(crate) booking: BookingDoc,
}

/// The same with everything that led to it.
#[derive(Debug, Serialize)]
pub(crate) struct AwaitedShowDoc {
    pub(crate) awaited: AwaitedDoc,
    pub(crate) audit: Vec<FactDoc>,
}

impl AwaitedDoc {
    pub(crate) fn new(booking: &BookingRecord) -> Self {
        let (intent, held) = (&booking.intent, booking.held());
        let offer = intent.offer.as_deref();
        let says = booking.evidence.last();
        let seen = says.map(|seen| format!("{} says {}", seen.looked_at, seen.says));
        let known: Vec<_> = booking.says.iter().cloned().chain(seen).collect();
        let usual = || to_do(booking.state).to_owned();
        Self {
            quote_id: intent.quote.quote_id.0.clone(),
            seller: intent.quote.seller.0.clone(),
            stage: booking.state.stage().map_or_else(String::new, |stage| stage.to_string()),
            product: offer.map(|offer| ProductDoc::new(&offer.product)),
            deal_type: offer.map(|offer| offer.deal_type.to_string()),
            terms: offer.map(|offer| TermsDoc::new(&offer.terms)),
            cost_in: intent.cost.currency().to_string(),
            held: held.plain(),
            held_in: held.currency().to_string(),
            attempts: booking.attempts,
            known: (!known.is_empty()).then(|| known.join("; last look: ")),
            to_do: booking.cure.clone().unwrap_or_else(usual),
            booking: BookingDoc::new(booking),
        }
    }

    /// What is bought, by its name where it has one.
    pub(crate) fn product(&self) -> Option<String> {
        let product = self.product.as_ref()?;
        product.name.clone().or_else(|| Some(product.product_id.clone()))
    }
}

/// What to do about a booking that has no cure of its own.
pub(crate) fn to_do(state: BookingState) -> &'static str {
    match state {
        BookingState::Waiting => {
            "its money counts. Do not book again: `dealdesk reconcile` looks at it. The seller's decision \
             ends it, or you do (--deal, --close)"
        }
        BookingState::Sent | BookingState::Unknown => {
            "its money counts as spent. Do not book again: `dealdesk reconcile` looks at it. Where it finds \
             nothing, ask the seller's people, and end it by what they say (--deal, --close)"
        }
        BookingState::Refused => "read its words; nothing was booked",
        BookingState::Expired => "ask for a new quote",
        BookingState::Disputed => {
            "talk to the seller before the deal is activated; `deals show` lists the differences"
        }
        BookingState::NotSent => "it is safe to try again",
        BookingState::Done | BookingState::Closed => "",
    }
}
