//! What is booked is what was asked: a quote on other terms is asked about or stops the ticket, before the
//! price is typed; and so does a flight that nobody can mean.

use dealdesk::{
    desk::{Command, Confirmation, TicketState},
    domain::{Answer, Cpm, DealType, Question, Quote},
};

use super::harness::{Table, key, seller, usd};

/// What a seller makes of the quote that was asked for.
type Change = fn(&mut Quote);

/// The open ticket of a quote that the seller made of our ask like this.
fn ticket_of(change: impl FnOnce(&mut Quote)) -> Table {
    let mut table = Table::new();
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    // 500,000 at 2.00 cost 1,000.00: ten times of it is within every limit.
    let mut quote = table.quote("q1", "2.00");
    change(&mut quote);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q1");
    table
}

fn asked(table: &Table, name: &str) -> (bool, Option<Question>, String) {
    let ticket = table.desk.state().ticket.clone().unwrap();
    let check = ticket.checks.iter().find(|check| check.name == name);
    let check = check.unwrap_or_else(|| panic!("no {name}: {:?}", ticket.checks));
    (check.ok, check.asks.clone(), check.says.clone())
}

#[test]
fn a_quote_as_asked_says_so() {
    let table = ticket_of(|_| {});
    let (ok, asks, says) = asked(&table, "asked");
    assert_eq!((ok, asks), (true, None));
    assert_eq!(says, "as asked: PG 500,000 impressions, 2026-07-01 to 2026-09-30");
    // The same day in another spelling is the same day.
    let table = ticket_of(|quote| {
        quote.terms.flight_start = Some("2026-07-01T00:00:00Z".into());
        quote.terms.flight_end = Some("20260930".into());
    });
    assert!(asked(&table, "asked").0);
}

#[test]
fn another_kind_of_purchase_is_not_booked_whatever_is_typed() {
    let changes: [(&str, Change); 5] = [
        ("impressions: asked 500,000, quoted nothing", |quote| quote.terms.impressions = None),
        ("deal type", |quote| quote.deal_type = DealType::Preferred),
        ("deal type", |quote| quote.deal_type = DealType::Auction),
        ("guaranteed", |quote| quote.terms.guaranteed = false),
        ("product", |quote| quote.product.product_id = "prod-beta".into()),
    ];
    for (field, change) in changes {
        let mut table = ticket_of(change);
        let (ok, asks, says) = asked(&table, "asked");
        assert_eq!((ok, asks), (false, None), "{field}");
        assert!(says.contains(field), "{says}");
        assert_eq!(table.desk.state().ticket.as_ref().unwrap().state, TicketState::Blocked);
        table.command(Command::Confirm(Confirmation::Cost(1_000.into())));
        table.command(Command::Confirm(Confirmation::Price(2.into())));
        assert!(table.storing.is_empty(), "{field}");
    }
}

#[test]
fn another_amount_of_it_is_booked_only_by_whoever_types_the_whole_cost() {
    let changes: [(&str, u32, Change); 9] = [
        ("first day", 1_000, |quote| quote.terms.flight_start = None),
        ("last day: asked 2026-09-30, quoted nothing", 1_000, |quote| {
            quote.terms.flight_end = None;
        }),
        ("first day", 1_000, |quote| {
            (quote.terms.flight_start, quote.terms.flight_end) = (None, None);
        }),
        ("impressions", 10_000, |quote| quote.terms.impressions = Some(5_000_000)),
        ("impressions", 100, |quote| quote.terms.impressions = Some(50_000)),
        ("first day", 1_000, |quote| quote.terms.flight_start = Some("2026-06-30".into())),
        ("first day", 1_000, |quote| {
            quote.terms.flight_start = Some("2027-07-01".into());
            quote.terms.flight_end = Some("2027-09-30".into());
        }),
        ("last day", 1_000, |quote| quote.terms.flight_end = Some("2026-10-01".into())),
        ("last day", 1_000, |quote| quote.terms.flight_end = Some("soon".into())),
    ];
    for (field, cost, change) in changes {
        let mut table = ticket_of(change);
        let (ok, asks, says) = asked(&table, "asked");
        assert_eq!((ok, asks), (false, Some(Question::Cost(cost.into()))), "{field}");
        assert!(says.contains(field), "{says}");
        // Neither the price nor a yes is enough.
        table.command(Command::Confirm(Confirmation::Price(2.into())));
        table.command(Command::Confirm(Confirmation::Yes));
        assert!(table.storing.is_empty(), "{field}");
        table.command(Command::Confirm(Confirmation::Cost(cost.into())));
        table.command(Command::Confirm(Confirmation::Price(2.into())));
        assert_eq!(table.storing.len(), 1, "{field}: {:?}", table.refused);
    }
}

