//! What is looked up, and what an answer to it settles: by rule, one at a time.

use dealdesk::{
    desk::{Actor, BookingState, Command, Input},
    domain::{
        Answer, Ask, Deal, DealId, ErrorKind, Quote, QuoteStatus, SellerError, Stage, ask::Waiting,
    },
};
use jiff::{SignedDuration, Timestamp};

use super::{
    harness::{SELLER, Table, error, key, moved, usd},
    moves::{offer, opened},
    settling::lost,
};

/// Answers the oldest question with a reply that bears this date.
fn answer_dated(table: &mut Table, result: Result<Answer, SellerError>, date: Timestamp) {
    table.dated = Some(date);
    table.answer(result);
    table.dated = None;
}

fn look(table: &mut Table) {
    let ticket = table.desk.state().bookings[0].intent.ticket.clone();
    table.command(Command::Look(ticket));
}

fn state(table: &Table) -> BookingState {
    table.desk.state().bookings[0].state
}

#[test]
fn what_is_settled_is_not_looked_up_and_nothing_twice_at_once() {
    let mut table = Table::with_a_deal("D-1");
    table.asked.clear();
    look(&mut table);
    assert!(table.asked.is_empty(), "{:?}", table.asked);
    let mut table = lost();
    look(&mut table);
    look(&mut table);
    assert_eq!(table.asked.len(), 1);
}

#[test]
fn a_quote_in_a_reply_from_before_the_booking_proves_nothing() {
    for (seconds, is_proof) in [(-60, false), (60, true)] {
        let mut table = lost();
        table.pass(100);
        while table.asked.len() > 1 {
            table.asked.remove(0);
        }
        let sent = table.desk.state().bookings[0].sent_at.unwrap();
        let quote = table.known("q1");
        let date = sent + SignedDuration::from_secs(seconds);
        answer_dated(&mut table, Ok(Answer::Quote(Box::new(quote))), date);
        let seen = table.desk.state().bookings[0].evidence.last().unwrap().clone();
        assert_eq!(seen.still_available, is_proof, "{seconds}: {}", seen.says);
        assert_eq!(seen.says.contains("may be older than the booking"), !is_proof);
    }
}

#[test]
fn a_quote_that_waits_for_its_seller_is_not_decided_yet_or_declined() {
    let waiting = || {
        let mut table = Table::sent();
        let says = Waiting { status: "pending_approval".into(), says: String::new() };
        table.answer(Ok(Answer::Waiting(says)));
        look(&mut table);
        table
    };
    let mut table = waiting();
    let same = table.known("q1");
    table.answer(Ok(Answer::Quote(Box::new(same))));
    let seen = table.desk.state().bookings[0].evidence.last().unwrap().clone();
    assert_eq!((seen.says.as_str(), seen.still_available), ("available, not decided yet", false));
    let mut table = waiting();
    let mut no = table.known("q1");
    (no.status, no.raw_status) = (QuoteStatus::Declined, "declined".into());
    table.answer(Ok(Answer::Quote(Box::new(no))));
    let booking = &table.desk.state().bookings[0];
    assert_eq!(
        (booking.state, booking.error.as_ref().unwrap().http_status),
        (BookingState::Refused, 200)
    );
}

