//! What a room sees in place of the desk: every standing of a negotiation, nothing that lies over the
//! desk, and no key that does what nobody can see.

use dealdesk::{
    desk::{Command, Input, Setup},
    domain::{Answer, ErrorKind},
    present::{Audience, Scene, Show},
    tui::{App, Chord, Key, KeyKind, Options},
};

use super::{
    harness::{Seat, look},
    world::{error, moved, seat, setup},
};

/// A story that is told beside the desk.
fn story() -> Show {
    Show {
        name: "seed 42".into(),
        scene: Some(Scene { number: 4, of: 7, title: "The last dollar".into() }),
        caption: vec![
            "The seller has slowed down: −1.37, then −1.30.".into(),
            "Most buyers stop here. Watch what one more small step does.".into(),
        ],
        next: vec!["we send 23.30; Northlight answers in about 2 s".into()],
        speed: 200,
        faults: vec!["next reply is lost".into()],
        ..Show::default()
    }
}

/// Two rounds in, our turn.
fn played(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 G N e").typed("20").keys("enter N y").stored();
    seat.wait(1_900).answer(Ok(moved(1, "counter", "20.00", "25.99")));
    seat.wait(60_000).keys("e").typed("21.50").keys("enter N y").stored();
    seat.wait(1_700).answer(Ok(moved(2, "counter", "21.50", "24.69")));
    seat.wait(90_000);
    seat
}

/// Our third offer is with them.
fn answering(size: (u16, u16)) -> Seat {
    let mut seat = played(size);
    seat.keys("m N y").stored().wait(1_900);
    seat
}

fn raced(size: (u16, u16)) -> Seat {
    let mut seat = played(size);
    seat.quoted("harbor", "qt-h", "25.22", 14);
    seat.keys("3 / ctrl-u q t - h enter N e").typed("21").keys("enter N y").stored();
    seat.answer(Ok(moved(1, "counter", "21.00", "24.80")));
    seat.keys("4");
    seat
}

/// What a room sees of it.
fn before_a_room(mut seat: Seat) -> Seat {
    seat.keys("f5");
    seat
}

#[test]
fn a_room_sees_every_standing_of_a_negotiation() {
    look("audience_nothing", |size| before_a_room(seat(size)));
    look("audience_open", |size| {
        let mut seat = seat(size);
        seat.quoted("northlight", "qt-1", "27.36", 10);
        seat.keys("3 N");
        before_a_room(seat)
    });
    look("audience_they_ask", |size| before_a_room(played(size)));
    look("audience_story", |size| {
        let mut seat = played(size);
        seat.app.show(Some(story()));
        before_a_room(seat)
    });
    look("audience_bigger", |size| {
        let mut seat = before_a_room(played(size));
        seat.keys("f6");
        seat
    });
    look("audience_we_offer", |size| before_a_room(answering(size)));
    look("audience_lost", |size| {
        let mut seat = answering(size);
        seat.answer(Err(error(ErrorKind::Timeout, 0, "timeout", "no answer in 30 s")));
        before_a_room(seat)
    });
    look("audience_final", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "final_offer", "23.10", "23.85")));
        before_a_room(seat)
    });
    look("audience_agreed", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "accept", "23.10", "23.10")));
        let quote = seat.quote("northlight", "qt-2", "23.10", 10);
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        before_a_room(seat)
    });
    look("audience_refused", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "reject", "23.10", "24.69")));
        before_a_room(seat)
    });
    look("audience_walked", |size| {
        let mut seat = played(size);
        seat.keys("W y");
        before_a_room(seat)
    });
    look("audience_race", |size| before_a_room(raced(size)));
}

