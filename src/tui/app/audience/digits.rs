//! Digits that are read from the back of a room: seven segments, drawn with half blocks, or with `#`
//! where only ASCII can be shown.

use crate::domain::text;

/// How large digits are: how many columns a dot of the pattern takes, and how many half rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    cols: usize,
    halves: usize,
}

/// Every size, the smallest first. The second is the least before a room at 120x36.
const SIZES: [Size; 5] = [
    Size { cols: 1, halves: 1 },
    Size { cols: 2, halves: 1 },
    Size { cols: 3, halves: 2 },
    Size { cols: 4, halves: 3 },
    Size { cols: 6, halves: 4 },
];

/// How wide a digit's pattern is, in dots.
const WIDE: usize = 3;

impl Size {
    /// The size for `words` in so many columns and rows: what leaves room around it, or the largest
    /// that fits at all. `None` where not even the smallest does, or it is nothing that has a pattern.
    pub(crate) fn fitting(
        words: &str,
        (cols, rows): (usize, usize),
        ascii: bool,
        bigger: bool,
    ) -> Option<Self> {
        if words.is_empty() || words.chars().any(|c| Pattern::of(c).is_none()) {
            return None;
        }
        let fits = |size: &&Self| size.width(words) <= cols && size.rows(ascii) <= rows;
        let roomy = |size: &&Self| {
            size.width(words) * 100 <= cols * 95 && size.rows(false) * 3 <= rows.max(9)
        };
        let largest = SIZES.iter().rev().find(|size| fits(size) && (bigger || roomy(size)));
        largest.or_else(|| SIZES.iter().find(fits)).copied()
    }

    /// How many columns `words` take.
    pub(crate) fn width(self, words: &str) -> usize {
        let dots = words.chars().map(|c| Pattern::of(c).map_or(1, Pattern::dots)).sum::<usize>();
        (dots + words.chars().count().saturating_sub(1)) * self.cols
    }

    /// How many rows they take.
    pub(crate) fn rows(self, ascii: bool) -> usize {
        if ascii { 5 * self.halves.div_ceil(2) } else { (6 * self.halves).div_ceil(2) }
    }

    /// The rows of `words`, each [`Size::width`] wide.
    pub(crate) fn draw(self, words: &str, ascii: bool) -> Vec<String> {
        let patterns: Vec<_> = words.chars().filter_map(Pattern::of).collect();
        let high = if ascii { 5 } else { 6 };
        let lit = |row: usize| -> Vec<bool> {
            let mut dots = Vec::new();
            for (nth, pattern) in patterns.iter().enumerate() {
                if nth > 0 {
                    dots.push(false);
                }
                dots.extend((0..pattern.dots()).map(|x| pattern.is_lit(x, row, high)));
            }
            dots.into_iter().flat_map(|dot| std::iter::repeat_n(dot, self.cols)).collect()
        };
        let half = |half: usize| lit(half / self.halves);
        (0..self.rows(ascii))
            .map(|row| {
                if ascii {
                    let dots = lit(row / self.halves.div_ceil(2));
                    return dots.into_iter().map(|dot| if dot { '#' } else { ' ' }).collect();
                }
                let below =
                    if row * 2 + 1 < high * self.halves { half(row * 2 + 1) } else { vec![] };
                let both = half(row * 2).into_iter().enumerate();
                both.map(|(x, upper)| match (upper, below.get(x).copied().unwrap_or(false)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                })
                .collect()
            })
            .collect()
    }
}

/// What of a sign is lit.
#[derive(Debug, Clone, Copy)]
enum Pattern {
    /// Segments: top, upper left, upper right, middle, lower left, lower right, bottom.
    Segments(u8),
    Point,
    Colon,
}

