//! A ticket's own rules: what answers it, whose answer it is, and what was asked beside the price.

use dealdesk::{
    desk::{Command, Confirmation, Input, Setup, TicketState, booking_guard},
    domain::{
        Answer, Ask, Cost, DealType, ErrorKind, QuoteAsk, SellerName, Spoke, Stage, negotiation,
    },
};

use super::{
    again::spoke,
    harness::{Table, error, key, moved, seller, setup, usd},
};

fn price(text: &str) -> Command {
    Command::Confirm(Confirmation::Price(text.parse().unwrap()))
}

fn state(table: &Table) -> TicketState {
    table.desk.state().ticket.as_ref().unwrap().state
}

fn check(table: &Table, name: &str) -> Option<(bool, String)> {
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    let check = ticket.checks.iter().find(|check| check.name == name);
    check.map(|check| (check.ok, check.says.clone()))
}

#[test]
fn a_re_read_that_is_about_something_else_is_no_answer() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.open_ticket("q1");
    let mut other = table.known("q1");
    other.quote_id = "q2".into();
    other.pricing.final_cpm = Some(usd("20.00"));
    table.answer(Ok(Answer::Quote(Box::new(other))));
    assert_eq!(state(&table), TicketState::Blocked);
    assert!(!check(&table, "re-read").unwrap().0);
    assert_eq!(table.known("q1").pricing.final_cpm, Some(usd("24.00")));
    assert_eq!(table.desk.state().quotes.len(), 1);
}

#[test]
fn a_re_read_that_says_expired_ends_the_quote_and_any_other_no_does_not() {
    for (failure, stage) in [
        (error(ErrorKind::Refused, 410, "quote_expired"), Stage::Expired),
        (error(ErrorKind::Unavailable, 503, ""), Stage::Quoted),
        (error(ErrorKind::Refused, 403, "forbidden"), Stage::Quoted),
    ] {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        table.open_ticket("q1");
        table.answer(Err(failure));
        assert_eq!((state(&table), table.record("q1").stage()), (TicketState::Blocked, stage));
    }
}

#[test]
fn no_ticket_is_opened_beside_one_that_leaves() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.quoted("q2", "22.00");
    for id in ["q1", "q2", "q1"] {
        table.armed(id);
        let ticket = table.desk.state().ticket.as_ref().unwrap();
        assert_eq!(ticket.quote, key(id), "one that only waits gives way");
    }
    table.command(price("24"));
    for state_now in [TicketState::Storing, TicketState::Sent] {
        assert_eq!(state(&table), state_now);
        table.open_ticket("q2");
        assert_eq!(table.rule(), "ticket");
        assert_eq!(table.desk.state().ticket.as_ref().unwrap().quote, key("q1"));
        if state_now == TicketState::Storing {
            table.stored();
        }
    }
}

#[test]
fn a_ticket_is_armed_by_the_word_about_itself() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.open_ticket("q1");
    table.input(Input::Armed("tk-other".into(), Ok(())));
    assert_eq!(state(&table), TicketState::Checking, "another one was armed");
    let own = table.desk.state().ticket.as_ref().unwrap().id.clone();
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same))));
    table.command(price("24"));
    table.input(Input::Armed(own, Ok(())));
    assert_eq!(state(&table), TicketState::Storing, "a late word changes nothing");
}

#[test]
fn what_it_costs_is_typed_to_the_cent_where_it_is_asked_for() {
    let mut table = Table::new();
    // 400,000 where 500,000 were asked for.
    let ask = QuoteAsk { deal_type: DealType::Guaranteed, ..table.ask() };
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    let mut quote = table.quote("q1", "24.00");
    quote.terms.impressions = Some(400_000);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q1");
    assert_eq!(state(&table), TicketState::Armed);
    let cost = |cost: i64| Command::Confirm(Confirmation::Cost(cost.into()));
    table.command(price("24"));
    assert_eq!(table.rule(), "asked", "the price does not answer it");
    table.command(cost(12_000));
    assert_eq!(table.rule(), "asked", "another cost does not answer it");
    table.command(Command::Confirm(Confirmation::Word("9600".into())));
    assert_eq!((table.rule(), table.storing.len()), ("asked", 0));
    let refused = table.refused.len();
    table.command(cost(9_600));
    assert_eq!((table.refused.len(), table.storing.len()), (refused, 0));
    table.command(cost(9_600));
    assert_eq!((table.rule(), table.storing.len()), ("typed price", 0), "it is asked once");
    table.command(price("24"));
    assert_eq!(table.storing.len(), 1);
}

