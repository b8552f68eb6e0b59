//! Whether a seller negotiates: what is said of it, what it did when it was tried, and trying all the same.

use dealdesk::{
    desk::{Command, Controls, Desk, Fact, can_negotiate, can_try},
    domain::{
        Answer, ErrorKind, Outcome, QuoteStatus, SellerError, Stage, Tier, failure::NO_NEGOTIATION,
    },
};

use super::harness::{Table, error, key, moved, seller, setup, usd};

/// A quote of somebody whom the seller takes for `tier`.
fn quoted_as(table: &mut Table, id: &str, tier: Tier) {
    table.command(Command::RequestQuote { seller: seller(), ask: table.ask(), rfq: None });
    let mut quote = table.quote(id, "28.80");
    quote.buyer_tier = Some(tier);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
}

fn open(table: &mut Table, id: &str) {
    table.command(Command::OpenNegotiation { quote: key(id), target: None, limit: None });
}

fn offer(table: &mut Table, id: &str, price: &str) {
    table.command(Command::Offer { quote: key(id), cpm: usd(price), note: None });
    table.stored();
}

fn no_negotiation() -> SellerError {
    error(ErrorKind::Refused, 404, NO_NEGOTIATION)
}

#[test]
fn a_seller_that_does_not_negotiate_leaves_the_quote_as_it_was() {
    let mut table = Table::new();
    quoted_as(&mut table, "q1", Tier::Agency);
    open(&mut table, "q1");
    offer(&mut table, "q1", "20.00");
    table.answer(Err(no_negotiation()));
    let record = table.record("q1");
    assert_eq!((record.stage(), record.negotiation.is_none()), (Stage::Quoted, true));
    assert!(record.is_open(), "it can be booked");
    let kinds = table.kinds();
    assert!(kinds.contains(&"move.failed") && !kinds.contains(&"quote.expired"), "{kinds:?}");
    // The next quote, and at any tier: it is not asked in vain.
    quoted_as(&mut table, "q2", Tier::Advertiser);
    open(&mut table, "q2");
    assert_eq!((table.rule(), table.asked.len()), ("no talks", 0));
    let says = &table.refused.last().unwrap().says;
    assert!(says.contains("404 no_negotiation"), "{says}");
    // A person may try all the same; then it is remembered that it does.
    table.command(Command::TryTalks(key("q2")));
    assert!(table.asked.is_empty(), "that sends nothing");
    open(&mut table, "q2");
    offer(&mut table, "q2", "20.00");
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    assert_eq!(table.record("q2").stage(), Stage::MyTurn);
    quoted_as(&mut table, "q3", Tier::Advertiser);
    assert!(can_negotiate(table.desk.state(), table.record("q3")).is_ok());
}

#[test]
fn a_tier_that_is_refused_by_habit_can_be_tried_and_what_was_learnt_is_remembered() {
    for tier in [Tier::Public, Tier::Seat] {
        let mut table = Table::new();
        quoted_as(&mut table, "q1", tier);
        open(&mut table, "q1");
        assert_eq!(table.rule(), "tier");
        assert!(table.refused.last().unwrap().cure.contains("--try"));
        assert!(can_try(table.desk.state(), table.record("q1")));
        table.command(Command::TryTalks(key("q1")));
        open(&mut table, "q1");
        assert!(table.record("q1").negotiation.is_some());
        offer(&mut table, "q1", "20.00");
        table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
        // The next one needs no trying; another tier still does.
        quoted_as(&mut table, "q2", tier);
        assert!(can_negotiate(table.desk.state(), table.record("q2")).is_ok(), "{tier}");
        let other = if tier == Tier::Public { Tier::Seat } else { Tier::Public };
        quoted_as(&mut table, "q3", other);
        open(&mut table, "q3");
        assert_eq!(table.rule(), "tier", "{other}");
        // A desk that starts anew from the records knows it, too.
        let mut again = Desk::new(setup());
        again.replay(table.journal.clone());
        let state = again.state();
        assert!(can_negotiate(state, state.quote(&key("q2")).unwrap()).is_ok(), "{tier}");
    }
}

#[test]
fn what_quotes_taught_that_are_over_is_known_to_a_desk_that_starts_from_the_records() {
    let mut table = Table::new();
    quoted_as(&mut table, "q1", Tier::Seat);
    table.command(Command::TryTalks(key("q1")));
    open(&mut table, "q1");
    offer(&mut table, "q1", "20.00");
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    quoted_as(&mut table, "q2", Tier::Seat);
    let mut records: Vec<_> = table.desk.state().quotes.values().cloned().collect();
    records[0].quote.status = QuoteStatus::Expired;
    records[0].negotiation.as_mut().unwrap().outcome = Outcome::Rejected;
    let mut again = Desk::new(setup());
    again.restore(records, Vec::new(), Vec::new(), Controls::default());
    let state = again.state();
    assert_eq!(state.places.quotes().count(), 1, "nothing more is expected of the first");
    assert!(can_negotiate(state, state.quote(&key("q2")).unwrap()).is_ok());
}

#[test]
fn a_refusal_of_who_we_are_is_remembered_for_that_tier_alone() {
    let mut table = Table::new();
    quoted_as(&mut table, "q1", Tier::Agency);
    open(&mut table, "q1");
    offer(&mut table, "q1", "20.00");
    table.answer(Err(error(ErrorKind::Refused, 403, "negotiation_not_allowed")));
    assert_eq!(table.record("q1").stage(), Stage::Quoted);
    quoted_as(&mut table, "q2", Tier::Agency);
    open(&mut table, "q2");
    assert_eq!(table.rule(), "no talks");
    quoted_as(&mut table, "q3", Tier::Advertiser);
    assert!(can_negotiate(table.desk.state(), table.record("q3")).is_ok());
}

#[test]
fn what_stands_in_the_way_of_the_quote_itself_cannot_be_tried_away() {
    let mut table = Table::new();
    quoted_as(&mut table, "q1", Tier::Public);
    table.command(Command::TryTalks(key("q1")));
    table.command(Command::LetGo(key("q1")));
    assert!(table.journal.iter().any(|entry| matches!(entry.fact, Fact::QuoteLetGo { .. })));
    open(&mut table, "q1");
    assert_eq!(table.rule(), "let go");
    // One refusal in a negotiation that is under way ends nothing.
    quoted_as(&mut table, "q2", Tier::Agency);
    open(&mut table, "q2");
    offer(&mut table, "q2", "20.00");
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    offer(&mut table, "q2", "21.00");
    table.answer(Err(no_negotiation()));
    assert_eq!(table.record("q2").stage(), Stage::MyTurn);
}
