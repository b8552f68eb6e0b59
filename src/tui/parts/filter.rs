//! Narrowing a list by words: `sports`, `!harbor`, `~nlsp` (letters in this order), `seller:harbor`,
//! `cpm<26`, `cost>=10k`. All words must hold.

use rust_decimal::Decimal;

use crate::domain::money::typed;

/// A row that can be filtered.
pub(crate) trait Fields {
    /// Whether any of the words that it shows is so; each is asked about, in their order, until one is.
    fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool;
    /// One column by name, if it has one of that name.
    fn field(&self, name: &str) -> Option<String>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Contains(String),
    Not(String),
    Fuzzy(String),
    Has(String, String),
    Compare(String, Order, Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Less,
    AtMost,
    More,
    AtLeast,
}

/// What a person typed after `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// Reads what was typed. Whatever is no rule is a plain word.
    pub(crate) fn parse(text: &str) -> Self {
        Self { terms: text.to_lowercase().split_whitespace().filter_map(term).collect() }
    }

    /// Whether every row passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a row passes.
    pub(crate) fn matches(&self, row: &impl Fields) -> bool {
        self.terms.iter().all(|term| term.matches(row))
    }

    /// Whether no row passes that did not pass an earlier filter: a letter more was typed.
    pub(crate) fn narrows(&self, before: &Self) -> bool {
        before.terms.iter().all(|was| self.terms.iter().any(|is| is.implies(was)))
    }
}

/// Whether a text holds a word of small letters, whatever its own letters are. Nothing is copied for it
/// where that can be: a filter asks a big list for it with every letter that is typed.
fn holds(text: &str, word: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(word);
    }
    let Some((first, rest)) = word.as_bytes().split_first() else { return true };
    let is = |part: &[u8]| {
        let part = part.split_first();
        part.is_some_and(|(letter, more)| {
            letter.eq_ignore_ascii_case(first) && more.eq_ignore_ascii_case(rest)
        })
    };
    text.as_bytes().windows(word.len()).any(is)
}

/// Whether all letters are there in their order, over all words.
fn has_in_order(row: &impl Fields, letters: &str) -> bool {
    let mut left = letters.chars().peekable();
    let mut takes = |text: &str| {
        for letter in text.to_lowercase().chars() {
            left.next_if_eq(&letter);
        }
        left.peek().is_none()
    };
    row.any(&mut takes)
}

impl Term {
    fn matches(&self, row: &impl Fields) -> bool {
        let has = |word: &str| row.any(&mut |text| holds(text, word));
        match self {
            Self::Contains(word) => has(word),
            Self::Not(word) => !has(word),
            Self::Fuzzy(letters) => has_in_order(row, letters),
            Self::Has(name, word) => match row.field(name) {
                Some(value) => holds(&value, word),
                None => has(&format!("{name}:{word}")),
            },
            Self::Compare(name, order, than) => {
                let value = row.field(name).and_then(|value| number(&value));
                value.is_some_and(|value| order.holds(value, *than))
            }
        }
    }

    /// Whether every row that passes this one passes the other.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Contains(is), Self::Contains(was)) => is.contains(was),
            (Self::Fuzzy(is), Self::Fuzzy(was)) => is_subsequence(was, is),
            (Self::Has(name, is), Self::Has(of, was)) => name == of && is.contains(was),
            (is, was) => is == was,
        }
    }
}

impl Order {
    fn holds(self, value: Decimal, than: Decimal) -> bool {
        match self {
            Self::Less => value < than,
            Self::AtMost => value <= than,
            Self::More => value > than,
            Self::AtLeast => value >= than,
        }
    }
}

fn term(word: &str) -> Option<Term> {
    if let Some(rest) = word.strip_prefix('!') {
        return (!rest.is_empty()).then(|| Term::Not(rest.to_owned()));
    }
    if let Some(rest) = word.strip_prefix('~') {
        return (!rest.is_empty()).then(|| Term::Fuzzy(rest.to_owned()));
    }
    for (sign, order) in
        [("<=", Order::AtMost), (">=", Order::AtLeast), ("<", Order::Less), (">", Order::More)]
    {
        if let Some((name, value)) = word.split_once(sign)
            && let Some(than) = number(value)
            && !name.is_empty()
        {
            return Some(Term::Compare(name.to_owned(), order, than));
        }
    }
    match word.split_once(':') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Some(Term::Has(name.to_owned(), value.to_owned()))
        }
        Some(_) | None => Some(Term::Contains(word.to_owned())),
    }
}

/// `12,610.00`, `10k`, `1.2m`, as the desk writes it.
fn number(text: &str) -> Option<Decimal> {
    let typed = typed::as_shown(text)?;
    typed.currency.is_none().then_some(typed.amount)
}

fn is_subsequence(letters: &str, text: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static str, &'static str);

    impl Fields for Row {
        fn any(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
            is(self.0) || is(self.1)
        }

        fn field(&self, name: &str) -> Option<String> {
            match name {
                "seller" => Some(self.0.to_owned()),
                "cost" => Some(self.1.to_owned()),
                _ => None,
            }
        }
    }

    #[test]
    fn words_signs_and_columns() {
        let row = Row("Northlight", "~12,610.00");
        for (typed, passes) in [
            ("", true),
            ("north", true),
            ("NORTH 610", true),
            ("north harbor", false),
            ("!harbor", true),
            ("!north", false),
            ("~nlt", true),
            ("~tln", false),
            ("~nt610", true),
            ("~610nt", false),
            ("light~", false),
            ("ht~12", false),
            ("T~", false),
            ("seller:light", true),
            ("seller:harbor", false),
            ("cost>10k", true),
            ("cost<=12610", true),
            ("cost<12610", false),
            ("cost>1m", false),
            ("nosuch<3", false),
            ("!", true),
            ("a<", false),
        ] {
            assert_eq!(Filter::parse(typed).matches(&row), passes, "{typed:?}");
        }
    }

    #[test]
    fn letters_of_all_kinds_are_found_whatever_their_size() {
        let row = Row("Café ÉCLAIR ΑΣ", "\u{212a}");
        for (typed, passes) in [
            ("café", true),
            ("CAFÉ", true),
            ("éc", true),
            ("ας", true),
            ("k", true),
            ("cafe", false),
        ] {
            assert_eq!(Filter::parse(typed).matches(&row), passes, "{typed:?}");
        }
    }

    #[test]
    fn a_letter_more_narrows_and_what_may_let_more_through_does_not() {
        for (before, is, narrows) in [
            ("", "n", true),
            ("n", "no", true),
            ("no", "n", false),
            ("north", "north 6", true),
            ("north 6", "north", false),
            ("!no", "!nor", false),
            ("!no", "!no x", true),
            ("~nt", "~nlt", true),
            ("~nlt", "~nt", false),
            ("seller", "seller:", true),
            ("seller:", "seller:n", false),
            ("seller:n", "seller:no", true),
            ("seller:n", "cost:no", false),
            ("cost>1", "cost>10", false),
            ("cost<10", "cost<10 x", true),
        ] {
            assert_eq!(Filter::parse(is).narrows(&Filter::parse(before)), narrows, "{before} {is}");
        }
    }
}
