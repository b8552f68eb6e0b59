//! A booking without a known outcome, sent once more: by the desk only where the seller cannot book twice,
//! else by a person who was told what may come of it. A quote that is still available proves nothing while
//! the first request may be at work.

use dealdesk::{
    desk::{
        Actor, BookingState, Command, Confirmation, Entry, Fact, Input, Mode, Stored,
        may_send_again, risk,
    },
    domain::{Answer, Ask, ErrorKind, SellerError, Spoke, Stage},
};

use super::{
    harness::{Table, error, key, setup},
    settling::{is_booked, lost},
};

/// What a seller speaks: v2 with keys, v1 without.
pub(crate) fn spoke(takes_keys: bool) -> Spoke {
    Spoke {
        dialect: if takes_keys { "v2" } else { "v1" }.to_owned(),
        found_by: "set in the configuration".to_owned(),
        honours_agreement: takes_keys,
        takes_words: takes_keys,
        takes_keys,
    }
}

/// A booking that the seller answered so.
pub(crate) fn answered_with(takes_keys: bool, failure: SellerError) -> Table {
    let mut table = Table::new();
    table.spoke = Some(spoke(takes_keys));
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    table.answer(Err(failure));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    table
}

/// A seller with keys gave up on a booking.
pub(crate) fn gave_up() -> Table {
    answered_with(true, error(ErrorKind::Unavailable, 503, ""))
}

/// Answers whatever is asked: the quote is still available, and the same key gives the quote `same`.
pub(crate) fn available(table: &mut Table, same: &str) {
    let Some((_, ask)) = table.asked.first().cloned() else { return };
    let known = table.known("q1");
    let told = if let Ask::Quote { ask: asked, idempotency_key } = ask {
        let record = table.record("q1");
        assert_eq!(record.idempotency_key, Some(idempotency_key), "the key it was asked with");
        assert_eq!(record.ask, asked);
        dealdesk::domain::Quote { quote_id: same.into(), ..known }
    } else {
        assert!(matches!(ask, Ask::GetQuote(_)), "{ask:?}");
        known
    };
    table.answer(Ok(Answer::Quote(Box::new(told))));
}

/// Lets time pass while the quote is seen available, until something is stored or so long has passed.
pub(crate) fn looks_on(table: &mut Table, seconds: i64, same: &str) {
    for _ in 0..seconds {
        if !table.storing.is_empty() {
            return;
        }
        table.pass(1);
        available(table, same);
        assert_eq!(table.bookings_asked(), 0);
    }
}

#[test]
fn a_seller_that_gave_up_and_honours_its_keys_gets_it_once_more() {
    let mut table = gave_up();
    looks_on(&mut table, 59, "q1");
    assert!(table.storing.is_empty(), "it may be at work yet, whatever it said");
    looks_on(&mut table, 60, "q1");
    let first = table.desk.state().bookings[0].intent.clone();
    assert_eq!(table.storing[0].0, Stored::Repeat(first.ticket.clone()));
    assert_eq!(table.bookings_asked(), 0, "not before it is durable");
    table.stored();
    let booking = &table.desk.state().bookings[0];
    assert_eq!((booking.state, booking.attempts), (BookingState::Sent, 2));
    let Ask::Book { idempotency_key, quote_id, identity, notes } = table.asked[0].1.clone() else {
        panic!("{:?}", table.asked)
    };
    assert_eq!(idempotency_key, first.idempotency_key);
    assert_eq!((quote_id.as_str(), identity, notes), ("q1", first.identity, first.notes));
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
    assert_eq!(table.desk.state().exposure.committed, 12_000.into());
}

#[test]
fn nobody_else_gets_it_a_second_time_by_itself_however_long_the_quote_is_available() {
    let unavailable = |status| error(ErrorKind::Unavailable, status, "");
    let page = |status| SellerError { bare: true, ..unavailable(status) };
    for (takes_keys, failure, what) in [
        (false, unavailable(503), "a seller without keys"),
        (true, error(ErrorKind::Timeout, 0, "timeout"), "one that never answered"),
        (true, error(ErrorKind::Broken, 0, "reset"), "one that broke off"),
        (true, page(503), "a gateway's page in its place"),
        (true, page(500), "bare words, perhaps of a gateway"),
        (true, unavailable(504), "a gateway that gave up on it"),
        (true, unavailable(502), "a gateway that lost it"),
        (true, error(ErrorKind::Nonsense, 200, "bad_json"), "one that has it"),
        (true, error(ErrorKind::Refused, 409, "quote_already_booked"), "one that booked it"),
        (true, error(ErrorKind::Refused, 429, ""), "one that is busy"),
    ] {
        let mut table = answered_with(takes_keys, failure);
        looks_on(&mut table, 4_000, "q1");
        assert!(table.storing.is_empty(), "{what}");
        // Nothing is concluded either: its money stays held until a person or evidence ends it.
        assert_eq!(table.record("q1").stage(), Stage::Unknown, "{what}");
        assert_eq!(table.desk.state().exposure.unknown, 12_000.into(), "{what}");
    }
}

