//! Orders: read at any time, kept beside the seller, never in the journal. What changes something at the
//! seller is stored before it leaves, and leaves once.

use dealdesk::{
    desk::{Command, Confirmation, Desk, Fact, Input, Mode, OrderOutcome, Setup, Stored},
    domain::{
        Answer, Ask, ChangeAsk, ChangeRequest, ErrorKind, Identity, Order, OrderAnswer, OrderAsk,
        OrderFilter,
        order::{ChangeType, Given, OrderStatus},
    },
};

use crate::{
    avails::avails,
    harness::{Table, error, seller, setup},
};

#[test]
fn what_makes_no_sense_is_refused_and_not_asked() {
    let mut table = Table::new();
    let nobody = || "nobody".into();
    let ask = |products: &[&str], start, end| avails(products, start, end, Identity::default());
    for (command, rule) in [
        (Command::AskAvails(nobody(), ask(&["p"], "2026-07-01", "2026-07-31")), "seller"),
        (Command::AskAvails(seller(), ask(&[], "2026-07-01", "2026-07-31")), "product"),
        (Command::AskAvails(seller(), ask(&["p"], "2026-07-31", "2026-07-01")), "flight"),
        (Command::AskOrders(nobody(), OrderAsk::Get("ORD-1".into())), "seller"),
    ] {
        table.command(command.clone());
        assert_eq!(table.rule(), rule, "{command:?}");
        assert!(table.asked.is_empty(), "{command:?}");
    }
}

#[test]
fn reading_goes_on_while_nothing_else_may() {
    let mut table = Table::with(Setup { read_only: true, ..setup() });
    table.command(Command::Halt { seller: None, why: "looks odd".into() });
    table.command(Command::AskAvails(
        seller(),
        avails(&["p"], "2026-07-01", "2026-07-31", Identity::default()),
    ));
    table.answer(Ok(Answer::Avails(Vec::new())));
    for ask in [
        OrderAsk::List(OrderFilter::default()),
        OrderAsk::Get("ORD-1".into()),
        OrderAsk::History("ORD-1".into()),
        OrderAsk::Changes(OrderFilter::default()),
        OrderAsk::Change("CR-1".into()),
    ] {
        table.command(Command::AskOrders(seller(), ask.clone()));
        let answer = OrderAnswer::Orders(Vec::new());
        assert_eq!(table.answer(Ok(Answer::Orders(answer.clone()))), Ask::Orders(ask.clone()));
        let known = &table.desk.state().sellers[&seller()].orders;
        assert_eq!(known, &Some((ask, Ok(answer))));
    }
    assert!(table.refused.is_empty(), "{:?}", table.refused);
    assert_eq!(table.kinds(), ["desk.halted"]);
}

pub(crate) fn order(id: &str, deal: Option<&str>) -> Answer {
    Answer::Orders(OrderAnswer::Order(Box::new(Order {
        order_id: id.into(),
        status: OrderStatus::Draft,
        raw_status: "draft".into(),
        deal_id: deal.map(Into::into),
        quote_id: None,
        created_at: None,
        metadata: [].into(),
        steps: Vec::new(),
    })))
}

fn create(deal: Option<&str>) -> OrderAsk {
    let deal_id = deal.map(Into::into);
    OrderAsk::Create { deal_id, quote_id: None, metadata: [].into() }
}

pub(crate) fn change(order: &str, kind: ChangeType, proposed: &[(&str, u32)]) -> OrderAsk {
    let given = |(name, value): &(&str, u32)| ((*name).to_owned(), Given::Number((*value).into()));
    OrderAsk::RequestChange(ChangeAsk {
        order_id: order.into(),
        change_type: kind,
        diffs: Vec::new(),
        proposed: proposed.iter().map(given).collect(),
        reason: String::new(),
        requested_by: String::new(),
        idempotency_key: String::new(),
    })
}

pub(crate) fn send(ask: OrderAsk, typed: &str) -> Command {
    Command::SendOrder { seller: seller(), ask, typed: typed.into() }
}

