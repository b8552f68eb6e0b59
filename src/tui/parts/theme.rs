//! What is drawn means something; a theme says how each meaning looks.
//!
//! Every meaning also has a mark and a word, so that nothing is lost without colour. Nothing blinks,
//! and the background of the terminal is left alone.

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};

use crate::tui::parts::ascii;

/// The meanings that are told apart on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumIter)]
pub(crate) enum Meaning {
    /// Ours: our offers, our turn.
    Us,
    /// Theirs.
    Them,
    /// Went well, matches.
    Good,
    /// Under way.
    Waiting,
    /// Refused, wrong, over a limit.
    Bad,
    /// Nobody knows.
    Unknown,
    /// A person must act.
    NeedsMe,
    /// A seller does not tell us.
    Withheld,
    /// Less important, or old.
    Dim,
    /// The row under the cursor.
    Selected,
    /// A key to press.
    Key,
    /// The word that says this is not live money.
    Mode,
    /// Everything automatic is stopped, or the store is not written: seen before anything else.
    Alarm,
    /// Everything else.
    Plain,
}

/// Light or dark ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::EnumString, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Ground {
    /// Light letters on a dark ground.
    #[default]
    Dark,
    /// Dark letters on a light ground.
    Light,
}

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::EnumString, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Depth {
    /// 24 bit.
    #[default]
    True,
    /// The 256 of xterm.
    #[strum(serialize = "256")]
    Indexed,
    /// The terminal's own sixteen.
    #[strum(serialize = "16")]
    Sixteen,
    /// None (`NO_COLOR`).
    None,
}

/// How much may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::EnumString, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Motion {
    /// What changed is reversed for a moment.
    #[default]
    Full,
    /// What changed is bold for a moment.
    Calm,
    /// Only the mark.
    Still,
}

/// How meanings look.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Theme {
    pub(crate) ground: Ground,
    pub(crate) depth: Depth,
    pub(crate) motion: Motion,
    pub(crate) ascii: bool,
}

/// What a meaning looks like on a dark and on a light ground: in full colour, and of the terminal's own
/// sixteen. Measured contrast in full colour is 5.4 to 16.4, and the smallest colour distance across four
/// kinds of sight 13. Of the sixteen, no yellow and nothing light stands on a light ground.
fn colours(meaning: Meaning) -> Option<[(u32, Color); 2]> {
    match meaning {
        Meaning::Us => Some([(0x5A_A9FF, Color::LightBlue), (0x25_63C9, Color::Blue)]),
        Meaning::Them => Some([(0xF0_A020, Color::Yellow), (0x7C_3A00, Color::Magenta)]),
        Meaning::Good => Some([(0x2F_C49A, Color::Green), (0x23_5743, Color::Green)]),
        Meaning::Waiting => Some([(0xFF_F27A, Color::LightYellow), (0x77_6A36, Color::DarkGray)]),
        Meaning::Bad | Meaning::Alarm => Some([(0xF0_603C, Color::Red), (0x4A_0A10, Color::Red)]),
        Meaning::Unknown => Some([(0xE7_A6F0, Color::Magenta), (0x66_2E8C, Color::Magenta)]),
        Meaning::NeedsMe
        | Meaning::Withheld
        | Meaning::Dim
        | Meaning::Selected
        | Meaning::Key
        | Meaning::Mode
        | Meaning::Plain => None,
    }
}

impl Theme {
    /// How a meaning looks.
    pub(crate) fn style(self, meaning: Meaning) -> Style {
        let style = Style::new();
        let style = match meaning {
            Meaning::Unknown | Meaning::Mode => style.add_modifier(Modifier::REVERSED),
            Meaning::Alarm => style.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            Meaning::NeedsMe | Meaning::Selected | Meaning::Key => {
                style.add_modifier(Modifier::BOLD)
            }
            Meaning::Withheld | Meaning::Dim => style.add_modifier(Modifier::DIM),
            Meaning::Us
            | Meaning::Them
            | Meaning::Good
            | Meaning::Waiting
            | Meaning::Bad
            | Meaning::Plain => style,
        };
        match self.colour(meaning) {
            Some(colour) => style.fg(colour),
            None => style,
        }
    }

    fn colour(self, meaning: Meaning) -> Option<Color> {
        let [dark, light] = colours(meaning)?;
        let (rgb, sixteen) = if self.ground == Ground::Dark { dark } else { light };
        let [_, r, g, b] = rgb.to_be_bytes();
        match self.depth {
            Depth::True => Some(Color::Rgb(r, g, b)),
            Depth::Indexed => Some(Color::Indexed(nearest(r, g, b))),
            Depth::Sixteen => Some(sixteen),
            Depth::None => None,
        }
    }

    /// What has just changed.
    pub(crate) fn flash(self, style: Style) -> Style {
        match self.motion {
            Motion::Full => style.add_modifier(Modifier::REVERSED),
            Motion::Calm => style.add_modifier(Modifier::BOLD),
            Motion::Still => style,
        }
    }

    /// Puts a sign of ASCII in the place of every other one, in the whole frame.
    pub(crate) fn to_ascii(self, buffer: &mut Buffer) {
        if self.ascii {
            ascii::write(buffer);
        }
    }
}

/// The nearest of xterm's 6×6×6 cube.
fn nearest(r: u8, g: u8, b: u8) -> u8 {
    let step = |value: u8| match value {
        0..=47 => 0,
        48..=114 => 1,
        _ => (value - 35) / 40,
    };
    16 + 36 * step(r) + 6 * step(g) + step(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn nothing_blinks_and_no_colour_means_no_colour() {
        for depth in [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::None] {
            for meaning in Meaning::iter() {
                let style = Theme { depth, ..Theme::default() }.style(meaning);
                let blinks = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
                assert!(!style.add_modifier.intersects(blinks), "{meaning:?}");
                assert!(style.bg.is_none(), "{meaning:?}");
                assert!(depth != Depth::None || style.fg.is_none(), "{meaning:?}");
            }
        }
    }

    #[test]
    fn nothing_light_stands_on_a_light_ground() {
        for meaning in Meaning::iter() {
            let on = |ground, depth| Theme { ground, depth, ..Theme::default() }.colour(meaning);
            let sixteen = on(Ground::Light, Depth::Sixteen);
            let is_light = matches!(
                sixteen,
                Some(
                    Color::Yellow
                        | Color::White
                        | Color::Gray
                        | Color::LightYellow
                        | Color::LightGreen
                        | Color::LightCyan
                        | Color::LightBlue
                        | Color::LightRed
                        | Color::LightMagenta
                        | Color::Cyan
                )
            );
            assert!(!is_light, "{meaning:?} {sixteen:?}");
            // Half as bright as white at most, in full colour.
            if let Some(Color::Rgb(r, g, b)) = on(Ground::Light, Depth::True) {
                let bright = u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114;
                assert!(bright < 127_500, "{meaning:?}");
            }
        }
    }

    #[test]
    fn the_cube_of_xterm_is_met() {
        assert_eq!(nearest(0, 0, 0), 16);
        assert_eq!(nearest(255, 255, 255), 231);
        assert_eq!(nearest(0x5A, 0xA9, 0xFF), 16 + 36 + 6 * 3 + 5);
    }
}
