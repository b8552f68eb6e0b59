//! A price has its currency and its unit: one conversion for every limit, nothing offered without a rate,
//! nothing costed that is not priced per thousand, and no word of a seller's that changes its limit.

use dealdesk::{
    desk::{Command, Confirmation, Setup, TicketState, judge, limit_for, plan_for},
    domain::{
        Action, Answer, Ask, Cost, Cpm, Currency, ErrorKind, Limits, Outcome,
        ask::{History, Moved},
        strategy::{ALL, Options, Plan},
        trigger::{Scope, Terms},
    },
};
use jiff::SignedDuration;

use super::harness::{SELLER, Table, error, key, setup, usd};

fn euros(text: &str) -> Cpm {
    Cpm::new(text.parse().unwrap(), "EUR".parse().unwrap())
}

/// A desk whose limits are in dollars: CPM 20.00 at most, and one euro is worth so much.
fn desk(rate: Option<&str>) -> Table {
    let rates = rate.map(|rate| ("EUR".parse::<Currency>().unwrap(), rate.parse().unwrap()));
    let cpm = [("default".to_owned(), 20.into())].into();
    let limits = Limits { cpm, rates: rates.into_iter().collect(), ..setup().limits };
    Table::with(Setup { limits, ..setup() })
}

/// A quote in euros, on the desk.
fn quoted(table: &mut Table, id: &str, price: &str) {
    quoted_as(table, id, euros(price), "cpm", "ctv");
}

fn quoted_as(table: &mut Table, id: &str, price: Cpm, model: &str, kind: &str) {
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: SELLER.into(), ask, rfq: None });
    let mut quote = table.quote(id, "1");
    quote.pricing.base_cpm = Some(price);
    quote.pricing.final_cpm = Some(price);
    quote.pricing.pricing_model = model.into();
    quote.product.inventory_type = kind.into();
    table.answer(Ok(Answer::Quote(Box::new(quote))));
}

fn countered(table: &mut Table, theirs: &str) {
    table.stored();
    table.answer(Ok(Answer::Moved(Moved {
        negotiation_id: Some("neg-1".into()),
        round: 1,
        action: Action::Counter,
        buyer_cpm: None,
        seller_cpm: Some(euros(theirs)),
        rationale: String::new(),
        status: "active".into(),
        rounds_left: Some(3),
        raw: "{}".into(),
    })));
}

fn offer(table: &mut Table, cpm: Cpm) {
    table.command(Command::Offer { quote: key("q1"), cpm, note: None });
}

#[test]
fn offers_and_accepts_by_hand_are_held_against_the_limit_by_its_rate() {
    let mut table = desk(Some("1.25"));
    quoted(&mut table, "q1", "25.00");
    assert_eq!(limit_for(table.desk.state(), table.record("q1")), Some(euros("16.00")));
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    offer(&mut table, euros("16.01"));
    assert_eq!((table.rule(), table.storing.len()), ("limit", 0));
    offer(&mut table, euros("16.00"));
    assert_eq!(table.storing.len(), 1, "{:?}", table.refused);
    countered(&mut table, "16.01");
    let typed = "16.01".parse().unwrap();
    table.command(Command::Accept { quote: key("q1"), typed });
    assert_eq!((table.rule(), table.storing.len()), ("limit", 0));
}

#[test]
fn without_a_rate_nothing_is_offered_armed_or_booked() {
    let mut table = desk(None);
    quoted(&mut table, "q1", "1.00");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    offer(&mut table, euros("0.50"));
    assert_eq!(table.rule(), "currency");
    let plan = Plan {
        strategy: "simple-threshold".into(),
        target: euros("0.50"),
        max: euros("0.90"),
        step: 0.into(),
        rounds: 3,
        options: Options::default(),
    };
    table.command(Command::ArmAuto { quote: key("q1"), plan });
    assert_eq!(table.rule(), "currency");
    table.armed("q1");
    let ticket = table.desk.state().ticket.clone().unwrap();
    assert_eq!(ticket.state, TicketState::Blocked);
    assert!(table.storing.is_empty());
}

