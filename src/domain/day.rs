//! Days as sellers write them: what is one day in two spellings is the same.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
};

/// The day of a text that names one: `2026-07-01`, `20260701`, or its midnight without a zone or in UTC.
/// `None` for any other time and any other zone: which day that is somebody has to say.
pub fn read(text: &str) -> Option<Date> {
    moment(text, |time| time == Time::midnight())
}

/// The last day of something, in the same spellings, or as its last second.
pub fn last(text: &str) -> Option<Date> {
    moment(text, |time| time == Time::midnight() || (time.hour() == 23 && time.minute() == 59))
}

fn moment(text: &str, is_day: impl Fn(Time) -> bool) -> Option<Date> {
    let text = text.trim();
    let is_short = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    if is_short || text.len() == 10 {
        return text.parse().ok();
    }
    if text.contains('[') {
        return None;
    }
    // An offset that is not zero is a time somewhere else, also where it is midnight in UTC.
    let upper = text.to_ascii_uppercase();
    let bare = ["Z", "+00:00", "-00:00", "+0000", "+00"].iter().find_map(|zone| {
        let bare = upper.strip_suffix(zone)?;
        bare.contains([':', 'T']).then_some(bare)
    });
    let time: DateTime = bare.unwrap_or(&upper).parse().ok()?;
    (bare.is_some() || upper.parse::<Timestamp>().is_err()).then_some(time)?;
    is_day(time.time()).then(|| time.date())
}

/// Whether two texts name the same day, or are the same text.
pub fn same(one: Option<&str>, other: Option<&str>) -> bool {
    alike(one, other, read)
}

/// Whether two texts name the same last day, or are the same text.
pub fn same_last(one: Option<&str>, other: Option<&str>) -> bool {
    alike(one, other, last)
}

fn alike(one: Option<&str>, other: Option<&str>, read: impl Fn(&str) -> Option<Date>) -> bool {
    let (day, same) = (one.and_then(&read), other.and_then(&read));
    one == other || (day.is_some() && day == same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_however_it_is_spelled() {
        for text in [
            "2027-01-01",
            "20270101",
            "2027-01-01T00:00:00Z",
            "2027-01-01T00:00:00",
            "2027-01-01t00:00:00z",
            "2027-01-01 00:00:00",
            "2027-01-01T00:00:00.000Z",
            "2027-01-01T00:00:00+00:00",
            "2027-01-01T00:00Z",
            "2027-01-01T00:00",
        ] {
            assert_eq!(
                read(text).map(|day| day.to_string()).as_deref(),
                Some("2027-01-01"),
                "{text}"
            );
            assert!(same(Some(text), Some("2027-01-01")), "{text}");
        }
        for text in [
            "2027-01-01T00:00:00+01:00",
            "2027-01-01T00:00:00-0500",
            "2026-12-31T23:00:00Z",
            "2027-01-01T12:00:00",
            "2027-01-01T00:00:00[Europe/Paris]",
            "2027-13-01",
            "soon",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
            assert!(!same(Some(text), Some("2027-01-01")), "{text}");
            assert!(same(Some(text), Some(text)), "{text}");
        }
        for text in ["2027-03-31T23:59:59Z", "2027-03-31T23:59:59.999", "2027-03-31", "20270331"] {
            assert!(same_last(Some(text), Some("2027-03-31")), "{text}");
        }
        assert!(!same_last(Some("2027-03-31T23:59:59+02:00"), Some("2027-03-31")));
        assert!(!same(Some("2027-03-31T23:59:59Z"), Some("2027-03-31")));
        assert!(same(None, None) && !same(None, Some("2027-01-01")));
    }
}
