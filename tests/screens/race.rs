//! The race: several sellers on one axis, each with its own draft and clock, and what is ready once one
//! of them agrees.

use dealdesk::domain::{Answer, Ask};

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
    assert!(
        seat.shows("best 24.69 USD northlight · runner-up 25.22 USD pinewave"),
        "{}",
        seat.screen()
    );
    assert!(seat.shows("24.69 ◉ R2  BEST"), "{}", seat.screen());
    assert!(seat.shows("25.22 ◉ quote  2ND"), "{}", seat.screen());
    // 500,000 impressions: 0.53 under the runner-up.
    assert!(seat.shows("−265.00"), "{}", seat.screen());
    // The runner-up runs out: the next one takes its place.
    seat.wait(4 * 60_000);
    assert!(seat.shows("runner-up 26.20 USD harbor"), "{}", seat.screen());
}

#[test]
fn accepting_one_makes_walks_ready_and_sends_none() {
    let mut seat = agreed((120, 36));
    let to_harbor = |seat: &Seat| {
        seat.asked.iter().filter(|(_, seller, _)| seller.as_str() == "harbor").count()
    };
    assert!(seat.shows("LEAVE THE OTHERS"), "{}", seat.screen());
    assert!(seat.shows("Thank you for your time"), "{}", seat.screen());
    seat.wait(60_000);
    assert_eq!((to_harbor(&seat), seat.storing.len()), (0, 0), "nothing leaves by itself");
    // Each needs its own key and its own answer.
    seat.keys("tab W");
    assert!(seat.shows("WALK away from harbor"), "{}", seat.screen());
    assert!(seat.shows("LEAVE THE OTHERS") || seat.app.has_ticket());
    seat.keys("y");
    assert!(!seat.shows("LEAVE THE OTHERS"), "{}", seat.screen());
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

/// harbor has a place for words and a word for leaving.
fn with_words(size: (u16, u16)) -> Seat {
    let mut seat = agreed(size);
    let spoke = dealdesk::domain::Spoke {
        dialect: "v2".into(),
        found_by: "set in the configuration".into(),
        honours_agreement: true,
        takes_words: true,
        takes_keys: true,
    };
    seat.desk.recall_dialect(&"harbor".into(), spoke);
    seat.keys("tab W");
    seat
}

#[test]
fn a_prepared_walk_is_read_changed_and_sent_by_hand() {
    look("race_walk_ticket", with_words);
    let mut seat = with_words((120, 36));
    assert!(seat.shows("that we leave it, with the note"), "{}", seat.screen());
    seat.keys("tab").typed(" Meet northlight's 24.69?").keys("enter");
    assert!(seat.shows("the note names northlight, tells northlight's 24.69"), "{}", seat.screen());
    seat.keys("y");
    assert!(seat.storing.is_empty() && seat.shows("⏎ sends it all the"), "{}", seat.screen());
    seat.wait(5_000).keys("y");
    assert!(seat.storing.is_empty(), "the second answer is another key: {}", seat.screen());
    // Taking it out again is what is meant.
    seat.keys("tab");
    for _ in 0..25 {
        seat.keys("backspace");
    }
    seat.keys("enter y").stored();
    let (_, seller, ask) = seat.asked.last().unwrap().clone();
    let Ask::Counter { action, note, .. } = ask else { panic!("{ask:?}") };
    assert_eq!((seller.as_str(), action), ("harbor", dealdesk::domain::Action::Reject));
    assert!(note.unwrap().starts_with("Thank you for your time on CTV Live Sports"));
}

#[test]
fn an_offer_takes_a_note_where_the_seller_has_a_place_for_it() {
    let mut seat = with_words((120, 36));
    seat.keys("esc ] N tab").typed("we can sign today").keys("enter");
    assert!(seat.shows("“we can sign today”"), "{}", seat.screen());
    assert!(seat.shows("COUNTER 20.75"), "letters of a note answer nothing: {}", seat.screen());
    seat.keys("y").stored();
    let Ask::Counter { note, .. } = seat.asked.last().unwrap().2.clone() else { panic!() };
    assert_eq!(note.as_deref(), Some("we can sign today"));
    let mut seat = raced((120, 36));
    seat.keys("m N tab");
    assert!(seat.shows("no place for words"), "{}", seat.screen());
}

#[test]
fn a_strategy_that_plays_is_seen_in_its_column_and_one_key_holds_all() {
    let mut seat = raced((120, 36));
    seat.keys("a y");
    assert!(seat.shows("▶AUTO"), "{}", seat.screen());
    seat.keys("f12").stored();
    let moves = |seat: &Seat| {
        seat.asked.iter().filter(|(_, _, ask)| matches!(ask, Ask::Counter { .. })).count()
    };
    assert_eq!(moves(&seat), 0, "what was decided does not leave any more");
    assert!(!seat.shows("▶AUTO"), "{}", seat.screen());
}

#[test]
fn how_a_seller_negotiated_before_is_told_when_a_talk_begins() {
    let mut seat = raced((120, 36));
    seat.keys("enter W y");
    seat.quoted("northlight", "qt-2", "28.00", 30);
    seat.keys("3 G N");
    assert!(
        seat.shows("northlight, once before: gives 5% first, then 5% a round"),
        "{}",
        seat.screen()
    );
    seat.quoted("pinewave", "qt-p2", "28.00", 60);
    seat.keys("3 G N");
    assert!(seat.shows("no history with pinewave yet"), "{}", seat.screen());
}

#[test]
fn answers_may_come_in_any_order_and_move_nothing_but_prices() {
    let sellers = ["northlight", "harbor", "pinewave"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut seat = raced((120, 36));
        // The third joins, and each is offered something.
        seat.keys("backtab N e").typed("21").keys("enter N y").stored();
        seat.keys("tab ] N y").stored();
        seat.keys("tab ] N y").stored();
        let before = labels(&mut seat);
        for nth in order {
            let of = |seller: &dealdesk::domain::SellerName, ask: &Ask| {
                seller.as_str() == sellers[nth] && matches!(ask, Ask::Counter { .. })
            };
            let prices = ["23.00", "61.00", "2.00"];
            seat.wait(700).answer_where(of, Ok(moved(9, "counter", "20.00", prices[nth])));
            assert_eq!(labels(&mut seat), before, "{order:?}");
        }
        assert!(seat.shows("23.00 ◉") && seat.shows("▼ 2.00 ◉"), "{}", seat.screen());
    }
}

#[test]
fn what_cannot_be_had_any_more_is_not_taken_and_not_counted() {
    let mut seat = raced((120, 36));
    assert!(seat.shows("RACE of 3") && seat.shows("12,345.00"), "{}", seat.screen());
    let quote = dealdesk::domain::QuoteRef::new("northlight", "qt-1");
    let walk = dealdesk::desk::Command::Walk { quote, note: None };
    seat.input(dealdesk::desk::Input::Command(walk));
    seat.wait(100);
    // What it asked would be 12,345.00 in all.
    assert!(seat.shows("RACE of 2") && !seat.shows("12,345.00"), "{}", seat.screen());
    assert!(seat.shows("best 25.22 USD pinewave"), "{}", seat.screen());
}

#[test]
fn a_booked_deals_runner_up_is_the_one_it_was_decided_against() {
    let mut seat = raced((120, 36));
    seat.keys("enter A").typed("24.69").keys("enter").stored();
    seat.wait(1_500).answer(Ok(moved(3, "accept", "24.69", "24.69")));
    let carries = seat.quote("northlight", "qt-2", "24.69", 10);
    let key = carries.reference();
    let is_quote = |_: &dealdesk::domain::SellerName, ask: &Ask| ask.name() == "quote";
    seat.answer_where(is_quote, Ok(Answer::Quote(Box::new(carries))));
    seat.keys("B");
    seat.same(&key);
    seat.screen();
    seat.wait(400).typed("24.69").keys("enter").stored();
    let deal = seat.deal("NL-1", &key);
    seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
    seat.keys("esc 4");
    // 500,000 impressions, pinewave asked 25.22.
    let worth = "12,345.00  −1,335.00 vs quote  −265.00 vs runner-up";
    assert!(seat.shows(worth), "{}", seat.screen());
    // What was left is over, and something else is asked for.
    seat.wait(30 * 60_000);
    seat.quoted("harbor", "qt-h2", "17.55", 10);
    assert!(seat.shows(worth), "{}", seat.screen());
    seat.keys("v");
    let said = ["booked 24.69 USD northlight", "runner-up 25.22 USD pinewave"];
    assert!(said.iter().all(|words| seat.shows(words)), "{}", seat.screen());
    assert!(!seat.shows("best 17.55"), "{}", seat.screen());
}
