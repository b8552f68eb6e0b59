//! The rules of a trigger one by one: at which price it takes what, what ends it, and what becomes of its
//! ticket.

use dealdesk::{
    desk::{Command, Confirmation, Input, Setup, TicketState},
    domain::{
        Answer, Ask, DealType, Quote, QuoteRef,
        strategy::{ALL, Options, Plan},
        trigger::Scope,
    },
};
use jiff::SignedDuration;

use super::{
    again::spoke,
    harness::{Table, key, moved, seller, setup, usd},
    rivals::{quoted, table},
    triggers::{arm, armed, countered, ended, intents, repriced, reread, waiting},
};

/// Reads a quote again at another price, whatever else is asked meanwhile.
fn reread_at(table: &mut Table, quote: &QuoteRef, price: &str) {
    table.command(Command::Reread(quote.clone()));
    let (id, _) = table.asked.pop().unwrap();
    let mut now = table.desk.state().quote(quote).unwrap().quote.clone();
    now.pricing.final_cpm = Some(usd(price));
    table.answer_to(id, Ok(Answer::Quote(Box::new(now))));
}

#[test]
fn of_what_the_quote_stands_at_and_what_they_ask_it_takes_the_lower() {
    for (stands, they_ask, takes_theirs) in [
        ("23.80", "23.50", true),
        ("23.80", "23.90", false),
        ("23.80", "23.80", false),
        ("26.00", "23.50", true),
        ("23.80", "25.00", false),
    ] {
        let (mut table, quote) = waiting(Scope::This);
        let open = Command::OpenNegotiation { quote: quote.clone(), target: None, limit: None };
        table.command(open);
        table.command(Command::Offer { quote: quote.clone(), cpm: usd("22.00"), note: None });
        table.stored();
        // While our move is under way nothing is taken.
        reread_at(&mut table, &quote, stands);
        assert_eq!((table.asked.len(), intents(&table)), (1, 0));
        table.answer(Ok(moved(1, "counter", "22.00", they_ask)));
        let case = format!("{stands} {they_ask}: {}", ended(&table));
        assert_eq!(armed(&table).len(), 1, "{case}");
        if takes_theirs {
            assert_eq!((table.storing.len(), table.asked.len()), (1, 0), "{case}");
            table.stored();
            let taken =
                matches!(&table.asked[0].1, Ask::Counter { cpm, .. } if *cpm == usd(they_ask));
            assert!(taken, "{case}: {:?}", table.asked);
        } else {
            assert!(matches!(table.asked[0].1, Ask::GetQuote(_)), "{case}: {:?}", table.asked);
        }
    }
}

#[test]
fn what_they_asked_in_a_negotiation_that_is_over_is_not_taken() {
    let (mut table, quote) = waiting(Scope::This);
    table.command(Command::OpenNegotiation { quote: quote.clone(), target: None, limit: None });
    table.command(Command::Offer { quote: quote.clone(), cpm: usd("22.00"), note: None });
    table.stored();
    table.answer(Ok(moved(1, "reject", "22.00", "23.50")));
    assert_eq!((armed(&table).len(), ended(&table).as_str()), (1, ""));
    assert!(table.storing.is_empty() && table.asked.is_empty());
}

#[test]
fn what_is_booked_by_hand_ends_it_and_what_was_booked_before_does_not() {
    // The same quote, by hand, above its price.
    let (mut table, _) = waiting(Scope::This);
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(26.into())));
    table.stored();
    assert_eq!(ended(&table), "northlight was booked for the same by hand");
    // A rival's, where any of them would do; and where this one alone would, not.
    for (scope, ends) in [(Scope::Any, true), (Scope::This, false)] {
        let mut table = table_of_two();
        arm(&mut table, &QuoteRef::new("harbor", "h1"), scope);
        assert_eq!(armed(&table).len(), 1, "{:?}", table.refused);
        table.pass(1);
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Price(26.into())));
        table.stored();
        assert_eq!(armed(&table).is_empty(), ends, "{scope:?}: {}", ended(&table));
    }
    // What was booked before it was armed is what the person knew.
    let mut table = table_of_two();
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(26.into())));
    table.stored();
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    table.pass(1);
    arm(&mut table, &QuoteRef::new("harbor", "h1"), Scope::Any);
    assert_eq!((armed(&table).len(), ended(&table).as_str()), (1, ""), "{:?}", table.refused);
}

