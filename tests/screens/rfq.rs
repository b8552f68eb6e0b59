//! One request to several sellers: a row for each at once, answers as they come, ranked and proved;
//! compared side by side, asked again, and never a product's id to a seller that did not give it.

use dealdesk::{
    desk::{Command, Input},
    domain::{Answer, Ask, DealType, ErrorKind, Quote, QuoteRef},
};

use super::{
    harness::{Seat, look},
    world::{error, package, product, seat, usd},
};

/// Three sellers are asked at once: two with a package marked each, one with two.
fn asked(size: (u16, u16)) -> Seat {
    asked_from(seat(size).with_kits())
}

fn asked_from(mut seat: Seat) -> Seat {
    seat.input(Input::Command(Command::RefreshKit("pinewave".into())));
    let packages = vec![package("pkg-p2", "Sports Talk Audio", Some("11.00"), &["prod-p"])];
    let is = |what: &'static str| {
        move |seller: &dealdesk::domain::SellerName, ask: &Ask| {
            seller.as_str() == "pinewave" && ask.name() == what
        }
    };
    seat.answer_where(is("packages"), Ok(Answer::Packages(packages)));
    seat.answer_where(is("products"), Ok(Answer::Products(vec![product("prod-p")])));
    seat.keys("* Q y");
    seat
}

fn proved(seat: &Seat, seller: &str, id: &str, price: &str) -> Quote {
    let mut quote = seat.quote(seller, id, price, 20);
    quote.pricing.rationale = String::new();
    quote
}

fn answer(seat: &mut Seat, quote: Quote) {
    let seller = quote.seller.clone();
    let is =
        |asked: &dealdesk::domain::SellerName, ask: &Ask| *asked == seller && ask.name() == "quote";
    seat.answer_where(is, Ok(Answer::Quote(Box::new(quote))));
}

/// Some have answered, one failed, one is slow.
fn half(size: (u16, u16)) -> Seat {
    let mut seat = asked(size);
    seat.wait(1_500);
    let quote = proved(&seat, "northlight", "qt-n1", "27.36");
    answer(&mut seat, quote);
    let mut auction = proved(&seat, "pinewave", "qt-p1", "20.00");
    auction.deal_type = DealType::Auction;
    auction.terms.guaranteed = false;
    auction.pricing.base_cpm = Some(usd("20.00"));
    (auction.pricing.tier_discount_pct, auction.pricing.volume_discount_pct) =
        (Some(0.into()), Some(0.into()));
    auction.buyer_tier = Some(dealdesk::domain::Tier::Public);
    answer(&mut seat, auction);
    let down = error(ErrorKind::Unavailable, 503, "", "Service Unavailable");
    let is = |seller: &dealdesk::domain::SellerName, ask: &Ask| {
        seller.as_str() == "harbor" && ask.name() == "quote"
    };
    seat.answer_where(is, Err(down));
    seat.wait(2_700);
    seat
}

#[test]
fn the_cursor_goes_to_what_was_just_asked_for_together() {
    let mut seat = seat((120, 36)).with_kits();
    seat.quoted("northlight", "qt-old", "25.00", 10);
    seat.keys("3");
    assert!(seat.screen().lines().any(|row| row.contains('▌') && row.contains("qt-old")));
    seat.keys("2");
    let mut seat = asked_from(seat);
    let screen = seat.screen();
    assert!(screen.lines().any(|row| row.contains('▌') && row.contains("4 answered")), "{screen}");
}

#[test]
fn everyone_who_is_asked_has_a_row_at_once_and_answers_fill_in() {
    look("rfq_asking", |size| {
        let mut seat = asked(size);
        seat.wait(4_200);
        seat
    });
    look("rfq_half", half);
    look("rfq_half_first", |size| {
        let mut seat = half(size);
        seat.keys("j j");
        seat
    });
    look("rfq_compare", |size| {
        let mut seat = half(size);
        seat.keys("=");
        seat
    });
}

