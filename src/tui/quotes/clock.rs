//! How near the end of a quote is: a quarter of its time left, a minute left, over. Each changes the
//! colour and the mark once.

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::{QuoteRecord, State},
    domain::Skew,
    tui::{
        context::Wake,
        parts::countdown::{left, left_bar, scale},
        theme::Meaning,
    },
};

/// How near the end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    /// More than a quarter left.
    Calm,
    /// A quarter left.
    Soon,
    /// A minute left.
    Now,
    /// Over.
    Over,
}

/// The last minute.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

impl Urgency {
    /// Of a quote with so much `left` of its `whole` time.
    fn of(left: SignedDuration, whole: SignedDuration) -> Self {
        if !left.is_positive() {
            Self::Over
        } else if left <= MINUTE {
            Self::Now
        } else if left.as_secs() * 4 <= whole.as_secs() {
            Self::Soon
        } else {
            Self::Calm
        }
    }

    /// How it looks.
    pub(crate) fn meaning(self) -> Meaning {
        match self {
            Self::Calm => Meaning::Plain,
            Self::Soon => Meaning::Waiting,
            Self::Now | Self::Over => Meaning::Bad,
        }
    }

    /// Its mark: read even without colour.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Calm => "  ",
            Self::Soon => "! ",
            Self::Now => "!!",
            Self::Over => "✗ ",
        }
    }
}

/// The clock of a quote: what is left, and how near its end is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) left: SignedDuration,
    pub(crate) urgency: Urgency,
    whole: SignedDuration,
}

impl Clock {
    pub(crate) fn of(state: &State, record: &QuoteRecord, now: Timestamp) -> Self {
        let left = state.left(record, now);
        let skew = state.skew(&record.quote.seller);
        let whole = Skew::left(skew, record.quote.expires_at, record.received_at);
        Self { left, urgency: Urgency::of(left, whole), whole }
    }

    /// `! ████▌░ T-03:41 /5m`: mark, bar, number, scale; 22 cells at most.
    pub(crate) fn words(self) -> String {
        let (_, name) = scale(self.left);
        format!("{}{} {} {name}", self.urgency.mark(), left_bar(self.left, 6), left(self.left))
    }

    /// When it next changes: its number, or its mark between two numbers.
    pub(crate) fn wakes(self, wake: &mut Wake, now: Timestamp) {
        if !self.left.is_positive() {
            return;
        }
        wake.clock(self.left, now);
        for at in [SignedDuration::from_secs(self.whole.as_secs() / 4), MINUTE] {
            if self.left > at {
                wake.by(now.saturating_add(self.left - at).unwrap_or(now));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_a_minute_and_nothing_left_each_change_it_once() {
        let whole = SignedDuration::from_mins(10);
        let mut changes = Vec::new();
        for second in (-5..=600).rev() {
            let urgency = Urgency::of(SignedDuration::from_secs(second), whole);
            if changes.last().is_none_or(|(_, last)| *last != urgency) {
                changes.push((second, urgency));
            }
        }
        let expect =
            [(600, Urgency::Calm), (150, Urgency::Soon), (60, Urgency::Now), (0, Urgency::Over)];
        assert_eq!(changes, expect);
    }
}
