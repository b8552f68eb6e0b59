//! "What if": a negotiation played again from one of its rounds. It is SIM, and no key of it sends.

use dealdesk::domain::Answer;
use ratatui::style::Modifier;

use super::{
    harness::{Seat, keys, look},
    world::{moved, seat},
};

/// A seller that comes down two dollars a round, whatever is offered; our turn.
fn played(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("harbor", "qt-h", "25.22", 4);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 G N e").typed("18").keys("enter N y").stored();
    seat.wait(1_900).answer(Ok(moved(1, "counter", "18.00", "25.36")));
    seat.keys("e").typed("19").keys("enter N y").stored();
    seat.wait(1_700).answer(Ok(moved(2, "counter", "19.00", "23.36")));
    seat
}

#[test]
fn a_round_is_played_again_by_every_strategy() {
    look("what_if", |size| {
        let mut seat = played(size);
        seat.keys("i");
        seat
    });
    look("what_if_from_the_start", |size| {
        let mut seat = played(size);
        seat.keys("i left down");
        seat
    });
    let mut seat = played((120, 36));
    seat.keys("i");
    assert!(seat.shows("stubborn: comes down 2.00 a round"), "{}", seat.screen());
    assert!(seat.shows("how low it goes was not seen"), "{}", seat.screen());
    // A new answer is learnt from at once; Esc leads back.
    seat.keys("esc");
    seat.keys("e").typed("20").keys("enter N y").stored();
    seat.answer(Ok(moved(3, "counter", "20.00", "22.90")));
    seat.keys("i");
    assert!(seat.shows("3 of 3 answers"), "{}", seat.screen());
    seat.keys("esc");
    assert!(!seat.shows("what if, from"), "{}", seat.screen());
}

#[test]
fn sim_stands_reversed_on_it_at_every_size() {
    for size in [(80, 24), (120, 36), (200, 60)] {
        let mut seat = played(size);
        seat.keys("i");
        let buffer = seat.buffer();
        let width = usize::from(buffer.area.width);
        let marked = buffer.content().windows(3).enumerate().any(|(place, cells)| {
            let word: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
            let reversed = cells.iter().all(|cell| cell.modifier.contains(Modifier::REVERSED));
            place % width < width - 3 && word == "SIM" && reversed
        });
        assert!(marked, "{size:?}: {}", seat.screen());
    }
}

#[test]
fn no_key_of_it_asks_a_seller_or_opens_a_ticket() {
    for key in keys() {
        let mut seat = played((120, 36));
        seat.keys("i");
        let (asked, deals) = (seat.asked.len(), seat.desk.state().folded);
        for _ in 0..3 {
            seat.chord(key, dealdesk::tui::KeyKind::Press);
            seat.wait(400);
            assert!(!seat.app.has_ticket(), "{key:?} opens a ticket");
            // The one key that always works stops everything: that is a fact, and no question.
            let halts = seat.desk.state().controls.halt.is_some();
            assert!(halts || seat.desk.state().folded == deals, "{key:?} changes the desk");
            assert_eq!((seat.asked.len(), seat.commits()), (asked, 0), "{key:?} asks");
            // Once it is closed the ladder's own keys hold again.
            if !seat.shows("what if, from") {
                break;
            }
        }
    }
}

#[test]
fn where_nothing_was_offered_it_says_so() {
    let mut seat = seat((120, 36));
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 N i");
    assert!(!seat.shows("what if, from"), "{}", seat.screen());
    seat.keys("e").typed("18").keys("enter N y").stored();
    seat.keys("i");
    assert!(seat.shows("nothing was offered here yet"), "{}", seat.screen());
    seat.answer(Ok(moved(1, "accept", "18.00", "18.00")));
    let quote = seat.quote("northlight", "qt-2", "18.00", 10);
    seat.answer(Ok(Answer::Quote(Box::new(quote))));
    seat.keys("i");
    assert!(seat.shows("what if, from"), "{}", seat.screen());
}
