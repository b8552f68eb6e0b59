//! Ladder: the axis, the rounds, drafts, and every way a negotiation can stand.

use dealdesk::{
    desk::{Command, Input, SellerInfo, Setup},
    domain::{Answer, ErrorKind, Tier},
};

use jiff::SignedDuration;

use super::{
    harness::{Seat, look},
    world::{error, moved, seat, setup},
};

/// Three rounds in, our turn, a fallback at another seller.
fn played(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.quoted("harbor", "qt-h", "25.22", 4);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 G N e").typed("20").keys("enter N y").stored();
    seat.wait(1_900).answer(Ok(moved(1, "counter", "20.00", "25.99")));
    seat.wait(60_000).keys("e").typed("0").keys("esc e").typed("21.50").keys("enter N y");
    seat.stored();
    seat.wait(1_700).answer(Ok(moved(2, "counter", "21.50", "24.69")));
    seat.wait(90_000);
    seat
}

fn answering(size: (u16, u16)) -> Seat {
    let mut seat = played(size);
    seat.keys("m N y").stored().wait(1_900);
    seat
}

#[test]
fn every_standing_of_a_negotiation_has_its_own_look() {
    look("ladder_empty", |size| {
        let mut seat = seat(size);
        seat.keys("4");
        seat
    });
    look("ladder_open", |size| {
        let mut seat = seat(size);
        seat.quoted("northlight", "qt-1", "27.36", 10);
        seat.keys("3 N");
        seat
    });
    look("ladder_my_turn", played);
    look("ladder_draft", |size| {
        let mut seat = played(size);
        seat.keys("m");
        seat
    });
    look("ladder_draft_refused", |size| {
        let mut seat = played(size);
        seat.keys("e").typed("26.50");
        seat
    });
    look("ladder_counter_ticket", |size| {
        let mut seat = played(size);
        seat.keys("m N");
        seat
    });
    look("ladder_answering", answering);
    look("ladder_unknown", |size| {
        let mut seat = answering(size);
        seat.answer(Err(error(ErrorKind::Timeout, 0, "timeout", "no answer in 30 s")));
        seat
    });
    look("ladder_final", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "final_offer", "23.10", "23.85")));
        seat.keys("+");
        seat
    });
    look("ladder_accept_ticket", |size| {
        let mut seat = played(size);
        seat.keys("A").typed("24.6");
        seat
    });
    look("ladder_walk_ticket", |size| {
        let mut seat = played(size);
        seat.keys("W");
        seat
    });
    look("ladder_auto_ticket", |size| {
        let mut seat = played(size);
        seat.keys("a");
        seat
    });
    look("ladder_auto_on", |size| {
        let mut seat = played(size);
        seat.keys("a y");
        seat
    });
    look("ladder_agreed_asking", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "accept", "23.10", "23.10")));
        seat.wait(1_200);
        seat
    });
    look("ladder_agreed", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "accept", "23.10", "23.10")));
        let quote = seat.quote("northlight", "qt-2", "23.10", 10);
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        seat
    });
    look("ladder_agreed_dearer", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "accept", "23.10", "23.10")));
        let quote = seat.quote("northlight", "qt-2", "27.36", 10);
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        seat
    });
    look("ladder_walked", |size| {
        let mut seat = played(size);
        seat.keys("W y");
        seat
    });
    look("ladder_rejected", |size| {
        let mut seat = answering(size);
        seat.answer(Ok(moved(3, "reject", "23.10", "24.69")));
        seat
    });
    look("ladder_raw", |size| {
        let mut seat = played(size);
        seat.keys("enter");
        seat
    });
}

#[test]
fn drafting_sends_nothing_and_keeps_to_cents() {
    let mut seat = played((120, 36));
    for (keys, draft) in [
        ("+", "21.55"),
        ("- -", "21.45"),
        ("]", "21.70"),
        ("[", "21.45"),
        ("m", "23.10"),
        ("=", "24.69"),
    ] {
        seat.keys(keys);
        assert!(seat.shows(&format!("draft {draft}")), "{keys}: {}", seat.screen());
    }
    assert_eq!(seat.commits(), 0);
    seat.keys("esc");
    assert!(!seat.shows("draft 2"), "{}", seat.screen());
    seat.keys("N");
    assert!(seat.shows("no price is drafted"), "{}", seat.screen());
}

#[test]
fn a_draft_survives_another_screen_and_another_size() {
    let mut seat = played((120, 36));
    seat.keys("m 3 2 4");
    seat.size = (80, 24);
    seat.app.resized(80, 24, seat.now);
    assert!(seat.shows("draft 23.10"), "{}", seat.screen());
}

