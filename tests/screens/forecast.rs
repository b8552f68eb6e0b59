//! The forecast: beside the rounds where there is room, behind a key where there is none, in the race, and
//! nowhere while it is hidden or before a room.

use dealdesk::{
    domain::{Answer, QuoteRef},
    present::{Audience, Show},
};

use super::{
    harness::{Seat, look},
    world::{moved, seat},
};

/// What northlight agreed to after it had answered 26.00 to 20.00 on a quote of 28.00.
const SETTLED: [&str; 5] = ["24.20", "24.70", "24.50", "23.90", "24.40"];

/// Talks with northlight that are over: so many of those that agreed, and one that it refused.
fn talked(size: (u16, u16), agreed: usize) -> Seat {
    let mut seat = seat(size);
    for (nth, price) in SETTLED.iter().enumerate().take(agreed) {
        begin(&mut seat, &format!("qt-a{nth}"));
        seat.keys("e").typed(price).keys("enter N y").stored();
        seat.wait(1_700).answer(Ok(moved(2, "accept", price, price)));
        let quote = seat.quote("northlight", &format!("qt-b{nth}"), price, 10);
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        seat.keys("3 G x");
    }
    begin(&mut seat, "qt-r");
    seat.keys("e").typed("20.50").keys("enter N y").stored();
    seat.wait(1_700).answer(Ok(moved(2, "reject", "20.50", "28.00")));
    seat
}

/// A quote of 28.00 from northlight, the first offer and the answer to it.
fn begin(seat: &mut Seat, id: &str) {
    seat.wait(60_000).quoted("northlight", id, "28.00", 10);
    seat.keys("3 G N e").typed("20").keys("enter N y").stored();
    seat.wait(1_900).answer(Ok(moved(1, "counter", "20.00", "26.00")));
}

/// Past talks, and one that runs: our turn.
fn played(size: (u16, u16)) -> Seat {
    let mut seat = talked(size, SETTLED.len());
    begin(&mut seat, "qt-1");
    seat
}

fn raced(size: (u16, u16)) -> Seat {
    let mut seat = played(size);
    seat.quoted("harbor", "qt-h", "27.00", 20);
    seat.keys("v");
    seat
}

#[test]
fn a_forecast_looks_like_one() {
    look("forecast", played);
    look("forecast_draft", |size| {
        let mut seat = played(size);
        seat.keys("m");
        seat
    });
    look("forecast_in_full", |size| {
        let mut seat = played(size);
        seat.keys("m c");
        seat
    });
    look("forecast_final", |size| {
        let mut seat = played(size);
        seat.keys("m N y").stored().wait(1_500);
        seat.answer(Ok(moved(2, "final_offer", "23.00", "24.10")));
        seat
    });
    look("forecast_of_nothing_in_full", |size| {
        let mut seat = seat(size);
        begin(&mut seat, "qt-1");
        seat.keys("c");
        seat
    });
    look("forecast_over", |size| {
        let mut seat = played(size);
        seat.keys("A").typed("26.00").keys("enter").stored().wait(1_500);
        seat.answer(Ok(moved(2, "accept", "26.00", "26.00")));
        seat
    });
    look("forecast_race", raced);
    let mut wide = played((200, 60));
    insta::assert_snapshot!("forecast_200x60", wide.screen());
}

#[test]
fn it_says_from_how_many_talks_and_how_often_it_held() {
    let mut seat = played((120, 36));
    assert!(
        seat.shows("from 6 past talks; its range held 2 of 3 times: 67% (few)"),
        "{}",
        seat.screen()
    );
    assert!(
        seat.shows("settles 23.90–24.70, near 24.40: 5 of 6 ended with a price"),
        "{}",
        seat.screen()
    );
    assert!(seat.shows("forecast low 23.90 ┈"), "{}", seat.screen());
}

#[test]
fn with_too_little_to_go_on_it_says_so() {
    let mut seat = seat((120, 36));
    begin(&mut seat, "qt-1");
    assert!(seat.shows("nothing to go on: no history with this seller yet"), "{}", seat.screen());
    let mut seat = talked((120, 36), 0);
    begin(&mut seat, "qt-1");
    assert!(seat.shows("nothing to go on yet: 1 past talk"), "{}", seat.screen());
    let mut seat = talked((120, 36), 1);
    begin(&mut seat, "qt-1");
    assert!(seat.shows("settles ?: 1 of 2 ended with a price, 2 are needed"), "{}", seat.screen());
    assert!(
        seat.shows("from 2 past talks; no range of it could be tried yet"),
        "{}",
        seat.screen()
    );
}

#[test]
fn it_follows_the_talk_and_the_draft() {
    let mut seat = played((120, 36));
    seat.keys("e").typed("24.30").keys("enter");
    assert!(seat.shows("▸     24.30          75%"), "{}", seat.screen());
    seat.keys("esc e").typed("23.50").keys("enter N y").stored().wait(1_500);
    seat.answer(Ok(moved(2, "counter", "23.50", "24.90")));
    assert!(seat.shows("settles 23.50–23.66"), "never below our last: {}", seat.screen());
    seat.keys("e").typed("24.10").keys("enter N y").stored().wait(1_500);
    seat.answer(Ok(moved(3, "counter", "24.10", "24.80")));
    assert!(seat.shows("settles ?: past talks settled under our 24.10"), "{}", seat.screen());
}

#[test]
fn one_key_hides_it_everywhere_and_shows_it_again() {
    let ladder: fn((u16, u16)) -> Seat = played;
    for (at, size) in
        [(ladder, (120, 36)), (raced, (120, 36)), (raced, (200, 60)), (ladder, (80, 24))]
    {
        let mut seat = at(size);
        let before = seat.screen();
        seat.keys("p").wait(60_000);
        let hidden = seat.screen();
        for word in ["FORECAST", "forecast low", "23.90–24.70", "its range held"] {
            assert!(!hidden.contains(word), "{word}: {hidden}");
        }
        seat.keys("c");
        assert!(seat.shows("it is hidden → p shows it again"), "{}", seat.screen());
        seat.keys("p");
        let again = seat.screen();
        assert_eq!(again.contains("FORECAST"), before.contains("FORECAST"), "{again}");
    }
}

#[test]
fn a_room_is_given_none() {
    let mut seat = played((120, 36));
    seat.keys("m c");
    assert!(seat.shows("HELD"), "{}", seat.screen());
    let key = QuoteRef::new("northlight", "qt-1");
    let audience = Audience::of(seat.desk.state(), Some(&key), &Show::default());
    let told = serde_json::to_string(&audience).unwrap();
    seat.keys("esc f5");
    let screen = seat.screen();
    for word in ["23.90–24.70", "forecast low", "its range held", "past talks"] {
        assert!(!told.contains(word) && !screen.contains(word), "{word}: {told}{screen}");
    }
}
