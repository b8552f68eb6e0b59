//! What a seller of each dialect serves, in words for people who get to know one.
//!
//! Source: wire/iab.md, section 2: what is really served. A seller may serve less than its dialect.

/// Whether a seller that speaks `dialect` of `protocol` books at a price that was agreed in a negotiation of
/// the same quote. Nothing is taken for granted of one that the desk does not know: it is then quoted
/// anew at the agreed price.
pub fn honours_agreement(protocol: &str, dialect: &str) -> bool {
    matches!((protocol, dialect), ("iab", "v2"))
}

/// What `dialect` of `protocol` serves a buyer; empty where the desk does not know it.
pub fn serves(protocol: &str, dialect: &str) -> &'static [&'static str] {
    match (protocol, dialect) {
        ("iab", "v1") => &[
            "quotes",
            "negotiation at /proposals/{id}/counter",
            "no idempotency keys",
            "no avails",
            "orders",
        ],
        ("iab", "v2") => &[
            "quotes",
            "negotiation at /api/v1/negotiations/messages",
            "idempotency keys",
            "avails",
            "orders",
        ],
        (_, _) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
