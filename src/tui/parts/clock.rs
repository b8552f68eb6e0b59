//! The clock of a row: time left of a quote on its seller's clock, time since a booking left us, the
//! day of a flight. One answer for every screen, so that the same quote never has two times.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::countdown;
use crate::{
    desk::{BoardRow, RowClock, State},
    domain::{Skew, Stage},
    tui::parts::theme::Meaning,
};

/// A clock as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Its text.
    pub(crate) text: String,
    /// Its colour.
    pub(crate) meaning: Meaning,
    /// What it counts, if it moves.
    pub(crate) counts: Option<SignedDuration>,
    /// Whether what it counts is time left, for a bar.
    pub(crate) is_left: bool,
}

impl Clock {
    fn still(text: impl Into<String>, meaning: Meaning) -> Self {
        Self { text: text.into(), meaning, counts: None, is_left: false }
    }

    fn since(at: Timestamp, now: Timestamp, meaning: Meaning) -> Self {
        let span = now.duration_since(at);
        Self { text: countdown::since(span), meaning, counts: Some(-span), is_left: false }
    }
}

/// The clock of a row. At a quarter of its time and at 60 seconds the mark and the colour change.
pub(crate) fn of_row(state: &State, row: &BoardRow<'_>, now: Timestamp) -> Clock {
    match row.clock {
        RowClock::Left { ends, since } => {
            let left = Skew::left(state.skew(row.seller), ends, now);
            let (mark, meaning) = urgency(left, since.map(|at| ends.duration_since(at)));
            let text = format!("{mark}{}", countdown::left(left));
            Clock { text, meaning, counts: Some(left), is_left: true }
        }
        RowClock::Since(at) => {
            let unknown = row.stage == Stage::Unknown;
            Clock::since(at, now, if unknown { Meaning::Bad } else { Meaning::Waiting })
        }
        RowClock::Flight(terms) => {
            let flight = flight(terms.flight_start.as_deref(), terms.flight_end.as_deref(), now);
            Clock::still(flight.unwrap_or_else(|| "?".to_owned()), Meaning::Plain)
        }
        RowClock::Changed => Clock::still(moment(row.changed_at, now), Meaning::Dim),
    }
}

/// The mark and the colour of time left.
pub(crate) fn urgency(
    left: SignedDuration,
    whole: Option<SignedDuration>,
) -> (&'static str, Meaning) {
    let seconds = left.as_secs();
    let quarter = whole.is_some_and(|whole| left.as_secs() * 4 <= whole.as_secs());
    if seconds <= 0 {
        ("✗", Meaning::Bad)
    } else if seconds <= 60 {
        ("!", Meaning::Bad)
    } else if quarter {
        ("◔", Meaning::Waiting)
    } else {
        ("", Meaning::Plain)
    }
}

/// `d18/30`: the day of a flight and how many it has; `in 12d` before it; `over 18d` so many days after its
/// last; `None` where it has no dates.
pub(crate) fn flight(start: Option<&str>, end: Option<&str>, now: Timestamp) -> Option<String> {
    let date = |text: &str| text.get(..10).unwrap_or(text).parse::<Date>().ok();
    let (start, end) = (date(start?)?, date(end?)?);
    let today = now.to_zoned(TimeZone::UTC).date();
    let days = |from: Date, to: Date| from.until(to).map(|span| i64::from(span.get_days())).ok();
    let whole = days(start, end)? + 1;
    let day = days(start, today)? + 1;
    Some(match day {
        ..1 => format!("in {}d", 1 - day),
        _ if day > whole => format!("over {}d", day - whole),
        _ => format!("d{day}/{whole}"),
    })
}

/// `14:02` today, `06-18` before.
pub(crate) fn moment(at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (at.to_zoned(TimeZone::UTC), now.to_zoned(TimeZone::UTC));
    let format = if at.date() == now.date() { "%H:%M" } else { "%m-%d" };
    at.strftime(format).to_string()
}

/// `14:02Z` today, `06-18 14:02Z` before.
pub(crate) fn moment_utc(at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (at.to_zoned(TimeZone::UTC), now.to_zoned(TimeZone::UTC));
    let format = if at.date() == now.date() { "%H:%MZ" } else { "%m-%d %H:%MZ" };
    at.strftime(format).to_string()
}

/// `14:02:31`, in UTC.
pub(crate) fn time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_and_the_colour_change_once_each() {
        let span = SignedDuration::from_secs;
        let marks: Vec<_> = [400, 226, 225, 61, 60, 1, 0, -5]
            .map(|seconds| urgency(span(seconds), Some(span(900))).0)
            .into();
        assert_eq!(marks, ["", "", "◔", "◔", "!", "!", "✗", "✗"]);
    }

    #[test]
    fn a_flight_counts_its_days() {
        let now: Timestamp = "2026-07-18T12:00:00Z".parse().unwrap();
        let of = |start, end| flight(Some(start), Some(end), now);
        assert_eq!(of("2026-07-01", "2026-07-30").as_deref(), Some("d18/30"));
        assert_eq!(of("2026-07-30T00:00:00Z", "2026-08-30").as_deref(), Some("in 12d"));
        assert_eq!(of("2026-06-01", "2026-06-30").as_deref(), Some("over 18d"));
        assert_eq!(of("soon", "2026-06-30"), None);
    }
}