/// Two rivals at 26.00 and 27.00: `q1`, and `h1` of harbor.
fn table_of_two() -> Table {
    let mut table = table();
    table.quoted("q1", "26.00");
    quoted(&mut table, "harbor", "h1", "27.00", 10);
    table
}

#[test]
fn a_seller_that_books_at_what_was_agreed_needs_no_other_quote() {
    let mut table = table();
    table.spoke = Some(spoke(true));
    let quote = table.quoted("q1", "26.00");
    arm(&mut table, &quote, Scope::This);
    countered(&mut table, &quote);
    table.stored();
    table.answer(Ok(moved(2, "accept", "23.50", "23.50")));
    reread(&mut table, &quote);
    assert_eq!(intents(&table), 1, "{}", ended(&table));
}

#[test]
fn a_ticket_that_is_closed_by_hand_lets_its_trigger_go() {
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.00");
    assert!(table.desk.state().ticket.is_some());
    table.command(Command::CloseTicket);
    assert_eq!(ended(&table), "its ticket was closed by hand");
    let entry = table.journal.iter().rfind(|entry| entry.fact.kind() == "trigger.ended").unwrap();
    assert_eq!(entry.actor.to_string(), "ana@test");
    assert!(table.desk.state().ticket.is_none());
}

#[test]
fn its_ticket_goes_with_it_unless_something_left() {
    // Let go before its ticket was answered.
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.00");
    let id = armed(&table)[0].id.clone();
    table.command(Command::Disarm(id));
    assert!(table.desk.state().ticket.is_none() && armed(&table).is_empty());
    // Answered: the ticket stays until the booking has its outcome.
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.00");
    reread(&mut table, &quote);
    let state = |table: &Table| table.desk.state().ticket.as_ref().map(|ticket| ticket.state);
    assert_eq!(state(&table), Some(TicketState::Storing));
    table.pass(1);
    assert_eq!(state(&table), Some(TicketState::Storing));
    table.stored();
    table.pass(1);
    assert_eq!(state(&table), Some(TicketState::Sent));
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(state(&table), Some(TicketState::Ended));
}

#[test]
fn what_another_desks_strategy_plays_for_is_not_taken() {
    let mut table = table();
    let quote = table.quoted("q1", "26.00");
    // Both desks arm at the same time: neither knows of the other yet.
    let mut other = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    other.input(Input::Followed(table.journal.clone()));
    let known = other.journal.len();
    let (target, max) = (usd("20.00"), usd("22.00"));
    let strategy = ALL[0].name().to_owned();
    let options = Options::default();
    let plan = Plan { strategy, target, max, step: 1.into(), rounds: 6, options };
    other.command(Command::ArmAuto { quote: quote.clone(), plan });
    other.pass(0);
    other.stored();
    other.answer(Ok(moved(1, "counter", "20.00", "23.50")));
    arm(&mut table, &quote, Scope::This);
    table.input(Input::Followed(other.journal.split_off(known)));
    let game = table.record("q1").negotiation.as_ref().unwrap();
    assert!(game.auto.is_some() && game.their_last() == Some(usd("23.50")), "{game:?}");
    assert_eq!((armed(&table).len(), ended(&table).as_str()), (1, ""));
    assert!(table.storing.is_empty() && table.asked.is_empty(), "{:?}", table.storing);
}

#[test]
fn a_ticket_of_another_desks_trigger_is_closed_when_that_is_let_go() {
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.00");
    let id = armed(&table)[0].id.clone();
    let mut other = Table::new();
    other.input(Input::Followed(table.journal.clone()));
    other.command(Command::Disarm(id));
    let ends = other.journal.clone();
    table.input(Input::Followed(ends));
    assert!(armed(&table).is_empty() && table.desk.state().ticket.is_none());
}

#[test]
fn why_its_ticket_was_blocked_is_why_it_is_over() {
    let told = |change: fn(&mut Quote)| {
        let (mut table, quote) = waiting(Scope::This);
        repriced(&mut table, &quote, "24.00");
        let mut now = table.known("q1");
        change(&mut now);
        table.answer(Ok(Answer::Quote(Box::new(now))));
        assert_eq!((intents(&table), armed(&table).len()), (0, 0));
        assert!(table.desk.state().ticket.is_none(), "its ticket goes with it");
        ended(&table)
    };
    let why = told(|quote| quote.deal_type = DealType::Preferred);
    assert!(why.contains("PD") || why.to_lowercase().contains("preferred"), "{why}");
    let why = told(|quote| quote.terms.guaranteed = false);
    assert!(why.contains("guarantee"), "{why}");
}