#[test]
fn another_currency_than_the_product_was_offered_in_is_asked_about() {
    let mut table = Table::new();
    let ask = dealdesk::domain::QuoteAsk { currency: Some("GBP".parse().unwrap()), ..table.ask() };
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    let quote = table.quote("q1", "2.00");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q1");
    let (ok, asks, says) = asked(&table, "asked");
    assert_eq!((ok, asks), (false, Some(Question::Cost(1_000.into()))));
    assert_eq!(says.split("; it costs one").next(), Some("currency: asked GBP, quoted USD"));
    // That of our target goes before.
    let mut table = Table::new();
    let target_cpm: Option<Cpm> = Some("1.90 EUR".parse().unwrap());
    let ask = dealdesk::domain::QuoteAsk { target_cpm, ..table.ask() };
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    let quote = table.quote("q1", "2.00");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q1");
    assert!(asked(&table, "asked").2.contains("currency: asked EUR, quoted USD"));
}

#[test]
fn a_flight_that_nobody_can_mean_is_asked_about_or_stops() {
    let flights: [(&str, &str, bool, &str); 5] = [
        ("2026-01-01", "2026-02-01", false, "its last day, 2026-02-01, is over; it costs"),
        ("2020-01-01", "2020-02-01", false, "its last day, 2020-02-01, is over; it costs"),
        ("2028-01-01", "2027-03-31", true, "before it begins"),
        ("2036-07-01", "2036-09-30", false, "begins only"),
        ("2026-07-01", "9999-12-31", false, "more than two years"),
    ];
    for (start, end, stops, words) in flights {
        let mut table = Table::new();
        let (first, last): (jiff::civil::Date, _) = (start.parse().unwrap(), end.parse().unwrap());
        let ask = dealdesk::domain::QuoteAsk {
            flight_start: first.min(last),
            flight_end: last.max(first),
            ..table.ask()
        };
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        let mut quote = table.quote("q1", "2.00");
        quote.terms.flight_start = Some(start.into());
        quote.terms.flight_end = Some(end.into());
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        table.armed("q1");
        let (ok, asks, says) = asked(&table, "flight");
        assert_eq!((ok, asks.is_none()), (false, stops), "{start} to {end}: {says}");
        assert!(says.contains(words), "{says}");
    }
    assert!(ticket_of(|_| {}).desk.state().ticket.as_ref().unwrap().state == TicketState::Armed);
}

#[test]
fn a_quote_at_the_agreed_price_for_something_else_is_not_booked_as_agreed() {
    let mut table = Table::new();
    table.quoted("q1", "2.40");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    table.command(Command::Offer { quote: key("q1"), cpm: usd("2.00"), note: None });
    table.stored();
    table.answer(Ok(super::harness::moved(1, "accept", "2.00", "2.00")));
    // A seller that does not honour it is asked for a quote at that price, and gives one for ten times as much.
    let mut quote = table.quote("q2", "2.00");
    quote.terms.impressions = Some(5_000_000);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q2");
    let (ok, asks, _) = asked(&table, "asked");
    assert_eq!((ok, asks), (false, Some(Question::Cost(10_000.into()))));
}

#[test]
fn a_price_that_does_not_follow_and_inventory_that_is_not_there_are_said_before_the_price_is_typed()
{
    let check = |change: fn(&mut Quote), name: &str| {
        let table = ticket_of(change);
        let ticket = table.desk.state().ticket.clone().unwrap();
        assert_eq!(ticket.state, TicketState::Armed, "it is told, and stops nobody");
        ticket
            .checks
            .into_iter()
            .find(|check| check.name == name)
            .map(|check| (check.warns, check.says))
    };
    let (warns, says) = check(|_| {}, "proof").unwrap();
    assert!(warns && says.contains("2.00"), "{says}");
    let follows = |quote: &mut Quote| {
        quote.pricing.base_cpm = Some(usd("2.34"));
        quote.pricing.tier_discount_pct = Some(10.into());
        quote.pricing.volume_discount_pct = Some(5.into());
        quote.pricing.rationale.clear();
    };
    assert_eq!(check(follows, "proof"), None);
    let gone = |quote: &mut Quote| {
        quote.availability = Some(dealdesk::domain::Availability {
            inventory_available: Some(false),
            estimated_fill_rate: None,
            competing_demand: None,
        });
    };
    let (warns, says) = check(gone, "avails").unwrap();
    assert!(warns && says.contains("not available"), "{says}");
    assert_eq!(check(|_| {}, "avails"), None);
}
