//! What a dialect of a protocol can do for a buyer, and why it cannot do the rest.
//!
//! Each dialect lists its own. What a list does not name, and what a dialect that the desk does not know
//! is asked for, is taken as not served: money never depends on a guess.

/// Something that an API may serve a buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Quotes for a product.
    Quotes,
    /// Moves in a negotiation of a quote.
    Negotiation,
    /// A deal at the price that was agreed in a negotiation of the same quote. Without it the desk asks
    /// for a new quote at that price.
    AgreedPrice,
    /// A place for words with a move, and a word for leaving.
    Words,
    /// Idempotency keys. Whether a seller honours them is another matter.
    IdempotencyKeys,
    /// Avails of a product.
    Avails,
    /// Insertion orders and changes of them.
    Orders,
}

/// Whether an ability is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// It is.
    Yes,
    /// It is not; the reason is for a person.
    No(&'static str),
}

/// The reason where nothing else is known.
const UNKNOWN: Served = Served::No("the desk does not know that this seller serves it");

/// A dialect of a protocol, and what it serves.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// As the configuration names it.
    pub name: &'static str,
    /// What is known to be served, or known not to be.
    pub abilities: &'static [(Ability, Served)],
    /// The same in the words of somebody who gets to know a seller.
    pub words: &'static [&'static str],
}

impl Dialect {
    /// Whether it serves this; no, where nothing is known.
    pub fn serves(&self, ability: Ability) -> Served {
        let known = self.abilities.iter().find(|(known, _)| *known == ability);
        known.map_or(UNKNOWN, |(_, served)| *served)
    }

    /// Whether it is known to serve this.
    pub fn has(&self, ability: Ability) -> bool {
        self.serves(ability) == Served::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sellers::{dialect, honours_agreement};

    #[test]
    fn only_what_is_known_to_honour_an_agreement_does() {
        for (protocol, dialect, honours) in [
            ("iab", "v2", true),
            ("iab", "v1", false),
            ("iab", "auto", false),
            ("iab", "", false),
            ("iab", "v3", false),
            ("opendirect", "v2", false),
            ("opendirect", "auto", false),
            ("", "", false),
        ] {
            assert_eq!(honours_agreement(protocol, dialect), honours, "{protocol} {dialect}");
        }
    }

    #[test]
    fn what_no_list_names_is_not_served() {
        let silent = Dialect { name: "v1", abilities: &[], words: &[] };
        for ability in [Ability::AgreedPrice, Ability::IdempotencyKeys, Ability::Orders] {
            assert!(!silent.has(ability));
            assert!(matches!(silent.serves(ability), Served::No(why) if !why.is_empty()));
        }
        let Served::No(why) = dialect("iab", "v1").unwrap().serves(Ability::Avails) else {
            panic!("v1 has no avails");
        };
        assert!(why.contains("dialect v1"), "{why}");
    }
}
