//! Spans of time as people say them: `26 s`, `9:02`, `23h59m`, `3d04h`.

use jiff::SignedDuration;

/// How long something lasts, without a direction.
pub fn lasting(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3_599 => format!("{}:{:02}", seconds / 60, seconds % 60),
        3_600..=86_399 => format!("{}h{:02}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_unit_that_fits_it() {
        for (seconds, words) in [
            (0, "0 s"),
            (26, "26 s"),
            (-26, "26 s"),
            (60, "1:00"),
            (542, "9:02"),
            (3_600, "1h00m"),
            (86_386, "23h59m"),
            (86_400 + 3 * 3_600, "1d03h"),
        ] {
            assert_eq!(lasting(SignedDuration::from_secs(seconds)), words);
        }
    }
}
