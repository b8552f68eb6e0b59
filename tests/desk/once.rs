//! A move is made once, and so is a booking: while one of a quote is being stored or under way, nothing
//! else is due for that quote, whoever asks and whatever happens meanwhile.

use dealdesk::{
    desk::{Actor, Command, Confirmation, Entry, Fact, Input, Mode, Setup, Stored},
    domain::{
        Answer, Ask, ErrorKind, Skew,
        strategy::{Options, Plan},
        trigger::Scope,
    },
};
use proptest::prelude::*;

use super::{
    harness::{Table, error, key, moved, seller, setup, usd},
    triggers::arm,
};

fn plan() -> Plan {
    let (target, max) = (usd("20.00"), usd("26.00"));
    let options = Options::default();
    Plan { strategy: "simple-threshold".into(), target, max, step: 1.into(), rounds: 6, options }
}

fn armed(table: &mut Table) {
    table.quoted("q1", "28.80");
    table.command(Command::ArmAuto { quote: key("q1"), plan: plan() });
    table.pass(0);
}

/// Another question is answered, and the seller's clock turns out to be elsewhere.
fn the_clock_jumps(table: &mut Table, to_ms: i64) {
    table.command(Command::Probe(seller()));
    table.skew = Skew { low_ms: to_ms, high_ms: to_ms };
    let at = table.asked.iter().rposition(|(_, ask)| *ask == Ask::Probe).unwrap();
    let (id, _) = table.asked.remove(at);
    table.answer_to(id, Ok(Answer::Alive(dealdesk::domain::ask::Card::default())));
}

#[test]
fn a_strategys_move_is_stored_once_although_the_sellers_clock_moves_meanwhile() {
    let mut table = Table::new();
    armed(&mut table);
    assert_eq!(table.storing.len(), 1);
    the_clock_jumps(&mut table, -1_500);
    table.pass(0);
    the_clock_jumps(&mut table, 900);
    table.input(Input::LeaseAcquired);
    table.pass(1);
    assert_eq!(table.storing.len(), 1, "{:?}", table.storing);
    table.stored();
    the_clock_jumps(&mut table, -900);
    table.pass(1);
    assert_eq!((table.storing.len(), table.asked.len()), (0, 1), "one is under way");
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    table.pass(0);
    assert_eq!(table.storing.len(), 1, "the next round");
}

#[test]
fn a_strategy_goes_on_once_another_process_wrote_first() {
    let mut table = Table::new();
    armed(&mut table);
    let (stored, _) = table.storing.remove(0);
    table.input(Input::Conflict(stored));
    assert_eq!(table.storing.len(), 1, "stored again");
    table.stored();
    assert_eq!(table.asked.len(), 1);
}

#[test]
fn a_strategy_whose_move_cannot_be_stored_stops_instead_of_trying_for_ever() {
    let mut table = Table::new();
    armed(&mut table);
    let (stored, _) = table.storing.remove(0);
    table.input(Input::NotStored(stored, "the disk is full".into()));
    table.pass(60);
    assert!(table.storing.is_empty());
    assert!(table.record("q1").negotiation.as_ref().unwrap().auto.is_none());
    assert_eq!(table.kinds().last(), Some(&"auto.stopped"));
}

#[test]
fn a_quote_that_is_being_booked_is_not_booked_again_nor_negotiated() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    assert_eq!(table.storing.len(), 1);
    // The ticket is closed on screen while the store is slow; what is being stored goes on.
    table.command(Command::CloseTicket);
    table.open_ticket("q1");
    assert_eq!((table.rule(), table.asked.len()), ("move under way", 0));
    table.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    assert_eq!((table.rule(), table.storing.len()), ("move under way", 1));
    table
        .command(Command::ArmAuto { quote: key("q1"), plan: Plan { max: usd("24.00"), ..plan() } });
    table.pass(1);
    assert_eq!(table.storing.len(), 1);
}