#[test]
fn a_room_is_seen_at_any_size_and_in_ascii() {
    for (name, size) in [("wide", (200, 60)), ("small", (59, 15))] {
        let mut seat = played((120, 36));
        seat.app.show(Some(story()));
        seat.size = size;
        seat.app.resized(size.0, size.1, seat.now);
        let screen = before_a_room(seat).screen();
        insta::assert_snapshot!(format!("audience_{name}_{}x{}", size.0, size.1), screen);
    }
    let mut seat = played((120, 36));
    let app = App::new(Options { ascii: true, ..Options::default() });
    seat.app = app;
    seat.app.resized(120, 36, seat.now);
    let screen = before_a_room(seat).screen();
    assert!(screen.is_ascii(), "{screen}");
    insta::assert_snapshot!("audience_ascii_120x36", screen);
}

#[test]
fn an_empty_screen_says_whose_desk_it_is_and_whose_money() {
    let mut seat = played((120, 36));
    seat.app.show(Some(story()));
    seat.keys("f5 f9 b");
    assert!(seat.shows("D E A L D E S K") && seat.shows("LIVE"), "{}", seat.screen());
    assert!(!seat.shows("24.69"), "{}", seat.screen());
    assert!(seat.app.audience(seat.desk.state()).show.is_blank);
    seat.keys("f5");
    assert!(!seat.app.audience(seat.desk.state()).show.is_blank);
}

#[test]
fn nothing_that_lies_over_the_desk_is_drawn_or_hears_a_key() {
    for (keys, open) in [
        ("3 B", "QUOTED"),
        ("4 A 2 4", "24.6"),
        ("4 m N", "COUNTER"),
        ("4 e 2 6", "DRAFT"),
        ("?", "RULE"),
        ("3 / 2 6 . 0", "26.0"),
    ] {
        let mut seat = played((120, 36));
        seat.keys(keys);
        let had_ticket = seat.app.has_ticket();
        let desk = seat.screen();
        seat.keys("f5");
        let room = seat.screen();
        assert!(room.contains("AUDIENCE VIEW") && !room.contains("exposure"), "{keys}: {room}");
        let (storing, asked) = (seat.storing.len(), seat.asked.len());
        for key in ["y", "enter", "2", "4", ".", "6", "9", "enter", "esc", "B", "q"] {
            seat.keys(key);
        }
        seat.paste("24.69");
        assert!(seat.shows("AUDIENCE VIEW"), "{keys}: {}", seat.screen());
        assert_eq!((seat.storing.len(), seat.asked.len()), (storing, asked), "{keys}");
        seat.keys("f5");
        assert_eq!(seat.app.has_ticket(), had_ticket, "{keys} ({open}): {}", seat.screen());
        let after = seat.screen();
        let body =
            |screen: &str| screen.lines().skip(4).take(24).map(str::to_owned).collect::<Vec<_>>();
        if !had_ticket {
            assert_eq!(body(&desk).len(), body(&after).len());
        }
    }
}

#[test]
fn a_key_that_would_open_a_ticket_is_refused_in_words_that_tell_nothing() {
    let mut seat = played((120, 36));
    seat.keys("4 e").typed("26.5").keys("enter").keys("f5");
    for key in ["N", "A", "B", "W", "Q", "U", "a", "+", "m", "3", "?", "/", ":"] {
        seat.keys(key);
        assert!(!seat.app.has_ticket(), "{key}");
        let screen = seat.screen();
        assert!(screen.contains("AUDIENCE VIEW") && !screen.contains("26"), "{key}: {screen}");
    }
    assert_eq!(seat.commits(), 0);
    seat.keys("N");
    assert!(seat.shows("audience: not while a room watches → F5 goes back to the desk"));
    seat.keys("f12");
    assert!(seat.desk.state().controls.halt.is_some(), "halt works everywhere");
    assert!(seat.shows("HALT"), "{}", seat.screen());
    assert!(!seat.shows("by hand"), "{}", seat.screen());
}

#[test]
fn the_next_negotiation_is_a_key_away_and_the_title_tells_no_count() {
    let mut seat = raced((120, 36));
    seat.keys("f5");
    assert!(seat.shows("HARBOR"), "{}", seat.screen());
    seat.keys("tab");
    assert!(seat.shows("NORTHLIGHT"), "{}", seat.screen());
    assert_eq!(seat.app.title(seat.desk.state()), "dealdesk LIVE");
}

