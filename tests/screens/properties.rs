//! What holds whatever is pressed and whatever sellers call things: nothing is sent without a ticket's
//! answer, and no name moves a border.

use dealdesk::{
    domain::{Answer, Ask, text::clean},
    tui::{Chord, Key, KeyKind},
};
use proptest::prelude::*;

use super::{
    harness::{self, SIZES, Seat},
    world::{moved, package, product, seat},
};

/// Every key there is, but what answers tickets and what stops everything.
fn keys() -> Vec<Chord> {
    let all = harness::keys().into_iter();
    all.filter(|key| key.letter() != Some('y') && key.key != Key::F(12)).collect()
}

/// A desk with something to do on every screen.
fn full(size: (u16, u16)) -> Seat {
    let mut seat = seat(size).with_kits();
    seat.quoted("harbor", "qt-h", "25.22", 40);
    seat.quoted("northlight", "qt-1", "27.36", 40);
    seat.keys("3 G N e").typed("20").keys("enter N y").stored();
    seat.answer(Ok(moved(1, "counter", "20.00", "25.99")));
    seat
}

#[test]
fn no_key_pressed_three_times_sends_anything() {
    for screen in ["2", "3", "4"] {
        for key in keys() {
            let mut seat = full((120, 36));
            seat.keys(screen);
            for _ in 0..3 {
                seat.chord(key, KeyKind::Press);
                seat.wait(500);
                seat.screen();
            }
            assert_eq!(seat.commits(), 0, "{key} on {screen}: {}", seat.screen());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_a_tickets_answer_nothing_is_sent(
        places in prop::collection::vec((0usize..200, 0i64..900), 1..120),
        narrow in any::<bool>(),
    ) {
        let all = keys();
        let mut seat = full(SIZES[usize::from(!narrow)]);
        for (place, wait) in places {
            // A typed price can be an answer: digits are left to the tests that mean them.
            let key = all[place % all.len()];
            if key.letter().is_some_and(|letter| letter.is_ascii_digit()) {
                continue;
            }
            seat.chord(key, KeyKind::Press);
            seat.wait(wait);
            seat.screen();
            prop_assert!(seat.commits() == 0, "{} led to {}", key, seat.screen());
            // Re-reads of tickets are answered, so that tickets arm.
            while let Some(place) = seat.asked.iter().position(|(_, _, ask)| matches!(ask, Ask::GetQuote(_))) {
                let (_, seller, ask) = &seat.asked[place];
                let Ask::GetQuote(id) = ask else { break };
                let key = dealdesk::domain::QuoteRef::new(seller.clone(), id.clone());
                seat.same(&key);
            }
        }
    }

    #[test]
    fn no_name_moves_a_border(name in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{202e}\u{200b}\u{301}日👩]){0,60}") {
        for size in SIZES {
            let mut seat = seat(size);
            seat.keys("2 r");
            let cleaned = clean(&name, 200);
            let mut hostile = package("p", &cleaned, Some("25.00"), &["a"]);
            hostile.description.clone_from(&cleaned);
            hostile.ad_formats = vec![cleaned.clone()];
            hostile.tags = vec![cleaned.clone()];
            seat.answer(Ok(Answer::Packages(vec![hostile])));
            seat.answer(Ok(Answer::Products(vec![product("a")])));
            check(&seat.screen(), size)?;
            let mut quote = seat.quote("northlight", "qt-\u{202e}1", "25.00", 9);
            quote.product.name.clone_from(&cleaned);
            quote.pricing.rationale.clone_from(&cleaned);
            quote.raw_status.clone_from(&cleaned);
            let key = seat.quoted_as(quote);
            seat.keys("3");
            check(&seat.screen(), size)?;
            seat.keys("N");
            check(&seat.screen(), size)?;
            seat.keys("3 B");
            seat.same(&key);
            check(&seat.screen(), size)?;
        }
    }
}

/// Every row is as wide as the screen at most, every box is closed, and nothing moves the terminal.
fn check(screen: &str, (cols, _): (u16, u16)) -> Result<(), TestCaseError> {
    prop_assert!(!screen.chars().any(|c| c.is_control() && c != '\n'));
    for line in screen.lines() {
        let wide = dealdesk::domain::text::width(line);
        prop_assert!(wide <= usize::from(cols), "{wide}: {line}");
        let starts = line.starts_with('│') || line.starts_with('║');
        let ends = line.ends_with('│') || line.ends_with('║');
        prop_assert!(!starts || ends, "a box is open: {line}");
        if starts {
            prop_assert_eq!(wide, usize::from(cols), "{}", line);
        }
    }
    Ok(())
}
