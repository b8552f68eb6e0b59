//! Asking for quotes and their end.

use dealdesk::{
    desk::{Actor, Command, Entry, Fact, Input, LeftOut, Mode, SellerInfo, Setup, TicketState},
    domain::{
        Answer, Ask, Cpm, DealType, ErrorKind, Group, Product, QuoteAsk, Skew, Stage, Tier, proof,
    },
};
use jiff::SignedDuration;

use super::harness::{SELLER, Table, error, key, seller, setup, usd};

#[test]
fn a_seller_is_told_no_more_than_it_may_know() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let told = &table.record("q1").ask.identity;
    assert_eq!(told.tier(), Tier::Agency, "the advertiser stays ours");
    assert_eq!(table.kinds(), ["quote.requested", "quote.received"]);
    assert_eq!(table.record("q1").stage(), Stage::Quoted);
    assert_eq!(table.desk.state().board.count(Group::Pipeline), 1);
}

#[test]
fn a_bad_request_never_leaves() {
    for (change, rule) in [(0, "impressions"), (1, "flight"), (2, "target"), (3, "seller")] {
        let mut table = Table::new();
        let mut ask = table.ask();
        let mut to = seller();
        match change {
            0 => ask.impressions = None,
            1 => ask.flight_end = "2026-06-01".parse().unwrap(),
            2 => ask.target_cpm = Some(usd("0.00")),
            _ => to = "nobody".into(),
        }
        table.command(Command::RequestQuote { seller: to, ask, rfq: None });
        assert_eq!((table.rule(), table.asked.len()), (rule, 0));
        assert!(table.journal.is_empty(), "a refusal is no fact");
    }
}

#[test]
fn a_target_that_could_only_raise_the_price_never_leaves() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let price = proof::computed(&table.record("q1").quote.pricing).unwrap();
    let cent = usd("0.01").amount();
    let above = Cpm::new(price.amount() + cent, price.currency());
    for (target, leaves) in [(above, false), (price, true), (usd("20.00"), true)] {
        let ask = QuoteAsk { target_cpm: Some(target), ..table.ask() };
        let before = table.asked.len();
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        assert_eq!(table.asked.len() > before, leaves, "{target}");
        assert!(leaves || table.rule() == "target");
    }
}

fn product(id: &str, name: &str) -> Product {
    Product {
        product_id: id.into(),
        name: name.into(),
        description: String::new(),
        inventory_type: "ctv".into(),
        base_cpm: Some(usd("32.00")),
        floor_cpm: None,
        deal_types: vec![],
        available_impressions: None,
    }
}

#[test]
fn a_seller_that_minted_new_product_ids_is_asked_for_the_one_of_the_same_name_if_there_is_one() {
    for (names, found) in [
        (&["Live Sports", "Other"][..], true),
        (&["Other"], false),
        (&["Live Sports", "Live Sports"], false),
    ] {
        let mut table = Table::new();
        let ask = table.ask();
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        table.answer(Err(error(ErrorKind::Refused, 404, "product_not_found")));
        let new = names.iter().enumerate().map(|(n, name)| product(&format!("new-{n}"), name));
        let asked = table.answer(Ok(Answer::Products(new.collect())));
        assert_eq!(asked, Ask::Products, "its catalogue is read again first");
        if !found {
            assert!(table.asked.is_empty(), "{names:?}: nothing is asked for by guessing");
            assert_eq!(table.desk.state().failed_asks.len(), 1);
            continue;
        }
        let Ask::Quote { ask, .. } = &table.asked[0].1 else { panic!("{:?}", table.asked) };
        assert_eq!((ask.product_id.as_str(), ask.impressions), ("new-0", Some(500_000)));
        assert!(table.desk.state().message.as_ref().unwrap().says.contains("found by its name"));
        let quote = table.quote("q1", "28.80");
        table.answer(Ok(Answer::Quote(Box::new(quote))));
        assert_eq!(table.record("q1").ask.product_id.as_str(), "new-0");
    }
}

