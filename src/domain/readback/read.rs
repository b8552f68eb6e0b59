//! Amounts, counts, days and words of a DSP's export. What has two readings has none.

use jiff::civil::Date;
use rust_decimal::Decimal;

pub(super) use crate::domain::money::typed::Numbers;
use crate::domain::{
    Currency, DealType,
    money::{Mistyped, typed},
};

/// What exports write where there is nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "-" | "–" | "—")
        || ["n/a", "na", "null", "none"].iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

/// A price with the currency that stands beside it: `12.50`, `12,50`, `$1,234.56`, `1.234,56 €`,
/// `USD 12.50`.
pub(super) fn amount(text: &str, numbers: Numbers) -> Result<(Decimal, Option<Currency>), String> {
    let typed = typed::read(text, numbers).map_err(|no| no.to_string())?;
    Ok((typed.amount, typed.currency))
}

/// Impressions: a whole number, its thousands kept apart or not.
pub(super) fn count(text: &str) -> Result<u64, String> {
    typed::whole(text).map_err(|no| match no {
        Mistyped::Not(_) => "it is no whole number of impressions".to_owned(),
        Mistyped::Two(..) | Mistyped::Currency(..) => no.to_string(),
    })
}

/// A day: `2026-07-01` with or without a time, `30.09.2026`, `1 Jul 2026`, `09/30/2026`. One that is
/// another day in another country is none.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let no = || "it is no day: write it like 2026-07-01".to_owned();
    if let Some(day) = text.get(..10).and_then(|iso| iso.replace('/', "-").parse().ok()) {
        return Ok(day);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let (year, rest) = text.split_at_checked(4).ok_or_else(no)?;
        let (month, day) = rest.split_at_checked(2).ok_or_else(no)?;
        return date(year, month, day).ok_or_else(no);
    }
    let parts: Vec<&str> =
        text.split(['/', '-', '.', ',', ' ']).filter(|part| !part.is_empty()).collect();
    let &[first, second, year, ..] = parts.as_slice() else { return Err(no()) };
    let is_year =
        |text: &str| matches!(text.len(), 2 | 4) && text.bytes().all(|b| b.is_ascii_digit());
    if !is_year(year) {
        return Err(no());
    }
    let year = if year.len() == 2 { format!("20{year}") } else { year.to_owned() };
    if let Some(month) = month(second) {
        return date(&year, month, first).ok_or_else(no);
    }
    if let Some(month) = month(first) {
        return date(&year, month, second).ok_or_else(no);
    }
    let (day_first, month_first) = (date(&year, second, first), date(&year, first, second));
    let with_points = text.contains('.');
    match (day_first, month_first) {
        // With points the day stands first everywhere.
        (Some(day), _) if with_points => Ok(day),
        (Some(day), Some(other)) if day != other => {
            Err(format!("it can be {day} or {other}: write it like one of these"))
        }
        (Some(day), _) => Ok(day),
        (None, Some(day)) if !with_points => Ok(day),
        (None, _) => Err(no()),
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn month(word: &str) -> Option<&'static str> {
    const MONTHS: [(&str, &str); 12] = [
        ("jan", "1"),
        ("feb", "2"),
        ("mar", "3"),
        ("apr", "4"),
        ("may", "5"),
        ("jun", "6"),
        ("jul", "7"),
        ("aug", "8"),
        ("sep", "9"),
        ("oct", "10"),
        ("nov", "11"),
        ("dec", "12"),
    ];
    let word = word.to_lowercase();
    MONTHS.iter().find(|(name, _)| word.starts_with(name)).map(|(_, number)| *number)
}

/// A currency code.
pub(super) fn currency(text: &str) -> Result<Currency, String> {
    text.to_ascii_uppercase().parse().map_err(|_| "it is no currency code, like USD".to_owned())
}

/// Kind of deal, in any spelling.
pub(super) fn deal_type(text: &str) -> Result<DealType, String> {
    DealType::parse(text)
        .ok_or_else(|| "it is no kind of deal that is known (PG, PD, PA)".to_owned())
}

/// Auction type, as a number or in words.
pub(super) fn auction_type(text: &str) -> Result<u32, String> {
    let word: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    match word.to_lowercase().as_str() {
        "firstprice" => Ok(1),
        "secondprice" | "secondpriceplus" => Ok(2),
        "fixed" | "fixedprice" => Ok(3),
        other => other.parse().map_err(|_| "it is no auction type (1, 2, 3)".to_owned()),
    }
}

