//! A forecast's own track record: past talks are gone through again, each is forecast from nothing but the
//! talks that had ended before it began, and where it was agreed is held against that.

use super::{History, Range, Talk};
use crate::domain::Negotiation;

/// How often a range held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// Talks that settled within the range that was forecast.
    pub held: usize,
    /// Talks that agreed and could be forecast.
    pub of: usize,
}

impl Record {
    /// How often it held, in whole percent; `None` where nothing was forecast.
    pub fn percent(&self) -> Option<usize> {
        (200 * self.held + self.of).checked_div(2 * self.of)
    }

    /// Whether these are few cases.
    pub fn is_few(&self) -> bool {
        self.of < super::FEW
    }
}

impl History {
    /// How the ranges that are forecast after `stage` answers held.
    pub fn record(&self, stage: usize) -> Record {
        let told = self.talks.iter().filter_map(|talk| self.told_at(talk, stage));
        told.fold(Record::default(), |record, (_, held)| Record {
            held: record.held + usize::from(held),
            of: record.of + 1,
        })
    }

    /// What would have been forecast of a talk that agreed at its last turn, and whether that held.
    pub fn told(&self, game: &Negotiation) -> Option<(Range, bool)> {
        self.told_at(&Talk::of(game)?, usize::MAX)
    }

    /// The same after `stage` answers.
    fn told_at(&self, talk: &Talk, stage: usize) -> Option<(Range, bool)> {
        let agreed = talk.agreed?;
        let before = |past: &&Talk| past.ended.is_some_and(|ended| ended < talk.opened);
        let past = self.talks.iter().filter(before);
        let range = Range::of(past, talk.stage(stage), talk.turn_at(stage)?)?;
        Some((range, range.holds(agreed)))
    }
}
