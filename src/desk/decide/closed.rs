//! Why a quote cannot be had any more. Whoever was told to ask again for what is booked already would buy
//! it twice: so what became of it is said, with its deal.

use crate::{
    desk::record::{BookingState, QuoteRecord},
    domain::{Quote, QuoteStatus, Refusal},
};

/// Why nothing more can be done with a quote, if nothing can.
pub(super) fn why(record: &QuoteRecord) -> Option<Refusal> {
    let let_go = || {
        let says = format!("you let it go: {}", record.quote.quote_id);
        record.let_go.then(|| Refusal::new("let go", says, "ask again with the same terms (r)"))
    };
    taken(record).or_else(let_go).or_else(|| by_status(&record.quote))
}

/// What stands for it already: a deal, a booking, a newer quote.
pub(super) fn taken(record: &QuoteRecord) -> Option<Refusal> {
    if let Some(deal) = record.deal.as_ref().filter(|_| record.is_released()) {
        let says = format!("it was booked as {deal}, which came to nothing");
        return Some(Refusal::new("over", says, "ask again with the same terms (r)"));
    }
    if let Some(deal) = &record.deal {
        let says = format!("it is booked: {deal}");
        return Some(Refusal::new("booked", says, "open the deal (Enter)"));
    }
    match record.booking {
        Some(BookingState::Sent) => {
            let says = "it is being booked, and the answer is awaited";
            return Some(Refusal::new("booking", says, "wait for the outcome"));
        }
        Some(BookingState::Waiting) => {
            let says = "the seller has a booking of it, and has not decided yet";
            return Some(Refusal::new("booking", says, "wait for the seller's decision"));
        }
        Some(BookingState::Unknown) => {
            return Some(Refusal::new(
                "booking",
                "a booking of this quote has no known outcome; booking it again is blocked",
                "wait for the evidence, or look again (r)",
            ));
        }
        Some(
            BookingState::Done
            | BookingState::Disputed
            | BookingState::Refused
            | BookingState::Expired
            | BookingState::NotSent
            | BookingState::Closed,
        )
        | None => {}
    }
    let newer = record.replaced_by.as_ref()?;
    Some(Refusal::new("replaced", format!("it was replaced by {newer}"), "use that one"))
}

/// What the seller says became of it.
pub(super) fn by_status(quote: &Quote) -> Option<Refusal> {
    let (rule, says, cure) = match quote.status {
        QuoteStatus::Available => return None,
        QuoteStatus::Booked => {
            let deal = quote.deal_id.as_ref().map_or_else(String::new, |deal| format!(": {deal}"));
            let says = format!("the seller says that it is booked{deal}");
            ("booked", says, "find out who booked it: the board (1) has your deals")
        }
        QuoteStatus::Expired => {
            let says = format!("{} expired", quote.quote_id);
            ("expired", says, "ask again with the same terms (r)")
        }
        QuoteStatus::Declined => {
            let says = format!("the seller declined {}", quote.quote_id);
            ("declined", says, "ask for other terms, or another seller")
        }
        QuoteStatus::Other => {
            let says = format!("the seller says that it is {:?}", quote.raw_status);
            ("status", says, "ask the seller's people what that means")
        }
    };
    Some(Refusal::new(rule, says, cure))
}
