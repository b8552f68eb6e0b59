//! Negotiating: by hand, by strategy, taking over, and what happens to lost moves.

use dealdesk::{
    desk::{Command, Input, Setup},
    domain::{
        Answer, Ask, ErrorKind, Outcome, Package, Placement, Spoke, Stage, Tier, ask::History,
        strategy::Plan,
    },
};

use super::harness::{Table, error, key, moved, seller, setup, usd};

fn spoke(dialect: &str, honours_agreement: bool) -> Spoke {
    let found_by = "GET /products has total_count".to_owned();
    let (dialect, is_v2) = (dialect.to_owned(), dialect == "v2");
    let (takes_words, takes_keys) = (is_v2, is_v2);
    Spoke { dialect, found_by, honours_agreement, takes_words, takes_keys }
}

fn opened(limit: &str) -> Table {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let (target, limit) = (Some(usd("20.00")), Some(usd(limit)));
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    table
}

fn plan(max: &str, rounds: u32) -> Plan {
    Plan {
        strategy: "simple-threshold".into(),
        target: usd("20.00"),
        max: usd(max),
        step: 2.into(),
        rounds,
        options: dealdesk::domain::strategy::Options::default(),
    }
}

fn offer(table: &mut Table, price: &str) {
    table.command(Command::Offer { quote: key("q1"), cpm: usd(price), note: None });
}

#[test]
fn a_move_leaves_only_when_it_is_stored() {
    let mut table = opened("26.00");
    offer(&mut table, "20.00");
    assert!(table.asked.is_empty(), "not stored yet");
    offer(&mut table, "20.50");
    assert_eq!((table.rule(), table.storing.len()), ("move under way", 1));
    table.stored();
    assert_eq!(table.asked.len(), 1);
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    let record = table.record("q1");
    assert_eq!(record.stage(), Stage::MyTurn);
    assert_eq!(record.negotiation.as_ref().unwrap().rounds.len(), 3);
}

#[test]
fn an_offer_above_the_limit_or_their_price_is_refused_here() {
    let mut table = opened("26.00");
    for (price, rule) in [("26.01", "limit"), ("20.001", "tick"), ("-1.00", "price")] {
        offer(&mut table, price);
        assert_eq!(table.rule(), rule);
    }
    assert!(table.asked.is_empty() && table.storing.is_empty());
}

#[test]
fn the_configured_limit_holds_beside_a_higher_one() {
    let mut table = opened("99.00");
    offer(&mut table, "28.00");
    assert_eq!(table.storing.len(), 1, "30 is configured, they ask 28.80");
    let mut table = Table::with(Setup {
        limits: dealdesk::domain::Limits {
            cpm: [("default".to_owned(), 25.into())].into(),
            ..setup().limits
        },
        ..setup()
    });
    table.quoted("q1", "28.80");
    let (target, limit) = (None, Some(usd("99.00")));
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    offer(&mut table, "28.00");
    assert_eq!((table.rule(), table.storing.len()), ("limit", 0));
}

#[test]
fn an_agreed_price_is_carried_over_by_a_quote_at_that_price() {
    let mut table = opened("26.00");
    offer(&mut table, "24.00");
    table.stored();
    table.answer(Ok(moved(1, "counter", "24.00", "25.00")));
    table.command(Command::Accept { quote: key("q1"), typed: 26.into() });
    assert_eq!(table.rule(), "typed price");
    table.command(Command::Accept { quote: key("q1"), typed: 25.into() });
    table.stored();
    table.answer(Ok(moved(2, "accept", "25.00", "25.00")));
    assert_eq!(table.record("q1").stage(), Stage::Agreed);
    let Ask::Quote { ask, .. } = &table.asked[0].1 else { panic!("{:?}", table.asked) };
    assert_eq!(ask.target_cpm, Some(usd("25.00")));
    let quote = table.quote("q2", "25.00");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    let record = table.record("q2");
    assert_eq!((record.agreed, record.stage()), (Some(usd("25.00")), Stage::Agreed));
}

#[test]
fn a_requote_at_another_price_than_agreed_cannot_be_booked() {
    let mut table = opened("26.00");
    offer(&mut table, "25.00");
    table.stored();
    table.answer(Ok(moved(1, "accept", "25.00", "25.00")));
    let quote = table.quote("q2", "28.80");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q2");
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    assert_eq!(ticket.blocked_by().map(|check| check.name.as_str()), Some("agreed"));
    table.command(Command::Confirm(dealdesk::desk::Confirmation::Price("28.80".parse().unwrap())));
    assert_eq!((table.storing.len(), table.bookings_asked()), (0, 0));
}

