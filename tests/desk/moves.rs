//! A move of ours: what it may offer, what becomes of it when another process writes first, and what the
//! seller's history says of one whose answer was lost.

use dealdesk::{
    desk::{Actor, Command, Fact, Input, was_withheld},
    domain::{Answer, Ask, ErrorKind, Outcome, SellerError, Stage, ask::History},
};

use super::harness::{Table, error, key, moved, usd};

pub(crate) fn opened() -> Table {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let limit = Some(usd("26.00"));
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit });
    table
}

pub(crate) fn offer(table: &mut Table, price: &str) {
    table.command(Command::Offer { quote: key("q1"), cpm: usd(price), note: None });
}

#[test]
fn a_negotiation_is_opened_once_and_left_once() {
    let mut table = opened();
    let facts = table.journal.len();
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    assert_eq!((table.journal.len(), table.refused.len()), (facts, 0), "it is open");
    offer(&mut table, "20.00");
    let walk = || Command::Walk { quote: key("q1"), note: None };
    table.command(walk());
    assert_eq!(table.rule(), "move under way", "its move is being stored");
    table.stored();
    table.command(walk());
    assert_eq!(table.rule(), "move under way", "its move is out");
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    table.command(walk());
    assert_eq!(table.record("q1").negotiation.as_ref().unwrap().outcome, Outcome::WalkedAway);
    let facts = table.journal.len();
    table.command(walk());
    assert_eq!(table.rule(), "negotiation over");
    table.command(Command::OpenNegotiation { quote: key("q1"), target: None, limit: None });
    assert_eq!((table.rule(), table.journal.len()), ("negotiation over", facts));
}

#[test]
fn their_own_price_can_be_offered_back_and_nothing_above_it() {
    for (price, rule) in [("25.00", ""), ("25.01", "above their price"), ("24.99", "")] {
        let mut table = opened();
        offer(&mut table, "20.00");
        table.stored();
        table.answer(Ok(moved(1, "counter", "20.00", "25.00")));
        offer(&mut table, price);
        assert_eq!((table.rule(), table.storing.len()), (rule, usize::from(rule.is_empty())));
    }
}

#[test]
fn a_move_is_stored_again_where_another_process_wrote_something_else() {
    let mut table = opened();
    offer(&mut table, "20.00");
    table.stored();
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    offer(&mut table, "21.00");
    let (stored, _) = table.storing.remove(0);
    table.input(Input::Followed(vec![]));
    table.input(Input::Conflict(stored.clone()));
    assert_eq!((table.storing.len(), &table.storing[0].0), (1, &stored));
    // A round that somebody else played meanwhile is another moment.
    let (stored, _) = table.storing.remove(0);
    let Answer::Moved(theirs) = moved(2, "counter", "20.50", "26.50") else { panic!() };
    let dealdesk::desk::Stored::Move(_, pending) = &stored else { panic!("{stored:?}") };
    let pending =
        dealdesk::domain::negotiation::Pending { owner: "another".into(), ..*pending.clone() };
    let quote = || key("q1");
    let facts = [
        Fact::MoveStored { quote: quote(), pending },
        Fact::MoveAnswered { quote: quote(), moved: theirs, from_history: false },
    ];
    let (at, actor, mode) = (table.now, Actor::Desk, dealdesk::desk::Mode::Live);
    let entry = |fact| dealdesk::desk::Entry { at, actor: actor.clone(), mode, fact };
    table.input(Input::Followed(facts.map(entry).into()));
    table.input(Input::Conflict(stored));
    assert_eq!((table.rule(), table.storing.len()), ("overtaken", 0));
}

#[test]
fn what_the_desk_held_back_itself_is_told_from_what_a_seller_refused() {
    let own = |kind, code: &str| SellerError { code: code.into(), ..error(kind, 0, "") };
    for (error, withheld) in [
        (own(ErrorKind::Configuration, "paper"), true),
        (own(ErrorKind::Configuration, "stopped"), true),
        (own(ErrorKind::Configuration, "halted"), true),
        (own(ErrorKind::Configuration, "no_key"), false),
        (own(ErrorKind::Refused, "halted"), false),
    ] {
        assert_eq!(was_withheld(&error), withheld, "{error:?}");
    }
}

/// A move whose answer was lost, with what its seller's history says after so many seconds.
fn lost(rounds: u32, seconds: i64, history: Result<Answer, SellerError>) -> Table {
    let mut table = opened();
    for round in 1..rounds {
        offer(&mut table, &format!("{}.00", 19 + round));
        table.stored();
        table.answer(Ok(moved(round, "counter", "20.00", "27.00")));
    }
    offer(&mut table, "24.00");
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    table.pass(seconds);
    while table.asked.len() > 1 {
        table.asked.remove(0);
    }
    assert!(matches!(table.asked[0].1, Ask::History(..)), "{:?}", table.asked);
    table.answer(history);
    table
}