#[test]
fn no_strategy_passes_the_converted_limit() {
    for strategy in ALL {
        let mut table = desk(Some("1.25"));
        quoted(&mut table, "q1", "25.00");
        let over = Plan {
            strategy: strategy.name().into(),
            target: euros("10.00"),
            max: euros("16.01"),
            step: 1.into(),
            rounds: 4,
            options: Options::default(),
        };
        table.command(Command::ArmAuto { quote: key("q1"), plan: over.clone() });
        assert_eq!(table.rule(), "limit", "{}", strategy.name());
        let planned = plan_for(table.desk.state(), table.record("q1"), *strategy).unwrap();
        assert_eq!(planned.max, euros("16.00"), "{}", strategy.name());
        let plan = Plan { max: euros("16.00"), ..over };
        table.command(Command::ArmAuto { quote: key("q1"), plan });
        table.pass(0);
        assert_eq!(table.storing.len(), 1, "{}: {:?}", strategy.name(), table.refused);
        countered(&mut table, "16.01");
        while !table.storing.is_empty() {
            table.stored();
            let (_, ask) = table.asked.remove(0);
            let within = matches!(&ask, Ask::Counter { cpm, action: Action::Counter, .. }
                if *cpm <= euros("16.00"));
            assert!(within, "{} asks {ask:?}", strategy.name());
        }
    }
}

#[test]
fn a_trigger_and_the_easy_limit_are_held_in_the_limits_currency() {
    let mut table = desk(Some("1.25"));
    quoted(&mut table, "q1", "25.00");
    let until = table.now + SignedDuration::from_mins(5);
    let arm = |table: &mut Table, at_most: &str, spend: &str| {
        let spend = Cost::new(spend.parse().unwrap(), "EUR".parse().unwrap());
        let terms = Terms { scope: Scope::This, at_most: euros(at_most), until, spend };
        let typed = spend.amount();
        table.command(Command::ArmTrigger { quote: key("q1"), terms, typed });
    };
    arm(&mut table, "16.01", "9000");
    assert_eq!(table.rule(), "cpm");
    arm(&mut table, "16.00", "20000.01");
    assert_eq!(table.rule(), "deal", "20,000.01 EUR are 25,000.0125 USD");
    assert!(table.facts("trigger.armed").is_empty());

    // 900 EUR are 1,125 USD: over an easy limit of 1,000.
    for (impressions, easy) in [(56_250, false), (50_000, true)] {
        let mut table = desk(Some("1.25"));
        quoted(&mut table, "q1", "16.00");
        let mut quote = table.known("q1");
        quote.terms.impressions = Some(impressions);
        table.command(Command::RequestQuote { seller: SELLER.into(), ask: table.ask(), rfq: None });
        quote.quote_id = "q2".into();
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        table.armed("q2");
        let ticket = table.desk.state().ticket.clone().unwrap();
        assert_eq!((ticket.state, ticket.easy), (TicketState::Armed, easy), "{impressions}");
    }
}

#[test]
fn quotes_in_several_currencies_rank_by_what_they_are_worth() {
    let mut table = desk(Some("1.25"));
    quoted_as(&mut table, "usd", usd("15.00"), "cpm", "ctv");
    quoted(&mut table, "eur", "11.00");
    quoted_as(&mut table, "yen", "10 JPY".parse().unwrap(), "cpm", "ctv");
    quoted_as(&mut table, "click", usd("1.00"), "cpc", "ctv");
    let state = table.desk.state();
    let records: Vec<_> = state.quotes.values().collect();
    let ranking = judge::rank(state, &records, table.now);
    let rows: Vec<_> = ranking
        .rows
        .iter()
        .map(|row| (row.quote.quote_id.as_str(), row.place.map_err(|out| out.to_string())))
        .collect();
    assert_eq!(
        rows,
        [
            ("eur", Ok(1)),
            ("usd", Ok(2)),
            ("yen", Err("currency".to_owned())),
            ("click", Err("unit".to_owned()))
        ]
    );
    assert_eq!(ranking.rows[1].above_best, Some("1.25".parse().unwrap()));
}

