//! What a DSP has, field by field against what was bought.

use serde::Serialize;

use super::cost;
use crate::domain::{
    SellerName,
    activation::Bought,
    readback::{self, ReadBack, Shape},
};

/// An export read back.
#[derive(Debug, Serialize)]
pub(crate) struct ReadbackDoc {
    /// `table`, `json`, `bid request`.
    pub(crate) shape: String,
    /// Whether every deal of ours in it is as agreed.
    pub(crate) agrees: bool,
    pub(crate) items: Vec<ReadDealDoc>,
    /// Ids that the desk has no deal for, verbatim.
    pub(crate) not_ours: Vec<String>,
    /// Columns or fields that were not read.
    pub(crate) unused: Vec<String>,
}

/// One deal of ours as the DSP has it.
#[derive(Debug, Serialize)]
pub(crate) struct ReadDealDoc {
    pub(crate) deal_id: String,
    pub(crate) seller: String,
    /// Where it stands in the export.
    pub(crate) place: String,
    pub(crate) agrees: bool,
    /// `agrees` in words, for people.
    #[serde(skip)]
    pub(crate) stands: &'static str,
    /// The difference of the floor over all impressions.
    pub(crate) at_stake: Option<String>,
    pub(crate) currency: String,
    pub(crate) days_lost: Option<i64>,
    /// Days of the flight.
    pub(crate) days: Option<i64>,
    pub(crate) rows: Vec<ReadRowDoc>,
}

/// One field.
#[derive(Debug, Serialize)]
pub(crate) struct ReadRowDoc {
    pub(crate) field: String,
    pub(crate) agreed: String,
    pub(crate) theirs: String,
    /// `agrees`, `differs`, `absent`, `unreadable`.
    pub(crate) outcome: String,
    pub(crate) note: Option<String>,
}

impl ReadbackDoc {
    pub(crate) fn new(shape: Shape, items: Vec<ReadDealDoc>, unused: Vec<String>) -> Self {
        let agrees = items.iter().all(|item| item.agrees);
        Self { shape: shape.to_string(), agrees, items, not_ours: Vec::new(), unused }
    }
}

impl ReadDealDoc {
    pub(crate) fn new(seller: &SellerName, bought: &Bought, back: ReadBack) -> Self {
        Self {
            deal_id: bought.deal_id.0.clone(),
            seller: seller.0.clone(),
            place: back.place.to_string(),
            agrees: back.agrees(),
            stands: back.stands(),
            at_stake: cost(back.at_stake),
            currency: bought.cpm.currency().to_string(),
            days_lost: back.days_lost.map(|(lost, _)| lost),
            days: back.days_lost.map(|(_, of)| of),
            rows: back.rows.into_iter().map(ReadRowDoc::new).collect(),
        }
    }
}

impl ReadRowDoc {
    fn new(row: readback::Row) -> Self {
        Self {
            field: row.field.to_owned(),
            agreed: row.agreed,
            theirs: row.theirs,
            outcome: row.outcome.to_string(),
            note: row.note,
        }
    }
}
