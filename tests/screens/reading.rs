//! A desk whose store is still being read: no figure and no list is shown as if it were all there is, and
//! nothing is done but a halt.

use dealdesk::{
    desk::{Command, Desk, Input},
    present::{Audience, Show},
};

use super::{
    harness::{SIZES, Seat},
    places::{Words, full},
    world::{seat, setup},
};

const READING: &str = "The store is being read";

/// The records of a desk with some of everything, at a desk that takes in the first part of them.
fn half(size: (u16, u16)) -> (Seat, Seat) {
    let known = full(if size.0 < 80 { SIZES[0] } else { size }, &Words::plain());
    let state = known.desk.state();
    assert!(!state.exposure.total().is_zero(), "money is out");
    let mut fresh = seat(size);
    fresh.now = known.now;
    let quotes = state.quotes.values().cloned().collect();
    fresh.desk.restoring(quotes, state.bookings.values().take(1).cloned().collect(), Vec::new());
    (known, fresh)
}

#[test]
fn a_sort_says_why_it_shows_nothing_yet() {
    for screen in ["1 s", "3 s"] {
        let (_, mut seat) = half((120, 36));
        seat.keys(screen);
        assert!(
            seat.shows("nothing to sort yet: the store is still being read"),
            "{}",
            seat.screen()
        );
    }
}

#[test]
fn between_two_parts_of_a_store_nothing_is_shown_as_if_it_were_all() {
    for size in SIZES {
        let (known, mut seat) = half(size);
        for key in ["1", "3", "9"] {
            let screen = seat.keys(key).screen();
            let header = screen.lines().next().unwrap();
            assert!(header.contains("exposure ?"), "{key}: {header}");
            assert!(!header.contains('$'), "{key}: {header}");
            assert!(screen.contains(READING), "{key}: {screen}");
            for untrue in ["Nothing yet", "No quotes yet", "Nothing has happened yet", "qt-"] {
                assert!(!screen.contains(untrue), "{key}: {untrue}\n{screen}");
            }
        }
        seat.keys("8");
        assert!(!seat.screen().contains("$0 held"), "{}", seat.screen());
        let state = known.desk.state();
        let rest = state.bookings.values().skip(1).cloned().collect();
        seat.desk.restoring(Vec::new(), rest, state.deals.values().cloned().collect());
        assert!(seat.keys("1").screen().contains(READING));
        seat.desk.restored();
        let (screen, was) = (seat.keys("1").screen(), known.desk.state().exposure.total());
        let header = screen.lines().next().unwrap();
        assert!(
            !screen.contains(READING) && header.contains("/$100k") || header.contains("of $100k"),
            "{screen}"
        );
        assert_eq!(seat.desk.state().exposure.total(), was);
    }
}

#[test]
fn at_a_size_that_is_too_small_it_is_said_as_well() {
    let (_, mut seat) = half((59, 15));
    let screen = seat.screen();
    assert!(screen.contains("exposure ?") && screen.contains(READING), "{screen}");
    assert!(!screen.contains("need you"), "{screen}");
    seat.desk.restored();
    assert!(seat.screen().contains("exposure $"));
}

#[test]
fn a_room_is_told_that_the_store_is_being_read() {
    let (_, mut seat) = half(SIZES[1]);
    let of = |seat: &Seat| Audience::of(seat.desk.state(), None, &Show::default());
    assert!(of(&seat).is_reading);
    let screen = seat.keys("f5").screen();
    assert!(screen.contains("the store is being read"), "{screen}");
    assert!(!screen.contains("nothing is on the board"), "{screen}");
    seat.desk.restored();
    assert!(!of(&seat).is_reading);
}

#[test]
fn nothing_is_booked_armed_or_negotiated_before_all_is_read() {
    let (known, mut seat) = half(SIZES[0]);
    let quote = known.desk.state().quotes.key(0).unwrap().clone();
    let (max_cpm, planned_spend, notes) = (None, None, None);
    for command in [
        Command::OpenTicket { quote: quote.clone(), max_cpm, planned_spend, notes },
        Command::OpenNegotiation { quote: quote.clone(), target: None, limit: None },
        Command::Requote(quote.clone()),
        Command::Resume { seller: None, typed: "resume".into() },
        Command::CloseTicket,
    ] {
        let refused = seat.input(Input::Command(command));
        assert_eq!(refused[0].rule, "store", "{refused:?}");
    }
    seat.wait(100_000_000);
    seat.input(Input::Wake);
    assert!(seat.asked.is_empty() && seat.storing.is_empty());
    let halted = Command::Halt { seller: None, why: "odd".into() };
    assert!(seat.input(Input::Command(halted)).is_empty());
    assert!(seat.desk.state().controls.halt.is_some());
}

#[test]
fn what_a_desk_beside_takes_in_is_what_the_desk_then_knows() {
    let known = full(SIZES[0], &Words::plain());
    let state = known.desk.state();
    let records = || {
        let quotes = state.quotes.values().cloned().collect();
        let bookings = state.bookings.values().cloned().collect();
        (quotes, bookings, state.deals.values().cloned().collect())
    };
    let (mut here, mut other) = (Desk::new(setup()), Desk::new(setup()));
    let (quotes, bookings, deals) = records();
    here.restore(quotes, bookings, deals, state.controls.clone());
    other.record();
    other.reading();
    other.stopped(state.controls.clone());
    let mut beside = other.beside();
    let (quotes, bookings, deals) = records();
    beside.restoring(quotes, bookings, deals);
    beside.restored();
    // What happens meanwhile stays.
    other.say(true, "meanwhile", known.now);
    other.take_over(beside);
    let mut replayed = Desk::replayed(setup());
    for (at, news) in other.recorded() {
        replayed.apply_update(news, at);
    }
    assert_eq!(other.state().message.as_ref().unwrap().says, "meanwhile");
    for desk in [&other, &replayed] {
        let (is, was) = (desk.state(), here.state());
        assert!(!is.is_reading && is.quotes == was.quotes && is.deals == was.deals);
        assert!(is.bookings == was.bookings && is.exposure == was.exposure);
        assert!(is.board.rows() == was.board.rows() && is.controls == was.controls);
        assert_eq!(is.schedule.next(), was.schedule.next());
        for seller in was.sellers.keys() {
            assert_eq!(is.places.dealings(seller), was.places.dealings(seller));
        }
    }
}
