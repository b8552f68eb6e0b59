//! What a person can do with a quote now, or why not: what screens and footers offer is asked here, by the
//! rules that the commands themselves go by.

use jiff::Timestamp;

use super::{closed, negotiate};
use crate::{
    desk::{record::QuoteRecord, state::State},
    domain::Refusal,
};

/// Whether a ticket over a quote could end in a booking of it.
///
/// # Errors
/// What became of it, or what is under way.
pub fn can_book(state: &State, record: &QuoteRecord) -> Result<(), Refusal> {
    writes(state)?;
    closed::why(record)
        .or_else(|| negotiate::under_way(state, &record.reference()))
        .map_or(Ok(()), Err)
}

/// Whether the same terms can be asked for again.
///
/// # Errors
/// It is booked, is being booked, or its flight is over.
pub fn can_ask_again(state: &State, record: &QuoteRecord, now: Timestamp) -> Result<(), Refusal> {
    writes(state)?;
    is_free(record)?;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let end = record.ask.flight_end;
    if end < record.ask.flight_start.max(today) {
        let says = format!("its flight ended on {end}");
        return Err(Refusal::new("flight", says, "ask for a new quote from the kit (2)"));
    }
    Ok(())
}

/// Whether nothing was booked of a quote, and nothing is being booked. What came to nothing after it was
/// booked may be asked for anew.
pub(super) fn is_free(record: &QuoteRecord) -> Result<(), Refusal> {
    if (record.deal.is_some() && !record.is_released()) || record.holds_money() {
        return Err(Refusal::new(
            "booked",
            format!("{} is booked or being booked", record.quote.quote_id),
            "ask for a new quote from the kit (2) if you want more of it",
        ));
    }
    Ok(())
}

/// Whether anything can be asked for or sent.
///
/// # Errors
/// The desk is read-only.
pub(super) fn writes(state: &State) -> Result<(), Refusal> {
    let refusal =
        || Refusal::new("read-only", "the desk is read-only", "start it without --read-only");
    if state.setup.read_only { Err(refusal()) } else { Ok(()) }
}
