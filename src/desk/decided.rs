//! What a booking was decided against. From then on its runner-up is the one that was kept with it, and
//! nothing that came later competed with it.

use jiff::Timestamp;

use super::{
    BookingState, QuoteRecord, State,
    judge::assumptions,
    rivals::{asks, best_other, stands_for},
};
use crate::domain::{Cover, Cpm, ranking::Ranking};

/// A booking that was decided, as far as rivals care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// When.
    pub at: Timestamp,
    /// The price that was confirmed.
    pub price: Cpm,
    /// The runner-up at that moment; `None` where nobody else was in it.
    pub cover: Option<Cover>,
}

/// The booking of a quote, or of the one that stands for it by now; `None` where it is not booked and no
/// booking is under way.
pub fn decided(state: &State, record: &QuoteRecord) -> Option<Decided> {
    let newest = stands_for(state, record);
    if newest.deal.is_none() && !newest.booking.is_some_and(BookingState::is_awaited) {
        return None;
    }
    let booking = newest.ticket.as_ref().and_then(|ticket| state.bookings.get(ticket));
    if let Some(booking) = booking {
        let intent = &booking.intent;
        let (price, cover) = (intent.confirmed, intent.cover.clone());
        return Some(Decided { at: booking.at, price, cover });
    }
    let deal = state.deals.get(&newest.deal_key()?)?;
    Some(Decided { at: deal.booked_at, price: deal.agreed, cover: deal.cover.clone() })
}

/// Whether both could be had at the same time: neither was booked before the other came.
pub fn met(state: &State, one: &QuoteRecord, other: &QuoteRecord) -> bool {
    let before = |one: &QuoteRecord, other: &QuoteRecord| {
        decided(state, one).is_some_and(|decided| decided.at < other.received_at)
    };
    !before(one, other) && !before(other, one)
}

/// The runner-up of a quote: the one that was kept with its booking, else the best of the field that is
/// another seller's.
pub fn runner_up(state: &State, record: &QuoteRecord, field: &Ranking) -> Option<Cover> {
    if let Some(decided) = decided(state, record) {
        return decided.cover;
    }
    let key = record.reference();
    let price = record.price().or_else(|| asks(record))?;
    let kind = Some(record.quote.deal_type);
    let ours = assumptions(state).effective(&key.seller, kind, price);
    let other = best_other(field, &key)?;
    let effective = other.effective?;
    Some(Cover {
        seller: other.quote.seller.clone(),
        quote_id: other.quote.quote_id.clone(),
        cpm: effective.plain,
        // Both in our price's currency, so that they compare.
        effective: other.worth.unwrap_or(effective.cpm),
        ours: ours.cpm,
    })
}
