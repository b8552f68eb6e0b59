//! A seller that changes its quote after a price was typed, while somebody reads it again: what was
//! confirmed stays what is booked, sent again and compared.

use dealdesk::{
    desk::{Actor, Answered, BookingState, Command, Entry, Fact, Input, TicketState},
    domain::{Answer, Quote},
};
use jiff::SignedDuration;

use super::{
    harness::{Table, usd},
    settling::{is_booked, lost},
};

/// A change of a seller's terms.
type Change = (&'static str, fn(&mut Quote));

/// Whatever a quote can be changed in.
const CHANGES: [Change; 6] = [
    ("final CPM", |quote| quote.pricing.final_cpm = Some(usd("60.00"))),
    ("impressions", |quote| quote.terms.impressions = Some(4_000_000)),
    ("flight start", |quote| quote.terms.flight_start = Some("2026-08-01".into())),
    ("flight end", |quote| quote.terms.flight_end = Some("2026-07-02".into())),
    ("deal type", |quote| quote.deal_type = dealdesk::domain::DealType::Preferred),
    ("product", |quote| quote.product.product_id = "prod-2".into()),
];

fn changed(table: &Table, change: fn(&mut Quote)) -> Quote {
    let mut quote = table.known("q1");
    change(&mut quote);
    quote
}

/// Another process on the store reads the quote, and the desk learns of it.
fn seen_elsewhere(table: &mut Table, change: fn(&mut Quote)) {
    let fact = Fact::QuoteSeen { quote: changed(table, change) };
    let actor = Actor::Seller("northlight".into());
    table.input(Input::Followed(vec![Entry { at: table.now, actor, fact }]));
}

#[test]
fn an_armed_ticket_takes_no_answer_once_any_term_is_another() {
    for (field, change) in CHANGES {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        table.armed("q1");
        seen_elsewhere(&mut table, change);
        let ticket = table.desk.state().ticket.as_ref().unwrap();
        assert_eq!(ticket.state, TicketState::Blocked, "{field}");
        table.command(Command::Confirm(Answered::Price(24.into())));
        assert!(table.storing.is_empty(), "{field}");
    }
}

#[test]
fn what_another_process_saw_change_before_the_intent_was_stored_is_not_sent() {
    for (field, change) in CHANGES {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        table.armed("q1");
        table.command(Command::Confirm(Answered::Price(24.into())));
        let (stored, _) = table.storing.remove(0);
        seen_elsewhere(&mut table, change);
        table.input(Input::Behind(stored));
        assert!(table.storing.is_empty() && table.asked.is_empty(), "{field}");
        assert_eq!(table.rule(), "overtaken", "{field}");
    }
}

#[test]
fn a_booking_is_never_sent_again_on_other_terms_however_often_they_are_read() {
    for (field, change) in CHANGES {
        let mut table = lost();
        seen_elsewhere(&mut table, change);
        for _ in 0..8 {
            table.pass(20);
            let quote = table.known("q1");
            if !table.asked.is_empty() {
                table.answer(Ok(Answer::Quote(Box::new(quote))));
            }
            assert!(table.storing.is_empty() && table.bookings_asked() == 0, "{field}");
        }
        assert_eq!(table.desk.state().bookings[0].attempts, 1, "{field}");
    }
}

#[test]
fn a_deal_on_terms_that_nobody_confirmed_is_disputed_however_often_they_were_read() {
    for (field, change) in CHANGES {
        let mut table = lost();
        seen_elsewhere(&mut table, change);
        table.pass(1);
        is_booked(&mut table);
        // The seller's deal says what its quote says by now.
        let deal = table.deal("D-7", "q1", "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
        let booking = &table.desk.state().bookings[0];
        assert_eq!(booking.state, BookingState::Disputed, "{field}");
        assert!(booking.differences.iter().any(|(differs, ..)| differs == field), "{field}");
    }
}

#[test]
fn the_offer_that_was_confirmed_is_kept_with_the_intent() {
    let mut table = lost();
    let confirmed = table.known("q1");
    seen_elsewhere(&mut table, |quote| quote.terms.impressions = Some(9));
    table.now += SignedDuration::from_secs(1);
    let booking = &table.desk.state().bookings[0];
    assert_eq!(booking.intent.offer.as_deref().unwrap().terms, confirmed.terms);
}
