//! What changed since a person last looked: a mark until the row was under the cursor or ten minutes
//! have passed, a highlight for a moment. Never a blinking attribute.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::{BoardRow, Row},
    domain::Stage,
    tui::parts::context::HIGHLIGHT,
};

/// How long a mark stays.
const MARKED: SignedDuration = SignedDuration::from_mins(10);

/// Which rows were looked at, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    rows: BTreeMap<Row, Timestamp>,
}

impl Seen {
    /// The row is under the cursor.
    pub(crate) fn look(&mut self, row: Row, now: Timestamp) {
        self.rows.insert(row, now);
    }

    /// The mark of a row: `▲` it went on, `▼` it went wrong or ended.
    pub(crate) fn mark(
        &self,
        row: Row,
        record: &BoardRow<'_>,
        now: Timestamp,
    ) -> Option<&'static str> {
        let (changed, stage) = changed(record)?;
        let seen = self.rows.get(&row).is_some_and(|seen| *seen >= changed);
        let old = now.duration_since(changed) >= MARKED;
        (!seen && !old).then_some(if is_setback(stage) { "▼" } else { "▲" })
    }
}

/// When a row last changed after it came, and its stage.
pub(crate) fn changed(record: &BoardRow<'_>) -> Option<(Timestamp, Stage)> {
    (record.changed_at > record.came_at).then_some((record.changed_at, record.stage))
}

/// Whether a row changed a moment ago.
pub(crate) fn is_fresh(record: &BoardRow<'_>, now: Timestamp) -> bool {
    changed(record).is_some_and(|(at, _)| at <= now && now.duration_since(at) < HIGHLIGHT)
}

fn is_setback(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::Unknown
            | Stage::Disputed
            | Stage::Paused
            | Stage::Expired
            | Stage::Rejected
            | Stage::Declined
            | Stage::Canceled
            | Stage::NotSent
    )
}
