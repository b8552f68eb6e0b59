//! What holds a trigger back: its time, halts, hands, other processes; and that whatever happens it books
//! once at most, within what was armed.

use dealdesk::{
    desk::{Command, Confirmation, Fact, Input, Mode, Setup},
    domain::{Answer, Ask, ErrorKind, QuoteRef, trigger::Scope},
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    harness::{Table, error, key, moved, setup, usd},
    rivals::{quoted, table},
    triggers::{arm, armed, countered, ended, intents, repriced, reread, terms, waiting},
};

/// A trigger whose ticket waits for its re-read.
fn checking() -> (Table, QuoteRef) {
    let (mut table, quote) = waiting(Scope::This);
    repriced(&mut table, &quote, "24.00");
    assert_eq!(table.asked.len(), 1);
    (table, quote)
}

/// A trigger whose intent is being stored.
fn storing() -> (Table, QuoteRef) {
    let (mut table, quote) = checking();
    reread(&mut table, &quote);
    assert_eq!(table.storing.len(), 1);
    (table, quote)
}

#[test]
fn what_comes_between_its_answer_and_the_send_gate_holds_it_back() {
    let (mut table, _) = storing();
    table.pass(8 * 60);
    table.stored();
    assert_eq!(table.bookings_asked(), 0, "its time was over before it left");
    let (mut table, _) = storing();
    table.command(Command::Halt { seller: None, why: "by hand".into() });
    table.stored();
    assert_eq!(table.bookings_asked(), 0);
    // Another process wrote first, and meanwhile its time was over.
    let (mut table, _) = storing();
    let (stored, _) = table.storing.remove(0);
    table.pass(8 * 60);
    table.input(Input::Conflict(stored));
    assert!(table.storing.is_empty());
    assert_eq!(table.bookings_asked(), 0);
    let mut table = Table::with(Setup { mode: Mode::Paper, ..setup() });
    let quote = table.quoted("q1", "26.00");
    arm(&mut table, &quote, Scope::This);
    repriced(&mut table, &quote, "24.00");
    reread(&mut table, &quote);
    table.stored();
    assert_eq!(table.bookings_asked(), 0, "paper sends nothing");
}

/// Something that comes between.
type Stops = fn(&mut Table, &QuoteRef);

#[test]
fn before_its_answer_everything_stops_it() {
    let stops: [Stops; 7] = [
        |table, _| table.command(Command::Disarm(armed(table)[0].id.clone())),
        |table, _| table.command(Command::CloseTicket),
        |table, _| table.command(Command::Halt { seller: None, why: "now".into() }),
        |table, quote| {
            let seller = Some(quote.seller.clone());
            table.command(Command::Halt { seller, why: "now".into() });
        },
        |table, _| table.pass(8 * 60),
        |table, _| table.armed_by = Some("ben (pid 7)".into()),
        |table, _| {
            // Another process lets it go.
            let id = armed(table)[0].id.clone();
            let mut other = Table::with(Setup { owner: "owner-2".into(), ..setup() });
            other.now = table.now;
            other.input(Input::Followed(table.journal.clone()));
            let known = other.journal.len();
            other.command(Command::Disarm(id));
            table.input(Input::Followed(other.journal.split_off(known)));
        },
    ];
    for (nth, stop) in stops.into_iter().enumerate() {
        let (mut table, quote) = checking();
        stop(&mut table, &quote);
        if !table.asked.is_empty() {
            reread(&mut table, &quote);
        }
        assert_eq!(intents(&table), 0, "{nth}");
        assert!(armed(&table).is_empty(), "{nth}: {}", ended(&table));
        table.pass(61);
        assert!(table.asked.is_empty(), "{nth}: nothing is asked again");
    }
}

#[test]
fn a_person_neither_answers_its_ticket_nor_opens_one_over_it() {
    let (mut table, quote) = waiting(Scope::This);
    table.quoted("q9", "25.00");
    repriced(&mut table, &quote, "24.00");
    table.command(Command::Confirm(Confirmation::Price(24.into())));
    assert_eq!((table.rule(), intents(&table)), ("ticket", 0));
    table.open_ticket("q9");
    assert_eq!(table.rule(), "ticket");
    assert_eq!(table.desk.state().ticket.as_ref().unwrap().quote, quote);
}

#[test]
fn a_ticket_that_is_closed_while_it_is_stored_makes_no_second_booking() {
    let (mut table, quote) = waiting(Scope::This);
    countered(&mut table, &quote);
    table.stored();
    table.answer(Ok(moved(2, "accept", "23.50", "23.50")));
    let carries = table.quote("q2", "23.50");
    table.answer(Ok(Answer::Quote(Box::new(carries))));
    reread(&mut table, &key("q2"));
    assert_eq!(table.storing.len(), 1);
    table.command(Command::CloseTicket);
    table.pass(1);
    let (stored, _) = table.storing.remove(0);
    table.input(Input::NotStored(stored, "full".into()));
    table.pass(1);
    assert!(table.asked.is_empty() && table.storing.is_empty(), "nothing is tried twice");
}

