//! Kit: the grid of every seller's packages, what is missing, and the ticket that asks for a price.

use dealdesk::{
    desk::state::Purpose,
    domain::{Answer, Ask, ErrorKind},
};

use super::{
    harness::{Seat, look},
    world::{error, is, package, product, seat},
};

#[test]
fn it_says_what_is_there_and_what_is_missing() {
    look("kit_empty", |size| {
        let mut seat = seat(size);
        seat.keys("2");
        seat
    });
    look("kit_loading", |size| {
        let mut seat = seat(size);
        seat.keys("2 r").wait(3_800);
        seat.northlight_answers();
        seat
    });
    look("kit_partial", |size| {
        let mut seat = seat(size).with_kits();
        seat.keys("r").wait(700);
        seat.northlight_answers();
        seat.kit_fails("harbor", &error(ErrorKind::Unavailable, 503, "", "Service Unavailable"));
        seat.kit_fails("pinewave", &error(ErrorKind::Timeout, 0, "timeout", "no answer in 10 s"));
        seat
    });
    look("kit_failed", |size| {
        let mut seat = seat(size);
        seat.keys("2 r");
        for name in ["northlight", "harbor", "pinewave"] {
            seat.kit_fails(name, &error(ErrorKind::Unreachable, 0, "connect_error", "refused"));
        }
        seat
    });
    look("kit_busy", |size| {
        let mut seat = seat(size).with_kits();
        seat.keys("space j j space").wait(200_000);
        seat
    });
    look("kit_withheld", |size| {
        let mut seat = seat(size).with_kits();
        seat.keys("G").wait(5_000_000);
        seat
    });
    look("kit_opened", |size| {
        let mut seat = seat(size).with_kits();
        seat.keys("enter");
        seat
    });
}

