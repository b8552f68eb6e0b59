//! FACT: one line of `watch`, one entry of a deal's audit.

use jiff::Timestamp;
use serde::Serialize;

use crate::desk::{Entry, Fact, Mode};

/// FACT.
#[derive(Debug, Serialize)]
pub(crate) struct FactDoc {
    /// The cursor: `watch --from` takes it.
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    /// How the desk worked that noted it: live, paper or demo.
    pub(crate) mode: Mode,
    /// `quote.received`, `booking.done`, …
    pub(crate) kind: &'static str,
    pub(crate) seller: String,
    /// The Deal ID, else the quote's id, else the product's.
    pub(crate) subject: String,
    pub(crate) by: String,
    /// The fact itself, as the journal holds it.
    pub(crate) fact: Fact,
}

impl FactDoc {
    pub(crate) fn new(seq: u64, entry: &Entry) -> Self {
        Self {
            seq,
            at: entry.at,
            mode: entry.mode,
            kind: entry.fact.kind(),
            seller: entry.fact.seller().0,
            subject: entry.fact.subject(),
            by: entry.actor.to_string(),
            fact: entry.fact.clone(),
        }
    }
}