#[test]
fn that_a_seller_books_at_what_was_agreed_may_be_learnt_from_the_tickets_own_re_read() {
    for (learnt, blocked_by) in [(spoke("v2", true), None), (spoke("v1", false), Some("agreed"))] {
        let mut table = opened("26.00");
        table.spoke = Some(spoke("v2", true));
        offer(&mut table, "25.00");
        table.stored();
        table.answer(Ok(moved(1, "accept", "25.00", "25.00")));
        assert_eq!((table.record("q1").agreed, table.asked.len()), (Some(usd("25.00")), 0));
        // Another process opens the ticket; it has not heard this seller yet.
        let mut other = Table::new();
        other.input(Input::Followed(table.journal.clone()));
        other.spoke = Some(learnt);
        other.open_ticket("q1");
        let same = other.known("q1");
        other.answer(Ok(Answer::Quote(Box::new(same))));
        let ticket = other.desk.state().ticket.as_ref().unwrap();
        assert_eq!(ticket.blocked_by().map(|check| check.name.as_str()), blocked_by);
    }
}

#[test]
fn a_seller_that_accepts_and_names_a_dearer_price_is_held_to_ours() {
    let mut table = opened("26.00");
    offer(&mut table, "25.00");
    table.stored();
    // Its word is not enough where it books by it: it wrote a dearer one.
    table.spoke = Some(spoke("v2", true));
    table.answer(Ok(moved(1, "accept", "25.00", "27.00")));
    assert_eq!(table.record("q1").agreed, Some(usd("25.00")));
    table.open_ticket("q1");
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same))));
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    let check = ticket.blocked_by().unwrap();
    assert_eq!((check.name.as_str(), check.says.contains("wrote 27.00")), ("agreed", true));
}

#[test]
fn a_strategy_plays_visibly_and_can_be_taken_over() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan("26.00", 5) });
    table.pass(0);
    table.stored();
    let Ask::Counter { cpm, .. } = table.answer(Ok(moved(1, "counter", "20.00", "28.00"))) else {
        panic!("an offer")
    };
    assert_eq!(cpm, usd("20.00"));
    table.command(Command::StopAuto { quote: key("q1"), why: "mine".into() });
    let waiting = table.storing.len();
    let game = table.record("q1").negotiation.clone().unwrap();
    assert_eq!((game.outcome, game.auto), (Outcome::Halted, None));
    table.storing.clear();
    assert!(waiting <= 1, "at most the move it had begun");
}

#[test]
fn a_strategy_ends_by_accepting_or_walking_and_never_passes_its_maximum() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan("24.00", 3) });
    for (round, theirs) in [(1, "28.00"), (2, "27.00"), (3, "26.00")] {
        table.pass(0);
        table.stored();
        let ask = table.answer(Ok(moved(round, "counter", "20.00", theirs)));
        let Ask::Counter { cpm, .. } = ask else { panic!("an offer") };
        assert!(cpm <= usd("24.00"));
    }
    table.pass(0);
    let game = table.record("q1").negotiation.clone().unwrap();
    assert_eq!(game.outcome, Outcome::WalkedAway);
    assert!(table.storing.is_empty() && table.asked.is_empty());
}

#[test]
fn a_plan_above_the_limit_is_not_armed() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan("30.01", 3) });
    assert_eq!((table.rule(), table.journal.len()), ("limit", 2));
}

#[test]
fn a_lost_move_is_looked_up_and_never_sent_again_blindly() {
    let mut table = opened("26.00");
    offer(&mut table, "20.00");
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    table.pass(1);
    let (_, ask) = table.asked[0].clone();
    assert_eq!(ask, Ask::History("q1".into(), dealdesk::domain::Currency::USD));
    offer(&mut table, "21.00");
    assert_eq!(table.rule(), "move under way");
    let Answer::Moved(round) = moved(1, "counter", "20.00", "27.00") else { unreachable!() };
    table.answer(Ok(Answer::History(History {
        negotiation_id: Some("neg-1".into()),
        status: "active".into(),
        max_rounds: Some(5),
        rounds: vec![round],
    })));
    let game = table.record("q1").negotiation.clone().unwrap();
    assert_eq!((game.their_last(), game.rounds.len()), (Some(usd("27.00")), 3));
}

/// The seller's history is looked at, and it knows nothing of the negotiation.
fn lacks_it(table: &mut Table) {
    assert_eq!(table.asked[0].1, Ask::History("q1".into(), dealdesk::domain::Currency::USD));
    table.answer(Err(error(ErrorKind::Refused, 404, "")));
}

