//! Letters as names are compared: the same however they are written, large or small, with their accents
//! in one character or beside it.

use icu_normalizer::{
    DecomposingNormalizerBorrowed as Decomposing, properties::CanonicalCombiningClassMapBorrowed,
};

/// The letters and digits that stand for a character where names are compared: none for a mark, a space
/// or a sign; `e` for `É`, `ss` for `ß`.
pub fn folded(c: char) -> impl Iterator<Item = char> {
    let apart = Decomposing::new_nfkd().normalize_iter(std::iter::once(c));
    // By way of the large letters those become one that have one large form: ß and ss, ς and σ.
    apart
        .filter(|c| !is_mark(*c) && c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter(|c| !is_mark(*c))
}

/// Whether a character is written over or under the letter before it, as accents are.
pub fn is_mark(c: char) -> bool {
    !c.is_ascii() && CanonicalCombiningClassMapBorrowed::new().get_u8(c) != 0
}

/// The words of a name that programs use, small and with a line around each: `_quote_used_` for
/// `quoteUsed`, `quote-used` and `QUOTE.USED`.
pub fn words_of(name: &str) -> String {
    let mut words = String::from("_");
    let mut is_small = false;
    for letter in name.trim().chars() {
        if letter.is_uppercase() && is_small {
            words.push('_');
        }
        is_small = letter.is_lowercase();
        words.push(if letter.is_alphanumeric() { letter } else { '_' });
    }
    words.push('_');
    words.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> String {
        text.chars().flat_map(folded).collect()
    }

    #[test]
    fn letters_are_the_same_however_they_are_written() {
        for (one, other) in [
            ("\u{e9}", "e\u{301}"),
            ("CAF\u{c9}", "cafe\u{301}"),
            ("Stra\u{df}e", "STRASSE"),
            ("\u{3a3}\u{3bf}\u{3c6}\u{3cc}\u{3c2}", "\u{3a3}\u{39f}\u{3a6}\u{39f}\u{3a3}"),
            ("\u{130}stanbul", "istanbul"),
            ("\u{fb01}n", "FIN"),
            ("\u{ff21}\u{ff22}", "ab"),
        ] {
            assert_eq!(all(one), all(other), "{one} {other}");
        }
        assert_eq!(all("Br\u{fc}cke-7 B"), "brucke7b");
        assert_ne!(all("ab"), all("ac"));
    }
}