#[test]
fn a_target_is_held_against_the_catalogue_where_nothing_was_quoted_yet() {
    let product = product("prod-1", "Live Sports");
    let mut table = Table::new();
    table.command(Command::RefreshKit(seller()));
    let asked: Vec<_> = table.asked.iter().map(|(id, ask)| (*id, ask.clone())).collect();
    for (id, ask) in asked {
        let is_products = matches!(ask, Ask::Products);
        let answer = if is_products {
            Answer::Products(vec![product.clone()])
        } else {
            Answer::Packages(vec![])
        };
        table.answer_to(id, Ok(answer));
    }
    table.asked.clear();
    // An agency pays 28.80; from five million impressions on 27.36.
    for (target, impressions, leaves) in [
        ("28.81", 500_000, false),
        ("28.80", 500_000, true),
        ("27.37", 5_000_000, false),
        ("27.36", 5_000_000, true),
    ] {
        let (target_cpm, impressions) = (Some(usd(target)), Some(impressions));
        let ask = QuoteAsk { target_cpm, impressions, ..table.ask() };
        let before = table.asked.len();
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        assert_eq!(table.asked.len() > before, leaves, "{target}");
    }
}

#[test]
fn a_read_only_desk_opens_no_ticket() {
    let mut table = Table::with(Setup { read_only: true, ..setup() });
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    assert_eq!((table.rule(), table.asked.len()), ("read-only", 0));
    table.command(Command::RefreshKit(seller()));
    assert_eq!(table.asked.len(), 2, "reading goes on");
}

/// The expiry was put into the schedule by what was known of their clock then; what is known later may
/// be a little behind that, and too little to schedule everything anew.
#[test]
fn a_quote_expires_when_its_clock_turned_out_to_be_a_little_behind() {
    let mut table = Table::new();
    table.skew = Skew { low_ms: -200, high_ms: 0 };
    table.quoted("q1", "24.00");
    table.skew = Skew { low_ms: -200, high_ms: -190 };
    table.quoted("q2", "24.00");
    let expires_at = table.record("q1").quote.expires_at;
    for millis in [100, 200] {
        table.now = expires_at + SignedDuration::from_millis(millis);
        table.input(Input::Wake);
    }
    let expired = |entry: &&Entry| entry.fact.kind() == "quote.expired";
    let subjects: Vec<_> = table.journal.iter().filter(expired).map(|e| e.fact.subject()).collect();
    assert!(subjects.contains(&"q1".to_owned()), "{subjects:?}");
}

#[test]
fn a_quote_expires_by_the_sellers_clock_without_a_tick() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let expires_at = table.record("q1").quote.expires_at;
    assert!(table.desk.next_deadline().is_some_and(|next| next <= expires_at));
    table.pass(599);
    assert_eq!(table.record("q1").stage(), Stage::Quoted);
    table.pass(1);
    assert_eq!(table.record("q1").stage(), Stage::Expired);
    table.open_ticket("q1");
    assert_eq!(table.kinds().last(), Some(&"quote.expired"));
}

/// Our clock is ten minutes ahead; the quote has five on theirs. A desk that was started since has not
/// heard their clock yet.
#[test]
fn a_quote_is_not_over_by_our_clock_while_theirs_was_not_heard() {
    let theirs = Skew { low_ms: -600_000, high_ms: -598_000 };
    let started = |journal: &[Entry]| {
        let mut table = Table::new();
        (table.now, table.skew) = (table.now + SignedDuration::from_secs(900), theirs);
        table.desk.replay(journal.iter().cloned());
        table.pass(1);
        table
    };
    let mut first = Table::new();
    first.skew = theirs;
    first.quoted("q1", "28.80");
    let quote = first.record("q1").quote.clone();

    let mut table = started(&first.journal);
    assert!(quote.expires_at < table.now, "by our clock it is over");
    assert_eq!(table.record("q1").stage(), Stage::Quoted);
    table.open_ticket("q1");
    table.answer(Ok(Answer::Quote(Box::new(quote.clone()))));
    let ticket = table.desk.state().ticket.clone().unwrap();
    assert_eq!(ticket.state, TicketState::Armed, "{:?}", ticket.checks);
    table.pass(300);
    assert_eq!(table.record("q1").stage(), Stage::Expired, "heard, it ends when they say");

    // What the seller says counts over what was concluded without it.
    let mut wrong = first.journal.clone();
    let fact = Fact::QuoteExpired { quote: key("q1"), by_seller: false };
    wrong.push(Entry { at: first.now, actor: Actor::Desk, mode: Mode::Live, fact });
    let mut table = started(&wrong);
    table.command(Command::Reread(key("q1")));
    table.answer(Ok(Answer::Quote(Box::new(quote.clone()))));
    assert_eq!(table.record("q1").stage(), Stage::Quoted);

    // A seller that never answers keeps nothing open for ever.
    let mut table = started(&first.journal);
    table.pass(3_600);
    assert_eq!(table.record("q1").stage(), Stage::Expired);
}

