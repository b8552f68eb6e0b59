//! Every place where only ASCII can be shown: nothing else is drawn, and a question mark is one that stood
//! there before.

use dealdesk::tui::{App, Options};

use super::{
    harness::{SIZES, Seat},
    places::{PLACES, Words, full, go},
};

/// The full desk before a face of its own.
fn world(size: (u16, u16), ascii: bool) -> Seat {
    let mut seat = full(size, &Words::plain());
    let forker = Some(dealdesk::lab::fork as dealdesk::domain::fork::Forker);
    seat.app = App::new(Options { forker, ascii, ..Options::default() });
    seat.app.resized(size.0, size.1, seat.now);
    seat
}

#[test]
fn a_question_mark_is_one_and_nothing_else_is_drawn() {
    for size in SIZES {
        for place in PLACES {
            let [signs, plain] = [false, true].map(|ascii| {
                let mut seat = world(size, ascii);
                go(&mut seat, place);
                seat.buffer()
            });
            for (was, is) in signs.content.iter().zip(&plain.content) {
                let (was, is) = (was.symbol(), is.symbol());
                assert!(is.is_ascii(), "{place}: {is:?}");
                assert_eq!(was == "?", is == "?", "{place}: {was:?} became {is:?}");
                // What is ASCII stays as it is, but for a blank that a sign beside it takes.
                assert!(was == is || !was.is_ascii() || was == " ", "{place}: {was:?} {is:?}");
            }
        }
    }
}
