//! What became of bookings whose outcome was not known.

use serde::Serialize;

use super::{book::EvidenceDoc, deal::DealDoc};

/// What became of one booking.
#[derive(Debug, Serialize)]
pub(crate) struct SettledDoc {
    pub(crate) quote_id: String,
    pub(crate) seller: String,
    pub(crate) ticket: String,
    /// `done`, `disputed`, `refused`, `expired`, `not_sent`, `closed`, `unknown`.
    pub(crate) outcome: String,
    pub(crate) attempts: u32,
    pub(crate) cost: String,
    pub(crate) says: Option<String>,
    pub(crate) cure: Option<String>,
    pub(crate) deal: Option<DealDoc>,
    pub(crate) evidence: Vec<EvidenceDoc>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ReconcileDoc {
    pub(crate) items: Vec<SettledDoc>,
    pub(crate) exit: u8,
}