#[test]
fn the_axis_stands_still_until_a_person_zooms_it() {
    let mut seat = played((120, 36));
    let labels = |screen: &str| -> Vec<String> {
        screen.lines().filter_map(|line| Some(line.split('│').nth(1)?.trim().to_owned())).collect()
    };
    let before = labels(&seat.screen());
    assert!(before.contains(&"25.00".to_owned()), "{before:?}");
    seat.keys("m N y").stored();
    seat.answer(Ok(moved(3, "counter", "23.10", "23.40")));
    assert_eq!(labels(&seat.screen()), before);
    seat.keys("z");
    assert_ne!(labels(&seat.screen()), before);
}

#[test]
fn an_offer_that_would_be_refused_opens_no_ticket_and_says_the_cure() {
    let mut seat = played((120, 36));
    for (price, words) in [
        ("26.01", "above your limit"),
        ("24.70", "is not under their"),
        ("22.0055", "whole cents"),
        ("22.005", "it can be 22.0050 or 22005"),
        ("22.005", "it can be 22.0050 or 22005"),
    ] {
        seat.keys("e");
        for _ in 0..8 {
            seat.keys("backspace");
        }
        seat.typed(price).keys("enter");
        if !seat.shows(words) {
            seat.keys("N");
        }
        assert!(!seat.app.has_ticket(), "{price}");
        assert!(seat.shows(words), "{price}: {}", seat.screen());
    }
    assert_eq!(seat.commits(), 0);
}

#[test]
fn going_back_on_ones_own_offer_is_asked_twice() {
    let mut seat = played((120, 36));
    seat.keys("e").typed("21").keys("enter N y");
    assert!(seat.storing.is_empty());
    assert!(seat.shows("below your own last"), "{}", seat.screen());
    assert!(seat.shows("⏎ sends it all the same"), "{}", seat.screen());
    assert!(!seat.shows("y sends it"), "one key sends it: {}", seat.screen());
    // Not with the key that was asked about, however late: another one.
    seat.wait(5_000).keys("y");
    assert!(seat.storing.is_empty(), "{}", seat.screen());
    seat.keys("enter");
    assert_eq!(seat.storing.len(), 1);
}

#[test]
fn a_wrong_price_accepts_nothing_and_their_new_price_closes_the_ticket() {
    let mut seat = played((120, 36));
    seat.keys("A").typed("24.96").keys("enter");
    assert!(seat.storing.is_empty());
    assert!(seat.shows("their price is 24.69"), "{}", seat.screen());
    assert!(seat.app.has_ticket());
    seat.keys("esc");
    assert!(!seat.app.has_ticket());
}

#[test]
fn a_final_offer_leaves_only_yes_and_no() {
    let mut seat = answering((120, 36));
    seat.answer(Ok(moved(3, "final_offer", "23.10", "23.85")));
    seat.keys("m");
    assert!(seat.shows("their final offer"), "{}", seat.screen());
    seat.keys("N");
    assert!(!seat.app.has_ticket());
    assert!(seat.shows("their final offer"), "{}", seat.screen());
    seat.keys("A").typed("23.85").keys("enter");
    assert_eq!(seat.storing.len(), 1);
}

#[test]
fn who_may_not_negotiate_is_told_what_would_open_it() {
    let mut seat = seat((120, 36));
    let mut quote = seat.quote("pinewave", "qt-p", "9.80", 90);
    quote.buyer_tier = Some(Tier::Public);
    seat.quoted_as(quote);
    seat.keys("3 N");
    let said = seat.screen();
    assert!(seat.shows("N again tries all the same"), "{said}");
    assert!(seat.shows("reveal the agency to this seller") && !seat.shows("Ladder qt-p"), "{said}");
    assert!(seat.asked.is_empty());
    seat.keys("N");
    assert!(seat.asked.is_empty() && seat.storing.is_empty(), "it sends nothing");
    let quote = seat.desk.state().quotes.values().next().unwrap();
    assert!(quote.negotiation.is_some(), "{}", seat.screen());
    seat.keys("e").typed("9").keys("enter N y").stored();
    assert_eq!(seat.asked.len(), 1, "{}", seat.screen());
}

#[test]
fn a_move_of_ones_own_takes_over_from_the_strategy() {
    for key in ["A", "W", "m N"] {
        let setup = Setup { auto_pause: SignedDuration::from_secs(5), ..setup() };
        let mut seat = Seat::with(setup, (120, 36));
        seat.quoted("northlight", "qt-1", "27.36", 10);
        seat.keys("3 N e").typed("20").keys("enter N y").stored();
        seat.answer(Ok(moved(1, "counter", "20.00", "25.99")));
        seat.keys("a y");
        assert!(seat.shows("a takes over"), "{}", seat.screen());
        seat.keys(key);
        assert!(seat.storing.is_empty(), "{key}");
        let state = seat.desk.state();
        let game = state.quotes.values().find_map(|record| record.negotiation.as_ref()).unwrap();
        assert!(game.auto.is_none(), "{key}");
        seat.keys("esc").wait(20_000);
        assert!(seat.storing.is_empty(), "{key}: it played on");
    }
}

