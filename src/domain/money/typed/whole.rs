//! Whole numbers as people write them: impressions, rounds, minutes.

use super::{Mistyped, Numbers, marks};

/// The most impressions that anybody asks for at once; more is a slip of the finger.
pub const MOST_IMPRESSIONS: u64 = 100_000_000_000;

fn none() -> Mistyped {
    Mistyped::Not("it is no whole number above zero, like 500_000".to_owned())
}

/// A whole number, its thousands kept apart or not: `500000`, `500,000`, `500_000`, `500000.0`.
///
/// # Errors
/// Where it is none, or has two readings: `500.000`.
pub fn whole(text: &str) -> Result<u64, Mistyped> {
    times(text.trim(), 1)
}

/// Impressions, above zero: `500000`, `500,000`, `500_000`, `500k`, `1.2m`.
///
/// # Errors
/// Where it is no whole number, or has two readings.
pub fn count(text: &str) -> Result<u64, Mistyped> {
    let text = text.trim();
    let last = text.char_indices().next_back();
    let many = last.and_then(|(at, letter)| {
        Some((&text[..at], marks::times(&letter.to_ascii_uppercase().to_string())?))
    });
    let (digits, many) = many.unwrap_or((text, 1));
    let count = times(digits.trim(), many)?;
    Some(count).filter(|count| (1..=MOST_IMPRESSIONS).contains(count)).ok_or_else(none)
}

/// The number that is written so many times, which is whole.
fn times(digits: &str, times: u32) -> Result<u64, Mistyped> {
    // Nobody writes decimals of impressions: a comma keeps thousands apart, as the desk writes it.
    let decimals = (times == 1).then_some(0);
    let read = match marks::number(digits, Numbers::Either, decimals) {
        Err(Mistyped::Two(one, other)) if times == 1 => {
            let whole = one.strip_suffix(".00").map(str::to_owned);
            return Err(Mistyped::Two(whole.unwrap_or(one), other));
        }
        read => marks::multiplied(read, times),
    };
    let number = match read {
        Err(Mistyped::Not(_)) => return Err(none()),
        read => read?,
    };
    // `500000.0` is how some programs write it; more zeros than of cents are a slip.
    let whole = Some(number).filter(|number| number.is_integer() && number.scale() <= 2);
    whole.and_then(|whole| u64::try_from(whole.normalize()).ok()).ok_or_else(none)
}