#[test]
fn requoting_keeps_the_old_row_and_shows_the_move() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::Requote(key("q1")));
    table.command(Command::Requote(key("q1")));
    assert_eq!(table.asked.len(), 1, "asked once, however often the key is pressed");
    let quote = table.quote("q2", "29.10");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    assert_eq!(table.record("q1").replaced_by, Some("q2".into()));
    assert_eq!(table.record("q2").price_before, Some(usd("28.80")));
    assert_eq!(table.desk.state().board.rows().len(), 1, "the new one stands for both");
}

#[test]
fn a_seller_that_hands_out_an_id_twice_overwrites_nothing() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.quoted("q1", "1.00");
    assert_eq!(table.record("q1").price(), Some(usd("28.80")));
    assert_eq!(table.facts("quote.failed").len(), 1);
}

#[test]
fn nor_does_one_that_hands_out_an_id_which_only_the_store_knows() {
    let mut table = Table::new();
    table.desk.knows(LeftOut::of([key("qt-1")], []));
    table.quoted("qt-1", "9.00");
    assert!(table.desk.state().quotes.is_empty());
    assert!(table.kinds().contains(&"quote.failed"));
    table.quoted("qt-2", "9.00");
    assert_eq!(table.desk.state().quotes.len(), 1);
}

#[test]
fn an_answer_that_comes_twice_or_too_late_is_dropped() {
    let mut table = Table::new();
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
    let (id, _) = table.asked[0].clone();
    let quote = table.quote("q1", "28.80");
    table.answer(Ok(Answer::Quote(Box::new(quote.clone()))));
    let before = table.journal.len();
    table.answer_to(id, Ok(Answer::Quote(Box::new(quote))));
    assert_eq!(table.journal.len(), before);
}

#[test]
fn a_seller_that_does_not_quote_hides_nobody_else() {
    let other = SellerInfo { name: "harbor".into(), ..setup().sellers[0].clone() };
    let mut table =
        Table::with(Setup { sellers: vec![setup().sellers[0].clone(), other], ..setup() });
    for name in [SELLER, "harbor"] {
        let ask = table.ask();
        table.command(Command::RequestQuote { seller: name.into(), ask, rfq: None });
    }
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    let mut quote = table.quote("q9", "27.00");
    quote.seller = "harbor".into();
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    let state = table.desk.state();
    assert_eq!((state.quotes.len(), state.failed_asks.len()), (1, 1));
    assert_eq!(state.failed_asks[0].seller.as_str(), SELLER);
}

#[test]
fn gone_and_unknown_quotes_are_both_over() {
    for (status, code) in [(410, "quote_expired"), (404, "quote_not_found")] {
        let mut table = Table::new();
        table.quoted("q1", "28.80");
        table.command(Command::Reread(key("q1")));
        let asked = table.answer(Err(error(ErrorKind::Refused, status, code)));
        assert_eq!(asked, Ask::GetQuote("q1".into()));
        assert_eq!(table.record("q1").stage(), Stage::Expired, "{status}");
    }
}

#[test]
fn a_declined_requote_is_kept_and_stands_for_no_other() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::Requote(key("q1")));
    let mut declined = table.quote("q2", "28.80");
    declined.status = dealdesk::domain::QuoteStatus::Declined;
    table.answer(Ok(Answer::Quote(Box::new(declined))));
    assert_eq!(table.record("q2").stage(), Stage::Declined);
    let old = table.record("q1");
    assert_eq!((old.stage(), old.is_on_board(), old.is_open()), (Stage::Quoted, true, true));
    assert!(table.desk.state().message.as_ref().unwrap().bad);
    assert!(table.desk.state().failed_asks.is_empty());
}

#[test]
fn letting_go_is_local() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    table.command(Command::LetGo(key("q1")));
    assert_eq!((table.asked.len(), table.record("q1").stage()), (0, Stage::Declined));
    table.open_ticket("q1");
    assert_eq!(table.record("q1").quote.deal_type, DealType::Guaranteed);
}

#[test]
fn the_bell_rings_at_a_quarter_at_a_minute_and_at_the_end() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let mut heard = Vec::new();
    for second in 0..601 {
        let before = table.desk.state().bells;
        table.pass(1);
        if table.desk.state().bells > before {
            heard.push(second + 1);
        }
    }
    assert_eq!(heard, [450, 540, 600], "600 s: a quarter left, a minute left, nothing left");
    assert_eq!(table.record("q1").stage(), Stage::Expired);
}
