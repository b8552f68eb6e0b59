//! When a seller made a quote or a deal, by its own clock, and what it calls itself, in words.

use jiff::{Timestamp, tz::TimeZone};

use super::{Skew, ids, span, text};

/// `2026-06-18 14:01:02Z on their clock, 9:02 ago; it calls itself seller-42`; `None` where the seller
/// tells neither.
pub fn made(
    (at, calls_itself): (Option<Timestamp>, Option<&str>),
    skew: Option<Skew>,
    now: Timestamp,
) -> Option<String> {
    let at = at.map(|at| {
        let time = at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let ahead = Skew::left(skew, at, now);
        let age = span::lasting(ahead);
        // What lies ahead for less than a second is now, by a clock that is cut to seconds.
        let side = if ahead.as_secs() > 0 { "ahead" } else { "ago" };
        format!("{time} on their clock, {age} {side}")
    });
    let named =
        calls_itself.map(|name| format!("it calls itself {}", text::cut(&ids::shown(name), 80)));
    let words: Vec<_> = at.into_iter().chain(named).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_seller_says_of_its_making_is_said_with_its_age() {
        let now: Timestamp = "2026-06-18T14:10:04Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().ok();
        for (created, name, words) in [
            (
                at("2026-06-18T14:01:02.5Z"),
                Some("seller-42"),
                Some("2026-06-18 14:01:02Z on their clock, 9:01 ago; it calls itself seller-42"),
            ),
            (
                at("2026-06-18T14:20:04Z"),
                None,
                Some("2026-06-18 14:20:04Z on their clock, 10:00 ahead"),
            ),
            (None, Some("a\u{202e}b"), Some("it calls itself a\\u{202e}b")),
            (None, None, None),
        ] {
            assert_eq!(made((created, name), None, now).as_deref(), words);
        }
    }
}
