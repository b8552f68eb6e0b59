//! A negotiation: its rounds, how it ended, and what can be booked now.

use serde::Serialize;

use super::{At, ErrorDoc, cpm, told};
use crate::domain::{
    Negotiation, Round,
    money::typed::Understood,
    negotiation::{Pending, Seen},
};

/// A negotiation within a QUOTE.
#[derive(Debug, Serialize)]
pub(crate) struct NegotiationDoc {
    /// `open`, `accepted`, `walked_away`, `rejected`, `timed_out`, `halted`, `unknown`.
    pub(crate) outcome: String,
    pub(crate) rounds_count: u32,
    /// As the seller counts.
    pub(crate) rounds_left: Option<i64>,
    pub(crate) rounds: Vec<RoundDoc>,
    pub(crate) agreed_cpm: Option<String>,
    /// The strategy that plays, if one does.
    pub(crate) strategy: Option<String>,
    /// Our move without an answer, where there is one.
    pub(crate) in_doubt: Option<DoubtDoc>,
}

/// One move.
#[derive(Debug, Serialize)]
pub(crate) struct RoundDoc {
    pub(crate) round: u32,
    /// `us` or `them`.
    pub(crate) by: String,
    pub(crate) action: String,
    pub(crate) cpm: Option<String>,
    pub(crate) rationale: Option<String>,
    pub(crate) at: At,
}

/// What `negotiate` prints.
#[derive(Debug, Serialize)]
pub(crate) struct NegotiateDoc {
    pub(crate) quote_id: String,
    pub(crate) seller: String,
    pub(crate) strategy: String,
    pub(crate) outcome: String,
    /// The price it ended at; `null` unless accepted.
    pub(crate) final_cpm: Option<String>,
    /// Of every price here.
    pub(crate) currency: String,
    pub(crate) rounds_count: u32,
    pub(crate) rounds: Vec<RoundDoc>,
    pub(crate) agreed_cpm: Option<String>,
    /// What `book` takes now: this quote, or the one that carries the agreement.
    pub(crate) book_quote_id: Option<String>,
    /// `book` or `none`.
    pub(crate) next: &'static str,
    pub(crate) dry_run: bool,
    /// What the strategy would do first; with `--dry-run` only.
    pub(crate) would: Option<WouldDoc>,
    /// Our move that was not answered while `negotiate` waited, where there is one.
    pub(crate) in_doubt: Option<DoubtDoc>,
    /// Options that are no plain figures, with what they were read as.
    pub(crate) understood: Vec<Understood>,
    pub(crate) error: Option<ErrorDoc>,
    pub(crate) exit: u8,
}

/// A move without an answer, and what has been seen of it since.
#[derive(Debug, Serialize)]
pub(crate) struct DoubtDoc {
    pub(crate) round: u32,
    pub(crate) action: String,
    pub(crate) cpm: String,
    pub(crate) sent_at: At,
    pub(crate) evidence: Vec<SeenDoc>,
}

/// What was seen of it.
#[derive(Debug, Serialize)]
pub(crate) struct SeenDoc {
    pub(crate) at: At,
    pub(crate) says: String,
}

/// A move that was not made.
#[derive(Debug, Serialize)]
pub(crate) struct WouldDoc {
    /// `counter`, `accept` or `walk`.
    pub(crate) action: &'static str,
    pub(crate) cpm: Option<String>,
    pub(crate) why: String,
}

impl NegotiationDoc {
    pub(crate) fn new(game: &Negotiation) -> Self {
        Self {
            outcome: game.outcome.to_string(),
            rounds_count: game.played(),
            rounds_left: game.rounds_left,
            rounds: game.rounds.iter().map(RoundDoc::new).collect(),
            agreed_cpm: cpm(game.agreed),
            strategy: game.auto.as_ref().map(|plan| plan.strategy.clone()),
            in_doubt: game.pending.as_ref().filter(|pending| pending.in_doubt).map(DoubtDoc::new),
        }
    }
}

impl DoubtDoc {
    pub(crate) fn new(pending: &Pending) -> Self {
        let seen = |seen: &Seen| SeenDoc { at: seen.at.into(), says: seen.says.clone() };
        Self {
            round: pending.round,
            action: pending.action.to_string(),
            cpm: pending.cpm.plain(),
            sent_at: pending.at.into(),
            evidence: pending.seen.iter().map(seen).collect(),
        }
    }
}

impl RoundDoc {
    pub(crate) fn new(round: &Round) -> Self {
        Self {
            round: round.round,
            by: round.by.to_string(),
            action: round.action.to_string(),
            cpm: cpm(round.cpm),
            rationale: told(&round.rationale),
            at: round.at.into(),
        }
    }
}
