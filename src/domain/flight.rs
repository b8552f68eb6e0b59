//! Days as people type them, and flights: which one is usual, and what is odd about one.

use jiff::{ToSpan as _, civil::Date};

/// A day: `2026-07-01`, or `+30d`, `+4w`, `+2m`: so long after `from`.
pub fn day(text: &str, from: Date) -> Option<Date> {
    let text = text.trim();
    let Some(later) = text.strip_prefix('+') else { return text.parse().ok() };
    let unit = later.chars().next_back()?;
    let count: i64 = later.strip_suffix(unit)?.parse().ok().filter(|count| *count < 10_000)?;
    let span = match unit {
        'd' => count.days(),
        'w' => count.weeks(),
        'm' => count.months(),
        _ => return None,
    };
    from.checked_add(span).ok()
}

/// The flight that is asked for where nothing else is said: from a week after `today`, thirty days in all.
pub fn usual_flight(today: Date) -> (Date, Date) {
    let start = today.saturating_add(7.days());
    (start, usual_end(start))
}

/// The last day of a flight of which only the first is said.
pub fn usual_end(start: Date) -> Date {
    start.saturating_add(29.days())
}

/// What is odd about a flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Odd {
    /// It cannot be meant: why.
    Stops(String),
    /// It should be looked at: why.
    Warns(String),
}

/// What is odd about a flight that somebody asks for on `today`.
pub fn odd_flight(start: Date, end: Date, today: Date) -> Option<Odd> {
    let days = |from: Date, to: Date| from.until(to).map_or(i32::MAX, |span| span.get_days());
    if end < start {
        return Some(Odd::Stops(format!("the flight ends ({end}) before it starts ({start})")));
    }
    if end < today {
        return Some(Odd::Stops(format!("the flight is over: its last day is {end}")));
    }
    if start < today {
        return Some(Odd::Warns(format!(
            "the flight began on {start}, {} days ago",
            days(start, today)
        )));
    }
    if days(today, start) > FAR {
        return Some(Odd::Warns(format!("the flight begins only on {start}")));
    }
    let lasts = days(start, end).saturating_add(1);
    (lasts > LONG).then(|| Odd::Warns(format!("the flight lasts {lasts} days")))
}

/// Further ahead, in days, a flight is seldom asked for.
const FAR: i32 = 730;

/// Longer, in days, it is seldom.
const LONG: i32 = 366;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_date_or_so_long_after_another() {
        let from: Date = "2026-06-18".parse().unwrap();
        for (typed, is) in [
            ("2026-07-01", Some("2026-07-01")),
            ("+0d", Some("2026-06-18")),
            ("+30d", Some("2026-07-18")),
            ("+4w", Some("2026-07-16")),
            ("+2m", Some("2026-08-18")),
            ("2026-02-30", None),
            ("01.07.2026", None),
            ("+30", None),
            ("+d", None),
            ("+99999d", None),
            ("30d", None),
            ("", None),
        ] {
            assert_eq!(day(typed, from).map(|day| day.to_string()).as_deref(), is, "{typed:?}");
        }
        let (start, end) = usual_flight(from);
        assert_eq!(
            (start.to_string(), end.to_string()),
            ("2026-06-25".into(), "2026-07-24".into())
        );
        assert_eq!(end.since(start).unwrap().get_days() + 1, 30);
    }

    #[test]
    fn a_flight_that_is_over_or_never_ends_is_odd() {
        let today: Date = "2026-06-18".parse().unwrap();
        for (start, end, stops) in [
            ("2026-06-18", "2026-06-18", None),
            ("2026-07-01", "2027-06-30", None),
            ("2026-07-02", "2026-07-01", Some(true)),
            ("2020-01-01", "2020-02-01", Some(true)),
            ("2026-06-01", "2026-06-17", Some(true)),
            ("2026-06-17", "2026-07-01", Some(false)),
            ("9999-01-01", "9999-02-01", Some(false)),
            ("2026-07-01", "2028-07-01", Some(false)),
        ] {
            let odd = odd_flight(start.parse().unwrap(), end.parse().unwrap(), today);
            let stopped = odd.map(|odd| matches!(odd, Odd::Stops(_)));
            assert_eq!(stopped, stops, "{start} to {end}");
        }
    }
}
