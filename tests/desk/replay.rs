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
    table.command(Command::Offer { quote: key("q1"), cpm: usd("24.00"), note: None });
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

#[test]
fn a_long_journal_folds_to_the_same_board_as_a_short_one_at_a_time() {
    let load = dealdesk::runtime::load::Load { rows: 700, countdowns: 200, ..Default::default() };
    let began = jiff::Timestamp::UNIX_EPOCH;
    let updates = (0..500).map(|number| load.update(number, began, began));
    let entries: Vec<_> = load.entries(began).into_iter().chain(updates).collect();
    assert!(entries.len() > 2_000, "long enough to be folded at once");
    let (mut whole, mut one_by_one) = (Desk::new(setup()), Desk::new(setup()));
    whole.replay(entries.clone());
    for entry in entries {
        one_by_one.replay([entry]);
    }
    let (whole, one_by_one) = (whole.state(), one_by_one.state());
    assert_eq!(whole.board.rows(), one_by_one.board.rows());
    assert_eq!(whole.deals, one_by_one.deals);
    assert_eq!(whole.exposure, one_by_one.exposure);
    assert_eq!(whole.folded, one_by_one.folded);
    assert_eq!(whole.schedule.next(), one_by_one.schedule.next());
    assert_eq!(whole.log.lines().len(), one_by_one.log.lines().len());
}