impl Pattern {
    fn of(c: char) -> Option<Self> {
        Some(Self::Segments(match c {
            '0' => 0b111_0111,
            '1' => 0b001_0010,
            '2' => 0b101_1101,
            '3' => 0b101_1011,
            '4' => 0b011_1010,
            '5' => 0b110_1011,
            '6' => 0b110_1111,
            '7' => 0b101_0010,
            '8' => 0b111_1111,
            '9' => 0b111_1011,
            'h' => 0b010_1110,
            'd' => 0b001_1111,
            '-' => 0b000_1000,
            '.' | ',' => return Some(Self::Point),
            ':' => return Some(Self::Colon),
            _ => return None,
        }))
    }

    fn dots(self) -> usize {
        if matches!(self, Self::Segments(_)) { WIDE } else { 1 }
    }

    /// Whether a dot is lit, in a pattern that is `high` dots high.
    fn is_lit(self, x: usize, y: usize, high: usize) -> bool {
        let segments = match self {
            Self::Point => return y + 1 == high,
            Self::Colon => return y == 1 || y + 2 == high,
            Self::Segments(segments) => segments,
        };
        let (upper, lower) = (y <= 2, y >= 2);
        let parts = [
            y == 0,
            x == 0 && upper,
            x + 1 == WIDE && upper,
            y == 2,
            x == 0 && lower,
            x + 1 == WIDE && lower,
            y + 1 == high,
        ];
        let on = |nth: usize| segments & (0b100_0000 >> nth) != 0;
        parts.into_iter().enumerate().any(|(nth, here)| here && on(nth))
    }
}

/// `words` in big digits where they fit, else as they are: always something, never wider than `cols`.
pub(crate) fn lines(words: &str, room: (usize, usize), ascii: bool, bigger: bool) -> Vec<String> {
    match Size::fitting(words, room, ascii, bigger) {
        Some(size) => size.draw(words, ascii),
        None => vec![text::cut(words, room.0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_look_like_digits() {
        let drawn = SIZES[1].draw("24.69", false).join("\n");
        assert_eq!(
            drawn,
            "▀▀▀▀██  ██  ██      ██▀▀▀▀  ██▀▀██\n\
             ██▀▀▀▀  ▀▀▀▀██      ██▀▀██  ▀▀▀▀██\n\
             ██▄▄▄▄      ██  ▄▄  ██▄▄██  ▄▄▄▄██"
        );
        let clock = SIZES[0].draw("06:17", false).join("\n");
        assert_eq!(clock, "█▀█ █▀▀ ▄   █ ▀▀█\n█ █ █▀█     █   █\n█▄█ █▄█ ▀   █   █");
    }

    #[test]
    fn every_line_is_as_wide_as_it_says_and_as_many() {
        for size in SIZES {
            for words in ["0123456789", "1,234.50", "-0.05", "1h22", "3d04h", "06:04", "."] {
                for ascii in [false, true] {
                    let lines = size.draw(words, ascii);
                    assert_eq!(lines.len(), size.rows(ascii), "{words}");
                    assert!(lines.iter().all(|line| text::width(line) == size.width(words)));
                    assert!(!ascii || lines.iter().all(|line| line.is_ascii()));
                }
            }
        }
    }

    #[test]
    fn no_two_digits_look_alike() {
        for ascii in [false, true] {
            let drawn: std::collections::BTreeSet<_> =
                ('0'..='9').map(|digit| SIZES[0].draw(&digit.to_string(), ascii)).collect();
            assert_eq!(drawn.len(), 10);
        }
    }

    #[test]
    fn the_size_follows_the_room() {
        let size = |cols, rows, bigger| Size::fitting("24.69", (cols, rows), false, bigger);
        assert_eq!(size(52, 12, false), Some(SIZES[1]));
        assert_eq!(size(52, 7, true), Some(SIZES[2]));
        assert_eq!(size(36, 9, false), Some(SIZES[1]));
        assert_eq!(size(94, 20, false), Some(SIZES[2]));
        assert_eq!(size(110, 20, true), Some(SIZES[4]));
        assert_eq!(size(20, 3, true), Some(SIZES[0]));
        assert_eq!(size(10, 3, false), None);
        assert_eq!(Size::fitting("on request", (90, 9), false, false), None);
        assert_eq!(lines("on request", (6, 3), false, false), ["on re…"]);
    }
}
