//! What a desk learnt and could not store before it was gone: the next one takes in every outcome once, holds
//! none that is news for known, and leaves what it cannot judge.

use dealdesk::{
    desk::{
        BookingOutcome, BookingState, Command, Desk, Entry, Fact, Input, Setup, can_judge,
        needs_requote,
    },
    domain::{Answer, ErrorKind, Outcome, SellerError, Stage, TicketId, ask::Waiting},
};

use super::harness::{Table, error, key, moved, setup, usd};

/// The next desk, which read what the first had stored: all but the last `unstored` facts.
fn next(dead: &Table, unstored: usize) -> Table {
    let mut next = Table::with(Setup { owner: "owner-2".into(), ..setup() });
    next.now = dead.now;
    let stored = dead.journal.len() - unstored;
    next.desk.replay(dead.journal[..stored].to_vec());
    next
}

fn takes_in(next: &mut Table, learnt: &Entry) {
    assert!(can_judge(next.desk.state(), learnt));
    next.input(Input::Opened(vec![learnt.clone(), learnt.clone()]));
    assert_eq!(next.facts(learnt.fact.kind()).len(), 1, "kept once: {}", learnt.fact.kind());
}

fn says_nothing_new(next: &mut Table, learnt: &Entry) {
    assert!(can_judge(next.desk.state(), learnt), "known here");
    let before = next.facts(learnt.fact.kind()).len();
    next.input(Input::Opened(vec![learnt.clone()]));
    assert_eq!(next.facts(learnt.fact.kind()).len(), before, "{:?}", next.kinds());
}

/// A move that left and waits for its answer.
fn moving() -> Table {
    let mut table = Table::new();
    table.quoted("q1", "28.80");
    let (target, limit) = (Some(usd("20.00")), Some(usd("26.00")));
    table.command(Command::OpenNegotiation { quote: key("q1"), target, limit });
    table.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    table.stored();
    table
}

/// The newest fact of this kind, and how many facts came since and with it.
fn learnt(dead: &Table, kind: &str) -> (Entry, usize) {
    let at = dead.journal.iter().rposition(|entry| entry.fact.kind() == kind).unwrap();
    (dead.journal[at].clone(), dead.journal.len() - at)
}

fn booking(table: &Table) -> (BookingState, bool) {
    let booking = &table.desk.state().bookings[0];
    (booking.state, booking.arrived())
}

#[test]
fn that_a_booking_arrived_stays_known_and_it_is_not_sent_again() {
    let mut dead = Table::sent();
    let waiting = Waiting { status: "pending_approval".into(), says: "a person looks".into() };
    dead.answer(Ok(Answer::Waiting(waiting)));
    let (waits, unstored) = learnt(&dead, "booking.waiting");
    for is_gone in [false, true] {
        let mut next = next(&dead, unstored);
        if is_gone {
            next.input(Input::OwnerLost("owner-1".into()));
            assert_eq!(booking(&next), (BookingState::Unknown, false));
        }
        takes_in(&mut next, &waits);
        assert_eq!(booking(&next), (BookingState::Waiting, true));
        assert_eq!(next.desk.state().exposure.total(), 12_000.into());
        let ticket = next.desk.state().bookings[0].intent.ticket.clone();
        next.command(Command::SendAgain { ticket, typed: "again".into() });
        assert_eq!((next.rule(), next.storing.len()), ("again", 0));
    }
}

