//! The clock of a quote with its bar: what is left on the seller's clock, the mark and the colour that
//! change at a quarter, at a minute and at nothing (as on every screen: `parts::clock`).

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::{QuoteRecord, State},
    tui::parts::{
        clock::urgency,
        context::Wake,
        countdown::{left, left_bar, scale},
        theme::Meaning,
    },
};

/// The last minute.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// What is left of a quote, and how near its end is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) left: SignedDuration,
    pub(crate) mark: &'static str,
    pub(crate) meaning: Meaning,
    whole: Option<SignedDuration>,
}

impl Clock {
    pub(crate) fn of(state: &State, record: &QuoteRecord, now: Timestamp) -> Self {
        let left = state.left(record, now);
        let quote = &record.quote;
        let whole = quote.created_at.map(|at| quote.expires_at.duration_since(at));
        let (mark, meaning) = urgency(left, whole);
        Self { left, mark, meaning, whole }
    }

    /// `◔██▍░░░ T-03:41 /10m`: mark, bar, number and the bar's scale; 21 cells at most.
    pub(crate) fn words(self) -> String {
        let (_, name) = scale(self.left);
        let mark = crate::domain::text::fit(self.mark, 1);
        format!("{mark}{} {} {name}", left_bar(self.left, 6), left(self.left))
    }

    /// `◔██▍░ T-03:41` for narrow terminals: without its scale.
    pub(crate) fn short(self) -> String {
        let mark = crate::domain::text::fit(self.mark, 1);
        format!("{mark}{} {}", left_bar(self.left, 4), left(self.left))
    }

    /// When it next changes: its number, or its mark between two numbers.
    pub(crate) fn wakes(self, wake: &mut Wake, now: Timestamp) {
        if !self.left.is_positive() {
            return;
        }
        wake.clock(self.left, now);
        let quarter = self.whole.map(|whole| SignedDuration::from_secs(whole.as_secs() / 4));
        for at in [quarter, Some(MINUTE)].into_iter().flatten() {
            if self.left > at {
                wake.by(now.saturating_add(self.left - at).unwrap_or(now));
            }
        }
    }
}
