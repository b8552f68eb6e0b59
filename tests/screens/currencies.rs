//! Several currencies on one screen: on an axis every price stands where it is worth, with its own amount
//! beside it, and no price is without its currency.

use dealdesk::{
    desk::Setup,
    domain::{Cpm, Limits},
};

use super::{
    harness::Seat,
    world::{moved, setup, usd},
};

/// A quote in euros that is talked about, and one in dollars beside it.
fn talked(rate: &str) -> Seat {
    let rates = [("EUR".parse().unwrap(), rate.parse().unwrap())].into();
    let limits = Limits { rates, ..setup().limits };
    let mut seat = Seat::with(Setup { limits, ..setup() }, (120, 36));
    seat.quoted("northlight", "qt-1", "27.36", 10);
    seat.quoted("harbor", "qt-h", "20.00 EUR", 20);
    seat.keys("3 G N e").typed("15").keys("enter N y").stored();
    seat.wait(1_700).answer(Ok(moved(1, "counter", "15.00 EUR", "19.00 EUR")));
    seat
}

#[test]
fn a_runner_up_in_dollars_stands_where_it_is_worth_on_an_axis_in_euros() {
    let mut seat = talked("1.08");
    for words in ["EUR CPM", "2nd 25.33 (27.36 USD)", "GAP     4.00 EUR", "counter 19.00 EUR"] {
        assert!(seat.shows(words), "{words}: {}", seat.screen());
    }
    seat.keys("v");
    let screen = seat.screen();
    let row = screen.lines().find(|row| row.contains("27.36 USD ◉ quote"));
    let label = row.and_then(|row| row.split('│').next()?.trim().parse::<Cpm>().ok());
    let near = |label: Cpm| label > usd("24.30") && label < usd("26.30");
    assert!(label.is_some_and(near), "{screen}");
    for words in ["EUR 19.00", "best 19.00 EUR harbor", "runner-up 27.36 USD northlight"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}