#[test]
fn a_price_for_something_else_than_impressions_is_never_costed() {
    for model in ["cpc", "CPCV", "cpp", "flat_rate"] {
        let mut table = desk(None);
        quoted_as(&mut table, "q1", usd("17.00"), model, "ctv");
        assert_eq!(
            (table.record("q1").price(), table.record("q1").cost()),
            (None, None),
            "{model}"
        );
        let planned_spend = Some(Cost::usd(1.into()));
        table.command(Command::OpenTicket {
            quote: key("q1"),
            max_cpm: None,
            planned_spend,
            notes: None,
        });
        let same = table.known("q1");
        table.answer(Ok(Answer::Quote(Box::new(same))));
        let ticket = table.desk.state().ticket.clone().unwrap();
        let check = ticket.blocked_by().unwrap();
        assert_eq!(check.name, "unit", "{model}");
        assert!(check.says.contains(model), "{}", check.says);
        table.command(Command::Confirm(Confirmation::Price("17.00".parse().unwrap())));
        assert!(table.storing.is_empty(), "{model}");
        table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
        assert_eq!(table.rule(), "unit", "{model}");
    }
    let mut table = desk(None);
    quoted_as(&mut table, "q1", usd("17.00"), "vcpm", "ctv");
    table.armed("q1");
    let ticket = table.desk.state().ticket.clone().unwrap();
    let check = ticket.checks.iter().find(|check| check.name == "unit").unwrap();
    assert!(check.warns && ticket.state == TicketState::Armed, "{check:?}");
}

#[test]
fn a_deal_in_another_unit_is_disputed() {
    let mut table = Table::new();
    table.quoted("q1", "20.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price("20.00".parse().unwrap())));
    table.stored();
    let mut deal = table.deal("D-1", "q1", "proposed");
    deal.pricing.pricing_model = "cpc".into();
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    let booking = table.desk.state().bookings.values().next().unwrap();
    assert_eq!(booking.differences, [("pricing model".into(), "cpm".into(), "cpc".into())]);
}

#[test]
fn the_same_day_and_the_same_double_are_no_dispute() {
    for (start, end, price, agrees) in [
        ("2026-07-01T00:00:00Z", "2026-09-30T23:59:59Z", "20.00", true),
        ("20260701", "2026-09-30T00:00:00+00:00", "20.000000000000004", true),
        ("2026-07-01T00:00:00+02:00", "2026-09-30", "20.00", false),
        ("2026-07-01", "2026-09-30", "20.0001", false),
    ] {
        let mut table = Table::new();
        table.quoted("q1", "20.00");
        table.armed("q1");
        table.command(Command::Confirm(Confirmation::Price("20.00".parse().unwrap())));
        table.stored();
        let mut deal = table.deal("D-1", "q1", "proposed");
        deal.terms.flight_start = Some(start.into());
        deal.terms.flight_end = Some(end.into());
        deal.pricing.final_cpm = Some(usd(price));
        table.answer(Ok(Answer::Deal(Box::new(deal))));
        let booking = table.desk.state().bookings.values().next().unwrap();
        assert_eq!(booking.differences.is_empty(), agrees, "{:?}", booking.differences);
    }
}

#[test]
fn a_planned_spend_stands_for_no_cost_that_is_known() {
    let mut table = Table::new();
    table.quoted("q1", "20.00");
    let planned_spend = Some(Cost::usd(25.into()));
    table.command(Command::OpenTicket {
        quote: key("q1"),
        max_cpm: None,
        planned_spend,
        notes: None,
    });
    assert_eq!((table.rule(), table.asked.len()), ("planned spend", 0));
}

#[test]
fn a_lost_move_is_looked_up_in_the_quotes_own_currency() {
    let mut table = desk(Some("1.25"));
    quoted(&mut table, "q1", "25.00");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    offer(&mut table, euros("16.00"));
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "")));
    table.pass(2);
    let (id, ask) = table.asked.remove(0);
    assert_eq!(ask, Ask::History("q1".into(), "EUR".parse().unwrap()));
    let round = Moved {
        negotiation_id: None,
        round: 1,
        action: Action::Accept,
        buyer_cpm: Some(euros("16.00")),
        seller_cpm: Some(euros("16.00")),
        rationale: String::new(),
        status: "accepted".into(),
        rounds_left: None,
        raw: "{}".into(),
    };
    let (status, rounds) = ("accepted".into(), vec![round]);
    let history = History { negotiation_id: None, status, max_rounds: None, rounds };
    table.answer_to(id, Ok(Answer::History(history)));
    let game = table.record("q1").negotiation.clone().unwrap();
    assert_eq!((game.outcome, game.agreed), (Outcome::Accepted, Some(euros("16.00"))));
}