#[test]
fn why_a_booking_is_in_doubt_stays_known() {
    let mut dead = Table::sent();
    // It arrived, and what came back says nothing.
    dead.answer(Err(error(ErrorKind::Nonsense, 200, "not_json")));
    let (unknown, unstored) = learnt(&dead, "booking.unknown");
    for is_gone in [false, true] {
        let mut next = next(&dead, unstored);
        if is_gone {
            next.input(Input::OwnerLost("owner-1".into()));
            next.journal.clear();
        }
        takes_in(&mut next, &unknown);
        assert_eq!(booking(&next), (BookingState::Unknown, true));
        next.input(Input::OwnerLost("owner-1".into()));
        let says = next.desk.state().bookings[0].says.clone().unwrap();
        assert!(says.contains("the booking left"), "{says}");
    }
    // The same words about another error are news.
    let mut next = next(&dead, unstored);
    next.desk.replay([unknown.clone()]);
    says_nothing_new(&mut next, &unknown);
    let mut another = unknown.clone();
    let Fact::BookingUnknown { error: told, .. } = &mut another.fact else { panic!() };
    let other = error(ErrorKind::Nonsense, 202, "empty_reply");
    *told = Some(other.clone());
    takes_in(&mut next, &another);
    assert_eq!(next.desk.state().bookings[0].error, Some(other));
    // What is known better stays.
    let deal = dead.deal("D-1", "q1", "active");
    for better in [
        Fact::BookingWaiting {
            ticket: ticket(&dead),
            quote: key("q1"),
            waiting: Waiting { status: "pending".into(), says: String::new() },
        },
        ended(&dead, BookingOutcome::Done { deal: Box::new(deal) }),
    ] {
        let mut next = self::next(&dead, unstored);
        next.desk.replay([Entry { fact: better, ..unknown.clone() }]);
        says_nothing_new(&mut next, &unknown);
    }
}

fn ticket(table: &Table) -> TicketId {
    table.desk.state().bookings[0].intent.ticket.clone()
}

fn ended(table: &Table, ending: BookingOutcome) -> Fact {
    Fact::BookingEnded { ticket: ticket(table), quote: key("q1"), ending }
}

fn refused() -> SellerError {
    error(ErrorKind::Refused, 409, "sold_out")
}

#[test]
fn what_ended_an_earlier_attempt_does_not_end_the_one_that_is_under_way() {
    let mut dead = Table::sent();
    dead.answer(Err(refused()));
    let (end, unstored) = learnt(&dead, "booking.refused");
    let mut once = next(&dead, unstored);
    takes_in(&mut once, &end);
    assert_eq!(
        (booking(&once).0, once.desk.state().exposure.total()),
        (BookingState::Refused, 0.into())
    );

    let mut twice = next(&dead, unstored);
    twice.now += jiff::SignedDuration::from_secs(60);
    let (ticket, quote, owner) = (ticket(&dead), key("q1"), "owner-2".to_owned());
    let fact = Fact::BookingRepeated { ticket, quote, attempt: 2, owner };
    twice.desk.replay([Entry { at: twice.now, fact, ..end.clone() }]);
    says_nothing_new(&mut twice, &end);
    assert_eq!(booking(&twice).0, BookingState::Sent);
    assert_eq!(twice.desk.state().exposure.total(), 12_000.into());
}

#[test]
fn a_deal_is_one_whatever_was_thought_of_its_booking_meanwhile() {
    let mut dead = Table::sent();
    let deal = dead.deal("D-7", "q1", "active");
    dead.answer(Ok(Answer::Deal(Box::new(deal))));
    let (done, unstored) = learnt(&dead, "booking.done");
    for thought in [
        BookingOutcome::Closed { why: "their desk says that it never came in".into() },
        BookingOutcome::Refused { error: refused() },
    ] {
        let mut next = next(&dead, unstored);
        next.desk.replay([Entry { fact: ended(&dead, thought), ..done.clone() }]);
        assert_eq!(next.desk.state().exposure.total(), 0.into());
        takes_in(&mut next, &done);
        assert_eq!(booking(&next).0, BookingState::Done);
        assert_eq!(next.desk.state().exposure.committed, 12_000.into());
        assert_eq!(next.desk.state().deals.len(), 1);
    }
    // A refusal that was learnt before a person closed it says nothing more.
    let mut next = next(&dead, unstored);
    let why = "their desk says that it never came in".to_owned();
    next.desk
        .replay([Entry { fact: ended(&dead, BookingOutcome::Closed { why }), ..done.clone() }]);
    let refusal =
        Entry { fact: ended(&dead, BookingOutcome::Refused { error: refused() }), ..done };
    says_nothing_new(&mut next, &refusal);
}

