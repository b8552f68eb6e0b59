//! Triggers: armed by typing, they book once at the price or below it, and whatever would ask a person
//! ends them.

use dealdesk::{
    desk::{Command, Confirmation, Fact, Input, Mode, Setup},
    domain::{
        Answer, Ask, ErrorKind, QuoteRef, Trigger,
        trigger::{Scope, Terms},
    },
};
use jiff::SignedDuration;
use rust_decimal::Decimal;

use super::{
    harness::{SELLER, Table, error, key, moved, setup, usd},
    rivals::{quoted, table},
};

/// At most 24.00, for eight minutes, at most 12,000.00 in all.
pub(crate) fn terms(table: &Table, scope: Scope) -> Terms {
    Terms {
        scope,
        at_most: usd("24.00"),
        until: table.now + SignedDuration::from_mins(8),
        spend: "12000.00".parse().unwrap(),
    }
}

pub(crate) fn arm(table: &mut Table, quote: &QuoteRef, scope: Scope) {
    let terms = terms(table, scope);
    table.command(Command::ArmTrigger { quote: quote.clone(), terms, typed: 12_000.into() });
}

pub(crate) fn armed(table: &Table) -> Vec<&Trigger> {
    table.desk.state().controls.triggers.values().collect()
}

/// Why the newest trigger ended.
pub(crate) fn ended(table: &Table) -> String {
    let ends = table.journal.iter().rev().find_map(|entry| {
        if let Fact::TriggerEnded { why, .. } = &entry.fact { Some(why.clone()) } else { None }
    });
    ends.unwrap_or_default()
}

/// The seller reads this price out for a quote from now on.
pub(crate) fn repriced(table: &mut Table, quote: &QuoteRef, price: &str) {
    table.command(Command::Reread(quote.clone()));
    let mut now = table.desk.state().quote(quote).unwrap().quote.clone();
    now.pricing.final_cpm = Some(usd(price));
    table.answer(Ok(Answer::Quote(Box::new(now))));
}

/// The re-read that a ticket asks for finds the quote unchanged.
pub(crate) fn reread(table: &mut Table, quote: &QuoteRef) {
    let now = table.desk.state().quote(quote).unwrap().quote.clone();
    let asked = table.answer(Ok(Answer::Quote(Box::new(now))));
    assert_eq!(asked, Ask::GetQuote(quote.quote_id.clone()));
}

pub(crate) fn intents(table: &Table) -> usize {
    table.facts("intent.stored").len() + table.storing.len()
}

/// A quote at 26.00 with a trigger on it.
pub(crate) fn waiting(scope: Scope) -> (Table, QuoteRef) {
    let mut table = table();
    let quote = table.quoted("q1", "26.00");
    arm(&mut table, &quote, scope);
    assert_eq!(armed(&table).len(), 1, "{:?}", table.refused);
    (table, quote)
}

/// We offered 22.00 for a quote, and they ask 23.50.
pub(crate) fn countered(table: &mut Table, quote: &QuoteRef) {
    table.command(Command::OpenNegotiation { quote: quote.clone(), target: None, limit: None });
    table.command(Command::Offer { quote: quote.clone(), cpm: usd("22.00"), note: None });
    table.stored();
    table.answer(Ok(moved(1, "counter", "22.00", "23.50")));
}

