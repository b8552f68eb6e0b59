//! A seller that refuses a move is asked for its history: the negotiation goes on, or ended without us.

use dealdesk::{
    desk::{Command, Input},
    domain::{Answer, Ask, ErrorKind, Outcome, SellerError, ask::History},
};

use super::harness::{Table, error, key, moved, usd};

/// A negotiation of which so many of our offers were answered: 20.00, 21.00 …, each with 27.00.
fn opened(answered: u32) -> Table {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let (target, limit) = (Some(usd("20.00")), Some(usd("26.00")));
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    for round in 1..=answered {
        let ours = format!("{}.00", 19 + round);
        offer(&mut table, &ours);
        table.answer(Ok(moved(round, "counter", &ours, "27.00")));
    }
    table
}

fn offer(table: &mut Table, price: &str) {
    table.command(Command::Offer { quote: key("q1"), cpm: usd(price), note: None });
    table.stored();
}

/// The same, whose next offer, 23.00, is refused.
fn refused(answered: u32, why: SellerError) -> Table {
    let mut table = opened(answered);
    offer(&mut table, "23.00");
    table.answer(Err(why));
    table
}

fn no() -> SellerError {
    error(ErrorKind::Refused, 422, "no_more_rounds")
}

/// A history that ends at these prices of ours and theirs.
fn history(status: &str, ours: Option<&str>, theirs: Option<&str>) -> Answer {
    let Answer::Moved(mut last) = moved(2, "counter", "1.00", "1.00") else { panic!() };
    (last.buyer_cpm, last.seller_cpm) = (ours.map(usd), theirs.map(usd));
    let negotiation_id = Some("neg-1".into());
    let (status, rounds) = (status.to_owned(), vec![last]);
    Answer::History(History { negotiation_id, status, max_rounds: None, rounds })
}

fn outcome(table: &Table) -> (Outcome, Option<String>) {
    let game = table.record("q1").negotiation.clone().unwrap();
    (game.outcome, game.agreed.map(|agreed| agreed.to_string()))
}

#[test]
fn the_history_is_asked_for_where_the_seller_says_no_to_the_move_and_not_to_us() {
    use ErrorKind::{Refused, Unreachable};
    for (answered, kind, status, code, is_asked) in [
        (1, Refused, 422, "no_more_rounds", true),
        (1, Refused, 409, "negotiation_closed", true),
        (1, Refused, 404, "not_found", true),
        (1, Refused, 401, "bad_key", false),
        (1, Refused, 403, "forbidden", false),
        (1, Unreachable, 0, "connect_error", false),
        // Of one that was never answered there may be a history, unless the seller has no negotiations.
        (0, Refused, 422, "too_low", true),
        (0, Refused, 404, "no_negotiation", false),
        (1, Refused, 404, "no_negotiation", true),
    ] {
        let table = refused(answered, error(kind, status, code));
        let asked = matches!(table.asked.first(), Some((_, Ask::History(..))));
        assert_eq!(asked, is_asked, "{answered} answered, then {status} {code}: {:?}", table.asked);
        assert_eq!(table.asked.len(), usize::from(is_asked));
        assert_eq!(table.facts("move.failed").len(), 1);
    }
}

#[test]
fn an_acceptance_holds_what_was_agreed_only_at_a_price_that_we_offered() {
    for (ours, theirs, ends, agreed, says) in [
        (Some("23.00"), Some("23.00"), Outcome::Accepted, Some("23.00 USD"), "accepted at 23.00"),
        (Some("20.00"), Some("20.00"), Outcome::Accepted, Some("20.00 USD"), "accepted at 20.00"),
        (Some("23.00"), Some("22.50"), Outcome::Accepted, Some("22.50 USD"), "accepted at 22.50"),
        (Some("21.00"), None, Outcome::Accepted, Some("21.00 USD"), "accepted at 21.00"),
        (Some("23.00"), Some("23.01"), Outcome::Unknown, None, "never offered from here"),
        // They said 27.00 before; we never did.
        (Some("27.00"), Some("27.00"), Outcome::Unknown, None, "never offered from here"),
        (None, None, Outcome::Unknown, None, "accepted at no price"),
    ] {
        let mut table = refused(1, no());
        table.answer(Ok(history("accepted", ours, theirs)));
        let case = format!("{ours:?} {theirs:?}");
        assert_eq!(outcome(&table), (ends, agreed.map(str::to_owned)), "{case}");
        assert_eq!(table.facts("negotiation.ended").len(), 1, "{case}");
        let game = table.record("q1").negotiation.clone().unwrap();
        let why = format!("{:?} {game:?}", table.facts("negotiation.ended"));
        assert!(why.contains(says), "{case}: {why}");
    }
}

#[test]
fn a_rejection_in_the_history_ends_it_and_whatever_else_it_says_does_not() {
    let told = |answered, result| {
        let mut table = refused(answered, no());
        table.answer(result);
        outcome(&table).0
    };
    let prices = (Some("23.00"), Some("27.00"));
    assert_eq!(told(1, Ok(history("rejected", prices.0, prices.1))), Outcome::Rejected);
    for status in ["active", "open", ""] {
        assert_eq!(told(1, Ok(history(status, prices.0, prices.1))), Outcome::Open, "{status}");
    }
    assert_eq!(told(1, Ok(Answer::Products(vec![]))), Outcome::Open);
    assert_eq!(told(1, Err(error(ErrorKind::Unavailable, 503, ""))), Outcome::Open);
    assert_eq!(told(1, Err(error(ErrorKind::Refused, 403, "forbidden"))), Outcome::Open);
}

#[test]
fn a_seller_that_knows_of_none_ended_one_that_it_had_answered_and_no_other() {
    for (answered, ends) in [(1, Outcome::Rejected), (0, Outcome::Open)] {
        let mut table = refused(answered, no());
        table.answer(Err(error(ErrorKind::Refused, 404, "not_found")));
        assert_eq!(outcome(&table).0, ends, "{answered} answered");
    }
}

#[test]
fn a_history_that_comes_after_another_move_or_the_end_changes_nothing() {
    // We go on before it comes.
    let mut table = refused(1, no());
    offer(&mut table, "23.50");
    table.answer(Ok(history("rejected", Some("23.00"), Some("27.00"))));
    assert_eq!(outcome(&table).0, Outcome::Open);
    // A person left before it comes.
    let mut table = refused(1, no());
    table.command(Command::Walk { quote: key("q1"), note: None });
    let left = outcome(&table).0;
    assert_eq!(left, Outcome::WalkedAway);
    table.answer(Ok(history("accepted", Some("23.00"), Some("23.00"))));
    assert_eq!(outcome(&table), (left, None));
    // Another process that folds the same facts has ended the same.
    let mut other = Table::new();
    other.input(Input::Followed(table.journal.clone()));
    assert_eq!(outcome(&other).0, left);
}