#[test]
fn several_negotiations_are_turned_with_tab() {
    let mut seat = seat((120, 36));
    seat.quoted("harbor", "qt-h", "25.22", 4);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 g g N 3 G N");
    assert!(seat.shows("2 of 2, tab turns"), "{}", seat.screen());
    seat.keys("tab");
    assert!(seat.shows(" harbor !▸"), "{}", seat.screen());
    seat.keys("backtab");
    assert!(seat.shows(" northlight !▸"), "{}", seat.screen());
}

#[test]
fn a_seller_that_honours_agreements_is_booked_on_the_same_quote() {
    let setup = setup();
    let sellers = setup.sellers.iter().cloned();
    let sellers = sellers.map(|info| SellerInfo { honours_agreement: true, ..info }).collect();
    let mut seat = Seat::with(Setup { sellers, ..setup }, (120, 36));
    let key = seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 N e").typed("20").keys("enter N y").stored();
    seat.answer(Ok(moved(1, "accept", "20.00", "20.00")));
    assert!(seat.shows("B books this quote at that price"), "{}", seat.screen());
    seat.keys("B");
    seat.same(&key);
    assert!(seat.shows("20.00 USD as agreed"), "{}", seat.screen());
    seat.input(Input::Command(Command::CloseTicket));
}

#[test]
fn the_runner_up_is_a_line_on_the_axis_and_in_the_money() {
    let mut seat = played((120, 36));
    assert!(seat.shows("2nd 25.22 harbor"), "{}", seat.screen());
    assert!(seat.shows("−265.00 vs runner-up"), "{}", seat.screen());
}

#[test]
fn a_talk_above_the_quote_is_stopped_and_says_both_prices() {
    let mut seat = seat((120, 36));
    seat.quoted("northlight", "qt-1", "10.80", 10);
    seat.keys("3 N e").typed("9").keys("enter N y").stored();
    seat.wait(1_000).answer(Ok(moved(1, "counter", "9.00", "12.82")));
    assert!(seat.shows("quoted 10.80, now 12.82"), "{}", seat.screen());
    assert!(seat.shows("B books the quote as it is"), "{}", seat.screen());
    // Neither by taking it, nor by matching it, nor by an offer between the two.
    for keys in ["A", "= N", "esc e 1 1 enter N"] {
        seat.keys(keys);
        assert!(!seat.app.has_ticket() && seat.storing.is_empty(), "{keys}: {}", seat.screen());
        assert!(seat.shows("quoted 10.80"), "{keys}: {}", seat.screen());
    }
    assert_eq!(seat.commits(), 0);
    // Under the quote it may go on.
    seat.keys("esc e").typed("10.50").keys("enter N");
    assert!(seat.shows("COUNTER 10.50"), "{}", seat.screen());
}

#[test]
fn a_fallback_that_is_gone_first_is_told_with_the_time_it_lacks() {
    let mut seat = seat((120, 36));
    seat.quoted("harbor", "qt-h", "25.22", 2);
    seat.quoted("pinewave", "qt-p", "26.00", 60);
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.keys("3 g g j N");
    assert!(seat.shows("northlight"), "{}", seat.screen());
    assert!(seat.shows("fall back on harbor 25.22 (qt-h)"), "{}", seat.screen());
    assert!(seat.shows("! gone 01:0"), "{}", seat.screen());
    assert!(seat.shows("3 rounds × 60 s, assumed"), "{}", seat.screen());
    assert!(seat.shows("pinewave 26.00 (qt-p)"), "{}", seat.screen());
    // Once it is gone, the next one is what is left.
    seat.wait(120_000);
    assert!(seat.shows("fall back on pinewave 26.00"), "{}", seat.screen());
}

#[test]
fn no_price_of_the_axis_is_cut_however_little_room_there_is() {
    let mut seat = seat((80, 24));
    seat.quoted("northlight", "qt-1", "27.36", 10);
    // Around the middle of the two, the price that was quoted is off the axis.
    seat.keys("3 N e").typed("20").keys("enter z z z z");
    let screen = seat.screen();
    assert!(screen.contains("▲ 27.36 ◉"), "{screen}");
    let axis = screen.lines().skip_while(|row| !row.contains("THEIRS"));
    let mut axis = axis.take_while(|row| !row.starts_with('┄'));
    let is_cut = |row: &str| row.split('│').next().is_some_and(|side| side.contains('…'));
    assert!(!axis.any(is_cut), "{screen}");
}
