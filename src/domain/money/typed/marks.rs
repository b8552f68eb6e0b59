//! The digits and marks of what was typed: what stands beside them, and which mark means what.

use rust_decimal::Decimal;

use super::{Mistyped, Numbers, no};
use crate::domain::Currency;

/// What was typed, taken apart.
#[derive(Debug)]
pub(super) struct Bare {
    /// Digits and their marks.
    pub(super) digits: String,
    /// The currency that is named.
    pub(super) currency: Option<Currency>,
    /// A sign that several currencies are written with.
    pub(super) sign: Option<char>,
    /// How many times the digits are meant: a thousand behind `k`, a million behind `M`.
    pub(super) times: u32,
}

/// What keeps thousands apart wherever it stands: a space, an underscore, an apostrophe.
fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '_' | '\'' | '’')
}

/// Whether a letter can be part of an amount, as people and the desk write it.
pub fn is_of_an_amount(letter: char) -> bool {
    letter.is_ascii_digit()
        || letter.is_ascii_uppercase()
        || is_gap(letter)
        || matches!(letter, '.' | ',' | '$' | '€' | '£' | '¥' | 'k' | 'm' | 'f')
        || matches!(letter, '~' | '+' | '-' | '−')
}

/// A word behind digits that says how many times they are meant.
pub(super) fn times(word: &str) -> Option<u32> {
    match word {
        "K" => Some(1_000),
        "M" => Some(1_000_000),
        _ => None,
    }
}

/// The digits and marks of an amount without its currency, its unit and the marks that the desk sets:
/// `~` before what is not guaranteed, `f` behind a floor.
pub(super) fn bare(text: &str) -> Result<Bare, Mistyped> {
    let mut bare = Bare { digits: String::new(), currency: None, sign: None, times: 1 };
    let mut word = String::new();
    for c in text.trim_start().trim_start_matches(['~', '+']).chars().chain([' ']) {
        if c.is_ascii_alphabetic() {
            word.push(c);
            continue;
        }
        let named = std::mem::take(&mut word);
        let is_behind = bare.digits.ends_with(|last: char| last.is_ascii_digit());
        let upper = named.to_ascii_uppercase();
        let code = match (upper.as_str(), c) {
            ("" | "CPM", '€') => "EUR",
            ("" | "CPM", '£') => "GBP",
            ("" | "CPM", _) => "",
            ("F", _) if is_behind && named == "f" => "",
            (known, _) if is_behind && bare.times == 1 && times(known).is_some() => {
                bare.times = times(known).unwrap_or(1);
                ""
            }
            (named, _) => named,
        };
        if !code.is_empty() {
            let code = code.parse().map_err(|_| Mistyped::Not(format!("{code} is no currency")))?;
            if bare.currency.is_some_and(|known| known != code) {
                return no("it names two currencies");
            }
            bare.currency = Some(code);
        }
        match c {
            '$' | '¥' => bare.sign = Some(c),
            '€' | '£' => {}
            c if bare.times > 1 && !is_gap(c) => return no("it is no amount"),
            c => bare.digits.push(c),
        }
    }
    bare.digits = String::from(bare.digits.trim_matches(is_gap));
    Ok(bare)
}

/// A number that is not below zero. `decimals` are those that an amount of its currency has, where that
/// is known: they decide what one mark before three digits is.
pub(super) fn number(
    digits: &str,
    numbers: Numbers,
    decimals: Option<u32>,
) -> Result<Decimal, Mistyped> {
    if digits.starts_with(['-', '(', '−', '–']) {
        return no("an amount is not below zero");
    }
    let points = digits.matches('.').count();
    let commas = digits.matches(',').count();
    let has_gaps = digits.chars().any(is_gap);
    let plain = match (commas, points) {
        (0, 0) => ungrouped(digits, is_gap)?,
        // What keeps its thousands apart in another way has a mark for nothing but the decimals.
        (0, 1) | (1, 0) if has_gaps => {
            let (whole, fraction) = digits.rsplit_once(['.', ',']).unwrap_or((digits, ""));
            format!("{}.{fraction}", ungrouped(whole, is_gap)?)
        }
        (0, 1) => one_mark(digits, '.', numbers, decimals)?,
        (1, 0) => one_mark(digits, ',', numbers, decimals)?,
        (_, 0) => ungrouped(digits, |c| c == ',')?,
        (0, _) => ungrouped(digits, |c| c == '.')?,
        _ => {
            // The later mark is before the decimals, the other one groups.
            let (group, mark) =
                if digits.rfind(',') > digits.rfind('.') { ('.', ',') } else { (',', '.') };
            let (whole, fraction) = digits.rsplit_once(mark).unwrap_or((digits, ""));
            format!("{}.{fraction}", ungrouped(whole, |c| c == group)?)
        }
    };
    let plain = plain.trim_end_matches('.');
    let plain = if plain.starts_with('.') { format!("0{plain}") } else { plain.to_owned() };
    let is_number = plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let amount = Decimal::from_str_exact(&plain).ok().filter(|_| is_number);
    amount.map_or_else(|| no("it is no amount"), Ok)
}

