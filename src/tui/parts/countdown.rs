//! Time left on the seller's clock, and time since something happened: a number and a bar.

use jiff::SignedDuration;

/// Whether `span` is shown with seconds.
pub(crate) fn shows_seconds(span: SignedDuration) -> bool {
    span.as_secs().unsigned_abs() < 3_600
}

/// How long until the text of `span` changes, where it shows no seconds.
pub(crate) fn next_change(span: SignedDuration) -> SignedDuration {
    let step = if span.as_secs().unsigned_abs() < 86_400 { 60 } else { 3_600 };
    // Time left falls to the next lower mark; time since (negative) rises to the next one.
    let into = span.as_secs().rem_euclid(step);
    SignedDuration::from_secs(into.max(1))
}

/// Time left: `T-03:41`, `T-1h22m`, `T-3d04h`. What is over says `+02:11`.
pub(crate) fn left(span: SignedDuration) -> String {
    if span.is_negative() { since(-span) } else { format!("T-{}", digits(span)) }
}

/// Time since: `+02:11`, `+1h22m`, `+1d03h`.
pub(crate) fn since(span: SignedDuration) -> String {
    format!("+{}", digits(span))
}

/// `01:04`, `1h22m`: a span without a direction.
pub(crate) fn span(span: SignedDuration) -> String {
    digits(span)
}

/// `12m40s ago`, for words.
pub(crate) fn ago(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    match seconds {
        0..=59 => format!("{seconds}s ago"),
        60..=3_599 => format!("{}m{:02}s ago", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{}h{:02}m ago", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d{:02}h ago", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

fn digits(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    match seconds {
        0..=3_599 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{}h{:02}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// The scale that a bar for `span` has: its seconds and its name.
pub(crate) fn scale(span: SignedDuration) -> (u64, &'static str) {
    match span.as_secs().unsigned_abs() {
        0..=299 => (300, "/5m"),
        300..=599 => (600, "/10m"),
        600..=3_599 => (3_600, "/1h"),
        3_600..=86_399 => (86_400, "/24h"),
        _ => (604_800, "/7d"),
    }
}

/// A bar of `cells` cells in steps of an eighth: `█████▉░░`.
pub(crate) fn bar(part: u64, whole: u64, cells: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let all = u64::try_from(cells).unwrap_or(0) * 8;
    let eighths = (part.min(whole) * all).checked_div(whole).unwrap_or(0);
    let full = usize::try_from(eighths / 8).unwrap_or(0);
    let rest = EIGHTHS[usize::try_from(eighths % 8).unwrap_or(0)];
    let used = full + usize::from(!rest.is_empty());
    format!("{}{rest}{}", "█".repeat(full), "░".repeat(cells.saturating_sub(used)))
}

/// The bar of time left, empty when it is over.
pub(crate) fn left_bar(span: SignedDuration, cells: usize) -> String {
    let (whole, _) = scale(span);
    let seconds = if span.is_negative() { 0 } else { span.as_secs().unsigned_abs() };
    bar(seconds, whole, cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::width;

    #[test]
    fn clocks_read_as_people_write_them() {
        for (seconds, text) in [
            (221, "T-03:41"),
            (0, "T-00:00"),
            (3_600 + 22 * 60 + 59, "T-1h22m"),
            (3 * 86_400 + 4 * 3_600, "T-3d04h"),
            (-131, "+02:11"),
        ] {
            assert_eq!(left(SignedDuration::from_secs(seconds)), text);
        }
        assert_eq!(ago(SignedDuration::from_secs(760)), "12m40s ago");
    }

    #[test]
    fn bars_are_exactly_as_wide_as_asked_and_name_their_scale() {
        for seconds in 0..700 {
            let span = SignedDuration::from_secs(seconds);
            assert_eq!(width(&left_bar(span, 8)), 8, "{seconds}");
        }
        assert_eq!(left_bar(SignedDuration::from_secs(221), 8), "█████▉░░");
        assert_eq!(scale(SignedDuration::from_secs(221)).1, "/5m");
        assert_eq!(bar(1, 0, 4), "░░░░");
    }

    #[test]
    fn a_clock_in_minutes_wakes_at_its_next_minute() {
        assert_eq!(next_change(SignedDuration::from_secs(3_600 + 62)).as_secs(), 2);
        assert_eq!(next_change(-SignedDuration::from_secs(3_600 + 58)).as_secs(), 2);
        assert!(shows_seconds(SignedDuration::from_secs(3_599)));
    }
}
