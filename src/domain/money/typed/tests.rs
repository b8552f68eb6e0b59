//! One reading, or both are named.

use proptest::prelude::*;

use super::*;

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

#[test]
fn amounts_have_one_reading_or_are_refused_with_both() {
    for (text, read) in [
        ("25.22", "25.22"),
        (" $25,22 ", "25.22"),
        ("25,000", "it can be 25.00 or 25000: write it like one of these"),
        ("25.000", "it can be 25.00 or 25000: write it like one of these"),
        ("1,400", "it can be 1.40 or 1400: write it like one of these"),
        ("12.345", "it can be 12.3450 or 12345: write it like one of these"),
        ("12.3450", "12.345"),
        ("25000", "25000"),
        ("25,000.00", "25000"),
        ("25.000,00", "25000"),
        ("25,000.5", "25000.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1 234,567", "1234.567"),
        ("12_500", "12500"),
        ("12_500.00", "12500"),
        ("12'500.00", "12500"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
        (".5", "0.5"),
        ("12,610.00 USD", "12610"),
        ("USD 12,610.00", "12610"),
        ("12 50", "its ' ' stand where none keeps thousands apart"),
        ("1_4", "its '_' stand where none keeps thousands apart"),
        ("12,50,00", "its ',' stand where none keeps thousands apart"),
        ("17.00 EUR", "it is in EUR, this is in USD"),
        ("€17.00", "it is in EUR, this is in USD"),
        ("¥1700", "it is in ¥, this is in USD"),
        ("12 USD EUR", "it names two currencies"),
        ("-3", "an amount is not below zero"),
        ("1e3", "E is no currency"),
        ("", "it is no amount"),
        ("$", "it is no amount"),
        ("$25.2k", "25200"),
        ("25.2k USD", "25200"),
        ("$2.15M", "2150000"),
        ("25.000k", "it can be 25000 or 25000000: write it like one of these"),
        ("1k5", "it is no amount"),
        ("k", "K is no currency"),
        ("~12,610.00", "12610"),
        ("9.80f", "9.8"),
        ("9.80F", "F is no currency"),
        ("f9.80", "F is no currency"),
        ("+1.78", "1.78"),
        ("25.99 CPM", "25.99"),
        ("25.99 USD CPM", "25.99"),
        ("−5.99", "an amount is not below zero"),
        ("−$5.99", "an amount is not below zero"),
        ("1.234 KWD", "it is in KWD, this is in USD"),
        ("٣", "it is no amount"),
        ("79228162514264337593543950335", "no amount is that large"),
    ] {
        let got = amount(text, Currency::USD);
        let got = got.map_or_else(|no| no.to_string(), |it| it.normalize().to_string());
        assert_eq!(got, read, "{text}");
    }
    assert!(amount("$17.00", currency("EUR")).is_err());
    assert_eq!(amount("¥1700", currency("JPY")).unwrap(), Decimal::from(1_700));
    for (text, code, read) in [
        ("1.234", "KWD", "1.234"),
        ("1.234 KWD", "KWD", "1.234"),
        ("25.000", "KWD", "25"),
        ("1,234", "KWD", "it can be 1.234 or 1234: write it like one of these"),
        ("1,234.000", "KWD", "1234"),
        ("1.234,5", "KWD", "1234.5"),
        ("1,234", "JPY", "1234"),
        ("¥1,234", "JPY", "1234"),
        ("1,234 JPY", "JPY", "1234"),
        ("JPY 25.2k", "JPY", "25200"),
        ("1,234k", "JPY", "it can be 1234 or 1234000: write it like one of these"),
        ("1.234", "JPY", "it can be 1.2340 or 1234: write it like one of these"),
        ("1.2345", "CLF", "1.2345"),
        // A zero short of thousands is none of what has no decimals.
        ("1,00", "JPY", "it can be 1 or 100: write it like one of these"),
        ("1,0 JPY", "JPY", "it can be 1 or 10: write it like one of these"),
        ("¥500,00", "JPY", "it can be 500 or 50000: write it like one of these"),
        ("500.00", "KRW", "it can be 500 or 50000: write it like one of these"),
        ("1,50", "JPY", "it can be 1.50 or 150: write it like one of these"),
        ("500,0000", "JPY", "it can be 500 or 5000000: write it like one of these"),
        ("500,", "JPY", "its ',' stands before nothing"),
        ("1234,00", "JPY", "1234"),
        ("1,234.00", "JPY", "1234"),
        ("12.34", "JPY", "12.34"),
        ("0,5", "JPY", "0.5"),
    ] {
        let got = amount(text, currency(code));
        let got = got.map_or_else(|no| no.to_string(), |it| it.normalize().to_string());
        assert_eq!(got, read, "{text} in {code}");
    }
    let named = read("1,234 JPY", Numbers::Either).unwrap();
    assert_eq!(named.of(currency("JPY")), Ok(Decimal::from(1_234)), "it is named");
    assert_eq!(read("1.234 KWD", Numbers::Either).unwrap().amount, Decimal::new(1_234, 3));
    assert_eq!(factor("1,08"), Ok(Decimal::new(108, 2)));
    for bad in ["1.080", "1.08 USD", "$1", "-1"] {
        assert!(factor(bad).is_err(), "{bad}");
    }
    // What a program writes has a point before its decimals.
    assert!(read("12.345", Numbers::Point).is_ok());
    assert!(read("12,345", Numbers::Point).is_err());
}

#[test]
fn what_a_program_writes_of_a_currency_without_decimals_has_one_reading() {
    let yen = |numbers| read("500.00 JPY", numbers).map(|typed| typed.amount.normalize());
    assert_eq!(yen(Numbers::Point), Ok(Decimal::from(500)));
    assert!(yen(Numbers::Either).is_err(), "a person may mean 50,000");
}

#[test]
fn no_amount_is_larger_than_the_largest() {
    let most = MOST_COST.to_string();
    assert_eq!(amount(&most, Currency::USD), Ok(MOST_COST));
    let more = MOST_COST.saturating_add(Decimal::ONE).to_string();
    assert_eq!(amount(&more, Currency::USD).unwrap_err().to_string(), "no amount is that large");
}

#[test]
fn letters_of_an_amount_are_those_that_people_and_the_desk_write() {
    let letters = "0123456789 .,'_$€£¥USDKMkmf~+-−’\u{a0}\u{202f}\u{2009}";
    for letter in letters.chars() {
        assert!(is_of_an_amount(letter), "{letter:?}");
    }
    for letter in "abceusd;:/!?%#*=()[]{}<>\"@٣\t\n".chars() {
        assert!(!is_of_an_amount(letter), "{letter:?}");
    }
}

#[test]
fn what_the_desk_shows_can_be_typed_back() {
    for (shown, texts) in [
        ("25000 USD", &["25000.00", "25,000.00", "$25,000.00", "25,000.00 USD", "25000"][..]),
        ("12.345 USD", &["12.345", "12.345 USD", "12.3450"]),
        ("1235.5 KWD", &["1235.500", "1,235.500", "1,235.500 KWD"]),
        ("1.235 KWD", &["1.235", "KWD 1.235"]),
        ("197408 JPY", &["197408", "197,408", "JPY 197,408", "¥197,408"]),
    ] {
        let cost: Cost = shown.parse().unwrap();
        for text in texts {
            assert_eq!(cost.typed(text), Ok(cost.amount()), "{text} for {shown}");
            let cpm = Cpm::new(cost.amount(), cost.currency());
            assert_eq!(cpm.typed(text), Ok(cost.amount()), "{text} for {shown}");
        }
        let written = written(cost.amount(), cost.currency());
        assert_eq!(amount(&written, cost.currency()), Ok(cost.amount()), "{written}");
    }
    let cost: Cost = "20.52 USD".parse().unwrap();
    assert_eq!(cost.typed("20.520"), Ok(cost.amount()), "as the desk writes decimals");
    let cost: Cost = "25 USD".parse().unwrap();
    assert!(matches!(cost.typed("25,000"), Err(Mistyped::Two(..))));
    assert!(matches!(cost.typed("25.00 EUR"), Err(Mistyped::Currency(..))));
    assert_eq!(cost.typed("26"), Ok(Decimal::from(26)));
}

#[test]
fn what_was_understood_is_said_where_it_was_typed_otherwise() {
    let said = |text| understood(text, amount(text, Currency::USD).unwrap(), Currency::USD);
    assert_eq!(said("25.000,00").as_deref(), Some("25,000.00 USD"));
    assert_eq!(said("12,5").as_deref(), Some("12.50 USD"));
    for as_shown in ["25,000.00", "25000.00", "25000", "12.5", "12.50"] {
        assert_eq!(said(as_shown), None, "{as_shown}");
    }
}

#[test]
fn impressions_are_whole_and_above_zero() {
    for (text, read) in [
        ("500000", Ok(500_000)),
        ("500,000", Ok(500_000)),
        ("1,500,000", Ok(1_500_000)),
        ("1.500.000", Ok(1_500_000)),
        ("500_000", Ok(500_000)),
        ("500 000", Ok(500_000)),
        ("1_000", Ok(1_000)),
        ("1.2", Err("")),
        ("500k", Ok(500_000)),
        ("1.2m", Ok(1_200_000)),
        ("1,2M", Ok(1_200_000)),
        ("500.000", Err("it can be 500 or 500000: write it like one of these")),
        ("1,500k", Err("it can be 1500 or 1500000: write it like one of these")),
        ("500000.0", Ok(500_000)),
        ("500,00", Err("it can be 500 or 50000: write it like one of these")),
        ("500.00", Err("it can be 500 or 50000: write it like one of these")),
        ("1,0", Err("it can be 1 or 10: write it like one of these")),
        ("500,", Err("")),
        ("0", Err("")),
        ("-1", Err("")),
        ("25,22", Err("")),
        ("5.5", Err("")),
        ("1e6", Err("")),
        ("", Err("")),
        ("k", Err("")),
        ("1,0000", Err("")),
        ("5000001.2m5", Err("")),
        ("99999999999999999999999", Err("")),
    ] {
        match (count(text), read) {
            (got, Ok(read)) => assert_eq!(got, Ok(read), "{text}"),
            (Err(got), Err(says)) if !says.is_empty() => assert_eq!(got.to_string(), says),
            (Err(_), Err(_)) => {}
            (got, read) => panic!("{text}: {got:?}, not {read:?}"),
        }
    }
}

#[test]
fn what_is_no_plain_figure_is_said_back() {
    let said = |text: &str, code: &str| {
        let currency = currency(code);
        let read = amount(text, currency).unwrap();
        Understood::amount("--max", text, read, currency).map(|said| said.to_string())
    };
    for plain in ["25000", "25000.00", "12.5"] {
        assert_eq!(said(plain, "USD"), None, "{plain}");
    }
    for (text, code, is) in [
        ("25,000.00", "USD", "--max \"25,000.00\" is read as 25000.00 USD"),
        ("12,5", "USD", "--max \"12,5\" is read as 12.50 USD"),
        ("$25.2k", "USD", "--max \"$25.2k\" is read as 25200.00 USD"),
        ("1,234", "JPY", "--max \"1,234\" is read as 1234 JPY"),
        ("1.234 KWD", "KWD", "--max \"1.234 KWD\" is read as 1.234 KWD"),
    ] {
        assert_eq!(said(text, code).as_deref(), Some(is));
    }
    assert_eq!(
        understood("$25.2k", Decimal::from(25_200), Currency::USD).unwrap(),
        "25,200.00 USD"
    );
}

/// Amounts of whole ticks, and those that a seller's discount made finer than these.
fn shown_amounts() -> impl Strategy<Value = (Decimal, Currency)> {
    let codes = prop::sample::select(vec!["USD", "EUR", "JPY", "KRW", "KWD", "BHD", "CLF", "GBP"]);
    (0_i64..10_000_000_000, codes, any::<bool>()).prop_map(|(units, code, is_fine)| {
        let currency = currency(code);
        let finer = if is_fine { 2 } else { 0 };
        let scale = currency.decimals() + finer;
        // Three decimals of what has two are refused: they may as well be thousands.
        let scale = if scale == 3 && currency.decimals() != 3 { scale + 1 } else { scale };
        (Decimal::new(units, scale), currency)
    })
}

proptest! {
    #[test]
    fn what_the_desk_prints_is_read_as_what_it_is((amount, currency) in shown_amounts()) {
        let (cpm, cost) = (Cpm::new(amount, currency), Cost::new(amount, currency));
        let (plain, grouped) = (cost.plain(), cost.grouped());
        let is_odd = amount.normalize().scale() == 3 && currency.decimals() != 3;
        for text in [
            plain.clone(),
            grouped.clone(),
            format!("{cost}"),
            cost.in_full(),
            format!("{currency} {grouped}"),
            format!("~{currency} {grouped}"),
            format!("{grouped}f"),
            format!("{cpm} CPM"),
            format!(" {} ", written(amount, currency)),
        ] {
            // Only where it is shown can three decimals be told from thousands.
            prop_assert_eq!(cost.typed(&text), Ok(amount), "{}", text);
            prop_assert_eq!(cpm.typed(&text), Ok(amount), "{}", text);
            if !is_odd {
                prop_assert_eq!(super::amount(&text, currency), Ok(amount), "{}", text);
            }
        }
        let again = written(amount, currency);
        prop_assert_eq!(super::amount(&again, currency), Ok(amount), "{}", again);
        if currency == Currency::USD {
            prop_assert_eq!(cost.typed(&format!("${grouped}")), Ok(amount));
        }
    }

    #[test]
    fn nothing_that_is_typed_panics(text in "\\PC{0,20}") {
        let (usd, cost) = (Currency::USD, Cost::usd(Decimal::TEN));
        let _ = (amount(&text, usd), cost.typed(&text), count(&text));
    }

    #[test]
    fn no_reading_is_a_thousand_times_another(whole in 0_u32..1_000_000, cents in 0_u32..100) {
        let amount = Decimal::new(i64::from(whole) * 100 + i64::from(cents), 2);
        for code in ["USD", "EUR"] {
            let (plain, currency) = (plain_in(amount, currency(code)), currency(code));
            let grouped = crate::domain::money::grouped_in(amount, currency);
            let german = grouped.replace(',', " ").replace('.', ",").replace(' ', ".");
            for text in [plain, grouped, german, written(amount, currency)] {
                prop_assert_eq!(super::amount(&text, currency), Ok(amount), "{}", text);
            }
        }
    }
}