#[test]
fn a_refused_booking_whose_quote_reads_booked_is_in_doubt_again_and_no_other() {
    let (booked, available) = (QuoteStatus::Booked, QuoteStatus::Available);
    for (status, word, deal, is_doubted) in [
        (booked, "booked", None, true),
        (booked, "booked", Some("D-7"), true),
        (available, "available", Some("D-7"), true),
        (available, "available", None, false),
        (QuoteStatus::Expired, "expired", None, false),
    ] {
        let mut table = Table::sent();
        table.answer(Err(error(ErrorKind::Refused, 422, "below_floor_price")));
        assert_eq!(state(&table), BookingState::Refused);
        table.asked.clear();
        table.command(Command::Reread(key("q1")));
        let mut told = table.known("q1");
        (told.status, told.raw_status) = (status, word.to_owned());
        told.deal_id = deal.map(DealId::from);
        table.answer(Ok(Answer::Quote(Box::new(told))));
        let doubted = state(&table) == BookingState::Unknown;
        assert_eq!(doubted, is_doubted, "{word} {deal:?}");
    }
    // What this desk held back itself cannot be what the seller booked.
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(dealdesk::desk::Confirmation::Price(24.into())));
    table.command(Command::Halt { seller: None, why: "odd".into() });
    table.stored();
    assert_eq!(state(&table), BookingState::NotSent);
    table.command(Command::Reread(key("q1")));
    let mut told = table.known("q1");
    (told.status, told.raw_status) = (booked, "booked".into());
    table.answer(Ok(Answer::Quote(Box::new(told))));
    assert_eq!(state(&table), BookingState::NotSent);
}

#[test]
fn a_deal_that_a_person_names_is_of_the_quote_or_else_of_its_product() {
    let named = |change: fn(&mut Deal)| {
        let mut table = lost();
        let ticket = table.desk.state().bookings[0].intent.ticket.clone();
        table.command(Command::EnterDeal { ticket, deal_id: "D-7".into() });
        let mut deal = table.deal("D-7", "q1", "proposed");
        change(&mut deal);
        let at = table.asked.iter().position(|(_, ask)| matches!(ask, Ask::GetDeal(_))).unwrap();
        let (id, _) = table.asked.remove(at);
        table.answer_to(id, Ok(Answer::Deal(Box::new(deal))));
        state(&table)
    };
    assert_eq!(named(|_| {}), BookingState::Done);
    assert_eq!(named(|deal| deal.quote_id = None), BookingState::Done);
    assert_eq!(named(|deal| deal.quote_id = Some("q9".into())), BookingState::Unknown);
    let of_another = |deal: &mut Deal| {
        deal.quote_id = None;
        deal.product.product_id = "prod-9".into();
    };
    assert_eq!(named(of_another), BookingState::Unknown);
}

#[test]
fn of_a_process_that_is_gone_its_own_moves_are_in_doubt_and_no_others() {
    let doubts = |gone: &str| {
        let mut dead = opened();
        offer(&mut dead, "20.00");
        dead.stored();
        let mut table = Table::new();
        table.input(Input::Followed(dead.journal.clone()));
        table.input(Input::OwnerLost(gone.into()));
        table.input(Input::OwnerLost(gone.into()));
        table.facts("move.unknown").len()
    };
    assert_eq!(doubts("owner-1"), 1, "once, however often it is said");
    assert_eq!(doubts("owner-2"), 0);
}

#[test]
fn a_lost_move_is_looked_for_less_and_less_often() {
    let mut table = opened();
    offer(&mut table, "24.00");
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    let begun = table.now;
    let mut looks = Vec::new();
    for _ in 0..7_200 {
        table.pass(1);
        if let Some((_, Ask::History(..))) = table.asked.first() {
            looks.push(table.now.duration_since(begun).as_secs());
            table.answer(Err(error(ErrorKind::Unavailable, 503, "")));
        }
    }
    let gaps: Vec<_> = looks.windows(2).map(|two| two[1] - two[0]).collect();
    assert_eq!(looks.first(), Some(&1), "{looks:?}");
    assert!(gaps.is_sorted(), "{gaps:?}");
    // The next look comes after about half of the time that it has been in doubt by then.
    for (look, gap) in looks.iter().zip(&gaps).skip(1) {
        assert!(*gap > look / 2, "after {look} s the next look is {gap} s later");
    }
    assert!((8..16).contains(&looks.len()), "{looks:?}");
}

