//! What the board says of a row beside its columns, and does with it: each noun in its own words. A noun more
//! is one implementation here, and a line in [`of`].

use ratatui::text::Line;

use super::{
    detail,
    why::{self, Why},
};
use crate::{
    desk::{Command, DealRecord, OnBoard, QuoteRecord, State},
    domain::{QuoteRef, Stage},
    tui::parts::{
        context::Dx,
        copies,
        screen::{Copyable, ScreenId, Target},
    },
};

/// A noun on the board.
pub(crate) trait Noun {
    /// Why it is where it is, and what a person can do.
    fn why(&self, dx: &Dx<'_>) -> Why;

    /// What is known of it, the most important first; in little room (`brief`) less of it.
    fn detail(&self, dx: &Dx<'_>, wide: usize, brief: bool) -> Vec<Line<'static>>;

    /// Its name, to put a cursor on it.
    fn target(&self) -> Target;

    /// The screen that shows it closely.
    fn screen(&self) -> ScreenId;

    /// What asks its seller again.
    fn ask_again(&self, state: &State) -> Command;

    /// What can be copied of it.
    fn copies(&self) -> Vec<Copyable>;
}

/// The noun of a row.
pub(crate) fn of(row: &dyn OnBoard) -> Option<&dyn Noun> {
    let quote = row.quote().map(|record| record as &dyn Noun);
    quote.or(row.deal().map(|record| record as _))
}

/// What is known of a row, in its noun's words.
pub(super) fn detail(
    dx: &Dx<'_>,
    row: &dyn OnBoard,
    wide: usize,
    brief: bool,
) -> Vec<Line<'static>> {
    of(row).map(|noun| noun.detail(dx, wide, brief)).unwrap_or_default()
}

impl Noun for QuoteRecord {
    fn why(&self, dx: &Dx<'_>) -> Why {
        why::of_quote(dx, self)
    }

    fn detail(&self, dx: &Dx<'_>, wide: usize, brief: bool) -> Vec<Line<'static>> {
        detail::quote(dx, self, wide, brief)
    }

    fn target(&self) -> Target {
        Target::Quote(self.reference())
    }

    fn screen(&self) -> ScreenId {
        let talks = self.is_negotiating() || self.stage() == Stage::Agreed;
        if talks { ScreenId::Ladder } else { ScreenId::Quotes }
    }

    fn ask_again(&self, _: &State) -> Command {
        match (&self.ticket, self.stage()) {
            (Some(ticket), Stage::Unknown | Stage::Waiting) => Command::Look(ticket.clone()),
            _ if self.is_negotiating() => Command::Reread(self.reference()),
            _ => Command::Requote(self.reference()),
        }
    }

    fn copies(&self) -> Vec<Copyable> {
        copies::of_quote(self)
    }
}

impl Noun for DealRecord {
    fn why(&self, dx: &Dx<'_>) -> Why {
        why::of_deal(dx, self)
    }

    fn detail(&self, dx: &Dx<'_>, wide: usize, _: bool) -> Vec<Line<'static>> {
        detail::deal(dx, self, wide)
    }

    fn target(&self) -> Target {
        Target::Deal(self.reference())
    }

    fn screen(&self) -> ScreenId {
        ScreenId::Deal
    }

    fn ask_again(&self, state: &State) -> Command {
        anew(state, self).map_or_else(|| Command::PollDeal(self.reference()), Command::Requote)
    }

    fn copies(&self) -> Vec<Copyable> {
        copies::of_deal(self)
    }
}

/// The quote that is asked for anew where the deal it became came to nothing.
pub(super) fn anew(state: &State, record: &DealRecord) -> Option<QuoteRef> {
    let booking = state.bookings.get(&record.ticket)?;
    record.came_to_nothing().then(|| booking.intent.quote.clone())
}
