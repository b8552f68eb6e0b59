//! The timeline: what runs out when, on one axis.

use super::{
    harness::{Seat, look},
    world::seat,
};

fn open(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("harbor", "qt-h", "25.22", 2);
    seat.quoted("pinewave", "qt-p", "26.00", 240);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 g g j N 3 v");
    seat
}

#[test]
fn open_quotes_stand_on_one_axis_the_next_to_run_out_first() {
    look("timeline", open);
    look("timeline_empty", |size| {
        let mut seat = seat(size);
        seat.keys("3 v");
        seat
    });
}

#[test]
fn the_second_choice_that_dies_first_is_marked_and_said() {
    let mut seat = open((120, 36));
    assert!(seat.shows("the second choice of northlight (qt-1), gone 01:0"), "{}", seat.screen());
    seat.keys("j");
    assert!(seat.shows("settles within"), "{}", seat.screen());
}

#[test]
fn the_axis_stays_while_time_goes_and_what_is_over_leaves_it() {
    let mut seat = open((120, 36));
    let axis = |seat: &mut Seat| {
        let screen = seat.screen();
        screen
            .lines()
            .find(|line| line.contains("now  ") && line.contains("1h"))
            .unwrap()
            .to_owned()
    };
    let before = axis(&mut seat);
    seat.wait(60_000);
    assert_eq!(axis(&mut seat), before);
    seat.wait(70_000);
    assert_eq!(axis(&mut seat), before);
    assert!(seat.shows("TIMELINE of 2"), "{}", seat.screen());
}

#[test]
fn enter_goes_to_what_runs_out() {
    let mut seat = open((120, 36));
    seat.keys("j enter");
    assert!(seat.shows("[4 Ladder"), "{}", seat.screen());
    seat.keys("1 v enter");
    assert!(seat.shows("[3 Quotes"), "{}", seat.screen());
    assert_eq!(seat.commits(), 0);
}

#[test]
fn the_quotes_say_it_too() {
    let mut seat = open((120, 36));
    seat.keys("esc g g");
    assert!(seat.shows("! the second choice of northlight (qt-1), gone 01:0"), "{}", seat.screen());
}
