//! What the desk says on its message line when something happened, and the words that it keeps with facts.

use dealdesk::{
    desk::{Actor, Command, Confirmation, Fact, Input, Setup, Stop, Stops, order::CHANGE},
    domain::{Answer, Ask, Identity, OrderAsk, Tier, order::ChangeType},
};

use super::{
    again::spoke,
    harness::{Table, key, moved, seller, setup, usd},
    moves::{offer, opened},
};

fn said(table: &Table) -> String {
    table.desk.state().message.as_ref().map_or_else(String::new, |message| message.says.clone())
}

fn stop(why: &str) -> Stop {
    let at = "2026-06-18T14:00:00Z".parse().unwrap();
    Stop { at, by: Actor::Person("bob@test".into()), why: why.into(), tripped: false }
}

#[test]
fn a_halt_says_whom_it_stops_and_how_it_ends() {
    let mut table = Table::new();
    table.command(Command::Halt { seller: None, why: "odd".into() });
    let how = "nothing automatic is sent. Resume it by typing \"resume\"";
    assert_eq!(said(&table), format!("HALT the desk: {how}"));
    table.command(Command::Resume { seller: None, typed: "resume".into() });
    assert_eq!(said(&table), "the desk goes on");
    table.command(Command::Halt { seller: Some(seller()), why: "odd".into() });
    assert_eq!(said(&table), format!("HALT northlight: {how}"));
    table.command(Command::Resume { seller: Some(seller()), typed: "resume".into() });
    assert_eq!(said(&table), "northlight goes on");
}

#[test]
fn a_mark_beside_the_store_is_said_once_and_kept_by_who_is_asked_to() {
    for of in [None, Some(seller())] {
        let whom = of.as_ref().map_or_else(|| "the desk".to_owned(), ToString::to_string);
        let mut marks = Stops::default();
        marks.set(of.as_ref(), Some(stop("marked")));
        let mut table = Table::new();
        table.input(Input::Marked(marks.clone()));
        let line = format!("HALT {whom}, by bob@test: marked. Resume it by typing \"resume\"");
        assert_eq!(said(&table), line);
        assert!(table.desk.state().controls.stop(&seller()).is_some(), "it holds");
        assert!(table.journal.is_empty(), "it is not kept by who only sees it");
        table.command(Command::Reread(key("q1")));
        table.input(Input::Marked(marks));
        assert!(!said(&table).contains("HALT"), "it is known");
        table.input(Input::KeepMarks);
        let [entry] = &table.journal[..] else { panic!("{:?}", table.kinds()) };
        assert_eq!(entry.actor, Actor::Person("bob@test".into()));
        let fact = Fact::Halted { seller: of, why: "marked".into(), tripped: false };
        assert_eq!(entry.fact, fact);
        table.input(Input::KeepMarks);
        assert_eq!(table.journal.len(), 1, "once");
    }
}

#[test]
fn exposure_at_the_limit_stands_and_above_it_stops_the_desk() {
    // A deal of 12,000.00.
    for (limit, halts) in [(12_000, false), (11_999, true)] {
        let mut table = Table::sent();
        let limits = dealdesk::domain::Limits { exposure: Some(limit.into()), ..setup().limits };
        let mut host = Table::with(Setup { limits, ..setup() });
        host.now = table.now;
        host.desk.replay(std::mem::take(&mut table.journal));
        let deal = host.deal("D-1", "q1", "proposed");
        let entry = dealdesk::desk::Entry {
            at: host.now,
            actor: Actor::Desk,
            mode: dealdesk::desk::Mode::Live,
            fact: Fact::DealSeen { deal, differences: None },
        };
        host.input(Input::Followed(vec![entry]));
        assert_eq!(host.desk.state().controls.halt.is_some(), halts, "{limit}");
    }
}

#[test]
fn deals_that_turn_out_otherwise_stop_the_desk_at_the_third() {
    let mut table = Table::with_a_deal("D-1");
    for (quote, deal) in [("q2", "D-2"), ("q3", "D-3")] {
        table.quoted(quote, "20.00");
        table.armed(quote);
        table.command(Command::Confirm(Confirmation::Price(20.into())));
        table.stored();
        let deal = table.deal(deal, quote, "proposed");
        table.answer(Ok(Answer::Deal(Box::new(deal))));
    }
    for (n, (deal, quote)) in [("D-1", "q1"), ("D-2", "q2"), ("D-3", "q3")].iter().enumerate() {
        let key = dealdesk::domain::DealRef { seller: seller(), deal_id: (*deal).into() };
        table.command(Command::PollDeal(key));
        let mut seen = table.deal(deal, quote, "active");
        seen.pricing.final_cpm = Some(usd("25.00"));
        assert_eq!(table.answer(Ok(Answer::Deal(Box::new(seen)))), Ask::GetDeal((*deal).into()));
        let line = format!("DISPUTED {deal}: final CPM differ from what was agreed (northlight)");
        let halted = table.desk.state().controls.halt.clone();
        if n < 2 {
            assert_eq!(said(&table), line);
            assert_eq!(halted, None);
        } else {
            assert!(halted.is_some(), "{}", said(&table));
        }
    }
    assert!(table.desk.state().controls.halt.is_some());
}