/// A desk that booked D-1; the facts up to here are out of the way.
fn with_a_deal(setup: Setup) -> Table {
    let mut table = Table::with(setup);
    table.quoted("q1", "28.80");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price("28.80".parse().unwrap())));
    table.stored();
    let deal = table.deal("D-1", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    table
}

/// What became of the newest order.
fn ending(table: &Table) -> OrderOutcome {
    let newest = table.journal.iter().rev().find_map(|entry| {
        let Fact::OrderAnswered { ending, .. } = &entry.fact else { return None };
        Some(ending.clone())
    });
    newest.unwrap()
}

#[test]
fn an_order_is_stored_before_it_leaves_and_leaves_the_deal_as_it_is() {
    let mut table = with_a_deal(setup());
    let deals = table.desk.state().deals.clone();
    let exposure = table.desk.state().exposure.clone();
    table.command(send(create(Some("D-1")), "create"));
    assert!(table.asked.is_empty(), "nothing leaves before it is durable");
    assert!(matches!(table.storing[0].0, Stored::Order(_)));
    table.command(send(create(Some("D-1")), "create"));
    assert_eq!((table.rule(), table.storing.len()), ("under way", 1), "twice is once");
    table.stored();
    table.command(send(create(Some("D-1")), "create"));
    assert_eq!((table.rule(), table.storing.len()), ("under way", 0));
    assert_eq!(table.answer(Ok(order("ORD-1", Some("D-1")))), Ask::Orders(create(Some("D-1"))));
    let OrderOutcome::Done { order_id, change_id: None, status } = ending(&table) else { panic!() };
    assert_eq!((order_id.as_str(), status.as_str()), ("ORD-1", "draft"));
    let state = table.desk.state();
    assert!(state.controls.orders.is_empty());
    assert_eq!((&state.deals, &state.exposure), (&deals, &exposure));
    let sent = table.facts("order.sent");
    assert_eq!((sent.len(), sent[0].subject()), (1, "D-1".to_owned()), "it is in the deal's trail");

    // Now that the order was read, it can be changed.
    table.command(send(change("ORD-1", ChangeType::Impressions, &[("impressions", 9)]), "change"));
    table.stored();
    table.answer(Err(error(ErrorKind::Refused, 422, "bad")));
    assert!(matches!(ending(&table), OrderOutcome::Refused { .. }));
    assert_eq!(table.facts("order.answered")[1].subject(), "D-1");

    let text: Vec<_> = table.journal.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
    let mut again = Desk::new(setup());
    again.replay(text.iter().map(|line| serde_json::from_str(line).unwrap()));
    assert_eq!(again.state().controls, table.desk.state().controls);
}

#[test]
fn what_is_not_ours_not_read_not_typed_or_not_allowed_is_not_sent() {
    let fields = [("impressions", 9)];
    let changed = |order| change(order, ChangeType::Impressions, &fields);
    for (ask, typed, rule) in [
        (create(Some("D-1")), "yes", "typed word"),
        (create(Some("D-1")), "change", "typed word"),
        (create(Some("D-2")), "create", "deal"),
        (create(None), "create", "deal"),
        (changed("ORD-9"), "change", "order"),
        (changed("ORD-2"), "change", "deal"),
        (change("ORD-2", ChangeType::Pricing, &[]), "change", "change"),
        (OrderAsk::List(OrderFilter::default()), "change", "orders"),
    ] {
        let mut table = with_a_deal(setup());
        table.command(Command::AskOrders(seller(), OrderAsk::Get("ORD-2".into())));
        table.answer(Ok(order("ORD-2", Some("D-of-another"))));
        table.command(send(ask.clone(), typed));
        assert_eq!(table.rule(), rule, "{ask:?}");
        assert!(table.storing.is_empty() && table.asked.is_empty(), "{ask:?}");
    }
    let mut table = with_a_deal(setup());
    table.command(Command::AskOrders(seller(), create(Some("D-1"))));
    assert_eq!((table.rule(), table.asked.len()), ("orders", 0), "a read that writes");
}

