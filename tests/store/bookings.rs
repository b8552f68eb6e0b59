//! Facts of a booking for the tests: intents with and without a cover, and every way one can end.

use dealdesk::{
    desk::{
        BookingOutcome, BookingState, Entry, Fact, Intent, QuoteRecord, State, fold as fold_into,
    },
    domain::{Cost, Cover, DealStatus, Identity, SellerError, TicketId, ask::Waiting},
};
use rust_decimal::Decimal;

use super::{deal, entry, error, key, received, usd};

pub(crate) fn intent(record: &QuoteRecord, n: usize) -> Intent {
    let confirmed = record.price().unwrap_or(usd(1_000));
    Intent {
        offer: None,
        trigger: None,
        held: None,
        despite_halt: false,
        cover: cover(n),
        ticket: TicketId::from(format!("tk-{n}")),
        owner: "owner-1".to_owned(),
        idempotency_key: format!("key-{n}"),
        quote: record.reference(),
        confirmed,
        cost: record.cost().unwrap_or(Cost::usd(Decimal::ONE)),
        identity: Identity::default(),
        notes: None,
    }
}

fn cover(n: usize) -> Option<Cover> {
    n.is_multiple_of(2).then(|| Cover {
        seller: "pinewave".into(),
        quote_id: "qt-c".into(),
        cpm: usd(1_400),
        effective: usd(1_680),
        ours: usd(1_350),
    })
}

pub(crate) fn intent_for(n: usize) -> Entry {
    let mut state = State::default();
    fold_into(&received(n), &mut state);
    let intent = intent(&state.quotes[&key(n)], n);
    entry(n, Fact::IntentStored { intent })
}

pub(crate) fn booking_fact(
    state: &State,
    record: &QuoteRecord,
    n: usize,
    price: i64,
) -> Option<Fact> {
    let quote = record.reference();
    let waits = matches!(record.booking, Some(BookingState::Sent | BookingState::Unknown));
    let Some(ticket) = record.ticket.clone().filter(|_| waits) else {
        let ticket_is_new = !state.bookings.contains_key(&TicketId::from(format!("tk-{n}")));
        return (record.is_open() && ticket_is_new)
            .then(|| Fact::IntentStored { intent: intent(record, n) });
    };
    let booked = Box::new(deal(&quote, price, DealStatus::Proposed));
    let unknown = record.booking == Some(BookingState::Unknown);
    let ending = match n % 9 {
        7 if unknown => {
            let (attempt, owner) = (2, "owner-2".to_owned());
            return Some(Fact::BookingRepeated { ticket, quote, attempt, owner });
        }
        8 if unknown => BookingOutcome::Closed { why: "they never saw it".to_owned() },
        0 => {
            let (why, status) = (
                "timeout".to_owned(),
                [0, 200, 503][usize::try_from(price.rem_euclid(3)).unwrap()],
            );
            let error = Some(SellerError { http_status: status, ..error("timeout") });
            return Some(Fact::BookingUnknown { ticket, quote, why, error });
        }
        6 => {
            let waiting = Waiting { status: "pending_approval".into(), says: String::new() };
            return Some(Fact::BookingWaiting { ticket, quote, waiting });
        }
        1 => {
            let (looked_at, says) = ("GET quote".to_owned(), "available".to_owned());
            let still_available = true;
            return Some(Fact::EvidenceSeen { ticket, quote, looked_at, says, still_available });
        }
        2 => BookingOutcome::Refused { error: error("no") },
        3 => BookingOutcome::Expired { error: error("quote_expired") },
        4 => BookingOutcome::NotSent { error: error("connect_error") },
        5 => {
            let row = ("final CPM".to_owned(), "1.00 USD".to_owned(), "2.00 USD".to_owned());
            BookingOutcome::Disputed { deal: booked, differences: vec![row] }
        }
        _ => BookingOutcome::Done { deal: booked },
    };
    Some(Fact::BookingEnded { ticket, quote, ending })
}