#[test]
fn it_books_at_its_price_through_a_ticket_and_is_over() {
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.01");
    assert!(table.asked.is_empty() && table.storing.is_empty(), "24.01 is too much");
    repriced(&mut table, &quote, "24.00");
    assert!(table.storing.is_empty(), "the quote is read again first");
    reread(&mut table, &quote);
    assert_eq!(table.storing.len(), 1);
    table.stored();
    assert_eq!(table.bookings_asked(), 1);
    let booking = &table.desk.state().bookings[0];
    assert_eq!(booking.intent.confirmed, usd("24.00"));
    let by = booking.intent.trigger.clone().unwrap();
    let Fact::TriggerArmed { trigger } = table.facts("trigger.armed")[0] else { panic!() };
    assert_eq!((by.id.clone(), by.until), (trigger.id.clone(), trigger.terms.until));
    assert!(armed(&table).is_empty(), "from its intent on it is spent");
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.desk.state().deals.len(), 1);
    let says = &table.desk.state().message.as_ref().unwrap().says;
    assert_eq!(*says, format!("trigger {}, {SELLER}: booked: Deal ID D-1", by.id));
    assert!(
        ended(&table).starts_with("it books at 24.00 USD with ticket tk-"),
        "{}",
        ended(&table)
    );
    let authors: Vec<_> = table
        .journal
        .iter()
        .filter(|entry| {
            ["trigger.armed", "trigger.took", "intent.stored"].contains(&entry.fact.kind())
        })
        .map(|entry| entry.actor.to_string())
        .collect();
    assert_eq!(authors, ["ana@test", "desk", "desk"]);
}