fn history(status: &str, rounds: &[(u32, &str, &str)]) -> Answer {
    let rounds = rounds.iter().filter_map(|(round, ours, theirs)| {
        let moved = moved(*round, "counter", ours, theirs);
        if let Answer::Moved(moved) = moved { Some(moved) } else { None }
    });
    Answer::History(History {
        negotiation_id: Some("neg-1".into()),
        status: status.into(),
        rounds: rounds.collect(),
        max_rounds: None,
    })
}

#[test]
fn a_lost_move_is_in_the_history_as_it_was_made_or_it_is_not_there() {
    let ours = (1, "24.00", "25.00");
    for (status, rounds, outcome, agreed) in [
        ("active", &[ours][..], Some(Outcome::Open), None),
        ("accepted", &[(1, "24.00", "24.00")], Some(Outcome::Accepted), Some(usd("24.00"))),
        // What was accepted came later.
        ("accepted", &[ours, (2, "24.50", "24.50")], Some(Outcome::Open), None),
        ("active", &[(1, "23.00", "25.00")], None, None),
        ("active", &[], None, None),
    ] {
        let table = lost(1, 1, Ok(history(status, rounds)));
        let game = table.record("q1").negotiation.clone().unwrap();
        let settled = game.pending.is_none().then_some(game.outcome);
        assert_eq!((settled, table.record("q1").agreed), (outcome, agreed), "{status} {rounds:?}");
    }
}

#[test]
fn what_the_history_showed_is_kept_in_words() {
    let busy = || error(ErrorKind::Unavailable, 503, "");
    for (answer, words) in [
        (Ok(history("active", &[])), "the seller's history has no round, so without our 24.00 USD"),
        (
            Ok(history("active", &[(1, "23.00", "25.00")])),
            "the seller's history ends with round 1, without our 24.00 USD in round 1",
        ),
        (Ok(Answer::Products(vec![])), "the seller answered something else"),
        (Err(busy()), &format!("the seller's history could not be read: {}", busy())),
    ] {
        let table = lost(1, 1, answer);
        let game = table.record("q1").negotiation.clone().unwrap();
        let seen = game.pending.unwrap().seen;
        assert_eq!(seen.last().map(|seen| seen.says.as_str()), Some(words));
    }
}

#[test]
fn a_negotiation_that_the_seller_does_not_know_did_not_begin_and_a_later_round_stays_in_doubt() {
    let unknown = || Err(error(ErrorKind::Refused, 404, "not_found"));
    let failed = |table: &Table| table.facts("move.failed").len();
    assert_eq!(failed(&lost(1, 4_000, unknown())), 1);
    assert_eq!(failed(&lost(1, 1, unknown())), 0, "it may be at work yet");
    assert_eq!(failed(&lost(2, 4_000, unknown())), 0, "a round of ours was there");
    let busy = Err(error(ErrorKind::Unavailable, 503, ""));
    assert_eq!(failed(&lost(1, 4_000, busy)), 0, "that says nothing of it");
}

#[test]
fn a_move_that_was_answered_arrived_whatever_the_history_lacks() {
    for (failure, never_arrived) in [
        (error(ErrorKind::Timeout, 0, "timeout"), 1),
        (error(ErrorKind::Nonsense, 200, "unverified"), 0),
        (error(ErrorKind::Nonsense, 202, "bad_json"), 0),
    ] {
        let mut table = opened();
        offer(&mut table, "24.00");
        table.stored();
        table.answer(Err(failure));
        for _ in 0..20 {
            table.pass(3_600);
            table.asked.retain(|(_, ask)| matches!(ask, Ask::History(..)));
            if !table.asked.is_empty() {
                let _ = table.answer(Ok(history("active", &[])));
            }
        }
        assert_eq!(table.facts("move.failed").len(), never_arrived);
    }
}

#[test]
fn what_a_seller_does_not_find_for_a_move_ends_the_move_and_not_the_quote() {
    for (status, code, stage) in [
        (404, "not_found", Stage::MyTurn),
        (404, "quote_not_found", Stage::Expired),
        (410, "quote_expired", Stage::Expired),
        (410, "", Stage::Expired),
    ] {
        let mut table = opened();
        offer(&mut table, "24.00");
        table.stored();
        table.answer(Err(error(ErrorKind::Refused, status, code)));
        assert_eq!(table.record("q1").stage(), stage, "{status} {code}");
    }
}

#[test]
fn nothing_is_offered_on_a_quote_that_is_over_by_our_clock_while_the_sellers_was_not_heard() {
    let mut heard = opened();
    offer(&mut heard, "20.00");
    assert_eq!((heard.rule(), heard.storing.len()), ("", 1));
    // Another process that has heard nothing of the seller yet: the quote lasts ten minutes.
    for (seconds, rule) in [(599, ""), (601, "clock")] {
        let mut table = Table::new();
        table.desk.replay(opened().journal);
        table.now += jiff::SignedDuration::from_secs(seconds);
        offer(&mut table, "20.00");
        assert_eq!((table.rule(), table.storing.len()), (rule, usize::from(rule.is_empty())));
    }
}
