//! Amounts in words, for the moment in which a person should not just read digits.

use rust_decimal::Decimal;

use super::Cost;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const POWERS: [(u64, &str); 5] = [
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// A cost in words: `twelve thousand six hundred ten dollars and 50 cents`. Another currency than the
/// dollar is named by its code.
pub fn in_words(cost: Cost) -> String {
    let currency = cost.currency();
    let parts = 10_u64.pow(currency.decimals());
    let smallest = cost.amount().abs().saturating_mul(Decimal::from(parts)).round();
    let Ok(smallest) = u64::try_from(smallest) else { return cost.to_string() };
    let (whole, rest) = (smallest / parts, smallest % parts);
    let mut words = if cost.amount().is_sign_negative() && smallest > 0 {
        format!("minus {}", number(whole))
    } else {
        number(whole)
    };
    let unit = match currency.as_str() {
        "USD" if whole == 1 => "dollar",
        "USD" => "dollars",
        code => code,
    };
    let part = currency.parts();
    words.push(' ');
    words.push_str(unit);
    if rest > 0 {
        words = format!("{words} and {rest} {part}");
    }
    words
}

fn number(value: u64) -> String {
    for (power, name) in POWERS {
        if value >= power {
            let (many, rest) = (number(value / power), value % power);
            return if rest == 0 {
                format!("{many} {name}")
            } else {
                format!("{many} {name} {}", number(rest))
            };
        }
    }
    if value >= 100 {
        let (many, rest) = (small(value / 100), value % 100);
        return if rest == 0 {
            format!("{many} hundred")
        } else {
            format!("{many} hundred {}", number(rest))
        };
    }
    if value < 20 {
        return small(value).to_owned();
    }
    let ten = usize::try_from(value / 10).ok().and_then(|ten| TENS.get(ten)).copied();
    match (ten.unwrap_or(""), value % 10) {
        (ten, 0) => ten.to_owned(),
        (ten, one) => format!("{ten}-{}", small(one)),
    }
}

fn small(value: u64) -> &'static str {
    usize::try_from(value).ok().and_then(|value| SMALL.get(value)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_words() {
        for (cost, words) in [
            ("12610.00", "twelve thousand six hundred ten dollars"),
            ("1.00", "one dollar"),
            ("0.05", "zero dollars and 5 cents"),
            ("21999.99", "twenty-one thousand nine hundred ninety-nine dollars and 99 cents"),
            ("1000000", "one million dollars"),
            ("115.00 EUR", "one hundred fifteen EUR"),
            ("40", "forty dollars"),
            ("197408 JPY", "one hundred ninety-seven thousand four hundred eight JPY"),
            ("12.351 KWD", "twelve KWD and 351 thousandths"),
            ("79228162514264337593543950.335", "79228162514264337593543950.335 USD"),
            ("79228162514264337593543950335", "79228162514264337593543950335 USD"),
        ] {
            assert_eq!(in_words(cost.parse().unwrap()), words);
        }
    }
}
