//! A seller that changes its quote after a price was typed, while somebody reads it again: what was
//! confirmed stays what is booked, sent again and compared.

use dealdesk::{
    desk::{
        Actor, BookingState, Command, Confirmation, Entry, Fact, Input, Mode, Setup, TicketState,
    },
    domain::{Answer, Check, Limits, Quote, QuoteStatus, Refusal},
};
use jiff::SignedDuration;

use super::{
    harness::{Table, key, setup, usd},
    settling::{is_booked, lost},
};

/// A change of a seller's terms.
type Change = (&'static str, fn(&mut Quote));

/// Whatever a quote can be changed in.
const CHANGES: [Change; 8] = [
    ("final CPM", |quote| quote.pricing.final_cpm = Some(usd("60.00"))),
    ("impressions", |quote| quote.terms.impressions = Some(4_000_000)),
    ("flight start", |quote| quote.terms.flight_start = Some("2026-08-01".into())),
    ("flight end", |quote| quote.terms.flight_end = Some("2026-07-02".into())),
    ("deal type", |quote| quote.deal_type = dealdesk::domain::DealType::Preferred),
    ("product", |quote| quote.product.product_id = "prod-2".into()),
    ("guaranteed", |quote| quote.terms.guaranteed = false),
    ("final CPM", |quote| {
        quote.pricing.final_cpm =
            Some(dealdesk::domain::Cpm::new(24.into(), "EUR".parse().unwrap()));
    }),
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
    table.input(Input::Followed(vec![Entry { at: table.now, actor, mode: Mode::Live, fact }]));
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
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        assert!(table.storing.is_empty(), "{field}");
    }
}

#[test]
fn what_another_process_saw_change_before_the_intent_was_stored_is_not_sent() {
    for (field, change) in CHANGES {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        let (stored, _) = table.storing.remove(0);
        seen_elsewhere(&mut table, change);
        table.input(Input::Conflict(stored));
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

/// How far another process came with the same quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Other {
    /// It waits for the seller's answer.
    Sent,
    /// It has a deal.
    Booked,
    /// It let the quote go.
    LetGo,
}

/// What another process on the store wrote meanwhile.
fn written_elsewhere(table: &Table, came: Other) -> Vec<Entry> {
    let mut other = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    other.now = table.now;
    other.input(Input::Followed(table.journal.clone()));
    if came == Other::LetGo {
        other.command(Command::LetGo(key("q1")));
        return other.journal;
    }
    other.armed("q1");
    other.command(Command::Confirm(Confirmation::Price(24.into())));
    other.stored();
    if came == Other::Booked {
        let deal = other.deal("D-1", "q1", "proposed");
        other.answer(Ok(Answer::Deal(Box::new(deal))));
    }
    other.journal
}

/// Says what became of the quote, and never that it should be asked for again: that buys twice.
fn says_so(told: &[Refusal], came: Other, when: &str) {
    let words = format!("{told:?}");
    let names = match came {
        Other::Sent => "being booked",
        Other::Booked => "D-1",
        Other::LetGo => "let it go",
    };
    assert!(words.contains(names), "{when} {came:?}: {words}");
    for refusal in told {
        assert!(!refusal.cure.is_empty(), "{when} {came:?}: {words}");
        let asks = refusal.cure.contains("ask again") || refusal.cure.contains("new quote");
        assert!(!asks || came == Other::LetGo, "{when} {came:?}: {words}");
    }
}

fn failed(table: &Table) -> Vec<Refusal> {
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    assert_eq!(ticket.state, TicketState::Blocked);
    ticket.checks.iter().filter(|check| !check.ok).map(Check::refusal).collect()
}

#[test]
fn a_quote_that_another_process_took_meanwhile_says_so_at_every_moment() {
    for came in [Other::Sent, Other::Booked, Other::LetGo] {
        let quoted = || {
            let mut table = Table::new();
            table.quoted("q1", "24.00");
            table
        };
        let follow = |table: &mut Table| {
            let written = written_elsewhere(table, came);
            table.input(Input::Followed(written));
        };
        let mut table = quoted();
        follow(&mut table);
        let target = Some(usd("20.00"));
        table.command(Command::OpenNegotiation { quote: key("q1"), target, limit: None });
        says_so(&table.refused, came, "negotiated");
        table.refused.clear();
        if came != Other::LetGo {
            table.open_ticket("q1");
            says_so(&table.refused, came, "before the ticket");
        }

        let mut table = quoted();
        table.open_ticket("q1");
        let available = table.known("q1");
        follow(&mut table);
        table.answer(Ok(Answer::Quote(Box::new(available))));
        says_so(&failed(&table), came, "while it was read again");

        let mut table = quoted();
        table.armed("q1");
        follow(&mut table);
        says_so(&failed(&table), came, "while the price was typed");
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        says_so(&table.refused, came, "when the price was typed");

        let mut table = quoted();
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Price(24.into())));
        let (stored, _) = table.storing.remove(0);
        follow(&mut table);
        table.input(Input::Conflict(stored));
        says_so(&table.refused, came, "while it was stored");
        assert!(table.storing.is_empty() && table.asked.is_empty());
    }
}

#[test]
fn a_quote_that_the_seller_says_is_booked_names_its_deal() {
    for deal in [Some("D-7"), None] {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        table.open_ticket("q1");
        let mut booked = table.known("q1");
        (booked.status, booked.raw_status) = (QuoteStatus::Booked, "booked".into());
        booked.deal_id = deal.map(Into::into);
        table.answer(Ok(Answer::Quote(Box::new(booked))));
        let told = failed(&table);
        let words = format!("{told:?}");
        assert!(words.contains(deal.unwrap_or("is booked")), "{words}");
        assert!(!words.contains("ask again") && !words.contains("new ticket"), "{words}");
        let refused = dealdesk::desk::can_negotiate(table.desk.state(), table.record("q1"));
        let refused = refused.unwrap_err();
        assert!(refused.says.contains(deal.unwrap_or("is booked")), "{refused:?}");
        assert!(!refused.cure.contains("ask again"), "{refused:?}");
    }
}

/// Two desks confirm at once, and the limits have room for one of the two: the second is checked again.
#[test]
fn limits_are_checked_again_by_what_another_process_booked_first() {
    for (name, limits) in [
        ("exposure", Limits { exposure: Some(20_000.into()), ..setup().limits }),
        ("day", Limits { day: Some(20_000.into()), ..setup().limits }),
    ] {
        let of = |owner: &str| Setup { limits: limits.clone(), owner: owner.into(), ..setup() };
        let mut ours = Table::with(of("owner-1"));
        ours.quoted("q1", "24.00");
        ours.quoted("q2", "24.00");
        let mut theirs = Table::with(of("owner-2"));
        theirs.desk.replay(ours.journal.clone());
        for (table, quote) in [(&mut ours, "q1"), (&mut theirs, "q2")] {
            table.armed(quote);
            table.command(Command::Confirm(Confirmation::Price(24.into())));
            assert_eq!(table.storing.len(), 1, "each alone is within the limits");
        }
        theirs.stored();
        let (stored, _) = ours.storing.remove(0);
        ours.input(Input::Followed(theirs.journal.clone()));
        ours.input(Input::Conflict(stored));
        assert_eq!((ours.rule(), ours.storing.len(), ours.bookings_asked()), (name, 0, 0));
    }
}