#[test]
fn a_refused_booking_that_the_seller_calls_booked_is_in_doubt_again() {
    let mut dead = Table::sent();
    dead.answer(Err(refused()));
    let (end, _) = learnt(&dead, "booking.refused");
    let (ticket, quote) = (ticket(&dead), key("q1"));
    let why = "it was refused, but the seller says that it is booked".to_owned();
    let fact = Fact::BookingUnknown { ticket, quote, why, error: None };
    let later = end.at + jiff::SignedDuration::from_secs(9);
    let mut after = next(&dead, 0);
    takes_in(&mut after, &Entry { at: later, fact: fact.clone(), ..end.clone() });
    assert_eq!(booking(&after).0, BookingState::Unknown);
    assert_eq!(after.desk.state().exposure.total(), 12_000.into());
    let mut before = next(&dead, 0);
    says_nothing_new(&mut before, &Entry { fact, ..end });
}

#[test]
fn a_move_that_failed_can_be_made_again_and_one_in_doubt_is_looked_up() {
    let game = |table: &Table| table.record("q1").negotiation.clone().unwrap();
    let mut dead = moving();
    dead.answer(Err(refused()));
    let (failed, unstored) = learnt(&dead, "move.failed");
    let mut next_desk = next(&dead, unstored);
    takes_in(&mut next_desk, &failed);
    assert_eq!(game(&next_desk).pending, None);
    assert_eq!(game(&next_desk).refused.unwrap().error, refused());
    next_desk.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    assert_eq!(next_desk.storing.len(), 1);
    // What became of the first says nothing of a later one.
    next_desk.now += jiff::SignedDuration::from_secs(60);
    next_desk.storing.clear();
    let mut later = next(&dead, 0);
    later.now = next_desk.now;
    later.command(Command::Offer { quote: key("q1"), cpm: usd("20.00"), note: None });
    later.stored();
    says_nothing_new(&mut later, &failed);
    assert!(game(&later).pending.is_some());

    let mut dead = moving();
    dead.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    let (unknown, unstored) = learnt(&dead, "move.unknown");
    let mut next = next(&dead, unstored);
    takes_in(&mut next, &unknown);
    assert!(game(&next).pending.unwrap().in_doubt);
    assert_eq!(next.record("q1").stage(), Stage::Unknown);
}

#[test]
fn an_agreement_found_in_the_history_is_kept() {
    let dead = moving();
    let quote = key("q1");
    let (outcome, agreed) = (Outcome::Accepted, Some(usd("20.00")));
    let why = "the seller's history says so".to_owned();
    let fact = Fact::NegotiationEnded { quote, outcome, why, agreed };
    let entry = Entry { fact, ..dead.journal.last().unwrap().clone() };
    let mut next = next(&dead, 0);
    takes_in(&mut next, &entry);
    assert_eq!(next.record("q1").agreed, agreed);
}

#[test]
fn what_is_not_known_here_is_left_for_a_desk_that_knows_it() {
    let mut dead = Table::sent();
    let deal = dead.deal("D-7", "q1", "active");
    dead.answer(Ok(Answer::Deal(Box::new(deal))));
    let (done, _) = learnt(&dead, "booking.done");
    let mut moves = moving();
    moves.answer(Ok(moved(1, "counter", "20.00", "27.00")));
    let (answered, _) = learnt(&moves, "move.answered");
    for entry in [done, answered] {
        let mut other = Table { desk: Desk::new(setup()), ..Table::new() };
        assert!(!can_judge(other.desk.state(), &entry));
        other.input(Input::Opened(vec![entry.clone()]));
        assert!(other.facts(entry.fact.kind()).is_empty());
    }
}

/// A command that reads lists takes in that a seller agreed, and asks it for nothing.
#[test]
fn what_only_takes_in_asks_no_seller_for_a_quote() {
    let mut dead = moving();
    dead.answer(Ok(moved(1, "accept", "20.00", "20.00")));
    let (agreed, unstored) = learnt(&dead, "move.answered");
    for asks in [true, false] {
        let mut next = next(&dead, unstored);
        if !asks {
            next.desk.asks_nobody();
        }
        takes_in(&mut next, &agreed);
        assert_eq!(next.record("q1").agreed, Some(usd("20.00")));
        assert_eq!(needs_requote(next.desk.state(), next.record("q1")), Some(usd("20.00")));
        assert_eq!(next.asked.len(), usize::from(asks));
        assert_eq!(next.facts("quote.requested").len(), usize::from(asks));
        let says = next.desk.state().message.clone().unwrap().says;
        assert_eq!(says.contains("(r)"), !asks, "{says}");
    }
}
