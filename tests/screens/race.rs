//! The race: several sellers on one axis, each with its own draft and clock, and what is ready once one
//! of them agrees.

use dealdesk::domain::Ask;

use super::{
    harness::{Seat, look},
    world::{moved, seat},
};

/// Two sellers that are talked to and one that is not: our turn with both.
fn raced(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("pinewave", "qt-p", "25.22", 4);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.quoted("harbor", "qt-h", "27.00", 20);
    seat.keys("3 G N e").typed("20.50").keys("enter N y").stored();
    seat.wait(1_700).answer(Ok(moved(1, "counter", "20.50", "26.20")));
    seat.keys("3 g g j N e").typed("20").keys("enter N y").stored();
    seat.wait(1_900).answer(Ok(moved(1, "counter", "20.00", "25.99")));
    seat.wait(30_000).keys("e").typed("21.50").keys("enter N y").stored();
    seat.wait(1_700).answer(Ok(moved(2, "counter", "21.50", "24.69")));
    seat.keys("v");
    seat
}

/// northlight has agreed; harbor still talks.
fn agreed(size: (u16, u16)) -> Seat {
    let mut seat = raced(size);
    seat.keys("A").typed("24.69").keys("enter").stored();
    seat.wait(1_500).answer(Ok(moved(3, "accept", "24.69", "24.69")));
    seat
}

/// The prices beside the axis.
fn labels(seat: &mut Seat) -> Vec<String> {
    let price = |line: &str| {
        let label = line.split('│').next()?.trim().to_owned();
        (label.contains('.') && label.len() < 8).then_some(label)
    };
    seat.screen().lines().filter_map(price).collect()
}

#[test]
fn a_race_looks_like_one() {
    look("race", raced);
    look("race_drafts", |size| {
        let mut seat = raced(size);
        seat.keys("m tab ]");
        seat
    });
    look("race_answering", |size| {
        let mut seat = raced(size);
        seat.keys("m N y").stored().wait(1_400);
        seat
    });
    look("race_not_begun", |size| {
        let mut seat = raced(size);
        seat.keys("tab tab");
        seat
    });
    look("race_agreed", agreed);
    let mut wide = raced((200, 60));
    insta::assert_snapshot!("race_200x60", wide.screen());
}

#[test]
fn one_axis_stands_still_whoever_answers_until_a_person_zooms_it() {
    let mut seat = raced((120, 36));
    let before = labels(&mut seat);
    assert!(before.len() > 15, "{before:?}");
    // harbor answers although northlight is looked at, and far from where it was.
    seat.keys("tab tab tab m N y").stored();
    seat.keys("tab ] N y").stored();
    let harbor = |seller: &dealdesk::domain::SellerName, _: &Ask| seller.as_str() == "harbor";
    seat.answer_where(harbor, Ok(moved(2, "counter", "20.75", "19.00")));
    assert_eq!(labels(&mut seat), before);
    seat.answer(Ok(moved(3, "counter", "23.10", "24.00")));
    assert_eq!(labels(&mut seat), before);
    seat.keys("tab");
    assert_eq!(labels(&mut seat), before, "choosing another seller moves nothing");
    seat.keys("z");
    assert_ne!(labels(&mut seat), before);
}

#[test]
fn every_seller_keeps_its_own_draft_and_gets_no_other_sellers_move() {
    let mut seat = raced((120, 36));
    seat.keys("m");
    assert!(seat.shows("23.10 ▸ draft"), "{}", seat.screen());
    seat.keys("tab ]");
    assert!(seat.shows("20.75 ▸ draft") && seat.shows("23.10 ▸ draft"), "{}", seat.screen());
    seat.keys("N");
    assert!(seat.shows("COUNTER 20.75 USD to harbor"), "{}", seat.screen());
    seat.keys("y").stored();
    let (_, seller, ask) = seat.asked.last().unwrap().clone();
    let Ask::Counter { cpm, .. } = ask else { panic!("{ask:?}") };
    assert_eq!((seller.as_str(), cpm.plain().as_str()), ("harbor", "20.75"));
    assert!(seat.shows("23.10 ▸ draft"), "northlight's draft stands: {}", seat.screen());
    seat.keys("backtab N");
    assert!(seat.shows("COUNTER 23.10 USD to northlight"), "{}", seat.screen());
}

#[test]
fn best_cover_and_savings_follow_what_each_can_be_had_for() {
    let mut seat = raced((120, 36));
    assert!(seat.shows("best 24.69 northlight · cover 25.22 pinewave"), "{}", seat.screen());
    assert!(seat.shows("24.69 ◉ R2  BEST"), "{}", seat.screen());
    assert!(seat.shows("25.22 ◉ quote  COVER"), "{}", seat.screen());
    // 500,000 impressions: 2.67 under its quote, 0.53 under the cover.
    assert!(seat.shows("−1,335.00") && seat.shows("−265.00"), "{}", seat.screen());
    // The cover runs out: the next one takes its place.
    seat.wait(4 * 60_000);
    assert!(seat.shows("cover 26.20 harbor"), "{}", seat.screen());
}

#[test]
fn accepting_one_makes_walks_ready_and_sends_none() {
    let mut seat = agreed((120, 36));
    let to_harbor = |seat: &Seat| {
        seat.asked.iter().filter(|(_, seller, _)| seller.as_str() == "harbor").count()
    };
    assert!(seat.shows("WALKS READY harbor"), "{}", seat.screen());
    assert!(seat.shows("Thank you for your time"), "{}", seat.screen());
    seat.wait(60_000);
    assert_eq!((to_harbor(&seat), seat.storing.len()), (0, 0), "nothing leaves by itself");
    // Each needs its own key and its own answer.
    seat.keys("tab W");
    assert!(seat.shows("WALK away from harbor"), "{}", seat.screen());
    assert!(seat.shows("WALKS READY harbor") || seat.app.has_ticket());
    seat.keys("y");
    assert!(!seat.shows("WALKS READY"), "{}", seat.screen());
}

#[test]
fn the_note_of_a_walk_names_nobody_else_no_price_and_no_round() {
    let mut seat = agreed((120, 36));
    seat.keys("tab y w");
    let note = seat.copied.last().unwrap().clone();
    assert!(note.contains("qt-h"), "{note}");
    for word in ["northlight", "pinewave", "24.69", "25.22", "26.20", "20.50", "R1", "round"] {
        assert!(!note.contains(word), "{word}: {note}");
    }
}

#[test]
fn a_race_of_one_is_none_and_says_how_to_get_more() {
    let mut seat = seat((120, 36));
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 N v");
    assert!(seat.shows("nobody else is in it"), "{}", seat.screen());
    let mut seat = raced((120, 36));
    assert!(seat.shows("RACE of 3"), "{}", seat.screen());
    seat.keys("enter");
    assert!(!seat.shows("RACE of"), "{}", seat.screen());
    seat.keys("v esc");
    assert!(!seat.shows("RACE of"), "{}", seat.screen());
}
