//! What words for one seller must not hold: another seller's name, one of its prices, a round of the
//! talks with it. It only warns: what was meant is a person's to say.

use std::fmt;

use rust_decimal::Decimal;

use super::{
    SellerName,
    letters::{folded, is_mark},
    money::{self, typed::Numbers},
};

/// The seller that the words are for, as far as they may hold it.
#[derive(Debug, Clone, Default)]
pub struct Addressed {
    /// What it is called, by us and by itself.
    pub names: Vec<String>,
    /// Prices that were named between it and us.
    pub prices: Vec<Decimal>,
    /// Rounds that were played with it.
    pub rounds: u32,
}

/// Another seller.
#[derive(Debug, Clone)]
pub struct Other {
    /// Which.
    pub seller: SellerName,
    /// What it is called, by us and by itself.
    pub names: Vec<String>,
    /// Prices that were named between it and us, theirs and ours.
    pub prices: Vec<Decimal>,
    /// Rounds that were played with it.
    pub rounds: u32,
}

/// Something of another seller in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leak {
    /// A name of it.
    Name(SellerName, String),
    /// A price that was named between it and us.
    Price(SellerName, Decimal),
    /// A round that was played with it alone.
    Round(SellerName, u32),
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(seller, name) if *name == seller.0 => write!(f, "names {seller}"),
            Self::Name(seller, name) => write!(f, "names {seller} ({name})"),
            Self::Price(seller, price) => write!(f, "tells {seller}'s {}", money::plain(*price)),
            Self::Round(seller, round) => write!(f, "tells of round {round}, which was {seller}'s"),
        }
    }
}

/// Words in small letters, one space between two and around all; everything else is dropped.
fn plain(text: &str) -> String {
    let mut letters = String::new();
    for c in text.chars().filter(|c| !is_mark(*c)) {
        let before = letters.len();
        letters.extend(folded(c));
        if letters.len() == before {
            letters.push(' ');
        }
    }
    format!(" {} ", letters.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The amounts in words: `25.22`, `25,22`, `$25`, `1,234.50`.
fn amounts(text: &str) -> Vec<Decimal> {
    let numbers = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','));
    let amounts = numbers.flat_map(|number| {
        let number = number.trim_matches(|c| matches!(c, '.' | ','));
        // What has two readings may be meant in either.
        let with_a_point = number.replacen(',', ".", 1).parse().ok();
        let grouped = number.replace(',', "").parse().ok();
        let read = money::typed::read(number, Numbers::Point).ok().map(|typed| typed.amount);
        [read.or(with_a_point), grouped.filter(|_| number.contains(','))]
    });
    amounts.flatten().collect()
}

/// The rounds that words speak of: `R3`, `round 3`.
fn rounds(plain: &str) -> Vec<u32> {
    let words: Vec<_> = plain.split_whitespace().collect();
    let short = words.iter().filter_map(|word| word.strip_prefix('r')?.parse().ok());
    let after = |two: &[&str]| {
        let is_round = matches!(two[0], "round" | "rounds");
        two[1].parse().ok().filter(|_| is_round)
    };
    short.chain(words.windows(2).filter_map(after)).collect()
}

/// What of `others` stands in `words` that are for `to`. What is also theirs is no leak.
pub fn leaks(words: &str, to: &Addressed, others: &[Other]) -> Vec<Leak> {
    let (text, amounts) = (plain(words), amounts(words));
    let rounds = rounds(&text);
    let own: Vec<_> = to.names.iter().map(|name| plain(name)).collect();
    let mut found = Vec::new();
    for other in others {
        let seller = &other.seller;
        let named = other.names.iter().find(|name| {
            let name = plain(name);
            // A name that is part of the addressed one's is no other's.
            let is_own = own.iter().any(|own| own.contains(&name));
            // Two letters and the spaces around them are no name that could be told from a word.
            name.len() > 4 && !is_own && text.contains(&name)
        });
        found.extend(named.map(|name| Leak::Name(seller.clone(), name.clone())));
        let mut told: Vec<_> = amounts
            .iter()
            .filter(|amount| other.prices.contains(amount) && !to.prices.contains(amount))
            .collect();
        told.dedup();
        found.extend(told.into_iter().map(|price| Leak::Price(seller.clone(), *price)));
        let theirs = rounds.iter().find(|round| **round > to.rounds + 1 && **round <= other.rounds);
        found.extend(theirs.map(|round| Leak::Round(seller.clone(), *round)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn others() -> Vec<Other> {
        vec![
            Other {
                seller: "harbor".into(),
                names: vec!["harbor".into(), "Harbor Media, Inc.".into()],
                prices: vec![d("25.22"), d("1234.50"), d("24.00")],
                rounds: 4,
            },
            Other { seller: "up".into(), names: vec!["up".into()], prices: vec![], rounds: 0 },
        ]
    }

    fn said(words: &str) -> Vec<String> {
        let to = Addressed {
            names: vec!["northlight".into(), "Northlight Street Media".into()],
            prices: vec![d("23.85"), d("24.00")],
            rounds: 2,
        };
        leaks(words, &to, &others()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_name_a_price_or_a_round_of_another_seller_is_found() {
        for (words, found) in [
            ("Harbor is cheaper", "names harbor"),
            ("so says HARBOR-MEDIA, Inc!", "names harbor"),
            ("so says Ha\u{301}rb\u{f3}r", "names harbor"),
            ("we have 25.22 elsewhere", "tells harbor's 25.22"),
            ("another asks $25,22 for it", "tells harbor's 25.22"),
            ("another asks 1,234.5.", "tells harbor's 1234.50"),
            ("as in round 4", "tells of round 4, which was harbor's"),
            ("as in R4.", "tells of round 4, which was harbor's"),
        ] {
            assert!(said(words).iter().any(|said| said == found), "{words}: {:?}", said(words));
        }
    }

    #[test]
    fn what_is_theirs_too_and_ordinary_words_are_left_alone() {
        for words in [
            "",
            "could you meet us at 23.85?",
            "we said 24.00 in round 2",
            "this is round 3",
            "let us wrap up",
            "the harbour is lovely",
            "500,000 impressions from 2026-07-01",
            "northlight",
        ] {
            assert_eq!(said(words), Vec::<String>::new(), "{words}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_it_and_a_price_is_found_wherever_it_stands(
            before in ".{0,40}", after in "[^0-9.,]{0,40}", cents in 1i64..1_000_000,
        ) {
            let price = Decimal::new(cents, 2);
            let other = Other {
                seller: "harbor".into(), names: vec!["harbor".into()], prices: vec![price], rounds: 9,
            };
            let words = format!("{before} {} {after}", money::plain(price));
            let found = leaks(&words, &Addressed::default(), &[other]);
            prop_assert!(found.contains(&Leak::Price("harbor".into(), price)), "{found:?}");
        }
    }
}