#[test]
fn the_cheapest_in_effect_is_first_and_another_sellers_is_cover() {
    let mut seat = half((160, 40));
    let screen = seat.screen();
    let row = |id: &str| screen.lines().find(|line| line.contains(id)).unwrap().to_owned();
    // 20.00 × 1.20 is 24.00 in effect: below 27.36.
    assert!(row("qt-p1").contains("○1") && row("qt-p1").contains("best"), "{screen}");
    assert!(row("qt-p1").contains("24.00"), "{screen}");
    assert!(row("qt-n1").contains("○2") && row("qt-n1").contains("2nd +3.36"), "{screen}");
    let head = screen.lines().find(|line| line.contains("of 4 answered")).unwrap();
    assert!(head.contains("2 of 4 answered, 1 asking"), "{screen}");
    assert!(head.contains("runner-up 27.36 northlight (+3.36)"), "{screen}");
    assert!(screen.contains("at its floor (f) × 1.2"), "{screen}");
}

#[test]
fn a_products_id_goes_only_to_the_seller_that_gave_it() {
    let seat = asked((120, 36));
    let mut sent = Vec::new();
    for (_, seller, ask) in &seat.asked {
        let Ask::Quote { ask, .. } = ask else { continue };
        sent.push((seller.as_str().to_owned(), ask.product_id.as_str().to_owned()));
    }
    sent.sort();
    let expect = [
        ("harbor", "prod-h1"),
        ("northlight", "prod-1"),
        ("northlight", "prod-2"),
        ("pinewave", "prod-p"),
    ];
    let expect: Vec<_> = expect.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    assert_eq!(sent, expect);
}

#[test]
fn what_failed_is_asked_again_in_the_same_request() {
    let mut seat = half((120, 36));
    let before = seat.asked.len();
    seat.keys("g g r");
    assert_eq!(seat.asked.len(), before + 1, "{}", seat.screen());
    assert_eq!(seat.asked.last().unwrap().1.as_str(), "harbor");
    let screen = seat.screen();
    assert!(!screen.contains("✗    FAILED"), "it is asked, so it has not failed: {screen}");
    assert!(screen.contains("2 of 4 answered, 2 asking"), "{screen}");
    let again = proved(&seat, "harbor", "qt-h1", "25.65");
    answer(&mut seat, again);
    assert!(seat.shows("3 of 4 answered, 1 asking"), "{}", seat.screen());
    assert!(seat.shows("best 24.00 pinewave · runner-up 25.65 harbor"), "{}", seat.screen());
}

#[test]
fn marks_choose_what_is_compared_and_what_differs_is_marked() {
    let mut seat = half((120, 36));
    seat.keys("j space j space =");
    let screen = seat.screen();
    assert!(screen.contains("COMPARE 2 quotes"), "{screen}");
    let line = screen.lines().find(|line| line.contains("final CPM")).unwrap();
    assert!(line.contains("20.00") && line.contains("≠27.36"), "{screen}");
    let line = screen.lines().find(|line| line.contains("impressions")).unwrap();
    assert!(!line.contains('≠'), "{screen}");
    seat.keys("esc esc");
    seat.keys("g g j j j =");
    assert!(seat.shows("COMPARE 2 quotes"), "the ranked ones: {}", seat.screen());
    let mut alone = super::world::seat((120, 36));
    alone.quoted("harbor", "qt-1", "25.00", 9);
    alone.keys("3 =");
    assert!(alone.shows("that takes two quotes at least"), "{}", alone.screen());
}