#[test]
fn it_takes_an_offer_and_books_what_was_agreed_and_nothing_else() {
    for (says, price, booked) in [("accept", "23.50", true), ("counter", "23.50", false)] {
        let (mut table, quote) = waiting(Scope::This);
        countered(&mut table, &quote);
        // Their 23.50 is taken; the person typed nothing.
        table.stored();
        let (_, asked) = table.asked.last().unwrap();
        assert!(matches!(asked, Ask::Counter { cpm, .. } if *cpm == usd("23.50")), "{asked:?}");
        assert_eq!(intents(&table), 0);
        table.answer(Ok(moved(2, says, "23.50", price)));
        if !booked {
            assert_eq!(ended(&table), "they did not stay at their price");
            assert_eq!(intents(&table), 0);
            continue;
        }
        // This seller needs a quote that carries the agreement.
        let carries = table.quote("q2", "23.50");
        table.answer(Ok(Answer::Quote(Box::new(carries))));
        reread(&mut table, &key("q2"));
        assert_eq!(intents(&table), 1, "{}", ended(&table));
        table.stored();
        let deal = table.deal("D-1", "q2", "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
        assert_eq!(table.desk.state().deals.len(), 1);
        assert!(ended(&table).starts_with("it books at 23.50"), "{}", ended(&table));
    }
}

#[test]
fn a_quote_that_does_not_carry_the_agreement_is_not_booked() {
    let (mut table, quote) = waiting(Scope::This);
    countered(&mut table, &quote);
    table.stored();
    table.answer(Ok(moved(2, "accept", "23.50", "23.50")));
    let dearer = table.quote("q2", "23.90");
    table.answer(Ok(Answer::Quote(Box::new(dearer))));
    if !table.asked.is_empty() {
        reread(&mut table, &key("q2"));
    }
    assert_eq!(intents(&table), 0);
    assert!(armed(&table).is_empty() && !ended(&table).is_empty());
}

#[test]
fn of_several_the_cheapest_is_booked_and_no_second_one() {
    let mut table = table();
    let own = table.quoted("q1", "26.00");
    let harbor = quoted(&mut table, "harbor", "h1", "27.00", 10);
    arm(&mut table, &own, Scope::Any);
    let pinewave = quoted(&mut table, "pinewave", "p1", "23.00", 10);
    // While its ticket is open another one becomes cheaper still.
    table.command(Command::Reread(harbor.clone()));
    let mut cheap = table.desk.state().quote(&harbor).unwrap().quote.clone();
    cheap.pricing.final_cpm = Some(usd("22.00"));
    let (id, _) = table.asked.pop().unwrap();
    table.answer_to(id, Ok(Answer::Quote(Box::new(cheap))));
    reread(&mut table, &pinewave);
    assert_eq!(intents(&table), 1);
    table.stored();
    assert_eq!(table.desk.state().bookings[0].intent.quote, pinewave);
    let mut deal = table.deal("D-1", "q1", "proposed");
    let known = table.desk.state().quote(&pinewave).unwrap().quote.clone();
    (deal.seller, deal.quote_id) = (pinewave.seller.clone(), Some(pinewave.quote_id.clone()));
    (deal.pricing, deal.terms) = (known.pricing, known.terms);
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!((intents(&table), armed(&table).len()), (1, 0));
    table.pass(60);
    assert_eq!(intents(&table), 1);
    assert!(table.asked.iter().all(|(_, ask)| !ask.commits()));
}

#[test]
fn this_seller_alone_means_this_seller_alone() {
    let (mut table, _) = waiting(Scope::This);
    quoted(&mut table, "harbor", "h1", "20.00", 10);
    assert!(table.asked.is_empty() && intents(&table) == 0);
}

#[test]
fn it_ends_by_its_time_its_quote_a_halt_a_hand_and_when_its_desk_is_gone() {
    let (mut table, quote) = waiting(Scope::This);
    table.pass(8 * 60);
    assert_eq!(ended(&table), "its time is over");
    repriced(&mut table, &quote, "20.00");
    assert_eq!(intents(&table), 0, "and nothing comes after it");

    let (mut table, quote) = waiting(Scope::This);
    table.command(Command::LetGo(quote));
    assert_eq!(ended(&table), "nothing that it could book is open any more");

    let (mut table, quote) = waiting(Scope::This);
    table.command(Command::Halt { seller: None, why: "by hand".into() });
    assert_eq!(ended(&table), "halted: by hand");
    table.command(Command::Resume { seller: None, typed: "resume".into() });
    repriced(&mut table, &quote, "20.00");
    assert!(armed(&table).is_empty() && table.asked.is_empty(), "it is not armed again by itself");

    let (mut table, _) = waiting(Scope::This);
    let id = armed(&table)[0].id.clone();
    table.command(Command::Disarm(id.clone()));
    assert_eq!(ended(&table), "let go by hand");
    table.command(Command::Disarm(id));
    assert_eq!(table.rule(), "trigger");

    let (mut table, _) = waiting(Scope::This);
    table.input(Input::OwnerLost("owner-1".into()));
    assert_eq!(ended(&table), "the desk was closed");
}

#[test]
fn another_desk_on_the_store_sees_it_and_never_acts_for_it() {
    let (table, quote) = waiting(Scope::This);
    let mut other = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    other.now = table.now;
    other.input(Input::Followed(table.journal.clone()));
    assert_eq!(armed(&other).len(), 1);
    repriced(&mut other, &quote, "20.00");
    other.pass(9 * 60);
    assert!(other.asked.is_empty() && intents(&other) == 0);
    assert_eq!(armed(&other).len(), 1, "it is for its own desk to end it");
    assert!(other.desk.state().waiting_owners().contains("owner-1"));
    other.input(Input::OwnerLost("owner-1".into()));
    assert!(armed(&other).is_empty());
}

#[test]
fn what_asks_a_person_ends_it_before_anything_leaves() {
    // Far under what is usual: a person would type the whole cost.
    let (mut table, quote) = waiting(Scope::This);
    for n in 0..4 {
        table.quoted(&format!("usual-{n}"), "26.00");
        table.armed(&format!("usual-{n}"));
        table.command(Command::Confirm(Confirmation::Price(26.into())));
        let usual = table.storing.len();
        if usual == 0 {
            break;
        }
        table.stored();
        let deal = table.deal(&format!("D-{n}"), &format!("usual-{n}"), "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
    }
    table.asked.clear();
    let before = intents(&table);
    repriced(&mut table, &quote, "10.00");
    if !table.asked.is_empty() {
        reread(&mut table, &quote);
    }
    assert_eq!(intents(&table), before);
    assert!(armed(&table).is_empty(), "{:?}", table.desk.state().ticket);
    assert!(ended(&table).starts_with("a person is to look at it"), "{}", ended(&table));
}

#[test]
fn a_ticket_that_a_person_has_open_goes_first() {
    let (mut table, quote) = waiting(Scope::This);
    table.quoted("q9", "25.00");
    table.armed("q9");
    repriced(&mut table, &quote, "23.00");
    assert!(table.asked.is_empty() && armed(&table)[0].takes.is_none());
    assert_eq!(table.desk.state().ticket.as_ref().unwrap().quote, key("q9"));
    table.command(Command::CloseTicket);
    assert_eq!(table.desk.state().ticket.as_ref().unwrap().quote, quote);
    reread(&mut table, &quote);
    assert_eq!(intents(&table), 1);
}

#[test]
fn an_unknown_outcome_ends_it_and_nothing_is_booked_again() {
    let (mut table, quote) = waiting(Scope::Any);
    let other = quoted(&mut table, "harbor", "h1", "25.00", 10);
    repriced(&mut table, &quote, "24.00");
    reread(&mut table, &quote);
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    assert!(ended(&table).starts_with("it books at 24.00"));
    assert!(table.desk.state().exposure.unknown > Decimal::ZERO);
    table.asked.clear();
    repriced(&mut table, &other, "20.00");
    assert_eq!(intents(&table), 1);
}

/// What is changed about terms that could be armed.
type Change = fn(&mut Terms);

#[test]
fn what_cannot_be_armed_is_refused_by_its_rule() {
    let base = || {
        let mut table = table();
        let quote = table.quoted("q1", "26.00");
        (table, quote)
    };
    let cases: [(&str, Change, i64); 8] = [
        ("typed cost", |_| {}, 11_999),
        (
            "price",
            |terms| (terms.at_most, terms.spend) = (usd("26.00"), "13000.00".parse().unwrap()),
            13_000,
        ),
        ("time", |terms| terms.until -= SignedDuration::from_mins(8), 12_000),
        ("currency", |terms| terms.at_most = usd("24.00 EUR"), 12_000),
        ("amounts", |terms| terms.at_most = usd("0.00"), 12_000),
        ("spend", |terms| terms.spend = "11999.99".parse().unwrap(), 12_000),
        ("deal", |terms| terms.spend = "25000.01".parse().unwrap(), 25_000),
        (
            "cpm",
            |terms| {
                terms.at_most = usd("30.01");
                terms.spend = "15005.00".parse().unwrap();
            },
            15_005,
        ),
    ];
    for (rule, change, typed) in cases {
        let (mut table, quote) = base();
        if rule == "cpm" {
            repriced(&mut table, &quote, "31.00");
        }
        let mut terms = terms(&table, Scope::This);
        change(&mut terms);
        table.command(Command::ArmTrigger { quote, terms, typed: typed.into() });
        assert_eq!(table.rule(), rule);
        assert!(armed(&table).is_empty(), "{rule}");
    }
    let (mut table, quote) = base();
    arm(&mut table, &quote, Scope::This);
    arm(&mut table, &quote, Scope::This);
    assert_eq!(table.rule(), "armed");
    let plan = dealdesk::desk::plan_for(
        table.desk.state(),
        table.record("q1"),
        dealdesk::domain::strategy::ALL[0],
    );
    table.command(Command::ArmAuto { quote: quote.clone(), plan: plan.unwrap() });
    assert_eq!(table.rule(), "trigger", "a strategy could agree where it books");

    let mut table = Table::with(Setup { read_only: true, ..setup() });
    arm(&mut table, &quote, Scope::This);
    assert_eq!(table.rule(), "read-only");
    let mut table = Table::with(Setup { mode: Mode::Live, ..setup() });
    arm(&mut table, &key("unknown"), Scope::This);
    assert_eq!(table.rule(), "quote");
}

#[test]
fn the_seller_it_was_armed_on_is_the_one_in_the_journal() {
    let (table, quote) = waiting(Scope::This);
    let fact = table.facts("trigger.armed")[0];
    assert_eq!((fact.quote(), fact.seller().as_str()), (Some(quote), SELLER));
}