#[test]
fn a_change_of_a_deal_is_said_and_nothing_is_said_of_none() {
    let mut table = Table::with_a_deal("D-1");
    table.pass(5);
    let deal = table.deal("D-1", "q1", "active");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(said(&table), "D-1 proposed → active (northlight)");
    let unknown = dealdesk::domain::DealRef { seller: seller(), deal_id: "D-9".into() };
    for command in [
        Command::Acknowledge(unknown.clone()),
        Command::Activate { deal: unknown.clone(), step: "dsp".into(), says: "done".into() },
    ] {
        table.command(command);
        assert_eq!(table.refused.last().unwrap().says, "the desk knows no deal D-9 of northlight");
    }
    let known = dealdesk::domain::DealRef { deal_id: "D-1".into(), ..unknown };
    let refused = table.refused.len();
    table.command(Command::Activate { deal: known, step: "dsp".into(), says: "done".into() });
    assert_eq!(table.refused.len(), refused);
    let activation = &table.desk.state().deals[0].activation;
    assert_eq!((activation[0].0.as_str(), activation[0].1.as_str()), ("dsp", "done"));
}

#[test]
fn every_question_for_a_quote_has_a_key_of_its_own() {
    let mut table = Table::new();
    let mut keys = std::collections::BTreeSet::new();
    for _ in 0..3 {
        table.command(Command::RequestQuote { seller: seller(), ask: table.ask(), rfq: None });
        let (_, Ask::Quote { idempotency_key, .. }) = table.asked.remove(0) else { panic!() };
        assert_eq!(idempotency_key.len(), 32, "{idempotency_key}");
        assert!(idempotency_key.chars().all(|c| c.is_ascii_hexdigit()), "{idempotency_key}");
        keys.insert(idempotency_key);
        table.pass(1);
    }
    assert_eq!(keys.len(), 3);
}

#[test]
fn a_quote_after_an_agreement_is_said_to_be_bookable_at_the_agreed_price_alone() {
    for (price, line) in [
        (Some("20.00"), "northlight quotes the agreed 20.00 USD: B books it"),
        (Some("21.00"), "northlight agreed to 20.00 USD but quotes 21.00 USD: not bookable"),
        (None, "northlight agreed to 20.00 USD but quotes no price: not bookable"),
    ] {
        let mut table = opened();
        offer(&mut table, "20.00");
        table.stored();
        table.answer(Ok(moved(1, "accept", "20.00", "20.00")));
        let asks = |(_, ask): &(_, Ask)| matches!(ask, Ask::Quote { .. });
        let (id, _) = table.asked.remove(table.asked.iter().position(asks).unwrap());
        let mut quote = table.quote("q2", "20.00");
        quote.pricing.final_cpm = price.map(usd);
        table.answer_to(id, Ok(Answer::Quote(Box::new(quote))));
        assert_eq!(said(&table), line);
    }
}

#[test]
fn a_change_is_asked_for_in_the_name_that_the_seller_is_told() {
    let bare = Identity::default();
    let us = setup().identity;
    for (reveal, identity, name) in [
        (Tier::Public, us.clone(), "buyer"),
        (Tier::Seat, us.clone(), "seat-1"),
        (Tier::Agency, us.clone(), "agency-1"),
        (Tier::Advertiser, us.clone(), "adv-1"),
        (Tier::Agency, Identity { agency_id: None, ..us.clone() }, "seat-1"),
        (Tier::Agency, Identity { agency_id: Some(String::new()), seat_id: None, ..us }, "buyer"),
        (Tier::Agency, bare, "buyer"),
    ] {
        let mut of = setup();
        of.sellers[0].reveal = reveal;
        of.identity = identity;
        let mut table = Table::with(of);
        table.desk.replay(Table::with_a_deal("D-1").journal);
        table.spoke = Some(spoke(true));
        table.command(Command::AskOrders(seller(), OrderAsk::Get("ORD-1".into())));
        table.answer(Ok(super::orders::order("ORD-1", Some("D-1"))));
        let ask = super::orders::change("ORD-1", ChangeType::Cancellation, &[]);
        table.command(super::orders::send(ask, CHANGE));
        let Some((_, entry)) = table.storing.first() else { panic!("{:?}", table.refused) };
        let Fact::OrderSent { intent } = &entry.fact else { panic!("{entry:?}") };
        let OrderAsk::RequestChange(change) = &intent.ask else { panic!("{intent:?}") };
        assert_eq!(change.requested_by, name, "{reveal}");
    }
}