#[test]
fn a_quote_with_a_move_under_way_is_not_booked() {
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    table.armed("q1");
    table.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    assert_eq!((table.rule(), table.storing.len()), ("move under way", 1));
    table.stored();
    table.open_ticket("q1");
    assert_eq!(table.rule(), "move under way");
    // Its outcome is not known: still not.
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    table.open_ticket("q1");
    assert_eq!(table.rule(), "move under way");
}

#[derive(Debug, Clone)]
enum Happens {
    Jump(i64),
    Host,
    Pass(i64),
    Offer(i64),
    Accept,
    Arm,
    Trigger,
    Ticket,
    Confirm,
    Close,
    Poll,
    Follow,
    Answer(bool),
    Stored,
    NotStored,
    Behind,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (-3_000i64..3_000).prop_map(Happens::Jump),
        1 => Just(Happens::Host),
        3 => (0i64..20).prop_map(Happens::Pass),
        1 => (1_900i64..2_600).prop_map(Happens::Offer),
        1 => Just(Happens::Accept),
        2 => Just(Happens::Arm),
        1 => Just(Happens::Trigger),
        2 => Just(Happens::Ticket),
        2 => Just(Happens::Confirm),
        1 => Just(Happens::Close),
        2 => Just(Happens::Poll),
        2 => Just(Happens::Follow),
        6 => any::<bool>().prop_map(Happens::Answer),
        4 => Just(Happens::Stored),
        1 => Just(Happens::NotStored),
        1 => Just(Happens::Behind),
    ]
}

/// What another process may write of the quote meanwhile.
fn followed(table: &Table) -> Vec<Entry> {
    let mut quote = table.known("q1");
    quote.pricing.rationale = format!("seen at {}", table.now);
    let fact = Fact::QuoteSeen { quote };
    vec![Entry { at: table.now, actor: Actor::Seller(seller()), mode: Mode::Live, fact }]
}

/// A sensible answer to whatever is asked first; a doubt for what commits, where it is to go wrong.
fn answer(table: &mut Table, goes_wrong: bool) {
    let Some((_, ask)) = table.asked.first().cloned() else { return };
    let round =
        table.record("q1").negotiation.as_ref().map_or(0, dealdesk::domain::Negotiation::played)
            + 1;
    let result = match ask {
        _ if goes_wrong => Err(error(ErrorKind::Timeout, 0, "timeout")),
        Ask::GetQuote(_) => Ok(Answer::Quote(Box::new(table.known("q1")))),
        Ask::Counter { cpm, .. } => {
            let ours = cpm.amount().to_string();
            Ok(moved(round, "counter", &ours, "27.00"))
        }
        Ask::Book { .. } => Ok(Answer::Deal(Box::new(table.deal("D-1", "q1", "proposed")))),
        Ask::Probe
        | Ask::Packages
        | Ask::Package(_)
        | Ask::Search(_)
        | Ask::Products
        | Ask::Quote { .. }
        | Ask::History(..)
        | Ask::GetDeal(_)
        | Ask::Avails(_)
        | Ask::Orders(_)
        | Ask::CheckKey => Err(error(ErrorKind::Refused, 404, "not_found")),
    };
    table.answer(result);
}

