//! Notes for a seller: about a booking that nobody knows the outcome of, or that is not what was agreed
//! (when, what, under which key, and what we saw), and the one that leaves a negotiation politely. They
//! name nobody else, no limit and no secret.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::facts;
use crate::{
    desk::{BookingRecord, BookingState, QuoteRecord, State},
    domain::text,
};

/// Whether there is something to write to the seller about.
pub(crate) fn is_for(booking: &BookingRecord) -> bool {
    booking.state.is_looked_at() || booking.state == BookingState::Disputed
}

/// The note that leaves a negotiation politely. It names nobody else, no price and no round.
pub(crate) fn of_walk(record: &QuoteRecord) -> String {
    let quote = &record.quote;
    let product = text::clean(&quote.product.name, 80);
    let product = if product.is_empty() { quote.product.product_id.to_string() } else { product };
    format!(
        "Thank you for your time on {product}. We will not go on with quote {} and leave it here; we would be glad to talk again about a later flight.",
        quote.quote_id.as_str()
    )
}

/// The note. Ids leave as the seller wrote them.
pub(crate) fn of_booking(state: &State, booking: &BookingRecord) -> String {
    let intent = &booking.intent;
    let mut note = if booking.state == BookingState::Disputed {
        "You hold a deal of ours on other terms than were agreed. Please correct it, or tell us why."
            .to_owned()
    } else {
        "We sent you a booking and got no answer that tells its outcome. Please tell us whether it is booked, and its Deal ID."
            .to_owned()
    };
    note.push('\n');
    let mut put = |label: &str, words: &str| {
        let _ = write!(note, "\n{label}: {words}");
    };
    if let Some(deal) = &booking.deal {
        put("Deal ID", deal.deal_id.as_str());
    }
    put("Quote ID", intent.quote.quote_id.as_str());
    if let Some(record) = state.quote(&intent.quote) {
        let quote = &record.quote;
        put("Product", &format!("{} ({})", quote.product.name, quote.product.product_id.as_str()));
        put("Terms", &format!("{} {}", quote.deal_type, facts::terms(&quote.terms)));
    }
    put("Agreed", &format!("{} CPM", intent.confirmed));
    put("Sent", &sent(booking));
    put("Idempotency key", &intent.idempotency_key);
    put("Our ticket", &intent.ticket.to_string());
    for (field, agreed, booked) in &booking.differences {
        put("Differs", &text::clean(&format!("{field}: agreed {agreed}, booked {booked}"), 300));
    }
    if let Some(says) = &booking.says {
        put("What we saw", &text::clean(says, 300));
    }
    for seen in &booking.evidence {
        let words = format!("{} {}: {}", utc(seen.at), seen.looked_at, seen.says);
        put("Looked up", &text::clean(&words, 300));
    }
    note.push('\n');
    note
}

/// `2026-06-18 14:29:56 UTC, 2 times`.
fn sent(booking: &BookingRecord) -> String {
    let again = match (booking.attempts, booking.sent_at) {
        (2.., Some(at)) => format!(", and again {}", utc(at)),
        _ => String::new(),
    };
    format!("{}{again}", utc(booking.at))
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
