//! Idempotency: what was done under a key, so that a repeat is answered and not done again.
//!
//! The scope is surface, buyer and key; only what succeeded is remembered, for a day (wire/iab.md 4.5).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Market, Refusal};

const REMEMBERS: SignedDuration = SignedDuration::from_hours(24);

/// Where a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    Quotes,
    Deals,
    Negotiations,
}

impl Surface {
    fn word(self) -> &'static str {
        match self {
            Self::Quotes => "quotes",
            Self::Deals => "deals",
            Self::Negotiations => "negotiations",
        }
    }

    /// What its requests are called where a key was used for another one.
    fn request(self) -> &'static str {
        match self {
            Self::Quotes => "quote request",
            Self::Deals => "booking request",
            Self::Negotiations => "negotiation message",
        }
    }
}

/// What a request led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WhatWasDone {
    /// A quote or a deal: a repeat is told what it is now.
    Made(String),
    /// An answer, which a repeat is told again to the byte.
    Said(Vec<u8>),
}

/// A request that succeeded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remembered {
    asked: Value,
    done: WhatWasDone,
    until: Timestamp,
}

impl Market {
    /// What was done for the same request, if it was. `asked` is the request as it was read: defaults
    /// filled, unknown fields dropped.
    ///
    /// # Errors
    /// The key was used for something else.
    pub(crate) fn recall(
        &self,
        surface: Surface,
        (buyer, key): (&str, &str),
        asked: &Value,
        now: Timestamp,
    ) -> Result<Option<WhatWasDone>, Refusal> {
        let known = self.remembered.get(&place(surface, buyer, key));
        match known.filter(|known| now < known.until) {
            None => Ok(None),
            Some(known) if known.asked == *asked => Ok(Some(known.done.clone())),
            Some(_) => Err(conflict(surface, key)),
        }
    }

    /// Remembers what was done.
    pub(crate) fn remember(
        &mut self,
        surface: Surface,
        (buyer, key): (&str, &str),
        (asked, done): (Value, WhatWasDone),
        now: Timestamp,
    ) {
        let until = now.saturating_add(REMEMBERS).unwrap_or(Timestamp::MAX);
        self.remembered.insert(place(surface, buyer, key), Remembered { asked, done, until });
    }
}

fn place(surface: Surface, buyer: &str, key: &str) -> String {
    format!("{}:{buyer}:{key}", surface.word())
}

/// What a seller says to a key that it knows from another request.
pub(crate) fn conflict(surface: Surface, key: &str) -> Refusal {
    let message =
        format!("idempotency_key '{key}' was already used for a different {}.", surface.request());
    let detail = json!({"error": "idempotency_conflict", "message": message, "unsupported": []});
    Refusal::Told { status: 409, detail }
}
