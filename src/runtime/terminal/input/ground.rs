//! The colour of the terminal's ground, as it answers when it is asked for it (OSC 11).

use crate::tui::Ground;

/// Asks the terminal for the colour of its ground.
pub(in crate::runtime::terminal) const ASK: &str = "\x1b]11;?\x1b\\";

/// The brightest white, as [`read`] weighs it.
const WHITE: u32 = 255 * 1_000;

/// What the terminal answers: `11;rgb:1e1e/1e1e/1e1e`, with one to four digits for each colour.
pub(super) fn read(text: &str) -> Option<Ground> {
    let colours = text.strip_prefix("11;rgb")?;
    let colours = colours.strip_prefix("a:").or_else(|| colours.strip_prefix(':'))?;
    let part = |digits: &str| {
        let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1)?;
        u32::from_str_radix(digits, 16).ok()?.checked_mul(255)?.checked_div(most)
    };
    let parts = colours.split('/').take(3).map(part).collect::<Option<Vec<u32>>>()?;
    let [red, green, blue] = parts[..] else { return None };
    // Green is bright to the eye, blue is not.
    let bright = red * 299 + green * 587 + blue * 114;
    Some(if bright > WHITE / 2 { Ground::Light } else { Ground::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_answer_is_light_or_dark() {
        for (answer, is) in [
            ("11;rgb:1e1e/1e1e/1e1e", Some(Ground::Dark)),
            ("11;rgb:ffff/ffff/ffff", Some(Ground::Light)),
            ("11;rgb:ff/ff/f0", Some(Ground::Light)),
            ("11;rgb:0/0/0", Some(Ground::Dark)),
            ("11;rgba:fdfd/f6f6/e3e3/ffff", Some(Ground::Light)),
            ("11;rgb:0000/0000/ffff", Some(Ground::Dark)),
            ("10;rgb:ffff/ffff/ffff", None),
            ("11;rgb:/0/0", None),
            ("11;rgb:zz/0/0", None),
            ("11;?", None),
            ("11;#ffffff", None),
        ] {
            assert_eq!(read(answer), is, "{answer}");
        }
    }
}
