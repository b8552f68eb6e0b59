//! How wide the columns are: on the board and among the quotes no price, no cost, no clock and no currency is
//! cut, at any size and whatever sellers call things; an id is shortened before a product is.

use dealdesk::{
    desk::{Command, Input, Setup},
    domain::{Limits, text},
};
use proptest::prelude::*;

use super::{
    harness::Seat,
    world::{setup, usd},
};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

/// A desk that knows what other currencies are worth.
fn seat(size: (u16, u16)) -> Seat {
    let rates = ["EUR", "JPY", "KWD"].map(|code| (code.parse().unwrap(), "1.1".parse().unwrap()));
    let limits = Limits { rates: rates.into(), ..setup().limits };
    Seat::with(Setup { limits, ..setup() }, size)
}

/// Quotes as sellers name them: long ids and products, other currencies, one that is over.
fn busy(size: (u16, u16)) -> Seat {
    let mut seat = seat(size);
    for (id, product, price, minutes) in [
        ("qt-c5a95b29d467", "CTV Live Sports", "27.36", 10),
        ("qt-4e1d20aa91f3", "Programmatic Linear Reach — A25-54 Primetime", "27.36 EUR", 60 * 20),
        ("qt-77aa01bb92cc", "Premium Display - Homepage", "2736 JPY", 30),
        ("qt-01bb92cc77aa", "Mobile App Rewarded Video", "12.345 KWD", 4),
        ("qt-92cc77aa01bb", "Winter Sports CTV + Video", "25.00", 1),
    ] {
        let mut quote = seat.quote("northlight", id, price, minutes);
        quote.product.name = product.into();
        seat.quoted_as(quote);
    }
    seat.wait(120_000);
    let gone = dealdesk::domain::QuoteRef::new("northlight", "qt-77aa01bb92cc");
    seat.input(Input::Command(Command::LetGo(gone)));
    seat
}

#[test]
fn columns_are_as_wide_as_what_they_hold() {
    for size in SIZES {
        for (name, keys) in [("board", "1 g g"), ("quotes", "3 g g"), ("timeline", "1 v")] {
            let mut seat = busy(size);
            let name = format!("columns_{name}_{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, seat.keys(keys).screen());
        }
    }
}

#[test]
fn nothing_jumps_while_one_scrolls() {
    let mut seat = seat((120, 24));
    for nth in 0..40 {
        let mut quote = seat.quote("harbor", &format!("qt-{nth}"), "20.00", 100 + nth);
        let words = if nth % 7 == 0 { "Premium Display - Homepage" } else { "Stadium" };
        quote.product.name = words.into();
        seat.quoted_as(quote);
    }
    for screen in ["1", "3"] {
        seat.keys(screen);
        seat.screen();
        seat.keys("g g");
        let head = |seat: &mut Seat| {
            let screen = seat.screen();
            screen.lines().find(|line| line.contains("PRODUCT")).unwrap().to_owned()
        };
        let before = head(&mut seat);
        for _ in 0..40 {
            seat.keys("j");
            assert_eq!(head(&mut seat), before, "{}", seat.screen());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_price_clock_or_currency_is_cut(
        rows in prop::collection::vec(
            ("[A-Za-z ]{1,50}", "[a-z0-9]{1,30}", 1_u32..2_000_000_000, 0..4_usize, 2_i64..4_000),
            1..6,
        ),
        size in 0..3_usize,
    ) {
        let size = SIZES[size];
        let mut seat = seat(size);
        let mut told = Vec::new();
        for (nth, (product, id, cents, currency, minutes)) in rows.iter().enumerate() {
            let currency = ["USD", "EUR", "JPY", "KWD"][*currency];
            let (whole, part) = (cents / 100, cents % 100);
            let amount = if currency == "JPY" { whole.max(1).to_string() } else { format!("{}.{part:02}", whole.max(1)) };
            let price = format!("{amount} {currency}");
            let mut quote = seat.quote("northlight", &format!("{id}{nth}"), &price, *minutes);
            quote.product.name = dealdesk::domain::text::clean(&format!("P {product}"), 200);
            seat.quoted_as(quote);
            let sign = if currency == "USD" { String::new() } else { format!("{currency} ") };
            told.push(format!("{sign}{}", usd(&price).grouped()));
        }
        for keys in ["1 g g", "3 g g"] {
            let screen = seat.keys(keys).screen();
            let table = screen.lines().skip_while(|line| !line.contains("SELLER")).take(rows.len() + 3);
            let table: String = table.collect::<Vec<_>>().join("\n");
            for price in &told {
                prop_assert!(table.contains(&format!(" {price} ")), "{price}: {screen}");
            }
            for row in table.lines().filter(|row| row.contains("T-")) {
                let clock = row.split("T-").nth(1).unwrap();
                let whole = clock.split(' ').next().unwrap();
                prop_assert!(!whole.contains('…') && whole.len() >= 5, "{row}");
                let is_cut = row.contains('…');
                let blank = text::width(row) + 1 < usize::from(size.0);
                prop_assert!(!is_cut || !blank || keys == "3 g g", "{row}\n{screen}");
            }
        }
    }
}

#[test]
fn a_line_of_the_log_says_when_it_was_and_how_much_it_matters_in_any_width() {
    for wide in [80, 100, 120] {
        let mut seat = busy((wide, 24));
        seat.keys("9");
        let screen = seat.screen();
        let is_whole = |row: &str| {
            let mut words = row.trim_start_matches(['▌', ' ']).split_whitespace();
            let time = words.next().is_some_and(|time| time.len() == "14:00:00.000".len());
            time && words.next().is_some_and(|level| matches!(level, "debug" | "info" | "warn"))
        };
        let rows = screen.lines().skip_while(|row| !row.contains("TIME")).skip(1);
        let rows: Vec<_> = rows.take_while(|row| !row.starts_with('┌')).collect();
        assert!(rows.len() > 3 && rows.iter().all(|row| is_whole(row)), "{wide}: {screen}");
    }
}

#[test]
fn a_very_long_product_is_cut_and_no_figure_goes_for_it() {
    for (wide, keys) in [(120, "1"), (120, "3"), (160, "1"), (160, "3")] {
        let heads = |product: &str| {
            let mut seat = seat((wide, 36));
            let mut quote = seat.quote("northlight", "qt-c5a95b29", "27.36", 10);
            quote.product.name = product.into();
            seat.quoted_as(quote);
            seat.keys(keys);
            let screen = seat.screen();
            let head = screen.lines().find(|row| row.contains("SELLER")).unwrap();
            let heads = head.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            (heads, screen)
        };
        let (usual, _) = heads("CTV Live Sports");
        let (long, screen) = heads(&"CTV Live Sports of all the leagues ".repeat(4));
        let gone = usual.iter().find(|head| !long.contains(head));
        assert_eq!(gone, None, "{wide} {keys}: {screen}");
    }
}