/// What stands in the way: how a desk comes to it, and the rule it names.
type Obstacle = (fn(&mut Table), &'static str);

fn obstacles() -> [Obstacle; 3] {
    [
        (|table| table.command(Command::Halt { seller: None, why: "odd".into() }), "halt"),
        (
            |table| table.command(Command::Halt { seller: Some(seller()), why: "odd".into() }),
            "halt",
        ),
        (|table| table.input(Input::StoreFailed("disk full".into())), "store"),
    ]
}

#[test]
fn a_stop_holds_before_it_is_stored_and_again_at_the_gate() {
    for (stop, rule) in obstacles() {
        let mut table = with_a_deal(setup());
        stop(&mut table);
        table.command(send(create(Some("D-1")), "create"));
        assert_eq!((table.rule(), table.storing.len()), (rule, 0));

        let mut table = with_a_deal(setup());
        table.command(send(create(Some("D-1")), "create"));
        stop(&mut table);
        table.stored();
        let OrderOutcome::NotSent { error } = ending(&table) else { panic!("{rule}") };
        assert_eq!(error.code, rule);
        assert!(table.asked.is_empty() && table.desk.state().controls.orders.is_empty());

        let mut table = with_a_deal(setup());
        table.command(send(create(Some("D-1")), "create"));
        stop(&mut table);
        let (stored, _) = table.storing.remove(0);
        table.input(Input::Conflict(stored));
        assert_eq!((table.rule(), table.storing.len()), (rule, 0), "another process wrote first");
    }
    let booked = with_a_deal(setup()).journal;
    for (setup, rule) in [
        (Setup { read_only: true, ..setup() }, "read-only"),
        (Setup { mode: Mode::Paper, ..setup() }, "paper"),
    ] {
        let mut table = Table::with(setup);
        table.input(Input::Followed(booked.clone()));
        table.command(send(create(Some("D-1")), "create"));
        assert_eq!((table.rule(), table.storing.len()), (rule, 0));
    }
}

#[test]
fn what_is_not_stored_is_not_sent_and_what_another_wrote_is_looked_at_first() {
    let mut table = with_a_deal(setup());
    table.command(send(create(Some("D-1")), "create"));
    let (stored, _) = table.storing.remove(0);
    table.input(Input::NotStored(stored, "disk full".into()));
    assert_eq!((table.rule(), table.asked.len()), ("not stored", 0));

    table.command(send(create(Some("D-1")), "create"));
    let (stored, _) = table.storing.remove(0);
    table.input(Input::Conflict(stored));
    assert_eq!(table.storing.len(), 1, "nothing came in the way");
    let (stored, entry) = table.storing.remove(0);
    let mut other = entry;
    if let Fact::OrderSent { intent } = &mut other.fact {
        (intent.id, intent.owner) = ("or-other".into(), "owner-2".into());
    }
    table.input(Input::Followed(vec![other]));
    table.input(Input::Conflict(stored));
    assert_eq!((table.rule(), table.storing.len()), ("overtaken", 0));
}

#[test]
fn an_answer_that_did_not_come_is_unknown_and_never_sent_again() {
    for (kind, status, outcome) in [
        (ErrorKind::Refused, 422, "refused"),
        (ErrorKind::Refused, 401, "refused"),
        (ErrorKind::Unreachable, 0, "not sent"),
        (ErrorKind::Timeout, 0, "unknown"),
        (ErrorKind::Broken, 0, "unknown"),
        (ErrorKind::Unavailable, 503, "unknown"),
        (ErrorKind::Nonsense, 200, "unknown"),
    ] {
        let mut table = with_a_deal(setup());
        table.command(send(create(Some("D-1")), "create"));
        table.stored();
        table.answer(Err(error(kind, status, "")));
        let is = match ending(&table) {
            OrderOutcome::Done { .. } => "done",
            OrderOutcome::Refused { .. } => "refused",
            OrderOutcome::NotSent { .. } => "not sent",
            OrderOutcome::Unknown { .. } => "unknown",
        };
        assert_eq!(is, outcome, "{kind} {status}");
        let left: Vec<_> = table.desk.state().controls.orders.values().cloned().collect();
        assert_eq!(left.iter().any(|intent| intent.in_doubt), outcome == "unknown");
        let orders = |table: &Table| {
            let writes = |ask: &Ask| matches!(ask, Ask::Orders(ask) if !ask.is_read());
            table.asked.iter().filter(|(_, ask)| writes(ask)).count()
        };
        table.pass(3_600);
        assert_eq!((orders(&table), table.storing.len()), (0, 0), "{kind}: sent again by itself");
        // A person who looked may ask again; then nothing is in doubt any more.
        table.command(send(create(Some("D-1")), "create"));
        table.stored();
        assert_eq!(orders(&table), 1);
        assert!(table.desk.state().controls.orders.values().all(|intent| !intent.in_doubt));
    }
}

#[test]
fn what_a_dead_process_asked_for_is_unknown_at_the_next_start() {
    let mut dead = with_a_deal(setup());
    dead.command(send(create(Some("D-1")), "create"));
    dead.stored();
    let (id, _) = dead.asked[0];
    let mut table = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    table.input(Input::Followed(dead.journal.clone()));
    assert!(table.desk.state().waiting_owners().contains("owner-1"));
    table.input(Input::OwnerLost("owner-1".into()));
    assert!(matches!(ending(&table), OrderOutcome::Unknown { .. }));
    let says = &table.desk.state().message.as_ref().unwrap().says;
    assert!(says.contains("before you ask again"), "{says}");
    assert!(!table.desk.state().waiting_owners().contains("owner-1"));
    assert_eq!(table.facts("order.answered").len(), 1);
    table.input(Input::OwnerLost("owner-1".into()));
    assert_eq!(table.facts("order.answered").len(), 1, "told once");

    // What the dead one learnt and could not store is still news, once.
    dead.answer_to(id, Ok(order("ORD-1", Some("D-1"))));
    let learnt = dead.journal.last().unwrap().clone();
    table.input(Input::Opened(vec![learnt.clone(), learnt]));
    assert!(matches!(ending(&table), OrderOutcome::Done { .. }));
    assert_eq!(table.facts("order.answered").len(), 2);
    assert!(table.desk.state().controls.orders.is_empty());
}

fn changed(order: &str, deal: Option<&str>) -> Answer {
    Answer::Orders(OrderAnswer::Change(Box::new(ChangeRequest {
        change_id: "CR-1".into(),
        order_id: order.into(),
        deal_id: deal.map(Into::into),
        status: "approved".into(),
        change_type: "impressions".into(),
        severity: "minor".into(),
        requested_by: String::new(),
        requested_at: None,
        reason: String::new(),
        diffs: Vec::new(),
        proposed: [].into(),
        validation_errors: Vec::new(),
        approved_by: String::new(),
        approved_at: None,
        rejection_reason: String::new(),
        applied_at: None,
    })))
}

#[test]
fn what_a_seller_did_about_another_deal_or_order_is_not_what_was_asked_for() {
    let asked = || change("ORD-1", ChangeType::Impressions, &[("impressions", 9)]);
    for (ask, typed, answer, is_done) in [
        (create(Some("D-1")), "create", order("ORD-2", Some("D-1")), true),
        (create(Some("D-1")), "create", order("ORD-2", None), true),
        (create(Some("D-1")), "create", order("ORD-2", Some("D-2")), false),
        (asked(), "change", changed("ORD-1", Some("D-1")), true),
        (asked(), "change", changed("ORD-1", None), true),
        (asked(), "change", changed("ORD-1", Some("D-2")), false),
        (asked(), "change", changed("ORD-2", Some("D-1")), false),
        (asked(), "change", order("ORD-1", Some("D-1")), false),
        (create(Some("D-1")), "create", changed("ORD-1", Some("D-1")), false),
    ] {
        let mut table = with_a_deal(setup());
        table.command(Command::AskOrders(seller(), OrderAsk::Get("ORD-1".into())));
        table.answer(Ok(order("ORD-1", Some("D-1"))));
        table.command(send(ask, typed));
        table.stored();
        table.answer(Ok(answer.clone()));
        let ending = ending(&table);
        assert_eq!(matches!(ending, OrderOutcome::Done { .. }), is_done, "{answer:?}");
        let OrderOutcome::Unknown { why } = ending else { continue };
        assert!(!is_done && !why.is_empty());
        assert!(table.desk.state().controls.orders.values().all(|intent| intent.in_doubt));
    }
}