#[test]
fn a_seller_that_gives_another_quote_for_the_same_key_honours_none() {
    let mut table = gave_up();
    looks_on(&mut table, 4_000, "q-other");
    assert!(table.storing.is_empty());
    let seller = &table.desk.state().sellers[0];
    assert_eq!(seller.keys_shown, Some(false));
    assert_eq!(table.desk.state().quotes.len(), 1);
}

#[test]
fn it_waits_as_long_as_the_seller_ever_took() {
    let mut table = Table::new();
    table.spoke = Some(spoke(true));
    table.quoted("q1", "24.00");
    table.armed("q1");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    table.stored();
    table.took_ms = 55_000;
    table.answer(Err(error(ErrorKind::Unavailable, 500, "")));
    table.took_ms = 100;
    let sent = table.now;
    looks_on(&mut table, 300, "q1");
    assert!(!table.storing.is_empty());
    assert!(table.now.duration_since(sent).as_secs() >= 55);
}

#[test]
fn a_clock_that_was_set_voids_what_was_learnt_by_waiting() {
    let mut table = gave_up();
    table.pass(1);
    available(&mut table, "q1");
    // Twenty minutes in a moment: nobody waited.
    table.now += jiff::SignedDuration::from_mins(5);
    table.input(Input::ClockMoved(300));
    table.command(Command::Resume { seller: None, typed: "resume".into() });
    available(&mut table, "q1");
    available(&mut table, "q1");
    assert!(table.storing.is_empty());
    let mut table = lost();
    table.pass(1);
    available(&mut table, "q1");
    table.now += jiff::SignedDuration::from_hours(20);
    table.input(Input::ClockMoved(72_000));
    for _ in 0..20 {
        table.pass(1);
        if let Some((_, Ask::GetQuote(_))) = table.asked.first() {
            available(&mut table, "q1");
        }
    }
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    assert_eq!(table.desk.state().exposure.unknown, 12_000.into());
}

#[test]
fn a_look_that_is_about_another_quote_is_no_evidence() {
    let mut table = gave_up();
    for wait in [1, 5, 6, 60] {
        table.pass(wait);
        if table.asked.is_empty() {
            continue;
        }
        let other = dealdesk::domain::Quote { quote_id: "q9".into(), ..table.known("q1") };
        table.answer(Ok(Answer::Quote(Box::new(other))));
    }
    assert!(table.storing.is_empty());
    assert!(table.desk.state().bookings[0].evidence.iter().all(|seen| !seen.still_available));
}

pub(crate) fn send_again(table: &mut Table, typed: &str) {
    let ticket = table.desk.state().bookings[0].intent.ticket.clone();
    table.command(Command::SendAgain { ticket, typed: typed.into() });
}

#[test]
fn a_person_decides_and_is_told_what_may_come_of_it() {
    let mut table = lost();
    send_again(&mut table, "again");
    assert_eq!((table.rule(), table.storing.len()), ("again", 0), "nobody has looked yet");
    table.pass(1);
    available(&mut table, "q1");
    let state = table.desk.state();
    let risk = risk(state, &state.bookings[0]);
    assert!(risk.contains("a second deal for 12000.00 USD"), "{risk}");
    assert!(risk.contains("takes no idempotency keys"), "{risk}");
    send_again(&mut table, "yes");
    assert_eq!((table.rule(), table.storing.len()), ("typed word", 0));
    send_again(&mut table, " again ");
    assert_eq!(table.storing.len(), 1);
    let (_, entry) = &table.storing[0];
    assert_eq!(entry.actor, Actor::Person("ana@test".into()));
    table.stored();
    assert_eq!(table.bookings_asked(), 1);
    // While it is under way nothing more is sent.
    send_again(&mut table, "again");
    assert_eq!((table.rule(), table.storing.len()), ("again", 0));
    // What it answers settles nothing, but a deal does.
    table.answer(Err(error(ErrorKind::Refused, 409, "quote_already_booked")));
    assert_eq!(table.record("q1").stage(), Stage::Unknown);
    table.pass(60);
    is_booked(&mut table);
    let deal = table.deal("D-7", "q1", "proposed");
    table.answer(Ok(Answer::Deal(Box::new(deal))));
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
}