fn commitments(table: &Table) -> (usize, usize) {
    let commits = |ask: &Ask| matches!(ask, Ask::Counter { .. } | Ask::Book { .. });
    (table.storing.len(), table.asked.iter().filter(|(_, ask)| commits(ask)).count())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_happens_one_thing_at_most_is_stored_or_under_way_for_a_quote(
        all in proptest::collection::vec(happens(), 1..60),
    ) {
        let mut table = Table::with(Setup { is_host: false, ..setup() });
        let quote = table.quoted("q1", "24.00");
        table.command(Command::OpenNegotiation { quote: quote.clone(), target: None, limit: None });
        for one in all {
            match one.clone() {
                Happens::Jump(to_ms) => the_clock_jumps(&mut table, to_ms),
                Happens::Host => table.input(Input::LeaseAcquired),
                Happens::Pass(seconds) => table.pass(seconds),
                Happens::Offer(cents) => {
                    let cpm = usd(&rust_decimal::Decimal::new(cents, 2).to_string());
                    table.command(Command::Offer { quote: quote.clone(), cpm, note: None });
                }
                Happens::Accept => {
                    table.command(Command::Accept { quote: quote.clone(), typed: 27.into() });
                }
                Happens::Arm => {
                    let plan = Plan { max: usd("24.00"), ..plan() };
                    table.command(Command::ArmAuto { quote: quote.clone(), plan });
                }
                Happens::Trigger => arm(&mut table, &quote, Scope::This),
                Happens::Ticket => table.open_ticket("q1"),
                Happens::Confirm => table.command(Command::Confirm(Confirmation::Price(24.into()))),
                Happens::Close => table.command(Command::CloseTicket),
                Happens::Poll => table.command(Command::Reread(quote.clone())),
                Happens::Follow => {
                    let entries = followed(&table);
                    table.input(Input::Followed(entries));
                }
                Happens::Answer(goes_wrong) => answer(&mut table, goes_wrong),
                Happens::Stored => if !table.storing.is_empty() { table.stored(); },
                Happens::NotStored | Happens::Behind => if !table.storing.is_empty() {
                    let (stored, _): (Stored, Entry) = table.storing.remove(0);
                    table.input(if matches!(one, Happens::Behind) {
                        Input::Conflict(stored)
                    } else {
                        Input::NotStored(stored, "the disk is full".into())
                    });
                },
            }
            let (storing, under_way) = commitments(&table);
            prop_assert!(storing + under_way <= 1, "{one:?}: {storing} stored, {under_way} sent");
        }
        let intents = table.facts("intent.stored").len();
        prop_assert!(intents <= 1, "{intents} bookings of one quote");
    }
}

/// Three processes arm a strategy at the same quote at once; the store takes the first one's facts.
#[test]
fn a_strategy_is_armed_after_what_another_process_wrote_first() {
    let mut first = Table::new();
    first.quoted("q1", "28.80");
    let quoted = first.journal.len();
    first.command(Command::ArmAuto { quote: key("q1"), plan: plan() });
    first.pass(1);
    let (stored, moved) = first.storing.remove(0);
    assert!(matches!(stored, Stored::Move(..)));
    let mut theirs = first.journal.split_off(quoted);
    theirs.push(moved);

    let mut second = Table::with(Setup { owner: "owner-2".into(), is_host: false, ..setup() });
    second.desk.replay(first.journal.clone());
    let arm = Command::ArmAuto { quote: key("q1"), plan: plan() };
    let decided = second.desk.step(Input::Command(arm), second.now);
    let [dealdesk::desk::Effect::Store(stored, _)] = &decided.effects[..] else {
        panic!("{:?}", decided.effects)
    };
    assert!(decided.entries.is_empty(), "nothing is said before the store took it");
    second.input(Input::Followed(theirs.clone()));
    second.input(Input::Conflict(stored.clone()));
    assert_eq!((second.rule(), second.storing.len()), ("auto", 0));
    for _ in 0..60 {
        second.pass(1);
    }
    assert!(second.storing.is_empty() && second.asked.is_empty(), "it plays nothing");

    // A store that an older program wrote may have it the other way round: the move stays.
    let opened = Fact::NegotiationOpened { quote: key("q1"), target: None, limit: None };
    theirs.push(Entry { at: first.now, actor: Actor::Desk, mode: Mode::Live, fact: opened });
    second.desk.replay(theirs.split_off(theirs.len() - 1));
    assert!(second.record("q1").negotiation.as_ref().unwrap().pending.is_some());
}
