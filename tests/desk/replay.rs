//! Folding the journal gives the state that the program had.

use dealdesk::{
    desk::{Actor, Command, Confirmation, Desk, Entry, Fact, Mode},
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
    table.command(Command::Confirm(Confirmation::Price(24.into())));
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

#[test]
fn a_book_that_is_mostly_packed_is_the_book_that_was_folded() {
    let load = dealdesk::runtime::load::Load {
        rows: 60,
        countdowns: 40,
        done: 700,
        quotes: 700,
        block: 600,
        ..Default::default()
    };
    let now = jiff::Timestamp::from_second(1_790_000_000).unwrap();
    let entries = load.entries(now);
    let mut folded = Desk::new(setup());
    folded.replay(entries.clone());
    let state = folded.state();
    let packed = [state.quotes.packed(), state.bookings.packed(), state.deals.packed()];
    assert!(packed.iter().all(|(many, _)| *many > 100), "{packed:?}");
    let bytes: usize = packed.iter().map(|(_, bytes)| bytes).sum();
    assert!(bytes < packed.iter().map(|(many, _)| many * 700).sum(), "{packed:?}");

    // As a start takes them from the tables.
    let quotes = state.quotes.values().cloned().collect();
    let bookings = state.bookings.values().cloned().collect();
    let deals = state.deals.values().cloned().collect();
    let mut restored = Desk::new(setup());
    restored.restore(quotes, bookings, deals, state.controls.clone());
    let mut one_by_one = Desk::new(setup());
    for entry in entries {
        one_by_one.replay([entry]);
    }
    for other in [restored.state(), one_by_one.state()] {
        assert_eq!(other.quotes, state.quotes);
        assert_eq!(other.bookings, state.bookings);
        assert_eq!(other.deals, state.deals);
        assert_eq!(other.board.rows(), state.board.rows());
        assert_eq!(other.exposure, state.exposure);
        for seller in state.places.partners() {
            assert_eq!(other.places.dealings(seller), state.places.dealings(seller));
            assert!(other.places.talks(seller).eq(state.places.talks(seller)));
            assert!(other.places.quotes_of(seller).eq(state.places.quotes_of(seller)));
        }
        assert!(other.places.quotes().eq(state.places.quotes()));
        assert!(other.places.deals().eq(state.places.deals()));
        assert!(other.places.bookings().eq(state.places.bookings()));
        let since = jiff::Timestamp::MIN;
        assert!(other.places.talked_since(since).eq(state.places.talked_since(since)));
        assert!(other.places.usual("ctv").eq(state.places.usual("ctv")));
        assert_eq!(other.schedule.next(), state.schedule.next());
    }
    // And what the places say is what going through all of it finds.
    let open = |record: &dealdesk::desk::QuoteRecord| record.is_open();
    let all = state.quotes.values().filter(|record| open(record)).count();
    assert_eq!(state.living_quotes().filter(|record| open(record)).count(), all);
    assert_eq!(all, 40);
    let talks = state.quotes.values().filter(|record| record.negotiation.is_some()).count();
    assert_eq!(state.places.talked_since(jiff::Timestamp::MIN).count(), talks);
    let held: rust_decimal::Decimal =
        state.places.partners().map(|seller| state.places.dealings(seller).held).sum();
    assert_eq!(held, state.exposure.total());
}

#[test]
fn what_was_booked_is_of_the_kind_that_its_seller_calls_it_now() {
    let load = dealdesk::runtime::load::Load { done: 5, ..Default::default() };
    let now = jiff::Timestamp::from_second(1_790_000_000).unwrap();
    let mut desk = Desk::new(setup());
    desk.replay(load.entries(now));
    let record = desk.state().bookings.values().next().unwrap();
    let mut quote = desk.state().quote(&record.intent.quote).unwrap().quote.clone();
    assert_eq!(desk.state().places.usual("radio").count(), 0);
    quote.product.inventory_type = "Radio".to_owned();
    let actor = Actor::Seller(quote.seller.clone());
    desk.replay([Entry { at: now, actor, mode: Mode::Live, fact: Fact::QuoteSeen { quote } }]);
    assert!(desk.state().places.usual("radio").eq([0]));
}
