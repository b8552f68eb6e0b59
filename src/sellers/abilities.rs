//! What a seller of each dialect serves, in words for people who get to know one.
//!
//! Source: wire/iab.md, section 2: what is really served. A seller may serve less than its dialect.

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