#[test]
fn a_word_is_no_price() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    for answer in [Confirmation::Word("24".into()), Confirmation::Cost(24.into())] {
        table.command(Command::Confirm(answer));
        assert_eq!((table.rule(), table.storing.len()), ("typed price", 0));
    }
}

#[test]
fn a_ticket_that_leads_to_nothing_is_over() {
    let mode = dealdesk::desk::Mode::Paper;
    let mut table = Table::with(Setup { mode, ..setup() });
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(price("24"));
    table.stored();
    assert_eq!(state(&table), TicketState::Ended);
}

#[test]
fn a_price_for_something_else_than_impressions_has_one_reason_and_no_price_has_another() {
    for (model, told, unit, none) in [("cpc", true, true, false), ("cpm", false, false, true)] {
        let mut table = Table::new();
        table.command(Command::RequestQuote { seller: seller(), ask: table.ask(), rfq: None });
        let mut quote = table.quote("q1", "24.00");
        model.clone_into(&mut quote.pricing.pricing_model);
        quote.pricing.final_cpm = quote.pricing.final_cpm.filter(|_| told);
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        table.armed("q1");
        assert_eq!(check(&table, "unit").is_some(), unit, "{model}");
        assert_eq!(check(&table, "price").is_some(), none, "{model}");
    }
}

/// A quote at 28.80 on which 20.00 was agreed, at a seller that books what was agreed, or does not.
fn agreed(honours: bool) -> Table {
    let mut table = Table::new();
    table.spoke = Some(Spoke { honours_agreement: honours, ..spoke(true) });
    table.quoted("q1", "28.80");
    let limit = Some(usd("26.00"));
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit });
    table.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    table.stored();
    table.answer(Ok(moved(1, "accept", "20.00", "20.00")));
    assert_eq!(table.record("q1").agreed, Some(usd("20.00")));
    table
}

#[test]
fn what_was_agreed_is_booked_where_the_seller_honours_it_and_nowhere_else() {
    let mut table = agreed(true);
    table.asked.clear();
    table.armed("q1");
    assert_eq!(check(&table, "agreed"), Some((true, "20.00 USD as agreed".to_owned())));
    // The same seller, and a quote that came for the agreed price: it is booked as it stands, so its own
    // price must be the one.
    let mut table = agreed(false);
    let asks = |(_, ask): &(_, Ask)| matches!(ask, Ask::Quote { .. });
    let (id, _) = table.asked.remove(table.asked.iter().position(asks).unwrap());
    let dear = table.quote("q2", "21.00");
    table.answer_to(id, Ok(Answer::Quote(Box::new(dear))));
    table.asked.clear();
    table.spoke = agreed(true).spoke;
    table.armed("q2");
    let says = "agreed 20.00 USD, but this quote would book 21.00 USD".to_owned();
    assert_eq!(check(&table, "agreed"), Some((false, says)));
}

#[test]
fn an_agreement_that_the_seller_wrote_down_dearer_is_not_booked() {
    let mut table = agreed(true);
    assert!(table.record("q1").negotiation.as_ref().unwrap().accepted_dearer().is_none());
    table.asked.clear();
    let mut dearer = Table::new();
    dearer.spoke.clone_from(&table.spoke);
    dearer.quoted("q1", "28.80");
    let limit = Some(usd("26.00"));
    dearer.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit });
    dearer.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    dearer.stored();
    dearer.answer(Ok(moved(1, "accept", "20.00", "22.00")));
    dearer.asked.clear();
    dearer.armed("q1");
    let game = dearer.record("q1").negotiation.clone().unwrap();
    assert_eq!(game.outcome, negotiation::Outcome::Accepted);
    let (ok, says) = check(&dearer, "agreed").unwrap();
    assert!(!ok, "{says}");
}