#[test]
fn a_price_that_does_not_follow_says_by_how_much_and_what_that_is_worth() {
    let mut seat = seat((120, 36));
    let mut quote = seat.quote("northlight", "qt-1", "28.36", 20);
    quote.pricing.rationale = "Base price: $32.00 CPM | Final price: $27.36 CPM".into();
    seat.quoted_as(quote);
    seat.keys("3");
    let screen = seat.screen();
    for words in [
        "PRICE PROOF ✗ sum",
        "1.00 CPM more, worth 500.00",
        "the parts make 27.36, they charge",
        "✗ sum",
        "✗ the words say",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn a_requote_ranks_in_place_of_the_old_one() {
    let mut seat = half((160, 40));
    let key = QuoteRef::new("northlight", "qt-n1");
    seat.input(Input::Command(Command::Requote(key)));
    assert!(seat.shows("2 of 4 answered, 1 asking"), "{}", seat.screen());
    let newer = proved(&seat, "northlight", "qt-n2", "23.50");
    let at = seat.asked.len() - 1;
    let (id, _, _) = seat.asked[at].clone();
    let place = seat.asked.iter().position(|(other, _, _)| *other == id).unwrap();
    let asked = seat.asked.remove(place);
    seat.asked.insert(0, asked);
    answer(&mut seat, newer);
    let screen = seat.screen();
    let lines: Vec<_> = screen.lines().collect();
    let place = lines.iter().position(|line| line.contains("qt-n2")).unwrap();
    assert!(lines[place].contains("best"), "{screen}");
    assert!(
        lines[place + 1].contains("└") && lines[place + 1].contains("27.36 → 23.50 ▼"),
        "{screen}"
    );
}

#[test]
fn a_target_above_the_sellers_own_price_is_refused_with_the_number() {
    let mut seat = seat((120, 36)).with_kits();
    // 32.00 less 10% is 28.80.
    seat.keys("Q tab tab tab").typed("28.81").keys("y");
    assert!(seat.app.has_ticket());
    assert!(seat.shows("give 28.80 at most"), "{}", seat.screen());
    assert!(seat.asked.is_empty());
    seat.keys("backspace").typed("0").keys("y");
    assert_eq!(seat.asked.len(), 1, "{}", seat.screen());
}

#[test]
fn every_shown_package_is_marked_at_once_and_one_without_a_product_is_left_out() {
    let mut seat = seat((120, 36)).with_kits();
    seat.keys("*");
    assert!(seat.shows("4 marked"), "{}", seat.screen());
    seat.keys("Q");
    assert!(seat.shows("pinewave names no product"), "{}", seat.screen());
    assert!(seat.shows("asks all 3"), "{}", seat.screen());
    seat.keys("esc *");
    assert!(!seat.shows("marked"), "{}", seat.screen());
}

#[test]
fn a_package_whose_product_nobody_names_is_not_asked_for_by_guessing() {
    let mut seat = seat((120, 36)).with_kits();
    seat.input(Input::Command(Command::RefreshKit("pinewave".into())));
    let name = |nth: usize| if nth == 4 { "Product prod-p4" } else { "Sports Talk" };
    let packages: Vec<_> =
        (1..=4).map(|nth| package(&format!("pkg-p{nth}"), name(nth), None, &[])).collect();
    let is = |what: &'static str| {
        move |seller: &dealdesk::domain::SellerName, ask: &Ask| {
            seller.as_str() == "pinewave" && ask.name() == what
        }
    };
    seat.answer_where(is("packages"), Ok(Answer::Packages(packages)));
    let products = ["prod-p1", "prod-p4"].map(product).to_vec();
    seat.answer_where(is("products"), Ok(Answer::Products(products)));
    seat.keys("* Q");
    assert!(seat.shows("pinewave does not say what is in Sports Talk"), "{}", seat.screen());
    assert!(seat.shows("‹ Product prod-p4 ›  of pinewave "), "by its name: {}", seat.screen());
    assert!(seat.shows("asks all 5"), "{}", seat.screen());
    // Alone it can be chosen.
    seat.keys("esc * G k k k space Q");
    assert!(seat.shows("of pinewave, which does not say: choose"), "{}", seat.screen());
}
