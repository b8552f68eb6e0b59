//! A stage as a mark, a word and a meaning.

use crate::{
    domain::{Group, Stage},
    tui::parts::theme::Meaning,
};

/// What a stage means to a person.
pub(crate) fn meaning(stage: Stage) -> Meaning {
    match stage {
        Stage::Unknown => Meaning::Unknown,
        Stage::Quoted | Stage::MyTurn | Stage::Agreed => Meaning::Us,
        Stage::TheirTurn | Stage::Renegotiating => Meaning::Them,
        Stage::Booking
        | Stage::Waiting
        | Stage::Proposed
        | Stage::Held
        | Stage::Paused
        | Stage::Other => Meaning::Waiting,
        Stage::Active | Stage::Booked | Stage::Completed => Meaning::Good,
        Stage::Disputed | Stage::Rejected | Stage::NotSent => Meaning::Bad,
        Stage::Expired | Stage::Declined | Stage::Canceled => Meaning::Dim,
    }
}

/// `!` where a person must act, before the stage's own mark: `!▸`, `?!`, ` ●`.
pub(crate) fn mark(stage: Stage) -> String {
    let mark = stage.mark();
    if mark.chars().count() > 1 {
        return mark.to_owned();
    }
    let first = if stage.group() == Group::NeedsMe { '!' } else { ' ' };
    format!("{first}{mark}")
}