/// One mark alone: before the decimals, unless it could as well group thousands.
fn one_mark(
    digits: &str,
    mark: char,
    numbers: Numbers,
    decimals: Option<u32>,
) -> Result<String, Mistyped> {
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    let as_decimals = format!("{whole}.{fraction}");
    let is_group = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    let could_group = is_group && digits.bytes().all(|b| b.is_ascii_digit() || b == mark as u8);
    match (mark, decimals) {
        _ if !could_group && decimals == Some(0) => slipped(whole, fraction, mark, numbers),
        _ if !could_group => Ok(as_decimals),
        ('.', _) if numbers == Numbers::Point => Ok(as_decimals),
        // As the desk writes a dinar, which has three decimals.
        ('.', Some(3)) => Ok(as_decimals),
        // As the desk writes a yen, which has none.
        (',', Some(0)) => Ok(format!("{whole}{fraction}")),
        _ => {
            let kept = fraction.trim_end_matches('0');
            let decimals = match kept.len() {
                3 if decimals == Some(3) => kept.to_owned(),
                3 => format!("{kept}0"),
                _ => format!("{kept:0<2}"),
            };
            Err(Mistyped::Two(format!("{whole}.{decimals}"), format!("{whole}{fraction}")))
        }
    }
}

/// One mark before other than three digits, of what has no decimals: a zero too few behind a mark for
/// thousands would be a thousand times less. Only decimals that are written as the desk writes them, and
/// that no slip explains, are decimals.
fn slipped(whole: &str, fraction: &str, mark: char, numbers: Numbers) -> Result<String, Mistyped> {
    let can_group = (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    let is_plain = [whole, fraction].concat().bytes().all(|b| b.is_ascii_digit());
    let says_none = fraction.bytes().all(|b| b == b'0');
    let is_program = mark == '.' && numbers == Numbers::Point;
    if !can_group || !is_plain || is_program || (mark == '.' && !says_none) {
        return Ok(format!("{whole}.{fraction}"));
    }
    if fraction.is_empty() {
        return no(&format!("its {mark:?} stands before nothing"));
    }
    let one = if says_none { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Err(Mistyped::Two(one, format!("{whole}{fraction}")))
}

/// A whole number whose thousands are kept apart by one mark.
pub(super) fn ungrouped(digits: &str, is_mark: impl Fn(char) -> bool) -> Result<String, Mistyped> {
    let mut marks = digits.chars().filter(|c| is_mark(*c));
    let Some(mark) = marks.next() else { return Ok(digits.to_owned()) };
    let mut groups = digits.split(mark);
    let first = groups.next().unwrap_or_default();
    let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if !is_grouped || marks.any(|other| other != mark) {
        return no(&format!("its {mark:?} stand where none keeps thousands apart"));
    }
    Ok(digits.chars().filter(|c| *c != mark).collect())
}

/// A number so many times; both readings where it has two.
pub(super) fn multiplied(read: Result<Decimal, Mistyped>, times: u32) -> Result<Decimal, Mistyped> {
    let times = Decimal::from(times);
    let large = || Mistyped::Not("no amount is that large".to_owned());
    match read {
        read if times == Decimal::ONE => read,
        Ok(number) => number.checked_mul(times).ok_or_else(large),
        Err(Mistyped::Two(one, other)) => {
            // Three decimals a thousand times are whole: neither reading has a mark.
            let of = |text: &str| {
                let number = Decimal::from_str_exact(text).ok()?.checked_mul(times)?;
                Some(number.normalize().to_string())
            };
            Err(of(&one).zip(of(&other)).map_or_else(large, |(a, b)| Mistyped::Two(a, b)))
        }
        Err(no @ (Mistyped::Not(_) | Mistyped::Currency(..))) => Err(no),
    }
}
