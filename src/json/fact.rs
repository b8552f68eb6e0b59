//! FACT: one line of `watch`, one entry of a deal's audit.

use serde::Serialize;

use super::{At, told};
use crate::desk::{Entry, Fact, Mode};

/// FACT.
#[derive(Debug, Serialize)]
pub(crate) struct FactDoc {
    /// The cursor: `watch --from` takes it.
    pub(crate) seq: u64,
    pub(crate) at: At,
    /// How the desk worked that noted it: live, paper or demo.
    pub(crate) mode: Mode,
    /// `quote.received`, `booking.done`, …
    pub(crate) kind: &'static str,
    /// `null` where it is about the whole desk.
    pub(crate) seller: Option<String>,
    /// The Deal ID, else the quote's id, else the product's; `null` where it is about none.
    pub(crate) subject: Option<String>,
    pub(crate) by: String,
    /// The fact itself, as the journal holds it.
    pub(crate) fact: Fact,
}

impl FactDoc {
    pub(crate) fn new(seq: u64, entry: &Entry) -> Self {
        Self {
            seq,
            at: entry.at.into(),
            mode: entry.mode,
            kind: entry.fact.kind(),
            seller: entry.fact.of_seller().map(|seller| seller.0),
            subject: told(&entry.fact.subject()),
            by: entry.actor.to_string(),
            fact: entry.fact.clone(),
        }
    }
}