#[test]
fn booking_closes_two_round_trips_before_the_end_and_twice_that_at_an_unknown_clock() {
    let mut table = Table::new();
    let guard = |table: &Table| booking_guard(table.desk.state(), &seller()).as_millis();
    assert_eq!(guard(&table), 8_000, "nothing is known of its clock");
    assert_eq!(booking_guard(table.desk.state(), &SellerName::from("nobody")).as_millis(), 8_000);
    table.took_ms = 3_000;
    table.quoted("q1", "24.00");
    assert_eq!(guard(&table), 6_000);
    let mut table = Table::new();
    table.took_ms = 100;
    table.quoted("q1", "24.00");
    assert_eq!(guard(&table), 4_000, "never under four seconds");
}

#[test]
fn a_planned_spend_is_for_quotes_without_impressions() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    let planned_spend = Some(Cost::usd(5_000.into()));
    let (max_cpm, notes) = (None, None);
    table.command(Command::OpenTicket { quote: key("q1"), max_cpm, planned_spend, notes });
    assert_eq!((table.rule(), table.desk.state().ticket.is_none()), ("planned spend", true));
}

#[test]
fn a_second_booking_of_a_product_without_an_outcome_is_warned_of() {
    // The product, the seller and the state of the other booking.
    for (product, answered, warns) in
        [("prod-1", false, true), ("prod-2", false, false), ("prod-1", true, false)]
    {
        let mut table = Table::sent();
        if answered {
            let deal = table.deal("D-1", "q1", "proposed");
            table.answer(Ok(Answer::Deal(Box::new(deal))));
        } else {
            table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
        }
        table.asked.clear();
        table.command(Command::RequestQuote { seller: seller(), ask: table.ask(), rfq: None });
        let mut quote = table.quote("q2", "24.00");
        quote.product.product_id = product.into();
        let (id, _) = table.asked.remove(0);
        table.answer_to(id, Ok(Answer::Quote(Box::new(quote))));
        table.asked.clear();
        table.open_ticket("q2");
        table.asked.retain(|(_, ask)| matches!(ask, Ask::GetQuote(id) if id.as_str() == "q2"));
        let same = table.known("q2");
        table.answer(Ok(Answer::Quote(Box::new(same))));
        let ticket = table.desk.state().ticket.as_ref().unwrap();
        let same = ticket.checks.iter().find(|check| check.name == "same").unwrap();
        assert_eq!(same.warns, warns, "{product} {answered}: {}", same.says);
        assert_eq!(same.says.contains("q1 of the same product has no known outcome"), warns);
    }
}

#[test]
fn a_price_far_over_the_sellers_own_list_is_asked_about() {
    // A list price of 20.00 and a band of 50 percent.
    for (list, price, asks) in [
        ("20.00", "30.00", false),
        ("20.00", "30.01", true),
        ("20.00 EUR", "30.01", false),
        ("", "30.01", false),
    ] {
        let limits = dealdesk::domain::Limits {
            band: "0.5".parse().unwrap(),
            cpm: [("default".to_owned(), 100.into())].into(),
            ..setup().limits
        };
        let mut table = Table::with(Setup { limits, ..setup() });
        table.command(Command::RefreshKit(seller()));
        let product = dealdesk::domain::Product {
            product_id: "prod-1".into(),
            name: "Live Sports".into(),
            description: String::new(),
            inventory_type: "ctv".into(),
            base_cpm: list.parse().ok(),
            floor_cpm: None,
            deal_types: Vec::new(),
            available_impressions: None,
        };
        let (id, _) = table.asked.remove(1);
        table.answer_to(id, Ok(Answer::Products(vec![product])));
        table.asked.clear();
        table.quoted("q1", price);
        table.armed("q1");
        let sane = check(&table, "sane");
        let says = format!("{price} is far over the seller's own list 20.00");
        assert_eq!(
            sane.is_some_and(|(ok, said)| !ok && said.contains(&says)),
            asks,
            "{list} {price}"
        );
    }
}