#[test]
fn keys_are_named_for_two_seconds_but_not_what_is_typed() {
    let mut seat = played((120, 36));
    seat.keys("+ + N y").stored();
    seat.keys("f5");
    assert!(seat.shows("keys   +   N   y"), "{}", seat.screen());
    let wakes = seat.app.next_wake(seat.desk.state(), seat.now);
    assert!(wakes.is_some());
    seat.wait(2_500);
    assert!(!seat.shows("keys   +"), "{}", seat.screen());
    seat.answer(Ok(moved(3, "counter", "21.60", "24.00")));
    seat.keys("f5 e").typed("26.5");
    for letter in "acme".chars() {
        seat.chord(Chord::key(Key::Char(letter)), KeyKind::Press);
    }
    let shown = seat.app.audience(seat.desk.state()).show.keys.clone();
    let names: Vec<_> = shown.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["N", "y", "e"]);
}

#[test]
fn what_a_room_may_see_is_made_again_only_where_something_changed() {
    let mut seat = played((120, 36));
    let first = seat.app.audience(seat.desk.state()).clone();
    seat.wait(5_000);
    assert_eq!(*seat.app.audience(seat.desk.state()), first);
    let text = serde_json::to_string(&first).unwrap();
    assert_eq!(serde_json::from_str::<Audience>(&text).unwrap(), first);
    seat.input(Input::Command(Command::Halt { seller: None, why: "secret reason".into() }));
    let halted = seat.app.audience(seat.desk.state()).clone();
    assert!(halted.is_halted && halted != first);
    assert!(!serde_json::to_string(&halted).unwrap().contains("secret reason"));
}

#[test]
fn clients_and_what_sellers_know_us_by_are_labels_in_every_text() {
    let setup = Setup { private_clients: vec!["Brightside Water".into()], ..setup() };
    let mut seat = Seat::with(setup, (120, 36));
    let mut quote = seat.quote("northlight", "qt-1", "27.36", 10);
    quote.product.name = "CTV for BRIGHTSIDE-WATER".into();
    quote.pricing.rationale = "Dear Omnicom-456, for Coca-Cola and brightside_water".into();
    seat.quoted_as(quote);
    seat.app.show(Some(Show { caption: vec!["Brightside water buys".into()], ..story() }));
    seat.keys("3 N f5");
    let screen = seat.screen();
    assert!(screen.contains("CTV for CLIENT A") && screen.contains("CLIENT A buys"), "{screen}");
    let audience = seat.app.audience(seat.desk.state());
    let words = audience.talk().and_then(|talk| talk.their_words());
    assert_eq!(words, Some("Dear OUR AGENCY, for OUR ADVERTISER and CLIENT A"));
}

/// Every path in the type's JSON: a new one is something that somebody must have looked at.
#[test]
fn the_type_has_the_fields_that_were_looked_at_and_no_other() {
    let mut seat = raced((120, 36));
    seat.app.show(Some(story()));
    seat.keys("m N y").stored();
    let value = serde_json::to_value(seat.app.audience(seat.desk.state())).unwrap();
    let mut paths = std::collections::BTreeSet::new();
    collect(&value, "", &mut paths);
    insta::assert_snapshot!("audience_fields", paths.into_iter().collect::<Vec<_>>().join("\n"));
}

fn collect(value: &serde_json::Value, path: &str, paths: &mut std::collections::BTreeSet<String>) {
    if let Some(fields) = value.as_object() {
        for (name, value) in fields {
            collect(value, &format!("{path}.{name}"), paths);
        }
    } else if let Some(all) = value.as_array() {
        for value in all {
            collect(value, &format!("{path}[]"), paths);
        }
    } else {
        paths.insert(path.to_owned());
    }
}