#[test]
fn a_warning_alone_is_for_a_person_too() {
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.00");
    let mut now = table.known("q1");
    // Inventory that the seller itself does not see.
    now.availability = Some(dealdesk::domain::Availability {
        inventory_available: Some(false),
        estimated_fill_rate: None,
        competing_demand: None,
    });
    table.answer(Ok(Answer::Quote(Box::new(now))));
    assert_eq!((intents(&table), armed(&table).len()), (0, 0), "{}", ended(&table));
}

/// Another quote with a trigger on it, of something that competes with nothing else.
fn arm_another(table: &mut Table) {
    let mut ask = table.ask();
    ask.product_id = "prod-9".into();
    let mut other = table.quote("q9", "29.00");
    (other.product.product_id, other.product.inventory_type) = ("prod-9".into(), "display".into());
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    table.answer(Ok(Answer::Quote(Box::new(other))));
    arm(table, &key("q9"), Scope::This);
}

#[test]
fn a_price_that_was_taken_does_not_leave_once_its_own_trigger_is_over() {
    // At the very moment of its end.
    let (mut table, quote) = waiting(Scope::This);
    let until = armed(&table)[0].terms.until;
    countered(&mut table, &quote);
    assert_eq!(table.storing.len(), 1);
    table.now = until;
    table.stored();
    assert!(table.asked.is_empty(), "{:?}", table.asked);
    // Another trigger that goes on does not stand in for it.
    let (mut table, quote) = waiting(Scope::This);
    let own = armed(&table)[0].id.clone();
    arm_another(&mut table);
    assert_eq!(armed(&table).len(), 2, "{:?}", table.refused);
    countered(&mut table, &quote);
    assert_eq!(table.storing.len(), 1);
    table.command(Command::Disarm(own));
    table.stored();
    assert!(table.asked.is_empty(), "{:?}", table.asked);
    assert_eq!(table.facts("move.failed").len(), 1);
}

#[test]
fn a_trigger_of_another_desk_that_is_over_keeps_nobody_awake() {
    let (table, _) = waiting(Scope::This);
    let until = armed(&table)[0].terms.until;
    let mut other = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    other.now = table.now;
    other.input(Input::Followed(table.journal.clone()));
    other.now = until;
    other.input(Input::Wake);
    other.input(Input::Wake);
    let next = other.desk.next_deadline();
    assert!(next.is_none_or(|next| next > until), "{next:?}");
}

#[test]
fn the_end_of_another_desks_trigger_does_not_hide_the_end_of_our_own() {
    let mut other = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    let quote = other.quoted("q1", "26.00");
    arm(&mut other, &quote, Scope::This);
    let theirs = armed(&other)[0].terms.until;
    let mut table = Table::new();
    table.input(Input::Followed(other.journal.clone()));
    table.pass(61);
    arm_another(&mut table);
    let ours = table.desk.state().own_triggers().map(|own| own.terms.until).next().unwrap();
    assert!(theirs < ours);
    // It wakes when it says that it has to, and at no other time.
    let mut woken = Vec::new();
    while let Some(next) = table.desk.next_deadline().filter(|next| *next <= ours) {
        assert!(woken.len() < 1_000, "{next} and never further");
        table.now = table.now.max(next);
        woken.push(table.now);
        table.input(Input::Wake);
    }
    assert!(woken.contains(&ours), "{ours} is not among {woken:?}");
    assert_eq!(table.desk.state().own_triggers().count(), 0);
}

#[test]
fn each_of_several_ends_at_its_own_time() {
    let (mut table, _) = waiting(Scope::This);
    let first = armed(&table)[0].terms.until;
    table.pass(60);
    arm_another(&mut table);
    assert_eq!(armed(&table).len(), 2, "{:?}", table.refused);
    table.now = first;
    table.input(Input::Wake);
    assert_eq!(armed(&table).len(), 1);
    let next = table.desk.next_deadline().unwrap();
    assert!(next > first, "the desk wakes for what is over already");
    table.now = first + SignedDuration::from_secs(60);
    table.input(Input::Wake);
    assert!(armed(&table).is_empty());
}