#[test]
fn a_record_from_later_than_now_settles_no_move_that_was_just_made() {
    let mut table = opened();
    offer(&mut table, "24.00");
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    table.pass(1);
    assert!(matches!(table.asked[0].1, Ask::History(..)), "{:?}", table.asked);
    let later = table.now + SignedDuration::from_hours(2);
    answer_dated(&mut table, Err(error(ErrorKind::Refused, 404, "not_found")), later);
    assert!(table.facts("move.failed").is_empty(), "it may be at work yet");
}

#[test]
fn while_a_move_has_no_answer_nobody_walks() {
    let mut table = opened();
    offer(&mut table, "24.00");
    table.stored();
    table.command(Command::Walk { quote: key("q1"), note: None });
    assert_eq!(table.rule(), "move under way");
    assert!(table.facts("negotiation.ended").is_empty());
    table.answer(Ok(moved(1, "counter", "24.00", "27.00")));
    table.command(Command::Walk { quote: key("q1"), note: None });
    assert_eq!(table.facts("negotiation.ended").len(), 1);
}

#[test]
fn a_reply_about_another_quote_is_folded_into_nothing() {
    let other = |table: &Table| {
        let mut other = table.quote("q9", "19.00");
        other.quote_id = "q9".into();
        Ok(Answer::Quote(Box::new(other)))
    };
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    table.command(Command::Reread(key("q1")));
    let told = other(&table);
    table.answer(told);
    assert_eq!(table.record("q1").price(), Some(usd("24.00")));
    assert_eq!((table.facts("quote.seen").len(), table.desk.state().quotes.len()), (0, 1));
    let said = table.desk.state().message.clone().unwrap();
    assert!(said.bad && said.says.contains("not an answer to what was asked"), "{said:?}");
    // Nor does it arm a ticket.
    table.armed("q1");
    table.command(Command::CloseTicket);
    table.open_ticket("q1");
    let same = Quote { quote_id: "q9".into(), ..table.known("q1") };
    table.answer(Ok(Answer::Quote(Box::new(same))));
    let ticket = table.desk.state().ticket.clone().unwrap();
    assert!(ticket.blocked_by().is_some(), "{ticket:?}");
    assert_eq!(table.record("q1").price(), Some(usd("24.00")));
}

#[test]
fn a_quote_is_called_over_once_and_never_while_it_holds_money() {
    let gone = || Err(error(ErrorKind::Refused, 410, "quote_expired"));
    let mut table = Table::new();
    table.quoted("q1", "24.00");
    for _ in 0..2 {
        table.command(Command::Reread(key("q1")));
        table.answer(gone());
    }
    assert_eq!(table.facts("quote.expired").len(), 1);
    let mut table = lost();
    table.command(Command::Reread(key("q1")));
    table.answer(gone());
    assert_eq!(
        (table.facts("quote.expired").len(), table.record("q1").stage()),
        (0, Stage::Unknown)
    );
}

#[test]
fn the_bell_warns_of_a_quote_that_somebody_still_wants() {
    let rings = |lets_go: bool| {
        let mut table = Table::new();
        table.quoted("q1", "24.00");
        if lets_go {
            table.command(Command::LetGo(key("q1")));
        }
        let before = table.desk.state().bells;
        for _ in 0..9 {
            table.pass(60);
        }
        table.desk.state().bells > before
    };
    assert!(rings(false));
    assert!(!rings(true));
}

#[test]
fn what_a_deal_comes_to_is_bad_news_only_where_something_is_noted() {
    let mut table = Table::with_a_deal("D-1");
    table.asked.clear();
    let deal = dealdesk::domain::DealRef { seller: SELLER.into(), deal_id: "D-1".into() };
    table.command(Command::PollDeal(deal));
    let active = table.deal("D-1", "q1", "active");
    table.answer(Ok(Answer::Deal(Box::new(active))));
    let said = table.desk.state().message.clone().unwrap();
    assert!(!said.bad && said.says.contains("active"), "{said:?}");
    assert_eq!(table.journal.last().unwrap().actor, Actor::Seller(SELLER.into()));
}
