//! The buyer's story from kit to Deal ID, told by keys that stand in the footers.

use dealdesk::domain::{Answer, Ask, Quote, Stage};

use super::{
    harness::SIZES,
    world::{moved, seat, usd},
};

/// A quote for the days that the form asks for where nobody says others.
fn flies(quote: &mut Quote) {
    (quote.terms.flight_start, quote.terms.flight_end) =
        (Some("2026-06-25".into()), Some("2026-07-24".into()));
}

#[test]
fn from_the_kit_to_a_deal_id_by_keys_alone() {
    for size in SIZES {
        let mut seat = seat(size).with_kits();
        assert!(seat.shows("CTV Live Sports"));

        // Ask for a quote: what is told to whom stands on the ticket before anything is sent.
        seat.keys("Q");
        let screen = seat.screen();
        assert!(screen.contains("agency_id omnicom-456"), "{screen}");
        assert!(screen.contains("not told advertiser_id"), "{screen}");
        assert!(seat.asked.is_empty());
        seat.keys("y");
        let (_, seller, Ask::Quote { ask, .. }) = &seat.asked[0] else {
            panic!("{:?}", seat.asked)
        };
        assert_eq!(seller.as_str(), "northlight");
        assert_eq!((ask.impressions, ask.target_cpm), (Some(500_000), None));
        assert_eq!(ask.flight_start.to_string(), "2026-06-25");
        assert_eq!(ask.flight_end.to_string(), "2026-07-24");
        assert_eq!(ask.identity.advertiser_id, None);
        assert!(seat.shows("asking"), "{}", seat.screen());
        let mut quote = seat.quote("northlight", "qt-1", "28.80", 10);
        flies(&mut quote);
        let key = quote.reference();
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        assert!(seat.shows("T-10:00"), "{}", seat.screen());
        assert!(seat.shows(">LIM") || size.0 < 100, "{}", seat.screen());

        // Negotiate: the draft is seen before it is sent, and sent by N and y only.
        seat.keys("N");
        assert!(seat.shows("MY TURN"), "{}", seat.screen());
        assert_eq!(seat.commits(), 0, "opening a negotiation tells nobody");
        seat.keys("e").typed("20,00").keys("enter");
        assert!(seat.shows("draft 20.00"), "{}", seat.screen());
        assert_eq!(seat.commits(), 0);
        seat.keys("N");
        assert!(seat.shows("COUNTER 20.00"), "{}", seat.screen());
        assert_eq!(seat.commits(), 0);
        seat.keys("y");
        assert_eq!(seat.storing.len(), 1);
        seat.stored();
        assert!(seat.shows("answering"), "{}", seat.screen());
        seat.wait(1_900).answer(Ok(moved(1, "counter", "20.00", "25.99")));
        assert!(seat.shows("R1 25.99"), "{}", seat.screen());

        // The middle, then up a quarter, then sent; then their price is typed to take it.
        seat.keys("m ] N y").stored();
        let Ask::Counter { cpm, .. } = seat.answer(Ok(moved(2, "counter", "23.25", "24.69")))
        else {
            panic!("a counter")
        };
        assert_eq!(cpm, usd("23.25"));
        seat.keys("A").typed("24.69").keys("enter");
        assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
        seat.stored();
        seat.answer(Ok(moved(3, "accept", "24.69", "24.69")));

        // The desk asks for the quote at the agreed price by itself, and shows it.
        let screen = seat.screen();
        assert!(screen.contains("AGREED 24.69"), "{screen}");
        assert!(screen.contains("the desk asks northlight"), "{screen}");
        // Beside the other quotes it costs what was agreed, not what was quoted.
        seat.keys("3");
        assert!(seat.shows("24.69 cpm × 500,000 ÷ 1000 = 12,345.00"), "{}", seat.screen());
        seat.keys("4");
        let mut quote = seat.quote("northlight", "qt-2", "24.69", 10);
        flies(&mut quote);
        let booked = quote.reference();
        seat.answer(Ok(Answer::Quote(Box::new(quote))));
        assert!(seat.shows("qt-2 quotes it"), "{}", seat.screen());

        // Book: nothing can be typed while it is checked; then the price; then the Deal ID.
        seat.keys("B").typed("24.69").keys("enter");
        assert!(seat.storing.is_empty(), "{}", seat.screen());
        seat.same(&booked);
        assert!(seat.shows("Type the CPM to book"), "{}", seat.screen());
        seat.wait(400).typed("24.69").keys("enter");
        assert_eq!(seat.storing.len(), 1, "{}", seat.screen());
        seat.stored();
        let deal = seat.deal("NL-26-00417", &booked);
        let ask = seat.answer_where(|_, ask| ask.commits(), Ok(Answer::Deal(Box::new(deal))));
        assert!(matches!(ask, Ask::Book { .. }));
        let screen = seat.screen();
        assert!(screen.contains("BOOKED as agreed") && screen.contains("NL-26-00417"), "{screen}");
        seat.wait(400).keys("y");
        assert_eq!(seat.copied, ["NL-26-00417"]);
        seat.keys("esc 3");
        assert!(seat.shows("BOOKED NL-26-00417"), "{}", seat.screen());
        let state = seat.desk.state();
        assert_eq!(state.quote(&key).unwrap().stage(), Stage::Agreed);
        assert_eq!(state.deals.len(), 1);
        assert_eq!(state.exposure.committed, "12345".parse().unwrap());
    }
}

#[test]
fn a_strategy_plays_in_sight_and_any_move_of_ones_own_takes_over() {
    let mut seat = seat((120, 36));
    let key = seat.quoted("northlight", "qt-1", "28.80", 10);
    seat.keys("3 N a");
    let screen = seat.screen();
    assert!(screen.contains("AUTO on northlight"), "{screen}");
    assert!(screen.contains("opens at the target"), "{screen}");
    assert!(seat.storing.is_empty());
    seat.keys("y");
    assert!(seat.desk.state().quote(&key).unwrap().negotiation.as_ref().unwrap().auto.is_some());
    seat.wait(10).stored();
    seat.answer(Ok(moved(1, "counter", "23.40", "27.00")));
    seat.wait(10);
    assert!(seat.shows("ON"), "{}", seat.screen());
    seat.stored();
    seat.answer(Ok(moved(2, "counter", "24.05", "26.50")));
    // One key takes over; what was under way goes on, nothing more follows.
    seat.keys("a");
    assert!(seat.desk.state().quote(&key).unwrap().negotiation.as_ref().unwrap().auto.is_none());
    assert!(seat.shows("the negotiation is open"), "{}", seat.screen());
}