#[test]
fn an_acceptance_does_not_leave_once_its_trigger_is_over() {
    for halts in [false, true] {
        let (mut table, quote) = waiting(Scope::This);
        countered(&mut table, &quote);
        assert_eq!(table.storing.len(), 1);
        if halts {
            table.command(Command::Halt { seller: None, why: "now".into() });
        } else {
            table.command(Command::Disarm(armed(&table)[0].id.clone()));
        }
        table.stored();
        assert!(table.asked.is_empty() && armed(&table).is_empty());
    }
}

#[test]
fn another_price_than_the_one_that_was_taken_is_not_booked() {
    let (mut table, quote) = waiting(Scope::This);
    countered(&mut table, &quote);
    table.stored();
    table.answer(Ok(moved(2, "accept", "23.50", "23.90")));
    while let Some((_, Ask::Quote { .. })) = table.asked.first() {
        let carries = table.quote("q2", "23.90");
        table.answer(Ok(Answer::Quote(Box::new(carries))));
    }
    if !table.asked.is_empty() {
        reread(&mut table, &key("q2"));
    }
    assert_eq!(intents(&table), 0);
    assert!(armed(&table).is_empty());
}

#[test]
fn a_group_of_rivals_has_one_trigger_and_no_booking_that_is_not_settled() {
    let mut table = table();
    let own = table.quoted("q1", "26.00");
    let harbor = quoted(&mut table, "harbor", "h1", "27.00", 10);
    arm(&mut table, &own, Scope::This);
    arm(&mut table, &harbor, Scope::Any);
    assert_eq!((table.rule(), armed(&table).len()), ("armed", 1));

    let mut table = self::table();
    let own = table.quoted("q1", "26.00");
    table.quoted("q2", "25.00");
    table.armed("q2");
    table.command(Command::Confirm(Confirmation::Price(25.into())));
    table.stored();
    table.answer(Err(error(ErrorKind::Timeout, 0, "timeout")));
    table.asked.clear();
    arm(&mut table, &own, Scope::Any);
    assert_eq!((table.rule(), armed(&table).len()), ("booking", 0));
    arm(&mut table, &key("q2"), Scope::This);
    assert_eq!((table.rule(), armed(&table).len()), ("over", 0));
}

#[derive(Debug, Clone)]
enum Happens {
    Reprice(usize, i64),
    Pass(i64),
    Reread,
    Refuse,
    Store,
    Close,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0usize..3, 2_000i64..2_800).prop_map(|(which, cents)| Happens::Reprice(which, cents)),
        2 => (1i64..200).prop_map(Happens::Pass),
        5 => Just(Happens::Reread),
        1 => Just(Happens::Refuse),
        3 => Just(Happens::Store),
        1 => Just(Happens::Close),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whatever_happens_it_books_once_at_most_and_within_what_was_armed(
        any in any::<bool>(),
        all in proptest::collection::vec(happens(), 1..40),
    ) {
        let mut table = table();
        let quotes = [
            table.quoted("q1", "26.00"),
            quoted(&mut table, "harbor", "h1", "27.00", 10),
            quoted(&mut table, "pinewave", "p1", "28.00", 10),
        ];
        let scope = if any { Scope::Any } else { Scope::This };
        let terms = terms(&table, scope);
        arm(&mut table, &quotes[0], scope);
        for one in all {
            match one {
                Happens::Reprice(which, cents) => {
                    let key = &quotes[which];
                    table.command(Command::Reread(key.clone()));
                    let mut quote = table.desk.state().quote(key).unwrap().quote.clone();
                    let price = Decimal::new(cents, 2);
                    quote.pricing.final_cpm = Some(usd(&price.to_string()));
                    let at = table.asked.iter().rposition(|(_, ask)| *ask == Ask::GetQuote(key.quote_id.clone()));
                    if let Some(at) = at {
                        let (id, _) = table.asked.remove(at);
                        table.answer_to(id, Ok(Answer::Quote(Box::new(quote))));
                    }
                }
                Happens::Pass(seconds) => table.pass(seconds),
                Happens::Reread => {
                    let Some((_, Ask::GetQuote(id))) = table.asked.first().cloned() else { continue };
                    let known = quotes.iter().find(|key| key.quote_id == id).unwrap();
                    let quote = table.desk.state().quote(known).unwrap().quote.clone();
                    table.answer(Ok(Answer::Quote(Box::new(quote))));
                }
                Happens::Refuse => {
                    if !table.asked.is_empty() {
                        table.answer(Err(error(ErrorKind::Unavailable, 503, "busy")));
                    }
                }
                Happens::Store => {
                    if !table.storing.is_empty() {
                        table.stored();
                    }
                }
                Happens::Close => table.command(Command::CloseTicket),
            }
        }
        let made: Vec<_> = table.facts("intent.stored").into_iter().cloned().collect();
        let stored = table.storing.iter().map(|(_, entry)| entry.fact.clone());
        let made: Vec<_> = made.into_iter().chain(stored).collect();
        prop_assert!(made.len() <= 1, "{made:?}");
        for fact in made {
            let Fact::IntentStored { intent } = fact else { continue };
            prop_assert!(intent.confirmed <= terms.at_most && intent.cost <= terms.spend);
            prop_assert!(any || intent.quote == quotes[0]);
            let at = table.desk.state().bookings.get_index(0).map(|(_, booking)| booking.at);
            prop_assert!(at.is_none_or(|at| at < terms.until));
        }
    }
}