#[test]
fn one_sellers_failure_hides_nothing_of_the_others() {
    let mut seat = seat((120, 36)).with_kits();
    seat.keys("r");
    seat.northlight_answers();
    seat.kit_fails("harbor", &error(ErrorKind::Unavailable, 503, "", "Service Unavailable"));
    seat.kit_fails("pinewave", &error(ErrorKind::Unavailable, 502, "", "Bad Gateway"));
    let screen = seat.screen();
    for words in ["2 failed: harbor 503 · pinewave 502", "CTV Live Sports", "Harbor Prime Sports"]
    {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn sorting_filtering_and_going_round_leave_the_cursor_on_its_row() {
    let mut seat = seat((120, 36)).with_kits();
    seat.keys("j s");
    assert!(seat.shows("▌□ CTV Sports Replays"), "{}", seat.screen());
    seat.keys("/").typed("seller:harbor").keys("enter");
    assert!(seat.shows("1 of 4 packages"), "{}", seat.screen());
    seat.keys("esc /").typed("cpm<25");
    assert!(seat.shows("1 of 4 packages"), "{}", seat.screen());
    seat.keys("esc");
    assert!(seat.shows("4 of 4 packages"), "{}", seat.screen());
    seat.keys("w w");
    assert!(seat.shows("▸ harbor"), "{}", seat.screen());
    seat.keys("esc t");
    assert!(seat.shows("all sellers · video"), "{}", seat.screen());
}

#[test]
fn a_package_without_products_cannot_be_asked_for_and_says_why() {
    let mut seat = seat((120, 36)).with_kits();
    seat.keys("G Q");
    assert!(!seat.app.has_ticket());
    assert!(seat.shows("reveal your seat ID"), "{}", seat.screen());
    let mut nothing = super::world::seat((120, 36));
    nothing.keys("2 Q");
    assert!(nothing.shows("nothing is chosen"), "{}", nothing.screen());
}

/// Northlight sells by product alone, as a seller does that has just been set up.
fn by_product(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    seat.keys("2 r");
    let products = ["prod-a", "prod-b", "prod-c"].map(product);
    seat.answer_where(is("northlight", "packages"), Ok(Answer::Packages(Vec::new())));
    seat.answer_where(is("northlight", "products"), Ok(Answer::Products(products.into())));
    for name in ["harbor", "pinewave"] {
        seat.answer_where(is(name, "packages"), Ok(Answer::Packages(Vec::new())));
        seat.answer_where(is(name, "products"), Ok(Answer::Products(Vec::new())));
    }
    seat
}

#[test]
fn a_seller_that_sells_by_product_is_browsed_filtered_and_asked_for_a_quote() {
    look("kit_products", by_product);
    let mut seat = by_product((120, 36));
    assert!(seat.shows("3 of 3 products"), "{}", seat.screen());
    seat.keys("j /").typed("prod-b").keys("enter Q");
    assert!(seat.app.has_ticket(), "{}", seat.screen());
    assert!(seat.shows("asks northlight") && seat.shows("Product prod-b"), "{}", seat.screen());
    seat.wait(1_000).keys("y");
    let asked = seat.asked.iter().find_map(|(_, _, ask)| {
        if let Ask::Quote { ask, .. } = ask { Some(ask.product_id.to_string()) } else { None }
    });
    assert_eq!(asked.as_deref(), Some("prod-b"));
}

#[test]
fn a_product_that_a_package_holds_is_not_listed_twice() {
    let mut seat = seat((120, 36));
    seat.keys("2 r");
    let packages = vec![package("pkg-1", "Live", Some("28.80"), &["prod-1"])];
    let mut named = product("prod-3");
    named.name = "live".into();
    let products = vec![product("prod-1"), product("prod-2"), named];
    seat.answer_where(is("northlight", "packages"), Ok(Answer::Packages(packages)));
    seat.answer_where(is("northlight", "products"), Ok(Answer::Products(products)));
    assert!(seat.shows("2 of 2 packages and products"), "{}", seat.screen());
    assert!(seat.shows("Product prod-2"), "{}", seat.screen());
}

fn ticket(size: (u16, u16)) -> Seat {
    let mut seat = seat(size).with_kits();
    seat.keys("Q");
    seat
}

#[test]
fn the_quote_ticket_names_what_is_told_to_whom() {
    look("quote_ticket", ticket);
    look("quote_ticket_several", |size| {
        let mut seat = seat(size).with_kits();
        seat.keys("space j j space Q");
        seat
    });
    look("quote_ticket_wrong", |size| {
        let mut seat = ticket(size);
        seat.keys("tab tab tab").typed("21.5.0").keys("y");
        seat
    });
}

#[test]
fn several_sellers_are_asked_for_the_same_terms_in_one_go() {
    let mut seat = seat((120, 36)).with_kits();
    seat.keys("space j j space Q y");
    let rfq = |purpose: &Purpose| {
        if let Purpose::Quote { rfq, .. } = purpose { rfq.clone() } else { None }
    };
    let flights = seat.desk.state().in_flight.values();
    let rfqs: Vec<_> = flights.filter_map(|flight| rfq(&flight.purpose)).collect();
    assert_eq!(rfqs.len(), 2);
    assert_eq!(rfqs[0], rfqs[1]);
    assert!(seat.shows("▸ by rfq"), "{}", seat.screen());
}

#[test]
fn terms_are_filled_in_and_what_the_desk_refuses_stays_open() {
    let mut seat = ticket((120, 36));
    // From the impressions on: first day, last day, target.
    seat.keys("ctrl-u down down down").typed("21,50").keys("up up up y");
    assert!(seat.app.has_ticket());
    assert!(seat.shows("a guaranteed deal needs impressions"), "{}", seat.screen());
    assert!(seat.asked.is_empty());
    seat.typed("1.2m").keys("up right right up right y");
    let (_, _, Ask::Quote { ask, .. }) = &seat.asked[0] else { panic!("{:?}", seat.asked) };
    assert_eq!(ask.impressions, Some(1_200_000));
    assert_eq!(ask.target_cpm, "21.50".parse().ok());
    assert_eq!((ask.deal_type.to_string().as_str(), ask.product_id.as_str()), ("PA", "prod-2"));
    seat.screen();
    assert!(!seat.app.has_ticket());
}

#[test]
fn two_packages_with_one_id_are_two_rows() {
    let mut seat = seat((120, 36));
    seat.keys("2 r");
    let twice =
        vec![package("p", "One", Some("1.00"), &["a"]), package("p", "Two", Some("2.00"), &["a"])];
    seat.answer(Ok(Answer::Packages(twice)));
    seat.answer(Ok(Answer::Products(vec![product("a")])));
    seat.keys("j");
    assert!(seat.shows("▌□ Two"), "{}", seat.screen());
    seat.keys("k");
    assert!(seat.shows("▌□ One"), "{}", seat.screen());
}

fn asked(seat: &Seat) -> dealdesk::domain::QuoteAsk {
    let asked = seat.asked.iter().rev().find_map(|(_, _, ask)| {
        if let Ask::Quote { ask, .. } = ask { Some(ask.clone()) } else { None }
    });
    asked.unwrap_or_else(|| panic!("{:?}", seat.asked))
}

#[test]
fn a_figure_that_is_typed_stands_for_the_one_that_was_there() {
    let mut seat = ticket((120, 36));
    seat.typed("2m").keys("tab").typed("+10d").keys("tab").typed("+13d");
    assert!(seat.shows("= 2,000,000") && seat.shows("= 2026-06-28"), "{}", seat.screen());
    seat.keys("y");
    let ask = asked(&seat);
    assert_eq!(ask.impressions, Some(2_000_000));
    let days = (ask.flight_start.to_string(), ask.flight_end.to_string());
    assert_eq!(days, ("2026-06-28".to_owned(), "2026-07-11".to_owned()));
}

#[test]
fn what_cannot_be_meant_is_said_while_it_is_typed() {
    for (keys, typed, says) in [
        ("", "5000001.2m", "no whole number above zero"),
        ("tab", "2026-02-30", "no such day"),
        ("tab", "2020-01-01", "the flight began on 2020-01-01"),
        ("tab tab", "2026-06-17", "ends (2026-06-17) before it starts"),
        ("tab tab tab", "21.5.0", "not an amount"),
        ("", "90m", "over your limit per deal 25,000"),
    ] {
        let mut seat = ticket((120, 36));
        seat.keys(keys).typed(typed);
        assert!(seat.shows(says), "{typed}: {}", seat.screen());
        assert!(seat.asked.is_empty());
    }
    let mut seat = ticket((120, 36));
    seat.keys("tab").typed("2020-01-01").keys("tab").typed("2020-02-01").keys("y");
    assert!(seat.app.has_ticket() && seat.shows("the flight is over"), "{}", seat.screen());
}

#[test]
fn a_seller_is_told_no_more_of_us_than_is_chosen() {
    for (keys, seat_id, agency_id) in
        [("", true, true), ("right", true, false), ("right right", false, false)]
    {
        let mut seat = ticket((120, 36));
        // Behind impressions, first day, last day and target.
        seat.keys("tab tab tab tab").keys(keys).keys("y");
        let told = asked(&seat).identity;
        assert_eq!(
            (told.seat_id.is_some(), told.agency_id.is_some()),
            (seat_id, agency_id),
            "{keys}"
        );
        assert!(told.advertiser_id.is_none(), "more than it may be told");
    }
}

#[test]
fn the_quote_that_was_asked_for_is_under_the_cursor_and_nothing_is_marked_any_more() {
    let mut seat = seat((120, 36)).with_kits();
    seat.quoted("northlight", "qt-old", "20.00", 60);
    seat.keys("3").keys("enter");
    seat.keys("2 g g space Q y");
    assert!(seat.shows("[3 Quotes"), "{}", seat.screen());
    let quote = seat.quote("northlight", "qt-new", "22.00", 10);
    seat.answer_where(is("northlight", "quote"), Ok(Answer::Quote(Box::new(quote))));
    seat.keys("B");
    assert!(seat.app.has_ticket() && seat.shows("BOOK qt-new"), "{}", seat.screen());
    seat.keys("esc 2");
    assert!(!seat.shows("▣"), "{}", seat.screen());
}

#[test]
fn what_asking_goes_by_stands_in_front_of_every_row_at_any_width() {
    for wide in [80, 100, 120] {
        let mut seat = seat((wide, 24));
        seat.keys("2 r");
        let name = "Programmatic Linear Reach of all the leagues, A25-54";
        let long = [package("pkg-1", name, Some("28.80"), &["prod-1"])];
        seat.answer_where(is("northlight", "packages"), Ok(Answer::Packages(long.to_vec())));
        seat.answer_where(is("northlight", "products"), Ok(Answer::Products(vec![])));
        assert!(seat.shows("□ Programmatic"), "{}", seat.screen());
        seat.keys("space");
        assert!(seat.shows("▣ Programmatic"), "{}", seat.screen());
    }
}

#[test]
fn a_cost_is_estimated_by_the_list_price_of_the_product_that_is_asked_for() {
    let mut seat = ticket((120, 36));
    // 32.00 less 10% for the tier, and no volume discount for so few.
    let told = "northlight's list price at your tier 28.80 USD makes";
    assert!(seat.shows(told) && seat.shows("14,400.00"), "{}", seat.screen());
    // The package's price is that of a blend: it is not what this product costs.
    assert!(!seat.shows("blend"), "{}", seat.screen());
    // A product without a list price is estimated by the package.
    let mut seat = Seat::with(super::world::setup(), (120, 36));
    seat.keys("2 r");
    let harbor = vec![package("pkg-h1", "Harbor Prime Sports", Some("27.00"), &["prod-h1"])];
    seat.answer_where(is("harbor", "packages"), Ok(Answer::Packages(harbor)));
    let unpriced = dealdesk::domain::Product { base_cpm: None, ..product("prod-h1") };
    seat.answer_where(is("harbor", "products"), Ok(Answer::Products(vec![unpriced])));
    seat.keys("Q");
    assert!(seat.shows("harbor's kit price 27.00 USD makes 13,500.00"), "{}", seat.screen());
}