/// Yes or no.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "guaranteed" => Ok(true),
        "0" | "no" | "n" | "false" | "not guaranteed" | "non-guaranteed" => Ok(false),
        _ => Err("it is neither yes nor no".to_owned()),
    }
}

/// Several names in one cell.
pub(super) fn names(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '|', ' ']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prices_have_one_reading_or_none() {
        for (text, read) in [
            ("12.50", Some("12.50")),
            ("12,50", Some("12.50")),
            ("12,5", Some("12.5")),
            ("$12.50", Some("12.50")),
            ("$1,234.56", Some("1234.56")),
            ("1.234,56 €", Some("1234.56 EUR")),
            ("1 234,56", Some("1234.56")),
            ("USD 12.50", Some("12.50 USD")),
            ("12.50 usd cpm", Some("12.50 USD")),
            ("£9", Some("9 GBP")),
            ("1,234,567", Some("1234567")),
            ("0,125", Some("0.125")),
            (".5", Some("0.5")),
            ("12.3456", Some("12.3456")),
            ("12.500", Some("12.500")),
            ("1,234", None),
            ("12,34,56", None),
            ("1.2.3", None),
            ("1,23.456,7", None),
            ("-4", None),
            ("(4.00)", None),
            ("twelve", None),
            ("12 USD EUR", None),
            ("1e3", None),
            ("$", None),
            ("٣", None),
        ] {
            let got = amount(text, Numbers::Point).ok().map(|(amount, currency)| {
                let code = currency.map_or_else(String::new, |code| format!(" {code}"));
                format!("{amount}{code}")
            });
            assert_eq!(got.as_deref(), read, "{text}");
        }
        assert!(
            amount("12.500", Numbers::Either).unwrap_err().starts_with("it can be 12.50 or 12500")
        );
    }

    #[test]
    fn days_have_one_reading_or_none() {
        for (text, read) in [
            ("2026-07-01", Some("2026-07-01")),
            ("2026-07-01T00:00:00Z", Some("2026-07-01")),
            ("2026/07/01 10:00", Some("2026-07-01")),
            ("20260701", Some("2026-07-01")),
            ("30/09/2026", Some("2026-09-30")),
            ("09/30/26", Some("2026-09-30")),
            ("7/7/2026", Some("2026-07-07")),
            ("01.07.2026", Some("2026-07-01")),
            ("1 Jul 2026", Some("2026-07-01")),
            ("01-Jul-2026", Some("2026-07-01")),
            ("July 1, 2026 12:00 AM", Some("2026-07-01")),
            ("05/07/2026", None),
            ("05-07-26", None),
            ("31/31/2026", None),
            ("09.30.2026", None),
            ("2026-02-30", None),
            ("soon", None),
            ("45839", None),
        ] {
            let got = day(text).ok().map(|day| day.to_string());
            assert_eq!(got.as_deref(), read, "{text}");
        }
        let two = day("05/07/2026").unwrap_err();
        assert_eq!(two, "it can be 2026-07-05 or 2026-05-07: write it like one of these");
    }

    #[test]
    fn impressions_are_whole() {
        for (text, read) in [
            ("500000", Some(500_000)),
            ("1,000,000", Some(1_000_000)),
            ("1.000.000", Some(1_000_000)),
            ("1 000 000", Some(1_000_000)),
            ("500,000", Some(500_000)),
            ("500000.0", Some(500_000)),
            ("0", Some(0)),
            ("500.000", None),
            ("1,5", None),
            ("1.5M", None),
            ("-5", None),
        ] {
            assert_eq!(count(text).ok(), read, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_price_written_out_is_read_back(cents in 0i64..100_000_000, style in 0usize..3) {
            let amount = Decimal::new(cents, 2);
            let (whole, fraction) = (cents / 100, cents % 100);
            let grouped = crate::domain::money::grouped(amount);
            let text = match style {
                0 => format!("{whole}.{fraction:02}"),
                1 => format!("{whole},{fraction:02}"),
                // Point and comma the other way round.
                _ => format!("${grouped}"),
            };
            prop_assert_eq!(super::amount(&text, Numbers::Either), Ok((amount, None)));
        }

        #[test]
        fn nothing_that_is_typed_panics(text in "\\PC{0,20}") {
            let _ = super::amount(&text, Numbers::Either);
            let _ = count(&text);
            let _ = day(&text);
            let _ = flag(&text);
            let _ = auction_type(&text);
        }
    }
}
