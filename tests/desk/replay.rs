//! Folding the journal gives the state that the program had.

use dealdesk::{
    desk::{Answered, Command, Desk},
    domain::Answer,
};

use super::harness::{Table, key, moved, setup, usd};

#[test]
fn the_journal_alone_gives_the_same_records_board_and_money() {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let (target, limit) = (Some(usd("20.00")), Some(usd("26.00")));
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    table.command(Command::Offer { quote: key("q1"), cpm: usd("24.00") });
    table.stored();
    table.answer(Ok(moved(1, "accept", "24.00", "24.00")));
    let quote = table.quote("q2", "24.00");
    table.answer(Ok(Answer::Quote(Box::new(quote))));
    table.armed("q2");
    table.command(Command::Confirm(Answered::Price(24.into())));
    table.stored();
    let deal = table.deal("D-1", "q2", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    table.quoted("q3", "27.00");
    table.pass(5);
    let deal = table.deal("D-1", "q2", "active");
    table.answer(Ok(Answer::Deal(Box::new(deal))));

    // Through the journal's own text, as after a restart.
    let text: Vec<_> = table.journal.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
    let mut again = Desk::new(setup());
    again.replay(text.iter().map(|line| serde_json::from_str(line).unwrap()));
    let (was, is) = (table.desk.state(), again.state());
    assert_eq!(is.quotes, was.quotes);
    assert_eq!(is.bookings, was.bookings);
    assert_eq!(is.deals, was.deals);
    assert_eq!(is.exposure, was.exposure);
    assert_eq!(is.board.rows(), was.board.rows());
    assert_eq!((is.quotes.len(), is.deals.len()), (3, 1), "it compared something");
}
