//! The kind of a deal in its letters, for lists that ask every row for it with every letter that is typed.

use crate::domain::DealType;

/// Its letters.
pub(crate) fn letters(kind: DealType) -> &'static str {
    match kind {
        DealType::Guaranteed => "PG",
        DealType::Preferred => "PD",
        DealType::Auction => "PA",
        DealType::Curated => "CUR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_are_those_that_are_shown_everywhere() {
        for kind in DealType::ALL.into_iter().chain([DealType::Curated]) {
            assert_eq!(letters(kind), kind.to_string());
        }
    }
}
