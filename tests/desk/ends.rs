//! How quotes end, and what is said of them then; flights that can run and those that cannot.

use dealdesk::{
    desk::{Command, Stored},
    domain::{Answer, Ask, ErrorKind, QuoteAsk, Stage},
};
use jiff::SignedDuration;

use super::harness::{Table, error, key, seller};

fn said(table: &Table) -> String {
    table.desk.state().message.as_ref().map_or_else(String::new, |message| message.says.clone())
}

#[test]
fn a_flight_of_one_day_is_one_and_an_end_before_the_start_is_none() {
    for (end, rule) in [("2026-07-01", ""), ("2026-06-30", "flight")] {
        let mut table = Table::new();
        let ask = QuoteAsk { flight_end: end.parse().unwrap(), ..table.ask() };
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        assert_eq!((table.rule(), table.asked.len()), (rule, usize::from(rule.is_empty())));
    }
}

#[test]
fn a_kit_of_an_hour_ago_is_read_again_beside_a_quote() {
    for (seconds, asks) in [(3_599, 1), (3_600, 3)] {
        let mut table = Table::new();
        table.command(Command::RefreshKit(seller()));
        table.answer(Ok(Answer::Packages(vec![])));
        table.answer(Ok(Answer::Products(vec![])));
        table.now += SignedDuration::from_secs(seconds);
        let ask = table.ask();
        table.command(Command::RequestQuote { seller: seller(), ask, rfq: None });
        assert_eq!(table.asked.len(), asks, "{seconds}");
    }
}

#[test]
fn a_quote_is_let_go_once_and_only_while_it_is_open() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    let let_go = || Command::LetGo(key("q1"));
    table.command(let_go());
    assert_eq!((table.rule(), table.record("q1").let_go), ("", true));
    table.command(let_go());
    assert_eq!((table.rule(), table.facts("quote.let_go").len()), ("not open", 1));
    let mut booked = Table::with_a_deal("D-1");
    booked.command(let_go());
    assert_eq!(booked.rule(), "not open");
}

#[test]
fn an_expiry_is_said_where_somebody_loses_by_it() {
    let line = "q1 of northlight expired: r asks again";
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.pass(600);
    assert_eq!((table.record("q1").stage(), said(&table).as_str()), (Stage::Expired, line));
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.command(Command::LetGo(key("q1")));
    table.pass(600);
    assert_ne!(said(&table), line, "it was let go");
}

#[test]
fn what_a_re_read_comes_to_is_said() {
    let reread = |result| {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        table.command(Command::Reread(key("q1")));
        table.answer(result);
        (table.record("q1").stage(), said(&table))
    };
    let over = error(ErrorKind::Refused, 410, "quote_expired");
    let (stage, says) = reread(Err(over.clone()));
    assert_eq!((stage, says), (Stage::Expired, format!("northlight says that q1 is over: {over}")));
    let busy = error(ErrorKind::Unavailable, 503, "busy");
    let (stage, says) = reread(Err(busy.clone()));
    assert_eq!((stage, says), (Stage::Quoted, format!("northlight: {busy}. {}", busy.cure)));
    // What is being booked is left to its answer.
    let mut table = Table::sent();
    table.command(Command::Reread(key("q1")));
    let reads = |(_, ask): &(_, Ask)| matches!(ask, Ask::GetQuote(_));
    let (id, _) = table.asked.remove(table.asked.iter().position(reads).unwrap());
    table.answer_to(id, Err(over));
    assert_eq!(table.record("q1").stage(), Stage::Booking);
}

#[test]
fn an_order_is_stored_again_unless_another_process_asks_something_of_the_same_deal() {
    use dealdesk::{
        desk::{Entry, Fact, Input, Mode, order::CREATE},
        domain::OrderAsk,
    };
    for (theirs, rule, stores) in [("D-1", "overtaken", 0), ("D-2", "", 1)] {
        let mut table = Table::with_a_deal("D-1");
        let ask =
            OrderAsk::Create { deal_id: Some("D-1".into()), quote_id: None, metadata: [].into() };
        table.command(super::orders::send(ask, CREATE));
        let Some((stored, entry)) = table.storing.pop() else { panic!("{:?}", table.refused) };
        let (Stored::Order(ours), Fact::OrderSent { .. }) = (&stored, &entry.fact) else {
            panic!("{entry:?}")
        };
        let mut intent = ours.as_ref().clone();
        intent.id = "or-other".to_owned();
        intent.owner = "another".to_owned();
        intent.deal.deal_id = theirs.into();
        let fact = Fact::OrderSent { intent };
        let entry = Entry { at: table.now, actor: entry.actor.clone(), mode: Mode::Live, fact };
        table.input(Input::Followed(vec![entry]));
        table.input(Input::Conflict(stored));
        assert_eq!((table.rule(), table.storing.len()), (rule, stores), "{theirs}");
    }
}