#[test]
fn a_move_that_is_not_in_the_history_may_still_be_at_work() {
    let mut table = opened("26.00");
    offer(&mut table, "20.00");
    table.stored();
    table.took_ms = 30_000;
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    table.took_ms = 100;
    // Twice as long as the longest that was waited for it.
    let mut looks = 0;
    for wait in [1, 2, 10, 20, 25] {
        table.pass(wait);
        if !table.asked.is_empty() {
            lacks_it(&mut table);
            looks += 1;
        }
        let record = table.record("q1");
        assert_eq!(record.stage(), Stage::Unknown, "after {wait} s more");
        // What was seen is kept: what went wrong, then each look.
        let seen = record.negotiation.clone().unwrap().pending.unwrap().seen;
        assert_eq!(seen.len(), 1 + looks, "{seen:?}");
        assert!(seen[0].says.contains("timeout"), "{seen:?}");
    }
    let kept = table.journal.iter().filter(|entry| entry.fact.kind() == "move.looked_up").count();
    assert!(looks > 1 && kept == looks, "{looks} {kept}");
    table.pass(60);
    lacks_it(&mut table);
    assert_eq!(table.record("q1").stage(), Stage::MyTurn);
    offer(&mut table, "20.00");
    assert_eq!(table.storing.len(), 1);
}

#[test]
fn a_strategy_does_not_repeat_a_lost_move_by_itself() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan("26.00", 5) });
    table.pass(0);
    table.stored();
    table.answer(Err(error(ErrorKind::Broken, 0, "reset")));
    for _ in 0..30 {
        table.pass(10);
        if !table.asked.is_empty() {
            lacks_it(&mut table);
        }
        assert!(table.storing.is_empty());
    }
    let game = table.record("q1").negotiation.clone().unwrap();
    assert_eq!((game.pending, game.auto, game.outcome), (None, None, Outcome::Halted));
}

#[test]
fn public_and_seat_buyers_are_told_what_opens_negotiation() {
    let mut table = Table::new();
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    let mut quote = table.quote("q1", "28.80");
    quote.buyer_tier = Some(Tier::Seat);
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    assert_eq!(table.rule(), "tier");
    assert!(table.refused[0].cure.contains("agency"));
}

/// A package that holds `prod-1` and is not negotiated.
pub(crate) fn unnegotiable() -> Package {
    Package {
        package_id: "p".into(),
        name: "P".into(),
        description: String::new(),
        ad_formats: vec![],
        device_types: vec![],
        cat: vec![],
        geo_targets: vec![],
        tags: vec![],
        featured: false,
        price_range: None,
        exact_price: None,
        floor_price: None,
        negotiation_enabled: Some(false),
        volume_discounts_available: None,
        tells_placements: true,
        placements: vec![Placement {
            product_id: "prod-1".into(),
            product_name: String::new(),
            ad_formats: vec![],
            device_types: vec![],
            weight: None,
        }],
    }
}

#[test]
fn a_product_that_is_not_negotiable_is_not_negotiated() {
    let mut table = Table::new();
    table.command(Command::RefreshKit(seller()));
    let package = unnegotiable();
    table.answer(Ok(Answer::Packages(vec![package])));
    table.answer(Ok(Answer::Products(vec![])));
    table.quoted("q1", "28.80");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    assert_eq!(table.rule(), "not negotiable");
}

#[test]
fn expiry_ends_a_negotiation_apart_from_walking() {
    let mut table = opened("26.00");
    table.pass(600);
    assert_eq!(table.record("q1").negotiation.as_ref().unwrap().outcome, Outcome::TimedOut);
    let mut table = opened("26.00");
    table.command(Command::Walk { quote: key("q1"), note: None });
    assert_eq!(table.record("q1").negotiation.as_ref().unwrap().outcome, Outcome::WalkedAway);
    assert!(table.asked.is_empty(), "a v1 seller is told nothing");
}

#[test]
fn another_process_that_moved_first_stops_the_move() {
    let mut table = opened("26.00");
    offer(&mut table, "20.00");
    let (stored, mut entry) = table.storing.remove(0);
    table.input(Input::Followed(vec![{
        if let dealdesk::desk::Fact::MoveStored { pending, .. } = &mut entry.fact {
            pending.owner = "another".into();
        }
        entry
    }]));
    table.input(Input::Conflict(stored));
    assert_eq!((table.rule(), table.storing.len(), table.asked.len()), ("overtaken", 0, 0));
}
