//! Words that go to a seller with a move, and leaving one that has a word for it: through the send gate,
//! once, and never with another seller's name, price or round unasked.

use dealdesk::{
    desk::{Command, Note, SellerInfo, Setup},
    domain::{Action, Answer, Ask, ErrorKind, Outcome, QuoteRef, ask::Moved},
};

use super::{
    again::spoke,
    harness::{SELLER, Table, error, key, moved, seller, setup, usd},
};

/// A table at which northlight speaks `dialect`, harbor asks 25.22, and one round was played.
fn played(dialect: &str) -> Table {
    let known = setup();
    let of = |name: &str| SellerInfo { name: name.into(), ..known.sellers[0].clone() };
    let mut table = Table::with(Setup { sellers: [SELLER, "harbor"].map(of).to_vec(), ..known });
    table.spoke = Some(spoke(dialect == "v2"));
    let mut other = table.quote("h1", "25.22");
    other.seller = "harbor".into();
    let ask = table.ask();
    table.command(Command::RequestQuote { seller: "harbor".into(), ask, rfq: None });
    table.answer(Ok(Answer::Quote(Box::new(other))));
    table.quoted("q1", "28.80");
    let (target, limit) = (None, None);
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    offer(&mut table, "20.00", None);
    table.stored();
    table.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    table
}

fn note(words: &str, answered: bool) -> Note {
    Note { words: words.to_owned(), answered }
}

fn offer(table: &mut Table, price: &str, note: Option<Note>) {
    table.command(Command::Offer { quote: key("q1"), cpm: usd(price), note });
}

fn sent(table: &Table) -> (Action, Option<String>) {
    let Ask::Counter { action, note, .. } = &table.asked.last().unwrap().1 else {
        unreachable!("{:?}", table.asked)
    };
    (action.clone(), note.clone())
}

fn left(table: &Table) -> Outcome {
    table.record("q1").negotiation.as_ref().unwrap().outcome
}

fn said(action: &str) -> Answer {
    let Answer::Moved(answer) = moved(2, action, "27.00", "27.00") else { unreachable!() };
    Answer::Moved(Moved { status: "rejected".into(), ..answer })
}

#[test]
fn a_note_goes_with_its_offer_and_stays_with_the_round() {
    let mut table = played("v2");
    offer(&mut table, "21.00", Some(note("  could you meet\nus there?\u{1b}[2J ", false)));
    table.stored();
    let (action, words) = sent(&table);
    assert_eq!(
        (action, words.as_deref()),
        (Action::Counter, Some("could you meet us there?\u{fffd}[2J"))
    );
    table.answer(Ok(moved(2, "counter", "21.00", "26.00")));
    let game = table.record("q1").negotiation.as_ref().unwrap();
    let ours = &game.rounds[game.rounds.len() - 2];
    assert!(ours.rationale.starts_with("could you meet us"), "{ours:?}");
}

#[test]
fn a_note_that_tells_of_another_seller_is_asked_about_first() {
    for words in ["harbor is cheaper", "we are offered 25.22", "Harbor asks $25,22"] {
        let mut table = played("v2");
        offer(&mut table, "21.00", Some(note(words, false)));
        assert_eq!((table.rule(), table.storing.len()), ("note", 0), "{words}");
        assert!(table.refused[0].says.contains("harbor"), "{:?}", table.refused);
        table.command(Command::Walk { quote: key("q1"), note: Some(note(words, false)) });
        assert_eq!((table.rule(), table.storing.len(), left(&table)), ("note", 0, Outcome::Open));
        // A person's answer sends it all the same.
        offer(&mut table, "21.00", Some(note(words, true)));
        assert_eq!(table.storing.len(), 1, "{words}");
    }
    let mut table = played("v2");
    offer(&mut table, "21.00", Some(note("27.00 is over what we can pay", false)));
    assert_eq!(table.storing.len(), 1, "their own price is no secret");
}

#[test]
fn a_seller_without_a_place_for_words_gets_none() {
    let mut table = played("v1");
    offer(&mut table, "21.00", Some(note("please", false)));
    assert_eq!((table.rule(), table.storing.len()), ("note", 0));
    offer(&mut table, "21.00", Some(note("  ", false)));
    table.stored();
    assert_eq!(sent(&table), (Action::Counter, None));
    let mut table = played("v1");
    table.command(Command::Walk { quote: key("q1"), note: None });
    assert_eq!((left(&table), table.storing.len(), table.asked.len()), (Outcome::WalkedAway, 0, 0));
}

#[test]
fn a_seller_that_has_a_word_for_leaving_is_told_once_through_the_gate() {
    let mut table = played("v2");
    let words = Some(note("thank you for your time", false));
    table.command(Command::Walk { quote: key("q1"), note: words });
    assert!(table.asked.is_empty(), "not stored yet");
    table.stored();
    assert_eq!(sent(&table), (Action::Reject, Some("thank you for your time".to_owned())));
    table.answer(Ok(said("reject")));
    let game = table.record("q1").negotiation.as_ref().unwrap();
    let last = game.rounds.last().unwrap();
    assert_eq!((game.outcome, &last.action, last.cpm), (Outcome::WalkedAway, &Action::Walk, None));
    assert_eq!(last.rationale, "thank you for your time");
    assert_eq!(game.our_last(), None, "leaving names no price");
}

#[test]
fn whatever_becomes_of_telling_them_we_have_left() {
    for error in [
        error(ErrorKind::Timeout, 0, "timeout"),
        error(ErrorKind::Refused, 404, ""),
        error(ErrorKind::Refused, 409, "no"),
    ] {
        let mut table = played("v2");
        table.command(Command::Walk { quote: key("q1"), note: None });
        table.stored();
        table.answer(Err(error));
        assert_eq!(left(&table), Outcome::WalkedAway);
        table.pass(30);
        assert!(table.asked.is_empty() && table.storing.is_empty(), "it is not told again");
    }
    // Who was offered nothing does not know that it is talked to.
    let mut table = played("v2");
    table.quoted("q2", "28.80");
    table.command(Command::OpenNegotiation { quote: key("q2"), target: None, limit: None });
    table.command(Command::Walk { quote: key("q2"), note: None });
    assert!(table.storing.is_empty());
}

#[test]
fn what_they_had_taken_before_we_left_holds() {
    let mut table = played("v2");
    table.command(Command::Walk { quote: key("q1"), note: None });
    table.stored();
    let Answer::Moved(answer) = moved(1, "accept", "20.00", "20.00") else { unreachable!() };
    table.answer(Ok(Answer::Moved(answer)));
    assert_eq!((left(&table), table.record("q1").agreed), (Outcome::Accepted, Some(usd("20.00"))));
}

#[test]
fn a_booking_note_that_tells_of_another_seller_is_warned_of() {
    let mut table = played("v2");
    let notes = Some("cheaper than harbor's 25.22".to_owned());
    let (max_cpm, planned_spend) = (None, None);
    let quote = QuoteRef::new(seller(), "q1");
    table.command(Command::OpenTicket { quote, max_cpm, planned_spend, notes });
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same))));
    let ticket = table.desk.state().ticket.as_ref().unwrap();
    let check = ticket.checks.iter().find(|check| check.name == "note").unwrap();
    assert!(check.ok && check.warns && check.says.contains("harbor"), "{check:?}");
}