#[test]
fn a_person_cannot_send_what_arrived_nor_what_is_not_what_was_booked() {
    // A 2xx proves that it arrived.
    let mut table = answered_with(true, error(ErrorKind::Nonsense, 200, "bad_json"));
    table.pass(1);
    available(&mut table, "q1");
    send_again(&mut table, "again");
    assert_eq!((table.rule(), table.storing.len()), ("again", 0));
    // The seller changed the price.
    let mut table = lost();
    table.pass(1);
    let mut dearer = table.known("q1");
    dearer.pricing.final_cpm = Some("26.00".parse().unwrap());
    table.answer(Ok(Answer::Quote(Box::new(dearer.clone()))));
    table.command(Command::Reread(key("q1")));
    table.answer(Ok(Answer::Quote(Box::new(dearer))));
    send_again(&mut table, "again");
    assert_eq!((table.rule(), table.storing.len()), ("again", 0));
    // The newest look did not find it available.
    let mut table = lost();
    table.pass(1);
    available(&mut table, "q1");
    table.pass(5);
    table.answer(Err(error(ErrorKind::Refused, 404, "quote_not_found")));
    send_again(&mut table, "again");
    assert_eq!(table.storing.len(), 0);
    // The desk is halted, before it is asked for and before it leaves.
    let mut table = lost();
    table.pass(1);
    available(&mut table, "q1");
    let mut before = lost();
    before.pass(1);
    available(&mut before, "q1");
    before.command(Command::Halt { seller: None, why: "looks odd".into() });
    send_again(&mut before, "again");
    assert_eq!((before.rule(), before.storing.len()), ("halt", 0));
    send_again(&mut table, "again");
    table.command(Command::Halt { seller: None, why: "looks odd".into() });
    table.stored();
    assert_eq!((table.bookings_asked(), table.record("q1").stage()), (0, Stage::Unknown));
}

#[test]
fn a_limit_that_was_lowered_meanwhile_holds_for_another_attempt_too() {
    for (is_lower, attempts) in [(false, 1), (true, 0)] {
        let mut table = lost();
        let (mut journal, now) = (std::mem::take(&mut table.journal), table.now);
        if is_lower {
            let mut limits = setup().limits;
            limits.deal = Some(11_999.into());
            let fact = Fact::LimitsSet { limits, changed: Vec::new(), why: None };
            journal.push(Entry { at: now, actor: Actor::Desk, mode: Mode::Live, fact });
        }
        let mut table = Table::new();
        table.now = now;
        table.desk.replay(journal);
        table.pass(6);
        available(&mut table, "q1");
        send_again(&mut table, "again");
        assert_eq!(table.storing.len(), attempts, "lower: {is_lower}");
    }
}

#[test]
fn another_process_that_wrote_first_has_it_looked_at_and_asked_anew() {
    let mut table = lost();
    table.pass(1);
    available(&mut table, "q1");
    send_again(&mut table, "again");
    let (stored, _) = table.storing.remove(0);
    table.input(Input::Conflict(stored));
    assert_eq!((table.storing.len(), table.bookings_asked()), (0, 0));
    let said = table.desk.state().message.clone().unwrap();
    assert!(said.bad && said.says.contains("nothing was sent again"), "{}", said.says);
    let state = table.desk.state();
    assert!(may_send_again(state, &state.bookings[0], table.now).is_ok());
}

/// It said at once that it was busy, and books all the same.
#[test]
fn a_seller_that_gave_up_and_books_it_later_is_found_out_first() {
    let mut table = gave_up();
    looks_on(&mut table, 25, "q1");
    let mut told = table.known("q1");
    (told.status, told.raw_status) = (dealdesk::domain::QuoteStatus::Booked, "booked".to_owned());
    told.deal_id = Some("D-7".into());
    for _ in 0..60 {
        table.pass(1);
        match table.asked.first().map(|(_, ask)| ask.clone()) {
            Some(Ask::GetQuote(_)) => {
                table.answer(Ok(Answer::Quote(Box::new(told.clone()))));
            }
            Some(Ask::GetDeal(_)) => {
                let deal = table.deal("D-7", "q1", "proposed");
                table.answer(Ok(Answer::Deal(Box::new(deal))));
            }
            Some(ask) => panic!("{ask:?}"),
            None => {}
        }
        assert!(table.storing.is_empty());
    }
    assert_eq!(table.desk.state().bookings[0].state, BookingState::Done);
}
