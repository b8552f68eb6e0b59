//! Why a row is where it is, and what a person can do: a few words at its end. They say what the
//! record says; no rule is made here.

use crate::{
    desk::{BookingState, DealRecord, QuoteRecord, RowRef},
    domain::{DealType, Outcome, QuoteStatus, Stage, text},
    tui::{context::Dx, parts::facts, theme::Meaning},
};

/// The words of a row, and what they mean.
pub(super) fn of_row(dx: &Dx<'_>, row: RowRef<'_>) -> (String, Meaning) {
    match row {
        RowRef::Quote(record) => of_quote(dx, record),
        RowRef::Deal(record) => of_deal(dx, record),
    }
}

fn of_quote(dx: &Dx<'_>, record: &QuoteRecord) -> (String, Meaning) {
    let key = |verb| dx.key(verb);
    let needs = |words: String| (words, Meaning::NeedsMe);
    let plain = |words: String| (words, Meaning::Plain);
    match record.stage() {
        Stage::Unknown => needs(format!("{} look again", key("ask again"))),
        Stage::Disputed => needs("not as agreed ⏎".to_owned()),
        Stage::Booking => plain("sent, no answer yet".to_owned()),
        Stage::MyTurn => my_turn(dx, record),
        Stage::TheirTurn => plain("they answer".to_owned()),
        Stage::Agreed => match &record.requote_error {
            Some(_) => needs(format!("{} ask again", key("ask again"))),
            None => needs(format!("{} book agreed", key("book"))),
        },
        Stage::Quoted => quoted(dx, record),
        Stage::Expired => (format!("expired · {} again", key("ask again")), Meaning::Dim),
        Stage::Declined if record.let_go => ("let go by us".to_owned(), Meaning::Dim),
        Stage::Declined if record.quote.status == QuoteStatus::Declined => {
            ("seller declined".to_owned(), Meaning::Dim)
        }
        Stage::Declined => ("we walked".to_owned(), Meaning::Dim),
        Stage::Rejected => ("they refused our price".to_owned(), Meaning::Dim),
        Stage::Proposed
        | Stage::Held
        | Stage::Active
        | Stage::Paused
        | Stage::Renegotiating
        | Stage::Completed
        | Stage::Canceled
        | Stage::NotSent
        | Stage::Other => plain(text::clean(&record.quote.raw_status, 30)),
    }
}

fn my_turn(dx: &Dx<'_>, record: &QuoteRecord) -> (String, Meaning) {
    let Some(game) = &record.negotiation else { return (String::new(), Meaning::Plain) };
    let (counter, accept, walk) = (dx.key("counter"), dx.key("accept"), dx.key("walk"));
    if game.auto.is_some() {
        ("auto plays".to_owned(), Meaning::Plain)
    } else if game.is_final() {
        (format!("final: {accept} or {walk}"), Meaning::NeedsMe)
    } else if game.outcome == Outcome::Halted {
        (format!("auto off · {counter} counter"), Meaning::NeedsMe)
    } else {
        (format!("{counter} counter"), Meaning::NeedsMe)
    }
}

fn quoted(dx: &Dx<'_>, record: &QuoteRecord) -> (String, Meaning) {
    match record.booking {
        Some(BookingState::Refused) => return ("booking refused".to_owned(), Meaning::Bad),
        Some(BookingState::NotSent) => return ("booking not sent".to_owned(), Meaning::Bad),
        Some(
            BookingState::Sent
            | BookingState::Done
            | BookingState::Disputed
            | BookingState::Expired
            | BookingState::Unknown,
        )
        | None => {}
    }
    if record.price().is_none() {
        return ("price on request".to_owned(), Meaning::Withheld);
    }
    if let Some(failed) = facts::checks(dx, record).into_iter().find(|check| !check.ok) {
        let quote = &record.quote;
        let limit = dx.state.setup.limits.cpm_limit(&quote.seller, &quote.product.inventory_type);
        let words = match (failed.name.as_str(), limit) {
            ("cpm", Some((_, limit))) => format!("over limit {}", limit.plain()),
            ("cost", _) => "impressions unknown".to_owned(),
            (name, _) => format!("{name} limit"),
        };
        return (words, Meaning::Bad);
    }
    if record.quote.deal_type == DealType::Auction {
        return ("floor, auction".to_owned(), Meaning::Plain);
    }
    (format!("{} book / {} ask", dx.key("book"), dx.key("ask again")), Meaning::Plain)
}

fn of_deal(dx: &Dx<'_>, record: &DealRecord) -> (String, Meaning) {
    let index = dx.state.deals.get_index_of(&record.reference());
    let polling = index.and_then(|index| dx.state.polling.get(&index));
    let raw = text::clean(&record.deal.raw_status, 30);
    if record.stage() == Stage::Disputed {
        return ("not as agreed ⏎".to_owned(), Meaning::NeedsMe);
    }
    if polling.is_some_and(|polling| polling.error.is_some()) && !record.deal.status.is_over() {
        return ("no news: check failed".to_owned(), Meaning::Waiting);
    }
    match record.stage() {
        Stage::Proposed => ("seller has to activate".to_owned(), Meaning::Plain),
        Stage::Active => ("live".to_owned(), Meaning::Plain),
        Stage::Paused => ("paused by the seller".to_owned(), Meaning::Waiting),
        Stage::Completed
        | Stage::Expired
        | Stage::Rejected
        | Stage::Declined
        | Stage::Canceled
        | Stage::NotSent => (raw, Meaning::Dim),
        Stage::Quoted
        | Stage::MyTurn
        | Stage::TheirTurn
        | Stage::Agreed
        | Stage::Booking
        | Stage::Unknown
        | Stage::Disputed
        | Stage::Held
        | Stage::Renegotiating
        | Stage::Other => (raw, Meaning::Plain),
    }
}
