//! What came of a booking in lines, what its options were read as, and what went wrong in words.

use super::{Args, End};
use crate::{
    cli::{exit::Exit, fail::Failure, out, typed},
    desk::{BookingRecord, BookingState},
    domain::{Cost, Cpm, Currency, QuoteRef, money::typed::Understood},
    json::{awaited::to_do, book::BookDoc},
};

pub(super) fn text(body: &BookDoc, args: &Args) -> String {
    let mut lines = vec![format!("outcome  {}", body.outcome)];
    if let Some(deal) = &body.deal {
        lines.push(format!("deal     {}  ({})  {}", deal.deal_id, deal.seller, deal.stage));
        lines.extend(deal.differences.iter().map(|difference| {
            format!(
                "differs  {}: agreed {}, booked {}",
                difference.field, difference.agreed, difference.booked
            )
        }));
    }
    if let Some(ticket) = &body.ticket {
        lines.push(format!("ticket   {}  key {}", ticket.id, ticket.idempotency_key));
    }
    if args.dry_run || body.refusal.is_some() {
        lines.extend(body.checks.iter().map(|check| {
            format!("{} {:<9} {}", if check.ok { "✓" } else { "✗" }, check.name, check.says)
        }));
    }
    if args.dry_run && body.exit == 0 {
        lines.push("dry run: every check passed; nothing was sent".to_owned());
    }
    out::cleaned(&lines.join("\n"))
}

/// What of the options is no plain figure, with what it is read as.
pub(super) fn understood(
    args: &Args,
    (price, cost): (Option<Cpm>, Option<Cost>),
    currency: Currency,
) -> Vec<Understood> {
    let said = |option: &str, given: &Option<typed::Given>, shown: Option<Cpm>| {
        let given = given.as_ref()?;
        let read = match shown {
            Some(shown) => given.beside(option, shown),
            None => given.of(option, currency),
        };
        given.said(option, read.ok()?, currency)
    };
    let cost_said = args.confirm_cost.as_ref().zip(cost).and_then(|(given, cost)| {
        let read = given.confirming_cost("--confirm-cost", cost).ok()?;
        given.said("--confirm-cost", read, cost.currency())
    });
    [
        said("--confirm", &args.confirm, price),
        said("--max-cpm", &args.max_cpm, price),
        said("--planned-spend", &args.planned_spend, None),
        cost_said,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What went wrong, whose problem it is, and what to do.
pub(super) fn failure(
    key: &QuoteRef,
    booking: Option<&BookingRecord>,
    end: &End,
) -> Option<Failure> {
    if end.exit == Exit::Done {
        return None;
    }
    if let Some(refusal) = &end.refusal {
        let mut failure = Failure::of_refusal(refusal);
        failure.exit = end.exit;
        failure.says = format!("nothing was sent: {}", failure.says);
        failure.quoting(&key.seller, end.said.as_ref());
        return Some(failure);
    }
    let said = booking.and_then(|booking| booking.says.clone());
    let said = said.map_or_else(String::new, |said| format!(": {said}"));
    let cure = booking.and_then(|booking| booking.cure.clone());
    let (says, state) = match end.outcome {
        "refused" => (format!("{} refused{said}", key.seller), BookingState::Refused),
        "expired" => (format!("the quote is over{said}"), BookingState::Expired),
        "disputed" => {
            let says = format!("{} booked something else than was agreed", key.seller);
            (says, BookingState::Disputed)
        }
        "waiting" => {
            let says = format!("{} has the booking and has not decided yet{said}", key.seller);
            (says, BookingState::Waiting)
        }
        "unknown" => {
            let says = format!("nobody knows whether {} booked {}{said}", key.seller, key.quote_id);
            (says, BookingState::Unknown)
        }
        _ if end.exit == Exit::Interrupted => {
            ("interrupted; nothing was sent".to_owned(), BookingState::Done)
        }
        _ => (format!("nothing was sent{said}"), BookingState::NotSent),
    };
    let mut failure = Failure::new(end.exit, says, cure.unwrap_or_else(|| to_do(state).to_owned()));
    failure.seller = Some(key.seller.clone());
    failure.quoting(&key.seller, booking.and_then(|booking| booking.error.as_ref()));
    Some(failure)
}
